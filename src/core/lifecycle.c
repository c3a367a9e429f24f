/*
 * lifecycle.c
 *		Personal rhythm of a customer.
 *
 * Quantile: R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical
 * Packages", The American Statistician 50 (1996), definition 7.  Shrinkage:
 * the mean of own and shop's value, weighted by the number of observations,
 * as for a normal mean with a conjugate prior.
 */
#include "lifecycle.h"

#include <math.h>
#include <stdlib.h>

static int
compare_gaps(const void *a, const void *b)
{
	int32_t		x = *(const int32_t *) a;
	int32_t		y = *(const int32_t *) b;

	return (x > y) - (x < y);
}

SegmStatus
segm_gap_quantile(int32_t *gaps, size_t count, double fraction, double *quantile)
{
	double		place;
	size_t		below;

	if (count == 0 || !(fraction >= 0 && fraction <= 1))
		return SEGM_DOMAIN;
	qsort(gaps, count, sizeof(int32_t), compare_gaps);
	place = (double) (count - 1) * fraction;
	below = (size_t) floor(place);
	*quantile = gaps[below];
	if (below + 1 < count)
		*quantile += (place - (double) below) * ((double) gaps[below + 1] - (double) gaps[below]);
	return SEGM_OK;
}

SegmStatus
segm_rhythm_threshold(double own, int64_t n, double shop, double weight, double *threshold)
{
	if (n < 0 || !(weight >= 0) || (n == 0 && weight <= 0))
		return SEGM_DOMAIN;
	if (!isfinite(own) || !isfinite(shop) || !isfinite(weight))
		return SEGM_NOT_FINITE;
	*threshold = ((double) n * own + weight * shop) / ((double) n + weight);
	return isfinite(*threshold) ? SEGM_OK : SEGM_OVERFLOW;
}
