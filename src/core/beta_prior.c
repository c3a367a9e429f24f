/*
 * beta_prior.c
 *		Maximum likelihood of the beta-binomial distribution (Skellam 1948,
 *		JRSS B 10, 257-261), with mean m and weight w: alpha = m w,
 *		beta = (1 - m) w.
 *
 * For a given weight the likelihood is strictly concave in the mean: a
 * bracketed Newton iteration finds it.  By the envelope theorem the slope of
 * the profile likelihood in ln w is the partial derivative there; its zero is
 * found by bracketing too.  Nothing random, no starting values.
 */
#include "beta_prior.h"

#include <math.h>

#include "special.h"

#define MAX_STEPS		200
#define TOLERANCE		1e-14

/* The derivative of psi, z > 0: only steers Newton's steps. */
static double
trigamma(double z)
{
	double		sum = 0.0;
	double		i;

	for (; z < 10.0; z += 1.0)
		sum += 1.0 / (z * z);
	i = 1.0 / z;
	return sum + i * (1.0 + i * (0.5 + i * (1.0 / 6 - i * i * (1.0 / 30 - i * i / 42))));
}

/* Sums of psi(a + k) - psi(a) and of the same for failures and trials. */
typedef struct Slopes
{
	double		successes;
	double		failures;
	double		trials;
	double		curvature;		/* of the likelihood in the mean, over w^2 */
} Slopes;

static Slopes
slopes_at(const SegmTrials *rows, size_t n, double mean, double weight, SegmPoll poll)
{
	double		alpha = mean * weight;
	double		beta = (1.0 - mean) * weight;
	double		at_alpha = trigamma(alpha);
	double		at_beta = trigamma(beta);
	Slopes		sum = {0};

	for (size_t i = 0; i < n; i++)
	{
		double		customers = rows[i].customers;
		double		successes = rows[i].successes;
		double		failures = rows[i].trials - successes;

		segm_poll_step(poll, i);
		sum.successes += customers * segm_digamma_difference(alpha, successes);
		sum.failures += customers * segm_digamma_difference(beta, failures);
		sum.trials += customers * segm_digamma_difference(weight, rows[i].trials);
		sum.curvature += customers * (trigamma(alpha + successes) - at_alpha +
									  trigamma(beta + failures) - at_beta);
	}
	return sum;
}

/* The best mean for this weight, starting from *mean, and the slopes there. */
static Slopes
best_mean(const SegmTrials *rows, size_t n, double weight, SegmPoll poll, double *mean)
{
	double		low = 0.0;
	double		high = 1.0;
	Slopes		slopes = slopes_at(rows, n, *mean, weight, poll);

	for (int step = 0; step < MAX_STEPS; step++)
	{
		double		slope = slopes.successes - slopes.failures;
		double		next = *mean - slope / (slopes.curvature * weight);

		if (slope == 0.0)
			break;
		if (slope > 0.0)
			low = *mean;
		else
			high = *mean;
		if (!(next > low && next < high))
			next = low + (high - low) / 2;
		if (fabs(next - *mean) <= TOLERANCE * *mean)
			break;
		*mean = next;
		slopes = slopes_at(rows, n, *mean, weight, poll);
	}
	return slopes;
}

/* The slope of the profile likelihood in the weight. */
static double
weight_slope(const SegmTrials *rows, size_t n, double log_weight, SegmPoll poll, double *mean)
{
	Slopes		slopes = best_mean(rows, n, exp(log_weight), poll, mean);

	return *mean * slopes.successes + (1.0 - *mean) * slopes.failures - slopes.trials;
}

/* ln B(alpha + k, beta + n - k) - ln B(alpha, beta), summed up. */
static double
log_likelihood(const SegmTrials *rows, size_t n, double alpha, double beta, SegmPoll poll)
{
	double		sum = 0.0;

	for (size_t i = 0; i < n; i++)
	{
		segm_poll_step(poll, i);
		sum += rows[i].customers *
			(segm_log_gamma_ratio(alpha, rows[i].successes) +
			 segm_log_gamma_ratio(beta, rows[i].trials - rows[i].successes) -
			 segm_log_gamma_ratio(alpha + beta, rows[i].trials));
	}
	return sum;
}

SegmStatus
segm_beta_prior_fit(const SegmTrials *rows, size_t n, SegmPoll poll, SegmBetaPrior *prior)
{
	double		low = log(SEGM_BETA_PRIOR_MIN_WEIGHT);
	double		high = log(SEGM_BETA_PRIOR_MAX_WEIGHT);
	double		successes = 0.0;
	double		trials = 0.0;
	double		repeated = 0.0;
	double		mean;
	double		weight = SEGM_BETA_PRIOR_MAX_WEIGHT;

	for (size_t i = 0; i < n; i++)
	{
		if (!(rows[i].successes >= 0.0) || !(rows[i].trials >= rows[i].successes) ||
			!(rows[i].customers >= 0.0))
			return SEGM_DOMAIN;
		successes += rows[i].customers * rows[i].successes;
		trials += rows[i].customers * rows[i].trials;
		if (rows[i].trials > 1.0)
			repeated += rows[i].customers;
	}
	if (!(trials > 0.0))
		return SEGM_DOMAIN;

	/* nobody differs, or nobody could: everyone has the common share */
	mean = successes / trials;
	prior->identified = false;
	if (successes > 0.0 && successes < trials && repeated > 0.0 &&
		weight_slope(rows, n, high, poll, &mean) < 0.0)
	{
		double		low_mean = successes / trials;
		double		at;

		if (weight_slope(rows, n, low, poll, &low_mean) <= 0.0)
			high = low;
		for (int step = 0; step < MAX_STEPS && high - low > TOLERANCE; step++)
		{
			at = low + (high - low) / 2;
			if (!(at > low && at < high))
				break;
			if (weight_slope(rows, n, at, poll, &mean) > 0.0)
				low = at;
			else
				high = at;
		}
		weight = exp(high);
		(void) best_mean(rows, n, weight, poll, &mean);
		prior->identified = true;
	}
	prior->alpha = mean * weight;
	prior->beta = (1.0 - mean) * weight;
	prior->log_likelihood = successes > 0.0 && successes < trials
		? log_likelihood(rows, n, prior->alpha, prior->beta, poll) : 0.0;
	return SEGM_OK;
}

bool
segm_beta_prior_valid(double alpha, double beta)
{
	double		weight = alpha + beta;

	return alpha >= 0.0 && beta >= 0.0 && weight > 0.0 && isfinite(weight);
}

SegmStatus
segm_shrunk_share(double successes, double trials, double alpha, double beta, double *share)
{
	if (!segm_beta_prior_valid(alpha, beta) || !(successes >= 0.0) || !(trials >= successes))
		return SEGM_DOMAIN;
	*share = (successes + alpha) / (trials + alpha + beta);
	return SEGM_OK;
}
