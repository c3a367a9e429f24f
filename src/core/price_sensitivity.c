/*
 * price_sensitivity.c
 *		Shares, depth, affinity and class of a price response.
 */
#include "core/price_sensitivity.h"

#include "core/beta_prior.h"

const char *
segm_price_class_name(SegmPriceClass class_)
{
	static const char *const names[] = {
		"unknown", "quality_driven", "value_shopper", "bargain_hunter"
	};

	return names[class_];
}

/* part / whole, correctly rounded where both are below 2^53 */
static bool
share_of(SegmInt128 part, SegmInt128 whole, double *share)
{
	if (whole == 0)
		return false;
	*share = (double) part / (double) whole;
	return true;
}

bool
segm_discounted_share(const SegmPriceResponse *response, double *share)
{
	return share_of(response->counts[SEGM_PRICE_DISCOUNTED],
					response->counts[SEGM_PRICE_ORDERS], share);
}

bool
segm_discounted_value_share(const SegmPriceResponse *response, double *share)
{
	return share_of(response->sums[SEGM_PRICE_DISCOUNTED_PAID],
					response->sums[SEGM_PRICE_PAID], share);
}

bool
segm_discount_depth(const SegmPriceResponse *response, double *depth)
{
	SegmInt128	list = response->sums[SEGM_PRICE_REDUCED_LIST];

	return share_of(list - response->sums[SEGM_PRICE_REDUCED_PAID], list, depth);
}

bool
segm_discount_affinity(const SegmPriceResponse *response, double value_weight,
					   double order_weight, double *affinity)
{
	double		by_value;
	double		by_order;

	if (!segm_discounted_value_share(response, &by_value) ||
		!segm_discounted_share(response, &by_order))
		return false;
	*affinity = value_weight * by_value + order_weight * by_order;
	return true;
}

bool
segm_price_rule_valid(const SegmPriceRule *rule)
{
	return rule->min_orders >= 1 && rule->low_share >= 0.0 &&
		rule->low_share < rule->high_share && rule->high_share <= 1.0;
}

SegmStatus
segm_price_classify(const SegmPriceResponse *response, const SegmPriceRule *rule,
					SegmPriceClass *class_, bool *reliable)
{
	int64_t		orders = response->counts[SEGM_PRICE_ORDERS];
	double		share;
	SegmStatus	status;

	if (!segm_price_rule_valid(rule))
		return SEGM_DOMAIN;
	*reliable = orders >= rule->min_orders;
	*class_ = SEGM_PRICE_UNKNOWN;
	if (!segm_discounted_share(response, &share))
		return SEGM_OK;
	*class_ = SEGM_PRICE_VALUE_SHOPPER;
	if (!*reliable)
	{
		if (!rule->has_prior)
			return SEGM_OK;
		status = segm_shrunk_share((double) response->counts[SEGM_PRICE_DISCOUNTED],
								   (double) orders, rule->alpha, rule->beta, &share);
		if (status != SEGM_OK)
			return status;
	}
	if (share >= rule->high_share)
		*class_ = SEGM_PRICE_BARGAIN_HUNTER;
	else if (share <= rule->low_share)
		*class_ = SEGM_PRICE_QUALITY_DRIVEN;
	return SEGM_OK;
}
