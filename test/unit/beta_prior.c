/*
 * beta_prior.c
 *		Fits of the beta prior: expected counts of a known prior give it back,
 *		the slopes are zero by sums that use no special function, degenerate
 *		populations.
 */
#include "core/beta_prior.h"
#include "tap.h"

#define MAX_ROWS 200

static double
choose(int n, int k)
{
	double		result = 1.0;

	for (int i = 1; i <= k; i++)
		result = result * (n - k + i) / i;
	return result;
}

/* a (a + 1) ... (a + n - 1) */
static double
rising(double a, int n)
{
	double		result = 1.0;

	for (int i = 0; i < n; i++)
		result *= a + i;
	return result;
}

/* Exactly the counts to expect of 1 .. max_trials trials, equally often. */
static size_t
expected_counts(double alpha, double beta, int max_trials, SegmTrials *rows)
{
	size_t		n = 0;

	for (int trials = 1; trials <= max_trials; trials++)
		for (int successes = 0; successes <= trials; successes++)
		{
			rows[n].successes = successes;
			rows[n].trials = trials;
			rows[n++].customers = 1000.0 * choose(trials, successes) *
				rising(alpha, successes) * rising(beta, trials - successes) /
				rising(alpha + beta, trials);
		}
	return n;
}

/* The slopes in alpha and beta, relative to the sizes of their parts. */
static double
worst_slope(const SegmTrials *rows, size_t n, double alpha, double beta)
{
	double		up = 0.0;
	double		down = 0.0;
	double		both = 0.0;

	for (size_t i = 0; i < n; i++)
	{
		for (int j = 0; j < (int) rows[i].successes; j++)
			up += rows[i].customers / (alpha + j);
		for (int j = 0; j < (int) (rows[i].trials - rows[i].successes); j++)
			down += rows[i].customers / (beta + j);
		for (int j = 0; j < (int) rows[i].trials; j++)
			both += rows[i].customers / (alpha + beta + j);
	}
	return fmax(fabs(up - both), fabs(down - both)) / both;
}

static double
log_likelihood(const SegmTrials *rows, size_t n, double alpha, double beta)
{
	double		sum = 0.0;

	for (size_t i = 0; i < n; i++)
		sum += rows[i].customers * (log(rising(alpha, (int) rows[i].successes)) +
									log(rising(beta, (int) (rows[i].trials - rows[i].successes))) -
									log(rising(alpha + beta, (int) rows[i].trials)));
	return sum;
}

int
main(void)
{
	static const double shapes[][2] = {{2, 5}, {0.3, 0.7}, {0.05, 4}, {40, 10}, {1, 1}, {300, 900}};
	SegmTrials	rows[MAX_ROWS];
	SegmTrials	few[] = {{0, 3, 4}, {1, 2, 3}, {2, 2, 5}, {3, 9, 2}, {8, 8, 1}};
	SegmTrials	one[] = {{0, 1, 30}, {1, 1, 10}};
	SegmTrials	none[] = {{0, 5, 10}, {0, 2, 3}};
	SegmTrials	alike[] = {{2, 4, 100}, {3, 6, 50}};
	SegmTrials	split[] = {{0, 6, 70}, {6, 6, 30}};
	SegmTrials	wrong[] = {{3, 2, 1}};
	SegmTrials	large[] = {{10, 1000000, 5}, {400000, 1000000, 7}, {3, 4, 2}};
	SegmBetaPrior prior;
	SegmBetaPrior other;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
	{
		size_t		n = expected_counts(shapes[i][0], shapes[i][1], 12, rows);
		double		tolerance = shapes[i][0] < 100 ? 1e-9 : 1e-5;

		ok(segm_beta_prior_fit(rows, n, NULL, &prior) == SEGM_OK && prior.identified, "fitted");
		is_close(prior.alpha, shapes[i][0], tolerance, "alpha comes back");
		is_close(prior.beta, shapes[i][1], tolerance, "beta comes back");
	}
	ok(segm_beta_prior_fit(few, 5, NULL, &prior) == SEGM_OK && prior.identified, "a few customers");
	ok(worst_slope(few, 5, prior.alpha, prior.beta) < 1e-12, "both slopes are zero");
	is_close(prior.log_likelihood, log_likelihood(few, 5, prior.alpha, prior.beta), 1e-13,
			 "its likelihood");
	other = prior;
	for (int i = 0; i < 2; i++)
	{
		SegmTrials	swap = few[i];

		few[i] = few[4 - i];
		few[4 - i] = swap;
	}
	ok(segm_beta_prior_fit(few, 5, NULL, &prior) == SEGM_OK &&
	   tap_error(prior.alpha, other.alpha, false) < 1e-12, "the other way round");

	ok(segm_beta_prior_fit(one, 2, NULL, &prior) == SEGM_OK && !prior.identified, "one trial each");
	is_close(prior.alpha / (prior.alpha + prior.beta), 0.25, 1e-15, "the common share");
	ok(segm_beta_prior_fit(none, 2, NULL, &prior) == SEGM_OK && !prior.identified && prior.alpha == 0.0 &&
	   prior.log_likelihood == 0.0, "no successes");
	ok(segm_beta_prior_fit(alike, 2, NULL, &prior) == SEGM_OK && !prior.identified &&
	   prior.alpha == SEGM_BETA_PRIOR_MAX_WEIGHT / 2, "all alike");
	ok(segm_beta_prior_fit(split, 2, NULL, &prior) == SEGM_OK && prior.identified &&
	   prior.alpha + prior.beta < 2 * SEGM_BETA_PRIOR_MIN_WEIGHT, "all or nothing");
	is_close(prior.alpha / (prior.alpha + prior.beta), 0.3, 1e-5, "the share of all");
	ok(segm_beta_prior_fit(large, 3, NULL, &prior) == SEGM_OK && prior.identified &&
	   worst_slope(large, 3, prior.alpha, prior.beta) < 1e-10, "a million trials");
	ok(segm_beta_prior_fit(wrong, 1, NULL, &prior) == SEGM_DOMAIN, "more successes than trials");
	ok(segm_beta_prior_fit(few, 0, NULL, &prior) == SEGM_DOMAIN, "nobody");

	ok(!segm_beta_prior_valid(0, 0) && !segm_beta_prior_valid(-1, 2) && !segm_beta_prior_valid(NAN, 2) &&
	   !segm_beta_prior_valid(INFINITY, 2) && segm_beta_prior_valid(0, 2), "what is a prior");
	return tap_done();
}
