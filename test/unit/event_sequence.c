/*
 * event_sequence.c
 *		Event sequences: any order and parts against a plain list, bytes and
 *		text, changed bytes, limits.
 */
#include "core/event_sequence.h"
#include "tap.h"

#define EVENTS	150
#define BYTES	4096

static uint64_t seed = 20240901;

static uint64_t
next_random(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

/* Finished bytes of some events with amounts or without. */
static size_t
make(const SegmEvent *events, size_t count, int flags, uint8_t *payload)
{
	uint8_t		open[BYTES];
	SegmSequence form = {.flags = flags | SEGM_SEQUENCE_OPEN, .scale = flags & SEGM_SEQUENCE_AMOUNTS ? 2 : 0};
	SegmSequence sequence;
	uint64_t	keys[EVENTS];
	uint64_t	scratch[EVENTS];
	SegmInt128	entries[EVENTS];
	SegmInt128	more[EVENTS];

	segm_sequence_start(&form, open);
	for (size_t i = 0; i < count; i++)
		if (segm_sequence_append(open, sizeof(open), &events[i]) != SEGM_OK)
			abort();
	if (segm_sequence_read(open, sizeof(open), &sequence) != SEGM_OK)
		abort();
	form.flags = flags;
	segm_sequence_start(&form, payload);
	if (flags & SEGM_SEQUENCE_AMOUNTS)
	{
		if (segm_sequence_entries(&sequence, 2, entries) != SEGM_OK)
			abort();
		segm_sort128(entries, more, count, NULL);
		segm_sequence_put_entries(payload, entries, count);
	}
	else
	{
		segm_sequence_keys(&sequence, keys);
		count = segm_sequence_fold(keys, scratch, count, NULL);
		segm_sequence_put_keys(payload, keys, count);
	}
	return segm_sequence_size(flags, count);
}

static void
test_order(int flags, const char *name)
{
	SegmEvent	events[EVENTS];
	uint8_t		a[BYTES];
	uint8_t		b[BYTES];
	uint8_t		c[BYTES];
	char		text[16384];
	size_t		size;
	size_t		length;
	size_t		again;
	SegmSequence sequence;
	int			accepted = 0;

	for (size_t i = 0; i < EVENTS; i++)
	{
		events[i].at = (int64_t) next_random(60) * 500000 - 15000000;
		events[i].code = (int) next_random(4);
		events[i].units = (int64_t) next_random(3);
	}
	size = make(events, EVENTS, flags, a);
	ok(segm_sequence_validate(a, size) == SEGM_OK, "%s: valid", name);
	for (size_t i = EVENTS - 1; i > 0; i--)
	{
		size_t		j = next_random(i + 1);
		SegmEvent	swap = events[i];

		events[i] = events[j];
		events[j] = swap;
	}
	ok(make(events, EVENTS, flags, b) == size && memcmp(a, b, size) == 0, "%s: shuffled, the same bytes", name);

	if (segm_sequence_read(a, size, &sequence) != SEGM_OK)
		abort();
	ok(flags & SEGM_SEQUENCE_AMOUNTS ? sequence.count == EVENTS : sequence.count < EVENTS,
	   "%s: equal events count once without amounts, each with them", name);
	segm_sequence_format(&sequence, NULL, &length, NULL);
	segm_sequence_format(&sequence, text, &again, NULL);
	text[again] = '\0';
	is_int((long long) again, (long long) length, "the length of the text is known before");
	ok(segm_sequence_parse(text, NULL, &again, NULL) == SEGM_OK && again == size &&
	   segm_sequence_parse(text, c, &again, NULL) == SEGM_OK && memcmp(a, c, size) == 0,
	   "%s: as text and back", name);
	for (size_t i = 0; i < length; i++)
	{
		char		was = text[i];

		text[i] = (char) (33 + next_random(90));
		if (segm_sequence_parse(text, NULL, &again, NULL) == SEGM_OK && again <= sizeof(c))
			(void) segm_sequence_parse(text, c, &again, NULL);
		text[i] = was;
	}
	for (int i = 0; i < 20000; i++)
	{
		size_t		at = next_random(size);
		uint8_t		was = a[at];

		a[at] = (uint8_t) next_random(256);
		if (segm_sequence_validate(a, size) == SEGM_OK &&
			(segm_sequence_read(a, size, &sequence) != SEGM_OK || sequence.count > EVENTS))
			accepted++;
		a[at] = was;
	}
	is_int(accepted, 0, "changed bytes: refused, or still a sequence");
	ok(segm_sequence_validate(a, size - 1) == SEGM_CORRUPT, "%s: one byte too few", name);
}

int
main(void)
{
	static const char *const bad[] = {
		"", "v", "v1 ", "v1 64@2024-01-01T00:00:00Z", "v1 1@2024-01-01", "v1 1@2024-01-01T00:00:00Z=1",
		"v1 scale=10", "v1 scale=2 1@2024-01-01T00:00:00Z", "v1 scale=2 1@2024-01-01T00:00:00Z=1.5",
		"v1 rule=1:2", "v1 rule=1:2:9223372036854775808", "v1 rule=-:2:3", "v1 1@9999-01-01T00:00:00Z",
		"v1 1@-2999-01-01T00:00:00Z", "v1 1@2024-01-01T00:00:00Z ", NULL
	};
	uint8_t		payload[64];
	size_t		size;
	SegmEvent	event = {SEGM_SEQUENCE_REACH - 1, 63, 0};
	SegmSequence form = {.flags = SEGM_SEQUENCE_OPEN};
	SegmSequence sequence;
	int64_t		units;

	test_order(0, "times");
	test_order(SEGM_SEQUENCE_AMOUNTS, "amounts");
	for (int i = 0; bad[i] != NULL; i++)
		ok(segm_sequence_parse(bad[i], NULL, &size, NULL) == SEGM_MALFORMED, "\"%s\" is malformed", bad[i]);
	ok(segm_sequence_parse("v2 1@2024-01-01T00:00:00Z", NULL, &size, NULL) == SEGM_VERSION, "a newer version");
	ok(segm_sequence_parse("v1 2@2024-01-01T00:00:00Z 1@2024-01-01T00:00:00Z", payload, &size, NULL) == SEGM_OK &&
	   segm_sequence_validate(payload, size) == SEGM_CORRUPT, "out of order");
	ok(segm_sequence_parse("v1 1@2024-01-01T00:00:00Z 1@2024-01-01T00:00:00Z", payload, &size, NULL) == SEGM_OK &&
	   segm_sequence_validate(payload, size) == SEGM_CORRUPT, "twice");

	/* the borders of time and code come back */
	segm_sequence_start(&form, payload);
	ok(segm_sequence_append(payload, segm_sequence_size(0, 2), &event) == SEGM_OK, "the latest instant");
	event.at = -SEGM_SEQUENCE_REACH;
	event.code = 0;
	ok(segm_sequence_append(payload, segm_sequence_size(0, 2), &event) == SEGM_OK, "the earliest");
	ok(segm_sequence_append(payload, segm_sequence_size(0, 2), &event) == SEGM_NO_ROOM, "no room for a third");
	if (segm_sequence_read(payload, segm_sequence_size(0, 2), &sequence) == SEGM_OK)
	{
		uint64_t	keys[2];

		segm_sequence_keys(&sequence, keys);
		ok(keys[1] == 0 && segm_sequence_time(keys[1]) == -SEGM_SEQUENCE_REACH, "lowest key");
		ok(segm_sequence_time(keys[0]) == SEGM_SEQUENCE_REACH - 1 && segm_sequence_code(keys[0]) == 63, "highest key");
	}
	ok(segm_sequence_units((SegmDecimal) {INT64_MAX, 2}, 2, &units) == SEGM_OK && units == INT64_MAX, "the largest amount");
	ok(segm_sequence_units((SegmDecimal) {INT64_MAX, 2}, 3, &units) == SEGM_OVERFLOW, "too large with one more decimal");
	ok(segm_sequence_units((SegmDecimal) {-1, 2}, 2, &units) == SEGM_OVERFLOW, "below zero");
	return tap_done();
}
