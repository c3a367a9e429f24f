/*
 * loyalty.c
 *		Windows of a loyalty programme and steps lost: values by the calendar.
 */
#include "calendar.h"
#include "loyalty.h"
#include "tap.h"

static int32_t
day_of(int year, int month, int day)
{
	SegmCivil	civil = {year, month, day};
	int32_t		result = 0;

	ok(segm_day_of_civil(civil, &result) == SEGM_OK, "%d-%d-%d is a day", year, month, day);
	return result;
}

static void
windows(void)
{
	int32_t		got = 0;

	ok(segm_loyalty_last_day(SEGM_LOYALTY_ROLLING_12_MONTHS, day_of(2023, 3, 1), &got) == SEGM_OK && got == day_of(2024, 2, 29),
	   "an order of 1 March 2023 counts up to 29 February");
	ok(segm_loyalty_last_day(SEGM_LOYALTY_ROLLING_12_MONTHS, day_of(2024, 2, 29), &got) == SEGM_OK && got == day_of(2025, 2, 27),
	   "one of 29 February up to the day before 28 February");
	ok(segm_loyalty_first_day(SEGM_LOYALTY_ROLLING_12_MONTHS, day_of(2024, 2, 28), &got) == SEGM_OK && got == day_of(2023, 2, 28),
	   "on 28 February of a leap year the 28th counts");
	ok(segm_loyalty_first_day(SEGM_LOYALTY_ROLLING_12_MONTHS, day_of(2023, 12, 31), &got) == SEGM_OK && got == day_of(2023, 1, 1),
	   "on 31 December the year counts");
	ok(segm_loyalty_last_day(SEGM_LOYALTY_CALENDAR_YEAR, day_of(2023, 1, 1), &got) == SEGM_OK && got == day_of(2023, 12, 31),
	   "a year ends on 31 December");
	ok(segm_loyalty_first_day(SEGM_LOYALTY_CALENDAR_YEAR, day_of(2023, 12, 31), &got) == SEGM_OK && got == day_of(2023, 1, 1),
	   "and begins on 1 January");
	ok(segm_loyalty_last_day(SEGM_LOYALTY_CALENDAR_YEAR, SEGM_MAX_DAY, &got) == SEGM_DOMAIN, "behind the calendar: refused");
	ok(segm_loyalty_first_day(SEGM_LOYALTY_ROLLING_12_MONTHS, SEGM_MIN_DAY, &got) == SEGM_DOMAIN, "before the calendar: refused");
}

static void
losses(void)
{
	is_int(segm_loyalty_steps_lost(0, 90, true, 4), 0, "earned today");
	is_int(segm_loyalty_steps_lost(90, 90, true, 4), 0, "the last day of grace");
	is_int(segm_loyalty_steps_lost(91, 90, true, 4), 1, "the day after it");
	is_int(segm_loyalty_steps_lost(180, 90, true, 4), 1, "as many days later");
	is_int(segm_loyalty_steps_lost(181, 90, true, 4), 2, "and one more");
	is_int(segm_loyalty_steps_lost(100000, 90, true, 4), 4, "never more than all");
	is_int(segm_loyalty_steps_lost(91, 90, false, 4), 4, "all at once");
	is_int(segm_loyalty_steps_lost(0, 0, true, 4), 0, "without grace, on the day");
	is_int(segm_loyalty_steps_lost(1, 0, true, 4), 4, "and after it");
}

int
main(void)
{
	windows();
	losses();
	return tap_done();
}
