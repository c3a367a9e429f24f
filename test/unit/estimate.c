/*
 * estimate.c
 *		Customer value from both models and from the fallback: values of the
 *		reference table, closed forms, and sums over counts.
 */
#include "estimate.h"
#include "gamma_gamma.h"
#include "tap.h"

static const double mbg[] = {0.5248431591062921, 6.183085279575969, 0.8913595907322264, 1.6140022401703846};
static const double pareto[] = {0.5532770468531801, 10.577683463302328, 0.6062399891278355, 11.668735288855268};
static const double gamma_gamma[] = {6.249572271324005, 3.7442246671319802, 15.443520962588375};

static SegmQuestion
question_of(int family, const double *parameters)
{
	SegmQuestion question = {
		segm_family(family), parameters, gamma_gamma, 7.0,
		365.0, 0.10, 1.0, 0.8, 90.0, NAN, NAN, 3.0
	};

	return question;
}

static void
near(double got, double wanted, double tolerance, const char *name)
{
	ok(fabs(got - wanted) <= tolerance * fmax(fabs(wanted), 1e-300), "%s: %.15g, wanted %.15g",
	   name, got, wanted);
}

/* P(Y >= n) and quantiles against sums of P(Y = n). */
static void
tails(int code, const double *parameters, const char *name)
{
	const SegmFamily *family = segm_family(code);
	const SegmCustomer customers[] = {{0, 0, 20}, {2, 30.4, 38.9}, {29, 37.7, 38.0}, {1, 0, 0}};
	double		worst = 0.0;
	bool		quantiles = true;

	for (size_t i = 0; i < sizeof(customers) / sizeof(customers[0]); i++)
	{
		double		below = 0.0;

		for (int n = 0; n < 60; n++)
		{
			double		probability;

			below += family->count(parameters, &customers[i], 52.0, n);
			probability = 0.5 * (below + below - family->count(parameters, &customers[i], 52.0, n));
			worst = fmax(worst, fabs(1.0 - below
									 - family->at_least(parameters, &customers[i], 52.0, n + 1.0)));
			if (probability > 0.0 && probability < 1.0 - 1e-9
				&& segm_count_quantile(family, parameters, &customers[i], 52.0, probability,
									   SEGM_QUANTILE_LIMIT, NULL) != n)
				quantiles = false;
		}
	}
	ok(worst < 1e-11, "%s: tails are sums of counts, %g", name, worst);
	ok(quantiles, "%s: quantiles are where the sums say", name);
}

int
main(void)
{
	SegmQuestion question = question_of(SEGM_MBG_NBD, mbg);
	SegmKnown	known = {{2, 213.0, 272.0, 22.345}, 3, 77.31};
	SegmOutlook outlook;
	SegmEstimate estimate;
	SegmCustomer customer = {2, 213.0 / 7, 272.0 / 7};
	double		spend;
	double		sum = 0.0;

	tails(SEGM_MBG_NBD, mbg, "mbg_nbd");
	tails(SEGM_BG_NBD, mbg, "bg_nbd");
	tails(SEGM_PARETO_NBD, pareto, "pareto_nbd");

	segm_outlook(&question, 2, 272.0, &outlook);
	segm_estimate(&question, &known, &outlook, &estimate);
	near(estimate.p_alive, question.family->p_alive(mbg, &customer), 1e-13, "P(alive) is the model's");
	near(estimate.orders, question.family->expected(mbg, &customer, 365.0 / 7), 1e-13,
		 "expected orders are the model's");
	near(estimate.churn_risk, question.family->count(mbg, &customer, 90.0 / 7, 0), 1e-12,
		 "churn risk is P(no order)");
	ok(segm_gamma_gamma_expected(gamma_gamma, 2, 22.345, &spend) == SEGM_OK && spend == estimate.spend,
	   "spend is the model's");
	for (int k = 1; k <= 12; k++)
		sum += (question.family->expected(mbg, &customer, k * 365.0 / 84)
				- question.family->expected(mbg, &customer, (k - 1) * 365.0 / 84)) * pow(1.1, -k / 12.0);
	near(estimate.predicted_value, sum * spend, 1e-12, "value: monthly orders, discounted by the year");
	ok(estimate.reliable && estimate.historic_value == 77.31, "historic value, reliable");
	ok(estimate.orders_low == 0 && estimate.value_low == 0, "P(alive) below 0.9: the interval begins at 0");

	/* the value's distribution by brute force at the bounds */
	{
		double		unit = estimate.predicted_value / (estimate.orders * spend),
					below = question.family->count(mbg, &customer, 365.0 / 7, 0);

		for (int n = 1; n < 200; n++)
			below += question.family->count(mbg, &customer, 365.0 / 7, n)
				* segm_gamma_gamma_total(gamma_gamma, 2, 22.345, n, estimate.value_high / unit);
		near(below, 0.9, 1e-3, "the upper bound of the value leaves a tenth above");
	}

	/* twice the margin, twice the value */
	question.margin = 2.0;
	segm_estimate(&question, &known, &outlook, &estimate);
	near(estimate.predicted_value, 2 * sum * spend, 1e-12, "margin times");
	ok(estimate.historic_value == 2 * 77.31, "margin times the past");

	/* no model: own and shop's rate and value, weighing 3 and 3 orders */
	question = question_of(SEGM_MBG_NBD, mbg);
	question.family = NULL;
	question.spend = NULL;
	question.discount_rate = 0.0;
	question.shop_order_value = 10.0;
	question.shop_yearly_orders = 1.0;
	known.summary.t = 365.0;
	segm_estimate(&question, &known, NULL, &estimate);
	near(estimate.orders, (2.0 + 3.0) / (1.0 + 3.0), 1e-14, "fallback: rate shrunk toward the shop's");
	near(estimate.spend, (77.31 + 30.0) / 6.0, 1e-14, "fallback: order value shrunk toward the shop's");
	near(estimate.predicted_value, 1.25 * (77.31 + 30.0) / 6.0, 1e-14, "fallback: their product");
	near(estimate.churn_risk, exp(-1.25 * 90 / 365), 1e-14, "fallback: churn risk of a constant rate");
	ok(!estimate.reliable && isnan(estimate.p_alive) && isnan(estimate.orders_low), "fallback: says so");
	question.shop_order_value = question.shop_yearly_orders = NAN;
	known.summary.t = 0.0;
	segm_estimate(&question, &known, NULL, &estimate);
	ok(estimate.orders == 0.0 && estimate.churn_risk == 1.0 && isnan(estimate.next_days),
	   "no time and no shop: nothing expected, no NaN");
	near(estimate.spend, 77.31 / 3, 1e-14, "no shop: the own mean");

	question.horizon = -1.0;
	ok(segm_question_check(&question) == SEGM_DOMAIN, "negative horizon: refused");
	question.horizon = NAN;
	ok(segm_question_check(&question) == SEGM_NOT_FINITE, "horizon NaN: refused");
	question.horizon = 365.0;
	question.level = 1.0;
	ok(segm_question_check(&question) == SEGM_DOMAIN, "level 1: refused");
	question.level = 0.0;
	ok(segm_question_check(&question) == SEGM_OK, "no level: allowed");
	return tap_done();
}
