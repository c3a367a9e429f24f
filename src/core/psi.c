/*
 * psi.c
 *		Population stability index, see psi.h.
 *
 * The index is Jeffreys' divergence of two distributions (Kullback and Leibler
 * 1951); its use for scores is from N. Siddiqi, "Credit Risk Scorecards", 2006.
 */
#include "psi.h"

#include <math.h>

#define HALF_A_MEMBER 0.5

double
segm_psi_term(double before, double after, double all_before, double all_after)
{
	double		p;
	double		q;

	if (before <= 0.0 && after <= 0.0)
		return 0.0;
	p = fmax(before, HALF_A_MEMBER) / all_before;
	q = fmax(after, HALF_A_MEMBER) / all_after;
	return (q - p) * log(q / p);
}
