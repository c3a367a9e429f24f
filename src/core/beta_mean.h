/*
 * beta_mean.h
 *		The mean of a function of a probability that has a beta distribution.
 */
#ifndef SEGM_BETA_MEAN_H
#define SEGM_BETA_MEAN_H

#include "core.h"

/* The logarithm of a positive function of p, given ln p and ln(1 - p). */
typedef double (*SegmProbabilityLog) (double log_p, double log_q, const void *context);

/*
 * Int_0^1 Beta(p; a, b) e^function(p) dp for shapes a, b > 0.  "bend" is the
 * largest slope of "function" by p: below 1/bend in p it is flat.  Relative
 * error: 1e-13 plus that of the function, for shapes of any size.
 */
extern double segm_beta_mean(double a, double b, SegmProbabilityLog function,
							 const void *context, double bend);

#endif							/* SEGM_BETA_MEAN_H */
