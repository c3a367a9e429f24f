/*
 * bg_bb.h
 *		The BG/BB model of purchases at discrete opportunities.
 *
 * At each opportunity (a week, a yearly appeal) a customer who is alive buys
 * with a probability of their own; before each opportunity they may lapse
 * with a probability of their own.
 *
 * Parameters, in this order: alpha, beta (shapes of the beta distribution of
 * purchase probabilities), gamma, delta (the same of drop-out probabilities).
 *
 * Accuracy (test/unit/clv_reference.c): log-likelihood 1e-12, relative or
 * absolute below 1; everything else 1e-10 relative.
 */
#ifndef SEGM_BG_BB_H
#define SEGM_BG_BB_H

#include "customer.h"

#define SEGM_BG_BB_PARAMETERS 4

/* Sums over opportunities are taken term by term. */
#define SEGM_OPPORTUNITIES_MAX 1000000.0

/*
 * Checks a customer with x purchases, the last at opportunity t_x, in t_cal =
 * n opportunities: whole numbers, x <= t_x <= n, t_x = 0 only when x = 0.
 */
extern SegmStatus segm_bg_bb_check(const SegmCustomer *customer);

extern double segm_bg_bb_log_likelihood(const double parameters[4], const SegmCustomer *customer);

/* The same, with its derivatives by the logarithms of the parameters. */
extern double segm_bg_bb_gradient(const double parameters[4], const SegmCustomer *customer,
								  double gradient[4]);

/* Probability of being alive at opportunity n. */
extern double segm_bg_bb_p_alive(const double parameters[4], const SegmCustomer *customer);

/* Probability of being alive at opportunity n + 1, the paper's P(alive). */
extern double segm_bg_bb_p_alive_next(const double parameters[4], const SegmCustomer *customer);

/* Expected purchases at the next t opportunities, t whole. */
extern double segm_bg_bb_expected(const double parameters[4], const SegmCustomer *customer,
								  double t);

/* The same for several t, given that the customer is alive at opportunity n. */
extern void segm_bg_bb_expected_alive(const double parameters[4],
									  const SegmCustomer *customer, const double t[],
									  int count, double expected[]);

/* Probability of exactly n purchases at the next t opportunities. */
extern double segm_bg_bb_count(const double parameters[4], const SegmCustomer *customer,
							   double t, double n);

/* Probability of n > 0 purchases or more. */
extern double segm_bg_bb_at_least(const double parameters[4], const SegmCustomer *customer,
								  double t, double n);

/*
 * Expected purchases of the whole future, the k-th next opportunity
 * discounted by (1 + rate)^-k, rate > 0.
 */
extern double segm_bg_bb_discounted(const double parameters[4], const SegmCustomer *customer,
									double rate);

#endif							/* SEGM_BG_BB_H */
