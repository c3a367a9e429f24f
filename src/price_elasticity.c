/*
 * price_elasticity.c
 *		The aggregate price_elasticity.
 *
 * Its state is a bytea of fixed size, changed in place: the exact sums and
 * the confidence asked for.
 */
#include "postgres.h"

#include "core/price_elasticity.h"
#include "glue.h"

#define NAME		"price_elasticity"

#define VERSION		1

typedef struct ElasticityState
{
	uint8		version;
	uint8		unused[7];
	double		confidence;
	SegmElasticitySums sums;
} ElasticityState;

/* The arguments of the row transitions; the last two may be missing. */
enum
{
	ARG_STATE,
	ARG_PRICE,
	ARG_QUANTITY,
	ARG_PROMOTION,
	ARG_CONFIDENCE
};

/* A state out of a datum, which may lie anywhere in memory. */
static ElasticityState
read_state(bytea *value)
{
	ElasticityState state;

	cseg_check_version(value, VERSION, NAME);
	if (VARSIZE_ANY_EXHDR(value) != sizeof(state))
		cseg_raise(SEGM_CORRUPT, NAME);
	memcpy(&state, VARDATA_ANY(value), sizeof(state));
	if (state.sums.kinds[0].n < 0 || state.sums.kinds[1].n < 0 || state.sums.ignored < 0)
		cseg_raise(SEGM_CORRUPT, NAME);
	return state;
}

/* Into the old state, or into a new one. */
static Datum
write_state(bytea *value, const ElasticityState *state)
{
	if (value == NULL)
	{
		value = palloc(VARHDRSZ + sizeof(*state));
		SET_VARSIZE(value, VARHDRSZ + sizeof(*state));
	}
	memcpy(VARDATA(value), state, sizeof(*state));
	return PointerGetDatum(value);
}

static void
check_same(double a, double b)
{
	if (a != b)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence of %s must be the same for all rows", NAME)));
}

/* price_elasticity_step(state, price, quantity, promotion, confidence) */
PG_FUNCTION_INFO_V1(price_elasticity_step);
Datum
price_elasticity_step(PG_FUNCTION_ARGS)
{
	bytea	   *value = NULL;
	ElasticityState state = {0};
	double		confidence = cseg_confidence(fcinfo, ARG_CONFIDENCE);
	bool		promotion = false;
	SegmStatus	status;

	cseg_require_aggregate(fcinfo);
	if (!PG_ARGISNULL(ARG_STATE))
	{
		value = PG_GETARG_BYTEA_P(ARG_STATE);
		state = read_state(value);
		check_same(state.confidence, confidence);
	}
	state.version = VERSION;
	state.confidence = confidence;
	if (PG_NARGS() > ARG_PROMOTION && !PG_ARGISNULL(ARG_PROMOTION))
		promotion = PG_GETARG_BOOL(ARG_PROMOTION);
	if (!PG_ARGISNULL(ARG_PRICE) && !PG_ARGISNULL(ARG_QUANTITY))
	{
		double		price = PG_GETARG_FLOAT8(ARG_PRICE);
		double		quantity = PG_GETARG_FLOAT8(ARG_QUANTITY);

		status = segm_elasticity_add(&state.sums, price, quantity, promotion);
		if (status == SEGM_NOT_FINITE)
			ereport(ERROR,
					(errcode(ERRCODE_DATA_EXCEPTION),
					 errmsg("price and quantity must be finite, got %g and %g", price, quantity)));
		cseg_check(status, "number of rows");
	}
	PG_RETURN_DATUM(write_state(value, &state));
}

PG_FUNCTION_INFO_V1(price_elasticity_combine);
Datum
price_elasticity_combine(PG_FUNCTION_ARGS)
{
	bytea	   *value;
	ElasticityState state;
	ElasticityState other;

	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	other = read_state(PG_GETARG_BYTEA_PP(1));
	if (PG_ARGISNULL(0))
		PG_RETURN_DATUM(write_state(NULL, &other));
	value = PG_GETARG_BYTEA_P(0);
	state = read_state(value);
	check_same(state.confidence, other.confidence);
	cseg_check(segm_elasticity_merge(&state.sums, &other.sums), "number of rows");
	PG_RETURN_DATUM(write_state(value, &state));
}

/* The columns of type price_elasticity_fit */
enum
{
	FIT_ELASTICITY,
	FIT_ERROR,
	FIT_LOW,
	FIT_HIGH,
	FIT_INTERCEPT,
	FIT_R_SQUARED,
	FIT_PROMOTION,
	FIT_PROMOTION_ERROR,
	FIT_N,
	FIT_DEGREES,
	FIT_IGNORED,
	FIT_COLUMNS
};

PG_FUNCTION_INFO_V1(price_elasticity_final);
Datum
price_elasticity_final(PG_FUNCTION_ARGS)
{
	ElasticityState state;
	SegmElasticity fit;
	Datum		values[FIT_COLUMNS];
	bool		nulls[FIT_COLUMNS] = {false};

	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = read_state(PG_GETARG_BYTEA_PP(0));
	cseg_check(segm_elasticity(&state.sums, state.confidence, &fit), NAME);
	values[FIT_ELASTICITY] = Float8GetDatum(fit.slope);
	values[FIT_ERROR] = Float8GetDatum(fit.slope_error);
	values[FIT_LOW] = Float8GetDatum(fit.low);
	values[FIT_HIGH] = Float8GetDatum(fit.high);
	values[FIT_INTERCEPT] = Float8GetDatum(fit.intercept);
	values[FIT_R_SQUARED] = Float8GetDatum(fit.r_squared);
	values[FIT_PROMOTION] = Float8GetDatum(fit.promotion);
	values[FIT_PROMOTION_ERROR] = Float8GetDatum(fit.promotion_error);
	values[FIT_N] = Int64GetDatum(fit.n);
	values[FIT_DEGREES] = Int64GetDatum(fit.degrees);
	values[FIT_IGNORED] = Int64GetDatum(state.sums.ignored);
	nulls[FIT_ELASTICITY] = nulls[FIT_INTERCEPT] = !fit.has_slope;
	nulls[FIT_ERROR] = nulls[FIT_LOW] = nulls[FIT_HIGH] = !fit.has_error;
	nulls[FIT_R_SQUARED] = !fit.has_fit;
	nulls[FIT_PROMOTION] = !fit.has_promotion;
	nulls[FIT_PROMOTION_ERROR] = !fit.has_promotion || !fit.has_error;
	PG_RETURN_DATUM(cseg_row(fcinfo, values, nulls, lengthof(values)));
}
