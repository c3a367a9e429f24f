/*
 * layers.c
 *		SQL functions for the overlap of segments.
 */
#include "postgres.h"

#include "core/layers.h"
#include "glue.h"

static void
refuse_counts(int64 both, int64 a, int64 b)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("both_count is " INT64_FORMAT ", a_count " INT64_FORMAT ", b_count " INT64_FORMAT
					": both_count must be between 0 and the smaller one, and those in either no more than customers",
					both, a, b)));
}

/* jaccard(both_count, a_count, b_count) */
PG_FUNCTION_INFO_V1(jaccard);
Datum
jaccard(PG_FUNCTION_ARGS)
{
	int64		both = PG_GETARG_INT64(0);
	int64		a = PG_GETARG_INT64(1);
	int64		b = PG_GETARG_INT64(2);
	bool		defined;
	double		result;

	if (segm_jaccard(both, a, b, &defined, &result) != SEGM_OK)
		refuse_counts(both, a, b);
	if (!defined)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

/* overlap_lift(both_count, a_count, b_count, customers) */
PG_FUNCTION_INFO_V1(overlap_lift);
Datum
overlap_lift(PG_FUNCTION_ARGS)
{
	int64		both = PG_GETARG_INT64(0);
	int64		a = PG_GETARG_INT64(1);
	int64		b = PG_GETARG_INT64(2);
	bool		defined;
	double		result;

	if (segm_overlap_lift(both, a, b, PG_GETARG_INT64(3), &defined, &result) != SEGM_OK)
		refuse_counts(both, a, b);
	if (!defined)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}
