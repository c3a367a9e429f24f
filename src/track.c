/*
 * track.c
 *		The trigger that notes which customers a change has touched.
 *
 * It appends to a queue of the workspace and does nothing else: no query, no
 * lock that another writer could wait for, no function that the shop's role
 * would have to be allowed to call, no right on the queue that it would have
 * to be given.  What it cannot understand any more - a key column that is
 * gone or has got another type - it notes as "everything may have changed";
 * it never stands in the way of the shop.  So it does where the owner of the
 * queue has no rights on the table: then no keys are for him.
 *
 * Arguments of the trigger: the workspace, the number of the tracked table,
 * the column that holds the customer, the column that holds the order (either
 * may be empty), and "merge" if inserted orders may be added to histories,
 * "both" if rows are refunds that name a customer, an order, or both.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/partition.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/parse_coerce.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#include "glue.h"

#define QUEUE	"refresh_queue"
#define TRACKED "tracked_relation"

/* columns of the queue */
enum
{
	SOURCE, KIND, CUSTOMER, ORDER, QUEUED_AT, QUEUE_COLUMNS
};

/* What a row of the queue says. */
#define ALL_CUSTOMERS	'a'
#define ONE_CUSTOMER	'c'
#define CUSTOMER_OF_ORDER 'o'
#define INSERTED_ORDER	'i'		/* to be added to the history of its customer */

#define RECENT		1024		/* literal: keys remembered, so that most are written once */

/* How a column of the table becomes one of the queue. */
typedef struct Column
{
	AttrNumber	number;			/* InvalidAttrNumber: there is none */
	CoercionPathType path;
	FmgrInfo	function;		/* the cast, or the output function */
	FmgrInfo	input;
	Oid			input_parameter;
	bool		by_value;
	int16		length;
	Oid			from;			/* its type, if that is an integer */
	bool		narrower;		/* an integer of a smaller type: what lies beyond is nobody's */
	int64		least;
	int64		most;
	bool		recent_used[RECENT];
	Datum		recent[RECENT];
} Column;

#define BATCH		1000		/* literal: rows written at a time */

typedef struct Capture
{
	MemoryContext context;		/* of the whole call */
	Relation	queue;
	Column		customer;
	Column		order;
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

/* Whether any key, and none, can be put in this column unseen. */
static bool
takes_any_key(Relation queue, int column)
{
	Form_pg_attribute key = TupleDescAttr(RelationGetDescr(queue), column);

	return !key->attnotnull && getBaseType(key->atttypid) == key->atttypid;
}

/* Whether nothing has to be looked at or done when rows are added, as it is with a queue that track has made. */
static bool
is_plain(Relation queue)
{
	TupleConstr *constraints = RelationGetDescr(queue)->constr;

	return !queue->rd_rel->relhasindex && queue->trigdesc == NULL && !queue->rd_rel->relispartition &&
		(constraints == NULL || constraints->num_check == 0) &&
		takes_any_key(queue, CUSTOMER) && takes_any_key(queue, ORDER);
}

static void
write_rows(Capture *capture)
{
	if (capture->count == 0)
		return;
	if (is_plain(capture->queue))
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
is_recent(Capture *capture, Column *column, Datum key)
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

/* Whether it is from an integer type to a smaller one, whose bounds it notes. */
static bool
narrows(Column *column, Oid from, Oid to)
{
	column->narrower = (from == INT8OID && (to == INT4OID || to == INT2OID)) || (from == INT4OID && to == INT2OID);
	column->least = to == INT2OID ? PG_INT16_MIN : PG_INT32_MIN;
	column->most = to == INT2OID ? PG_INT16_MAX : PG_INT32_MAX;
	column->from = from;
	return column->narrower;
}

static bool
is_within(const Column *column, Datum key)
{
	int64		number = column->from == INT8OID ? DatumGetInt64(key) : DatumGetInt32(key);

	return number >= column->least && number <= column->most;
}

/*
 * How values of one type become those of another; false if they cannot, or
 * if a value could fail, or the shop's change would with it.  No function of
 * somebody else's is called, who may be allowed no more than to make casts of
 * a type: it would run with the rights of whoever changes the table.
 */
static bool
find_cast(Column *column, Oid from, Oid to, Oid *function)
{
	bool		to_string = TypeCategory(to) == TYPCATEGORY_STRING;

	column->path = COERCION_PATH_RELABELTYPE;
	column->narrower = false;
	*function = InvalidOid;
	if (from == to)
		return true;
	column->path = find_coercion_pathway(to, from, COERCION_IMPLICIT, function);
	if (column->path == COERCION_PATH_NONE && (narrows(column, from, to) || to_string))
		column->path = find_coercion_pathway(to, from, COERCION_ASSIGNMENT, function);
	switch (column->path)
	{
		case COERCION_PATH_RELABELTYPE:
			return true;
		case COERCION_PATH_FUNC:
			return *function < FirstUnpinnedObjectId;
		case COERCION_PATH_COERCEVIAIO:
			return to_string;
		default:
			return false;
	}
}

/* False: the column is gone, or has a type that the queue cannot hold. */
static bool
find_column(Capture *capture, Relation table, const char *name, int queue_column, Column *column)
{
	Form_pg_attribute held = TupleDescAttr(RelationGetDescr(capture->queue), queue_column);
	int32		modifier = held->atttypmod;
	Oid			from;
	Oid			to = getBaseTypeAndTypmod(held->atttypid, &modifier);
	Oid			function;
	bool		is_varlena;

	column->number = InvalidAttrNumber;
	if (*name == '\0')
		return true;
	/* one with a length, which somebody has made: not every key fits */
	if (modifier >= 0)
		return false;
	column->number = get_attnum(RelationGetRelid(table), name);
	if (column->number <= 0)
		return false;
	from = getBaseType(TupleDescAttr(RelationGetDescr(table), column->number - 1)->atttypid);
	if (!find_cast(column, from, to, &function))
		return false;
	get_typlenbyval(to, &column->length, &column->by_value);
	if (column->path == COERCION_PATH_FUNC)
		fmgr_info(function, &column->function);
	else if (column->path == COERCION_PATH_COERCEVIAIO)
	{
		getTypeOutputInfo(from, &function, &is_varlena);
		fmgr_info(function, &column->function);
		getTypeInputInfo(to, &function, &column->input_parameter);
		fmgr_info(function, &column->input);
	}
	return true;
}

/* capture_casts(from, to): whether keys of one type can be noted as those of another. */
PG_FUNCTION_INFO_V1(capture_casts);
Datum
capture_casts(PG_FUNCTION_ARGS)
{
	Oid			from = PG_GETARG_OID(0);
	Oid			to = PG_GETARG_OID(1);
	Column		column;
	Oid			function;

	PG_RETURN_BOOL(get_typisdefined(from) && get_typisdefined(to) &&
				   find_cast(&column, getBaseType(from), getBaseType(to), &function));
}

/* A cast function takes the value and, if it likes, the length wanted and whether the cast is explicit. */
static Datum
call_cast(FmgrInfo *function, Datum value)
{
	switch (function->fn_nargs)
	{
		case 1:
			return FunctionCall1(function, value);
		case 2:					/* literal: value and length */
			return FunctionCall2(function, value, Int32GetDatum(-1));
		default:
			return FunctionCall3(function, value, Int32GetDatum(-1), BoolGetDatum(false));
	}
}

/* The column of a row as the queue holds it; false for null, and for what the queue cannot hold. */
static bool
read_key(Column *column, TupleTableSlot *row, Datum *key)
{
	bool		is_null;

	*key = slot_getattr(row, column->number, &is_null);
	if (is_null || (column->narrower && !is_within(column, *key)))
		return false;
	if (column->length == -1 && column->path == COERCION_PATH_RELABELTYPE)
		*key = PointerGetDatum(PG_DETOAST_DATUM(*key));
	else if (column->path == COERCION_PATH_FUNC)
		*key = call_cast(&column->function, *key);
	else if (column->path == COERCION_PATH_COERCEVIAIO)
		*key = InputFunctionCall(&column->input,
								 OutputFunctionCall(&column->function, *key),
								 column->input_parameter, -1);
	return true;
}

/* Note one row, the old or the new form of it. */
static void
note(Capture *capture, TupleTableSlot *row, bool inserted)
{
	Datum		customer;
	Datum		order;

	if (capture->customer.number != InvalidAttrNumber)
	{
		bool		is_somebodys = read_key(&capture->customer, row, &customer);

		if (is_somebodys && inserted && capture->merge && read_key(&capture->order, row, &order))
			put(capture, INSERTED_ORDER, &customer, &order);
		else if (is_somebodys && !is_recent(capture, &capture->customer, customer))
			put(capture, ONE_CUSTOMER, &customer, NULL);
		if (!capture->both)
			return;				/* else nobody's: no view shows such a row */
	}
	if (capture->order.number != InvalidAttrNumber && read_key(&capture->order, row, &order) &&
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

/*
 * A table of the workspace, or NULL; nobody needs rights on it here, and policies and rules do not concern the trigger either.
 * Temporary tables are nobody's workspace.
 */
static Relation
workspace_table(const char *workspace, const char *name, LOCKMODE lock)
{
	Oid			schema = get_namespace_oid(workspace, true);
	Oid			relation = OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
	Relation	table = OidIsValid(relation) ? try_relation_open(relation, lock) : NULL;

	if (table != NULL && (table->rd_rel->relkind != RELKIND_RELATION || table->rd_rel->relpersistence == RELPERSISTENCE_TEMP))
	{
		relation_close(table, lock);
		table = NULL;
	}
	return table;
}

/*
 * Whether the workspace says that it tracks this table under this number: a
 * trigger that somebody else made on a table of his own writes nothing.
 */
static bool
is_tracked(const char *workspace, Oid table, int16 source)
{
	Relation	tracked = workspace_table(workspace, TRACKED, AccessShareLock);
	Snapshot	snapshot;
	TableScanDesc scan;
	TupleTableSlot *slot;
	bool		found = false;

	if (tracked == NULL)
		return false;
	if (RelationGetDescr(tracked)->natts >= 2 &&	/* literal: the columns read below */
		TupleDescAttr(RelationGetDescr(tracked), 0)->atttypid == REGCLASSOID &&
		TupleDescAttr(RelationGetDescr(tracked), 1)->atttypid == INT2OID)
	{
		snapshot = RegisterSnapshot(GetLatestSnapshot());
		slot = table_slot_create(tracked, NULL);
		scan = table_beginscan(tracked, snapshot, 0, NULL);
		while (!found && table_scan_getnextslot(scan, ForwardScanDirection, slot))
		{
			slot_getallattrs(slot);
			found = DatumGetObjectId(slot->tts_values[0]) == table &&
				DatumGetInt16(slot->tts_values[1]) == source;
		}
		table_endscan(scan);
		ExecDropSingleTupleTableSlot(slot);
		UnregisterSnapshot(snapshot);
	}
	table_close(tracked, AccessShareLock);
	return found;
}

/* Whether a statement has changed nothing, as far as can be seen. */
static bool
has_no_rows(const TriggerData *trigger)
{
	return (trigger->tg_oldtable != NULL || trigger->tg_newtable != NULL) &&
		(trigger->tg_oldtable == NULL || tuplestore_tuple_count(trigger->tg_oldtable) == 0) &&
		(trigger->tg_newtable == NULL || tuplestore_tuple_count(trigger->tg_newtable) == 0);
}

/* Anybody can make a table of this name in a schema of his own, with any columns. */
static bool
is_queue(Relation queue)
{
	TupleDesc	columns = RelationGetDescr(queue);

	if (columns->natts != QUEUE_COLUMNS)
		return false;
	for (int i = 0; i < QUEUE_COLUMNS; i++)
		if (TupleDescAttr(columns, i)->attisdropped || TupleDescAttr(columns, i)->attgenerated != '\0')
			return false;
	return TupleDescAttr(columns, SOURCE)->atttypid == INT2OID &&
		TupleDescAttr(columns, KIND)->atttypid == CHAROID &&
		TupleDescAttr(columns, QUEUED_AT)->atttypid == TIMESTAMPTZOID;
}

/* A table and those whose partition it is. */
static List *
with_ancestors(Oid table)
{
	List	   *relations = list_make1_oid(table);

	return get_rel_relispartition(table) ? list_concat(relations, get_partition_ancestors(table)) : relations;
}

/* Whether a role has this right on the table, or on one whose partition it is. */
static bool
has_right(Oid table, Oid role, AclMode right)
{
	ListCell   *cell;

	foreach(cell, with_ancestors(table))
	{
		bool		is_missing = false;

		if (pg_class_aclcheck_ext(lfirst_oid(cell), role, right, &is_missing) == ACLCHECK_OK &&
			!is_missing)
			return true;
	}
	return false;
}

/* Whether policies say which rows of the table a role may see. */
static bool
is_secured(Oid table)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	bool		secured = HeapTupleIsValid(tuple) && ((Form_pg_class) GETSTRUCT(tuple))->relrowsecurity;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return secured;
}

/*
 * What the owner of the queue may get of the table.  He may be a stranger: the
 * workspace that the trigger was made for may be gone, and who can make
 * schemas can make one of its name.
 */
typedef enum
{
	NOTHING,					/* his code would run with the rights of whoever changes the table */
	THAT_IT_CHANGED,
	THE_KEYS
} Share;

static Share
share_of_owner(Relation queue, Oid table)
{
	Oid			owner = queue->rd_rel->relowner;

	/* who may make triggers there could have made this one, and others that do more */
	if (has_right(table, owner, ACL_TRIGGER))
		return THE_KEYS;
	if (!is_plain(queue))
		return NOTHING;
	return !is_secured(table) && has_right(table, owner, ACL_SELECT) ? THE_KEYS : THAT_IT_CHANGED;
}

/*
 * capture_share(workspace, relation): what of it, for who wants to know before
 * anything changes.  It takes no lock on the table, which somebody may alter.
 */
PG_FUNCTION_INFO_V1(capture_share);
Datum
capture_share(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {[NOTHING] = "nothing",[THAT_IT_CHANGED] = "changed",[THE_KEYS] = "keys"};
	Relation	queue = workspace_table(NameStr(*PG_GETARG_NAME(0)), QUEUE, AccessShareLock);
	Share		share = NOTHING;

	if (queue != NULL)
	{
		share = share_of_owner(queue, PG_GETARG_OID(1));
		table_close(queue, AccessShareLock);
	}
	PG_RETURN_TEXT_P(cstring_to_text(names[share]));
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
	capture->queue = workspace_table(args[WORKSPACE_ARG], QUEUE, RowExclusiveLock);
	if (capture->queue != NULL && is_queue(capture->queue) && capture->queue->rd_id != trigger->tg_relation->rd_id &&
		is_tracked(args[WORKSPACE_ARG], RelationGetRelid(trigger->tg_relation), capture->source))
		share = share_of_owner(capture->queue, RelationGetRelid(trigger->tg_relation));
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
	else if (share == THAT_IT_CHANGED || TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event) ||
			 !find_column(capture, trigger->tg_relation, args[CUSTOMER_ARG], CUSTOMER, &capture->customer) ||
			 !find_column(capture, trigger->tg_relation, args[ORDER_ARG], ORDER, &capture->order) ||
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

/* ---- locks ---- */

/* Whether the user owns the table, or one whose partition it is: dropping a trigger there reaches this one. */
static bool
owns(Oid table)
{
	ListCell   *cell;

	foreach(cell, with_ancestors(table))
	{
		HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(lfirst_oid(cell)));
		bool		owned = false;

		if (HeapTupleIsValid(tuple))
		{
			owned = has_privs_of_role(GetUserId(), ((Form_pg_class) GETSTRUCT(tuple))->relowner);
			ReleaseSysCache(tuple);
		}
		if (owned)
			return true;
	}
	return false;
}

/*
 * capture_lock(relation, drops): the lock that making or dropping a trigger
 * takes, on one table, for whoever may do that.  Those of partitions are else
 * taken one by one in one statement, which waits for each as long as for all.
 */
PG_FUNCTION_INFO_V1(capture_lock);
Datum
capture_lock(PG_FUNCTION_ARGS)
{
	Oid			table = PG_GETARG_OID(0);
	bool		drops = PG_GETARG_BOOL(1);
	bool		is_missing = false;
	char		kind = get_rel_relkind(table);

	if (!owns(table) &&
		(drops || pg_class_aclcheck_ext(table, GetUserId(), ACL_TRIGGER, &is_missing) != ACLCHECK_OK) &&
		kind != '\0')
		aclcheck_error(drops ? ACLCHECK_NOT_OWNER : ACLCHECK_NO_PRIV, get_relkind_objtype(kind),
					   get_rel_name(table));
	if (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE)
		LockRelationOid(table, drops ? AccessExclusiveLock : ShareRowExclusiveLock);
	PG_RETURN_VOID();
}
