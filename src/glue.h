/*
 * glue.h
 *		Shared by all glue files: differences between server versions, and the
 *		one place where a core status becomes an error report.
 *
 * Version tests (PG_VERSION_NUM) live here and nowhere else.
 */
#ifndef CSEG_GLUE_H
#define CSEG_GLUE_H

#include "access/tupdesc.h"
#include "fmgr.h"
#include "utils/relcache.h"

#include "core/core.h"

#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#define cseg_input(function, text, context, result) \
	DirectInputFunctionCallSafe(function, text, InvalidOid, -1, context, result)
#else
#define cseg_input(function, text, context, result) \
	(*(result) = DirectFunctionCall3(function, CStringGetDatum(text), \
									 ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)), true)
/* input functions before 16 know only hard errors */
#define ereturn(context, result, ...) \
	do { \
		ereport(ERROR, __VA_ARGS__); \
		return (result); \
	} while (0)
#endif

/* From 18 on pg_noreturn stands in front of a declaration. */
#if PG_VERSION_NUM < 180000
#define pg_noreturn __attribute__((noreturn))
#endif

/* From 16 on the decoder also reports which part it did not understand. */
#if PG_VERSION_NUM >= 160000
#define cseg_decode_datetime(field, type, fields, kind, tm, fsec, zone) \
	DecodeDateTime(field, type, fields, kind, tm, fsec, zone, &(DateTimeErrorExtra) {0})
#else
#define cseg_decode_datetime DecodeDateTime
#endif

/* Generated columns that are stored nowhere: from 18 on. */
#if PG_VERSION_NUM < 180000
#define ATTRIBUTE_GENERATED_VIRTUAL 'v'
#endif

/* Whether the user may read all that a planned query reads; from 16 on rights are listed apart from relations. */
#if PG_VERSION_NUM >= 160000
#define cseg_may_run(plan) ExecCheckPermissions((plan)->rtable, (plan)->permInfos, false)
#else
#define cseg_may_run(plan) ExecCheckRTPerms((plan)->rtable, false)
#endif

/*
 * Before 16 the server exports every symbol of a module: hide our helpers, so
 * that the module shows its SQL entry points and nothing else.
 */
#pragma GCC visibility push(hidden)

/* The text of the setting customer_segments.as_of (as_of.c). */
extern char *cseg_as_of_setting;

/*
 * Raise the error that belongs to a core status; "what" names the thing as
 * the user knows it, for example "purchase_history".  Never returns.
 */
pg_noreturn extern void cseg_raise(SegmStatus status, const char *what);

/* Pass SEGM_OK, raise anything else. */
static inline void
cseg_check(SegmStatus status, const char *what)
{
	if (status != SEGM_OK)
		cseg_raise(status, what);
}

/* Refuse a support function that was called by hand. */
extern void cseg_require_aggregate(FunctionCallInfo fcinfo);

/* CHECK_FOR_INTERRUPTS as a function, for the core to call. */
extern void cseg_poll(void);

/* A copy of a plain value that is so many bytes long, zero behind its own: a state that gets more room. */
extern struct varlena *cseg_with_room(const struct varlena *value, Size size);

/*
 * The confidence in this argument, 0.95 if the function has none; errors
 * 22004 and 22023 unless it is between 0 and 1.
 */
extern double cseg_confidence(FunctionCallInfo fcinfo, int argument);

/*
 * A state that is a bytea begins with the version of its format, one byte:
 * an error if it is none that this library writes.
 */
extern void cseg_check_version(const bytea *state, int version, const char *what);

/*
 * That a table of the extension still begins with columns of these types;
 * error 42804.  More of them do no harm.
 */
extern void cseg_check_columns(Relation table, const Oid *types, int columns);

/*
 * The composite type that a function is declared to return, for the life of
 * its FmgrInfo; error 42804 if it has more columns than that: a type that was
 * altered, or SQL of a later version than the library.
 */
extern TupleDesc cseg_row_type(FmgrInfo *flinfo, int columns);

/* A row of that type.  Uses fn_extra to look it up once a query. */
extern Datum cseg_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls, int columns);

#pragma GCC visibility pop

#endif							/* CSEG_GLUE_H */
