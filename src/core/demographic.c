/*
 * demographic.c
 *		Age and birthday of a person.
 */
#include "core/demographic.h"

/* The birthday of a year; false for years beyond the calendar. */
static bool
birthday_of(SegmCivil birth, int year, int32_t *day)
{
	SegmCivil	civil = birth;

	civil.year = year;
	if (segm_day_of_civil(civil, day) == SEGM_OK)
		return true;
	/* a year without 29 February */
	civil.month = 3;
	civil.day = 1;
	return birth.month == 2 && birth.day == 29 && segm_day_of_civil(civil, day) == SEGM_OK;
}

bool
segm_age_years(int32_t birth_day, int32_t on_day, int32_t *years)
{
	SegmCivil	birth = segm_civil_of_day(birth_day);
	SegmCivil	on = segm_civil_of_day(on_day);
	int32_t		birthday;

	if (birth_day > on_day || !birthday_of(birth, on.year, &birthday))
		return false;
	*years = on.year - birth.year - (on_day < birthday);
	return true;
}

bool
segm_days_to_birthday(int32_t birth_day, int32_t on_day, int32_t *days)
{
	SegmCivil	birth = segm_civil_of_day(birth_day);
	SegmCivil	on = segm_civil_of_day(on_day);
	int32_t		birthday;

	if (birth_day > on_day || !birthday_of(birth, on.year, &birthday) ||
		(birthday < on_day && !birthday_of(birth, on.year + 1, &birthday)))
		return false;
	*days = birthday - on_day;
	return true;
}
