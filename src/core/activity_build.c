/*
 * activity_build.c
 *		Making activity histories: appending to open ones, and writing sorted
 *		entries; see activity.h for the layout.
 */
#include "core/activity.h"
#include "core/activity_bytes.h"

#include "core/sort.h"

#define SHORT_GROUP		16		/* up to here insertion is faster */

/* ---- runs ---- */

static inline uint8_t *
put_value(uint8_t *at, SegmInt128 value)
{
	return value == 0 ? at : put_wide(at, value > 0 ? value * 2 : -value * 2 - 1);
}

static inline uint8_t *
put_run(uint8_t *at, int64_t gap, const SegmActivityEntry *run)
{
	at = put_varint(at, zigzag(gap));
	at = put_varint(at, (uint64_t) (run->events - 1) << EVENTS_SHIFT |
					(uint64_t) run->kind << KIND_SHIFT | (run->value != 0 ? TAG_VALUE : 0));
	return put_value(at, run->value);
}

/*
 * "same": its channel, if it has one, is the last one written.  *channel_at
 * gets the place of the channel if it is written in full, else stays.
 */
static inline uint8_t *
put_detailed_run(uint8_t *at, int64_t gap, const SegmActivityEntry *run, bool same, uint8_t **channel_at)
{
	uint64_t	how = run->channel_length == 0 ? SEGM_CHANNEL_NONE : same ? SEGM_CHANNEL_SAME : SEGM_CHANNEL_FULL;

	at = put_varint(at, zigzag(gap));
	at = put_varint(at, (uint64_t) (run->events - 1) << DETAILED_EVENTS_SHIFT |
					(uint64_t) run->kind << DETAILED_KIND_SHIFT | how << CHANNEL_SHIFT |
					(run->value != 0 ? TAG_VALUE : 0));
	if (how == SEGM_CHANNEL_FULL)
	{
		*channel_at = at;
		*at++ = (uint8_t) run->channel_length;
		memcpy(at, run->channel, run->channel_length);
		at += run->channel_length;
	}
	at = put_varint(at, zigzag(run->first - run->day * SEGM_SECONDS_PER_DAY));
	if (run->events > 1)
		at = put_varint(at, (uint64_t) (run->last - run->first));
	return put_value(at, run->value);
}

static SegmStatus
rescale(SegmInt128 value, int from, int to, SegmInt128 *result)
{
	SegmDecimal decimal = {value, from};
	SegmStatus	status = SEGM_OK;

	if (from != to && value != 0)
		status = segm_decimal_rescale(decimal, to, &decimal);
	*result = decimal.coefficient;
	return status == SEGM_OK && (*result < -SEGM_ACTIVITY_MAX_VALUE || *result > SEGM_ACTIVITY_MAX_VALUE) ?
		SEGM_OVERFLOW : status;
}

/* Days and instants that exist and belong together. */
static SegmStatus
check_row(const SegmActivityEntry *row)
{
	int64_t		midnight = row->day * SEGM_SECONDS_PER_DAY;

	if (row->day < SEGM_MIN_DAY || row->day > SEGM_MAX_DAY)
		return SEGM_DOMAIN;
	if (!row->clock)
		return row->channel_length == 0 ? SEGM_OK : SEGM_DOMAIN;
	if (row->channel_length > SEGM_ACTIVITY_MAX_CHANNEL)
		return SEGM_TOO_LARGE;
	return row->first >= SEGM_MIN_SECOND && row->last < SEGM_END_SECOND && row->last >= row->first &&
		(row->events > 1 || row->first == row->last) &&
		row->first >= midnight - SEGM_SECONDS_PER_DAY &&
		row->last < midnight + 2 * SEGM_SECONDS_PER_DAY ? SEGM_OK : SEGM_DOMAIN;
}

/* Details for a run without, which is added to a value that has them. */
static void
set_clock(SegmActivityEntry *run)
{
	if (!run->clock)
		run->first = run->last = run->day * SEGM_SECONDS_PER_DAY;
	run->clock = true;
}

/* ---- an open value ---- */

static void
put_header(uint8_t *payload, int scale, bool open, bool detailed)
{
	payload[VERSION_AT] = SEGM_ACTIVITY_VERSION;
	payload[FLAGS_AT] = (uint8_t) ((open ? SEGM_ACTIVITY_OPEN : 0) | (detailed ? SEGM_ACTIVITY_DETAILED : 0));
	payload[SCALE_AT] = (uint8_t) scale;
	payload[RESERVED_AT] = 0;
}

/* Where an open value ends, and what its next run refers to. */
typedef struct Tail
{
	size_t		used;
	int32_t		day;
	size_t		channel_at;		/* 0: no channel yet */
	uint8_t		prefix[sizeof(int64_t)];	/* of that channel */
} Tail;

static void
put_tail(uint8_t *payload, const Tail *tail)
{
	put32(payload + USED_AT, (uint32_t) tail->used);
	put32(payload + LAST_DAY_AT, (uint32_t) tail->day);
	put32(payload + LAST_CHANNEL_AT, (uint32_t) tail->channel_at);
	memcpy(payload + LAST_PREFIX_AT, tail->prefix, sizeof(tail->prefix));
}

/* The channel is now written at this place. */
static void
set_channel(Tail *tail, size_t channel_at, const SegmActivityEntry *run)
{
	tail->channel_at = channel_at;
	memset(tail->prefix, 0, sizeof(tail->prefix));
	memcpy(tail->prefix, run->channel,
		   run->channel_length < sizeof(tail->prefix) ? run->channel_length : sizeof(tail->prefix));
}

/* Channels hold no zero: one shorter than the prefix is its prefix. */
static bool
is_last_channel(const uint8_t *payload, const Tail *tail, const SegmActivityEntry *run)
{
	Tail		other;

	if (tail->channel_at == 0 || run->channel_length == 0)
		return false;
	set_channel(&other, 0, run);
	if (memcmp(tail->prefix, other.prefix, sizeof(other.prefix)) != 0)
		return false;
	return run->channel_length < sizeof(other.prefix) ||
		(payload[tail->channel_at] == run->channel_length &&
		 run->channel_length < tail->used - tail->channel_at &&
		 memcmp(payload + tail->channel_at + 1, run->channel, run->channel_length) == 0);
}

void
segm_activity_init(uint8_t *payload, int scale, bool detailed)
{
	Tail		tail = {.used = SEGM_ACTIVITY_OPEN_HEADER};

	put_header(payload, scale, true, detailed);
	put_tail(payload, &tail);
}

/* Only what keeps us inside the buffer; a finished value has no room. */
static SegmStatus
open_value(const uint8_t *payload, size_t capacity, Tail *tail)
{
	if (capacity < SEGM_ACTIVITY_OPEN_HEADER || payload[VERSION_AT] != SEGM_ACTIVITY_VERSION ||
		(payload[FLAGS_AT] & ~SEGM_ACTIVITY_DETAILED) != SEGM_ACTIVITY_OPEN)
		return SEGM_NO_ROOM;
	tail->used = get32(payload + USED_AT);
	tail->day = (int32_t) get32(payload + LAST_DAY_AT);
	tail->channel_at = get32(payload + LAST_CHANNEL_AT);
	memcpy(tail->prefix, payload + LAST_PREFIX_AT, sizeof(tail->prefix));
	return tail->used < SEGM_ACTIVITY_OPEN_HEADER || tail->used > capacity ||
		(tail->channel_at != 0 &&
		 (tail->channel_at < SEGM_ACTIVITY_OPEN_HEADER ||
		  tail->channel_at >= tail->used)) ? SEGM_CORRUPT : SEGM_OK;
}

/* Write a run behind the tail, which moves; its value has the scale of the payload. */
static SegmStatus
append_run(uint8_t *payload, size_t capacity, SegmActivityEntry *run, Tail *tail)
{
	int64_t		gap = (int64_t) run->day - tail->day;
	uint8_t		bytes[SEGM_ACTIVITY_MAX_RUN];
	uint8_t    *channel_at = NULL;
	uint8_t    *to = capacity - tail->used >= sizeof(bytes) ? payload + tail->used : bytes;
	size_t		length;

	if ((payload[FLAGS_AT] & SEGM_ACTIVITY_DETAILED) == 0)
		length = (size_t) (put_run(to, gap, run) - to);
	else
	{
		set_clock(run);
		length = (size_t) (put_detailed_run(to, gap, run, is_last_channel(payload, tail, run), &channel_at) - to);
	}
	if (length > capacity - tail->used)
		return SEGM_NO_ROOM;
	if (to == bytes)
		memcpy(payload + tail->used, bytes, length);
	if (channel_at != NULL)
		set_channel(tail, tail->used + (size_t) (channel_at - to), run);
	tail->used += length;
	tail->day = run->day;
	return SEGM_OK;
}

SegmStatus
segm_activity_append(uint8_t *payload, size_t capacity, const SegmActivityEntry *row, int scale)
{
	SegmActivityEntry run = *row;
	SegmStatus	status;
	Tail		tail;

	if ((status = open_value(payload, capacity, &tail)) != SEGM_OK ||
		(status = check_row(row)) != SEGM_OK)
		return status;
	if (scale > payload[SCALE_AT] || (row->clock && (payload[FLAGS_AT] & SEGM_ACTIVITY_DETAILED) == 0))
		return SEGM_NO_ROOM;
	if ((run.value != 0 && (status = rescale(run.value, scale, payload[SCALE_AT], &run.value)) != SEGM_OK) ||
		(status = append_run(payload, capacity, &run, &tail)) != SEGM_OK)
		return status;
	put_tail(payload, &tail);
	return SEGM_OK;
}

/* Until the last run fits nothing has changed. */
SegmStatus
segm_activity_append_all(uint8_t *payload, size_t capacity, const SegmActivity *other)
{
	SegmActivityCursor cursor;
	SegmActivityEntry run;
	SegmStatus	status;
	Tail		tail;
	bool		found;

	if ((status = open_value(payload, capacity, &tail)) != SEGM_OK)
		return status;
	if (other->scale > payload[SCALE_AT] ||
		(other->detailed && (payload[FLAGS_AT] & SEGM_ACTIVITY_DETAILED) == 0))
		return SEGM_NO_ROOM;
	segm_activity_start(other, &cursor);
	while ((status = segm_activity_next(&cursor, &run, &found)) == SEGM_OK && found)
		if ((status = rescale(run.value, other->scale, payload[SCALE_AT], &run.value)) != SEGM_OK ||
			(status = append_run(payload, capacity, &run, &tail)) != SEGM_OK)
			return status;
	if (status == SEGM_OK)
		put_tail(payload, &tail);
	return status;
}

/* What appends to open values writes what is written into finished ones: it is enough that the order is right. */
bool
segm_activity_in_order(const SegmActivity *activity, size_t *length)
{
	SegmActivityCursor cursor;
	SegmActivityEntry run;
	SegmInt128	values = 0;
	int64_t		events = 0;
	SegmStatus	status;
	bool		found;

	segm_activity_start(activity, &cursor);
	cursor.open = false;
	while ((status = segm_activity_next(&cursor, &run, &found)) == SEGM_OK && found)
		if (segm_activity_add_up(&run, &values, &events) != SEGM_OK)
			return false;
	*length = SEGM_ACTIVITY_HEADER + (size_t) (activity->end - activity->runs);
	/* what has no run has no details */
	return status == SEGM_OK && *length <= SEGM_ACTIVITY_MAX_BYTES &&
		(!activity->detailed || activity->runs < activity->end);
}

void
segm_activity_close(const SegmActivity *activity, uint8_t *payload)
{
	put_header(payload, activity->scale, false, activity->detailed);
	memcpy(payload + SEGM_ACTIVITY_HEADER, activity->runs, (size_t) (activity->end - activity->runs));
}

/* ---- building ---- */

/* No run is shorter than two bytes, or three with details. */
size_t
segm_activity_entry_bound(const SegmActivity *activity)
{
	return (size_t) (activity->end - activity->runs) / (activity->detailed ? 3 : 2) + 1;
}

SegmStatus
segm_activity_enter(const SegmActivityEntry *row, int scale, SegmActivityBuild *build)
{
	SegmActivityEntry *entry = &build->entries[build->count];
	SegmStatus	status = check_row(row);

	if (status != SEGM_OK)
		return status;
	if (build->count > UINT32_MAX)
		return SEGM_DOMAIN;
	*entry = *row;
	build->detailed = build->detailed || row->clock;
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
	{
		segm_poll_step(build->poll, build->count);
		if ((status = segm_activity_enter(&run, activity->scale, build)) != SEGM_OK)
			return status;
	}
	return status;
}

static const SegmActivityEntry *
entry_of(const SegmActivityBuild *build, uint64_t key)
{
	return &build->entries[(uint32_t) key];
}

static int
compare_channels(const SegmActivityBuild *build, uint64_t a, uint64_t b)
{
	const SegmActivityEntry *x = entry_of(build, a);
	const SegmActivityEntry *y = entry_of(build, b);

	if (x->channel == y->channel)
		return 0;
	return segm_channel_compare(x->channel, x->channel_length, y->channel, y->channel_length);
}

static void
sift_down(const SegmActivityBuild *build, uint64_t *keys, size_t root, size_t count)
{
	uint64_t	moved = keys[root];
	size_t		child;

	while ((child = 2 * root + 1) < count)
	{
		if (child + 1 < count && compare_channels(build, keys[child], keys[child + 1]) < 0)
			child++;
		if (compare_channels(build, moved, keys[child]) >= 0)
			break;
		keys[root] = keys[child];
		root = child;
	}
	keys[root] = moved;
}

/* Entries of one day and kind by channel: by insertion, or by a heap, which is never quadratic. */
static void
sort_group(const SegmActivityBuild *build, uint64_t *keys, size_t count)
{
	if (count <= SHORT_GROUP)
	{
		for (size_t i = 1; i < count; i++)
		{
			uint64_t	key = keys[i];
			size_t		j = i;

			for (; j > 0 && compare_channels(build, keys[j - 1], key) > 0; j--)
				keys[j] = keys[j - 1];
			keys[j] = key;
		}
		return;
	}
	for (size_t root = count / 2; root-- > 0;)
	{
		segm_poll_step(build->poll, root);
		sift_down(build, keys, root, count);
	}
	for (size_t end = count; end-- > 1;)
	{
		uint64_t	largest = keys[0];

		segm_poll_step(build->poll, end);
		keys[0] = keys[end];
		keys[end] = largest;
		sift_down(build, keys, 0, end);
	}
}

static void
sort_entries(SegmActivityBuild *build)
{
	size_t		sorted = 1;

	/* rows mostly arrive in order of time */
	while (sorted < build->count && build->keys[sorted - 1] < build->keys[sorted])
		sorted++;
	if (sorted < build->count)
		segm_sort64(build->keys, build->scratch, build->count, build->poll);
	if (!build->detailed)
		return;
	for (size_t i = 0, next; i < build->count; i = next)
	{
		for (next = i + 1; next < build->count && build->keys[next] >> 32 == build->keys[i] >> 32;)
			next++;
		if (next > i + 1)
			sort_group(build, build->keys + i, next - i);
	}
}

/* The run of the entries that begin at *i and belong together; *i moves behind them. */
static SegmStatus
next_run(const SegmActivityBuild *build, size_t *i, SegmInt128 *values, int64_t *events,
		 SegmActivityEntry *run)
{
	uint64_t	first = build->keys[*i];
	SegmStatus	status;

	*run = *entry_of(build, first);
	if (build->detailed)
		set_clock(run);
	if ((status = segm_activity_add_up(run, values, events)) != SEGM_OK)
		return status;
	for (++*i; *i < build->count && build->keys[*i] >> 32 == first >> 32 &&
		 (!build->detailed || compare_channels(build, first, build->keys[*i]) == 0); ++*i)
	{
		SegmActivityEntry more = *entry_of(build, build->keys[*i]);

		if ((status = segm_activity_add_up(&more, values, events)) != SEGM_OK)
			return status;
		run->value += more.value;
		run->events += more.events;
		if (!build->detailed)
			continue;
		set_clock(&more);
		run->first = run->first < more.first ? run->first : more.first;
		run->last = run->last > more.last ? run->last : more.last;
	}
	return SEGM_OK;
}

/* The runs of sorted entries; payload NULL: only measure. */
static SegmStatus
walk(const SegmActivityBuild *build, uint8_t *payload, Tail *tail)
{
	SegmInt128	values = 0;
	int64_t		events = 0;
	SegmActivityEntry last = {0};	/* with a channel */
	size_t		runs = 0;

	for (size_t i = 0; i < build->count;)
	{
		uint8_t		bytes[SEGM_ACTIVITY_MAX_RUN];
		uint8_t    *channel_at = NULL;
		SegmActivityEntry run;
		SegmStatus	status = next_run(build, &i, &values, &events, &run);
		int64_t		gap = (int64_t) run.day - tail->day;
		size_t		length;

		if (status != SEGM_OK)
			return status;
		segm_poll_step(build->poll, runs++);
		if (!build->detailed)
			length = (size_t) (put_run(bytes, gap, &run) - bytes);
		else
			length = (size_t) (put_detailed_run(bytes, gap, &run, segm_activity_same_channel(last.channel, last.channel_length,
																							 run.channel, run.channel_length),
												&channel_at) - bytes);
		if (channel_at != NULL)
		{
			set_channel(tail, tail->used + (size_t) (channel_at - bytes), &run);
			last = run;
		}
		if (payload != NULL)
			memcpy(payload + tail->used, bytes, length);
		tail->used += length;
		tail->day = run.day;
	}
	return SEGM_OK;
}

SegmStatus
segm_activity_size(SegmActivityBuild *build, bool open, size_t *length)
{
	Tail		tail = {.used = open ? SEGM_ACTIVITY_OPEN_HEADER : SEGM_ACTIVITY_HEADER};
	SegmStatus	status;

	sort_entries(build);
	status = walk(build, NULL, &tail);
	*length = tail.used;
	return status == SEGM_OK && *length > SEGM_ACTIVITY_MAX_BYTES ? SEGM_TOO_LARGE : status;
}

void
segm_activity_encode(const SegmActivityBuild *build, bool open, uint8_t *payload)
{
	Tail		tail = {.used = open ? SEGM_ACTIVITY_OPEN_HEADER : SEGM_ACTIVITY_HEADER};

	(void) walk(build, payload, &tail);
	put_header(payload, build->scale, open, build->detailed);
	if (open)
		put_tail(payload, &tail);
}
