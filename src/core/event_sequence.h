/*
 * event_sequence.h
 *		What happened when: times of events, each with a small code that says
 *		which kind it was and, for carts, an amount.  A set, so that input in
 *		any order, in parts or repeated gives the same; with amounts a bag.
 *
 * Layout of the payload, all integers little-endian:
 *
 *	  0  version (1 byte)
 *	  1  flags (1 byte): SEGM_SEQUENCE_*
 *	  2  scale (1 byte): decimal digits after the point of every amount
 *	  3  reserved (1 byte), 0
 *	  4  events (4 bytes)
 *	  8  with a rule: three numbers, 8 bytes each: what an aggregate was asked
 *	     then the events, ascending: 8 bytes of time and code and, with
 *	     amounts, 8 bytes of units of 10^-scale, not negative
 *
 * Time and code are one number, (microseconds since 2000 + 2^57) * 64 + code:
 * its order is that of time, and of codes within an instant.
 *
 * An open value is the state of an aggregate: the same events in order of
 * arrival, in a buffer with room to spare.
 */
#ifndef SEGM_EVENT_SEQUENCE_H
#define SEGM_EVENT_SEQUENCE_H

#include "core/calendar.h"
#include "core/decimal.h"
#include "core/sort.h"

#define SEGM_SEQUENCE_VERSION	1
#define SEGM_SEQUENCE_OPEN		0x01
#define SEGM_SEQUENCE_AMOUNTS	0x02
#define SEGM_SEQUENCE_RULE		0x04
#define SEGM_SEQUENCE_RULES		3	/* numbers of a rule */
#define SEGM_SEQUENCE_MAX_EVENTS ((size_t) 1 << 23) /* that a buffer ever holds */
#define SEGM_SEQUENCE_MAX_KEPT	(SEGM_SEQUENCE_MAX_EVENTS / 4 * 3)	/* different ones */
#define SEGM_SEQUENCE_MAX_SCALE	9
#define SEGM_SEQUENCE_CODES		64

/* About 4,500 years to either side of 2000. */
#define SEGM_SEQUENCE_REACH		((int64_t) 1 << 57)

typedef struct SegmEvent
{
	int64_t		at;
	int			code;
	int64_t		units;			/* of the amount, if there are amounts */
} SegmEvent;

/* What a payload is; points into it. */
typedef struct SegmSequence
{
	const uint8_t *events;
	size_t		count;
	int			flags;
	int			scale;
	int64_t		rule[SEGM_SEQUENCE_RULES];
} SegmSequence;

static inline bool
segm_sequence_time_fits(int64_t at)
{
	return at >= -SEGM_SEQUENCE_REACH && at < SEGM_SEQUENCE_REACH;
}

static inline uint64_t
segm_sequence_key(int64_t at, int code)
{
	return (uint64_t) (at + SEGM_SEQUENCE_REACH) * SEGM_SEQUENCE_CODES + (uint64_t) code;
}

static inline int64_t
segm_sequence_time(uint64_t key)
{
	return (int64_t) (key / SEGM_SEQUENCE_CODES) - SEGM_SEQUENCE_REACH;
}

static inline int
segm_sequence_code(uint64_t key)
{
	return (int) (key % SEGM_SEQUENCE_CODES);
}

/* An event with its amount as one number, in the same order. */
static inline SegmInt128
segm_sequence_entry(uint64_t key, int64_t units)
{
	return (SegmInt128) ((SegmUInt128) (key ^ ((uint64_t) 1 << 63)) << 64 | (uint64_t) units);
}

static inline uint64_t
segm_sequence_entry_key(SegmInt128 entry)
{
	return (uint64_t) ((SegmUInt128) entry >> 64) ^ ((uint64_t) 1 << 63);
}

static inline SegmEvent
segm_sequence_event(SegmInt128 entry)
{
	uint64_t	key = segm_sequence_entry_key(entry);
	SegmEvent	event = {segm_sequence_time(key), segm_sequence_code(key), (int64_t) (uint64_t) entry};

	return event;
}

/* Header checks only; SEGM_CORRUPT or SEGM_VERSION on bytes we cannot have written. */
extern SegmStatus segm_sequence_read(const uint8_t *payload, size_t length, SegmSequence *sequence);

/* Everything: what received and parsed values must pass. */
extern SegmStatus segm_sequence_validate(const uint8_t *payload, size_t length);

/* The bytes that so many events take with these flags. */
extern size_t segm_sequence_size(int flags, size_t count);

/* The largest number of events that so many bytes hold. */
extern size_t segm_sequence_room(int flags, size_t length);

/* No longer open; its events must be in order. */
extern void segm_sequence_close(uint8_t *payload);

/* Write a header: no events yet. */
extern void segm_sequence_start(const SegmSequence *form, uint8_t *payload);

/*
 * Append to an open value; its time fits and its code is in range.
 * SEGM_NO_ROOM if the buffer is full.
 */
extern SegmStatus segm_sequence_append(uint8_t *payload, size_t capacity, const SegmEvent *event);

/* Append all events of a sequence of the same form; SEGM_NO_ROOM as above. */
extern SegmStatus segm_sequence_append_all(uint8_t *payload, size_t capacity,
										   const SegmSequence *other);

/*
 * All events of a sequence, as keys or, where there are amounts, as entries
 * at a scale; SEGM_OVERFLOW if an amount does not fit there.
 */
extern void segm_sequence_keys(const SegmSequence *sequence, uint64_t *keys);
extern SegmStatus segm_sequence_entries(const SegmSequence *sequence, int scale, SegmInt128 *entries);

/* Ascending and each once; returns how many are left. */
extern size_t segm_sequence_fold(uint64_t *keys, uint64_t *scratch, size_t count, SegmPoll poll);

/* Of ascending keys, each once; returns how many are left. */
extern size_t segm_sequence_unique(uint64_t *keys, size_t count);

/* Write events behind a header. */
extern void segm_sequence_put_keys(uint8_t *payload, const uint64_t *keys, size_t count);
extern void segm_sequence_put_entries(uint8_t *payload, const SegmInt128 *entries, size_t count);

/* An amount in units of 10^-scale; SEGM_OVERFLOW, SEGM_DOMAIN for digits that would be lost. */
extern SegmStatus segm_sequence_units(SegmDecimal amount, int scale, int64_t *units);

/*
 * Text form, see event_sequence_text.c.  Formatting into NULL only counts; no
 * terminating zero.  Parsing into a NULL payload checks the syntax and gives
 * the size; what it writes still has to be validated.
 */
extern void segm_sequence_format(const SegmSequence *sequence, char *text, size_t *length, SegmPoll poll);
extern SegmStatus segm_sequence_parse(const char *text, uint8_t *payload, size_t *size, SegmPoll poll);

#endif							/* SEGM_EVENT_SEQUENCE_H */
