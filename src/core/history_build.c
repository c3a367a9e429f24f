/*
 * history_build.c
 *		Entries, the form in which histories are put together: collected from
 *		values and rows, sorted, added up and written out again.
 */
#include "core/history.h"
#include "core/history_bytes.h"

#include <string.h>

/* No run is shorter than three bytes, no void group than two. */
size_t
segm_history_entry_bound(const SegmHistory *history)
{
	return (size_t) (history->end - history->days) / 2 + 1;
}

SegmStatus
segm_units_rescale(SegmInt128 units, int from, int to, SegmInt128 *result)
{
	SegmDecimal value = {units, from};
	SegmStatus	status = SEGM_OK;

	if (from != to)
		status = segm_decimal_rescale(value, to, &value);
	*result = value.coefficient;
	return status;
}

SegmStatus
segm_history_collect(const SegmHistory *history, int scale, SegmHistoryEntry *entries,
					 size_t *count)
{
	SegmHistoryCursor cursor;
	SegmHistoryDay day;
	SegmStatus	status;
	bool		found;

	segm_history_start(history, &cursor);
	while ((status = segm_history_next(&cursor, &day, &found)) == SEGM_OK && found)
	{
		SegmHistoryEntry *entry = &entries[(*count)++];
		int64_t		orders;
		int32_t		after;

		entry->day = day.day;
		entry->void_after = -1;
		entry->orders = day.orders;
		if ((status = segm_units_rescale(day.revenue, history->scale, scale, &entry->revenue)) != SEGM_OK ||
			(status = segm_units_rescale(day.refunds, history->scale, scale, &entry->refunds)) != SEGM_OK)
			return status;
		while (segm_history_next_void(&day.voids, &after, &orders))
		{
			entry = &entries[(*count)++];
			memset(entry, 0, sizeof(*entry));
			entry->day = day.day;
			entry->void_after = after;
			entry->orders = orders;
		}
	}
	return status;
}

SegmStatus
segm_history_enter(const SegmPurchase *purchase, int scale, SegmHistoryEntry *entries,
				   size_t *count)
{
	SegmHistoryEntry *entry = &entries[(*count)++];
	SegmInt128	units;
	SegmStatus	status;

	if ((status = segm_purchase_check(purchase)) != SEGM_OK ||
		(status = segm_units_rescale(purchase->amount.coefficient, purchase->amount.scale, scale,
									 &units)) != SEGM_OK)
		return status;
	memset(entry, 0, sizeof(*entry));
	entry->day = purchase->day;
	entry->void_after = -1;
	if (units < 0)
	{
		entry->refunds = -units;
		return SEGM_OK;
	}
	entry->orders = 1;
	entry->revenue = units;
	if (purchase->is_void)
	{
		entry = &entries[(*count)++];
		memset(entry, 0, sizeof(*entry));
		entry->day = purchase->day;
		entry->void_after = purchase->void_day - purchase->day;
		entry->orders = 1;
	}
	return SEGM_OK;
}

static bool
entry_before(const SegmHistoryEntry *a, const SegmHistoryEntry *b)
{
	return a->day != b->day ? a->day < b->day : a->void_after < b->void_after;
}

static void
sift_down(SegmHistoryEntry *entries, size_t root, size_t count)
{
	SegmHistoryEntry moved = entries[root];
	size_t		child;

	while ((child = 2 * root + 1) < count)
	{
		if (child + 1 < count && entry_before(&entries[child], &entries[child + 1]))
			child++;
		if (!entry_before(&moved, &entries[child]))
			break;
		entries[root] = entries[child];
		root = child;
	}
	entries[root] = moved;
}

/*
 * Rows mostly arrive in order of time, so look before sorting; then insertion
 * for the few and heap sort, in place and never quadratic, for the many.
 */
static void
sort_entries(SegmHistoryEntry *entries, size_t count, SegmPoll poll)
{
	size_t		sorted = 1;

	while (sorted < count && !entry_before(&entries[sorted], &entries[sorted - 1]))
		sorted++;
	if (sorted >= count)
		return;
	if (count <= 32)
	{
		for (size_t i = sorted; i < count; i++)
		{
			SegmHistoryEntry moved = entries[i];
			size_t		at = i;

			for (; at > 0 && entry_before(&moved, &entries[at - 1]); at--)
				entries[at] = entries[at - 1];
			entries[at] = moved;
		}
		return;
	}
	for (size_t root = count / 2; root-- > 0;)
	{
		segm_poll_step(poll, root);
		sift_down(entries, root, count);
	}
	for (size_t end = count - 1; end > 0; end--)
	{
		SegmHistoryEntry largest = entries[0];

		segm_poll_step(poll, end);
		entries[0] = entries[end];
		entries[end] = largest;
		sift_down(entries, 0, end);
	}
}

SegmStatus
segm_history_fold(SegmHistoryEntry *entries, size_t *count, SegmPoll poll)
{
	size_t		kept = 0;

	if (*count == 0)
		return SEGM_OK;
	sort_entries(entries, *count, poll);
	for (size_t i = 1; i < *count; i++)
	{
		SegmHistoryEntry *into = &entries[kept];
		const SegmHistoryEntry *from = &entries[i];

		segm_poll_step(poll, i);
		if (entry_before(into, from))
			entries[++kept] = *from;
		else if (__builtin_add_overflow(into->revenue, from->revenue, &into->revenue) ||
				 __builtin_add_overflow(into->refunds, from->refunds, &into->refunds) ||
				 __builtin_add_overflow(into->orders, from->orders, &into->orders) ||
				 into->orders > SEGM_HISTORY_MAX_ORDERS)
			return SEGM_OVERFLOW;
	}
	*count = kept + 1;
	return SEGM_OK;
}

SegmStatus
segm_history_sum(const SegmHistoryEntry *entries, size_t count, SegmHistoryTotals *totals)
{
	memset(totals, 0, sizeof(*totals));
	for (size_t i = 0; i < count;)
	{
		const SegmHistoryEntry *day = &entries[i];
		int64_t		counting = day->orders;

		while (++i < count && entries[i].day == day->day)
			counting -= entries[i].orders;
		if (__builtin_add_overflow(totals->revenue, day->revenue, &totals->revenue) ||
			__builtin_add_overflow(totals->refunds, day->refunds, &totals->refunds) ||
			__builtin_add_overflow(totals->orders_placed, day->orders, &totals->orders_placed))
			return SEGM_OVERFLOW;
		totals->orders += counting;
		if (counting > 0)
		{
			if (totals->order_days++ == 0)
				totals->first_day = day->day;
			totals->last_day = day->day;
		}
	}
	return SEGM_OK;
}

/* Where a walk over entries puts its bytes. */
typedef struct Output
{
	uint8_t    *at;				/* NULL: only measure */
	size_t		length;
} Output;

static void
emit(Output *output, const uint8_t *bytes, const uint8_t *end)
{
	if (output->at != NULL)
		memcpy(output->at + output->length, bytes, (size_t) (end - bytes));
	output->length += (size_t) (end - bytes);
}

/*
 * The runs of folded entries.  A void group without its day's orders and an
 * empty day cannot come from rows, but from text.  All days must have a sum,
 * so that a value that could be written can be read back and questioned.
 */
static SegmStatus
walk_entries(const SegmHistoryEntry *entries, size_t count, Output *output)
{
	SegmInt128	revenue = 0;
	SegmInt128	refunds = 0;
	int64_t		orders = 0;
	int64_t		previous = 0;
	size_t		next;
	uint8_t		bytes[MAX_RUN];

	for (size_t i = 0; i < count; i = next)
	{
		const SegmHistoryEntry *day = &entries[i];
		int64_t		left = day->orders;

		if (day->void_after >= 0 || (day->orders == 0 && (day->revenue > 0 || day->refunds == 0)))
			return SEGM_MALFORMED;
		for (next = i + 1; next < count && entries[next].day == day->day; next++)
		{
			left -= entries[next].orders;
			if (entries[next].orders <= 0 || left < 0)
				return SEGM_MALFORMED;
		}
		if (__builtin_add_overflow(revenue, day->revenue, &revenue) ||
			__builtin_add_overflow(refunds, day->refunds, &refunds) ||
			__builtin_add_overflow(orders, day->orders, &orders))
			return SEGM_OVERFLOW;

		emit(output, bytes, put_run(bytes, day->day - previous, day->orders, day->revenue,
									day->refunds, (int64_t) (next - i - 1)));
		for (const SegmHistoryEntry *group = day + 1; group < &entries[next]; group++)
			emit(output, bytes, put_group(bytes, group->void_after, group->orders));
		previous = day->day;
	}
	return SEGM_OK;
}

SegmStatus
segm_history_size(const SegmHistoryEntry *entries, size_t count, bool open, size_t *length)
{
	Output		output = {NULL, 0};
	SegmStatus	status = walk_entries(entries, count, &output);

	*length = output.length + (open ? SEGM_HISTORY_OPEN_HEADER : SEGM_HISTORY_HEADER);
	return status == SEGM_OK && output.length > SEGM_HISTORY_MAX_BYTES - SEGM_HISTORY_HEADER
		? SEGM_TOO_LARGE : status;
}

void
segm_history_encode(const SegmHistoryEntry *entries, size_t count, int scale, int64_t first,
					int64_t last, bool open, uint8_t *payload)
{
	Output		output = {payload, open ? SEGM_HISTORY_OPEN_HEADER : SEGM_HISTORY_HEADER};

	(void) walk_entries(entries, count, &output);
	put_header(payload, scale, first, last, open);
	if (open)
		put_open_end(payload, output.length, count > 0 ? entries[count - 1].day : 0);
}
