/*
 * mbg_nbd.c
 *		The MBG/NBD model: see mbg_nbd.h.
 *
 * Source: Batislam, Denizel & Filiztekin 2007, "Empirical validation and
 * comparison of models for customer base analysis", International Journal of
 * Research in Marketing 24(3), 201-209, with the erratum of Wagner & Hoppe
 * 2008.  A2 / A1 = a / (b+x) * ((alpha+T) / (alpha+t_x))^(r+x).
 */
#include <math.h>

#include "mbg_nbd.h"
#include "special.h"

/* How often the customer could have lapsed and did not: time 0 counts. */
static double
chances(const SegmCustomer *customer)
{
	return customer->x + 1.0;
}

void
segm_mbg_nbd_state(const double parameters[4], const SegmCustomer *customer, SegmBgState *state)
{
	state->shape = parameters[0] + customer->x;
	state->rate = parameters[1] + customer->t_cal;
	state->a = parameters[2];
	state->b = parameters[3] + chances(customer);
}

double
segm_mbg_nbd_log_likelihood(const double parameters[4], const SegmCustomer *customer)
{
	return segm_bg_log_likelihood(parameters, customer, chances(customer),
								  segm_bg_log_odds(parameters, customer, chances(customer)));
}

double
segm_mbg_nbd_gradient(const double parameters[4], const SegmCustomer *customer,
					  const SegmBgCount *terms, double gradient[4])
{
	return segm_bg_gradient(parameters, customer, terms, gradient);
}

void
segm_mbg_nbd_count_terms(const double parameters[4], double x, SegmBgCount *terms)
{
	SegmCustomer customer = {x, 0.0, 0.0};

	segm_bg_count_terms(parameters, x, chances(&customer), terms);
}

double
segm_mbg_nbd_p_alive(const double parameters[4], const SegmCustomer *customer)
{
	return segm_logistic_complement(segm_bg_log_odds(parameters, customer, chances(customer)));
}

double
segm_mbg_nbd_expected(const double parameters[4], const SegmCustomer *customer, double t)
{
	SegmBgState state;

	segm_mbg_nbd_state(parameters, customer, &state);
	return segm_mbg_nbd_p_alive(parameters, customer) * segm_bg_expected(&state, t);
}

void
segm_mbg_nbd_expected_alive(const double parameters[4], const SegmCustomer *customer,
							const double t[], int count, double expected[])
{
	SegmBgState state;

	segm_mbg_nbd_state(parameters, customer, &state);
	segm_bg_expected_many(&state, t, count, expected);
}

double
segm_mbg_nbd_count(const double parameters[4], const SegmCustomer *customer, double t, double n)
{
	SegmBgState state;
	double		log_odds = segm_bg_log_odds(parameters, customer, chances(customer));
	double		alive = segm_logistic_complement(log_odds);

	segm_mbg_nbd_state(parameters, customer, &state);
	return alive * segm_bg_count(&state, t, n)
		+ (n == 0.0 ? segm_logistic_complement(-log_odds) : 0.0);
}

double
segm_mbg_nbd_at_least(const double parameters[4], const SegmCustomer *customer, double t, double n)
{
	SegmBgState state;

	segm_mbg_nbd_state(parameters, customer, &state);
	return segm_mbg_nbd_p_alive(parameters, customer) * segm_bg_at_least(&state, t, n);
}

double
segm_mbg_nbd_discounted(const double parameters[4], const SegmCustomer *customer, double delta)
{
	SegmBgState state;

	segm_mbg_nbd_state(parameters, customer, &state);
	return segm_mbg_nbd_p_alive(parameters, customer) * segm_bg_discounted(&state, delta);
}
