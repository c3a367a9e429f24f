/*
 * rfm_rule.c
 *		Which of a shop's own rules names a cell.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "core/rfm_rules.h"
#include "core/sort.h"
#include "rfm.h"

/* The array has a row for each rule: the position, then the bounds of each score. */
#define RULE_DIMENSIONS 2		/* literal: rules and what they are */
#define RULE_COLUMNS	(1 + SEGM_RFM_DIMENSIONS + SEGM_RFM_DIMENSIONS)

/* The rules as they were in the last call, and what they say. */
typedef struct Rules
{
	ArrayType  *array;
	int			count;
	SegmRfmRule *rule;
	int		   *position;
} Rules;

static Rules *
read_rules(const ArrayType *array, MemoryContext context)
{
	MemoryContext caller = MemoryContextSwitchTo(context);
	Rules	   *rules = palloc0(sizeof(Rules));
	Datum	   *values;
	bool	   *nulls;
	int			elements;

	if (ARR_NDIM(array) > 0 && (ARR_NDIM(array) != RULE_DIMENSIONS || ARR_DIMS(array)[1] != RULE_COLUMNS))
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("rules must be rows of %d numbers", RULE_COLUMNS),
				 errdetail("They are position, r_min, r_max, f_min, f_max, m_min, m_max.")));
	rules->array = palloc(VARSIZE(array));
	memcpy(rules->array, array, VARSIZE(array));
	deconstruct_array(rules->array, INT4OID, sizeof(int32), true, TYPALIGN_INT, &values, &nulls, &elements);
	rules->count = elements / RULE_COLUMNS;
	rules->rule = palloc0(Max(rules->count, 1) * sizeof(SegmRfmRule));
	rules->position = palloc0(Max(rules->count, 1) * sizeof(int));
	for (int i = 0; i < rules->count; i++)
	{
		const Datum *value = values + i * RULE_COLUMNS;
		const bool *null = nulls + i * RULE_COLUMNS;

		segm_poll_step(cseg_poll, i);
		if (*null)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("a rule has no position")));
		rules->position[i] = DatumGetInt32(*value++);
		null++;
		for (int j = 0; j < SEGM_RFM_DIMENSIONS; j++)
		{
			rules->rule[i].low[j] = *null++ ? PG_INT32_MIN : DatumGetInt32(*value);
			value++;
			rules->rule[i].high[j] = *null++ ? PG_INT32_MAX : DatumGetInt32(*value);
			value++;
		}
	}
	pfree(values);
	pfree(nulls);
	MemoryContextSwitchTo(caller);
	return rules;
}

/* They are read again only if they have changed. */
static const Rules *
rules_argument(FunctionCallInfo fcinfo, int argument)
{
	Rules	   *rules = fcinfo->flinfo->fn_extra;
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(argument);

	if (rules != NULL)
	{
		if (VARSIZE(rules->array) == VARSIZE(array) && memcmp(rules->array, array, VARSIZE(array)) == 0)
			return rules;
		fcinfo->flinfo->fn_extra = NULL;
		pfree(rules->array);
		pfree(rules->rule);
		pfree(rules->position);
		pfree(rules);
	}
	return fcinfo->flinfo->fn_extra = read_rules(array, fcinfo->flinfo->fn_mcxt);
}

/*
 * rfm_rule(r, f, m, rules): the position of the first rule that holds the cell
 */
PG_FUNCTION_INFO_V1(rfm_rule);
Datum
rfm_rule(PG_FUNCTION_ARGS)
{
	int			cell[SEGM_RFM_DIMENSIONS];
	const Rules *rules = rules_argument(fcinfo, SEGM_RFM_DIMENSIONS);
	int			found;

	for (int i = 0; i < SEGM_RFM_DIMENSIONS; i++)
		cell[i] = PG_GETARG_INT32(i);
	found = segm_rfm_match(rules->rule, rules->count, cell);
	if (found < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(rules->position[found]);
}
