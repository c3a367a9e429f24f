/*
 * clv_scores.c
 *		Every question to every customer model, with any parameters, history,
 *		horizon and rate that pass the checks: no trap, an end in time, and a
 *		number in its range, never NaN.
 */
#include "core/bg_bb.h"
#include "core/family.h"
#include "core/gamma_gamma.h"
#include "fuzz.h"

#define OPPORTUNITIES	2000.0	/* taken one by one: as many as time allows */
#define PERIODS			50

static double
next_parameter(Input *input)
{
	uint8_t		kind = next_byte(input);
	uint8_t		more = next_byte(input);

	return kind % 4 == 0 ? pow(10.0, more / 256.0 * 30.0 - 15.0) : (1 + kind + 256 * (more % 4)) / 64.0;
}

static bool
probability(double p)
{
	return p >= 0.0 && p <= 1.0 + 1e-9;
}

static void
ask_spend(const double parameters[3], Input *input)
{
	double		x = floor(next_double(input));
	double		z = next_double(input);
	double		p = next_byte(input) / 256.0;
	double		result;

	if (segm_parameters_check(parameters, 3) != SEGM_OK || segm_gamma_gamma_check(x, z) != SEGM_OK)
		return;
	MUST(!isnan(segm_gamma_gamma_log_likelihood(parameters, x, z)));
	if (segm_gamma_gamma_expected(parameters, x, z, &result) == SEGM_OK)
		MUST(result >= 0.0);
	if (segm_gamma_gamma_variance(parameters, x, z, &result) == SEGM_OK)
		MUST(result >= 0.0);
	if (p > 0.0)
		MUST(segm_gamma_gamma_quantile(parameters, x, z, p) >= 0.0);
	MUST(probability(segm_gamma_gamma_total(parameters, x, z, 1.0 + next_byte(input), fabs(next_byte(input) * z))));
}

static void
ask_orders(const SegmFamily *family, const double parameters[], const SegmCustomer *customer, Input *input)
{
	double		t = next_double(input);
	double		n = next_byte(input);
	double		rate = next_double(input);
	double		level = (1 + next_byte(input)) / 258.0;
	double		times[2] = {t / 2.0, t};
	double		expected[2];

	if (!(t >= 0.0) || t > SEGM_TIME_MAX || (family->groups == 0 && (t > OPPORTUNITIES || t != floor(t))))
		t = n;
	times[0] = times[1] = t;
	MUST(!isnan(family->log_likelihood(parameters, customer)));
	MUST(probability(family->p_alive(parameters, customer)));
	MUST(family->expected(parameters, customer, t) >= 0.0);
	family->expected_alive(parameters, customer, times, 2, expected);
	MUST(expected[0] >= 0.0 && expected[0] == expected[1]);
	MUST(probability(family->count(parameters, customer, t, n)));
	if (n > 0.0)
		MUST(probability(family->at_least(parameters, customer, t, n)));
	(void) segm_count_quantile(family, parameters, customer, t, level, 1000.0, NULL);
	if (rate >= SEGM_PARAMETER_MIN && rate <= SEGM_PARAMETER_MAX)
	{
		MUST(family->discounted(parameters, customer, rate) >= 0.0);
		if (family->groups > 0 || t * PERIODS <= OPPORTUNITIES)
			MUST(segm_discounted_periods(family, parameters, customer, t, PERIODS, rate) >= 0.0);
	}
	if (family->code == SEGM_BG_BB)
		MUST(probability(segm_bg_bb_p_alive_next(parameters, customer)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	Input		input = {data, length};
	const SegmFamily *family = segm_family(1 + next_byte(&input) % 5);
	double		parameters[SEGM_MAX_PARAMETERS];
	SegmCustomer customer;

	for (int i = 0; i < SEGM_MAX_PARAMETERS; i++)
		parameters[i] = next_parameter(&input);
	if (family->code == SEGM_GAMMA_GAMMA)
	{
		ask_spend(parameters, &input);
		return 0;
	}
	customer.x = floor(next_double(&input));
	customer.t_x = next_double(&input);
	customer.t_cal = customer.t_x + next_double(&input);
	if (customer.x == 0.0)
		customer.t_x = 0.0;
	if (family->code == SEGM_BG_BB && customer.t_cal > OPPORTUNITIES)
		return 0;
	if (segm_parameters_check(parameters, family->parameters) == SEGM_OK && family->check(&customer) == SEGM_OK)
		ask_orders(family, parameters, &customer, &input);
	return 0;
}
