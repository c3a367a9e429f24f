/*
 * rfm.h
 *		Scores 1..bins for recency, frequency and monetary value.
 *
 * Values are ranked in their natural order, higher is better; for recency the
 * value is the instant of the last order.  In a population of n sorted values
 * a value occupies the positions below .. last (from 0).  Its score is
 *
 *	  rank		1 + floor(bins * below / (n - 1)), at most bins
 *	  midrank	the same with (below + last) / 2 in place of below
 *	  quantile	the same with last in place of below
 *	  ntile		SQL's ntile(bins) in the order of the values, equal values in
 *				the order in which the rows came
 *
 * and 1 if n = 1.  The third is exactly "how many type-7 quantiles at i/bins
 * are not above the value" (Hyndman and Fan 1996): the i-th quantile lies at
 * position (n - 1) i / bins, and no value of the population lies between
 * the positions on either side.  So no quantile is computed for scoring.
 */
#ifndef SEGM_RFM_H
#define SEGM_RFM_H

#include "core.h"
#include "decimal.h"
#include "sort.h"

#define SEGM_RFM_MIN_BINS 2
#define SEGM_RFM_MAX_BINS 100
#define SEGM_RFM_FEW_BINS 10	/* so few that every cell can be kept at hand */
#define SEGM_RFM_FEW_CELLS 1000
#define SEGM_RFM_DIMENSIONS 3
#define SEGM_RFM_CUT_DIGITS 6	/* decimals of a money quantile beyond the money's own */

typedef enum SegmRfmMethod
{
	SEGM_RFM_RANK,
	SEGM_RFM_MIDRANK,
	SEGM_RFM_NTILE,
	SEGM_RFM_QUANTILE,
	SEGM_RFM_FIXED,				/* cut points given, not taken */
	SEGM_RFM_NESTED				/* rank; F within R, M within R and F */
} SegmRfmMethod;

#define SEGM_RFM_METHODS "rank, midrank, ntile, quantile, fixed, nested"

/* By name and back; SEGM_DOMAIN for an unknown name. */
extern SegmStatus segm_rfm_method(const char *name, SegmRfmMethod *out);
extern const char *segm_rfm_method_name(SegmRfmMethod method);

/* How one dimension is ranked inside a group of a nested scoring, or alone. */
static inline SegmRfmMethod
segm_rfm_ranking(SegmRfmMethod method)
{
	return method == SEGM_RFM_NESTED ? SEGM_RFM_RANK : method;
}

/* Are the elements at these positions of a sorted array equal? */
typedef bool (*SegmSame) (const void *sorted, size_t i, size_t j);
extern bool segm_same64(const void *sorted, size_t i, size_t j);
extern bool segm_same128(const void *sorted, size_t i, size_t j);

/*
 * Where in the sorted population each score begins: starts[i] is the first
 * position with score i + 2, or n if no row gets it.  There are bins - 1.
 */
extern void segm_rfm_starts(SegmRfmMethod method, int bins, const void *sorted, size_t n,
							SegmSame same, size_t *starts);

/*
 * Scores of one population: the 64-bit keys in the order of the rows, a
 * sorted copy of them, and a byte for each row.
 */
extern void segm_rfm_assign(SegmRfmMethod method, int bins, const uint64_t *keys,
							const uint64_t *sorted, size_t n, uint8_t *scores);

/*
 * The i-th of bins - 1 cut points of a sorted population: the lowest number
 * of the given digits, in units of 10^-digits of the values' unit, that gets
 * score i + 1.  "reached" is false if no value can.  SEGM_OVERFLOW if the
 * number does not fit.
 */
extern SegmStatus segm_rfm_cut(SegmRfmMethod method, int bins, int i,
							   const SegmInt128 *sorted, size_t n, const size_t *starts,
							   int digits, SegmInt128 *cut, bool *reached);

/* The score of a value against ascending cut points; on one, it goes up. */
extern int	segm_rfm_score_int64(const int64_t *cuts, int n, int64_t value);
extern int	segm_rfm_score_decimal(const SegmDecimal *cuts, int n, SegmDecimal value);

/* The cells of a cube, numbered 0 .. bins^3 - 1 with M running fastest. */
static inline int
segm_rfm_cell_number(const int *cell, int bins)
{
	int			number = 0;

	for (int i = 0; i < SEGM_RFM_DIMENSIONS; i++)
		number = number * bins + cell[i] - 1;
	return number;
}

static inline void
segm_rfm_cell(int number, int bins, int *cell)
{
	for (int i = SEGM_RFM_DIMENSIONS; i-- > 0; number /= bins)
		cell[i] = number % bins + 1;
}

/*
 * Distribute n rows to groups 0 .. groups - 1, rows of a group staying in
 * order: order[] lists the rows, bounds[] (groups + 1) where each group is.
 */
extern void segm_rfm_group(const uint32_t *group, size_t n, size_t groups,
						   size_t *bounds, size_t *order);

#endif							/* SEGM_RFM_H */
