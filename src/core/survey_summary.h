/*
 * survey_summary.h
 *		The answers of one customer, or of many, to a question with whole
 *		scores from 0 to 10: how often each was given, and the latest ones.
 *		Exact, of fixed size, and mergeable.
 *
 * Layout of the payload, all integers little-endian:
 *
 *	  0  version (1 byte)
 *	  1  flags (1 byte), 0
 *	  2  number of latest answers (1 byte)
 *	  3  reserved (1 byte), 0
 *	  4  scores of the latest answers, the latest first, 1 byte each
 *	 12  reserved (4 bytes), 0
 *	 16  their instants, 8 bytes each
 *	 80  the counts by score, 8 bytes each
 *	168  rows that were no such score (8 bytes)
 *
 * Of two answers at one instant the lower one counts as the later, so equal
 * rows give equal bytes in any order; the value is the state of its aggregate.
 */
#ifndef SEGM_SURVEY_SUMMARY_H
#define SEGM_SURVEY_SUMMARY_H

#include "core/core.h"

#define SEGM_SURVEY_VERSION		1
#define SEGM_SURVEY_BYTES		176
#define SEGM_SURVEY_MAX_SCORE	10
#define SEGM_SURVEY_SCORES		(SEGM_SURVEY_MAX_SCORE + 1)
#define SEGM_SURVEY_LATEST		8

typedef struct SegmAnswer
{
	int64_t		at;
	int			score;
} SegmAnswer;

typedef struct SegmSurvey
{
	int64_t		counts[SEGM_SURVEY_SCORES];
	int64_t		ignored;
	int			n_latest;
	SegmAnswer	latest[SEGM_SURVEY_LATEST];
} SegmSurvey;

/* Everything is checked: SEGM_CORRUPT or SEGM_VERSION for what we cannot have written. */
extern SegmStatus segm_survey_read(const uint8_t *payload, size_t length, SegmSurvey *survey);

/* SEGM_SURVEY_BYTES bytes. */
extern void segm_survey_write(const SegmSurvey *survey, uint8_t *payload);

/*
 * A row: the score counts if it is a whole number from 0 to 10, and is among
 * the latest if it has a time that the server's calendar holds; anything else
 * is counted as ignored.  SEGM_OVERFLOW if a count is too large.
 */
extern SegmStatus segm_survey_add(SegmSurvey *survey, double score, bool has_time, int64_t at);

extern SegmStatus segm_survey_merge(SegmSurvey *survey, const SegmSurvey *other);

/* Number of answers from low to high; both may lie outside the scores.  SEGM_OVERFLOW if there are too many. */
extern SegmStatus segm_survey_count(const SegmSurvey *survey, int64_t low, int64_t high, int64_t *count);

/*
 * When a bad answer was made good: the first of the latest answers that is at
 * least "good" after the last one below it, if it came within so many days and
 * no bad one came later.  False if there is none.
 */
extern bool segm_survey_recovered(const SegmSurvey *survey, int64_t good, int64_t days, int64_t *at);

/* Text form.  Formatting into NULL only counts; no terminating zero. */
extern size_t segm_survey_format(const SegmSurvey *survey, char *text);
extern SegmStatus segm_survey_parse(const char *text, SegmSurvey *survey);

#endif							/* SEGM_SURVEY_SUMMARY_H */
