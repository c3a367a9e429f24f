/*
 * demographic.c
 *		SQL functions for age and birthday.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/date.h"

#include "core/demographic.h"
#include "glue.h"

/*
 * Two days and the earliest day of birth that is believed; false where there
 * is nothing to say.
 */
static bool
believable(FunctionCallInfo fcinfo)
{
	DateADT		birth_date = PG_GETARG_DATEADT(0);
	DateADT		on_date = PG_GETARG_DATEADT(1);

	return birth_date >= PG_GETARG_DATEADT(2) &&
		birth_date >= SEGM_MIN_DAY && birth_date <= SEGM_MAX_DAY &&
		on_date >= SEGM_MIN_DAY && on_date <= SEGM_MAX_DAY;
}

/*
 * age_in_years(birth_date, on_date, earliest): whole years; null if born
 * after on_date or before earliest.
 */
PG_FUNCTION_INFO_V1(age_in_years);
Datum
age_in_years(PG_FUNCTION_ARGS)
{
	int32		years;

	if (!believable(fcinfo) ||
		!segm_age_years(PG_GETARG_DATEADT(0), PG_GETARG_DATEADT(1), &years))
		PG_RETURN_NULL();
	PG_RETURN_INT32(years);
}

/*
 * days_to_birthday(birth_date, on_date, earliest): 0 on the birthday; null
 * as above.
 */
PG_FUNCTION_INFO_V1(days_to_birthday);
Datum
days_to_birthday(PG_FUNCTION_ARGS)
{
	int32		days;

	if (!believable(fcinfo) ||
		!segm_days_to_birthday(PG_GETARG_DATEADT(0), PG_GETARG_DATEADT(1), &days))
		PG_RETURN_NULL();
	PG_RETURN_INT32(days);
}
