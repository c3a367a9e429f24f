/*
 * funnel.c
 *		funnel_step: how many steps of a list a customer took in this order.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "core/behavior.h"
#include "behavior.h"

#define MAX_STEPS	(SEGM_SEQUENCE_CODES - 1)

/* The arguments of the transition; the last two may be missing. */
enum
{
	ARG_STATE,
	ARG_EVENT,
	ARG_AT,
	ARG_STEPS,
	ARG_WITHIN,
	ARG_MODE
};

/* The numbers of a rule. */
enum
{
	RULE_WITHIN,
	RULE_STEPS,					/* twice their number, and one for strict order */
	RULE_NAMES					/* a hash of their names */
};

/* A list of steps as it was in the last row, and what it says. */
typedef struct Steps
{
	Size		size;			/* of the array */
	ArrayType  *array;
	int			count;
	text	  **names;			/* point into the array */
	int64		hash;
} Steps;

static void
refuse_steps(const char *why)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("steps %s", why)));
}

/* The list is taken apart again only if it has changed. */
static Steps *
steps_argument(FunctionCallInfo fcinfo)
{
	Steps	   *steps = fcinfo->flinfo->fn_extra;
	ArrayType  *array;
	MemoryContext caller;
	Datum	   *elements;
	bool	   *nulls;

	if (PG_ARGISNULL(ARG_STEPS))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("steps must not be null")));
	array = PG_GETARG_ARRAYTYPE_P(ARG_STEPS);
	if (steps != NULL && steps->size == VARSIZE(array) && memcmp(steps->array, array, steps->size) == 0)
		return steps;

	if (ARR_NDIM(array) != 1)
		refuse_steps("must be a list of one dimension that is not empty");
	if (steps != NULL)
	{
		fcinfo->flinfo->fn_extra = NULL;
		pfree(steps->array);
		pfree(steps->names);
		pfree(steps);
	}
	caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	steps = palloc0(sizeof(Steps));
	steps->size = VARSIZE(array);
	steps->array = palloc(steps->size);
	memcpy(steps->array, array, steps->size);
	deconstruct_array(steps->array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &steps->count);
	MemoryContextSwitchTo(caller);
	if (steps->count > MAX_STEPS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there are %d steps, at most %d are allowed", steps->count, MAX_STEPS)));
	steps->names = (text **) elements;
	for (int i = 0; i < steps->count; i++)
	{
		if (nulls[i])
			refuse_steps("must not hold a null");
		for (int j = 0; j < i; j++)
			if (VARSIZE_ANY(steps->names[i]) == VARSIZE_ANY(steps->names[j]) &&
				memcmp(steps->names[i], steps->names[j], VARSIZE_ANY(steps->names[i])) == 0)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("step \"%s\" is there twice", text_to_cstring(steps->names[i]))));
	}
	steps->hash = (int64) hash_bytes_extended((const unsigned char *) steps->array, (int) steps->size, 0);
	fcinfo->flinfo->fn_extra = steps;
	return steps;
}

/* The step that an event is, 0 for none. */
static int
step_of(const Steps *steps, text *event)
{
	const char *name = VARDATA_ANY(event);
	Size		length = VARSIZE_ANY_EXHDR(event);

	for (int i = 0; i < steps->count; i++)
		if (VARSIZE_ANY_EXHDR(steps->names[i]) == length &&
			memcmp(VARDATA_ANY(steps->names[i]), name, length) == 0)
			return i + 1;
	return 0;
}

static bool
strict_argument(FunctionCallInfo fcinfo, int argument)
{
	text	   *mode;

	if (PG_NARGS() <= argument)
		return false;
	if (PG_ARGISNULL(argument))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("mode must not be null")));
	mode = PG_GETARG_TEXT_PP(argument);
	for (int strict = 0; strict <= 1; strict++)
	{
		const char *name = strict ? "strict" : "loose";

		if (VARSIZE_ANY_EXHDR(mode) == strlen(name) && memcmp(VARDATA_ANY(mode), name, strlen(name)) == 0)
			return strict != 0;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown mode \"%s\"", text_to_cstring(mode)),
			 errhint("Allowed are loose and strict.")));
}

static int64
within_argument(FunctionCallInfo fcinfo, int argument)
{
	if (PG_NARGS() <= argument || PG_ARGISNULL(argument))
		return PG_INT64_MAX;
	return cseg_duration(fcinfo, argument, "within");
}

PG_FUNCTION_INFO_V1(funnel_step_add);
Datum
funnel_step_add(PG_FUNCTION_ARGS)
{
	struct varlena *state = cseg_sequence_state(fcinfo);
	Steps	   *steps = steps_argument(fcinfo);
	SegmSequence form = {.flags = SEGM_SEQUENCE_RULE};
	SegmDecimal none = {0};
	SegmEvent	event = {0};

	form.rule[RULE_WITHIN] = within_argument(fcinfo, ARG_WITHIN);
	form.rule[RULE_STEPS] = steps->count + steps->count + strict_argument(fcinfo, ARG_MODE);
	form.rule[RULE_NAMES] = steps->hash;
	if (PG_ARGISNULL(ARG_EVENT) || PG_ARGISNULL(ARG_AT))
		return cseg_sequence_unchanged(state, fcinfo);
	event.code = step_of(steps, PG_GETARG_TEXT_PP(ARG_EVENT));
	if (event.code == 0)
		return cseg_sequence_unchanged(state, fcinfo);
	event.at = cseg_event_time(PG_GETARG_TIMESTAMPTZ(ARG_AT), "at");
	PG_RETURN_POINTER(cseg_sequence_add(state, &form, &event, none, "funnel_step"));
}

PG_FUNCTION_INFO_V1(funnel_step_final);
Datum
funnel_step_final(PG_FUNCTION_ARGS)
{
	SegmSequence sequence;
	SegmFunnel	funnel;
	size_t		count;
	uint64	   *keys;

	if (PG_ARGISNULL(0))
		PG_RETURN_INT32(0);
	sequence = cseg_sequence_read(PG_GETARG_VARLENA_PP(0));
	keys = cseg_sequence_keys(PG_GETARG_DATUM(0), &count);
	funnel.within = sequence.rule[RULE_WITHIN];
	funnel.steps = (int) (sequence.rule[RULE_STEPS] >> 1);
	funnel.strict = (sequence.rule[RULE_STEPS] & 1) != 0;
	/* a state that was read from text or sent may say anything */
	if (funnel.steps < 1 || funnel.steps > MAX_STEPS)
		cseg_raise(SEGM_CORRUPT, "event_sequence");
	PG_RETURN_INT32(segm_funnel_step(keys, count, &funnel));
}

/* Of a sequence whose codes are the steps. */
PG_FUNCTION_INFO_V1(funnel_step);
Datum
funnel_step(PG_FUNCTION_ARGS)
{
	SegmFunnel	funnel;
	size_t		count;
	uint64	   *keys;

	if (PG_ARGISNULL(1))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("steps must not be null")));
	funnel.steps = PG_GETARG_INT32(1);
	funnel.within = within_argument(fcinfo, 2); /* literal: third argument */
	funnel.strict = strict_argument(fcinfo, 3); /* literal: fourth argument */
	if (funnel.steps < 1 || funnel.steps > MAX_STEPS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("steps is %d, must be between 1 and %d", funnel.steps, MAX_STEPS)));
	if (PG_ARGISNULL(0))
		PG_RETURN_INT32(0);
	keys = cseg_sequence_keys(PG_GETARG_DATUM(0), &count);
	PG_RETURN_INT32(segm_funnel_step(keys, count, &funnel));
}
