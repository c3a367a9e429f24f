/*
 * special.c
 *		Logarithms of sums, gamma and beta functions and their derivatives.
 *
 * The C library's lgamma() is accurate to its own size, which is not enough
 * where the models take differences of huge values: those go through
 * Stirling's formula, whose leading terms are subtracted by hand.
 * Coefficients: NIST Digital Library of Mathematical Functions, 5.11.
 */
#include <math.h>

#include "special.h"

/* From here on Stirling's series has its full accuracy. */
#define STIRLING_FROM 10.0

void
segm_log_sum_init(SegmLogSum *sum)
{
	sum->max = -HUGE_VAL;
	sum->scale = 0.0;
}

void
segm_log_sum_add(SegmLogSum *sum, double log_term, double factor)
{
	if (log_term == -HUGE_VAL || factor == 0.0)
		return;
	if (log_term <= sum->max)
		sum->scale += factor * exp(log_term - sum->max);
	else
	{
		sum->scale = sum->scale * exp(sum->max - log_term) + factor;
		sum->max = log_term;
	}
}

double
segm_log_sum(const SegmLogSum *sum)
{
	return sum->scale > 0.0 ? sum->max + log(sum->scale) : -HUGE_VAL;
}

double
segm_log1p_exp(double x)
{
	return x > 0.0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

double
segm_logistic_complement(double x)
{
	double		e;

	if (x <= 0.0)
		return 1.0 / (1.0 + exp(x));
	e = exp(-x);
	return e / (1.0 + e);
}

double
segm_expm1_ratio(double x)
{
	return fabs(x) < 1e-300 ? 1.0 : expm1(x) / x;
}

double
segm_log1p_minus(double x)
{
	double		t,
				square,
				power,
				sum = 0.0;

	if (fabs(x) > 0.5)
		return log1p(x) - x;

	/* ln(1 + x) = 2 artanh(t) with t = x / (2 + x), and 2 t - x = -t x */
	t = x / (2.0 + x);
	square = t * t;
	power = t * square;
	for (int i = 3; i < 60; i += 2)
	{
		double		term = power / i;

		sum += term;
		if (fabs(term) <= 1e-18 * fabs(sum))
			break;
		power *= square;
	}
	return 2.0 * sum - t * x;
}

double
segm_stirling_remainder(double z)
{
	double		i = 1.0 / z,
				q = i * i;
	/* INDENT OFF */
	return i * (1.0 / 12 - q * (1.0 / 360 - q * (1.0 / 1260 - q * (1.0 / 1680
				- q * (1.0 / 1188 - q * (691.0 / 360360 - q * (1.0 / 156
				- q * (3617.0 / 122400))))))));
	/* INDENT ON */
}

double
segm_log_gamma_ratio(double z, double d)
{
	if (d == 0.0)
		return 0.0;
	if (z < STIRLING_FROM)
		return lgamma(z + d) - lgamma(z);
	return d * log(z + d) - 0.5 * log1p(d / z)
		+ z * segm_log1p_minus(d / z)
		+ (segm_stirling_remainder(z + d) - segm_stirling_remainder(z));
}

double
segm_log_beta(double a, double b)
{
	double		small = fmin(a, b),
				large = fmax(a, b),
				s;

	if (small < STIRLING_FROM)
		return lgamma(small) - segm_log_gamma_ratio(large, small);

	/* both large: the peak of p^a (1-p)^b apart from Stirling's terms */
	s = small + large;
	return -small * log1p(large / small) - large * log1p(small / large)
		+ 0.5 * (log(2.0 * 3.14159265358979323846) + log(s / small) - log(large))
		+ segm_stirling_remainder(small) + segm_stirling_remainder(large)
		- segm_stirling_remainder(s);
}

/* psi(z) - ln z for z >= STIRLING_FROM */
static double
digamma_minus_log(double z)
{
	double		i = 1.0 / z,
				q = i * i;
	/* INDENT OFF */
	return -0.5 * i - q * (1.0 / 12 - q * (1.0 / 120 - q * (1.0 / 252 - q * (1.0 / 240
				- q * (1.0 / 132 - q * (691.0 / 32760 - q * (1.0 / 12
				- q * (3617.0 / 8160))))))));
	/* INDENT ON */
}

double
segm_digamma(double z)
{
	double		shift = 0.0;

	while (z < STIRLING_FROM)
	{
		shift -= 1.0 / z;
		z += 1.0;
	}
	return shift + log(z) + digamma_minus_log(z);
}

double
segm_digamma_difference(double z, double d)
{
	double		shift = 0.0;

	if (d == 0.0)
		return 0.0;

	/* psi(z) = psi(z + 1) - 1/z at both ends, combined into one fraction */
	while (z < STIRLING_FROM)
	{
		shift += d / (z * (z + d));
		z += 1.0;
	}
	return shift + log1p(d / z) + (digamma_minus_log(z + d) - digamma_minus_log(z));
}
