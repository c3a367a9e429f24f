/*
 * special.c
 *		The special functions against values of 17 digits.
 */
#include "incomplete.h"
#include "special.h"

#include "csv.h"

typedef struct Function
{
	const char *name;
	double		bound;
	bool		absolute;		/* below one */
	int			cases;
	double		worst;
	double		at[3];
} Function;

static Function functions[] = {
	{"digamma", 1e-14, true, 0, 0.0, {0.0, 0.0, 0.0}},
	{"digamma_difference", 1e-14, true, 0, 0.0, {0.0, 0.0, 0.0}},
	{"log_gamma_ratio", 1e-14, true, 0, 0.0, {0.0, 0.0, 0.0}},
	{"log_beta", 1e-14, true, 0, 0.0, {0.0, 0.0, 0.0}},
	{"log1p_minus", 1e-14, false, 0, 0.0, {0.0, 0.0, 0.0}},
	{"log1p_exp", 1e-15, false, 0, 0.0, {0.0, 0.0, 0.0}},
	{"scaled_expint", 1e-13, false, 0, 0.0, {0.0, 0.0, 0.0}},
	{"beta_lower", 1e-11, false, 0, 0.0, {0.0, 0.0, 0.0}},
	{"gamma_lower", 1e-11, false, 0, 0.0, {0.0, 0.0, 0.0}},
	{"gamma_upper", 1e-11, false, 0, 0.0, {0.0, 0.0, 0.0}}
};

#define FUNCTIONS ((int) (sizeof(functions) / sizeof(functions[0])))

static double
value_of(const char *name, double a, double b, double c)
{
	double		lower,
				upper;

	if (strcmp(name, "digamma") == 0)
		return segm_digamma(a);
	if (strcmp(name, "digamma_difference") == 0)
		return segm_digamma_difference(a, b);
	if (strcmp(name, "log_gamma_ratio") == 0)
		return segm_log_gamma_ratio(a, b);
	if (strcmp(name, "log_beta") == 0)
		return segm_log_beta(a, b);
	if (strcmp(name, "log1p_minus") == 0)
		return segm_log1p_minus(a);
	if (strcmp(name, "log1p_exp") == 0)
		return segm_log1p_exp(a);
	if (strcmp(name, "scaled_expint") == 0)
		return segm_scaled_expint(a, b);
	if (strcmp(name, "beta_lower") == 0)
	{
		segm_beta_tails(a, b, c, 1.0 - c, &lower, &upper);
		return lower;
	}
	segm_gamma_tails(a, b, &lower, &upper);
	return strcmp(name, "gamma_lower") == 0 ? lower : upper;
}

int
main(void)
{
	Csv			csv;
	SegmLogSum	sum;

	if (csv_open(&csv, "clv_hard_special.csv"))
		while (csv_next(&csv))
		{
			double		a = csv_number(&csv, "a"),
						b = csv_number(&csv, "b"),
						c = csv_number(&csv, "c"),
						expected = csv_number(&csv, "value");

			for (int i = 0; i < FUNCTIONS; i++)
			{
				Function   *f = &functions[i];
				double		got,
							error;

				if (strcmp(f->name, csv_text(&csv, "function")) != 0)
					continue;
				got = value_of(f->name, a, b, c);
				error = fabs(expected) < 1e-300 && fabs(got) < 1e-300 ? 0.0
					: tap_error(got, expected, f->absolute);
				f->cases++;
				if (error > f->worst)
				{
					f->worst = error;
					f->at[0] = a;
					f->at[1] = b;
					f->at[2] = c;
				}
			}
		}
	for (int i = 0; i < FUNCTIONS; i++)
	{
		Function   *f = &functions[i];

		if (!ok(f->cases > 0 && f->worst <= f->bound, "%s: %d cases, worst error %.1e",
				f->name, f->cases, f->worst))
			diag("worst at %g, %g, %g", f->at[0], f->at[1], f->at[2]);
	}

	segm_log_sum_init(&sum);
	ok(segm_log_sum(&sum) == -HUGE_VAL, "an empty sum of exponentials");
	segm_log_sum_add(&sum, -2000.0, 1.0);
	segm_log_sum_add(&sum, -1999.0, 2.0);
	segm_log_sum_add(&sum, -HUGE_VAL, 1.0);
	is_close(segm_log_sum(&sum), -1999.0 + log(2.0 + exp(-1.0)), 1e-15, "a sum below all doubles");
	is_close(segm_logistic_complement(800.0), exp(-800.0), 1e-12, "a vanishing probability");
	is_close(segm_expm1_ratio(0.0), 1.0, 0.0, "(e^0 - 1) / 0");
	for (double p = 1e-6; p < 1.0; p += 0.0999)
	{
		double		lower,
					upper;

		segm_gamma_tails(0.3, segm_gamma_quantile(0.3, p), &lower, &upper);
		is_close(lower, p, 1e-10, "the quantile undoes the tail, small shape");
		segm_gamma_tails(5000.0, segm_gamma_quantile(5000.0, p), &lower, &upper);
		is_close(lower, p, 1e-10, "the quantile undoes the tail, large shape");
	}
	return tap_done();
}
