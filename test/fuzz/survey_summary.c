/*
 * survey_summary.c
 *		Any bytes and any text as a survey_summary: refused, or a value that
 *		comes back as the same bytes and the same text; two of them merged in
 *		either direction are the same; any rows, too.
 */
#include "core/survey_summary.h"
#include "fuzz.h"

static void
must_come_back(const SegmSurvey *survey)
{
	static char text[4096];
	SegmSurvey	again;
	uint8_t		bytes[SEGM_SURVEY_BYTES];
	uint8_t		other[SEGM_SURVEY_BYTES];
	size_t		length = segm_survey_format(survey, NULL);
	int64_t		at;
	int64_t		count;

	MUST(length < sizeof(text));
	MUST(segm_survey_format(survey, text) == length);
	text[length] = '\0';
	segm_survey_write(survey, bytes);
	MUST(segm_survey_parse(text, &again) == SEGM_OK);
	segm_survey_write(&again, other);
	MUST(memcmp(bytes, other, sizeof(bytes)) == 0);
	MUST(segm_survey_read(bytes, sizeof(bytes), &again) == SEGM_OK);
	(void) segm_survey_count(survey, INT64_MIN, INT64_MAX, &count);
	(void) segm_survey_recovered(survey, survey->counts[0] % 11, survey->counts[1], &at);
}

static void
must_merge(const SegmSurvey *a, const SegmSurvey *b)
{
	SegmSurvey	ab = *a;
	SegmSurvey	ba = *b;
	uint8_t		x[SEGM_SURVEY_BYTES];
	uint8_t		y[SEGM_SURVEY_BYTES];
	SegmStatus	status = segm_survey_merge(&ab, b);

	MUST(segm_survey_merge(&ba, a) == status);
	if (status != SEGM_OK)
		return;
	segm_survey_write(&ab, x);
	segm_survey_write(&ba, y);
	MUST(memcmp(x, y, sizeof(x)) == 0);
	must_come_back(&ab);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static char text[4096];
	Input		input = {data, length};
	SegmSurvey	a;
	SegmSurvey	b;
	SegmSurvey	rows = {0};
	bool		has_a = segm_survey_read(data, length < SEGM_SURVEY_BYTES ? length : SEGM_SURVEY_BYTES, &a) == SEGM_OK;
	bool		has_b = length > SEGM_SURVEY_BYTES &&
		segm_survey_read(data + SEGM_SURVEY_BYTES, length - SEGM_SURVEY_BYTES, &b) == SEGM_OK;

	(void) segm_survey_read(data, length, &rows);
	if (has_a)
		must_come_back(&a);
	if (has_a && has_b)
		must_merge(&a, &b);
	if (length < sizeof(text))
	{
		memcpy(text, data, length);
		text[length] = '\0';
		if (segm_survey_parse(text, &b) == SEGM_OK)
		{
			must_come_back(&b);
			if (has_a)
				must_merge(&a, &b);
		}
	}

	rows = (SegmSurvey) {0};
	while (input.left > 0)
	{
		double		score = next_double(&input);
		bool		has_time = next_byte(&input) % 4 != 0;

		if (segm_survey_add(&rows, score, has_time, next_integer(&input)) != SEGM_OK)
			return 0;
	}
	must_come_back(&rows);
	must_merge(&rows, &rows);
	return 0;
}
