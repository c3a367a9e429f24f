/*
 * track_queue.c
 *		Whose queue the trigger writes to, what of a change its owner may get,
 *		and the locks that making and dropping triggers take.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "track.h"

#define TRACKED_RELATION	"tracked_relation"
#define STRANGERS_BLOCKS	16	/* literal: a thousand partitions of ours */

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

/* The owner of a relation; none if it is gone. */
static Oid
owner_of(Oid relation)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Oid			owner = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
		ReleaseSysCache(tuple);
	}
	return owner;
}

Relation
cseg_workspace_table(const char *workspace, const char *name, Oid tracked, LOCKMODE lock)
{
	Oid			schema = get_namespace_oid(workspace, true);
	Oid			relation = OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
	Relation	table;

	if (!OidIsValid(relation))
		return NULL;
	if (has_right(tracked, owner_of(relation), ACL_TRIGGER))
		table = try_relation_open(relation, lock);
	else if (ConditionalLockRelationOid(relation, lock))
		table = try_relation_open(relation, NoLock);
	else
		table = NULL;
	if (table != NULL && (table->rd_rel->relkind != RELKIND_RELATION || table->rd_rel->relpersistence == RELPERSISTENCE_TEMP))
	{
		relation_close(table, lock);
		table = NULL;
	}
	return table;
}

/* columns of the table of tracked relations */
enum
{
	RELATION, RELATION_SOURCE, CUSTOMER_NUMBER, ORDER_NUMBER, RELATION_ID, RELATION_COLUMNS
};

/* Whether the table begins with so many of these columns. */
static bool
has_columns(Relation tracked, int columns)
{
	static const Oid types[RELATION_COLUMNS] = {REGCLASSOID, INT2OID, INT2OID, INT2OID, OIDOID};

	if (RelationGetDescr(tracked)->natts < columns)
		return false;
	for (int i = 0; i < columns; i++)
		if (TupleDescAttr(RelationGetDescr(tracked), i)->atttypid != types[i])
			return false;
	return true;
}

/* Whether a name is that of another column now.  One that is gone is found when it is read. */
static bool
is_of_another(Oid relation, const char *name, AttrNumber number)
{
	AttrNumber	now = *name == '\0' ? InvalidAttrNumber : get_attnum(relation, name);

	return number != InvalidAttrNumber && now != InvalidAttrNumber && now != number;
}

static Tracking
find_tracked(Relation tracked, const List *relations, int16 source, const char *customer, const char *order)
{
	bool		has_numbers = has_columns(tracked, RELATION_COLUMNS);
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	TupleTableSlot *slot = table_slot_create(tracked, NULL);
	TableScanDesc scan = table_beginscan(tracked, snapshot, 0, NULL);
	Tracking	found = NOT_TRACKED;

	while (found == NOT_TRACKED && table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		Oid			relation;

		slot_getallattrs(slot);
		relation = DatumGetObjectId(slot->tts_values[RELATION]);
		if (!list_member_oid(relations, relation) || DatumGetInt16(slot->tts_values[RELATION_SOURCE]) != source)
			continue;
		found = TRACKED;
		/* in a copy of the database columns may have other numbers */
		if (has_numbers && DatumGetObjectId(slot->tts_values[RELATION_ID]) == relation &&
			(is_of_another(relation, customer, DatumGetInt16(slot->tts_values[CUSTOMER_NUMBER])) ||
			 is_of_another(relation, order, DatumGetInt16(slot->tts_values[ORDER_NUMBER]))))
			found = TRACKED_BY_OTHERS;
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	UnregisterSnapshot(snapshot);
	return found;
}

Tracking
cseg_tracking(const char *workspace, Oid table, int16 source, const char *customer, const char *order)
{
	Relation	tracked = cseg_workspace_table(workspace, TRACKED_RELATION, table, AccessShareLock);
	Tracking	found = NOT_TRACKED;

	if (tracked == NULL)
		return NOT_TRACKED;
	/* a stranger's may have millions of rows, to be read at every change */
	if (has_columns(tracked, CUSTOMER_NUMBER) &&
		(RelationGetNumberOfBlocks(tracked) <= STRANGERS_BLOCKS || has_right(table, tracked->rd_rel->relowner, ACL_TRIGGER)))
	{
		found = find_tracked(tracked, list_make1_oid(table), source, customer, order);
		/* a partition that came after track, with the copy of a row trigger */
		if (found == NOT_TRACKED && get_rel_relispartition(table))
			found = find_tracked(tracked, get_partition_ancestors(table), source, customer, order);
	}
	table_close(tracked, AccessShareLock);
	return found;
}

bool
cseg_is_queue(Relation queue)
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

/* Whether any key, and none, can be put in this column unseen. */
static bool
takes_any_key(Relation queue, int column)
{
	Form_pg_attribute key = TupleDescAttr(RelationGetDescr(queue), column);

	return !key->attnotnull && getBaseType(key->atttypid) == key->atttypid;
}

bool
cseg_is_plain(Relation queue)
{
	TupleConstr *constraints = RelationGetDescr(queue)->constr;

	return !queue->rd_rel->relhasindex && queue->trigdesc == NULL && !queue->rd_rel->relispartition &&
		(constraints == NULL || constraints->num_check == 0) &&
		takes_any_key(queue, CUSTOMER) && takes_any_key(queue, ORDER);
}

/* ---- rights ---- */

Share
cseg_share_of_owner(Relation queue, Oid table)
{
	Oid			owner = queue->rd_rel->relowner;

	/* who may make triggers there could have made this one, and others that do more */
	if (has_right(table, owner, ACL_TRIGGER))
		return THE_KEYS;
	if (!cseg_is_plain(queue))
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
	Oid			table = PG_GETARG_OID(1);
	Relation	queue = cseg_workspace_table(NameStr(*PG_GETARG_NAME(0)), QUEUE, PG_GETARG_OID(1), AccessShareLock);
	Share		share = NOTHING;
	bool		has_trigger = false;

	if (queue != NULL)
	{
		share = cseg_share_of_owner(queue, table);
		has_trigger = has_right(table, queue->rd_rel->relowner, ACL_TRIGGER);
		table_close(queue, AccessShareLock);
	}
	/* by SELECT alone: as long as nobody holds a lock on the queue */
	PG_RETURN_TEXT_P(cstring_to_text(share == THE_KEYS && !has_trigger ? "shown" : names[share]));
}

/* ---- locks ---- */

/* Whether the user owns the table, or one whose partition it is: dropping a trigger there reaches this one. */
static bool
owns(Oid table)
{
	ListCell   *cell;

	foreach(cell, with_ancestors(table))
	{
		Oid			owner = owner_of(lfirst_oid(cell));

		if (OidIsValid(owner) && has_privs_of_role(GetUserId(), owner))
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
