/*
 * clv_fit.c
 *		Fits in the core: gradients, a published fit, simulated customers.
 *
 * The library that brings fits near their optimum belongs to the glue; here
 * the Newton steps go all the way from the starting point.
 */
#include "fit.h"
#include "model.h"
#include "sample.h"
#include "sort.h"

#include "tap.h"

#define WIDTH SEGM_ROW_WIDTH(0)
#define MAX_ROWS 6000

static double sample[MAX_ROWS * SEGM_ROW_WIDTH(2)];

/* ---- a generator of random numbers that is the same everywhere ---- */

static uint64_t state;

static double
uniform(void)
{
	uint64_t	z = (state += 0x9E3779B97F4A7C15u);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	z ^= z >> 31;
	return ((double) (z >> 11) + 0.5) / 9007199254740992.0;
}

static double
exponential(double rate)
{
	return -log(uniform()) / rate;
}

static double
normal(void)
{
	return sqrt(-2.0 * log(uniform())) * cos(6.283185307179586 * uniform());
}

/* Marsaglia & Tsang 2000 */
static double
gamma_draw(double shape)
{
	double		d = shape + (shape < 1.0 ? 1.0 : 0.0) - 1.0 / 3.0,
				c = 1.0 / sqrt(9.0 * d);

	for (;;)
	{
		double		z = normal(),
					v = 1.0 + c * z;

		if (v <= 0.0)
			continue;
		v = v * v * v;
		if (log(uniform()) < 0.5 * z * z + d - d * v + d * log(v))
			return d * v * (shape < 1.0 ? pow(uniform(), 1.0 / shape) : 1.0);
	}
}

static double
beta_draw(double a, double b)
{
	double		x = gamma_draw(a);

	return x / (x + gamma_draw(b));
}

/* ---- fits ---- */

static int	sort_width;
static size_t rows_left;

static int
compare(const void *a, const void *b)
{
	return segm_row_compare(a, b, sort_width);
}

static void
set_row(size_t i, double x, double t_x, double t, double count)
{
	double	   *row = sample + i * WIDTH;

	row[SEGM_ROW_KIND] = SEGM_ROW_ORDERS;
	row[SEGM_ROW_X] = x;
	row[SEGM_ROW_T_X] = t_x;
	row[SEGM_ROW_T] = t;
	row[WIDTH - 1] = count;
}

static SegmFitProblem
problem_of(SegmFamilyCode code, size_t n, int width)
{
	SegmFitProblem problem;

	memset(&problem, 0, sizeof(problem));
	sort_width = width;
	qsort(sample, n, (size_t) width * sizeof(double), compare);
	problem.family = segm_family(code);
	problem.rows.rows = sample;
	problem.rows.n = segm_rows_fold(sample, &n, width) == SEGM_OK ? n : 0;
	problem.rows.width = width;
	problem.covariates = width - WIDTH;
	problem.stride = 1;
	return problem;
}

static SegmFitResult
fit(SegmFitProblem *problem, double parameters[])
{
	double		point[SEGM_FIT_MAX_DIMENSION];
	SegmFitResult result;

	memset(&result, 0, sizeof(result));
	result.status = segm_fit_start(problem, NULL, 0, point);
	if (result.status != SEGM_FIT_TOO_FEW)
	{
		segm_fit_polish(problem, point, &result);
		segm_fit_parameters(problem, point, parameters);
	}
	return result;
}

static int	asked;

static bool
stop_second(void)
{
	return ++asked == 2;
}

/* A row of BG/BB may be a million opportunities long: a cancel does not wait for a thousand of them. */
static void
stops(void)
{
	SegmFitProblem problem;
	double		point[SEGM_FIT_MAX_DIMENSION],
				gradient[SEGM_FIT_MAX_DIMENSION],
				value;

	for (size_t i = 0; i < 6; i++)
		set_row(i, 1.0, (double) i + 1.0, 1000.0, 1.0);
	problem = problem_of(SEGM_BG_BB, 6, WIDTH);
	problem.poll = stop_second;
	ok(segm_fit_start(&problem, NULL, 0, point) == SEGM_FIT_INTERIOR &&
	   segm_fit_objective(&problem, point, &value, gradient) == SEGM_STOPPED && asked == 2,
	   "bg_bb: stopped at the second row");
}

/* The gradient against differences of the likelihood, at random points. */
static void
gradients(SegmFamilyCode code, int covariates)
{
	int			width = SEGM_ROW_WIDTH(covariates);
	SegmFitProblem problem;
	double		point[SEGM_FIT_MAX_DIMENSION],
				gradient[SEGM_FIT_MAX_DIMENSION],
				unused[SEGM_FIT_MAX_DIMENSION],
				worst = 0.0;

	state = 17 + (uint64_t) code;
	for (size_t i = 0; i < 200; i++)
	{
		double	   *row = sample + i * (size_t) width;
		double		n = floor(1.0 + 50.0 * uniform()),
					t_x = floor(n * uniform()),
					x = t_x > 0.0 ? floor(1.0 + (t_x - 1.0) * uniform()) : 0.0;

		row[SEGM_ROW_KIND] = code == SEGM_GAMMA_GAMMA ? SEGM_ROW_SPEND : SEGM_ROW_ORDERS;
		row[SEGM_ROW_X] = code == SEGM_GAMMA_GAMMA ? x + 1.0 : x;
		row[SEGM_ROW_T_X] = code == SEGM_GAMMA_GAMMA ? 100.0 * uniform() : t_x;
		row[SEGM_ROW_T] = code == SEGM_GAMMA_GAMMA ? 0.0 : n;
		for (int j = 0; j < covariates; j++)
			row[SEGM_ROW_COVARIATES + j] = floor(3.0 * uniform());
		row[width - 1] = 1.0 + floor(3.0 * uniform());
	}
	problem = problem_of(code, 200, width);
	problem.covariates = covariates;
	problem.penalty = 0.01;
	segm_fit_start(&problem, NULL, 0, point);
	for (int round = 0; round < 10; round++)
	{
		double		value;

		for (int i = 0; i < problem.dimension; i++)
			point[i] = 2.0 * (uniform() - 0.5);
		segm_fit_objective(&problem, point, &value, gradient);
		for (int i = 0; i < problem.dimension; i++)
		{
			double		keep = point[i],
						h = 1e-5,
						up,
						down;

			point[i] = keep + h;
			segm_fit_objective(&problem, point, &up, unused);
			point[i] = keep - h;
			segm_fit_objective(&problem, point, &down, unused);
			point[i] = keep;
			worst = fmax(worst, fabs((up - down) / (2.0 * h) - gradient[i])
						 / fmax(1.0, fabs(gradient[i])));
		}
	}
	ok(worst < 1e-8, "%s, %d covariates: gradient agrees with differences, %.1e",
	   problem.family->name, covariates, worst);
}

/*
 * Donations of 11,104 people over six years: Fader, Hardie & Shang 2010, table
 * 1 and the fit printed there.
 */
static void
donations(void)
{
	static const double table[22][3] = {
		{6, 6, 1203}, {5, 6, 728}, {4, 6, 512}, {3, 6, 357}, {2, 6, 234}, {1, 6, 129},
		{5, 5, 335}, {4, 5, 284}, {3, 5, 225}, {2, 5, 173}, {1, 5, 119},
		{4, 4, 240}, {3, 4, 181}, {2, 4, 155}, {1, 4, 78},
		{3, 3, 322}, {2, 3, 255}, {1, 3, 129},
		{2, 2, 613}, {1, 2, 277}, {1, 1, 1091}, {0, 0, 3464}
	};
	static const double published[4] = {1.204, 0.750, 0.657, 2.783};
	SegmFitProblem problem;
	SegmFitResult result;
	double		parameters[SEGM_FIT_MAX_DIMENSION];

	for (size_t i = 0; i < 22; i++)
		set_row(i, table[i][0], table[i][1], 6.0, table[i][2]);
	problem = problem_of(SEGM_BG_BB, 22, WIDTH);
	result = fit(&problem, parameters);
	ok(problem.totals.customers == 11104.0, "donations: 11104 people");
	ok(result.status == SEGM_FIT_INTERIOR, "donations: a proper maximum");
	ok(fabs(result.log_likelihood - -33225.6) < 0.05, "donations: log-likelihood %.4f",
	   result.log_likelihood);
	for (int i = 0; i < 4; i++)
		ok(fabs(parameters[i] - published[i]) < 0.0005, "donations: %s = %.5f",
		   problem.family->parameter_names[i], parameters[i]);
}

/* One simulated customer; covariate values multiply rates by exp(0.5 z). */
static void
simulate(SegmFamilyCode code, const double p[4], double t, double z, double *x, double *t_x)
{
	double		effect = exp(0.5 * z),
				lambda = gamma_draw(p[0]) / p[1] * effect,
				now = 0.0;
	double		quit = code == SEGM_PARETO_NBD ? exponential(gamma_draw(p[2]) / p[3] * effect)
		: beta_draw(p[2] * effect, p[3] * effect);

	*x = *t_x = 0.0;
	if (code == SEGM_MBG_NBD && uniform() < quit)
		return;
	for (;;)
	{
		now += exponential(lambda);
		if (now > t || (code == SEGM_PARETO_NBD && now > quit))
			return;
		*x += 1.0;
		*t_x = now;
		if (code != SEGM_PARETO_NBD && uniform() < quit)
			return;
	}
}

/* Known parameters are found again, within 3 standard errors in 95 of 100. */
static void
recovery(SegmFamilyCode code, const double p[4], size_t customers, int seeds)
{
	int			good = 0,
				interior = 0;

	for (int seed = 0; seed < seeds; seed++)
	{
		SegmFitProblem problem;
		SegmFitResult result;
		double		parameters[SEGM_FIT_MAX_DIMENSION] = {0.0};
		bool		all = true;

		state = 1000003u * (uint64_t) (seed + 1);
		for (size_t i = 0; i < customers; i++)
		{
			double		x,
						t_x,
						t = 40.0 + (double) (i % 60);

			simulate(code, p, t, 0.0, &x, &t_x);
			set_row(i, x, t_x, t, 1.0);
		}
		problem = problem_of(code, customers, WIDTH);
		result = fit(&problem, parameters);
		if (result.status == SEGM_FIT_INTERIOR)
			interior++;
		for (int k = 0; k < 4; k++)
			if (!(fabs(log(parameters[k] / p[k])) <= 3.0 * result.standard_errors[k] / parameters[k]))
				all = false;
		good += all;
	}
	ok(good >= (95 * seeds + 99) / 100, "%s: all parameters within 3 standard errors in %d of %d samples",
	   segm_family((int) code)->name, good, seeds);
	ok(interior >= (95 * seeds + 99) / 100, "%s: a proper maximum in %d of %d",
	   segm_family((int) code)->name, interior, seeds);
}

/* The same fit on a grid of days and row by row: their second derivatives come about differently. */
static void
fits_on_grids(SegmFamilyCode code, const double p[4])
{
	static SegmBgTime times[200];
	double		parameters[2][SEGM_FIT_MAX_DIMENSION] = {{0.0}},
				worst = 0.0,
				worst_error = 0.0;
	SegmFitResult result[2];

	state = 31337;
	for (size_t i = 0; i < MAX_ROWS; i++)
	{
		double		x,
					t_x,
					t = 40.0 + (double) (i % 60);

		simulate(code, p, t, 0.0, &x, &t_x);
		set_row(i, x, fmin(t, ceil(t_x)), t, 1.0);
	}
	for (int on = 0; on < 2; on++)
	{
		SegmFitProblem problem = problem_of(code, on == 0 ? MAX_ROWS : rows_left, WIDTH);

		rows_left = problem.rows.n;
		problem.penalty = 0.001;
		if (on == 1)
		{
			problem.steps = 1.0;
			problem.grid = times;
			problem.grid_size = segm_fit_grid_size(&problem);
		}
		result[on] = fit(&problem, parameters[on]);
	}
	for (int k = 0; k < 4; k++)
	{
		worst = fmax(worst, fabs(parameters[1][k] / parameters[0][k] - 1.0));
		worst_error = fmax(worst_error,
						   fabs(result[1].standard_errors[k] / result[0].standard_errors[k] - 1.0));
	}
	ok(result[0].status == SEGM_FIT_INTERIOR && result[1].status == SEGM_FIT_INTERIOR && worst < 1e-7,
	   "%s on a grid: the same parameters, %.1e", segm_family((int) code)->name, worst);
	ok(worst_error < 1e-6, "and standard errors, %.1e", worst_error);
}

/* A penalty beyond all measure: the search ends, whatever it finds. */
static void
absurd_penalty(SegmFamilyCode code, const double p[4])
{
	double		parameters[SEGM_FIT_MAX_DIMENSION] = {0.0};
	SegmFitProblem problem;
	SegmFitResult result;

	state = 5;
	for (size_t i = 0; i < 500; i++)
	{
		double		x,
					t_x;

		simulate(code, p, 50.0, 0.0, &x, &t_x);
		set_row(i, x, t_x, 50.0, 1.0);
	}
	problem = problem_of(code, 500, WIDTH);
	problem.penalty = 1e308;
	result = fit(&problem, parameters);
	ok(result.status != SEGM_FIT_INTERIOR || isfinite(result.objective),
	   "%s: a penalty of 1e308 ends", segm_family((int) code)->name);
}

/* Two covariates, one that matters and one that does not. */
static void
covariates(SegmFamilyCode code, const double p[4])
{
	int			width = SEGM_ROW_WIDTH(2);
	size_t		customers = 5000;
	SegmFitProblem problem;
	SegmFitResult result;
	double		parameters[SEGM_FIT_MAX_DIMENSION] = {0.0};

	state = 4242;
	for (size_t i = 0; i < customers; i++)
	{
		double	   *row = sample + i * (size_t) width;
		double		z = (double) (i % 2);

		row[SEGM_ROW_KIND] = SEGM_ROW_ORDERS;
		row[SEGM_ROW_T] = 40.0 + (double) (i % 60);
		simulate(code, p, row[SEGM_ROW_T], z, &row[SEGM_ROW_X], &row[SEGM_ROW_T_X]);
		row[SEGM_ROW_COVARIATES] = z;
		row[SEGM_ROW_COVARIATES + 1] = (double) (i % 3 == 0);
		row[width - 1] = 1.0;
	}
	problem = problem_of(code, customers, width);
	problem.covariates = 2;
	result = fit(&problem, parameters);
	ok(result.status == SEGM_FIT_INTERIOR, "%s with covariates: a proper maximum",
	   problem.family->name);
	for (int i = 4; i < problem.dimension; i++)
	{
		double		truth = i % 2 == 0 ? 0.5 : 0.0;

		ok(fabs(parameters[i] - truth) <= 3.0 * result.standard_errors[i],
		   "%s: coefficient %d is %.3f +- %.3f, truth %.1f", problem.family->name, i - 3,
		   parameters[i], result.standard_errors[i], truth);
	}
}

/* Shops whose likelihood has no proper maximum. */
static void
limits(void)
{
	SegmFitProblem problem;
	SegmFitResult result;
	double		parameters[SEGM_FIT_MAX_DIMENSION] = {0.0};
	static const SegmFamilyCode families[3] = {SEGM_BG_NBD, SEGM_MBG_NBD, SEGM_PARETO_NBD};

	for (int f = 0; f < 3; f++)
	{
		const SegmFamily *family = segm_family((int) families[f]);
		SegmCustomer customer = {3.0, 30.0, 39.0};

		/* a negative binomial: nobody ever lapses */
		state = 99;
		for (size_t i = 0; i < 3000; i++)
		{
			double		lambda = gamma_draw(0.8) / 5.0,
						now = 0.0,
						x = 0.0,
						t_x = 0.0;

			while ((now += exponential(lambda)) <= 52.0)
			{
				x += 1.0;
				t_x = now;
			}
			set_row(i, x, t_x, 52.0, 1.0);
		}
		problem = problem_of(families[f], 3000, WIDTH);
		result = fit(&problem, parameters);
		ok(result.status == SEGM_FIT_BOUNDARY, "%s: nobody lapses is a boundary", family->name);
		ok(segm_parameters_check(parameters, 4) == SEGM_OK, "%s: with parameters", family->name);
		ok(family->p_alive(parameters, &customer) > 0.9, "%s: everybody is alive", family->name);
		is_close(family->expected(parameters, &customer, 26.0),
				 (parameters[0] + 3.0) / (parameters[1] + 39.0) * 26.0, 0.05,
				 "expectation of a shop that nobody leaves");
		ok(isnan(result.standard_errors[0]), "%s: no standard errors", family->name);

		for (size_t i = 0; i < 500; i++)
			set_row(i, 0.0, 0.0, (double) i / 10.0, 1.0);
		problem = problem_of(families[f], 500, WIDTH);
		result = fit(&problem, parameters);
		ok(result.status == SEGM_FIT_TOO_FEW, "%s: nobody came back", family->name);

		for (size_t i = 0; i < 500; i++)
			set_row(i, 2.0, 20.0, 39.0, 1.0);
		problem = problem_of(families[f], 500, WIDTH);
		result = fit(&problem, parameters);
		ok(result.status == SEGM_FIT_BOUNDARY, "%s: all the same is a boundary", family->name);
		ok(segm_parameters_check(parameters, 4) == SEGM_OK, "%s: with parameters", family->name);
	}
}

/* Folding adds up equal rows and nothing else. */
static void
folding(void)
{
	SegmRows	rows;
	SegmSampleTotals totals;
	size_t		n;

	set_row(0, 1.0, 2.0, 3.0, 1.0);
	set_row(1, 0.0, 0.0, 3.0, 2.0);
	set_row(2, 1.0, 2.0, 3.0, 5.0);
	set_row(3, 1.0, 2.5, 3.0, 1.0);
	set_row(4, 2.0, 7.5, 0.0, 4.0);
	sample[4 * WIDTH + SEGM_ROW_KIND] = SEGM_ROW_SPEND;
	sort_width = WIDTH;
	qsort(sample, 5, WIDTH * sizeof(double), compare);
	n = 5;
	ok(segm_rows_fold(sample, &n, WIDTH) == SEGM_OK && n == 4, "equal rows are one");
	rows = segm_rows_of_kind(sample, n, WIDTH, SEGM_ROW_ORDERS);
	is_int((long long) rows.n, 3, "rows of orders");
	is_close(rows.rows[WIDTH + WIDTH - 1], 6.0, 0.0, "with their count");
	segm_sample_totals(&rows, &totals);
	is_close(totals.customers, 9.0, 0.0, "customers");
	is_close(totals.repeat_customers, 7.0, 0.0, "repeat customers");
	rows = segm_rows_of_kind(sample, n, WIDTH, SEGM_ROW_SPEND);
	is_int((long long) rows.n, 1, "rows of spend");
	ok(segm_row_check(rows.rows, WIDTH) == SEGM_OK, "a row of spend");
	sample[4 * WIDTH - 1] = 0.5;
	ok(segm_row_check(rows.rows, WIDTH) == SEGM_DOMAIN, "half a customer");
}

/* As many equal ones as a double counts, and one more. */
static void
too_many(void)
{
	for (int more = 0; more <= 1; more++)
	{
		SegmStatus	wanted = more == 0 ? SEGM_OK : SEGM_OVERFLOW;
		SegmRows	rows = {sample, 2, WIDTH};
		uint64_t	keys[2];
		double		counts[2];
		unsigned	time_bits;
		size_t		n = 2;

		set_row(0, 1.0, 2.0, 3.0, 9007199254740991.0);
		set_row(1, 1.0, 2.0, 3.0, 1.0 + more);
		ok(segm_rows_keys(&rows, 1.0, keys, &time_bits) &&
		   segm_rows_of_keys(sample, &n, 1.0, keys, time_bits, counts) == wanted, "by keys, %d too many", more);
		set_row(0, 1.0, 2.0, 3.0, 9007199254740991.0);
		n = 2;
		ok(segm_rows_fold(sample, &n, WIDTH) == wanted, "by comparison, %d too many", more);
		if (more == 0)
			ok(n == 1 && segm_row_check(sample, WIDTH) == SEGM_OK, "what is left is a row");
	}
}

/* A stored model is read, and no byte of it is trusted. */
static void
stored(void)
{
	struct
	{
		SegmModelHeader header;
		SegmModelPart parts[2];
		double		coefficients[6];
		char		names[8];
	}			bytes;
	size_t		length = offsetof(__typeof__(bytes), names) + 3;
	SegmModel	model;

	memset(&bytes, 0, sizeof(bytes));
	bytes.header.version = SEGM_MODEL_VERSION;
	bytes.header.parts = 2;
	bytes.header.covariates = 1;
	strcpy(bytes.header.unit, "week");
	strcpy(bytes.names, "ad");
	for (int i = 0; i < 2; i++)
	{
		bytes.parts[i].family = i == 0 ? SEGM_BG_NBD : SEGM_GAMMA_GAMMA;
		bytes.parts[i].status = SEGM_FIT_INTERIOR;
		bytes.parts[i].customers = 10.0;
		for (int k = 0; k < 4; k++)
			bytes.parts[i].parameters[k] = 0.5;
	}
	ok(segm_model_read(&bytes, length, &model) == SEGM_OK, "a model");
	ok(model.orders == &bytes.parts[0] && model.spend == &bytes.parts[1], "its parts");
	is_int(model.coefficients_count, 3, "its coefficients");
	is_str(model.names, "ad", "their name");
	ok(segm_model_part_usable(model.orders), "an estimate");

	for (size_t cut = 0; cut < length; cut++)
		if (segm_model_read(&bytes, cut, &model) == SEGM_OK)
			ok(false, "cut after %zu bytes", cut);
	ok(segm_model_read(&bytes, length + 1, &model) == SEGM_CORRUPT, "a byte too many");
	bytes.header.version = 2;
	ok(segm_model_read(&bytes, length, &model) == SEGM_VERSION, "a later version");
	bytes.header.version = SEGM_MODEL_VERSION;
	bytes.header.unit[0] = '"';
	ok(segm_model_read(&bytes, length, &model) == SEGM_CORRUPT, "a unit that is no word");
	bytes.header.unit[0] = 'w';
	bytes.parts[1].family = SEGM_PARETO_NBD;
	ok(segm_model_read(&bytes, length, &model) == SEGM_CORRUPT, "two order models");
	bytes.parts[1].family = SEGM_GAMMA_GAMMA;
	bytes.parts[0].parameters[2] = NAN;
	ok(segm_model_read(&bytes, length, &model) != SEGM_OK, "half an estimate");
	bytes.parts[0].parameters[2] = 0.5;
	for (int k = 0; k < 6; k++)
	{
		SegmModelPart *part = &bytes.parts[k % 2];
		double	   *place = k < 2 ? &part->customers : k < 4 ? &part->standard_errors[1] : &part->penalty;
		double		before = *place;

		*place = INFINITY;
		ok(segm_model_read(&bytes, length, &model) == SEGM_CORRUPT, "infinity %d", k);
		*place = before;
	}
	bytes.parts[0].customers = 9223372036854775808.0;
	ok(segm_model_read(&bytes, length, &model) == SEGM_CORRUPT, "more customers than an integer holds");
	bytes.parts[0].customers = 10.0;
	bytes.header.from_day = SEGM_MIN_DAY - 1;
	ok(segm_model_read(&bytes, length, &model) == SEGM_CORRUPT, "a day before all dates");
	bytes.header.from_day = SEGM_MIN_DAY;
	bytes.header.to_day = SEGM_MODEL_DAY_END;
	ok(segm_model_read(&bytes, length, &model) == SEGM_CORRUPT, "a day after all dates");
	bytes.header.to_day = SEGM_MODEL_DAY_END - 1;
	ok(segm_model_read(&bytes, length, &model) == SEGM_OK, "the first and the last day");
	bytes.parts[0].parameters[2] = -1.0;
	ok(segm_model_read(&bytes, length, &model) != SEGM_OK, "a negative parameter");
	for (int k = 0; k < 4; k++)
		bytes.parts[0].parameters[k] = NAN;
	ok(segm_model_read(&bytes, length, &model) == SEGM_OK, "no estimate is a model too");
	ok(!segm_model_part_usable(model.orders), "but says nothing");
	for (int i = 0; segm_fit_status_name(i) != NULL; i++)
		is_int(segm_fit_status_by_name(segm_fit_status_name(i)), i, segm_fit_status_name(i));
	is_int(segm_fit_status_by_name("perfect"), -1, "no such status");
}

/* Days, of a unit of a week: sorted as integers, and a likelihood by the terms of each day. */
static void
grids(void)
{
	static double plain[MAX_ROWS * WIDTH];
	static uint64_t keys[MAX_ROWS],
				scratch[MAX_ROWS];
	static SegmBgTime times[200];
	double		point[SEGM_FIT_MAX_DIMENSION],
				value[2],
				gradient[2][SEGM_FIT_MAX_DIMENSION],
				worst = 0.0;
	SegmRows	rows = {sample, MAX_ROWS, WIDTH};
	SegmFitProblem problem;
	unsigned	time_bits = 0;
	size_t		n,
				m;

	state = 4711;
	for (size_t i = 0; i < MAX_ROWS; i++)
	{
		double		end = floor(150.0 * uniform()),
					last = floor(10.0 * uniform()) == 0.0 ? 0.0 : floor((end + 1.0) * uniform());

		set_row(i, last > 0.0 ? floor(1.0 + 4.0 * uniform()) : 0.0, last / 7.0, end / 7.0,
				1.0 + floor(1.3 * uniform()));
	}
	ok(segm_rows_grid(&rows, 7.0) == 7.0, "days of weeks are found");
	ok(segm_rows_grid(&rows, 0.0) == 7.0, "and without a word of it");
	memcpy(plain, sample, sizeof(plain));
	ok(segm_rows_keys(&rows, 7.0, keys, &time_bits), "keys fit");
	segm_sort64(keys, scratch, MAX_ROWS, NULL);
	n = m = MAX_ROWS;
	ok(segm_rows_of_keys(sample, &n, 7.0, keys, time_bits, (double *) scratch) == SEGM_OK, "folded by keys");
	sort_width = WIDTH;
	qsort(plain, MAX_ROWS, WIDTH * sizeof(double), compare);
	ok(n < MAX_ROWS && segm_rows_fold(plain, &m, WIDTH) == SEGM_OK && m == n
	   && memcmp(plain, sample, n * WIDTH * sizeof(double)) == 0,
	   "sorted as integers: the same %zu rows to the byte", n);

	for (int f = 0; f < 2; f++)
	{
		problem = problem_of(f == 0 ? SEGM_BG_NBD : SEGM_MBG_NBD, n, WIDTH);
		segm_fit_start(&problem, NULL, 0, point);
		for (int round = 0; round < 20; round++)
		{
			for (int i = 0; i < 4; i++)
				point[i] = 3.0 * (uniform() - 0.5);
			for (int on = 0; on < 2; on++)
			{
				problem.steps = on == 1 ? 7.0 : 0.0;
				problem.grid = times;
				problem.grid_size = segm_fit_grid_size(&problem);
				segm_fit_objective(&problem, point, &value[on], gradient[on]);
			}
			worst = fmax(worst, fabs(value[1] / value[0] - 1.0));
			for (int i = 0; i < 4; i++)
				worst = fmax(worst, fabs(gradient[1][i] - gradient[0][i]));
		}
		ok(problem.grid_size == 150 && worst < 1e-12, "%s: the likelihood by days, %.1e",
		   problem.family->name, worst);
	}
	sample[SEGM_ROW_T] += 0.01;
	ok(segm_rows_grid(&rows, 7.0) == 0.0, "a time between the days: no grid");
	set_row(0, 1.0, 1.0, 20000.0, 1.0);
	ok(segm_rows_grid(&rows, 7.0) == 0.0, "nor one that is too far off");
}

int
main(void)
{
	static const double bg[4] = {0.55, 8.0, 0.9, 2.5};
	static const double pareto[4] = {0.8, 9.0, 0.9, 14.0};

	for (int code = SEGM_BG_NBD; code <= SEGM_GAMMA_GAMMA; code++)
	{
		gradients((SegmFamilyCode) code, 0);
		if (segm_family(code)->groups > 0)
			gradients((SegmFamilyCode) code, 2);
	}
	stops();
	folding();
	too_many();
	grids();
	stored();
	donations();
	recovery(SEGM_BG_NBD, bg, 1500, 100);
	recovery(SEGM_MBG_NBD, bg, 1500, 100);
	recovery(SEGM_PARETO_NBD, pareto, 1000, 100);
	fits_on_grids(SEGM_BG_NBD, bg);
	fits_on_grids(SEGM_MBG_NBD, bg);
	absurd_penalty(SEGM_BG_NBD, bg);
	absurd_penalty(SEGM_PARETO_NBD, pareto);
	covariates(SEGM_BG_NBD, bg);
	covariates(SEGM_MBG_NBD, bg);
	covariates(SEGM_PARETO_NBD, pareto);
	limits();
	return tap_done();
}
