/*
 * beta_mean.c
 *		The mean of a function over a beta distribution: see beta_mean.h.
 *
 * In y = ln(p / (1-p)) the density of p has one peak, exponential tails and
 * no singularity near the real line, which is what quadrature.h asks for.
 * The density is taken relative to its peak: with large shapes a ln p and
 * b ln(1-p) are huge, nearly constant, and their difference would be all
 * rounding, which no finer step makes agree.
 */
#include <math.h>

#include "beta_mean.h"
#include "quadrature.h"
#include "special.h"

/* Logarithm of what a double no longer sees beside 1. */
#define INVISIBLE 40.0

/* Within this distance of the peak, logarithms are taken of ratios to it. */
#define NEAR 1.0

typedef struct Density
{
	double		a;
	double		b;
	double		peak;			/* ln(a / b) */
	double		log_p;			/* at the peak */
	double		log_q;
	SegmProbabilityLog function;
	const void *context;
} Density;

/* ln of density / density at the peak, and of the same times the function. */
static void
terms(double y, const void *context, double log_terms[2])
{
	const Density *d = context;
	double		away = y - d->peak,
				log_p = -segm_log1p_exp(-y),
				log_q = -segm_log1p_exp(y),
				p_growth = log_p - d->log_p,
				q_growth = log_q - d->log_q;

	if (fabs(away) < NEAR)
	{
		p_growth = -log1p(exp(d->log_q) * expm1(-away));
		q_growth = -log1p(exp(d->log_p) * expm1(away));
	}
	log_terms[0] = d->a * p_growth + d->b * q_growth;
	log_terms[1] = log_terms[0] + d->function(log_p, log_q, d->context);
}

double
segm_beta_mean(double a, double b, SegmProbabilityLog function, const void *context, double bend)
{
	double		peak = log(a / b);
	Density		density = {a, b, peak, -segm_log1p_exp(-peak), -segm_log1p_exp(peak), function, context};
	SegmLine	line;
	double		logs[2];

	line.integrand = terms;
	line.context = &density;
	line.start = peak;
	line.step = fmin(0.5, 0.7 * sqrt(1.0 / a + 1.0 / b));
	line.left_from = -INVISIBLE - log(1.0 + bend + b);
	line.left_rate = a;
	line.right_from = INVISIBLE + log(1.0 + a);
	line.right_rate = b;
	segm_integrate_line(&line, logs);
	return exp(logs[1] - logs[0]);
}
