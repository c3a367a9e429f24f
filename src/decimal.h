/*
 * decimal.h
 *		Exact decimals to and from the server's numeric.
 */
#ifndef CSEG_DECIMAL_H
#define CSEG_DECIMAL_H

#include "utils/numeric.h"

#include "core/decimal.h"
#include "glue.h"

#pragma GCC visibility push(hidden)

/*
 * The value of a numeric datum.  Takes a datum and not a Numeric because a
 * value from a table usually has a one-byte length word, which it reads in
 * place: making it a Numeric first would copy it.  Status as documented for
 * segm_decimal_read: SEGM_NOT_FINITE, SEGM_OVERFLOW.
 */
extern SegmStatus cseg_numeric_decimal(Datum numeric, SegmDecimal *out);

/* The same at a small scale, for comparing: segm_decimal_read_short. */
extern SegmStatus cseg_numeric_decimal_short(Datum numeric, SegmDecimal *out);

/* A new numeric with the value's scale as its display scale. */
extern Numeric cseg_decimal_numeric(SegmDecimal value);

/*
 * An argument as an exact decimal of at most SEGM_DECIMAL_DIGITS digits; "what"
 * is its name.  Errors 22000 for NaN and infinity, 22003 beyond that.
 */
extern SegmDecimal cseg_numeric_exact(Datum datum, const char *what);
extern SegmDecimal cseg_double_exact(Datum datum, const char *what);
extern SegmDecimal cseg_bigint_exact(Datum datum, const char *what);

#pragma GCC visibility pop

#endif							/* CSEG_DECIMAL_H */
