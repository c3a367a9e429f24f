/*
 * segments_predicate.c
 *		Predicates of segments: checked by the server's own grammar and
 *		analysis, with errors that point into them, and taken apart.
 */
#include "postgres.h"

#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "core/predicate.h"
#include "glue.h"

/* What an error position is moved by. */
typedef struct Origin
{
	const char *predicate;
	int			prefix;			/* characters before it in the text being read */
} Origin;

/* Errors point into the predicate, not into a text that nobody wrote. */
static void
point_into_predicate(void *argument)
{
	Origin	   *origin = argument;
	int			position = geterrposition();

	if (position <= origin->prefix)
		return;
	errposition(0);
	internalerrposition(Min(position - origin->prefix, pg_mbstrlen(origin->predicate) + 1));
	internalerrquery(origin->predicate);
}

static void
push_origin(ErrorContextCallback *callback, Origin *origin)
{
	callback->callback = point_into_predicate;
	callback->arg = origin;
	callback->previous = error_context_stack;
	error_context_stack = callback;
}

static void
refuse(const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("predicate must be one boolean expression"),
			 errdetail("%s", why)));
}

/*
 * One expression and nothing beside it.  The grammar's entry for an expression
 * of PL/pgSQL also takes FROM, ORDER BY and their like behind it.
 */
static void
check_grammar(const char *predicate)
{
	List	   *statements = raw_parser(predicate, RAW_PARSE_PLPGSQL_EXPR);
	SelectStmt *select = castNode(SelectStmt, linitial_node(RawStmt, statements)->stmt);
	ResTarget  *target;

	if (select->targetList == NIL)
		refuse("It is empty.");
	if (list_length(select->targetList) != 1)
		refuse("There is more than one, separated by commas.");
	target = linitial_node(ResTarget, select->targetList);
	if (target->name != NULL || target->indirection != NIL)
		refuse("It has an alias.");
	if (IsA(target->val, ColumnRef) && IsA(llast(((ColumnRef *) target->val)->fields), A_Star))
		refuse("It is a star.");
	if (select->distinctClause != NIL || select->fromClause != NIL || select->whereClause != NULL ||
		select->groupClause != NIL || select->havingClause != NULL || select->windowClause != NIL ||
		select->sortClause != NIL || select->limitCount != NULL || select->limitOffset != NULL ||
		select->lockingClause != NIL || select->intoClause != NULL)
		refuse("There is a clause of a query beside it; a query belongs into parentheses.");
}

/*
 * The same text with a plain true for each segment that it refers to: as many
 * characters, so that positions stay.
 */
static char *
without_references(const char *predicate)
{
	size_t		length = strlen(predicate);
	size_t		copied = 0;
	size_t		position = 0;
	SegmSpan	reference;
	SegmSpan	name;
	StringInfoData result;

	initStringInfo(&result);
	while (segm_predicate_reference(predicate, length, &position, &reference, &name, cseg_poll))
	{
		int			characters = pg_mbstrlen_with_len(predicate + reference.start,
													  (int) (reference.end - reference.start));

		appendBinaryStringInfo(&result, predicate + copied, (int) (reference.start - copied));
		appendStringInfo(&result, "%-*s", characters, "true");
		copied = reference.end;
	}
	appendStringInfoString(&result, predicate + copied);
	return result.data;
}

/* predicate_check(relation, predicate, parameter) */
PG_FUNCTION_INFO_V1(predicate_check);
Datum
predicate_check(PG_FUNCTION_ARGS)
{
	Oid			relation = PG_GETARG_OID(0);
	char	   *predicate = text_to_cstring(PG_GETARG_TEXT_PP(1));
	Oid			parameter = PG_GETARG_OID(2);
	char	   *name = get_rel_name(relation);
	char	   *schema;
	char	   *probe;
	StringInfoData query;
	ErrorContextCallback callback;
	Origin		origin = {predicate, 0};

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE), errmsg("there is no relation with OID %u", relation)));
	schema = get_namespace_name(get_rel_namespace(relation));
	push_origin(&callback, &origin);
	probe = without_references(predicate);
	check_grammar(probe);

	/* one expression by itself: it cannot leave these parentheses, nor a comment the line */
	initStringInfo(&query);
	appendStringInfo(&query, "SELECT FROM %s WHERE (", quote_qualified_identifier(schema, name));
	origin.prefix = pg_mbstrlen(query.data);
	appendStringInfo(&query, "%s\n)", probe);
	/* analysis alone: to expand the views below would take long and find nothing */
	(void) parse_analyze_fixedparams(linitial_node(RawStmt, raw_parser(query.data, RAW_PARSE_DEFAULT)),
									 query.data, &parameter, OidIsValid(parameter) ? 1 : 0, NULL);
	error_context_stack = callback.previous;
	PG_RETURN_VOID();
}

static void
append_text(Tuplestorestate *rows, TupleDesc row, const char *start, size_t length)
{
	Datum		value = PointerGetDatum(cstring_to_text_with_len(start, (int) length));
	bool		is_null = false;

	tuplestore_putvalues(rows, row, &value, &is_null);
}

/* predicate_conditions(predicate) */
PG_FUNCTION_INFO_V1(predicate_conditions);
Datum
predicate_conditions(PG_FUNCTION_ARGS)
{
	text	   *predicate = PG_GETARG_TEXT_PP(0);
	const char *data = VARDATA_ANY(predicate);
	size_t		length = VARSIZE_ANY_EXHDR(predicate);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	SegmConditions conditions = segm_predicate_conditions(data, length, cseg_poll);
	SegmSpan	condition;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	while (segm_predicate_condition(data, &conditions, &condition, cseg_poll))
		append_text(result->setResult, result->setDesc, data + condition.start, condition.end - condition.start);
	return (Datum) 0;
}

/* The name between the quotes of a reference, a quote that is written twice as one. */
static text *
name_of(const char *data, SegmSpan name)
{
	text	   *result = cstring_to_text_with_len(data + name.start, (int) (name.end - name.start));
	char	   *to = VARDATA(result);

	for (size_t i = name.start; i < name.end; i++)
	{
		*to++ = data[i];
		if (data[i] == '\'')
			i++;
	}
	SET_VARSIZE(result, to - (char *) result);
	return result;
}

/* predicate_references(predicate) */
PG_FUNCTION_INFO_V1(predicate_references);
Datum
predicate_references(PG_FUNCTION_ARGS)
{
	text	   *predicate = PG_GETARG_TEXT_PP(0);
	const char *data = VARDATA_ANY(predicate);
	size_t		length = VARSIZE_ANY_EXHDR(predicate);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	size_t		position = 0;
	SegmSpan	reference;
	SegmSpan	name;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	while (segm_predicate_reference(data, length, &position, &reference, &name, cseg_poll))
	{
		text	   *found = name_of(data, name);

		CHECK_FOR_INTERRUPTS();
		append_text(result->setResult, result->setDesc, VARDATA(found), VARSIZE(found) - VARHDRSZ);
	}
	return (Datum) 0;
}

/* predicate_replace(predicate, segment, replacement) */
PG_FUNCTION_INFO_V1(predicate_replace);
Datum
predicate_replace(PG_FUNCTION_ARGS)
{
	text	   *predicate = PG_GETARG_TEXT_PP(0);
	text	   *segment = PG_GETARG_TEXT_PP(1);
	text	   *replacement = PG_GETARG_TEXT_PP(2);
	const char *data = VARDATA_ANY(predicate);
	size_t		length = VARSIZE_ANY_EXHDR(predicate);
	size_t		copied = 0;
	size_t		position = 0;
	SegmSpan	reference;
	SegmSpan	name;
	StringInfoData result;

	initStringInfo(&result);
	while (segm_predicate_reference(data, length, &position, &reference, &name, cseg_poll))
	{
		text	   *found = name_of(data, name);

		CHECK_FOR_INTERRUPTS();
		if (VARSIZE_ANY_EXHDR(found) != VARSIZE_ANY_EXHDR(segment) ||
			memcmp(VARDATA_ANY(found), VARDATA_ANY(segment), VARSIZE_ANY_EXHDR(segment)) != 0)
			continue;
		appendBinaryStringInfo(&result, data + copied, (int) (reference.start - copied));
		appendBinaryStringInfo(&result, VARDATA_ANY(replacement), (int) VARSIZE_ANY_EXHDR(replacement));
		copied = reference.end;
	}
	appendBinaryStringInfo(&result, data + copied, (int) (length - copied));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(result.data, result.len));
}

/* predicate_bind(predicate, value) */
PG_FUNCTION_INFO_V1(predicate_bind);
Datum
predicate_bind(PG_FUNCTION_ARGS)
{
	text	   *predicate = PG_GETARG_TEXT_PP(0);
	text	   *value = PG_GETARG_TEXT_PP(1);
	const char *data = VARDATA_ANY(predicate);
	size_t		length = VARSIZE_ANY_EXHDR(predicate);
	size_t		copied = 0;
	size_t		position = 0;
	SegmSpan	parameter;
	StringInfoData result;

	initStringInfo(&result);
	while (segm_predicate_parameter(data, length, &position, &parameter, cseg_poll))
	{
		CHECK_FOR_INTERRUPTS();
		appendBinaryStringInfo(&result, data + copied, (int) (parameter.start - copied));
		appendBinaryStringInfo(&result, VARDATA_ANY(value), (int) VARSIZE_ANY_EXHDR(value));
		copied = parameter.end;
	}
	appendBinaryStringInfo(&result, data + copied, (int) (length - copied));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(result.data, result.len));
}
