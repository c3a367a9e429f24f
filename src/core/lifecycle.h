/*
 * lifecycle.h
 *		Personal rhythm: a customer's own gaps between orders, and the
 *		threshold that a current gap is held against.
 */
#ifndef SEGM_LIFECYCLE_H
#define SEGM_LIFECYCLE_H

#include "core.h"
#include "sort.h"

/*
 * The quantile of some gaps (type 7 of Hyndman and Fan 1996, as in R and in
 * SQL's percentile_cont).  SEGM_DOMAIN unless count > 0 and fraction is in
 * [0, 1].
 */
extern SegmStatus segm_gap_quantile(const int32_t *gaps, size_t count, double fraction,
									SegmPoll poll, double *quantile);

/*
 * A threshold from n own observations and the shop's, which weighs as much as
 * "weight" observations: (n * own + weight * shop) / (n + weight).
 * SEGM_DOMAIN if n < 0, weight < 0 or both are 0; SEGM_NOT_FINITE on a value
 * that is not finite.
 */
extern SegmStatus segm_rhythm_threshold(double own, int64_t n, double shop, double weight,
										double *threshold);

#endif							/* SEGM_LIFECYCLE_H */
