/*
 * estimate.c
 *		What a customer is worth: see estimate.h.
 *
 * Sources: Fader, Hardie & Lee 2005, "RFM and CLV", Journal of Marketing
 * Research 42(4), 415-430: value is expected orders times expected spend,
 * which are independent.  Every order model says that the purchases to come
 * depend on the recency t_x through P(alive) alone.
 */
#include <math.h>

#include "estimate.h"
#include "gamma_gamma.h"
#include "incomplete.h"

#define YEAR_DAYS 365.0
#define MONTHS_PER_YEAR 12.0

/* Numbers of orders told apart in the distribution of a value. */
#define COUNT_GROUPS 24

/* What lies outside of them, as a share of what lies outside the interval. */
#define COUNT_TAIL 1e-3

/* A bound of a value is found to this relative width. */
#define VALUE_WIDTH 1e-6
#define VALUE_STEPS 200

SegmStatus
segm_known(const SegmHistory *history, int32_t as_of, SegmKnown *known, bool *exists)
{
	SegmHistoryRange range = segm_history_whole;
	SegmHistoryTotals totals;
	SegmStatus	status;

	range.horizon = as_of;
	status = segm_btyd_summary(history, as_of, 1.0, &known->summary, exists);
	if (status != SEGM_OK || !*exists)
		return status;
	status = segm_history_totals(history, &range, &totals);
	known->orders = totals.orders;
	known->revenue = (double) (totals.revenue - totals.refunds) / pow(10.0, history->scale);
	return status;
}

SegmStatus
segm_question_check(const SegmQuestion *question)
{
	const double values[] = {
		question->horizon, question->discount_rate, question->margin, question->level,
		question->churn_days, question->shop_weight
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (!isfinite(values[i]))
			return SEGM_NOT_FINITE;
	if (question->horizon < 0.0 || question->horizon > SEGM_HORIZON_MAX
		|| question->discount_rate < 0.0 || question->margin < 0.0
		|| question->level < 0.0 || question->level >= 1.0
		|| question->churn_days < 0.0 || question->churn_days > SEGM_HORIZON_MAX
		|| question->shop_weight < 0.0
		|| question->shop_order_value < 0.0 || isinf(question->shop_order_value)
		|| question->shop_yearly_orders < 0.0 || isinf(question->shop_yearly_orders))
		return SEGM_DOMAIN;
	return SEGM_OK;
}

/* The horizon in periods of at most a month, and the discount of one of them. */
static int
periods_of(const SegmQuestion *question, double *period, double *rate)
{
	double		month = YEAR_DAYS / MONTHS_PER_YEAR;
	int			periods = (int) ceil(question->horizon / month);

	if (periods == 0)
		periods = 1;
	*period = question->horizon / periods;
	*rate = expm1(log1p(question->discount_rate) * *period / YEAR_DAYS);
	return periods;
}

/*
 * A customer who bought at this very moment has the same outlook as any other
 * with this x and T who is alive, and P(alive) above 0: dividing by it is
 * safe.
 */
void
segm_outlook(const SegmQuestion *question, double x, double t_cal, SegmOutlook *outlook)
{
	const SegmFamily *family = question->family;
	const double *p = question->orders;
	double		t = t_cal / question->unit_days;
	SegmCustomer now = {x, t, t};
	double		alive = family->p_alive(p, &now);
	double		horizon = question->horizon / question->unit_days;
	double		period,
				rate;
	int			periods = periods_of(question, &period, &rate);

	outlook->x = x;
	outlook->t_cal = t_cal;
	family->expected_alive(p, &now, &horizon, 1, &outlook->orders);
	outlook->discounted_orders =
		segm_discounted_periods(family, p, &now, period / question->unit_days, periods, rate)
		/ alive;
	outlook->orders_soon =
		family->at_least(p, &now, question->churn_days / question->unit_days, 1.0) / alive;

	/* while the customer stays, orders come as by a gamma mixture of rates */
	outlook->next_days = question->unit_days * (p[1] + t) * expm1(log(2.0) / (p[0] + x));
}

/* A mean that is shrunk toward the shop's; NaN where the shop's is not known. */
static double
shrunk(double sum, double n, double shop, double weight)
{
	if (isnan(shop))
		return n > 0.0 ? sum / n : 0.0;
	return n + weight > 0.0 ? (sum + weight * shop) / (n + weight) : shop;
}

static double
fallback_spend(const SegmQuestion *question, const SegmKnown *known)
{
	return fmax(shrunk(known->revenue, (double) known->orders, question->shop_order_value,
					   question->shop_weight), 0.0);
}

/*
 * Orders a year: repeat purchases by the time they took, with the purchases of
 * the shop's mean customer, and the time these take, added.
 */
static double
fallback_rate(const SegmQuestion *question, const SegmKnown *known)
{
	double		x = (double) known->summary.frequency,
				years = known->summary.t / YEAR_DAYS,
				shop = question->shop_yearly_orders,
				weight = question->shop_weight;

	if (isnan(shop) || weight == 0.0)
		return years > 0.0 ? x / years : (isnan(shop) ? 0.0 : shop);
	return shop > 0.0 ? shop * (x + weight) / (shop * years + weight) : 0.0;
}

/* A stream of orders at a constant rate, which is all that is known of it. */
static void
fallback_orders(const SegmQuestion *question, const SegmKnown *known, SegmEstimate *estimate,
				double *discounted)
{
	double		daily = fallback_rate(question, known) / YEAR_DAYS,
				period,
				rate,
				sum = 0.0;
	int			periods = periods_of(question, &period, &rate);

	for (int k = 1; k <= periods; k++)
		sum += exp(-k * log1p(rate));
	estimate->p_alive = NAN;
	estimate->orders = daily * question->horizon;
	estimate->churn_risk = exp(-daily * question->churn_days);
	estimate->next_days = daily > 0.0 ? 1.0 / daily : HUGE_VAL;
	*discounted = daily * period * sum;
}

/* The distribution of a customer's value within the horizon. */
typedef struct ValueDistribution
{
	const double *spend;		/* parameters, or NULL: every order is worth the mean */
	double		x;
	double		z;
	double		unit;			/* value of one unit of spend */
	int			groups;
	double		none;			/* probability of no order */
	double		orders[COUNT_GROUPS];
	double		mass[COUNT_GROUPS];
} ValueDistribution;

/* Groups the numbers of orders; each number by itself while there is room. */
static void
group_counts(const SegmQuestion *question, const SegmCustomer *customer, double t,
			 ValueDistribution *d)
{
	const SegmFamily *family = question->family;
	double		tail = COUNT_TAIL * (1.0 - question->level);
	double		low = segm_count_quantile(family, question->orders, customer, t, tail,
										  SEGM_QUANTILE_LIMIT, NULL),
				high = segm_count_quantile(family, question->orders, customer, t, 1.0 - tail,
										   SEGM_QUANTILE_LIMIT, NULL);
	double		above;

	if (low < 1.0)
		low = 1.0;
	if (high < 0.0)
		high = SEGM_QUANTILE_LIMIT;
	if (high < low)
		high = low;
	d->groups = (int) fmin(high - low + 1.0, COUNT_GROUPS);
	above = family->at_least(question->orders, customer, t, low);
	d->none = 1.0 - above;
	for (int i = 0; i < d->groups; i++)
	{
		double		first = low + floor((high - low + 1.0) * i / d->groups),
					next = low + floor((high - low + 1.0) * (i + 1) / d->groups),
					beyond = i + 1 == d->groups ? 0.0
		: family->at_least(question->orders, customer, t, next);

		d->orders[i] = 0.5 * (first + next - 1.0);
		d->mass[i] = above - beyond;
		above = beyond;
	}
}

static double
value_at_most(const ValueDistribution *d, double value)
{
	double		sum = d->none;

	for (int i = 0; i < d->groups; i++)
		sum += d->mass[i] * segm_gamma_gamma_total(d->spend, d->x, d->z, d->orders[i],
												   value / d->unit);
	return sum;
}

/*
 * The value that is not exceeded with this probability: a bracket by
 * doubling, then the Illinois form of false position.
 */
static double
value_quantile(const ValueDistribution *d, double mean, double probability)
{
	double		low = 0.0,
				below = d->none - probability,
				high = mean > 0.0 ? mean : 1.0,
				above = -1.0;
	int			side = 0;

	if (below >= 0.0 || d->unit <= 0.0)
		return 0.0;
	for (int i = 0; i < VALUE_STEPS; i++)
	{
		above = value_at_most(d, high) - probability;
		if (above >= 0.0)
			break;
		low = high;
		below = above;
		high *= 2.0;
	}
	for (int i = 0; i < VALUE_STEPS && high - low > VALUE_WIDTH * high && above > 0.0; i++)
	{
		double		weight = -below / (above - below);
		double		middle = low + fmin(fmax(weight, 1e-3), 1.0 - 1e-3) * (high - low);
		double		excess = value_at_most(d, middle) - probability;

		if (excess < 0.0)
		{
			low = middle;
			below = excess;
			if (side < 0)
				above *= 0.5;
			side = -1;
		}
		else
		{
			high = middle;
			above = excess;
			if (side > 0)
				below *= 0.5;
			side = 1;
		}
		if (fabs(excess) <= VALUE_WIDTH * (1.0 - probability))
			return middle;
	}
	return high;
}

/* Both intervals; "unit" is what one unit of spend to come is worth now. */
static void
intervals(const SegmQuestion *question, const SegmCustomer *customer, double z, double unit,
		  SegmEstimate *estimate)
{
	double		t = question->horizon / question->unit_days,
				tail = 0.5 * (1.0 - question->level);
	ValueDistribution d;

	estimate->orders_low = segm_count_quantile(question->family, question->orders, customer, t,
											   tail, SEGM_QUANTILE_LIMIT, NULL);
	estimate->orders_high = segm_count_quantile(question->family, question->orders, customer, t,
												1.0 - tail, SEGM_QUANTILE_LIMIT, NULL);
	if (estimate->orders_low < 0.0 || estimate->orders_high < 0.0)
	{
		estimate->orders_low = estimate->orders_high = NAN;
		return;
	}
	if (question->spend == NULL || estimate->orders_high == 0.0)
	{
		estimate->value_low = estimate->orders_low * estimate->spend * unit;
		estimate->value_high = estimate->orders_high * estimate->spend * unit;
		return;
	}
	d.spend = question->spend;
	d.x = customer->x;
	d.z = z;
	d.unit = unit;
	group_counts(question, customer, t, &d);
	estimate->value_low = value_quantile(&d, estimate->predicted_value, tail);
	estimate->value_high = value_quantile(&d, estimate->predicted_value, 1.0 - tail);
}

void
segm_estimate(const SegmQuestion *question, const SegmKnown *known, const SegmOutlook *outlook,
			  SegmEstimate *estimate)
{
	const SegmBtydSummary *summary = &known->summary;
	double		x = (double) summary->frequency,
				discounted;

	estimate->orders_low = estimate->orders_high = NAN;
	estimate->value_low = estimate->value_high = NAN;
	estimate->historic_value = known->revenue * question->margin;
	estimate->reliable = question->family != NULL && question->spend != NULL;
	if (question->spend == NULL
		|| segm_gamma_gamma_expected(question->spend, x, summary->monetary_value,
									 &estimate->spend) != SEGM_OK)
	{
		estimate->spend = fallback_spend(question, known);
		estimate->reliable = false;
	}
	if (question->family == NULL)
	{
		fallback_orders(question, known, estimate, &discounted);
		estimate->predicted_value = discounted * estimate->spend * question->margin;
	}
	else
	{
		SegmCustomer customer = {
			x, summary->recency / question->unit_days, summary->t / question->unit_days
		};

		estimate->p_alive = question->family->p_alive(question->orders, &customer);
		estimate->orders = estimate->p_alive * outlook->orders;
		estimate->churn_risk = 1.0 - estimate->p_alive * outlook->orders_soon;
		estimate->next_days = outlook->next_days;
		discounted = estimate->p_alive * outlook->discounted_orders;
		estimate->predicted_value = discounted * estimate->spend * question->margin;
		if (question->level > 0.0)
			intervals(question, &customer, summary->monetary_value,
					  outlook->orders > 0.0 ? question->margin * outlook->discounted_orders
					  / outlook->orders : 0.0, estimate);
	}
	if (!(estimate->next_days <= SEGM_NEXT_ORDER_MAX))
		estimate->next_days = NAN;
}
