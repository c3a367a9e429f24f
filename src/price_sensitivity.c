/*
 * price_sensitivity.c
 *		The type price_response: its forms, the aggregates that build it, and
 *		what it answers.
 *
 * A price_response is the state of its own aggregate: of fixed size, changed
 * in place.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/price_sensitivity.h"
#include "beta_prior.h"
#include "decimal.h"
#include "price_sensitivity.h"

#define TYPE_NAME	"price_response"

/* ---- values ---- */

/* An open state has four bytes of length; a stored value may have one. */
SegmPriceResponse
cseg_price_response(Datum datum)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);
	SegmPriceResponse response;

	cseg_check(segm_price_read((uint8_t *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &response),
			   TYPE_NAME);
	if ((Pointer) value != DatumGetPointer(datum))
		pfree(value);
	return response;
}

Datum
cseg_price_response_datum(const SegmPriceResponse *response)
{
	struct varlena *value = palloc(VARHDRSZ + SEGM_PRICE_BYTES);

	SET_VARSIZE(value, VARHDRSZ + SEGM_PRICE_BYTES);
	segm_price_write(response, (uint8_t *) VARDATA(value));
	return PointerGetDatum(value);
}

PG_FUNCTION_INFO_V1(price_response_in);
Datum
price_response_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	SegmPriceResponse response;

	switch (segm_price_parse(text, &response))
	{
		case SEGM_OK:
			PG_RETURN_DATUM(cseg_price_response_datum(&response));
		case SEGM_VERSION:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: unknown format version", TYPE_NAME)));
		default:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%.*s\"", TYPE_NAME,
							pg_mbcliplen(text, strlen(text), NAMEDATALEN), text),
					 errdetail("It looks like: v1 scale=2 min_discount=0.010000000 orders=2 discounted=1 reduced=1 "
							   "promoted=0 ignored=0 paid=29.00 list=30.00 discounted_paid=9.00 "
							   "reduced_paid=9.00 reduced_list=10.00")));
	}
}

PG_FUNCTION_INFO_V1(price_response_out);
Datum
price_response_out(PG_FUNCTION_ARGS)
{
	SegmPriceResponse response = cseg_price_response(PG_GETARG_DATUM(0));
	size_t		length = segm_price_format(&response, NULL);
	char	   *result = palloc(length + 1);

	(void) segm_price_format(&response, result);
	result[length] = '\0';
	PG_RETURN_CSTRING(result);
}

PG_FUNCTION_INFO_V1(price_response_recv);
Datum
price_response_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length = message->len - message->cursor;
	const char *bytes = pq_getmsgbytes(message, length);
	SegmPriceResponse response;

	cseg_check(segm_price_read((const uint8_t *) bytes, length, &response), TYPE_NAME);
	PG_RETURN_DATUM(cseg_price_response_datum(&response));
}

PG_FUNCTION_INFO_V1(price_response_send);
Datum
price_response_send(PG_FUNCTION_ARGS)
{
	struct varlena *value = PG_GETARG_VARLENA_PP(0);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbytes(&message, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* Equal values are equal bytes. */
PG_FUNCTION_INFO_V1(price_response_eq);
Datum
price_response_eq(PG_FUNCTION_ARGS)
{
	struct varlena *a = PG_GETARG_VARLENA_PP(0);
	struct varlena *b = PG_GETARG_VARLENA_PP(1);

	PG_RETURN_BOOL(VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
				   memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0);
}

PG_FUNCTION_INFO_V1(price_response_ne);
Datum
price_response_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!DatumGetBool(price_response_eq(fcinfo)));
}

/* ---- rows ---- */

/* The arguments of the row transitions; the last two may be missing. */
enum
{
	ARG_STATE,
	ARG_PAID,
	ARG_LIST,
	ARG_PROMOTED,
	ARG_MIN_DISCOUNT
};

/* What counts as a discount, in the core's units. */
static uint32
least_discount(FunctionCallInfo fcinfo)
{
	uint32		units = SEGM_PRICE_LEAST_DISCOUNT;
	SegmDecimal discount;

	if (PG_NARGS() <= ARG_MIN_DISCOUNT)
		return units;
	if (PG_ARGISNULL(ARG_MIN_DISCOUNT))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("min_discount must not be null")));
	discount = cseg_numeric_exact(PG_GETARG_DATUM(ARG_MIN_DISCOUNT), "min_discount");
	if (segm_price_discount(discount, &units) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("min_discount is %s, must be between 0 and 1 with at most %d decimals",
						DatumGetCString(DirectFunctionCall1(numeric_out, PG_GETARG_DATUM(ARG_MIN_DISCOUNT))),
						SEGM_PRICE_DIGITS)));
	return units;
}

/* The common body of all row transitions. */
static Datum
add_row(FunctionCallInfo fcinfo, SegmDecimal (*price_of) (Datum, const char *))
{
	uint32		least = least_discount(fcinfo);
	struct varlena *state = NULL;
	SegmPriceResponse response;
	SegmSale	sale = {0};
	SegmStatus	status;

	cseg_require_aggregate(fcinfo);
	if (!PG_ARGISNULL(ARG_STATE))
	{
		state = PG_GETARG_VARLENA_P(ARG_STATE);
		response = cseg_price_response(PointerGetDatum(state));
		if (response.least_discount != least)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("min_discount must be the same for all rows")));
	}
	else
		segm_price_init(&response, least);
	if (PG_ARGISNULL(ARG_PAID))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}

	sale.paid = price_of(PG_GETARG_DATUM(ARG_PAID), "paid");
	sale.has_list = !PG_ARGISNULL(ARG_LIST);
	if (sale.has_list)
		sale.list = price_of(PG_GETARG_DATUM(ARG_LIST), "list");
	sale.promoted = PG_NARGS() > ARG_PROMOTED && !PG_ARGISNULL(ARG_PROMOTED) && PG_GETARG_BOOL(ARG_PROMOTED);
	status = segm_price_add(&response, &sale);
	if (status == SEGM_OVERFLOW)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("price out of range beside the others of the %s", TYPE_NAME),
				 errdetail("With the decimals of all of them, a sum has more than %d digits.",
						   SEGM_PRICE_MAX_SCALE)));
	cseg_check(status, TYPE_NAME);
	if (state == NULL)
		PG_RETURN_DATUM(cseg_price_response_datum(&response));
	segm_price_write(&response, (uint8_t *) VARDATA(state));
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(price_response_add_numeric);
Datum
price_response_add_numeric(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, cseg_numeric_exact);
}

PG_FUNCTION_INFO_V1(price_response_add_double);
Datum
price_response_add_double(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, cseg_double_exact);
}

PG_FUNCTION_INFO_V1(price_response_add_bigint);
Datum
price_response_add_bigint(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, cseg_bigint_exact);
}

/* ---- merging ---- */

static void
merge(SegmPriceResponse *response, const SegmPriceResponse *other)
{
	SegmStatus	status = segm_price_merge(response, other);

	if (status == SEGM_DOMAIN)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge two %s values with different min_discount", TYPE_NAME)));
	cseg_check(status, "sum of prices");
}

/* The transition of rollup() and the combine function of all of them. */
PG_FUNCTION_INFO_V1(price_response_merge);
Datum
price_response_merge(PG_FUNCTION_ARGS)
{
	struct varlena *state;
	SegmPriceResponse response;
	SegmPriceResponse other;

	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	other = cseg_price_response(PG_GETARG_DATUM(1));
	if (PG_ARGISNULL(0))
		PG_RETURN_DATUM(cseg_price_response_datum(&other));
	state = PG_GETARG_VARLENA_P(0);
	response = cseg_price_response(PointerGetDatum(state));
	merge(&response, &other);
	segm_price_write(&response, (uint8_t *) VARDATA(state));
	PG_RETURN_POINTER(state);
}

/* response || response, outside of any aggregate. */
PG_FUNCTION_INFO_V1(price_response_concat);
Datum
price_response_concat(PG_FUNCTION_ARGS)
{
	SegmPriceResponse response = cseg_price_response(PG_GETARG_DATUM(0));
	SegmPriceResponse other = cseg_price_response(PG_GETARG_DATUM(1));

	merge(&response, &other);
	PG_RETURN_DATUM(cseg_price_response_datum(&response));
}

/* ---- answers ---- */

#define COUNT_ACCESSOR(name, count) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	SegmPriceResponse response = cseg_price_response(PG_GETARG_DATUM(0)); \
\
	PG_RETURN_INT64(response.counts[count]); \
}

COUNT_ACCESSOR(price_order_count, SEGM_PRICE_ORDERS)
COUNT_ACCESSOR(discounted_orders, SEGM_PRICE_DISCOUNTED)
COUNT_ACCESSOR(reduced_orders, SEGM_PRICE_REDUCED)
COUNT_ACCESSOR(promoted_orders, SEGM_PRICE_PROMOTED)
COUNT_ACCESSOR(ignored_rows, SEGM_PRICE_IGNORED)

static Datum
money(SegmInt128 units, int scale)
{
	SegmDecimal value = {units, scale};

	return NumericGetDatum(cseg_decimal_numeric(value));
}

#define SUM_ACCESSOR(name, sum) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	SegmPriceResponse response = cseg_price_response(PG_GETARG_DATUM(0)); \
\
	PG_RETURN_DATUM(money(response.sums[sum], response.scale)); \
}

SUM_ACCESSOR(paid_value, SEGM_PRICE_PAID)
SUM_ACCESSOR(list_value, SEGM_PRICE_LIST)
SUM_ACCESSOR(discounted_value, SEGM_PRICE_DISCOUNTED_PAID)

/* List price less price paid, of the reduced orders. */
PG_FUNCTION_INFO_V1(discount_value);
Datum
discount_value(PG_FUNCTION_ARGS)
{
	SegmPriceResponse response = cseg_price_response(PG_GETARG_DATUM(0));

	PG_RETURN_DATUM(money(response.sums[SEGM_PRICE_REDUCED_LIST] - response.sums[SEGM_PRICE_REDUCED_PAID],
						  response.scale));
}

#define SHARE_ACCESSOR(name) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	SegmPriceResponse response = cseg_price_response(PG_GETARG_DATUM(0)); \
	double		share; \
\
	if (!segm_##name(&response, &share)) \
		PG_RETURN_NULL(); \
	PG_RETURN_FLOAT8(share); \
}

SHARE_ACCESSOR(discounted_share)
SHARE_ACCESSOR(discounted_value_share)
SHARE_ACCESSOR(discount_depth)

static double
weight_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	double		weight = PG_GETARG_FLOAT8(argument);

	if (!(weight >= 0 && weight <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %g, must be between 0 and 1", name, weight)));
	return weight;
}

/* discount_affinity(response, value_weight, order_weight) */
PG_FUNCTION_INFO_V1(discount_affinity);
Datum
discount_affinity(PG_FUNCTION_ARGS)
{
	SegmPriceResponse response = cseg_price_response(PG_GETARG_DATUM(0));
	double		affinity;

	if (!segm_discount_affinity(&response, weight_argument(fcinfo, 1, "value_weight"),
								weight_argument(fcinfo, 1 + 1, "order_weight"), &affinity))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(affinity);
}

/* A share of the response as a column, which may be null. */
static Datum
share_column(bool (*share_of) (const SegmPriceResponse *, double *),
			 const SegmPriceResponse *response, bool *is_null)
{
	double		share;

	*is_null = !share_of(response, &share);
	return *is_null ? (Datum) 0 : Float8GetDatum(share);
}

/* The columns of type price_class */
enum
{
	CLASS_LABEL,
	CLASS_RANK,
	CLASS_ORDERS,
	CLASS_SHARE,
	CLASS_VALUE_SHARE,
	CLASS_DEPTH,
	CLASS_SHRUNK,
	CLASS_RELIABLE,
	CLASS_COLUMNS
};

/* The row of type price_class, for NULL too. */
static Datum
classify(FunctionCallInfo fcinfo, const SegmPriceRule *rule)
{
	SegmPriceResponse response;
	SegmPriceClass class_;
	bool		reliable;
	double		shrunk;
	Datum		values[CLASS_COLUMNS] = {0};
	bool		nulls[CLASS_COLUMNS] = {0};

	if (PG_ARGISNULL(0))
		segm_price_init(&response, SEGM_PRICE_LEAST_DISCOUNT);
	else
		response = cseg_price_response(PG_GETARG_DATUM(0));
	cseg_check(segm_price_classify(&response, rule, &class_, &reliable), "price_sensitivity");
	values[CLASS_LABEL] = CStringGetTextDatum(segm_price_class_name(class_));
	values[CLASS_RANK] = Int32GetDatum(class_);
	values[CLASS_ORDERS] = Int64GetDatum(response.counts[SEGM_PRICE_ORDERS]);
	values[CLASS_SHARE] = share_column(segm_discounted_share, &response, &nulls[CLASS_SHARE]);
	values[CLASS_VALUE_SHARE] = share_column(segm_discounted_value_share, &response,
											 &nulls[CLASS_VALUE_SHARE]);
	values[CLASS_DEPTH] = share_column(segm_discount_depth, &response, &nulls[CLASS_DEPTH]);
	values[CLASS_RELIABLE] = BoolGetDatum(reliable);
	nulls[CLASS_SHRUNK] = !rule->has_prior;
	if (rule->has_prior)
	{
		cseg_check(segm_shrunk_share((double) response.counts[SEGM_PRICE_DISCOUNTED],
									 (double) response.counts[SEGM_PRICE_ORDERS],
									 rule->alpha, rule->beta, &shrunk), "prior");
		values[CLASS_SHRUNK] = Float8GetDatum(shrunk);
	}
	PG_RETURN_DATUM(cseg_row(fcinfo, values, nulls, lengthof(values)));
}

/*
 * price_sensitivity(response, prior, min_orders, high_share, low_share)
 */
PG_FUNCTION_INFO_V1(price_sensitivity);
Datum
price_sensitivity(PG_FUNCTION_ARGS)
{
	enum
	{
		ARG_PRIOR = 1,
		ARG_MIN_ORDERS,
		ARG_HIGH_SHARE,
		ARG_LOW_SHARE
	};
	SegmPriceRule rule = {0};

	for (int i = ARG_MIN_ORDERS; i <= ARG_LOW_SHARE; i++)
		if (PG_ARGISNULL(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("min_orders, high_share and low_share must not be null")));
	rule.min_orders = PG_GETARG_INT64(ARG_MIN_ORDERS);
	rule.high_share = PG_GETARG_FLOAT8(ARG_HIGH_SHARE);
	rule.low_share = PG_GETARG_FLOAT8(ARG_LOW_SHARE);
	if (!segm_price_rule_valid(&rule))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("min_orders is " INT64_FORMAT ", low_share %g, high_share %g: min_orders must be at least 1, and 0 <= low_share < high_share <= 1",
						rule.min_orders, rule.low_share, rule.high_share)));
	rule.has_prior = !PG_ARGISNULL(ARG_PRIOR);
	if (rule.has_prior)
		cseg_beta_prior(PG_GETARG_HEAPTUPLEHEADER(ARG_PRIOR), &rule.alpha, &rule.beta);
	return classify(fcinfo, &rule);
}

/* The end of the aggregate price_sensitivity(paid, list): default rule, no prior. */
PG_FUNCTION_INFO_V1(price_sensitivity_final);
Datum
price_sensitivity_final(PG_FUNCTION_ARGS)
{
	SegmPriceRule rule = segm_price_default_rule;

	cseg_require_aggregate(fcinfo);
	return classify(fcinfo, &rule);
}
