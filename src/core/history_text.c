/*
 * history_text.c
 *		The text form of a purchase history.  It depends on no setting, holds
 *		nothing that needs escaping in a string, an array or a row, and gives
 *		back the same bytes:
 *
 *	v1 scale=2 first=2024-01-02T10:00:00Z last=2024-03-05T23:30:00Z
 *	2024-01-02:1:100.00 2024-03-05:2:80.00:20.00!9x1
 *
 * (in one line): day, orders, revenue and, where there are any, refunds; then
 * "!9x1" for each group of orders, here one that became void nine days later.
 * first and last are left out where no order counts.
 */
#include "core/history.h"
#include "core/text_time.h"

#include <stdio.h>
#include <string.h>

/* ---- writing ---- */

SegmStatus
segm_history_format(const SegmHistory *history, char *text, size_t *length, SegmPoll poll)
{
	SegmSink	sink = {text, 0};
	SegmHistoryCursor cursor;
	SegmHistoryDay day;
	SegmStatus	status;
	size_t		days = 0;
	bool		found;

	put_integer(&sink, "v", SEGM_HISTORY_VERSION);
	put_integer(&sink, " scale=", history->scale);
	if (history->first <= history->last)
	{
		put_instant(&sink, " first=", history->first);
		put_instant(&sink, " last=", history->last);
	}
	segm_history_start(history, &cursor);
	while ((status = segm_history_next(&cursor, &day, &found)) == SEGM_OK && found)
	{
		int64_t		orders;
		int32_t		after;

		segm_poll_step(poll, days++);
		put_day(&sink, " ", day.day);
		put_integer(&sink, ":", day.orders);
		put_amount(&sink, ":", day.revenue, history->scale);
		if (day.refunds > 0)
			put_amount(&sink, ":", day.refunds, history->scale);
		while (segm_history_next_void(&day.voids, &after, &orders))
		{
			put_integer(&sink, "!", after);
			put_integer(&sink, "x", orders);
		}
	}
	*length = sink.length;
	return status;
}

/* ---- reading ---- */

/* The next entry, nothing but its day set yet; scratch where nobody wants it. */
static SegmHistoryEntry *
next_entry(SegmHistoryEntry *entries, size_t *count, SegmHistoryEntry *scratch, int32_t day)
{
	SegmHistoryEntry *entry = entries != NULL ? &entries[*count] : scratch;

	(*count)++;
	memset(entry, 0, sizeof(*entry));
	entry->day = day;
	return entry;
}

SegmStatus
segm_history_parse(const char *text, SegmHistoryEntry *entries, size_t *count, int *scale,
				   int64_t *first, int64_t *last, SegmPoll poll)
{
	const char *p = text;
	SegmHistoryEntry scratch;
	int64_t		number;
	size_t		days = 0;

	*count = 0;
	*first = INT64_MAX;
	*last = INT64_MIN;
	if (!take(&p, "v") || !take_integer(&p, INT32_MAX, &number))
		return SEGM_MALFORMED;
	if (number != SEGM_HISTORY_VERSION)
		return SEGM_VERSION;
	if (!take(&p, " scale=") || !take_integer(&p, SEGM_HISTORY_MAX_SCALE, &number))
		return SEGM_MALFORMED;
	*scale = (int) number;
	if (take(&p, " first=") &&
		(!take_instant(&p, first) || !take(&p, " last=") || !take_instant(&p, last)))
		return SEGM_MALFORMED;
	while (*p != '\0')
	{
		SegmHistoryEntry *entry;
		int32_t		day;

		segm_poll_step(poll, days++);
		if (!take(&p, " ") || !take_day(&p, &day))
			return SEGM_MALFORMED;
		entry = next_entry(entries, count, &scratch, day);
		entry->void_after = -1;
		if (!take(&p, ":") || !take_integer(&p, SEGM_HISTORY_MAX_ORDERS, &entry->orders) ||
			!take(&p, ":") || !take_amount(&p, *scale, &entry->revenue) ||
			(take(&p, ":") && !take_amount(&p, *scale, &entry->refunds)))
			return SEGM_MALFORMED;
		while (take(&p, "!"))
		{
			entry = next_entry(entries, count, &scratch, day);
			if (!take_integer(&p, INT32_MAX, &number) ||
				!take(&p, "x") || !take_integer(&p, SEGM_HISTORY_MAX_ORDERS, &entry->orders))
				return SEGM_MALFORMED;
			entry->void_after = (int32_t) number;
		}
		/* what is larger could not be encoded either */
		if (*count > SEGM_HISTORY_MAX_BYTES / 2)
			return SEGM_TOO_LARGE;
	}
	return SEGM_OK;
}
