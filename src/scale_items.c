/*
 * scale_items.c
 *		The type scale_items with cronbach_alpha, and the scores of items and
 *		scales.
 *
 * A scale_items value is the state of its own aggregates: its size is fixed by
 * the number of items, and it is changed in place.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "core/scale_items.h"
#include "core/sort.h"
#include "glue.h"
#include "value.h"

#define TYPE_NAME	"scale_items"

/* ---- values ---- */

static size_t
format(const uint8_t *payload, size_t length, char *text)
{
	return segm_items_format(payload, text);
}

static SegmStatus
parse(const char *text, struct varlena **value)
{
	size_t		room = segm_items_bytes(SEGM_ITEMS_MAX);
	size_t		length;
	SegmStatus	status;

	*value = cseg_new_value(room);
	status = segm_items_parse(text, (uint8_t *) VARDATA(*value), room, &length);
	if (status == SEGM_OK)
		SET_VARSIZE(*value, VARHDRSZ + length);
	return status;
}

static const CsegValueType type = {
	TYPE_NAME, "v1 scale=0 respondents=3 incomplete=0 total=146 items=9:29,11:45",
	segm_items_check, format, parse
};

PG_FUNCTION_INFO_V1(scale_items_in);
Datum
scale_items_in(PG_FUNCTION_ARGS)
{
	return cseg_value_in(fcinfo, &type);
}

PG_FUNCTION_INFO_V1(scale_items_out);
Datum
scale_items_out(PG_FUNCTION_ARGS)
{
	return cseg_value_out(fcinfo, &type);
}

PG_FUNCTION_INFO_V1(scale_items_recv);
Datum
scale_items_recv(PG_FUNCTION_ARGS)
{
	return cseg_value_recv(fcinfo, &type);
}

PG_FUNCTION_INFO_V1(scale_items_send);
Datum
scale_items_send(PG_FUNCTION_ARGS)
{
	return cseg_value_send(fcinfo);
}

PG_FUNCTION_INFO_V1(scale_items_eq);
Datum
scale_items_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(cseg_value_equal(fcinfo));
}

PG_FUNCTION_INFO_V1(scale_items_ne);
Datum
scale_items_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!cseg_value_equal(fcinfo));
}

/* The payload of a value of any storage form. */
static uint8_t *
payload_of(Datum datum)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);
	uint8_t    *payload = (uint8_t *) VARDATA_ANY(value);

	cseg_check(segm_items_check(payload, VARSIZE_ANY_EXHDR(value)), TYPE_NAME);
	return payload;
}

/* ---- rows and merging ---- */

/* One-dimensional scores; how many, and which are null. */
static int
scores_of(ArrayType *array, Datum **scores, bool **nulls)
{
	int			n;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("items must be a one-dimensional array")));
	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, scores, nulls, &n);
	return n;
}

/* scale_items_add(state, items) */
PG_FUNCTION_INFO_V1(scale_items_add);
Datum
scale_items_add(PG_FUNCTION_ARGS)
{
	struct varlena *state;
	uint8_t    *payload;
	SegmDecimal decimals[SEGM_ITEMS_MAX] = {0};
	Datum	   *scores;
	bool	   *nulls;
	bool		complete = true;
	int			n;

	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	n = scores_of(PG_GETARG_ARRAYTYPE_P(1), &scores, &nulls);
	if (n < 1 || n > SEGM_ITEMS_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("items has %d scores, must have between 1 and %d", n, SEGM_ITEMS_MAX)));
	for (int i = 0; i < n; i++)
	{
		complete = complete && !nulls[i];
		if (!nulls[i] && segm_items_score(DatumGetFloat8(scores[i]), &decimals[i]) != SEGM_OK)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("score %.15g of item %d must be between -%d and %d with at most %d decimals",
							DatumGetFloat8(scores[i]), i + 1, SEGM_ITEMS_LIMIT, SEGM_ITEMS_LIMIT,
							SEGM_ITEMS_MAX_SCALE)));
	}
	if (PG_ARGISNULL(0))
	{
		state = cseg_new_value(segm_items_bytes(n));
		payload = (uint8_t *) VARDATA(state);
		segm_items_init(payload, n);
	}
	else
	{
		state = PG_GETARG_VARLENA_P(0);
		payload = payload_of(PointerGetDatum(state));
		if (segm_items_count(payload) != n)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("items has %d scores, but %d in another row", n, segm_items_count(payload)),
					 errhint("Give every respondent all items in the same order, null where there is no answer.")));
	}
	cseg_check(segm_items_add(payload, complete ? decimals : NULL), "sum of scores");
	PG_RETURN_POINTER(state);
}

/* The state of "a" with "b" added, which may be stored in any form. */
static Datum
merged(struct varlena *a, Datum b)
{
	SegmStatus	status = segm_items_merge(payload_of(PointerGetDatum(a)), payload_of(b));

	if (status == SEGM_DOMAIN)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge two %s values of different numbers of items", TYPE_NAME)));
	cseg_check(status, "sum of scores");
	PG_RETURN_POINTER(a);
}

/* The transition of rollup() and the combine function of all of them. */
PG_FUNCTION_INFO_V1(scale_items_merge);
Datum
scale_items_merge(PG_FUNCTION_ARGS)
{
	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(1)));
	return merged(PG_GETARG_VARLENA_P(0), PG_GETARG_DATUM(1));
}

PG_FUNCTION_INFO_V1(scale_items_concat);
Datum
scale_items_concat(PG_FUNCTION_ARGS)
{
	return merged(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0)), PG_GETARG_DATUM(1));
}

/* ---- answers ---- */

/* NULL where it is undefined. */
PG_FUNCTION_INFO_V1(cronbach_alpha);
Datum
cronbach_alpha(PG_FUNCTION_ARGS)
{
	bool		defined;
	double		alpha;

	cseg_check(segm_cronbach_alpha(payload_of(PG_GETARG_DATUM(0)), &defined, &alpha), "cronbach_alpha");
	if (!defined)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(alpha);
}

PG_FUNCTION_INFO_V1(scale_respondents);
Datum
scale_respondents(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(segm_items_respondents(payload_of(PG_GETARG_DATUM(0))));
}

PG_FUNCTION_INFO_V1(scale_ignored_rows);
Datum
scale_ignored_rows(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(segm_items_incomplete(payload_of(PG_GETARG_DATUM(0))));
}

/* ---- one respondent ---- */

/* score, lowest, highest, is_reversed */
static Datum
item(FunctionCallInfo fcinfo, SegmStatus (*value_of) (double, double, double, bool, bool *, double *))
{
	double		lowest = PG_GETARG_FLOAT8(1);
	double		highest = PG_GETARG_FLOAT8(2);
	bool		valid;
	double		result;

	if (value_of(PG_GETARG_FLOAT8(0), lowest, highest, PG_GETARG_BOOL(3), &valid, &result) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("lowest is %g, highest %g: lowest must be below highest, and both finite",
						lowest, highest)));
	if (!valid)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

PG_FUNCTION_INFO_V1(item_score);
Datum
item_score(PG_FUNCTION_ARGS)
{
	return item(fcinfo, segm_item_score);
}

PG_FUNCTION_INFO_V1(item_share);
Datum
item_share(PG_FUNCTION_ARGS)
{
	return item(fcinfo, segm_item_share);
}

/* scale_score(items, min_answered) */
PG_FUNCTION_INFO_V1(scale_score);
Datum
scale_score(PG_FUNCTION_ARGS)
{
	Datum	   *scores;
	bool	   *nulls;
	int			n = scores_of(PG_GETARG_ARRAYTYPE_P(0), &scores, &nulls);
	double	   *answered = palloc(Max(n, 1) * sizeof(double));
	int			n_answered = 0;
	bool		enough;
	double		score;

	for (int i = 0; i < n; i++)
	{
		segm_poll_step(cseg_poll, i);
		if (!nulls[i])
			answered[n_answered++] = DatumGetFloat8(scores[i]);
	}
	if (segm_scale_score(answered, n_answered, n, PG_GETARG_FLOAT8(1), &enough, &score) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("min_answered is %g, must be between 0 and 1", PG_GETARG_FLOAT8(1))));
	if (!enough)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(score);
}
