/*
 * rfm_rules.h
 *		Names for the cells of an RFM cube: rules, the first that matches wins.
 */
#ifndef SEGM_RFM_RULES_H
#define SEGM_RFM_RULES_H

#include "rfm.h"

#define SEGM_RFM_PROSPECT "prospect"	/* the name of who never ordered */

/* A box of scores, both bounds included, and its name. */
typedef struct SegmRfmRule
{
	const char *segment;
	int			low[SEGM_RFM_DIMENSIONS];	/* R, F, M */
	int			high[SEGM_RFM_DIMENSIONS];
} SegmRfmRule;

/*
 * A published set of rules.  Levels count from 1; "lowest" is what the first
 * level is called where the set comes from (0 or 1).
 */
typedef struct SegmRfmPreset
{
	const char *name;
	int			lowest;
	int			levels;
	int			rules;
	const SegmRfmRule *rule;
} SegmRfmPreset;

#define SEGM_RFM_DEFAULT "default"
#define SEGM_RFM_PRESETS "default, email_0_3, email_1_3"

/* By name; NULL if there is none. */
extern const SegmRfmPreset *segm_rfm_preset(const char *name);

/*
 * The level of a set that stands for a score of 1 .. bins: the two scales
 * laid over each other end to end, halves up.
 */
extern int	segm_rfm_level(int score, int bins, int levels);

/*
 * A rule's bounds as scores of 1 .. bins: exactly the scores whose level the
 * rule holds.  False if there is none, because bins < levels.
 */
extern bool segm_rfm_rescale_rule(const SegmRfmRule *rule, int levels, int bins, SegmRfmRule *out);

/* The first matching rule, or -1. */
extern int	segm_rfm_match(const SegmRfmRule *rules, int n, const int *cell);

#endif							/* SEGM_RFM_RULES_H */
