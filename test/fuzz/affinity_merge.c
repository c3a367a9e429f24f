/*
 * affinity_merge.c
 *		Two texts, a line each, as affinities: merged in either direction they
 *		are the same bytes, and canonical, or neither can be.
 */
#include "affinity_value.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static Value a;
	static Value b;
	static Value ab;
	static Value ba;
	static char text[BYTES / 4];
	const char *second = two_texts(data, length, text, sizeof(text));
	SegmAffinity x;
	SegmAffinity y;
	SegmStatus	status;

	if (second == NULL || parse(text, &a) != SEGM_OK || parse(second, &b) != SEGM_OK)
		return 0;
	MUST(segm_affinity_read(a.bytes, a.length, &x) == SEGM_OK && segm_affinity_read(b.bytes, b.length, &y) == SEGM_OK);
	if (x.decay.half_life != y.decay.half_life || x.decay.as_of != y.decay.as_of)
		return 0;
	status = finish(&a, &b, &ab);
	MUST(finish(&b, &a, &ba) == status);
	MUST(status != SEGM_OK || (ab.length == ba.length && memcmp(ab.bytes, ba.bytes, ab.length) == 0 && canonical(&ab)));
	return 0;
}
