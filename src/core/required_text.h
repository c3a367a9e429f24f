/*
 * required_text.h
 *		Texts without one of which a regular expression cannot match, and a
 *		filter that finds which of many expressions may match at all.
 */
#ifndef SEGM_REQUIRED_TEXT_H
#define SEGM_REQUIRED_TEXT_H

#include "core.h"

/* Length of required texts, in bytes. */
#define SEGM_REQUIRED_SHORTEST	3
#define SEGM_REQUIRED_LONGEST	24

/* Size of the buffer that segm_required_texts() needs for a pattern. */
#define SEGM_REQUIRED_ROOM(pattern_length)	(2 * (pattern_length) + 2)

/*
 * Write texts, each behind a byte with its length, such that whatever the
 * expression matches holds at least one of them, ASCII letters in any case.
 * A total length of 0: nothing is known to be required.
 */
extern size_t segm_required_texts(const char *pattern, size_t length, char *texts);

/* A text that an expression of the filter requires. */
typedef struct SegmRequired
{
	const char *text;			/* in lower case */
	uint32_t	length;
	uint32_t	expression;		/* its number */
} SegmRequired;

/* The caller provides the arrays. */
typedef struct SegmTextFilter
{
	SegmRequired *required;		/* by slot, see segm_text_filter_build() */
	uint32_t   *slots;			/* where each slot begins, and one end */
	uint32_t	slot_mask;
} SegmTextFilter;

/* Slots for n texts: a power of two; slots[] has one element more. */
extern uint32_t segm_text_filter_slots(uint32_t n);

/* Fill the filter: "required" and "slots" are set, n texts are moved there. */
extern void segm_text_filter_build(SegmTextFilter *filter, const SegmRequired *texts, uint32_t n, uint32_t slots);

/* Sets of expressions are bits in words. */
#define SEGM_FILTER_BITS		64
#define SEGM_FILTER_WORDS(n)	((n) / SEGM_FILTER_BITS + 1)

static inline void
segm_filter_add(uint64_t *bits, uint32_t expression)
{
	bits[expression / SEGM_FILTER_BITS] |= UINT64_C(1) << (expression % SEGM_FILTER_BITS);
}

/* Set the bit of every expression that requires a text which is in the subject, itself in lower case. */
extern void segm_text_filter_find(const SegmTextFilter *filter, const char *subject, size_t length, uint64_t *bits);

/* ASCII letters in lower case; returns whether all bytes are ASCII. */
extern bool segm_fold(const char *text, size_t length, char *folded);

#endif							/* SEGM_REQUIRED_TEXT_H */
