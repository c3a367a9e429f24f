/*
 * calendar.c
 *		Days to years, months and days, and back.
 *
 * Both directions count in eras of 400 years (146,097 days) that begin on
 * 1 March, which puts the leap day last: Richards, E. G. (2013), "Calendars",
 * in Urban and Seidelmann, Explanatory Supplement to the Astronomical
 * Almanac, 3rd ed., section 15.11.
 */
#include "core/calendar.h"

#define DAYS_PER_ERA		146097
#define ERA_TO_2000			730425	/* days from 0000-03-01 to 2000-01-01 */

SegmCivil
segm_civil_of_day(int32_t day)
{
	int64_t		z = (int64_t) day + ERA_TO_2000;
	int64_t		era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
	int64_t		of_era = z - era * DAYS_PER_ERA;
	int64_t		year_of_era = (of_era - of_era / 1460 + of_era / 36524
							   - of_era / (DAYS_PER_ERA - 1)) / 365;
	int64_t		of_year = of_era - (365 * year_of_era + year_of_era / 4
									- year_of_era / 100);
	int64_t		march_month = (5 * of_year + 2) / 153;
	SegmCivil	civil;

	civil.day = (int) (of_year - (153 * march_month + 2) / 5 + 1);
	civil.month = (int) (march_month < 10 ? march_month + 3 : march_month - 9);
	civil.year = (int) (year_of_era + era * 400 + (civil.month <= 2));
	return civil;
}

SegmStatus
segm_day_of_civil(SegmCivil civil, int32_t *day)
{
	int64_t		year = (int64_t) civil.year - (civil.month <= 2);
	int64_t		era = (year >= 0 ? year : year - 399) / 400;
	int64_t		year_of_era = year - era * 400;
	int64_t		of_year;
	int64_t		result;
	SegmCivil	back;

	if (civil.month < 1 || civil.month > 12 || civil.day < 1 || civil.day > 31)
		return SEGM_DOMAIN;
	of_year = (153 * (civil.month > 2 ? civil.month - 3 : civil.month + 9) + 2) / 5
		+ civil.day - 1;
	result = era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4
		- year_of_era / 100 + of_year - ERA_TO_2000;
	if (result < SEGM_MIN_DAY || result > SEGM_MAX_DAY)
		return SEGM_DOMAIN;

	/* 30 February and the like come back as another day */
	back = segm_civil_of_day((int32_t) result);
	if (back.month != civil.month || back.day != civil.day)
		return SEGM_DOMAIN;
	*day = (int32_t) result;
	return SEGM_OK;
}
