/*
 * layers.c
 *		Jaccard's index (P. Jaccard, Bulletin de la Societe Vaudoise des
 *		Sciences Naturelles 37 (1901), 547-579) and lift.
 */
#include "layers.h"

static bool
fits(int64_t both, int64_t a, int64_t b)
{
	return both >= 0 && both <= a && both <= b;
}

SegmStatus
segm_jaccard(int64_t both, int64_t a, int64_t b, bool *defined, double *jaccard)
{
	if (!fits(both, a, b))
		return SEGM_DOMAIN;
	*defined = a > 0 || b > 0;
	if (*defined)
		*jaccard = (double) both / ((double) (a - both) + (double) b);
	return SEGM_OK;
}

SegmStatus
segm_overlap_lift(int64_t both, int64_t a, int64_t b, int64_t customers, bool *defined,
				  double *lift)
{
	if (!fits(both, a, b) || a > customers || b - both > customers - a)
		return SEGM_DOMAIN;
	*defined = a > 0 && b > 0;
	if (*defined)
		*lift = (double) both * (double) customers / ((double) a * (double) b);
	return SEGM_OK;
}
