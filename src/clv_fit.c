/*
 * clv_fit.c
 *		Fits in SQL: aggregates that end in a model, and the same from a
 *		sample with options.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"

#include "clv_sample.h"
#include "clv_model.h"
#include "core/bg_bb.h"

/* Arguments of the functions of a sample; options follow each other. */
enum
{
	ARG_SAMPLE,
	ARG_OPTIONS,				/* of a family's own function */
	ARG_CLV_OPTIONS				/* of clv_fit(), after the model's name */
};

/* What each option is after the first. */
enum
{
	OPTION_PENALTY,
	OPTION_START,
	OPTION_COVARIATES
};

/* What a fit may be told. */
typedef struct FitOptions
{
	double		penalty;
	const double *start;		/* as many as the family has parameters, or NULL */
	ArrayType  *names;			/* of the covariates, or NULL */
} FitOptions;

static const FitOptions no_options = {0};

/* Names of covariates, each ended by a zero byte; made up where none are given. */
static size_t
covariate_names(ArrayType *array, int count, char *names)
{
	StringInfoData made;
	Datum	   *elements = NULL;
	int			given = 0;

	if (array != NULL)
	{
		if (array_contains_nulls(array))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("covariate names must not be null")));
		deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, &given);
		if (given != count)
			ereport(ERROR,
					(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
					 errmsg("%d covariate names for %d covariates", given, count)));
	}
	initStringInfo(&made);
	for (int i = 0; i < count; i++)
	{
		char	   *name = elements != NULL ? TextDatumGetCString(elements[i]) : psprintf("z%d", i + 1);

		if (name[0] == '\0' || strlen(name) > SEGM_MODEL_NAME_MAX)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_NAME),
					 errmsg("covariate name \"%s\" must have 1 to %d bytes",
							name, SEGM_MODEL_NAME_MAX)));
		appendBinaryStringInfo(&made, name, strlen(name) + 1);
	}
	memcpy(names, made.data, made.len);
	return made.len;
}

/* Fits an order family, a spend family or one of each to a sample. */
static struct varlena *
fit_sample(const BtydSample *sample, const SegmFamily *orders, const SegmFamily *spend,
		   const FitOptions *options)
{
	SegmModelHeader header = cseg_model_header();
	SegmModelPart order_part,
				spend_part;
	double		coefficients[SEGM_MAX_GROUPS * SEGM_MAX_COVARIATES];
	double		errors[SEGM_MAX_GROUPS * SEGM_MAX_COVARIATES];
	char		names[SEGM_MAX_COVARIATES * (SEGM_MODEL_NAME_MAX + 1)];
	size_t		names_length = 0;
	SegmRows	rows;

	memcpy(header.unit, sample->unit, SEGM_UNIT_LENGTH);
	header.from_day = sample->from_day;
	header.to_day = sample->to_day;
	if (orders != NULL)
	{
		if (sample->covariates > 0 && orders->groups == 0)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("%s takes no covariates", orders->name)));
		header.covariates = sample->covariates;
		names_length = covariate_names(options->names, sample->covariates, names);
		rows = cseg_sample_rows(sample, SEGM_ROW_ORDERS);
		if (orders->groups == 0)	/* opportunities, not time: its own check */
			for (size_t i = 0; i < rows.n; i++)
			{
				const double *row = rows.rows + i * rows.width;
				SegmCustomer customer = {row[SEGM_ROW_X], row[SEGM_ROW_T_X], row[SEGM_ROW_T]};

				if (orders->check(&customer) != SEGM_OK)
					ereport(ERROR,
							(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							 errmsg("no such history for %s: frequency %g, recency %g, n %g",
									orders->name, customer.x, customer.t_x, customer.t_cal),
							 errdetail("Allowed are whole numbers with frequency <= recency <= n <= %g, recency 0 where frequency is 0.",
									   SEGM_OPPORTUNITIES_MAX)));
			}
		cseg_fit(orders, &rows, sample->covariates, cseg_sample_unit_days(sample),
				 options->penalty, options->start, &order_part, coefficients, errors);
	}
	if (spend != NULL)
	{
		rows = cseg_sample_rows(sample, SEGM_ROW_SPEND);
		cseg_fit(spend, &rows, 0, 0, options->penalty, orders != NULL ? NULL : options->start,
				 &spend_part, NULL, NULL);
	}
	return cseg_model_make(&header, orders != NULL ? &order_part : NULL,
						   spend != NULL ? &spend_part : NULL,
						   coefficients, errors, names, names_length);
}

/* sample, penalty, start [, covariates] */
static FitOptions
options_argument(FunctionCallInfo fcinfo, int first, const SegmFamily *family)
{
	FitOptions	options = {0};

	if (!PG_ARGISNULL(first + OPTION_PENALTY))
		options.penalty = PG_GETARG_FLOAT8(first + OPTION_PENALTY);
	if (!(options.penalty >= 0) || isinf(options.penalty))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("penalty must be finite and not negative, got %g", options.penalty)));
	if (!PG_ARGISNULL(first + OPTION_START))
	{
		ArrayType  *array = PG_GETARG_ARRAYTYPE_P(first + OPTION_START);
		int			count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));

		options.start = (const double *) ARR_DATA_PTR(array);
		if (array_contains_nulls(array) || count != family->parameters
			|| segm_parameters_check(options.start, count) != SEGM_OK)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("start must hold %d positive finite numbers for %s",
							family->parameters, family->name)));
	}
	if (PG_NARGS() > first + OPTION_COVARIATES && !PG_ARGISNULL(first + OPTION_COVARIATES))
		options.names = PG_GETARG_ARRAYTYPE_P(first + OPTION_COVARIATES);
	return options;
}

/* The state of a final function; without a single row: nobody, in no time. */
static const BtydSample *
sample_or_empty(FunctionCallInfo fcinfo)
{
	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(ARG_SAMPLE))
	{
		BtydSample *empty = palloc0(sizeof(BtydSample));

		empty->from_day = empty->to_day = SEGM_NO_DAY;
		return empty;
	}
	return cseg_sample_result(fcinfo);
}

/*
 * For each family the final function of its aggregate, and the function of a
 * sample and options.
 */
#define FIT_FUNCTIONS(name, code) \
PG_FUNCTION_INFO_V1(name##_fit_final); \
Datum \
name##_fit_final(PG_FUNCTION_ARGS) \
{ \
	const SegmFamily *family = segm_family(code); \
	bool		spend = code == SEGM_GAMMA_GAMMA; \
\
	PG_RETURN_POINTER(fit_sample(sample_or_empty(fcinfo), spend ? NULL : family, \
								 spend ? family : NULL, &no_options)); \
} \
PG_FUNCTION_INFO_V1(name##_fit); \
Datum \
name##_fit(PG_FUNCTION_ARGS) \
{ \
	const SegmFamily *family = segm_family(code); \
	bool		spend = code == SEGM_GAMMA_GAMMA; \
	FitOptions	options; \
\
	if (PG_ARGISNULL(ARG_SAMPLE)) \
		PG_RETURN_NULL(); \
	options = options_argument(fcinfo, ARG_OPTIONS, family); \
	PG_RETURN_POINTER(fit_sample(cseg_sample_of(PG_GETARG_DATUM(ARG_SAMPLE)), spend ? NULL : family, \
								 spend ? family : NULL, &options)); \
}

FIT_FUNCTIONS(bg_nbd, SEGM_BG_NBD)
FIT_FUNCTIONS(mbg_nbd, SEGM_MBG_NBD)
FIT_FUNCTIONS(pareto_nbd, SEGM_PARETO_NBD)
FIT_FUNCTIONS(bg_bb, SEGM_BG_BB)
FIT_FUNCTIONS(gamma_gamma, SEGM_GAMMA_GAMMA)

/* Orders and spend at once; the state knows which order family. */
PG_FUNCTION_INFO_V1(clv_fit_final);
Datum
clv_fit_final(PG_FUNCTION_ARGS)
{
	const BtydSample *sample = sample_or_empty(fcinfo);

	PG_RETURN_POINTER(fit_sample(sample,
								 segm_family(sample->family != 0 ? sample->family : SEGM_MBG_NBD),
								 segm_family(SEGM_GAMMA_GAMMA), &no_options));
}

/* sample, model, penalty, start, covariates */
PG_FUNCTION_INFO_V1(clv_fit);
Datum
clv_fit(PG_FUNCTION_ARGS)
{
	const SegmFamily *family;
	FitOptions	options;
	text	   *name;

	if (PG_ARGISNULL(ARG_SAMPLE) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	name = PG_GETARG_TEXT_PP(1);
	family = segm_family_by_name(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
	if (family == NULL || family->groups == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown model \"%s\"", text_to_cstring(name)),
				 errhint("Allowed are bg_nbd, mbg_nbd and pareto_nbd.")));
	options = options_argument(fcinfo, ARG_CLV_OPTIONS, family);
	PG_RETURN_POINTER(fit_sample(cseg_sample_of(PG_GETARG_DATUM(ARG_SAMPLE)), family,
								 segm_family(SEGM_GAMMA_GAMMA), &options));
}
