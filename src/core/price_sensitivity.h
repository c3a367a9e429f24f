/*
 * price_sensitivity.h
 *		What a price response says: shares, depth, affinity and a class.
 */
#ifndef SEGM_PRICE_SENSITIVITY_H
#define SEGM_PRICE_SENSITIVITY_H

#include "core/price_response.h"

typedef enum SegmPriceClass
{
	SEGM_PRICE_UNKNOWN,			/* no order */
	SEGM_PRICE_QUALITY_DRIVEN,
	SEGM_PRICE_VALUE_SHOPPER,
	SEGM_PRICE_BARGAIN_HUNTER
} SegmPriceClass;

/* What a class rests on. */
typedef struct SegmPriceRule
{
	int64_t		min_orders;		/* >= 1: fewer are not reliable */
	double		high_share;		/* from here on a bargain hunter */
	double		low_share;		/* up to here quality driven */
	bool		has_prior;
	double		alpha;
	double		beta;
} SegmPriceRule;

/* The defaults; SQL repeats them as defaults of arguments. */
static const SegmPriceRule segm_price_default_rule = {3, 0.6, 0.1, false, 0.0, 0.0};

/* Thresholds in order and in range; the prior is not looked at. */
extern bool segm_price_rule_valid(const SegmPriceRule *rule);

extern const char *segm_price_class_name(SegmPriceClass class_);

/* Each is false where it is undefined: without orders, money or reductions. */
extern bool segm_discounted_share(const SegmPriceResponse *response, double *share);
extern bool segm_discounted_value_share(const SegmPriceResponse *response, double *share);
extern bool segm_discount_depth(const SegmPriceResponse *response, double *depth);
extern bool segm_discount_affinity(const SegmPriceResponse *response, double value_weight,
								   double order_weight, double *affinity);

/*
 * The class by the customer's own share if there are enough orders, else by
 * the share shrunk toward the prior, else the middle one.  SEGM_DOMAIN for a
 * rule out of range.
 */
extern SegmStatus segm_price_classify(const SegmPriceResponse *response, const SegmPriceRule *rule,
									  SegmPriceClass *class_, bool *reliable);

#endif							/* SEGM_PRICE_SENSITIVITY_H */
