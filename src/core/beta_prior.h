/*
 * beta_prior.h
 *		How a share differs between customers: a beta distribution fitted to
 *		counts of successes among trials, and shares shrunk toward it.
 */
#ifndef SEGM_BETA_PRIOR_H
#define SEGM_BETA_PRIOR_H

#include "core.h"
#include "sort.h"

/* So many customers had "successes" among "trials". */
typedef struct SegmTrials
{
	double		successes;
	double		trials;
	double		customers;
} SegmTrials;

/* The weight of the prior, in trials, is kept in this range. */
#define SEGM_BETA_PRIOR_MIN_WEIGHT 1e-6
#define SEGM_BETA_PRIOR_MAX_WEIGHT 1e6

typedef struct SegmBetaPrior
{
	double		alpha;			/* 0 if nobody had a success */
	double		beta;			/* 0 if nobody had a failure */
	double		log_likelihood; /* without the binomial coefficients */
	bool		identified;		/* false: at the largest weight, customers do not differ by more
								 * than chance */
} SegmBetaPrior;

/*
 * Maximum likelihood of the beta-binomial distribution.  The rows' order
 * matters to the last bits only; SEGM_DOMAIN if all trials together are none.
 */
extern SegmStatus segm_beta_prior_fit(const SegmTrials *rows, size_t n, SegmPoll poll,
									  SegmBetaPrior *prior);

/* alpha and beta finite and not negative, not both zero. */
extern bool segm_beta_prior_valid(double alpha, double beta);

/* The mean of the share, given so many successes among the trials. */
extern SegmStatus segm_shrunk_share(double successes, double trials, double alpha, double beta,
									double *share);

#endif							/* SEGM_BETA_PRIOR_H */
