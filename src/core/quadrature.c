/*
 * quadrature.c
 *		The trapezoidal rule on the line, and Gauss-Legendre points.
 *
 * For a function that is analytic in a strip around the real line and decays
 * at both ends, the trapezoidal rule converges geometrically: halving the
 * step squares the error (Trefethen & Weideman 2014, "The exponentially
 * convergent trapezoidal rule", SIAM Review 56(3), 385-458).  Beta and gamma
 * mixtures have that form after a logit or log substitution.  Their tails may
 * be very long (a drop-out shape of 1e-6 has a tail of 1e7 steps) but are
 * plain exponentials there, so the rest of the sum is a geometric series.
 */
#include <math.h>

#include "quadrature.h"
#include "special.h"

/* Terms this far below the sum, in logarithm, no longer change it. */
#define NEGLIGIBLE 41.0

/* Two levels that agree like this are done; the finer one is better still. */
#define LEVEL_AGREEMENT 1e-10

/* Where the change no longer shrinks below this, rounding is all that is left. */
#define LEVEL_ROUNDING 1e-8

/* Bounds that only a broken integrand could reach. */
#define MAX_LEVELS 14
#define MAX_POINTS 200000

const SegmGaussPoint segm_gauss[SEGM_GAUSS_HALF] = {
	{0.095012509837637440185, 0.18945061045506849629},
	{0.28160355077925891323, 0.18260341504492358887},
	{0.45801677765722738634, 0.16915651939500253819},
	{0.61787624440264374845, 0.14959598881657673208},
	{0.7554044083550030339, 0.12462897125553387205},
	{0.86563120238783174388, 0.09515851168249278481},
	{0.94457502307323257608, 0.062253523938647892863},
	{0.9894009349916499326, 0.027152459411754094852}
};

/*
 * Adds the terms at first, first + spacing, first + 2 spacing ... (spacing
 * may be negative) until they no longer matter.
 */
static void
add_side(const SegmLine *line, double first, double spacing, SegmLogSum sums[2])
{
	double		before[2] = {-HUGE_VAL, -HUGE_VAL};

	for (int j = 0; j < MAX_POINTS; j++)
	{
		double		y = first + j * spacing;
		double		terms[2];
		bool		done = true;

		line->integrand(y, line->context, terms);
		if (spacing < 0.0 ? y < line->left_from : y > line->right_from)
		{
			double		rate = spacing < 0.0 ? line->left_rate : line->right_rate;
			double		rest = 1.0 / -expm1(-rate * fabs(spacing));

			segm_log_sum_add(&sums[0], terms[0], rest);
			segm_log_sum_add(&sums[1], terms[1], rest);
			return;
		}
		for (int i = 0; i < 2; i++)
		{
			segm_log_sum_add(&sums[i], terms[i], 1.0);
			if (terms[i] > before[i] || terms[i] > segm_log_sum(&sums[i]) - NEGLIGIBLE)
				done = false;
			before[i] = terms[i];
		}
		if (done)
			return;
	}
}

void
segm_integrate_line(const SegmLine *line, double log_integrals[2])
{
	SegmLogSum	sums[2];
	double		step = line->step;
	double		before = HUGE_VAL;

	segm_log_sum_init(&sums[0]);
	segm_log_sum_init(&sums[1]);
	add_side(line, line->start, step, sums);
	add_side(line, line->start - step, -step, sums);
	log_integrals[0] = segm_log_sum(&sums[0]) + log(step);
	log_integrals[1] = segm_log_sum(&sums[1]) + log(step);

	for (int level = 1; level < MAX_LEVELS; level++)
	{
		double		change = 0.0;

		add_side(line, line->start + 0.5 * step, step, sums);
		add_side(line, line->start - 0.5 * step, -step, sums);
		step *= 0.5;
		for (int i = 0; i < 2; i++)
		{
			double		finer = segm_log_sum(&sums[i]) + log(step);

			/* equal covers two times -infinity */
			if (finer != log_integrals[i])
				change = fmax(change, fabs(finer - log_integrals[i]));
			log_integrals[i] = finer;
		}
		if (change < LEVEL_AGREEMENT || (change < LEVEL_ROUNDING && change > 0.5 * before))
			return;
		before = change;
	}
}
