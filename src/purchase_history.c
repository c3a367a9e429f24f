/*
 * purchase_history.c
 *		What a purchase history answers.
 *
 * Every question takes one of three forms: about the whole history, about
 * what was known at the end of a day (as_of), or about the days from one up
 * to, but not including, another.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "core/btyd.h"
#include "decimal.h"
#include "purchase_history.h"

#define TYPE_NAME	"purchase_history"

/* The days that the arguments after the history ask about. */
static SegmHistoryRange
range_asked(FunctionCallInfo fcinfo)
{
	SegmHistoryRange range = segm_history_whole;

	if (PG_NARGS() == 2)
		range.horizon = PG_GETARG_DATEADT(1);
	else if (PG_NARGS() == 3)
	{
		range.from = PG_GETARG_DATEADT(1);
		range.to = PG_GETARG_DATEADT(2);
		range.horizon = range.to - 1;
	}
	return range;
}

/* The history, which it returns, and its sums over these days. */
static SegmHistory
totals_asked(FunctionCallInfo fcinfo, SegmHistoryTotals *totals)
{
	SegmHistory history = PG_GETARG_HISTORY(0);
	SegmHistoryRange range = range_asked(fcinfo);

	cseg_check(segm_history_totals(&history, &range, totals), TYPE_NAME);
	return history;
}

Datum
cseg_money(SegmInt128 units, int scale)
{
	SegmDecimal value = {units, scale};

	return NumericGetDatum(cseg_decimal_numeric(value));
}

/* Cheaper than amount <> 0, which copies the amount of every row. */
PG_FUNCTION_INFO_V1(is_purchase);
Datum
is_purchase(PG_FUNCTION_ARGS)
{
	struct varlena *amount = PG_GETARG_VARLENA_PP(0);

	PG_RETURN_BOOL(!segm_decimal_is_zero(VARDATA_ANY(amount), VARSIZE_ANY_EXHDR(amount)));
}

PG_FUNCTION_INFO_V1(order_count);
Datum
order_count(PG_FUNCTION_ARGS)
{
	SegmHistoryTotals totals;

	(void) totals_asked(fcinfo, &totals);
	PG_RETURN_INT64(totals.orders);
}

PG_FUNCTION_INFO_V1(orders_placed);
Datum
orders_placed(PG_FUNCTION_ARGS)
{
	SegmHistoryTotals totals;

	(void) totals_asked(fcinfo, &totals);
	PG_RETURN_INT64(totals.orders_placed);
}

PG_FUNCTION_INFO_V1(order_days);
Datum
order_days(PG_FUNCTION_ARGS)
{
	SegmHistoryTotals totals;

	(void) totals_asked(fcinfo, &totals);
	PG_RETURN_INT64(totals.order_days);
}

PG_FUNCTION_INFO_V1(revenue);
Datum
revenue(PG_FUNCTION_ARGS)
{
	SegmHistoryTotals totals;
	SegmHistory history = totals_asked(fcinfo, &totals);

	PG_RETURN_DATUM(cseg_money(totals.revenue, history.scale));
}

PG_FUNCTION_INFO_V1(refunds);
Datum
refunds(PG_FUNCTION_ARGS)
{
	SegmHistoryTotals totals;
	SegmHistory history = totals_asked(fcinfo, &totals);

	PG_RETURN_DATUM(cseg_money(totals.refunds, history.scale));
}

PG_FUNCTION_INFO_V1(net_revenue);
Datum
net_revenue(PG_FUNCTION_ARGS)
{
	SegmHistoryTotals totals;
	SegmHistory history = totals_asked(fcinfo, &totals);

	/* two values that are not negative: their difference always fits */
	PG_RETURN_DATUM(cseg_money(totals.revenue - totals.refunds, history.scale));
}

PG_FUNCTION_INFO_V1(average_order_value);
Datum
average_order_value(PG_FUNCTION_ARGS)
{
	SegmHistoryTotals totals;
	SegmHistory history = totals_asked(fcinfo, &totals);

	if (totals.orders == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(DirectFunctionCall2(numeric_div,
										cseg_money(totals.revenue - totals.refunds, history.scale),
										NumericGetDatum(int64_to_numeric(totals.orders))));
}

PG_FUNCTION_INFO_V1(first_order_on);
Datum
first_order_on(PG_FUNCTION_ARGS)
{
	SegmHistoryTotals totals;

	(void) totals_asked(fcinfo, &totals);
	if (totals.order_days == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(totals.first_day);
}

PG_FUNCTION_INFO_V1(last_order_on);
Datum
last_order_on(PG_FUNCTION_ARGS)
{
	SegmHistoryTotals totals;

	(void) totals_asked(fcinfo, &totals);
	if (totals.order_days == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(totals.last_day);
}

/*
 * The history keeps two instants: those of the first and the last order that
 * count today.  Of any other day only the day is known, and its midnight in
 * UTC stands for it.
 */
static Datum
instant_of_day(FunctionCallInfo fcinfo, bool last)
{
	SegmHistoryTotals asked;
	SegmHistoryTotals whole;
	SegmHistory history = totals_asked(fcinfo, &asked);
	int32		day = last ? asked.last_day : asked.first_day;
	bool		is_first;
	bool		is_last;

	if (asked.order_days == 0)
		PG_RETURN_NULL();
	cseg_check(segm_history_totals(&history, &segm_history_whole, &whole), TYPE_NAME);
	is_first = whole.order_days > 0 && day == whole.first_day;
	is_last = whole.order_days > 0 && day == whole.last_day;
	if (is_last && (last || !is_first))
		PG_RETURN_TIMESTAMPTZ(history.last);
	if (is_first)
		PG_RETURN_TIMESTAMPTZ(history.first);
	PG_RETURN_TIMESTAMPTZ(day * USECS_PER_DAY);
}

PG_FUNCTION_INFO_V1(first_order_at);
Datum
first_order_at(PG_FUNCTION_ARGS)
{
	return instant_of_day(fcinfo, false);
}

PG_FUNCTION_INFO_V1(last_order_at);
Datum
last_order_at(PG_FUNCTION_ARGS)
{
	return instant_of_day(fcinfo, true);
}

/* Days between one order day and the next, as an array without nulls. */
PG_FUNCTION_INFO_V1(order_gaps);
Datum
order_gaps(PG_FUNCTION_ARGS)
{
	SegmHistory history = PG_GETARG_HISTORY(0);
	SegmHistoryRange range = range_asked(fcinfo);
	ArrayBuildState *gaps = initArrayResult(INT4OID, CurrentMemoryContext, false);
	SegmHistoryCursor cursor;
	SegmHistoryDay day;
	int64		counting;
	int32		previous = 0;
	bool		started = false;
	bool		found;

	segm_history_start(&history, &cursor);
	for (;;)
	{
		cseg_check(segm_history_next_in(&cursor, &range, &day, &counting, &found), TYPE_NAME);
		if (!found)
			break;
		if (counting == 0)
			continue;
		if (started)
			gaps = accumArrayResult(gaps, Int32GetDatum(day.day - previous), false, INT4OID,
									CurrentMemoryContext);
		started = true;
		previous = day.day;
	}
	PG_RETURN_DATUM(makeArrayResult(gaps, CurrentMemoryContext));
}

/* One row a day: day, orders, revenue, refunds, orders_placed. */
PG_FUNCTION_INFO_V1(purchase_history_unnest);
Datum
purchase_history_unnest(PG_FUNCTION_ARGS)
{
	typedef struct Walk
	{
		SegmHistory history;
		SegmHistoryRange range;
		SegmHistoryCursor cursor;
	} Walk;
	FuncCallContext *call;
	Walk	   *walk;
	SegmHistoryDay day;
	int64		counting;
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
		walk->history = cseg_history_of(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0))));
		walk->range = range_asked(fcinfo);
		segm_history_start(&walk->history, &walk->cursor);
		call->user_fctx = walk;
		MemoryContextSwitchTo(caller);
	}
	call = SRF_PERCALL_SETUP();
	walk = call->user_fctx;
	cseg_check(segm_history_next_in(&walk->cursor, &walk->range, &day, &counting, &found),
			   TYPE_NAME);
	if (found)
	{
		Datum		values[] = {
			DateADTGetDatum(day.day), Int64GetDatum(counting),
			cseg_money(day.revenue, walk->history.scale), cseg_money(day.refunds, walk->history.scale),
			Int64GetDatum(day.orders)
		};
		bool		nulls[lengthof(values)] = {0};

		SRF_RETURN_NEXT(call, HeapTupleGetDatum(heap_form_tuple(call->tuple_desc, values, nulls)));
	}
	SRF_RETURN_DONE(call);
}

/* The row (frequency, recency, t, monetary_value); NULL before the first order. */
PG_FUNCTION_INFO_V1(btyd_summary);
Datum
btyd_summary(PG_FUNCTION_ARGS)
{
	SegmHistory history = PG_GETARG_HISTORY(0);
	double		unit_days = cseg_time_unit_days(PG_GETARG_TEXT_PP(2));
	SegmBtydSummary summary;
	TupleDesc	columns;
	bool		exists;

	if (DATE_NOT_FINITE(PG_GETARG_DATEADT(1)))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("as_of must be finite, got %s",
						DATE_IS_NOBEGIN(PG_GETARG_DATEADT(1)) ? "-infinity" : "infinity")));
	cseg_check(segm_btyd_summary(&history, PG_GETARG_DATEADT(1), unit_days, &summary, &exists),
			   TYPE_NAME);
	if (!exists)
		PG_RETURN_NULL();
	if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	columns = BlessTupleDesc(columns);
	{
		Datum		values[] = {
			Int64GetDatum(summary.frequency), Float8GetDatum(summary.recency),
			Float8GetDatum(summary.t), Float8GetDatum(summary.monetary_value)
		};
		bool		nulls[lengthof(values)] = {0};

		PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(columns, values, nulls)));
	}
}

double
cseg_time_unit_days(text *unit)
{
	char	   *name = text_to_cstring(unit);
	double		days;

	if (segm_time_unit_days(name, &days) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown time unit \"%s\"", name),
				 errhint("Allowed are second, hour, day, week, month and year.")));
	pfree(name);
	return days;
}
