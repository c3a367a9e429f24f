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
#define FIRST_SIZE	128			/* literal: a first state, ten to twenty orders long */
#define SPARE		2			/* literal: a new state is so many times its content */

/* The arguments of the row transitions; the last two may be missing. */
enum
{
	ARG_STATE,
	ARG_TIME,
	ARG_AMOUNT,
	ARG_ZONE,
	ARG_VOIDED_AT
};

/* What a new value is to be made of. */
typedef struct Parts
{
	SegmHistoryEntry *entries;
	size_t		count;
	int			scale;
	int64		first;
	int64		last;
} Parts;

/* ---- values ---- */

SegmHistory
cseg_history_read(struct varlena *value)
{
	SegmHistory history;

	cseg_check(segm_history_read((uint8_t *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value),
								 &history), TYPE_NAME);
	return history;
}

/* Room for so many entries; two of the largest histories exceed palloc's. */
static Parts
start_parts(size_t bound, int scale)
{
	Parts		parts = {NULL, 0, scale, PG_INT64_MAX, PG_INT64_MIN};

	parts.entries = MemoryContextAllocHuge(CurrentMemoryContext,
										   sizeof(SegmHistoryEntry) * bound);
	return parts;
}

static void
add_history(Parts *parts, const SegmHistory *history)
{
	cseg_check(segm_history_collect(history, parts->scale, parts->entries, &parts->count),
			   TYPE_NAME);
	parts->first = Min(parts->first, history->first);
	parts->last = Max(parts->last, history->last);
}

static Parts
merge_parts(const SegmHistory *a, const SegmHistory *b)
{
	Parts		parts = start_parts(segm_history_entry_bound(a) + segm_history_entry_bound(b),
									Max(a->scale, b->scale));

	add_history(&parts, a);
	add_history(&parts, b);
	return parts;
}

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
		size = Max(size * SPARE, FIRST_SIZE);
	/* room to spare shows nothing of ours where a stranger's aggregate shows the state */
	result = palloc0(size);
	SET_VARSIZE(result, size);
	segm_history_encode(entries, count, scale, first, last, open, (uint8_t *) VARDATA(result));
	return result;
}

static struct varlena *
finish_parts(Parts *parts)
{
	struct varlena *result;

	cseg_check(segm_history_fold(parts->entries, &parts->count, cseg_poll), TYPE_NAME);
	result = cseg_history_make(parts->entries, parts->count, parts->scale,
							   parts->first, parts->last, false);
	pfree(parts->entries);
	return result;
}

/* The parts as a state: in place of the old one if that leaves enough room. */
static struct varlena *
refold_state(struct varlena *state, Parts *parts)
{
	size_t		length;

	cseg_check(segm_history_fold(parts->entries, &parts->count, cseg_poll), TYPE_NAME);
	cseg_check(segm_history_size(parts->entries, parts->count, true, &length), TYPE_NAME);
	if (length * SPARE <= VARSIZE(state) - VARHDRSZ)
		segm_history_encode(parts->entries, parts->count, parts->scale,
							parts->first, parts->last, true, (uint8_t *) VARDATA(state));
	else
		state = cseg_history_make(parts->entries, parts->count, parts->scale,
								  parts->first, parts->last, true);
	pfree(parts->entries);
	return state;
}

struct varlena *
cseg_history_finish(Datum datum)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);
	SegmHistory history = cseg_history_read(value);
	Parts		parts;

	if (!history.open)
		return value;
	parts = start_parts(segm_history_entry_bound(&history), history.scale);
	add_history(&parts, &history);
	return finish_parts(&parts);
}

SegmHistory
cseg_history_of(Datum datum)
{
	return cseg_history_read(cseg_history_finish(datum));
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

void
cseg_check_scale(int scale)
{
	if (scale > SEGM_HISTORY_MAX_SCALE)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("amount has %d decimals, at most %d are allowed",
						scale, SEGM_HISTORY_MAX_SCALE),
				 errhint("Round it in the query, for example round(amount, 4).")));
}

/*
 * Add a row to an open value, NULL for the first one, in place or in a new
 * value in CurrentMemoryContext.
 */
static struct varlena *
add_purchase(struct varlena *state, const SegmPurchase *purchase)
{
	SegmHistory history;
	Parts		parts;
	SegmStatus	status;

	cseg_check_scale(purchase->amount.scale);
	if (state == NULL)
	{
		state = palloc0(FIRST_SIZE);
		SET_VARSIZE(state, FIRST_SIZE);
		segm_history_init((uint8_t *) VARDATA(state), purchase->amount.scale);
	}
	status = segm_history_append((uint8_t *) VARDATA(state), VARSIZE(state) - VARHDRSZ, purchase);
	if (status == SEGM_OK)
		return state;
	if (status == SEGM_OVERFLOW)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("amount out of range beside the others of the history"),
				 errdetail("One of them has more decimals; with so many, this one has more than %d digits.",
						   SEGM_HISTORY_MAX_SCALE)));
	if (status != SEGM_NO_ROOM)
		cseg_raise(status, TYPE_NAME);

	history = cseg_history_read(state);
	parts = start_parts(segm_history_entry_bound(&history) + SEGM_PURCHASE_ENTRIES,
						Max(history.scale, purchase->amount.scale));
	add_history(&parts, &history);
	cseg_check(segm_history_enter(purchase, parts.scale, parts.entries, &parts.count), "amount");
	if (segm_purchase_counts(purchase))
	{
		parts.first = Min(parts.first, purchase->at);
		parts.last = Max(parts.last, purchase->at);
	}
	return refold_state(state, &parts);
}

void
cseg_purchase_void(SegmPurchase *purchase, LocalZone *zone, TimestampTz voided_at)
{
	if (purchase->amount.coefficient < 0)
		return;					/* a refund is no order */
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

/* The common end of all row transitions. */
static Datum
add_row(FunctionCallInfo fcinfo, struct varlena *state, LocalZone *zone, TimestampTz at,
		DateADT day, SegmDecimal amount)
{
	SegmPurchase purchase = {
		.at = at,
		.day = day,
		.amount = amount
	};

	if (PG_NARGS() > ARG_VOIDED_AT && !PG_ARGISNULL(ARG_VOIDED_AT))
		cseg_purchase_void(&purchase, zone, PG_GETARG_TIMESTAMPTZ(ARG_VOIDED_AT));
	PG_RETURN_POINTER(add_purchase(state, &purchase));
}

/* An amount that could not be read, with its text. */
static void
refuse_amount(SegmStatus status, PGFunction output, Datum amount)
{
	char	   *text = DatumGetCString(DirectFunctionCall1(output, amount));

	if (status == SEGM_NOT_FINITE)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("amount must be finite, got %s", text)));
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("amount %.*s%s out of range", NAMEDATALEN, text,
					strlen(text) > NAMEDATALEN ? "..." : ""),
			 errdetail("An amount has at most %d digits, its decimals included.",
					   SEGM_HISTORY_MAX_SCALE)));
}

SegmDecimal
cseg_numeric_amount(Datum datum)
{
	SegmDecimal amount = {0};
	SegmStatus	status = cseg_numeric_decimal(datum, &amount);

	if (status != SEGM_OK)
		refuse_amount(status, numeric_out, datum);
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
		refuse_amount(status, float8out, datum);
	return amount;
}

static void
timestamptz_argument(FunctionCallInfo fcinfo, LocalZone *zone, TimestampTz *at, DateADT *day)
{
	*at = PG_GETARG_TIMESTAMPTZ(ARG_TIME);
	*day = cseg_local_day(zone, *at, "ordered_at");
}

/* The local day is the one written down, whatever the clocks did. */
static void
timestamp_argument(FunctionCallInfo fcinfo, LocalZone *zone, TimestampTz *at, DateADT *day)
{
	Timestamp	local = PG_GETARG_TIMESTAMP(ARG_TIME);

	*at = cseg_local_instant(zone, local, "ordered_at");
	*day = segm_day_of_instant(local);
}

static void
date_argument(FunctionCallInfo fcinfo, LocalZone *zone, TimestampTz *at, DateADT *day)
{
	*day = PG_GETARG_DATEADT(ARG_TIME);
	if (DATE_NOT_FINITE(*day))
		(void) cseg_local_day(zone, DATE_IS_NOBEGIN(*day) ? DT_NOBEGIN : DT_NOEND, "ordered_on");
	if (*day > SEGM_MAX_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("ordered_on out of range for a timestamp")));
	*at = cseg_local_instant(zone, *day * USECS_PER_DAY, "ordered_on");
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
	if (PG_ARGISNULL(ARG_TIME) || PG_ARGISNULL(ARG_AMOUNT)) \
		return unchanged(state, fcinfo); \
	zone = cseg_local_zone(fcinfo, ARG_ZONE); \
	time##_argument(fcinfo, zone, &at, &day); \
	return add_row(fcinfo, state, zone, at, day, \
				   cseg_##amount##_amount(PG_GETARG_DATUM(ARG_AMOUNT))); \
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

/* ---- merging ---- */

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
	SegmStatus	status;
	Parts		parts;

	if (PG_ARGISNULL(1))
		return unchanged(state, fcinfo);
	other = cseg_history_read(PG_GETARG_VARLENA_PP(1));
	if (state == NULL)
		PG_RETURN_POINTER(PG_GETARG_VARLENA_P(1));

	status = segm_history_append_all((uint8_t *) VARDATA(state), VARSIZE(state) - VARHDRSZ, &other);
	if (status == SEGM_OK)
		PG_RETURN_POINTER(state);
	if (status != SEGM_NO_ROOM)
		cseg_raise(status, TYPE_NAME);
	history = cseg_history_read(state);
	parts = merge_parts(&history, &other);
	PG_RETURN_POINTER(refold_state(state, &parts));
}

/* Reads only: nodeAgg may call it several times on one state. */
PG_FUNCTION_INFO_V1(purchase_history_final);
Datum
purchase_history_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(ARG_STATE))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(cseg_history_finish(PG_GETARG_DATUM(ARG_STATE)));
}

/* history || history, outside of any aggregate. */
PG_FUNCTION_INFO_V1(purchase_history_concat);
Datum
purchase_history_concat(PG_FUNCTION_ARGS)
{
	SegmHistory a = PG_GETARG_HISTORY(0);
	SegmHistory b = PG_GETARG_HISTORY(1);
	Parts		parts = merge_parts(&a, &b);

	PG_RETURN_POINTER(finish_parts(&parts));
}
