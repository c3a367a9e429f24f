/*
 * activity_history.c
 *		Text and binary forms of activity_history, and what it answers.
 */
#include "postgres.h"

#include "funcapi.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "activity_history.h"
#include "decimal.h"

/* ---- text and binary ---- */

/* SEGM_OK and the value, or why there is none. */
static SegmStatus
parse_activity(const char *text, struct varlena **result)
{
	SegmActivityBuild build = {.poll = cseg_poll};
	SegmStatus	status;

	/* once to see that it is well formed and how large, once for the content */
	status = segm_activity_parse(text, &build, NULL);
	if (status != SEGM_OK)
		return status;
	build = cseg_activity_build(build.count + 1, build.scale);
	status = segm_activity_parse(text, &build, palloc(strlen(text) + 1));
	return status == SEGM_OK ? cseg_activity_make(&build, result) : status;
}

PG_FUNCTION_INFO_V1(activity_history_in);
Datum
activity_history_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	struct varlena *result = NULL;

	switch (parse_activity(text, &result))
	{
		case SEGM_OK:
			PG_RETURN_POINTER(result);
		case SEGM_TOO_LARGE:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("%s exceeds its size limit of %d bytes", ACTIVITY_TYPE_NAME,
							SEGM_ACTIVITY_MAX_BYTES)));
		case SEGM_OVERFLOW:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("%s out of range", ACTIVITY_TYPE_NAME),
					 errdetail("A sum of its values or events is too large.")));
		case SEGM_VERSION:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: unknown format version", ACTIVITY_TYPE_NAME)));
		default:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%.*s\"", ACTIVITY_TYPE_NAME,
							pg_mbcliplen(text, strlen(text), NAMEDATALEN), text),
					 errdetail("It looks like: v1 scale=2 2024-01-02:email_open:3 2024-01-02:purchase:1:19.99")));
	}
}

PG_FUNCTION_INFO_V1(activity_history_out);
Datum
activity_history_out(PG_FUNCTION_ARGS)
{
	SegmActivity activity = PG_GETARG_ACTIVITY(0);
	size_t		length;
	char	   *result;

	cseg_check(segm_activity_format(&activity, NULL, &length, cseg_poll), ACTIVITY_TYPE_NAME);
	result = palloc(length + 1);
	cseg_check(segm_activity_format(&activity, result, &length, cseg_poll), ACTIVITY_TYPE_NAME);
	result[length] = '\0';
	PG_RETURN_CSTRING(result);
}

/* Channels are sent in the encoding of the database: they must be text in this one. */
static void
verify_encoding(struct varlena *value)
{
	SegmActivity activity = cseg_activity_read(value);
	SegmActivityCursor cursor;
	SegmActivityEntry run;
	bool		found;

	segm_activity_start(&activity, &cursor);
	for (;;)
	{
		cseg_check(segm_activity_next(&cursor, &run, &found), ACTIVITY_TYPE_NAME);
		if (!found)
			return;
		if (run.channel_length > 0)
			(void) pg_verify_mbstr(GetDatabaseEncoding(), (const char *) run.channel,
								   (int) run.channel_length, false);
	}
}

PG_FUNCTION_INFO_V1(activity_history_recv);
Datum
activity_history_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length = message->len - message->cursor;
	struct varlena *result = palloc(VARHDRSZ + length);

	SET_VARSIZE(result, VARHDRSZ + length);
	pq_copymsgbytes(message, VARDATA(result), length);
	cseg_check(segm_activity_validate((uint8_t *) VARDATA(result), length), ACTIVITY_TYPE_NAME);
	verify_encoding(result);
	PG_RETURN_POINTER(result);
}

PG_FUNCTION_INFO_V1(activity_history_send);
Datum
activity_history_send(PG_FUNCTION_ARGS)
{
	struct varlena *value = cseg_activity_finish(PG_GETARG_DATUM(0));
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbytes(&message, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* Equal histories are equal bytes. */
PG_FUNCTION_INFO_V1(activity_history_eq);
Datum
activity_history_eq(PG_FUNCTION_ARGS)
{
	struct varlena *a = cseg_activity_finish(PG_GETARG_DATUM(0));
	struct varlena *b = cseg_activity_finish(PG_GETARG_DATUM(1));

	PG_RETURN_BOOL(VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
				   memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0);
}

PG_FUNCTION_INFO_V1(activity_history_ne);
Datum
activity_history_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!DatumGetBool(activity_history_eq(fcinfo)));
}

/* ---- answers ---- */

/* A channel as it stands in histories. */
static void
ask_channel(text *name, SegmActivityRange *range)
{
	uint8_t    *folded = palloc(Max(VARSIZE_ANY_EXHDR(name), 1));

	segm_event_name_fold(folded, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
	range->channel = folded;
	range->channel_length = VARSIZE_ANY_EXHDR(name);
}

/*
 * Arguments after the history: a kind, from a day up to, not including,
 * another, and a channel; each may be missing or null, which then restricts
 * nothing.
 */
static SegmActivityTotals
totals_asked(FunctionCallInfo fcinfo, SegmActivity *activity)
{
	enum
	{
		ARG_HISTORY,
		ARG_KIND,
		ARG_FROM,
		ARG_TO,
		ARG_CHANNEL
	};
	SegmActivityRange range = segm_activity_whole;
	SegmActivityTotals totals;

	*activity = PG_GETARG_ACTIVITY(ARG_HISTORY);
	if (PG_NARGS() > ARG_KIND && !PG_ARGISNULL(ARG_KIND))
		range.kinds = UINT32_C(1) << cseg_event_kind(PG_GETARG_TEXT_PP(ARG_KIND));
	if (PG_NARGS() > ARG_FROM && !PG_ARGISNULL(ARG_FROM))
		range.from = PG_GETARG_DATEADT(ARG_FROM);
	if (PG_NARGS() > ARG_TO && !PG_ARGISNULL(ARG_TO))
		range.to = PG_GETARG_DATEADT(ARG_TO);
	if (PG_NARGS() > ARG_CHANNEL && !PG_ARGISNULL(ARG_CHANNEL))
		ask_channel(PG_GETARG_TEXT_PP(ARG_CHANNEL), &range);
	cseg_check(segm_activity_totals(activity, &range, &totals), ACTIVITY_TYPE_NAME);
	return totals;
}

static Datum
value_datum(SegmInt128 units, int scale)
{
	SegmDecimal value = {units, scale};

	return NumericGetDatum(cseg_decimal_numeric(value));
}

PG_FUNCTION_INFO_V1(event_count);
Datum
event_count(PG_FUNCTION_ARGS)
{
	SegmActivity activity;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_INT64(totals_asked(fcinfo, &activity).events);
}

PG_FUNCTION_INFO_V1(event_value);
Datum
event_value(PG_FUNCTION_ARGS)
{
	SegmActivityTotals totals;
	SegmActivity activity;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	totals = totals_asked(fcinfo, &activity);
	PG_RETURN_DATUM(value_datum(totals.value, activity.scale));
}

PG_FUNCTION_INFO_V1(event_days);
Datum
event_days(PG_FUNCTION_ARGS)
{
	SegmActivity activity;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_INT64(totals_asked(fcinfo, &activity).days);
}

PG_FUNCTION_INFO_V1(first_event_on);
Datum
first_event_on(PG_FUNCTION_ARGS)
{
	SegmActivityTotals totals;
	SegmActivity activity;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	totals = totals_asked(fcinfo, &activity);
	if (totals.days == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(totals.first_day);
}

PG_FUNCTION_INFO_V1(last_event_on);
Datum
last_event_on(PG_FUNCTION_ARGS)
{
	SegmActivityTotals totals;
	SegmActivity activity;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	totals = totals_asked(fcinfo, &activity);
	if (totals.days == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(totals.last_day);
}

PG_FUNCTION_INFO_V1(first_event_at);
Datum
first_event_at(PG_FUNCTION_ARGS)
{
	SegmActivityTotals totals;
	SegmActivity activity;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	totals = totals_asked(fcinfo, &activity);
	if (totals.days == 0 || !activity.detailed)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(totals.first * SEGM_USECS_PER_SECOND);
}

PG_FUNCTION_INFO_V1(last_event_at);
Datum
last_event_at(PG_FUNCTION_ARGS)
{
	SegmActivityTotals totals;
	SegmActivity activity;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	totals = totals_asked(fcinfo, &activity);
	if (totals.days == 0 || !activity.detailed)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(totals.last * SEGM_USECS_PER_SECOND);
}

/* One row a day, kind and channel: day, kind, events, value, channel, first and last instant. */
PG_FUNCTION_INFO_V1(activity_history_unnest);
Datum
activity_history_unnest(PG_FUNCTION_ARGS)
{
	typedef struct Walk
	{
		SegmActivity activity;
		SegmActivityCursor cursor;
	} Walk;
	FuncCallContext *call;
	Walk	   *walk;
	SegmActivityEntry run;
	bool		found;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext caller;
		TupleDesc	columns;

		call = SRF_FIRSTCALL_INIT();
		caller = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "return type must be a row type");
		call->tuple_desc = BlessTupleDesc(columns);
		walk = palloc(sizeof(Walk));
		walk->activity = cseg_activity_read(cseg_activity_finish(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0)))));
		segm_activity_start(&walk->activity, &walk->cursor);
		call->user_fctx = walk;
		MemoryContextSwitchTo(caller);
	}
	call = SRF_PERCALL_SETUP();
	walk = call->user_fctx;
	cseg_check(segm_activity_next(&walk->cursor, &run, &found), ACTIVITY_TYPE_NAME);
	if (found)
	{
		size_t		length;
		const char *name = segm_event_kind_name(run.kind, &length);
		Datum		values[] = {
			DateADTGetDatum(run.day), PointerGetDatum(cstring_to_text_with_len(name, length)),
			Int64GetDatum(run.events), value_datum(run.value, walk->activity.scale),
			PointerGetDatum(cstring_to_text_with_len((const char *) run.channel, run.channel_length)),
			TimestampTzGetDatum(run.first * SEGM_USECS_PER_SECOND), TimestampTzGetDatum(run.last * SEGM_USECS_PER_SECOND)
		};
		bool		nulls[lengthof(values)] = {false, false, false, false, run.channel_length == 0, !run.clock, !run.clock};

		SRF_RETURN_NEXT(call, HeapTupleGetDatum(heap_form_tuple(call->tuple_desc, values, nulls)));
	}
	SRF_RETURN_DONE(call);
}
