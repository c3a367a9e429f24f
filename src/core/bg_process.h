/*
 * bg_process.h
 *		The beta-geometric purchase process, common to BG/NBD and MBG/NBD.
 *
 * While alive, a customer buys as a Poisson process with a rate of their own
 * and lapses after each purchase with a probability of their own; over
 * customers the rates have a gamma, the probabilities a beta distribution.
 * The two models differ only in whether a customer may lapse at time 0.
 *
 * A customer known to be alive is a "state": the distributions of the rate
 * and the probability given the past.  The future from there on is the same
 * in both models, and independent of the past otherwise, so expectations,
 * counts and discounted purchases are all functions of the state.
 */
#ifndef SEGM_BG_PROCESS_H
#define SEGM_BG_PROCESS_H

#include <math.h>

#include "customer.h"

typedef struct SegmBgState
{
	double		shape;			/* of the purchase rate: r + x */
	double		rate;			/* alpha + T */
	double		a;				/* of the drop-out probability */
	double		b;				/* b + survived chances to lapse */
} SegmBgState;

/*
 * Expected purchases within t >= 0:
 * Int_0^1 Beta(p; a, b) [1 - (rate/(rate + p t))^shape] / p dp.
 */
extern double segm_bg_expected(const SegmBgState *state, double t);

/* The same for several horizons at once, which costs little more than one. */
extern void segm_bg_expected_many(const SegmBgState *state, const double t[], int count,
								  double expected[]);

/* Probability of exactly n purchases within t, and of n > 0 or more. */
extern double segm_bg_count(const SegmBgState *state, double t, double n);
extern double segm_bg_at_least(const SegmBgState *state, double t, double n);

/*
 * Expected purchases of the whole future, discounted continuously at delta >
 * 0 per time unit: E[lambda / (delta + lambda p)].
 */
extern double segm_bg_discounted(const SegmBgState *state, double delta);

/* The quadrature behind segm_bg_expected(), for any state: it checks the series. */
extern double segm_bg_expected_by_quadrature(const SegmBgState *state, double t);

/*
 * Log-likelihood of one history.  "chances" is how often the customer
 * survived a chance to lapse (x, or x + 1 when time 0 is one), log_odds is
 * the result of segm_bg_log_odds() for it.
 */
extern double segm_bg_log_likelihood(const double parameters[4], const SegmCustomer *customer,
									 double chances, double log_odds);

/* ln of P(lapsed) / P(alive); -infinity where there was no chance to lapse. */
extern double segm_bg_log_odds(const double parameters[4], const SegmCustomer *customer,
							   double chances);

/*
 * What of the likelihood depends on x alone: log-gamma ratios and their
 * derivatives, to be shared by all customers with the same x.
 */
typedef struct SegmBgCount
{
	double		log_constant;	/* ln [G(r+x)/G(r) * B(a, b+c)/B(a, b)] */
	double		r,				/* its derivatives by ln r, ln a, ln b */
				a,
				b;
	double		log_lapse;		/* ln (a / (b + c - 1)): the odds but for time */
	double		b_lapse;		/* b / (b + c - 1); 0 for no chances c */
} SegmBgCount;

extern void segm_bg_count_terms(const double parameters[4], double x, double chances,
								SegmBgCount *terms);

/*
 * Log-likelihood and its derivatives by the logarithms of the four
 * parameters, given the terms of this x.
 */
extern double segm_bg_gradient(const double parameters[4], const SegmCustomer *customer,
							   const SegmBgCount *terms, double gradient[4]);

/* What depends on a time alone, to be shared by all customers with that time. */
typedef struct SegmBgTime
{
	double		t;
	double		log_growth;		/* ln (1 + t / alpha) */
	double		log_end;		/* ln (alpha + t) */
	double		end_inverse;	/* 1 / (alpha + t) */
} SegmBgTime;

extern void segm_bg_time(const double parameters[4], double t, SegmBgTime *time);

/*
 * The same once the logarithms of both times are there; log_silence is the
 * difference of their log_growth.  What is returned lacks ln (1 + *odds),
 * 0 <= *odds <= 1, so that a caller may take one logarithm for many.
 * Inline: it is the inner loop of a fit.
 */
static inline double
segm_bg_gradient_of_times(const double parameters[4], double x, const SegmBgTime *last,
						  const SegmBgTime *end, double log_silence, const SegmBgCount *terms,
						  double gradient[4], double *odds)
{
	double		r = parameters[0],
				alpha = parameters[1];
	double		log_odds = terms->log_lapse + (r + x) * log_silence,
				less_likely = log_odds > -HUGE_VAL ? exp(-fabs(log_odds)) : 0.0,
				lapsed = (log_odds > 0.0 ? 1.0 : less_likely) / (1.0 + less_likely);

	*odds = less_likely;
	gradient[0] = terms->r + r * (lapsed * log_silence - end->log_growth);
	gradient[1] = (r * end->t - alpha * x) * end->end_inverse
		- lapsed * (r + x) * (alpha * end->end_inverse) * ((end->t - last->t) * last->end_inverse);
	gradient[2] = terms->a + lapsed;
	gradient[3] = terms->b - lapsed * terms->b_lapse;
	return terms->log_constant - r * end->log_growth - x * end->log_end
		+ (log_odds > 0.0 ? log_odds : 0.0);
}

/* Second derivatives by the logarithms of the parameters, lower triangle. */
typedef double SegmBgHessian[4][4];

/* What of them depends on x alone. */
extern void segm_bg_count_hessian(const double parameters[4], double x, double chances,
								  SegmBgHessian hessian);

/*
 * Adds weight times the second derivatives of one log-likelihood, less what
 * depends on x alone.  The arguments are those of segm_bg_gradient_of_times.
 */
extern void segm_bg_hessian_of_times(const double parameters[4], double x,
									 const SegmBgTime *last, const SegmBgTime *end,
									 const SegmBgCount *terms, double weight,
									 SegmBgHessian sum);

#endif							/* SEGM_BG_PROCESS_H */
