/*
 * bg_process.c
 *		The beta-geometric purchase process: see bg_process.h.
 *
 * Sources: Fader, Hardie & Lee 2005, "Counting your customers the easy way",
 * Marketing Science 24(2), 275-284; Batislam, Denizel & Filiztekin 2007,
 * IJRM 24(3), 201-209.  The papers write the expectation with 2F1 over a - 1,
 * which cancels badly for short horizons and is singular at a = 1.  Here it
 * is a series of positive terms, or an integral of a positive function: no
 * parameter is special.
 */
#include <math.h>
#include <string.h>

#include "beta_mean.h"
#include "bg_process.h"
#include "incomplete.h"
#include "special.h"

/* The series is used while it is cheap and its first term does not vanish. */
#define SERIES_TERMS 600
#define SERIES_LOG_FIRST 600.0
#define SERIES_END 1e-17

/* Horizons at a time. */
#define HORIZONS 16

/* Step of the differences of what depends on a count alone. */
#define COUNT_STEP 1e-4

/* What the functions of the drop-out probability need. */
typedef struct Mixture
{
	const SegmBgState *state;
	double		t;				/* horizon, or discount rate */
} Mixture;

/*
 * Without drop-out the count N within t would be negative binomial; with it
 * the i-th of those purchases happens with probability E[(1-p)^(i-1)].  So
 * the expectation is the sum over i of P(N >= i) E[(1-p)^(i-1)], which is
 * summed by N instead: sum over n of P(N = n) S_n with S_n the expected
 * purchases among n.  Only P(N = n) depends on t, so several horizons share
 * the rest; the longest of them needs the most terms.  False: too many.
 */
static bool
expected_by_series(const SegmBgState *state, const double t[], int count, double expected[])
{
	double		z[HORIZONS],
				mass[HORIZONS],
				longest = 0.0,
				last = 0.0,
				survival = 1.0,
				purchases = 0.0;
	int			slowest = 0;

	for (int k = 0; k < count; k++)
	{
		double		log_first = state->shape * log1p(t[k] / state->rate);

		/* about how many terms: past the mean, then as z^n */
		if (log_first > SERIES_LOG_FIRST
			|| state->shape * t[k] / state->rate + 40.0 * (1.0 + t[k] / state->rate) > SERIES_TERMS)
			return false;
		z[k] = t[k] / (state->rate + t[k]);
		mass[k] = exp(-log_first);
		expected[k] = 0.0;
		if (t[k] > longest)
		{
			longest = t[k];
			slowest = k;
		}
	}
	if (longest == 0.0)
		return true;
	for (int n = 1; n <= 4 * SERIES_TERMS; n++)
	{
		double		growth = (state->shape + (n - 1)) / n,
					ratio;

		purchases += survival;
		survival *= (state->b + (n - 1)) / (state->a + state->b + (n - 1));
		for (int k = 0; k < count; k++)
		{
			mass[k] *= z[k] * growth;
			expected[k] += mass[k] * purchases;
		}

		/* all further terms: S grows by less than 1 + 1/n a step */
		last = mass[slowest] * purchases;
		ratio = z[slowest] * (state->shape + n) / (n + 1.0) * (1.0 + 1.0 / n);
		if (ratio < 1.0 && last * ratio <= SERIES_END * expected[slowest] * (1.0 - ratio))
			return true;
	}
	return false;
}

/* ln of (1 - E[e^(-lambda p t)]) / p over the purchase rate lambda */
static double
expected_log(double log_p, double log_q, const void *context)
{
	const Mixture *m = context;
	double		exponent = m->state->shape * log1p(exp(log_p) * m->t / m->state->rate);

	(void) log_q;
	/* the ratio form keeps tiny p exact */
	if (exponent < 1e-290)
		return log(m->state->shape * m->t / m->state->rate);
	return log(-expm1(-exponent)) - log_p;
}

double
segm_bg_expected_by_quadrature(const SegmBgState *state, double t)
{
	Mixture		mixture = {state, t};

	return segm_beta_mean(state->a, state->b, expected_log, &mixture,
						  (state->shape + 1.0) * t / state->rate);
}

void
segm_bg_expected_many(const SegmBgState *state, const double t[], int count, double expected[])
{
	for (int from = 0; from < count; from += HORIZONS)
	{
		int			some = count - from < HORIZONS ? count - from : HORIZONS;

		if (expected_by_series(state, t + from, some, expected + from))
			continue;
		for (int k = from; k < from + some; k++)
			expected[k] = segm_bg_expected(state, t[k]);
	}
}

double
segm_bg_expected(const SegmBgState *state, double t)
{
	double		result;

	if (t <= 0.0)
		return 0.0;
	if (expected_by_series(state, &t, 1, &result))
		return result;
	return segm_bg_expected_by_quadrature(state, t);
}

double
segm_bg_count(const SegmBgState *state, double t, double n)
{
	double		log_survived = segm_log_gamma_ratio(state->b, n)
	- segm_log_gamma_ratio(state->a + state->b, n);
	double		alive = exp(log_survived
							+ segm_log_negative_binomial(n, state->shape, state->rate, t));

	if (n == 0.0)
		return alive;
	/* lapsed at the n-th purchase, whatever would have come after it */
	return alive + exp(log_survived + log(state->a) - log(state->b + (n - 1.0)))
		* segm_negative_binomial_upper(n, state->shape, state->rate, t);
}

/* So many purchases come, and the customer survives all but the last. */
double
segm_bg_at_least(const SegmBgState *state, double t, double n)
{
	if (n == 1.0)
		return -expm1(-state->shape * log1p(t / state->rate));
	return exp(segm_log_gamma_ratio(state->b, n - 1.0)
			   - segm_log_gamma_ratio(state->a + state->b, n - 1.0))
		* segm_negative_binomial_upper(n, state->shape, state->rate, t);
}

/* ln of lambda / (delta + lambda p) over the purchase rate, by its shape */
static double
discounted_log(double log_p, double log_q, const void *context)
{
	const Mixture *m = context;
	double		theta = m->state->rate * m->t * exp(-log_p);

	(void) log_q;
	return log(segm_scaled_expint(m->state->shape + 1.0, theta)) - log_p;
}

double
segm_bg_discounted(const SegmBgState *state, double delta)
{
	Mixture		mixture = {state, delta};

	return state->shape * segm_beta_mean(state->a, state->b, discounted_log, &mixture,
										 (state->shape + 2.0) / (state->rate * delta));
}

double
segm_bg_log_odds(const double parameters[4], const SegmCustomer *customer, double chances)
{
	double		r = parameters[0],
				alpha = parameters[1],
				a = parameters[2],
				b = parameters[3];

	if (chances == 0.0)
		return -HUGE_VAL;
	return log(a) - log(b + (chances - 1.0))
		+ (r + customer->x) * log1p((customer->t_cal - customer->t_x) / (alpha + customer->t_x));
}

double
segm_bg_log_likelihood(const double parameters[4], const SegmCustomer *customer,
					   double chances, double log_odds)
{
	double		r = parameters[0],
				alpha = parameters[1],
				a = parameters[2],
				b = parameters[3];

	return segm_log_gamma_ratio(r, customer->x)
		- r * log1p(customer->t_cal / alpha) - customer->x * log(alpha + customer->t_cal)
		+ segm_log_gamma_ratio(b, chances) - segm_log_gamma_ratio(a + b, chances)
		+ segm_log1p_exp(log_odds);
}

void
segm_bg_count_terms(const double parameters[4], double x, double chances, SegmBgCount *terms)
{
	double		r = parameters[0],
				a = parameters[2],
				b = parameters[3];
	double		both = segm_digamma_difference(a + b, chances);

	terms->log_constant = segm_log_gamma_ratio(r, x)
		+ segm_log_gamma_ratio(b, chances) - segm_log_gamma_ratio(a + b, chances);
	terms->r = r * segm_digamma_difference(r, x);
	terms->a = -a * both;
	terms->b = b * (segm_digamma_difference(b, chances) - both);
	terms->log_lapse = -HUGE_VAL;
	terms->b_lapse = 0.0;
	if (chances > 0.0)
	{
		terms->log_lapse = log(a / (b + (chances - 1.0)));
		terms->b_lapse = b / (b + (chances - 1.0));
	}
}

void
segm_bg_time(const double parameters[4], double t, SegmBgTime *time)
{
	double		alpha = parameters[1];

	time->t = t;
	time->log_growth = log1p(t / alpha);
	time->log_end = log(alpha + t);
	time->end_inverse = 1.0 / (alpha + t);
}

double
segm_bg_gradient(const double parameters[4], const SegmCustomer *customer,
				 const SegmBgCount *terms, double gradient[4])
{
	double		since = customer->t_cal - customer->t_x,
				odds,
				value;
	SegmBgTime	last,
				end;

	segm_bg_time(parameters, customer->t_cal, &end);
	last.t = customer->t_x;
	last.end_inverse = 1.0 / (parameters[1] + customer->t_x);
	value = segm_bg_gradient_of_times(parameters, customer->x, &last, &end,
									  log1p(since * last.end_inverse), terms, gradient, &odds);
	return value + log1p(odds);
}

/* By differences of the first derivatives: one for each x, so cost is nothing. */
void
segm_bg_count_hessian(const double parameters[4], double x, double chances,
					  SegmBgHessian hessian)
{
	memset(hessian, 0, sizeof(SegmBgHessian));
	for (int i = 0; i < 4; i++)
	{
		SegmBgCount side[2];

		if (i == 1)
			continue;			/* alpha is not in it */
		for (int k = 0; k < 2; k++)
		{
			double		moved[4];

			memcpy(moved, parameters, sizeof(moved));
			moved[i] *= exp(k == 0 ? -COUNT_STEP : COUNT_STEP);
			segm_bg_count_terms(moved, x, chances, &side[k]);
		}
		hessian[i][0] = (side[1].r - side[0].r) / (2.0 * COUNT_STEP);
		hessian[i][2] = (side[1].a - side[0].a) / (2.0 * COUNT_STEP);
		hessian[i][3] = (side[1].b - side[0].b) / (2.0 * COUNT_STEP);
	}
}

/*
 * With L the log-odds of having lapsed and p their probability, ln(1 + e^L)
 * has the second derivatives p (1-p) L_i L_j + p L_ij.
 */
void
segm_bg_hessian_of_times(const double parameters[4], double x, const SegmBgTime *last,
						 const SegmBgTime *end, const SegmBgCount *terms, double weight,
						 SegmBgHessian sum)
{
	double		r = parameters[0],
				alpha = parameters[1];
	double		log_silence = end->log_growth - last->log_growth,
				log_odds = terms->log_lapse + (r + x) * log_silence,
				odds = log_odds > -HUGE_VAL ? exp(-fabs(log_odds)) : 0.0,
				lapsed = (log_odds > 0.0 ? 1.0 : odds) / (1.0 + odds),
				spread = weight * odds / ((1.0 + odds) * (1.0 + odds));
	double		at_end = alpha * end->end_inverse,
				at_last = alpha * last->end_inverse,
				first[4] = {r * log_silence, (r + x) * (at_end - at_last), 1.0, -terms->b_lapse};

	for (int i = 0; i < 4; i++)
		for (int j = 0; j <= i; j++)
			sum[i][j] += spread * first[i] * first[j];
	lapsed *= weight;
	sum[0][0] += lapsed * first[0] - weight * r * end->log_growth;
	sum[1][0] += lapsed * r * (at_end - at_last) - weight * r * (at_end - 1.0);
	sum[1][1] += lapsed * (r + x) * (at_end * (1.0 - at_end) - at_last * (1.0 - at_last))
		- weight * (r + x) * at_end * (1.0 - at_end);
	sum[3][3] -= lapsed * terms->b_lapse * (1.0 - terms->b_lapse);
}
