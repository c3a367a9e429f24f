/*
 * scale_items.h
 *		Scales of several survey items: what Cronbach's alpha needs of many
 *		respondents, exact and mergeable; and the scores of one respondent.
 *
 * Layout of a value's payload, all integers little-endian:
 *
 *	  0  version (1 byte)
 *	  1  flags (1 byte), 0
 *	  2  scale (1 byte): decimal digits after the point of every score
 *	  3  reserved (1 byte), 0
 *	  4  number of items (4 bytes)
 *	  8  respondents with all items (8 bytes)
 *	 16  respondents without (8 bytes): counted, not used
 *	 24  sum of the squares of respondents' totals (16 bytes)
 *	 40  by item: sum (16 bytes), sum of squares (16 bytes)
 *
 * Sums are in units of 10^-scale, squares of 10^-2scale.  Scale is the largest
 * of all scores that were added, so equal rows give equal bytes in any order;
 * the value itself is the state of its aggregate.
 */
#ifndef SEGM_SCALE_ITEMS_H
#define SEGM_SCALE_ITEMS_H

#include "core/decimal.h"

#define SEGM_ITEMS_VERSION		1
#define SEGM_ITEMS_MAX			256
#define SEGM_ITEMS_HEADER		40
#define SEGM_ITEMS_EACH			32
#define SEGM_ITEMS_MAX_SCALE	6	/* decimals of a score */
#define SEGM_ITEMS_LIMIT		1000000 /* no score is beyond it */

/* Bytes of a value of so many items, 1 .. SEGM_ITEMS_MAX. */
static inline size_t
segm_items_bytes(int items)
{
	return SEGM_ITEMS_HEADER + (size_t) items * SEGM_ITEMS_EACH;
}

extern void segm_items_init(uint8_t *payload, int items);

/* Everything is checked: SEGM_CORRUPT or SEGM_VERSION for what we cannot have written. */
extern SegmStatus segm_items_check(const uint8_t *payload, size_t length);

/* Of a valid payload. */
extern int	segm_items_count(const uint8_t *payload);
extern int64_t segm_items_respondents(const uint8_t *payload);
extern int64_t segm_items_incomplete(const uint8_t *payload);

/* SEGM_NOT_FINITE, or SEGM_DOMAIN for a score beyond the limit or of too many decimals. */
extern SegmStatus segm_items_score(double score, SegmDecimal *decimal);

/* A respondent: a score for every item, or none for "scores" that are not complete. */
extern SegmStatus segm_items_add(uint8_t *payload, const SegmDecimal *scores);

/* SEGM_DOMAIN if the numbers of items differ. */
extern SegmStatus segm_items_merge(uint8_t *payload, const uint8_t *other);

/*
 * k/(k-1) (1 - sum of the items' variances / variance of the total); false
 * for fewer than two items or respondents, or where all totals are equal.
 */
extern SegmStatus segm_cronbach_alpha(const uint8_t *payload, bool *defined, double *alpha);

/* Text form.  Formatting into NULL only counts; no terminating zero. */
extern size_t segm_items_format(const uint8_t *payload, char *text);

/* "room" bytes for the payload; SEGM_NO_ROOM never for segm_items_bytes(SEGM_ITEMS_MAX). */
extern SegmStatus segm_items_parse(const char *text, uint8_t *payload, size_t room, size_t *length);

/* ---- one respondent ---- */

/*
 * The score of an item, a reversed one as lowest + highest - score; false for
 * a score outside the scale.  SEGM_DOMAIN unless lowest < highest, finite.
 */
extern SegmStatus segm_item_score(double score, double lowest, double highest, bool reversed,
								  bool *valid, double *result);

/* The same as a part of the scale, 0 for lowest, 1 for highest. */
extern SegmStatus segm_item_share(double score, double lowest, double highest, bool reversed,
								  bool *valid, double *result);

/*
 * The mean of the answered ones of so many items, in their order; false if
 * less than that share of them is answered.  SEGM_DOMAIN unless 0 <= share <= 1.
 */
extern SegmStatus segm_scale_score(const double *answered, size_t n_answered, size_t n_items,
								   double min_answered, bool *enough, double *score);

#endif							/* SEGM_SCALE_ITEMS_H */
