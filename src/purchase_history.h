/*
 * purchase_history.h
 *		The one way in which glue files reach a purchase_history value.
 */
#ifndef CSEG_PURCHASE_HISTORY_H
#define CSEG_PURCHASE_HISTORY_H

#include "fmgr.h"

#include "core/history.h"
#include "glue.h"
#include "local_day.h"

#pragma GCC visibility push(hidden)

/*
 * A history to read, from a datum of any storage form.  Points into the
 * datum, or into a finished copy if the datum is the state of an aggregate.
 */
extern SegmHistory cseg_history_of(Datum datum);

/* The header of a plain value, which may be open. */
extern SegmHistory cseg_history_read(struct varlena *value);

#define PG_GETARG_HISTORY(n)	cseg_history_of(PG_GETARG_DATUM(n))

/*
 * A new value of folded entries: finished, or open with at least as many
 * bytes to spare as it uses.
 */
extern struct varlena *cseg_history_make(const SegmHistoryEntry *entries, size_t count, int scale,
										 int64 first, int64 last, bool open);

/* The history itself if it is finished, else its finished form. */
extern struct varlena *cseg_history_finish(Datum datum);

/* Error 22003 for an amount with more decimals than a history can hold. */
extern void cseg_check_scale(int scale);

/* Note that the purchase, an order, became void at this instant. */
extern void cseg_purchase_void(SegmPurchase *purchase, LocalZone *zone, TimestampTz voided_at);

/* A numeric as an amount; errors 22000 for NaN and infinity, 22003 beyond 38 digits. */
extern SegmDecimal cseg_numeric_amount(Datum datum);

/* A numeric datum of so many units of 10^-scale. */
extern Datum cseg_money(SegmInt128 units, int scale);

/* The days in a time unit given by its name; error 22023 for another name. */
extern double cseg_time_unit_days(text *unit);

#pragma GCC visibility pop

#endif							/* CSEG_PURCHASE_HISTORY_H */
