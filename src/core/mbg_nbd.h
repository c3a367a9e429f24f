/*
 * mbg_nbd.h
 *		The MBG/NBD model of repeat purchases.
 *
 * As BG/NBD, but a customer may also lapse right after the first purchase, so
 * one-time buyers are not all alive: P(alive) < 1 for x = 0.
 *
 * Parameters, in this order: r, alpha (shape and rate of the gamma
 * distribution of purchase rates), a, b (shapes of the beta distribution of
 * drop-out probabilities).  alpha is in time units.
 *
 * Parameters and customers have passed the checks of customer.h.  A new
 * customer, on the day of the first purchase, is {0, 0, 0}.
 *
 * Accuracy (test/unit/clv_reference.c): log-likelihood 1e-12, relative or
 * absolute below 1; everything else 1e-10 relative.
 */
#ifndef SEGM_MBG_NBD_H
#define SEGM_MBG_NBD_H

#include "bg_process.h"

#define SEGM_MBG_NBD_PARAMETERS 4

extern double segm_mbg_nbd_log_likelihood(const double parameters[4],
										  const SegmCustomer *customer);

/*
 * The same, with its derivatives by the logarithms of the parameters.
 * "terms" is what segm_mbg_nbd_count_terms() found for customer->x.
 */
extern double segm_mbg_nbd_gradient(const double parameters[4], const SegmCustomer *customer,
									const SegmBgCount *terms, double gradient[4]);
extern void segm_mbg_nbd_count_terms(const double parameters[4], double x, SegmBgCount *terms);

extern double segm_mbg_nbd_p_alive(const double parameters[4], const SegmCustomer *customer);

/* Expected purchases in (T, T + t], t >= 0. */
extern double segm_mbg_nbd_expected(const double parameters[4], const SegmCustomer *customer,
									double t);

/* The same for several t, given that the customer is alive. */
extern void segm_mbg_nbd_expected_alive(const double parameters[4],
										const SegmCustomer *customer, const double t[],
										int count, double expected[]);

/* Probability of exactly n purchases in (T, T + t]. */
extern double segm_mbg_nbd_count(const double parameters[4], const SegmCustomer *customer,
								 double t, double n);

/* Probability of n > 0 purchases or more. */
extern double segm_mbg_nbd_at_least(const double parameters[4], const SegmCustomer *customer,
									double t, double n);

/* Expected purchases of the whole future, discounted at delta > 0 per time unit. */
extern double segm_mbg_nbd_discounted(const double parameters[4], const SegmCustomer *customer,
									  double delta);

/* The customer's purchase process given that they are alive. */
extern void segm_mbg_nbd_state(const double parameters[4], const SegmCustomer *customer,
							   SegmBgState *state);

#endif							/* SEGM_MBG_NBD_H */
