/*
 * calendar.c
 *		Days and civil dates: known days, the ends of the range, a walk over
 *		every day of nine centuries, days that do not exist.
 */
#include "core/calendar.h"
#include "tap.h"

static SegmCivil
civil_of(int year, int month, int day)
{
	SegmCivil	civil = {year, month, day};

	return civil;
}

static void
known(int year, int month, int day, int32_t number)
{
	SegmCivil	civil = segm_civil_of_day(number);
	int32_t		back = 0;

	ok(civil.year == year && civil.month == month && civil.day == day,
	   "day %d is %d-%02d-%02d", (int) number, year, month, day);
	ok(segm_day_of_civil(civil_of(year, month, day), &back) == SEGM_OK && back == number,
	   "%d-%02d-%02d is day %d", year, month, day, (int) number);
}

static void
refused(int year, int month, int day, const char *why)
{
	int32_t		ignored;

	is_int(segm_day_of_civil(civil_of(year, month, day), &ignored), SEGM_DOMAIN, why);
}

/* The calendar told the slow way, one day after the other. */
static void
walk(int32_t from, SegmCivil civil, int days)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int			wrong = 0;

	for (int i = 0; i < days; i++)
	{
		SegmCivil	got = segm_civil_of_day(from + i);
		bool		leap = civil.year % 4 == 0 && (civil.year % 100 != 0 || civil.year % 400 == 0);
		int32_t		back = INT32_MIN;

		wrong += got.year != civil.year || got.month != civil.month || got.day != civil.day;
		wrong += segm_day_of_civil(civil, &back) != SEGM_OK || back != from + i;
		if (++civil.day > lengths[civil.month - 1] + (leap && civil.month == 2))
		{
			civil.day = 1;
			if (++civil.month > 12)
			{
				civil.month = 1;
				civil.year++;
			}
		}
	}
	ok(wrong == 0, "%d days from day %d", days, (int) from);
}

int
main(void)
{
	known(2000, 1, 1, 0);
	known(1999, 12, 31, -1);
	known(2000, 2, 29, 59);
	known(2024, 2, 29, 8825);
	known(1970, 1, 1, -10957);
	known(1, 1, 1, -730119);
	known(0, 12, 31, -730120);
	known(-4713, 11, 24, SEGM_MIN_DAY);
	known(294276, 12, 31, SEGM_MAX_DAY);
	refused(-4713, 11, 23, "the day before the first");
	refused(294277, 1, 1, "the day after the last");
	refused(2023, 2, 29, "no leap year");
	refused(1900, 2, 29, "no leap century");
	refused(2024, 4, 31, "30 days hath April");
	refused(2024, 0, 1, "month 0");
	refused(2024, 13, 1, "month 13");
	refused(2024, 1, 0, "day 0");
	refused(2024, 1, 32, "day 32");
	refused(INT32_MAX, 1, 1, "the largest year");
	refused(INT32_MIN, 12, 31, "the smallest year");
	walk(-146097, civil_of(1600, 1, 1), 146097 * 2 + 40000);
	walk(-730485 - 365, civil_of(-1, 1, 1), 1500);

	is_int(segm_day_of_instant(0), 0, "midnight begins a day");
	is_int(segm_day_of_instant(-1), -1, "a microsecond before it is the day before");
	is_int(segm_day_of_instant(SEGM_USECS_PER_DAY - 1), 0, "a microsecond before the next is not");
	is_int(segm_day_of_instant(SEGM_MIN_INSTANT), SEGM_MIN_DAY, "the first instant");
	is_int(segm_day_of_instant(SEGM_END_INSTANT - 1), SEGM_MAX_DAY, "the last instant");
	ok(segm_near_day(-SEGM_USECS_PER_DAY, 0) && !segm_near_day(-SEGM_USECS_PER_DAY - 1, 0),
	   "a local day begins at most a day after an instant");
	ok(segm_near_day(2 * SEGM_USECS_PER_DAY - 1, 0) && !segm_near_day(2 * SEGM_USECS_PER_DAY, 0),
	   "and ends at most a day before it");
	ok(!segm_near_day(SEGM_MIN_INSTANT, SEGM_MAX_DAY) && !segm_near_day(SEGM_END_INSTANT - 1, SEGM_MIN_DAY),
	   "the ends of the range are far apart");
	return tap_done();
}
