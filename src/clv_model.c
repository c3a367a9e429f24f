/*
 * clv_model.c
 *		The value clv_model: making it and asking what it says.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/date.h"

#include "clv_model.h"
#include "purchase_history.h"

#define TYPE_NAME	"clv_model"

void
cseg_model_of(Datum datum, SegmModel *model)
{
	struct varlena *value = PG_DETOAST_DATUM(datum);

	cseg_check(segm_model_read(value, VARSIZE(value), model), TYPE_NAME);
}

SegmModelHeader
cseg_model_header(void)
{
	SegmModelHeader header = {0};

	header.version = SEGM_MODEL_VERSION;
	header.from_day = header.to_day = SEGM_NO_DAY;
	return header;
}

void
cseg_model_set_unit(SegmModelHeader *header, text *unit)
{
	(void) cseg_time_unit_days(unit);
	text_to_cstring_buffer(unit, header->unit, SEGM_UNIT_LENGTH);
}

/* Appends to a value under construction. */
static void
append(struct varlena *value, const void *bytes, size_t length)
{
	if (length > 0)
		memcpy((char *) value + VARSIZE(value), bytes, length);
	SET_VARSIZE(value, VARSIZE(value) + length);
}

struct varlena *
cseg_model_build(const SegmModelHeader *header, const SegmModelPart *orders,
				 const SegmModelPart *spend, const double *coefficients, const double *errors,
				 const char *names, size_t names_length)
{
	size_t		count = 0;
	struct varlena *value;
	SegmModelHeader *made;

	if (orders != NULL)
		count = (size_t) segm_family(orders->family)->groups * header->covariates;
	value = palloc0(sizeof(SegmModelHeader) + SEGM_MODEL_MAX_PARTS * sizeof(SegmModelPart)
					+ (count + count) * sizeof(double) + names_length);
	made = (SegmModelHeader *) value;
	*made = *header;
	made->parts = (orders != NULL) + (spend != NULL);
	SET_VARSIZE(value, sizeof(SegmModelHeader));
	if (orders != NULL)
		append(value, orders, sizeof(*orders));
	if (spend != NULL)
		append(value, spend, sizeof(*spend));
	append(value, coefficients, count * sizeof(double));
	append(value, errors, count * sizeof(double));
	append(value, names, names_length);
	return value;
}

struct varlena *
cseg_model_make(const SegmModelHeader *header, const SegmModelPart *orders,
				const SegmModelPart *spend, const double *coefficients, const double *errors,
				const char *names, size_t names_length)
{
	struct varlena *value = cseg_model_build(header, orders, spend, coefficients, errors,
											 names, names_length);
	SegmModel	check;

	cseg_check(segm_model_read(value, VARSIZE(value), &check), TYPE_NAME);
	return value;
}

/* ---- models with given parameters ---- */

static Datum
given_model(FunctionCallInfo fcinfo, int code)
{
	const SegmFamily *family = segm_family(code);
	SegmModelHeader header = cseg_model_header();
	SegmModelPart part = {0};
	bool		spend = code == SEGM_GAMMA_GAMMA;

	part.family = code;
	part.status = SEGM_FIT_GIVEN;
	part.log_likelihood = get_float8_nan();
	for (int i = 0; i < SEGM_MAX_PARAMETERS; i++)
		part.parameters[i] = part.standard_errors[i] = get_float8_nan();
	for (int i = 0; i < family->parameters; i++)
	{
		part.parameters[i] = PG_GETARG_FLOAT8(i);
		if (segm_parameters_check(&part.parameters[i], 1) != SEGM_OK)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("parameter %s of %s is %g, allowed are %g to %g",
							family->parameter_names[i], family->name, part.parameters[i],
							SEGM_PARAMETER_MIN, SEGM_PARAMETER_MAX)));
	}
	if (PG_NARGS() > family->parameters && !PG_ARGISNULL(family->parameters))
		cseg_model_set_unit(&header, PG_GETARG_TEXT_PP(family->parameters));
	return PointerGetDatum(cseg_model_make(&header, spend ? NULL : &part, spend ? &part : NULL,
										   NULL, NULL, NULL, 0));
}

#define GIVEN_MODEL(name, code) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	return given_model(fcinfo, code); \
}

GIVEN_MODEL(bg_nbd_model, SEGM_BG_NBD)
GIVEN_MODEL(mbg_nbd_model, SEGM_MBG_NBD)
GIVEN_MODEL(pareto_nbd_model, SEGM_PARETO_NBD)
GIVEN_MODEL(bg_bb_model, SEGM_BG_BB)
GIVEN_MODEL(gamma_gamma_model, SEGM_GAMMA_GAMMA)

/* An order model and a spend model as one. */
PG_FUNCTION_INFO_V1(clv_model);
Datum
clv_model(PG_FUNCTION_ARGS)
{
	SegmModel	orders;
	SegmModel	spend;
	size_t		names_length = 0;

	cseg_model_of(PG_GETARG_DATUM(0), &orders);
	cseg_model_of(PG_GETARG_DATUM(1), &spend);
	if (orders.orders == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the first model is not an order model")));
	if (spend.spend == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the second model is not a spend model")));
	if (orders.names != NULL)
		names_length = (const char *) orders.header + VARSIZE(orders.header) - orders.names;
	PG_RETURN_POINTER(cseg_model_make(orders.header, orders.orders, spend.spend,
									  orders.coefficients, orders.coefficient_errors,
									  orders.names, names_length));
}

/* ---- what it says ---- */

/* The part that an accessor is about: the order model if there is one. */
static const SegmModelPart *
main_part(FunctionCallInfo fcinfo, SegmModel *model)
{
	cseg_model_of(PG_GETARG_DATUM(0), model);
	return model->orders != NULL ? model->orders : model->spend;
}

static Datum
float_or_null(FunctionCallInfo fcinfo, double value)
{
	if (isnan(value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

#define MODEL_ACCESSOR(name, expression) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	SegmModel	model; \
	const SegmModelPart *part = main_part(fcinfo, &model); \
\
	expression; \
}

MODEL_ACCESSOR(clv_model_family,
			   PG_RETURN_TEXT_P(cstring_to_text(segm_family(part->family)->name)))
MODEL_ACCESSOR(clv_model_status,
			   PG_RETURN_TEXT_P(cstring_to_text(segm_fit_status_name(part->status))))
MODEL_ACCESSOR(clv_model_log_likelihood, return float_or_null(fcinfo, part->log_likelihood))
MODEL_ACCESSOR(clv_model_penalty, PG_RETURN_FLOAT8(part->penalty))
MODEL_ACCESSOR(clv_model_customers, PG_RETURN_INT64((int64) part->customers))
MODEL_ACCESSOR(clv_model_repeat_customers, PG_RETURN_INT64((int64) part->repeat_customers))
MODEL_ACCESSOR(clv_model_iterations, PG_RETURN_INT32(part->evaluations))

static Datum
day_or_null(FunctionCallInfo fcinfo, int32 day)
{
	if (day == SEGM_NO_DAY)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(day);
}

PG_FUNCTION_INFO_V1(clv_model_time_unit);
Datum
clv_model_time_unit(PG_FUNCTION_ARGS)
{
	SegmModel	model;

	cseg_model_of(PG_GETARG_DATUM(0), &model);
	if (model.header->unit[0] == '\0')
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(model.header->unit));
}

PG_FUNCTION_INFO_V1(clv_model_fitted_from);
Datum
clv_model_fitted_from(PG_FUNCTION_ARGS)
{
	SegmModel	model;

	cseg_model_of(PG_GETARG_DATUM(0), &model);
	return day_or_null(fcinfo, model.header->from_day);
}

PG_FUNCTION_INFO_V1(clv_model_fitted_to);
Datum
clv_model_fitted_to(PG_FUNCTION_ARGS)
{
	SegmModel	model;

	cseg_model_of(PG_GETARG_DATUM(0), &model);
	return day_or_null(fcinfo, model.header->to_day);
}

PG_FUNCTION_INFO_V1(clv_model_orders_part);
Datum
clv_model_orders_part(PG_FUNCTION_ARGS)
{
	SegmModel	model;
	size_t		names_length = 0;

	cseg_model_of(PG_GETARG_DATUM(0), &model);
	if (model.orders == NULL)
		PG_RETURN_NULL();
	if (model.names != NULL)
		names_length = (const char *) model.header + VARSIZE(model.header) - model.names;
	PG_RETURN_POINTER(cseg_model_make(model.header, model.orders, NULL, model.coefficients,
									  model.coefficient_errors, model.names, names_length));
}

PG_FUNCTION_INFO_V1(clv_model_spend_part);
Datum
clv_model_spend_part(PG_FUNCTION_ARGS)
{
	SegmModel	model;
	SegmModelHeader header;

	cseg_model_of(PG_GETARG_DATUM(0), &model);
	if (model.spend == NULL)
		PG_RETURN_NULL();
	header = *model.header;
	header.covariates = 0;
	PG_RETURN_POINTER(cseg_model_make(&header, NULL, model.spend, NULL, NULL, NULL, 0));
}

static void
put_parameter(ReturnSetInfo *set, const char *family, const char *name, const char *covariate,
			  double estimate, double error)
{
	Datum		values[] = {
		CStringGetTextDatum(family), CStringGetTextDatum(name),
		covariate != NULL ? CStringGetTextDatum(covariate) : 0,
		Float8GetDatum(estimate), Float8GetDatum(error)
	};
	bool		nulls[] = {false, false, covariate == NULL, isnan(estimate), isnan(error)};

	tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
}

/* Every parameter and coefficient, a row each. */
PG_FUNCTION_INFO_V1(clv_model_parameters);
Datum
clv_model_parameters(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	SegmModel	model;

	cseg_model_of(PG_GETARG_DATUM(0), &model);
	InitMaterializedSRF(fcinfo, 0);
	for (int p = 0; p < model.header->parts; p++)
	{
		const SegmModelPart *part = (const SegmModelPart *) (model.header + 1) + p;
		const SegmFamily *family = segm_family(part->family);

		for (int i = 0; i < family->parameters; i++)
			put_parameter(set, family->name, family->parameter_names[i], NULL,
						  part->parameters[i], part->standard_errors[i]);
		if (part != model.orders)
			continue;
		for (int g = 0; g < family->groups && model.header->covariates > 0; g++)
		{
			const char *name = model.names;

			for (int j = 0; j < model.header->covariates; j++, name += strlen(name) + 1)
			{
				int			at = g * model.header->covariates + j;

				put_parameter(set, family->name,
							  family->parameter_names[family->group[g].parameter], name,
							  model.coefficients[at], model.coefficient_errors[at]);
			}
		}
	}
	return (Datum) 0;
}

/* One parameter by name. */
PG_FUNCTION_INFO_V1(clv_model_parameter);
Datum
clv_model_parameter(PG_FUNCTION_ARGS)
{
	SegmModel	model;
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(1));

	cseg_model_of(PG_GETARG_DATUM(0), &model);
	for (int p = 0; p < model.header->parts; p++)
	{
		const SegmModelPart *part = (const SegmModelPart *) (model.header + 1) + p;
		const SegmFamily *family = segm_family(part->family);

		for (int i = 0; i < family->parameters; i++)
			if (strcmp(family->parameter_names[i], name) == 0)
				return float_or_null(fcinfo, part->parameters[i]);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the model has no parameter \"%s\"", name),
			 errhint("parameters(model) lists them.")));
}
