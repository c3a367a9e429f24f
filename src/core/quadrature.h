/*
 * quadrature.h
 *		Two quadratures that carry every integral of the customer models.
 */
#ifndef SEGM_QUADRATURE_H
#define SEGM_QUADRATURE_H

#include "core.h"

/*
 * Gauss-Legendre with 16 points on [-1, 1]: the positive half, the other half
 * mirrors it.
 */
#define SEGM_GAUSS_HALF 8

typedef struct SegmGaussPoint
{
	double		node;
	double		weight;
} SegmGaussPoint;

extern const SegmGaussPoint segm_gauss[SEGM_GAUSS_HALF];

/*
 * Logarithms of two integrands at y.  A caller with one integrand sets the
 * second to -infinity.
 */
typedef void (*SegmLineIntegrand) (double y, const void *context, double log_terms[2]);

/*
 * Integrals over the whole line of positive, single-peaked functions that
 * fall off at least exponentially and are analytic in a strip around it.
 */
typedef struct SegmLine
{
	SegmLineIntegrand integrand;
	const void *context;
	double		start;			/* a point near the peak */
	double		step;			/* about the width of the narrowest feature */
	double		left_from;		/* below this both are e^(left_rate y) times a */
	double		left_rate;		/* constant, to double precision */
	double		right_from;		/* above this both are e^(-right_rate y) times */
	double		right_rate;		/* a constant */
} SegmLine;

/*
 * The logarithms of both integrals.  Relative error of the integrals: 1e-13
 * plus that of the integrand.
 */
extern void segm_integrate_line(const SegmLine *line, double log_integrals[2]);

#endif							/* SEGM_QUADRATURE_H */
