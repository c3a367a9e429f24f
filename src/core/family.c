/*
 * family.c
 *		The table of model families, and predictions that need no family's
 *		own formula.
 */
#include <math.h>
#include <string.h>

#include "bg_bb.h"
#include "bg_nbd.h"
#include "family.h"
#include "mbg_nbd.h"
#include "pareto_nbd.h"

static const SegmFamily families[] = {
	{
		SEGM_BG_NBD, "bg_nbd", 4, {"r", "alpha", "a", "b"}, 1u << 1,
		3, {{1, -1.0}, {2, 1.0}, {3, 1.0}},
		segm_customer_check, segm_bg_nbd_log_likelihood, segm_bg_nbd_p_alive,
		segm_bg_nbd_expected, segm_bg_nbd_expected_alive,
		segm_bg_nbd_count, segm_bg_nbd_at_least, segm_bg_nbd_discounted
	},
	{
		SEGM_MBG_NBD, "mbg_nbd", 4, {"r", "alpha", "a", "b"}, 1u << 1,
		3, {{1, -1.0}, {2, 1.0}, {3, 1.0}},
		segm_customer_check, segm_mbg_nbd_log_likelihood, segm_mbg_nbd_p_alive,
		segm_mbg_nbd_expected, segm_mbg_nbd_expected_alive,
		segm_mbg_nbd_count, segm_mbg_nbd_at_least, segm_mbg_nbd_discounted
	},
	{
		SEGM_PARETO_NBD, "pareto_nbd", 4, {"r", "alpha", "s", "beta"}, 1u << 1 | 1u << 3,
		2, {{1, -1.0}, {3, -1.0}},
		segm_customer_check, segm_pareto_nbd_log_likelihood, segm_pareto_nbd_p_alive,
		segm_pareto_nbd_expected, segm_pareto_nbd_expected_alive,
		segm_pareto_nbd_count, segm_pareto_nbd_at_least, segm_pareto_nbd_discounted
	},
	{
		SEGM_BG_BB, "bg_bb", 4, {"alpha", "beta", "gamma", "delta"}, 0,
		0, {{0, 0.0}},
		segm_bg_bb_check, segm_bg_bb_log_likelihood, segm_bg_bb_p_alive,
		segm_bg_bb_expected, segm_bg_bb_expected_alive,
		segm_bg_bb_count, segm_bg_bb_at_least, segm_bg_bb_discounted
	},
	{
		SEGM_GAMMA_GAMMA, "gamma_gamma", 3, {"p", "q", "v"}, 1u << 2,
		0, {{0, 0.0}},
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
	}
};

/* Periods at a time. */
#define PERIODS 16

#define FAMILIES ((int) (sizeof(families) / sizeof(families[0])))

const SegmFamily *
segm_family(int code)
{
	return code >= 1 && code <= FAMILIES ? &families[code - 1] : NULL;
}

const SegmFamily *
segm_family_by_name(const char *name, size_t length)
{
	for (int i = 0; i < FAMILIES; i++)
		if (strlen(families[i].name) == length && memcmp(families[i].name, name, length) == 0)
			return &families[i];
	return NULL;
}

double
segm_count_quantile(const SegmFamily *family, const double parameters[],
					const SegmCustomer *customer, double t, double probability, double limit,
					SegmPoll poll)
{
	/* every n up to low is too small, high is large enough */
	double		low = -1.0,
				high = 0.0;

	while (1.0 - family->at_least(parameters, customer, t, high + 1.0) < probability)
	{
		if (poll != NULL)
			poll();
		if (high >= limit)
			return -1.0;
		low = high;
		high = fmin(2.0 * high + 1.0, limit);
	}
	while (high - low > 1.0)
	{
		double		middle = floor(0.5 * (low + high));

		if (poll != NULL)
			poll();
		if (1.0 - family->at_least(parameters, customer, t, middle + 1.0) < probability)
			low = middle;
		else
			high = middle;
	}
	return high;
}

double
segm_discounted_periods(const SegmFamily *family, const double parameters[],
						const SegmCustomer *customer, double period, int periods, double rate)
{
	double		before = 0.0,
				discount = 1.0,
				sum = 0.0;

	for (int from = 0; from < periods; from += PERIODS)
	{
		double		t[PERIODS],
					expected[PERIODS];
		int			some = periods - from < PERIODS ? periods - from : PERIODS;

		for (int k = 0; k < some; k++)
			t[k] = (from + k + 1) * period;
		family->expected_alive(parameters, customer, t, some, expected);
		for (int k = 0; k < some; k++)
		{
			discount /= 1.0 + rate;
			sum += (expected[k] - before) * discount;
			before = expected[k];
		}
	}
	return sum > 0.0 ? sum * family->p_alive(parameters, customer) : 0.0;
}

void
segm_family_adjust(const SegmFamily *family, const double base[], const double coefficients[],
				   const double covariates[], int count, double parameters[])
{
	for (int i = 0; i < family->parameters; i++)
		parameters[i] = base[i];
	for (int g = 0; g < family->groups; g++)
	{
		double		effect = 0.0;
		double	   *p = &parameters[family->group[g].parameter];

		for (int j = 0; j < count; j++)
			effect += coefficients[g * count + j] * covariates[j];
		*p *= exp(family->group[g].sign * effect);
		*p = fmin(fmax(*p, SEGM_PARAMETER_MIN), SEGM_PARAMETER_MAX);
	}
}
