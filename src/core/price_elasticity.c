/*
 * price_elasticity.c
 *		Ordinary least squares of ln quantity on ln price, with a dummy for
 *		promotions: within the two kinds of rows, the slope is that of the
 *		deviations from each kind's means (Frisch and Waugh 1933).
 *
 * Sums of squares about the mean come out of the raw sums without loss: first
 * about a whole number next to the mean, exactly, modulo 2^192.  What is
 * left is smaller than the rounding of the logarithms.
 */
#include "price_elasticity.h"

#include <math.h>
#include <string.h>

#include "student_t.h"

#define FRACTION_BITS	52		/* a logarithm is below 2^10 in size: 62 bits and a sign */
#define LIMBS			3
#define MAX_ROWS		(INT64_MAX / 2)

/* ---- integers of 192 bits ---- */

static SegmWide
wide_add(SegmWide a, SegmWide b)
{
	SegmUInt128 carry = 0;

	for (int i = 0; i < LIMBS; i++)
	{
		carry += (SegmUInt128) a.limbs[i] + b.limbs[i];
		a.limbs[i] = (uint64_t) carry;
		carry >>= 64;
	}
	return a;
}

static SegmWide
wide_negate(SegmWide a)
{
	SegmWide	one = {{1, 0, 0}};

	for (int i = 0; i < LIMBS; i++)
		a.limbs[i] = ~a.limbs[i];
	return wide_add(a, one);
}

/* a * b, modulo 2^192 */
static SegmWide
wide_product(SegmInt128 a, int64_t b)
{
	SegmUInt128 x = a < 0 ? -(SegmUInt128) a : (SegmUInt128) a;
	uint64_t	y = b < 0 ? -(uint64_t) b : (uint64_t) b;
	SegmUInt128 low = (SegmUInt128) (uint64_t) x * y;
	SegmUInt128 high = (SegmUInt128) (uint64_t) (x >> 64) * y + (low >> 64);
	SegmWide	product = {{(uint64_t) low, (uint64_t) high, (uint64_t) (high >> 64)}};

	return (a < 0) != (b < 0) ? wide_negate(product) : product;
}

/* ---- pairs of doubles, high + low, of 106 bits (Dekker 1971) ---- */

typedef struct Pair
{
	double		high;
	double		low;
} Pair;

static Pair
pair_sum(Pair a, Pair b)
{
	double		sum = a.high + b.high;
	double		part = sum - a.high;
	double		rest = (a.high - (sum - part)) + (b.high - part) + (a.low + b.low);
	Pair		result;

	result.high = sum + rest;
	result.low = rest - (result.high - sum);
	return result;
}

static Pair
pair_product(Pair a, Pair b)
{
	double		product = a.high * b.high;
	double		rest = fma(a.high, b.high, -product) + (a.high * b.low + a.low * b.high);
	Pair		result;

	result.high = product + rest;
	result.low = rest - (result.high - product);
	return result;
}

static Pair
pair_minus(Pair a, Pair b)
{
	b.high = -b.high;
	b.low = -b.low;
	return pair_sum(a, b);
}

static Pair
pair_of(SegmWide wide)
{
	bool		negative = wide.limbs[LIMBS - 1] >> 63 != 0;
	Pair		result = {0.0, 0.0};

	if (negative)
		wide = wide_negate(wide);
	for (int i = LIMBS - 1; i >= 0; i--)
	{
		Pair		high = {ldexp((double) (wide.limbs[i] >> 32), 64 * i + 32), 0.0};
		Pair		low = {ldexp((double) (wide.limbs[i] & UINT32_MAX), 64 * i), 0.0};

		result = pair_sum(pair_sum(result, high), low);
	}
	if (negative)
	{
		result.high = -result.high;
		result.low = -result.low;
	}
	return result;
}

/* ---- sums ---- */

static int64_t
fixed_log(double value)
{
	return llrint(ldexp(log(value), FRACTION_BITS));
}

SegmStatus
segm_elasticity_add(SegmElasticitySums *sums, double price, double quantity, bool promotion)
{
	SegmLogMoments *moments = &sums->kinds[promotion];
	int64_t		x;
	int64_t		y;

	if (!isfinite(price) || !isfinite(quantity))
		return SEGM_NOT_FINITE;
	if (moments->n >= MAX_ROWS || sums->ignored >= MAX_ROWS)
		return SEGM_OVERFLOW;
	if (price <= 0.0 || quantity <= 0.0)
	{
		sums->ignored++;
		return SEGM_OK;
	}
	x = fixed_log(price);
	y = fixed_log(quantity);
	moments->n++;
	moments->x += x;
	moments->y += y;
	moments->xx = wide_add(moments->xx, wide_product(x, x));
	moments->xy = wide_add(moments->xy, wide_product(x, y));
	moments->yy = wide_add(moments->yy, wide_product(y, y));
	return SEGM_OK;
}

static void
add_moments(SegmLogMoments *moments, const SegmLogMoments *other)
{
	moments->n += other->n;
	moments->x += other->x;
	moments->y += other->y;
	moments->xx = wide_add(moments->xx, other->xx);
	moments->xy = wide_add(moments->xy, other->xy);
	moments->yy = wide_add(moments->yy, other->yy);
}

SegmStatus
segm_elasticity_merge(SegmElasticitySums *sums, const SegmElasticitySums *other)
{
	for (int i = 0; i < 2; i++)
	{
		if (other->kinds[i].n > MAX_ROWS - sums->kinds[i].n)
			return SEGM_OVERFLOW;
		add_moments(&sums->kinds[i], &other->kinds[i]);
	}
	if (other->ignored > MAX_ROWS - sums->ignored)
		return SEGM_OVERFLOW;
	sums->ignored += other->ignored;
	return SEGM_OK;
}

/* ---- the fit ---- */

/*
 * Sum of (a - mean) (b - mean) out of the sums of a, b and ab: exactly about
 * the whole numbers next to the means, and less the little rest.
 */
static Pair
about_means(int64_t n, SegmInt128 a, SegmInt128 b, SegmWide ab)
{
	int64_t		near_a = (int64_t) (a / n);
	int64_t		near_b = (int64_t) (b / n);
	SegmWide	centred = wide_add(wide_add(ab, wide_product(-b, near_a)),
								   wide_add(wide_product(-a, near_b),
											wide_product((SegmInt128) near_a * near_b, n)));
	Pair		rest = {
		(double) (a - (SegmInt128) near_a * n) * ((double) (b - (SegmInt128) near_b * n) / (double) n),
		0.0
	};

	return pair_minus(pair_of(centred), rest);
}

typedef struct Squares
{
	Pair		xx;
	Pair		xy;
	Pair		yy;
} Squares;

static Squares
squares_of(const SegmLogMoments *moments)
{
	Squares		squares = {{0.0, 0.0}, {0.0, 0.0}, {0.0, 0.0}};

	if (moments->n > 0)
	{
		squares.xx = about_means(moments->n, moments->x, moments->x, moments->xx);
		squares.xy = about_means(moments->n, moments->x, moments->y, moments->xy);
		squares.yy = about_means(moments->n, moments->y, moments->y, moments->yy);
	}
	return squares;
}

static double
mean_of(SegmInt128 sum, int64_t n)
{
	return ldexp((double) sum / (double) n, -FRACTION_BITS);
}

SegmStatus
segm_elasticity(const SegmElasticitySums *sums, double confidence, SegmElasticity *result)
{
	const SegmLogMoments *without = &sums->kinds[0];
	const SegmLogMoments *with = &sums->kinds[1];
	SegmLogMoments whole = *without;
	Squares		within = squares_of(without);
	Squares		promoted = squares_of(with);
	Squares		total;
	Pair		unexplained;
	double		residual;
	double		xx;
	double		apart = 0.0;
	double		t;
	SegmStatus	status;

	memset(result, 0, sizeof(*result));
	if (!(confidence > 0.0 && confidence < 1.0))
		return SEGM_DOMAIN;
	add_moments(&whole, with);
	result->n = whole.n;
	result->has_promotion = without->n > 0 && with->n > 0;
	result->degrees = whole.n - 2 - result->has_promotion;
	if (result->degrees < 0)
		result->degrees = 0;
	total = squares_of(&whole);
	within.xx = pair_sum(within.xx, promoted.xx);
	within.xy = pair_sum(within.xy, promoted.xy);
	within.yy = pair_sum(within.yy, promoted.yy);
	if (!(within.xx.high > 0.0))
	{
		result->has_promotion = false;
		return SEGM_OK;
	}

	result->has_slope = true;
	result->slope = within.xy.high / within.xx.high;
	if (result->has_promotion)
	{
		apart = mean_of(with->x, with->n) - mean_of(without->x, without->n);
		result->promotion = mean_of(with->y, with->n) - mean_of(without->y, without->n) -
			result->slope * apart;
		whole = *without;
	}
	result->intercept = mean_of(whole.y, whole.n) - result->slope * mean_of(whole.x, whole.n);

	/* yy - xy^2 / xx, where the two nearly cancel if the fit is good */
	unexplained = pair_minus(pair_product(within.yy, within.xx), pair_product(within.xy, within.xy));
	residual = fmax(unexplained.high / within.xx.high, 0.0);
	result->has_fit = total.yy.high > 0.0;
	if (result->has_fit)
		result->r_squared = 1.0 - residual / total.yy.high;
	if (result->degrees == 0)
		return SEGM_OK;
	status = segm_t_critical(confidence, (double) result->degrees, &t);
	if (status != SEGM_OK)
		return status;
	result->has_error = true;
	residual = ldexp(residual, -2 * FRACTION_BITS) / (double) result->degrees;
	xx = ldexp(within.xx.high, -2 * FRACTION_BITS);
	result->slope_error = sqrt(residual / xx);
	result->low = result->slope - t * result->slope_error;
	result->high = result->slope + t * result->slope_error;
	if (result->has_promotion)
		result->promotion_error = sqrt(residual * (1.0 / (double) without->n + 1.0 / (double) with->n +
												   apart * apart / xx));
	return SEGM_OK;
}
