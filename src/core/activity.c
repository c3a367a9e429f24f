/*
 * activity.c
 *		Reading and adding up activity histories, appending to open ones, and
 *		writing them; see activity.h for the layout.
 */
#include "core/activity.h"

#include <string.h>

#include "core/bytes.h"
#include "core/sort.h"

#define VERSION_AT		0
#define FLAGS_AT		1
#define SCALE_AT		2
#define RESERVED_AT		3
#define USED_AT			4
#define LAST_DAY_AT		8

#define TAG_VALUE		1
#define KIND_SHIFT		1
#define KIND_MASK		31
#define EVENTS_SHIFT	6

/* ---- runs ---- */

static inline uint8_t *
put_run(uint8_t *at, int64_t gap, const SegmActivityEntry *run)
{
	at = put_varint(at, zigzag(gap));
	at = put_varint(at, (uint64_t) (run->events - 1) << EVENTS_SHIFT |
					(uint64_t) run->kind << KIND_SHIFT | (run->value != 0 ? TAG_VALUE : 0));
	if (run->value != 0)
		at = put_wide(at, run->value > 0 ? run->value * 2 : -run->value * 2 - 1);
	return at;
}

static inline bool
value_fits(SegmInt128 value)
{
	return value >= -SEGM_ACTIVITY_MAX_VALUE && value <= SEGM_ACTIVITY_MAX_VALUE;
}

static SegmStatus
rescale(SegmInt128 value, int from, int to, SegmInt128 *result)
{
	SegmDecimal decimal = {value, from};
	SegmStatus	status = SEGM_OK;

	if (from != to && value != 0)
		status = segm_decimal_rescale(decimal, to, &decimal);
	*result = decimal.coefficient;
	return status == SEGM_OK && !value_fits(*result) ? SEGM_OVERFLOW : status;
}

/* ---- reading ---- */

SegmStatus
segm_activity_read(const uint8_t *payload, size_t length, SegmActivity *activity)
{
	size_t		header = SEGM_ACTIVITY_HEADER;

	if (length < SEGM_ACTIVITY_HEADER)
		return SEGM_CORRUPT;
	if (payload[VERSION_AT] != SEGM_ACTIVITY_VERSION)
		return SEGM_VERSION;
	if ((payload[FLAGS_AT] & ~SEGM_ACTIVITY_OPEN) != 0 ||
		payload[SCALE_AT] > SEGM_ACTIVITY_MAX_SCALE || payload[RESERVED_AT] != 0)
		return SEGM_CORRUPT;
	activity->open = (payload[FLAGS_AT] & SEGM_ACTIVITY_OPEN) != 0;
	activity->scale = payload[SCALE_AT];
	if (activity->open)
	{
		size_t		used;

		header = SEGM_ACTIVITY_OPEN_HEADER;
		if (length < header)
			return SEGM_CORRUPT;
		used = get32(payload + USED_AT);
		if (used < header || used > length)
			return SEGM_CORRUPT;
		length = used;
	}
	activity->runs = payload + header;
	activity->end = payload + length;
	return SEGM_OK;
}

void
segm_activity_start(const SegmActivity *activity, SegmActivityCursor *cursor)
{
	cursor->at = activity->runs;
	cursor->end = activity->end;
	cursor->day = 0;
	cursor->kind = -1;
	cursor->open = activity->open;
}

SegmStatus
segm_activity_next(SegmActivityCursor *cursor, SegmActivityEntry *run, bool *found)
{
	const uint8_t *p = cursor->at;
	int64_t		gap;
	int64_t		tag;
	int			kind;

	*found = p < cursor->end;
	if (!*found)
		return SEGM_OK;
	if (!get_varint(&p, cursor->end, &gap) || !get_varint(&p, cursor->end, &tag))
		return SEGM_CORRUPT;
	gap = unzigzag(gap);
	kind = (int) (tag >> KIND_SHIFT) & KIND_MASK;
	if (kind >= SEGM_EVENT_KINDS ||
		gap < -2 * (int64_t) SEGM_MAX_DAY || gap > 2 * (int64_t) SEGM_MAX_DAY ||
		(!cursor->open && cursor->kind >= 0 && (gap < 0 || (gap == 0 && kind <= cursor->kind))))
		return SEGM_CORRUPT;
	cursor->day += gap;
	cursor->kind = kind;
	if (cursor->day < SEGM_MIN_DAY || cursor->day > SEGM_MAX_DAY)
		return SEGM_CORRUPT;
	run->day = (int32_t) cursor->day;
	run->kind = kind;
	run->events = (tag >> EVENTS_SHIFT) + 1;
	run->value = 0;
	if ((tag & TAG_VALUE) != 0)
	{
		SegmInt128	value;

		if (!get_wide(&p, cursor->end, &value) || value == 0)
			return SEGM_CORRUPT;
		run->value = (value & 1) != 0 ? -(value >> 1) - 1 : value >> 1;
		if (!value_fits(run->value))
			return SEGM_CORRUPT;
	}
	cursor->at = p;
	return SEGM_OK;
}

SegmStatus
segm_activity_totals(const SegmActivity *activity, const SegmActivityRange *range,
					 SegmActivityTotals *totals)
{
	SegmActivityCursor cursor;
	SegmActivityEntry run;
	SegmStatus	status;
	bool		found;

	memset(totals, 0, sizeof(*totals));
	segm_activity_start(activity, &cursor);
	while ((status = segm_activity_next(&cursor, &run, &found)) == SEGM_OK && found &&
		   run.day < range->to)
	{
		if (run.day < range->from || (range->kinds >> run.kind & 1) == 0)
			continue;
		if (__builtin_add_overflow(totals->value, run.value, &totals->value) ||
			__builtin_add_overflow(totals->events, run.events, &totals->events))
			return SEGM_OVERFLOW;
		if (totals->days == 0)
			totals->first_day = run.day;
		if (totals->days == 0 || totals->last_day != run.day)
			totals->days++;
		totals->last_day = run.day;
	}
	return status;
}

/* Sums that any question may ask for must exist. */
static SegmStatus
add_up(const SegmActivityEntry *run, SegmInt128 *values, int64_t *events)
{
	if (__builtin_add_overflow(*values, run->value < 0 ? -run->value : run->value, values) ||
		*values > SEGM_ACTIVITY_MAX_VALUE ||
		__builtin_add_overflow(*events, run->events, events) || *events > SEGM_ACTIVITY_MAX_EVENTS)
		return SEGM_OVERFLOW;
	return SEGM_OK;
}

SegmStatus
segm_activity_validate(const uint8_t *payload, size_t length)
{
	SegmActivity activity;
	SegmActivityCursor cursor;
	SegmActivityEntry run;
	SegmInt128	values = 0;
	int64_t		events = 0;
	SegmStatus	status = segm_activity_read(payload, length, &activity);
	bool		found;

	if (status != SEGM_OK)
		return status;
	if (activity.open || length > SEGM_ACTIVITY_MAX_BYTES)
		return SEGM_CORRUPT;
	segm_activity_start(&activity, &cursor);
	while ((status = segm_activity_next(&cursor, &run, &found)) == SEGM_OK && found)
		if (add_up(&run, &values, &events) != SEGM_OK)
			return SEGM_CORRUPT;
	return status;
}

/* ---- an open value ---- */

static void
put_header(uint8_t *payload, int scale, bool open)
{
	payload[VERSION_AT] = SEGM_ACTIVITY_VERSION;
	payload[FLAGS_AT] = open ? SEGM_ACTIVITY_OPEN : 0;
	payload[SCALE_AT] = (uint8_t) scale;
	payload[RESERVED_AT] = 0;
}

static void
put_end(uint8_t *payload, size_t used, int32_t last_day)
{
	put32(payload + USED_AT, (uint32_t) used);
	put32(payload + LAST_DAY_AT, (uint32_t) last_day);
}

void
segm_activity_init(uint8_t *payload, int scale)
{
	put_header(payload, scale, true);
	put_end(payload, SEGM_ACTIVITY_OPEN_HEADER, 0);
}

/* Only what keeps us inside the buffer; a finished value has no room. */
static SegmStatus
open_value(const uint8_t *payload, size_t capacity, size_t *used, int32_t *last_day)
{
	if (capacity < SEGM_ACTIVITY_OPEN_HEADER || payload[VERSION_AT] != SEGM_ACTIVITY_VERSION ||
		payload[FLAGS_AT] != SEGM_ACTIVITY_OPEN)
		return SEGM_NO_ROOM;
	*used = get32(payload + USED_AT);
	*last_day = (int32_t) get32(payload + LAST_DAY_AT);
	return *used >= SEGM_ACTIVITY_OPEN_HEADER && *used <= capacity ? SEGM_OK : SEGM_CORRUPT;
}

SegmStatus
segm_activity_append(uint8_t *payload, size_t capacity, const SegmActivityEntry *row, int scale)
{
	SegmActivityEntry run = *row;
	uint8_t		bytes[SEGM_ACTIVITY_MAX_RUN];
	size_t		length;
	size_t		used;
	int32_t		last_day;
	SegmStatus	status;

	if ((status = open_value(payload, capacity, &used, &last_day)) != SEGM_OK)
		return status;
	if (run.day < SEGM_MIN_DAY || run.day > SEGM_MAX_DAY)
		return SEGM_DOMAIN;
	if (scale > payload[SCALE_AT])
		return SEGM_NO_ROOM;
	if (run.value != 0 && (status = rescale(run.value, scale, payload[SCALE_AT], &run.value)) != SEGM_OK)
		return status;
	length = (size_t) (put_run(bytes, (int64_t) run.day - last_day, &run) - bytes);
	if (length > capacity - used)
		return SEGM_NO_ROOM;
	memcpy(payload + used, bytes, length);
	put_end(payload, used + length, run.day);
	return SEGM_OK;
}

/* Until the last run fits nothing has changed. */
SegmStatus
segm_activity_append_all(uint8_t *payload, size_t capacity, const SegmActivity *other)
{
	SegmActivityCursor cursor;
	SegmActivityEntry run;
	size_t		used;
	int32_t		last_day;
	SegmStatus	status;
	bool		found;

	if ((status = open_value(payload, capacity, &used, &last_day)) != SEGM_OK)
		return status;
	if (other->scale > payload[SCALE_AT])
		return SEGM_NO_ROOM;
	segm_activity_start(other, &cursor);
	while ((status = segm_activity_next(&cursor, &run, &found)) == SEGM_OK && found)
	{
		uint8_t		bytes[SEGM_ACTIVITY_MAX_RUN];
		size_t		length;

		if ((status = rescale(run.value, other->scale, payload[SCALE_AT], &run.value)) != SEGM_OK)
			return status;
		length = (size_t) (put_run(bytes, (int64_t) run.day - last_day, &run) - bytes);
		if (length > capacity - used)
			return SEGM_NO_ROOM;
		memcpy(payload + used, bytes, length);
		used += length;
		last_day = run.day;
	}
	if (status == SEGM_OK)
		put_end(payload, used, last_day);
	return status;
}

/* ---- building ---- */

/* No run is shorter than two bytes. */
size_t
segm_activity_entry_bound(const SegmActivity *activity)
{
	return (size_t) (activity->end - activity->runs) / 2 + 1;
}

SegmStatus
segm_activity_enter(const SegmActivityEntry *row, int scale, SegmActivityBuild *build)
{
	SegmActivityEntry *entry = &build->entries[build->count];

	if (row->day < SEGM_MIN_DAY || row->day > SEGM_MAX_DAY || build->count > UINT32_MAX)
		return SEGM_DOMAIN;
	*entry = *row;
	/* by day, then kind; the place of the entry rides along */
	build->keys[build->count] = ((uint64_t) (row->day - SEGM_MIN_DAY) << 5 | (uint64_t) row->kind) << 32 |
		build->count;
	build->count++;
	return rescale(row->value, scale, build->scale, &entry->value);
}

SegmStatus
segm_activity_collect(const SegmActivity *activity, SegmActivityBuild *build)
{
	SegmActivityCursor cursor;
	SegmActivityEntry run;
	SegmStatus	status;
	bool		found;

	segm_activity_start(activity, &cursor);
	while ((status = segm_activity_next(&cursor, &run, &found)) == SEGM_OK && found)
		if ((status = segm_activity_enter(&run, activity->scale, build)) != SEGM_OK)
			return status;
	return status;
}

/* The runs of sorted entries; payload NULL: only measure. */
static SegmStatus
walk(const SegmActivityBuild *build, uint8_t *payload, size_t *length, int32_t *last_day)
{
	SegmInt128	values = 0;
	int64_t		events = 0;
	uint8_t		bytes[SEGM_ACTIVITY_MAX_RUN];

	*last_day = 0;
	for (size_t i = 0; i < build->count;)
	{
		SegmActivityEntry run = build->entries[(uint32_t) build->keys[i]];
		SegmStatus	status = add_up(&run, &values, &events);
		uint8_t    *end;

		for (uint64_t key = build->keys[i] >> 32;
			 status == SEGM_OK && ++i < build->count && build->keys[i] >> 32 == key;)
		{
			const SegmActivityEntry *more = &build->entries[(uint32_t) build->keys[i]];

			status = add_up(more, &values, &events);
			run.value += more->value;
			run.events += more->events;
		}
		if (status != SEGM_OK)
			return status;
		end = put_run(bytes, (int64_t) run.day - *last_day, &run);
		if (payload != NULL)
			memcpy(payload + *length, bytes, (size_t) (end - bytes));
		*length += (size_t) (end - bytes);
		*last_day = run.day;
	}
	return SEGM_OK;
}

SegmStatus
segm_activity_size(SegmActivityBuild *build, bool open, size_t *length)
{
	SegmStatus	status;
	int32_t		last_day;
	size_t		sorted = 1;

	/* rows mostly arrive in order of time */
	while (sorted < build->count && build->keys[sorted - 1] < build->keys[sorted])
		sorted++;
	if (sorted < build->count)
		segm_sort64(build->keys, build->scratch, build->count, NULL);
	*length = open ? SEGM_ACTIVITY_OPEN_HEADER : SEGM_ACTIVITY_HEADER;
	status = walk(build, NULL, length, &last_day);
	return status == SEGM_OK && *length > SEGM_ACTIVITY_MAX_BYTES ? SEGM_TOO_LARGE : status;
}

void
segm_activity_encode(const SegmActivityBuild *build, bool open, uint8_t *payload)
{
	size_t		length = open ? SEGM_ACTIVITY_OPEN_HEADER : SEGM_ACTIVITY_HEADER;
	int32_t		last_day;

	(void) walk(build, payload, &length, &last_day);
	put_header(payload, build->scale, open);
	if (open)
		put_end(payload, length, last_day);
}
