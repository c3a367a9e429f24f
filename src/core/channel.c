/*
 * channel.c
 *		Preferred channels and credit of touches; see channel.h.
 */
#include "core/channel.h"

#include <string.h>

bool
segm_preference_rule_valid(const SegmPreferenceRule *rule)
{
	return rule->min_share >= 0.0 && rule->min_share <= 1.0 && rule->min_orders >= 1;
}

SegmPreference
segm_preference(const SegmAffinitySummary *summary, const SegmPreferenceRule *rule)
{
	if (!summary->has_top)
		return SEGM_PREFERENCE_UNKNOWN;
	return summary->rows >= rule->min_orders && summary->share >= rule->min_share
		? SEGM_PREFERENCE_CHANNEL : SEGM_PREFERENCE_MULTICHANNEL;
}

const char *
segm_preference_name(SegmPreference preference)
{
	switch (preference)
	{
		case SEGM_PREFERENCE_MULTICHANNEL:
			return "multichannel";
		case SEGM_PREFERENCE_UNKNOWN:
			return "unknown";
		case SEGM_PREFERENCE_CHANNEL:
			break;
	}
	return NULL;
}

SegmStatus
segm_credit_rule(const char *name, SegmCreditRule *rule)
{
	static const char *const names[] = {"first", "last", "linear", "position"};

	for (int i = SEGM_CREDIT_FIRST; i <= SEGM_CREDIT_POSITION; i++)
		if (strcmp(name, names[i]) == 0)
		{
			*rule = (SegmCreditRule) i;
			return SEGM_OK;
		}
	return SEGM_DOMAIN;
}

SegmStatus
segm_credit_share(SegmDecimal share, int64_t *units)
{
	SegmDecimal trimmed = segm_decimal_trim(share);

	if (segm_decimal_rescale(trimmed, SEGM_CREDIT_DIGITS, &trimmed) != SEGM_OK ||
		trimmed.coefficient < 0 || trimmed.coefficient > SEGM_CREDIT_WHOLE)
		return SEGM_DOMAIN;
	*units = (int64_t) trimmed.coefficient;
	return SEGM_OK;
}

/* A part of the whole as a fraction. */
typedef struct Fraction
{
	SegmInt128	numerator;		/* 0 .. denominator */
	SegmInt128	denominator;
} Fraction;

/* What the first n of so many touches have together. */
static Fraction
running_share(int64_t n, int64_t touches, SegmCreditRule rule, int64_t first_share, int64_t last_share)
{
	Fraction	nothing = {0, 1};
	Fraction	all = {1, 1};
	Fraction	result = {n, touches};

	if (n == 0)
		return nothing;
	if (n == touches || rule == SEGM_CREDIT_FIRST)
		return all;
	if (rule == SEGM_CREDIT_LAST)
		return nothing;
	if (rule == SEGM_CREDIT_LINEAR)
		return result;
	if (touches == 2)
	{
		/* nobody stands between: the two shares are all there is */
		result.numerator = first_share;
		result.denominator = first_share + last_share;
		if (result.denominator == 0)
			result = (Fraction)
		{
			1, 2
		};
		return result;
	}
	result.denominator = (SegmInt128) SEGM_CREDIT_WHOLE * (touches - 2);
	result.numerator = (SegmInt128) first_share * (touches - 2) +
		(SegmInt128) (SEGM_CREDIT_WHOLE - first_share - last_share) * (n - 1);
	return result;
}

/* Rounded half away from zero; never overflows, as the fraction is at most 1. */
static SegmInt128
part_of(SegmInt128 units, Fraction share)
{
	SegmInt128	size = units < 0 ? -units : units;
	SegmInt128	part = size / share.denominator * share.numerator +
	(size % share.denominator * share.numerator + share.denominator / 2) / share.denominator;

	return units < 0 ? -part : part;
}

SegmStatus
segm_touch_credit(SegmDecimal amount, int64_t position, int64_t touches, SegmCreditRule rule,
				  int64_t first_share, int64_t last_share, SegmDecimal *credit)
{
	int			scale = amount.scale > SEGM_CREDIT_SCALE ? amount.scale : SEGM_CREDIT_SCALE;

	if (position < 1 || position > touches || touches > INT32_MAX || first_share < 0 ||
		last_share < 0 || first_share + last_share > SEGM_CREDIT_WHOLE)
		return SEGM_DOMAIN;
	if (segm_decimal_rescale(amount, scale, &amount) != SEGM_OK)
		return SEGM_OVERFLOW;
	credit->scale = scale;
	credit->coefficient =
		part_of(amount.coefficient, running_share(position, touches, rule, first_share, last_share)) -
		part_of(amount.coefficient, running_share(position - 1, touches, rule, first_share, last_share));
	return SEGM_OK;
}
