/*
 * loyalty.c
 *		Windows and losses of a loyalty programme; see loyalty.h.
 */
#include "loyalty.h"

#include "calendar.h"

/* The same day of another year, 28 February for a 29th that it has not. */
static SegmStatus
same_day(int32_t day, int years, int32_t *result)
{
	SegmCivil	civil = segm_civil_of_day(day);
	SegmStatus	status;

	civil.year += years;
	status = segm_day_of_civil(civil, result);
	if (status == SEGM_DOMAIN && civil.month == 2 && civil.day == 29)	/* literal: 29 February */
	{
		civil.day--;
		status = segm_day_of_civil(civil, result);
	}
	return status;
}

static SegmStatus
new_year(int32_t day, int years, int32_t *result)
{
	SegmCivil	civil = {segm_civil_of_day(day).year + years, 1, 1};

	return segm_day_of_civil(civil, result);
}

SegmStatus
segm_loyalty_first_day(SegmLoyaltyWindow window, int32_t day, int32_t *first)
{
	return window == SEGM_LOYALTY_ROLLING_12_MONTHS ? same_day(day + 1, -1, first) : new_year(day, 0, first);
}

SegmStatus
segm_loyalty_last_day(SegmLoyaltyWindow window, int32_t day, int32_t *last)
{
	SegmStatus	status = window == SEGM_LOYALTY_ROLLING_12_MONTHS ? same_day(day, 1, last) : new_year(day, 1, last);

	if (status == SEGM_OK)
		(*last)--;
	return status;
}

int64_t
segm_loyalty_steps_lost(int64_t days, int64_t grace_days, bool one_by_one, int64_t all)
{
	int64_t		lost;

	if (days <= grace_days)
		return 0;
	if (!one_by_one || grace_days == 0)
		return all;
	lost = (days - 1) / grace_days;
	return lost < all ? lost : all;
}
