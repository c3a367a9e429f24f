/*
 * loyalty.h
 *		Claims to a tier of a loyalty programme: which days count together, and
 *		how many steps a claim has lost.
 *
 * Days are days since 2000-01-01, of any calendar year the server knows.
 */
#ifndef SEGM_LOYALTY_H
#define SEGM_LOYALTY_H

#include "core.h"

typedef enum SegmLoyaltyWindow
{
	SEGM_LOYALTY_LIFETIME,
	SEGM_LOYALTY_ROLLING_12_MONTHS,
	SEGM_LOYALTY_CALENDAR_YEAR
} SegmLoyaltyWindow;

/*
 * The first day that counts on this day; SEGM_DOMAIN if the calendar does not
 * reach so far.  Not for the lifetime, which has none.
 */
extern SegmStatus segm_loyalty_first_day(SegmLoyaltyWindow window, int32_t day, int32_t *first);

/* The last day on which the orders of this day count; likewise. */
extern SegmStatus segm_loyalty_last_day(SegmLoyaltyWindow window, int32_t day, int32_t *last);

/*
 * Steps lost so many days after the tier was earned for the last time: none
 * for grace_days, then one for as many days each, or all at once; never more
 * than all.
 */
extern int64_t segm_loyalty_steps_lost(int64_t days, int64_t grace_days, bool one_by_one, int64_t all);

#endif							/* SEGM_LOYALTY_H */
