/*
 * price_response.c
 *		Price responses: random rows in any order and in parts against plain
 *		sums, the border of a discount, bytes and text, changed bytes, limits,
 *		classes.
 */
#include "core/price_sensitivity.h"
#include "tap.h"

#define ROWS	200
#define PERCENT 10000000u

static uint64_t seed = 20240615;

static uint64_t
next_random(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

static SegmDecimal
decimal(int64_t coefficient, int scale)
{
	SegmDecimal result = {coefficient, scale};

	return result;
}

static SegmSale
sale_of(SegmDecimal paid, SegmDecimal list)
{
	SegmSale	sale = {paid, list, true, false};

	return sale;
}

static bool
same(const SegmPriceResponse *a, const SegmPriceResponse *b)
{
	uint8_t		x[SEGM_PRICE_BYTES];
	uint8_t		y[SEGM_PRICE_BYTES];

	segm_price_write(a, x);
	segm_price_write(b, y);
	return memcmp(x, y, sizeof(x)) == 0;
}

static bool
is_discount(SegmDecimal paid, SegmDecimal list, uint32_t least)
{
	SegmPriceResponse response;
	SegmSale	sale = sale_of(paid, list);

	segm_price_init(&response, least);
	if (segm_price_add(&response, &sale) != SEGM_OK)
		abort();
	return response.counts[SEGM_PRICE_REDUCED] == 1;
}

static void
test_rows(void)
{
	SegmSale	rows[ROWS];
	SegmPriceResponse whole;
	SegmPriceResponse backwards;
	SegmPriceResponse parts[3];
	SegmPriceResponse merged;
	int64_t		counts[SEGM_PRICE_COUNTS] = {0};
	int64_t		sums[SEGM_PRICE_SUMS] = {0};
	uint8_t		bytes[SEGM_PRICE_BYTES];
	char		text[2000];
	bool		good = true;
	SegmPriceResponse read;

	segm_price_init(&whole, PERCENT);
	backwards = parts[0] = parts[1] = parts[2] = whole;
	for (int i = 0; i < ROWS; i++)
	{
		/* cents, of which some come with one decimal only */
		int64_t		list = (int64_t) next_random(2000) * 10;
		int64_t		paid = next_random(3) == 0 ? list - list / 100 : (int64_t) next_random(2100) * 10;

		paid -= paid % 10;
		if (next_random(20) == 0)
			paid = -paid - 10;
		rows[i].paid = next_random(2) == 0 ? decimal(paid, 2) : decimal(paid / 10, 1);
		rows[i].list = next_random(2) == 0 ? decimal(list, 2) : decimal(list / 10, 1);
		rows[i].has_list = next_random(5) != 0;
		rows[i].promoted = next_random(4) == 0;
		if (i == 0)
			rows[i].paid = decimal(paid, 2);

		if (paid < 0)
		{
			counts[SEGM_PRICE_IGNORED]++;
			continue;
		}
		if (!rows[i].has_list || list == 0)
			list = paid;
		counts[SEGM_PRICE_ORDERS]++;
		sums[SEGM_PRICE_PAID] += paid;
		sums[SEGM_PRICE_LIST] += list;
		counts[SEGM_PRICE_PROMOTED] += rows[i].promoted;
		if (list > paid && 100 * (list - paid) >= list)
		{
			counts[SEGM_PRICE_REDUCED]++;
			sums[SEGM_PRICE_REDUCED_PAID] += paid;
			sums[SEGM_PRICE_REDUCED_LIST] += list;
		}
		if (rows[i].promoted || (list > paid && 100 * (list - paid) >= list))
		{
			counts[SEGM_PRICE_DISCOUNTED]++;
			sums[SEGM_PRICE_DISCOUNTED_PAID] += paid;
		}
	}
	for (int i = 0; i < ROWS; i++)
		good = good && segm_price_add(&whole, &rows[i]) == SEGM_OK &&
			segm_price_add(&backwards, &rows[ROWS - 1 - i]) == SEGM_OK &&
			segm_price_add(&parts[next_random(3)], &rows[i]) == SEGM_OK;
	ok(good, "rows are taken");
	for (int i = 0; i < SEGM_PRICE_COUNTS; i++)
		good = good && whole.counts[i] == counts[i];
	for (int i = 0; i < SEGM_PRICE_SUMS; i++)
		good = good && whole.sums[i] == sums[i];
	ok(good && whole.scale == 2, "counts and sums as counted by hand");
	ok(same(&whole, &backwards), "backwards: the same bytes");
	merged = parts[2];
	ok(segm_price_merge(&merged, &parts[0]) == SEGM_OK &&
	   segm_price_merge(&merged, &parts[1]) == SEGM_OK && same(&whole, &merged),
	   "in parts: the same bytes");

	segm_price_write(&whole, bytes);
	ok(segm_price_read(bytes, sizeof(bytes), &read) == SEGM_OK && same(&whole, &read), "bytes and back");
	text[segm_price_format(&whole, text)] = '\0';
	is_int((long long) segm_price_format(&whole, NULL), (long long) strlen(text), "length of the text");
	ok(segm_price_parse(text, &read) == SEGM_OK && same(&whole, &read), "text and back");
	good = true;
	for (size_t i = 0; i < strlen(text); i++)
	{
		char		cut[2000];

		memcpy(cut, text, i);
		cut[i] = '\0';
		/* a shorter last number may still be a smaller sum */
		if (segm_price_parse(cut, &read) == SEGM_OK)
			good = false;
	}
	ok(good, "no part of the text is a value");
	for (size_t i = 0; i < sizeof(bytes); i++)
		for (int bit = 0; bit < 8; bit++)
		{
			bytes[i] ^= (uint8_t) (1 << bit);
			if (segm_price_read(bytes, sizeof(bytes), &read) == SEGM_OK)
			{
				uint8_t		written[SEGM_PRICE_BYTES];

				segm_price_write(&read, written);
				good = good && memcmp(written, bytes, sizeof(bytes)) == 0;
			}
			bytes[i] ^= (uint8_t) (1 << bit);
		}
	ok(good, "changed bytes are refused, or another value");
	ok(segm_price_read(bytes, sizeof(bytes) - 1, &read) == SEGM_CORRUPT &&
	   segm_price_read(bytes, 0, &read) == SEGM_CORRUPT, "too few bytes");
	bytes[0] = 2;
	ok(segm_price_read(bytes, sizeof(bytes), &read) == SEGM_VERSION, "an unknown version");
}

static void
test_border(void)
{
	SegmInt128	huge = (SegmInt128) 1 << 120;
	SegmDecimal list = {huge * 100, 0};
	SegmDecimal at = {huge * 99, 0};
	SegmDecimal above = {huge * 99 + 1, 0};
	uint32_t	units = 0;

	ok(is_discount(decimal(990, 2), decimal(10, 0), PERCENT), "9.90 for 10: one percent");
	ok(!is_discount(decimal(991, 2), decimal(10, 0), PERCENT), "9.91 for 10: not");
	ok(is_discount(decimal(0, 0), decimal(1, 9), PERCENT), "for nothing");
	ok(!is_discount(decimal(12, 0), decimal(10, 0), PERCENT), "more than list");
	ok(!is_discount(decimal(10, 0), decimal(10, 0), 0), "list price, where any discount counts");
	ok(is_discount(decimal(9999, 3), decimal(10, 0), 0), "a tenth of a cent, where any discount counts");
	ok(is_discount(at, list, PERCENT) && !is_discount(above, list, PERCENT), "at 38 digits");
	ok(segm_price_discount(decimal(250, 4), &units) == SEGM_OK && units == 25000000, "0.0250");
	ok(segm_price_discount(decimal(11, 1), &units) == SEGM_DOMAIN &&
	   segm_price_discount(decimal(-1, 1), &units) == SEGM_DOMAIN &&
	   segm_price_discount(decimal(1, 10), &units) == SEGM_DOMAIN, "out of range");
}

static void
test_limits(void)
{
	SegmInt128	largest = (SegmInt128) (((SegmUInt128) 1 << 127) - 1);
	SegmSale	sale = sale_of(decimal(1, 0), decimal(1, 0));
	SegmPriceResponse a;
	SegmPriceResponse b;

	segm_price_init(&a, PERCENT);
	segm_price_init(&b, 0);
	ok(segm_price_merge(&a, &b) == SEGM_DOMAIN, "values with different least discounts");
	b = a;
	sale.list.coefficient = 0;
	ok(segm_price_add(&a, &sale) == SEGM_OK, "a whole price, no list price");
	sale = sale_of(decimal(250, 2), decimal(5, 0));
	ok(segm_price_add(&b, &sale) == SEGM_OK && segm_price_merge(&b, &a) == SEGM_OK && b.scale == 2 &&
	   b.sums[SEGM_PRICE_PAID] == 350 && b.sums[SEGM_PRICE_LIST] == 600, "joined with one in cents");
	ok(segm_price_merge(&a, &b) == SEGM_OK && a.scale == 2 && a.sums[SEGM_PRICE_LIST] == 700,
	   "and the other way round");
	segm_price_init(&a, PERCENT);
	sale = sale_of(decimal(1, 0), decimal(1, 0));
	sale.paid.coefficient = sale.list.coefficient = largest;
	ok(segm_price_add(&a, &sale) == SEGM_OK, "the largest price");
	b = a;
	ok(segm_price_add(&a, &sale) == SEGM_OVERFLOW, "twice");
	a = b;
	ok(segm_price_merge(&a, &b) == SEGM_OVERFLOW, "merged with itself");
	sale = sale_of(decimal(1, 1), decimal(1, 0));
	a = b;
	ok(segm_price_add(&a, &sale) == SEGM_OVERFLOW, "beside one with a decimal");
	segm_price_init(&a, PERCENT);
	sale = sale_of(decimal(1, 39), decimal(1, 0));
	ok(segm_price_add(&a, &sale) == SEGM_OVERFLOW, "39 decimals");
}

static const char *
class_of(int64_t discounted, int64_t orders, const SegmPriceRule *rule, bool *reliable)
{
	SegmPriceResponse response;
	SegmPriceClass class_ = SEGM_PRICE_UNKNOWN;

	segm_price_init(&response, PERCENT);
	response.counts[SEGM_PRICE_ORDERS] = orders;
	response.counts[SEGM_PRICE_DISCOUNTED] = discounted;
	if (segm_price_classify(&response, rule, &class_, reliable) != SEGM_OK)
		return "error";
	return segm_price_class_name(class_);
}

static void
test_classes(void)
{
	SegmPriceRule rule = segm_price_default_rule;
	bool		reliable;

	is_str(class_of(3, 5, &rule, &reliable), "bargain_hunter", "3 of 5");
	ok(reliable, "reliable");
	is_str(class_of(59, 100, &rule, &reliable), "value_shopper", "59 of 100");
	is_str(class_of(11, 100, &rule, &reliable), "value_shopper", "11 of 100");
	is_str(class_of(10, 100, &rule, &reliable), "quality_driven", "10 of 100");
	is_str(class_of(3, 3, &rule, &reliable), "bargain_hunter", "3 of 3");
	is_str(class_of(2, 2, &rule, &reliable), "value_shopper", "2 of 2, no prior");
	ok(!reliable, "not reliable");
	is_str(class_of(0, 0, &rule, &reliable), "unknown", "no order");
	rule.has_prior = true;
	rule.alpha = 2;
	rule.beta = 3;
	is_str(class_of(2, 2, &rule, &reliable), "value_shopper", "2 of 2, shrunk to 4/7");
	rule.beta = 1;
	is_str(class_of(2, 2, &rule, &reliable), "bargain_hunter", "2 of 2, shrunk to 4/5");
	rule.alpha = 0;
	rule.beta = 1e6;
	is_str(class_of(0, 1, &rule, &reliable), "quality_driven", "0 of 1, a shop without discounts");
	rule.low_share = 0.6;
	is_str(class_of(0, 1, &rule, &reliable), "error", "thresholds out of order");
	rule = segm_price_default_rule;
	rule.min_orders = 0;
	is_str(class_of(0, 1, &rule, &reliable), "error", "no least number of orders");
}

int
main(void)
{
	test_rows();
	test_border();
	test_limits();
	test_classes();
	return tap_done();
}
