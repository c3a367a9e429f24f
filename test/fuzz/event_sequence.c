/*
 * event_sequence.c
 *		Any bytes and any text as an event_sequence: refused, or a value that
 *		comes back as the same bytes and the same text; an open one is folded
 *		as its aggregate does it.
 */
#include "event_sequence_value.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static uint8_t payload[64 * ROOM];
	static uint8_t open[2 * ROOM];
	static char text[ROOM];
	static uint8_t closed[2 * ROOM];
	SegmSequence sequence;
	size_t		size;

	if (length >= ROOM)
		return 0;
	memcpy(payload, data, length);
	if (segm_sequence_validate(payload, length) == SEGM_OK && !(payload[1] & SEGM_SEQUENCE_OPEN))
		must_come_back(payload, length);

	/* a damaged page: no more than the header has been looked at */
	if (segm_sequence_read(payload, length, &sequence) == SEGM_OK)
	{
		SegmSequence form = sequence;

		if (close_sequence(&sequence, closed, &size))
			must_come_back(closed, size);
		form.flags |= SEGM_SEQUENCE_OPEN;
		segm_sequence_start(&form, open);
		(void) segm_sequence_append_all(open, 64 + length, &sequence);
	}

	memcpy(text, data, length);
	text[length] = '\0';
	if (segm_sequence_parse(text, NULL, &size, NULL) == SEGM_OK && size <= sizeof(payload))
	{
		MUST(segm_sequence_parse(text, payload, &size, NULL) == SEGM_OK);
		if (segm_sequence_validate(payload, size) == SEGM_OK)
			must_come_back(payload, size);
	}
	return 0;
}
