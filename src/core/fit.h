/*
 * fit.h
 *		Maximum likelihood for the customer models.
 *
 * The search runs over the logarithms of the parameters, followed by the
 * coefficients of covariates as they are.  A quasi-Newton library that the
 * caller drives brings the point near the optimum; segm_fit_polish() then
 * takes Newton steps to full precision, says what kind of optimum it is, and
 * finds standard errors from the observed information.
 */
#ifndef SEGM_FIT_H
#define SEGM_FIT_H

#include "bg_process.h"
#include "sample.h"

#define SEGM_FIT_MAX_DIMENSION \
	(SEGM_MAX_PARAMETERS + SEGM_MAX_GROUPS * SEGM_MAX_COVARIATES)

/* On the way to the optimum of a large sample about so many rows are enough. */
#define SEGM_FIT_ROUGH_ROWS 8192

/*
 * Few customers may have several maxima, at the boundary or not: a fit that
 * ends at the boundary is tried once more from elsewhere, if so many rows at
 * most make that cheap.
 */
#define SEGM_FIT_ATTEMPTS 2
#define SEGM_FIT_RETRY_ROWS 32768

/* Stored in values: never renumber. */
typedef enum SegmFitStatus
{
	SEGM_FIT_GIVEN = 0,			/* not fitted: parameters given by the user */
	SEGM_FIT_INTERIOR = 1,		/* a proper maximum */
	SEGM_FIT_BOUNDARY = 2,		/* the likelihood is flat or rises towards a limit */
	SEGM_FIT_TOO_FEW = 3,		/* fewer repeat customers than parameters: no estimate */
	SEGM_FIT_NOT_CONVERGED = 4
} SegmFitStatus;

/* Asked every thousand rows, of BG/BB for each; true stops the evaluation. */
typedef bool (*SegmStopPoll) (void);

typedef struct SegmFitProblem
{
	const SegmFamily *family;
	SegmRows	rows;
	int			covariates;
	double		penalty;		/* times the sum of squares, added to the mean */
	size_t		stride;			/* evaluate every stride-th row only */
	SegmStopPoll poll;

	/*
	 * Where all times are on a grid (segm_rows_grid), of a beta-geometric family without
	 * covariates: room for the terms of so many times, segm_fit_grid_size() of them.  0: each row
	 * works out its own.
	 */
	double		steps;
	SegmBgTime *grid;
	size_t		grid_size;

	/* set by segm_fit_start() */
	int			dimension;
	SegmSampleTotals totals;
	double		centre[SEGM_MAX_PARAMETERS];	/* of the search, in logarithms */
} SegmFitProblem;

typedef struct SegmFitResult
{
	SegmFitStatus status;
	int			evaluations;
	double		objective;		/* what was minimised */
	double		log_likelihood; /* without the penalty */
	double		standard_errors[SEGM_FIT_MAX_DIMENSION];	/* NaN where there is none */
} SegmFitResult;

/*
 * Prepares a problem and finds a point to start from, another one for each
 * attempt from 0.  "start" gives parameters to start from instead, or is
 * NULL.  The status says SEGM_FIT_TOO_FEW where no fit makes sense.
 */
extern SegmFitStatus segm_fit_start(SegmFitProblem *problem, const double *start, int attempt,
									double point[]);

/* How many times there are on the grid, when "steps" is set; 0 without one. */
extern size_t segm_fit_grid_size(const SegmFitProblem *problem);

/*
 * The objective to be minimised, the mean of the negative log-likelihood plus
 * the penalty, and its gradient.  SEGM_STOPPED when the poll said so.
 */
extern SegmStatus segm_fit_objective(const SegmFitProblem *problem, const double point[],
									 double *value, double gradient[]);

/* Newton steps from a point near the optimum.  SEGM_STOPPED as above. */
extern SegmStatus segm_fit_polish(const SegmFitProblem *problem, double point[],
								  SegmFitResult *result);

/* A point's parameters, held within their range, then its coefficients. */
extern void segm_fit_parameters(const SegmFitProblem *problem, const double point[],
								double parameters[]);

#endif							/* SEGM_FIT_H */
