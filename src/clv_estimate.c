/*
 * clv_estimate.c
 *		What a customer is worth: a purchase history and a model in, a row of
 *		type clv_estimate out.
 *
 * A query asks the same question of many customers.  So the model and the
 * question are read once and kept as long as they stay the same, and what
 * depends on x and T alone is kept for customers who share them.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "common/hashfn.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/float.h"

#include "clv_model.h"
#include "core/estimate.h"
#include "purchase_history.h"

#define TYPE_NAME	"clv_estimate"

/* Outlooks kept, a power of two, and the calls after which that pays. */
#define OUTLOOKS	16384		/* literal: about 800 kB */
#define FIRST_CALLS 64			/* literal: a query of so many rows needs none */

enum
{
	ARG_HISTORY,
	ARG_MODEL,
	ARG_HORIZON,
	ARG_DISCOUNT_RATE,
	ARG_MARGIN,
	ARG_AS_OF,
	ARG_ACQUISITION_COST,
	ARG_LEVEL,
	ARG_CHURN_DAYS,
	ARG_SHOP_ORDER_VALUE,
	ARG_SHOP_YEARLY_ORDERS,
	ARG_SHOP_WEIGHT,
	ARG_MIN_REPEAT_CUSTOMERS
};

/* Columns of the type clv_estimate. */
enum
{
	COLUMN_HISTORIC_VALUE,
	COLUMN_PREDICTED_VALUE,
	COLUMN_TOTAL_VALUE,
	COLUMN_P_ALIVE,
	COLUMN_EXPECTED_ORDERS,
	COLUMN_EXPECTED_SPEND,
	COLUMN_NEXT_ORDER_ON,
	COLUMN_CHURN_RISK,
	COLUMN_ORDERS_LOW,
	COLUMN_ORDERS_HIGH,
	COLUMN_VALUE_LOW,
	COLUMN_VALUE_HIGH,
	COLUMN_N,
	COLUMN_RELIABLE,
	COLUMNS
};

/* Kept between the calls of a query. */
typedef struct EstimateState
{
	TupleDesc	desc;
	struct varlena *model;		/* a copy; NULL: none yet or a null one */
	bool		read;			/* whether a question was read at all */
	int64		min_repeat_customers;
	SegmQuestion question;
	int			calls;
	SegmOutlook *outlooks;		/* NULL: not yet; x < 0 marks an empty place */
} EstimateState;

static EstimateState *
state_of(FunctionCallInfo fcinfo)
{
	EstimateState *state = fcinfo->flinfo->fn_extra;
	MemoryContext old;

	if (state != NULL)
		return state;
	old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	state = palloc0(sizeof(EstimateState));
	state->desc = cseg_row_type(fcinfo->flinfo, COLUMNS);
	MemoryContextSwitchTo(old);
	fcinfo->flinfo->fn_extra = state;
	return state;
}

/* A number that is left at "absent" where the argument is null. */
static double
number_argument(FunctionCallInfo fcinfo, int argument, double absent)
{
	return PG_ARGISNULL(argument) ? absent : PG_GETARG_FLOAT8(argument);
}

/* The parts of a model that answer, if they may be relied on. */
static void
use_model(EstimateState *state)
{
	SegmQuestion *question = &state->question;
	SegmModel	model;
	bool		given;
	text	   *unit;

	question->family = NULL;
	question->orders = question->spend = NULL;
	question->unit_days = 1;
	if (state->model == NULL)
		return;
	cseg_model_of(PointerGetDatum(state->model), &model);
	if (model.spend != NULL && segm_model_part_usable(model.spend)
		&& model.spend->status != SEGM_FIT_NOT_CONVERGED)
		question->spend = model.spend->parameters;
	if (model.orders == NULL || model.family->groups == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the model is %s, needed is bg_nbd, mbg_nbd or pareto_nbd",
						segm_family(model.orders != NULL ? model.orders->family
									: model.spend->family)->name)));
	if (model.header->covariates > 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the model has covariates, which a purchase history does not tell"),
				 errhint("Use clv_p_alive() and clv_expected_purchases(), which take them.")));
	if (model.header->unit[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the model does not say its time unit"),
				 errhint("Fit it to purchase histories, or name the unit: mbg_nbd_model(r, alpha, a, b, unit).")));
	unit = cstring_to_text(model.header->unit);
	question->unit_days = cseg_time_unit_days(unit);
	pfree(unit);
	given = model.orders->status == SEGM_FIT_GIVEN;
	if (segm_model_part_usable(model.orders) && model.orders->status != SEGM_FIT_NOT_CONVERGED
		&& (given || model.orders->repeat_customers >= state->min_repeat_customers))
	{
		question->family = model.family;
		question->orders = model.orders->parameters;
	}
}

static void
refuse(const SegmQuestion *question)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("no such question: horizon %g, discount_rate %g, margin %g, level %g, churn_days %g, shop_order_value %g, shop_yearly_orders %g, shop_weight %g",
					question->horizon, question->discount_rate, question->margin,
					question->level, question->churn_days, question->shop_order_value,
					question->shop_yearly_orders, question->shop_weight),
			 errdetail("Allowed are horizon and churn_days from 0 to %g days, level from 0 to below 1, the others finite and not negative.",
					   SEGM_HORIZON_MAX)));
}

/* Reads the question of this call; mostly it is that of the call before. */
static void
read_question(FunctionCallInfo fcinfo, EstimateState *state)
{
	SegmQuestion asked = state->question;
	int64		min_repeat_customers = PG_ARGISNULL(ARG_MIN_REPEAT_CUSTOMERS) ? 0
	: PG_GETARG_INT64(ARG_MIN_REPEAT_CUSTOMERS);
	struct varlena *model = PG_ARGISNULL(ARG_MODEL) ? NULL
	: PG_DETOAST_DATUM(PG_GETARG_DATUM(ARG_MODEL));
	bool		same_model = (model == NULL) == (state->model == NULL)
	&& (model == NULL || (VARSIZE(model) == VARSIZE(state->model)
						  && memcmp(model, state->model, VARSIZE(model)) == 0));

	asked.horizon = number_argument(fcinfo, ARG_HORIZON, 0);
	asked.discount_rate = number_argument(fcinfo, ARG_DISCOUNT_RATE, 0);
	asked.margin = number_argument(fcinfo, ARG_MARGIN, 1);
	asked.level = number_argument(fcinfo, ARG_LEVEL, 0);
	asked.churn_days = number_argument(fcinfo, ARG_CHURN_DAYS, 0);
	asked.shop_order_value = number_argument(fcinfo, ARG_SHOP_ORDER_VALUE, get_float8_nan());
	asked.shop_yearly_orders = number_argument(fcinfo, ARG_SHOP_YEARLY_ORDERS, get_float8_nan());
	asked.shop_weight = number_argument(fcinfo, ARG_SHOP_WEIGHT, 0);
	if (state->read && same_model && min_repeat_customers == state->min_repeat_customers
		&& memcmp(&asked, &state->question, sizeof(asked)) == 0)
		return;

	if (segm_question_check(&asked) != SEGM_OK)
		refuse(&asked);
	if (!same_model)
	{
		state->read = false;
		if (state->model != NULL)
			pfree(state->model);
		state->model = NULL;
		if (model != NULL)
		{
			state->model = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, VARSIZE(model));
			memcpy(state->model, model, VARSIZE(model));
		}
	}
	state->min_repeat_customers = min_repeat_customers;
	state->question = asked;
	use_model(state);
	state->read = true;
	if (state->outlooks != NULL)
		for (int i = 0; i < OUTLOOKS; i++)
			state->outlooks[i].x = -1;
}

/* The outlook for these x and T, kept or made now. */
static const SegmOutlook *
outlook_of(FunctionCallInfo fcinfo, EstimateState *state, const SegmBtydSummary *summary,
		   SegmOutlook *made)
{
	SegmOutlook *place = made;
	double		x = summary->frequency;

	if (state->question.family == NULL)
		return NULL;
	if (state->outlooks == NULL && ++state->calls > FIRST_CALLS)
	{
		state->outlooks = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt,
											 sizeof(SegmOutlook) * OUTLOOKS);
		for (int i = 0; i < OUTLOOKS; i++)
			state->outlooks[i].x = -1;
	}
	if (state->outlooks != NULL)
	{
		uint32		hash = hash_combine(murmurhash32((uint32) summary->frequency),
										murmurhash32((uint32) (int64) summary->t));

		place = &state->outlooks[hash & (OUTLOOKS - 1)];
		if (place->x == x && place->t_cal == summary->t)
			return place;
	}
	segm_outlook(&state->question, x, summary->t, place);
	return place;
}

static void
set_number(Datum values[], bool nulls[], int column, double value)
{
	nulls[column] = isnan(value) || isinf(value);
	values[column] = Float8GetDatum(nulls[column] ? 0 : value);
}

static void
set_count(Datum values[], bool nulls[], int column, double value)
{
	nulls[column] = isnan(value);
	values[column] = Int64GetDatum(nulls[column] ? 0 : (int64) value);
}

PG_FUNCTION_INFO_V1(clv_estimate);
Datum
clv_estimate(PG_FUNCTION_ARGS)
{
	EstimateState *state;
	SegmKnown	known;
	SegmOutlook made;
	SegmEstimate estimate;
	DateADT		as_of;
	double		cost = number_argument(fcinfo, ARG_ACQUISITION_COST, 0);
	bool		exists;
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS] = {false};

	if (PG_ARGISNULL(ARG_HISTORY) || PG_ARGISNULL(ARG_AS_OF))
		PG_RETURN_NULL();
	state = state_of(fcinfo);
	read_question(fcinfo, state);
	if (!(cost >= 0) || isinf(cost))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("acquisition_cost is %g, it must be finite and not negative", cost)));
	as_of = PG_GETARG_DATEADT(ARG_AS_OF);
	if (DATE_NOT_FINITE(as_of))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("as_of must be finite")));
	{
		SegmHistory history = PG_GETARG_HISTORY(ARG_HISTORY);

		cseg_check(segm_known(&history, as_of, &known, &exists), "purchase_history");
	}
	if (!exists)
		PG_RETURN_NULL();
	segm_estimate(&state->question, &known,
				  outlook_of(fcinfo, state, &known.summary, &made), &estimate);

	set_number(values, nulls, COLUMN_HISTORIC_VALUE, estimate.historic_value);
	set_number(values, nulls, COLUMN_PREDICTED_VALUE, estimate.predicted_value);
	set_number(values, nulls, COLUMN_TOTAL_VALUE,
			   estimate.historic_value + estimate.predicted_value - cost);
	set_number(values, nulls, COLUMN_P_ALIVE, estimate.p_alive);
	set_number(values, nulls, COLUMN_EXPECTED_ORDERS, estimate.orders);
	set_number(values, nulls, COLUMN_EXPECTED_SPEND, estimate.spend);
	nulls[COLUMN_NEXT_ORDER_ON] = isnan(estimate.next_days)
		|| as_of > DATE_END_JULIAN - POSTGRES_EPOCH_JDATE - SEGM_NEXT_ORDER_MAX;
	values[COLUMN_NEXT_ORDER_ON] = nulls[COLUMN_NEXT_ORDER_ON] ? 0
		: DateADTGetDatum(as_of + (int32) ceil(estimate.next_days));
	set_number(values, nulls, COLUMN_CHURN_RISK, estimate.churn_risk);
	set_count(values, nulls, COLUMN_ORDERS_LOW, estimate.orders_low);
	set_count(values, nulls, COLUMN_ORDERS_HIGH, estimate.orders_high);
	set_number(values, nulls, COLUMN_VALUE_LOW, estimate.value_low);
	set_number(values, nulls, COLUMN_VALUE_HIGH, estimate.value_high);
	values[COLUMN_N] = Int64GetDatum(known.orders);
	values[COLUMN_RELIABLE] = BoolGetDatum(estimate.reliable);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(state->desc, values, nulls)));
}

PG_FUNCTION_INFO_V1(time_unit_days);
Datum
time_unit_days(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(cseg_time_unit_days(PG_GETARG_TEXT_PP(0)));
}
