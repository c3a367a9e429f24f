/*
 * student_t.c
 *		Quantiles and tails of Student's t distribution.
 *
 * The upper tail at t is half the incomplete beta function I_x(v/2, 1/2) at
 * x = v / (v + t^2) (NIST Digital Library of Mathematical Functions, 8.17);
 * its zero is bracketed and bisected in the logarithm of t.  From
 * MANY_DEGREES on the expansion about the normal quantile is exact to the last
 * digits (Abramowitz and Stegun, 26.7.5).
 */
#include "student_t.h"

#include <math.h>

#include "incomplete.h"

#define MANY_DEGREES	1e5
/* Up to here the incomplete beta function has its full accuracy. */
#define BETA_DEGREES	1e6
#define MAX_STEPS		200
/* The normal tail beyond is below the smallest double. */
#define FAR				40.0

static double
beta_tail(double t, double degrees)
{
	double		square = t * t;
	double		lower;
	double		upper;

	/* from the ratio of the two, so that neither part rounds to one */
	square /= degrees;
	if (isinf(square))
		return 0.0;
	segm_beta_tails(degrees / 2, 0.5, 1.0 / (1.0 + square), square / (1.0 + square), &lower, &upper);
	return 0.5 * lower;
}

/* For quantiles: beyond many degrees the normal one, which is then expanded. */
static double
upper_tail(double t, double degrees)
{
	return degrees >= MANY_DEGREES ? 0.5 * erfc(t / sqrt(2.0)) : beta_tail(t, degrees);
}

SegmStatus
segm_t_critical(double confidence, double degrees, double *t)
{
	double		tail = 0.5 * (1.0 - confidence);
	double		low = 0.0;
	double		high = 1.0;
	double		z;

	if (!(confidence > 0.0 && confidence < 1.0) || !(degrees > 0.0))
		return SEGM_DOMAIN;
	while (upper_tail(high, degrees) > tail)
	{
		low = high;
		high *= 2.0;
		if (isinf(high))
			return SEGM_OVERFLOW;
	}
	for (int step = 0; step < MAX_STEPS; step++)
	{
		double		middle = low + (high - low) / 2;

		if (!(middle > low && middle < high))
			break;
		if (upper_tail(middle, degrees) > tail)
			low = middle;
		else
			high = middle;
	}
	z = high;
	*t = z;
	if (degrees >= MANY_DEGREES)
		*t = z + z * (z * z + 1.0) / (4.0 * degrees)
			+ z * (3.0 + z * z * (16.0 + 5.0 * z * z)) / (96.0 * degrees * degrees);
	return SEGM_OK;
}

double
segm_t_tail(double t, double degrees)
{
	double		a = degrees - 0.5;
	double		z;

	if (degrees < BETA_DEGREES)
		return beta_tail(t, degrees);

	/* the normal deviate of the same tail (G. W. Hill, Algorithm 395, CACM 13, 1970) */
	if (isinf(degrees))
		z = t;
	else
	{
		z = sqrt(a * log1p(t * t / degrees));
		if (z > FAR)
			return 0.0;
		z += z * (z * z + 3.0) / (48.0 * a * a);
	}
	return 0.5 * erfc(z / sqrt(2.0));
}
