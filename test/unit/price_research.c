/*
 * price_research.c
 *		Van Westendorp's points where curves cross between prices, at a price and
 *		along a plateau; demand curves; the price test against published
 *		intervals.
 */
#include "core/price_research.h"
#include "tap.h"

static SegmTallySlot
slot(int64_t key, int64_t a, int64_t b, int64_t c, int64_t d)
{
	SegmTallySlot result = {key, {a, b, c, d}};

	return result;
}

static double
point(const SegmTallySlot *curves, size_t count, int64_t n, SegmWestendorpPoint which)
{
	double		price;

	return segm_westendorp_point(curves, count, n, which, &price) == SEGM_OK ? price : NAN;
}

static void
test_westendorp(void)
{
	/* one respondent: 10, 20, 30, 40 */
	SegmTallySlot one[] = {
		slot(10, 1, 0, 0, 0), slot(20, 0, 1, 0, 0), slot(30, 0, 0, 1, 0), slot(40, 0, 0, 0, 1)
	};

	/* two: 10, 20, 30, 40 and 12, 30, 40, 50 */
	SegmTallySlot two[] = {
		slot(10, 1, 0, 0, 0), slot(12, 1, 0, 0, 0), slot(20, 0, 1, 0, 0), slot(30, 0, 1, 1, 0),
		slot(40, 0, 0, 1, 1), slot(50, 0, 0, 0, 1)
	};
	SegmTallySlot wrong[] = {slot(10, 1, 1, 1, 0)};

	ok(segm_westendorp_curves(one, 4, 1) == SEGM_OK, "one respondent");
	is_close(point(one, 4, 1, SEGM_LOWER_BOUND), 20, 0, "not cheap and too cheap meet at 20");
	is_close(point(one, 4, 1, SEGM_UPPER_BOUND), 30, 0, "not expensive and too expensive at 30");
	is_close(point(one, 4, 1, SEGM_INDIFFERENCE), 25, 0, "cheap and expensive between 20 and 30");
	is_close(point(one, 4, 1, SEGM_OPTIMUM), 25, 0, "nobody finds 20 to 30 too anything: the middle");

	ok(segm_westendorp_curves(two, 6, 2) == SEGM_OK, "two respondents");
	is_int(two[1].counts[SEGM_TOO_CHEAP], 1, "one finds 12 too cheap");
	is_int(two[3].counts[SEGM_CHEAP], 1, "one finds 30 cheap");
	is_int(two[4].counts[SEGM_EXPENSIVE], 2, "both find 40 expensive");
	is_close(point(two, 6, 2, SEGM_LOWER_BOUND), 20, 0, "lower bound");
	is_close(point(two, 6, 2, SEGM_UPPER_BOUND), 30 + 10 * 1.0 / 2, 0, "upper bound");
	is_close(point(two, 6, 2, SEGM_INDIFFERENCE), 30, 0, "indifference");
	is_close(point(two, 6, 2, SEGM_OPTIMUM), 25, 0, "optimum");
	ok(segm_westendorp_curves(wrong, 1, 1) == SEGM_CORRUPT, "questions with different numbers of answers");
	ok(isnan(point(one, 0, 0, SEGM_OPTIMUM)), "no prices");
}

static void
test_granger(void)
{
	SegmTallySlot prices[] = {
		slot(500, 10, 10, 0, 0), slot(800, 20, 15, 0, 0), slot(1000, 10, 6, 0, 0), slot(2000, 10, 0, 0, 0),
		slot(2500, 10, 0, 0, 0)
	};
	double		arc = 0.0;

	is_close(segm_granger_demand(&prices[1]), 0.75, 0, "demand");
	is_int((long long) segm_granger_best(prices, 5), 1, "800 and 1000 bring the same: the lower is best");
	is_int((long long) segm_granger_best(prices, 1), 0, "one price");
	ok(segm_arc_elasticity(&prices[1], &prices[2], &arc), "between two prices");
	is_close(arc, (-0.15 / 0.675) / (200.0 / 900), 1e-15, "arc elasticity");
	ok(!segm_arc_elasticity(&prices[3], &prices[4], &arc), "nobody buys at either");
	is_close(segm_units_value(12345, 2), 123.45, 0, "units");
}

static void
test_price_test(void)
{
	/* Newcombe 1998, table II: 56/70 against 48/80, 0.2 (0.0524, 0.3339) */
	SegmTallySlot people[] = {slot(0, 32, 14, 0, 0), slot(100, 48, 56, 0, 0)};

	/* and 10/10 against 0/10: 1 (0.6075, 1) */
	SegmTallySlot all[] = {slot(0, 10, 0, 0, 0), slot(100, 0, 10, 0, 0)};

	/* 1, 2, 3, 4 against 2, 4, 9 */
	SegmTallySlot few[] = {
		slot(1, 1, 0, 0, 0), slot(2, 1, 1, 0, 0), slot(3, 1, 0, 0, 0), slot(4, 1, 1, 0, 0), slot(9, 0, 1, 0, 0)
	};
	SegmPriceTest test;
	double		a = 5.0 / 3 / 4;
	double		b = 13.0 / 3;

	ok(segm_price_test(people, 2, 0.95, &test) == SEGM_OK, "two shares");
	is_close(test.conversion.difference, 0.2, 1e-15, "difference");
	ok(fabs(test.conversion.low - 0.0524) < 5e-5 && fabs(test.conversion.high - 0.3339) < 5e-5,
	   "Newcombe's interval: %.4f to %.4f", test.conversion.low, test.conversion.high);
	is_int(test.buyers[1], 56, "buyers");
	ok(segm_price_test(all, 2, 0.95, &test) == SEGM_OK, "all against none");
	ok(fabs(test.conversion.low - 0.6075) < 5e-5 && test.conversion.high == 1.0, "Newcombe's: %.4f",
	   test.conversion.low);
	ok(test.std_error == 0.0 && test.per_head.low == 100.0, "no spread");
	ok(segm_price_test(few, 5, 0.95, &test) == SEGM_OK && test.has_error, "two means");
	is_close(test.per_head.difference, 2.5, 1e-15, "difference");
	is_close(test.std_error, sqrt(a + b), 1e-15, "standard error");
	is_close(test.degrees, (a + b) * (a + b) / (a * a / 3 + b * b / 2), 1e-14, "Welch's degrees");
	ok(test.per_head.low < 0 && test.per_head.high > 5, "interval");
	ok(segm_price_test(few, 1, 0.95, &test) == SEGM_DOMAIN && test.n[0] == 1, "nobody treated");
	ok(segm_price_test(few, 2, 0.95, &test) == SEGM_OK && !test.has_error, "one person treated");
	ok(segm_price_test(few, 5, 1.0, &test) == SEGM_DOMAIN, "confidence out of range");
}

int
main(void)
{
	test_westendorp();
	test_granger();
	test_price_test();
	return tap_done();
}
