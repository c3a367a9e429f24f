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

/* How many gaps are no longer than this. */
static size_t
count_up_to(const int32_t *gaps, size_t count, int64_t limit)
{
	size_t		result = 0;

	for (size_t i = 0; i < count; i++)
		result += gaps[i] <= limit;
	return result;
}

/*
 * The gap at a place, from 0, of the sorted gaps: halving the range of values
 * looks at each 35 times at most, copies none and knows no bad order.
 * In *next the one behind it, or itself at the end.
 */
static int32_t
gap_at(const int32_t *gaps, size_t count, size_t place, SegmPoll poll, int32_t *next)
{
	int64_t		low = gaps[0];
	int64_t		high = gaps[0];
	int64_t		longer;

	for (size_t i = 1; i < count; i++)
	{
		low = gaps[i] < low ? gaps[i] : low;
		high = gaps[i] > high ? gaps[i] : high;
	}
	longer = high;
	while (low < high)
	{
		int64_t		middle = low + (high - low) / 2;

		if (poll != NULL)
			poll();
		if (count_up_to(gaps, count, middle) > place)
			high = middle;
		else
			low = middle + 1;
	}
	for (size_t i = 0; i < count; i++)
		longer = gaps[i] > low && gaps[i] < longer ? gaps[i] : longer;
	*next = (int32_t) (count_up_to(gaps, count, low) > place + 1 ? low : longer);
	return (int32_t) low;
}

SegmStatus
segm_gap_quantile(const int32_t *gaps, size_t count, double fraction, SegmPoll poll,
				  double *quantile)
{
	double		place;
	size_t		below;
	int32_t		value;
	int32_t		next;

	if (count == 0 || !(fraction >= 0 && fraction <= 1))
		return SEGM_DOMAIN;
	place = (double) (count - 1) * fraction;
	below = (size_t) floor(place);
	value = gap_at(gaps, count, below, poll, &next);
	*quantile = value + (place - (double) below) * ((double) next - (double) value);
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
