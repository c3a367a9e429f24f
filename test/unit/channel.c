/*
 * channel.c
 *		Preference at its borders; credits of all rules, their sums, limits.
 */
#include "core/channel.h"
#include "tap.h"

static SegmPreference
preference(double share, int64_t rows)
{
	SegmAffinitySummary summary = {.has_top = true, .share = share, .rows = rows};

	return segm_preference(&summary, &segm_preference_default_rule);
}

static void
test_preference(void)
{
	SegmAffinitySummary nothing = {0};

	is_int(preference(0.6, 2), SEGM_PREFERENCE_CHANNEL, "share 0.6 of 2 orders");
	is_int(preference(nextafter(0.6, 0.0), 1000), SEGM_PREFERENCE_MULTICHANNEL, "the least less");
	is_int(preference(1.0, 1), SEGM_PREFERENCE_MULTICHANNEL, "one order");
	is_int(segm_preference(&nothing, &segm_preference_default_rule), SEGM_PREFERENCE_UNKNOWN, "no order");
	ok(segm_preference_rule_valid(&(SegmPreferenceRule) {0.0, 1}) && segm_preference_rule_valid(&(SegmPreferenceRule) {1.0, 9}) &&
	   !segm_preference_rule_valid(&(SegmPreferenceRule) {1.1, 1}) && !segm_preference_rule_valid(&(SegmPreferenceRule) {NAN, 1}) &&
	   !segm_preference_rule_valid(&(SegmPreferenceRule) {0.5, 0}), "rules");
}

static int64_t
credit(int64_t cents, int64_t position, int64_t touches, SegmCreditRule rule)
{
	SegmDecimal result;

	if (segm_touch_credit((SegmDecimal) {cents, 2}, position, touches, rule, 400000, 400000, &result) != SEGM_OK || result.scale != 4)
		abort();
	return (int64_t) result.coefficient;
}

static void
test_credit(void)
{
	SegmCreditRule rule;
	SegmDecimal result;
	bool		exact = true;
	bool		even = true;

	is_int(credit(10000, 1, 4, SEGM_CREDIT_FIRST), 1000000, "first: all to the first");
	is_int(credit(10000, 2, 4, SEGM_CREDIT_FIRST), 0, "nothing to the second");
	is_int(credit(10000, 4, 4, SEGM_CREDIT_LAST), 1000000, "last: all to the last");
	is_int(credit(10000, 1, 4, SEGM_CREDIT_LAST), 0, "nothing to the first");
	is_int(credit(10000, 3, 4, SEGM_CREDIT_LINEAR), 250000, "linear: a quarter");
	is_int(credit(10000, 1, 4, SEGM_CREDIT_POSITION), 400000, "position: 40 % to the first");
	is_int(credit(10000, 2, 4, SEGM_CREDIT_POSITION), 100000, "10 % to the second of four");
	is_int(credit(10000, 4, 4, SEGM_CREDIT_POSITION), 400000, "40 % to the last");
	is_int(credit(10000, 2, 3, SEGM_CREDIT_POSITION), 200000, "20 % to the one between");
	is_int(credit(10000, 1, 2, SEGM_CREDIT_POSITION), 500000, "half and half of two");
	is_int(credit(10000, 1, 1, SEGM_CREDIT_POSITION), 1000000, "all to the only one");
	is_int(credit(100, 1, 3, SEGM_CREDIT_LINEAR), 3333, "a third of 1, rounded");
	is_int(credit(100, 2, 3, SEGM_CREDIT_LINEAR), 3334, "the next has what was lost");
	is_int(credit(-100, 2, 3, SEGM_CREDIT_LINEAR), -3334, "the same below zero");
	for (int r = SEGM_CREDIT_FIRST; r <= SEGM_CREDIT_POSITION; r++)
		for (int touches = 1; touches < 60; touches++)
			for (int64_t cents = -7; cents < 3000; cents += 271)
			{
				int64_t		sum = 0;

				for (int position = 1; position <= touches; position++)
				{
					int64_t		part = credit(cents, position, touches, (SegmCreditRule) r);

					sum += part;
					if (r == SEGM_CREDIT_LINEAR && fabs((double) part - (double) cents * 100 / touches) > 1.0)
						even = false;
				}
				if (sum != cents * 100)
					exact = false;
			}
	ok(exact, "all credits of an order add up to it");
	ok(even, "and none is off by more than one unit");

	ok(segm_touch_credit((SegmDecimal) {(SegmInt128) 1 << 126, 38}, 77, INT32_MAX, SEGM_CREDIT_POSITION, 1, 999999, &result) == SEGM_OK,
	   "a large amount and as many touches as there can be");
	ok(segm_touch_credit((SegmDecimal) {(SegmInt128) 1 << 126, 0}, 1, 2, SEGM_CREDIT_LINEAR, 0, 0, &result) == SEGM_OVERFLOW, "an amount without room for decimals");
	ok(segm_touch_credit((SegmDecimal) {1, 0}, 0, 2, SEGM_CREDIT_LINEAR, 0, 0, &result) == SEGM_DOMAIN &&
	   segm_touch_credit((SegmDecimal) {1, 0}, 3, 2, SEGM_CREDIT_LINEAR, 0, 0, &result) == SEGM_DOMAIN &&
	   segm_touch_credit((SegmDecimal) {1, 0}, 1, INT64_MAX, SEGM_CREDIT_LINEAR, 0, 0, &result) == SEGM_DOMAIN &&
	   segm_touch_credit((SegmDecimal) {1, 0}, 1, 2, SEGM_CREDIT_LINEAR, 500001, 500000, &result) == SEGM_DOMAIN, "positions and shares out of range");
	ok(segm_touch_credit((SegmDecimal) {1, 0}, 1, 2, SEGM_CREDIT_POSITION, 0, 0, &result) == SEGM_OK && result.coefficient == 5000, "shares of zero of two: half and half");
	ok(segm_credit_rule("position", &rule) == SEGM_OK && rule == SEGM_CREDIT_POSITION && segm_credit_rule("u-shaped", &rule) == SEGM_DOMAIN, "names of rules");
}

static void
test_share(void)
{
	int64_t		units;

	ok(segm_credit_share((SegmDecimal) {400000000, 9}, &units) == SEGM_OK && units == 400000, "0.400000000");
	ok(segm_credit_share((SegmDecimal) {1, 0}, &units) == SEGM_OK && units == SEGM_CREDIT_WHOLE, "1");
	ok(segm_credit_share((SegmDecimal) {1, 7}, &units) == SEGM_DOMAIN && segm_credit_share((SegmDecimal) {-1, 1}, &units) == SEGM_DOMAIN &&
	   segm_credit_share((SegmDecimal) {11, 1}, &units) == SEGM_DOMAIN && segm_credit_share((SegmDecimal) {(SegmInt128) 1 << 126, 0}, &units) == SEGM_DOMAIN, "none of seven decimals, below 0, above 1");
}

int
main(void)
{
	test_preference();
	test_credit();
	test_share();
	return tap_done();
}
