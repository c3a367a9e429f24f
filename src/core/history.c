/*
 * history.c
 *		Reading and adding up purchase histories, and appending to open ones;
 *		see history.h for the layout, history_build.c for the entries.
 */
#include "core/history.h"
#include "core/history_bytes.h"

#include <string.h>

/* ---- reading ---- */

SegmStatus
segm_history_read(const uint8_t *payload, size_t length, SegmHistory *history)
{
	size_t		header = SEGM_HISTORY_HEADER;

	if (length < SEGM_HISTORY_HEADER)
		return SEGM_CORRUPT;
	if (payload[VERSION_AT] != SEGM_HISTORY_VERSION)
		return SEGM_VERSION;
	if ((payload[FLAGS_AT] & ~SEGM_HISTORY_OPEN) != 0 ||
		payload[SCALE_AT] > SEGM_HISTORY_MAX_SCALE || payload[RESERVED_AT] != 0)
		return SEGM_CORRUPT;

	history->open = (payload[FLAGS_AT] & SEGM_HISTORY_OPEN) != 0;
	history->scale = payload[SCALE_AT];
	history->first = get64(payload + FIRST_AT);
	history->last = get64(payload + LAST_AT);
	if (history->first > history->last
		? history->first != INT64_MAX || history->last != INT64_MIN
		: history->first < SEGM_MIN_INSTANT || history->last >= SEGM_END_INSTANT)
		return SEGM_CORRUPT;
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
		if (!get_wide(&p, end, &day->revenue))
			return SEGM_CORRUPT;
	}
	if ((tag & TAG_REFUNDS) != 0)
	{
		if (!get_wide(&p, end, &day->refunds) || day->refunds == 0)
			return SEGM_CORRUPT;
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
	/* reading made sure that the instants are both there or both missing */
	if (totals.order_days == 0)
		return history.first > history.last ? SEGM_OK : SEGM_CORRUPT;
	if (history.first > history.last ||
		(totals.orders == 1 && history.first != history.last) ||
		!segm_near_day(history.first, totals.first_day) || !segm_near_day(history.last, totals.last_day))
		return SEGM_CORRUPT;
	return SEGM_OK;
}

/* ---- an open value ---- */

static int32_t
last_day_of(const uint8_t *payload)
{
	return (int32_t) get32(payload + LAST_DAY_AT);
}

/* Two instants, or the one twice, that the header must span. */
static void
extend(uint8_t *payload, int64_t first, int64_t last)
{
	if (first < get64(payload + FIRST_AT))
		put64(payload + FIRST_AT, first);
	if (last > get64(payload + LAST_AT))
		put64(payload + LAST_AT, last);
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
	return get32(payload + USED_AT);
}

/* Only what keeps us inside the buffer; a finished value has no room. */
static SegmStatus
check_open(const uint8_t *payload, size_t capacity, size_t *used)
{
	if (capacity < SEGM_HISTORY_OPEN_HEADER || payload[VERSION_AT] != SEGM_HISTORY_VERSION ||
		payload[FLAGS_AT] != SEGM_HISTORY_OPEN)
		return SEGM_NO_ROOM;
	*used = segm_history_used(payload);
	return *used >= SEGM_HISTORY_OPEN_HEADER && *used <= capacity ? SEGM_OK : SEGM_CORRUPT;
}

/* What every reader relies on: a local day lies around its instant. */
SegmStatus
segm_purchase_check(const SegmPurchase *purchase)
{
	if (purchase->at < SEGM_MIN_INSTANT || purchase->at >= SEGM_END_INSTANT ||
		purchase->day < SEGM_MIN_DAY || purchase->day > SEGM_MAX_DAY ||
		!segm_near_day(purchase->at, purchase->day) ||
		(purchase->is_void &&
		 (purchase->void_day < purchase->day || purchase->void_day > SEGM_MAX_DAY)))
		return SEGM_DOMAIN;
	return SEGM_OK;
}

/* One row, as a run of its own at the end; adding up comes later. */
SegmStatus
segm_history_append(uint8_t *payload, size_t capacity, const SegmPurchase *purchase)
{
	uint8_t		run[MAX_RUN + MAX_GROUP];
	uint8_t    *end;
	size_t		used;
	size_t		length;
	SegmDecimal amount = purchase->amount;
	SegmStatus	status;
	bool		order;

	if ((status = check_open(payload, capacity, &used)) != SEGM_OK ||
		(status = segm_purchase_check(purchase)) != SEGM_OK)
		return status;
	if (amount.scale != payload[SCALE_AT])
	{
		if (amount.scale > payload[SCALE_AT])
			return SEGM_NO_ROOM;
		status = segm_decimal_rescale(amount, payload[SCALE_AT], &amount);
		if (status != SEGM_OK)
			return status;
	}

	order = amount.coefficient >= 0;
	end = put_run(run, (int64_t) purchase->day - last_day_of(payload), order,
				  order ? amount.coefficient : 0, order ? 0 : -amount.coefficient,
				  order && purchase->is_void);
	if (order && purchase->is_void)
		end = put_group(end, purchase->void_day - purchase->day, 1);
	length = (size_t) (end - run);
	if (length > capacity - used)
		return SEGM_NO_ROOM;

	memcpy(payload + used, run, length);
	put_open_end(payload, used + length, purchase->day);
	if (order && !purchase->is_void)
		extend(payload, purchase->at, purchase->at);
	return SEGM_OK;
}

/* All runs of another history; until the last one fits nothing has changed. */
SegmStatus
segm_history_append_all(uint8_t *payload, size_t capacity, const SegmHistory *other)
{
	size_t		used;
	int			scale;
	int32_t		last_day;
	SegmHistoryCursor cursor;
	SegmHistoryDay day;
	SegmStatus	status;
	bool		found;

	if ((status = check_open(payload, capacity, &used)) != SEGM_OK)
		return status;
	scale = payload[SCALE_AT];
	if (other->scale > scale)
		return SEGM_NO_ROOM;
	last_day = last_day_of(payload);
	segm_history_start(other, &cursor);
	while ((status = segm_history_next(&cursor, &day, &found)) == SEGM_OK && found)
	{
		uint8_t		run[MAX_RUN];
		size_t		length;
		size_t		groups = day.voids.left > 0 ? (size_t) (cursor.at - day.voids.at) : 0;

		if ((status = segm_units_rescale(day.revenue, other->scale, scale, &day.revenue)) != SEGM_OK ||
			(status = segm_units_rescale(day.refunds, other->scale, scale, &day.refunds)) != SEGM_OK)
			return status;
		length = (size_t) (put_run(run, (int64_t) day.day - last_day, day.orders, day.revenue,
								   day.refunds, day.voids.left) - run);
		if (length + groups > capacity - used)
			return SEGM_NO_ROOM;
		memcpy(payload + used, run, length);
		if (groups > 0)
			memcpy(payload + used + length, day.voids.at, groups);
		used += length + groups;
		last_day = day.day;
	}
	if (status == SEGM_OK)
	{
		put_open_end(payload, used, last_day);
		extend(payload, other->first, other->last);
	}
	return status;
}
