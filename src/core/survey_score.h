/*
 * survey_score.h
 *		Scores of survey answers with their intervals: NPS, CSAT, CES, and the
 *		difference of two NPS.
 */
#ifndef SEGM_SURVEY_SCORE_H
#define SEGM_SURVEY_SCORE_H

#include "survey_summary.h"

/* The definitions, unless said otherwise. */
#define SEGM_NPS_PASSIVE		7	/* from here on no detractor */
#define SEGM_NPS_PROMOTER		9
#define SEGM_SCALE_FROM			1	/* CSAT and CES scales begin here */
#define SEGM_CSAT_SATISFIED		4
#define SEGM_CSAT_MAX			5
#define SEGM_CES_MAX			7
#define SEGM_CES_EASY			5	/* the share of 5 to 7 */
#define SEGM_CES_TOP			6	/* 6 and 7 less 1 and 2 */
#define SEGM_CES_BOTTOM			2
#define SEGM_ADJUSTED_BELOW		30	/* answers */

/*
 * A share of good answers less a share of bad ones, -1..1, with its standard
 * error and interval.  "adjusted" says that the interval is not the plain one
 * of Wald: there were fewer answers than asked for, or all of them alike.
 */
typedef struct SegmNetScore
{
	double		score;
	double		std_error;
	double		low;
	double		high;
	bool		adjusted;
} SegmNetScore;

typedef struct SegmSurveyRule
{
	double		confidence;
	int64_t		adjusted_below;
} SegmSurveyRule;

/*
 * Of n > 0 answers.  The adjustments: for a difference of shares three answers
 * more, 3/4 of them good and 3/4 bad; for a single share (bad is 0, and cannot
 * be anything else) z^2 answers more, half of them good.  SEGM_DOMAIN unless 0
 * < confidence < 1 and adjusted_below >= 0.
 */
extern SegmStatus segm_net_score(int64_t good, int64_t bad, int64_t n, bool single,
								 const SegmSurveyRule *rule, SegmNetScore *result);

typedef struct SegmMeanScore
{
	double		mean;
	double		std_error;
	double		low;
	double		high;
	bool		has_error;		/* two answers at least */
} SegmMeanScore;

/* Mean of the scores from low to high, of which there is at least one. */
extern SegmStatus segm_mean_score(const SegmSurvey *survey, int low, int high, double confidence,
								  SegmMeanScore *result);

typedef struct SegmNetDifference
{
	double		difference;		/* b less a, of the plain scores */
	double		std_error;
	double		low;
	double		high;
	double		z;
	double		p_value;		/* two-sided, normal */
	bool		adjusted;		/* either of the two was */
} SegmNetDifference;

/* promoter, passive or detractor; unknown for no score, or none of the whole ones from 0 to 10. */
extern const char *segm_nps_class(bool has_score, double score, int64_t passive, int64_t promoter);

/* Scores to -100..100. */
extern double segm_points(double net);

/* Both have answers. */
extern SegmStatus segm_net_difference(const int64_t good[2], const int64_t bad[2],
									  const int64_t n[2], const SegmSurveyRule *rule,
									  SegmNetDifference *result);

#endif							/* SEGM_SURVEY_SCORE_H */
