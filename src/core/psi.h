/*
 * psi.h
 *		Population stability index: how far two distributions over the same
 *		classes are apart.
 */
#ifndef SEGM_PSI_H
#define SEGM_PSI_H

#include "core.h"

/*
 * The term of one class with so many members before and after, of so many in
 * all: (q - p) ln(q / p) with p = before / all_before, q = after / all_after.
 * A class that is empty on one side counts as half a member there, on both
 * sides as nothing.  The totals are above zero.
 */
extern double segm_psi_term(double before, double after, double all_before, double all_after);

#endif							/* SEGM_PSI_H */
