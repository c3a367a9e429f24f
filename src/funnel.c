/*
 * funnel.c
 *		funnel_step: how many steps of a list a customer took in this order.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "agg_state.h"
#include "behavior.h"
#include "funnel.h"

#define MAX_STEPS	(SEGM_SEQUENCE_CODES - 1)

/* The arguments of the transition; the last two may be missing. */
enum
{
	ARG_STATE,
	ARG_EVENT,
	ARG_AT,
	ARG_STEPS					/* and within and mode */
};

/* The numbers of a rule. */
enum
{
	RULE_WITHIN,
	RULE_STEPS,					/* twice their number, and one for strict order */
	RULE_NAMES					/* a hash of their names */
};

static void
refuse_steps(const char *why)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("steps %s", why)));
}

static void
take_steps(FunnelSteps *steps, const ArrayType *array)
{
	MemoryContext caller;
	Datum	   *elements;
	bool	   *nulls;

	if (ARR_NDIM(array) != 1)
		refuse_steps("must be a list of one dimension that is not empty");
	steps->size = 0;
	MemoryContextReset(steps->context);
	caller = MemoryContextSwitchTo(steps->context);
	steps->array = palloc(VARSIZE(array));
	memcpy(steps->array, array, VARSIZE(array));
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
	steps->hash = (int64) hash_bytes_extended((const unsigned char *) steps->array, (int) VARSIZE(array), 0);
	steps->size = VARSIZE(array);
}

/* The list is taken apart again only if it has changed. */
static FunnelSteps *
steps_argument(FunctionCallInfo fcinfo, int argument)
{
	FunnelSteps *steps = fcinfo->flinfo->fn_extra;
	ArrayType  *array;

	if (PG_ARGISNULL(argument))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("steps must not be null")));
	array = PG_GETARG_ARRAYTYPE_P(argument);
	if (steps == NULL)
	{
		steps = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(FunnelSteps));
		steps->context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "steps of a funnel", ALLOCSET_SMALL_SIZES);
		fcinfo->flinfo->fn_extra = steps;
	}
	if (steps->size != VARSIZE(array) || memcmp(steps->array, array, steps->size) != 0)
		take_steps(steps, array);
	return steps;
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

SegmSequence
cseg_funnel_form(FunctionCallInfo fcinfo, int first, FunnelSteps **steps)
{
	SegmSequence form = {.flags = SEGM_SEQUENCE_RULE};

	*steps = steps_argument(fcinfo, first);
	form.rule[RULE_WITHIN] = within_argument(fcinfo, first + 1);
	form.rule[RULE_STEPS] = (*steps)->count + (*steps)->count +
		strict_argument(fcinfo, first + 2); /* literal: the third of them */
	form.rule[RULE_NAMES] = (*steps)->hash;
	return form;
}

SegmFunnel
cseg_funnel_of(const SegmSequence *form)
{
	SegmFunnel	funnel;

	funnel.within = form->rule[RULE_WITHIN];
	funnel.steps = (int) (form->rule[RULE_STEPS] >> 1);
	funnel.strict = (form->rule[RULE_STEPS] & 1) != 0;
	/* a state that was read from text or sent may say anything */
	if (funnel.steps < 1 || funnel.steps > MAX_STEPS)
		cseg_raise(SEGM_CORRUPT, "event_sequence");
	return funnel;
}

PG_FUNCTION_INFO_V1(funnel_step_add);
Datum
funnel_step_add(PG_FUNCTION_ARGS)
{
	struct varlena *state = cseg_sequence_state(fcinfo);
	FunnelSteps *steps;
	SegmSequence form = cseg_funnel_form(fcinfo, ARG_STEPS, &steps);
	SegmDecimal none = {0};
	SegmEvent	event = {0};

	if (PG_ARGISNULL(ARG_EVENT) || PG_ARGISNULL(ARG_AT))
		return cseg_sequence_unchanged(state, fcinfo);
	event.code = cseg_funnel_step_of(steps, PG_GETARG_TEXT_PP(ARG_EVENT));
	if (event.code == 0)
		return cseg_sequence_unchanged(state, fcinfo);
	event.at = cseg_event_time(PG_GETARG_TIMESTAMPTZ(ARG_AT), "at");
	return cseg_state_result(fcinfo, cseg_sequence_add(state, &form, &event, none, FUNNEL_NAME));
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
	sequence = cseg_sequence_read(cseg_state_plain(PG_GETARG_DATUM(0)));
	keys = cseg_sequence_keys(PG_GETARG_DATUM(0), &count);
	funnel = cseg_funnel_of(&sequence);
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
