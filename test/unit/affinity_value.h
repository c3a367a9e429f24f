/*
 * affinity_value.h
 *		Affinities in buffers of fixed size, for unit tests and fuzzing: what
 *		the glue does with the server's memory.
 */
#ifndef CSEG_AFFINITY_VALUE_H
#define CSEG_AFFINITY_VALUE_H

#include <stdlib.h>
#include <string.h>

#include "core/affinity.h"

#define BYTES	8192
#define LABELS	(BYTES / 13 + 1)

typedef struct Value
{
	uint8_t		bytes[BYTES];
	size_t		length;
} Value;

/* Folded entries as a finished value. */
static inline SegmStatus
finish_labels(SegmAffinityLabel *labels, size_t count, int scale, const SegmDecay *decay, Value *value)
{
	SegmStatus	status = segm_affinity_fold(labels, &count, NULL);

	if (status != SEGM_OK)
		return status;
	value->length = segm_affinity_size(labels, count, decay);
	if (value->length > BYTES)
		return SEGM_TOO_LARGE;
	segm_affinity_encode(labels, count, scale, decay, value->bytes);
	return SEGM_OK;
}

/* The finished form of a value, or of two added up. */
static inline SegmStatus
finish(const Value *a, const Value *b, Value *result)
{
	static SegmAffinityLabel labels[2 * LABELS];
	SegmAffinity x;
	SegmAffinity y;
	SegmStatus	status;
	size_t		count = 0;
	int			scale;

	if ((status = segm_affinity_read(a->bytes, a->length, &x)) != SEGM_OK ||
		(status = segm_affinity_read(b != NULL ? b->bytes : a->bytes, b != NULL ? b->length : a->length, &y)) != SEGM_OK)
		return status;
	scale = x.scale > y.scale ? x.scale : y.scale;
	status = segm_affinity_collect(&x, scale, labels, &count);
	if (status == SEGM_OK && b != NULL)
		status = segm_affinity_collect(&y, scale, labels, &count);
	return status == SEGM_OK ? finish_labels(labels, count, scale, &x.decay, result) : status;
}

static inline SegmStatus
parse(const char *text, Value *value)
{
	static SegmAffinityLabel labels[BYTES];
	static uint8_t bytes[BYTES];
	SegmDecay	decay;
	SegmStatus	status;
	size_t		count;
	int			scale;

	if (strlen(text) > BYTES / 2)
		return SEGM_TOO_LARGE;
	if ((status = segm_affinity_parse(text, NULL, NULL, &count, &scale, &decay, NULL)) != SEGM_OK ||
		(status = segm_affinity_parse(text, labels, bytes, &count, &scale, &decay, NULL)) != SEGM_OK ||
		(status = finish_labels(labels, count, scale, &decay, value)) != SEGM_OK)
		return status;
	return segm_affinity_validate(value->bytes, value->length);
}

static inline SegmStatus
format(const Value *value, char *text)
{
	SegmAffinity affinity;
	SegmStatus	status = segm_affinity_read(value->bytes, value->length, &affinity);
	size_t		length = 0;

	if (status != SEGM_OK || (status = segm_affinity_format(&affinity, NULL, &length, NULL)) != SEGM_OK)
		return status;
	(void) segm_affinity_format(&affinity, text, &length, NULL);
	text[		length] = '\0';
	return SEGM_OK;
}

/* Whether a valid value is written back as the same bytes, by itself, and as text and back. */
static inline bool
canonical(const Value *value)
{
	static Value again;
	static char text[8 * BYTES];

	if (finish(value, NULL, &again) != SEGM_OK || again.length != value->length ||
		memcmp(again.bytes, value->bytes, value->length) != 0)
		return false;
	if (format(value, text) != SEGM_OK)
		return false;
	if (strlen(text) > BYTES / 2)
		return true;
	return parse(text, &again) == SEGM_OK && again.length == value->length &&
		memcmp(again.bytes, value->bytes, value->length) == 0;
}

#endif							/* CSEG_AFFINITY_VALUE_H */
