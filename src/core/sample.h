/*
 * sample.h
 *		What a fit needs of a population: its distinct histories with counts.
 *
 * A sample is a list of rows of doubles, all of one width:
 *
 *	  order row	SEGM_ROW_ORDERS, x, t_x, T, covariates ..., count
 *	  spend row	SEGM_ROW_SPEND, x, mean value, 0, 0 ..., count
 *
 * While it grows, rows are appended as they come, equal ones more than once;
 * folding sorts them and adds the counts of equal rows.  A folded sample is a
 * function of the set of customers alone, whatever their order.
 */
#ifndef SEGM_SAMPLE_H
#define SEGM_SAMPLE_H

#include "family.h"

#define SEGM_ROW_ORDERS 0.0
#define SEGM_ROW_SPEND 1.0

enum
{
	SEGM_ROW_KIND,
	SEGM_ROW_X,
	SEGM_ROW_T_X,
	SEGM_ROW_T,
	SEGM_ROW_COVARIATES
};

#define SEGM_ROW_VALUE SEGM_ROW_T_X

#define SEGM_ROW_WIDTH(covariates) (SEGM_ROW_COVARIATES + (covariates) + 1)
#define SEGM_ROW_MAX_WIDTH SEGM_ROW_WIDTH(SEGM_MAX_COVARIATES)

/* Rows of one kind. */
typedef struct SegmRows
{
	const double *rows;
	size_t		n;
	int			width;
} SegmRows;

/* What the sample says before any fit. */
typedef struct SegmSampleTotals
{
	double		customers;
	double		repeat_customers;	/* x > 0 */
	double		purchases;		/* sum of x */
	double		time;			/* sum of T */
	double		value;			/* sum over spend rows of the mean value */
} SegmSampleTotals;

/*
 * Times are usually whole numbers of some step: days, where the unit is a
 * week.  "steps" of them make a time unit; 0 says that no step is known.  On
 * such a grid rows sort as integers, and a likelihood needs each logarithm
 * of a time once.
 */
#define SEGM_GRID_MAX 131072.0	/* so many steps at most, 359 years of days */

/* Steps a unit that all times of these order rows are whole numbers of. */
extern double segm_rows_grid(const SegmRows *rows, double unit_days);

/* A time as a number of steps. */
static inline size_t
segm_grid_step(double t, double steps)
{
	return (size_t) (t * steps + 0.5);
}

/* Brings order rows to the front, in no particular order; how many. */
extern size_t segm_rows_split(double *rows, size_t n, int width);

/*
 * For order rows without covariates on a grid: a key for each that sorts as
 * the row does.  False if that does not fit in 64 bits; else time_bits says
 * how wide a time is in it.  segm_rows_of_keys() is given the sorted keys,
 * with room for *n doubles, and leaves the rows sorted and folded, *n of them;
 * SEGM_OVERFLOW as below.
 */
extern bool segm_rows_keys(const SegmRows *rows, double steps, uint64_t *keys,
						   unsigned *time_bits);
extern SegmStatus segm_rows_of_keys(double *rows, size_t *n, double steps, const uint64_t *keys,
									unsigned time_bits, double *counts);

/* Compares all but the count; for sorting. */
extern int	segm_row_compare(const double *a, const double *b, int width);

/*
 * Adds up equal neighbours of *n sorted rows in place, and sets *n to the
 * number left.  SEGM_OVERFLOW if there are more equal ones than can be
 * counted: then the rows are not to be used any more.
 */
extern SegmStatus segm_rows_fold(double *rows, size_t *n, int width);

/* Checks a row that comes from outside. */
extern SegmStatus segm_row_check(const double *row, int width);

/* The rows of one kind of a folded sample. */
extern SegmRows segm_rows_of_kind(const double *rows, size_t n, int width, double kind);

extern void segm_sample_totals(const SegmRows *rows, SegmSampleTotals *totals);

#endif							/* SEGM_SAMPLE_H */
