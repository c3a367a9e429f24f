/*
 * scale_items.c
 *		Cronbach's alpha against fractions computed by hand and values of 40
 *		digits, any order and any parts, bytes and text, changed bytes, limits;
 *		scores of items and scales.
 */
#include "core/scale_items.h"
#include "tap.h"

#define ITEMS	5
#define ROWS	40
#define ALPHA_KNOWN (1008.0 / 1081.0)

static uint64_t seed = 20240615;

static uint64_t
next_random(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

static SegmStatus
add(uint8_t *payload, const double *scores, int n)
{
	SegmDecimal decimals[SEGM_ITEMS_MAX];

	for (int i = 0; i < n; i++)
	{
		SegmStatus	status = segm_items_score(scores[i], &decimals[i]);

		if (status != SEGM_OK)
			return status;
	}
	return segm_items_add(payload, decimals);
}

static double
alpha_of(const uint8_t *payload)
{
	bool		defined;
	double		alpha;

	if (segm_cronbach_alpha(payload, &defined, &alpha) != SEGM_OK)
		return HUGE_VAL;
	return defined ? alpha : NAN;
}

static void
test_known(void)
{
	/* alpha is 1008/1081 by Python's fractions */
	static const double scores[10][3] = {
		{2, 3, 3}, {4, 4, 5}, {5, 5, 4}, {3, 3, 3}, {4, 5, 4}, {1, 2, 2}, {3, 4, 3}, {5, 4, 5}, {2, 2, 1}, {4, 4, 4}
	};
	uint8_t		payload[2048];
	uint8_t		tenths[2048];
	double		row[3];

	segm_items_init(payload, 3);
	segm_items_init(tenths, 3);
	ok(isnan(alpha_of(payload)), "no respondents: undefined");
	for (int i = 0; i < 10; i++)
	{
		(void) add(payload, scores[i], 3);
		if (i == 0)
			ok(isnan(alpha_of(payload)), "one respondent: undefined");
		for (int k = 0; k < 3; k++)
			row[k] = scores[i][k] / 10 - 0.3;
		for (int k = 0; k < 3; k++)
			row[k] = nearbyint(row[k] * 10) / 10;
		(void) add(tenths, row, 3);
	}
	is_close(alpha_of(payload), ALPHA_KNOWN, 1e-15, "ten respondents, three items");
	is_close(alpha_of(tenths), ALPHA_KNOWN, 1e-15, "the same in tenths, moved below zero");
	is_int(tenths[2], 1, "in tenths indeed");

	/* two items that contradict each other: 2 (1 - (V + V) / 0) */
	segm_items_init(payload, 2);
	for (int i = 1; i <= 5; i++)
		(void) add(payload, (double[2]) {i, 6 - i}, 2);
	ok(isnan(alpha_of(payload)), "all totals equal: undefined");
	(void) add(payload, (double[2]) {5, 5}, 2);
	ok(alpha_of(payload) < 0, "below zero where items contradict each other");
	segm_items_init(payload, 1);
	(void) add(payload, scores[0], 1);
	(void) add(payload, scores[1], 1);
	ok(isnan(alpha_of(payload)), "one item: undefined");
}

/* As many respondents as sums of squares have room for: products of sums take up to 206 bits. */
static void
test_many(void)
{
	uint8_t		payload[2048];
	uint8_t		one[2048];
	bool		merged = true;
	size_t		length;

	segm_items_init(payload, 2);
	for (int i = 0; i < 10; i++)
		(void) add(payload, (double[2]) {i % 3 * 199999.999999, i % 4 * 199999.999999}, 2);
	memcpy(one, payload, segm_items_bytes(2));
	for (int i = 0; i < 40; i++)
		merged = segm_items_merge(payload, payload) == SEGM_OK && merged;
	ok(merged && segm_items_respondents(payload) == 10 * ((int64_t) 1 << 40), "10^13 respondents with large scores");
	ok(segm_items_check(payload, segm_items_bytes(2)) == SEGM_OK && alpha_of(payload) == alpha_of(one), "alpha as of ten of them");

	/* one item alone would have 128 bits overflow; what is wrong with the other one is seen nevertheless */
	ok(segm_items_parse("v1 scale=0 respondents=8000000000000000000 incomplete=0 total=900000000000000000000000 "
						"items=0:900000000000000000000000,0:0", payload, sizeof(payload), &length) == SEGM_OK &&
	   segm_items_parse("v1 scale=0 respondents=8000000000000000000 incomplete=0 total=900000000000000000000000 "
						"items=0:900000000000000000000000,8000000000000000001:8000000000000000001", payload, sizeof(payload), &length) == SEGM_MALFORMED,
	   "what no answers give, beyond 128 bits");
	ok(segm_items_parse("v1 scale=1 respondents=2 incomplete=0 total=200000000000000 items=20000000:200000000000000", payload, sizeof(payload), &length) == SEGM_OK &&
	   segm_items_parse("v1 scale=0 respondents=2 incomplete=0 total=2000002000001 items=2000001:2000002000001", payload, sizeof(payload), &length) == SEGM_MALFORMED,
	   "no sum is beyond that of the largest scores");
}

static void
test_order(void)
{
	static const double steps[] = {1, 0.5, 0.25, 0.1, 0.000001};
	double		scores[ROWS][ITEMS];
	uint8_t		whole[2048];
	uint8_t		backwards[2048];
	uint8_t		parts[3][2048];
	uint8_t		read[2048];
	size_t		size = segm_items_bytes(ITEMS);
	size_t		length = 0;
	char		text[4000];
	bool		same = true;
	bool		forms = true;
	double		worst = 0.0;

	for (int round = 0; round < 100; round++)
	{
		double		step = steps[round % 5];
		long double of_items = 0;
		long double of_total;
		long double sum = 0;
		long double squares = 0;

		segm_items_init(whole, ITEMS);
		segm_items_init(backwards, ITEMS);
		for (int k = 0; k < 3; k++)
			segm_items_init(parts[k], ITEMS);
		for (int i = 0; i < ROWS; i++)
			for (int k = 0; k < ITEMS; k++)
			{
				/* divided, so that it is the double nearest to the decimal */
				scores[i][k] = (double) ((int) next_random(13) - 6 + i % 7) / nearbyint(1 / step);
			}
		for (int i = 0; i < ROWS; i++)
		{
			uint8_t    *part = parts[next_random(3)];

			same = same && add(whole, scores[i], ITEMS) == SEGM_OK && add(part, scores[i], ITEMS) == SEGM_OK &&
				add(backwards, scores[ROWS - 1 - i], ITEMS) == SEGM_OK;
			if (i % 9 == 0)
				same = same && segm_items_add(whole, NULL) == SEGM_OK && segm_items_add(part, NULL) == SEGM_OK &&
					segm_items_add(backwards, NULL) == SEGM_OK;
		}
		same = same && segm_items_merge(parts[2], parts[0]) == SEGM_OK && segm_items_merge(parts[2], parts[1]) == SEGM_OK &&
			memcmp(whole, backwards, size) == 0 && memcmp(whole, parts[2], size) == 0 &&
			segm_items_respondents(whole) == ROWS && segm_items_incomplete(whole) == 5;
		for (int k = 0; k < ITEMS; k++)
		{
			long double s = 0;
			long double q = 0;

			for (int i = 0; i < ROWS; i++)
				s += scores[i][k];
			for (int i = 0; i < ROWS; i++)
				q += (scores[i][k] - s / ROWS) * (scores[i][k] - s / ROWS);
			of_items += q;
		}
		for (int i = 0; i < ROWS; i++)
			for (int k = 0; k < ITEMS; k++)
				sum += scores[i][k];
		for (int i = 0; i < ROWS; i++)
		{
			long double total = 0;

			for (int k = 0; k < ITEMS; k++)
				total += scores[i][k];
			squares += (total - sum / ROWS) * (total - sum / ROWS);
		}
		of_total = squares;
		worst = fmax(worst, fabs(alpha_of(whole) - (double) ((long double) ITEMS / (ITEMS - 1) * (1 - of_items / of_total))));
		text[segm_items_format(whole, text)] = '\0';
		forms = forms && segm_items_check(whole, size) == SEGM_OK && segm_items_format(whole, NULL) == strlen(text) &&
			segm_items_parse(text, read, sizeof(read), &length) == SEGM_OK && length == size && memcmp(whole, read, size) == 0;
	}
	ok(same, "backwards and in parts: the same bytes");
	ok(worst < 1e-14, "alpha as by two passes in long double (worst %g)", worst);
	ok(forms, "text and back");
	segm_items_init(parts[0], ITEMS + 1);
	ok(segm_items_merge(whole, parts[0]) == SEGM_DOMAIN, "other numbers of items do not merge");
	ok(segm_items_parse(text, read, size - 1, &length) == SEGM_NO_ROOM, "no room");
}

static void
test_damage(void)
{
	static const char *const wrong[] = {
		"", "v1", "v1 scale=0 respondents=0 incomplete=0 total=0", "v1 scale=0 respondents=0 incomplete=0 total=0 items=",
		"v1 scale=0 respondents=0 incomplete=0 total=0 items=1:1", "v1 scale=0 respondents=1 incomplete=0 total=1 items=1:0",
		"v1 scale=0 respondents=1 incomplete=0 total=1 items=-0:1", "v1 scale=7 respondents=1 incomplete=0 total=1 items=1:1",
		"v1 scale=0 respondents=1 incomplete=0 total=-1 items=1:1", "v1 scale=0 respondents=1 incomplete=0 total=1 items=1:1 ",
		"v1 scale=0 respondents=9 incomplete=0 total=9 items=-2:1", "v1 scale=0 respondents=9 incomplete=0 total=9 items=-170141183460469231731687303715884105728:9"
	};
	uint8_t		payload[2048];
	uint8_t		big[SEGM_ITEMS_HEADER + SEGM_ITEMS_MAX * SEGM_ITEMS_EACH];
	double		scores[SEGM_ITEMS_MAX];
	size_t		length;
	SegmDecimal decimal;
	int			accepted = 0;
	bool		safe = true;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ok(segm_items_parse(wrong[i], payload, sizeof(payload), &length) == SEGM_MALFORMED, "refused: \"%s\"", wrong[i]);
	ok(segm_items_parse("v2", payload, sizeof(payload), &length) == SEGM_VERSION, "another version");
	segm_items_init(payload, 2);
	(void) add(payload, (double[2]) {1, 2}, 2);
	ok(segm_items_check(payload, 0) == SEGM_CORRUPT && segm_items_check(payload, 103) == SEGM_CORRUPT &&
	   segm_items_check(payload, 104) == SEGM_OK && segm_items_check(payload, 105) == SEGM_CORRUPT, "its length is checked");
	for (int i = 0; i < 20000; i++)
	{
		uint8_t		changed[2048];
		bool		defined;
		double		alpha;

		memcpy(changed, payload, 104);
		changed[next_random(104)] = (uint8_t) next_random(256);
		if (segm_items_check(changed, 104) != SEGM_OK)
			continue;
		accepted++;
		(void) segm_cronbach_alpha(changed, &defined, &alpha);
		safe = safe && add(changed, (double[2]) {0.5, 2}, 2) != SEGM_DOMAIN && segm_items_format(changed, NULL) > 0;
	}
	ok(safe && accepted > 0, "changed bytes are refused or do no harm (%d accepted)", accepted);

	/* totals of two items vary at most twice as much as the items */
	ok(segm_items_parse("v1 scale=0 respondents=2 incomplete=0 total=100 items=4:10,4:10", payload, sizeof(payload), &length) == SEGM_MALFORMED &&
	   segm_items_parse("v1 scale=0 respondents=2 incomplete=0 total=40 items=4:10,4:10", payload, sizeof(payload), &length) == SEGM_OK,
	   "sums that no answers give");
	ok(segm_items_score(NAN, &decimal) == SEGM_NOT_FINITE && segm_items_score(1000001, &decimal) == SEGM_DOMAIN &&
	   segm_items_score(1.0 / 3, &decimal) == SEGM_DOMAIN && segm_items_score(-1000000, &decimal) == SEGM_OK, "limits of a score");
	segm_items_init(big, SEGM_ITEMS_MAX);
	for (int i = 0; i < SEGM_ITEMS_MAX; i++)
		scores[i] = i % 2 == 0 ? 999999.999999 : -1000000;
	ok(add(big, scores, SEGM_ITEMS_MAX) == SEGM_OK && add(big, scores, SEGM_ITEMS_MAX) == SEGM_OK, "the largest scores of 256 items");
}

static void
test_scores(void)
{
	double		score;
	bool		valid;
	double		answered[] = {4, 5, 2};

	ok(segm_item_score(2, 1, 5, true, &valid, &score) == SEGM_OK && valid && score == 4, "reversed: max + min - x");
	ok(segm_item_score(2, 1, 5, false, &valid, &score) == SEGM_OK && valid && score == 2, "as it is");
	ok(segm_item_score(5.5, 1, 5, false, &valid, &score) == SEGM_OK && !valid, "outside");
	ok(segm_item_score(NAN, 1, 5, false, &valid, &score) == SEGM_OK && !valid, "NaN");
	ok(segm_item_score(2, 5, 5, false, &valid, &score) == SEGM_DOMAIN, "no scale");
	ok(segm_item_share(2, 1, 5, true, &valid, &score) == SEGM_OK && score == 0.75, "a share of the scale");
	ok(segm_scale_score(answered, 3, 6, 0.5, &valid, &score) == SEGM_OK && valid && score == 11.0 / 3, "half of the items is enough");
	ok(segm_scale_score(answered, 3, 7, 0.5, &valid, &score) == SEGM_OK && !valid, "less is not");
	ok(segm_scale_score(answered, 0, 0, 0, &valid, &score) == SEGM_OK && !valid, "no items");
	ok(segm_scale_score(answered, 3, 3, 1.5, &valid, &score) == SEGM_DOMAIN, "more than all");
}

int
main(void)
{
	test_known();
	test_many();
	test_order();
	test_damage();
	test_scores();
	return tap_done();
}
