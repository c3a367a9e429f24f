/*
 * survey_summary.c
 *		Survey summaries: rows added, values merged, bytes and text; see
 *		survey_summary.h for the layout.
 */
#include "core/survey_summary.h"
#include "core/bytes.h"
#include "core/text_time.h"

#include <math.h>

#define VERSION_AT		0
#define FLAGS_AT		1
#define N_LATEST_AT		2
#define RESERVED_AT		3
#define SCORES_AT		4
#define PADDING_AT		12
#define TIMES_AT		16
#define COUNTS_AT		80
#define IGNORED_AT		168

static bool
is_instant(int64_t at)
{
	return at >= SEGM_MIN_INSTANT && at < SEGM_END_INSTANT;
}

/* Order of the latest answers, the latest first. */
static bool
is_later(const SegmAnswer *a, const SegmAnswer *b)
{
	return a->at > b->at || (a->at == b->at && a->score < b->score);
}

/* What adding rows keeps true. */
static bool
is_consistent(const SegmSurvey *survey)
{
	int64_t		latest[SEGM_SURVEY_SCORES] = {0};

	if (survey->ignored < 0 || survey->n_latest < 0 || survey->n_latest > SEGM_SURVEY_LATEST)
		return false;
	for (int i = 0; i < survey->n_latest; i++)
	{
		const SegmAnswer *answer = &survey->latest[i];

		if (answer->score < 0 || answer->score > SEGM_SURVEY_MAX_SCORE || !is_instant(answer->at) ||
			(i > 0 && is_later(answer, answer - 1)))
			return false;
		latest[answer->score]++;
	}
	for (int i = survey->n_latest; i < SEGM_SURVEY_LATEST; i++)
		if (survey->latest[i].score != 0 || survey->latest[i].at != 0)
			return false;
	for (int i = 0; i < SEGM_SURVEY_SCORES; i++)
		if (survey->counts[i] < latest[i])
			return false;
	return true;
}

SegmStatus
segm_survey_read(const uint8_t *payload, size_t length, SegmSurvey *survey)
{
	if (length < 1)
		return SEGM_CORRUPT;
	if (payload[VERSION_AT] != SEGM_SURVEY_VERSION)
		return SEGM_VERSION;
	if (length != SEGM_SURVEY_BYTES || payload[FLAGS_AT] != 0 || payload[RESERVED_AT] != 0 ||
		get32(payload + PADDING_AT) != 0)
		return SEGM_CORRUPT;
	survey->n_latest = payload[N_LATEST_AT];
	for (int i = 0; i < SEGM_SURVEY_LATEST; i++)
	{
		survey->latest[i].score = payload[SCORES_AT + i];
		survey->latest[i].at = get64(payload + TIMES_AT + i * 8);
	}
	for (int i = 0; i < SEGM_SURVEY_SCORES; i++)
		survey->counts[i] = get64(payload + COUNTS_AT + i * 8);
	survey->ignored = get64(payload + IGNORED_AT);
	return is_consistent(survey) ? SEGM_OK : SEGM_CORRUPT;
}

void
segm_survey_write(const SegmSurvey *survey, uint8_t *payload)
{
	payload[VERSION_AT] = SEGM_SURVEY_VERSION;
	payload[FLAGS_AT] = 0;
	payload[N_LATEST_AT] = (uint8_t) survey->n_latest;
	payload[RESERVED_AT] = 0;
	put32(payload + PADDING_AT, 0);
	for (int i = 0; i < SEGM_SURVEY_LATEST; i++)
	{
		payload[SCORES_AT + i] = (uint8_t) survey->latest[i].score;
		put64(payload + TIMES_AT + i * 8, survey->latest[i].at);
	}
	for (int i = 0; i < SEGM_SURVEY_SCORES; i++)
		put64(payload + COUNTS_AT + i * 8, survey->counts[i]);
	put64(payload + IGNORED_AT, survey->ignored);
}

/* ---- adding ---- */

/* An answer takes its place among the latest, if it is one of them. */
static void
add_latest(SegmSurvey *survey, SegmAnswer answer)
{
	int			place = survey->n_latest;

	while (place > 0 && is_later(&answer, &survey->latest[place - 1]))
		place--;
	if (place == SEGM_SURVEY_LATEST)
		return;
	if (survey->n_latest < SEGM_SURVEY_LATEST)
		survey->n_latest++;
	for (int i = survey->n_latest - 1; i > place; i--)
		survey->latest[i] = survey->latest[i - 1];
	survey->latest[place] = answer;
}

SegmStatus
segm_survey_add(SegmSurvey *survey, double score, bool has_time, int64_t at)
{
	int64_t    *count = &survey->ignored;
	SegmAnswer	answer = {at, 0};
	bool		counts = score >= 0.0 && score <= SEGM_SURVEY_MAX_SCORE && score == floor(score) &&
	(!has_time || is_instant(at));

	if (counts)
	{
		answer.score = (int) score;
		count = &survey->counts[answer.score];
	}
	if (__builtin_add_overflow(*count, 1, count))
		return SEGM_OVERFLOW;
	if (counts && has_time)
		add_latest(survey, answer);
	return SEGM_OK;
}

SegmStatus
segm_survey_merge(SegmSurvey *survey, const SegmSurvey *other)
{
	for (int i = 0; i < SEGM_SURVEY_SCORES; i++)
		if (__builtin_add_overflow(survey->counts[i], other->counts[i], &survey->counts[i]))
			return SEGM_OVERFLOW;
	if (__builtin_add_overflow(survey->ignored, other->ignored, &survey->ignored))
		return SEGM_OVERFLOW;
	for (int i = 0; i < other->n_latest; i++)
		add_latest(survey, other->latest[i]);
	return SEGM_OK;
}

/* ---- answers ---- */

SegmStatus
segm_survey_count(const SegmSurvey *survey, int64_t low, int64_t high, int64_t *count)
{
	*count = 0;
	for (int i = 0; i < SEGM_SURVEY_SCORES; i++)
		if (i >= low && i <= high && __builtin_add_overflow(*count, survey->counts[i], count))
			return SEGM_OVERFLOW;
	return SEGM_OK;
}

bool
segm_survey_recovered(const SegmSurvey *survey, int64_t good, int64_t days, int64_t *at)
{
	int			bad = 0;

	while (bad < survey->n_latest && survey->latest[bad].score >= good)
		bad++;
	if (bad == 0 || bad == survey->n_latest || days < 0)
		return false;
	*at = survey->latest[bad - 1].at;

	/* the gap is not zero, and may take all 64 bits */
	return ((uint64_t) *at - (uint64_t) survey->latest[bad].at - 1) / SEGM_USECS_PER_DAY <
		(uint64_t) days;
}

/* ---- text ---- */

/*
 * v1 counts=0,0,0,1,0,0,0,0,0,2,0 ignored=0 latest=9@2024-03-05T23:30:00Z,3@2024-01-02T10:00:00Z
 */
size_t
segm_survey_format(const SegmSurvey *survey, char *text)
{
	SegmSink	sink = {text, 0};

	put_integer(&sink, "v", SEGM_SURVEY_VERSION);
	for (int i = 0; i < SEGM_SURVEY_SCORES; i++)
		put_integer(&sink, i == 0 ? " counts=" : ",", survey->counts[i]);
	put_integer(&sink, " ignored=", survey->ignored);
	for (int i = 0; i < survey->n_latest; i++)
	{
		put_integer(&sink, i == 0 ? " latest=" : ",", survey->latest[i].score);
		put_instant(&sink, "@", survey->latest[i].at);
	}
	return sink.length;
}

SegmStatus
segm_survey_parse(const char *text, SegmSurvey *survey)
{
	const char *p = text;
	int64_t		number;

	memset(survey, 0, sizeof(*survey));
	if (!take(&p, "v") || !take_integer(&p, INT32_MAX, &number))
		return SEGM_MALFORMED;
	if (number != SEGM_SURVEY_VERSION)
		return SEGM_VERSION;
	for (int i = 0; i < SEGM_SURVEY_SCORES; i++)
		if (!take(&p, i == 0 ? " counts=" : ",") || !take_integer(&p, INT64_MAX, &survey->counts[i]))
			return SEGM_MALFORMED;
	if (!take(&p, " ignored=") || !take_integer(&p, INT64_MAX, &survey->ignored))
		return SEGM_MALFORMED;
	while (take(&p, survey->n_latest == 0 ? " latest=" : ","))
	{
		SegmAnswer *answer = &survey->latest[survey->n_latest];

		if (survey->n_latest == SEGM_SURVEY_LATEST ||
			!take_integer(&p, SEGM_SURVEY_MAX_SCORE, &number) || !take(&p, "@") ||
			!take_instant(&p, &answer->at))
			return SEGM_MALFORMED;
		answer->score = (int) number;
		survey->n_latest++;
	}
	return *p == '\0' && is_consistent(survey) ? SEGM_OK : SEGM_MALFORMED;
}
