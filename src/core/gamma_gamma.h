/*
 * gamma_gamma.h
 *		The Gamma-Gamma model of spend per purchase.
 *
 * Single purchases of a customer vary by a gamma distribution around a mean
 * of their own; over customers the means have an inverse gamma distribution.
 * Spend is taken as independent of the number of purchases.
 *
 * Parameters, in this order: p (shape of single purchases), q, v (shape and
 * rate of the gamma distribution of their scale; v is in money).
 * A customer is x purchases with a mean value of z > 0 each; x = 0 for one of
 * whom nothing is known.
 *
 * Accuracy (test/unit/clv_reference.c): log-likelihood 1e-12, relative or
 * absolute below 1; spend 1e-13, quantiles 1e-10 relative.
 */
#ifndef SEGM_GAMMA_GAMMA_H
#define SEGM_GAMMA_GAMMA_H

#include "core.h"

#define SEGM_GAMMA_GAMMA_PARAMETERS 3

/* x whole, 0 <= x <= 1e9; z finite and positive where x > 0. */
extern SegmStatus segm_gamma_gamma_check(double x, double z);

/* 0 for x = 0, which tells nothing. */
extern double segm_gamma_gamma_log_likelihood(const double parameters[3], double x, double z);

/* The same, with its derivatives by the logarithms of the parameters. */
extern double segm_gamma_gamma_gradient(const double parameters[3], double x, double z,
										double gradient[3]);

/*
 * Expected mean value of the customer's purchases.  SEGM_DOMAIN where the
 * distribution has no mean: p x + q <= 1, so q <= 1 for a new customer.
 */
extern SegmStatus segm_gamma_gamma_expected(const double parameters[3], double x, double z,
											double *result);

/* Variance of that mean value; SEGM_DOMAIN where p x + q <= 2. */
extern SegmStatus segm_gamma_gamma_variance(const double parameters[3], double x, double z,
											double *result);

/* The value that the customer's mean stays below with a given probability. */
extern double segm_gamma_gamma_quantile(const double parameters[3], double x, double z,
										double probability);

/* Probability that the next n > 0 purchases sum to at most total >= 0. */
extern double segm_gamma_gamma_total(const double parameters[3], double x, double z,
									 double n, double total);

#endif							/* SEGM_GAMMA_GAMMA_H */
