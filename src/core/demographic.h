/*
 * demographic.h
 *		Age and birthday of a person.
 *
 * Who was born on 29 February has the birthday on 1 March in a year without
 * that day, and is a year older from then on.
 */
#ifndef SEGM_DEMOGRAPHIC_H
#define SEGM_DEMOGRAPHIC_H

#include "core/calendar.h"

/*
 * Whole years from a day of birth to another day; false if the person was
 * not born by then.  Both days within the calendar's range.
 */
extern bool segm_age_years(int32_t birth_day, int32_t on_day, int32_t *years);

/* Days to the next birthday, 0 on the day itself; false as above. */
extern bool segm_days_to_birthday(int32_t birth_day, int32_t on_day, int32_t *days);

#endif							/* SEGM_DEMOGRAPHIC_H */
