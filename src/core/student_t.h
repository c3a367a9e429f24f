/*
 * student_t.h
 *		Quantiles and tails of Student's t distribution.
 */
#ifndef SEGM_STUDENT_T_H
#define SEGM_STUDENT_T_H

#include "core.h"

/* Of an interval, unless said otherwise. */
#define SEGM_CONFIDENCE 0.95

/*
 * The t that |T| exceeds with probability 1 - confidence, 0 < confidence < 1,
 * for any number of degrees of freedom > 0, whole or not; infinity is the
 * normal distribution.  Relative error below 1e-11, measured by
 * test/unit/student_t.c.
 */
extern SegmStatus segm_t_critical(double confidence, double degrees, double *t);

/*
 * The probability of a value above t >= 0, degrees > 0.  Relative error below
 * 1e-10 while it is above 1e-300.
 */
extern double segm_t_tail(double t, double degrees);

#endif							/* SEGM_STUDENT_T_H */
