/*
 * special.h
 *		Functions of the customer models that the C library lacks.
 *
 * Domains are those of the models: finite arguments, positive where noted.
 * The functions here cannot fail; an argument outside the domain gives an
 * unspecified number.  Accuracies are measured by test/unit/special.c
 * against values of 40 digits.
 */
#ifndef SEGM_SPECIAL_H
#define SEGM_SPECIAL_H

#include "core.h"

/*
 * A sum of exponentials that never leaves the range of doubles: the value is
 * scale * exp(max).
 */
typedef struct SegmLogSum
{
	double		max;
	double		scale;
} SegmLogSum;

extern void segm_log_sum_init(SegmLogSum *sum);

/* Adds factor * exp(log_term), factor >= 0. */
extern void segm_log_sum_add(SegmLogSum *sum, double log_term, double factor);

/* ln of the sum; -infinity when nothing was added. */
extern double segm_log_sum(const SegmLogSum *sum);

/* ln(1 + e^x) for any x, relative error below 1e-15. */
extern double segm_log1p_exp(double x);

/* 1 / (1 + e^x): the weight of 0 against x in the log domain. */
extern double segm_logistic_complement(double x);

/* (e^x - 1) / x, 1 at x = 0. */
extern double segm_expm1_ratio(double x);

/* ln(1 + x) - x for x > -1, relative error below 1e-14. */
extern double segm_log1p_minus(double x);

/*
 * The remainder of Stirling's formula: ln G(z) - [(z - 1/2) ln z - z +
 * ln(2 pi)/2] for z >= 10, absolute error below 1e-17.
 */
extern double segm_stirling_remainder(double z);

/*
 * ln G(z + d) - ln G(z), z > 0, d >= 0.  Error below 1e-14 of the larger of 1
 * and the result, also where both logarithms are huge and nearly equal.
 */
extern double segm_log_gamma_ratio(double z, double d);

/* ln B(a, b), a > 0, b > 0; same accuracy. */
extern double segm_log_beta(double a, double b);

/* The derivative of ln G(z), z > 0; error below 1e-14 (1 + |result|). */
extern double segm_digamma(double z);

/*
 * psi(z + d) - psi(z), z > 0, d >= 0, without the cancellation of the plain
 * difference for large z; error below 1e-14 of the larger of 1 and the result.
 */
extern double segm_digamma_difference(double z, double d);

#endif							/* SEGM_SPECIAL_H */
