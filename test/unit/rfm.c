/*
 * rfm.c
 *		Scores against the formulas, counted one by one; cut points and groups.
 */
#include "core/rfm.h"
#include "tap.h"

#define MOST 700

static uint64_t seed = 314159;

static uint64_t
next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* The formula of rfm.h for row i, by counting. */
static int
by_formula(SegmRfmMethod method, int bins, const uint64_t *keys, size_t n, size_t row)
{
	size_t		below = 0;
	size_t		last = 0;
	size_t		twice;
	size_t		place = 0;
	int			score = 1;

	for (size_t i = 0; i < n; i++)
	{
		below += keys[i] < keys[row];
		last += keys[i] <= keys[row];
		place += keys[i] < keys[row] || (keys[i] == keys[row] && i < row);
	}
	last--;
	if (method == SEGM_RFM_NTILE)
	{
		/* deal the places out, bucket by bucket */
		for (size_t end = 0;; score++)
		{
			end += n / (size_t) bins + ((size_t) score <= n % (size_t) bins);
			if (place < end)
				return score;
		}
	}
	if (n == 1)
		return 1;
	twice = method == SEGM_RFM_RANK ? 2 * below : method == SEGM_RFM_QUANTILE ? 2 * last : below + last;
	score += (int) ((size_t) bins * twice / (2 * (n - 1)));
	return score < bins ? score : bins;
}

static void
scores(void)
{
	static uint64_t keys[MOST];
	static uint64_t sorted[MOST];
	static uint64_t scratch[MOST];
	static SegmInt128 values[MOST];
	static uint8_t got[MOST];
	const SegmRfmMethod methods[] = {SEGM_RFM_RANK, SEGM_RFM_MIDRANK, SEGM_RFM_NTILE, SEGM_RFM_QUANTILE};

	for (size_t m = 0; m < 4; m++)
	{
		int			wrong = 0;
		int			against_cuts = 0;

		for (int round = 0; round < 150; round++)
		{
			size_t		n = round < 12 ? 1 + (size_t) round : 1 + next_random() % MOST;
			uint64_t	spread = 1 + next_random() % (round % 3 ? 20 : 100000);
			int			bins = (int) (2 + next_random() % (round % 2 ? 8 : 99));
			size_t		starts[SEGM_RFM_MAX_BINS];
			SegmDecimal cuts[SEGM_RFM_MAX_BINS];
			int			reached = 0;

			for (size_t i = 0; i < n; i++)
				keys[i] = sorted[i] = next_random() % spread + (UINT64_MAX >> round % 2) - spread;
			segm_sort64(sorted, scratch, n, NULL);
			segm_rfm_assign(methods[m], bins, keys, sorted, n, got);
			for (size_t i = 0; i < n; i++)
				wrong += got[i] != by_formula(methods[m], bins, keys, n, i);
			if (methods[m] == SEGM_RFM_NTILE)
				continue;

			/* the same through cut points */
			for (size_t i = 0; i < n; i++)
				values[i] = (SegmInt128) sorted[i];
			segm_rfm_starts(methods[m], bins, values, n, segm_same128, starts);
			for (int i = 1; i < bins; i++)
			{
				bool		exists;

				cuts[reached].scale = round % 7;
				if (segm_rfm_cut(methods[m], bins, i, values, n, starts, round % 7,
								 &cuts[reached].coefficient, &exists) != SEGM_OK)
					against_cuts++;
				reached += exists;
			}
			for (size_t i = 0; i < n; i++)
				against_cuts += got[i] !=
					segm_rfm_score_decimal(cuts, reached, (SegmDecimal) {(SegmInt128) keys[i], 0});
		}
		ok(wrong == 0, "%s is its formula", segm_rfm_method_name(methods[m]));
		ok(against_cuts == 0, "%s scores its own population by its cut points", segm_rfm_method_name(methods[m]));
	}
}

static void
shop(void)
{
	static uint64_t keys[1000];
	const int	rank[] = {0, 1, 4, 5, 5};
	const int	midrank[] = {0, 2, 4, 5, 5};
	uint8_t		got[1000];
	int			wrong = 0;

	for (size_t i = 0; i < 1000; i++)
		keys[i] = i < 700 ? 1 : i < 880 ? 2 : i < 950 ? 3 : 4;
	segm_rfm_assign(SEGM_RFM_RANK, 5, keys, keys, 1000, got);
	for (size_t i = 0; i < 1000; i++)
		wrong += got[i] != rank[keys[i]];
	segm_rfm_assign(SEGM_RFM_MIDRANK, 5, keys, keys, 1000, got);
	for (size_t i = 0; i < 1000; i++)
		wrong += got[i] != midrank[keys[i]];
	is_int(wrong, 0, "700 / 180 / 70 / 50 customers at 1 / 2 / 3 / 4 orders");
}

static void
cuts(void)
{
	const SegmInt128 pair[] = {0, 1};
	const SegmInt128 equal[] = {7, 7, 7};
	const SegmInt128 huge[] = {0, (SegmInt128) 1 << 100};
	size_t		starts[4];
	SegmInt128	cut = 0;
	bool		reached = false;
	const int64_t steps[] = {2, 3, 4, 6};

	ok(segm_rfm_cut(SEGM_RFM_QUANTILE, 3, 1, pair, 2, starts, 6, &cut, &reached) == SEGM_OK &&
	   reached && cut == 333334, "a third, rounded up");
	ok(segm_rfm_cut(SEGM_RFM_QUANTILE, 3, 2, pair, 2, starts, 0, &cut, &reached) == SEGM_OK &&
	   reached && cut == 1, "two thirds in whole units");
	segm_rfm_starts(SEGM_RFM_RANK, 5, equal, 3, segm_same128, starts);
	ok(segm_rfm_cut(SEGM_RFM_RANK, 5, 1, equal, 3, starts, 0, &cut, &reached) == SEGM_OK && !reached,
	   "a score that nobody has");
	is_int(segm_rfm_cut(SEGM_RFM_QUANTILE, 3, 1, huge, 2, starts, 20, &cut, &reached), SEGM_OVERFLOW,
		   "more digits than fit");
	is_int(segm_rfm_score_int64(steps, 4, 1), 1, "below the first cut point");
	is_int(segm_rfm_score_int64(steps, 4, 2), 2, "on a cut point, up");
	is_int(segm_rfm_score_int64(steps, 4, 5), 4, "between");
	is_int(segm_rfm_score_int64(steps, 4, 100), 5, "above the last");
}

static void
groups(void)
{
	const uint32_t group[] = {2, 0, 2, 1, 0, 2};
	const size_t wanted[] = {1, 4, 3, 0, 2, 5};
	size_t		bounds[5];
	size_t		order[6];

	segm_rfm_group(group, 6, 4, bounds, order);
	ok(memcmp(order, wanted, sizeof(wanted)) == 0, "rows by group, in order");
	ok(bounds[0] == 0 && bounds[1] == 2 && bounds[2] == 3 && bounds[3] == 6 && bounds[4] == 6,
	   "bounds of groups, an empty one too");
}

static void
names(void)
{
	SegmRfmMethod method = SEGM_RFM_RANK;
	bool		all = true;

	for (int i = SEGM_RFM_RANK; i <= SEGM_RFM_NESTED; i++)
		if (segm_rfm_method(segm_rfm_method_name((SegmRfmMethod) i), &method) != SEGM_OK || (int) method != i ||
			strstr(SEGM_RFM_METHODS, segm_rfm_method_name((SegmRfmMethod) i)) == NULL)
			all = false;
	ok(all, "methods by name and back, all of them in the list");
	is_int(segm_rfm_method("Rank", &method), SEGM_DOMAIN, "unknown method");
	ok(segm_rfm_ranking(SEGM_RFM_NESTED) == SEGM_RFM_RANK, "nested ranks by rank");
}

int
main(void)
{
	scores();
	shop();
	cuts();
	groups();
	names();
	return tap_done();
}
