/*
 * events.c
 *		What names of events count as.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "core/event_kind.h"
#include "glue.h"

/* All kinds, in the order of their numbers. */
PG_FUNCTION_INFO_V1(event_kinds);
Datum
event_kinds(PG_FUNCTION_ARGS)
{
	ArrayBuildState *kinds = initArrayResult(TEXTOID, CurrentMemoryContext, false);

	for (int kind = 0; kind < SEGM_EVENT_KINDS; kind++)
	{
		size_t		length;
		const char *name = segm_event_kind_name(kind, &length);

		kinds = accumArrayResult(kinds, PointerGetDatum(cstring_to_text_with_len(name, length)), false, TEXTOID,
								 CurrentMemoryContext);
	}
	PG_RETURN_DATUM(makeArrayResult(kinds, CurrentMemoryContext));
}

static Datum
kind_datum(SegmEventKind kind)
{
	size_t		length;
	const char *name = segm_event_kind_name(kind, &length);

	return PointerGetDatum(cstring_to_text_with_len(name, length));
}

/* The rules that ship, one row each: event_type, kind, origin. */
PG_FUNCTION_INFO_V1(event_kind_rules);
Datum
event_kind_rules(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const SegmEventRule *rule;

	InitMaterializedSRF(fcinfo, 0);
	for (size_t i = 0; (rule = segm_event_rule(i)) != NULL; i++)
	{
		Datum		values[] = {CStringGetTextDatum(rule->name), (Datum) 0, CStringGetTextDatum(rule->origin)};
		bool		nulls[] = {false, rule->kind == SEGM_NO_KIND, false};

		if (rule->kind != SEGM_NO_KIND)
			values[1] = kind_datum(rule->kind);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* The kind of a name by these rules; NULL if it has none. */
PG_FUNCTION_INFO_V1(event_kind);
Datum
event_kind(PG_FUNCTION_ARGS)
{
	text	   *name = PG_GETARG_TEXT_PP(0);
	bool		known;
	SegmEventKind kind = segm_event_kind(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name), &known);

	if (kind == SEGM_NO_KIND)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(kind_datum(kind));
}

/* Whether a name has a rule or is a kind itself. */
PG_FUNCTION_INFO_V1(is_event_name);
Datum
is_event_name(PG_FUNCTION_ARGS)
{
	text	   *name = PG_GETARG_TEXT_PP(0);
	bool		known;

	(void) segm_event_kind(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name), &known);
	PG_RETURN_BOOL(known);
}
