/*
 * survey_score.c
 *		NPS, CSAT and CES with intervals.
 *
 * With p good and q bad shares the variance of an answer's net score is
 * (p + q) - (p - q)^2.  The plain interval is Wald's.  The adjusted one for a
 * difference of shares adds three answers, 3/4 good and 3/4 bad: the adjusted
 * Wald interval that came out best in B. Rocks, "Interval Estimation for the
 * Net Promoter Score", The American Statistician 70 (2016), 365-372.  That of
 * a single share is A. Agresti and B. Coull's, The American Statistician 52
 * (1998), 119-126.
 */
#include "survey_score.h"

#include <math.h>

#include "student_t.h"

#define NPS_ADDED		3.0
#define NPS_ADDED_EACH	0.75
#define POINTS			100.0

/* The counts that the interval goes by, and what they say. */
typedef struct Basis
{
	double		net;
	double		variance;		/* of the net score of n answers */
	bool		adjusted;
} Basis;

static Basis
basis_of(double good, double bad, double n, double z, bool single, int64_t adjusted_below)
{
	Basis		basis;

	basis.adjusted = n < (double) adjusted_below || good == n || bad == n || good + bad == 0.0;
	if (basis.adjusted)
	{
		good += single ? z * z / 2.0 : NPS_ADDED_EACH;
		bad += single ? 0.0 : NPS_ADDED_EACH;
		n += single ? z * z : NPS_ADDED;
	}
	basis.net = (good - bad) / n;

	/* as a sum of what cannot be negative: no digits are lost */
	basis.variance = (good * (n - good) + bad * (n - bad) + 2.0 * good * bad) / (n * n) / n;
	return basis;
}

static SegmStatus
critical_value(const SegmSurveyRule *rule, double *z)
{
	if (rule->adjusted_below < 0)
		return SEGM_DOMAIN;
	return segm_t_critical(rule->confidence, HUGE_VAL, z);
}

SegmStatus
segm_net_score(int64_t good, int64_t bad, int64_t n, bool single, const SegmSurveyRule *rule,
			   SegmNetScore *result)
{
	Basis		basis;
	double		z;
	SegmStatus	status = critical_value(rule, &z);

	if (status != SEGM_OK)
		return status;
	if (n <= 0 || good < 0 || bad < 0 || good > n - bad)
		return SEGM_DOMAIN;
	basis = basis_of((double) good, (double) bad, (double) n, z, single, rule->adjusted_below);
	result->score = ((double) good - (double) bad) / (double) n;
	result->std_error = sqrt(basis.variance);
	result->low = fmax(basis.net - z * result->std_error, single ? 0.0 : -1.0);
	result->high = fmin(basis.net + z * result->std_error, 1.0);
	result->adjusted = basis.adjusted;
	return SEGM_OK;
}

SegmStatus
segm_mean_score(const SegmSurvey *survey, int low, int high, double confidence,
				SegmMeanScore *result)
{
	int64_t		count;
	double		n;
	double		sum = 0.0;
	double		squares = 0.0;
	double		t;
	SegmStatus	status = segm_survey_count(survey, low, high, &count);

	if (status != SEGM_OK)
		return status;
	if (count == 0)
		return SEGM_DOMAIN;
	n = (double) count;
	for (int i = low; i <= high; i++)
		sum += i * (double) survey->counts[i];
	result->mean = sum / n;
	for (int i = low; i <= high; i++)
		squares += (i - result->mean) * (i - result->mean) * (double) survey->counts[i];
	result->has_error = n > 1.0;
	if (!result->has_error)
		return SEGM_OK;
	status = segm_t_critical(confidence, n - 1.0, &t);
	if (status != SEGM_OK)
		return status;
	result->std_error = sqrt(squares / (n - 1.0) / n);
	result->low = fmax(result->mean - t * result->std_error, low);
	result->high = fmin(result->mean + t * result->std_error, high);
	return SEGM_OK;
}

const char *
segm_nps_class(bool has_score, double score, int64_t passive, int64_t promoter)
{
	if (!has_score || !(score >= 0.0 && score <= SEGM_SURVEY_MAX_SCORE) || score != floor(score))
		return "unknown";
	if (score >= (double) promoter)
		return "promoter";
	return score >= (double) passive ? "passive" : "detractor";
}

double
segm_points(double net)
{
	return POINTS * net;
}

SegmStatus
segm_net_difference(const int64_t good[2], const int64_t bad[2], const int64_t n[2],
					const SegmSurveyRule *rule, SegmNetDifference *result)
{
	double		score[2];
	Basis		basis[2];
	double		between;
	double		z;
	SegmStatus	status = critical_value(rule, &z);

	if (status != SEGM_OK)
		return status;
	for (int i = 0; i < 2; i++)
	{
		if (n[i] <= 0 || good[i] < 0 || bad[i] < 0 || good[i] > n[i] - bad[i])
			return SEGM_DOMAIN;
		score[i] = ((double) good[i] - (double) bad[i]) / (double) n[i];
		basis[i] = basis_of((double) good[i], (double) bad[i], (double) n[i], z, false,
							rule->adjusted_below);
	}
	between = basis[1].net - basis[0].net;
	result->difference = score[1] - score[0];
	result->std_error = sqrt(basis[0].variance + basis[1].variance);
	result->low = fmax(between - z * result->std_error, -2.0);
	result->high = fmin(between + z * result->std_error, 2.0);
	result->z = between / result->std_error;
	result->p_value = erfc(fabs(result->z) / sqrt(2.0));
	result->adjusted = basis[0].adjusted || basis[1].adjusted;
	return SEGM_OK;
}
