/*
 * special.c
 *		The special functions against values of 17 digits.
 */
#include "incomplete.h"
#include "quadrature.h"
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

/* Beta weights with shapes context[0], context[1] in logit form, and times p. */
static void
beta_terms(double y, const void *context, double log_terms[2])
{
	const double *shapes = context;
	double		log_p = -segm_log1p_exp(-y),
				log_q = -segm_log1p_exp(y);

	log_terms[0] = shapes[0] * log_p + shapes[1] * log_q;
	log_terms[1] = log_terms[0] + log_p;
}

static void
quadrature(void)
{
	static const double shapes[][2] = {{2.0, 3.0}, {1e-6, 0.5}, {1e-3, 1e-3}, {500.0, 2e5}, {30.0, 1e-4}};
	double		weights = 0.0,
				moment = 0.0;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
	{
		double		a = shapes[i][0],
					b = shapes[i][1],
					logs[2];
		SegmLine	line = {beta_terms, shapes[i], log(a / b), 0.5, -45.0 - log(1.0 + b), a,
			45.0 + log(1.0 + a), b};

		/* p itself is not flat on the left, so there is no geometric rest for it */
		segm_integrate_line(&line, logs);
		is_close(exp(logs[0] - segm_log_beta(a, b)), 1.0, 1e-10, "a beta function as an integral");
		is_close(exp(logs[1] - logs[0]), a / (a + b), 1e-10, "and its mean");
	}
	for (int i = 0; i < SEGM_GAUSS_HALF; i++)
	{
		weights += segm_gauss[i].weight;
		moment += segm_gauss[i].weight * pow(segm_gauss[i].node, 30.0);
	}
	is_close(weights, 1.0, 1e-15, "Gauss weights sum to 2");
	is_close(moment, 1.0 / 31.0, 1e-13, "x^30 is integrated exactly");
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

	quadrature();

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
