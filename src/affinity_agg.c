/*
 * affinity_agg.c
 *		Aggregates that build and merge affinities.
 *
 * The state is an affinity too, in its open form: a hash table by label,
 * changed in place.  Room to spare is part of the value's own length, because
 * nodeAgg.c copies a state that moved into the aggregate's memory by its
 * length, and frees the old one.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "affinity.h"
#include "decimal.h"

#define TYPE_NAME	"affinity"

/* The arguments of the row transitions; as_of and half_life_days follow the time, or do not. */
enum
{
	ARG_STATE,
	ARG_LABEL,
	ARG_WEIGHT,
	ARG_TIME
};

/* ---- values ---- */

static SegmAffinity
read_value(struct varlena *value)
{
	SegmAffinity affinity;

	cseg_check(segm_affinity_read((uint8_t *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value),
								  &affinity), TYPE_NAME);
	return affinity;
}

struct varlena *
cseg_affinity_make(const SegmAffinityLabel *labels, size_t count, int scale, const SegmDecay *decay)
{
	size_t		size = VARHDRSZ + segm_affinity_size(labels, count, decay);
	struct varlena *result = palloc(size);

	SET_VARSIZE(result, size);
	segm_affinity_encode(labels, count, scale, decay, (uint8_t *) VARDATA(result));
	return result;
}

static void
require_same_decay(const SegmAffinity *a, const SegmAffinity *b)
{
	if (!segm_decay_same(&a->decay, &b->decay))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge two %s values with different as_of or half_life_days", TYPE_NAME)));
}

/* One finished value of two, the second of which may be missing. */
static struct varlena *
merged(const SegmAffinity *a, const SegmAffinity *b)
{
	size_t		bound = segm_affinity_bound(a) + (b != NULL ? segm_affinity_bound(b) : 0);
	SegmAffinityLabel *labels = MemoryContextAllocHuge(CurrentMemoryContext,
													   sizeof(SegmAffinityLabel) * bound);
	int			scale = b != NULL ? Max(a->scale, b->scale) : a->scale;
	struct varlena *result;
	size_t		count = 0;
	SegmStatus	status;

	cseg_check(segm_affinity_collect(a, scale, labels, &count), TYPE_NAME);
	if (b != NULL)
		cseg_check(segm_affinity_collect(b, scale, labels, &count), TYPE_NAME);
	status = segm_affinity_fold(labels, &count, cseg_poll);
	if (status == SEGM_TOO_LARGE)
		cseg_affinity_too_large(0);
	cseg_check(status, TYPE_NAME);
	result = cseg_affinity_make(labels, count, scale, &a->decay);
	pfree(labels);
	return result;
}

struct varlena *
cseg_affinity_finish(Datum datum)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);
	SegmAffinity affinity = read_value(value);

	return affinity.open ? merged(&affinity, NULL) : value;
}

SegmAffinity
cseg_affinity_of(Datum datum)
{
	return read_value(cseg_affinity_finish(datum));
}

void
cseg_affinity_too_large(size_t label_length)
{
	if (label_length > SEGM_AFFINITY_MAX_LABEL)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("label of %zu bytes is too long, at most %d bytes are allowed",
						label_length, SEGM_AFFINITY_MAX_LABEL),
				 errhint("Shorten it in the query, for example left(label, 200).")));
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("%s cannot hold more than %d labels", TYPE_NAME, SEGM_AFFINITY_MAX_LABELS),
			 errhint("Labels are channels, categories and the like, not identifiers: group them in the query.")));
}

/* ---- the state ---- */

static struct varlena *
new_state(size_t labels, size_t label_bytes, int scale, const SegmDecay *decay)
{
	size_t		size = VARHDRSZ + segm_affinity_open_size(labels, label_bytes);
	struct varlena *state = palloc0(size);

	SET_VARSIZE(state, size);
	segm_affinity_init((uint8_t *) VARDATA(state), labels, scale, decay);
	return state;
}

/* Errors of adding to a state, which all say what to do. */
static void
refuse(SegmStatus status, size_t label_length)
{
	if (status == SEGM_TOO_LARGE)
		cseg_affinity_too_large(label_length);
	if (status == SEGM_OVERFLOW)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("weight out of range beside the others of the %s", TYPE_NAME),
				 errdetail("With the decimals of all of them, a sum has more than %d digits.",
						   SEGM_DECIMAL_DIGITS)));
	cseg_raise(status, TYPE_NAME);
}

/* A larger state with the same content, and with room for this label. */
static struct varlena *
grown(struct varlena *value, size_t label_length)
{
	SegmAffinity affinity = read_value(value);
	struct varlena *state;
	size_t		labels;
	size_t		bytes;

	cseg_check(segm_affinity_content(&affinity, &labels, &bytes), TYPE_NAME);
	state = new_state(labels + 1, bytes + label_length, affinity.scale, &affinity.decay);
	cseg_check(segm_affinity_add_all((uint8_t *) VARDATA(state), VARSIZE(state) - VARHDRSZ,
									 &affinity, cseg_poll), TYPE_NAME);
	return state;
}

/* Add rows to a label; the state may move. */
static struct varlena *
add_label(struct varlena *state, const SegmAffinityLabel *label, int scale)
{
	SegmStatus	status;

	while ((status = segm_affinity_add((uint8_t *) VARDATA(state), VARSIZE(state) - VARHDRSZ,
									   label, scale)) == SEGM_NO_ROOM)
		state = grown(state, label->length);
	if (status != SEGM_OK)
		refuse(status, label->length);
	return state;
}

/* ---- row transitions ---- */

/* The state, or NULL if there is none yet. */
static struct varlena *
state_argument(FunctionCallInfo fcinfo)
{
	cseg_require_aggregate(fcinfo);
	return PG_ARGISNULL(ARG_STATE) ? NULL : PG_GETARG_VARLENA_P(ARG_STATE);
}

static Datum
unchanged(struct varlena *state, FunctionCallInfo fcinfo)
{
	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(state);
}

/* What half_life_days and as_of say, at these arguments. */
static SegmDecay
decay_arguments(FunctionCallInfo fcinfo, int argument)
{
	SegmDecay	decay = {0};

	if (PG_NARGS() <= argument)
		return decay;
	if (PG_ARGISNULL(argument) || PG_ARGISNULL(argument + 1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("as_of and half_life_days must not be null")));
	decay.as_of = PG_GETARG_TIMESTAMPTZ(argument);
	if (TIMESTAMP_NOT_FINITE(decay.as_of))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("as_of must be finite, got %s", timestamptz_to_str(decay.as_of))));
	if (segm_decay_half_life(PG_GETARG_FLOAT8(argument + 1), &decay) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("half_life_days is %g, must be from one second to %d days",
						PG_GETARG_FLOAT8(argument + 1), SEGM_AFFINITY_MAX_HALF_LIFE_DAYS)));
	return decay;
}

/* The common end of all row transitions, whose time is this argument. */
static Datum
add_row(FunctionCallInfo fcinfo, struct varlena *state, SegmDecimal weight, int time_argument)
{
	SegmDecay	decay = decay_arguments(fcinfo, time_argument + 1);
	text	   *label = PG_GETARG_TEXT_PP(ARG_LABEL);
	SegmAffinityLabel row = {
		.label = (uint8_t *) VARDATA_ANY(label),
		.length = VARSIZE_ANY_EXHDR(label),
		.rows = 1,
		.first = PG_GETARG_TIMESTAMPTZ(time_argument),
		.last = PG_GETARG_TIMESTAMPTZ(time_argument)
	};

	if (row.length == 0)
		return unchanged(state, fcinfo);
	if (TIMESTAMP_NOT_FINITE(row.last))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("at must be finite, got %s", timestamptz_to_str(row.last))));
	if (decay.half_life > 0)
	{
		if (row.last >= decay.as_of)
			return unchanged(state, fcinfo);
		cseg_check(segm_affinity_decay(&decay, row.last, &weight), "weight");
	}
	if (state == NULL)
		state = new_state(0, row.length, weight.scale, &decay);
	else
	{
		SegmAffinity affinity = read_value(state);

		if (!segm_decay_same(&affinity.decay, &decay))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("as_of and half_life_days must be the same for all rows")));
	}
	row.weight = weight.coefficient;
	PG_RETURN_POINTER(add_label(state, &row, weight.scale));
}

/* A row without a label, a weight or a time is skipped, as sum() would. */
#define ADD_FUNCTION(kind) \
PG_FUNCTION_INFO_V1(affinity_add_##kind); \
Datum \
affinity_add_##kind(PG_FUNCTION_ARGS) \
{ \
	struct varlena *state = state_argument(fcinfo); \
\
	if (PG_ARGISNULL(ARG_LABEL) || PG_ARGISNULL(ARG_WEIGHT) || PG_ARGISNULL(ARG_TIME)) \
		return unchanged(state, fcinfo); \
	return add_row(fcinfo, state, cseg_##kind##_exact(PG_GETARG_DATUM(ARG_WEIGHT), "weight"), \
				   ARG_TIME); \
}

ADD_FUNCTION(numeric)
ADD_FUNCTION(double)
ADD_FUNCTION(bigint)

/* Every row weighs one: the time comes where the weight would. */
PG_FUNCTION_INFO_V1(affinity_add_one);
Datum
affinity_add_one(PG_FUNCTION_ARGS)
{
	struct varlena *state = state_argument(fcinfo);
	SegmDecimal one = {1, 0};

	if (PG_ARGISNULL(ARG_LABEL) || PG_ARGISNULL(ARG_WEIGHT))
		return unchanged(state, fcinfo);
	return add_row(fcinfo, state, one, ARG_WEIGHT);
}

/* ---- merging ---- */

/*
 * Merge an affinity, or another state, into the state: the transition of
 * rollup() and the combine function of all of them.
 */
PG_FUNCTION_INFO_V1(affinity_merge);
Datum
affinity_merge(PG_FUNCTION_ARGS)
{
	struct varlena *state = state_argument(fcinfo);
	SegmAffinity affinity;
	SegmAffinity other;
	SegmAffinityCursor cursor;
	SegmAffinityLabel label;
	bool		found;

	if (PG_ARGISNULL(1))
		return unchanged(state, fcinfo);
	other = read_value(PG_GETARG_VARLENA_PP(1));
	if (state == NULL)
		PG_RETURN_POINTER(PG_GETARG_VARLENA_P(1));
	affinity = read_value(state);
	require_same_decay(&affinity, &other);
	segm_affinity_start(&other, &cursor);
	for (;;)
	{
		cseg_check(segm_affinity_next(&cursor, &label, &found), TYPE_NAME);
		if (!found)
			break;
		CHECK_FOR_INTERRUPTS();
		state = add_label(state, &label, other.scale);
	}
	PG_RETURN_POINTER(state);
}

/* Reads only: nodeAgg may call it several times on one state. */
PG_FUNCTION_INFO_V1(affinity_final);
Datum
affinity_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(ARG_STATE))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(cseg_affinity_finish(PG_GETARG_DATUM(ARG_STATE)));
}

/* affinity || affinity, outside of any aggregate. */
PG_FUNCTION_INFO_V1(affinity_concat);
Datum
affinity_concat(PG_FUNCTION_ARGS)
{
	SegmAffinity a = PG_GETARG_AFFINITY(0);
	SegmAffinity b = PG_GETARG_AFFINITY(1);

	require_same_decay(&a, &b);
	PG_RETURN_POINTER(merged(&a, &b));
}
