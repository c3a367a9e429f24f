/*
 * incomplete.c
 *		Incomplete beta and gamma functions and what follows from them.
 *
 * Continued fractions by the modified Lentz method; formulas from the NIST
 * Digital Library of Mathematical Functions: 8.17.22 (incomplete beta), 8.9.2
 * and 8.7.1 (incomplete gamma), 8.19.17 (exponential integral).  Prefactors of
 * large shapes are written as deviations from their peak (Loader 2000, "Fast
 * and accurate computation of binomial probabilities"), which keeps digits
 * that the difference of three log-gammas would lose.
 */
#include <math.h>

#include "incomplete.h"
#include "quadrature.h"
#include "special.h"

#define TINY 1e-290
#define FRACTION_END 1e-16

/* The fractions below need about the square root of the shape in steps. */
#define MAX_STEPS 200000

/* From here on Stirling's formula has its full accuracy. */
#define LARGE_SHAPE 10.0

#define PI 3.14159265358979323846

static double
not_zero(double x)
{
	return fabs(x) < TINY ? TINY : x;
}

/* ln(ratio) - deviation, where ratio = 1 + deviation and both are accurate */
static double
log_minus_deviation(double ratio, double deviation)
{
	return fabs(deviation) <= 0.5 ? segm_log1p_minus(deviation) : log(ratio) - deviation;
}

/* ln of x^a (1-x)^b / B(a, b) */
static double
log_beta_kernel(double a, double b, double x, double complement)
{
	double		s = a + b,
				deviation;

	if (a < LARGE_SHAPE || b < LARGE_SHAPE)
		return a * log(x) + b * log(complement) - segm_log_beta(a, b);

	/* x = (a/s)(1 + d/a) and 1-x = (b/s)(1 - d/b) with d = x b - (1-x) a */
	deviation = x * b - complement * a;
	return a * log_minus_deviation(x * s / a, deviation / a)
		+ b * log_minus_deviation(complement * s / b, -deviation / b)
		+ 0.5 * (log(a / s) + log(b) - log(2.0 * PI))
		+ segm_stirling_remainder(s) - segm_stirling_remainder(a) - segm_stirling_remainder(b);
}

static double
beta_fraction(double a, double b, double x)
{
	double		c = 1.0,
				d = 1.0 / not_zero(1.0 - (a + b) * x / (a + 1.0)),
				h = d;

	for (int m = 1; m < MAX_STEPS; m++)
	{
		double		even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
		double		odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
		double		change;

		d = 1.0 / not_zero(1.0 + even * d);
		c = not_zero(1.0 + even / c);
		h *= d * c;
		d = 1.0 / not_zero(1.0 + odd * d);
		c = not_zero(1.0 + odd / c);
		change = d * c;
		h *= change;
		if (fabs(change - 1.0) < FRACTION_END)
			break;
	}
	return h;
}

/* Far beyond the shapes that anything is promised for, a fraction may end anywhere. */
static double
share(double value)
{
	return fmax(0.0, fmin(1.0, value));
}

void
segm_beta_tails(double a, double b, double x, double complement, double *lower, double *upper)
{
	double		kernel;

	if (x <= 0.0 || complement <= 0.0)
	{
		*lower = x <= 0.0 ? 0.0 : 1.0;
		*upper = 1.0 - *lower;
		return;
	}
	kernel = exp(log_beta_kernel(a, b, x, complement));
	if (x <= (a + 1.0) / (a + b + 2.0))
	{
		*lower = share(kernel * beta_fraction(a, b, x) / a);
		*upper = 1.0 - *lower;
	}
	else
	{
		*upper = share(kernel * beta_fraction(b, a, complement) / b);
		*lower = 1.0 - *upper;
	}
}

/* ln of x^shape e^-x / G(shape) */
static double
log_gamma_kernel(double shape, double x)
{
	if (shape < LARGE_SHAPE)
		return shape * log(x) - x - lgamma(shape);
	return shape * log_minus_deviation(x / shape, (x - shape) / shape) + 0.5 * log(shape / (2.0 * PI))
		- segm_stirling_remainder(shape);
}

void
segm_gamma_tails(double shape, double x, double *lower, double *upper)
{
	double		kernel;

	if (x <= 0.0)
	{
		*lower = 0.0;
		*upper = 1.0;
		return;
	}
	kernel = exp(log_gamma_kernel(shape, x));
	if (x < shape + 1.0)
	{
		double		term = 1.0 / shape,
					sum = term;

		for (int i = 1; i < MAX_STEPS && term > FRACTION_END * sum; i++)
		{
			term *= x / (shape + i);
			sum += term;
		}
		*lower = share(kernel * sum);
		*upper = 1.0 - *lower;
	}
	else
	{
		double		b = x + 1.0 - shape,
					c = 1.0 / TINY,
					d = 1.0 / not_zero(b),
					h = d;

		for (int i = 1; i < MAX_STEPS; i++)
		{
			double		numerator = -i * (i - shape);
			double		change;

			b += 2.0;
			d = 1.0 / not_zero(numerator * d + b);
			c = not_zero(b + numerator / c);
			change = c * d;
			h *= change;
			if (fabs(change - 1.0) < FRACTION_END)
				break;
		}
		*upper = share(kernel * h);
		*lower = 1.0 - *upper;
	}
}

/*
 * Newton's method on ln(tail) against ln x, kept inside a bracket; the
 * smaller tail decides, so both ends keep their relative accuracy.
 */
double
segm_gamma_quantile(double shape, double p)
{
	double		low = -HUGE_VAL,
				high = HUGE_VAL,
				y;
	bool		use_lower;

	/*
	 * For small x the lower tail is x^shape / G(shape + 1): a start from the left, exact in the
	 * limit; the bracket repairs the rest.
	 */
	y = (log(p) + lgamma(shape + 1.0)) / shape;
	if (y > log(shape))
		y = log(shape);
	if (shape > 1.0 && y < log(shape) - 2.0 / sqrt(shape))
		y = fmax(y, log(shape) - 8.0 / sqrt(shape));
	use_lower = p < 0.5;

	for (int i = 0; i < 200; i++)
	{
		double		x = exp(y),
					lower,
					upper,
					slope,
					miss,
					next;

		segm_gamma_tails(shape, x, &lower, &upper);
		miss = use_lower ? log(lower) - log(p) : log1p(-p) - log(upper);
		if (miss < 0.0)
			low = y;
		else
			high = y;
		slope = exp(log_gamma_kernel(shape, x)) / (use_lower ? lower : upper);
		next = y - fmax(-1.0, fmin(1.0, miss / slope));
		if (!(next > low && next < high))
		{
			if (low == -HUGE_VAL || high == HUGE_VAL)
				break;
			next = 0.5 * (low + high);
		}
		if (fabs(next - y) <= 1e-15 * fmax(1.0, fabs(y)))
			break;
		y = next;
	}
	return exp(y);
}

double
segm_log_negative_binomial(double n, double shape, double rate, double t)
{
	if (t == 0.0)
		return n == 0.0 ? 0.0 : -HUGE_VAL;
	return segm_log_gamma_ratio(shape, n) - lgamma(n + 1.0)
		- shape * log1p(t / rate) - (n > 0.0 ? n * log1p(rate / t) : 0.0);
}

double
segm_negative_binomial_upper(double n, double shape, double rate, double t)
{
	double		lower,
				upper;

	if (n == 0.0)
		return 1.0;
	segm_beta_tails(n, shape, t / (rate + t), rate / (rate + t), &lower, &upper);
	return lower;
}

/* The integrand of segm_scaled_expint() in y = ln v. */
static void
expint_terms(double y, const void *context, double log_terms[2])
{
	const double *p = context;	/* nu, theta */
	double		v = exp(y);

	log_terms[0] = y - p[1] * v - p[0] * log1p(v);
	log_terms[1] = -HUGE_VAL;
}

double
segm_scaled_expint(double nu, double theta)
{
	double		parameters[2] = {nu, theta};
	double		b = theta + nu,
				c = 1.0 / TINY,
				d = 1.0 / b,
				h = d;
	double		logs[2];
	SegmLine	line;

	/* fast where theta is not small, or nu is large */
	for (int i = 1; i < 120; i++)
	{
		double		numerator = -i * (nu - 1.0 + i);
		double		change;

		b += 2.0;
		d = 1.0 / not_zero(numerator * d + b);
		c = not_zero(b + numerator / c);
		change = c * d;
		h *= change;
		if (fabs(change - 1.0) < FRACTION_END)
			return h;
	}

	line.integrand = expint_terms;
	line.context = parameters;
	line.start = -log(nu + theta);
	line.step = 0.5;
	line.left_from = -40.0 - log(1.0 + nu + theta);
	line.left_rate = 1.0;
	line.right_from = HUGE_VAL;
	line.right_rate = 1.0;
	segm_integrate_line(&line, logs);
	return exp(logs[0]);
}
