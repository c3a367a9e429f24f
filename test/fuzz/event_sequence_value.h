/*
 * event_sequence_value.h
 *		What the fuzz targets of event_sequence share: a value goes to text and
 *		back, and an open one is closed.
 */
#ifndef EVENT_SEQUENCE_VALUE_H
#define EVENT_SEQUENCE_VALUE_H

#include "core/event_sequence.h"
#include "fuzz.h"

#define ROOM	8192			/* events, and bytes of an input */

static inline void
must_come_back(const uint8_t *payload, size_t size)
{
	static char text[64 * ROOM];
	static uint8_t other[64 * ROOM];
	SegmSequence sequence;
	size_t		length;
	size_t		got;

	MUST(segm_sequence_read(payload, size, &sequence) == SEGM_OK);
	segm_sequence_format(&sequence, NULL, &length, NULL);
	MUST(length < sizeof(text));
	segm_sequence_format(&sequence, text, &length, NULL);
	text[length] = '\0';
	MUST(segm_sequence_parse(text, NULL, &got, NULL) == SEGM_OK && got <= sizeof(other));
	MUST(segm_sequence_parse(text, other, &got, NULL) == SEGM_OK);
	MUST(got == size && memcmp(payload, other, size) == 0);
}

/*
 * As a final function does it: in order and, without amounts, each event once.
 * False if it is none that the type takes.
 */
static inline bool
close_sequence(const SegmSequence *open, uint8_t *closed, size_t *size)
{
	static uint64_t keys[ROOM];
	static uint64_t more[ROOM];
	static SegmInt128 entries[ROOM];
	static SegmInt128 others[ROOM];
	SegmSequence form = *open;
	size_t		count = open->count;

	MUST(count <= ROOM);
	form.flags &= ~SEGM_SEQUENCE_OPEN;
	segm_sequence_start(&form, closed);
	if (form.flags & SEGM_SEQUENCE_AMOUNTS)
	{
		if (segm_sequence_entries(open, form.scale, entries) != SEGM_OK)
			return false;
		segm_sort128(entries, others, count, NULL);
		segm_sequence_put_entries(closed, entries, count);
	}
	else
	{
		segm_sequence_keys(open, keys);
		count = segm_sequence_fold(keys, more, count, NULL);
		segm_sequence_put_keys(closed, keys, count);
	}
	*size = segm_sequence_size(form.flags, count);
	return segm_sequence_validate(closed, *size) == SEGM_OK;
}

#endif							/* EVENT_SEQUENCE_VALUE_H */
