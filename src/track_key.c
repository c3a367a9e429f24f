/*
 * track_key.c
 *		Keys of a tracked table as the queue of changes holds them.
 *
 * They are read while the shop writes: what could fail, or would call what
 * somebody else has made, is not read at all.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/pg_attribute.h"
#include "utils/lsyscache.h"

#include "track.h"

/* Whether it is from an integer type to a smaller one, whose bounds it notes. */
static bool
narrows(KeyColumn *column, Oid from, Oid to)
{
	column->narrower = (from == INT8OID && (to == INT4OID || to == INT2OID)) || (from == INT4OID && to == INT2OID);
	column->least = to == INT2OID ? PG_INT16_MIN : PG_INT32_MIN;
	column->most = to == INT2OID ? PG_INT16_MAX : PG_INT32_MAX;
	column->from = from;
	return column->narrower;
}

static bool
is_within(const KeyColumn *column, Datum key)
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
find_cast(KeyColumn *column, Oid from, Oid to, Oid *function)
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

bool
cseg_find_column(Relation queue, Relation table, const char *name, int queue_column, KeyColumn *column)
{
	Form_pg_attribute held = TupleDescAttr(RelationGetDescr(queue), queue_column);
	Form_pg_attribute read;
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
	read = TupleDescAttr(RelationGetDescr(table), column->number - 1);
	/* a value that is in no row: triggers see a null */
	if (read->attgenerated == ATTRIBUTE_GENERATED_VIRTUAL)
		return false;
	from = getBaseType(read->atttypid);
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
	KeyColumn	column;
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

bool
cseg_read_key(KeyColumn *column, TupleTableSlot *row, Datum *key)
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
