/*
 * activity.c
 *		Reading and adding up activity histories; see activity.h for the layout,
 *		activity_build.c for how they are made.
 */
#include "core/activity.h"
#include "core/activity_bytes.h"

static bool
value_fits(SegmInt128 value)
{
	return value >= -SEGM_ACTIVITY_MAX_VALUE && value <= SEGM_ACTIVITY_MAX_VALUE;
}

/* Sums that any question may ask for must exist. */
SegmStatus
segm_activity_add_up(const SegmActivityEntry *run, SegmInt128 *values, int64_t *events)
{
	if (__builtin_add_overflow(*values, run->value < 0 ? -run->value : run->value, values) ||
		*values > SEGM_ACTIVITY_MAX_VALUE ||
		__builtin_add_overflow(*events, run->events, events) || *events > SEGM_ACTIVITY_MAX_EVENTS)
		return SEGM_OVERFLOW;
	return SEGM_OK;
}

SegmStatus
segm_activity_read(const uint8_t *payload, size_t length, SegmActivity *activity)
{
	size_t		header = SEGM_ACTIVITY_HEADER;

	if (length < SEGM_ACTIVITY_HEADER)
		return SEGM_CORRUPT;
	if (payload[VERSION_AT] != SEGM_ACTIVITY_VERSION)
		return SEGM_VERSION;
	if ((payload[FLAGS_AT] & ~(SEGM_ACTIVITY_OPEN | SEGM_ACTIVITY_DETAILED)) != 0 ||
		payload[SCALE_AT] > SEGM_ACTIVITY_MAX_SCALE || payload[RESERVED_AT] != 0)
		return SEGM_CORRUPT;
	activity->open = (payload[FLAGS_AT] & SEGM_ACTIVITY_OPEN) != 0;
	activity->detailed = (payload[FLAGS_AT] & SEGM_ACTIVITY_DETAILED) != 0;
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
	cursor->detailed = activity->detailed;
	cursor->had_channel = false;
	cursor->channel = NULL;
	cursor->channel_length = 0;
}

/* The details of a run whose day and number of events are known. */
static SegmStatus
next_details(const uint8_t **at, int how, SegmActivityCursor *cursor, SegmActivityEntry *run)
{
	const uint8_t *p = *at;
	int64_t		first;
	int64_t		span = 0;

	if (how > SEGM_CHANNEL_FULL)
		return SEGM_CORRUPT;
	if (how == SEGM_CHANNEL_FULL)
	{
		size_t		length = p < cursor->end ? *p++ : 0;

		if (length == 0 || length > (size_t) (cursor->end - p))
			return SEGM_CORRUPT;
		if (!cursor->open && segm_activity_same_channel(p, length, cursor->channel, cursor->channel_length))
			return SEGM_CORRUPT;
		cursor->channel = p;
		cursor->channel_length = (uint32_t) length;
		p += length;
	}
	if (how != SEGM_CHANNEL_NONE)
	{
		if (cursor->channel == NULL)
			return SEGM_CORRUPT;
		run->channel = cursor->channel;
		run->channel_length = cursor->channel_length;
	}
	if (!get_varint(&p, cursor->end, &first) ||
		(run->events > 1 && !get_varint(&p, cursor->end, &span)))
		return SEGM_CORRUPT;
	first = unzigzag(first);
	if (first < -SEGM_SECONDS_PER_DAY || first >= 2 * SEGM_SECONDS_PER_DAY ||
		span >= 2 * SEGM_SECONDS_PER_DAY - first)
		return SEGM_CORRUPT;
	run->clock = true;
	run->first = run->day * SEGM_SECONDS_PER_DAY + first;
	run->last = run->first + span;
	if (run->first < SEGM_MIN_SECOND || run->last >= SEGM_END_SECOND)
		return SEGM_CORRUPT;
	*at = p;
	return SEGM_OK;
}

/* Whether a run of the same day and kind as the one before may follow it. */
static bool
channels_ascend(const SegmActivityCursor *before, const SegmActivityEntry *run)
{
	return run->channel_length > 0 &&
		(!before->had_channel ||
		 segm_channel_compare(before->channel, before->channel_length, run->channel, run->channel_length) < 0);
}

SegmStatus
segm_activity_next(SegmActivityCursor *cursor, SegmActivityEntry *run, bool *found)
{
	const uint8_t *p = cursor->at;
	SegmActivityCursor before = *cursor;
	int64_t		gap;
	int64_t		tag;
	int			kind;

	*found = p < cursor->end;
	if (!*found)
		return SEGM_OK;
	if (!get_varint(&p, cursor->end, &gap) || !get_varint(&p, cursor->end, &tag))
		return SEGM_CORRUPT;
	gap = unzigzag(gap);
	kind = (int) (tag >> (cursor->detailed ? DETAILED_KIND_SHIFT : KIND_SHIFT)) & KIND_MASK;
	if (kind >= SEGM_EVENT_KINDS ||
		gap < -2 * (int64_t) SEGM_MAX_DAY || gap > 2 * (int64_t) SEGM_MAX_DAY ||
		(!cursor->open && cursor->kind >= 0 && (gap < 0 || (gap == 0 && kind < cursor->kind))))
		return SEGM_CORRUPT;
	cursor->day += gap;
	cursor->kind = kind;
	if (cursor->day < SEGM_MIN_DAY || cursor->day > SEGM_MAX_DAY)
		return SEGM_CORRUPT;
	run->day = (int32_t) cursor->day;
	run->kind = kind;
	run->events = (tag >> (cursor->detailed ? DETAILED_EVENTS_SHIFT : EVENTS_SHIFT)) + 1;
	run->value = 0;
	run->channel = NULL;
	run->channel_length = 0;
	run->clock = false;
	if (cursor->detailed)
	{
		SegmStatus	status = next_details(&p, (int) (tag >> CHANNEL_SHIFT) & CHANNEL_MASK, cursor, run);

		if (status != SEGM_OK)
			return status;
	}
	if (!cursor->open && gap == 0 && kind == before.kind && !channels_ascend(&before, run))
		return SEGM_CORRUPT;
	cursor->had_channel = run->channel_length > 0;
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
		if (!segm_activity_asked(range, &run))
			continue;
		if (__builtin_add_overflow(totals->value, run.value, &totals->value) ||
			__builtin_add_overflow(totals->events, run.events, &totals->events))
			return SEGM_OVERFLOW;
		if (run.clock)
		{
			totals->first = totals->days > 0 && totals->first < run.first ? totals->first : run.first;
			totals->last = totals->days > 0 && totals->last > run.last ? totals->last : run.last;
		}
		if (totals->days == 0)
			totals->first_day = run.day;
		if (totals->days == 0 || totals->last_day != run.day)
			totals->days++;
		totals->last_day = run.day;
	}
	return status;
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
		if (segm_activity_add_up(&run, &values, &events) != SEGM_OK ||
			(run.channel_length > 0 && memchr(run.channel, 0, run.channel_length) != NULL))
			return SEGM_CORRUPT;
	/* what has no run has no details */
	return status == SEGM_OK && activity.detailed && activity.runs == activity.end ? SEGM_CORRUPT : status;
}
