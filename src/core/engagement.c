/*
 * engagement.c
 *		Levels and scores of engagement.  The rules are those of the house,
 *		open to change by whoever calls; the weights are ours: no published
 *		source fixes them.
 */
#include "core/engagement.h"

#include <math.h>

#include "core/sort.h"

static const SegmEngagementWeights default_weights = {
	.weight = {
		[SEGM_EMAIL_OPEN] = 1,[SEGM_EMAIL_CLICK] = 3,[SEGM_SITE_VISIT] = 2,[SEGM_PAGE_VIEW] = 1,
		[SEGM_PRODUCT_VIEW] = 2,[SEGM_SEARCH] = 2,[SEGM_ADD_TO_CART] = 5,[SEGM_REMOVE_FROM_CART] = 1,
		[SEGM_CHECKOUT_START] = 6,[SEGM_PURCHASE] = 10,[SEGM_REVIEW] = 8,[SEGM_REFERRAL] = 10,
		[SEGM_SOCIAL_ENGAGEMENT] = 4,[SEGM_COMMUNITY_POST] = 8,[SEGM_APP_OPEN] = 2,[SEGM_LOGIN] = 2,
		[SEGM_SIGN_UP] = 5
	},
	.half_life = {
		30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30
	}
};

SegmStatus
segm_engagement_check(const SegmEngagementRules *rules)
{
	return rules->min_opens >= 0 && rules->min_clicks >= 0 && rules->window_days > 0 &&
		rules->low_days >= rules->window_days ? SEGM_OK : SEGM_DOMAIN;
}

SegmStatus
segm_engagement_count(SegmEngagementTally *tally, SegmEventKind kind, int64_t events,
					  bool in_window, bool in_low)
{
	bool		is_active = segm_event_kind_is_active(kind);

	if (__builtin_add_overflow(tally->events, events, &tally->events))
		return SEGM_OVERFLOW;
	/* none of these is more than all events */
	tally->opens += in_window && kind == SEGM_EMAIL_OPEN ? events : 0;
	tally->clicks += in_window && kind == SEGM_EMAIL_CLICK ? events : 0;
	tally->active += in_window && is_active ? events : 0;
	tally->active_low += in_low && is_active ? events : 0;
	return SEGM_OK;
}

SegmStatus
segm_engagement_add(SegmEngagementTally *tally, const SegmEngagementTally *other)
{
	if (__builtin_add_overflow(tally->events, other->events, &tally->events))
		return SEGM_OVERFLOW;
	/* none of these is more than all events */
	tally->opens += other->opens;
	tally->clicks += other->clicks;
	tally->active += other->active;
	tally->active_low += other->active_low;
	return SEGM_OK;
}

SegmEngagementLevel
segm_engagement_level(const SegmEngagementTally *tally, const SegmEngagementRules *rules)
{
	if (tally->events == 0)
		return SEGM_UNKNOWN_ENGAGEMENT;
	if (tally->opens >= rules->min_opens && tally->clicks >= rules->min_clicks && tally->active > 0)
		return SEGM_HIGHLY_ENGAGED;
	if (tally->active > 0)
		return SEGM_MODERATELY_ENGAGED;
	return tally->active_low > 0 ? SEGM_LOW : SEGM_DORMANT;
}

const char *
segm_engagement_level_name(SegmEngagementLevel level)
{
	static const char *const names[] = {
		[SEGM_HIGHLY_ENGAGED] = "highly_engaged",
		[SEGM_MODERATELY_ENGAGED] = "moderately_engaged",
		[SEGM_LOW] = "low",
		[SEGM_DORMANT] = "dormant",
		[SEGM_UNKNOWN_ENGAGEMENT] = "unknown"
	};

	return names[level];
}

SegmStatus
segm_engagement_of(const SegmActivity *activity, int64_t until, const SegmEngagementRules *rules,
				   SegmEngagementLevel *level)
{
	SegmEngagementTally tally = {0};
	SegmActivityCursor cursor;
	SegmActivityEntry run;
	SegmStatus	status;
	bool		found;

	segm_activity_start(activity, &cursor);
	while ((status = segm_activity_next(&cursor, &run, &found)) == SEGM_OK && found && run.day < until)
		if ((status = segm_engagement_count(&tally, run.kind, run.events,
											run.day >= until - rules->window_days,
											run.day >= until - rules->low_days)) != SEGM_OK)
			return status;
	*level = segm_engagement_level(&tally, rules);
	return status;
}

const SegmEngagementWeights *
segm_engagement_default_weights(void)
{
	return &default_weights;
}

SegmStatus
segm_engagement_check_weights(const SegmEngagementWeights *weights)
{
	for (int kind = 0; kind < SEGM_EVENT_KINDS; kind++)
		if (!(weights->weight[kind] >= 0) || !segm_is_finite(weights->weight[kind]) ||
			!(weights->half_life[kind] > 0) || !segm_is_finite(weights->half_life[kind]))
			return SEGM_DOMAIN;
	return SEGM_OK;
}

/*
 * 2^(-age / half-life), whole half-lives apart by an exact factor: without
 * new events a score is exactly half of what it was a half-life before, and
 * "at most half" does not hang on a rounding.
 */
static double
faded(double age, double half_life)
{
	double		part = fmod(age, half_life);
	double		halvings = (age - part) / half_life;

	return halvings > 2000 ? 0 : ldexp(exp2(-part / half_life), -(int) (halvings + 0.5));
}

static double
faded_events(const SegmActivityEntry *run, int64_t until, const SegmEngagementWeights *weights)
{
	if (!(weights->weight[run->kind] > 0))
		return 0;
	return weights->weight[run->kind] *
		((double) run->events * faded((double) (until - 1 - run->day), weights->half_life[run->kind]));
}

/* Events of one day and kind are rounded together: a history that knows their channels has the same score. */
SegmStatus
segm_engagement_score(const SegmActivity *activity, int64_t until,
					  const SegmEngagementWeights *weights, double *score)
{
	SegmActivityCursor cursor;
	SegmActivityEntry run;
	SegmActivityEntry together = {0};
	SegmStatus	status;
	bool		found;

	*score = 0;
	segm_activity_start(activity, &cursor);
	while ((status = segm_activity_next(&cursor, &run, &found)) == SEGM_OK && found && run.day < until)
	{
		if (run.day == together.day && run.kind == together.kind)
			run.events += together.events;
		else if (together.events > 0)
			*score += faded_events(&together, until, weights);
		together = run;
	}
	if (together.events > 0)
		*score += faded_events(&together, until, weights);
	return status == SEGM_OK && !segm_is_finite(*score) ? SEGM_OVERFLOW : status;
}
