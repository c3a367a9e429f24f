/*
 * estimate.h
 *		What a customer is worth: an order model and a spend model put
 *		together, and what is said where there is no model.
 *
 * All times are days, all values are what one order is worth times a margin.
 * Future orders are discounted at the end of equal periods of at most a
 * month, the last of which ends with the horizon.
 */
#ifndef SEGM_ESTIMATE_H
#define SEGM_ESTIMATE_H

#include "btyd.h"
#include "model.h"

/* A horizon in days has this bound: a thousand years. */
#define SEGM_HORIZON_MAX 365000.0

/* A next order later than this, in days, is not given a date. */
#define SEGM_NEXT_ORDER_MAX 36525.0

/* What is asked: the same for every customer of a query. */
typedef struct SegmQuestion
{
	const SegmFamily *family;	/* NULL: no reliable order model, the fallback answers */
	const double *orders;		/* its parameters */
	const double *spend;		/* those of Gamma-Gamma, or NULL */
	double		unit_days;		/* time unit of the order model */

	double		horizon;
	double		discount_rate;	/* a year */
	double		margin;
	double		level;			/* of the intervals; 0: none */
	double		churn_days;

	/* the shop's mean customer; NaN: unknown */
	double		shop_order_value;
	double		shop_yearly_orders;
	double		shop_weight;	/* the mean weighs as much as so many orders */
} SegmQuestion;

/* What is known of a customer. */
typedef struct SegmKnown
{
	SegmBtydSummary summary;	/* in days */
	int64_t		orders;			/* that count */
	double		revenue;		/* less refunds */
} SegmKnown;

/*
 * What is expected of a customer who is alive.  It depends on x and T alone,
 * so callers may keep it for customers who share them.
 */
typedef struct SegmOutlook
{
	double		x;
	double		t_cal;			/* days */
	double		orders;			/* within the horizon */
	double		discounted_orders;
	double		orders_soon;	/* probability of one within churn_days */
	double		next_days;		/* median time to the next order; HUGE_VAL: never */
} SegmOutlook;

typedef struct SegmEstimate
{
	double		p_alive;		/* NaN: not known */
	double		orders;
	double		spend;			/* mean value of an order */
	double		next_days;		/* NaN: none within SEGM_NEXT_ORDER_MAX */
	double		churn_risk;		/* probability of no order within churn_days */
	double		historic_value;
	double		predicted_value;
	double		orders_low;		/* NaN: no interval */
	double		orders_high;
	double		value_low;
	double		value_high;
	bool		reliable;
} SegmEstimate;

/*
 * What the history tells of the customer as known at the end of the day
 * as_of.  *exists is false if no order counts by then.
 */
extern SegmStatus segm_known(const SegmHistory *history, int32_t as_of, SegmKnown *known,
							 bool *exists);

/* SEGM_DOMAIN or SEGM_NOT_FINITE for a question that makes no sense. */
extern SegmStatus segm_question_check(const SegmQuestion *question);

extern void segm_outlook(const SegmQuestion *question, double x, double t_cal,
						 SegmOutlook *outlook);

/* "outlook" is that of the customer's x and T; unused without a model. */
extern void segm_estimate(const SegmQuestion *question, const SegmKnown *known,
						  const SegmOutlook *outlook, SegmEstimate *estimate);

#endif							/* SEGM_ESTIMATE_H */
