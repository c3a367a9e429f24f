/*
 * engagement.c
 *		engagement_level, of histories and as an aggregate over events, and
 *		engagement_score.
 */
#include "postgres.h"

#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "activity_history.h"
#include "core/engagement.h"

static Datum
level_datum(SegmEngagementLevel level)
{
	return CStringGetTextDatum(segm_engagement_level_name(level));
}

/* The day after as_of, up to which a question goes. */
static int64
until_argument(FunctionCallInfo fcinfo, int argument)
{
	DateADT		as_of = PG_GETARG_DATEADT(argument);

	if (DATE_NOT_FINITE(as_of))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("as_of must be finite, got %s", DATE_IS_NOBEGIN(as_of) ? "-infinity" : "infinity")));
	return (int64) as_of + 1;
}

/* engagement_level(history, as_of [, min_opens, min_clicks, window_days, low_days]) */
PG_FUNCTION_INFO_V1(engagement_level);
Datum
engagement_level(PG_FUNCTION_ARGS)
{
	enum
	{
		ARG_HISTORY,
		ARG_AS_OF,
		ARG_MIN_OPENS,
		ARG_MIN_CLICKS,
		ARG_WINDOW_DAYS,
		ARG_LOW_DAYS
	};
	SegmActivity activity = PG_GETARG_ACTIVITY(ARG_HISTORY);
	SegmEngagementRules rules = SEGM_ENGAGEMENT_RULES;
	SegmEngagementLevel level;

	rules.min_opens = PG_GETARG_INT32(ARG_MIN_OPENS);
	rules.min_clicks = PG_GETARG_INT32(ARG_MIN_CLICKS);
	rules.window_days = PG_GETARG_INT32(ARG_WINDOW_DAYS);
	rules.low_days = PG_GETARG_INT32(ARG_LOW_DAYS);
	if (segm_engagement_check(&rules) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("min_opens %d, min_clicks %d, window_days %d, low_days %d: must be min_opens >= 0, min_clicks >= 0 and 0 < window_days <= low_days",
						rules.min_opens, rules.min_clicks, rules.window_days, rules.low_days)));
	cseg_check(segm_engagement_of(&activity, until_argument(fcinfo, ARG_AS_OF), &rules, &level),
			   ACTIVITY_TYPE_NAME);
	PG_RETURN_DATUM(level_datum(level));
}

/* One number for each kind, in the order of event_kinds(). */
static void
numbers_argument(FunctionCallInfo fcinfo, int argument, const char *name, double *numbers)
{
	ArrayType  *array;

	if (PG_NARGS() <= argument || PG_ARGISNULL(argument))
		return;
	array = PG_GETARG_ARRAYTYPE_P(argument);
	if (ARR_NDIM(array) != 1 || ARR_HASNULL(array) || ARR_DIMS(array)[0] != SEGM_EVENT_KINDS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must have %d numbers, one for each kind of event", name, SEGM_EVENT_KINDS),
				 errhint("Their order is that of event_kinds().")));
	memcpy(numbers, ARR_DATA_PTR(array), sizeof(double) * SEGM_EVENT_KINDS);
}

/* engagement_score(history, as_of, weights, half_lives) */
PG_FUNCTION_INFO_V1(engagement_score);
Datum
engagement_score(PG_FUNCTION_ARGS)
{
	enum
	{
		ARG_HISTORY,
		ARG_AS_OF,
		ARG_WEIGHTS,
		ARG_HALF_LIVES
	};
	SegmEngagementWeights weights = *segm_engagement_default_weights();
	SegmActivity activity;
	double		score;

	if (PG_ARGISNULL(ARG_HISTORY) || PG_ARGISNULL(ARG_AS_OF))
		PG_RETURN_NULL();
	activity = PG_GETARG_ACTIVITY(ARG_HISTORY);
	numbers_argument(fcinfo, ARG_WEIGHTS, "weights", weights.weight);
	numbers_argument(fcinfo, ARG_HALF_LIVES, "half_lives", weights.half_life);
	if (segm_engagement_check_weights(&weights) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weights must be finite and >= 0, half_lives finite and > 0")));
	cseg_check(segm_engagement_score(&activity, until_argument(fcinfo, ARG_AS_OF), &weights, &score),
			   "engagement_score");
	PG_RETURN_FLOAT8(score);
}

/* The days, from one up to another, on which the customer did anything. */
static SegmActivityTotals
active_totals(FunctionCallInfo fcinfo)
{
	SegmActivity activity = PG_GETARG_ACTIVITY(0);
	SegmActivityRange range = segm_activity_whole;
	SegmActivityTotals totals;

	for (int kind = 0; kind < SEGM_EVENT_KINDS; kind++)
		if (!segm_event_kind_is_active(kind))
			range.kinds &= ~(UINT32_C(1) << kind);
	if (PG_NARGS() > 1)
	{
		range.from = PG_GETARG_DATEADT(1);
		range.to = PG_GETARG_DATEADT(2);	/* literal: the third argument */
	}
	cseg_check(segm_activity_totals(&activity, &range, &totals), ACTIVITY_TYPE_NAME);
	return totals;
}

PG_FUNCTION_INFO_V1(active_days);
Datum
active_days(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(active_totals(fcinfo).days);
}

PG_FUNCTION_INFO_V1(last_active_on);
Datum
last_active_on(PG_FUNCTION_ARGS)
{
	SegmActivityTotals totals = active_totals(fcinfo);

	if (totals.days == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(totals.last_day);
}

/* What ships, one row a kind: kind, weight, half_life_days. */
PG_FUNCTION_INFO_V1(engagement_default_weights);
Datum
engagement_default_weights(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const SegmEngagementWeights *weights = segm_engagement_default_weights();

	InitMaterializedSRF(fcinfo, 0);
	for (int kind = 0; kind < SEGM_EVENT_KINDS; kind++)
	{
		size_t		length;
		const char *name = segm_event_kind_name(kind, &length);
		Datum		values[] = {
			PointerGetDatum(cstring_to_text_with_len(name, length)),
			Float8GetDatum(weights->weight[kind]), Float8GetDatum(weights->half_life[kind])
		};
		bool		nulls[lengthof(values)] = {0};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* ---- the aggregate over events: exact instants, no days ---- */

#define VERSION		1

typedef struct LevelState
{
	char		vl_len_[VARHDRSZ];	/* a bytea of this size, in place */
	uint8		version;		/* of this format */
	uint8		unused[3];		/* the numbers are aligned, and all bytes defined */
	TimestampTz as_of;
	SegmEngagementTally tally;
} LevelState;

static LevelState *
level_state(Datum datum)
{
	struct varlena *value = PG_DETOAST_DATUM(datum);

	cseg_check_version(value, VERSION, "engagement_level");
	if (VARSIZE(value) != sizeof(LevelState))
		cseg_raise(SEGM_CORRUPT, "engagement_level");
	return (LevelState *) value;
}

static void
check_as_of(TimestampTz a, TimestampTz b)
{
	if (a != b)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("as_of must be the same for all rows of a group"),
				 errdetail("It is both %s and %s.", pstrdup(timestamptz_to_str(a)), pstrdup(timestamptz_to_str(b)))));
}

/* state, event_type, occurred_at, as_of [, is_machine] */
PG_FUNCTION_INFO_V1(engagement_level_add);
Datum
engagement_level_add(PG_FUNCTION_ARGS)
{
	enum
	{
		ARG_STATE,
		ARG_EVENT_TYPE,
		ARG_TIME,
		ARG_AS_OF,
		ARG_IS_MACHINE
	};
	SegmEngagementRules rules = SEGM_ENGAGEMENT_RULES;
	LevelState *state;
	TimestampTz as_of;
	TimestampTz at;
	SegmEventKind kind;
	text	   *name;
	bool		known;

	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(ARG_AS_OF))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("as_of must not be null")));
	as_of = PG_GETARG_TIMESTAMPTZ(ARG_AS_OF);
	if (TIMESTAMP_NOT_FINITE(as_of))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("as_of must be finite, got %s", TIMESTAMP_IS_NOBEGIN(as_of) ? "-infinity" : "infinity")));
	if (PG_ARGISNULL(ARG_STATE))
	{
		state = palloc0(sizeof(LevelState));
		SET_VARSIZE(state, sizeof(LevelState));
		state->version = VERSION;
		state->as_of = as_of;
	}
	else
		state = level_state(PG_GETARG_DATUM(ARG_STATE));
	check_as_of(state->as_of, as_of);
	if (PG_ARGISNULL(ARG_EVENT_TYPE) || PG_ARGISNULL(ARG_TIME) ||
		(PG_NARGS() > ARG_IS_MACHINE && !PG_ARGISNULL(ARG_IS_MACHINE) && PG_GETARG_BOOL(ARG_IS_MACHINE)))
		PG_RETURN_POINTER(state);
	at = PG_GETARG_TIMESTAMPTZ(ARG_TIME);
	if (TIMESTAMP_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("occurred_at must be finite, got %s", TIMESTAMP_IS_NOBEGIN(at) ? "-infinity" : "infinity")));
	name = PG_GETARG_TEXT_PP(ARG_EVENT_TYPE);
	kind = segm_event_kind(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name), &known);
	if (kind != SEGM_NO_KIND && at < as_of)
		cseg_check(segm_engagement_count(&state->tally, kind, 1,
										 at >= as_of - rules.window_days * USECS_PER_DAY,
										 at >= as_of - rules.low_days * USECS_PER_DAY), "engagement_level");
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(engagement_level_merge);
Datum
engagement_level_merge(PG_FUNCTION_ARGS)
{
	LevelState *state;
	LevelState *other;

	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(0) && PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(PG_GETARG_VARLENA_P(0));
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(PG_GETARG_VARLENA_P(1));
	state = level_state(PG_GETARG_DATUM(0));
	other = level_state(PG_GETARG_DATUM(1));
	check_as_of(state->as_of, other->as_of);
	cseg_check(segm_engagement_add(&state->tally, &other->tally), "engagement_level");
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(engagement_level_final);
Datum
engagement_level_final(PG_FUNCTION_ARGS)
{
	SegmEngagementRules rules = SEGM_ENGAGEMENT_RULES;
	LevelState *state;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = level_state(PG_GETARG_DATUM(0));
	PG_RETURN_DATUM(level_datum(segm_engagement_level(&state->tally, &rules)));
}
