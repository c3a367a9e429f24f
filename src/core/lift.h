/*
 * lift.h
 *		What a treatment did: outcomes of treated customers against those of a
 *		hold-out, with interval and p value.
 *
 * Outcomes are yes or no (conversion) or amounts (revenue per head).  Amounts
 * are rounded to multiples of 2^-40 and summed up in wide integers: the same
 * bits in any order of rows and any way of merging.
 */
#ifndef SEGM_LIFT_H
#define SEGM_LIFT_H

#include "decimal.h"

typedef enum SegmLiftKind
{
	SEGM_LIFT_SHARES,			/* two proportions */
	SEGM_LIFT_MEANS				/* Welch */
} SegmLiftKind;

/* Sums over one group; a yes is 1 and a no 0, in units of 2^-40. */
typedef struct SegmLiftArm
{
	int64_t		n;
	SegmInt128	sum;
	uint64_t	squares[4];		/* in units of 2^-80, the lowest limb first */
} SegmLiftArm;

typedef struct SegmLiftSums
{
	SegmLiftArm treated;
	SegmLiftArm holdout;
} SegmLiftSums;

typedef struct SegmLift
{
	double		treated;		/* mean or share; only if the group has a member */
	double		holdout;
	bool		has_difference; /* both groups have one */
	double		difference;
	bool		has_interval;
	double		low;
	double		high;
	bool		has_ratio;		/* the hold-out's mean is above zero */
	double		ratio;
	bool		has_ratio_interval; /* and the treated's too */
	double		ratio_low;
	double		ratio_high;
	bool		has_p;			/* outcomes differ at all */
	double		p;
	bool		reliable;		/* the groups are large enough for all this */
} SegmLift;

/* Amounts up to this one, 2^46, can be added. */
#define SEGM_LIFT_MAX 0x1p46

/*
 * SEGM_NOT_FINITE or SEGM_TOO_LARGE for an amount that cannot be added,
 * SEGM_OVERFLOW after 2^40 rows.
 */
extern SegmStatus segm_lift_add(SegmLiftArm *arm, double amount);

extern SegmStatus segm_lift_merge(SegmLiftSums *sums, const SegmLiftSums *other);

/* SEGM_DOMAIN unless 0 < confidence < 1. */
extern SegmStatus segm_lift(SegmLiftKind kind, const SegmLiftSums *sums, double confidence,
							SegmLift *result);

#endif							/* SEGM_LIFT_H */
