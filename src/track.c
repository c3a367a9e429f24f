/*
 * track.c
 *		The trigger that notes which customers a change has touched.
 *
 * It appends to a queue of the workspace and does nothing else: no query, no
 * lock that another writer could wait for, no function that the shop's role
 * would have to be allowed to call, no right on the queue that it would have
 * to be given.  What it cannot understand any more - a key column that is
 * gone, has got another type or has changed its name with another one - it
 * notes as "everything may have changed"; it never stands in the way of the
 * shop.  So it does where the owner of the queue has no rights on the table:
 * then no keys are for him.
 *
 * Arguments of the trigger: the workspace, the number of the tracked table,
 * the column that holds the customer, the column that holds the order (either
 * may be empty), and "merge" if inserted orders may be added to histories,
 * "both" if rows are refunds that name a customer, an order, or both.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "commands/trigger.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "track.h"

/* What a row of the queue says. */
#define ALL_CUSTOMERS	'a'
#define ONE_CUSTOMER	'c'
#define CUSTOMER_OF_ORDER 'o'
#define INSERTED_ORDER	'i'		/* to be added to the history of its customer */

#define BATCH		1000		/* literal: rows written at a time */

typedef struct Capture
{
	MemoryContext context;		/* of the whole call */
	Relation	queue;
	KeyColumn	customer;
	KeyColumn	order;
	bool		merge;			/* inserted rows are orders to be added to histories */
	bool		both;			/* a refund, which may name a customer, an order, or both */
	int16		source;
	TupleTableSlot *slots[BATCH];
	int			count;
} Capture;

/* ---- writing ---- */

/* What the executor leaves to the parser: whether the domain of a key column allows the key, or none. */
static void
check_domain(Relation queue, int column, TupleTableSlot *row)
{
	Oid			type = TupleDescAttr(RelationGetDescr(queue), column)->atttypid;

	if (getBaseType(type) != type)
		domain_check(row->tts_values[column], row->tts_isnull[column], type, NULL, NULL);
}

/*
 * Rows of a queue that somebody gave an index, a trigger or a constraint, or
 * made himself: all that an INSERT would do, except asking for rights.
 */
static void
write_one_by_one(Capture *capture)
{
	EState	   *estate = CreateExecutorState();
	ResultRelInfo *relation = makeNode(ResultRelInfo);

	/* of no range table, where an error would look for what the user may see of the row */
	InitResultRelInfo(relation, capture->queue, 0, NULL, 0);
	estate->es_opened_result_relations = list_make1(relation);
	estate->es_output_cid = GetCurrentCommandId(true);
	AfterTriggerBeginQuery();
	ExecOpenIndices(relation, false);
	for (int i = 0; i < capture->count; i++)
	{
		slot_getallattrs(capture->slots[i]);
		check_domain(capture->queue, CUSTOMER, capture->slots[i]);
		check_domain(capture->queue, ORDER, capture->slots[i]);
		ExecSimpleRelationInsert(relation, estate, capture->slots[i]);
	}
	ExecCloseIndices(relation);
	AfterTriggerEndQuery(estate);
	ExecResetTupleTable(estate->es_tupleTable, false);
	FreeExecutorState(estate);
}

static void
write_rows(Capture *capture)
{
	if (capture->count == 0)
		return;
	if (cseg_is_plain(capture->queue))
		table_multi_insert(capture->queue, capture->slots, capture->count,
						   GetCurrentCommandId(true), 0, NULL);
	else
		write_one_by_one(capture);
	for (int i = 0; i < capture->count; i++)
		ExecClearTuple(capture->slots[i]);
	capture->count = 0;
}

static void
put(Capture *capture, char kind, const Datum *customer, const Datum *order)
{
	TupleTableSlot *slot;

	if (capture->slots[capture->count] == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(capture->context);

		capture->slots[capture->count] = table_slot_create(capture->queue, NULL);
		MemoryContextSwitchTo(caller);
	}
	slot = capture->slots[capture->count];
	ExecClearTuple(slot);
	memset(slot->tts_isnull, false, QUEUE_COLUMNS * sizeof(bool));
	slot->tts_values[SOURCE] = Int16GetDatum(capture->source);
	slot->tts_values[KIND] = CharGetDatum(kind);
	slot->tts_isnull[CUSTOMER] = customer == NULL;
	slot->tts_values[CUSTOMER] = customer == NULL ? (Datum) 0 : *customer;
	slot->tts_isnull[ORDER] = order == NULL;
	slot->tts_values[ORDER] = order == NULL ? (Datum) 0 : *order;
	slot->tts_values[QUEUED_AT] = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());
	ExecStoreVirtualTuple(slot);
	ExecMaterializeSlot(slot);
	capture->count++;
	if (capture->count == BATCH)
		write_rows(capture);
}

/* Whether this key was written a moment ago; else it is remembered. */
static bool
is_recent(Capture *capture, KeyColumn *column, Datum key)
{
	Size		size = datumGetSize(key, column->by_value, column->length);
	uint32		place = (column->by_value ? hash_bytes((unsigned char *) &key, sizeof(Datum)) :
						 hash_bytes((unsigned char *) DatumGetPointer(key), size)) % RECENT;
	MemoryContext caller;

	if (column->recent_used[place])
	{
		if (datumIsEqual(column->recent[place], key, column->by_value, column->length))
			return true;
		if (!column->by_value)
			pfree(DatumGetPointer(column->recent[place]));
	}
	caller = MemoryContextSwitchTo(capture->context);
	column->recent[place] = datumCopy(key, column->by_value, column->length);
	MemoryContextSwitchTo(caller);
	column->recent_used[place] = true;
	return false;
}

/* ---- reading ---- */

/* Note one row, the old or the new form of it. */
static void
note(Capture *capture, TupleTableSlot *row, bool inserted)
{
	Datum		customer;
	Datum		order;

	if (capture->customer.number != InvalidAttrNumber)
	{
		bool		is_somebodys = cseg_read_key(&capture->customer, row, &customer);

		if (is_somebodys && inserted && capture->merge && cseg_read_key(&capture->order, row, &order))
			put(capture, INSERTED_ORDER, &customer, &order);
		else if (is_somebodys && !is_recent(capture, &capture->customer, customer))
			put(capture, ONE_CUSTOMER, &customer, NULL);
		if (!capture->both)
			return;				/* else nobody's: no view shows such a row */
	}
	if (capture->order.number != InvalidAttrNumber && cseg_read_key(&capture->order, row, &order) &&
		!is_recent(capture, &capture->order, order))
		put(capture, CUSTOMER_OF_ORDER, NULL, &order);
}

static void
note_rows(Capture *capture, Tuplestorestate *rows, TupleDesc columns, bool inserted)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(columns, &TTSOpsMinimalTuple);
	MemoryContext context = AllocSetContextCreate(capture->context, "row of capture_change",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext caller;

	tuplestore_select_read_pointer(rows, tuplestore_alloc_read_pointer(rows, EXEC_FLAG_REWIND));
	tuplestore_rescan(rows);
	while (tuplestore_gettupleslot(rows, true, false, slot))
	{
		CHECK_FOR_INTERRUPTS();
		caller = MemoryContextSwitchTo(context);
		note(capture, slot, inserted);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(context);
	}
	ExecDropSingleTupleTableSlot(slot);
	MemoryContextDelete(context);
}

/* ---- the trigger ---- */

/* Whether a statement has changed nothing, as far as can be seen. */
static bool
has_no_rows(const TriggerData *trigger)
{
	return (trigger->tg_oldtable != NULL || trigger->tg_newtable != NULL) &&
		(trigger->tg_oldtable == NULL || tuplestore_tuple_count(trigger->tg_oldtable) == 0) &&
		(trigger->tg_newtable == NULL || tuplestore_tuple_count(trigger->tg_newtable) == 0);
}

PG_FUNCTION_INFO_V1(capture_change);
Datum
capture_change(PG_FUNCTION_ARGS)
{
	enum
	{
		WORKSPACE_ARG, SOURCE_ARG, CUSTOMER_ARG, ORDER_ARG, ROWS_ARE_ARG, ARGS
	};
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Capture    *capture;
	Share		share = NOTHING;
	Tracking	tracking = NOT_TRACKED;
	char	  **args;
	TupleDesc	columns;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigger->tg_event) ||
		trigger->tg_trigger->tgnargs != ARGS)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"capture_change\" was not called by a trigger that \"track\" made")));

	/*
	 * a queue that somebody made and tracks, or several that track each other, come back here
	 * with no query in between
	 */
	check_stack_depth();
	args = trigger->tg_trigger->tgargs;
	columns = RelationGetDescr(trigger->tg_relation);

	capture = palloc0(sizeof(Capture));
	capture->context = CurrentMemoryContext;
	capture->source = pg_strtoint16(args[SOURCE_ARG]);
	capture->merge = strcmp(args[ROWS_ARE_ARG], "merge") == 0;
	capture->both = strcmp(args[ROWS_ARE_ARG], "both") == 0;
	capture->queue = cseg_workspace_table(args[WORKSPACE_ARG], QUEUE, RelationGetRelid(trigger->tg_relation), RowExclusiveLock);
	if (capture->queue != NULL && cseg_is_queue(capture->queue) && capture->queue->rd_id != trigger->tg_relation->rd_id)
		tracking = cseg_tracking(args[WORKSPACE_ARG], RelationGetRelid(trigger->tg_relation), capture->source,
								 args[CUSTOMER_ARG], args[ORDER_ARG]);
	if (tracking != NOT_TRACKED)
		share = cseg_share_of_owner(capture->queue, RelationGetRelid(trigger->tg_relation));
	if (share == NOTHING)
	{
		/* a schema that was dropped by other means than drop_workspace, a table restored alone */
		ereport(DEBUG1,
				(errmsg_internal("trigger \"%s\" does nothing: workspace \"%s\" does not track the table",
								 trigger->tg_trigger->tgname, args[WORKSPACE_ARG])));
		if (capture->queue != NULL)
			table_close(capture->queue, RowExclusiveLock);
		return PointerGetDatum(NULL);
	}

	if (has_no_rows(trigger))
		;
	else if (share == THAT_IT_CHANGED || tracking == TRACKED_BY_OTHERS || TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event) ||
			 !cseg_find_column(capture->queue, trigger->tg_relation, args[CUSTOMER_ARG], CUSTOMER, &capture->customer) ||
			 !cseg_find_column(capture->queue, trigger->tg_relation, args[ORDER_ARG], ORDER, &capture->order) ||
			 (capture->customer.number == InvalidAttrNumber &&
			  capture->order.number == InvalidAttrNumber))
		put(capture, ALL_CUSTOMERS, NULL, NULL);
	else if (TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
	{
		note(capture, trigger->tg_trigslot, TRIGGER_FIRED_BY_INSERT(trigger->tg_event));
		if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event))
			note(capture, trigger->tg_newslot, false);
	}
	else
	{
		if (trigger->tg_oldtable != NULL)
			note_rows(capture, trigger->tg_oldtable, columns, false);
		if (trigger->tg_newtable != NULL)
			note_rows(capture, trigger->tg_newtable, columns,
					  TRIGGER_FIRED_BY_INSERT(trigger->tg_event));
	}
	write_rows(capture);
	for (int i = 0; i < BATCH && capture->slots[i] != NULL; i++)
		ExecDropSingleTupleTableSlot(capture->slots[i]);
	table_close(capture->queue, NoLock);	/* the lock stays, as that of an INSERT does */
	return PointerGetDatum(NULL);
}
