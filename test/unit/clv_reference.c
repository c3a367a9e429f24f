/*
 * clv_reference.c
 *		Every row of the customer models' reference values, and of harder ones.
 *
 * test/data/clv_reference_*.csv and clv_hard_*.csv hold values of 17 digits
 * that were computed with 60 and more (test/data/README.md).  The test prints
 * the number of cases and the worst error of each quantity.
 */
#include "bg_bb.h"
#include "bg_nbd.h"
#include "gamma_gamma.h"
#include "mbg_nbd.h"
#include "pareto_nbd.h"

#include "csv.h"

#define LIKELIHOOD_BOUND 1e-9
#define VALUE_BOUND 1e-8

/* Smaller values than this count as 0. */
#define ZERO 1e-300

/* One quantity of one model. */
typedef struct Quantity
{
	char		name[64];
	bool		likelihood;
	int			cases;
	double		worst;
	char		worst_tag[128];
	double		got,
				expected;
} Quantity;

static Quantity quantities[64];
static int	n_quantities = 0;

static void
compare(const char *model, const char *name, const char *tag, double got, double expected)
{
	char		full[64];
	Quantity   *q = NULL;
	double		error;

	if (isnan(expected))
		return;
	snprintf(full, sizeof(full), "%s %s", model, name);
	for (int i = 0; i < n_quantities; i++)
		if (strcmp(quantities[i].name, full) == 0)
			q = &quantities[i];
	if (q == NULL)
	{
		q = &quantities[n_quantities++];
		memset(q, 0, sizeof(*q));
		memcpy(q->name, full, sizeof(full));
		q->likelihood = strcmp(name, "loglik") == 0;
		q->worst = -1.0;
	}
	if (fabs(expected) < ZERO && fabs(got) < ZERO)
		error = 0.0;
	else
		error = tap_error(got, expected, q->likelihood);
	q->cases++;
	if (getenv("CSEG_VERBOSE") && error > (q->likelihood ? LIKELIHOOD_BOUND : VALUE_BOUND))
		diag("%s %s: got %.17g, expected %.17g", full, tag, got, expected);
	if (error > q->worst)
	{
		q->worst = error;
		snprintf(q->worst_tag, sizeof(q->worst_tag), "%s", tag);
		q->got = got;
		q->expected = expected;
	}
}

static void
parameters_of(const Csv *csv, const char *const names[], int count, double parameters[])
{
	for (int i = 0; i < count; i++)
		parameters[i] = csv_number(csv, names[i]);
	if (segm_parameters_check(parameters, count) != SEGM_OK)
		ok(false, "parameters of %s row %d", csv_text(csv, "tag"), csv->row);
}

static const char *const bg_names[] = {"r", "alpha", "a", "b"};
static const char *const pareto_names[] = {"r", "alpha", "s", "beta"};
static const char *const bg_bb_names[] = {"alpha", "beta", "gamma", "delta"};
static const char *const gamma_gamma_names[] = {"p", "q", "v"};
static const char *const plain_names[] = {"p1", "p2", "p3", "p4"};

/* Conditional quantities of one model; columns that a file lacks are skipped. */
static void
conditional(const char *file, const char *model, const char *const names[4])
{
	Csv			csv;

	if (!csv_open(&csv, file))
		return;
	while (csv_next(&csv))
	{
		const char *tag = csv_text(&csv, "tag");
		double		p[4],
					t = csv_number(&csv, "horizon"),
					n = csv_number(&csv, "count"),
					rate = csv_number(&csv, "delta");
		SegmCustomer c = {csv_number(&csv, "x"), csv_number(&csv, "t_x"), csv_number(&csv, "t_cal")};
		double		loglik,
					alive,
					expected,
					count = NAN,
					dert = NAN;

		parameters_of(&csv, names, 4, p);
		if (segm_customer_check(&c) != SEGM_OK)
			ok(false, "customer of %s", tag);
		if (strcmp(model, "bg_nbd") == 0)
		{
			loglik = segm_bg_nbd_log_likelihood(p, &c);
			alive = segm_bg_nbd_p_alive(p, &c);
			expected = segm_bg_nbd_expected(p, &c, t);
			if (!isnan(n))
				count = segm_bg_nbd_count(p, &c, t, n);
			if (!isnan(rate))
				dert = segm_bg_nbd_discounted(p, &c, rate);
		}
		else if (strcmp(model, "mbg_nbd") == 0)
		{
			loglik = segm_mbg_nbd_log_likelihood(p, &c);
			alive = segm_mbg_nbd_p_alive(p, &c);
			expected = segm_mbg_nbd_expected(p, &c, t);
			if (!isnan(n))
				count = segm_mbg_nbd_count(p, &c, t, n);
			if (!isnan(rate))
				dert = segm_mbg_nbd_discounted(p, &c, rate);
		}
		else
		{
			loglik = segm_pareto_nbd_log_likelihood(p, &c);
			alive = segm_pareto_nbd_p_alive(p, &c);
			expected = segm_pareto_nbd_expected(p, &c, t);
			if (!isnan(n))
				count = segm_pareto_nbd_count(p, &c, t, n);
			if (!isnan(rate))
				dert = segm_pareto_nbd_discounted(p, &c, rate);
		}
		compare(model, "loglik", tag, loglik, csv_number(&csv, "loglik"));
		compare(model, "p_alive", tag, alive, csv_number(&csv, "p_alive"));
		compare(model, "expected_purchases", tag, expected, csv_number(&csv, "expected_purchases"));
		compare(model, "count_probability", tag, count, csv_number(&csv, "count_probability"));
		compare(model, "dert", tag, dert, csv_number(&csv, "dert"));
	}
}

static void
bg_bb(const char *file)
{
	Csv			csv;

	if (!csv_open(&csv, file))
		return;
	while (csv_next(&csv))
	{
		const char *tag = csv_text(&csv, "tag");
		double		p[4],
					t = csv_number(&csv, "horizon"),
					count = csv_number(&csv, "count");
		SegmCustomer c = {csv_number(&csv, "x"), csv_number(&csv, "t_x"), csv_number(&csv, "n")};

		parameters_of(&csv, bg_bb_names, 4, p);
		if (segm_bg_bb_check(&c) != SEGM_OK)
			ok(false, "customer of %s", tag);
		compare("bg_bb", "loglik", tag, segm_bg_bb_log_likelihood(p, &c), csv_number(&csv, "loglik"));
		compare("bg_bb", "p_alive_n", tag, segm_bg_bb_p_alive(p, &c), csv_number(&csv, "p_alive_n"));
		compare("bg_bb", "p_alive_n_plus_1", tag, segm_bg_bb_p_alive_next(p, &c),
				csv_number(&csv, "p_alive_n_plus_1"));
		compare("bg_bb", "expected_purchases", tag, segm_bg_bb_expected(p, &c, t),
				csv_number(&csv, "expected_purchases"));
		compare("bg_bb", "dert", tag, segm_bg_bb_discounted(p, &c, csv_number(&csv, "discount")),
				csv_number(&csv, "dert"));
		if (!isnan(count))
			compare("bg_bb", "count_probability", tag, segm_bg_bb_count(p, &c, t, count),
					csv_number(&csv, "count_probability"));
	}
}

static void
gamma_gamma(const char *file)
{
	Csv			csv;

	if (!csv_open(&csv, file))
		return;
	while (csv_next(&csv))
	{
		const char *tag = csv_text(&csv, "tag");
		double		p[3],
					x = csv_number(&csv, "x"),
					z = csv_number(&csv, "mean_spend"),
					probability = csv_number(&csv, "probability"),
					expected = NAN,
					variance = NAN;
		bool		defined;

		parameters_of(&csv, gamma_gamma_names, 3, p);
		if (segm_gamma_gamma_check(x, z) != SEGM_OK)
			ok(false, "customer of %s", tag);
		compare("gamma_gamma", "loglik", tag, segm_gamma_gamma_log_likelihood(p, x, z),
				csv_number(&csv, "loglik"));
		defined = segm_gamma_gamma_expected(p, x, z, &expected) == SEGM_OK;
		if (defined != !isnan(csv_number(&csv, "expected_spend")))
			ok(false, "%s: defined as the reference is", tag);
		compare("gamma_gamma", "expected_spend", tag, expected, csv_number(&csv, "expected_spend"));
		if (segm_gamma_gamma_variance(p, x, z, &variance) == SEGM_OK)
			compare("gamma_gamma", "variance", tag, variance, csv_number(&csv, "variance"));
		if (!isnan(probability))
			compare("gamma_gamma", "quantile", tag, segm_gamma_gamma_quantile(p, x, z, probability),
					csv_number(&csv, "quantile"));
		if (!isnan(csv_number(&csv, "total")))
			compare("gamma_gamma", "total", tag,
					segm_gamma_gamma_total(p, x, z, csv_number(&csv, "orders"), csv_number(&csv, "total")),
					csv_number(&csv, "total_probability"));
	}
}

/* A new customer's expectation and count. */
static void
unconditional(const char *file)
{
	Csv			csv;

	if (!csv_open(&csv, file))
		return;
	while (csv_next(&csv))
	{
		const char *model = csv_text(&csv, "model");
		const char *tag = csv_text(&csv, "tag");
		double		p[4],
					t = csv_number(&csv, "t"),
					n = csv_number(&csv, "n"),
					expected,
					count;
		SegmCustomer c = {0.0, 0.0, 0.0};

		parameters_of(&csv, plain_names, 4, p);
		if (strcmp(model, "bgnbd") == 0)
		{
			expected = segm_bg_nbd_expected(p, &c, t);
			count = segm_bg_nbd_count(p, &c, t, n);
		}
		else if (strcmp(model, "mbgnbd") == 0)
		{
			expected = segm_mbg_nbd_expected(p, &c, t);
			count = segm_mbg_nbd_count(p, &c, t, n);
		}
		else
		{
			expected = segm_pareto_nbd_expected(p, &c, t);
			count = segm_pareto_nbd_count(p, &c, t, n);
		}
		compare(model, "new_expected", tag, expected, csv_number(&csv, "expected_purchases_to_t"));
		compare(model, "new_count", tag, count, csv_number(&csv, "p_x_t_eq_n"));
	}
}

static void
report(const char *title)
{
	for (int i = 0; i < n_quantities; i++)
	{
		Quantity   *q = &quantities[i];

		if (!ok(q->worst <= (q->likelihood ? LIKELIHOOD_BOUND : VALUE_BOUND),
				"%s: %s, %d cases, worst error %.1e", title, q->name, q->cases, q->worst))
			diag("worst at %s: got %.17g, expected %.17g", q->worst_tag, q->got, q->expected);
	}
	n_quantities = 0;
}

int
main(void)
{
	conditional("clv_reference_bgnbd.csv", "bg_nbd", bg_names);
	conditional("clv_reference_mbgnbd.csv", "mbg_nbd", bg_names);
	conditional("clv_reference_paretonbd.csv", "pareto_nbd", pareto_names);
	bg_bb("clv_reference_bgbb.csv");
	gamma_gamma("clv_reference_gammagamma.csv");
	unconditional("clv_reference_unconditional.csv");
	report("reference");

	conditional("clv_hard_bgnbd.csv", "bg_nbd", bg_names);
	conditional("clv_hard_mbgnbd.csv", "mbg_nbd", bg_names);
	conditional("clv_hard_paretonbd.csv", "pareto_nbd", pareto_names);
	bg_bb("clv_hard_bgbb.csv");
	gamma_gamma("clv_hard_gammagamma.csv");
	report("hard");
	return tap_done();
}
