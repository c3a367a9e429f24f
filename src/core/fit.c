/*
 * fit.c
 *		The likelihood of a sample, and the last steps to its maximum: see
 *		fit.h.
 *
 * Rows are sorted by x, so what of a row's likelihood depends on x alone is
 * worked out once for all rows with the same x.
 */
#include <math.h>
#include <string.h>

#include "bg_bb.h"
#include "bg_nbd.h"
#include "fit.h"
#include "gamma_gamma.h"
#include "mbg_nbd.h"
#include "pareto_nbd.h"

#define POLL_EVERY 1024
#define FLUSH_EVERY 512			/* 2^512 is a double */

/*
 * The search stays within e^+-WALL of its centre, beyond which no likelihood
 * changes visibly: outside, a parabola leads back.  Further out than LIMIT a
 * wild step sees the parabola only.
 */
#define WALL 16.0
#define LIMIT 24.0

/* Step of the differences that give the second derivatives. */
#define DIFFERENCE 1e-4

#define POLISH_STEPS 40
#define POLISH_STEPS_LARGE 20	/* of a sample whose every evaluation counts */

/* A step this small, in every logarithm, ends the search at a maximum. */
#define STEP_DONE 1e-8

/* A step this small counts as done when rounding allows no better. */
#define STEP_GOOD 1e-5

/* A large step that would gain less log-likelihood than this: it is flat. */
#define GAIN_FLAT 1e-6
#define STEP_FLAT 0.1

/* Steps of at least this size that gain next to nothing, one after another. */
#define GAIN_STALLED 1e-7
#define STEP_STALLED 1e-3
#define STALLS 2

/* No step is longer than this, nor halved more often. */
#define STEP_MAX 2.0
#define HALVINGS 12

/* What all rows with the same x (and the same parameters) share. */
typedef union CountTerms
{
	SegmBgCount bg;
	SegmParetoCount pareto;
} CountTerms;

static void
count_terms(SegmFamilyCode code, const double parameters[], double x, CountTerms *terms)
{
	switch (code)
	{
		case SEGM_BG_NBD:
			segm_bg_nbd_count_terms(parameters, x, &terms->bg);
			break;
		case SEGM_MBG_NBD:
			segm_mbg_nbd_count_terms(parameters, x, &terms->bg);
			break;
		case SEGM_PARETO_NBD:
			segm_pareto_nbd_count_terms(parameters, x, &terms->pareto);
			break;
		case SEGM_BG_BB:
		case SEGM_GAMMA_GAMMA:
			break;
	}
}

/* One row's log-likelihood and derivatives by the logarithms. */
static double
row_gradient(SegmFamilyCode code, const double parameters[], const double *row,
			 const CountTerms *terms, double gradient[SEGM_MAX_PARAMETERS])
{
	SegmCustomer customer = {row[SEGM_ROW_X], row[SEGM_ROW_T_X], row[SEGM_ROW_T]};

	switch (code)
	{
		case SEGM_BG_NBD:
			return segm_bg_nbd_gradient(parameters, &customer, &terms->bg, gradient);
		case SEGM_MBG_NBD:
			return segm_mbg_nbd_gradient(parameters, &customer, &terms->bg, gradient);
		case SEGM_PARETO_NBD:
			return segm_pareto_nbd_gradient(parameters, &customer, &terms->pareto, gradient);
		case SEGM_BG_BB:
			return segm_bg_bb_gradient(parameters, &customer, gradient);
		case SEGM_GAMMA_GAMMA:
			return segm_gamma_gamma_gradient(parameters, row[SEGM_ROW_X], row[SEGM_ROW_VALUE],
											 gradient);
	}
	return 0.0;
}

void
segm_fit_parameters(const SegmFitProblem *problem, const double point[], double parameters[])
{
	int			n = problem->family->parameters;

	for (int i = 0; i < n; i++)
	{
		double		off = point[i] - problem->centre[i];

		parameters[i] = exp(problem->centre[i] + fmax(-LIMIT, fmin(LIMIT, off)));
		parameters[i] = fmax(SEGM_PARAMETER_MIN, fmin(SEGM_PARAMETER_MAX, parameters[i]));
	}
	for (int i = n; i < problem->dimension; i++)
		parameters[i] = point[i];
}

size_t
segm_fit_grid_size(const SegmFitProblem *problem)
{
	const SegmRows *rows = &problem->rows;
	SegmFamilyCode code = problem->family->code;
	double		end = 0.0;

	if (problem->steps == 0.0 || problem->covariates > 0
		|| (code != SEGM_BG_NBD && code != SEGM_MBG_NBD))
		return 0;
	for (size_t i = 0; i < rows->n; i++)
		end = fmax(end, rows->rows[i * (size_t) rows->width + SEGM_ROW_T]);
	return segm_grid_step(end, problem->steps) + 1;
}

/*
 * Mean log-likelihood and gradient of rows on a grid of times: the terms of
 * every time once, and one logarithm for the product of many factors 1..2.
 */
static SegmStatus
mean_on_grid(const SegmFitProblem *problem, const double parameters[], double *value,
			 double gradient[])
{
	const SegmRows *rows = &problem->rows;
	SegmFamilyCode code = problem->family->code;
	double		steps = problem->steps,
				x = -1.0,
				weight = 0.0,
				sum = 0.0,
				product = 1.0,
				total[SEGM_MAX_PARAMETERS] = {0.0};
	CountTerms	terms;
	size_t		seen = 0;

	for (size_t k = 0; k < problem->grid_size; k++)
		segm_bg_time(parameters, (double) k / steps, &problem->grid[k]);
	for (size_t i = 0; i < rows->n; i += problem->stride)
	{
		const double *row = rows->rows + i * (size_t) rows->width;
		const SegmBgTime *last = &problem->grid[segm_grid_step(row[SEGM_ROW_T_X], steps)],
				   *end = &problem->grid[segm_grid_step(row[SEGM_ROW_T], steps)];
		double		count = row[rows->width - 1],
					odds,
					part[SEGM_MAX_PARAMETERS];

		if (++seen % FLUSH_EVERY == 0)
		{
			sum += log(product);
			product = 1.0;
			if (seen % POLL_EVERY == 0 && problem->poll != NULL && problem->poll())
				return SEGM_STOPPED;
		}
		if (row[SEGM_ROW_X] != x)
		{
			x = row[SEGM_ROW_X];
			count_terms(code, parameters, x, &terms);
		}
		sum += count * segm_bg_gradient_of_times(parameters, x, last, end,
												 end->log_growth - last->log_growth,
												 &terms.bg, part, &odds);
		if (count == 1.0)
			product *= 1.0 + odds;
		else
			sum += count * log1p(odds);
		weight += count;
		for (int k = 0; k < SEGM_MAX_PARAMETERS; k++)
			total[k] += count * part[k];
	}
	*value = (sum + log(product)) / weight;
	for (int k = 0; k < SEGM_MAX_PARAMETERS; k++)
		gradient[k] = total[k] / weight;
	return SEGM_OK;
}

/* Rows from one poll to the next: of BG/BB one alone may sum over a million opportunities. */
static size_t
poll_every(SegmFamilyCode code)
{
	return code == SEGM_BG_BB ? 1 : POLL_EVERY;
}

/* Mean log-likelihood of the rows and its gradient, without penalty or walls. */
static SegmStatus
mean_log_likelihood(const SegmFitProblem *problem, const double parameters[],
					double *value, double gradient[])
{
	const SegmFamily *family = problem->family;
	const SegmRows *rows = &problem->rows;
	int			covariates = problem->covariates;
	const double *coefficients = parameters + family->parameters;
	const double *shared = NULL;	/* the row that terms belong to */
	double		own[SEGM_MAX_PARAMETERS] = {0.0},
				weight = 0.0,
				sum = 0.0;
	CountTerms	terms;
	size_t		seen = 0,
				every = poll_every(family->code);

	if (problem->grid_size > 0)
		return mean_on_grid(problem, parameters, value, gradient);
	memset(gradient, 0, (size_t) problem->dimension * sizeof(double));
	memcpy(own, parameters, (size_t) family->parameters * sizeof(double));
	for (size_t i = 0; i < rows->n; i += problem->stride)
	{
		const double *row = rows->rows + i * (size_t) rows->width;
		double		count = row[rows->width - 1];
		double		part[SEGM_MAX_PARAMETERS];
		bool		fresh = shared == NULL || shared[SEGM_ROW_X] != row[SEGM_ROW_X];

		if (++seen % every == 0 && problem->poll != NULL && problem->poll())
			return SEGM_STOPPED;
		if (covariates > 0)
		{
			size_t		size = (size_t) covariates * sizeof(double);

			if (shared == NULL || memcmp(shared + SEGM_ROW_COVARIATES,
										 row + SEGM_ROW_COVARIATES, size) != 0)
			{
				segm_family_adjust(family, parameters, coefficients,
								   row + SEGM_ROW_COVARIATES, covariates, own);
				fresh = true;
			}
		}
		if (fresh)
			count_terms(family->code, own, row[SEGM_ROW_X], &terms);
		shared = row;

		sum += count * row_gradient(family->code, own, row, &terms, part);
		weight += count;
		for (int k = 0; k < family->parameters; k++)
			gradient[k] += count * part[k];
		for (int g = 0; covariates > 0 && g < family->groups; g++)
			for (int j = 0; j < covariates; j++)
				gradient[family->parameters + g * covariates + j] += count * row[SEGM_ROW_COVARIATES + j]
					* family->group[g].sign * part[family->group[g].parameter];
	}
	*value = sum / weight;
	for (int k = 0; k < problem->dimension; k++)
		gradient[k] /= weight;
	return SEGM_OK;
}

SegmStatus
segm_fit_objective(const SegmFitProblem *problem, const double point[], double *value,
				   double gradient[])
{
	double		parameters[SEGM_FIT_MAX_DIMENSION];
	int			n = problem->family->parameters;
	SegmStatus	status;

	segm_fit_parameters(problem, point, parameters);
	status = mean_log_likelihood(problem, parameters, value, gradient);
	if (status != SEGM_OK)
		return status;
	*value = -*value;
	for (int i = 0; i < problem->dimension; i++)
	{
		double		square = parameters[i] * parameters[i];

		/* the derivative is by the logarithm, or by the coefficient itself */
		*value += problem->penalty * square;
		gradient[i] = -gradient[i]
			+ 2.0 * problem->penalty * (i < n ? square : parameters[i]);
		if (i < n)
		{
			double		off = point[i] - problem->centre[i],
						excess = off - fmax(-WALL, fmin(WALL, off));

			if (fabs(off) > LIMIT)
				gradient[i] = 0.0;
			*value += excess * excess;
			gradient[i] += 2.0 * excess;
		}
	}
	return SEGM_OK;
}

SegmFitStatus
segm_fit_start(SegmFitProblem *problem, const double *start, int attempt, double point[])
{
	const SegmFamily *family = problem->family;
	SegmSampleTotals *totals = &problem->totals;
	int			n = family->parameters;
	static const double guesses[SEGM_FIT_ATTEMPTS][SEGM_MAX_PARAMETERS] = {
		{0.5, 1.0, 0.8, 2.0}, {0.2, 1.0, 0.1, 0.3}
	};
	double		scale,
				guess[SEGM_MAX_PARAMETERS];

	problem->dimension = n + family->groups * problem->covariates;
	segm_sample_totals(&problem->rows, totals);
	if (totals->repeat_customers < n)
		return SEGM_FIT_TOO_FEW;

	/* the scale of time, or of money; 1 where nobody has been seen for long */
	scale = family->code == SEGM_GAMMA_GAMMA ? totals->value / totals->customers
		: totals->time / totals->customers;
	if (!(scale > 0.0))
		scale = 1.0;

	memcpy(guess, guesses[attempt], sizeof(guess));
	switch (family->code)
	{
		case SEGM_BG_NBD:
		case SEGM_MBG_NBD:
			guess[1] = guess[0] * totals->time / totals->purchases;
			break;
		case SEGM_PARETO_NBD:
			guess[1] = guess[0] * totals->time / totals->purchases;
			guess[3] = attempt == 0 ? scale : 0.1 * scale;
			break;
		case SEGM_BG_BB:
			/* purchases by opportunity */
			guess[0] = 1.0;
			guess[1] = fmax(0.1, totals->time / totals->purchases - 1.0);
			guess[2] = 0.5;
			guess[3] = 3.0;
			break;
		case SEGM_GAMMA_GAMMA:
			guess[0] = 3.0;
			guess[1] = 3.0;
			guess[2] = scale * (guess[1] - 1.0) / guess[0];
			break;
	}
	for (int i = 0; i < problem->dimension; i++)
	{
		if (i < n)
		{
			problem->centre[i] = (family->scaled >> i & 1u) != 0 ? log(scale) : 0.0;
			point[i] = log(start != NULL ? start[i]
						   : fmin(fmax(guess[i], SEGM_PARAMETER_MIN), SEGM_PARAMETER_MAX));
			point[i] = fmax(problem->centre[i] - WALL, fmin(problem->centre[i] + WALL, point[i]));
		}
		else
			point[i] = 0.0;
	}
	return SEGM_FIT_INTERIOR;
}

/* ---- the last steps ---- */

/* A symmetric matrix, the lower triangle in use. */
typedef double Matrix[SEGM_FIT_MAX_DIMENSION][SEGM_FIT_MAX_DIMENSION];

/*
 * Of the objective on a grid, exactly, at the price of two evaluations.
 */
static SegmStatus
second_derivatives_on_grid(const SegmFitProblem *problem, const double point[], Matrix h)
{
	const SegmRows *rows = &problem->rows;
	bool		modified = problem->family->code == SEGM_MBG_NBD;
	double		parameters[SEGM_FIT_MAX_DIMENSION],
				x = -1.0,
				weight = 0.0;
	SegmBgHessian sum = {{0.0}},
				shared = {{0.0}};
	CountTerms	terms;

	segm_fit_parameters(problem, point, parameters);
	for (size_t k = 0; k < problem->grid_size; k++)
		segm_bg_time(parameters, (double) k / problem->steps, &problem->grid[k]);
	for (size_t i = 0; i < rows->n; i++)
	{
		const double *row = rows->rows + i * (size_t) rows->width;
		double		count = row[rows->width - 1];

		if (i % POLL_EVERY == 0 && problem->poll != NULL && problem->poll())
			return SEGM_STOPPED;
		if (row[SEGM_ROW_X] != x)
		{
			x = row[SEGM_ROW_X];
			count_terms(problem->family->code, parameters, x, &terms);
			segm_bg_count_hessian(parameters, x, modified ? x + 1.0 : x, shared);
		}
		segm_bg_hessian_of_times(parameters, x,
								 &problem->grid[segm_grid_step(row[SEGM_ROW_T_X], problem->steps)],
								 &problem->grid[segm_grid_step(row[SEGM_ROW_T], problem->steps)],
								 &terms.bg, count, sum);
		for (int k = 0; k < SEGM_MAX_PARAMETERS; k++)
			for (int j = 0; j <= k; j++)
				sum[k][j] += count * shared[k][j];
		weight += count;
	}
	for (int k = 0; k < SEGM_MAX_PARAMETERS; k++)
	{
		for (int j = 0; j <= k; j++)
			h[k][j] = h[j][k] = -sum[k][j] / weight;
		/* the penalty and the walls, as in segm_fit_objective() */
		h[k][k] += 4.0 * problem->penalty * parameters[k] * parameters[k];
		if (fabs(point[k] - problem->centre[k]) > WALL)
			h[k][k] += 2.0;
	}
	return SEGM_OK;
}

/* By central differences of the gradient. */
static SegmStatus
second_derivatives(const SegmFitProblem *problem, const double point[], Matrix h)
{
	int			n = problem->dimension;
	double		moved[SEGM_FIT_MAX_DIMENSION],
				up[SEGM_FIT_MAX_DIMENSION],
				down[SEGM_FIT_MAX_DIMENSION],
				value;

	if (problem->grid_size > 0 && problem->stride == 1)
		return second_derivatives_on_grid(problem, point, h);
	memcpy(moved, point, (size_t) n * sizeof(double));
	for (int i = 0; i < n; i++)
	{
		SegmStatus	status;

		moved[i] = point[i] + DIFFERENCE;
		status = segm_fit_objective(problem, moved, &value, up);
		if (status != SEGM_OK)
			return status;
		moved[i] = point[i] - DIFFERENCE;
		status = segm_fit_objective(problem, moved, &value, down);
		if (status != SEGM_OK)
			return status;
		moved[i] = point[i];
		for (int j = 0; j < n; j++)
			h[i][j] = (up[j] - down[j]) / (2.0 * DIFFERENCE);
	}
	for (int i = 0; i < n; i++)
		for (int j = 0; j < i; j++)
			h[i][j] = h[j][i] = 0.5 * (h[i][j] + h[j][i]);
	return SEGM_OK;
}

/* Cholesky's factor of h + shift * identity; false if that is not positive. */
static bool
factorise(Matrix h, double shift, int n, Matrix l)
{
	for (int i = 0; i < n; i++)
		for (int j = 0; j <= i; j++)
		{
			double		sum = h[i][j] + (i == j ? shift : 0.0);

			for (int k = 0; k < j; k++)
				sum -= l[i][k] * l[j][k];
			if (i != j)
				l[i][j] = sum / l[j][j];
			else if (sum > 1e-15 * fabs(h[i][i]) && sum > 0.0)
				l[i][i] = sqrt(sum);
			else
				return false;
		}
	return true;
}

static void
solve(Matrix l, int n, const double right[], double x[])
{
	for (int i = 0; i < n; i++)
	{
		double		sum = right[i];

		for (int k = 0; k < i; k++)
			sum -= l[i][k] * x[k];
		x[i] = sum / l[i][i];
	}
	for (int i = n - 1; i >= 0; i--)
	{
		double		sum = x[i];

		for (int k = i + 1; k < n; k++)
			sum -= l[k][i] * x[k];
		x[i] = sum / l[i][i];
	}
}

static double
largest(const double v[], int n)
{
	double		max = 0.0;

	for (int i = 0; i < n; i++)
		max = fmax(max, fabs(v[i]));
	return max;
}

/* The same problem on every n-th row, unless all of them cost little. */
static SegmFitProblem
rough_problem(const SegmFitProblem *problem)
{
	SegmFitProblem rough = *problem;

	if (problem->grid_size == 0 && rough.rows.n / SEGM_FIT_ROUGH_ROWS > 1)
		rough.stride = rough.rows.n / SEGM_FIT_ROUGH_ROWS;
	return rough;
}

/* Has the search run against a wall? */
static bool
at_wall(const SegmFitProblem *problem, const double point[])
{
	for (int i = 0; i < problem->family->parameters; i++)
		if (fabs(point[i] - problem->centre[i]) > WALL - 1.0)
			return true;
	return false;
}

SegmStatus
segm_fit_polish(const SegmFitProblem *problem, double point[], SegmFitResult *result)
{
	int			n = problem->dimension;
	double		customers = problem->totals.customers,
				value,
				longest = HUGE_VAL,
				moved = HUGE_VAL,	/* since h was taken */
				gradient[SEGM_FIT_MAX_DIMENSION],
				step[SEGM_FIT_MAX_DIMENSION],
				parameters[SEGM_FIT_MAX_DIMENSION];
	int			stalls = 0,
				steps = problem->grid_size == 0 && problem->rows.n > SEGM_FIT_RETRY_ROWS
	? POLISH_STEPS_LARGE : POLISH_STEPS;
	bool		proper = false,
				walled = false;
	SegmFitProblem rough = rough_problem(problem);
	Matrix		h,
				l;
	SegmStatus	status;

	memset(l, 0, sizeof(l));
	result->status = SEGM_FIT_NOT_CONVERGED;
	status = segm_fit_objective(problem, point, &value, gradient);
	for (int i = 0; status == SEGM_OK && i < steps; i++)
	{
		double		shift = 0.0,
					gain = 0.0,
					next_value,
					next[SEGM_FIT_MAX_DIMENSION],
					next_gradient[SEGM_FIT_MAX_DIMENSION];

		/* second derivatives serve a few steps while these are short */
		if (moved > 1e-2)
		{
			status = second_derivatives(&rough, point, h);
			if (status != SEGM_OK)
				break;
			moved = 0.0;
		}
		while (!factorise(h, shift, n, l) && isfinite(shift))
			shift = shift == 0.0 ? 1e-12 + 1e-9 * fabs(h[0][0]) : 10.0 * shift;
		/* second derivatives that are no numbers: nowhere to go from here */
		if (!isfinite(shift))
			break;
		proper = shift == 0.0;
		solve(l, n, gradient, step);
		for (int k = 0; k < n; k++)
			gain += gradient[k] * step[k];
		longest = largest(step, n);

		/* a long way to go for nothing: flat towards a limit */
		if (gain * customers < GAIN_FLAT && (longest > STEP_FLAT || !proper))
		{
			result->status = SEGM_FIT_BOUNDARY;
			break;
		}
		if (longest > STEP_MAX)
			for (int k = 0; k < n; k++)
				step[k] *= STEP_MAX / longest;

		/* halve until it is no longer uphill; rounding forgiven */
		for (int tries = 0; tries < HALVINGS; tries++)
		{
			for (int k = 0; k < n; k++)
				next[k] = point[k] - step[k];
			status = segm_fit_objective(problem, next, &next_value, next_gradient);
			result->evaluations++;
			if (status != SEGM_OK || next_value <= value + 1e-14 * fabs(value))
				break;
			for (int k = 0; k < n; k++)
				step[k] *= 0.5;
		}
		if (status != SEGM_OK)
			break;
		stalls = (value - next_value) * customers < GAIN_STALLED && longest > STEP_STALLED
			? stalls + 1 : 0;
		memcpy(point, next, (size_t) n * sizeof(double));
		memcpy(gradient, next_gradient, (size_t) n * sizeof(double));
		value = next_value;
		moved += largest(step, n);
		walled = walled || at_wall(problem, point);
		if (stalls == STALLS)
		{
			result->status = SEGM_FIT_BOUNDARY;
			break;
		}
		if (longest < STEP_DONE && proper)
		{
			result->status = SEGM_FIT_INTERIOR;
			break;
		}
	}
	if (status != SEGM_OK)
		return status;
	if (result->status == SEGM_FIT_NOT_CONVERGED && proper && longest < STEP_GOOD)
		result->status = SEGM_FIT_INTERIOR;
	/* one that turns back from a wall and then finds no end had none to find */
	if (at_wall(problem, point) || (walled && result->status == SEGM_FIT_NOT_CONVERGED))
		result->status = SEGM_FIT_BOUNDARY;

	result->objective = value;

	/* the likelihood itself, and what it says about the precision */
	segm_fit_parameters(problem, point, parameters);
	status = mean_log_likelihood(problem, parameters, &value, gradient);
	result->evaluations++;
	result->log_likelihood = value * customers;
	if (status == SEGM_OK && result->status == SEGM_FIT_INTERIOR)
	{
		status = second_derivatives(problem, point, h);
		result->evaluations += problem->grid_size > 0 ? 2 : 2 * n;
	}
	if (status != SEGM_OK)
		return status;
	proper = result->status == SEGM_FIT_INTERIOR && factorise(h, 0.0, n, l);
	for (int i = 0; i < n; i++)
	{
		double		unit[SEGM_FIT_MAX_DIMENSION] = {0.0};

		result->standard_errors[i] = NAN;
		if (!proper)
			continue;
		unit[i] = 1.0;
		solve(l, n, unit, step);
		result->standard_errors[i] = sqrt(step[i] / customers)
			* (i < problem->family->parameters ? parameters[i] : 1.0);
		/* as good as none, and no model can hold it */
		if (isinf(result->standard_errors[i]))
			result->standard_errors[i] = NAN;
	}
	return SEGM_OK;
}
