/*
 * affinity_merge.c
 *		Two texts, a line each, as affinities: merged in either direction they
 *		are the same bytes, and canonical, or neither can be.
 */
#include "affinity_value.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static Value a;
	static Value b;
	static Value ab;
	static Value ba;
	static char text[BYTES / 4];
	SegmAffinity x;
	SegmAffinity y;
	SegmStatus	status;
	char	   *second;

	if (length >= sizeof(text))
		return 0;
	memcpy(text, data, length);
	text[length] = '\0';
	second = strchr(text, '\n');
	if (second == NULL)
		return 0;
	*second++ = '\0';
	if (parse(text, &a) != SEGM_OK || parse(second, &b) != SEGM_OK)
		return 0;
	if (segm_affinity_read(a.bytes, a.length, &x) != SEGM_OK || segm_affinity_read(b.bytes, b.length, &y) != SEGM_OK)
		abort();
	if (x.decay.half_life != y.decay.half_life || x.decay.as_of != y.decay.as_of)
		return 0;
	status = finish(&a, &b, &ab);
	if (finish(&b, &a, &ba) != status)
		abort();
	if (status == SEGM_OK && (ab.length != ba.length || memcmp(ab.bytes, ba.bytes, ab.length) != 0 || !canonical(&ab)))
		abort();
	return 0;
}
