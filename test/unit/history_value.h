/*
 * history_value.h
 *		Purchase histories in fixed buffers, put together as the aggregate does
 *		it: for the unit test and the fuzz targets.
 */
#ifndef HISTORY_VALUE_H
#define HISTORY_VALUE_H

#include <stdlib.h>
#include <string.h>

#include "core/history.h"

#define BYTES		16384		/* the largest value */

typedef struct Value
{
	uint8_t		bytes[BYTES];
	size_t		length;
} Value;

static inline bool
same(const Value *a, const Value *b)
{
	return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

static inline SegmHistory
read_value(const Value *value)
{
	SegmHistory history = {0};

	if (segm_history_read(value->bytes, value->length, &history) != SEGM_OK)
		abort();
	return history;
}

/* ---- building as the aggregate does ---- */

static inline SegmStatus
write_value(SegmHistoryEntry *entries, size_t count, int scale, int64_t first, int64_t last,
			bool open, size_t room, Value *value)
{
	SegmStatus	status = segm_history_fold(entries, &count, NULL);
	size_t		length = 0;

	if (status == SEGM_OK)
		status = segm_history_size(entries, count, open, &length);
	if (status != SEGM_OK)
		return status;
	if (length > BYTES)
		abort();
	segm_history_encode(entries, count, scale, first, last, open, value->bytes);
	value->length = length;
	if (open)
		value->length = length * 2 > room ? length * 2 : room;
	return SEGM_OK;
}

/* b into a: appended if it fits, else collected and folded */
static inline SegmStatus
merge(Value *a, const Value *b, bool open)
{
	static SegmHistoryEntry entries[BYTES];
	SegmHistory x = read_value(a);
	SegmHistory y = read_value(b);
	int			scale = x.scale > y.scale ? x.scale : y.scale;
	size_t		count = 0;
	SegmStatus	status;

	if (open)
	{
		status = segm_history_append_all(a->bytes, a->length, &y);
		if (status != SEGM_NO_ROOM)
			return status;
	}
	if ((status = segm_history_collect(&x, scale, entries, &count)) != SEGM_OK ||
		(status = segm_history_collect(&y, scale, entries, &count)) != SEGM_OK)
		return status;
	return write_value(entries, count, scale, x.first < y.first ? x.first : y.first,
					   x.last > y.last ? x.last : y.last, open, 96, a);
}

static inline SegmStatus
add(Value *value, const SegmPurchase *row)
{
	static SegmHistoryEntry entries[BYTES];
	SegmHistory history;
	size_t		count = 0;
	int			scale;
	bool		counts = row->amount.coefficient >= 0 && !row->is_void;
	SegmStatus	status = segm_history_append(value->bytes, value->length, row);

	if (status != SEGM_NO_ROOM)
		return status;
	history = read_value(value);
	scale = history.scale > row->amount.scale ? history.scale : row->amount.scale;
	if ((status = segm_history_collect(&history, scale, entries, &count)) != SEGM_OK ||
		(status = segm_history_enter(row, scale, entries, &count)) != SEGM_OK)
		return status;
	if (counts && row->at < history.first)
		history.first = row->at;
	if (counts && row->at > history.last)
		history.last = row->at;
	return write_value(entries, count, scale, history.first, history.last, true, 96, value);
}

static inline void
start(Value *value, int scale)
{
	value->length = 64;
	segm_history_init(value->bytes, scale);
}

static inline SegmStatus
finish(Value *value)
{
	static SegmHistoryEntry entries[BYTES];
	SegmHistory history = read_value(value);
	size_t		count = 0;
	SegmStatus	status = segm_history_collect(&history, history.scale, entries, &count);

	if (status != SEGM_OK)
		return status;
	if (count > segm_history_entry_bound(&history))
		abort();
	return write_value(entries, count, history.scale, history.first, history.last, false, 0, value);
}

static inline SegmStatus
build(const SegmPurchase *rows, int n, Value *value)
{
	SegmStatus	status = SEGM_OK;

	start(value, n > 0 ? rows[0].amount.scale : 0);
	for (int i = 0; i < n && status == SEGM_OK; i++)
		status = add(value, &rows[i]);
	return status == SEGM_OK ? finish(value) : status;
}

/* ---- text ---- */

static inline SegmStatus
parse(const char *text, Value *value)
{
	static SegmHistoryEntry entries[BYTES];
	size_t		counted;
	size_t		count;
	int			scale;
	int64_t		first;
	int64_t		last;
	SegmStatus	status = segm_history_parse(text, NULL, &counted, &scale, &first, &last, NULL);

	if (status != SEGM_OK)
		return status;
	if (counted > BYTES || segm_history_parse(text, entries, &count, &scale, &first, &last, NULL) != SEGM_OK ||
		count != counted)
		abort();
	status = write_value(entries, count, scale, first, last, false, 0, value);
	return status == SEGM_OK ? segm_history_validate(value->bytes, value->length) : status;
}

static inline void
format(const Value *value, char *text)
{
	SegmHistory history = read_value(value);
	size_t		length = 0;
	size_t		again = 0;

	if (segm_history_format(&history, NULL, &length, NULL) != SEGM_OK || length > 8 * BYTES ||
		segm_history_format(&history, text, &again, NULL) != SEGM_OK || again != length)
		abort();
	text[length] = '\0';
}

/* Canonical: valid, and what collecting, and what text makes of it again. */
static inline bool
canonical(const Value *value)
{
	static char text[8 * BYTES + 1];
	Value		again = *value;

	if (segm_history_validate(value->bytes, value->length) != SEGM_OK ||
		finish(&again) != SEGM_OK || !same(value, &again))
		return false;
	format(value, text);
	return parse(text, &again) == SEGM_OK && same(value, &again);
}

#endif							/* HISTORY_VALUE_H */
