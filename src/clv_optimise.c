/*
 * clv_optimise.c
 *		Maximum likelihood: drives liblbfgs over the core's likelihood.
 *
 * The library allocates with malloc and calls back, so nothing may jump
 * through it: the callbacks look for a pending cancel, make the library stop,
 * and the error is raised after it has freed its memory.
 */
#include "postgres.h"

#include <lbfgs.h>

#include "miscadmin.h"
#include "utils/float.h"

#include "clv_model.h"

/* Large samples are approached by every n-th row, about so many. */
#define WARM_ROWS	SEGM_FIT_ROUGH_ROWS
#define MAX_ITERATIONS	400		/* literal: of the quasi-Newton search */
#define ROUGH_GRADIENT	1e-6	/* literal: the Newton steps do the rest */

typedef struct Search
{
	const SegmFitProblem *problem;
	int			evaluations;
	bool		stopped;
} Search;

/* Would CHECK_FOR_INTERRUPTS() end this query? */
static bool
cancel_pending(void)
{
	return InterruptPending && (QueryCancelPending || ProcDiePending);
}

/*
 * Once stopped, a value that every line search accepts at once: the library
 * then reports progress and is told to end.
 */
static lbfgsfloatval_t
evaluate(void *instance, const lbfgsfloatval_t *point, lbfgsfloatval_t *gradient,
		 const int n, const lbfgsfloatval_t step)
{
	Search	   *search = instance;
	double		value = 0;

	memset(gradient, 0, sizeof(*gradient) * n);
	if (!search->stopped
		&& segm_fit_objective(search->problem, point, &value, gradient) != SEGM_OK)
	{
		search->stopped = true;
		memset(gradient, 0, sizeof(*gradient) * n);
		value = 0;
	}
	search->evaluations++;
	return value;
}

static int
progress(void *instance, const lbfgsfloatval_t *point, const lbfgsfloatval_t *gradient,
		 const lbfgsfloatval_t value, const lbfgsfloatval_t point_norm,
		 const lbfgsfloatval_t gradient_norm, const lbfgsfloatval_t step,
		 int n, int iteration, int evaluations)
{
	Search	   *search = instance;

	return search->stopped || cancel_pending() ? LBFGS_STOP : 0;
}

/* From a start to the neighbourhood of the optimum; returns evaluations. */
static int
approach(const SegmFitProblem *problem, double *point)
{
	Search		search = {problem};
	lbfgs_parameter_t settings;
	lbfgsfloatval_t *x = lbfgs_malloc(problem->dimension);
	bool		finite = true;

	if (x == NULL)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	lbfgs_parameter_init(&settings);
	settings.epsilon = ROUGH_GRADIENT;
	settings.max_iterations = MAX_ITERATIONS;
	memcpy(x, point, sizeof(double) * problem->dimension);
	(void) lbfgs(problem->dimension, x, NULL, evaluate, progress, &search, &settings);

	/* whatever ended it, the Newton steps find out where we are */
	for (int i = 0; i < problem->dimension; i++)
		finite = finite && !isnan(x[i]) && !isinf(x[i]);
	if (finite)
		memcpy(point, x, sizeof(double) * problem->dimension);
	lbfgs_free(x);
	CHECK_FOR_INTERRUPTS();
	return search.evaluations;
}

/* From a start to the optimum; returns evaluations. */
static int
search(SegmFitProblem *problem, double *point, SegmFitResult *result)
{
	int			evaluations;
	SegmStatus	status;

	/* the neighbourhood is found on fewer rows, the optimum on all */
	if (problem->rows.n / WARM_ROWS > 1)
		problem->stride = problem->rows.n / WARM_ROWS;
	evaluations = approach(problem, point);
	problem->stride = 1;
	status = segm_fit_polish(problem, point, result);
	if (status == SEGM_STOPPED)
		CHECK_FOR_INTERRUPTS();
	cseg_check(status, problem->family->name);
	return evaluations + result->evaluations;
}

void
cseg_fit(const SegmFamily *family, const SegmRows *rows, int covariates, double unit_days,
		 double penalty, const double *start, SegmModelPart *part, double *coefficients, double *errors)
{
	SegmFitProblem problem = {0};
	SegmFitResult result = {0};
	double		point[SEGM_FIT_MAX_DIMENSION];
	double		parameters[SEGM_FIT_MAX_DIMENSION];

	problem.family = family;
	problem.rows = *rows;
	problem.covariates = covariates;
	problem.penalty = penalty;
	problem.stride = 1;
	problem.poll = cancel_pending;
	/* worth its while where rows by far outnumber times */
	if (rows->n > WARM_ROWS)
		problem.steps = segm_rows_grid(rows, unit_days);
	problem.grid_size = segm_fit_grid_size(&problem);
	problem.grid = palloc(sizeof(*problem.grid) * problem.grid_size);
	result.status = segm_fit_start(&problem, start, 0, point);
	if (problem.totals.customers >= SEGM_MODEL_CUSTOMERS_END)
		cseg_raise(SEGM_OVERFLOW, "number of customers");

	memset(part, 0, sizeof(*part));
	part->family = family->code;
	part->penalty = penalty;
	part->customers = problem.totals.customers;
	part->repeat_customers = problem.totals.repeat_customers;
	if (result.status != SEGM_FIT_TOO_FEW)
	{
		part->evaluations = search(&problem, point, &result);
		for (int attempt = 1; attempt < SEGM_FIT_ATTEMPTS && start == NULL; attempt++)
		{
			SegmFitResult other = {0};
			double		other_point[SEGM_FIT_MAX_DIMENSION];

			if (result.status == SEGM_FIT_INTERIOR || rows->n > SEGM_FIT_RETRY_ROWS)
				break;
			(void) segm_fit_start(&problem, NULL, attempt, other_point);
			part->evaluations += search(&problem, other_point, &other);
			if (other.objective < result.objective)
			{
				result = other;
				memcpy(point, other_point, sizeof(point));
			}
		}
		segm_fit_parameters(&problem, point, parameters);
	}
	else
	{
		result.log_likelihood = get_float8_nan();
		for (int i = 0; i < problem.dimension; i++)
			parameters[i] = result.standard_errors[i] = get_float8_nan();
	}

	part->status = result.status;
	part->log_likelihood = result.log_likelihood;
	for (int i = 0; i < SEGM_MAX_PARAMETERS; i++)
	{
		bool		known = i < family->parameters;

		part->parameters[i] = known ? parameters[i] : get_float8_nan();
		part->standard_errors[i] = known ? result.standard_errors[i] : get_float8_nan();
	}
	for (int i = family->parameters; i < problem.dimension; i++)
	{
		coefficients[i - family->parameters] = parameters[i];
		errors[i - family->parameters] = result.standard_errors[i];
	}
}
