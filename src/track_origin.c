/*
 * track_origin.c
 *		Where a column of a view comes from: the server noted it when it made
 *		the view, and no text of the view is read.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "rewrite/rewriteHandler.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "glue.h"

/* The entry of a view that shows this column; NULL if there is none, or if the view's rows depend on other rows. */
static TargetEntry *
column_of_view(Relation relation, const char *name)
{
	Query	   *query;
	AttrNumber	number = get_attnum(RelationGetRelid(relation), name);
	ListCell   *cell;

	if (relation->rd_rel->relkind != RELKIND_VIEW || number <= 0)
		return NULL;
	query = get_view_query(relation);
	/* it may read the table once more: a new row then hides or shows others */
	if (query->hasSubLinks)
		return NULL;
	foreach(cell, query->targetList)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);

		if (!entry->resjunk && entry->resno == number)
			return entry;
	}
	return NULL;
}

/* Whether the current role has any right on the relation, or on a column of it. */
static bool
has_any_right(Oid relation)
{
	return pg_class_aclmask(relation, GetUserId(), ACL_ALL_RIGHTS_RELATION, ACLMASK_ANY) != 0 ||
		pg_attribute_aclcheck_all(relation, GetUserId(), ACL_SELECT, ACLMASK_ANY) == ACLCHECK_OK;
}

/* view_column_origin(relation, column_name, OUT origin, OUT origin_column) */
PG_FUNCTION_INFO_V1(view_column_origin);
Datum
view_column_origin(PG_FUNCTION_ARGS)
{
	enum
	{
		ORIGIN, ORIGIN_COLUMN, COLUMNS
	};
	Relation	relation = try_relation_open(PG_GETARG_OID(0), AccessShareLock);
	Datum		values[COLUMNS] = {0};
	bool		nulls[COLUMNS] = {true, true};
	TargetEntry *entry;
	TupleDesc	columns;

	if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE || columns->natts != COLUMNS)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("function \"view_column_origin\" is declared with other results than the library of customer_segments knows")));
	entry = relation == NULL ? NULL : column_of_view(relation, NameStr(*PG_GETARG_NAME(1)));
	if (entry != NULL && OidIsValid(entry->resorigtbl) && entry->resorigcol > 0)
	{
		Name		origin_column = palloc(NAMEDATALEN);

		namestrcpy(origin_column, get_attname(entry->resorigtbl, entry->resorigcol, false));
		values[ORIGIN] = ObjectIdGetDatum(entry->resorigtbl);
		values[ORIGIN_COLUMN] = NameGetDatum(origin_column);
		nulls[ORIGIN] = nulls[ORIGIN_COLUMN] = false;
	}

	/*
	 * so until the transaction ends; but a lock that the shop could wait for is not for who may
	 * do nothing there
	 */
	if (relation != NULL)
		relation_close(relation, has_any_right(RelationGetRelid(relation)) ? NoLock : AccessShareLock);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls));
}
