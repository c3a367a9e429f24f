/*
 * decimal.c
 *		Exact decimals, and the stored form of the server's numeric.
 *
 * Layout of a numeric after its length word (numeric.c of the server; the
 * 16-bit words are in the machine's byte order):
 *
 *	  short	 one header word: 10 | sign | 6 bits display scale | 7 bits weight
 *	  long	 two words: sign and 14 bits display scale; signed weight
 *	  special one header word starting with 11: NaN and the infinities
 *
 * followed by base-10000 digits without leading or trailing zeros.  Digit i
 * counts 10000^(weight - i); zero has no digits.
 */
#include "decimal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIND_MASK		0xC000u
#define KIND_NEGATIVE	0x4000u
#define KIND_SHORT		0x8000u
#define KIND_SPECIAL	0xC000u
#define LONG_SCALE_MASK 0x3FFFu
#define SHORT_NEGATIVE	0x2000u
#define SHORT_SCALE_MASK 0x1F80u
#define SHORT_SCALE_SHIFT 7
#define SHORT_SCALE_MAX 63
#define SHORT_WEIGHT_SIGN 0x0040u
#define SHORT_WEIGHT_MASK 0x003Fu
#define SHORT_WEIGHT_MAX 63
#define SHORT_WEIGHT_MIN (-64)

#define WORD			2		/* bytes of a header word and of a digit */
#define GROUP			4		/* decimal digits in a base-10000 digit */
#define BASE			10000u
#define MAX_GROUPS		11		/* 39 digits, and 3 zeros behind them */

#define COEFFICIENT_MAX ((SegmInt128) (((SegmUInt128) 1 << 127) - 1))

#define MAX_POWER64		18		/* 10^18 is the largest in 63 bits */
#define MAX_POWER128	38		/* 10^38 is the largest in 127 bits */

static const uint64_t powers64[MAX_POWER64 + 1] = {
	1u, 10u, 100u, 1000u, 10000u, 100000u, 1000000u, 10000000u, 100000000u,
	1000000000u, 10000000000u, 100000000000u, 1000000000000u,
	10000000000000u, 100000000000000u, 1000000000000000u,
	10000000000000000u, 100000000000000000u, 1000000000000000000u
};

/* 10^exponent; exponent at most MAX_POWER128 */
static SegmInt128
power_of_ten(int exponent)
{
	SegmInt128	power = 1;

	for (; exponent > MAX_POWER64; exponent -= MAX_POWER64)
		power *= (SegmInt128) powers64[MAX_POWER64];
	return power * (SegmInt128) powers64[exponent];
}

/*
 * a * b for b > 0.  Not __builtin_mul_overflow: clang makes a call of it that
 * the server's just-in-time compiler cannot resolve.
 */
static bool
product_overflows(SegmInt128 a, SegmInt128 b, SegmInt128 *out)
{
	if (a > COEFFICIENT_MAX / b || a < -(COEFFICIENT_MAX / b))
		return true;
	*out = a * b;
	return false;
}

/* value * 10^exponent */
static SegmStatus
shift_up(SegmInt128 value, int exponent, SegmInt128 *out)
{
	*out = value;
	if (value == 0 || exponent == 0)
		return SEGM_OK;
	if (exponent > MAX_POWER128 ||
		product_overflows(value, power_of_ten(exponent), out))
		return SEGM_OVERFLOW;
	return SEGM_OK;
}

static unsigned
word_at(const unsigned char *bytes, size_t index)
{
	uint16_t	word;

	memcpy(&word, bytes + index * WORD, WORD);
	return word;
}

static void
put_word(unsigned char *bytes, size_t index, unsigned value)
{
	uint16_t	word = (uint16_t) value;

	memcpy(bytes + index * WORD, &word, WORD);
}

/*
 * The coefficient of n base-10000 digits, the first counting 10000^weight,
 * at a display scale.
 */
static SegmStatus
gather(const unsigned char *digits, size_t n, int weight, int scale, SegmInt128 *out)
{
	/* power of ten by which the digits read as one integer are too small */
	int			exponent = GROUP * (weight - (int) n + 1) + scale;
	SegmInt128	value = 0;

	/* a numeric has no digits beyond its display scale, only zeros */
	if (exponent <= -GROUP)
		return SEGM_CORRUPT;

	/* the usual case: everything, the final product too, fits 63 bits */
	if (GROUP * (int) n <= MAX_POWER64 && GROUP * (int) n + exponent <= MAX_POWER64)
	{
		uint64_t	small = 0;

		for (size_t i = 0; i < n; i++)
		{
			unsigned	digit = word_at(digits, i);

			if (digit >= BASE)
				return SEGM_CORRUPT;
			small = small * BASE + digit;
		}
		if (exponent < 0)
		{
			if (small % powers64[-exponent] != 0)
				return SEGM_CORRUPT;
			small /= powers64[-exponent];
		}
		else
			small *= powers64[exponent];
		*out = (SegmInt128) small;
		return SEGM_OK;
	}

	for (size_t i = 0; i < n; i++)
	{
		unsigned	digit = word_at(digits, i);
		int			width = GROUP;

		if (digit >= BASE)
			return SEGM_CORRUPT;
		if (exponent < 0 && i + 1 == n)
		{
			unsigned	beyond = (unsigned) powers64[-exponent];

			if (digit % beyond != 0)
				return SEGM_CORRUPT;
			digit /= beyond;
			width += exponent;
		}
		if (product_overflows(value, (SegmInt128) powers64[width], &value) ||
			__builtin_add_overflow(value, (SegmInt128) digit, &value))
			return SEGM_OVERFLOW;
	}
	return shift_up(value, exponent > 0 ? exponent : 0, out);
}

static SegmStatus
read_numeric(const void *bytes, size_t length, bool shorten, SegmDecimal *out)
{
	const unsigned char *raw = bytes;
	size_t		words = length / WORD;
	size_t		first;
	unsigned	header;
	bool		negative;
	int			weight;
	SegmStatus	status;

	if (length % WORD != 0 || words == 0)
		return SEGM_CORRUPT;
	header = word_at(raw, 0);
	if ((header & KIND_MASK) == KIND_SPECIAL)
		return SEGM_NOT_FINITE;
	if (header & KIND_SHORT)
	{
		negative = (header & SHORT_NEGATIVE) != 0;
		out->scale = (int) ((header & SHORT_SCALE_MASK) >> SHORT_SCALE_SHIFT);
		weight = (int) (header & SHORT_WEIGHT_MASK);
		if (header & SHORT_WEIGHT_SIGN)
			weight += SHORT_WEIGHT_MIN;
		first = 1;
	}
	else
	{
		if (words == 1)
			return SEGM_CORRUPT;
		negative = (header & KIND_NEGATIVE) != 0;
		out->scale = (int) (header & LONG_SCALE_MASK);
		weight = (int16_t) word_at(raw, 1);
		first = 2;
	}

	/* no digits are stored beyond this many decimals */
	if (shorten)
	{
		int			needed = GROUP * ((int) (words - first) - 1 - weight);

		if (needed < out->scale)
			out->scale = needed > 0 ? needed : 0;
	}

	/* more digits than a 128-bit integer, even before any of them is read */
	if (words - first > MAX_GROUPS)
		return SEGM_OVERFLOW;
	status = gather(raw + first * WORD, words - first, weight, out->scale, &out->coefficient);
	if (status == SEGM_OK && negative)
		out->coefficient = -out->coefficient;
	return status;
}

SegmStatus
segm_decimal_read(const void *bytes, size_t length, SegmDecimal *out)
{
	return read_numeric(bytes, length, false, out);
}

SegmStatus
segm_decimal_read_short(const void *bytes, size_t length, SegmDecimal *out)
{
	return read_numeric(bytes, length, true, out);
}

bool
segm_decimal_is_zero(const void *bytes, size_t length)
{
	unsigned	header;

	if (length < WORD)
		return false;
	header = word_at(bytes, 0);
	if ((header & KIND_MASK) == KIND_SPECIAL)
		return false;
	return length == ((header & KIND_MASK) == KIND_SHORT ? WORD : 2 * WORD);
}

SegmStatus
segm_decimal_write(SegmDecimal value, void *bytes, size_t *length)
{
	unsigned char *raw = bytes;
	bool		negative = value.coefficient < 0;
	SegmUInt128 rest = (SegmUInt128) value.coefficient;
	unsigned	digits[MAX_GROUPS];
	int			n = 0;
	int			weight = 0;
	size_t		first;

	if (value.scale < 0 || value.scale > SEGM_DECIMAL_MAX_SCALE)
		return SEGM_DOMAIN;
	if (negative)
		rest = 0 - rest;

	/* cut off groups of four from the right; the first may be a short one */
	if (rest != 0)
	{
		int			width = value.scale % GROUP;
		int			lowest = -(value.scale / GROUP);
		uint64_t	small;

		if (width != 0)
		{
			unsigned	cut = (unsigned) (rest % powers64[width]);

			rest /= powers64[width];
			lowest--;
			digits[n++] = cut * (unsigned) powers64[GROUP - width];
		}
		for (; rest > UINT64_MAX; rest /= BASE)
			digits[n++] = (unsigned) (rest % BASE);
		for (small = (uint64_t) rest; small != 0; small /= BASE)
			digits[n++] = (unsigned) (small % BASE);
		weight = lowest + n - 1;
	}

	if (value.scale <= SHORT_SCALE_MAX &&
		weight >= SHORT_WEIGHT_MIN && weight <= SHORT_WEIGHT_MAX)
	{
		put_word(raw, 0, KIND_SHORT |
				 (negative ? SHORT_NEGATIVE : 0u) |
				 (unsigned) value.scale << SHORT_SCALE_SHIFT |
				 (weight < 0 ? SHORT_WEIGHT_SIGN : 0u) |
				 ((unsigned) weight & SHORT_WEIGHT_MASK));
		first = 1;
	}
	else
	{
		put_word(raw, 0, (negative ? KIND_NEGATIVE : 0u) | (unsigned) value.scale);
		put_word(raw, 1, (unsigned) weight & 0xFFFFu);
		first = 2;
	}

	/* digits lie lowest first: zeros at that end are not stored */
	for (int low = 0; n > low; n--)
	{
		while (digits[low] == 0)
			low++;
		put_word(raw, first++, digits[n - 1]);
	}
	*length = first * WORD;
	return SEGM_OK;
}

SegmStatus
segm_decimal_rescale(SegmDecimal value, int scale, SegmDecimal *out)
{
	int			change = scale - value.scale;
	SegmInt128	power;

	if (scale < 0 || scale > SEGM_DECIMAL_MAX_SCALE)
		return SEGM_DOMAIN;
	out->scale = scale;
	if (change >= 0)
		return shift_up(value.coefficient, change, &out->coefficient);
	out->coefficient = 0;
	if (value.coefficient == 0)
		return SEGM_OK;
	if (-change > MAX_POWER128)
		return SEGM_DOMAIN;
	power = power_of_ten(-change);
	out->coefficient = value.coefficient / power;
	return value.coefficient % power == 0 ? SEGM_OK : SEGM_DOMAIN;
}

SegmStatus
segm_decimal_raise(SegmInt128 *coefficients, size_t n, int digits)
{
	for (size_t i = 0; i < n; i++)
		if (shift_up(coefficients[i], digits, &coefficients[i]) != SEGM_OK)
			return SEGM_OVERFLOW;
	return SEGM_OK;
}

SegmStatus
segm_decimal_add(SegmDecimal a, SegmDecimal b, SegmDecimal *out)
{
	int			scale = a.scale > b.scale ? a.scale : b.scale;
	SegmInt128	x;
	SegmInt128	y;

	if (shift_up(a.coefficient, scale - a.scale, &x) != SEGM_OK ||
		shift_up(b.coefficient, scale - b.scale, &y) != SEGM_OK ||
		__builtin_add_overflow(x, y, &out->coefficient) ||
		out->coefficient < -COEFFICIENT_MAX)
		return SEGM_OVERFLOW;
	out->scale = scale;
	return SEGM_OK;
}

static int
sign_of(SegmInt128 value)
{
	return (value > 0) - (value < 0);
}

int
segm_decimal_compare(SegmDecimal a, SegmDecimal b)
{
	SegmInt128	scaled;

	/* equal scales, or one that grows to the other's */
	if (a.scale < b.scale)
	{
		if (shift_up(a.coefficient, b.scale - a.scale, &scaled) != SEGM_OK)
			return sign_of(a.coefficient);	/* beyond all values of that scale */
		a.coefficient = scaled;
	}
	else if (b.scale < a.scale)
	{
		if (shift_up(b.coefficient, a.scale - b.scale, &scaled) != SEGM_OK)
			return -sign_of(b.coefficient);
		b.coefficient = scaled;
	}
	return (a.coefficient > b.coefficient) - (a.coefficient < b.coefficient);
}

SegmDecimal
segm_decimal_trim(SegmDecimal value)
{
	if (value.coefficient == 0)
		value.scale = 0;
	for (; value.scale > 0 && value.coefficient % 10 == 0; value.scale--)
		value.coefficient /= 10;
	return value;
}

/*
 * Nearly every amount has few decimals: if whole / 10^scale, both exact and
 * the quotient correctly rounded, gives the double back, then so does reading
 * that decimal.  The rest goes through the C library's digits.
 */
SegmStatus
segm_decimal_of_double(double value, SegmDecimal *out)
{
	static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};
	const double exact = 9007199254740992.0;	/* 2^53 */
	char		text[40];
	SegmDecimal result = {0, 0};
	int			exponent = 0;
	int			decimals = -1;

	if (!isfinite(value))
		return SEGM_NOT_FINITE;
	for (int scale = 0; scale < (int) (sizeof(powers) / sizeof(powers[0])); scale++)
	{
		double		whole = rint(value * powers[scale]);

		if (fabs(whole) > exact)
			break;
		if (whole / powers[scale] == value)
		{
			out->coefficient = (SegmInt128) whole;
			out->scale = scale;
			return SEGM_OK;
		}
	}

	for (int digits = 15; digits <= 17; digits++)
	{
		snprintf(text, sizeof(text), "%.*e", digits - 1, value);
		if (strtod(text, NULL) == value)
			break;
	}
	for (const char *p = text; *p != '\0'; p++)
	{
		if (*p >= '0' && *p <= '9')
		{
			result.coefficient = result.coefficient * 10 + (*p - '0');
			if (decimals >= 0)
				decimals++;
		}
		else if (*p == 'e')
		{
			exponent = atoi(p + 1);
			break;
		}
		else if (*p != '-')
			decimals = 0;		/* the decimal point */
	}
	if (value < 0)
		result.coefficient = -result.coefficient;
	exponent -= decimals > 0 ? decimals : 0;
	while (exponent < 0 && result.coefficient % 10 == 0)
	{
		result.coefficient /= 10;
		exponent++;
	}
	if (exponent < -MAX_POWER128)
		return SEGM_OVERFLOW;
	out->scale = exponent < 0 ? -exponent : 0;
	return shift_up(result.coefficient, exponent > 0 ? exponent : 0, &out->coefficient);
}
