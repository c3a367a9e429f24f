/*
 * affinity_bytes.c
 *		Any bytes as a stored or received affinity: reading them never leaves
 *		the buffer, and what validation lets through is canonical.
 */
#include "affinity_value.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static Value value;
	static Value again;
	static char text[8 * BYTES];
	SegmAffinity affinity;
	SegmAffinitySummary summary;
	SegmAffinityLabel label = {(const uint8_t *) "app", 3, 1, 5, 0, 0};
	SegmAffinityLabel found;
	size_t		labels;
	size_t		bytes;
	bool		exists;

	if (length > BYTES / 4)
		return 0;
	memcpy(value.bytes, data, length);
	value.length = length;
	if (segm_affinity_validate(value.bytes, length) == SEGM_OK && !canonical(&value))
		abort();

	/* a damaged page: no more than the header has been looked at */
	if (segm_affinity_read(value.bytes, length, &affinity) != SEGM_OK)
		return 0;
	(void) segm_affinity_summary(&affinity, SEGM_BY_WEIGHT, &summary);
	(void) segm_affinity_summary(&affinity, SEGM_BY_COUNT, &summary);
	(void) segm_affinity_find(&affinity, label.label, label.length, &found, &exists);
	(void) format(&value, text);
	if (segm_affinity_bound(&affinity) > LABELS)
		abort();
	(void) finish(&value, NULL, &again);
	if (segm_affinity_content(&affinity, &labels, &bytes) == SEGM_OK)
	{
		again.length = segm_affinity_open_size(labels, bytes);
		segm_affinity_init(again.bytes, labels, affinity.scale, &affinity.decay);
		if (segm_affinity_add_all(again.bytes, again.length, &affinity, NULL) == SEGM_NO_ROOM)
			abort();
	}

	/* the state of an aggregate */
	(void) segm_affinity_add(value.bytes, length, &label, 2);
	return 0;
}
