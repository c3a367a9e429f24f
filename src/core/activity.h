/*
 * activity.h
 *		The activity history of one customer: how many events of which kind
 *		happened on which day, and what they were worth.
 *
 * Layout of the payload, all integers little-endian:
 *
 *	  0  version (1 byte)
 *	  1  flags (1 byte): SEGM_ACTIVITY_OPEN or 0
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
 * A finished value is canonical: runs strictly ascending by day and kind, so
 * that equal histories are equal bytes whatever the order of their rows.
 * Scale is the largest of all values added.
 *
 * An open value is the state of an aggregate: the same runs in order of
 * arrival, in a buffer with room to spare.  Its runs begin at byte 12, after
 *
 *	  4  used (4 bytes): bytes of the payload in use
 *	  8  the last run's day (4 bytes)
 *
 * A common run costs two bytes, three if the day is more than two months
 * after the last one.
 */
#ifndef SEGM_ACTIVITY_H
#define SEGM_ACTIVITY_H

#include "core/calendar.h"
#include "core/decimal.h"
#include "core/event_kind.h"

#define SEGM_ACTIVITY_VERSION	1
#define SEGM_ACTIVITY_OPEN		0x01
#define SEGM_ACTIVITY_HEADER	4
#define SEGM_ACTIVITY_OPEN_HEADER 12
#define SEGM_ACTIVITY_MAX_BYTES	(4 * 1024 * 1024)
#define SEGM_ACTIVITY_MAX_SCALE	36
#define SEGM_ACTIVITY_MAX_EVENTS (INT64_MAX >> 6)
#define SEGM_ACTIVITY_MAX_VALUE	(((SegmInt128) 1 << 126) - 1)	/* of all values added up, signs
																 * aside */
#define SEGM_ACTIVITY_MAX_RUN	48	/* more bytes than a run takes */

/* A history's header and the place of its runs; points into the payload. */
typedef struct SegmActivity
{
	const uint8_t *runs;
	const uint8_t *end;
	int			scale;
	bool		open;
} SegmActivity;

/* What one run says; also one row of input. */
typedef struct SegmActivityEntry
{
	SegmInt128	value;			/* in units of 10^-scale */
	int64_t		events;
	int32_t		day;
	SegmEventKind kind;
} SegmActivityEntry;

typedef struct SegmActivityCursor
{
	const uint8_t *at;
	const uint8_t *end;
	int64_t		day;
	int			kind;			/* of the run before, -1 at the start */
	bool		open;
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
} SegmActivityRange;

static const SegmActivityRange segm_activity_whole = {UINT32_MAX, INT64_MIN, INT64_MAX};

typedef struct SegmActivityTotals
{
	SegmInt128	value;
	int64_t		events;
	int64_t		days;			/* days with such an event */
	int32_t		first_day;		/* undefined if there is none */
	int32_t		last_day;
} SegmActivityTotals;

/* Sums over the range; for finished histories. */
extern SegmStatus segm_activity_totals(const SegmActivity *activity,
									   const SegmActivityRange *range,
									   SegmActivityTotals *totals);

/* Building: an open value in a buffer of "capacity" bytes. */
extern void segm_activity_init(uint8_t *payload, int scale);

/*
 * Append one row, its value at this scale.  SEGM_NO_ROOM: the value is not an
 * open one, the buffer is full, or the row has more decimals than the value;
 * it is unchanged, rebuild it with the functions below.  SEGM_DOMAIN: no
 * such day.
 */
extern SegmStatus segm_activity_append(uint8_t *payload, size_t capacity,
									   const SegmActivityEntry *row, int scale);

/* Append all runs of another history; SEGM_NO_ROOM as above. */
extern SegmStatus segm_activity_append_all(uint8_t *payload, size_t capacity,
										   const SegmActivity *other);

/*
 * Entries in any order, from which a value is written.  The caller gives room
 * for as many as segm_activity_entry_bound says, and one more for each row;
 * keys and scratch have the same size.
 */
typedef struct SegmActivityBuild
{
	SegmActivityEntry *entries;
	uint64_t   *keys;
	uint64_t   *scratch;
	size_t		count;
	int			scale;
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
 * counts.
 */
extern SegmStatus segm_activity_format(const SegmActivity *activity, char *text, size_t *length);
extern SegmStatus segm_activity_parse(const char *text, SegmActivityBuild *build);

#endif							/* SEGM_ACTIVITY_H */
