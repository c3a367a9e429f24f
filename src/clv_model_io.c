/*
 * clv_model_io.c
 *		Text and binary forms of clv_model.  The text is JSON; numbers are
 *		written with as many digits as it takes to read the same double back.
 */
#include "postgres.h"

#include "common/shortest_dec.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "clv_model.h"

#define TYPE_NAME	"clv_model"
#define BEFORE_CHRIST	" BC"	/* as the server writes it */

/* ---- out ---- */

static void
put_number(StringInfo out, double value)
{
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];

	if (isnan(value))
		appendStringInfoString(out, "null");
	else
	{
		double_to_shortest_decimal_buf(value, digits);
		appendStringInfoString(out, digits);
	}
}

static void
put_day(StringInfo out, const char *key, int32 day)
{
	struct pg_tm tm = {0};
	char text[	MAXDATELEN + 1];

	if (day == SEGM_NO_DAY)
		return;
	j2date(day + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	EncodeDateOnly(&tm, USE_ISO_DATES, text);
	appendStringInfo(out, "\"%s\": \"%s\", ", key, text);
}

/* "key": {"name": number, ...}, */
static void
put_numbers(StringInfo out, const char *key, const SegmFamily *family, const double *values)
{
	appendStringInfo(out, ", \"%s\": {", key);
	for (int i = 0; i < family->parameters; i++)
	{
		appendStringInfo(out, "%s\"%s\": ", i > 0 ? ", " : "", family->parameter_names[i]);
		put_number(out, values[i]);
	}
	appendStringInfoChar(out, '}');
}

/* "key": {"name": [number, ...], ...}, by covariate group */
static void
put_coefficients(StringInfo out, const char *key, const SegmModel *model, const double *values)
{
	int			count = model->header->covariates;

	appendStringInfo(out, ", \"%s\": {", key);
	for (int g = 0; g < model->family->groups; g++)
	{
		appendStringInfo(out, "%s\"%s\": [", g > 0 ? ", " : "",
						 model->family->parameter_names[model->family->group[g].parameter]);
		for (int j = 0; j < count; j++)
		{
			appendStringInfoString(out, j > 0 ? ", " : "");
			put_number(out, values[g * count + j]);
		}
		appendStringInfoChar(out, ']');
	}
	appendStringInfoChar(out, '}');
}

static void
put_part(StringInfo out, const char *key, const SegmModelPart *part, const SegmModel *model)
{
	const SegmFamily *family = segm_family(part->family);

	appendStringInfo(out, "\"%s\": {\"family\": \"%s\", \"status\": \"%s\", \"iterations\": %d",
					 key, family->name, segm_fit_status_name(part->status), part->evaluations);
	appendStringInfoString(out, ", \"customers\": ");
	put_number(out, part->customers);
	appendStringInfoString(out, ", \"repeat_customers\": ");
	put_number(out, part->repeat_customers);
	appendStringInfoString(out, ", \"log_likelihood\": ");
	put_number(out, part->log_likelihood);
	appendStringInfoString(out, ", \"penalty\": ");
	put_number(out, part->penalty);
	put_numbers(out, "parameters", family, part->parameters);
	put_numbers(out, "standard_errors", family, part->standard_errors);
	if (part == model->orders && model->header->covariates > 0)
	{
		const char *name = model->names;

		appendStringInfoString(out, ", \"covariates\": [");
		for (int j = 0; j < model->header->covariates; j++, name += strlen(name) + 1)
		{
			appendStringInfoString(out, j > 0 ? ", " : "");
			escape_json(out, name);
		}
		appendStringInfoChar(out, ']');
		put_coefficients(out, "coefficients", model, model->coefficients);
		put_coefficients(out, "coefficient_errors", model, model->coefficient_errors);
	}
	appendStringInfoChar(out, '}');
}

PG_FUNCTION_INFO_V1(clv_model_out);
Datum
clv_model_out(PG_FUNCTION_ARGS)
{
	SegmModel	model;
	StringInfoData out;

	cseg_model_of(PG_GETARG_DATUM(0), &model);
	initStringInfo(&out);
	appendStringInfo(&out, "{\"version\": %d, ", model.header->version);
	if (model.header->unit[0] != '\0')
		appendStringInfo(&out, "\"unit\": \"%s\", ", model.header->unit);
	put_day(&out, "from", model.header->from_day);
	put_day(&out, "to", model.header->to_day);
	if (model.orders != NULL)
		put_part(&out, "orders", model.orders, &model);
	if (model.orders != NULL && model.spend != NULL)
		appendStringInfoString(&out, ", ");
	if (model.spend != NULL)
		put_part(&out, "spend", model.spend, &model);
	appendStringInfoChar(&out, '}');
	PG_RETURN_CSTRING(out.data);
}

/* ---- in ---- */

/* The server reads an array as an object, past its end, if asked to. */
static JsonbValue *
get(JsonbContainer *object, const char *key, JsonbValue *value)
{
	if (!JsonContainerIsObject(object))
		return NULL;
	return getKeyJsonValueFromContainer(object, key, strlen(key), value);
}

/* A string member into a buffer; false where it is missing or too long. */
static bool
get_string(JsonbContainer *object, const char *key, char *buffer, int size)
{
	JsonbValue	value;

	if (get(object, key, &value) == NULL || value.type != jbvString
		|| value.val.string.len >= size)
		return false;
	memcpy(buffer, value.val.string.val, value.val.string.len);
	buffer[value.val.string.len] = '\0';
	return true;
}

/* A number, or null for NaN. */
static bool
number_of(const JsonbValue *value, double *result)
{
	if (value == NULL)
		return false;
	if (value->type == jbvNull)
		*result = get_float8_nan();
	else if (value->type == jbvNumeric)
		*result = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow,
													 NumericGetDatum(value->val.numeric)));
	else
		return false;
	return true;
}

static bool
get_number(JsonbContainer *object, const char *key, double *result)
{
	JsonbValue	value;

	return number_of(get(object, key, &value), result);
}

static JsonbContainer *
get_container(JsonbContainer *object, const char *key)
{
	JsonbValue	value;

	if (get(object, key, &value) == NULL || value.type != jbvBinary)
		return NULL;
	return value.val.binary.data;
}

static bool
get_numbers(JsonbContainer *object, const char *key, const SegmFamily *family, double *values)
{
	JsonbContainer *members = get_container(object, key);

	for (int i = 0; i < SEGM_MAX_PARAMETERS; i++)
		values[i] = get_float8_nan();
	for (int i = 0; i < family->parameters; i++)
		if (members == NULL || !get_number(members, family->parameter_names[i], &values[i]))
			return false;
	return true;
}

static bool
get_coefficients(JsonbContainer *object, const char *key, const SegmFamily *family, int count,
				 double *values)
{
	JsonbContainer *groups = get_container(object, key);

	for (int g = 0; g < family->groups; g++)
	{
		const char *name = family->parameter_names[family->group[g].parameter];
		JsonbContainer *array = groups != NULL ? get_container(groups, name) : NULL;

		if (array == NULL || !JsonContainerIsArray(array) || JsonContainerSize(array) != count)
			return false;
		for (int j = 0; j < count; j++)
			if (!number_of(getIthJsonbValueFromContainer(array, j), &values[g * count + j]))
				return false;
	}
	return true;
}

/* Whole numbers that fit an int32, kept as doubles. */
static bool
get_int(JsonbContainer *object, const char *key, int32 *result)
{
	double		value;

	if (!get_number(object, key, &value) || !(value >= 0) || value > PG_INT32_MAX)
		return false;
	*result = (int32) value;
	return true;
}

static bool
get_part(JsonbContainer *part_object, SegmModelPart *part)
{
	char text[	NAMEDATALEN];
	const SegmFamily *family;

	memset(part, 0, sizeof(*part));
	if (!get_string(part_object, "family", text, NAMEDATALEN))
		return false;
	family = segm_family_by_name(text, strlen(text));
	if (family == NULL || !get_string(part_object, "status", text, NAMEDATALEN))
		return false;
	part->family = family->code;
	part->status = segm_fit_status_by_name(text);
	return get_int(part_object, "iterations", &part->evaluations)
		&& get_number(part_object, "customers", &part->customers)
		&& get_number(part_object, "repeat_customers", &part->repeat_customers)
		&& get_number(part_object, "log_likelihood", &part->log_likelihood)
		&& get_number(part_object, "penalty", &part->penalty)
		&& get_numbers(part_object, "parameters", family, part->parameters)
		&& get_numbers(part_object, "standard_errors", family, part->standard_errors);
}

static bool
get_day(JsonbContainer *object, const char *key, int32 *day)
{
	char text[	MAXDATELEN + 1];
	int			year,
				month,
				mday,
				end;

	if (!get_string(object, key, text, sizeof(text)))
		return true;
	if (sscanf(text, "%d-%d-%d%n", &year, &month, &mday, &end) != 3 /* literal: all three */
		|| year < 1 || month < 1 || month > MONTHS_PER_YEAR || mday < 1
		|| mday > day_tab[1][month - 1])
		return false;
	if (strcmp(text +end, BEFORE_CHRIST) == 0)
		year = 1 - year;		/* 1 BC is year 0 */
	else if (text[end] != '\0')
		return false;
	if (!IS_VALID_JULIAN(year, month, mday))
		return false;
	*day = date2j(year, month, mday) - POSTGRES_EPOCH_JDATE;
	return true;
}

static struct varlena *
model_from_json(JsonbContainer *root)
{
	SegmModelHeader header = cseg_model_header();
	SegmModelPart orders,
				spend;
	SegmModel	check;
	double		coefficients[SEGM_MAX_GROUPS * SEGM_MAX_COVARIATES];
	double		errors[SEGM_MAX_GROUPS * SEGM_MAX_COVARIATES];
	char		names[SEGM_MAX_COVARIATES * (SEGM_MODEL_NAME_MAX + 1)];
	size_t		names_length = 0;
	int32		version;
	JsonbContainer *orders_object,
			   *spend_object,
			   *covariates;
	struct varlena *value;

	if (!JsonContainerIsObject(root)
		|| !get_int(root, "version", &version) || version != SEGM_MODEL_VERSION
		|| !get_day(root, "from", &header.from_day) || !get_day(root, "to", &header.to_day))
		return NULL;
	(void) get_string(root, "unit", header.unit, SEGM_UNIT_LENGTH);
	orders_object = get_container(root, "orders");
	spend_object = get_container(root, "spend");
	if ((orders_object == NULL && spend_object == NULL)
		|| (orders_object != NULL && (!get_part(orders_object, &orders)
									  || orders.family == SEGM_GAMMA_GAMMA))
		|| (spend_object != NULL && (!get_part(spend_object, &spend)
									 || spend.family != SEGM_GAMMA_GAMMA)))
		return NULL;
	covariates = orders_object == NULL ? NULL : get_container(orders_object, "covariates");
	if (covariates != NULL)
	{
		int			count = JsonContainerSize(covariates);

		if (!JsonContainerIsArray(covariates) || count > SEGM_MAX_COVARIATES)
			return NULL;
		for (int j = 0; j < count; j++)
		{
			JsonbValue *name = getIthJsonbValueFromContainer(covariates, j);

			if (name == NULL || name->type != jbvString
				|| name->val.string.len > SEGM_MODEL_NAME_MAX)
				return NULL;
			memcpy(names + names_length, name->val.string.val, name->val.string.len);
			names_length += name->val.string.len;
			names[names_length++] = '\0';
		}
		header.covariates = count;
		if (!get_coefficients(orders_object, "coefficients", segm_family(orders.family), count,
							  coefficients)
			|| !get_coefficients(orders_object, "coefficient_errors",
								 segm_family(orders.family), count, errors))
			return NULL;
	}
	value = cseg_model_build(&header, orders_object != NULL ? &orders : NULL,
							 spend_object != NULL ? &spend : NULL, coefficients, errors,
							 names, names_length);
	return segm_model_read(value, VARSIZE(value), &check) == SEGM_OK ? value : NULL;
}

PG_FUNCTION_INFO_V1(clv_model_in);
Datum
clv_model_in(PG_FUNCTION_ARGS)
{
	Datum		json;
	struct varlena *value;

	if (!cseg_input(jsonb_in, PG_GETARG_CSTRING(0), fcinfo->context, &json))
		return (Datum) 0;
	value = model_from_json(&DatumGetJsonbP(json)->root);
	if (value == NULL)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s", TYPE_NAME),
				 errhint("Models are made by fits, or from given parameters, for example bg_nbd_model(0.243, 4.414, 0.793, 2.426).")));
	PG_RETURN_POINTER(value);
}

/* ---- binary: the text form's own bytes, so that machines agree ---- */

PG_FUNCTION_INFO_V1(clv_model_send);
Datum
clv_model_send(PG_FUNCTION_ARGS)
{
	char	   *text = DatumGetCString(DirectFunctionCall1(clv_model_out, PG_GETARG_DATUM(0)));
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendtext(&message, text, strlen(text));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

PG_FUNCTION_INFO_V1(clv_model_recv);
Datum
clv_model_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length;
	char	   *text = pq_getmsgtext(message, message->len - message->cursor, &length);

	return DirectFunctionCall1(clv_model_in, CStringGetDatum(text));
}
