/*
 * event_sequence_text.c
 *		The text form of an event sequence: for each event its code, its time
 *		in UTC and, where there are amounts, the amount.
 *
 *	v1 1@2024-05-01T10:00:00Z 2@2024-05-01T10:05:00.250000Z
 *	v1 scale=2 rule=3:3600000000:0 0@2024-05-01T10:00:00Z=19.90
 */
#include "core/event_sequence.h"
#include "core/text_time.h"

static bool
take_signed(const char **at, int64_t *value)
{
	bool		negative = take(at, "-");
	SegmInt128	units;

	/* the lowest number has no opposite */
	if (!take_amount(at, 0, &units) || units > (SegmInt128) INT64_MAX + (negative ? 1 : 0))
		return false;
	*value = (int64_t) (negative ? -units : units);
	return true;
}

void
segm_sequence_format(const SegmSequence *sequence, char *text, size_t *length, SegmPoll poll)
{
	SegmSink	sink = {text, 0};
	bool		amounts = (sequence->flags & SEGM_SEQUENCE_AMOUNTS) != 0;

	put_integer(&sink, "v", SEGM_SEQUENCE_VERSION);
	if (amounts)
		put_integer(&sink, " scale=", sequence->scale);
	if (sequence->flags & SEGM_SEQUENCE_RULE)
		for (int i = 0; i < SEGM_SEQUENCE_RULES; i++)
			put_integer(&sink, i == 0 ? " rule=" : ":", sequence->rule[i]);
	for (size_t i = 0; i < sequence->count; i++)
	{
		SegmSequence one = *sequence;
		SegmInt128	entry;
		uint64_t	key;

		segm_poll_step(poll, i);
		one.count = 1;
		one.events += i * (segm_sequence_size(one.flags, 1) - segm_sequence_size(one.flags, 0));
		segm_sequence_keys(&one, &key);
		put_integer(&sink, " ", segm_sequence_code(key));
		put_instant(&sink, "@", segm_sequence_time(key));
		/* at its own scale every amount fits */
		if (amounts && segm_sequence_entries(&one, one.scale, &entry) == SEGM_OK)
			put_amount(&sink, "=", segm_sequence_event(entry).units, one.scale);
	}
	*length = sink.length;
}

SegmStatus
segm_sequence_parse(const char *text, uint8_t *payload, size_t *size, SegmPoll poll)
{
	SegmSequence form = {.flags = SEGM_SEQUENCE_OPEN};
	size_t		count = 0;
	int64_t		number;

	if (!take(&text, "v") || !take_integer(&text, INT32_MAX, &number))
		return SEGM_MALFORMED;
	if (number != SEGM_SEQUENCE_VERSION)
		return SEGM_VERSION;
	if (take(&text, " scale="))
	{
		if (!take_integer(&text, SEGM_SEQUENCE_MAX_SCALE, &number))
			return SEGM_MALFORMED;
		form.flags |= SEGM_SEQUENCE_AMOUNTS;
		form.scale = (int) number;
	}
	if (take(&text, " rule="))
	{
		form.flags |= SEGM_SEQUENCE_RULE;
		for (int i = 0; i < SEGM_SEQUENCE_RULES; i++)
			if ((i > 0 && !take(&text, ":")) || !take_signed(&text, &form.rule[i]))
				return SEGM_MALFORMED;
	}
	if (payload != NULL)
		segm_sequence_start(&form, payload);
	form.flags &= ~SEGM_SEQUENCE_OPEN;
	while (*text != '\0')
	{
		SegmEvent	event = {0, 0, 0};
		SegmInt128	units;

		segm_poll_step(poll, count);
		if (!take(&text, " ") || !take_integer(&text, SEGM_SEQUENCE_CODES - 1, &number) ||
			!take(&text, "@") || !take_instant(&text, &event.at) ||
			!segm_sequence_time_fits(event.at))
			return SEGM_MALFORMED;
		event.code = (int) number;
		if (form.flags & SEGM_SEQUENCE_AMOUNTS)
		{
			if (!take(&text, "=") || !take_amount(&text, form.scale, &units) || units > INT64_MAX)
				return SEGM_MALFORMED;
			event.units = (int64_t) units;
		}
		if (++count > SEGM_SEQUENCE_MAX_EVENTS)
			return SEGM_TOO_LARGE;
		if (payload != NULL &&
			segm_sequence_append(payload, segm_sequence_size(form.flags, count), &event) != SEGM_OK)
			return SEGM_NO_ROOM;
	}
	if (payload != NULL)
		segm_sequence_close(payload);
	*size = segm_sequence_size(form.flags, count);
	return SEGM_OK;
}
