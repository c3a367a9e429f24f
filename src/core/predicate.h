/*
 * predicate.h
 *		Reading the predicate of a segment: its top-level conditions, and the
 *		segments it names as segment('name').
 *
 * This follows the lexical rules of SQL with standard_conforming_strings on.
 * It decides nothing about safety: whether a text is one boolean expression is
 * judged by the server's own grammar.
 */
#ifndef SEGM_PREDICATE_H
#define SEGM_PREDICATE_H

#include "core.h"
#include "sort.h"

typedef enum SegmTokenKind
{
	SEGM_TOKEN_END,
	SEGM_TOKEN_WORD,			/* a name or a key word, not quoted */
	SEGM_TOKEN_STRING,			/* '…', with the letter before it if any */
	SEGM_TOKEN_NAME,			/* "…" */
	SEGM_TOKEN_DOLLAR,			/* $tag$…$tag$ */
	SEGM_TOKEN_OTHER			/* a number, a parameter, one sign */
} SegmTokenKind;

/* A stretch of the text: from start up to, not including, end. */
typedef struct SegmSpan
{
	size_t		start;
	size_t		end;
} SegmSpan;

typedef struct SegmToken
{
	SegmTokenKind kind;
	SegmSpan	span;
} SegmToken;

/*
 * The token at or after *position, which moves behind it; blanks and comments
 * are passed over.  What has no end ends with the text.
 */
extern SegmToken segm_predicate_token(const char *text, size_t length, size_t *position);

/* What is left of the top-level conditions of a predicate. */
typedef struct SegmConditions
{
	SegmSpan	left;
	bool		is_one;			/* what is left is one condition */
} SegmConditions;

/*
 * The top-level conditions: what AND joins, outside of parentheses, CASE and
 * BETWEEN; a predicate with OR at the top is one condition, and parentheses
 * around the whole are looked through.  The text is read three times, and once
 * more for all conditions; poll is called every so many tokens and may be NULL.
 */
extern SegmConditions segm_predicate_conditions(const char *text, size_t length, SegmPoll poll);

/* The next one, blanks around cut off; false when there are no more. */
extern bool segm_predicate_condition(const char *text, SegmConditions *conditions,
									 SegmSpan *condition, SegmPoll poll);

/*
 * The next reference segment('name'): its whole stretch, and the one between
 * the quotes, where a quote is written twice.  Begin with *position = 0.
 */
extern bool segm_predicate_reference(const char *text, size_t length, size_t *position,
									 SegmSpan *reference, SegmSpan *name, SegmPoll poll);

/* The next $1, outside of all quotes.  Begin with *position = 0. */
extern bool segm_predicate_parameter(const char *text, size_t length, size_t *position,
									 SegmSpan *parameter, SegmPoll poll);

#endif							/* SEGM_PREDICATE_H */
