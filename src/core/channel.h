/*
 * channel.h
 *		Which channel a customer prefers, and how an order is credited to the
 *		touches that came before it.
 */
#ifndef SEGM_CHANNEL_H
#define SEGM_CHANNEL_H

#include "core/affinity.h"

/* Labels of the preference, in the order of their ranks from 1. */
typedef enum SegmPreference
{
	SEGM_PREFERENCE_CHANNEL = 1,	/* the top channel */
	SEGM_PREFERENCE_MULTICHANNEL,
	SEGM_PREFERENCE_UNKNOWN
} SegmPreference;

/*
 * The rule of the small number: the top channel is preferred from a share and
 * a number of orders on.  SEGM_DOMAIN unless 0 <= min_share <= 1 and
 * min_orders >= 1.
 */
typedef struct SegmPreferenceRule
{
	double		min_share;
	int64_t		min_orders;
} SegmPreferenceRule;

static const SegmPreferenceRule segm_preference_default_rule = {0.6, 2};

extern bool segm_preference_rule_valid(const SegmPreferenceRule *rule);
extern SegmPreference segm_preference(const SegmAffinitySummary *summary,
									  const SegmPreferenceRule *rule);

/* "multichannel" or "unknown"; NULL for the channel itself. */
extern const char *segm_preference_name(SegmPreference preference);

typedef enum SegmCreditRule
{
	SEGM_CREDIT_FIRST,
	SEGM_CREDIT_LAST,
	SEGM_CREDIT_LINEAR,
	SEGM_CREDIT_POSITION
} SegmCreditRule;

/* SEGM_DOMAIN for another name than "first", "last", "linear" and "position". */
extern SegmStatus segm_credit_rule(const char *name, SegmCreditRule *rule);

/* Shares of the first and the last touch under the rule position. */
#define SEGM_CREDIT_DIGITS	6	/* decimals of a share */
#define SEGM_CREDIT_WHOLE	INT64_C(1000000)	/* the share 1 in these units */

/* A share in units of 10^-6; SEGM_DOMAIN unless 0..1 with six decimals at most. */
extern SegmStatus segm_credit_share(SegmDecimal share, int64_t *units);

/* A credit has the decimals of its amount, and not less than these. */
#define SEGM_CREDIT_SCALE	4

/*
 * The part of an amount that goes to touch number "position" of "touches",
 * counted from 1 in order of time.  Rounded so that all parts add up to the
 * amount: the difference of two rounded running totals.  SEGM_DOMAIN for a
 * position that is none of the touches, for more touches than 2^31 - 1, and
 * for shares that exceed 1 together.
 */
extern SegmStatus segm_touch_credit(SegmDecimal amount, int64_t position, int64_t touches,
									SegmCreditRule rule, int64_t first_share, int64_t last_share,
									SegmDecimal *credit);

#endif							/* SEGM_CHANNEL_H */
