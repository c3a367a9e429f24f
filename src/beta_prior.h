/*
 * beta_prior.h
 *		How other glue files read a beta_prior value.
 */
#ifndef CSEG_BETA_PRIOR_H
#define CSEG_BETA_PRIOR_H

#include "access/htup.h"
#include "fmgr.h"

#include "core/beta_prior.h"
#include "glue.h"

#pragma GCC visibility push(hidden)

/* alpha and beta of a row of type beta_prior; errors 22004, 22023. */
extern void cseg_beta_prior(HeapTupleHeader row, double *alpha, double *beta);

#pragma GCC visibility pop

#endif							/* CSEG_BETA_PRIOR_H */
