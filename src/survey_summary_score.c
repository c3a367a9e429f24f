/*
 * survey_summary_score.c
 *		NPS, CSAT and CES of survey summaries, and the test of two NPS.
 */
#include "postgres.h"

#include "common/int.h"
#include "utils/builtins.h"

#include "core/survey_score.h"
#include "survey_summary.h"

/* The arguments of the functions of one summary; aggregates' final functions have the first alone. */
enum
{
	ARG_SUMMARY,
	ARG_CONFIDENCE,
	ARG_ADJUSTED_BELOW,
	ARG_FROM,
	ARG_TO
};

/* Those of nps_test. */
enum
{
	TEST_A,
	TEST_B,
	TEST_CONFIDENCE,
	TEST_ADJUSTED_BELOW,
	TEST_FROM
};

/* A whole-number argument of some range, or what it is unless given. */
static int64
setting(FunctionCallInfo fcinfo, int argument, const char *name, int64 preset, int64 low, int64 high)
{
	int64		value = preset;

	if (PG_NARGS() <= argument)
		return value;
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be null", name)));
	value = PG_GETARG_INT32(argument);
	if (value < low || value > high)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is " INT64_FORMAT ", must be between " INT64_FORMAT " and " INT64_FORMAT,
						name, value, low, high)));
	return value;
}

static SegmSurveyRule
rule_of(FunctionCallInfo fcinfo, int argument)
{
	SegmSurveyRule rule;

	rule.confidence = cseg_confidence(fcinfo, argument);
	rule.adjusted_below = setting(fcinfo, argument + 1, "adjusted_below", SEGM_ADJUSTED_BELOW, 0, PG_INT32_MAX);
	return rule;
}

/* The thresholds of NPS, from this argument on. */
static void
nps_thresholds(FunctionCallInfo fcinfo, int argument, int64 *passive, int64 *promoter)
{
	*passive = setting(fcinfo, argument, "passive_from", SEGM_NPS_PASSIVE, 1, SEGM_SURVEY_MAX_SCORE);
	*promoter = setting(fcinfo, argument + 1, "promoter_from", SEGM_NPS_PROMOTER, *passive, SEGM_SURVEY_MAX_SCORE);
}

/* The columns that nps_score and csat_score end with. */
enum
{
	NET_SCORE,
	NET_STD_ERROR,
	NET_LOW,
	NET_HIGH,
	NET_ADJUSTED,
	NET_COLUMNS
};

/* All of them NULL without answers; a difference of shares is in points. */
static void
set_net(Datum *values, bool *nulls, int64 good, int64 bad, int64 n, bool single,
		const SegmSurveyRule *rule)
{
	SegmNetScore net;

	for (int i = 0; i < NET_COLUMNS; i++)
		nulls[i] = n == 0;
	if (n == 0)
		return;
	cseg_check(segm_net_score(good, bad, n, single, rule, &net), "score");
	if (!single)
	{
		net.score = segm_points(net.score);
		net.std_error = segm_points(net.std_error);
		net.low = segm_points(net.low);
		net.high = segm_points(net.high);
	}
	values[NET_SCORE] = Float8GetDatum(net.score);
	values[NET_STD_ERROR] = Float8GetDatum(net.std_error);
	values[NET_LOW] = Float8GetDatum(net.low);
	values[NET_HIGH] = Float8GetDatum(net.high);
	values[NET_ADJUSTED] = BoolGetDatum(net.adjusted);
}

/* The rows besides those n answers. */
static int64
not_counted(const SegmSurvey *survey, int64 n)
{
	int64		others = cseg_survey_count(survey, 0, SEGM_SURVEY_MAX_SCORE) - n;
	int64		result;

	if (pg_add_s64_overflow(survey->ignored, others, &result))
		cseg_raise(SEGM_OVERFLOW, "number of ignored answers");
	return result;
}

/* nps(summary, confidence, adjusted_below, passive_from, promoter_from) */
PG_FUNCTION_INFO_V1(nps);
Datum
nps(PG_FUNCTION_ARGS)
{
	enum
	{
		N,
		PROMOTERS,
		PASSIVES,
		DETRACTORS,
		IGNORED,
		SCORE,
		COLUMNS = SCORE + NET_COLUMNS
	};
	SegmSurvey	survey;
	SegmSurveyRule rule = rule_of(fcinfo, ARG_CONFIDENCE);
	int64		passive;
	int64		promoter;
	int64		n;
	int64		good;
	int64		bad;
	Datum		values[COLUMNS] = {0};
	bool		nulls[COLUMNS] = {0};

	nps_thresholds(fcinfo, ARG_FROM, &passive, &promoter);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	survey = cseg_survey(PG_GETARG_DATUM(0));
	n = cseg_survey_count(&survey, 0, SEGM_SURVEY_MAX_SCORE);
	good = cseg_survey_count(&survey, promoter, SEGM_SURVEY_MAX_SCORE);
	bad = cseg_survey_count(&survey, 0, passive - 1);
	values[N] = Int64GetDatum(n);
	values[PROMOTERS] = Int64GetDatum(good);
	values[PASSIVES] = Int64GetDatum(n - good - bad);
	values[DETRACTORS] = Int64GetDatum(bad);
	values[IGNORED] = Int64GetDatum(survey.ignored);
	set_net(&values[SCORE], &nulls[SCORE], good, bad, n, false, &rule);
	PG_RETURN_DATUM(cseg_row(fcinfo, values, nulls, lengthof(values)));
}

/* nps_test(a, b, confidence, adjusted_below, passive_from, promoter_from) */
PG_FUNCTION_INFO_V1(nps_test);
Datum
nps_test(PG_FUNCTION_ARGS)
{
	SegmSurveyRule rule = rule_of(fcinfo, TEST_CONFIDENCE);
	SegmNetDifference test;
	int64		passive;
	int64		promoter;
	int64		n[2] = {0};
	int64		good[2] = {0};
	int64		bad[2] = {0};

	nps_thresholds(fcinfo, TEST_FROM, &passive, &promoter);
	for (int i = 0; i <= 1; i++)
	{
		SegmSurvey	survey;

		if (PG_ARGISNULL(i))
			PG_RETURN_NULL();
		survey = cseg_survey(PG_GETARG_DATUM(i));
		n[i] = cseg_survey_count(&survey, 0, SEGM_SURVEY_MAX_SCORE);
		good[i] = cseg_survey_count(&survey, promoter, SEGM_SURVEY_MAX_SCORE);
		bad[i] = cseg_survey_count(&survey, 0, passive - 1);
		if (n[i] == 0)
			PG_RETURN_NULL();
	}
	cseg_check(segm_net_difference(good, bad, n, &rule, &test), "nps_test");
	{
		Datum		values[] = {
			Int64GetDatum(n[0]), Int64GetDatum(n[1]),
			Float8GetDatum(segm_points(test.difference)), Float8GetDatum(segm_points(test.std_error)),
			Float8GetDatum(segm_points(test.low)), Float8GetDatum(segm_points(test.high)),
			Float8GetDatum(test.z), Float8GetDatum(test.p_value), BoolGetDatum(test.adjusted)
		};
		bool		nulls[lengthof(values)] = {0};

		PG_RETURN_DATUM(cseg_row(fcinfo, values, nulls, lengthof(values)));
	}
}

/* csat(summary, confidence, adjusted_below, satisfied_from, scale_max) */
PG_FUNCTION_INFO_V1(csat);
Datum
csat(PG_FUNCTION_ARGS)
{
	enum
	{
		N,
		SATISFIED,
		IGNORED,
		SCORE,
		COLUMNS = SCORE + NET_COLUMNS
	};
	SegmSurvey	survey;
	SegmSurveyRule rule = rule_of(fcinfo, ARG_CONFIDENCE);
	int64		highest = setting(fcinfo, ARG_TO, "scale_max", SEGM_CSAT_MAX, SEGM_SCALE_FROM + 1, SEGM_SURVEY_MAX_SCORE);
	int64		from = setting(fcinfo, ARG_FROM, "satisfied_from", SEGM_CSAT_SATISFIED, SEGM_SCALE_FROM + 1, highest);
	int64		n;
	int64		good;
	Datum		values[COLUMNS] = {0};
	bool		nulls[COLUMNS] = {0};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	survey = cseg_survey(PG_GETARG_DATUM(0));
	n = cseg_survey_count(&survey, SEGM_SCALE_FROM, highest);
	good = cseg_survey_count(&survey, from, highest);
	values[N] = Int64GetDatum(n);
	values[SATISFIED] = Int64GetDatum(good);
	values[IGNORED] = Int64GetDatum(not_counted(&survey, n));
	set_net(&values[SCORE], &nulls[SCORE], good, 0, n, true, &rule);
	PG_RETURN_DATUM(cseg_row(fcinfo, values, nulls, lengthof(values)));
}

/* ces(summary, confidence, adjusted_below) */
PG_FUNCTION_INFO_V1(ces);
Datum
ces(PG_FUNCTION_ARGS)
{
	enum
	{
		N,
		IGNORED,
		MEAN,
		MEAN_LOW,
		MEAN_HIGH,
		SHARE,
		SHARE_LOW,
		SHARE_HIGH,
		TOP_NET,
		TOP_NET_LOW,
		TOP_NET_HIGH,
		ADJUSTED,
		COLUMNS
	};
	SegmSurvey	survey;
	SegmSurveyRule rule = rule_of(fcinfo, ARG_CONFIDENCE);
	SegmMeanScore mean = {0};
	SegmNetScore share;
	SegmNetScore net;
	int64		n;
	Datum		values[COLUMNS] = {0};
	bool		nulls[COLUMNS] = {0};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	survey = cseg_survey(PG_GETARG_DATUM(0));
	n = cseg_survey_count(&survey, SEGM_SCALE_FROM, SEGM_CES_MAX);
	values[N] = Int64GetDatum(n);
	values[IGNORED] = Int64GetDatum(not_counted(&survey, n));
	if (n == 0)
		for (int i = MEAN; i < COLUMNS; i++)
			nulls[i] = true;
	else
	{
		cseg_check(segm_mean_score(&survey, SEGM_SCALE_FROM, SEGM_CES_MAX, rule.confidence, &mean), "ces");
		cseg_check(segm_net_score(cseg_survey_count(&survey, SEGM_CES_EASY, SEGM_CES_MAX), 0, n, true, &rule,
								  &share), "ces");
		cseg_check(segm_net_score(cseg_survey_count(&survey, SEGM_CES_TOP, SEGM_CES_MAX),
								  cseg_survey_count(&survey, SEGM_SCALE_FROM, SEGM_CES_BOTTOM), n, false,
								  &rule, &net), "ces");
		values[MEAN] = Float8GetDatum(mean.mean);
		values[MEAN_LOW] = Float8GetDatum(mean.low);
		values[MEAN_HIGH] = Float8GetDatum(mean.high);
		nulls[MEAN_LOW] = nulls[MEAN_HIGH] = !mean.has_error;
		values[SHARE] = Float8GetDatum(share.score);
		values[SHARE_LOW] = Float8GetDatum(share.low);
		values[SHARE_HIGH] = Float8GetDatum(share.high);
		values[TOP_NET] = Float8GetDatum(segm_points(net.score));
		values[TOP_NET_LOW] = Float8GetDatum(segm_points(net.low));
		values[TOP_NET_HIGH] = Float8GetDatum(segm_points(net.high));
		values[ADJUSTED] = BoolGetDatum(share.adjusted || net.adjusted);
	}
	PG_RETURN_DATUM(cseg_row(fcinfo, values, nulls, lengthof(values)));
}

/* nps_class(score, passive_from, promoter_from) */
PG_FUNCTION_INFO_V1(nps_class);
Datum
nps_class(PG_FUNCTION_ARGS)
{
	int64		passive;
	int64		promoter;

	nps_thresholds(fcinfo, 1, &passive, &promoter);
	PG_RETURN_TEXT_P(cstring_to_text(segm_nps_class(!PG_ARGISNULL(0), PG_ARGISNULL(0) ? 0 : PG_GETARG_FLOAT8(0),
													passive, promoter)));
}
