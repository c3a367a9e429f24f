/*
 * statistics.c
 *		Statistics of the views and aggregates with any numbers: no trap, an
 *		end in time, a status or a number in its range.
 */
#include "core/beta_prior.h"
#include "core/incomplete.h"
#include "core/layers.h"
#include "core/lift.h"
#include "core/needs.h"
#include "core/price_elasticity.h"
#include "core/psi.h"
#include "core/special.h"
#include "core/student_t.h"
#include "fuzz.h"

#define ROWS	16

/* As callers pass them: finite and above zero. */
static double
next_positive(Input *input)
{
	double		value = fabs(next_double(input));

	return value > 0.0 && isfinite(value) ? value : 1.0;
}

static bool
probability(double p)
{
	return p >= 0.0 && p <= 1.0 + 1e-9;
}

static void
try_lift(Input *input, double confidence)
{
	SegmLiftSums sums = {0};
	SegmLiftSums twice;
	SegmLift	lift;

	for (int i = 0; i < ROWS && input->left > 0; i++)
		(void) segm_lift_add(next_byte(input) % 2 ? &sums.treated : &sums.holdout, next_double(input));
	twice = sums;
	if (segm_lift_merge(&twice, &sums) != SEGM_OK)
		return;
	for (int kind = SEGM_LIFT_SHARES; kind <= SEGM_LIFT_MEANS; kind++)
		if (segm_lift((SegmLiftKind) kind, &twice, confidence, &lift) == SEGM_OK && kind == SEGM_LIFT_MEANS)
			MUST((!lift.has_difference || !isnan(lift.difference)) && (!lift.has_interval || lift.low <= lift.high) &&
				 (!lift.has_p || probability(lift.p)));
}

static void
try_elasticity(Input *input, double confidence)
{
	SegmElasticitySums sums = {0};
	SegmElasticitySums other = {0};
	SegmElasticity fit;

	for (int i = 0; i < ROWS && input->left > 0; i++)
	{
		double		price = next_double(input);

		if (segm_elasticity_add(i % 2 ? &sums : &other, price, next_double(input), next_byte(input) % 2) != SEGM_OK)
			return;
	}
	if (segm_elasticity_merge(&sums, &other) != SEGM_OK || segm_elasticity(&sums, confidence, &fit) != SEGM_OK)
		return;
	MUST(!fit.has_slope || isfinite(fit.slope));
	MUST(!fit.has_error || (fit.slope_error >= 0.0 && fit.low <= fit.high));
	MUST(!fit.has_fit || probability(fit.r_squared));
}

static void
try_prior(Input *input)
{
	SegmTrials	rows[ROWS];
	SegmBetaPrior prior;
	size_t		n = 0;
	double		share;

	while (n < ROWS && input->left > 0)
	{
		double		trials = next_byte(input);

		rows[n].trials = trials;
		rows[n].successes = fmin(trials, next_byte(input));
		rows[n++].customers = 1 + next_byte(input);
	}
	if (segm_beta_prior_fit(rows, n, NULL, &prior) == SEGM_OK)
	{
		MUST(segm_beta_prior_valid(prior.alpha, prior.beta));
		MUST(segm_shrunk_share(rows[0].successes, rows[0].trials, prior.alpha, prior.beta, &share) == SEGM_OK);
		MUST(probability(share));
	}
	if (segm_shrunk_share(next_double(input), next_double(input), next_double(input), next_double(input), &share) == SEGM_OK)
		MUST(probability(share));
}

static void
try_special(Input *input)
{
	double		a = next_positive(input);
	double		b = next_positive(input);
	double		p = (1 + next_byte(input)) / 258.0;
	double		lower;
	double		upper;
	double		t;

	segm_beta_tails(a, b, p, 1.0 - p, &lower, &upper);
	MUST(probability(lower) && probability(upper));
	segm_gamma_tails(a, b, &lower, &upper);
	MUST(probability(lower) && probability(upper));
	MUST(segm_gamma_quantile(a, p) >= 0.0);
	MUST(segm_scaled_expint(a, b) >= 0.0);
	MUST(probability(segm_negative_binomial_upper(floor(next_byte(input)), a, b, p)));
	MUST(!isnan(segm_log_gamma_ratio(a, b)) && !isnan(segm_log_beta(a, b)) && !isnan(segm_digamma(a)));
	MUST(probability(segm_t_tail(a, b)));
	if (segm_t_critical(next_double(input), next_double(input), &t) == SEGM_OK)
		MUST(t >= 0.0);
	MUST(segm_psi_term(floor(a), floor(b), floor(a) + 1.0, floor(b) + 1.0) >= 0.0);
}

static void
try_small(Input *input)
{
	int64_t		n[4] = {next_integer(input), next_integer(input), next_integer(input), next_integer(input)};
	bool		defined;
	double		result;

	if (segm_opportunity_score(next_double(input), next_double(input), &result) == SEGM_OK)
		MUST(isfinite(result));
	if (segm_jaccard(n[0], n[1], n[2], &defined, &result) == SEGM_OK && defined)
		MUST(probability(result));
	if (segm_overlap_lift(n[0], n[1], n[2], n[3], &defined, &result) == SEGM_OK && defined)
		MUST(result >= 0.0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	Input		input = {data, length};
	double		confidence;

	switch (next_byte(&input) % 5)
	{
		case 0:
			confidence = next_double(&input);
			try_lift(&input, confidence);
			break;
		case 1:
			confidence = next_double(&input);
			try_elasticity(&input, confidence);
			break;
		case 2:
			try_prior(&input);
			break;
		case 3:
			try_special(&input);
			break;
		default:
			try_small(&input);
	}
	return 0;
}
