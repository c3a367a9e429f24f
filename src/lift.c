/*
 * lift.c
 *		The aggregates lift: outcomes of treated customers against a hold-out.
 *
 * Their state is a bytea of fixed size, changed in place: the exact sums of
 * both groups, the confidence asked for, and what kind of outcome it is.
 */
#include "postgres.h"

#include "core/lift.h"
#include "glue.h"

#define NAME		"lift"

#define VERSION		1

typedef struct LiftState
{
	uint8		version;
	uint8		unused[3];
	int32		kind;			/* a SegmLiftKind */
	double		confidence;
	SegmLiftSums sums;
} LiftState;

/* The arguments of the row transitions; the last one may be missing. */
enum
{
	ARG_STATE,
	ARG_IS_TREATED,
	ARG_OUTCOME,
	ARG_CONFIDENCE
};

/* A state out of a datum, which may lie anywhere in memory. */
static LiftState
read_state(bytea *value)
{
	LiftState	state;

	cseg_check_version(value, VERSION, NAME);
	if (VARSIZE_ANY_EXHDR(value) != sizeof(state))
		cseg_raise(SEGM_CORRUPT, NAME);
	memcpy(&state, VARDATA_ANY(value), sizeof(state));
	if (state.sums.treated.n < 0 || state.sums.holdout.n < 0 ||
		(state.kind != SEGM_LIFT_SHARES && state.kind != SEGM_LIFT_MEANS))
		cseg_raise(SEGM_CORRUPT, NAME);
	return state;
}

/* Into the old state, or into a new one. */
static Datum
write_state(bytea *value, const LiftState *state)
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
check_same(const LiftState *a, const LiftState *b)
{
	if (a->confidence != b->confidence || a->kind != b->kind)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence of %s must be the same for all rows", NAME)));
}

static Datum
step(FunctionCallInfo fcinfo, SegmLiftKind kind)
{
	bytea	   *value = NULL;
	LiftState	state = {0};
	LiftState	asked = {.version = VERSION,.kind = kind,.confidence = cseg_confidence(fcinfo, ARG_CONFIDENCE)};

	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(ARG_STATE))
		state = asked;
	else
	{
		value = PG_GETARG_BYTEA_P(ARG_STATE);
		state = read_state(value);
		check_same(&state, &asked);
	}
	if (!PG_ARGISNULL(ARG_IS_TREATED) && !PG_ARGISNULL(ARG_OUTCOME))
	{
		double		outcome = kind == SEGM_LIFT_SHARES ? PG_GETARG_BOOL(ARG_OUTCOME) : PG_GETARG_FLOAT8(ARG_OUTCOME);
		SegmStatus	status = segm_lift_add(PG_GETARG_BOOL(ARG_IS_TREATED) ? &state.sums.treated : &state.sums.holdout,
										   outcome);

		if (status == SEGM_NOT_FINITE)
			ereport(ERROR,
					(errcode(ERRCODE_DATA_EXCEPTION), errmsg("outcome must be finite, got %g", outcome)));
		if (status == SEGM_TOO_LARGE)
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("outcome is %g, must be between %g and %g", outcome, -SEGM_LIFT_MAX, SEGM_LIFT_MAX)));
		cseg_check(status, "number of rows");
	}
	return write_state(value, &state);
}

PG_FUNCTION_INFO_V1(lift_step_share);
Datum
lift_step_share(PG_FUNCTION_ARGS)
{
	return step(fcinfo, SEGM_LIFT_SHARES);
}

PG_FUNCTION_INFO_V1(lift_step_mean);
Datum
lift_step_mean(PG_FUNCTION_ARGS)
{
	return step(fcinfo, SEGM_LIFT_MEANS);
}

PG_FUNCTION_INFO_V1(lift_combine);
Datum
lift_combine(PG_FUNCTION_ARGS)
{
	bytea	   *value;
	LiftState	state;
	LiftState	other;

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
	check_same(&state, &other);
	cseg_check(segm_lift_merge(&state.sums, &other.sums), "number of rows");
	PG_RETURN_DATUM(write_state(value, &state));
}

/* The columns of type lift_result */
enum
{
	LIFT_TREATED_N,
	LIFT_HOLDOUT_N,
	LIFT_TREATED,
	LIFT_HOLDOUT,
	LIFT_DIFFERENCE,
	LIFT_LOW,
	LIFT_HIGH,
	LIFT_RATIO,
	LIFT_RATIO_LOW,
	LIFT_RATIO_HIGH,
	LIFT_P,
	LIFT_RELIABLE,
	LIFT_COLUMNS
};

PG_FUNCTION_INFO_V1(lift_final);
Datum
lift_final(PG_FUNCTION_ARGS)
{
	LiftState	state;
	SegmLift	lift;
	Datum		values[LIFT_COLUMNS];
	bool		nulls[LIFT_COLUMNS] = {false};

	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = read_state(PG_GETARG_BYTEA_PP(0));
	cseg_check(segm_lift((SegmLiftKind) state.kind, &state.sums, state.confidence, &lift), NAME);
	values[LIFT_TREATED_N] = Int64GetDatum(state.sums.treated.n);
	values[LIFT_HOLDOUT_N] = Int64GetDatum(state.sums.holdout.n);
	values[LIFT_TREATED] = Float8GetDatum(lift.treated);
	values[LIFT_HOLDOUT] = Float8GetDatum(lift.holdout);
	values[LIFT_DIFFERENCE] = Float8GetDatum(lift.difference);
	values[LIFT_LOW] = Float8GetDatum(lift.low);
	values[LIFT_HIGH] = Float8GetDatum(lift.high);
	values[LIFT_RATIO] = Float8GetDatum(lift.ratio);
	values[LIFT_RATIO_LOW] = Float8GetDatum(lift.ratio_low);
	values[LIFT_RATIO_HIGH] = Float8GetDatum(lift.ratio_high);
	values[LIFT_P] = Float8GetDatum(lift.p);
	values[LIFT_RELIABLE] = BoolGetDatum(lift.reliable);
	nulls[LIFT_TREATED] = state.sums.treated.n == 0;
	nulls[LIFT_HOLDOUT] = state.sums.holdout.n == 0;
	nulls[LIFT_DIFFERENCE] = !lift.has_difference;
	nulls[LIFT_LOW] = nulls[LIFT_HIGH] = !lift.has_interval;
	nulls[LIFT_RATIO] = !lift.has_ratio;
	nulls[LIFT_RATIO_LOW] = nulls[LIFT_RATIO_HIGH] = !lift.has_ratio_interval;
	nulls[LIFT_P] = !lift.has_p;
	PG_RETURN_DATUM(cseg_row(fcinfo, values, nulls, lengthof(values)));
}
