/*
 * layers.h
 *		How far two segments of one population overlap.
 */
#ifndef SEGM_LAYERS_H
#define SEGM_LAYERS_H

#include "core/core.h"

/*
 * Of a customers in one segment and b in the other, so many are in both;
 * SEGM_DOMAIN unless 0 <= both <= a, b.
 */

/* both / (a + b - both); false where there is nobody in either. */
extern SegmStatus segm_jaccard(int64_t both, int64_t a, int64_t b, bool *defined, double *jaccard);

/*
 * (both / a) / (b / customers): above 1, who is in one is more likely than
 * others to be in the other.  False where a segment is empty.
 */
extern SegmStatus segm_overlap_lift(int64_t both, int64_t a, int64_t b, int64_t customers,
									bool *defined, double *lift);

#endif							/* SEGM_LAYERS_H */
