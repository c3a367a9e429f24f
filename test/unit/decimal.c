/*
 * decimal.c
 *		Exact decimals: bytes of numerics worked out by hand from the layout in
 *		the server's numeric.c, random round trips, checked arithmetic.
 */
#include "core/decimal.h"
#include "tap.h"

static uint64_t seed = 20240229;

static uint64_t
next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static SegmDecimal
decimal(long long coefficient, int scale)
{
	SegmDecimal value = {coefficient, scale};

	return value;
}

static bool
same(SegmDecimal a, SegmDecimal b)
{
	return a.coefficient == b.coefficient && a.scale == b.scale;
}

/* value is stored as exactly these words, and they read as the value */
static void
stored(const char *name, SegmDecimal value, size_t n, const uint16_t *words)
{
	unsigned char bytes[SEGM_DECIMAL_MAX_BYTES];
	size_t		length = 0;
	SegmDecimal back = {1, 1};

	ok(segm_decimal_write(value, bytes, &length) == SEGM_OK &&
	   length == n * sizeof(uint16_t) && memcmp(bytes, words, length) == 0,
	   "%s is written as the server does", name);
	ok(segm_decimal_read(words, n * sizeof(uint16_t), &back) == SEGM_OK && same(back, value),
	   "%s is read", name);
}

#define STORED(value, ...) \
	stored(#value, value, sizeof((uint16_t[]) {__VA_ARGS__}) / sizeof(uint16_t), \
		   (uint16_t[]) {__VA_ARGS__})

static SegmStatus
read_words(size_t n, const uint16_t *words)
{
	SegmDecimal ignored;

	return segm_decimal_read(words, n * sizeof(uint16_t), &ignored);
}

#define READ(...) \
	read_words(sizeof((uint16_t[]) {__VA_ARGS__}) / sizeof(uint16_t), (uint16_t[]) {__VA_ARGS__})

static void
layout(void)
{
	STORED(decimal(0, 0), 0x8000);
	STORED(decimal(0, 2), 0x8100);
	STORED(decimal(1234, 2), 0x8100, 12, 3400);
	STORED(decimal(-1234, 2), 0xA100, 12, 3400);
	STORED(decimal(1200, 2), 0x8100, 12);
	STORED(decimal(12345678, 0), 0x8001, 1234, 5678);
	STORED(decimal(10000, 0), 0x8001, 1);
	STORED(decimal(100000000, 0), 0x8002, 1);
	STORED(decimal(100010000, 0), 0x8002, 1, 1);
	STORED(decimal(5, 4), 0x827F, 5);
	STORED(decimal(10, 5), 0x82FF, 1);
	STORED(decimal(1, 5), 0x82FE, 1000);
	STORED(decimal(100000001, 4), 0x8201, 1, 0, 1);
	STORED(decimal(7, 64), 64, 0xFFF0, 7);
	STORED(decimal(-7, 64), 0x4040, 0xFFF0, 7);
	is_int(READ(0xC000), SEGM_NOT_FINITE, "NaN");
	is_int(READ(0xD000), SEGM_NOT_FINITE, "infinity");
	is_int(READ(0xF000), SEGM_NOT_FINITE, "minus infinity");
	is_int(READ(0x8100, 12, 3456), SEGM_CORRUPT, "four decimals at scale two");
	is_int(READ(0x8100, 12, 3456, 1), SEGM_CORRUPT, "digits beyond the scale");
	is_int(READ(0x8080, 12, 3401), SEGM_CORRUPT, "a part of a digit beyond the scale");
	is_int(READ(0x8000, 10000), SEGM_CORRUPT, "digit of ten thousand");
	is_int(READ(2), SEGM_CORRUPT, "long form without weight");
	is_int(segm_decimal_read("", 0, &(SegmDecimal) {0}), SEGM_CORRUPT, "no bytes");
	is_int(segm_decimal_read("abc", 3, &(SegmDecimal) {0}), SEGM_CORRUPT, "half a word");
	is_int(READ(0x8009, 99, 9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999), SEGM_OK,
		   "38 digits");
	is_int(READ(0x8009, 999, 9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999), SEGM_OVERFLOW,
		   "39 nines");
	is_int(READ(0x800A, 1), SEGM_OVERFLOW, "10^40");
	is_int(READ(0, 32767, 1), SEGM_OVERFLOW, "the largest weight");
	is_int(READ(0x803F, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1), SEGM_OVERFLOW, "12 groups");
	is_int(segm_decimal_write(decimal(1, -1), (char[26]) {0}, &(size_t) {0}), SEGM_DOMAIN,
		   "negative scale");
	is_int(segm_decimal_write(decimal(1, 16384), (char[26]) {0}, &(size_t) {0}), SEGM_DOMAIN,
		   "scale beyond numeric's");
}

static void
short_scales(void)
{
	const uint16_t padded[] = {0x8000 | 16 << 7, 12, 3400};
	const uint16_t whole[] = {0x8000 | 20 << 7 | 1, 5};
	const uint16_t zero[] = {0x8000 | 20 << 7};
	SegmDecimal out;

	ok(segm_decimal_read_short(padded, sizeof(padded), &out) == SEGM_OK && same(out, decimal(123400, 4)),
	   "zeros behind the last group are not kept");
	ok(segm_decimal_read_short(whole, sizeof(whole), &out) == SEGM_OK && same(out, decimal(50000, 0)),
	   "nor in whole numbers");
	ok(segm_decimal_read_short(zero, sizeof(zero), &out) == SEGM_OK && out.coefficient == 0 && out.scale <= 20,
	   "nor in zero");
}

static void
round_trips(void)
{
	int			wrong = 0;

	for (int i = 0; i < 200000; i++)
	{
		SegmInt128	coefficient = (SegmInt128) ((SegmUInt128) next_random() << 64 | next_random());
		SegmDecimal value;
		SegmDecimal back;
		unsigned char bytes[SEGM_DECIMAL_MAX_BYTES];
		size_t		length;

		coefficient >>= 1 + next_random() % 126;
		if (next_random() % 4 == 0)
			coefficient -= coefficient % 1000000;
		value.coefficient = coefficient;
		value.scale = (int) (next_random() % 70);
		if (segm_decimal_write(value, bytes, &length) != SEGM_OK ||
			length > sizeof(bytes) ||
			segm_decimal_read(bytes, length, &back) != SEGM_OK ||
			!same(value, back) ||
			segm_decimal_compare(value, segm_decimal_trim(value)) != 0 ||
			segm_decimal_read_short(bytes, length, &back) != SEGM_OK ||
			segm_decimal_compare(value, back) != 0 || back.scale > value.scale)
			wrong++;
	}
	is_int(wrong, 0, "200,000 random round trips");
}

static void
arithmetic(void)
{
	SegmInt128	largest = (SegmInt128) (((SegmUInt128) 1 << 127) - 1);
	SegmDecimal out;

	ok(segm_decimal_add(decimal(1, 1), decimal(25, 2), &out) == SEGM_OK && same(out, decimal(35, 2)),
	   "0.1 + 0.25 = 0.35");
	ok(segm_decimal_add(decimal(-350, 2), decimal(35, 1), &out) == SEGM_OK && same(out, decimal(0, 2)),
	   "-3.50 + 3.5 = 0.00");
	is_int(segm_decimal_add((SegmDecimal) {largest, 0}, decimal(1, 0), &out), SEGM_OVERFLOW,
		   "sum beyond 127 bits");
	is_int(segm_decimal_add((SegmDecimal) {-largest, 0}, decimal(-1, 0), &out), SEGM_OVERFLOW,
		   "sum that has no opposite");
	is_int(segm_decimal_add((SegmDecimal) {largest, 0}, decimal(0, 1), &out), SEGM_OVERFLOW,
		   "common scale beyond 127 bits");
	ok(segm_decimal_rescale(decimal(12, 1), 3, &out) == SEGM_OK && same(out, decimal(1200, 3)),
	   "1.2 at three decimals");
	ok(segm_decimal_rescale(decimal(1200, 3), 1, &out) == SEGM_OK && same(out, decimal(12, 1)),
	   "1.200 at one decimal");
	is_int(segm_decimal_rescale(decimal(1234, 3), 1, &out), SEGM_DOMAIN, "lost digits");
	is_int(segm_decimal_rescale(decimal(1, 50), 1, &out), SEGM_DOMAIN, "lost digits, far");
	ok(segm_decimal_rescale(decimal(0, 50), 1, &out) == SEGM_OK && same(out, decimal(0, 1)),
	   "zero has no digits to lose");
	is_int(segm_decimal_rescale(decimal(1, 0), 39, &out), SEGM_OVERFLOW, "10^39");
	is_int(segm_decimal_rescale(decimal(-2, 0), 38, &out), SEGM_OVERFLOW, "-2 * 10^38");
	is_int(segm_decimal_rescale(decimal(-1, 0), 38, &out), SEGM_OK, "-10^38");
	is_int(segm_decimal_rescale(decimal(1, 0), -1, &out), SEGM_DOMAIN, "negative scale");
	is_int(segm_decimal_compare(decimal(10, 1), decimal(1, 0)), 0, "1.0 = 1");
	is_int(segm_decimal_compare(decimal(11, 1), decimal(1, 0)), 1, "1.1 > 1");
	is_int(segm_decimal_compare(decimal(-11, 1), decimal(-1, 0)), -1, "-1.1 < -1");
	is_int(segm_decimal_compare((SegmDecimal) {largest, 0}, decimal(1, 30)), 1, "far apart");
	is_int(segm_decimal_compare(decimal(1, 30), (SegmDecimal) {-largest, 0}), 1, "far apart, negative");
	ok(same(segm_decimal_trim(decimal(1200, 3)), decimal(12, 1)), "1.200 is 1.2");
	ok(same(segm_decimal_trim(decimal(0, 3)), decimal(0, 0)), "0.000 is 0");
	ok(same(segm_decimal_trim(decimal(100, 0)), decimal(100, 0)), "100 stays");
}

int
main(void)
{
	layout();
	short_scales();
	round_trips();
	arithmetic();
	return tap_done();
}
