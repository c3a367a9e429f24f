/*
 * history.h
 *		The purchase history of one customer: what was ordered, paid and given
 *		back on which day.  One codec for stored, sent and aggregated values.
 *
 * Layout of the payload, all integers little-endian:
 *
 *	  0  version (1 byte)
 *	  1  flags (1 byte): SEGM_HISTORY_OPEN or 0
 *	  2  scale (1 byte): decimal digits after the point of every amount
 *	  3  reserved (1 byte), 0
 *	  4  first (8 bytes), instant of the first order that still counts
 *	 12  last (8 bytes), instant of the last; first > last: there is none
 *	 20  days
 *
 * Each day is a run of LEB128 integers:
 *
 *	  days since the day before it (the first: since 2000-01-01), zigzag
 *	  orders * 4 + (has voids) * 2 + (has refunds)
 *	  revenue in units of 10^-scale		only if orders > 0
 *	  refunds likewise					only if it has refunds
 *	  number of void groups, then for each: days until the orders became void,
 *	  number of such orders				only if it has voids
 *
 * An order becomes void on the day its refunds reach its amount.  It keeps
 * its revenue and refunds, but from that day on it counts as no order.
 *
 * A finished value is canonical: days strictly ascending and not empty, void
 * groups strictly ascending, so that equal histories are equal bytes whatever
 * the order of their rows.  Scale is the largest of all amounts added.
 *
 * An open value is the state of an aggregate: the same runs in order of
 * arrival, in a buffer with room to spare.  Its days begin at byte 28, after
 *
 *	 20  used (4 bytes): bytes of the payload in use
 *	 24  the last run's day (4 bytes)
 *
 * A common order day costs five to eight bytes.
 */
#ifndef SEGM_HISTORY_H
#define SEGM_HISTORY_H

#include "core/calendar.h"
#include "core/decimal.h"
#include "core/sort.h"

#define SEGM_HISTORY_VERSION	1
#define SEGM_HISTORY_OPEN		0x01
#define SEGM_HISTORY_HEADER		20
#define SEGM_HISTORY_OPEN_HEADER 28
#define SEGM_HISTORY_MAX_BYTES	(16 * 1024 * 1024)
#define SEGM_HISTORY_MAX_SCALE	38	/* decimals that 127 bits can hold */
#define SEGM_HISTORY_MAX_ORDERS	(INT64_MAX >> 2)

/* A history's header and the place of its days; points into the payload. */
typedef struct SegmHistory
{
	const uint8_t *days;
	const uint8_t *end;
	int64_t		first;			/* first > last: no order counts */
	int64_t		last;
	int			scale;
	bool		open;
} SegmHistory;

/* A day's void groups, already checked; left counts the groups to come. */
typedef struct SegmVoidCursor
{
	const uint8_t *at;
	const uint8_t *end;
	int64_t		left;
} SegmVoidCursor;

/* What one run says. */
typedef struct SegmHistoryDay
{
	int32_t		day;
	int64_t		orders;			/* orders placed, void ones too */
	SegmInt128	revenue;		/* what was paid for them */
	SegmInt128	refunds;		/* what was given back on this day */
	SegmVoidCursor voids;
} SegmHistoryDay;

/* Reads the runs one after the other. */
typedef struct SegmHistoryCursor
{
	const uint8_t *at;
	const uint8_t *end;
	int64_t		day;
	bool		open;
	bool		started;
} SegmHistoryCursor;

/* One row of input: an order (amount >= 0) or a refund (amount < 0). */
typedef struct SegmPurchase
{
	int64_t		at;				/* instant */
	int32_t		day;			/* its local day */
	bool		is_void;		/* an order that was fully refunded ... */
	int32_t		void_day;		/* ... on this local day, not before "day" */
	SegmDecimal amount;
} SegmPurchase;

/* Whether it is an order that still counts. */
static inline bool
segm_purchase_counts(const SegmPurchase *purchase)
{
	return purchase->amount.coefficient >= 0 && !purchase->is_void;
}

/*
 * A day while histories are built.  Entries of one day and one void_after
 * are added up; void_after < 0 carries the day's own figures, void_after >= 0
 * only the number of orders that became void so many days later.
 */
typedef struct SegmHistoryEntry
{
	SegmInt128	revenue;
	SegmInt128	refunds;
	int64_t		orders;
	int32_t		day;
	int32_t		void_after;
} SegmHistoryEntry;

/*
 * What a question is about: the days in [from, to), as known at the end of
 * the day "horizon": nothing after it has happened.
 */
typedef struct SegmHistoryRange
{
	int64_t		from;
	int64_t		to;
	int64_t		horizon;
} SegmHistoryRange;

static const SegmHistoryRange segm_history_whole = {INT64_MIN, INT64_MAX, INT64_MAX};

/* Sums over some days. */
typedef struct SegmHistoryTotals
{
	SegmInt128	revenue;		/* gross */
	SegmInt128	refunds;
	int64_t		orders_placed;
	int64_t		orders;			/* placed and not void */
	int64_t		order_days;		/* days with at least one of these */
	int32_t		first_day;		/* of these; undefined if order_days is 0 */
	int32_t		last_day;
} SegmHistoryTotals;

/* Header checks only; SEGM_CORRUPT or SEGM_VERSION on bytes we cannot have written. */
extern SegmStatus segm_history_read(const uint8_t *payload, size_t length,
									SegmHistory *history);

/* Everything: what received and parsed values must pass. */
extern SegmStatus segm_history_validate(const uint8_t *payload, size_t length);

extern void segm_history_start(const SegmHistory *history, SegmHistoryCursor *cursor);

/* The next run; *found is false after the last one. */
extern SegmStatus segm_history_next(SegmHistoryCursor *cursor, SegmHistoryDay *day,
									bool *found);

/* The next void group of a day; false after the last one. */
extern bool segm_history_next_void(SegmVoidCursor *cursor, int32_t *after, int64_t *orders);

/*
 * The next day of the range, *counting its orders that were not void by the
 * horizon.  For finished histories.
 */
extern SegmStatus segm_history_next_in(SegmHistoryCursor *cursor, const SegmHistoryRange *range,
									   SegmHistoryDay *day, int64_t *counting, bool *found);

/* Sums over the range; for finished histories. */
extern SegmStatus segm_history_totals(const SegmHistory *history,
									  const SegmHistoryRange *range,
									  SegmHistoryTotals *totals);

/*
 * SEGM_DOMAIN unless the instant and its local day are in range and within a
 * day of each other, and an order is not void before its day.
 */
extern SegmStatus segm_purchase_check(const SegmPurchase *purchase);

/* Building: an open value in a buffer of "capacity" bytes. */
extern void segm_history_init(uint8_t *payload, int scale);
extern size_t segm_history_used(const uint8_t *payload);

/*
 * Append one row.  SEGM_NO_ROOM: the value is not an open one, the buffer is
 * full, or the row has more decimals than the value; it is unchanged, rebuild
 * it with the entry functions.
 */
extern SegmStatus segm_history_append(uint8_t *payload, size_t capacity,
									  const SegmPurchase *purchase);

/* Append all runs of another history; SEGM_NO_ROOM as above. */
extern SegmStatus segm_history_append_all(uint8_t *payload, size_t capacity,
										  const SegmHistory *other);

/* Units of 10^-from as units of 10^-to. */
extern SegmStatus segm_units_rescale(SegmInt128 units, int from, int to, SegmInt128 *result);

/* An upper bound of the entries that segm_history_collect makes. */
extern size_t segm_history_entry_bound(const SegmHistory *history);

/* Add a history's days to the entries, with "scale" decimals. */
extern SegmStatus segm_history_collect(const SegmHistory *history, int scale,
									   SegmHistoryEntry *entries, size_t *count);

/* The entries of a row, with "scale" decimals; at most so many. */
#define SEGM_PURCHASE_ENTRIES	2
extern SegmStatus segm_history_enter(const SegmPurchase *purchase, int scale,
									 SegmHistoryEntry *entries, size_t *count);

/* Sort, and add up what belongs together; poll may be NULL. */
extern SegmStatus segm_history_fold(SegmHistoryEntry *entries, size_t *count, SegmPoll poll);

/* Sums over folded entries: what segm_history_totals gives of the whole. */
extern SegmStatus segm_history_sum(const SegmHistoryEntry *entries, size_t count,
								   SegmHistoryTotals *totals);

/* The bytes that segm_history_encode needs for folded entries. */
extern SegmStatus segm_history_size(const SegmHistoryEntry *entries, size_t count,
									bool open, size_t *length);

/* Write folded entries; the buffer holds at least segm_history_size bytes. */
extern void segm_history_encode(const SegmHistoryEntry *entries, size_t count, int scale,
								int64_t first, int64_t last, bool open, uint8_t *payload);

/*
 * Text form, see history_text.c.  Formatting into NULL only counts; the text
 * has no terminating zero.  Parsing into NULL checks the syntax and counts the
 * entries, which still have to be folded, sized, encoded and validated.  Both
 * call poll every so many days.
 */
extern SegmStatus segm_history_format(const SegmHistory *history, char *text, size_t *length,
									  SegmPoll poll);
extern SegmStatus segm_history_parse(const char *text, SegmHistoryEntry *entries, size_t *count,
									 int *scale, int64_t *first, int64_t *last, SegmPoll poll);

#endif							/* SEGM_HISTORY_H */
