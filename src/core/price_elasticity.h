/*
 * price_elasticity.h
 *		The slope of ln quantity on ln price, by sums that are exact: the same
 *		bits in any order of rows and any way of merging.
 *
 * Each logarithm is rounded to a multiple of 2^-52, its square and product
 * are integers of 128 bits, and their sums have 192.
 */
#ifndef SEGM_PRICE_ELASTICITY_H
#define SEGM_PRICE_ELASTICITY_H

#include "core/decimal.h"

/* A signed integer, the lowest limb first. */
typedef struct SegmWide
{
	uint64_t	limbs[3];
} SegmWide;

/* Sums over the rows of one kind, in units of 2^-52 and 2^-104. */
typedef struct SegmLogMoments
{
	int64_t		n;
	SegmInt128	x;				/* ln price */
	SegmInt128	y;				/* ln quantity */
	SegmWide	xx;
	SegmWide	xy;
	SegmWide	yy;
} SegmLogMoments;

typedef struct SegmElasticitySums
{
	SegmLogMoments kinds[2];	/* without promotion, with it */
	int64_t		ignored;		/* price or quantity not above zero */
} SegmElasticitySums;

typedef struct SegmElasticity
{
	bool		has_slope;		/* at least two different prices */
	double		slope;
	double		intercept;		/* of ln quantity, without promotion */
	bool		has_error;		/* and at least one degree of freedom */
	double		slope_error;
	double		low;
	double		high;
	bool		has_fit;		/* quantities differ */
	double		r_squared;
	bool		has_promotion;	/* rows of both kinds */
	double		promotion;		/* on ln quantity */
	double		promotion_error;
	int64_t		n;
	int64_t		degrees;
} SegmElasticity;

/* SEGM_NOT_FINITE unless both are finite; SEGM_OVERFLOW after 2^62 rows. */
extern SegmStatus segm_elasticity_add(SegmElasticitySums *sums, double price, double quantity,
									  bool promotion);

extern SegmStatus segm_elasticity_merge(SegmElasticitySums *sums, const SegmElasticitySums *other);

/* SEGM_DOMAIN unless 0 < confidence < 1. */
extern SegmStatus segm_elasticity(const SegmElasticitySums *sums, double confidence,
								  SegmElasticity *result);

#endif							/* SEGM_PRICE_ELASTICITY_H */
