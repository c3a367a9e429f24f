/*
 * price_research.h
 *		Prices out of surveys and tests: van Westendorp's price sensitivity
 *		meter, Gabor and Granger's demand curve, a price test between two groups.
 *
 * All of them work on tallies: distinct values, ascending, with their counts.
 */
#ifndef SEGM_PRICE_RESEARCH_H
#define SEGM_PRICE_RESEARCH_H

#include "tally.h"

/* So many units of 10^-scale as a number. */
extern double segm_units_value(double units, int scale);

/* ---- van Westendorp: counts of a tally by question ---- */

typedef enum SegmWestendorpQuestion
{
	SEGM_TOO_CHEAP,
	SEGM_CHEAP,
	SEGM_EXPENSIVE,
	SEGM_TOO_EXPENSIVE,
	SEGM_WESTENDORP_QUESTIONS
} SegmWestendorpQuestion;

/*
 * The curves at the distinct prices, as counts of answers: how many call a
 * price (too) cheap that is theirs or lower, (too) expensive that is theirs or
 * higher.  In place; every question has n answers.
 */
extern SegmStatus segm_westendorp_curves(SegmTallySlot *prices, size_t count, int64_t n);

typedef enum SegmWestendorpPoint
{
	SEGM_LOWER_BOUND,			/* not cheap x too cheap */
	SEGM_UPPER_BOUND,			/* not expensive x too expensive */
	SEGM_INDIFFERENCE,			/* cheap x expensive */
	SEGM_OPTIMUM,				/* too cheap x too expensive */
	SEGM_WESTENDORP_POINTS
} SegmWestendorpPoint;

/*
 * Where two curves cross, in units of the keys: straight lines between the
 * distinct prices, the middle of the stretch where they run together.
 */
extern SegmStatus segm_westendorp_point(const SegmTallySlot *curves, size_t count, int64_t n,
										SegmWestendorpPoint point, double *price);

/* ---- Gabor and Granger: counts[0] asked, counts[1] accepted ---- */

#define SEGM_ASKED		0
#define SEGM_ACCEPTED	1

/*
 * Of the highest prices that respondents accept, each with the number of those
 * who name it as asked, make prices that all are asked: who accepts a price
 * accepts every lower one.
 */
extern void segm_granger_highest(SegmTallySlot *prices, size_t count);

/* Share that accepts the price, and what it brings per head in units of the keys. */
extern double segm_granger_demand(const SegmTallySlot *price);
extern double segm_granger_revenue(const SegmTallySlot *price);

/* The price that brings most per head, the lowest of equals; count > 0. */
extern size_t segm_granger_best(const SegmTallySlot *prices, size_t count);

/* Between two prices; false where it is undefined. */
extern bool segm_arc_elasticity(const SegmTallySlot *a, const SegmTallySlot *b, double *elasticity);

/* ---- price test: counts by group of people with this revenue ---- */

typedef struct SegmInterval
{
	double		difference;		/* treated less control */
	double		low;
	double		high;
} SegmInterval;

typedef struct SegmPriceTest
{
	int64_t		n[2];			/* people: control, treated */
	int64_t		buyers[2];		/* with revenue above zero */
	double		revenue[2];		/* per head, in units of the keys */
	SegmInterval conversion;
	bool		has_error;		/* two people in each group */
	double		std_error;		/* of the difference in revenue per head */
	double		degrees;
	SegmInterval per_head;		/* low and high only if has_error */
} SegmPriceTest;

/*
 * SEGM_DOMAIN unless both groups have people, whose numbers are then set all
 * the same, and 0 < confidence < 1.
 */
extern SegmStatus segm_price_test(const SegmTallySlot *revenues, size_t count, double confidence,
								  SegmPriceTest *result);

/* Share of buyers in a group, 0 without people. */
extern double segm_conversion(const SegmPriceTest *test, int group);

#endif							/* SEGM_PRICE_RESEARCH_H */
