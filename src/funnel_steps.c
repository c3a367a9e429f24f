/*
 * funnel_steps.c
 *		The deepest step of a funnel of a whole population in one pass.
 *
 * How the rows are read and grouped is in population.c.  Most customers have
 * a few events, which are sorted where they are; of a long list a state of the
 * aggregate is made, by its own code, so that it has the aggregate's limits.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/timestamp.h"

#include "core/behavior.h"
#include "core/bytes.h"
#include "agg_state.h"
#include "behavior.h"
#include "funnel.h"
#include "population.h"

/* What one call of the function carries from row to row. */
typedef struct FunnelScan
{
	Population	population;		/* first: callbacks get its address */
	FunnelSteps *steps;
	SegmSequence form;			/* of a customer's state */
	SegmFunnel	funnel;
} FunnelScan;

/*
 * A row as it is set aside: the link, then time and step as a sequence has
 * them, little-endian and not aligned.  The step is in the first byte; of a
 * row that is none there is only this byte, since it says no more than that
 * there is such a customer.
 */
#define ROW_STEP_SIZE	(ROW_LINK_SIZE + sizeof(uint64))
#define ROW_OTHER_SIZE	(ROW_LINK_SIZE + sizeof(uint8))

static inline bool
row_is_step(const char *row)
{
	return segm_sequence_code((uint8) row[ROW_LINK_SIZE]) != 0;
}

static inline uint64
row_key(const char *row)
{
	return (uint64) get64((const uint8 *) row + ROW_LINK_SIZE);
}

static Size
row_size(const char *row)
{
	return row_is_step(row) ? ROW_STEP_SIZE : ROW_OTHER_SIZE;
}

static bool
see_row(const char *row, Customer *customer)
{
	return row_is_step(row);
}

/* ---- first pass: set the rows of the query aside ---- */

static int
step_of(const FunnelSteps *steps, Datum kind)
{
	text	   *name = DatumGetTextPP(kind);
	int			step = cseg_funnel_step_of(steps, name);

	cseg_free_copy(name, kind);
	return step;
}

static bool
receive_row(TupleTableSlot *slot, DestReceiver *receiver)
{
	enum
	{
		KEY, AT, KIND
	};
	FunnelScan *scan = (FunnelScan *) receiver;
	int			step = 0;
	char	   *row;

	slot_getallattrs(slot);
	if (slot->tts_isnull[KEY])
		return true;
	if (!slot->tts_isnull[AT] && !slot->tts_isnull[KIND])
		step = step_of(scan->steps, slot->tts_values[KIND]);
	if (step == 0)
	{
		row = cseg_population_set_aside(&scan->population, slot->tts_values[KEY], ROW_OTHER_SIZE);
		row[ROW_LINK_SIZE] = 0;
	}
	else
	{
		int64		at = cseg_event_time(DatumGetTimestampTz(slot->tts_values[AT]), "at");

		row = cseg_population_set_aside(&scan->population, slot->tts_values[KEY], ROW_STEP_SIZE);
		put64((uint8 *) row + ROW_LINK_SIZE, (int64) segm_sequence_key(at, step));
	}
	return true;
}

/* ---- second pass: the rows of a customer ---- */

/* The state of a customer with the rows of the list added; the one that there was is of no more use. */
static struct varlena *
add_list(const FunnelScan *scan, const Customer *customer)
{
	struct varlena *state = customer->state;
	const char *row = customer->rows;
	SegmDecimal none = {0};

	for (int64 i = 0; i < customer->row_count; i++)
	{
		SegmEvent	event = {.at = segm_sequence_time(row_key(row)),.code = segm_sequence_code(row_key(row))};
		struct varlena *before = state;
		bool		is_apart = state != NULL && cseg_state_is_apart(state);

		CHECK_FOR_INTERRUPTS();
		state = cseg_sequence_add(before, &scan->form, &event, none, FUNNEL_NAME);
		/* one that was apart has moved by itself */
		if (before != NULL && state != before && !is_apart)
			pfree(before);
		row = cseg_next_row(row);
	}
	return state;
}

static void
fold_list(Population *population, Customer *customer)
{
	customer->state = add_list((FunnelScan *) population, customer);
}

/* The events of a list, which is not a long one, as a sequence has them. */
static uint64 *
list_keys(const Customer *customer, size_t *count)
{
	uint64	   *keys = palloc(sizeof(uint64) * (customer->row_count + customer->row_count));
	const char *row = customer->rows;

	for (int64 i = 0; i < customer->row_count; i++)
	{
		keys[i] = row_key(row);
		row = cseg_next_row(row);
	}
	*count = segm_sequence_fold(keys, keys + customer->row_count, customer->row_count, cseg_poll);
	return keys;
}

static void
put_customer(Population *population, const Customer *customer)
{
	FunnelScan *scan = (FunnelScan *) population;
	size_t		count = 0;
	uint64	   *keys = NULL;
	Datum		values[] = {customer->key, (Datum) 0};
	bool		nulls[] = {false, false};

	if (customer->state != NULL)
		keys = cseg_sequence_keys(PointerGetDatum(add_list(scan, customer)), &count);
	else if (customer->row_count > 0)
		keys = list_keys(customer, &count);
	values[lengthof(values) - 1] = Int32GetDatum(segm_funnel_step(keys, count, &scan->funnel));
	tuplestore_putvalues(population->result->setResult, population->result->setDesc, values, nulls);
}

/* ---- the function ---- */

static const PopulationValue funnel = {
	.name = "funnel_steps",
	.columns = "It needs customer_id, at (timestamp with time zone) and kind (text).",
	.least_row = ROW_OTHER_SIZE,
	.row_size = row_size,
	.see = see_row,
	.fold = fold_list,
	.put = put_customer
};

/* The query over the relation, after checking its columns. */
static char *
source_query(Population *population, Oid relid, Oid wanted_key)
{
	static const PopulationColumn columns[] = {
		{"at", TIMESTAMPTZOID, NULL},
		{"kind", TEXTOID, NULL}
	};
	Relation	relation = cseg_population_open(population, relid, wanted_key);
	char	   *query = cseg_population_query(population, relation, columns, lengthof(columns));

	relation_close(relation, NoLock);
	return query;
}

PG_FUNCTION_INFO_V1(funnel_steps);
Datum
funnel_steps(PG_FUNCTION_ARGS)
{
	enum
	{
		RELATION, KEY_TYPE, STEPS	/* and within and mode */
	};
	FunnelScan	scan = {0};
	char	   *query;

	cseg_population_require(fcinfo, RELATION, "relation");
	scan.form = cseg_funnel_form(fcinfo, STEPS, &scan.steps);
	scan.funnel = cseg_funnel_of(&scan.form);
	cseg_population_begin(&scan.population, &funnel, fcinfo);
	scan.population.receiver.receiveSlot = receive_row;
	query = source_query(&scan.population, PG_GETARG_OID(RELATION), get_fn_expr_argtype(fcinfo->flinfo, KEY_TYPE));
	cseg_population_read(&scan.population, fcinfo, query, InvalidOid, (Datum) 0);
	cseg_population_finish(&scan.population);
	return (Datum) 0;
}
