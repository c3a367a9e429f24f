/*
 * geographic_climate.c
 *		climate_zone(latitude, longitude): the grid that the user loads into
 *		the table climate_grid, kept in the session as one byte a cell.
 *
 * The table has a trigger that sends an invalidation of the table with every
 * change, as DDL does: with the commit to all sessions, at once to our own,
 * and again if we roll back.  The grid is read with the latest snapshot, as
 * the server reads its catalogues: with an older one, an invalidation that
 * came before its rows could be seen would be lost.  In a parallel query only
 * the query's own snapshot can be had; such a grid is kept no longer than its
 * transaction.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

#include "core/climate.h"
#include "glue.h"

/* Columns of the table. */
enum
{
	LATITUDE,
	LONGITUDE,
	KOEPPEN,
	GRID_COLUMNS
};

static struct
{
	bool		valid;
	Oid			reader;			/* whose rights it was read with */
	Oid			relation;
	bool		provisional;	/* for one transaction only */
	TimestampTz transaction;	/* began then */
	uint8	   *cells;
}			grid;

/* The table changed, or everything may have. */
static void
forget_grid(Datum argument, Oid relation)
{
	if (relation == grid.relation || !OidIsValid(relation))
		grid.valid = false;
}

/* climate_grid_changed(): trigger that tells every session. */
PG_FUNCTION_INFO_V1(climate_grid_changed);
Datum
climate_grid_changed(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("climate_grid_changed was not called as a trigger")));
	CacheInvalidateRelcache(((TriggerData *) fcinfo->context)->tg_relation);
	PG_RETURN_POINTER(NULL);
}

/* The table beside our function, with the columns that it is installed with. */
static Relation
open_grid(FunctionCallInfo fcinfo)
{
	static const Oid types[GRID_COLUMNS] = {FLOAT8OID, FLOAT8OID, TEXTOID};
	Relation	relation;

	grid.relation = get_relname_relid("climate_grid", get_func_namespace(fcinfo->flinfo->fn_oid));
	if (!OidIsValid(grid.relation))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("the table climate_grid of the extension does not exist")));
	relation = table_open(grid.relation, AccessShareLock);
	if (pg_class_aclcheck(grid.relation, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, RelationGetRelationName(relation));
	if (check_enable_rls(grid.relation, InvalidOid, true) == RLS_ENABLED)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("climate_grid must not have row-level security")));
	cseg_check_columns(relation, types, GRID_COLUMNS);
	return relation;
}

static void
read_grid(FunctionCallInfo fcinfo)
{
	Relation	relation;
	Snapshot	snapshot;
	TableScanDesc scan;
	TupleTableSlot *slot;

	if (grid.cells == NULL)
	{
		CacheRegisterRelcacheCallback(forget_grid, (Datum) 0);
		grid.cells = MemoryContextAlloc(TopMemoryContext, SEGM_GRID_CELLS);
	}
	relation = open_grid(fcinfo);
	/* an invalidation from here on shows that what we read may be old */
	grid.valid = true;
	grid.reader = GetUserId();
	grid.provisional = IsInParallelMode();
	grid.transaction = GetCurrentTransactionStartTimestamp();
	PG_TRY();
	{
		memset(grid.cells, SEGM_NO_CLIMATE, SEGM_GRID_CELLS);
		snapshot = RegisterSnapshot(grid.provisional ? GetActiveSnapshot() : GetLatestSnapshot());
		scan = table_beginscan(relation, snapshot, 0, NULL);
		slot = table_slot_create(relation, NULL);
		while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
		{
			double		latitude;
			double		longitude;
			text	   *koeppen;

			CHECK_FOR_INTERRUPTS();
			slot_getsomeattrs(slot, GRID_COLUMNS);
			if (slot->tts_isnull[LATITUDE] || slot->tts_isnull[LONGITUDE] || slot->tts_isnull[KOEPPEN])
				continue;
			latitude = DatumGetFloat8(slot->tts_values[LATITUDE]);
			longitude = DatumGetFloat8(slot->tts_values[LONGITUDE]);
			koeppen = DatumGetTextPP(slot->tts_values[KOEPPEN]);
			if (segm_grid_is_centre(latitude, longitude))
				grid.cells[segm_grid_cell(latitude, longitude)] =
					segm_climate_find(VARDATA_ANY(koeppen), VARSIZE_ANY_EXHDR(koeppen));
		}
		ExecDropSingleTupleTableSlot(slot);
		table_endscan(scan);
		UnregisterSnapshot(snapshot);
	}
	PG_CATCH();
	{
		grid.valid = false;
		PG_RE_THROW();
	}
	PG_END_TRY();
	table_close(relation, AccessShareLock);
}

/*
 * climate_zone(latitude, longitude, reach_km): the class of a place on land,
 * or near it; null at sea, for what is no place, and without a grid.
 */
PG_FUNCTION_INFO_V1(climate_zone_place);
Datum
climate_zone_place(PG_FUNCTION_ARGS)
{
	double		reach = PG_GETARG_FLOAT8(2);
	SegmClimate climate;

	/* once a statement: a query without tables takes no lock, which would do it */
	if (fcinfo->flinfo->fn_extra == NULL)
	{
		AcceptInvalidationMessages();
		fcinfo->flinfo->fn_extra = &grid;
	}
	if (!grid.valid || grid.reader != GetUserId() ||
		(grid.provisional && grid.transaction != GetCurrentTransactionStartTimestamp()))
		read_grid(fcinfo);
	if (segm_grid_climate(grid.cells, PG_GETARG_FLOAT8(0), PG_GETARG_FLOAT8(1), reach,
						  &climate) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("reach_km is %g, must be between 0 and %g", reach,
						SEGM_CLIMATE_MAX_REACH)));
	if (climate == SEGM_NO_CLIMATE)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(segm_climate_name(climate)));
}

/* is_climate_cell(latitude, longitude): whether it is the centre of a cell. */
PG_FUNCTION_INFO_V1(is_climate_cell);
Datum
is_climate_cell(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(segm_grid_is_centre(PG_GETARG_FLOAT8(0), PG_GETARG_FLOAT8(1)));
}
