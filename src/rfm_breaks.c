/*
 * rfm_breaks.c
 *		Cut points for RFM scores: the aggregate that takes them from a
 *		population, the constructor, and scoring against them.
 *
 * The state is a bytea: a header and 32 bytes a customer, with spare room at
 * its end, grown by doubling and changed in place inside an aggregate.  The
 * exact cut points of a population need all its values; a gigabyte holds
 * those of 33 million customers, beyond which it is an error.  Their order in
 * the state does not matter, because the final function sorts them.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "decimal.h"
#include "rfm.h"

PG_FUNCTION_INFO_V1(rfm_breaks_step);
PG_FUNCTION_INFO_V1(rfm_breaks_combine);
PG_FUNCTION_INFO_V1(rfm_breaks_final);
PG_FUNCTION_INFO_V1(rfm_breaks_fixed);
PG_FUNCTION_INFO_V1(rfm_score_breaks);

/* The columns of type rfm_breaks */
enum
{
	BREAKS_METHOD,
	BREAKS_BINS,
	BREAKS_CUSTOMERS,
	BREAKS_CUTS,				/* three columns: r, f, m */
	BREAKS_COLUMNS = BREAKS_CUTS + SEGM_RFM_DIMENSIONS
};

static const char *const cuts_names[SEGM_RFM_DIMENSIONS] = {"r_cuts", "f_cuts", "m_cuts"};

/* The aggregate's state, of this version of its format */
#define VERSION		1

typedef struct RfmRow
{
	int64		at;
	int64		orders;
	SegmInt128	revenue;		/* at the population's scale */
} RfmRow;

typedef struct RfmPopulation
{
	int32		vl_len_;		/* includes the spare room */
	uint8		version;		/* of this format */
	uint8		unused[3];
	int32		bins;
	int32		method;
	int32		scale;			/* of all revenues */
	int64		customers;
	RfmRow		rows[FLEXIBLE_ARRAY_MEMBER];
} RfmPopulation;

#define POPULATION_HEADER offsetof(RfmPopulation, rows)
#define POPULATION_LIMIT ((int64) ((MaxAllocSize - POPULATION_HEADER) / sizeof(RfmRow)))

static int64
capacity(const RfmPopulation *population)
{
	return (VARSIZE(population) - POPULATION_HEADER) / sizeof(RfmRow);
}

/* A state that came in as an argument; trusts nothing. */
static RfmPopulation *
population_of(bytea *state)
{
	RfmPopulation *population = (RfmPopulation *) state;

	cseg_check_version(state, VERSION, "rfm_breaks state");
	if (VARSIZE(state) < POPULATION_HEADER ||
		population->customers < 0 || population->customers > capacity(population) ||
		population->bins < SEGM_RFM_MIN_BINS || population->bins > SEGM_RFM_MAX_BINS ||
		population->method < SEGM_RFM_RANK || population->method > SEGM_RFM_NESTED ||
		population->scale < 0 || population->scale > SEGM_DECIMAL_MAX_SCALE)
		cseg_raise(SEGM_CORRUPT, "rfm_breaks state");
	return population;
}

/* A copy with room for so many customers, or twice as many as now. */
static RfmPopulation *
enlarged(const RfmPopulation *population, int64 customers)
{
	int64		room = Min(Max(customers, capacity(population) + capacity(population)),
						   POPULATION_LIMIT);
	size_t		size;
	size_t		used = POPULATION_HEADER + population->customers * sizeof(RfmRow);
	RfmPopulation *larger;

	if (customers > POPULATION_LIMIT)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("rfm_breaks cannot hold more than " INT64_FORMAT " customers",
						POPULATION_LIMIT),
				 errhint("Take the cut points from a random sample of the customers.")));
	size = POPULATION_HEADER + room * sizeof(RfmRow);
	larger = palloc(size);
	memcpy(larger, population, used);
	/* room to spare shows nothing of ours where a stranger's aggregate shows the state */
	memset((char *) larger + used, 0, size - used);
	SET_VARSIZE(larger, size);
	return larger;
}

/* Bring all revenues to a scale that is not smaller than theirs. */
static void
raise_scale(RfmPopulation *population, int scale)
{
	if (scale == population->scale)
		return;
	for (int64 i = 0; i < population->customers; i++)
		if (segm_decimal_raise(&population->rows[i].revenue, 1, scale - population->scale) != SEGM_OK)
			cseg_rfm_revenue_range();
	population->scale = scale;
}

/*
 * The transition function of all overloads:
 * rfm_breaks_step(state, last_order_at, orders, revenue, bins, method)
 */
Datum
rfm_breaks_step(PG_FUNCTION_ARGS)
{
	enum
	{
		ARG_STATE,
		ARG_CUSTOMER,
		ARG_BINS = ARG_CUSTOMER + SEGM_RFM_DIMENSIONS,
		ARG_METHOD
	};
	RfmPopulation *population = NULL;
	RfmPopulation empty;
	RfmOverload overload;
	RfmCustomer customer;
	RfmRow	   *row;

	cseg_require_aggregate(fcinfo);
	memset(&empty, 0, sizeof(empty));
	if (PG_ARGISNULL(ARG_BINS) || PG_ARGISNULL(ARG_METHOD))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", PG_ARGISNULL(ARG_BINS) ? "bins" : "method")));
	empty.version = VERSION;
	empty.bins = cseg_rfm_bins(PG_GETARG_INT32(ARG_BINS));
	empty.method = cseg_rfm_method(PG_GETARG_TEXT_PP(ARG_METHOD));
	if (empty.method == SEGM_RFM_NTILE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("RFM method \"ntile\" has no cut points: it scores equal values differently"),
				 errhint("Use rank, midrank or quantile.")));
	if (empty.method == SEGM_RFM_NESTED && empty.bins > SEGM_RFM_FEW_BINS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bins is %d, must be between %d and %d for cut points by RFM method \"nested\"",
						empty.bins, SEGM_RFM_MIN_BINS, SEGM_RFM_FEW_BINS)));
	if (!PG_ARGISNULL(ARG_STATE))
	{
		population = population_of(PG_GETARG_BYTEA_P(ARG_STATE));
		if (population->bins != empty.bins || population->method != empty.method)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("bins and method of rfm_breaks must be the same for all rows")));
	}

	/* declared types, not those of the call's expression, of which a bare call has none */
	if (fcinfo->flinfo->fn_extra == NULL)
	{
		overload = cseg_rfm_overload(fcinfo->flinfo, ARG_CUSTOMER);
		fcinfo->flinfo->fn_extra = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(RfmOverload));
		*(RfmOverload *) fcinfo->flinfo->fn_extra = overload;
	}
	overload = *(RfmOverload *) fcinfo->flinfo->fn_extra;
	if (!cseg_rfm_customer(fcinfo, ARG_CUSTOMER, overload, &customer))
	{
		if (population == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(population);
	}

	if (population == NULL)
	{
		SET_VARSIZE(&empty, POPULATION_HEADER);
		population = enlarged(&empty, 1);
	}
	else if (population->customers == capacity(population))
		population = enlarged(population, population->customers + 1);
	if (customer.revenue.scale > population->scale)
		raise_scale(population, customer.revenue.scale);
	if (segm_decimal_rescale(customer.revenue, population->scale, &customer.revenue) != SEGM_OK)
		cseg_rfm_revenue_range();
	row = &population->rows[population->customers++];
	row->at = customer.at;
	row->orders = customer.orders;
	row->revenue = customer.revenue.coefficient;
	PG_RETURN_POINTER(population);
}

/*
 * The combine function.
 */
Datum
rfm_breaks_combine(PG_FUNCTION_ARGS)
{
	RfmPopulation *population;
	RfmPopulation *other;
	int64		customers;

	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}

	/* the other part comes out of a tuple: the copy is aligned for our rows */
	other = population_of(PG_GETARG_BYTEA_P_COPY(1));
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(other);
	population = population_of(PG_GETARG_BYTEA_P(0));
	if (population->bins != other->bins || population->method != other->method)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bins and method of rfm_breaks must be the same for all rows")));
	customers = population->customers + other->customers;
	if (customers > capacity(population))
		population = enlarged(population, customers);
	if (population->scale < other->scale)
		raise_scale(population, other->scale);
	else
		raise_scale(other, population->scale);
	memcpy(population->rows + population->customers, other->rows,
		   other->customers * sizeof(RfmRow));
	population->customers = customers;
	PG_RETURN_POINTER(population);
}

/* A cut point as an array element. */
static Datum
cut_datum(int dimension, SegmInt128 cut, int scale)
{
	SegmDecimal value = {cut, scale};

	if (dimension == SEGM_RFM_DIMENSIONS - 1)
		return PointerGetDatum(cseg_decimal_numeric(segm_decimal_trim(value)));
	return Int64GetDatum((int64) cut);
}

/* An array of cut points: bins - 1 of them, for one group or by the groups' scores. */
static Datum
cuts_array(int dimension, Datum *values, bool *nulls, int bins, bool nested)
{
	static const Oid types[SEGM_RFM_DIMENSIONS] = {TIMESTAMPTZOID, INT8OID, NUMERICOID};
	int			dims[SEGM_RFM_DIMENSIONS];
	int			lower[SEGM_RFM_DIMENSIONS];
	int			ndims = nested ? dimension + 1 : 1;

	for (int i = 0; i < ndims; i++)
	{
		dims[i] = i + 1 < ndims ? bins : bins - 1;
		lower[i] = 1;
	}
	if (dimension == SEGM_RFM_DIMENSIONS - 1)
		return PointerGetDatum(construct_md_array(values, nulls, ndims, dims, lower,
												  types[dimension], -1, false, TYPALIGN_INT));
	return PointerGetDatum(construct_md_array(values, nulls, ndims, dims, lower, types[dimension],
											  sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* The cut points of one dimension in every group of rows. */
static Datum
take_cuts(const RfmPopulation *population, int dimension, const uint32 *group, size_t groups)
{
	size_t		n = population->customers;
	int			bins = population->bins;
	SegmRfmMethod method = segm_rfm_ranking(population->method);
	int			scale = dimension == SEGM_RFM_DIMENSIONS - 1 ? population->scale : 0;
	SegmInt128 *values = cseg_rfm_alloc(CurrentMemoryContext, n, sizeof(SegmInt128));
	SegmInt128 *scratch = cseg_rfm_alloc(CurrentMemoryContext, n, sizeof(SegmInt128));
	size_t	   *bounds = cseg_rfm_alloc(CurrentMemoryContext, groups + 1, sizeof(size_t));
	size_t	   *order = cseg_rfm_alloc(CurrentMemoryContext, n, sizeof(size_t));
	Datum	   *cuts = cseg_rfm_alloc(CurrentMemoryContext, groups * (bins - 1), sizeof(Datum));
	bool	   *nulls = cseg_rfm_alloc(CurrentMemoryContext, groups * (bins - 1), sizeof(bool));
	size_t		done = 0;

	segm_rfm_group(group, n, groups, bounds, order);
	for (size_t i = 0; i < n; i++)
	{
		const RfmRow *row = &population->rows[order[i]];

		values[i] = dimension == 0 ? row->at : dimension == 1 ? row->orders : row->revenue;
	}
	pfree(order);
	for (size_t i = 0; i < groups; i++)
	{
		SegmInt128 *sorted = values + bounds[i];
		size_t		size = bounds[i + 1] - bounds[i];
		size_t		starts[SEGM_RFM_MAX_BINS];

		CHECK_FOR_INTERRUPTS();
		segm_sort128(sorted, scratch, size, cseg_rfm_poll);
		segm_rfm_starts(method, bins, sorted, size, segm_same128, starts);
		for (int j = 1; j < bins; j++, done++)
		{
			/* quantiles of money lie between cents: as many digits as fit */
			int			digits = method == SEGM_RFM_QUANTILE && dimension == SEGM_RFM_DIMENSIONS - 1
			? SEGM_RFM_CUT_DIGITS : 0;
			SegmInt128	cut;
			bool		reached;
			SegmStatus	status;

			while ((status = segm_rfm_cut(method, bins, j, sorted, size, starts, digits,
										  &cut, &reached)) == SEGM_OVERFLOW && digits > 0)
				digits--;
			cseg_check(status, "cut point of revenue");
			nulls[done] = !reached;
			if (reached)
				cuts[done] = cut_datum(dimension, cut, Min(scale + digits, SEGM_DECIMAL_MAX_SCALE));
		}
	}
	pfree(values);
	pfree(scratch);
	return cuts_array(dimension, cuts, nulls, bins, population->method == SEGM_RFM_NESTED);
}

/* For nested: refine the groups of rows by the score in one dimension. */
static void
refine_groups(const RfmPopulation *population, int dimension, uint32 *group, size_t groups)
{
	size_t		n = population->customers;
	uint64	   *keys = cseg_rfm_alloc(CurrentMemoryContext, n, sizeof(uint64));
	uint8	   *scores = cseg_rfm_alloc(CurrentMemoryContext, n, sizeof(uint8));

	for (size_t i = 0; i < n; i++)
		keys[i] = segm_key_int64(dimension == 0 ? population->rows[i].at : population->rows[i].orders);
	cseg_rfm_score_values(SEGM_RFM_RANK, population->bins, keys, n, group, groups, scores);
	for (size_t i = 0; i < n; i++)
		group[i] = group[i] * population->bins + scores[i] - 1;
	pfree(keys);
	pfree(scores);
}

/*
 * The final function; NULL if nobody ordered.
 */
Datum
rfm_breaks_final(PG_FUNCTION_ARGS)
{
	RfmPopulation *population;
	uint32	   *group;
	size_t		groups = 1;
	Datum		values[BREAKS_COLUMNS];
	bool		nulls[BREAKS_COLUMNS] = {false};

	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	population = population_of(PG_GETARG_BYTEA_P(0));
	group = cseg_rfm_alloc(CurrentMemoryContext, population->customers, sizeof(uint32));
	values[BREAKS_METHOD] = CStringGetTextDatum(segm_rfm_method_name(population->method));
	values[BREAKS_BINS] = Int32GetDatum(population->bins);
	values[BREAKS_CUSTOMERS] = Int64GetDatum(population->customers);
	for (int i = 0; i < SEGM_RFM_DIMENSIONS; i++)
	{
		values[BREAKS_CUTS + i] = take_cuts(population, i, group, groups);
		if (population->method == SEGM_RFM_NESTED && i + 1 < SEGM_RFM_DIMENSIONS)
		{
			refine_groups(population, i, group, groups);
			groups *= population->bins;
		}
	}
	PG_RETURN_DATUM(cseg_row(fcinfo, values, nulls, BREAKS_COLUMNS));
}

/* Cut points made ready for scoring; lives in fn_extra. */
typedef struct RfmCuts
{
	struct varlena *source;		/* the rfm_breaks it was read from */
	RfmOverload overload;
	TupleDesc	cell;
	MemoryContext context;		/* source and what follows */
	int			bins;
	bool		nested;
	int		   *reached[SEGM_RFM_DIMENSIONS];	/* cuts in use, by group */
	int64	   *integers[SEGM_RFM_DIMENSIONS - 1];	/* r and f */
	SegmDecimal *money;			/* m */
} RfmCuts;

/*
 * Read one list of cut points, which must be as long as bins and method say,
 * ascending, with the missing ones last.
 */
static void
read_cuts(RfmCuts *cuts, int dimension, Datum list)
{
	ArrayType  *array = DatumGetArrayTypeP(list);
	bool		money = dimension == SEGM_RFM_DIMENSIONS - 1;
	int			each = cuts->bins - 1;
	int			groups = 1;
	int			n;
	Datum	   *values;
	bool	   *nulls;

	for (int i = 0; cuts->nested && i < dimension; i++)
		groups *= cuts->bins;
	if (money)
		deconstruct_array(array, NUMERICOID, -1, false, TYPALIGN_INT, &values, &nulls, &n);
	else
		deconstruct_array(array, ARR_ELEMTYPE(array), sizeof(int64), FLOAT8PASSBYVAL,
						  TYPALIGN_DOUBLE, &values, &nulls, &n);
	if (n != groups * each)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s has %d cut points, must have %d", cuts_names[dimension], n, groups * each),
				 errdetail("There are %d bins%s.", cuts->bins,
						   cuts->nested ? ", and the method is nested" : "")));
	cuts->reached[dimension] = palloc0(groups * sizeof(int));
	if (money)
		cuts->money = palloc0(Max(n, 1) * sizeof(SegmDecimal));
	else
		cuts->integers[dimension] = palloc0(Max(n, 1) * sizeof(int64));
	for (int i = 0; i < n; i++)
	{
		int		   *reached = &cuts->reached[dimension][i / each];
		bool		first = i % each == 0;
		bool		descends = false;

		if (nulls[i])
			continue;
		if (*reached != i % each)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("%s has a cut point after a missing one", cuts_names[dimension])));
		(*reached)++;
		if (money)
		{
			cseg_check(cseg_numeric_decimal(values[i], &cuts->money[i]), "cut point in m_cuts");
			descends = !first && segm_decimal_compare(cuts->money[i - 1], cuts->money[i]) > 0;
		}
		else
		{
			cuts->integers[dimension][i] = DatumGetInt64(values[i]);
			descends = !first && cuts->integers[dimension][i - 1] > cuts->integers[dimension][i];
		}
		if (descends)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("cut points in %s must ascend", cuts_names[dimension])));
	}
}

/* Read cut points into "cuts", in its context. */
static void
read_breaks(RfmCuts *cuts, HeapTupleHeader breaks)
{
	MemoryContext caller = MemoryContextSwitchTo(cuts->context);
	Datum		values[BREAKS_COLUMNS];
	SegmRfmMethod method;
	char	   *name;

	for (int i = 0; i < BREAKS_COLUMNS; i++)
	{
		bool		isnull;

		values[i] = GetAttributeByNum(breaks, i + 1, &isnull);
		if (isnull && i != BREAKS_CUSTOMERS)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("rfm_breaks has no %s",
							i == BREAKS_METHOD ? "method" : i == BREAKS_BINS ? "bins" :
							cuts_names[i - BREAKS_CUTS])));
	}
	name = TextDatumGetCString(values[BREAKS_METHOD]);
	if (segm_rfm_method(name, &method) != SEGM_OK || method == SEGM_RFM_NTILE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown RFM method \"%s\" in rfm_breaks", name)));
	cuts->bins = cseg_rfm_bins(DatumGetInt32(values[BREAKS_BINS]));
	cuts->nested = method == SEGM_RFM_NESTED;
	for (int i = 0; i < SEGM_RFM_DIMENSIONS; i++)
		read_cuts(cuts, i, values[BREAKS_CUTS + i]);
	MemoryContextSwitchTo(caller);
}

/*
 * rfm_breaks(r_cuts, f_cuts, m_cuts): cut points as given
 */
Datum
rfm_breaks_fixed(PG_FUNCTION_ARGS)
{
	Datum		values[BREAKS_COLUMNS];
	bool		nulls[BREAKS_COLUMNS] = {false};
	ArrayType  *first = PG_GETARG_ARRAYTYPE_P(0);
	int			n = ArrayGetNItems(ARR_NDIM(first), ARR_DIMS(first));
	RfmCuts		cuts = {0};
	Datum		breaks;

	if (n + 1 < SEGM_RFM_MIN_BINS || n + 1 > SEGM_RFM_MAX_BINS)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s has %d cut points, must have between %d and %d", cuts_names[0], n,
						SEGM_RFM_MIN_BINS - 1, SEGM_RFM_MAX_BINS - 1)));
	values[BREAKS_METHOD] = CStringGetTextDatum(segm_rfm_method_name(SEGM_RFM_FIXED));
	values[BREAKS_BINS] = Int32GetDatum(n + 1);
	values[BREAKS_CUSTOMERS] = (Datum) 0;
	nulls[BREAKS_CUSTOMERS] = true;
	for (int i = 0; i < SEGM_RFM_DIMENSIONS; i++)
		values[BREAKS_CUTS + i] = PG_GETARG_DATUM(i);
	breaks = cseg_row(fcinfo, values, nulls, BREAKS_COLUMNS);

	/* what scoring would refuse is refused here */
	cuts.context = CurrentMemoryContext;
	read_breaks(&cuts, DatumGetHeapTupleHeader(breaks));
	PG_RETURN_DATUM(breaks);
}

/*
 * rfm_score(last_order_at, orders, revenue, breaks): one customer.  The cut
 * points are read again only when they change from call to call.
 */
Datum
rfm_score_breaks(PG_FUNCTION_ARGS)
{
	RfmCuts    *cuts = fcinfo->flinfo->fn_extra;
	RfmCustomer customer;
	struct varlena *source;
	Datum		scores[SEGM_RFM_DIMENSIONS];
	bool		nulls[SEGM_RFM_DIMENSIONS] = {false};
	int			group = 0;

	if (PG_ARGISNULL(SEGM_RFM_DIMENSIONS))
		PG_RETURN_NULL();
	if (cuts == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		cuts = palloc0(sizeof(RfmCuts));
		cuts->overload = cseg_rfm_overload(fcinfo->flinfo, 0);
		cuts->cell = cseg_row_type(fcinfo->flinfo, SEGM_RFM_DIMENSIONS);
		cuts->context = AllocSetContextCreate(CurrentMemoryContext, "rfm_breaks",
											  ALLOCSET_SMALL_SIZES);
		fcinfo->flinfo->fn_extra = cuts;
		MemoryContextSwitchTo(caller);
	}
	if (!cseg_rfm_customer(fcinfo, 0, cuts->overload, &customer))
		PG_RETURN_NULL();

	source = PG_GETARG_VARLENA_P(SEGM_RFM_DIMENSIONS);
	if (cuts->source == NULL || VARSIZE(source) != VARSIZE(cuts->source) ||
		memcmp(source, cuts->source, VARSIZE(source)) != 0)
	{
		cuts->source = NULL;	/* stays so if reading fails */
		MemoryContextReset(cuts->context);
		read_breaks(cuts, (HeapTupleHeader) source);
		cuts->source = MemoryContextAlloc(cuts->context, VARSIZE(source));
		memcpy(cuts->source, source, VARSIZE(source));
	}

	for (int i = 0; i < SEGM_RFM_DIMENSIONS; i++)
	{
		int			skip = group * (cuts->bins - 1);
		int			reached = cuts->reached[i][group];
		int			score;

		if (i == SEGM_RFM_DIMENSIONS - 1)
			score = segm_rfm_score_decimal(cuts->money + skip, reached, customer.revenue);
		else
			score = segm_rfm_score_int64(cuts->integers[i] + skip, reached,
										 i == 0 ? customer.at : customer.orders);
		scores[i] = Int32GetDatum(score);
		if (cuts->nested)
			group = group * cuts->bins + score - 1;
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(cuts->cell, scores, nulls)));
}
