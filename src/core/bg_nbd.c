/*
 * bg_nbd.c
 *		The BG/NBD model: see bg_nbd.h.
 *
 * Source: Fader, Hardie & Lee 2005, "Counting your customers the easy way",
 * Marketing Science 24(2), 275-284; P(alive): Hardie's note 021.  The
 * likelihood is A1 + A2 with A1 that of a customer alive at T and A2 that of
 * one who lapsed at t_x; both keep their common factor apart, and P(alive)
 * needs nothing but A2 / A1 = a / (b+x-1) * ((alpha+T) / (alpha+t_x))^(r+x).
 */
#include <math.h>

#include "bg_nbd.h"
#include "special.h"

/* How often the customer could have lapsed and did not. */
static double
chances(const SegmCustomer *customer)
{
	return customer->x;
}

void
segm_bg_nbd_state(const double parameters[4], const SegmCustomer *customer, SegmBgState *state)
{
	state->shape = parameters[0] + customer->x;
	state->rate = parameters[1] + customer->t_cal;
	state->a = parameters[2];
	state->b = parameters[3] + chances(customer);
}

double
segm_bg_nbd_log_likelihood(const double parameters[4], const SegmCustomer *customer)
{
	return segm_bg_log_likelihood(parameters, customer, chances(customer),
								  segm_bg_log_odds(parameters, customer, chances(customer)));
}

double
segm_bg_nbd_gradient(const double parameters[4], const SegmCustomer *customer,
					 const SegmBgCount *terms, double gradient[4])
{
	return segm_bg_gradient(parameters, customer, terms, gradient);
}

void
segm_bg_nbd_count_terms(const double parameters[4], double x, SegmBgCount *terms)
{
	SegmCustomer customer = {x, 0.0, 0.0};

	segm_bg_count_terms(parameters, x, chances(&customer), terms);
}

double
segm_bg_nbd_p_alive(const double parameters[4], const SegmCustomer *customer)
{
	return segm_logistic_complement(segm_bg_log_odds(parameters, customer, chances(customer)));
}

double
segm_bg_nbd_expected(const double parameters[4], const SegmCustomer *customer, double t)
{
	SegmBgState state;

	segm_bg_nbd_state(parameters, customer, &state);
	return segm_bg_nbd_p_alive(parameters, customer) * segm_bg_expected(&state, t);
}

void
segm_bg_nbd_expected_alive(const double parameters[4], const SegmCustomer *customer,
						   const double t[], int count, double expected[])
{
	SegmBgState state;

	segm_bg_nbd_state(parameters, customer, &state);
	segm_bg_expected_many(&state, t, count, expected);
}

double
segm_bg_nbd_count(const double parameters[4], const SegmCustomer *customer, double t, double n)
{
	SegmBgState state;
	double		log_odds = segm_bg_log_odds(parameters, customer, chances(customer));
	double		alive = segm_logistic_complement(log_odds);

	segm_bg_nbd_state(parameters, customer, &state);
	return alive * segm_bg_count(&state, t, n)
		+ (n == 0.0 ? segm_logistic_complement(-log_odds) : 0.0);
}

double
segm_bg_nbd_at_least(const double parameters[4], const SegmCustomer *customer, double t, double n)
{
	SegmBgState state;

	segm_bg_nbd_state(parameters, customer, &state);
	return segm_bg_nbd_p_alive(parameters, customer) * segm_bg_at_least(&state, t, n);
}

double
segm_bg_nbd_discounted(const double parameters[4], const SegmCustomer *customer, double delta)
{
	SegmBgState state;

	segm_bg_nbd_state(parameters, customer, &state);
	return segm_bg_nbd_p_alive(parameters, customer) * segm_bg_discounted(&state, delta);
}
