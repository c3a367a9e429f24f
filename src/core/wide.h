/*
 * wide.h
 *		Unsigned integers of 256 bits, for sums of squares that have to be exact.
 */
#ifndef SEGM_WIDE_H
#define SEGM_WIDE_H

#include <math.h>

#include "core/decimal.h"

/* The lowest limb first. */
typedef struct SegmWide
{
	uint64_t	limb[4];
} SegmWide;

static inline SegmWide
wide_add(SegmWide a, SegmWide b)
{
	SegmUInt128 carry = 0;

	for (int i = 0; i < 4; i++)
	{
		carry += (SegmUInt128) a.limb[i] + b.limb[i];
		a.limb[i] = (uint64_t) carry;
		carry >>= 64;
	}
	return a;
}

static inline bool
wide_less(SegmWide a, SegmWide b)
{
	for (int i = 3; i > 0; i--)
		if (a.limb[i] != b.limb[i])
			return a.limb[i] < b.limb[i];
	return a.limb[0] < b.limb[0];
}

/* a - b for a >= b */
static inline SegmWide
wide_subtract(SegmWide a, SegmWide b)
{
	uint64_t	borrow = 0;

	for (int i = 0; i < 4; i++)
	{
		SegmUInt128 taken = (SegmUInt128) b.limb[i] + borrow;

		borrow = a.limb[i] < taken;
		a.limb[i] -= (uint64_t) taken;
	}
	return a;
}

static inline SegmWide
wide_square(SegmInt128 x)
{
	SegmUInt128 size = x < 0 ? -(SegmUInt128) x : (SegmUInt128) x;
	uint64_t	low = (uint64_t) size;
	uint64_t	high = (uint64_t) (size >> 64);
	SegmUInt128 cross = (SegmUInt128) low * high;
	SegmUInt128 low_square = (SegmUInt128) low * low;
	SegmUInt128 high_square = (SegmUInt128) high * high;
	SegmWide	ends = {{(uint64_t) low_square, (uint64_t) (low_square >> 64),
	(uint64_t) high_square, (uint64_t) (high_square >> 64)}};
	SegmWide	middle = {{0, (uint64_t) cross, (uint64_t) (cross >> 64), 0}};

	return wide_add(ends, wide_add(middle, middle));
}

/* For n >= 0 and a product that fits. */
static inline SegmWide
wide_times(SegmWide a, int64_t n)
{
	SegmUInt128 carry = 0;

	for (int i = 0; i < 4; i++)
	{
		carry += (SegmUInt128) a.limb[i] * (uint64_t) n;
		a.limb[i] = (uint64_t) carry;
		carry >>= 64;
	}
	return a;
}

/* Of x >= 0 */
static inline SegmWide
wide_of(SegmInt128 x)
{
	return (SegmWide)
	{
		{
			(uint64_t) x, (uint64_t) (x >> 64), 0, 0
		}
	};
}

/* Rounded once: of what is below the leading 65 bits or more only matters whether there is any. */
static inline double
wide_double(SegmWide a)
{
	int			top = 3;
	SegmUInt128 leading;

	while (top > 1 && a.limb[top] == 0)
		top--;
	leading = (SegmUInt128) a.limb[top] << 64 | a.limb[top - 1];
	for (int i = 0; i < top - 1; i++)
		leading |= a.limb[i] != 0;
	return ldexp((double) leading, 64 * (top - 1));
}

#endif							/* SEGM_WIDE_H */
