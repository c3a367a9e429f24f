/*
 * gamma_gamma.c
 *		The Gamma-Gamma model: see gamma_gamma.h.
 *
 * Sources: Colombo & Jiang 1999; Fader, Hardie & Lee 2005, "RFM and CLV",
 * Journal of Marketing Research 42(4), 415-430; Fader & Hardie 2013, note 025.
 * Given the past, the scale of the customer's purchases has a gamma
 * distribution with shape q + p x and rate v + x z; their mean is p over it.
 */
#include <math.h>

#include "customer.h"
#include "gamma_gamma.h"
#include "incomplete.h"
#include "special.h"

SegmStatus
segm_gamma_gamma_check(double x, double z)
{
	if (!isfinite(x) || (x > 0.0 && !isfinite(z)))
		return SEGM_NOT_FINITE;
	if (x < 0.0 || x > SEGM_FREQUENCY_MAX || x != floor(x) || (x > 0.0 && z <= 0.0))
		return SEGM_DOMAIN;
	return SEGM_OK;
}

/* v + x z */
static double
posterior_rate(const double parameters[3], double x, double z)
{
	return x > 0.0 ? parameters[2] + x * z : parameters[2];
}

double
segm_gamma_gamma_gradient(const double parameters[3], double x, double z, double gradient[3])
{
	double		p = parameters[0],
				q = parameters[1],
				v = parameters[2];
	double		px = p * x,
				sum = x * z,
				rate = v + sum,
				log_share,
				log_rest;

	gradient[0] = gradient[1] = gradient[2] = 0.0;
	if (x == 0.0)
		return 0.0;
	log_rest = -log1p(v / sum); /* ln(sum / rate) */
	log_share = -log1p(sum / v);	/* ln(v / rate) */
	gradient[0] = px * (segm_digamma_difference(px, q) + log_rest);
	gradient[1] = q * (segm_digamma_difference(q, px) + log_share);
	gradient[2] = (q * sum - px * v) / rate;
	return -segm_log_beta(px, q) - log(z) + q * log_share + px * log_rest;
}

double
segm_gamma_gamma_log_likelihood(const double parameters[3], double x, double z)
{
	double		gradient[3];

	return segm_gamma_gamma_gradient(parameters, x, z, gradient);
}

SegmStatus
segm_gamma_gamma_expected(const double parameters[3], double x, double z, double *result)
{
	double		excess = (parameters[1] - 1.0) + parameters[0] * x;

	if (excess <= 0.0)
		return SEGM_DOMAIN;
	*result = parameters[0] * (posterior_rate(parameters, x, z) / excess);
	return SEGM_OK;
}

SegmStatus
segm_gamma_gamma_variance(const double parameters[3], double x, double z, double *result)
{
	double		excess = (parameters[1] - 2.0) + parameters[0] * x,
				mean;
	SegmStatus	status = segm_gamma_gamma_expected(parameters, x, z, &mean);

	if (status != SEGM_OK || excess <= 0.0)
		return SEGM_DOMAIN;
	*result = mean * (mean / excess);
	return SEGM_OK;
}

double
segm_gamma_gamma_quantile(const double parameters[3], double x, double z, double probability)
{
	double		shape = parameters[1] + parameters[0] * x;

	return parameters[0] * posterior_rate(parameters, x, z)
		/ segm_gamma_quantile(shape, 1.0 - probability);
}

double
segm_gamma_gamma_total(const double parameters[3], double x, double z, double n, double total)
{
	double		shape = parameters[1] + parameters[0] * x,
				rate = posterior_rate(parameters, x, z),
				lower,
				upper;

	segm_beta_tails(parameters[0] * n, shape, total / (total + rate), rate / (total + rate),
					&lower, &upper);
	return lower;
}
