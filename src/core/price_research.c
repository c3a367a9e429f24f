/*
 * price_research.c
 *		Prices out of surveys and tests, see price_research.h.
 *
 * P. H. van Westendorp (1976), "NSS Price Sensitivity Meter", Proceedings of
 * the 29th ESOMAR Congress, 139-167.  A. Gabor and C. W. J. Granger (1966),
 * "Price as an indicator of quality", Economica 33, 43-70.  R. G. Newcombe
 * (1998), "Interval estimation for the difference between independent
 * proportions", Statistics in Medicine 17, 873-890, method 10.  B. L. Welch
 * (1947), "The generalization of Student's problem", Biometrika 34, 28-35.
 */
#include "price_research.h"

#include <math.h>
#include <string.h>

#include "student_t.h"

/* One rounding up to 22 decimals, where the power of ten is exact. */
double
segm_units_value(double units, int scale)
{
	double		power = 1.0;

	for (; scale > 0; scale--)
		power *= 10.0;
	return units / power;
}

/* ---- van Westendorp ---- */

SegmStatus
segm_westendorp_curves(SegmTallySlot *prices, size_t count, int64_t n)
{
	int64_t		seen[SEGM_WESTENDORP_QUESTIONS] = {0};

	for (size_t i = 0; i < count; i++)
		for (int question = 0; question < SEGM_WESTENDORP_QUESTIONS; question++)
		{
			int64_t		here = prices[i].counts[question];
			int64_t		below = seen[question];

			if (here < 0 || __builtin_add_overflow(below, here, &seen[question]))
				return SEGM_CORRUPT;
			prices[i].counts[question] = question <= SEGM_CHEAP ? n - below : seen[question];
		}
	for (int question = 0; question < SEGM_WESTENDORP_QUESTIONS; question++)
		if (seen[question] != n)
			return SEGM_CORRUPT;
	return SEGM_OK;
}

/* The rising curve less the falling one: grows from -n to n. */
static int64_t
gap_at(const SegmTallySlot *curve, int64_t n, SegmWestendorpPoint point)
{
	switch (point)
	{
		case SEGM_LOWER_BOUND:
			return n - curve->counts[SEGM_CHEAP] - curve->counts[SEGM_TOO_CHEAP];
		case SEGM_UPPER_BOUND:
			return curve->counts[SEGM_TOO_EXPENSIVE] - (n - curve->counts[SEGM_EXPENSIVE]);
		case SEGM_INDIFFERENCE:
			return curve->counts[SEGM_EXPENSIVE] - curve->counts[SEGM_CHEAP];
		default:
			return curve->counts[SEGM_TOO_EXPENSIVE] - curve->counts[SEGM_TOO_CHEAP];
	}
}

SegmStatus
segm_westendorp_point(const SegmTallySlot *curves, size_t count, int64_t n,
					  SegmWestendorpPoint point, double *price)
{
	size_t		first = 0;
	size_t		last;
	double		before;
	double		after;

	while (first < count && gap_at(&curves[first], n, point) < 0)
		first++;
	if (first == count || first == 0)
		return SEGM_CORRUPT;	/* at the lowest price nobody is below theirs */
	after = (double) gap_at(&curves[first], n, point);
	if (after > 0.0)
	{
		before = (double) gap_at(&curves[first - 1], n, point);
		*price = (double) curves[first - 1].key +
			(double) (curves[first].key - curves[first - 1].key) * (before / (before - after));
		return SEGM_OK;
	}
	last = first;
	while (last + 1 < count && gap_at(&curves[last + 1], n, point) == 0)
		last++;
	*price = (double) curves[first].key + (double) (curves[last].key - curves[first].key) / 2;
	return SEGM_OK;
}

/* ---- Gabor and Granger ---- */

void
segm_granger_highest(SegmTallySlot *prices, size_t count)
{
	int64_t		accepting = 0;

	for (size_t i = count; i > 0; i--)
	{
		accepting += prices[i - 1].counts[SEGM_ASKED];
		prices[i - 1].counts[SEGM_ACCEPTED] = accepting;
	}
	for (size_t i = 0; i < count; i++)
		prices[i].counts[SEGM_ASKED] = accepting;
}

double
segm_granger_demand(const SegmTallySlot *price)
{
	return (double) price->counts[SEGM_ACCEPTED] / (double) price->counts[SEGM_ASKED];
}

/* One rounding where the product is below 2^53: equal revenues come out equal. */
double
segm_granger_revenue(const SegmTallySlot *price)
{
	return (double) price->key * (double) price->counts[SEGM_ACCEPTED] /
		(double) price->counts[SEGM_ASKED];
}

size_t
segm_granger_best(const SegmTallySlot *prices, size_t count)
{
	size_t		best = 0;

	for (size_t i = 1; i < count; i++)
		if (segm_granger_revenue(&prices[i]) > segm_granger_revenue(&prices[best]))
			best = i;
	return best;
}

bool
segm_arc_elasticity(const SegmTallySlot *a, const SegmTallySlot *b, double *elasticity)
{
	double		demand = segm_granger_demand(a);
	double		demand_after = segm_granger_demand(b);
	double		prices = (double) a->key + (double) b->key;
	double		rise = (double) (b->key - a->key);

	if (demand + demand_after == 0.0 || rise == 0.0)
		return false;
	*elasticity = (demand_after - demand) / (demand + demand_after) * (prices / rise);
	return true;
}

/* ---- price test ---- */

/* The score interval of Wilson (1927) for one share. */
static void
wilson(double successes, double n, double z, double *low, double *high)
{
	double		share = successes / n;
	double		centre = share + z * z / (2.0 * n);
	double		half = z * sqrt((share * (1.0 - share) + z * z / (4.0 * n)) / n);
	double		divisor = 1.0 + z * z / n;

	*low = successes == 0.0 ? 0.0 : (centre - half) / divisor;
	*high = successes == n ? 1.0 : (centre + half) / divisor;
}

static SegmStatus
conversion_interval(const int64_t *buyers, const int64_t *n, double confidence,
					SegmInterval *interval)
{
	double		share[2];
	double		low[2];
	double		high[2];
	double		z;
	SegmStatus	status = segm_t_critical(confidence, HUGE_VAL, &z);

	if (status != SEGM_OK)
		return status;
	for (int group = 0; group < 2; group++)
	{
		share[group] = (double) buyers[group] / (double) n[group];
		wilson((double) buyers[group], (double) n[group], z, &low[group], &high[group]);
	}
	interval->difference = share[1] - share[0];
	interval->low = interval->difference - hypot(share[1] - low[1], high[0] - share[0]);
	interval->high = interval->difference + hypot(high[1] - share[1], share[0] - low[0]);
	return SEGM_OK;
}

/*
 * In one order, that of the values, so the sums come out alike; compensated
 * (Neumaier 1974), since there may be millions.
 */
static void
add_up(double *sum, double *rest, double term)
{
	double		next = *sum + term;

	*rest += fabs(*sum) >= fabs(term) ? (*sum - next) + term : (term - next) + *sum;
	*sum = next;
}

SegmStatus
segm_price_test(const SegmTallySlot *revenues, size_t count, double confidence,
				SegmPriceTest *result)
{
	double		part[2] = {0.0, 0.0};	/* variance of the mean */
	double		t;
	double		sum;
	SegmStatus	status;

	memset(result, 0, sizeof(*result));
	for (size_t i = 0; i < count; i++)
		for (int group = 0; group < 2; group++)
		{
			int64_t		here = revenues[i].counts[group];

			if (__builtin_add_overflow(result->n[group], here, &result->n[group]))
				return SEGM_OVERFLOW;
			if (revenues[i].key > 0)
				result->buyers[group] += here;
		}
	if (result->n[0] <= 0 || result->n[1] <= 0)
		return SEGM_DOMAIN;
	status = conversion_interval(result->buyers, result->n, confidence, &result->conversion);
	if (status != SEGM_OK)
		return status;

	result->has_error = result->n[0] > 1 && result->n[1] > 1;
	for (int group = 0; group < 2; group++)
	{
		double		n = (double) result->n[group];
		double		rest = 0.0;

		sum = 0.0;
		for (size_t i = 0; i < count; i++)
			add_up(&sum, &rest, (double) revenues[i].key * (double) revenues[i].counts[group]);
		result->revenue[group] = (sum + rest) / n;
		sum = rest = 0.0;
		for (size_t i = 0; i < count; i++)
		{
			double		off = (double) revenues[i].key - result->revenue[group];

			add_up(&sum, &rest, off * off * (double) revenues[i].counts[group]);
		}
		if (result->has_error)
			part[group] = (sum + rest) / (n - 1.0) / n;
	}
	result->per_head.difference = result->revenue[1] - result->revenue[0];
	if (!result->has_error)
		return SEGM_OK;
	sum = part[0] + part[1];
	result->std_error = sqrt(sum);
	if (sum == 0.0)
	{
		/* everybody in a group paid the same: no spread to speak of */
		result->degrees = (double) (result->n[0] + result->n[1] - 2);
		result->per_head.low = result->per_head.high = result->per_head.difference;
		return SEGM_OK;
	}
	result->degrees = 1.0 / ((part[0] / sum) * (part[0] / sum) / (double) (result->n[0] - 1) +
							 (part[1] / sum) * (part[1] / sum) / (double) (result->n[1] - 1));
	status = segm_t_critical(confidence, result->degrees, &t);
	if (status != SEGM_OK)
		return status;
	result->per_head.low = result->per_head.difference - t * result->std_error;
	result->per_head.high = result->per_head.difference + t * result->std_error;
	return SEGM_OK;
}

double
segm_conversion(const SegmPriceTest *test, int group)
{
	return test->n[group] > 0 ? (double) test->buyers[group] / (double) test->n[group] : 0.0;
}
