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
#include "bg_process.h"
#include "customer.h"
#include "family.h"
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

static int	polls;

static void
count_polls(void)
{
	polls++;
}

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

/* The parameters of a fit on CDNOW, which the customers' values are at. */
static void
fitted(const char *model, double parameters[])
{
	Csv			csv;

	if (!csv_open(&csv, "clv_reference_fits.csv"))
		return;
	while (csv_next(&csv))
		if (strcmp(csv_text(&csv, "model"), model) == 0)
			sscanf(csv_text(&csv, "params"), "%lf %lf %lf %lf", &parameters[0], &parameters[1],
				   &parameters[2], &parameters[3]);
}

/* Customers of CDNOW: everything up to the value of twelve months. */
static void
customers(const char *file)
{
	static const char *const names[3][2] = {
		{"bgnbd", "bg_nbd"}, {"mbgnbd", "mbg_nbd"}, {"paretonbd", "pareto_nbd"}
	};
	double		spend[4];
	Csv			csv;

	fitted("gammagamma", spend);
	if (!csv_open(&csv, file))
		return;
	while (csv_next(&csv))
	{
		const char *tag = csv_text(&csv, "customer_id");
		const SegmFamily *family = NULL;
		double		p[4],
					x = csv_number(&csv, "x"),
					z = csv_number(&csv, "mean_repeat_spend"),
					money = NAN,
					clv;
		SegmCustomer c = {x, csv_number(&csv, "t_x"), csv_number(&csv, "t_cal")};

		for (int i = 0; i < 3; i++)
			if (strcmp(csv_text(&csv, "model"), names[i][0]) == 0)
				family = segm_family_by_name(names[i][1], strlen(names[i][1]));
		if (family == NULL)
		{
			ok(false, "model of customer %s", tag);
			continue;
		}
		fitted(csv_text(&csv, "model"), p);
		compare("customers", "loglik", tag, family->log_likelihood(p, &c), csv_number(&csv, "loglik"));
		compare("customers", "p_alive", tag, family->p_alive(p, &c), csv_number(&csv, "p_alive"));
		compare("customers", "expected, holdout", tag,
				family->expected(p, &c, csv_number(&csv, "horizon_holdout")),
				csv_number(&csv, "expected_purchases_holdout"));
		compare("customers", "expected, year", tag,
				family->expected(p, &c, csv_number(&csv, "horizon_year")),
				csv_number(&csv, "expected_purchases_year"));
		segm_gamma_gamma_expected(spend, x, z, &money);
		compare("customers", "expected_spend", tag, money, csv_number(&csv, "expected_spend"));
		clv = money * segm_discounted_periods(family, p, &c, 4.345, 12, 0.01);
		compare("customers", "clv_12_months", tag, clv, csv_number(&csv, "clv_12_months"));
		if (!isnan(csv_number(&csv, "dert_delta_0.0027")))
			compare("customers", "dert", tag, family->discounted(p, &c, 0.0027),
					csv_number(&csv, "dert_delta_0.0027"));
	}
}

/* Two ways to the same value, and sums that must be one. */
static void
identities(void)
{
	static const double models[][4] = {
		{0.243, 4.414, 0.793, 2.426}, {2.0, 30.0, 1e-6, 3.0}, {0.7, 1e-3, 1.0, 1e-6},
		{40.0, 900.0, 60.0, 800.0}, {0.05, 2669587.2, 0.3, 0.2}
	};
	double		worst = 0.0;

	for (size_t m = 0; m < sizeof(models) / sizeof(models[0]); m++)
		for (double t = 1e-4; t < 2.0; t *= 3.0)
		{
			SegmBgState state = {models[m][0], models[m][1], models[m][2], models[m][3]};
			double		horizon = t * state.rate;

			worst = fmax(worst, tap_error(segm_bg_expected_by_quadrature(&state, horizon),
										  segm_bg_expected(&state, horizon), false));
		}
	ok(worst < 1e-11, "series and quadrature agree, %.1e", worst);

	for (int code = SEGM_BG_NBD; code <= SEGM_BG_BB; code++)
	{
		static const double parameters[5][4] = {
			{0.0, 0.0, 0.0, 0.0}, {0.243, 4.414, 0.793, 2.426}, {0.525, 6.183, 0.891, 1.614},
			{0.553, 10.578, 0.606, 11.669}, {1.204, 0.750, 0.657, 2.783}
		};
		const SegmFamily *family = segm_family(code);
		const double *p = parameters[code];
		SegmCustomer c = {4.0, 21.0, 33.0};
		double		all = 0.0,
					mean = 0.0,
					n = segm_count_quantile(family, p, &c, 26.0, 0.9, 1e6, NULL),
					below = 0.0;

		for (double k = 0.0; k < 400.0; k += 1.0)
		{
			double		probability = family->count(p, &c, 26.0, k);

			all += probability;
			mean += k * probability;
			if (k < n)
				below += probability;
		}
		is_close(all, 1.0, 1e-12, "the probabilities of all counts sum to one");
		is_close(mean, family->expected(p, &c, 26.0), 1e-11, "their mean is the expectation");
		ok(below < 0.9 && below + family->count(p, &c, 26.0, n) >= 0.9, "%s: quantile %g",
		   family->name, n);
		ok(segm_count_quantile(family, p, &c, 26.0, 0.999999999, 3.0, NULL) < 0.0,
		   "%s: a quantile beyond the limit", family->name);
	}
	ok(segm_family(0) == NULL && segm_family(6) == NULL, "no other family");
	ok(segm_family_by_name("bg_nbdx", 7) == NULL, "no family of another name");
}

/*
 * P(Y >= n) of BG/BB as mpmath gives it with 30 digits and more: the short
 * horizons by the double sum over the opportunities survived and the purchases
 * at them, the long ones by the sum in bg_bb.c.
 */
static void
bg_bb_tails(void)
{
	static const struct
	{
		double		parameters[4];
		SegmCustomer customer;
		double		t;
		double		n;
		double		expected;
	}			cases[] =
	{
		{{1.204, 0.75, 0.657, 2.783}, {4, 21, 33}, 26, 1, 0.3346177490811481999},
		{{1.204, 0.75, 0.657, 2.783}, {4, 21, 33}, 26, 5, 0.10437579919244912578},
		{{1.204, 0.75, 0.657, 2.783}, {4, 21, 33}, 26, 12, 0.0011695418515115326286},
		{{1.204, 0.75, 0.657, 2.783}, {4, 21, 33}, 26, 26, 1.6027240224461455105e-13},
		{{1.204, 0.75, 0.657, 2.783}, {4, 21, 33}, 26, 27, 0},
		{{0.3, 12, 0.05, 30}, {0, 0, 4}, 40, 1, 0.3089914231702688568},
		{{0.3, 12, 0.05, 30}, {0, 0, 4}, 40, 10, 0.003273725179384965538},
		{{50, 0.001, 0.001, 100}, {3, 3, 3}, 30, 1, 0.99999029117152150128},
		{{50, 0.001, 0.001, 100}, {3, 3, 3}, 30, 30, 0.99929156124517418531},
		{{2, 900, 5, 0.2}, {1, 2, 9}, 60, 1, 4.1129474111729620481e-5},
		{{2, 900, 5, 0.2}, {1, 2, 9}, 60, 7, 8.9483711072755778647e-14},
		{{2, 3, 0.5, 1000}, {4, 21, 33}, 1e6, 1000, 0.35644218873665739986},
		{{2, 3, 0.5, 1000}, {4, 21, 33}, 1e6, 300000, 0.00056335499384354343227},
		{{2, 300, 0.5, 1000}, {4, 21, 33}, 1e6, 20000, 0.012339844243385326337},
	};
	static const double likely[4] = {1e5, 0.001, 1e-6, 1e5};
	static const double usual[4] = {2, 3, 0.5, 1000};
	const SegmFamily *family = segm_family(SEGM_BG_BB);
	SegmCustomer nobody = {0, 0, 0};
	SegmCustomer somebody = {4, 21, 33};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_close(segm_bg_bb_at_least(cases[i].parameters, &cases[i].customer, cases[i].t, cases[i].n),
				 cases[i].expected, 1e-10, "bg_bb: a tail");
	is_int((long long) segm_count_quantile(family, likely, &nobody, 20000, 0.5, 1e6, NULL), 20000,
		   "the median where nobody misses a chance");
	is_int((long long) segm_count_quantile(family, usual, &somebody, 20000, 0.5, 1e6, NULL), 425,
		   "the median of a long horizon");
	polls = 0;
	is_int((long long) segm_count_quantile(family, usual, &somebody, 20000, 0.95, 1e6, count_polls), 4044,
		   "and where only one in twenty buys more");
	ok(polls > 10 && polls < 50, "few tails say it, and the caller is asked for each: %d", polls);
}

/* What the checks let through and what not. */
static void
checks(void)
{
	static const SegmCustomer bad[] = {
		{-1.0, 0.0, 1.0}, {1.5, 0.5, 1.0}, {1.0, 2.0, 1.0}, {0.0, 1.0, 2.0}, {1.0, -1.0, 2.0},
		{2e9, 1.0, 2.0}, {1.0, 1.0, 2e15}
	};
	static const SegmCustomer bad_discrete[] = {{2.0, 1.0, 6.0}, {1.0, 1.5, 6.0}, {1.0, 7.0, 6.0}};
	SegmCustomer nan_customer = {1.0, NAN, 2.0};
	double		parameters[2] = {1.0, 0.0};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(segm_customer_check(&bad[i]) == SEGM_DOMAIN, "impossible customer %zu", i);
	for (size_t i = 0; i < sizeof(bad_discrete) / sizeof(bad_discrete[0]); i++)
		ok(segm_bg_bb_check(&bad_discrete[i]) == SEGM_DOMAIN, "impossible opportunities %zu", i);
	ok(segm_customer_check(&nan_customer) == SEGM_NOT_FINITE, "NaN is no time");
	ok(segm_parameters_check(parameters, 2) == SEGM_DOMAIN, "0 is no parameter");
	ok(segm_parameters_check(parameters, 1) == SEGM_OK, "1 is one");
	ok(segm_gamma_gamma_check(1.0, 0.0) == SEGM_DOMAIN, "0 is no mean value");
	ok(segm_gamma_gamma_check(0.0, 0.0) == SEGM_OK, "but no matter for a new customer");
}

/* Wild but allowed arguments: always numbers, probabilities within 0 and 1. */
static void
never_nan(void)
{
	static const double values[] = {1e-15, 1e-6, 0.3, 1.0, 40.0, 1e6, 1e15};
	static const SegmCustomer wild[] = {
		{0.0, 0.0, 0.0}, {0.0, 0.0, 1e15}, {1.0, 0.0, 0.0}, {1.0, 1e-12, 1e15}, {20000.0, 5.0, 6.0},
		{20000.0, 0.0, 1e8}
	};
	int			bad = 0,
				seen = 0;

	for (int code = SEGM_BG_NBD; code <= SEGM_PARETO_NBD; code++)
		for (int i = 0; i < 7 * 7 * 7 * 7; i++)
			for (size_t c = 0; c < sizeof(wild) / sizeof(wild[0]); c++)
			{
				double		p[4] = {values[i % 7], values[i / 7 % 7], values[i / 49 % 7], values[i / 343]};
				const SegmFamily *family = segm_family(code);
				double		alive = family->p_alive(p, &wild[c]),
							expected = family->expected(p, &wild[c], 52.0);

				seen++;
				if (!isfinite(family->log_likelihood(p, &wild[c])) || !(alive >= 0.0 && alive <= 1.0)
					|| !(expected >= 0.0) || !isfinite(expected))
				{
					if (bad++ < 5)
						diag("%s %g %g %g %g, customer %zu: loglik %g, alive %g, expected %g", family->name,
							 p[0], p[1], p[2], p[3], c, family->log_likelihood(p, &wild[c]), alive, expected);
				}
			}
	ok(bad == 0, "%d of %d wild cases are not numbers", bad, seen);
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
	customers("clv_reference_customers.csv");
	report("reference");

	conditional("clv_hard_bgnbd.csv", "bg_nbd", bg_names);
	conditional("clv_hard_mbgnbd.csv", "mbg_nbd", bg_names);
	conditional("clv_hard_paretonbd.csv", "pareto_nbd", pareto_names);
	bg_bb("clv_hard_bgbb.csv");
	gamma_gamma("clv_hard_gammagamma.csv");
	report("hard");

	identities();
	bg_bb_tails();
	checks();
	never_nan();
	return tap_done();
}
