/*
 * activity_history_agg.c
 *		Aggregates that build and merge activity histories.
 *
 * The state is an activity_history too, in its open form: rows are appended
 * in place.  When the room is used up, a small state is given more; in a larger
 * one days are added up first, so that it never outgrows twice its days, kinds
 * and channels.  Room is part of the value's own length, because nodeAgg.c
 * copies a state that moved into the aggregate's memory by its length, and
 * frees the old one.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "activity_history.h"
#include "decimal.h"
#include "local_day.h"

#define FIRST_SIZE	256			/* literal: a first state: a hundred events, twenty with details */
#define SMALL_SIZE	1024		/* literal: below it is cheaper to copy than to add up */
#define SPARE		2			/* literal: a new state is so many times its content */

/* The arguments of the row transitions; those after the time may be missing. */
enum
{
	ARG_STATE,
	ARG_KIND,
	ARG_TIME,
	ARG_VALUE,
	ARG_ZONE,
	ARG_IS_MACHINE,
	ARG_CHANNEL
};

/* ---- values ---- */

SegmActivity
cseg_activity_read(struct varlena *value)
{
	SegmActivity activity;

	cseg_check(segm_activity_read((uint8_t *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &activity),
			   ACTIVITY_TYPE_NAME);
	return activity;
}

SegmActivityBuild
cseg_activity_build(size_t bound, int scale)
{
	SegmActivityBuild build = {.scale = scale,.poll = cseg_poll};

	build.entries = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(SegmActivityEntry) * bound);
	build.keys = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint64_t) * bound);
	build.scratch = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint64_t) * bound);
	return build;
}

struct varlena *
cseg_activity_start(Size size, int scale, bool detailed)
{
	struct varlena *state = palloc0(size);

	SET_VARSIZE(state, size);
	segm_activity_init((uint8_t *) VARDATA(state), scale, detailed);
	return state;
}

struct varlena *
cseg_activity_copy(struct varlena *state)
{
	SegmActivity activity = cseg_activity_read(state);
	Size		used = (const char *) activity.end - (const char *) state;
	struct varlena *copy = palloc0(used * SPARE);

	memcpy(copy, state, used);
	SET_VARSIZE(copy, used * SPARE);
	return copy;
}

static void
free_build(SegmActivityBuild *build)
{
	pfree(build->entries);
	pfree(build->keys);
	pfree(build->scratch);
}

static void
collect(SegmActivityBuild *build, const SegmActivity *activity)
{
	cseg_check(segm_activity_collect(activity, build), ACTIVITY_TYPE_NAME);
}

SegmStatus
cseg_activity_make(SegmActivityBuild *build, struct varlena **result)
{
	size_t		length;
	SegmStatus	status = segm_activity_size(build, false, &length);

	if (status == SEGM_OK)
	{
		*result = palloc(VARHDRSZ + length);
		SET_VARSIZE(*result, VARHDRSZ + length);
		segm_activity_encode(build, false, (uint8_t *) VARDATA(*result));
	}
	free_build(build);
	return status;
}

static void
check_size(SegmStatus status)
{
	if (status == SEGM_TOO_LARGE)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s exceeds its size limit of %d bytes", ACTIVITY_TYPE_NAME, SEGM_ACTIVITY_MAX_BYTES),
				 errhint("No customer is active on so many days: look for a key that stands for many.")));
	cseg_check(status, ACTIVITY_TYPE_NAME);
}

/* The entries as a state: in place of the old one if that leaves enough room. */
static struct varlena *
refold_state(struct varlena *state, SegmActivityBuild *build)
{
	size_t		length;
	size_t		size;

	check_size(segm_activity_size(build, true, &length));
	size = VARHDRSZ + length * SPARE;
	/* channels are still read from the old bytes */
	if (size > VARSIZE(state) || build->detailed)
	{
		state = palloc0(size);
		SET_VARSIZE(state, size);
	}
	segm_activity_encode(build, true, (uint8_t *) VARDATA(state));
	free_build(build);
	return state;
}

struct varlena *
cseg_activity_finish(Datum datum)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);
	SegmActivity activity = cseg_activity_read(value);
	SegmActivityBuild build;
	size_t		length;

	if (!activity.open)
		return value;
	if (segm_activity_in_order(&activity, &length))
	{
		value = palloc(VARHDRSZ + length);
		SET_VARSIZE(value, VARHDRSZ + length);
		segm_activity_close(&activity, (uint8_t *) VARDATA(value));
		return value;
	}
	build = cseg_activity_build(segm_activity_entry_bound(&activity), activity.scale);
	collect(&build, &activity);
	check_size(cseg_activity_make(&build, &value));
	return value;
}

/* ---- row transitions ---- */

/* The state, or NULL if there is none yet. */
static struct varlena *
state_argument(FunctionCallInfo fcinfo)
{
	cseg_require_aggregate(fcinfo);
	return PG_ARGISNULL(ARG_STATE) ? NULL : PG_GETARG_VARLENA_P(ARG_STATE);
}

static Datum
unchanged(struct varlena *state, FunctionCallInfo fcinfo)
{
	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(state);
}

SegmEventKind
cseg_event_kind(text *name)
{
	SegmEventKind kind = segm_event_kind_of_name(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));

	if (kind == SEGM_NO_KIND)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown kind of event \"%s\"", text_to_cstring(name)),
				 errhint("event_kinds() lists the kinds; event_kind(name) gives that of a usual name of an event.")));
	return kind;
}

SegmDecimal
cseg_event_value(Datum numeric)
{
	SegmDecimal value = {0};
	SegmStatus	status = cseg_numeric_decimal(numeric, &value);

	if (status == SEGM_OK && value.scale > SEGM_ACTIVITY_MAX_SCALE)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value has %d decimals, at most %d are allowed", value.scale, SEGM_ACTIVITY_MAX_SCALE),
				 errhint("Round it in the query, for example round(value, 4).")));
	cseg_check(status, "value");
	return value;
}

uint32
cseg_event_channel(text *name, uint8_t *channel)
{
	int			length = VARSIZE_ANY_EXHDR(name);

	if (length > SEGM_ACTIVITY_MAX_CHANNEL)
		length = pg_mbcliplen(VARDATA_ANY(name), length, SEGM_ACTIVITY_MAX_CHANNEL);
	segm_event_name_fold(channel, VARDATA_ANY(name), length);
	return length;
}

/* A value, and how many decimals it has. */
static SegmInt128
value_argument(FunctionCallInfo fcinfo, int *scale)
{
	SegmDecimal value = {0};

	if (PG_NARGS() > ARG_VALUE && !PG_ARGISNULL(ARG_VALUE))
		value = cseg_event_value(PG_GETARG_DATUM(ARG_VALUE));
	*scale = value.scale;
	return value.coefficient;
}

static SegmStatus
append_event(struct varlena *state, const SegmActivityEntry *row, int scale)
{
	return segm_activity_append((uint8_t *) VARDATA(state), VARSIZE(state) - VARHDRSZ, row, scale);
}

struct varlena *
cseg_activity_add(struct varlena *state, const SegmActivityEntry *row, int scale)
{
	SegmActivity activity;
	SegmActivityBuild build;
	SegmStatus	status;

	if (state == NULL)
		state = cseg_activity_start(FIRST_SIZE, scale, row->clock);
	status = append_event(state, row, scale);
	if (status == SEGM_NO_ROOM && VARSIZE(state) < SMALL_SIZE)
	{
		state = cseg_with_room(state, VARSIZE(state) * SPARE);
		status = append_event(state, row, scale);
	}
	if (status == SEGM_OK)
		return state;
	if (status != SEGM_NO_ROOM)
		cseg_check(status, "value");
	activity = cseg_activity_read(state);
	build = cseg_activity_build(segm_activity_entry_bound(&activity) + 1, Max(activity.scale, scale));
	collect(&build, &activity);
	cseg_check(segm_activity_enter(row, scale, &build), "value");
	return refold_state(state, &build);
}

static DateADT
timestamptz_day(FunctionCallInfo fcinfo)
{
	return cseg_local_day(cseg_local_zone(fcinfo, ARG_ZONE), PG_GETARG_TIMESTAMPTZ(ARG_TIME), "occurred_at");
}

/* The local day is the one written down, whatever the zone. */
static DateADT
timestamp_day(FunctionCallInfo fcinfo)
{
	return cseg_local_day(NULL, PG_GETARG_TIMESTAMP(ARG_TIME), "occurred_at");
}

static DateADT
date_day(FunctionCallInfo fcinfo)
{
	DateADT		day = PG_GETARG_DATEADT(ARG_TIME);

	if (DATE_NOT_FINITE(day))
		return cseg_local_day(NULL, DATE_IS_NOBEGIN(day) ? DT_NOBEGIN : DT_NOEND, "occurred_on");
	if (day > SEGM_MAX_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("occurred_on out of range for a timestamp")));
	return day;
}

/* The channel and the instant of a row. */
static void
take_details(FunctionCallInfo fcinfo, uint8_t *channel, SegmActivityEntry *row)
{
	row->clock = true;
	row->first = row->last = segm_second_of_instant(PG_GETARG_TIMESTAMPTZ(ARG_TIME));
	if (!PG_ARGISNULL(ARG_CHANNEL))
	{
		row->channel = channel;
		row->channel_length = cseg_event_channel(PG_GETARG_TEXT_PP(ARG_CHANNEL), channel);
	}
}

/* A row without a kind or a time, and what a machine made, is skipped. */
static Datum
add_row(FunctionCallInfo fcinfo, DateADT (*day) (FunctionCallInfo))
{
	uint8_t		channel[SEGM_ACTIVITY_MAX_CHANNEL];
	struct varlena *state = state_argument(fcinfo);
	SegmActivityEntry row = {.events = 1};
	int			scale;

	if (PG_ARGISNULL(ARG_KIND) || PG_ARGISNULL(ARG_TIME) ||
		(PG_NARGS() > ARG_IS_MACHINE && !PG_ARGISNULL(ARG_IS_MACHINE) && PG_GETARG_BOOL(ARG_IS_MACHINE)))
		return unchanged(state, fcinfo);
	row.kind = cseg_event_kind(PG_GETARG_TEXT_PP(ARG_KIND));
	row.day = day(fcinfo);
	row.value = value_argument(fcinfo, &scale);
	if (PG_NARGS() > ARG_CHANNEL)
		take_details(fcinfo, channel, &row);
	PG_RETURN_POINTER(cseg_activity_add(state, &row, scale));
}

PG_FUNCTION_INFO_V1(activity_history_add_timestamptz);
Datum
activity_history_add_timestamptz(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, timestamptz_day);
}

PG_FUNCTION_INFO_V1(activity_history_add_timestamp);
Datum
activity_history_add_timestamp(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, timestamp_day);
}

PG_FUNCTION_INFO_V1(activity_history_add_date);
Datum
activity_history_add_date(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, date_day);
}

/* ---- merging ---- */

static SegmActivityBuild
merge(const SegmActivity *a, const SegmActivity *b)
{
	SegmActivityBuild build = cseg_activity_build(segm_activity_entry_bound(a) + segm_activity_entry_bound(b),
												  Max(a->scale, b->scale));

	collect(&build, a);
	collect(&build, b);
	return build;
}

/*
 * Merge a history, or another state, into the state: the transition of
 * rollup() and the combine function of all of them.
 */
PG_FUNCTION_INFO_V1(activity_history_merge);
Datum
activity_history_merge(PG_FUNCTION_ARGS)
{
	struct varlena *state = state_argument(fcinfo);
	SegmActivity activity;
	SegmActivity other;
	SegmActivityBuild build;
	SegmStatus	status;

	if (PG_ARGISNULL(1))
		return unchanged(state, fcinfo);
	other = cseg_activity_read(PG_GETARG_VARLENA_PP(1));
	if (state == NULL)
		PG_RETURN_POINTER(PG_GETARG_VARLENA_P(1));
	status = segm_activity_append_all((uint8_t *) VARDATA(state), VARSIZE(state) - VARHDRSZ, &other);
	if (status == SEGM_OK)
		PG_RETURN_POINTER(state);
	if (status != SEGM_NO_ROOM)
		cseg_raise(status, ACTIVITY_TYPE_NAME);
	activity = cseg_activity_read(state);
	build = merge(&activity, &other);
	PG_RETURN_POINTER(refold_state(state, &build));
}

/* Reads only: nodeAgg may call it several times on one state. */
PG_FUNCTION_INFO_V1(activity_history_final);
Datum
activity_history_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(ARG_STATE))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(cseg_activity_finish(PG_GETARG_DATUM(ARG_STATE)));
}

/* history || history, outside of any aggregate. */
PG_FUNCTION_INFO_V1(activity_history_concat);
Datum
activity_history_concat(PG_FUNCTION_ARGS)
{
	SegmActivity a = PG_GETARG_ACTIVITY(0);
	SegmActivity b = PG_GETARG_ACTIVITY(1);
	SegmActivityBuild build = merge(&a, &b);
	struct varlena *result;

	check_size(cseg_activity_make(&build, &result));
	PG_RETURN_POINTER(result);
}
