/*
 * history.c
 *		Reading, adding up and building purchase histories; see history.h for
 *		the layout.
 */
#include "core/history.h"

#include <string.h>

#define TAG_REFUNDS		1
#define TAG_VOIDS		2
#define TAG_SHIFT		2
#define MAX_RUN			96		/* bytes of the longest run of one row */

/* ---- little-endian integers and LEB128 ---- */

static void
put_fixed(uint8_t *at, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (uint8_t) (value >> (8 * i));
}

static uint64_t
get_fixed(const uint8_t *at, int bytes)
{
	uint64_t	value = 0;

	for (int i = 0; i < bytes; i++)
		value |= (uint64_t) at[i] << (8 * i);
	return value;
}

static uint8_t *
put_varint(uint8_t *at, SegmUInt128 value)
{
	while (value >= 0x80)
	{
		*at++ = (uint8_t) (value | 0x80);
		value >>= 7;
	}
	*at++ = (uint8_t) value;
	return at;
}

static size_t
varint_size(SegmUInt128 value)
{
	size_t		size = 1;

	for (; value >= 0x80; value >>= 7)
		size++;
	return size;
}

/* False at the end of the bytes, above 127 bits, and for padded encodings. */
static bool
get_wide(const uint8_t **at, const uint8_t *end, SegmUInt128 *value)
{
	const uint8_t *p = *at;
	SegmUInt128 result = 0;

	for (int shift = 0; p < end && shift < 127; shift += 7)
	{
		uint8_t		byte = *p++;

		if (shift == 126 && byte > 1)
			return false;
		result |= (SegmUInt128) (byte & 0x7f) << shift;
		if (byte < 0x80)
		{
			*at = p;
			*value = result;
			return byte != 0 || shift == 0;
		}
	}
	return false;
}

/* The same for values below 2^63, which is nearly all of them. */
static bool
get_varint(const uint8_t **at, const uint8_t *end, int64_t *value)
{
	SegmUInt128 wide;

	if (*at < end && **at < 0x80)
	{
		*value = *(*at)++;
		return true;
	}
	if (!get_wide(at, end, &wide) || wide > INT64_MAX)
		return false;
	*value = (int64_t) wide;
	return true;
}

static uint64_t
zigzag(int64_t value)
{
	return ((uint64_t) value << 1) ^ (uint64_t) (value < 0 ? -1 : 0);
}

static int64_t
unzigzag(int64_t value)
{
	return (value >> 1) ^ -(value & 1);
}

/* ---- reading ---- */

SegmStatus
segm_history_read(const uint8_t *payload, size_t length, SegmHistory *history)
{
	size_t		header = SEGM_HISTORY_HEADER;

	if (length < SEGM_HISTORY_HEADER)
		return SEGM_CORRUPT;
	if (payload[0] != SEGM_HISTORY_VERSION)
		return SEGM_VERSION;
	if ((payload[1] & ~SEGM_HISTORY_OPEN) != 0 || payload[2] > SEGM_HISTORY_MAX_SCALE || payload[3] != 0)
		return SEGM_CORRUPT;

	history->open = (payload[1] & SEGM_HISTORY_OPEN) != 0;
	history->scale = payload[2];
	history->first = (int64_t) get_fixed(payload + 4, 8);
	history->last = (int64_t) get_fixed(payload + 12, 8);
	if (history->open)
	{
		size_t		used;

		header = SEGM_HISTORY_OPEN_HEADER;
		if (length < header)
			return SEGM_CORRUPT;
		used = segm_history_used(payload);
		if (used < header || used > length)
			return SEGM_CORRUPT;
		length = used;
	}
	history->days = payload + header;
	history->end = payload + length;
	return SEGM_OK;
}

void
segm_history_start(const SegmHistory *history, SegmHistoryCursor *cursor)
{
	cursor->at = history->days;
	cursor->end = history->end;
	cursor->day = 0;
	cursor->open = history->open;
	cursor->started = false;
}

SegmStatus
segm_history_next(SegmHistoryCursor *cursor, SegmHistoryDay *day, bool *found)
{
	const uint8_t *p = cursor->at;
	const uint8_t *end = cursor->end;
	int64_t		gap;
	int64_t		tag;

	*found = p < end;
	if (p == end)
		return SEGM_OK;
	if (!get_varint(&p, end, &gap) || !get_varint(&p, end, &tag))
		return SEGM_CORRUPT;
	gap = unzigzag(gap);
	if (cursor->started && !cursor->open && gap <= 0)
		return SEGM_CORRUPT;
	if (gap < -2 * (int64_t) SEGM_MAX_DAY || gap > 2 * (int64_t) SEGM_MAX_DAY)
		return SEGM_CORRUPT;
	cursor->day += gap;
	cursor->started = true;
	if (cursor->day < SEGM_MIN_DAY || cursor->day > SEGM_MAX_DAY)
		return SEGM_CORRUPT;

	day->day = (int32_t) cursor->day;
	day->orders = tag >> TAG_SHIFT;
	day->revenue = 0;
	day->refunds = 0;
	day->voids.left = 0;
	if (day->orders > 0)
	{
		SegmUInt128 revenue;

		if (!get_wide(&p, end, &revenue))
			return SEGM_CORRUPT;
		day->revenue = (SegmInt128) revenue;
	}
	if ((tag & TAG_REFUNDS) != 0)
	{
		SegmUInt128 refunds;

		if (!get_wide(&p, end, &refunds) || refunds == 0)
			return SEGM_CORRUPT;
		day->refunds = (SegmInt128) refunds;
	}
	else if (day->orders == 0)
		return SEGM_CORRUPT;
	if ((tag & TAG_VOIDS) != 0)
	{
		int64_t		groups;
		int64_t		previous = -1;
		int64_t		left = day->orders;

		if (!get_varint(&p, end, &groups) || groups == 0)
			return SEGM_CORRUPT;
		day->voids.at = p;
		day->voids.end = end;
		day->voids.left = groups;
		for (; groups > 0; groups--)
		{
			int64_t		after;
			int64_t		orders;

			if (!get_varint(&p, end, &after) || !get_varint(&p, end, &orders) ||
				after <= previous || after > SEGM_MAX_DAY - cursor->day ||
				orders == 0 || orders > left)
				return SEGM_CORRUPT;
			previous = after;
			left -= orders;
		}
	}
	cursor->at = p;
	return SEGM_OK;
}

bool
segm_history_next_void(SegmVoidCursor *cursor, int32_t *after, int64_t *orders)
{
	int64_t		days;

	if (cursor->left-- <= 0 ||
		!get_varint(&cursor->at, cursor->end, &days) ||
		!get_varint(&cursor->at, cursor->end, orders))
		return false;
	*after = (int32_t) days;
	return true;
}

/* How many of a day's orders had become void by the end of "horizon". */
static int64_t
voided_by(SegmHistoryDay *day, int64_t horizon)
{
	int64_t		voided = 0;
	int64_t		orders;
	int32_t		after;

	while (segm_history_next_void(&day->voids, &after, &orders))
		if ((int64_t) day->day + after <= horizon)
			voided += orders;	/* at most the day's orders: no overflow */
	return voided;
}

SegmStatus
segm_history_next_in(SegmHistoryCursor *cursor, const SegmHistoryRange *range,
					 SegmHistoryDay *day, int64_t *counting, bool *found)
{
	SegmStatus	status;

	if (cursor->open)
		return SEGM_CORRUPT;
	do
	{
		status = segm_history_next(cursor, day, found);
		if (status != SEGM_OK || !*found)
			return status;
	} while (day->day < range->from);
	*found = day->day < range->to && day->day <= range->horizon;
	*counting = day->orders - voided_by(day, range->horizon);
	return SEGM_OK;
}

SegmStatus
segm_history_totals(const SegmHistory *history, const SegmHistoryRange *range,
					SegmHistoryTotals *totals)
{
	SegmHistoryCursor cursor;
	SegmHistoryDay day;
	SegmStatus	status;
	int64_t		counting;
	bool		found;

	memset(totals, 0, sizeof(*totals));
	segm_history_start(history, &cursor);
	while ((status = segm_history_next_in(&cursor, range, &day, &counting, &found)) == SEGM_OK &&
		   found)
	{
		if (__builtin_add_overflow(totals->revenue, day.revenue, &totals->revenue) ||
			__builtin_add_overflow(totals->refunds, day.refunds, &totals->refunds) ||
			__builtin_add_overflow(totals->orders_placed, day.orders, &totals->orders_placed))
			return SEGM_OVERFLOW;
		totals->orders += counting;
		if (counting > 0)
		{
			if (totals->order_days++ == 0)
				totals->first_day = day.day;
			totals->last_day = day.day;
		}
	}
	return status;
}

/*
 * The header of a finished value must agree with its days: instants only if
 * an order counts, in order, and within a day (the widest zone) of the days
 * on which the first and last counting orders lie.
 */
SegmStatus
segm_history_validate(const uint8_t *payload, size_t length)
{
	SegmHistory history;
	SegmHistoryTotals totals;
	SegmStatus	status = segm_history_read(payload, length, &history);

	if (status != SEGM_OK)
		return status;
	if (history.open || length > SEGM_HISTORY_MAX_BYTES)
		return SEGM_CORRUPT;
	status = segm_history_totals(&history, &segm_history_whole, &totals);
	if (status != SEGM_OK)
		return status;
	if (totals.order_days == 0)
		return history.first == INT64_MAX && history.last == INT64_MIN ? SEGM_OK : SEGM_CORRUPT;
	if (history.first > history.last ||
		history.first < SEGM_MIN_INSTANT || history.last >= SEGM_END_INSTANT ||
		segm_day_of_instant(history.first) < totals.first_day - 1 ||
		segm_day_of_instant(history.first) > totals.first_day + 1 ||
		segm_day_of_instant(history.last) < totals.last_day - 1 ||
		segm_day_of_instant(history.last) > totals.last_day + 1)
		return SEGM_CORRUPT;
	return SEGM_OK;
}

/* ---- an open value ---- */

static void
put_header(uint8_t *payload, int scale, int64_t first, int64_t last, bool open)
{
	payload[0] = SEGM_HISTORY_VERSION;
	payload[1] = open ? SEGM_HISTORY_OPEN : 0;
	payload[2] = (uint8_t) scale;
	payload[3] = 0;
	put_fixed(payload + 4, (uint64_t) first, 8);
	put_fixed(payload + 12, (uint64_t) last, 8);
}

static void
put_open_end(uint8_t *payload, size_t used, int32_t last_day)
{
	put_fixed(payload + 20, used, 4);
	put_fixed(payload + 24, (uint32_t) last_day, 4);
}

void
segm_history_init(uint8_t *payload, int scale)
{
	put_header(payload, scale, INT64_MAX, INT64_MIN, true);
	put_open_end(payload, SEGM_HISTORY_OPEN_HEADER, 0);
}

size_t
segm_history_used(const uint8_t *payload)
{
	return (size_t) get_fixed(payload + 20, 4);
}

/*
 * One row, which rebuilding would not change: a run of its own at the end.
 * The state is ours, so its header is trusted but for the room left.
 */
SegmStatus
segm_history_append(uint8_t *payload, size_t capacity, const SegmPurchase *purchase)
{
	uint8_t		run[MAX_RUN];
	uint8_t    *p = run;
	size_t		used = segm_history_used(payload);
	int32_t		last_day = (int32_t) (uint32_t) get_fixed(payload + 24, 4);
	int64_t		gap = (int64_t) purchase->day - last_day;
	SegmDecimal amount = purchase->amount;
	SegmStatus	status;

	if (amount.scale != payload[2])
	{
		if (amount.scale > payload[2])
			return SEGM_NO_ROOM;
		status = segm_decimal_rescale(amount, payload[2], &amount);
		if (status != SEGM_OK)
			return status;
	}

	p = put_varint(p, zigzag(gap));
	if (amount.coefficient >= 0)
	{
		*p++ = (1 << TAG_SHIFT) | (purchase->is_void ? TAG_VOIDS : 0);
		p = put_varint(p, (SegmUInt128) amount.coefficient);
		if (purchase->is_void)
		{
			*p++ = 1;
			p = put_varint(p, (SegmUInt128) ((int64_t) purchase->void_day - purchase->day));
			*p++ = 1;
		}
	}
	else
	{
		*p++ = TAG_REFUNDS;
		p = put_varint(p, (SegmUInt128) -amount.coefficient);
	}
	if ((size_t) (p - run) > capacity - used)
		return SEGM_NO_ROOM;

	memcpy(payload + used, run, (size_t) (p - run));
	put_open_end(payload, used + (size_t) (p - run), purchase->day);
	if (amount.coefficient >= 0 && !purchase->is_void)
	{
		if (purchase->at < (int64_t) get_fixed(payload + 4, 8))
			put_fixed(payload + 4, (uint64_t) purchase->at, 8);
		if (purchase->at > (int64_t) get_fixed(payload + 12, 8))
			put_fixed(payload + 12, (uint64_t) purchase->at, 8);
	}
	return SEGM_OK;
}

/*
 * All runs of another history.  Only its first gap depends on what stands
 * before it, so the rest is copied as it is.
 */
SegmStatus
segm_history_append_all(uint8_t *payload, size_t capacity, const SegmHistory *other)
{
	size_t		used = segm_history_used(payload);
	int32_t		last_day = (int32_t) (uint32_t) get_fixed(payload + 24, 4);
	const uint8_t *rest = other->days;
	SegmHistoryCursor cursor;
	SegmHistoryDay day = {0};
	SegmStatus	status;
	size_t		length;
	int64_t		gap = 0;
	uint8_t    *p = payload + used;
	bool		found;

	if (other->scale != payload[2])
		return SEGM_NO_ROOM;
	segm_history_start(other, &cursor);
	while ((status = segm_history_next(&cursor, &day, &found)) == SEGM_OK && found)
		;
	if (status != SEGM_OK || other->days == other->end)
		return status;

	(void) get_varint(&rest, other->end, &gap);
	gap = unzigzag(gap) - last_day;
	length = varint_size(zigzag(gap)) + (size_t) (other->end - rest);
	if (length > capacity - used)
		return SEGM_NO_ROOM;
	p = put_varint(p, zigzag(gap));
	memcpy(p, rest, (size_t) (other->end - rest));
	put_open_end(payload, used + length, day.day);
	if (other->first < (int64_t) get_fixed(payload + 4, 8))
		put_fixed(payload + 4, (uint64_t) other->first, 8);
	if (other->last > (int64_t) get_fixed(payload + 12, 8))
		put_fixed(payload + 12, (uint64_t) other->last, 8);
	return SEGM_OK;
}

/* ---- entries: where histories are put together ---- */

/* No run is shorter than three bytes, no void group than two. */
size_t
segm_history_entry_bound(const SegmHistory *history)
{
	return (size_t) (history->end - history->days) / 2 + 1;
}

static SegmStatus
rescaled(SegmInt128 units, int from, int to, SegmInt128 *result)
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
		if ((status = rescaled(day.revenue, history->scale, scale, &entry->revenue)) != SEGM_OK ||
			(status = rescaled(day.refunds, history->scale, scale, &entry->refunds)) != SEGM_OK)
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
	SegmStatus	status = rescaled(purchase->amount.coefficient, purchase->amount.scale,
								  scale, &units);

	if (status != SEGM_OK)
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
sort_entries(SegmHistoryEntry *entries, size_t count)
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
		sift_down(entries, root, count);
	for (size_t end = count - 1; end > 0; end--)
	{
		SegmHistoryEntry largest = entries[0];

		entries[0] = entries[end];
		entries[end] = largest;
		sift_down(entries, 0, end);
	}
}

SegmStatus
segm_history_fold(SegmHistoryEntry *entries, size_t *count)
{
	size_t		kept = 0;

	if (*count == 0)
		return SEGM_OK;
	sort_entries(entries, *count);
	for (size_t i = 1; i < *count; i++)
	{
		SegmHistoryEntry *into = &entries[kept];
		const SegmHistoryEntry *from = &entries[i];

		if (entry_before(into, from))
			entries[++kept] = *from;
		else if (__builtin_add_overflow(into->revenue, from->revenue, &into->revenue) ||
				 __builtin_add_overflow(into->refunds, from->refunds, &into->refunds) ||
				 __builtin_add_overflow(into->orders, from->orders, &into->orders) ||
				 into->orders > (INT64_MAX >> TAG_SHIFT))
			return SEGM_OVERFLOW;
	}
	*count = kept + 1;
	return SEGM_OK;
}

/*
 * One walk serves measuring and writing: with at == NULL it only counts.
 * What it refuses (a void group without its day's orders, an empty day)
 * cannot come from rows, but from text.
 */
static SegmStatus
walk_entries(const SegmHistoryEntry *entries, size_t count, uint8_t *at, size_t *length)
{
	int64_t		previous = 0;
	size_t		size = 0;

	for (size_t i = 0; i < count;)
	{
		const SegmHistoryEntry *day = &entries[i];
		size_t		groups = 0;
		int64_t		left = day->orders;
		uint64_t	gap = zigzag(day->day - previous);
		uint64_t	tag;

		if (day->void_after >= 0 || (day->orders == 0 && (day->revenue > 0 || day->refunds == 0)))
			return SEGM_MALFORMED;
		while (++i < count && entries[i].day == day->day)
		{
			groups++;
			left -= entries[i].orders;
			if (entries[i].orders <= 0 || left < 0)
				return SEGM_MALFORMED;
		}
		tag = ((uint64_t) day->orders << TAG_SHIFT) | (groups > 0 ? TAG_VOIDS : 0) |
			(day->refunds > 0 ? TAG_REFUNDS : 0);
		previous = day->day;
		if (at == NULL)
		{
			size += varint_size(gap) + varint_size(tag);
			if (day->orders > 0)
				size += varint_size((SegmUInt128) day->revenue);
			if (day->refunds > 0)
				size += varint_size((SegmUInt128) day->refunds);
			if (groups > 0)
				size += varint_size(groups);
			for (const SegmHistoryEntry *g = day + 1; g <= day + groups; g++)
				size += varint_size((SegmUInt128) g->void_after) +
					varint_size((SegmUInt128) g->orders);
			continue;
		}
		at = put_varint(put_varint(at, gap), tag);
		if (day->orders > 0)
			at = put_varint(at, (SegmUInt128) day->revenue);
		if (day->refunds > 0)
			at = put_varint(at, (SegmUInt128) day->refunds);
		if (groups > 0)
			at = put_varint(at, groups);
		for (const SegmHistoryEntry *g = day + 1; g <= day + groups; g++)
			at = put_varint(put_varint(at, (SegmUInt128) g->void_after),
							(SegmUInt128) g->orders);
	}
	*length = size;
	return SEGM_OK;
}

SegmStatus
segm_history_size(const SegmHistoryEntry *entries, size_t count, bool open, size_t *length)
{
	SegmStatus	status = walk_entries(entries, count, NULL, length);

	*length += open ? SEGM_HISTORY_OPEN_HEADER : SEGM_HISTORY_HEADER;
	return status == SEGM_OK && *length > SEGM_HISTORY_MAX_BYTES ? SEGM_TOO_LARGE : status;
}

void
segm_history_encode(const SegmHistoryEntry *entries, size_t count, int scale, int64_t first,
					int64_t last, bool open, uint8_t *payload)
{
	size_t		unused;

	put_header(payload, scale, first, last, open);
	(void) walk_entries(entries, count,
						payload + (open ? SEGM_HISTORY_OPEN_HEADER : SEGM_HISTORY_HEADER),
						&unused);
	if (open)
	{
		size_t		used = 0;

		(void) segm_history_size(entries, count, true, &used);
		put_open_end(payload, used, count > 0 ? entries[count - 1].day : 0);
	}
}
