/*
 * event_sequence.c
 *		The bytes of an event sequence, see event_sequence.h.
 */
#include "core/event_sequence.h"

#include "core/bytes.h"

#include <string.h>

#define VERSION_AT	0
#define FLAGS_AT	1
#define SCALE_AT	2
#define RESERVED_AT 3
#define COUNT_AT	4
#define RULE_AT		8
#define WORD		8			/* bytes of a number */

static const int all_flags = SEGM_SEQUENCE_OPEN | SEGM_SEQUENCE_AMOUNTS | SEGM_SEQUENCE_RULE;

static size_t
header_size(int flags)
{
	return RULE_AT + (flags & SEGM_SEQUENCE_RULE ? SEGM_SEQUENCE_RULES * WORD : 0);
}

static size_t
event_size(int flags)
{
	return flags & SEGM_SEQUENCE_AMOUNTS ? 2 * WORD : WORD;
}

size_t
segm_sequence_size(int flags, size_t count)
{
	return header_size(flags) + count * event_size(flags);
}

size_t
segm_sequence_room(int flags, size_t length)
{
	size_t		header = header_size(flags);

	return length < header ? 0 : (length - header) / event_size(flags);
}

SegmStatus
segm_sequence_read(const uint8_t *payload, size_t length, SegmSequence *sequence)
{
	size_t		size;

	if (length < RULE_AT)
		return SEGM_CORRUPT;
	if (payload[VERSION_AT] != SEGM_SEQUENCE_VERSION)
		return SEGM_VERSION;
	sequence->flags = payload[FLAGS_AT];
	sequence->scale = payload[SCALE_AT];
	sequence->count = get32(payload + COUNT_AT);
	if ((sequence->flags & ~all_flags) != 0 || payload[RESERVED_AT] != 0 ||
		sequence->count > SEGM_SEQUENCE_MAX_EVENTS ||
		sequence->scale > (sequence->flags & SEGM_SEQUENCE_AMOUNTS ? SEGM_SEQUENCE_MAX_SCALE : 0))
		return SEGM_CORRUPT;
	size = segm_sequence_size(sequence->flags, sequence->count);
	if (sequence->flags & SEGM_SEQUENCE_OPEN ? length < size : length != size)
		return SEGM_CORRUPT;
	for (int i = 0; i < SEGM_SEQUENCE_RULES; i++)
		sequence->rule[i] = sequence->flags & SEGM_SEQUENCE_RULE ? get64(payload + RULE_AT + i * WORD) : 0;
	sequence->events = payload + header_size(sequence->flags);
	return SEGM_OK;
}

SegmStatus
segm_sequence_validate(const uint8_t *payload, size_t length)
{
	SegmSequence sequence;
	SegmStatus	status = segm_sequence_read(payload, length, &sequence);
	uint64_t	last_key = 0;
	int64_t		last_units = 0;

	if (status != SEGM_OK)
		return status;
	if (sequence.flags & SEGM_SEQUENCE_OPEN)
		return SEGM_CORRUPT;
	for (size_t i = 0; i < sequence.count; i++)
	{
		const uint8_t *at = sequence.events + i * event_size(sequence.flags);
		uint64_t	key = (uint64_t) get64(at);
		bool		ascending = i == 0 || key > last_key;

		if (sequence.flags & SEGM_SEQUENCE_AMOUNTS)
		{
			int64_t		units = get64(at + WORD);

			if (units < 0)
				return SEGM_CORRUPT;
			ascending = ascending || (key == last_key && units >= last_units);
			last_units = units;
		}
		if (!ascending)
			return SEGM_CORRUPT;
		last_key = key;
	}
	return SEGM_OK;
}

void
segm_sequence_start(const SegmSequence *form, uint8_t *payload)
{
	payload[VERSION_AT] = SEGM_SEQUENCE_VERSION;
	payload[FLAGS_AT] = (uint8_t) form->flags;
	payload[SCALE_AT] = (uint8_t) form->scale;
	payload[RESERVED_AT] = 0;
	put32(payload + COUNT_AT, 0);
	if (form->flags & SEGM_SEQUENCE_RULE)
		for (int i = 0; i < SEGM_SEQUENCE_RULES; i++)
			put64(payload + RULE_AT + i * WORD, form->rule[i]);
}

void
segm_sequence_close(uint8_t *payload)
{
	payload[FLAGS_AT] &= (uint8_t) ~SEGM_SEQUENCE_OPEN;
}

SegmStatus
segm_sequence_append(uint8_t *payload, size_t capacity, const SegmEvent *event)
{
	int			flags = payload[FLAGS_AT];
	size_t		count = get32(payload + COUNT_AT);
	size_t		used = segm_sequence_size(flags, count);

	if (!(flags & SEGM_SEQUENCE_OPEN) || capacity - used < event_size(flags))
		return SEGM_NO_ROOM;
	put64(payload + used, (int64_t) segm_sequence_key(event->at, event->code));
	if (flags & SEGM_SEQUENCE_AMOUNTS)
		put64(payload + used + WORD, event->units);
	put32(payload + COUNT_AT, (uint32_t) (count + 1));
	return SEGM_OK;
}

SegmStatus
segm_sequence_append_all(uint8_t *payload, size_t capacity, const SegmSequence *other)
{
	int			flags = payload[FLAGS_AT];
	size_t		count = get32(payload + COUNT_AT);
	size_t		used = segm_sequence_size(flags, count);
	size_t		more = other->count * event_size(flags);

	if (!(flags & SEGM_SEQUENCE_OPEN) || payload[SCALE_AT] != other->scale || capacity - used < more ||
		count + other->count > SEGM_SEQUENCE_MAX_EVENTS)
		return SEGM_NO_ROOM;
	memcpy(payload + used, other->events, more);
	put32(payload + COUNT_AT, (uint32_t) (count + other->count));
	return SEGM_OK;
}

void
segm_sequence_keys(const SegmSequence *sequence, uint64_t *keys)
{
	size_t		width = event_size(sequence->flags);

	for (size_t i = 0; i < sequence->count; i++)
		keys[i] = (uint64_t) get64(sequence->events + i * width);
}

SegmStatus
segm_sequence_entries(const SegmSequence *sequence, int scale, SegmInt128 *entries)
{
	for (size_t i = 0; i < sequence->count; i++)
	{
		const uint8_t *at = sequence->events + i * 2 * WORD;
		SegmDecimal amount = {get64(at + WORD), sequence->scale};
		int64_t		units;
		SegmStatus	status = segm_sequence_units(amount, scale, &units);

		if (status != SEGM_OK)
			return status;
		entries[i] = segm_sequence_entry((uint64_t) get64(at), units);
	}
	return SEGM_OK;
}

size_t
segm_sequence_unique(uint64_t *keys, size_t count)
{
	size_t		kept = 0;

	for (size_t i = 0; i < count; i++)
		if (i == 0 || keys[i] != keys[kept - 1])
			keys[kept++] = keys[i];
	return kept;
}

size_t
segm_sequence_fold(uint64_t *keys, uint64_t *scratch, size_t count, SegmPoll poll)
{
	segm_sort64(keys, scratch, count, poll);
	return segm_sequence_unique(keys, count);
}

void
segm_sequence_put_keys(uint8_t *payload, const uint64_t *keys, size_t count)
{
	uint8_t    *at = payload + header_size(payload[FLAGS_AT]);

	for (size_t i = 0; i < count; i++)
		put64(at + i * WORD, (int64_t) keys[i]);
	put32(payload + COUNT_AT, (uint32_t) count);
}

void
segm_sequence_put_entries(uint8_t *payload, const SegmInt128 *entries, size_t count)
{
	uint8_t    *at = payload + header_size(payload[FLAGS_AT]);

	for (size_t i = 0; i < count; i++)
	{
		put64(at + i * 2 * WORD, (int64_t) segm_sequence_entry_key(entries[i]));
		put64(at + i * 2 * WORD + WORD, (int64_t) (uint64_t) entries[i]);
	}
	put32(payload + COUNT_AT, (uint32_t) count);
}

SegmStatus
segm_sequence_units(SegmDecimal amount, int scale, int64_t *units)
{
	SegmStatus	status = segm_decimal_rescale(amount, scale, &amount);

	if (status != SEGM_OK)
		return status;
	if (amount.coefficient > INT64_MAX || amount.coefficient < 0)
		return SEGM_OVERFLOW;
	*units = (int64_t) amount.coefficient;
	return SEGM_OK;
}
