/*
 * btyd.c
 *		Frequency, recency, T and mean spend of a purchase history.
 */
#include "core/btyd.h"

#include <math.h>
#include <string.h>

#define DAYS_PER_YEAR	365.2425	/* the mean Gregorian year */

SegmStatus
segm_btyd_summary(const SegmHistory *history, int32_t as_of, double unit_days,
				  SegmBtydSummary *summary, bool *exists)
{
	SegmHistoryRange range = segm_history_whole;
	SegmHistoryCursor cursor;
	SegmHistoryDay day;
	SegmStatus	status;
	SegmInt128	repeat_revenue = 0;
	int64_t		order_days = 0;
	int64_t		counting;
	int32_t		first = 0;
	int32_t		last = 0;
	bool		found;

	range.horizon = as_of;
	segm_history_start(history, &cursor);
	while ((status = segm_history_next_in(&cursor, &range, &day, &counting, &found)) == SEGM_OK &&
		   found)
	{
		if (counting == 0)
			continue;
		last = day.day;
		if (order_days++ == 0)
			first = day.day;
		else if (__builtin_add_overflow(repeat_revenue, day.revenue, &repeat_revenue))
			return SEGM_OVERFLOW;
	}
	*exists = order_days > 0;
	if (status != SEGM_OK || !*exists)
		return status;
	summary->frequency = order_days - 1;
	summary->recency = (double) (last - first) / unit_days;
	summary->t = (double) ((int64_t) as_of - first) / unit_days;
	summary->monetary_value = order_days == 1 ? 0.0 :
		(double) repeat_revenue / (pow(10.0, history->scale) * (double) (order_days - 1));
	return SEGM_OK;
}

SegmStatus
segm_time_unit_days(const char *name, double *days)
{
	static const struct
	{
		const char *name;
		double		days;
	}			units[] = {
		{"second", 1.0 / 86400.0},
		{"hour", 1.0 / 24.0},
		{"day", 1.0},
		{"week", 7.0},
		{"month", DAYS_PER_YEAR / 12.0},
		{"year", DAYS_PER_YEAR},
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
	{
		if (strcmp(units[i].name, name) == 0)
		{
			*days = units[i].days;
			return SEGM_OK;
		}
	}
	return SEGM_DOMAIN;
}
