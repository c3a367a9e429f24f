/*
 * survey_summary.c
 *		The type survey_summary: its forms, the aggregates that build it, and
 *		what it says of single answers.
 *
 * A survey_summary is the state of its own aggregates: of fixed size, changed
 * in place.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "survey_summary.h"
#include "value.h"

#define TYPE_NAME	"survey_summary"
#define COUNT_NAME	"number of answers"

/* ---- values ---- */

SegmSurvey
cseg_survey(Datum datum)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);
	SegmSurvey	survey;

	cseg_check(segm_survey_read((uint8_t *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &survey),
			   TYPE_NAME);
	if ((Pointer) value != DatumGetPointer(datum))
		pfree(value);
	return survey;
}

int64
cseg_survey_count(const SegmSurvey *survey, int64 low, int64 high)
{
	int64		count;

	cseg_check(segm_survey_count(survey, low, high, &count), COUNT_NAME);
	return count;
}

static struct varlena *
new_survey(const SegmSurvey *survey)
{
	struct varlena *value = cseg_new_value(SEGM_SURVEY_BYTES);

	segm_survey_write(survey, (uint8_t *) VARDATA(value));
	return value;
}

static SegmStatus
check(const uint8_t *payload, size_t length)
{
	SegmSurvey	survey;

	return segm_survey_read(payload, length, &survey);
}

static size_t
format(const uint8_t *payload, size_t length, char *text)
{
	SegmSurvey	survey;

	cseg_check(segm_survey_read(payload, length, &survey), TYPE_NAME);
	return segm_survey_format(&survey, text);
}

static SegmStatus
parse(const char *text, struct varlena **value)
{
	SegmSurvey	survey;
	SegmStatus	status = segm_survey_parse(text, &survey);

	if (status == SEGM_OK)
		*value = new_survey(&survey);
	return status;
}

static const CsegValueType type = {
	TYPE_NAME, "v1 counts=0,0,0,1,0,0,0,0,0,2,0 ignored=0 latest=9@2024-03-05T23:30:00Z,3@2024-01-02T10:00:00Z",
	check, format, parse
};

PG_FUNCTION_INFO_V1(survey_summary_in);
Datum
survey_summary_in(PG_FUNCTION_ARGS)
{
	return cseg_value_in(fcinfo, &type);
}

PG_FUNCTION_INFO_V1(survey_summary_out);
Datum
survey_summary_out(PG_FUNCTION_ARGS)
{
	return cseg_value_out(fcinfo, &type);
}

PG_FUNCTION_INFO_V1(survey_summary_recv);
Datum
survey_summary_recv(PG_FUNCTION_ARGS)
{
	return cseg_value_recv(fcinfo, &type);
}

PG_FUNCTION_INFO_V1(survey_summary_send);
Datum
survey_summary_send(PG_FUNCTION_ARGS)
{
	return cseg_value_send(fcinfo);
}

PG_FUNCTION_INFO_V1(survey_summary_eq);
Datum
survey_summary_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(cseg_value_equal(fcinfo));
}

PG_FUNCTION_INFO_V1(survey_summary_ne);
Datum
survey_summary_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!cseg_value_equal(fcinfo));
}

/* ---- rows and merging ---- */

/* The state after a change: in place, or a new one. */
static Datum
changed(struct varlena *state, const SegmSurvey *survey)
{
	if (state == NULL)
		PG_RETURN_POINTER(new_survey(survey));
	segm_survey_write(survey, (uint8_t *) VARDATA(state));
	PG_RETURN_POINTER(state);
}

/* survey_summary_add(state, score [, at]) */
PG_FUNCTION_INFO_V1(survey_summary_add);
Datum
survey_summary_add(PG_FUNCTION_ARGS)
{
	enum
	{
		ARG_STATE,
		ARG_SCORE,
		ARG_AT
	};
	bool		has_time = PG_NARGS() > ARG_AT;
	struct varlena *state = NULL;
	SegmSurvey	survey = {0};

	cseg_require_aggregate(fcinfo);
	if (!PG_ARGISNULL(ARG_STATE))
	{
		state = PG_GETARG_VARLENA_P(ARG_STATE);
		survey = cseg_survey(PointerGetDatum(state));
	}
	if (PG_ARGISNULL(ARG_SCORE) || (has_time && PG_ARGISNULL(ARG_AT)))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	cseg_check(segm_survey_add(&survey, PG_GETARG_FLOAT8(ARG_SCORE), has_time,
							   has_time ? PG_GETARG_TIMESTAMPTZ(ARG_AT) : 0), COUNT_NAME);
	return changed(state, &survey);
}

/* The transition of rollup() and the combine function of all of them. */
PG_FUNCTION_INFO_V1(survey_summary_merge);
Datum
survey_summary_merge(PG_FUNCTION_ARGS)
{
	struct varlena *state = NULL;
	SegmSurvey	survey = {0};
	SegmSurvey	other;

	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	other = cseg_survey(PG_GETARG_DATUM(1));
	if (!PG_ARGISNULL(0))
	{
		state = PG_GETARG_VARLENA_P(0);
		survey = cseg_survey(PointerGetDatum(state));
	}
	cseg_check(segm_survey_merge(&survey, &other), COUNT_NAME);
	return changed(state, &survey);
}

/* survey || survey, outside of any aggregate. */
PG_FUNCTION_INFO_V1(survey_summary_concat);
Datum
survey_summary_concat(PG_FUNCTION_ARGS)
{
	SegmSurvey	survey = cseg_survey(PG_GETARG_DATUM(0));
	SegmSurvey	other = cseg_survey(PG_GETARG_DATUM(1));

	cseg_check(segm_survey_merge(&survey, &other), COUNT_NAME);
	return changed(NULL, &survey);
}

/* ---- single answers ---- */

/* answer_count(summary, low, high) */
PG_FUNCTION_INFO_V1(survey_answer_count);
Datum
survey_answer_count(PG_FUNCTION_ARGS)
{
	SegmSurvey	survey = cseg_survey(PG_GETARG_DATUM(0));

	PG_RETURN_INT64(cseg_survey_count(&survey, PG_GETARG_INT32(1), PG_GETARG_INT32(2)));
}

PG_FUNCTION_INFO_V1(survey_ignored_rows);
Datum
survey_ignored_rows(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(cseg_survey(PG_GETARG_DATUM(0)).ignored);
}

PG_FUNCTION_INFO_V1(survey_latest_score);
Datum
survey_latest_score(PG_FUNCTION_ARGS)
{
	SegmSurvey	survey = cseg_survey(PG_GETARG_DATUM(0));

	if (survey.n_latest == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(survey.latest[0].score);
}

PG_FUNCTION_INFO_V1(survey_latest_answer_at);
Datum
survey_latest_answer_at(PG_FUNCTION_ARGS)
{
	SegmSurvey	survey = cseg_survey(PG_GETARG_DATUM(0));

	if (survey.n_latest == 0)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(survey.latest[0].at);
}

/* recovered_at(summary, within_days, passive_from) */
PG_FUNCTION_INFO_V1(survey_recovered_at);
Datum
survey_recovered_at(PG_FUNCTION_ARGS)
{
	SegmSurvey	survey = cseg_survey(PG_GETARG_DATUM(0));
	int64		at;

	if (!segm_survey_recovered(&survey, PG_GETARG_INT32(2), PG_GETARG_INT32(1), &at))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(at);
}
