/*
 * clv_score.c
 *		What a model says of one customer.
 *
 * Each question has one function for all order models, and one by the name
 * of each family that insists on it.  A model without an estimate answers
 * NULL.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"

#include "clv_model.h"
#include "core/bg_bb.h"
#include "core/gamma_gamma.h"

/* Arguments of a question about orders; those of the question follow. */
enum
{
	ARG_MODEL,
	ARG_FREQUENCY,
	ARG_RECENCY,
	ARG_T,
	ARG_NEXT,
	ARG_SECOND,
	ARG_THIRD,
	ARG_FOURTH
};

/* The same about spend. */
enum
{
	ARG_VALUE = ARG_FREQUENCY + 1,
	ARG_SPEND_NEXT,
	ARG_SPEND_SECOND
};

/* Any order family. */
#define ANY_FAMILY	0

/* Everything a question about orders needs. */
typedef struct Subject
{
	const SegmFamily *family;
	double		parameters[SEGM_MAX_PARAMETERS];
	SegmCustomer customer;
} Subject;

static void
wrong_family(const SegmModel *model, const char *needed)
{
	const SegmModelPart *part = model->orders != NULL ? model->orders : model->spend;

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the model is %s, needed is %s", segm_family(part->family)->name, needed)));
}

/* The covariates of a customer applied to the model's parameters. */
static void
apply_covariates(FunctionCallInfo fcinfo, int argument, const SegmModel *model, Subject *subject)
{
	int			expected = model->header->covariates;
	bool		given = argument < PG_NARGS() && !PG_ARGISNULL(argument);
	const double *values = NULL;
	int			count = 0;

	if (given)
	{
		ArrayType  *array = PG_GETARG_ARRAYTYPE_P(argument);

		count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
		values = (const double *) ARR_DATA_PTR(array);
		if (array_contains_nulls(array))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("covariates must not contain nulls")));
	}
	if (count != expected)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("the model has %d covariates, got %d", expected, count)));
	for (int i = 0; i < count; i++)
		if (isnan(values[i]) || isinf(values[i]))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("covariate %d must be finite, got %g", i + 1, values[i])));
	segm_family_adjust(model->family, model->orders->parameters, model->coefficients,
					   values, count, subject->parameters);
}

/*
 * Reads the model in argument 0 and the customer in 1 to 3 (a new one where
 * "is_new"), covariates in the argument of that number.  False: no estimate.
 */
static bool
read_subject(FunctionCallInfo fcinfo, int code, bool is_new, int covariates, Subject *subject)
{
	SegmModel	model;

	cseg_model_of(PG_GETARG_DATUM(ARG_MODEL), &model);
	if (model.orders == NULL)
		wrong_family(&model, code == ANY_FAMILY ? "an order model" : segm_family(code)->name);
	if (code != ANY_FAMILY && model.orders->family != code)
		wrong_family(&model, segm_family(code)->name);
	subject->family = model.family;
	memset(&subject->customer, 0, sizeof(subject->customer));
	if (!is_new)
	{
		subject->customer.x = PG_GETARG_INT64(ARG_FREQUENCY);
		subject->customer.t_x = PG_GETARG_FLOAT8(ARG_RECENCY);
		subject->customer.t_cal = PG_GETARG_FLOAT8(ARG_T);
		if (subject->family->check(&subject->customer) != SEGM_OK)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("no such history for %s: frequency %g, recency %g, t %g",
							subject->family->name, subject->customer.x,
							subject->customer.t_x, subject->customer.t_cal),
					 errdetail("Allowed are 0 <= recency <= t, frequency >= 0 and recency 0 where frequency is 0; for bg_bb whole numbers with frequency <= recency.")));
	}
	apply_covariates(fcinfo, covariates, &model, subject);
	return segm_model_part_usable(model.orders);
}

/* A time to come, or a number of purchases. */
static double
amount_argument(FunctionCallInfo fcinfo, int argument, const char *what, double limit)
{
	double		value = PG_GETARG_FLOAT8(argument);

	if (!(value >= 0) || value > limit)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %g, allowed is 0 to %g", what, value, limit)));
	return value;
}

static double
horizon_argument(FunctionCallInfo fcinfo, int argument, const SegmFamily *family)
{
	double		horizon = amount_argument(fcinfo, argument, "horizon",
										  family->groups > 0 ? SEGM_TIME_MAX
										  : SEGM_OPPORTUNITIES_MAX);

	if (family->groups == 0 && horizon != floor(horizon))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("horizon is %g, for %s it must be a whole number of opportunities",
						horizon, family->name)));
	return horizon;
}

static double
count_argument(FunctionCallInfo fcinfo, int argument)
{
	int64		n = PG_GETARG_INT64(argument);

	if (n < 0 || n > SEGM_FREQUENCY_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("n is %lld, allowed is 0 to %g", (long long) n, SEGM_FREQUENCY_MAX)));
	return n;
}

static double
rate_argument(FunctionCallInfo fcinfo, int argument)
{
	double		rate = PG_GETARG_FLOAT8(argument);

	if (!(rate >= SEGM_PARAMETER_MIN) || rate > SEGM_PARAMETER_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("discount_rate is %g, allowed is %g to %g", rate, SEGM_PARAMETER_MIN,
						SEGM_PARAMETER_MAX)));
	return rate;
}

/* ---- questions; arguments: model, frequency, recency, t, then these ---- */

static Datum
ask_log_likelihood(FunctionCallInfo fcinfo, int code)
{
	Subject		subject;

	if (!read_subject(fcinfo, code, false, ARG_NEXT, &subject))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(subject.family->log_likelihood(subject.parameters, &subject.customer));
}

static Datum
ask_p_alive(FunctionCallInfo fcinfo, int code)
{
	Subject		subject;

	if (!read_subject(fcinfo, code, false, ARG_NEXT, &subject))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(subject.family->p_alive(subject.parameters, &subject.customer));
}

/* horizon [, covariates]; "first" is where they begin */
static Datum
ask_expected(FunctionCallInfo fcinfo, int code, bool is_new, int first)
{
	Subject		subject;
	bool		usable = read_subject(fcinfo, code, is_new, first + 1, &subject);
	double		horizon = horizon_argument(fcinfo, first, subject.family);

	if (!usable)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(subject.family->expected(subject.parameters, &subject.customer, horizon));
}

/* horizon, n [, covariates] */
static Datum
ask_count(FunctionCallInfo fcinfo, int code, bool is_new, int first)
{
	Subject		subject;
	bool		usable = read_subject(fcinfo, code, is_new, first + (ARG_THIRD - ARG_NEXT), &subject);
	double		horizon = horizon_argument(fcinfo, first, subject.family);
	double		n = count_argument(fcinfo, first + 1);

	if (!usable)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(subject.family->count(subject.parameters, &subject.customer, horizon, n));
}

/* discount_rate [, covariates] */
static Datum
ask_discounted(FunctionCallInfo fcinfo, int code)
{
	Subject		subject;
	bool		usable = read_subject(fcinfo, code, false, ARG_SECOND, &subject);
	double		rate = rate_argument(fcinfo, ARG_NEXT);

	if (!usable)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(subject.family->discounted(subject.parameters, &subject.customer, rate));
}

#define QUESTIONS(prefix, code) \
PG_FUNCTION_INFO_V1(prefix##log_likelihood); \
Datum \
prefix##log_likelihood(PG_FUNCTION_ARGS) \
{ \
	return ask_log_likelihood(fcinfo, code); \
} \
PG_FUNCTION_INFO_V1(prefix##p_alive); \
Datum \
prefix##p_alive(PG_FUNCTION_ARGS) \
{ \
	return ask_p_alive(fcinfo, code); \
} \
PG_FUNCTION_INFO_V1(prefix##expected_purchases); \
Datum \
prefix##expected_purchases(PG_FUNCTION_ARGS) \
{ \
	return ask_expected(fcinfo, code, false, ARG_NEXT); \
} \
PG_FUNCTION_INFO_V1(prefix##expected_purchases_new); \
Datum \
prefix##expected_purchases_new(PG_FUNCTION_ARGS) \
{ \
	return ask_expected(fcinfo, code, true, ARG_FREQUENCY); \
} \
PG_FUNCTION_INFO_V1(prefix##purchase_probability); \
Datum \
prefix##purchase_probability(PG_FUNCTION_ARGS) \
{ \
	return ask_count(fcinfo, code, false, ARG_NEXT); \
} \
PG_FUNCTION_INFO_V1(prefix##purchase_probability_new); \
Datum \
prefix##purchase_probability_new(PG_FUNCTION_ARGS) \
{ \
	return ask_count(fcinfo, code, true, ARG_FREQUENCY); \
} \
PG_FUNCTION_INFO_V1(prefix##discounted_purchases); \
Datum \
prefix##discounted_purchases(PG_FUNCTION_ARGS) \
{ \
	return ask_discounted(fcinfo, code); \
}

QUESTIONS(clv_, ANY_FAMILY)
QUESTIONS(bg_nbd_, SEGM_BG_NBD)
QUESTIONS(mbg_nbd_, SEGM_MBG_NBD)
QUESTIONS(pareto_nbd_, SEGM_PARETO_NBD)
QUESTIONS(bg_bb_, SEGM_BG_BB)

/* model, frequency, recency, t, horizon, probability [, covariates] */
PG_FUNCTION_INFO_V1(clv_purchase_quantile);
Datum
clv_purchase_quantile(PG_FUNCTION_ARGS)
{
	Subject		subject;
	bool		usable = read_subject(fcinfo, ANY_FAMILY, false, ARG_THIRD, &subject);
	double		horizon = horizon_argument(fcinfo, ARG_NEXT, subject.family);
	double		probability = PG_GETARG_FLOAT8(ARG_SECOND);
	double		n;

	if (!(probability > 0) || !(probability < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("probability is %g, allowed is above 0 and below 1", probability)));
	if (!usable)
		PG_RETURN_NULL();
	n = segm_count_quantile(subject.family, subject.parameters, &subject.customer,
							horizon, probability, SEGM_QUANTILE_LIMIT, cseg_poll);
	if (n < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64((int64) n);
}

/* model, frequency, recency, t, period, periods, discount_rate [, covariates] */
PG_FUNCTION_INFO_V1(clv_discounted_purchases_by_period);
Datum
clv_discounted_purchases_by_period(PG_FUNCTION_ARGS)
{
	Subject		subject;
	bool		usable = read_subject(fcinfo, ANY_FAMILY, false, ARG_FOURTH, &subject);
	double		period = horizon_argument(fcinfo, ARG_NEXT, subject.family);
	int			periods = PG_GETARG_INT32(ARG_SECOND);
	double		rate = PG_GETARG_FLOAT8(ARG_THIRD);

	if (periods < 0 || periods > SEGM_PERIODS_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("periods is %d, allowed is 0 to %d", periods, SEGM_PERIODS_MAX)));
	if (!(rate >= 0) || isinf(rate))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("discount_rate is %g, it must not be negative", rate)));
	if (!usable)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(segm_discounted_periods(subject.family, subject.parameters,
											 &subject.customer, period, periods, rate));
}

PG_FUNCTION_INFO_V1(bg_bb_p_alive_next);
Datum
bg_bb_p_alive_next(PG_FUNCTION_ARGS)
{
	Subject		subject;

	if (!read_subject(fcinfo, SEGM_BG_BB, false, ARG_NEXT, &subject))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(segm_bg_bb_p_alive_next(subject.parameters, &subject.customer));
}

/* ---- spend; arguments: model, frequency, monetary value, then these ---- */

/* False: no estimate, or nothing known of the value of a repeat customer. */
static bool
read_spend(FunctionCallInfo fcinfo, const double **parameters, double *x, double *z)
{
	SegmModel	model;

	cseg_model_of(PG_GETARG_DATUM(ARG_MODEL), &model);
	if (model.spend == NULL)
		wrong_family(&model, "a spend model");
	*parameters = model.spend->parameters;
	*x = PG_GETARG_INT64(ARG_FREQUENCY);
	*z = PG_GETARG_FLOAT8(ARG_VALUE);
	if (segm_gamma_gamma_check(*x, *z) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no such spend: frequency %g, monetary value %g", *x, *z),
				 errdetail("Allowed are frequency >= 0 and finite values above 0 where frequency is above 0.")));
	return segm_model_part_usable(model.spend);
}

PG_FUNCTION_INFO_V1(gamma_gamma_log_likelihood);
Datum
gamma_gamma_log_likelihood(PG_FUNCTION_ARGS)
{
	const double *parameters;
	double		x,
				z;

	if (!read_spend(fcinfo, &parameters, &x, &z))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(segm_gamma_gamma_log_likelihood(parameters, x, z));
}

PG_FUNCTION_INFO_V1(gamma_gamma_expected_spend);
Datum
gamma_gamma_expected_spend(PG_FUNCTION_ARGS)
{
	const double *parameters;
	double		x,
				z,
				result;

	if (!read_spend(fcinfo, &parameters, &x, &z)
		|| segm_gamma_gamma_expected(parameters, x, z, &result) != SEGM_OK)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

PG_FUNCTION_INFO_V1(gamma_gamma_spend_variance);
Datum
gamma_gamma_spend_variance(PG_FUNCTION_ARGS)
{
	const double *parameters;
	double		x,
				z,
				result;

	if (!read_spend(fcinfo, &parameters, &x, &z)
		|| segm_gamma_gamma_variance(parameters, x, z, &result) != SEGM_OK)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

PG_FUNCTION_INFO_V1(gamma_gamma_spend_quantile);
Datum
gamma_gamma_spend_quantile(PG_FUNCTION_ARGS)
{
	const double *parameters;
	double		x,
				z,
				probability = PG_GETARG_FLOAT8(ARG_SPEND_NEXT);

	if (!(probability > 0) || !(probability < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("probability is %g, allowed is above 0 and below 1", probability)));
	if (!read_spend(fcinfo, &parameters, &x, &z))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(segm_gamma_gamma_quantile(parameters, x, z, probability));
}

/* ..., orders, total */
PG_FUNCTION_INFO_V1(gamma_gamma_total_probability);
Datum
gamma_gamma_total_probability(PG_FUNCTION_ARGS)
{
	const double *parameters;
	double		x,
				z,
				orders = count_argument(fcinfo, ARG_SPEND_NEXT),
				total = amount_argument(fcinfo, ARG_SPEND_SECOND, "total", SEGM_TIME_MAX);

	if (!read_spend(fcinfo, &parameters, &x, &z))
		PG_RETURN_NULL();
	if (orders == 0)
		PG_RETURN_FLOAT8(1);
	PG_RETURN_FLOAT8(segm_gamma_gamma_total(parameters, x, z, orders, total));
}
