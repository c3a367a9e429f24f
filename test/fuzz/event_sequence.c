/*
 * event_sequence.c
 *		Any bytes and any text as an event_sequence: refused, or a value that
 *		comes back as the same bytes and the same text; an open one is folded
 *		as its aggregate does it.
 */
#include "core/event_sequence.h"
#include "fuzz.h"

#define ROOM	8192

static void
must_come_back(const uint8_t *payload, size_t size)
{
	static char text[64 * ROOM];
	static uint8_t other[64 * ROOM];
	SegmSequence sequence;
	size_t		length;
	size_t		got;

	MUST(segm_sequence_read(payload, size, &sequence) == SEGM_OK);
	segm_sequence_format(&sequence, NULL, &length);
	MUST(length < sizeof(text));
	segm_sequence_format(&sequence, text, &length);
	text[length] = '\0';
	MUST(segm_sequence_parse(text, NULL, &got) == SEGM_OK && got <= sizeof(other));
	MUST(segm_sequence_parse(text, other, &got) == SEGM_OK);
	MUST(got == size && memcmp(payload, other, size) == 0);
}

/* As a final function does it: in order and, without amounts, each event once. */
static void
must_close(const SegmSequence *open)
{
	static uint64_t keys[ROOM];
	static uint64_t more[ROOM];
	static SegmInt128 entries[ROOM];
	static SegmInt128 others[ROOM];
	static uint8_t closed[2 * ROOM];
	SegmSequence form = *open;
	size_t		count = open->count;

	MUST(count <= ROOM);
	form.flags &= ~SEGM_SEQUENCE_OPEN;
	segm_sequence_start(&form, closed);
	if (form.flags & SEGM_SEQUENCE_AMOUNTS)
	{
		if (segm_sequence_entries(open, form.scale, entries) != SEGM_OK)
			return;
		segm_sort128(entries, others, count, NULL);
		segm_sequence_put_entries(closed, entries, count);
	}
	else
	{
		segm_sequence_keys(open, keys);
		count = segm_sequence_fold(keys, more, count, NULL);
		segm_sequence_put_keys(closed, keys, count);
	}
	if (segm_sequence_validate(closed, segm_sequence_size(form.flags, count)) == SEGM_OK)
		must_come_back(closed, segm_sequence_size(form.flags, count));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static uint8_t payload[64 * ROOM];
	static uint8_t open[2 * ROOM];
	static char text[ROOM];
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

		must_close(&sequence);
		form.flags |= SEGM_SEQUENCE_OPEN;
		segm_sequence_start(&form, open);
		(void) segm_sequence_append_all(open, 64 + length, &sequence);
	}

	memcpy(text, data, length);
	text[length] = '\0';
	if (segm_sequence_parse(text, NULL, &size) == SEGM_OK && size <= sizeof(payload))
	{
		MUST(segm_sequence_parse(text, payload, &size) == SEGM_OK);
		if (segm_sequence_validate(payload, size) == SEGM_OK)
			must_come_back(payload, size);
	}
	return 0;
}
