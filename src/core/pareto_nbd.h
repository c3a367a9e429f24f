/*
 * pareto_nbd.h
 *		The Pareto/NBD model of repeat purchases.
 *
 * A customer buys at a constant rate of their own until an exponentially
 * distributed lifetime of their own ends; they may lapse at any moment.
 *
 * Parameters, in this order: r, alpha (shape and rate of the gamma
 * distribution of purchase rates), s, beta (the same of drop-out rates).
 * alpha and beta are in time units.
 *
 * Parameters and customers have passed the checks of customer.h.  A new
 * customer, on the day of the first purchase, is {0, 0, 0}.
 *
 * Accuracy (test/unit/clv_reference.c): log-likelihood 1e-12, relative or
 * absolute below 1; everything else 1e-10 relative.
 */
#ifndef SEGM_PARETO_NBD_H
#define SEGM_PARETO_NBD_H

#include "customer.h"

#define SEGM_PARETO_NBD_PARAMETERS 4

extern double segm_pareto_nbd_log_likelihood(const double parameters[4],
											 const SegmCustomer *customer);

/* What of the likelihood depends on x alone. */
typedef struct SegmParetoCount
{
	double		log_constant;	/* ln G(r+x)/G(r) */
	double		r;				/* its derivative by ln r */
} SegmParetoCount;

extern void segm_pareto_nbd_count_terms(const double parameters[4], double x,
										SegmParetoCount *terms);

/*
 * Log-likelihood and its derivatives by the logarithms of the parameters.
 * "terms" is what segm_pareto_nbd_count_terms() found for customer->x.
 */
extern double segm_pareto_nbd_gradient(const double parameters[4], const SegmCustomer *customer,
									   const SegmParetoCount *terms, double gradient[4]);

extern double segm_pareto_nbd_p_alive(const double parameters[4], const SegmCustomer *customer);

/* Expected purchases in (T, T + t], t >= 0. */
extern double segm_pareto_nbd_expected(const double parameters[4], const SegmCustomer *customer,
									   double t);

/* The same for several t, given that the customer is alive. */
extern void segm_pareto_nbd_expected_alive(const double parameters[4],
										   const SegmCustomer *customer, const double t[],
										   int count, double expected[]);

/* Probability of exactly n purchases in (T, T + t]. */
extern double segm_pareto_nbd_count(const double parameters[4], const SegmCustomer *customer,
									double t, double n);

/* Probability of n > 0 purchases or more. */
extern double segm_pareto_nbd_at_least(const double parameters[4], const SegmCustomer *customer,
									   double t, double n);

/*
 * Expected purchases of the whole future, discounted continuously at delta >
 * 0 per time unit (DERT of Fader, Hardie & Lee 2005, "RFM and CLV", Journal
 * of Marketing Research 42(4), 415-430).
 */
extern double segm_pareto_nbd_discounted(const double parameters[4],
										 const SegmCustomer *customer, double delta);

#endif							/* SEGM_PARETO_NBD_H */
