/*
 * rfm.c
 *		The window function rfm_score: a whole population scored in one pass.
 *
 * At the first row of a partition the three arguments of all rows are
 * collected, scored by the core, and kept as three bytes a row; every further
 * row only looks its bytes up.  Three things make it fast:
 *
 *	- The arguments of a row are read together, the rows in order, and the
 *	  mark is never moved: once the server's tuple store is on disk, any walk
 *	  backwards and any change between read positions apart reads a block for
 *	  each row.
 *	- Bare numbers are sorted, no tuples.
 *	- There are few different results: each is made once.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "common/int.h"
#include "common/shortest_dec.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "windowapi.h"

#include "decimal.h"
#include "rfm.h"

/* Arguments by position */
enum
{
	ARG_AT,
	ARG_ORDERS,
	ARG_REVENUE,
	ARG_BINS,
	ARG_METHOD
};

/* What one query needs, in fn_extra. */
typedef struct RfmQuery
{
	RfmOverload overload;
	TupleDesc	cell;
	MemoryContext lasting;		/* the query's: results that were made */
	MemoryContext work;			/* one partition's scoring */
	MemoryContext row;			/* evaluation of arguments, a few rows */
	Datum		cells[SEGM_RFM_FEW_CELLS];	/* by scores; 0 until made */
} RfmQuery;

/* What one partition needs; zero until its first row is asked for. */
typedef struct RfmPartition
{
	int			bins;
	uint8	   *scores[SEGM_RFM_DIMENSIONS];	/* 0: not in the population */
} RfmPartition;

PG_FUNCTION_INFO_V1(rfm_score);

void
cseg_rfm_poll(void)
{
	CHECK_FOR_INTERRUPTS();
}

void *
cseg_rfm_alloc(MemoryContext context, size_t n, size_t size)
{
	size_t		bytes;

	if (__builtin_mul_overflow(Max(n, 1), size, &bytes))
		cseg_raise(SEGM_TOO_LARGE, "RFM population");
	return MemoryContextAllocExtended(context, bytes, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

RfmOverload
cseg_rfm_overload(FmgrInfo *flinfo, int first)
{
	RfmOverload overload;
	Oid		   *types;
	int			n;

	(void) get_func_signature(flinfo->fn_oid, &types, &n);
	Assert(n > first + ARG_REVENUE);
	overload.at = types[first + ARG_AT];
	overload.revenue = types[first + ARG_REVENUE];
	pfree(types);
	return overload;
}

int
cseg_rfm_bins(int bins)
{
	if (bins < SEGM_RFM_MIN_BINS || bins > SEGM_RFM_MAX_BINS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bins is %d, must be between %d and %d",
						bins, SEGM_RFM_MIN_BINS, SEGM_RFM_MAX_BINS)));
	return bins;
}

SegmRfmMethod
cseg_rfm_method(text *name)
{
	SegmRfmMethod method;
	char	   *wanted = text_to_cstring(name);

	if (segm_rfm_method(wanted, &method) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown RFM method \"%s\", must be one of %s", wanted, SEGM_RFM_METHODS)));
	if (method == SEGM_RFM_FIXED)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("RFM method \"fixed\" needs cut points"),
				 errhint("Use rfm_score(last_order_at, orders, revenue, rfm_breaks(r_cuts, f_cuts, m_cuts)).")));
	return method;
}

void
cseg_rfm_revenue_range(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("revenue out of range"),
			 errdetail("Digits before and after the decimal point, the most that any amount has of each, may be 38 together."),
			 errhint("Round the amounts to the decimals of the currency.")));
}

/* A time that can be ranked, as a number; only for comparing within a type. */
static int64
finite_time(Oid type, Datum value)
{
	bool		finite;
	int64		number;

	if (type == DATEOID)
	{
		number = DatumGetDateADT(value);
		finite = !DATE_NOT_FINITE(DatumGetDateADT(value));
	}
	else
	{
		number = DatumGetTimestampTz(value);
		finite = !TIMESTAMP_NOT_FINITE(number);
	}
	if (!finite)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("last_order_at is %s, must be finite",
						number < 0 ? "-infinity" : "infinity")));
	return number;
}

static int64
countable_orders(Datum value)
{
	int64		orders = DatumGetInt64(value);

	if (orders < 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("orders is " INT64_FORMAT ", must not be negative", orders)));
	return orders;
}

static double
finite_double(Datum value)
{
	double		revenue = DatumGetFloat8(value);

	if (!segm_is_finite(revenue))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("revenue is %s, must be finite", double_to_shortest_decimal(revenue))));
	return revenue;
}

static SegmDecimal
finite_numeric(Datum value)
{
	SegmDecimal revenue;
	SegmStatus	status = cseg_numeric_decimal_short(value, &revenue);

	if (status == SEGM_NOT_FINITE)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("revenue is %s, must be finite",
						DatumGetCString(DirectFunctionCall1(numeric_out, value)))));
	if (status == SEGM_OVERFLOW)
		cseg_rfm_revenue_range();
	cseg_check(status, "revenue");
	return revenue;
}

bool
cseg_rfm_customer(FunctionCallInfo fcinfo, int first, RfmOverload overload, RfmCustomer *customer)
{
	NullableDatum *arg = &fcinfo->args[first];

	if (arg[ARG_AT].isnull || arg[ARG_ORDERS].isnull || arg[ARG_REVENUE].isnull)
		return false;
	customer->orders = countable_orders(arg[ARG_ORDERS].value);
	if (customer->orders == 0)
		return false;
	customer->at = finite_time(overload.at, arg[ARG_AT].value);
	if (overload.at == DATEOID && pg_mul_s64_overflow(customer->at, USECS_PER_DAY, &customer->at))
		cseg_raise(SEGM_OVERFLOW, "last_order_at");
	if (overload.revenue == INT8OID)
	{
		customer->revenue.coefficient = DatumGetInt64(arg[ARG_REVENUE].value);
		customer->revenue.scale = 0;
	}
	else if (overload.revenue == FLOAT8OID)
	{
		/* the shortest decimal that stands for this double */
		char	   *shown = double_to_shortest_decimal(finite_double(arg[ARG_REVENUE].value));

		customer->revenue =
			finite_numeric(DirectFunctionCall3(numeric_in, CStringGetDatum(shown),
											   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	}
	else
		customer->revenue = finite_numeric(arg[ARG_REVENUE].value);
	return true;
}

static RfmQuery *
query_of(FmgrInfo *flinfo)
{
	RfmQuery   *query = flinfo->fn_extra;

	if (query == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(flinfo->fn_mcxt);

		query = palloc0(sizeof(RfmQuery));
		query->overload = cseg_rfm_overload(flinfo, ARG_AT);
		query->cell = cseg_row_type(flinfo, SEGM_RFM_DIMENSIONS);
		query->lasting = flinfo->fn_mcxt;
		query->work = AllocSetContextCreate(flinfo->fn_mcxt, "rfm_score population",
											ALLOCSET_DEFAULT_SIZES);
		query->row = AllocSetContextCreate(flinfo->fn_mcxt, "rfm_score arguments",
										   ALLOCSET_SMALL_SIZES);
		flinfo->fn_extra = query;
		MemoryContextSwitchTo(caller);
	}
	return query;
}

/*
 * One argument of one row; false if NULL.  Memory that the evaluation takes is
 * given back now and then.
 */
static inline bool
fetch(WindowObject window, RfmQuery *query, int argument, int64 row, Datum *value)
{
	bool		isnull;
	bool		isout;
	MemoryContext caller;

	CHECK_FOR_INTERRUPTS();
	if (unlikely((row & PG_INT8_MAX) == 0))
		MemoryContextReset(query->row);
	caller = MemoryContextSwitchTo(query->row);
	*value = WinGetFuncArgInPartition(window, argument, (int) row, WINDOW_SEEK_HEAD, false,
									  &isnull, &isout);
	MemoryContextSwitchTo(caller);
	return !isnull;
}

/* The three arguments of a partition's rows, as they are read */
typedef struct RfmColumns
{
	int64		n;
	bool	   *member;			/* has all three, and ordered */
	uint64	   *orders;
	uint64	   *times;
	uint64	   *revenue;		/* unless it is numeric */
	SegmInt128 *money;			/* numeric revenue, all at one scale */
	int			scale;
} RfmColumns;

static void
collect_orders(WindowObject window, RfmQuery *query, RfmColumns *columns, int64 row)
{
	Datum		value;

	if (!fetch(window, query, ARG_ORDERS, row, &value))
		return;
	columns->orders[row] = segm_key_int64(countable_orders(value));
	columns->member[row] = DatumGetInt64(value) != 0;
}

static void
collect_times(WindowObject window, RfmQuery *query, RfmColumns *columns, int64 row)
{
	Datum		value;

	if (columns->member[row] &&
		(columns->member[row] = fetch(window, query, ARG_AT, row, &value)))
		columns->times[row] = segm_key_int64(finite_time(query->overload.at, value));
}

/* Exact money of different scales is brought to the largest one. */
static void
collect_money(RfmColumns *columns, int64 row, Datum value)
{
	SegmDecimal revenue = finite_numeric(value);

	if (revenue.scale > columns->scale)
	{
		if (segm_decimal_raise(columns->money, columns->n,
							   revenue.scale - columns->scale) != SEGM_OK)
			cseg_rfm_revenue_range();
		columns->scale = revenue.scale;
	}
	else if (segm_decimal_rescale(revenue, columns->scale, &revenue) != SEGM_OK)
		cseg_rfm_revenue_range();
	columns->money[row] = revenue.coefficient;
}

static void
collect_revenue(WindowObject window, RfmQuery *query, RfmColumns *columns, int64 row)
{
	Datum		value;

	if (!columns->member[row] ||
		!(columns->member[row] = fetch(window, query, ARG_REVENUE, row, &value)))
		return;
	if (columns->money != NULL)
		collect_money(columns, row, value);
	else
		columns->revenue[row] = query->overload.revenue == INT8OID ?
			segm_key_int64(DatumGetInt64(value)) : segm_key_double(finite_double(value));
}

static void
collect(WindowObject window, RfmQuery *query, RfmColumns *columns)
{
	for (int64 row = 0; row < columns->n; row++)
	{
		collect_orders(window, query, columns, row);
		collect_revenue(window, query, columns, row);
		collect_times(window, query, columns, row);
	}
}

/* Money that does not fit into 64 bits is replaced by its rank. */
static void
rank_money(RfmQuery *query, RfmColumns *columns)
{
	int64		n = columns->n;

	if (!segm_keys_narrow(columns->money, n, columns->revenue))
	{
		SegmInt128 *sorted = cseg_rfm_alloc(query->work, n, sizeof(SegmInt128));
		SegmInt128 *scratch = cseg_rfm_alloc(query->work, n, sizeof(SegmInt128));

		segm_keys_wide(columns->money, sorted, scratch, n, columns->revenue, cseg_rfm_poll);
		pfree(sorted);
		pfree(scratch);
	}
	pfree(columns->money);
}

void
cseg_rfm_score_values(SegmRfmMethod method, int bins, const uint64 *keys, size_t n,
					  const uint32 *group, size_t groups, uint8 *scores)
{
	uint64	   *sorted = cseg_rfm_alloc(CurrentMemoryContext, n, sizeof(uint64));
	uint64	   *scratch = cseg_rfm_alloc(CurrentMemoryContext, n, sizeof(uint64));
	uint64	   *inside;
	uint8	   *inside_scores;
	size_t	   *bounds;
	size_t	   *order;

	if (group == NULL)
	{
		memcpy(sorted, keys, n * sizeof(uint64));
		segm_sort64(sorted, scratch, n, cseg_rfm_poll);
		segm_rfm_assign(method, bins, keys, sorted, n, scores);
		pfree(sorted);
		pfree(scratch);
		return;
	}
	inside = cseg_rfm_alloc(CurrentMemoryContext, n, sizeof(uint64));
	inside_scores = cseg_rfm_alloc(CurrentMemoryContext, n, sizeof(uint8));
	bounds = cseg_rfm_alloc(CurrentMemoryContext, groups + 1, sizeof(size_t));
	order = cseg_rfm_alloc(CurrentMemoryContext, n, sizeof(size_t));
	segm_rfm_group(group, n, groups, bounds, order);
	for (size_t i = 0; i < n; i++)
		inside[i] = sorted[i] = keys[order[i]];
	for (size_t i = 0; i < groups; i++)
	{
		size_t		start = bounds[i];
		size_t		size = bounds[i + 1] - start;

		CHECK_FOR_INTERRUPTS();
		if (size == 0)
			continue;
		segm_sort64(sorted + start, scratch, size, cseg_rfm_poll);
		segm_rfm_assign(method, bins, inside + start, sorted + start, size, inside_scores + start);
	}
	for (size_t i = 0; i < n; i++)
		scores[order[i]] = inside_scores[i];
	pfree(sorted);
	pfree(scratch);
	pfree(inside);
	pfree(inside_scores);
	pfree(bounds);
	pfree(order);
}

/* Keep the members' values only; they stay in order. */
static size_t
squeeze(uint64 *keys, const bool *member, size_t n)
{
	size_t		kept = 0;

	for (size_t row = 0; row < n; row++)
		if (member[row])
			keys[kept++] = keys[row];
	return kept;
}

/* The inverse for scores: back to the rows, 0 for who is no member. */
static void
spread(uint8 *scores, const bool *member, size_t n, size_t kept)
{
	for (size_t row = n; row-- > 0;)
		scores[row] = member[row] ? scores[--kept] : 0;
}

static void
score_partition(FunctionCallInfo fcinfo, RfmQuery *query, RfmPartition *partition)
{
	WindowObject window = PG_WINDOW_OBJECT();
	MemoryContext caller = MemoryContextSwitchTo(query->work);
	int64		n = WinGetPartitionRowCount(window);
	RfmColumns	columns = {.n = n};
	uint64	   *keys[SEGM_RFM_DIMENSIONS];
	uint32	   *group = NULL;
	size_t		groups = 1;
	size_t		members = 0;
	bool		isnull;
	Datum		argument;
	int			bins;
	SegmRfmMethod method;

	if (n > PG_INT32_MAX)
		cseg_raise(SEGM_TOO_LARGE, "RFM population");
	argument = WinGetFuncArgCurrent(window, ARG_BINS, &isnull);
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("bins must not be null")));
	bins = cseg_rfm_bins(DatumGetInt32(argument));
	argument = WinGetFuncArgCurrent(window, ARG_METHOD, &isnull);
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("method must not be null")));
	method = cseg_rfm_method(DatumGetTextPP(argument));

	columns.member = cseg_rfm_alloc(query->work, n, sizeof(bool));
	columns.orders = keys[ARG_ORDERS] = cseg_rfm_alloc(query->work, n, sizeof(uint64));
	columns.revenue = keys[ARG_REVENUE] = cseg_rfm_alloc(query->work, n, sizeof(uint64));
	columns.times = keys[ARG_AT] = cseg_rfm_alloc(query->work, n, sizeof(uint64));
	if (query->overload.revenue == NUMERICOID)
		columns.money = cseg_rfm_alloc(query->work, n, sizeof(SegmInt128));
	collect(window, query, &columns);
	if (columns.money != NULL)
		rank_money(query, &columns);

	if (method == SEGM_RFM_NESTED)
		group = cseg_rfm_alloc(query->work, n, sizeof(uint32));
	for (int i = 0; i < SEGM_RFM_DIMENSIONS; i++)
	{
		partition->scores[i] = cseg_rfm_alloc(GetMemoryChunkContext(partition), n, sizeof(uint8));
		members = squeeze(keys[i], columns.member, n);
		cseg_rfm_score_values(segm_rfm_ranking(method), bins, keys[i], members,
							  i == 0 ? NULL : group, groups, partition->scores[i]);
		pfree(keys[i]);
		groups *= bins;
		if (group != NULL)
			for (size_t row = 0; row < members; row++)
				group[row] = group[row] * bins + partition->scores[i][row] - 1;
	}
	for (int i = 0; i < SEGM_RFM_DIMENSIONS; i++)
		spread(partition->scores[i], columns.member, n, members);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(query->work);
	MemoryContextReset(query->row);
	partition->bins = bins;
}

static Datum
make_cell(RfmQuery *query, const int *scores)
{
	Datum		values[SEGM_RFM_DIMENSIONS];
	bool		nulls[SEGM_RFM_DIMENSIONS] = {false};
	HeapTuple	tuple;
	Datum		cell;

	for (int i = 0; i < SEGM_RFM_DIMENSIONS; i++)
		values[i] = Int32GetDatum(scores[i]);
	tuple = heap_form_tuple(query->cell, values, nulls);
	cell = heap_copy_tuple_as_datum(tuple, query->cell);
	heap_freetuple(tuple);
	return cell;
}

/*
 * rfm_score(last_order_at, orders, revenue, bins, method) OVER (...)
 */
Datum
rfm_score(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	RfmQuery   *query = query_of(fcinfo->flinfo);
	RfmPartition *partition = WinGetPartitionLocalMemory(window, sizeof(RfmPartition));
	int64		row;
	int			scores[SEGM_RFM_DIMENSIONS];
	int			number;

	if (partition->bins == 0)
		score_partition(fcinfo, query, partition);
	row = WinGetCurrentPosition(window);
	for (int i = 0; i < SEGM_RFM_DIMENSIONS; i++)
		scores[i] = partition->scores[i][row];
	if (scores[0] == 0)
		PG_RETURN_NULL();
	if (partition->bins > SEGM_RFM_FEW_BINS)
		PG_RETURN_DATUM(make_cell(query, scores));
	number = segm_rfm_cell_number(scores, SEGM_RFM_FEW_BINS);
	if (query->cells[number] == 0)
	{
		MemoryContext caller = MemoryContextSwitchTo(query->lasting);

		query->cells[number] = make_cell(query, scores);
		MemoryContextSwitchTo(caller);
	}
	PG_RETURN_DATUM(query->cells[number]);
}
