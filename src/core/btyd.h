/*
 * btyd.h
 *		The statistics that "buy till you die" models take of a customer.
 *
 * Fader, P. S., B. G. S. Hardie and K. L. Lee (2005), "Counting Your
 * Customers" the Easy Way, Marketing Science 24(2): the number of repeat
 * purchases x, the time t_x of the last of them and the time T observed, both
 * since the first purchase.  All orders of one day are one purchase.
 */
#ifndef SEGM_BTYD_H
#define SEGM_BTYD_H

#include "core/history.h"

typedef struct SegmBtydSummary
{
	int64_t		frequency;		/* order days after the first one */
	double		recency;		/* from the first to the last, in units */
	double		t;				/* from the first to as_of, in units */
	double		monetary_value; /* mean revenue of the order days after the first; 0 if there are
								 * none */
} SegmBtydSummary;

/*
 * As known at the end of the day as_of.  *exists is false if no order counts
 * by then.  unit_days > 0 is the length of the time unit in days.
 */
extern SegmStatus segm_btyd_summary(const SegmHistory *history, int32_t as_of, double unit_days,
									SegmBtydSummary *summary, bool *exists);

/*
 * second, hour, day, week, month (a twelfth of a year) or year (365.2425
 * days); SEGM_DOMAIN for any other name.
 */
extern SegmStatus segm_time_unit_days(const char *name, double *days);

#endif							/* SEGM_BTYD_H */
