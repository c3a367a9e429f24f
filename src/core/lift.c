/*
 * lift.c
 *		What a treatment did, see lift.h.
 *
 * Shares: the p value is that of the two-proportion z test with the pooled
 * share; the interval of the difference is method 10 of R. G. Newcombe,
 * "Interval estimation for the difference between independent proportions",
 * Statistics in Medicine 17 (1998), from E. B. Wilson's score intervals.
 * Means: B. L. Welch's test and interval with the degrees of freedom of
 * F. E. Satterthwaite.  Ratios: on the logarithm, by the delta method (for
 * shares that is D. Katz et al., Biometrics 34, 1978).
 */
#include "lift.h"

#include <math.h>
#include <string.h>

#include "student_t.h"
#include "wide.h"

#define UNIT 0x1p-40
#define MAX_ROWS ((int64_t) 1 << 40)

/* From so many of each outcome, or members of each group, the approximations hold. */
#define MIN_OUTCOMES 5.0
#define MIN_MEMBERS 30

static SegmWide
squares_of(const SegmLiftArm *arm)
{
	SegmWide	result;

	memcpy(result.limb, arm->squares, sizeof(result.limb));
	return result;
}

SegmStatus
segm_lift_add(SegmLiftArm *arm, double amount)
{
	SegmInt128	units;
	SegmWide	squares;

	if (!isfinite(amount))
		return SEGM_NOT_FINITE;
	if (fabs(amount) > SEGM_LIFT_MAX)
		return SEGM_TOO_LARGE;
	if (arm->n >= MAX_ROWS)
		return SEGM_OVERFLOW;
	units = (SegmInt128) nearbyint(amount / UNIT);
	squares = wide_add(squares_of(arm), wide_square(units));
	arm->n++;
	arm->sum += units;
	memcpy(arm->squares, squares.limb, sizeof(squares.limb));
	return SEGM_OK;
}

static SegmStatus
merge_arm(SegmLiftArm *arm, const SegmLiftArm *other)
{
	SegmWide	squares = wide_add(squares_of(arm), squares_of(other));

	if (arm->n > MAX_ROWS - other->n)
		return SEGM_OVERFLOW;
	arm->n += other->n;
	arm->sum += other->sum;
	memcpy(arm->squares, squares.limb, sizeof(squares.limb));
	return SEGM_OK;
}

SegmStatus
segm_lift_merge(SegmLiftSums *sums, const SegmLiftSums *other)
{
	SegmStatus	status = merge_arm(&sums->treated, &other->treated);

	return status != SEGM_OK ? status : merge_arm(&sums->holdout, &other->holdout);
}

static double
mean_of(const SegmLiftArm *arm)
{
	return (double) arm->sum * UNIT / (double) arm->n;
}

/* Variance of the mean of a sample of two or more. */
static double
error_square(const SegmLiftArm *arm)
{
	double		n = (double) arm->n;
	SegmWide	spread = wide_subtract(wide_times(squares_of(arm), arm->n), wide_square(arm->sum));

	return wide_double(spread) * UNIT * UNIT / (n * n * (n - 1.0));
}

/* Interval of the ratio, given the variances of both means. */
static void
ratio_interval(SegmLift *lift, double treated_square, double holdout_square, double quantile)
{
	double		error = sqrt(treated_square / (lift->treated * lift->treated) +
							 holdout_square / (lift->holdout * lift->holdout));

	if (!(lift->treated > 0.0) || !lift->has_ratio)
		return;
	lift->has_ratio_interval = true;
	lift->ratio_low = lift->ratio * exp(-quantile * error);
	lift->ratio_high = lift->ratio * exp(quantile * error);
}

/* Distances from a share of n down and up to the ends of its score interval. */
static void
score_interval(double share, double n, double z, double *down, double *up)
{
	double		spread = z * sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n));
	double		middle = share + z * z / (2.0 * n);
	double		scale = 1.0 + z * z / n;

	*down = fmax(share - (middle - spread) / scale, 0.0);
	*up = fmax((middle + spread) / scale - share, 0.0);
}

static void
compare_shares(const SegmLiftSums *sums, double z, SegmLift *lift)
{
	double		n1 = (double) sums->treated.n;
	double		n2 = (double) sums->holdout.n;
	double		yes1 = (double) sums->treated.sum * UNIT;
	double		yes2 = (double) sums->holdout.sum * UNIT;
	double		pooled = (yes1 + yes2) / (n1 + n2);
	double		down1;
	double		up1;
	double		down2;
	double		up2;

	score_interval(lift->treated, n1, z, &down1, &up1);
	score_interval(lift->holdout, n2, z, &down2, &up2);
	lift->has_interval = true;
	lift->low = lift->difference - hypot(down1, up2);
	lift->high = lift->difference + hypot(up1, down2);
	if (pooled > 0.0 && pooled < 1.0)
	{
		double		error = sqrt(pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2));

		lift->has_p = true;
		lift->p = erfc(fabs(lift->difference) / error / sqrt(2.0));
	}
	ratio_interval(lift, lift->treated * (1.0 - lift->treated) / n1,
				   lift->holdout * (1.0 - lift->holdout) / n2, z);
	lift->reliable = fmin(fmin(yes1, n1 - yes1), fmin(yes2, n2 - yes2)) >= MIN_OUTCOMES;
}

static SegmStatus
compare_means(const SegmLiftSums *sums, double confidence, SegmLift *lift)
{
	double		square1;
	double		square2;
	double		square;
	double		degrees;
	double		t;
	SegmStatus	status;

	if (sums->treated.n < 2 || sums->holdout.n < 2)
		return SEGM_OK;
	square1 = error_square(&sums->treated);
	square2 = error_square(&sums->holdout);
	square = square1 + square2;
	if (!(square > 0.0))
		return SEGM_OK;
	/* shares of the two, so that nothing leaves the range of doubles */
	square1 /= square;
	square2 /= square;
	degrees = 1.0 / (square1 * square1 / (double) (sums->treated.n - 1) +
					 square2 * square2 / (double) (sums->holdout.n - 1));
	status = segm_t_critical(confidence, degrees, &t);
	if (status != SEGM_OK)
		return status;
	lift->has_interval = true;
	lift->low = lift->difference - t * sqrt(square);
	lift->high = lift->difference + t * sqrt(square);
	lift->has_p = true;
	lift->p = 2.0 * segm_t_tail(fabs(lift->difference) / sqrt(square), degrees);
	ratio_interval(lift, square1 * square, square2 * square, t);
	lift->reliable = sums->treated.n >= MIN_MEMBERS && sums->holdout.n >= MIN_MEMBERS;
	return SEGM_OK;
}

SegmStatus
segm_lift(SegmLiftKind kind, const SegmLiftSums *sums, double confidence, SegmLift *result)
{
	double		z;
	SegmStatus	status = segm_t_critical(confidence, INFINITY, &z);

	memset(result, 0, sizeof(*result));
	if (status != SEGM_OK)
		return status;
	if (sums->treated.n > 0)
		result->treated = mean_of(&sums->treated);
	if (sums->holdout.n > 0)
		result->holdout = mean_of(&sums->holdout);
	if (sums->treated.n == 0 || sums->holdout.n == 0)
		return SEGM_OK;
	result->has_difference = true;
	result->difference = result->treated - result->holdout;
	if (result->holdout > 0.0)
	{
		result->has_ratio = true;
		result->ratio = result->treated / result->holdout;
	}
	if (kind == SEGM_LIFT_MEANS)
		return compare_means(sums, confidence, result);
	compare_shares(sums, z, result);
	return SEGM_OK;
}
