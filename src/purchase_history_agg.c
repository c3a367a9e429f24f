/*
 * purchase_history_agg.c
 *		Aggregates that build and merge purchase histories.
 *
 * The state is a purchase_history too, in its open form: rows are appended in
 * place, and when the room is used up, days are added up before more room is
 * asked for, so a state never outgrows twice its active days.  Room is part
 * of the value's own length, because nodeAgg.c copies a state that moved into
 * the aggregate's memory by its length, and frees the old one.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "decimal.h"
#include "local_day.h"
#include "purchase_history.h"

#define TYPE_NAME	"purchase_history"
#define FIRST_SIZE	128			/* literal: a first state, eight to ten orders long */

/* ---- values ---- */

struct varlena *
cseg_history_make(const SegmHistoryEntry *entries, size_t count, int scale,
				  int64 first, int64 last, bool open)
{
	struct varlena *result;
	size_t		length;
	size_t		size;

	cseg_check(segm_history_size(entries, count, open, &length), TYPE_NAME);
	size = VARHDRSZ + length;
	if (open)
		size = Max(size + size, FIRST_SIZE);
	result = palloc(size);
	SET_VARSIZE(result, size);
	segm_history_encode(entries, count, scale, first, last, open, (uint8_t *) VARDATA(result));
	return result;
}

static SegmHistory
read_history(struct varlena *value)
{
	SegmHistory history;

	cseg_check(segm_history_read((uint8_t *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value),
								 &history), TYPE_NAME);
	return history;
}

struct varlena *
cseg_history_finish(Datum datum)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);
	SegmHistory history = read_history(value);
	SegmHistoryEntry *entries;
	size_t		count = 0;

	if (!history.open)
		return value;
	entries = palloc(sizeof(SegmHistoryEntry) * segm_history_entry_bound(&history));
	cseg_check(segm_history_collect(&history, history.scale, entries, &count), TYPE_NAME);
	cseg_check(segm_history_fold(entries, &count), TYPE_NAME);
	value = cseg_history_make(entries, count, history.scale, history.first, history.last, false);
	pfree(entries);
	return value;
}

SegmHistory
cseg_history_of(Datum datum)
{
	return read_history(cseg_history_finish(datum));
}

/* ---- transitions ---- */

/* The state, or NULL if there is none yet. */
static struct varlena *
state_argument(FunctionCallInfo fcinfo)
{
	cseg_require_aggregate(fcinfo);
	return PG_ARGISNULL(0) ? NULL : PG_GETARG_VARLENA_P(0);
}

/*
 * The old state with more folded into it, in place if that leaves half of the
 * room free.
 */
static struct varlena *
refold(struct varlena *state, SegmHistoryEntry *entries, size_t count, int scale,
	   int64 first, int64 last)
{
	size_t		length;

	cseg_check(segm_history_fold(entries, &count), TYPE_NAME);
	cseg_check(segm_history_size(entries, count, true, &length), TYPE_NAME);
	if (state != NULL && length <= (VARSIZE(state) - VARHDRSZ) / (1 + 1))
		segm_history_encode(entries, count, scale, first, last, true,
							(uint8_t *) VARDATA(state));
	else
		state = cseg_history_make(entries, count, scale, first, last, true);
	pfree(entries);
	return state;
}

struct varlena *
cseg_history_add(struct varlena *state, const SegmPurchase *purchase)
{
	SegmHistory history;
	SegmHistoryEntry *entries;
	size_t		count = 0;
	int			scale;
	bool		counts;
	SegmStatus	status;

	if (state == NULL)
	{
		state = palloc(FIRST_SIZE);
		SET_VARSIZE(state, FIRST_SIZE);
		segm_history_init((uint8_t *) VARDATA(state), Min(purchase->amount.scale,
														  SEGM_HISTORY_MAX_SCALE));
	}
	history = read_history(state);
	if (history.open)
	{
		status = segm_history_append((uint8_t *) VARDATA(state), VARSIZE(state) - VARHDRSZ,
									 purchase);
		if (status == SEGM_OK)
			return state;
		if (status != SEGM_NO_ROOM)
			cseg_raise(status, "amount");
	}

	scale = Max(history.scale, purchase->amount.scale);
	if (scale > SEGM_HISTORY_MAX_SCALE)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("amount has %d decimals, at most %d are allowed",
						scale, SEGM_HISTORY_MAX_SCALE),
				 errhint("Round it in the query, for example round(amount, 4).")));
	counts = purchase->amount.coefficient >= 0 && !purchase->is_void;
	entries = palloc(sizeof(SegmHistoryEntry) * (segm_history_entry_bound(&history) + 1 + 1));
	cseg_check(segm_history_collect(&history, scale, entries, &count), TYPE_NAME);
	cseg_check(segm_history_enter(purchase, scale, entries, &count), "amount");
	return refold(state, entries, count, scale,
				  counts ? Min(history.first, purchase->at) : history.first,
				  counts ? Max(history.last, purchase->at) : history.last);
}

/*
 * The common end of all row transitions: arguments 0 state, 1 time, 2 amount,
 * 3 time zone if there are so many, 4 the instant at which the order became
 * void, if there are so many.
 */
static Datum
add_row(FunctionCallInfo fcinfo, struct varlena *state, TimestampTz at, DateADT day,
		LocalZone *zone, SegmDecimal amount)
{
	SegmPurchase purchase = {
		.at = at,
		.day = day,
		.amount = amount
	};
	int			void_argument = 4;	/* literal: argument number */

	if (PG_NARGS() > void_argument && !PG_ARGISNULL(void_argument))
		cseg_purchase_void(&purchase, zone, PG_GETARG_TIMESTAMPTZ(void_argument));
	PG_RETURN_POINTER(cseg_history_add(state, &purchase));
}

void
cseg_purchase_void(SegmPurchase *purchase, LocalZone *zone, TimestampTz voided_at)
{
	purchase->is_void = true;
	purchase->void_day = cseg_local_day(zone, voided_at, "voided_at");
	if (purchase->void_day < purchase->day)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("order became void before it was placed"),
				 errdetail("The order is of %s, voided_at is %s.",
						   pstrdup(timestamptz_to_str(purchase->at)),
						   pstrdup(timestamptz_to_str(voided_at)))));
}

SegmDecimal
cseg_numeric_amount(Datum datum)
{
	SegmDecimal amount = {0};
	SegmStatus	status = cseg_numeric_decimal(datum, &amount);

	if (status != SEGM_OK)
		ereport(ERROR,
				(errcode(status == SEGM_NOT_FINITE ? ERRCODE_DATA_EXCEPTION
						 : ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 status == SEGM_NOT_FINITE
				 ? errmsg("amount must be finite, got %s",
						  DatumGetCString(DirectFunctionCall1(numeric_out, datum)))
				 : errmsg("amount out of range"),
				 status == SEGM_NOT_FINITE ? 0
				 : errdetail("An amount has at most 38 digits, counting its decimals.")));
	return amount;
}

static SegmDecimal
cseg_bigint_amount(Datum datum)
{
	SegmDecimal amount = {DatumGetInt64(datum), 0};

	return amount;
}

static SegmDecimal
cseg_double_amount(Datum datum)
{
	SegmDecimal amount = {0};
	SegmStatus	status = segm_decimal_of_double(DatumGetFloat8(datum), &amount);

	if (status != SEGM_OK)
		ereport(ERROR,
				(errcode(status == SEGM_NOT_FINITE ? ERRCODE_DATA_EXCEPTION
						 : ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg(status == SEGM_NOT_FINITE ? "amount must be finite, got %s"
						: "amount %s out of range",
						DatumGetCString(DirectFunctionCall1(float8out, datum)))));
	return amount;
}

/*
 * The three kinds of time times the three kinds of amount.  A row without a
 * time or an amount is skipped, as sum() would.
 */
#define ADD_FUNCTION(time, amount) \
PG_FUNCTION_INFO_V1(purchase_history_add_##time##_##amount); \
Datum \
purchase_history_add_##time##_##amount(PG_FUNCTION_ARGS) \
{ \
	struct varlena *state = state_argument(fcinfo); \
	LocalZone  *zone; \
	TimestampTz at; \
	DateADT		day; \
\
	if (PG_ARGISNULL(1) || PG_ARGISNULL(1 + 1)) \
	{ \
		if (state == NULL) \
			PG_RETURN_NULL(); \
		PG_RETURN_POINTER(state); \
	} \
	zone = cseg_local_zone(fcinfo, 1 + 1 + 1); \
	time##_argument(fcinfo, zone, &at, &day); \
	return add_row(fcinfo, state, at, day, zone, \
				   cseg_##amount##_amount(PG_GETARG_DATUM(1 + 1))); \
}

static void
timestamptz_argument(FunctionCallInfo fcinfo, LocalZone *zone, TimestampTz *at, DateADT *day)
{
	*at = PG_GETARG_TIMESTAMPTZ(1);
	*day = cseg_local_day(zone, *at, "ordered_at");
}

/* The local day is the one written down, whatever the clocks did. */
static void
timestamp_argument(FunctionCallInfo fcinfo, LocalZone *zone, TimestampTz *at, DateADT *day)
{
	Timestamp	local = PG_GETARG_TIMESTAMP(1);

	*at = cseg_local_instant(zone, local, "ordered_at");
	*day = segm_day_of_instant(local);
}

static void
date_argument(FunctionCallInfo fcinfo, LocalZone *zone, TimestampTz *at, DateADT *day)
{
	*day = PG_GETARG_DATEADT(1);
	if (DATE_NOT_FINITE(*day))
		(void) cseg_local_day(zone, DATE_IS_NOBEGIN(*day) ? DT_NOBEGIN : DT_NOEND, "ordered_on");
	if (*day > SEGM_MAX_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("ordered_on out of range for a timestamp")));
	*at = cseg_local_instant(zone, *day * USECS_PER_DAY, "ordered_on");
}

ADD_FUNCTION(timestamptz, numeric)
ADD_FUNCTION(timestamptz, bigint)
ADD_FUNCTION(timestamptz, double)
ADD_FUNCTION(timestamp, numeric)
ADD_FUNCTION(timestamp, bigint)
ADD_FUNCTION(timestamp, double)
ADD_FUNCTION(date, numeric)
ADD_FUNCTION(date, bigint)
ADD_FUNCTION(date, double)

/*
 * Merge a history, or another state, into the state: the transition of
 * rollup() and the combine function of all of them.
 */
PG_FUNCTION_INFO_V1(purchase_history_merge);
Datum
purchase_history_merge(PG_FUNCTION_ARGS)
{
	struct varlena *state = state_argument(fcinfo);
	SegmHistory history;
	SegmHistory other;
	SegmHistoryEntry *entries;
	size_t		count = 0;
	int			scale;

	if (PG_ARGISNULL(1))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	other = read_history(PG_GETARG_VARLENA_PP(1));
	if (state == NULL)
		PG_RETURN_POINTER(PG_GETARG_VARLENA_P(1));

	history = read_history(state);
	if (history.open)
	{
		SegmStatus	status = segm_history_append_all((uint8_t *) VARDATA(state),
													 VARSIZE(state) - VARHDRSZ, &other);

		if (status == SEGM_OK)
			PG_RETURN_POINTER(state);
		if (status != SEGM_NO_ROOM)
			cseg_raise(status, TYPE_NAME);
	}
	scale = Max(history.scale, other.scale);
	entries = palloc(sizeof(SegmHistoryEntry) * (segm_history_entry_bound(&history) +
												 segm_history_entry_bound(&other)));
	cseg_check(segm_history_collect(&history, scale, entries, &count), TYPE_NAME);
	cseg_check(segm_history_collect(&other, scale, entries, &count), TYPE_NAME);
	PG_RETURN_POINTER(refold(history.open ? state : NULL, entries, count, scale,
							 Min(history.first, other.first), Max(history.last, other.last)));
}

/* Reads only: nodeAgg may call it several times on one state. */
PG_FUNCTION_INFO_V1(purchase_history_final);
Datum
purchase_history_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(cseg_history_finish(PG_GETARG_DATUM(0)));
}

/* history || history, outside of any aggregate. */
PG_FUNCTION_INFO_V1(purchase_history_concat);
Datum
purchase_history_concat(PG_FUNCTION_ARGS)
{
	SegmHistory a = PG_GETARG_HISTORY(0);
	SegmHistory b = PG_GETARG_HISTORY(1);
	int			scale = Max(a.scale, b.scale);
	size_t		count = 0;
	SegmHistoryEntry *entries;

	entries = palloc(sizeof(SegmHistoryEntry) * (segm_history_entry_bound(&a) +
												 segm_history_entry_bound(&b)));
	cseg_check(segm_history_collect(&a, scale, entries, &count), TYPE_NAME);
	cseg_check(segm_history_collect(&b, scale, entries, &count), TYPE_NAME);
	cseg_check(segm_history_fold(entries, &count), TYPE_NAME);
	PG_RETURN_POINTER(cseg_history_make(entries, count, scale, Min(a.first, b.first),
										Max(a.last, b.last), false));
}
