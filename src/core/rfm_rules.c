/*
 * rfm_rules.c
 *		The rule sets that ship, and first-match naming.
 *
 * "default" names the usual eleven segments, total and disjoint over 5 x 5 x 5
 * cells.  The two sets for e-mail carry names that platforms publish; the
 * boundaries are ours, put where the platforms' descriptions point, because
 * they do not publish theirs:
 *
 *	  email_1_3  Klaviyo's six groups (help article "Understanding scoring and
 *				 customer groups in the RFM report")
 *	  email_0_3  Shopify's ten groups (CustomerRfmGroup of its Admin API);
 *				 its eleventh, prospects, is everybody without an order
 */
#include "rfm_rules.h"

#include <string.h>

#define RULE(segment, r1, r2, f1, f2, m1, m2) {segment, {r1, f1, m1}, {r2, f2, m2}}
#define SET(name, lowest, levels, rules) \
	{name, lowest, levels, (int) (sizeof(rules) / sizeof((rules)[0])), rules}

static const SegmRfmRule default_rules[] = {
	RULE("champions", 4, 5, 4, 5, 4, 5),
	RULE("new_customers", 5, 5, 1, 1, 1, 5),
	RULE("cant_lose_them", 1, 1, 4, 5, 4, 5),
	RULE("at_risk", 1, 2, 3, 5, 1, 5),
	RULE("loyal", 3, 5, 4, 5, 1, 5),
	RULE("potential_loyalist", 4, 5, 2, 3, 1, 5),
	RULE("promising", 4, 4, 1, 1, 1, 5),
	RULE("need_attention", 3, 3, 2, 3, 3, 5),
	RULE("about_to_sleep", 3, 3, 1, 5, 1, 5),
	RULE("hibernating", 2, 2, 1, 5, 1, 5),
	RULE("lost", 1, 1, 1, 5, 1, 5)
};

/* levels 1..4 are the published scores 0..3 */
static const SegmRfmRule email_0_3_rules[] = {
	RULE("champions", 4, 4, 3, 4, 3, 4),
	RULE("loyal", 3, 3, 3, 4, 3, 4),
	RULE("active", 4, 4, 2, 4, 1, 4),
	RULE("new", 4, 4, 1, 1, 1, 4),
	RULE("promising", 3, 3, 1, 1, 1, 4),
	RULE("needs_attention", 3, 3, 1, 4, 1, 4),
	RULE("previously_loyal", 1, 2, 4, 4, 3, 4),
	RULE("at_risk", 1, 2, 3, 4, 1, 4),
	RULE("almost_lost", 2, 2, 1, 4, 1, 4),
	RULE("dormant", 1, 1, 1, 4, 1, 4)
};

static const SegmRfmRule email_1_3_rules[] = {
	RULE("champions", 3, 3, 3, 3, 3, 3),
	RULE("loyal", 2, 3, 3, 3, 1, 3),
	RULE("recent", 3, 3, 1, 3, 1, 3),
	RULE("needs_attention", 2, 2, 1, 3, 1, 3),
	RULE("at_risk", 1, 1, 2, 3, 1, 3),
	RULE("inactive", 1, 1, 1, 3, 1, 3)
};

static const SegmRfmPreset presets[] = {
	SET(SEGM_RFM_DEFAULT, 1, 5, default_rules),
	SET("email_0_3", 0, 4, email_0_3_rules),
	SET("email_1_3", 1, 3, email_1_3_rules)
};

const SegmRfmPreset *
segm_rfm_preset(const char *name)
{
	for (size_t i = 0; i < sizeof(presets) / sizeof(presets[0]); i++)
		if (strcmp(name, presets[i].name) == 0)
			return &presets[i];
	return NULL;
}

int
segm_rfm_level(int score, int bins, int levels)
{
	return 1 + (2 * (score - 1) * (levels - 1) + bins - 1) / (2 * (bins - 1));
}

bool
segm_rfm_rescale_rule(const SegmRfmRule *rule, int levels, int bins, SegmRfmRule *out)
{
	out->segment = rule->segment;
	for (int i = 0; i < SEGM_RFM_DIMENSIONS; i++)
	{
		out->low[i] = 0;
		out->high[i] = 0;
		for (int score = 1; score <= bins; score++)
		{
			int			level = segm_rfm_level(score, bins, levels);

			if (level < rule->low[i] || level > rule->high[i])
				continue;
			if (out->low[i] == 0)
				out->low[i] = score;
			out->high[i] = score;
		}
		if (out->low[i] == 0)
			return false;
	}
	return true;
}

int
segm_rfm_match(const SegmRfmRule *rules, int n, const int *cell)
{
	for (int i = 0; i < n; i++)
	{
		bool		inside = true;

		for (int j = 0; j < SEGM_RFM_DIMENSIONS; j++)
			if (cell[j] < rules[i].low[j] || cell[j] > rules[i].high[j])
				inside = false;
		if (inside)
			return i;
	}
	return -1;
}
