/*
 * lifecycle.c
 *		SQL functions for the personal rhythm of a customer.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"

#include "core/lifecycle.h"
#include "glue.h"

/*
 * gap_quantile(gaps, fraction): the quantile of some numbers of days; null
 * for no gaps.
 */
PG_FUNCTION_INFO_V1(gap_quantile);
Datum
gap_quantile(PG_FUNCTION_ARGS)
{
	ArrayType  *gaps = PG_GETARG_ARRAYTYPE_P(0);
	double		fraction = PG_GETARG_FLOAT8(1);
	double		quantile;

	if (ARR_NDIM(gaps) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("gaps must be a one-dimensional array")));
	if (array_contains_nulls(gaps))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("gaps must not contain nulls")));
	if (!(fraction >= 0 && fraction <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("fraction must be between 0 and 1, not %g", fraction)));
	if (ARR_NDIM(gaps) == 0)
		PG_RETURN_NULL();
	cseg_check(segm_gap_quantile((const int32 *) ARR_DATA_PTR(gaps),
								 ArrayGetNItems(ARR_NDIM(gaps), ARR_DIMS(gaps)),
								 fraction, cseg_poll, &quantile), "fraction");
	PG_RETURN_FLOAT8(quantile);
}

/*
 * rhythm_threshold(own, n, shop, shop_weight): own and shop's value by their
 * weights; the other one where one is null.
 */
PG_FUNCTION_INFO_V1(rhythm_threshold);
Datum
rhythm_threshold(PG_FUNCTION_ARGS)
{
	int			shop_argument = 2;	/* literal: argument number */
	int			weight_argument = 3;	/* literal: argument number */
	double		threshold;

	if (PG_ARGISNULL(shop_argument) || PG_ARGISNULL(weight_argument))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(shop_argument));
	cseg_check(segm_rhythm_threshold(PG_GETARG_FLOAT8(0), PG_GETARG_INT64(1),
									 PG_GETARG_FLOAT8(shop_argument),
									 PG_GETARG_FLOAT8(weight_argument), &threshold),
			   "n or shop_weight");
	PG_RETURN_FLOAT8(threshold);
}
