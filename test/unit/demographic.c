/*
 * demographic.c
 *		Age and birthdays: by hand, around leap days, at the ends of the calendar.
 */
#include "core/demographic.h"
#include "tap.h"

static int32_t
day(int year, int month, int of_month)
{
	int32_t		result = 0;

	ok(segm_day_of_civil((SegmCivil) {year, month, of_month}, &result) == SEGM_OK, "%d-%d-%d is a day", year, month, of_month);
	return result;
}

static void
person(int32_t born, int32_t on, int32_t years, int32_t days, const char *name)
{
	int32_t		got_years = -1;
	int32_t		got_days = -1;

	ok(segm_age_years(born, on, &got_years) && got_years == years, "%s: %d years", name, years);
	ok(segm_days_to_birthday(born, on, &got_days) && got_days == days, "%s: %d days to go", name, days);
}

int
main(void)
{
	int32_t		result;

	person(day(1990, 6, 15), day(2024, 6, 14), 33, 1, "the day before");
	person(day(1990, 6, 15), day(2024, 6, 15), 34, 0, "on the day");
	person(day(1990, 6, 15), day(2024, 6, 16), 34, 364, "the day after");
	person(day(1990, 12, 31), day(2024, 12, 30), 33, 1, "end of a year");
	person(day(1990, 1, 2), day(2023, 12, 30), 33, 3, "across the new year");
	person(day(2024, 6, 15), day(2024, 6, 15), 0, 0, "on the day of birth");
	person(day(2004, 2, 29), day(2023, 2, 28), 18, 1, "leap day, 28 February of a common year");
	person(day(2004, 2, 29), day(2023, 3, 1), 19, 0, "leap day, 1 March of a common year");
	person(day(2004, 2, 29), day(2024, 2, 28), 19, 1, "leap day, the day before in a leap year");
	person(day(2004, 2, 29), day(2024, 2, 29), 20, 0, "leap day in a leap year");
	person(day(2004, 2, 29), day(2024, 3, 1), 20, 365, "leap day, then the next year");
	person(day(1900, 3, 1), day(2100, 2, 28), 199, 1, "2100 is no leap year");
	ok(!segm_age_years(day(2024, 6, 15), day(2024, 6, 14), &result), "not yet born: no age");
	ok(!segm_days_to_birthday(day(2024, 6, 15), day(2024, 6, 14), &result), "not yet born: no birthday");
	ok(!segm_days_to_birthday(day(2000, 1, 1), SEGM_MAX_DAY, &result), "a birthday beyond the calendar: none");
	ok(segm_age_years(SEGM_MIN_DAY, SEGM_MAX_DAY, &result) && result > 290000, "from end to end of the calendar");
	return tap_done();
}
