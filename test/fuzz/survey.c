/*
 * survey.c
 *		Any bytes as a stored or received survey summary and scale, and as
 *		their texts: what is let through is canonical, and its scores are
 *		numbers in order.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/scale_items.h"
#include "core/survey_score.h"
#include "core/survey_summary.h"

#define BYTES	20000

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static char text[64 * BYTES];

static void
try_survey(const SegmSurvey *survey)
{
	uint8_t		payload[SEGM_SURVEY_BYTES];
	uint8_t		again[SEGM_SURVEY_BYTES];
	SegmSurvey	other;
	SegmSurveyRule rule = {.confidence = 0.95, .adjusted_below = 30};
	SegmNetScore net;
	SegmMeanScore mean;
	size_t		used = segm_survey_format(survey, NULL);
	int64_t		n = segm_survey_count(survey, 0, SEGM_SURVEY_MAX_SCORE);
	int64_t		at;

	segm_survey_write(survey, payload);
	if (used >= sizeof(text) || segm_survey_format(survey, text) != used)
		abort();
	text[used] = '\0';
	if (segm_survey_parse(text, &other) != SEGM_OK)
		abort();
	segm_survey_write(&other, again);
	if (memcmp(payload, again, sizeof(payload)) != 0 || segm_survey_read(payload, sizeof(payload), &other) != SEGM_OK)
		abort();

	(void) segm_survey_recovered(survey, 7, 90, &at);
	if (n > 0 && segm_net_score(segm_survey_count(survey, 9, 10), segm_survey_count(survey, 0, 6), n, false, &rule, &net) == SEGM_OK &&
		!(net.low <= net.high && net.low >= -1 && net.high <= 1 && net.score >= -1 && net.score <= 1))
		abort();
	/* beyond that counts are rounded to doubles */
	if (n < INT64_C(1) << 50 && segm_mean_score(survey, 1, 7, 0.95, &mean) == SEGM_OK && mean.has_error && !(mean.low <= mean.mean && mean.mean <= mean.high))
		abort();
	if (n <= INT64_MAX / 2 && segm_survey_merge(&other, survey) == SEGM_OK && segm_survey_count(&other, 0, SEGM_SURVEY_MAX_SCORE) != 2 * n)
		abort();
}

static void
try_scale(uint8_t *payload, size_t length)
{
	static uint8_t again[SEGM_ITEMS_HEADER + SEGM_ITEMS_MAX * SEGM_ITEMS_EACH];
	size_t		used = segm_items_format(payload, NULL);
	size_t		read;
	double		alpha;
	bool		defined;

	if (used >= sizeof(text) || segm_items_format(payload, text) != used)
		abort();
	text[used] = '\0';
	if (segm_items_parse(text, again, sizeof(again), &read) != SEGM_OK || read != length || memcmp(payload, again, length) != 0)
		abort();
	if (segm_cronbach_alpha(payload, &defined, &alpha) == SEGM_OK && defined && !(alpha <= 1))
		abort();
	if (segm_items_merge(payload, again) == SEGM_OK && segm_items_check(payload, length) != SEGM_OK)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static uint8_t payload[BYTES];
	SegmSurvey	survey;
	size_t		read;

	if (length >= sizeof(payload))
		return 0;
	if (segm_survey_read(data, length, &survey) == SEGM_OK)
		try_survey(&survey);
	memcpy(payload, data, length);
	if (segm_items_check(payload, length) == SEGM_OK)
		try_scale(payload, length);

	memcpy(text, data, length);
	text[length] = '\0';
	if (segm_survey_parse(text, &survey) == SEGM_OK)
		try_survey(&survey);
	memcpy(text, data, length);
	text[length] = '\0';
	if (segm_items_parse(text, payload, sizeof(payload), &read) == SEGM_OK)
	{
		if (segm_items_check(payload, read) != SEGM_OK)
			abort();
		try_scale(payload, read);
	}
	return 0;
}
