/*
 * clv_sample.c
 *		Collecting distinct histories: the transitions of all fit aggregates,
 *		and the value's own input and output.
 *
 * The state grows in place.  When its room is used up it is folded, and only
 * if that frees less than half of it, a larger one takes its place: so it
 * never holds more than about four times its distinct rows.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"

#include "agg_state.h"
#include "clv_sample.h"
#include "core/btyd.h"
#include "core/sort.h"
#include "purchase_history.h"

#define TYPE_NAME	"btyd_sample"
#define COUNT_NAME	"number of equal histories"
#define VERSION		1
#define FIRST_ROWS	16			/* literal: room of a first state */
#define GROWTH		2			/* literal: a full state grows by this */
#define GRID_ROWS	256			/* literal: fewer are sorted as they are */
#define HEX_PREFIX	"\\x"
#define USUAL_UNIT	"week"

/* Arguments of the transitions. */
enum
{
	ARG_STATE,
	ARG_FREQUENCY,
	ARG_RECENCY,
	ARG_T,
	ARG_AFTER_T,				/* covariates, or a monetary value ... */
	ARG_LAST_COVARIATES			/* ... and then covariates */
};

/* Of the one that takes no times. */
#define ARG_SPEND_VALUE ARG_RECENCY

/* The same of those that take a history. */
enum
{
	ARG_HISTORY = ARG_STATE + 1,
	ARG_AS_OF,
	ARG_UNIT,
	ARG_MODEL
};

/* ---- values ---- */

static int
width_of(const BtydSample *sample)
{
	return SEGM_ROW_WIDTH(sample->covariates);
}

static size_t
size_for(int covariates, int64 rows)
{
	size_t		row = sizeof(double) * SEGM_ROW_WIDTH(covariates);
	size_t		limit = (MaxAllocSize - offsetof(BtydSample, rows)) / row;

	if (rows < 0 || (uint64) rows > limit)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %zu distinct histories in one %s", limit, TYPE_NAME),
				 errhint("Use a longer time unit, or fit a sample of the customers.")));
	return offsetof(BtydSample, rows) + row * (size_t) rows;
}

static int64
room_of(const BtydSample *sample)
{
	return (VARSIZE(sample) - offsetof(BtydSample, rows)) / (sizeof(double) * width_of(sample));
}

static BtydSample *
new_sample(int covariates, int64 room)
{
	size_t		size = size_for(covariates, room);

	/* room to spare shows nothing of ours where a stranger's aggregate shows the state */
	BtydSample *sample = palloc0(size);

	SET_VARSIZE(sample, size);
	sample->version = VERSION;
	sample->covariates = covariates;
	sample->from_day = sample->to_day = SEGM_NO_DAY;
	return sample;
}

/* The server's own sort, which can be cancelled. */
#define ST_SORT sort_rows
#define ST_ELEMENT_TYPE_VOID
#define ST_COMPARE_ARG_TYPE int
#define ST_COMPARE(a, b, width) \
	segm_row_compare((const double *) (a), (const double *) (b), *(width))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#include "lib/sort_template.h"

double
cseg_sample_unit_days(const BtydSample *sample)
{
	double		days = 0;

	if (sample->unit[0] != '\0')
		cseg_check(segm_time_unit_days(sample->unit, &days), TYPE_NAME);
	return days;
}

static void
check_for_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

/* Sorts order rows as integers and folds them, if they can be; how many are left. */
static bool
fold_on_grid(BtydSample *sample, size_t *n)
{
	SegmRows	rows = {sample->rows, *n, width_of(sample)};
	double		steps;
	uint64	   *keys;
	uint64	   *scratch;
	unsigned	time_bits;

	if (sample->covariates > 0 || *n < GRID_ROWS)
		return false;
	steps = segm_rows_grid(&rows, cseg_sample_unit_days(sample));
	if (steps == 0)
		return false;
	keys = palloc_extended(sizeof(*keys) * *n, MCXT_ALLOC_HUGE);
	if (!segm_rows_keys(&rows, steps, keys, &time_bits))
	{
		pfree(keys);
		return false;
	}
	scratch = palloc_extended(Max(sizeof(*scratch), sizeof(double)) * *n, MCXT_ALLOC_HUGE);
	segm_sort64(keys, scratch, *n, check_for_interrupts);
	cseg_check(segm_rows_of_keys(sample->rows, n, steps, keys, time_bits, (double *) scratch),
			   COUNT_NAME);
	pfree(scratch);
	pfree(keys);
	return true;
}

static void
sort_and_fold(double *rows, size_t *n, int width)
{
	sort_rows(rows, *n, sizeof(double) * width, &width);
	cseg_check(segm_rows_fold(rows, n, width), COUNT_NAME);
}

static void
fold(BtydSample *sample)
{
	int			width = width_of(sample);
	size_t		orders;
	size_t		spends;
	double	   *spend;

	if (sample->folded == sample->n)
		return;
	orders = segm_rows_split(sample->rows, sample->n, width);
	spends = sample->n - orders;
	spend = sample->rows + orders * width;
	if (!fold_on_grid(sample, &orders))
		sort_and_fold(sample->rows, &orders, width);
	sort_and_fold(spend, &spends, width);
	memmove(sample->rows + orders * width, spend, sizeof(double) * width * spends);
	sample->folded = sample->n = orders + spends;
}

/* A copy with the same rows and another room. */
static BtydSample *
resized(const BtydSample *sample, int64 room)
{
	size_t		size = size_for(sample->covariates, room);
	size_t		used = size_for(sample->covariates, sample->n);
	BtydSample *copy = palloc(size);

	memcpy(copy, sample, used);
	memset((char *) copy + used, 0, size - used);
	SET_VARSIZE(copy, size);
	return copy;
}

static BtydSample *
with_room(BtydSample *sample, int64 more)
{
	int64		room = room_of(sample);

	if (room - sample->n >= more)
		return sample;
	fold(sample);
	if (room - sample->n >= Max(more, room / GROWTH))
		return sample;
	return (BtydSample *) cseg_state_grow((struct varlena *) sample,
										  size_for(sample->covariates, Max(room * GROWTH, sample->n + more)));
}

/* All but the rows: then nothing leaves the value. */
static SegmStatus
check_head(const BtydSample *sample)
{
	if (VARSIZE(sample) < offsetof(BtydSample, rows))
		return SEGM_CORRUPT;
	if (sample->version != VERSION)
		return SEGM_VERSION;
	if (sample->covariates > SEGM_MAX_COVARIATES || sample->reserved != 0
		|| (sample->family != 0 && segm_family(sample->family) == NULL)
		|| memchr(sample->unit, 0, SEGM_UNIT_LENGTH) == NULL
		|| sample->n < 0 || sample->folded < 0 || sample->folded > sample->n
		|| sample->n > room_of(sample))
		return SEGM_CORRUPT;
	return SEGM_OK;
}

/* Everything about a value that did not come out of our own hands. */
static SegmStatus
check(const BtydSample *sample)
{
	SegmStatus	status = check_head(sample);
	int			width;

	if (status != SEGM_OK)
		return status;
	width = width_of(sample);
	for (int64 i = 0; i < sample->n; i++)
	{
		const double *row = sample->rows + i * width;

		if ((status = segm_row_check(row, width)) != SEGM_OK)
			return status;
		if (i > 0 && i < sample->folded && segm_row_compare(row - width, row, width) >= 0)
			return SEGM_CORRUPT;
	}
	return SEGM_OK;
}

/* A checked, folded sample; folded in place only if the datum's own bytes may be written to. */
static BtydSample *
folded(Datum datum, bool own)
{
	BtydSample *sample = (BtydSample *) cseg_state_aligned(datum);
	bool		is_copy = (Pointer) sample != DatumGetPointer(datum) && !VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(datum));

	cseg_check(check(sample), TYPE_NAME);
	if (sample->folded == sample->n)
		return sample;
	if (!own && !is_copy)
		sample = resized(sample, sample->n);
	fold(sample);
	return sample;
}

/*
 * A stranger's aggregate without a final function stores states as they are,
 * and the bytes of such a value may be those of a page that others read.
 */
BtydSample *
cseg_sample_of(Datum datum)
{
	return folded(datum, false);
}

BtydSample *
cseg_sample_result(FunctionCallInfo fcinfo)
{
	cseg_require_aggregate(fcinfo);
	return folded(PG_GETARG_DATUM(ARG_STATE), !AggStateIsShared(fcinfo));
}

SegmRows
cseg_sample_rows(const BtydSample *sample, double kind)
{
	return segm_rows_of_kind(sample->rows, sample->n, width_of(sample), kind);
}

/* ---- transitions ---- */

/* The state, or a new one for rows with so many covariates. */
static BtydSample *
state_for(FunctionCallInfo fcinfo, int covariates)
{
	BtydSample *state;

	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(ARG_STATE))
		return new_sample(covariates, FIRST_ROWS);
	state = (BtydSample *) cseg_state_argument(fcinfo);
	cseg_check(check_head(state), TYPE_NAME);
	if (state->covariates != covariates)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("covariates has %d elements, rows before had %d",
						covariates, state->covariates)));
	return state;
}

static Datum
state_datum(FunctionCallInfo fcinfo, BtydSample *state)
{
	return cseg_state_result(fcinfo, (struct varlena *) state);
}

static Datum
state_unchanged(FunctionCallInfo fcinfo)
{
	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(ARG_STATE))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* A row to fill in, after the last one. */
static double *
next_row(BtydSample *state)
{
	double	   *row = state->rows + state->n * width_of(state);

	memset(row, 0, sizeof(double) * width_of(state));
	row[width_of(state) - 1] = 1;
	return row;
}

static BtydSample *
add_orders(BtydSample *state, double frequency, double recency, double t,
		   const double *covariates)
{
	double	   *row;

	state = with_room(state, 1);
	row = next_row(state);
	row[SEGM_ROW_KIND] = SEGM_ROW_ORDERS;
	row[SEGM_ROW_X] = frequency;
	row[SEGM_ROW_T_X] = recency + 0;	/* no negative zero */
	row[SEGM_ROW_T] = t + 0;
	for (int i = 0; i < state->covariates; i++)
		row[SEGM_ROW_COVARIATES + i] = covariates[i] + 0;
	if (segm_row_check(row, width_of(state)) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no such history: frequency %g, recency %g, t %g", frequency, recency, t),
				 errdetail("Allowed are finite values with 0 <= recency <= t and frequency >= 0, recency 0 where frequency is 0, and finite covariates.")));
	state->n++;
	return state;
}

static BtydSample *
add_spend(BtydSample *state, double frequency, double value)
{
	double	   *row;

	/* nothing is known of the spend of one who never came back */
	if (frequency == 0)
		return state;
	state = with_room(state, 1);
	row = next_row(state);
	row[SEGM_ROW_KIND] = SEGM_ROW_SPEND;
	row[SEGM_ROW_X] = frequency;
	row[SEGM_ROW_VALUE] = value;
	if (segm_row_check(row, width_of(state)) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no such spend: frequency %g, monetary value %g", frequency, value),
				 errdetail("Allowed are frequency >= 0 and finite values above 0 where frequency is above 0.")));
	state->n++;
	return state;
}

/* Covariates of a row; NULL if the function has no such argument. */
static const double *
covariates_argument(FunctionCallInfo fcinfo, int argument, int *count)
{
	ArrayType  *array;

	*count = 0;
	if (PG_NARGS() <= argument)
		return NULL;
	array = PG_GETARG_ARRAYTYPE_P(argument);
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("covariates must not contain nulls")));
	*count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	if (*count > SEGM_MAX_COVARIATES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%d covariates, at most %d are allowed", *count, SEGM_MAX_COVARIATES)));
	return (const double *) ARR_DATA_PTR(array);
}

/* state, frequency, recency, t [, covariates] */
PG_FUNCTION_INFO_V1(btyd_sample_add_orders);
Datum
btyd_sample_add_orders(PG_FUNCTION_ARGS)
{
	const double *covariates;
	int			count;

	for (int i = 1; i < PG_NARGS(); i++)
		if (PG_ARGISNULL(i))
			return state_unchanged(fcinfo);
	covariates = covariates_argument(fcinfo, ARG_AFTER_T, &count);
	return state_datum(fcinfo, add_orders(state_for(fcinfo, count), PG_GETARG_INT64(ARG_FREQUENCY),
										  PG_GETARG_FLOAT8(ARG_RECENCY), PG_GETARG_FLOAT8(ARG_T), covariates));
}

/* state, frequency, monetary value */
PG_FUNCTION_INFO_V1(btyd_sample_add_spend);
Datum
btyd_sample_add_spend(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(ARG_FREQUENCY) || PG_ARGISNULL(ARG_SPEND_VALUE))
		return state_unchanged(fcinfo);
	return state_datum(fcinfo, add_spend(state_for(fcinfo, 0), PG_GETARG_INT64(ARG_FREQUENCY),
										 PG_GETARG_FLOAT8(ARG_SPEND_VALUE)));
}

/* state, frequency, recency, t, monetary value [, covariates] */
PG_FUNCTION_INFO_V1(btyd_sample_add_both);
Datum
btyd_sample_add_both(PG_FUNCTION_ARGS)
{
	const double *covariates;
	int			count;
	BtydSample *state;

	for (int i = 1; i < PG_NARGS(); i++)
		if (i != ARG_AFTER_T && PG_ARGISNULL(i))
			return state_unchanged(fcinfo);
	covariates = covariates_argument(fcinfo, ARG_LAST_COVARIATES, &count);
	state = add_orders(state_for(fcinfo, count), PG_GETARG_INT64(ARG_FREQUENCY),
					   PG_GETARG_FLOAT8(ARG_RECENCY), PG_GETARG_FLOAT8(ARG_T), covariates);
	if (!PG_ARGISNULL(ARG_AFTER_T))
		state = add_spend(state, PG_GETARG_INT64(ARG_FREQUENCY), PG_GETARG_FLOAT8(ARG_AFTER_T));
	return state_datum(fcinfo, state);
}

/* Sets what the constant arguments of a call say; they must not change. */
static void
set_window(BtydSample *state, int32 to_day, text *unit, text *model)
{
	const SegmFamily *family = NULL;

	if (model != NULL)
	{
		family = segm_family_by_name(VARDATA_ANY(model), VARSIZE_ANY_EXHDR(model));
		if (family == NULL || family->groups == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("unknown model \"%s\"", text_to_cstring(model)),
					 errhint("Allowed are bg_nbd, mbg_nbd and pareto_nbd.")));
	}
	if (state->n == 0 && state->to_day == SEGM_NO_DAY)
	{
		state->to_day = to_day;
		text_to_cstring_buffer(unit, state->unit, SEGM_UNIT_LENGTH);
		state->family = family != NULL ? family->code : 0;
		return;
	}
	if (state->to_day != to_day
		|| strlen(state->unit) != VARSIZE_ANY_EXHDR(unit)
		|| memcmp(state->unit, VARDATA_ANY(unit), VARSIZE_ANY_EXHDR(unit)) != 0
		|| state->family != (family != NULL ? family->code : 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("as_of, unit and model must be the same for all rows")));
}

/* state, history, as_of [, unit [, model]] */
PG_FUNCTION_INFO_V1(btyd_sample_add_history);
Datum
btyd_sample_add_history(PG_FUNCTION_ARGS)
{
	SegmHistory history;
	SegmBtydSummary summary;
	BtydSample *state;
	DateADT		as_of;
	text	   *unit;
	double		unit_days;
	bool		exists;

	for (int i = 1; i < PG_NARGS(); i++)
		if (PG_ARGISNULL(i))
			return state_unchanged(fcinfo);
	history = PG_GETARG_HISTORY(ARG_HISTORY);
	as_of = PG_GETARG_DATEADT(ARG_AS_OF);
	unit = PG_NARGS() > ARG_UNIT ? PG_GETARG_TEXT_PP(ARG_UNIT) : cstring_to_text(USUAL_UNIT);
	unit_days = cseg_time_unit_days(unit);
	if (DATE_NOT_FINITE(as_of))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("as_of must be finite, got %s",
						DATE_IS_NOBEGIN(as_of) ? "-infinity" : "infinity")));
	state = state_for(fcinfo, 0);
	set_window(state, as_of, unit, PG_NARGS() > ARG_MODEL ? PG_GETARG_TEXT_PP(ARG_MODEL) : NULL);
	cseg_check(segm_btyd_summary(&history, as_of, unit_days, &summary, &exists),
			   "purchase_history");
	if (exists)
	{
		DateADT		first = segm_day_of_instant(history.first);

		if (state->from_day == SEGM_NO_DAY || first < state->from_day)
			state->from_day = first;
		state = add_orders(state, summary.frequency, summary.recency, summary.t, NULL);
		if (summary.monetary_value > 0)
			state = add_spend(state, summary.frequency, summary.monetary_value);
	}
	return state_datum(fcinfo, state);
}

/* Combine function: all rows of one state into the other. */
PG_FUNCTION_INFO_V1(btyd_sample_merge);
Datum
btyd_sample_merge(PG_FUNCTION_ARGS)
{
	BtydSample *state;
	BtydSample *other;

	if (PG_ARGISNULL(1))
		return state_unchanged(fcinfo);
	other = (BtydSample *) PG_GETARG_VARLENA_P(1);
	cseg_check(check(other), TYPE_NAME);
	if (PG_ARGISNULL(ARG_STATE))
	{
		cseg_require_aggregate(fcinfo);
		PG_RETURN_POINTER(other);
	}
	state = state_for(fcinfo, other->covariates);
	if (state->to_day != other->to_day || state->family != other->family
		|| strcmp(state->unit, other->unit) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("as_of, unit and model must be the same for all rows")));
	if (other->from_day != SEGM_NO_DAY
		&& (state->from_day == SEGM_NO_DAY || other->from_day < state->from_day))
		state->from_day = other->from_day;
	state = with_room(state, other->n);
	memcpy(state->rows + state->n * width_of(state), other->rows,
		   sizeof(double) * width_of(state) * other->n);
	state->n += other->n;
	return state_datum(fcinfo, state);
}

PG_FUNCTION_INFO_V1(btyd_sample_final);
Datum
btyd_sample_final(PG_FUNCTION_ARGS)
{
	BtydSample *sample = cseg_sample_result(fcinfo);

	PG_RETURN_POINTER(resized(sample, sample->n));
}

/* ---- input and output: one byte stream, in text as hexadecimal digits ---- */

PG_FUNCTION_INFO_V1(btyd_sample_send);
Datum
btyd_sample_send(PG_FUNCTION_ARGS)
{
	BtydSample *sample = cseg_sample_of(PG_GETARG_DATUM(0));
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendint8(&message, sample->version);
	pq_sendint8(&message, sample->covariates);
	pq_sendint8(&message, sample->family);
	pq_sendint32(&message, sample->from_day);
	pq_sendint32(&message, sample->to_day);
	pq_sendbytes(&message, sample->unit, SEGM_UNIT_LENGTH);
	pq_sendint64(&message, sample->n);
	for (int64 i = 0; i < sample->n * width_of(sample); i++)
		pq_sendfloat8(&message, sample->rows[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* The value in a message; trusts nothing of it. */
static SegmStatus
read_message(StringInfo message, BtydSample **result)
{
	BtydSample	head = {0};
	BtydSample *sample;
	int64		row_size;
	Size		head_size = sizeof(head.version) + sizeof(head.covariates) + sizeof(head.family) + sizeof(head.from_day)
	+ sizeof(head.to_day) + sizeof(head.unit) + sizeof(head.n);

	if (message->len - message->cursor < head_size)
		return SEGM_CORRUPT;
	head.version = pq_getmsgbyte(message);
	head.covariates = pq_getmsgbyte(message);
	head.family = pq_getmsgbyte(message);
	head.from_day = pq_getmsgint(message, sizeof(int32));
	head.to_day = pq_getmsgint(message, sizeof(int32));
	pq_copymsgbytes(message, head.unit, SEGM_UNIT_LENGTH);
	head.n = pq_getmsgint64(message);
	if (head.version != VERSION)
		return SEGM_VERSION;

	/* what is announced must be there, no more and no less, before room is made */
	if (head.covariates > SEGM_MAX_COVARIATES || head.n < 0)
		return SEGM_CORRUPT;
	row_size = sizeof(double) * SEGM_ROW_WIDTH(head.covariates);
	if (head.n != (message->len - message->cursor) / row_size
		|| (message->len - message->cursor) % row_size != 0)
		return SEGM_CORRUPT;
	sample = new_sample(head.covariates, head.n);
	head.length_word = sample->length_word;
	head.folded = head.n;
	memcpy(sample, &head, offsetof(BtydSample, rows));
	for (int64 i = 0; i < sample->n * width_of(sample); i++)
		sample->rows[i] = pq_getmsgfloat8(message);
	*result = sample;
	return check(sample);
}

PG_FUNCTION_INFO_V1(btyd_sample_recv);
Datum
btyd_sample_recv(PG_FUNCTION_ARGS)
{
	BtydSample *sample;

	cseg_check(read_message((StringInfo) PG_GETARG_POINTER(0), &sample), TYPE_NAME);
	PG_RETURN_POINTER(sample);
}

PG_FUNCTION_INFO_V1(btyd_sample_out);
Datum
btyd_sample_out(PG_FUNCTION_ARGS)
{
	bytea	   *bytes;
	size_t		length;
	char	   *text;
	char	   *digits;

	bytes = DatumGetByteaPP(DirectFunctionCall1(btyd_sample_send, PG_GETARG_DATUM(0)));
	length = VARSIZE_ANY_EXHDR(bytes);
	text = palloc(strlen(HEX_PREFIX) + length + length + 1);
	digits = text +strlen(HEX_PREFIX);

	memcpy(text, HEX_PREFIX, strlen(HEX_PREFIX));
	digits[hex_encode(VARDATA_ANY(bytes), length, digits)] = '\0';
	PG_RETURN_CSTRING(text);
}

PG_FUNCTION_INFO_V1(btyd_sample_in);
Datum
btyd_sample_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	size_t		skip = strlen(HEX_PREFIX);
	StringInfoData message;
	BtydSample *sample;
	SegmStatus	status;

	if (strncmp(text, HEX_PREFIX, skip) != 0 || strspn(text +skip, "0123456789abcdefABCDEF") != strlen(text +skip)
		|| strlen(text +skip) % 2 != 0) /* literal: two digits a byte */
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s", TYPE_NAME),
				 errhint("Its text form is made by the server, for dump and restore.")));
	initStringInfo(&message);
	enlargeStringInfo(&message, strlen(text));
	message.len = hex_decode(text +skip, strlen(text +skip), message.data);
	status = read_message(&message, &sample);
	if (status == SEGM_VERSION)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid %s: unknown format version", TYPE_NAME),
				 errhint("It was written by a newer version of the extension; update this server's library.")));
	if (status != SEGM_OK)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid %s: damaged bytes", TYPE_NAME)));
	PG_RETURN_POINTER(sample);
}

/* What is in it, to look at. */
PG_FUNCTION_INFO_V1(btyd_sample_unnest);
Datum
btyd_sample_unnest(PG_FUNCTION_ARGS)
{
	BtydSample *sample = cseg_sample_of(PG_GETARG_DATUM(0));
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	int			width = width_of(sample);

	InitMaterializedSRF(fcinfo, 0);
	for (int64 i = 0; i < sample->n; i++)
	{
		const double *row = sample->rows + i * width;
		bool		spend = row[SEGM_ROW_KIND] == SEGM_ROW_SPEND;
		Datum		covariates[SEGM_MAX_COVARIATES];
		Datum		values[6];	/* literal: columns of the result */
		bool		nulls[lengthof(values)] = {0};

		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < sample->covariates; j++)
			covariates[j] = Float8GetDatum(row[SEGM_ROW_COVARIATES + j]);
		values[0] = Int64GetDatum((int64) row[SEGM_ROW_X]);
		values[1] = Float8GetDatum(row[SEGM_ROW_T_X]);
		values[2] = Float8GetDatum(row[SEGM_ROW_T]);
		values[3] = Float8GetDatum(row[SEGM_ROW_VALUE]);
		values[4] = PointerGetDatum(construct_array(covariates, sample->covariates, FLOAT8OID,
													sizeof(double), FLOAT8PASSBYVAL,
													TYPALIGN_DOUBLE));
		values[5] = Int64GetDatum((int64) row[width - 1]);
		nulls[1] = nulls[2] = nulls[4] = spend;
		nulls[3] = !spend;
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}
