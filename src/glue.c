/*
 * glue.c
 *		Core status to error report, and checks that many functions share.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/typcache.h"

#include "core/student_t.h"
#include "glue.h"

void
cseg_raise(SegmStatus status, const char *what)
{
	/* no default branch: a new status without a message is a warning */
	switch (status)
	{
		case SEGM_OK:
			elog(ERROR, "success reported as an error for %s", what);
			break;
		case SEGM_OVERFLOW:
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("%s out of range", what)));
			break;
		case SEGM_NO_ROOM:
			elog(ERROR, "buffer too small for %s", what);
			break;
		case SEGM_CORRUPT:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("invalid %s: damaged bytes", what)));
			break;
		case SEGM_VERSION:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("invalid %s: unknown format version", what),
					 errhint("It was written by a newer version of the extension; update this server's library.")));
			break;
		case SEGM_MALFORMED:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s", what)));
			break;
		case SEGM_TOO_LARGE:
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("%s exceeds its size limit", what)));
			break;
		case SEGM_DOMAIN:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s is outside its allowed range", what)));
			break;
		case SEGM_NOT_FINITE:
			ereport(ERROR,
					(errcode(ERRCODE_DATA_EXCEPTION),
					 errmsg("%s must be finite", what)));
			break;
		case SEGM_NOT_CONVERGED:
			ereport(ERROR,
					(errcode(ERRCODE_DATA_EXCEPTION),
					 errmsg("%s did not converge", what)));
			break;
		case SEGM_STOPPED:
			elog(ERROR, "%s stopped without a pending interrupt", what);
			break;
	}
	pg_unreachable();
}

void
cseg_poll(void)
{
	CHECK_FOR_INTERRUPTS();
}

void
cseg_require_aggregate(FunctionCallInfo fcinfo)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("aggregate support function called outside an aggregate")));
}

double
cseg_confidence(FunctionCallInfo fcinfo, int argument)
{
	double		confidence = SEGM_CONFIDENCE;

	if (PG_NARGS() <= argument)
		return confidence;
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("confidence must not be null")));
	confidence = PG_GETARG_FLOAT8(argument);
	if (!(confidence > 0 && confidence < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence is %g, must be between 0 and 1, neither of them", confidence)));
	return confidence;
}

struct varlena *
cseg_with_room(const struct varlena *value, Size size)
{
	struct varlena *result = palloc0(size);

	memcpy(result, value, VARSIZE(value));
	SET_VARSIZE(result, size);
	return result;
}

void
cseg_check_version(const bytea *state, int version, const char *what)
{
	if (VARSIZE_ANY_EXHDR(state) < 1)
		cseg_raise(SEGM_CORRUPT, what);
	if (*(const uint8 *) VARDATA_ANY(state) != version)
		cseg_raise(SEGM_VERSION, what);
}

void
cseg_check_columns(Relation table, const Oid *types, int columns)
{
	TupleDesc	desc = RelationGetDescr(table);

	for (int i = 0; i < columns; i++)
		if (i >= desc->natts || TupleDescAttr(desc, i)->atttypid != types[i])
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("%s has other columns than it was installed with", RelationGetRelationName(table))));
}

TupleDesc
cseg_row_type(FmgrInfo *flinfo, int columns)
{
	MemoryContext caller = MemoryContextSwitchTo(flinfo->fn_mcxt);
	Oid			type = get_func_rettype(flinfo->fn_oid);
	TupleDesc	desc = BlessTupleDesc(lookup_rowtype_tupdesc_copy(type, -1));

	/* fewer: SQL of an earlier version, which does not ask for the last ones */
	if (desc->natts > columns)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("type %s has %d columns, the library of customer_segments knows %d",
						format_type_be(type), desc->natts, columns),
				 errhint("If the extension was updated, start a new session; the type must not be altered.")));
	MemoryContextSwitchTo(caller);
	return desc;
}

Datum
cseg_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls, int columns)
{
	FmgrInfo   *flinfo = fcinfo->flinfo;

	if (flinfo->fn_extra == NULL)
		flinfo->fn_extra = cseg_row_type(flinfo, columns);
	return HeapTupleGetDatum(heap_form_tuple(flinfo->fn_extra, values, nulls));
}
