/*
 * price_elasticity.c
 *		The elasticity by exact sums: a perfect fit, prices so close that plain
 *		sums would lose them, any order and any parts with the same bits.
 */
#include "core/price_elasticity.h"
#include "tap.h"

#define ROWS 1000

static uint64_t seed = 777;

static double
next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (double) (seed >> 11) / 9007199254740992.0;
}

static void
must(SegmStatus status)
{
	if (status != SEGM_OK)
		abort();
}

/* Slope and its error by two passes over the logarithms. */
static void
by_hand(const double *price, const double *quantity, const bool *promotion, double *slope, double *error)
{
	double		mean_x[2] = {0, 0};
	double		mean_y[2] = {0, 0};
	double		n[2] = {0, 0};
	double		xx = 0;
	double		xy = 0;
	double		residual = 0;

	for (int i = 0; i < ROWS; i++)
	{
		n[promotion[i]]++;
		mean_x[promotion[i]] += log(price[i]);
		mean_y[promotion[i]] += log(quantity[i]);
	}
	for (int k = 0; k < 2; k++)
	{
		mean_x[k] /= fmax(n[k], 1);
		mean_y[k] /= fmax(n[k], 1);
	}
	for (int i = 0; i < ROWS; i++)
	{
		double		x = log(price[i]) - mean_x[promotion[i]];

		xx += x * x;
		xy += x * (log(quantity[i]) - mean_y[promotion[i]]);
	}
	*slope = xy / xx;
	for (int i = 0; i < ROWS; i++)
	{
		double		rest = log(quantity[i]) - mean_y[promotion[i]] -
			*slope * (log(price[i]) - mean_x[promotion[i]]);

		residual += rest * rest;
	}
	*error = sqrt(residual / (ROWS - 2 - (n[1] > 0)) / xx);
}

static void
test_rows(double spread, double noise, bool promotions, double tolerance, const char *name)
{
	static double price[ROWS];
	static double quantity[ROWS];
	static bool promotion[ROWS];
	SegmElasticitySums whole;
	SegmElasticitySums backwards;
	SegmElasticitySums parts[3];
	SegmElasticity result;
	double		slope;
	double		error;

	memset(&whole, 0, sizeof(whole));
	memset(&backwards, 0, sizeof(backwards));
	memset(parts, 0, sizeof(parts));
	for (int i = 0; i < ROWS; i++)
	{
		promotion[i] = promotions && i % 3 == 0;
		price[i] = 20.0 * exp(spread * next_random());
		quantity[i] = 500.0 * pow(price[i], -1.7) * exp(noise * (next_random() - 0.5) + 0.4 * promotion[i]);
	}
	for (int i = 0; i < ROWS; i++)
	{
		int			j = ROWS - 1 - i;

		must(segm_elasticity_add(&whole, price[i], quantity[i], promotion[i]));
		must(segm_elasticity_add(&backwards, price[j], quantity[j], promotion[j]));
		must(segm_elasticity_add(&parts[i % 7 % 3], price[i], quantity[i], promotion[i]));
	}
	must(segm_elasticity_merge(&parts[2], &parts[0]));
	must(segm_elasticity_merge(&parts[2], &parts[1]));
	ok(memcmp(&whole, &backwards, sizeof(whole)) == 0, "%s: backwards, the same bits", name);
	ok(memcmp(&whole, &parts[2], sizeof(whole)) == 0, "%s: in parts, the same bits", name);
	by_hand(price, quantity, promotion, &slope, &error);
	must(segm_elasticity(&whole, 0.95, &result));
	ok(tap_error(result.slope, slope, false) <= tolerance, "%s: slope %.15g, by hand %.15g", name,
	   result.slope, slope);
	ok(tap_error(result.slope_error, error, false) <= tolerance, "%s: error %.15g, by hand %.15g", name,
	   result.slope_error, error);
	ok(result.has_promotion == promotions && result.degrees == ROWS - 2 - promotions, "%s: degrees", name);
	if (promotions)
		ok(fabs(result.promotion - 0.4) < 4 * result.promotion_error + 1e-9, "%s: promotion", name);
}

int
main(void)
{
	SegmElasticitySums sums;
	SegmElasticity result;

	test_rows(1.5, 0.6, false, 1e-11, "usual");
	test_rows(1.5, 0.6, true, 1e-11, "with promotions");
	test_rows(1e-4, 1e-4, true, 1e-8, "prices a hundredth of a percent apart");
	test_rows(1.5, 1e-5, false, 1e-8, "nearly a perfect fit");

	memset(&sums, 0, sizeof(sums));
	must(segm_elasticity(&sums, 0.95, &result));
	ok(!result.has_slope && result.n == 0, "no rows");
	must(segm_elasticity_add(&sums, 10.0, 5.0, false));
	must(segm_elasticity_add(&sums, 10.0, 7.0, false));
	must(segm_elasticity(&sums, 0.95, &result));
	ok(!result.has_slope && result.n == 2, "one price only");
	must(segm_elasticity_add(&sums, 0.0, 7.0, false));
	must(segm_elasticity_add(&sums, 3.0, -7.0, true));
	is_int(sums.ignored, 2, "what has no logarithm");
	ok(segm_elasticity_add(&sums, NAN, 7.0, false) == SEGM_NOT_FINITE &&
	   segm_elasticity_add(&sums, 7.0, INFINITY, false) == SEGM_NOT_FINITE, "not finite");

	memset(&sums, 0, sizeof(sums));
	must(segm_elasticity_add(&sums, 1e-300, 1e300, false));
	must(segm_elasticity_add(&sums, 1e300, 1e-300, false));
	must(segm_elasticity(&sums, 0.95, &result));
	ok(result.has_slope && !result.has_error && result.degrees == 0, "two rows have no error");
	is_close(result.slope, -1.0, 1e-15, "the range of doubles");
	must(segm_elasticity_add(&sums, 1.0, 1.0, false));
	must(segm_elasticity(&sums, 0.95, &result));
	ok(result.has_error && result.slope_error < 1e-15 && result.r_squared == 1.0, "three on a line");

	/* the mean lies between two multiples of 2^-52 */
	memset(&sums, 0, sizeof(sums));
	must(segm_elasticity_add(&sums, 1.0, 1.0, false));
	must(segm_elasticity_add(&sums, 1.0 + ldexp(1.0, -52), exp(1.0), false));
	must(segm_elasticity(&sums, 0.95, &result));
	is_close(result.slope, ldexp(1.0, 52), 1e-15, "prices next to each other");
	ok(segm_elasticity(&sums, 1.0, &result) == SEGM_DOMAIN, "confidence out of range");
	return tap_done();
}
