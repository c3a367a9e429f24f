/*
 * behavior.c
 *		Sessions, retention and times between events: of an event_sequence, and
 *		as aggregates of their own.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/lsyscache.h"

#include "core/behavior.h"
#include "agg_state.h"
#include "behavior.h"

#define MAX_PERIODS		10000	/* literal: of a retention vector, more than days of 27 years */

/* A transition that keeps times only, under a rule. */
static Datum
add_time(FunctionCallInfo fcinfo, const SegmSequence *form, const char *name)
{
	struct varlena *state = cseg_sequence_state(fcinfo);
	SegmDecimal none = {0};
	SegmEvent	event = {0};

	if (PG_ARGISNULL(1))
		return cseg_sequence_unchanged(state, fcinfo);
	event.at = cseg_event_time(PG_GETARG_TIMESTAMPTZ(1), "at");
	return cseg_state_result(fcinfo, cseg_sequence_add(state, form, &event, none, name));
}

/* ---- sessions ---- */

static Datum
session_row(FunctionCallInfo fcinfo, const uint64 *keys, size_t count, int64 idle)
{
	SegmSessions sessions;
	Datum		values[8];		/* literal: columns of session_summary */
	bool		nulls[8] = {0}; /* literal: as above */
	int			i = 0;

	segm_sessions(keys, count, idle, &sessions);
	values[i++] = Int64GetDatum(sessions.sessions);
	values[i++] = Int64GetDatum((int64) count);
	values[i++] = Int64GetDatum(sessions.single);
	nulls[i] = nulls[i + 1] = nulls[i + 2] = nulls[i + 3] = nulls[i + 4] = count == 0;	/* literal: all that
																						 * follow */
	values[i++] = Float8GetDatum(count == 0 ? 0 : segm_seconds(sessions.total) / sessions.sessions);
	values[i++] = Float8GetDatum(segm_seconds(sessions.longest));
	values[i++] = TimestampTzGetDatum(count == 0 ? 0 : segm_sequence_time(keys[0]));
	values[i++] = TimestampTzGetDatum(sessions.last_start);
	values[i++] = TimestampTzGetDatum(sessions.last_end);
	return cseg_row(fcinfo, values, nulls, lengthof(values));
}

PG_FUNCTION_INFO_V1(session_summary);
Datum
session_summary(PG_FUNCTION_ARGS)
{
	int64		idle = cseg_duration(fcinfo, 1, "idle");
	uint64	   *keys = NULL;
	size_t		count = 0;

	if (!PG_ARGISNULL(0))
		keys = cseg_sequence_keys(PG_GETARG_DATUM(0), &count);
	return session_row(fcinfo, keys, count, idle);
}

PG_FUNCTION_INFO_V1(session_summary_add);
Datum
session_summary_add(PG_FUNCTION_ARGS)
{
	SegmSequence form = {.flags = SEGM_SEQUENCE_RULE};

	form.rule[0] = cseg_duration(fcinfo, PG_NARGS() - 1, "idle");
	return add_time(fcinfo, &form, "session_summary");
}

PG_FUNCTION_INFO_V1(session_summary_final);
Datum
session_summary_final(PG_FUNCTION_ARGS)
{
	uint64	   *keys = NULL;
	size_t		count = 0;
	int64		idle = 1;

	if (!PG_ARGISNULL(0))
	{
		keys = cseg_sequence_keys(PG_GETARG_DATUM(0), &count);
		idle = cseg_sequence_read(cseg_state_plain(PG_GETARG_DATUM(0))).rule[0];
	}
	return session_row(fcinfo, keys, count, idle);
}

/* ---- retention ---- */

static int
period_count(FunctionCallInfo fcinfo, int argument)
{
	int			periods;

	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("periods must not be null")));
	periods = PG_GETARG_INT32(argument);
	if (periods < 1 || periods > MAX_PERIODS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("periods is %d, must be between 1 and %d", periods, MAX_PERIODS)));
	return periods;
}

static Datum
retention_array(const uint64 *keys, size_t count, int64 start, int64 period, int periods)
{
	bool	   *active = palloc(sizeof(bool) * periods);
	Datum	   *elements = palloc(sizeof(Datum) * periods);
	int16		length;
	bool		by_value;
	char		align;

	segm_retention(keys, count, start, period, periods, active);
	for (int i = 0; i < periods; i++)
		elements[i] = BoolGetDatum(active[i]);
	get_typlenbyvalalign(BOOLOID, &length, &by_value, &align);
	return PointerGetDatum(construct_array(elements, periods, BOOLOID, length, by_value, align));
}

PG_FUNCTION_INFO_V1(retention_vector);
Datum
retention_vector(PG_FUNCTION_ARGS)
{
	int64		period = cseg_duration(fcinfo, 1, "period");
	int			periods = period_count(fcinfo, 2);	/* literal: third argument */
	size_t		count;
	uint64	   *keys;
	int64		start;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	keys = cseg_sequence_keys(PG_GETARG_DATUM(0), &count);
	if (!PG_ARGISNULL(3))		/* literal: fourth argument */
		start = cseg_event_time(PG_GETARG_TIMESTAMPTZ(3), "start"); /* literal: as above */
	else if (count > 0)
		start = segm_sequence_time(keys[0]);
	else
		PG_RETURN_NULL();
	PG_RETURN_DATUM(retention_array(keys, count, start, period, periods));
}

PG_FUNCTION_INFO_V1(retention_vector_add);
Datum
retention_vector_add(PG_FUNCTION_ARGS)
{
	SegmSequence form = {.flags = SEGM_SEQUENCE_RULE};

	form.rule[0] = cseg_duration(fcinfo, PG_NARGS() - 1 - 1, "period");
	form.rule[1] = period_count(fcinfo, PG_NARGS() - 1);
	return add_time(fcinfo, &form, "retention_vector");
}

PG_FUNCTION_INFO_V1(retention_vector_final);
Datum
retention_vector_final(PG_FUNCTION_ARGS)
{
	SegmSequence sequence;
	size_t		count;
	uint64	   *keys;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	keys = cseg_sequence_keys(PG_GETARG_DATUM(0), &count);
	if (count == 0)
		PG_RETURN_NULL();
	sequence = cseg_sequence_read(cseg_state_plain(PG_GETARG_DATUM(0)));
	/* a state that was read from text or sent may say anything */
	if (sequence.rule[0] <= 0 || sequence.rule[1] < 1 || sequence.rule[1] > MAX_PERIODS)
		cseg_raise(SEGM_CORRUPT, "event_sequence");
	PG_RETURN_DATUM(retention_array(keys, count, segm_sequence_time(keys[0]), sequence.rule[0],
									(int) sequence.rule[1]));
}

/* ---- between ---- */

PG_FUNCTION_INFO_V1(time_between);
Datum
time_between(PG_FUNCTION_ARGS)
{
	int			from = cseg_event_code(fcinfo, 1, "from_code");
	int			to = cseg_event_code(fcinfo, 2, "to_code"); /* literal: third argument */
	Interval   *result;
	size_t		count;
	uint64	   *keys = cseg_sequence_keys(PG_GETARG_DATUM(0), &count);
	int64		between;

	if (!segm_time_between(keys, count, from, to, &between))
		PG_RETURN_NULL();
	result = palloc0(sizeof(Interval));
	result->time = between;
	PG_RETURN_INTERVAL_P(result);
}

PG_FUNCTION_INFO_V1(event_sequence_count);
Datum
event_sequence_count(PG_FUNCTION_ARGS)
{
	const int	since = 2;		/* literal: argument number */
	size_t		count;
	uint64	   *keys = cseg_sequence_keys(PG_GETARG_DATUM(0), &count);
	int			code;
	int64		result = 0;

	if (PG_NARGS() <= 1)
		PG_RETURN_INT64((int64) count);
	code = cseg_event_code(fcinfo, 1, "code");
	if (PG_NARGS() > since)
		PG_RETURN_INT64(segm_count_since(keys, count, code, cseg_event_code(fcinfo, since, "since_code")));
	for (size_t i = 0; i < count; i++)
		result += segm_sequence_code(keys[i]) == code;
	PG_RETURN_INT64(result);
}
