/*
 * needs.h
 *		Spells of purchases, and opportunity scores.
 */
#ifndef SEGM_NEEDS_H
#define SEGM_NEEDS_H

#include "core/core.h"

#define SEGM_SPELL_MAX_PARTS 64

/*
 * Where the first complete spell ends: the index of the earliest row that has,
 * within "length" before it, at least one row of each of "parts" parts, which
 * are numbered from 1.  Times ascend.  False if there is none.  SEGM_DOMAIN
 * for times in another order, a part that is none of them, or more than
 * SEGM_SPELL_MAX_PARTS of them.
 */
extern SegmStatus segm_spell_end(const int64_t *times, const int32_t *part, size_t n, int parts,
								 int64_t length, bool *found, size_t *end);

/*
 * A. Ulwick's opportunity score: importance + max(importance - satisfaction,
 * 0), both from 0 to 10.  SEGM_DOMAIN outside.
 */
extern SegmStatus segm_opportunity_score(double importance, double satisfaction, double *score);

#endif							/* SEGM_NEEDS_H */
