/*
 * lifecycle.c
 *		Quantiles of gaps and shrunk thresholds: values by hand and by R.
 */
#include "lifecycle.h"
#include "tap.h"

#include <stdlib.h>

static void
quantile_is(const int32_t *gaps, size_t count, double fraction, double expected, const char *name)
{
	int32_t		copy[8];
	double		got = -1;

	memcpy(copy, gaps, count * sizeof(int32_t));
	ok(segm_gap_quantile(copy, count, fraction, NULL, &got) == SEGM_OK && got == expected,
	   "%s: %g", name, expected);
}

static int	polls;

static void
count_polls(void)
{
	polls++;
}

static int
compare(const void *a, const void *b)
{
	int32_t		x = *(const int32_t *) a;
	int32_t		y = *(const int32_t *) b;

	return (x > y) - (x < y);
}

/* Every place of sorted values, with repeats and over the whole range. */
static void
places(int32_t modulus)
{
	static int32_t values[1000];
	static int32_t sorted[1000];
	uint64_t	state = 1;
	bool		right = true;

	for (int i = 0; i < 1000; i++)
	{
		state = state * 6364136223846793005u + 1442695040888963407u;
		sorted[i] = values[i] = (int32_t) (state >> 32) % modulus;
	}
	qsort(sorted, 1000, sizeof(int32_t), compare);
	for (int i = 0; i < 1000; i++)
	{
		double		place = 999 * (i / 999.0);
		int			below = (int) place;
		double		got;

		right = right && segm_gap_quantile(values, 1000, i / 999.0, count_polls, &got) == SEGM_OK &&
			got == (below == 999 ? sorted[999] : sorted[below] +
					(place - below) * ((double) sorted[below + 1] - (double) sorted[below]));
	}
	ok(right, "each place of 1000 values below %d", modulus);
	ok(polls <= 32 * 1000, "at most 32 times halved, asked each time: %d", polls);
}

int
main(void)
{
	/* R: quantile(c(30, 7, 90, 14, 14), c(0, .25, .5, .8, 1), type = 7) */
	const int32_t gaps[] = {30, 7, 90, 14, 14};
	const int32_t extreme[] = {INT32_MAX, INT32_MIN};
	int32_t		copy[] = {1, 2};
	double		got = -1;

	quantile_is(gaps, 5, 0, 7, "smallest");
	quantile_is(gaps, 5, 0.25, 14, "lower quarter, on a value");
	quantile_is(gaps, 5, 0.5, 14, "median");
	ok(segm_gap_quantile(memcpy(copy, gaps, sizeof(copy)), 2, 0.8, NULL, &got) == SEGM_OK &&
	   fabs(got - 25.4) < 1e-12, "between two values, by straight line");
	quantile_is(gaps, 5, 1, 90, "largest");
	quantile_is(gaps, 1, 0.3, 30, "of one value: itself");
	quantile_is(extreme, 2, 0.5, -0.5, "no overflow between the extremes");

	ok(segm_gap_quantile(copy, 0, 0.5, NULL, &got) == SEGM_DOMAIN, "of no values: refused");
	ok(segm_gap_quantile(copy, 2, -0.1, NULL, &got) == SEGM_DOMAIN, "fraction below 0: refused");
	ok(segm_gap_quantile(copy, 2, 1.1, NULL, &got) == SEGM_DOMAIN, "fraction above 1: refused");
	ok(segm_gap_quantile(copy, 2, NAN, NULL, &got) == SEGM_DOMAIN, "fraction NaN: refused");

	places(20);
	polls = 0;
	places(INT32_MAX);
	ok(polls > 1000, "asked now and then");

	ok(segm_rhythm_threshold(10, 3, 40, 3, &got) == SEGM_OK && got == 25, "half own, half the shop's");
	ok(segm_rhythm_threshold(10, 0, 40, 3, &got) == SEGM_OK && got == 40, "no own gaps: the shop's");
	ok(segm_rhythm_threshold(10, 3, 40, 0, &got) == SEGM_OK && got == 10, "no weight: one's own");
	ok(segm_rhythm_threshold(10, 9, 40, 1, &got) == SEGM_OK && got == 13, "many own gaps outweigh");
	ok(segm_rhythm_threshold(10, 0, 40, 0, &got) == SEGM_DOMAIN, "neither: refused");
	ok(segm_rhythm_threshold(10, -1, 40, 3, &got) == SEGM_DOMAIN, "negative count: refused");
	ok(segm_rhythm_threshold(10, 1, 40, -1, &got) == SEGM_DOMAIN, "negative weight: refused");
	ok(segm_rhythm_threshold(10, 1, 40, NAN, &got) == SEGM_DOMAIN, "weight NaN: refused");
	ok(segm_rhythm_threshold(INFINITY, 1, 40, 1, &got) == SEGM_NOT_FINITE, "infinite value: refused");
	ok(segm_rhythm_threshold(1e308, 10, 1e308, 10, &got) == SEGM_OVERFLOW, "overflow: reported");
	return tap_done();
}
