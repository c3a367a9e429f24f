/*
 * lift.c
 *		Tests and intervals against SciPy, published examples, and simulation:
 *		what an interval of 95 % covers, what a campaign of 20,000 finds.
 */
#include "core/lift.h"
#include "tap.h"

#define CONFIDENCE 0.95

static uint64_t
next_random(uint64_t *state)
{
	/* splitmix64 */
	uint64_t	x = (*state += UINT64_C(0x9e3779b97f4a7c15));

	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* How many of 64 n trials succeed, at a probability of so many 65536ths. */
static int64_t
successes(int64_t n, unsigned per_65536, uint64_t *state)
{
	int64_t		count = 0;

	while (n-- > 0)
	{
		uint64_t	below = 0;

		/* bit i of below: is trial i's number of 16 binary digits below the probability? */
		for (int digit = 0; digit < 16; digit++)
		{
			uint64_t	bits = next_random(state);

			below = (per_65536 >> digit) & 1 ? below | bits : below & bits;
		}
		count += __builtin_popcountll(below);
	}
	return count;
}

static void
set_shares(SegmLiftArm *arm, int64_t yes, int64_t n)
{
	SegmLiftSums one = {0};
	SegmLiftSums sums = {0};

	/* by doubling, as merging allows */
	for (int bit = 40; bit >= 0; bit--)
	{
		SegmLiftSums copy = sums;

		(void) segm_lift_merge(&sums, &copy);
		one = (SegmLiftSums) {0};
		if ((yes >> bit) & 1)
			(void) segm_lift_add(&one.treated, 1.0);
		if (((n - yes) >> bit) & 1)
			(void) segm_lift_add(&one.treated, 0.0);
		(void) segm_lift_merge(&sums, &one);
	}
	*arm = sums.treated;
}

static void
check_shares(void)
{
	/*
	 * yes and n of both groups, low, high, p, and the ratio's interval: SciPy
	 * 1.10.1: binomtest().proportion_ci('wilson') of each group put together
	 * as Newcombe's method 10, chi2_contingency(correction=False),
	 * relative_risk().confidence_interval().  The first two are (a) and (g) of
	 * Newcombe 1998, table II: 0.0524 to 0.3339, 0.1705 to 0.8090.
	 */
	static const double table[][9] = {
		{56, 70, 48, 80, 0.052431472402364843, 0.33387265403690591, 0.0080450813681965851, 1.076626422763193, 1.6512485112663871},
		{9, 10, 3, 10, 0.17052272393450296, 0.8090179735354881, 0.0061698993205441645, 1.1383503574476701, 7.9061775147847921},
		{2400, 20000, 2000, 20000, 0.013870874771271375, 0.026132147384481989, 1.6370021089378519e-10, 1.1346348947732312, 1.2691307191709444},
		{130, 9000, 12, 1000, -0.0066980938303200805, 0.0082256785537992618, 0.53537887337766454, 0.66877559502867101, 2.1665004181976735},
		{18210, 180000, 1950, 20000, -0.00074496721574613799, 0.0079373545159502294, 0.10226105029932499, 0.99258783994660238, 1.0846676798966035}
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
	{
		const double *row = table[i];
		SegmLiftSums sums = {0};
		SegmLift	lift;

		set_shares(&sums.treated, (int64_t) row[0], (int64_t) row[1]);
		set_shares(&sums.holdout, (int64_t) row[2], (int64_t) row[3]);
		ok(segm_lift(SEGM_LIFT_SHARES, &sums, CONFIDENCE, &lift) == SEGM_OK && lift.has_p && lift.has_ratio_interval,
		   "%g of %g against %g of %g", row[0], row[1], row[2], row[3]);
		is_close(lift.difference, row[0] / row[1] - row[2] / row[3], 1e-14, "difference");
		is_close(lift.low, row[4], 1e-9, "low");
		is_close(lift.high, row[5], 1e-9, "high");
		is_close(lift.p, row[6], 1e-9, "p value");
		is_close(lift.ratio_low, row[7], 1e-9, "ratio, low");
		is_close(lift.ratio_high, row[8], 1e-9, "ratio, high");
		ok(lift.reliable == (i != 1), "large enough, or not");
	}
}

static SegmLift
lift_of_samples(const double *treated, int n_treated, const double *holdout, int n_holdout)
{
	SegmLiftSums sums = {0};
	SegmLift	lift;

	for (int i = 0; i < n_treated; i++)
		(void) segm_lift_add(&sums.treated, treated[i]);
	for (int i = 0; i < n_holdout; i++)
		(void) segm_lift_add(&sums.holdout, holdout[i]);
	(void) segm_lift(SEGM_LIFT_MEANS, &sums, CONFIDENCE, &lift);
	return lift;
}

static void
check_means(void)
{
	/* R's data set "sleep" (Student 1908): t.test(extra ~ group) prints p = 0.07939 and -3.3654832 to 0.2054832; digits from SciPy 1.10.1 */
	static const double one[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
	static const double two[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
	static double large[200000];
	static double small[150000];
	SegmLift	lift = lift_of_samples(one, 10, two, 10);

	is_close(lift.difference, -1.58, 1e-9, "sleep: difference");
	is_close(lift.low, -3.3654832307116358, 1e-9, "sleep: low");
	is_close(lift.high, 0.20548323071163632, 1e-9, "sleep: high");
	is_close(lift.p, 0.079394140187358228, 1e-9, "sleep: p value");
	is_close(lift.ratio_low, 0.059634347829885782, 1e-9, "sleep: ratio, low");
	is_close(lift.ratio_high, 1.7374575821051987, 1e-9, "sleep: ratio, high");
	ok(!lift.reliable, "sleep: groups of ten");

	/* SciPy 1.10.1, ttest_ind(equal_var=False) and t.ppf; ratio by its formula in numpy */
	for (int i = 0; i < 900; i++)
		large[i] = i * 7919 % 1009 / 7.0;
	for (int i = 0; i < 100; i++)
		small[i] = i * 104729 % 997 / 8.0;
	lift = lift_of_samples(large, 900, small, 100);
	is_close(lift.difference, 14.328015873015879, 1e-9, "900 and 100: difference");
	is_close(lift.low, 6.6023218507970665, 1e-9, "900 and 100: low");
	is_close(lift.high, 22.053709895234689, 1e-9, "900 and 100: high");
	is_close(lift.p, 0.0003542423221391185, 1e-9, "900 and 100: p value");
	is_close(lift.ratio_low, 1.0949812279652269, 1e-9, "900 and 100: ratio, low");
	is_close(lift.ratio_high, 1.4212237257167748, 1e-9, "900 and 100: ratio, high");
	ok(lift.reliable, "900 and 100: large enough");
	for (int64_t i = 0; i < 200000; i++)
		large[i] = (double) (i * 7919 % 1009 * (i * 7919 % 1009)) / 7.0;
	for (int64_t i = 0; i < 150000; i++)
		small[i] = (double) (i * 104729 % 997 * (i * 104729 % 997)) / 7.05;
	lift = lift_of_samples(large, 200000, small, 150000);
	is_close(lift.low, 1198.6630824821132, 1e-9, "200,000 and 150,000: low");
	is_close(lift.high, 1768.6210702500448, 1e-9, "200,000 and 150,000: high");
	is_close(lift.p, 1.9208618005804141e-24, 1e-9, "200,000 and 150,000: p value");
	is_close(lift.ratio_high, 1.0378172410214093, 1e-9, "200,000 and 150,000: ratio, high");
}

/* Small amounts beside large ones: sums of doubles would depend on their order. */
static double
amount_of(int i)
{
	return (i % 7 == 0 ? 1e9 : 0.1) * i - 37.7;
}

static void
check_edges(void)
{
	SegmLiftSums sums = {0};
	SegmLiftSums other = {0};
	SegmLiftSums shuffled = {0};
	SegmLift	lift;

	ok(segm_lift(SEGM_LIFT_MEANS, &sums, CONFIDENCE, &lift) == SEGM_OK && !lift.has_difference, "nobody");
	(void) segm_lift_add(&sums.treated, 5.0);
	ok(segm_lift(SEGM_LIFT_MEANS, &sums, CONFIDENCE, &lift) == SEGM_OK && !lift.has_difference && lift.treated == 5.0, "no hold-out");
	(void) segm_lift_add(&sums.holdout, 0.0);
	ok(segm_lift(SEGM_LIFT_MEANS, &sums, CONFIDENCE, &lift) == SEGM_OK && lift.has_difference && !lift.has_interval &&
	   !lift.has_ratio && !lift.has_p && !lift.reliable, "one each: a difference, no interval");
	ok(segm_lift(SEGM_LIFT_SHARES, &sums, 1.0, &lift) == SEGM_DOMAIN && segm_lift(SEGM_LIFT_SHARES, &sums, NAN, &lift) == SEGM_DOMAIN,
	   "confidence out of range");
	for (int i = 0; i < 3; i++)
	{
		(void) segm_lift_add(&other.treated, 7.0);
		(void) segm_lift_add(&other.holdout, 7.0);
	}
	ok(segm_lift(SEGM_LIFT_MEANS, &other, CONFIDENCE, &lift) == SEGM_OK && !lift.has_interval && !lift.has_p && lift.ratio == 1.0,
	   "all outcomes alike: no interval, no p value");
	set_shares(&sums.treated, 0, 50);
	set_shares(&sums.holdout, 0, 50);
	ok(segm_lift(SEGM_LIFT_SHARES, &sums, CONFIDENCE, &lift) == SEGM_OK && lift.has_interval && !lift.has_p && !lift.has_ratio &&
	   lift.low < 0 && lift.high > 0 && !lift.reliable, "nobody converted: an interval about zero, no p value");
	ok(segm_lift_add(&sums.treated, NAN) == SEGM_NOT_FINITE && segm_lift_add(&sums.treated, -INFINITY) == SEGM_NOT_FINITE &&
	   segm_lift_add(&sums.treated, 7.1e13) == SEGM_TOO_LARGE && sums.treated.n == 50, "amounts that cannot be added");
	ok(segm_lift_add(&sums.treated, -SEGM_LIFT_MAX) == SEGM_OK, "the largest amount");
	sums.treated.n = (int64_t) 1 << 40;
	ok(segm_lift_add(&sums.treated, 1) == SEGM_OVERFLOW && segm_lift_merge(&sums, &sums) == SEGM_OVERFLOW, "too many rows");

	/* the extreme that the sums must hold, times a million */
	memset(&sums, 0, sizeof(sums));
	(void) segm_lift_add(&sums.treated, SEGM_LIFT_MAX);
	(void) segm_lift_add(&sums.treated, -SEGM_LIFT_MAX);
	(void) segm_lift_add(&sums.holdout, 1.0);
	(void) segm_lift_add(&sums.holdout, 2.0);
	for (int i = 0; i < 20; i++)
	{
		other = sums;
		(void) segm_lift_merge(&sums, &other);
	}
	ok(segm_lift(SEGM_LIFT_MEANS, &sums, CONFIDENCE, &lift) == SEGM_OK && lift.treated == 0.0, "two million extremes cancel");
	is_close(lift.high - lift.difference, 1.959963984540054 * SEGM_LIFT_MAX / sqrt(2097152.0 - 1), 1e-5, "and their error is known");

	/* the same bytes in any order and grouping */
	memset(&sums, 0, sizeof(sums));
	memset(&other, 0, sizeof(other));
	for (int i = 0; i < 1000; i++)
	{
		(void) segm_lift_add(&sums.treated, amount_of(i));
		(void) segm_lift_add(i % 2 ? &shuffled.treated : &other.treated, amount_of(999 - i));
	}
	(void) segm_lift_merge(&shuffled, &other);
	ok(memcmp(&sums, &shuffled, sizeof(sums)) == 0, "the same bytes in any order and grouping");
}

static void
simulate(void)
{
	uint64_t	state = 20261128;
	int			covered = 0;
	int			rejected = 0;
	int			found = 0;
	int			means = 0;
	SegmLiftSums sums = {0};
	SegmLift	lift;

	/* no effect: 10 % of 4,480 and of 1,088 convert */
	for (int run = 0; run < 10000; run++)
	{
		set_shares(&sums.treated, successes(70, 6554, &state), 4480);
		set_shares(&sums.holdout, successes(17, 6554, &state), 1088);
		(void) segm_lift(SEGM_LIFT_SHARES, &sums, CONFIDENCE, &lift);
		covered += lift.low <= 0.0 && lift.high >= 0.0;
		rejected += lift.p < 0.05;
	}
	ok(covered >= 9400 && covered <= 9600, "shares: 95 %% intervals cover no effect in %.2f %% of 10,000 runs", covered / 100.0);
	ok(rejected >= 400 && rejected <= 600, "and p is below 0.05 in %.2f %%", rejected / 100.0);

	/* two points on 10 %, 20,032 in each group */
	for (int run = 0; run < 1000; run++)
	{
		set_shares(&sums.treated, successes(313, 7864, &state), 20032);
		set_shares(&sums.holdout, successes(313, 6554, &state), 20032);
		(void) segm_lift(SEGM_LIFT_SHARES, &sums, CONFIDENCE, &lift);
		found += lift.low > 0.0 && lift.p < 0.05;
	}
	ok(found > 950, "two points on 10 %% are found in %.1f %% of 1,000 runs", found / 10.0);

	/* revenue per head, exponential, 300 against 100 */
	for (int run = 0; run < 10000; run++)
	{
		memset(&sums, 0, sizeof(sums));
		for (int i = 0; i < 400; i++)
		{
			double		amount = -20.0 * log(((double) (next_random(&state) >> 11) + 0.5) * 0x1p-53);

			(void) segm_lift_add(i < 300 ? &sums.treated : &sums.holdout, amount);
		}
		(void) segm_lift(SEGM_LIFT_MEANS, &sums, CONFIDENCE, &lift);
		means += lift.low <= 0.0 && lift.high >= 0.0;
	}
	ok(means >= 9400 && means <= 9600, "means: 95 %% intervals cover no effect in %.2f %% of 10,000 runs", means / 100.0);
}

int
main(void)
{
	check_shares();
	check_means();
	check_edges();
	simulate();
	return tap_done();
}
