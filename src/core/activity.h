/*
 * activity.h
 *		The activity history of one customer: how many events of which kind
 *		happened on which day, through which channel and at what time, and what
 *		they were worth.
 *
 * Layout of the payload, all integers little-endian:
 *
 *	  0  version (1 byte)
 *	  1  flags (1 byte): SEGM_ACTIVITY_OPEN, SEGM_ACTIVITY_DETAILED
 *	  2  scale (1 byte): decimal digits after the point of every value
 *	  3  reserved (1 byte), 0
 *	  4  runs
 *
 * Each run is a row of LEB128 integers:
 *
 *	  days since the day of the run before it (the first: since 2000-01-01), zigzag
 *	  (events - 1) * 64 + kind * 2 + (has a value)
 *	  value in units of 10^-scale, zigzag		only if it has one; never 0
 *
 * In a detailed value it says more:
 *
 *	  days, as above
 *	  (events - 1) * 256 + kind * 8 + channel * 2 + (has a value)
 *	  length (1 byte) and bytes of the channel	only if channel is
 *		SEGM_CHANNEL_FULL; SEGM_CHANNEL_SAME: that of the last run that has one
 *	  seconds from the day's midnight to the first event, zigzag
 *	  seconds from the first event to the last	only if there are several
 *	  value, as above
 *
 * A finished value is canonical: runs strictly ascending by day, kind and
 * channel, none before any; a channel in full only if it is another one.  So
 * equal histories are equal bytes whatever the order of their rows.  Scale is
 * the largest of all values added.  Instants are UTC while days are local, so
 * they lie less than a day beside theirs.  A run without instants that is
 * added to a detailed value happened at midnight.
 *
 * An open value is the state of an aggregate: the same runs in order of
 * arrival, in a buffer with room to spare.  Its runs begin at byte 24, after
 *
 *	  4  used (4 bytes): bytes of the payload in use
 *	  8  the last run's day (4 bytes)
 *	 12  where the last channel is written in full (4 bytes), 0 if nowhere
 *	 16  its first 8 bytes, the rest zero: to know it without going there
 *
 * A common run costs two bytes, three if the day is more than two months
 * after the last one; details add three, and a channel.
 */
#ifndef SEGM_ACTIVITY_H
#define SEGM_ACTIVITY_H

#include <string.h>

#include "core/calendar.h"
#include "core/decimal.h"
#include "core/event_kind.h"
#include "core/sort.h"

#define SEGM_ACTIVITY_VERSION	1
#define SEGM_ACTIVITY_OPEN		0x01
#define SEGM_ACTIVITY_DETAILED	0x02
#define SEGM_ACTIVITY_HEADER	4
#define SEGM_ACTIVITY_OPEN_HEADER 24
#define SEGM_ACTIVITY_MAX_BYTES	(8 * 1024 * 1024)
#define SEGM_ACTIVITY_MAX_CHANNEL 255	/* bytes of its name */
#define SEGM_ACTIVITY_MAX_SCALE	36
#define SEGM_ACTIVITY_MAX_EVENTS (INT64_MAX >> 8)
#define SEGM_ACTIVITY_MAX_VALUE	(((SegmInt128) 1 << 126) - 1)	/* of all values added up, signs
																 * aside */
#define SEGM_ACTIVITY_MAX_RUN	352 /* more bytes than a run takes */

/* A history's header and the place of its runs; points into the payload. */
typedef struct SegmActivity
{
	const uint8_t *runs;
	const uint8_t *end;
	int			scale;
	bool		open;
	bool		detailed;
} SegmActivity;

/* What one run says; also one row of input. */
typedef struct SegmActivityEntry
{
	SegmInt128	value;			/* in units of 10^-scale */
	int64_t		events;
	int32_t		day;
	SegmEventKind kind;
	const uint8_t *channel;		/* not zero-ended */
	uint32_t	channel_length; /* 0: no channel */
	bool		clock;			/* whether it has details; else no channel either */
	int64_t		first;			/* seconds since 2000-01-01 00:00 UTC */
	int64_t		last;
} SegmActivityEntry;

typedef struct SegmActivityCursor
{
	const uint8_t *at;
	const uint8_t *end;
	int64_t		day;
	int			kind;			/* of the run before, -1 at the start */
	bool		open;
	bool		detailed;
	bool		had_channel;	/* whether the run before had one */
	const uint8_t *channel;		/* the last one written in full */
	uint32_t	channel_length;
} SegmActivityCursor;

/* Header checks only; SEGM_CORRUPT or SEGM_VERSION on bytes we cannot have written. */
extern SegmStatus segm_activity_read(const uint8_t *payload, size_t length,
									 SegmActivity *activity);

/* Everything: what received and parsed values must pass. */
extern SegmStatus segm_activity_validate(const uint8_t *payload, size_t length);

extern void segm_activity_start(const SegmActivity *activity, SegmActivityCursor *cursor);

/* The next run; *found is false after the last one. */
extern SegmStatus segm_activity_next(SegmActivityCursor *cursor, SegmActivityEntry *run,
									 bool *found);

/* A question: these kinds, a bit for each, on the days in [from, to). */
typedef struct SegmActivityRange
{
	uint32_t	kinds;
	int64_t		from;
	int64_t		to;
	const uint8_t *channel;		/* NULL: any, or none */
	size_t		channel_length;
} SegmActivityRange;

static const SegmActivityRange segm_activity_whole = {UINT32_MAX, INT64_MIN, INT64_MAX, NULL, 0};

static inline bool
segm_activity_same_channel(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
	return a_length == b_length && (a_length == 0 || memcmp(a, b, a_length) == 0);
}

static inline bool
segm_activity_asked(const SegmActivityRange *range, const SegmActivityEntry *run)
{
	return run->day >= range->from && run->day < range->to && (range->kinds >> run->kind & 1) != 0 &&
		(range->channel == NULL || segm_activity_same_channel(range->channel, range->channel_length,
															  run->channel, run->channel_length));
}

typedef struct SegmActivityTotals
{
	SegmInt128	value;
	int64_t		events;
	int64_t		days;			/* days with such an event */
	int32_t		first_day;		/* undefined if there is none */
	int32_t		last_day;
	int64_t		first;			/* seconds; undefined unless there is one and it has details */
	int64_t		last;
} SegmActivityTotals;

/* Sums over the range; for finished histories. */
extern SegmStatus segm_activity_totals(const SegmActivity *activity,
									   const SegmActivityRange *range,
									   SegmActivityTotals *totals);

/* Building: an open value in a buffer of "capacity" bytes. */
extern void segm_activity_init(uint8_t *payload, int scale, bool detailed);

/*
 * Append one row, its value at this scale.  SEGM_NO_ROOM: the value is not an
 * open one, the buffer is full, or the row has more decimals or details than
 * the value; it is unchanged, rebuild it with the functions below.
 * SEGM_DOMAIN: no such day, or instants that cannot lie on it.
 */
extern SegmStatus segm_activity_append(uint8_t *payload, size_t capacity,
									   const SegmActivityEntry *row, int scale);

/* Append all runs of another history; SEGM_NO_ROOM as above. */
extern SegmStatus segm_activity_append_all(uint8_t *payload, size_t capacity,
										   const SegmActivity *other);

/*
 * Whether the runs of an open value, as they came, are those of the finished
 * one, which has so many bytes then, and the finished one.
 */
extern bool segm_activity_in_order(const SegmActivity *activity, size_t *length);
extern void segm_activity_close(const SegmActivity *activity, uint8_t *payload);

/*
 * Entries in any order, from which a value is written.  The caller gives room
 * for as many as segm_activity_entry_bound says, and one more for each row;
 * keys and scratch have the same size.  Channels stay where they are.
 */
typedef struct SegmActivityBuild
{
	SegmActivityEntry *entries;
	uint64_t   *keys;
	uint64_t   *scratch;
	size_t		count;
	int			scale;
	bool		detailed;		/* whether an entry is */
	SegmPoll	poll;			/* called now and then; may be NULL */
} SegmActivityBuild;

extern size_t segm_activity_entry_bound(const SegmActivity *activity);
extern SegmStatus segm_activity_collect(const SegmActivity *activity, SegmActivityBuild *build);
extern SegmStatus segm_activity_enter(const SegmActivityEntry *row, int scale,
									  SegmActivityBuild *build);

/* Sort the entries, and measure what they take: before segm_activity_encode. */
extern SegmStatus segm_activity_size(SegmActivityBuild *build, bool open, size_t *length);
extern void segm_activity_encode(const SegmActivityBuild *build, bool open, uint8_t *payload);

/*
 * Text form, see activity_text.c.  Formatting into NULL only counts; the text
 * has no terminating zero.  Parsing with entries NULL checks the syntax and
 * counts; "bytes" gets the channels and has room for as many bytes as the text.
 */
extern SegmStatus segm_activity_format(const SegmActivity *activity, char *text, size_t *length,
									   SegmPoll poll);
extern SegmStatus segm_activity_parse(const char *text, SegmActivityBuild *build, uint8_t *bytes);

#endif							/* SEGM_ACTIVITY_H */
