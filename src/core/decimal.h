/*
 * decimal.h
 *		Exact decimal numbers: a 128-bit coefficient over a power of ten, and
 *		the bytes of the server's numeric type read and written directly.
 *
 * Going through text costs more than all the rest of a row's work, and the
 * server's own numeric-to-float8 cast does just that.  The stored layout of
 * numeric is stable (pg_upgrade depends on it) and described in the comments
 * of the server's numeric.c; decimal.c is the only file here that knows it.
 */
#ifndef SEGM_DECIMAL_H
#define SEGM_DECIMAL_H

#include "core.h"

#ifndef __SIZEOF_INT128__
#error "customer_segments computes in 128-bit integers: it needs a 64-bit server and GCC or Clang"
#endif

/* Allocators that promise 8 bytes of alignment, as the server's, must do. */
__extension__ typedef __int128 SegmInt128 __attribute__((aligned(8)));
__extension__ typedef unsigned __int128 SegmUInt128 __attribute__((aligned(8)));

/* The value coefficient / 10^scale; scale is the number of decimals shown. */
typedef struct SegmDecimal
{
	SegmInt128	coefficient;	/* never the lowest value: -c always exists */
	int			scale;			/* 0 .. SEGM_DECIMAL_MAX_SCALE */
} SegmDecimal;

#define SEGM_DECIMAL_DIGITS 38	/* so many always fit 127 bits */
#define SEGM_DECIMAL_MAX_SCALE 16383	/* what a numeric can show */
#define SEGM_DECIMAL_MAX_BYTES 26	/* longest numeric that is ever written */

/*
 * The value of a numeric, given its bytes without the varlena length word, at
 * any alignment.  SEGM_NOT_FINITE for NaN and the infinities, SEGM_OVERFLOW
 * if the coefficient at the shown scale needs more than 127 bits (all values
 * of up to 38 digits fit), SEGM_CORRUPT for bytes that are no numeric.
 */
extern SegmStatus segm_decimal_read(const void *bytes, size_t length, SegmDecimal *out);

/*
 * The same, at the smallest scale at which the stored digits, in groups of
 * four, show the value: 12.34000000 at 4.  For comparing, not for showing.
 */
extern SegmStatus segm_decimal_read_short(const void *bytes, size_t length, SegmDecimal *out);

/* Whether these bytes are a numeric of value zero; looks at the header only. */
extern bool segm_decimal_is_zero(const void *bytes, size_t length);

/*
 * The inverse: the same bytes that the server makes of this value at this
 * display scale.  The buffer has SEGM_DECIMAL_MAX_BYTES.
 */
extern SegmStatus segm_decimal_write(SegmDecimal value, void *bytes, size_t *length);

/*
 * The shortest decimal that reads back as this double: 19.99 for the double
 * nearest to it, at scale 2.  SEGM_NOT_FINITE, or SEGM_OVERFLOW if it has
 * more than 38 decimals or digits.
 */
extern SegmStatus segm_decimal_of_double(double value, SegmDecimal *out);

/*
 * The same value at another scale.  SEGM_OVERFLOW if it does not fit,
 * SEGM_DOMAIN if digits would be lost.
 */
extern SegmStatus segm_decimal_rescale(SegmDecimal value, int scale, SegmDecimal *out);

/*
 * Many coefficients of one scale to a scale larger by so many digits.
 * SEGM_OVERFLOW if one of them does not fit; zeros always do.
 */
extern SegmStatus segm_decimal_raise(SegmInt128 *coefficients, size_t n, int digits);

/* The exact sum, at the larger of the two scales. */
extern SegmStatus segm_decimal_add(SegmDecimal a, SegmDecimal b, SegmDecimal *out);

/* Below, at or above zero as a is below, equal to or above b; never fails. */
extern int	segm_decimal_compare(SegmDecimal a, SegmDecimal b);

/* The same value at the smallest scale that shows it. */
extern SegmDecimal segm_decimal_trim(SegmDecimal value);

#endif							/* SEGM_DECIMAL_H */
