/*
 * incomplete.h
 *		Incomplete beta and gamma functions, negative binomial tails, the
 *		scaled exponential integral.
 *
 * Arguments are finite and positive unless noted; nothing here can fail.
 * Accuracies are measured by test/unit/special.c.
 */
#ifndef SEGM_INCOMPLETE_H
#define SEGM_INCOMPLETE_H

#include "core.h"

/*
 * Both tails of the beta distribution with shapes a and b at x, of which the
 * caller also gives the complement 1 - x (to full precision): lower =
 * I_x(a, b), upper = 1 - lower.  Relative error of each below 1e-11 for
 * shapes up to 1e6.
 */
extern void segm_beta_tails(double a, double b, double x, double complement,
							double *lower, double *upper);

/*
 * Both tails of the gamma distribution with the given shape and scale 1 at
 * x >= 0.  Same accuracy.
 */
extern void segm_gamma_tails(double shape, double x, double *lower, double *upper);

/* The x whose lower gamma tail is p, 0 < p < 1; relative error below 1e-11. */
extern double segm_gamma_quantile(double shape, double p);

/*
 * The logarithm of the probability that a Poisson count has the value n, when
 * its mean over the time t has a gamma distribution of the given shape and
 * rate (a negative binomial).  n >= 0, t >= 0.
 */
extern double segm_log_negative_binomial(double n, double shape, double rate, double t);

/* The probability of a count of at least n of that distribution. */
extern double segm_negative_binomial_upper(double n, double shape, double rate, double t);

/*
 * Integral of e^(-theta v) (1 + v)^(-nu) over v from 0 to infinity, for
 * nu > 0, theta > 0: e^theta E_nu(theta), Tricomi's U(1, 2 - nu, theta).
 * Relative error below 1e-13.
 */
extern double segm_scaled_expint(double nu, double theta);

#endif							/* SEGM_INCOMPLETE_H */
