/*
 * affinity.c
 *		What an affinity answers: the label it leans to, and how much.
 *
 * Most questions come in two forms: about all labels, or about the one that
 * the second argument names.
 */
#include "postgres.h"

#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "affinity.h"
#include "decimal.h"

#define TYPE_NAME	"affinity"

static SegmMeasure
measure_argument(FunctionCallInfo fcinfo, int argument)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(argument));
	SegmMeasure measure;

	if (segm_affinity_measure(name, &measure) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown measure \"%s\"", name),
				 errhint("Allowed are weight and count.")));
	pfree(name);
	return measure;
}

static SegmAffinitySummary
summary_of(const SegmAffinity *affinity, SegmMeasure by)
{
	SegmAffinitySummary summary;

	cseg_check(segm_affinity_summary(affinity, by, &summary), TYPE_NAME);
	return summary;
}

/* The measure is the last argument. */
static SegmAffinitySummary
summary_asked(FunctionCallInfo fcinfo)
{
	SegmAffinity affinity = PG_GETARG_AFFINITY(0);

	return summary_of(&affinity, measure_argument(fcinfo, 1));
}

/* What is known of the label that argument 1 names, nothing if it is not there. */
static SegmAffinityLabel
label_asked(FunctionCallInfo fcinfo, const SegmAffinity *affinity)
{
	text	   *name = PG_GETARG_TEXT_PP(1);
	SegmAffinityLabel label;
	bool		found;

	cseg_check(segm_affinity_find(affinity, (uint8_t *) VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name),
								  &label, &found), TYPE_NAME);
	return label;
}

Datum
cseg_affinity_label(const SegmAffinityLabel *label)
{
	return PointerGetDatum(cstring_to_text_with_len((const char *) label->label,
													(int) label->length));
}

static Datum
weight_datum(SegmInt128 units, int scale)
{
	SegmDecimal value = {units, scale};

	return NumericGetDatum(cseg_decimal_numeric(value));
}

/* ---- about all labels ---- */

PG_FUNCTION_INFO_V1(label_count);
Datum
label_count(PG_FUNCTION_ARGS)
{
	SegmAffinity affinity = PG_GETARG_AFFINITY(0);

	PG_RETURN_INT64(summary_of(&affinity, SEGM_BY_WEIGHT).labels);
}

PG_FUNCTION_INFO_V1(row_count);
Datum
row_count(PG_FUNCTION_ARGS)
{
	SegmAffinity affinity = PG_GETARG_AFFINITY(0);

	PG_RETURN_INT64(summary_of(&affinity, SEGM_BY_WEIGHT).rows);
}

PG_FUNCTION_INFO_V1(total_weight);
Datum
total_weight(PG_FUNCTION_ARGS)
{
	SegmAffinity affinity = PG_GETARG_AFFINITY(0);

	PG_RETURN_DATUM(weight_datum(summary_of(&affinity, SEGM_BY_WEIGHT).weight, affinity.scale));
}

PG_FUNCTION_INFO_V1(last_at);
Datum
last_at(PG_FUNCTION_ARGS)
{
	SegmAffinity affinity = PG_GETARG_AFFINITY(0);

	PG_RETURN_TIMESTAMPTZ(summary_of(&affinity, SEGM_BY_WEIGHT).latest.last);
}

PG_FUNCTION_INFO_V1(first_at);
Datum
first_at(PG_FUNCTION_ARGS)
{
	SegmAffinity affinity = PG_GETARG_AFFINITY(0);

	PG_RETURN_TIMESTAMPTZ(summary_of(&affinity, SEGM_BY_WEIGHT).earliest.first);
}

PG_FUNCTION_INFO_V1(first_label);
Datum
first_label(PG_FUNCTION_ARGS)
{
	SegmAffinitySummary summary = summary_asked(fcinfo);

	PG_RETURN_DATUM(cseg_affinity_label(&summary.earliest));
}

PG_FUNCTION_INFO_V1(last_label);
Datum
last_label(PG_FUNCTION_ARGS)
{
	SegmAffinitySummary summary = summary_asked(fcinfo);

	PG_RETURN_DATUM(cseg_affinity_label(&summary.latest));
}

PG_FUNCTION_INFO_V1(top_label);
Datum
top_label(PG_FUNCTION_ARGS)
{
	SegmAffinitySummary summary = summary_asked(fcinfo);

	if (!summary.has_top)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(cseg_affinity_label(&summary.top));
}

#define SHARE_ACCESSOR(name, field) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	SegmAffinitySummary summary = summary_asked(fcinfo); \
\
	if (!summary.has_top) \
		PG_RETURN_NULL(); \
	PG_RETURN_FLOAT8(summary.field); \
}

SHARE_ACCESSOR(top_share, share)
SHARE_ACCESSOR(top_margin, margin)
SHARE_ACCESSOR(hhi, hhi)
SHARE_ACCESSOR(entropy, entropy)

/* The columns of type affinity_summary */
enum
{
	SUMMARY_TOP,
	SUMMARY_SHARE,
	SUMMARY_MARGIN,
	SUMMARY_ROWS,
	SUMMARY_LABELS,
	SUMMARY_WEIGHT,
	SUMMARY_HHI,
	SUMMARY_ENTROPY,
	SUMMARY_FIRST_LABEL,
	SUMMARY_FIRST_AT,
	SUMMARY_LAST_LABEL,
	SUMMARY_LAST_AT,
	SUMMARY_COLUMNS
};

/* Everything above in one pass. */
PG_FUNCTION_INFO_V1(affinity_summary);
Datum
affinity_summary(PG_FUNCTION_ARGS)
{
	SegmAffinity affinity = PG_GETARG_AFFINITY(0);
	SegmAffinitySummary summary = summary_of(&affinity, measure_argument(fcinfo, 1));
	Datum		values[SUMMARY_COLUMNS] = {0};
	bool		nulls[SUMMARY_COLUMNS] = {0};

	if (summary.has_top)
		values[SUMMARY_TOP] = cseg_affinity_label(&summary.top);
	values[SUMMARY_SHARE] = Float8GetDatum(summary.share);
	values[SUMMARY_MARGIN] = Float8GetDatum(summary.margin);
	values[SUMMARY_ROWS] = Int64GetDatum(summary.rows);
	values[SUMMARY_LABELS] = Int64GetDatum(summary.labels);
	values[SUMMARY_WEIGHT] = weight_datum(summary.weight, affinity.scale);
	values[SUMMARY_HHI] = Float8GetDatum(summary.hhi);
	values[SUMMARY_ENTROPY] = Float8GetDatum(summary.entropy);
	values[SUMMARY_FIRST_LABEL] = cseg_affinity_label(&summary.earliest);
	values[SUMMARY_FIRST_AT] = TimestampTzGetDatum(summary.earliest.first);
	values[SUMMARY_LAST_LABEL] = cseg_affinity_label(&summary.latest);
	values[SUMMARY_LAST_AT] = TimestampTzGetDatum(summary.latest.last);
	nulls[SUMMARY_TOP] = nulls[SUMMARY_SHARE] = nulls[SUMMARY_MARGIN] = !summary.has_top;
	nulls[SUMMARY_HHI] = nulls[SUMMARY_ENTROPY] = !summary.has_top;
	PG_RETURN_DATUM(cseg_row(fcinfo, values, nulls, lengthof(values)));
}

/* ---- about one label ---- */

PG_FUNCTION_INFO_V1(row_count_of_label);
Datum
row_count_of_label(PG_FUNCTION_ARGS)
{
	SegmAffinity affinity = PG_GETARG_AFFINITY(0);

	PG_RETURN_INT64(label_asked(fcinfo, &affinity).rows);
}

PG_FUNCTION_INFO_V1(total_weight_of_label);
Datum
total_weight_of_label(PG_FUNCTION_ARGS)
{
	SegmAffinity affinity = PG_GETARG_AFFINITY(0);

	PG_RETURN_DATUM(weight_datum(label_asked(fcinfo, &affinity).weight, affinity.scale));
}

#define INSTANT_ACCESSOR(name, field) \
PG_FUNCTION_INFO_V1(name##_of_label); \
Datum \
name##_of_label(PG_FUNCTION_ARGS) \
{ \
	SegmAffinity affinity = PG_GETARG_AFFINITY(0); \
	SegmAffinityLabel label = label_asked(fcinfo, &affinity); \
\
	if (label.rows == 0) \
		PG_RETURN_NULL(); \
	PG_RETURN_TIMESTAMPTZ(label.field); \
}

INSTANT_ACCESSOR(first_at, first)
INSTANT_ACCESSOR(last_at, last)

/* share_of(affinity, label, measure) */
PG_FUNCTION_INFO_V1(share_of);
Datum
share_of(PG_FUNCTION_ARGS)
{
	enum
	{
		ARG_MEASURE = 1 + 1
	};
	SegmAffinity affinity = PG_GETARG_AFFINITY(0);
	SegmMeasure measure = measure_argument(fcinfo, ARG_MEASURE);
	SegmAffinitySummary summary = summary_of(&affinity, measure);
	SegmAffinityLabel label = label_asked(fcinfo, &affinity);

	if (!summary.has_top)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(segm_affinity_share(&label, measure, summary.total));
}

/* One row a label, ascending by its bytes: label, n, weight, first_at, last_at. */
PG_FUNCTION_INFO_V1(affinity_unnest);
Datum
affinity_unnest(PG_FUNCTION_ARGS)
{
	typedef struct Walk
	{
		SegmAffinity affinity;
		SegmAffinityCursor cursor;
	} Walk;
	FuncCallContext *call;
	Walk	   *walk;
	SegmAffinityLabel label;
	bool		found;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext caller;
		TupleDesc	columns;

		call = SRF_FIRSTCALL_INIT();
		caller = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "return type must be a row type");
		call->tuple_desc = BlessTupleDesc(columns);
		walk = palloc(sizeof(Walk));
		walk->affinity = cseg_affinity_of(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0))));
		segm_affinity_start(&walk->affinity, &walk->cursor);
		call->user_fctx = walk;
		MemoryContextSwitchTo(caller);
	}
	call = SRF_PERCALL_SETUP();
	walk = call->user_fctx;
	cseg_check(segm_affinity_next(&walk->cursor, &label, &found), TYPE_NAME);
	if (found)
	{
		Datum		values[] = {
			cseg_affinity_label(&label), Int64GetDatum(label.rows),
			weight_datum(label.weight, walk->affinity.scale), TimestampTzGetDatum(label.first),
			TimestampTzGetDatum(label.last)
		};
		bool		nulls[lengthof(values)] = {0};

		SRF_RETURN_NEXT(call, HeapTupleGetDatum(heap_form_tuple(call->tuple_desc, values, nulls)));
	}
	SRF_RETURN_DONE(call);
}
