/*
 * purchase_histories.c
 *		The histories of a whole population in one pass.
 *
 * How the rows are read and grouped is in population.c.  The histories are
 * built by the code of the aggregate and are the same bytes.  A relation that
 * holds the histories already gives the same columns row by row, with nothing
 * to group.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "decimal.h"
#include "local_day.h"
#include "population.h"
#include "purchase_history.h"

/* What one call of the function carries from row to row. */
typedef struct PopulationScan
{
	Population	population;		/* first: callbacks get its address */
	LocalZone  *zone;
	SegmHistoryEntry *entries;	/* of the customer at hand */
	Size		entry_room;
	bool		with_history;
} PopulationScan;

/*
 * A row as it is set aside: the link, this head without the padding behind it,
 * then the units if they are wide and the instant of a void order; none of it
 * aligned.
 */
typedef struct RowHead
{
	TimestampTz at;
	int64		units;			/* the amount times 10^scale */
	uint8		form;			/* scale and the two flags below */
} RowHead;

#define ROW_HEAD_SIZE	(offsetof(RowHead, form) + sizeof(uint8))
#define ROW_WIDE		0x40	/* literal: above any scale */
#define ROW_VOID		0x80	/* literal: likewise */
#define ROW_SCALE(form) ((form) & ~(ROW_WIDE | ROW_VOID))

static inline RowHead
row_head(const char *row)
{
	RowHead		head;

	memcpy(&head, row + ROW_LINK_SIZE, ROW_HEAD_SIZE);
	return head;
}

static inline Size
size_of_form(uint8 form)
{
	return ROW_LINK_SIZE + ROW_HEAD_SIZE +
		((form & ROW_WIDE) != 0 ? sizeof(SegmInt128) : 0) +
		((form & ROW_VOID) != 0 ? sizeof(TimestampTz) : 0);
}

static Size
row_size(const char *row)
{
	return size_of_form(row_head(row).form);
}

static bool
see_row(const char *row, Customer *customer)
{
	RowHead		head = row_head(row);

	customer->last_at = Max(customer->last_at, head.at);
	customer->scale = Max(customer->scale, ROW_SCALE(head.form));
	return true;
}

/* ---- a row of the result ---- */

/* last_at is null where only the history is known. */
static void
put_figures(PopulationScan *scan, Datum key, const SegmHistory *history,
			const SegmHistoryTotals *totals, Datum value, const TimestampTz *last_at)
{
	bool		none = totals->order_days == 0;
	Datum		paid = cseg_money(totals->revenue, history->scale);
	Datum		values[] = {
		key,
		Int64GetDatum(totals->orders), Int64GetDatum(totals->orders_placed),
		Int64GetDatum(totals->order_days),
		TimestampTzGetDatum(history->first), TimestampTzGetDatum(history->last),
		DateADTGetDatum(totals->first_day), DateADTGetDatum(totals->last_day),
		paid,
		cseg_money(totals->refunds, history->scale),
		totals->refunds == 0 ? paid :
		cseg_money(totals->revenue - totals->refunds, history->scale),
		value,
		last_at == NULL ? (Datum) 0 : TimestampTzGetDatum(*last_at)
	};
	bool		nulls[] = {
		false, false, false, false, none, none, none, none, false, false, false,
		!scan->with_history, last_at == NULL
	};

	tuplestore_putvalues(scan->population.result->setResult, scan->population.result->setDesc, values, nulls);
}

/* ---- first pass: set the rows of the query aside ---- */

static bool
receive_row(TupleTableSlot *slot, DestReceiver *receiver)
{
	enum
	{
		KEY, AT, AMOUNT, VOIDED_AT
	};
	RowHead		head;
	SegmDecimal amount;
	char	   *place;

	slot_getallattrs(slot);
	if (slot->tts_isnull[KEY] || slot->tts_isnull[AT] || slot->tts_isnull[AMOUNT])
		return true;
	amount = cseg_numeric_amount(slot->tts_values[AMOUNT]);
	cseg_check_scale(amount.scale);
	head.at = DatumGetTimestampTz(slot->tts_values[AT]);
	head.units = (int64) amount.coefficient;
	head.form = (uint8) amount.scale;
	if (head.units != amount.coefficient)
		head.form |= ROW_WIDE;
	if (!slot->tts_isnull[VOIDED_AT])
		head.form |= ROW_VOID;

	place = cseg_population_set_aside((Population *) receiver, slot->tts_values[KEY], size_of_form(head.form));
	place += ROW_LINK_SIZE;
	memcpy(place, &head, ROW_HEAD_SIZE);
	place += ROW_HEAD_SIZE;
	if ((head.form & ROW_WIDE) != 0)
	{
		memcpy(place, &amount.coefficient, sizeof(amount.coefficient));
		place += sizeof(amount.coefficient);
	}
	if ((head.form & ROW_VOID) != 0)
		memcpy(place, &slot->tts_values[VOIDED_AT], sizeof(TimestampTz));
	return true;
}

/* A row of a relation of histories: nothing to group, it is the result. */
static bool
receive_history(TupleTableSlot *slot, DestReceiver *receiver)
{
	enum
	{
		KEY, HISTORY
	};
	PopulationScan *scan = (PopulationScan *) receiver;
	MemoryContext caller = MemoryContextSwitchTo(scan->population.row_context);

	slot_getallattrs(slot);
	if (!slot->tts_isnull[KEY] && !slot->tts_isnull[HISTORY])
	{
		Datum		value = slot->tts_values[HISTORY];
		SegmHistory history = cseg_history_of(value);
		SegmHistoryTotals totals;

		cseg_check(segm_history_totals(&history, &segm_history_whole, &totals),
				   "purchase_history");
		if (scan->with_history)
			value = PointerGetDatum(cseg_history_finish(value));
		put_figures(scan, slot->tts_values[KEY], &history, &totals, value, NULL);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextReset(scan->population.row_context);
	return true;
}

/* The type of histories, which is that of the result's column. */
static Oid
history_type(TupleDesc result)
{
	for (int i = 0; i < result->natts; i++)
		if (strcmp(NameStr(TupleDescAttr(result, i)->attname), "history") == 0)
			return TupleDescAttr(result, i)->atttypid;
	elog(ERROR, "purchase_histories has no column \"history\"");
}

/* The query over the relation, after checking its columns; sets what takes the rows. */
static char *
source_query(Population *population, Oid relid, Oid wanted_key)
{
	static const PopulationColumn purchases[] = {
		{"at", TIMESTAMPTZOID, NULL},
		{"amount", NUMERICOID, NULL},
		{"voided_at", TIMESTAMPTZOID, "NULL::pg_catalog.timestamptz"}
	};
	PopulationColumn history = {"history", history_type(population->result->setDesc), NULL};
	Relation	relation = cseg_population_open(population, relid, wanted_key);
	char	   *query;

	if (get_attnum(relid, history.name) > 0)
	{
		population->receiver.receiveSlot = receive_history;
		query = cseg_population_query(population, relation, &history, 1);
	}
	else
	{
		population->receiver.receiveSlot = receive_row;
		query = cseg_population_query(population, relation, purchases, lengthof(purchases));
	}
	relation_close(relation, NoLock);
	return query;
}

/* ---- second pass: the rows of a customer ---- */

/* What a row says about the purchase. */
static void
read_row(PopulationScan *scan, const char *row, SegmPurchase *purchase)
{
	RowHead		head = row_head(row);
	const char *place = row + ROW_LINK_SIZE + ROW_HEAD_SIZE;

	purchase->at = head.at;
	purchase->day = cseg_local_day(scan->zone, head.at, "at");
	purchase->is_void = false;
	purchase->amount.scale = ROW_SCALE(head.form);
	purchase->amount.coefficient = head.units;
	if ((head.form & ROW_WIDE) != 0)
	{
		memcpy(&purchase->amount.coefficient, place, sizeof(purchase->amount.coefficient));
		place += sizeof(purchase->amount.coefficient);
	}
	if ((head.form & ROW_VOID) != 0)
	{
		TimestampTz voided_at;

		memcpy(&voided_at, place, sizeof(voided_at));
		cseg_purchase_void(purchase, scan->zone, voided_at);
	}
}

/* Everything known of a customer as folded entries, and first and last order. */
static size_t
fold_customer(PopulationScan *scan, const Customer *customer, int64 *first, int64 *last)
{
	size_t		count = 0;
	Size		room = customer->row_count + customer->row_count;
	char	   *row = customer->rows;
	SegmHistory state;

	*first = PG_INT64_MAX;
	*last = PG_INT64_MIN;
	if (customer->state != NULL)
	{
		state = cseg_history_read(customer->state);
		room += segm_history_entry_bound(&state);
	}
	if (room > scan->entry_room)
	{
		if (scan->entries != NULL)
			pfree(scan->entries);
		scan->entry_room = room + room;
		scan->entries = MemoryContextAllocHuge(MemoryContextGetParent(scan->population.context),
											   sizeof(SegmHistoryEntry) * scan->entry_room);
	}
	if (customer->state != NULL)
	{
		cseg_check(segm_history_collect(&state, customer->scale, scan->entries, &count),
				   "purchase_history");
		*first = state.first;
		*last = state.last;
	}
	for (int64 i = 0; i < customer->row_count; i++)
	{
		SegmPurchase purchase;

		read_row(scan, row, &purchase);
		cseg_check(segm_history_enter(&purchase, customer->scale, scan->entries, &count),
				   "amount");
		if (segm_purchase_counts(&purchase))
		{
			*first = Min(*first, purchase.at);
			*last = Max(*last, purchase.at);
		}
		row = cseg_next_row(row);
	}
	cseg_check(segm_history_fold(scan->entries, &count, cseg_poll), "amount");
	return count;
}

/* Turn the list of rows of a customer into an open history. */
static void
fold_list(Population *population, Customer *customer)
{
	PopulationScan *scan = (PopulationScan *) population;
	int64		first;
	int64		last;
	size_t		count = fold_customer(scan, customer, &first, &last);

	if (customer->state != NULL)
		pfree(customer->state);
	customer->state = cseg_history_make(scan->entries, count, customer->scale, first, last, true);
}

/* One customer of a partition into the result. */
static void
put_customer(Population *population, const Customer *customer)
{
	PopulationScan *scan = (PopulationScan *) population;
	SegmHistoryTotals totals;
	SegmHistory history = {.scale = customer->scale};
	size_t		count = fold_customer(scan, customer, &history.first, &history.last);
	Datum		value = (Datum) 0;

	cseg_check(segm_history_sum(scan->entries, count, &totals), "purchase_history");
	if (scan->with_history)
		value = PointerGetDatum(cseg_history_make(scan->entries, count, history.scale,
												  history.first, history.last, false));
	put_figures(scan, customer->key, &history, &totals, value, &customer->last_at);
}

/* ---- the function ---- */

static const PopulationValue histories = {
	.name = "purchase_histories",
	.columns = "It needs customer_id, at (timestamp with time zone), amount (numeric) "
	"and, if orders can be void, voided_at (timestamp with time zone); "
	"or customer_id and history (purchase_history).",
	.least_row = ROW_LINK_SIZE + ROW_HEAD_SIZE,
	.row_size = row_size,
	.see = see_row,
	.fold = fold_list,
	.put = put_customer
};

PG_FUNCTION_INFO_V1(purchase_histories);
Datum
purchase_histories(PG_FUNCTION_ARGS)
{
	enum
	{
		PURCHASES, KEY_TYPE, TIME_ZONE, WITH_HISTORY
	};
	PopulationScan scan = {0};
	char	   *query;

	cseg_population_require(fcinfo, PURCHASES, "purchases");
	cseg_population_require(fcinfo, TIME_ZONE, "time_zone");
	cseg_population_require(fcinfo, WITH_HISTORY, "with_history");
	scan.with_history = PG_GETARG_BOOL(WITH_HISTORY);
	cseg_population_begin(&scan.population, &histories, fcinfo);
	query = source_query(&scan.population, PG_GETARG_OID(PURCHASES),
						 get_fn_expr_argtype(fcinfo->flinfo, KEY_TYPE));
	scan.zone = cseg_named_zone(PG_GETARG_TEXT_PP(TIME_ZONE), CurrentMemoryContext);
	cseg_population_read(&scan.population, fcinfo, query, InvalidOid, (Datum) 0);
	cseg_population_finish(&scan.population);
	return (Datum) 0;
}
