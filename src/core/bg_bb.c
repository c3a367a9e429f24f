/*
 * bg_bb.c
 *		The BG/BB model: see bg_bb.h.
 *
 * Source: Fader, Hardie & Shang 2010, "Customer-base analysis in a
 * discrete-time noncontractual setting", Marketing Science 29(6), 1086-1108.
 * The likelihood is the sum of C, the customer is alive at n, and of C_j, the
 * customer was last alive at opportunity j = t_x .. n-1.  The C_j fall with j,
 * so the sum is taken upwards from its largest term by the ratio of
 * neighbours.  Where the papers use 2F1, sums over the future are means over
 * the distribution of the drop-out probability.
 */
#include <math.h>

#include "beta_mean.h"
#include "bg_bb.h"
#include "special.h"

#define NEGLIGIBLE 1e-18
#define LARGE 1e200				/* times a million still a double */

/* Beyond this horizon the expected sum is taken as an integral. */
#define SUM_LIMIT 2000.0

/* Sums over the C_j relative to the first, and its derivatives. */
typedef struct Lapse
{
	double		log_first;		/* ln of the term j = t_x */
	double		sum;			/* 0 where t_x = n */
	double		both,			/* means of psi(alpha+beta+j) - psi(alpha+beta) */
				idle,			/* of psi(beta+j-x) - psi(beta) */
				survived,		/* of psi(delta+j) - psi(delta) */
				chances;		/* of psi(gamma+delta+j+1) - psi(gamma+delta) */
} Lapse;

SegmStatus
segm_bg_bb_check(const SegmCustomer *customer)
{
	double		x = customer->x,
				t_x = customer->t_x,
				n = customer->t_cal;

	if (!isfinite(x) || !isfinite(t_x) || !isfinite(n))
		return SEGM_NOT_FINITE;
	if (x != floor(x) || t_x != floor(t_x) || n != floor(n)
		|| x < 0.0 || x > t_x || t_x > n || n > SEGM_OPPORTUNITIES_MAX
		|| (x == 0.0 && t_x > 0.0))
		return SEGM_DOMAIN;
	return SEGM_OK;
}

/* ln of B(alpha+x, beta+j-x)/B(alpha, beta): x purchases at j opportunities. */
static double
log_purchases(const double parameters[4], double x, double j)
{
	return segm_log_gamma_ratio(parameters[0], x) + segm_log_gamma_ratio(parameters[1], j - x)
		- segm_log_gamma_ratio(parameters[0] + parameters[1], j);
}

/* ln C: alive at n */
static double
log_alive(const double parameters[4], const SegmCustomer *customer)
{
	double		gamma = parameters[2],
				delta = parameters[3],
				n = customer->t_cal;

	return log_purchases(parameters, customer->x, n)
		+ segm_log_gamma_ratio(delta, n) - segm_log_gamma_ratio(gamma + delta, n);
}

/* The sum of the C_j; its derivatives too where "with_means". */
static void
lapse_sum(const double parameters[4], const SegmCustomer *customer, bool with_means, Lapse *lapse)
{
	double		ab = parameters[0] + parameters[1],
				beta = parameters[1],
				gamma = parameters[2],
				delta = parameters[3],
				gd = gamma + delta;
	double		x = customer->x,
				t_x = customer->t_x,
				n = customer->t_cal;
	double		term = 1.0;
	double		both = 0.0,
				idle = 0.0,
				survived = 0.0,
				chances = 0.0;

	lapse->sum = lapse->both = lapse->idle = lapse->survived = lapse->chances = 0.0;
	lapse->log_first = -HUGE_VAL;
	if (t_x >= n)
		return;

	lapse->log_first = log_purchases(parameters, x, t_x)
		+ log(gamma / (gd + t_x))
		+ segm_log_gamma_ratio(delta, t_x) - segm_log_gamma_ratio(gd, t_x);
	if (with_means)
	{
		both = segm_digamma_difference(ab, t_x);
		idle = segm_digamma_difference(beta, t_x - x);
		survived = segm_digamma_difference(delta, t_x);
		chances = segm_digamma_difference(gd, t_x + 1.0);
	}
	for (double j = t_x; j < n; j += 1.0)
	{
		lapse->sum += term;
		if (with_means)
		{
			lapse->both += term * both;
			lapse->idle += term * idle;
			lapse->survived += term * survived;
			lapse->chances += term * chances;
			both += 1.0 / (ab + j);
			idle += 1.0 / (beta + (j - x));
			survived += 1.0 / (delta + j);
			chances += 1.0 / (gd + (j + 1.0));
		}
		/* what is left are n - j terms, none larger than this one */
		if (term * (n - j) <= NEGLIGIBLE * lapse->sum)
			break;
		term *= (beta + (j - x)) / (ab + j) * ((delta + j) / (gd + (j + 1.0)));
	}
	if (with_means)
	{
		lapse->both /= lapse->sum;
		lapse->idle /= lapse->sum;
		lapse->survived /= lapse->sum;
		lapse->chances /= lapse->sum;
	}
}

/* ln of P(lapsed)/P(alive) at n; -infinity for a purchase at n. */
static double
log_odds(const Lapse *lapse, double log_c)
{
	return lapse->sum > 0.0 ? lapse->log_first + log(lapse->sum) - log_c : -HUGE_VAL;
}

double
segm_bg_bb_log_likelihood(const double parameters[4], const SegmCustomer *customer)
{
	double		log_c = log_alive(parameters, customer);
	Lapse		lapse;

	lapse_sum(parameters, customer, false, &lapse);
	return log_c + segm_log1p_exp(log_odds(&lapse, log_c));
}

double
segm_bg_bb_gradient(const double parameters[4], const SegmCustomer *customer, double gradient[4])
{
	double		alpha = parameters[0],
				beta = parameters[1],
				gamma = parameters[2],
				delta = parameters[3];
	double		x = customer->x,
				n = customer->t_cal,
				log_c = log_alive(parameters, customer);
	double		odds,
				alive,
				lapsed,
				both,
				chances;
	Lapse		lapse;

	lapse_sum(parameters, customer, true, &lapse);
	odds = log_odds(&lapse, log_c);
	alive = segm_logistic_complement(odds);
	lapsed = segm_logistic_complement(-odds);

	both = alive * segm_digamma_difference(alpha + beta, n) + lapsed * lapse.both;
	chances = alive * segm_digamma_difference(gamma + delta, n) + lapsed * lapse.chances;
	gradient[0] = alpha * (segm_digamma_difference(alpha, x) - both);
	gradient[1] = beta * (alive * segm_digamma_difference(beta, n - x)
						  + lapsed * lapse.idle - both);
	gradient[2] = lapsed - gamma * chances;
	gradient[3] = delta * (alive * segm_digamma_difference(delta, n)
						   + lapsed * lapse.survived - chances);
	return log_c + segm_log1p_exp(odds);
}

double
segm_bg_bb_p_alive(const double parameters[4], const SegmCustomer *customer)
{
	Lapse		lapse;

	lapse_sum(parameters, customer, false, &lapse);
	return segm_logistic_complement(log_odds(&lapse, log_alive(parameters, customer)));
}

double
segm_bg_bb_p_alive_next(const double parameters[4], const SegmCustomer *customer)
{
	double		gamma = parameters[2],
				delta = parameters[3];

	return segm_bg_bb_p_alive(parameters, customer)
		* ((delta + customer->t_cal) / (gamma + delta + customer->t_cal));
}

/* ln of (1 - (1-p)^t) / p: opportunities survived among t, after the first chance. */
static double
expected_log(double log_p, double log_q, const void *context)
{
	const double *t = context;

	return log(-expm1(*t * log_q)) - log_p;
}

/* ln of 1 / (rate + p) */
static double
discounted_log(double log_p, double log_q, const void *context)
{
	const double *rate = context;

	(void) log_q;
	return -log(*rate + exp(log_p));
}

/* The mean of one of these functions; below 1/bend in p it is flat. */
static double
mean_over_dropout(SegmProbabilityLog function, const double parameters[4],
				  const SegmCustomer *customer, double t, double bend)
{
	return segm_beta_mean(parameters[2], parameters[3] + customer->t_cal + 1.0, function, &t, bend);
}

/* Survival of the next chance to lapse times the purchase probability. */
static double
next_purchase(const double parameters[4], const SegmCustomer *customer)
{
	double		n = customer->t_cal;

	return (parameters[3] + n) / (parameters[2] + parameters[3] + n)
		* ((parameters[0] + customer->x) / (parameters[0] + parameters[1] + n));
}

void
segm_bg_bb_expected_alive(const double parameters[4], const SegmCustomer *customer,
						  const double t[], int count, double expected[])
{
	double		survived = parameters[3] + customer->t_cal,
				purchase = next_purchase(parameters, customer);

	for (int i = 0; i < count; i++)
	{
		double		sum = 0.0,
					term = 1.0;

		if (t[i] > SUM_LIMIT)
			sum = mean_over_dropout(expected_log, parameters, customer, t[i], t[i]);
		else
			for (double k = 1.0; k <= t[i]; k += 1.0)
			{
				sum += term;
				term *= (survived + k) / (parameters[2] + survived + k);
			}
		expected[i] = purchase * sum;
	}
}

double
segm_bg_bb_expected(const double parameters[4], const SegmCustomer *customer, double t)
{
	double		expected;

	segm_bg_bb_expected_alive(parameters, customer, &t, 1, &expected);
	return segm_bg_bb_p_alive(parameters, customer) * expected;
}

/* Who is alive is, over the opportunities to come, as a new customer with these parameters. */
static void
future_state(const double parameters[4], const SegmCustomer *customer, double state[4])
{
	state[0] = parameters[0] + customer->x;
	state[1] = parameters[1] + (customer->t_cal - customer->x);
	state[2] = parameters[2];
	state[3] = parameters[3] + customer->t_cal;
}

double
segm_bg_bb_count(const double parameters[4], const SegmCustomer *customer, double t, double n)
{
	double		state[4];
	double		ab,
				gd;
	double		probability = 0.0,
				alive = segm_bg_bb_p_alive(parameters, customer);

	future_state(parameters, customer, state);
	ab = state[0] + state[1];
	gd = state[2] + state[3];
	if (n <= t)
	{
		double		log_term = log_purchases(state, n, n)
		+ log(state[2] / (gd + n))
		+ segm_log_gamma_ratio(state[3], n) - segm_log_gamma_ratio(gd, n);
		SegmLogSum	sum;

		segm_log_sum_init(&sum);
		segm_log_sum_add(&sum, log_purchases(state, n, t)
						 + segm_log_gamma_ratio(n + 1.0, t - n) - lgamma(t - n + 1.0)
						 + segm_log_gamma_ratio(state[3], t) - segm_log_gamma_ratio(gd, t), 1.0);
		for (double j = n; j < t; j += 1.0)
		{
			segm_log_sum_add(&sum, log_term, 1.0);
			log_term += log((j + 1.0) / (j + 1.0 - n)
							* ((state[1] + (j - n)) / (ab + j))
							* ((state[3] + j) / (gd + (j + 1.0))));
		}
		probability = alive * exp(segm_log_sum(&sum));
	}
	if (n == 0.0)
	{
		Lapse		lapse;

		lapse_sum(parameters, customer, false, &lapse);
		probability += segm_logistic_complement(-log_odds(&lapse, log_alive(parameters, customer)));
	}
	return probability;
}

/*
 * The n-th purchase is made at one opportunity k = n .. t, and the customer
 * has to be alive then: C(k-1, n-1) B(alpha+n, beta+k-n)/B(alpha, beta) times
 * B(gamma, delta+k)/B(gamma, delta).  Neighbours differ by a simple factor.
 */
double
segm_bg_bb_at_least(const double parameters[4], const SegmCustomer *customer, double t, double n)
{
	double		state[4];
	double		ab,
				gd,
				log_first,
				term = 1.0,
				sum = 0.0;

	if (n > t)
		return 0.0;
	future_state(parameters, customer, state);
	ab = state[0] + state[1];
	gd = state[2] + state[3];
	log_first = log_purchases(state, n, n)
		+ segm_log_gamma_ratio(state[3], n) - segm_log_gamma_ratio(gd, n);
	for (double k = n; k <= t; k += 1.0)
	{
		sum += term;
		/* the first may be as small as it likes beside those to come */
		if (sum > LARGE)
		{
			sum /= LARGE;
			term /= LARGE;
			log_first += log(LARGE);
		}
		term *= k / (k + 1.0 - n) * ((state[1] + (k - n)) / (ab + k)) * ((state[3] + k) / (gd + k));
	}
	return segm_bg_bb_p_alive(parameters, customer) * fmin(exp(log_first + log(sum)), 1.0);
}

double
segm_bg_bb_discounted(const double parameters[4], const SegmCustomer *customer, double rate)
{
	return segm_bg_bb_p_alive(parameters, customer) * next_purchase(parameters, customer)
		* mean_over_dropout(discounted_log, parameters, customer, rate, 1.0 / rate);
}
