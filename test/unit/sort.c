/*
 * sort.c
 *		Sorting and order-preserving keys, against comparisons.
 */
#include "core/sort.h"
#include "tap.h"

#define MOST 3000

static uint64_t seed = 271828;
static int	polls = 0;

static uint64_t
next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static void
count_polls(void)
{
	polls++;
}

static int
compare64(const void *a, const void *b)
{
	uint64_t	x = *(const uint64_t *) a;
	uint64_t	y = *(const uint64_t *) b;

	return (x > y) - (x < y);
}

static int
compare128(const void *a, const void *b)
{
	SegmInt128	x = *(const SegmInt128 *) a;
	SegmInt128	y = *(const SegmInt128 *) b;

	return (x > y) - (x < y);
}

static void
sorts(void)
{
	static uint64_t keys[MOST];
	static uint64_t expected[MOST];
	static uint64_t scratch[MOST];
	static SegmInt128 values[MOST];
	static SegmInt128 wanted[MOST];
	static SegmInt128 space[MOST];
	int			wrong = 0;

	for (size_t round = 0; round < 400; round++)
	{
		size_t		n = round < 80 ? round : next_random() % MOST;
		unsigned	shift = (unsigned) (next_random() % 64);
		uint64_t	offset = next_random() % 2 ? 0 : next_random();

		for (size_t i = 0; i < n; i++)
		{
			keys[i] = expected[i] = offset + (next_random() >> shift);
			values[i] = (SegmInt128) ((SegmUInt128) next_random() << 64 | next_random());
			values[i] >>= shift + next_random() % 2 * 60;
			wanted[i] = values[i];
		}
		segm_sort64(keys, scratch, n, round % 2 ? count_polls : NULL);
		segm_sort128(values, space, n, round % 2 ? count_polls : NULL);
		qsort(expected, n, sizeof(*expected), compare64);
		qsort(wanted, n, sizeof(*wanted), compare128);
		if (memcmp(keys, expected, n * sizeof(*keys)) != 0 ||
			memcmp(values, wanted, n * sizeof(*values)) != 0)
			wrong++;
	}
	is_int(wrong, 0, "400 arrays of many lengths and spreads are sorted");
	ok(polls > 0, "and the caller was asked now and then");
}

/* keys are in the order of the values, and equal where they are */
static bool
keys_agree(const SegmInt128 *values, const uint64_t *keys, size_t n)
{
	for (size_t i = 1; i < n; i++)
	{
		size_t		j = next_random() % i;

		if ((values[i] < values[j]) != (keys[i] < keys[j]) ||
			(values[i] == values[j]) != (keys[i] == keys[j]))
			return false;
	}
	return true;
}

static void
keys(void)
{
	static SegmInt128 values[MOST];
	static SegmInt128 sorted[MOST];
	static SegmInt128 scratch[MOST];
	static uint64_t result[MOST];
	const double doubles[] = {-1.7976931348623157e308, -2.5, -2.4999999999999996, -5e-324, 0.0,
	5e-324, 2.2250738585072014e-308, 1.0, 1.0000000000000002, 1.7976931348623157e308};
	const int64_t integers[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX};
	int			wrong = 0;
	int			narrow = 0;

	for (size_t i = 1; i < sizeof(doubles) / sizeof(doubles[0]); i++)
		ok(segm_key_double(doubles[i - 1]) < segm_key_double(doubles[i]), "%g < %g",
		   doubles[i - 1], doubles[i]);
	ok(segm_key_double(-0.0) == segm_key_double(0.0), "zeros are equal");
	for (size_t i = 1; i < sizeof(integers) / sizeof(integers[0]); i++)
		ok(segm_key_int64(integers[i - 1]) < segm_key_int64(integers[i]), "integer %d", (int) i);
	ok(segm_is_finite(1e308) && !segm_is_finite(HUGE_VAL) && !segm_is_finite(-HUGE_VAL) &&
	   !segm_is_finite((double) NAN), "finite or not");

	for (int round = 0; round < 300; round++)
	{
		size_t		n = next_random() % MOST;
		unsigned	shift = (unsigned) (1 + next_random() % 126);

		for (size_t i = 0; i < n; i++)
		{
			values[i] = (SegmInt128) ((SegmUInt128) next_random() << 64 | next_random()) >> shift;
			if (i > 0 && next_random() % 4 == 0)
				values[i] = values[next_random() % i];
		}
		if (segm_keys_narrow(values, n, result))
		{
			narrow++;
			if (!keys_agree(values, result, n))
				wrong++;
		}
		segm_keys_wide(values, sorted, scratch, n, result, NULL);
		if (!keys_agree(values, result, n))
			wrong++;
	}
	is_int(wrong, 0, "keys of 128-bit values keep order and equality");
	ok(narrow > 0 && narrow < 300, "some ranges fit 64 bits, some do not");
	values[0] = 0;
	values[1] = (SegmInt128) UINT64_MAX;
	ok(segm_keys_narrow(values, 2, result) && result[1] == UINT64_MAX, "the widest range that fits");
	values[1] = values[1] + 1;
	ok(!segm_keys_narrow(values, 2, result), "one more does not fit");
	values[0] = (SegmInt128) ((SegmUInt128) 1 << 127);
	values[1] = (SegmInt128) ~((SegmUInt128) 1 << 127);
	ok(!segm_keys_narrow(values, 2, result), "nor the widest of all");
	segm_keys_wide(values, sorted, scratch, 2, result, NULL);
	ok(result[0] == 0 && result[1] == 1, "which the other way handles");
}

int
main(void)
{
	sorts();
	keys();
	return tap_done();
}
