/*
 * text.h
 *		Writing and reading the pieces that text forms of values are made of.
 */
#ifndef SEGM_TEXT_H
#define SEGM_TEXT_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/decimal.h"

/* Where text goes. */
typedef struct SegmSink
{
	char	   *text;			/* NULL: only count */
	size_t		length;
} SegmSink;

static inline void
put(SegmSink *sink, const char *text)
{
	size_t		length = strlen(text);

	if (sink->text != NULL)
		memcpy(sink->text + sink->length, text, length);
	sink->length += length;
}

static inline void
put_integer(SegmSink *sink, const char *before, int64_t value)
{
	char		buffer[24];

	snprintf(buffer, sizeof(buffer), "%" PRId64, value);
	put(sink, before);
	put(sink, buffer);
}

static inline void
put_amount(SegmSink *sink, const char *before, SegmInt128 units, int scale)
{
	char		buffer[64];
	char	   *p = buffer + sizeof(buffer) - 1;

	*p = '\0';
	for (int digits = 0; digits <= scale || units > 0; units /= 10)
	{
		*--p = (char) ('0' + (int) (units % 10));
		if (++digits == scale)
			*--p = '.';
	}
	put(sink, before);
	put(sink, p);
}

/* Each "take" moves past what it read; false leaves the place undefined. */
static inline bool
take(const char **at, const char *literal)
{
	size_t		length = strlen(literal);

	if (strncmp(*at, literal, length) != 0)
		return false;
	*at += length;
	return true;
}

static inline bool
take_integer(const char **at, int64_t limit, int64_t *value)
{
	const char *p = *at;

	*value = 0;
	for (; *p >= '0' && *p <= '9'; p++)
	{
		if (*value > (limit - (*p - '0')) / 10)
			return false;
		*value = *value * 10 + (*p - '0');
	}
	if (p == *at)
		return false;
	*at = p;
	return true;
}

/* Exactly "scale" digits after the point, as put_amount writes. */
static inline bool
take_amount(const char **at, int scale, SegmInt128 *units)
{
	const char *p = *at;
	SegmInt128	limit = (SegmInt128) (((SegmUInt128) 1 << 127) - 1);
	int			whole = 0;
	int			decimals = -1;

	*units = 0;
	for (;; p++)
	{
		if (*p == '.' && decimals < 0)
		{
			decimals = 0;
			continue;
		}
		if (*p < '0' || *p > '9')
			break;
		if (*units > (limit - (*p - '0')) / 10)
			return false;
		*units = *units * 10 + (*p - '0');
		if (decimals < 0)
			whole++;
		else
			decimals++;
	}
	*at = p;
	return whole > 0 && decimals == (scale > 0 ? scale : -1);
}

#endif							/* SEGM_TEXT_H */
