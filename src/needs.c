/*
 * needs.c
 *		SQL functions for needs: spells of purchases, opportunity scores.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/timestamp.h"

#include "core/calendar.h"
#include "core/needs.h"
#include "glue.h"

/* The elements of a one-dimensional array without nulls, in place. */
static void *
elements(ArrayType *array, const char *name, int *n)
{
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s must be a one-dimensional array", name)));
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not contain nulls", name)));
	*n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	return ARR_DATA_PTR(array);
}

/* spell_end(times, parts, needed, within_days) */
PG_FUNCTION_INFO_V1(spell_end);
Datum
spell_end(PG_FUNCTION_ARGS)
{
	int			n_times;
	int			n_parts;
	int64	   *times = elements(PG_GETARG_ARRAYTYPE_P(0), "times", &n_times);
	int32	   *parts = elements(PG_GETARG_ARRAYTYPE_P(1), "parts", &n_parts);
	int			needed = PG_GETARG_INT32(2);
	int			days = PG_GETARG_INT32(3);
	bool		found;
	size_t		end;

	if (n_times != n_parts)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("times has %d elements, parts has %d, must be as many", n_times, n_parts)));
	if (needed < 1 || needed > SEGM_SPELL_MAX_PARTS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("needed is %d, must be between 1 and %d", needed, SEGM_SPELL_MAX_PARTS)));
	if (days < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("within_days is %d, must not be negative", days)));
	if (segm_spell_end(times, parts, n_times, needed, days * SEGM_USECS_PER_DAY, &found, &end) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("times must ascend, and parts be between 1 and needed, which is %d", needed)));
	if (!found)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(times[end]);
}

/* opportunity_score(importance, satisfaction) */
PG_FUNCTION_INFO_V1(opportunity_score);
Datum
opportunity_score(PG_FUNCTION_ARGS)
{
	double		importance = PG_GETARG_FLOAT8(0);
	double		satisfaction = PG_GETARG_FLOAT8(1);
	double		score;

	if (segm_opportunity_score(importance, satisfaction, &score) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("importance is %g, satisfaction %g: both must be between 0 and 10",
						importance, satisfaction)));
	PG_RETURN_FLOAT8(score);
}
