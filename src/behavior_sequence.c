/*
 * behavior_sequence.c
 *		The type event_sequence: its forms, and the aggregates that build it.
 *
 * An event_sequence is the state of its own aggregate, in an open form: rows
 * are appended in place.  When the room is used up, a small state is given
 * more; in a larger one events that are there twice go before more room is
 * asked for, and beyond a documented number of different ones the aggregate
 * ends with an error.
 */
#include "postgres.h"

#include "common/int.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "agg_state.h"
#include "behavior.h"

#define TYPE_NAME	"event_sequence"
#define FIRST_ROOM	11			/* literal: events of a first state; 128 bytes with a rule */
#define SMALL_SIZE	1024		/* literal: below it a copy is cheaper than a search for repeats */
#define MANY		100000		/* literal: so many events are not sorted with a second array */
#define SPARE		2			/* literal: a new state has so many times the room it needs */

/* ---- values ---- */

SegmSequence
cseg_sequence_read(struct varlena *value)
{
	SegmSequence sequence;

	cseg_check(segm_sequence_read((uint8_t *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &sequence),
			   TYPE_NAME);
	return sequence;
}

/* The limit is the same whatever room a state happens to have. */
static void
check_count(size_t count, const char *name)
{
	if (count > SEGM_SEQUENCE_MAX_KEPT)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s cannot hold more than %zu events of one group", name,
						SEGM_SEQUENCE_MAX_KEPT),
				 errhint("Filter the rows in the query: only the events asked for, or a shorter time.")));
}

/* The server's own sorts, which need no second array: for many events. */
#define ST_SORT sort_keys_in_place
#define ST_ELEMENT_TYPE uint64
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_entries_in_place
#define ST_ELEMENT_TYPE SegmInt128
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#include "lib/sort_template.h"

/* Ascending and each once; how many are left. */
static size_t
fold_keys(uint64 *keys, size_t count)
{
	uint64	   *scratch;

	if (count > MANY)
	{
		sort_keys_in_place(keys, count);
		return segm_sequence_unique(keys, count);
	}
	scratch = palloc(sizeof(uint64) * Max(count, 1));
	count = segm_sequence_fold(keys, scratch, count, cseg_poll);
	pfree(scratch);
	return count;
}

static void
sort_entries(SegmInt128 *entries, size_t count)
{
	SegmInt128 *scratch;

	if (count > MANY)
	{
		sort_entries_in_place(entries, count);
		return;
	}
	scratch = palloc(sizeof(SegmInt128) * Max(count, 1));
	segm_sort128(entries, scratch, count, cseg_poll);
	pfree(scratch);
}

uint64 *
cseg_sequence_keys(Datum datum, size_t *count)
{
	SegmSequence sequence = cseg_sequence_read(cseg_state_plain(datum));
	uint64	   *keys = palloc(sizeof(uint64) * Max(sequence.count, 1));

	segm_sequence_keys(&sequence, keys);
	*count = sequence.count;
	if (sequence.flags & SEGM_SEQUENCE_OPEN)
		*count = fold_keys(keys, sequence.count);
	check_count(*count, TYPE_NAME);
	return keys;
}

SegmInt128 *
cseg_sequence_entries(Datum datum, size_t *count, int *scale)
{
	SegmSequence sequence = cseg_sequence_read(cseg_state_plain(datum));
	SegmInt128 *entries = palloc(sizeof(SegmInt128) * Max(sequence.count, 1));

	cseg_check(segm_sequence_entries(&sequence, sequence.scale, entries), TYPE_NAME);
	*count = sequence.count;
	*scale = sequence.scale;
	if (sequence.flags & SEGM_SEQUENCE_OPEN)
		sort_entries(entries, sequence.count);
	check_count(*count, TYPE_NAME);
	return entries;
}

/* A new value with room for so many events and none in it. */
static struct varlena *
new_value(const SegmSequence *form, size_t room)
{
	size_t		size = VARHDRSZ + segm_sequence_size(form->flags, room);
	struct varlena *value = palloc0(size);

	SET_VARSIZE(value, size);
	segm_sequence_start(form, (uint8_t *) VARDATA(value));
	return value;
}

/* Sorted keys or entries as a value: in place of the old one, or a new one. */
static struct varlena *
fill(struct varlena *value, const SegmSequence *form, size_t room, const uint64 *keys,
	 const SegmInt128 *entries, size_t count)
{
	if (value == NULL)
		value = new_value(form, room);
	else
		segm_sequence_start(form, (uint8_t *) VARDATA(value));
	if (keys != NULL)
		segm_sequence_put_keys((uint8_t *) VARDATA(value), keys, count);
	else
		segm_sequence_put_entries((uint8_t *) VARDATA(value), entries, count);
	return value;
}

struct varlena *
cseg_sequence_finish(Datum datum)
{
	struct varlena *value = cseg_state_plain(datum);
	SegmSequence form = cseg_sequence_read(value);
	uint64	   *keys = NULL;
	SegmInt128 *entries = NULL;
	size_t		count;
	int			scale;

	if (!(form.flags & SEGM_SEQUENCE_OPEN))
		return value;
	form.flags &= ~SEGM_SEQUENCE_OPEN;
	if (form.flags & SEGM_SEQUENCE_AMOUNTS)
		entries = cseg_sequence_entries(PointerGetDatum(value), &count, &scale);
	else
		keys = cseg_sequence_keys(PointerGetDatum(value), &count);
	return fill(NULL, &form, count, keys, entries, count);
}

/* ---- building ---- */

static void
check_form(const SegmSequence *sequence, const SegmSequence *form, const char *name)
{
	if (((sequence->flags ^ form->flags) & ~SEGM_SEQUENCE_OPEN) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge states of different aggregates in %s", name)));
	if (memcmp(sequence->rule, form->rule, sizeof(form->rule)) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("arguments of %s that are no facts must be the same for all rows", name)));
}

/*
 * A state of the events of one or two sequences with room for more, in place
 * of the first one where they leave enough.
 */
static struct varlena *
rebuild(struct varlena *state, const SegmSequence *other, int scale, const char *name)
{
	SegmSequence form = cseg_sequence_read(state);
	size_t		total = form.count + (other != NULL ? other->count : 0);
	size_t		room = segm_sequence_room(form.flags, VARSIZE(state) - VARHDRSZ);
	size_t		count = total;
	uint64	   *keys = NULL;
	SegmInt128 *entries = NULL;
	bool		fits;
	Size		wanted;

	if (form.flags & SEGM_SEQUENCE_AMOUNTS)
	{
		SegmStatus	status;

		entries = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(SegmInt128) * (total + 1));
		status = segm_sequence_entries(&form, scale, entries);
		if (status == SEGM_OK && other != NULL)
			status = segm_sequence_entries(other, scale, entries + form.count);
		if (status != SEGM_OK)
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("value out of range beside the others of %s", name),
					 errdetail("One of them has more decimals; with so many, this one is too large.")));
		sort_entries(entries, total);
	}
	else
	{
		keys = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint64) * (total + 1));
		segm_sequence_keys(&form, keys);
		if (other != NULL)
			segm_sequence_keys(other, keys + form.count);
		count = fold_keys(keys, total);
	}
	check_count(count, name);

	form.flags |= SEGM_SEQUENCE_OPEN;
	form.scale = scale;
	fits = count * SPARE <= room || (room == SEGM_SEQUENCE_MAX_EVENTS && count < room);
	wanted = VARHDRSZ + segm_sequence_size(form.flags, Max(Min(count * SPARE, SEGM_SEQUENCE_MAX_EVENTS), FIRST_ROOM));
	if (count > room)
		state = cseg_state_grow(state, wanted);
	fill(state, &form, 0, keys, entries, count);
	pfree(keys != NULL ? (void *) keys : (void *) entries);

	/* not before the keys are gone: the memory that both take is what one customer costs */
	if (!fits && count <= room)
		state = cseg_state_grow(state, wanted);
	return state;
}

static SegmStatus
append(struct varlena *state, const SegmEvent *event)
{
	return segm_sequence_append((uint8_t *) VARDATA(state), VARSIZE(state) - VARHDRSZ, event);
}

struct varlena *
cseg_sequence_add(struct varlena *state, const SegmSequence *form, SegmEvent *event,
				  SegmDecimal amount, const char *name)
{
	int			scale = form->flags & SEGM_SEQUENCE_AMOUNTS ? amount.scale : 0;

	if (state == NULL)
	{
		SegmSequence open = *form;

		open.flags |= SEGM_SEQUENCE_OPEN;
		open.scale = scale;
		state = new_value(&open, FIRST_ROOM);
	}
	else
	{
		SegmSequence sequence = cseg_sequence_read(state);

		check_form(&sequence, form, name);
		if (scale > sequence.scale)
			state = rebuild(state, NULL, scale, name);
		else
			scale = sequence.scale;
	}
	if (form->flags & SEGM_SEQUENCE_AMOUNTS && segm_sequence_units(amount, scale, &event->units) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value out of range in %s", name),
				 errdetail("With the decimals of all values, it has more than 18 digits.")));
	if (append(state, event) == SEGM_OK)
		return state;
	if (VARSIZE(state) < SMALL_SIZE)
	{
		state = cseg_with_room(state, VARSIZE(state) * SPARE);
		if (append(state, event) == SEGM_OK)
			return state;
	}
	state = rebuild(state, NULL, scale, name);
	cseg_check(append(state, event), name);
	return state;
}

struct varlena *
cseg_sequence_state(FunctionCallInfo fcinfo)
{
	cseg_require_aggregate(fcinfo);
	return PG_ARGISNULL(0) ? NULL : cseg_state_argument(fcinfo);
}

Datum
cseg_sequence_unchanged(struct varlena *state, FunctionCallInfo fcinfo)
{
	if (state == NULL)
		PG_RETURN_NULL();
	return cseg_state_result(fcinfo, state);
}

int64
cseg_event_time(TimestampTz at, const char *what)
{
	if (TIMESTAMP_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("%s must be finite", what)));
	if (!segm_sequence_time_fits(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s is %s, more than 4500 years from now", what,
						pstrdup(timestamptz_to_str(at)))));
	return at;
}

int64
cseg_duration(FunctionCallInfo fcinfo, int argument, const char *what)
{
	Interval   *interval;
	int64		result;

	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be null", what)));
	interval = PG_GETARG_INTERVAL_P(argument);
	if (interval->month != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not have months or years: they differ in length", what),
				 errhint("Say it in days, hours or minutes.")));
	/* literal: cannot overflow, a day count has 32 bits */
	if (pg_add_s64_overflow(interval->time, interval->day * USECS_PER_DAY, &result) || result <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be above 0 and finite", what)));
	return result;
}

int32
cseg_event_code(FunctionCallInfo fcinfo, int argument, const char *what)
{
	int32		code = PG_GETARG_INT32(argument);

	if (code < 0 || code >= SEGM_SEQUENCE_CODES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %d, must be between 0 and %d", what, code, SEGM_SEQUENCE_CODES - 1)));
	return code;
}

PG_FUNCTION_INFO_V1(event_sequence_add);
Datum
event_sequence_add(PG_FUNCTION_ARGS)
{
	struct varlena *state = cseg_sequence_state(fcinfo);
	SegmSequence form = {0};
	SegmDecimal none = {0};
	SegmEvent	event = {0};

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return cseg_sequence_unchanged(state, fcinfo);
	event.code = cseg_event_code(fcinfo, 1, "code");
	event.at = cseg_event_time(PG_GETARG_TIMESTAMPTZ(2), "at");
	return cseg_state_result(fcinfo, cseg_sequence_add(state, &form, &event, none, TYPE_NAME));
}

/* The transition of rollup() and the combine function of all of them. */
PG_FUNCTION_INFO_V1(event_sequence_merge);
Datum
event_sequence_merge(PG_FUNCTION_ARGS)
{
	struct varlena *state = cseg_sequence_state(fcinfo);
	SegmSequence sequence;
	SegmSequence other;

	if (PG_ARGISNULL(1))
		return cseg_sequence_unchanged(state, fcinfo);
	if (state == NULL)
		PG_RETURN_POINTER(PG_GETARG_VARLENA_P(1));
	sequence = cseg_sequence_read(state);
	other = cseg_sequence_read(PG_GETARG_VARLENA_PP(1));
	check_form(&other, &sequence, TYPE_NAME);
	if (segm_sequence_append_all((uint8_t *) VARDATA(state), VARSIZE(state) - VARHDRSZ, &other) != SEGM_OK)
		state = rebuild(state, &other, Max(sequence.scale, other.scale), TYPE_NAME);
	return cseg_state_result(fcinfo, state);
}

PG_FUNCTION_INFO_V1(event_sequence_final);
Datum
event_sequence_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(cseg_sequence_finish(PG_GETARG_DATUM(0)));
}

PG_FUNCTION_INFO_V1(event_sequence_concat);
Datum
event_sequence_concat(PG_FUNCTION_ARGS)
{
	struct varlena *a = (struct varlena *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0));
	SegmSequence first = cseg_sequence_read(a);
	SegmSequence second = cseg_sequence_read(PG_GETARG_VARLENA_PP(1));

	check_form(&second, &first, TYPE_NAME);
	a = rebuild(a, &second, Max(first.scale, second.scale), TYPE_NAME);
	PG_RETURN_POINTER(cseg_sequence_finish(PointerGetDatum(a)));
}

/* ---- forms ---- */

PG_FUNCTION_INFO_V1(event_sequence_in);
Datum
event_sequence_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	struct varlena *value;
	size_t		size;
	SegmStatus	status = segm_sequence_parse(text, NULL, &size, cseg_poll);

	if (status == SEGM_OK)
	{
		value = palloc(VARHDRSZ + size);
		SET_VARSIZE(value, VARHDRSZ + size);
		status = segm_sequence_parse(text, (uint8_t *) VARDATA(value), &size, cseg_poll);
		if (status == SEGM_OK)
			status = segm_sequence_validate((uint8_t *) VARDATA(value), size);
		if (status == SEGM_OK)
			PG_RETURN_POINTER(value);
	}
	ereturn(fcinfo->context, (Datum) 0,
			(errcode(status == SEGM_TOO_LARGE ? ERRCODE_PROGRAM_LIMIT_EXCEEDED : ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s: \"%.*s\"", TYPE_NAME,
					pg_mbcliplen(text, strlen(text), NAMEDATALEN), text),
			 errdetail("It looks like: v1 1@2024-05-01T10:00:00Z 2@2024-05-01T10:05:00Z, "
					   "each code and time once and in order.")));
}

PG_FUNCTION_INFO_V1(event_sequence_out);
Datum
event_sequence_out(PG_FUNCTION_ARGS)
{
	SegmSequence sequence = cseg_sequence_read(cseg_sequence_finish(PG_GETARG_DATUM(0)));
	size_t		length;
	char	   *result;

	segm_sequence_format(&sequence, NULL, &length, cseg_poll);
	if (length >= MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("text form of %s has more than %zu bytes", TYPE_NAME, MaxAllocSize)));
	result = palloc(length + 1);
	segm_sequence_format(&sequence, result, &length, cseg_poll);
	result[length] = '\0';
	PG_RETURN_CSTRING(result);
}

PG_FUNCTION_INFO_V1(event_sequence_recv);
Datum
event_sequence_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length = message->len - message->cursor;
	const char *bytes = pq_getmsgbytes(message, length);
	struct varlena *value;

	cseg_check(segm_sequence_validate((const uint8_t *) bytes, length), TYPE_NAME);
	value = palloc(VARHDRSZ + length);
	SET_VARSIZE(value, VARHDRSZ + length);
	memcpy(VARDATA(value), bytes, length);
	PG_RETURN_POINTER(value);
}

PG_FUNCTION_INFO_V1(event_sequence_send);
Datum
event_sequence_send(PG_FUNCTION_ARGS)
{
	struct varlena *value = cseg_sequence_finish(PG_GETARG_DATUM(0));
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbytes(&message, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* Equal values are equal bytes. */
PG_FUNCTION_INFO_V1(event_sequence_eq);
Datum
event_sequence_eq(PG_FUNCTION_ARGS)
{
	struct varlena *a = cseg_sequence_finish(PG_GETARG_DATUM(0));
	struct varlena *b = cseg_sequence_finish(PG_GETARG_DATUM(1));

	PG_RETURN_BOOL(VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
				   memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0);
}

PG_FUNCTION_INFO_V1(event_sequence_ne);
Datum
event_sequence_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!DatumGetBool(event_sequence_eq(fcinfo)));
}
