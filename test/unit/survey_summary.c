/*
 * survey_summary.c
 *		Survey summaries: random rows in any order and in parts against plain
 *		counting, bytes and text, changed bytes, recovery; scores against values
 *		of 40 digits (Python's mpmath, the formulas of survey_score.c).
 */
#include "core/survey_score.h"
#include "core/calendar.h"
#include "tap.h"

#define ROWS	60
#define DAY		SEGM_USECS_PER_DAY

static uint64_t seed = 20240615;

static uint64_t
next_random(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

static bool
same(const SegmSurvey *a, const SegmSurvey *b)
{
	uint8_t		x[SEGM_SURVEY_BYTES];
	uint8_t		y[SEGM_SURVEY_BYTES];

	segm_survey_write(a, x);
	segm_survey_write(b, y);
	return memcmp(x, y, sizeof(x)) == 0;
}

static void
test_rows(void)
{
	double		scores[ROWS];
	int64_t		times[ROWS];
	int64_t		counts[SEGM_SURVEY_SCORES];
	SegmSurvey	read;
	uint8_t		bytes[SEGM_SURVEY_BYTES];
	char		text[1000];
	bool		order = true;
	bool		counted = true;
	bool		latest = true;
	bool		forms = true;

	for (int round = 0; round < 200; round++)
	{
		SegmSurvey	whole = {0};
		SegmSurvey	backwards = {0};
		SegmSurvey	parts[3] = {0};
		int			n = (int) next_random(ROWS);
		int			best = -1;
		int64_t		ignored = 0;

		memset(counts, 0, sizeof(counts));
		for (int i = 0; i < n; i++)
		{
			bool		odd = next_random(10) == 0;

			scores[i] = odd ? (double) next_random(40) / 3.0 - 2.0 : (double) next_random(11);
			times[i] = ((int64_t) next_random(20) - 10) * DAY + (int64_t) next_random(2);
			if (scores[i] < 0 || scores[i] > 10 || scores[i] != floor(scores[i]))
			{
				ignored++;
				continue;
			}
			counts[(int) scores[i]]++;
			if (best < 0 || times[i] > times[best] || (times[i] == times[best] && scores[i] < scores[best]))
				best = i;
		}
		for (int i = 0; i < n; i++)
			if (segm_survey_add(&whole, scores[i], true, times[i]) != SEGM_OK ||
				segm_survey_add(&backwards, scores[n - 1 - i], true, times[n - 1 - i]) != SEGM_OK ||
				segm_survey_add(&parts[next_random(3)], scores[i], true, times[i]) != SEGM_OK)
				order = false;
		order = order && segm_survey_merge(&parts[1], &parts[0]) == SEGM_OK &&
			segm_survey_merge(&parts[1], &parts[2]) == SEGM_OK &&
			same(&whole, &backwards) && same(&whole, &parts[1]);
		counted = counted && memcmp(counts, whole.counts, sizeof(counts)) == 0 && whole.ignored == ignored;
		latest = latest && (best < 0 ? whole.n_latest == 0 :
							whole.latest[0].score == (int) scores[best] && whole.latest[0].at == times[best]);
		segm_survey_write(&whole, bytes);
		forms = forms && segm_survey_read(bytes, sizeof(bytes), &read) == SEGM_OK && same(&whole, &read);
		text[segm_survey_format(&whole, text)] = '\0';
		forms = forms && segm_survey_format(&whole, NULL) == strlen(text) &&
			segm_survey_parse(text, &read) == SEGM_OK && same(&whole, &read);
	}
	ok(order, "backwards and in parts: the same bytes");
	ok(counted, "counts as counted by hand");
	ok(latest, "the latest answer, the lower of two at one instant");
	ok(forms, "bytes, text, and back");
}

static void
test_damage(void)
{
	static const char *const wrong[] = {
		"", "v1", "v1 counts=0,0,0,0,0,0,0,0,0,0 ignored=0", "v1 counts=0,0,0,0,0,0,0,0,0,0,0 ignored=-1",
		"v1 counts=0,0,0,0,0,0,0,0,0,0,0 ignored=0 latest=", "v1 counts=0,0,0,0,0,0,0,0,0,0,0 ignored=0 ",
		"v1 counts=0,0,0,0,0,0,0,0,0,0,0 ignored=0 latest=3@2024-01-01T00:00:00Z",
		"v1 counts=1,1,0,0,0,0,0,0,0,0,0 ignored=0 latest=1@2024-01-01T00:00:00Z,0@2024-01-01T00:00:00Z",
		"v1 counts=1,1,0,0,0,0,0,0,0,0,0 ignored=0 latest=1@2024-01-01T00:00:00Z,0@2024-01-02T00:00:00Z",
		"v1 counts=9,0,0,0,0,0,0,0,0,0,0 ignored=0 latest=0@2024-01-01T00:00:00Z,0@2024-01-01T00:00:00Z,0@2024-01-01T00:00:00Z,"
		"0@2024-01-01T00:00:00Z,0@2024-01-01T00:00:00Z,0@2024-01-01T00:00:00Z,0@2024-01-01T00:00:00Z,0@2024-01-01T00:00:00Z,0@2024-01-01T00:00:00Z",
		"v1 counts=9223372036854775808,0,0,0,0,0,0,0,0,0,0 ignored=0"
	};
	SegmSurvey	survey = {0};
	SegmSurvey	read;
	uint8_t		bytes[SEGM_SURVEY_BYTES];
	int			accepted = 0;
	bool		canonical = true;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ok(segm_survey_parse(wrong[i], &read) == SEGM_MALFORMED, "refused: \"%.60s\"", wrong[i]);
	ok(segm_survey_parse("v2 anything", &read) == SEGM_VERSION, "text of another version");

	(void) segm_survey_add(&survey, 9, true, 5 * DAY);
	(void) segm_survey_add(&survey, 3, true, 1 * DAY);
	segm_survey_write(&survey, bytes);
	ok(segm_survey_read(bytes, 0, &read) == SEGM_CORRUPT, "no bytes at all");
	ok(segm_survey_read(bytes, sizeof(bytes) - 1, &read) == SEGM_CORRUPT, "cut short");

	/* whatever is accepted is written back as it was */
	for (int i = 0; i < 20000; i++)
	{
		uint8_t		changed[SEGM_SURVEY_BYTES];
		uint8_t		again[SEGM_SURVEY_BYTES];

		memcpy(changed, bytes, sizeof(bytes));
		changed[next_random(sizeof(bytes))] = (uint8_t) next_random(256);
		if (next_random(2) == 0)
			changed[next_random(16)] ^= (uint8_t) (1u << next_random(8));
		if (segm_survey_read(changed, sizeof(changed), &read) != SEGM_OK)
			continue;
		accepted++;
		segm_survey_write(&read, again);
		canonical = canonical && memcmp(changed, again, sizeof(again)) == 0;
	}
	ok(canonical && accepted > 0 && accepted < 20000, "changed bytes are refused, or a value (%d of 20000)", accepted);
}

/* Answers a day apart or more: pairs of score and day. */
static bool
recovers(const int pairs[][2], int n, int64_t days, int64_t *day)
{
	SegmSurvey	survey = {0};
	int64_t		at = 0;
	bool		found;

	for (int i = 0; i < n; i++)
		(void) segm_survey_add(&survey, pairs[i][0], true, pairs[i][1] * DAY);
	found = segm_survey_recovered(&survey, SEGM_NPS_PASSIVE, days, &at);
	*day = at / DAY;
	return found;
}

static void
test_recovery(void)
{
	static const int just[][2] = {{6, 0}, {7, 90}};
	static const int long_ago[][2] = {{6, 0}, {7, 80}, {10, 400}};
	static const int again[][2] = {{6, 0}, {7, 80}, {6, 81}};
	static const int twice[][2] = {{0, 0}, {9, 200}, {0, 210}, {9, 220}};
	static const int never[][2] = {{7, 0}, {9, 10}};
	SegmSurvey	survey = {0};
	int64_t		day;
	int64_t		at;

	ok(recovers(just, 2, 90, &day) && day == 90, "a passive answer 90 days after");
	ok(!recovers(just, 2, 89, &day), "but not within 89");
	ok(recovers(long_ago, 3, 90, &day) && day == 80, "the first good answer counts, not the last");
	ok(!recovers(again, 3, 90, &day), "a detractor again");
	ok(recovers(twice, 4, 90, &day) && day == 220, "the last detractor answer counts");
	ok(!recovers(never, 2, 90, &day), "never a detractor");
	(void) segm_survey_add(&survey, 0, true, SEGM_MIN_INSTANT);
	(void) segm_survey_add(&survey, 10, true, SEGM_END_INSTANT - 1);
	ok(segm_survey_recovered(&survey, 7, INT64_MAX, &at) && !segm_survey_recovered(&survey, 7, 109000000, &at),
	   "the whole calendar between them");
	ok(segm_survey_add(&survey, 10, true, SEGM_END_INSTANT) == SEGM_OK && survey.ignored == 1 &&
	   segm_survey_add(&survey, NAN, false, 0) == SEGM_OK && survey.ignored == 2, "no time, no score: ignored");
}

/* Error in parts of the expected value. */
static double
net_error(const SegmNetScore *got, double score, double std_error, double low, double high)
{
	return fmax(fmax(tap_error(got->score, score, false), tap_error(got->std_error, std_error, false)),
				fmax(tap_error(got->low, low, false), tap_error(got->high, high, false)));
}

static void
test_scores(void)
{
	SegmSurveyRule rule = {0.95, SEGM_ADJUSTED_BELOW};
	SegmSurveyRule ninety = {0.9, SEGM_ADJUSTED_BELOW};
	SegmSurveyRule wrong = {1.0, SEGM_ADJUSTED_BELOW};
	SegmNetScore score;
	SegmNetDifference test;
	SegmMeanScore mean;
	SegmSurvey	survey = {0};
	int64_t		good[2] = {50, 137};
	int64_t		bad[2] = {20, 91};
	int64_t		n[2] = {100, 345};

	ok(segm_net_score(50, 20, 100, false, &rule, &score) == SEGM_OK && !score.adjusted &&
	   net_error(&score, 0.3, 0.0781024967590665439, 0.146921919249573264, 0.453078080750426736) < 1e-14,
	   "50 promoters, 20 detractors of 100: Wald");
	ok(segm_net_score(137, 91, 345, false, &ninety, &score) == SEGM_OK && !score.adjusted &&
	   net_error(&score, 0.133333333333333333, 0.0431744619710730548, 0.0623176629685353894, 0.204349003698131277) < 1e-14,
	   "137 and 91 of 345, 90 %%");
	ok(segm_net_score(5, 2, 11, false, &rule, &score) == SEGM_OK && score.adjusted &&
	   net_error(&score, 0.272727272727272727, 0.200218539493352893, -0.178135412158467861, 0.606706840729896433) < 1e-14,
	   "5 and 2 of 11: adjusted");
	ok(segm_net_score(40, 0, 40, false, &rule, &score) == SEGM_OK && score.adjusted &&
	   net_error(&score, 1, 0.0481720914201304134, 0.835816993896108319, 1) < 1e-14,
	   "40 of 40: adjusted, and cut at 1");
	ok(segm_net_score(80, 0, 100, true, &rule, &score) == SEGM_OK && !score.adjusted &&
	   net_error(&score, 0.8, 0.04, 0.721601440618397831, 0.878398559381602169) < 1e-14,
	   "80 satisfied of 100: Wald");
	ok(segm_net_score(7, 0, 10, true, &rule, &score) == SEGM_OK && score.adjusted &&
	   net_error(&score, 0.7, 0.12865957948167553, 0.392325297977269572, 0.896661582077574727) < 1e-14,
	   "7 satisfied of 10: Agresti and Coull");
	ok(segm_net_score(12, 0, 20, true, &ninety, &score) == SEGM_OK &&
	   net_error(&score, 0.6, 0.103289940654323888, 0.418187382751036525, 0.757981049776770566) < 1e-14,
	   "12 of 20, 90 %%");
	ok(segm_net_score(29, 0, 29, false, &rule, &score) == SEGM_OK && score.adjusted &&
	   segm_net_score(29, 1, 30, false, &rule, &score) == SEGM_OK && !score.adjusted, "30 answers are enough");

	ok(segm_net_difference(good, bad, n, &rule, &test) == SEGM_OK && !test.adjusted, "two groups");
	is_close(test.difference, -0.166666666666666667, 1e-14, "difference");
	is_close(test.std_error, 0.0892414374967796751, 1e-14, "standard error");
	is_close(test.low, -0.341576670088937162, 1e-14, "low");
	is_close(test.high, 0.00824333675560382889, 1e-13, "high");
	is_close(test.z, -1.86759280600652496, 1e-14, "z");
	is_close(test.p_value, 0.061818849936529358, 1e-13, "p value");
	good[1] = 5;
	bad[1] = 2;
	n[1] = 11;
	ok(segm_net_difference(good, bad, n, &rule, &test) == SEGM_OK && test.adjusted, "two groups, one of them small");
	is_close(test.difference, -0.0272727272727272727, 1e-14, "difference");
	is_close(test.low, -0.506935414441175388, 1e-14, "low");
	is_close(test.p_value, 0.690016213333716656, 1e-13, "p value");

	ok(segm_net_score(1, 1, 1, false, &rule, &score) == SEGM_DOMAIN && segm_net_score(0, 0, 0, false, &rule, &score) == SEGM_DOMAIN &&
	   segm_net_score(1, 0, 1, false, &wrong, &score) == SEGM_DOMAIN, "more than all, none, certainty");
	n[1] = 0;
	ok(segm_net_difference(good, bad, n, &rule, &test) == SEGM_DOMAIN, "an empty group");

	/* 1 to 7 once each: mean 4, variance 14/3, t(6) = 2.446911848791... */
	for (int i = 0; i <= 10; i++)
		(void) segm_survey_add(&survey, i, false, 0);
	ok(segm_mean_score(&survey, 1, 7, 0.95, &mean) == SEGM_OK && mean.has_error && mean.mean == 4.0 &&
	   tap_error(mean.std_error, sqrt(14.0 / 3.0 / 7.0), false) < 1e-15 &&
	   tap_error(mean.low, 4.0 - 2.4469118511449692 * sqrt(14.0 / 3.0 / 7.0), false) < 1e-10, "mean of 1 to 7");
	is_str(segm_nps_class(true, 9, 7, 9), "promoter", "9");
	is_str(segm_nps_class(true, 8, 7, 9), "passive", "8");
	is_str(segm_nps_class(true, 6, 7, 9), "detractor", "6");
	is_str(segm_nps_class(true, 11, 7, 9), "unknown", "11");
	is_str(segm_nps_class(true, 8.5, 7, 9), "unknown", "8.5");
	is_str(segm_nps_class(true, NAN, 7, 9), "unknown", "NaN");
	is_str(segm_nps_class(false, 9, 7, 9), "unknown", "no score");
}

int
main(void)
{
	test_rows();
	test_damage();
	test_recovery();
	test_scores();
	return tap_done();
}
