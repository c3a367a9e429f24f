/*
 * engagement.h
 *		How engaged a customer is: levels by what was opened, clicked and
 *		visited, and a score that fades.
 */
#ifndef SEGM_ENGAGEMENT_H
#define SEGM_ENGAGEMENT_H

#include "core/activity.h"

/* In the order of their sort keys, from 1. */
typedef enum SegmEngagementLevel
{
	SEGM_HIGHLY_ENGAGED = 1,
	SEGM_MODERATELY_ENGAGED,
	SEGM_LOW,
	SEGM_DORMANT,
	SEGM_UNKNOWN_ENGAGEMENT
} SegmEngagementLevel;

typedef struct SegmEngagementRules
{
	int32_t		min_opens;
	int32_t		min_clicks;
	int32_t		window_days;	/* > 0 */
	int32_t		low_days;		/* >= window_days */
} SegmEngagementRules;

#define SEGM_ENGAGEMENT_RULES	{5, 2, 30, 90}

/* What a level depends on. */
typedef struct SegmEngagementTally
{
	int64_t		opens;			/* in the window */
	int64_t		clicks;
	int64_t		active;			/* anything the customer did in the window */
	int64_t		active_low;		/* in the low_days */
	int64_t		events;			/* anything at all, ever */
} SegmEngagementTally;

/* SEGM_DOMAIN unless both numbers are >= 0 and 0 < window_days <= low_days. */
extern SegmStatus segm_engagement_check(const SegmEngagementRules *rules);

/* Count events of a kind that happened in the window (and low_days), or not. */
extern SegmStatus segm_engagement_count(SegmEngagementTally *tally, SegmEventKind kind, int64_t events,
										bool in_window, bool in_low);

/* Add the counts of other events of the same customer. */
extern SegmStatus segm_engagement_add(SegmEngagementTally *tally, const SegmEngagementTally *other);

extern SegmEngagementLevel segm_engagement_level(const SegmEngagementTally *tally,
												 const SegmEngagementRules *rules);

extern const char *segm_engagement_level_name(SegmEngagementLevel level);

/* The level as known at the beginning of the day "until"; windows are days up to it. */
extern SegmStatus segm_engagement_of(const SegmActivity *activity, int64_t until,
									 const SegmEngagementRules *rules, SegmEngagementLevel *level);

/* What an event of each kind adds, and after how many days half of that is left. */
typedef struct SegmEngagementWeights
{
	double		weight[SEGM_EVENT_KINDS];
	double		half_life[SEGM_EVENT_KINDS];
} SegmEngagementWeights;

extern const SegmEngagementWeights *segm_engagement_default_weights(void);

/* SEGM_DOMAIN unless every weight is finite and >= 0, every half-life finite and > 0. */
extern SegmStatus segm_engagement_check_weights(const SegmEngagementWeights *weights);

/*
 * sum of weight * events * 2^(-age / half-life) over the days before "until";
 * the day before it has age 0.
 */
extern SegmStatus segm_engagement_score(const SegmActivity *activity, int64_t until,
										const SegmEngagementWeights *weights, double *score);

#endif							/* SEGM_ENGAGEMENT_H */
