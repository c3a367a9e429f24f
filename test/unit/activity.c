/*
 * activity.c
 *		The codec of activity histories, in bytes and in text: random rows in
 *		random order and random parts against sums over the rows themselves,
 *		every truncation and every changed byte of values, limits; levels and
 *		scores of engagement.
 */
#include "activity_value.h"
#include "core/engagement.h"
#include "tap.h"

#define ROWS		120

typedef struct Row
{
	SegmActivityEntry entry;
	int			scale;
} Row;

static uint64_t seed = 20240915;

static uint64_t
next_random(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

static const char *const channels[] = {"web", "app", "email", "e-mail marketing", "e-mail marketing 2", "z"};

static void
make_rows(Row *rows, int n)
{
	bool		detailed = next_random(2) == 0;
	int32_t		day = (int32_t) next_random(20000) - 5000;
	uint64_t	spread = next_random(3) == 0 ? 3 : 400;
	int			scales = 1 + (int) next_random(3);

	for (int i = 0; i < n; i++)
	{
		memset(&rows[i], 0, sizeof(rows[i]));
		rows[i].entry.day = day + (int32_t) next_random(spread);
		rows[i].entry.kind = (int) next_random(SEGM_EVENT_KINDS);
		rows[i].entry.events = 1;
		rows[i].scale = (int) next_random((uint64_t) scales);
		if (next_random(2) == 0)
			rows[i].entry.value = (SegmInt128) next_random(100000) - 40000;
		/* a few without details among those with them */
		if (detailed && next_random(10) != 0)
		{
			const char *channel = channels[next_random(6)];

			rows[i].entry.clock = true;
			rows[i].entry.first = rows[i].entry.last =
				rows[i].entry.day * SEGM_SECONDS_PER_DAY + (int64_t) next_random(3 * 86400) - 86400;
			if (next_random(5) != 0)
			{
				rows[i].entry.channel = (const uint8_t *) channel;
				rows[i].entry.channel_length = (uint32_t) strlen(channel);
			}
		}
		if (next_random(15) == 0)
			rows[i].entry.value *= (SegmInt128) 1 << next_random(80);
	}
}

static void
shuffle(Row *rows, int n)
{
	for (int i = n - 1; i > 0; i--)
	{
		int			j = (int) next_random((uint64_t) i + 1);
		Row			row = rows[i];

		rows[i] = rows[j];
		rows[j] = row;
	}
}

/* As the aggregate does it: append, and fold when there is no room. */
static SegmStatus
add_rows(const Row *rows, int n, size_t room, ActivityValue *value)
{
	value->length = room;
	segm_activity_init(value->bytes, n > 0 ? rows[0].scale : 0, n > 0 && rows[0].entry.clock);
	for (int i = 0; i < n; i++)
	{
		SegmStatus	status = segm_activity_append(value->bytes, value->length, &rows[i].entry, rows[i].scale);

		if (status == SEGM_NO_ROOM)
		{
			static ActivityValue grown;
			SegmActivity activity;
			SegmActivityBuild build;

			if ((status = segm_activity_read(value->bytes, value->length, &activity)) != SEGM_OK)
				return status;
			build = empty_build(activity.scale > rows[i].scale ? activity.scale : rows[i].scale);
			if ((status = segm_activity_collect(&activity, &build)) == SEGM_OK &&
				(status = segm_activity_enter(&rows[i].entry, rows[i].scale, &build)) == SEGM_OK)
				status = write_activity(&build, true, &grown);
			if (status == SEGM_OK)
				*value = grown;
		}
		if (status != SEGM_OK)
			return status;
	}
	return SEGM_OK;
}

static SegmInt128
at_scale(const Row *row, int scale)
{
	SegmInt128	value = row->entry.value;

	for (int i = row->scale; i < scale; i++)
		value *= 10;
	return value;
}

static bool
asked(const SegmActivityRange *range, const SegmActivityEntry *entry)
{
	return entry->day >= range->from && entry->day < range->to && (range->kinds >> entry->kind & 1) != 0 &&
		(range->channel == NULL ||
		 (range->channel_length == entry->channel_length &&
		  memcmp(range->channel, entry->channel, entry->channel_length) == 0));
}

static int64_t
seconds(const SegmActivityEntry *entry, bool first)
{
	return !entry->clock ? entry->day * SEGM_SECONDS_PER_DAY : first ? entry->first : entry->last;
}

/* The totals of a random question, by adding up the rows. */
static bool
right_answer(const ActivityValue *finished, const Row *rows, int n)
{
	SegmActivity activity;
	SegmActivityRange range = {.kinds = 1u << next_random(SEGM_EVENT_KINDS) | 1u << next_random(SEGM_EVENT_KINDS)};
	SegmActivityTotals totals;
	SegmInt128	value = 0;
	int64_t		events = 0;
	int64_t		days = 0;
	int64_t		first_second = INT64_MAX;
	int64_t		last_second = INT64_MIN;

	if (next_random(3) == 0)
	{
		range.channel = (const uint8_t *) channels[next_random(6)];
		range.channel_length = strlen((const char *) range.channel);
	}
	range.from = rows[0].entry.day - (int64_t) next_random(50);
	range.to = range.from + (int64_t) next_random(200);
	if (next_random(4) == 0)
		range = segm_activity_whole;
	if (segm_activity_read(finished->bytes, finished->length, &activity) != SEGM_OK ||
		segm_activity_totals(&activity, &range, &totals) != SEGM_OK)
		return false;
	for (int i = 0; i < n; i++)
	{
		const SegmActivityEntry *entry = &rows[i].entry;
		bool		first = true;

		if (!asked(&range, entry))
			continue;
		first_second = seconds(entry, true) < first_second ? seconds(entry, true) : first_second;
		last_second = seconds(entry, false) > last_second ? seconds(entry, false) : last_second;
		value += at_scale(&rows[i], activity.scale);
		events++;
		for (int j = 0; j < i; j++)
			if (rows[j].entry.day == entry->day && asked(&range, &rows[j].entry))
				first = false;
		days += first;
		if (entry->day < totals.first_day || entry->day > totals.last_day)
			return false;
	}
	if (activity.detailed && days > 0 && (totals.first != first_second || totals.last != last_second))
		return false;
	return totals.value == value && totals.events == events && totals.days == days;
}

/* Whether it could be closed as it is, and then is what building makes of it. */
static bool
closes(const ActivityValue *open, const ActivityValue *finished, bool *in_order)
{
	static ActivityValue closed;
	SegmActivity activity;

	if (segm_activity_read(open->bytes, open->length, &activity) != SEGM_OK)
		return false;
	*in_order = segm_activity_in_order(&activity, &closed.length);
	if (!*in_order)
		return true;
	segm_activity_close(&activity, closed.bytes);
	return same_activity(&closed, finished);
}

/* An open value to which the runs of a finished one were added in their order. */
static bool
reopen(const ActivityValue *finished, ActivityValue *open)
{
	SegmActivity activity;

	if (segm_activity_read(finished->bytes, finished->length, &activity) != SEGM_OK)
		return false;
	open->length = finished->length + 24;
	segm_activity_init(open->bytes, activity.scale, activity.detailed);
	return segm_activity_append_all(open->bytes, open->length, &activity) == SEGM_OK;
}

static void
test_rows(void)
{
	static ActivityValue whole;
	static ActivityValue finished;
	static ActivityValue part;
	static ActivityValue merged;
	static ActivityValue other;
	Row			rows[ROWS];
	bool		order = true;
	bool		parts = true;
	bool		answers = true;
	bool		forms = true;
	bool		closed = true;
	bool		sorted = false;
	int			as_they_came = 0;

	for (int round = 0; round < 400; round++)
	{
		int			n = 1 + (int) next_random(ROWS);
		int			cut = (int) next_random((uint64_t) n);

		make_rows(rows, n);
		if (add_rows(rows, n, 24 + next_random(100), &whole) != SEGM_OK ||
			finish_activity(&whole, &finished) != SEGM_OK)
		{
			ok(false, "round %d", round);
			return;
		}
		closed = closed && closes(&whole, &finished, &sorted);
		as_they_came += sorted;
		closed = closed && reopen(&finished, &other) && closes(&other, &finished, &sorted) && sorted;
		forms = forms && canonical_activity(&finished) &&
			segm_activity_validate(finished.bytes, finished.length) == SEGM_OK;
		for (int i = 0; i < 5; i++)
			answers = answers && right_answer(&finished, rows, n);
		shuffle(rows, n);
		order = order && add_rows(rows, n, 24 + next_random(100), &whole) == SEGM_OK &&
			finish_activity(&whole, &other) == SEGM_OK && same_activity(&finished, &other);
		parts = parts && add_rows(rows, cut, 24 + next_random(60), &merged) == SEGM_OK &&
			add_rows(rows + cut, n - cut, 24 + next_random(60), &part) == SEGM_OK &&
			(next_random(2) == 0 || (finish_activity(&part, &other) == SEGM_OK && (part = other, true))) &&
			merge_activity(&merged, &part) == SEGM_OK &&
			finish_activity(&merged, &other) == SEGM_OK && same_activity(&finished, &other);
	}
	ok(order, "any order of rows gives the same bytes");
	ok(closed && as_they_came > 0 && as_they_came < 400, "runs that come in order are those of the finished value");
	ok(parts, "any two parts merged give the same bytes");
	ok(answers, "totals are those of the rows");
	ok(forms, "bytes and text give back the same bytes");
}

static void
test_damage(void)
{
	static ActivityValue value;
	static ActivityValue damaged;
	Row			rows[ROWS];
	int			accepted = 0;
	bool		truncated = true;
	bool		canonical = true;

	make_rows(rows, ROWS / 4);
	if (add_rows(rows, ROWS / 4, 64, &damaged) != SEGM_OK || finish_activity(&damaged, &value) != SEGM_OK)
		abort();
	for (size_t length = 0; length < value.length; length++)
	{
		damaged = value;
		damaged.length = length;
		/* a value cut between two runs is a shorter history */
		if (segm_activity_validate(damaged.bytes, length) == SEGM_OK && !canonical_activity(&damaged))
			truncated = false;
	}
	for (size_t i = 0; i < value.length; i++)
		for (int byte = 0; byte < 256; byte++)
		{
			damaged = value;
			damaged.bytes[i] = (uint8_t) byte;
			if (segm_activity_validate(damaged.bytes, damaged.length) != SEGM_OK)
				continue;
			accepted++;
			canonical = canonical && canonical_activity(&damaged);
		}
	ok(truncated, "a truncated value is refused or a shorter history");
	ok(canonical, "a changed byte is refused or another history");
	ok(accepted > 0, "some changed bytes are another history (%d)", accepted);
}

static SegmStatus
parse(const char *text, ActivityValue *value)
{
	SegmActivityBuild build = empty_build(0);
	static uint8_t labels[1000];
	SegmStatus	status = segm_activity_parse(text, &build, labels);

	return status == SEGM_OK ? write_activity(&build, false, value) : status;
}

static void
test_limits(void)
{
	static ActivityValue value;
	SegmActivityEntry row = {.events = 1, .day = SEGM_MAX_DAY + 1, .kind = SEGM_LOGIN};
	SegmActivityBuild build = empty_build(0);
	SegmActivityEntry large = {.value = SEGM_ACTIVITY_MAX_VALUE, .events = 1, .kind = SEGM_LOGIN};
	size_t		length;

	is_int(parse("v1 scale=0 2024-01-02:login:1 2024-01-02:login:2", &value), SEGM_OK, "runs of one day and kind");
	ok(value.length == 9 && memcmp(value.bytes, "\1\0\0\0\376\210\1\244\1", 9) == 0,
	   "the bytes of three log-ins: 8767 days, 2 * 64 + 18 * 2");
	is_int(parse("v1 scale=0 2024-01-02:login", &value), SEGM_MALFORMED, "no count");
	is_int(parse("v1 scale=0 2024-01-02:login:1:", &value), SEGM_MALFORMED, "no value");
	is_int(parse("v1 scale=0 2024-01-02:Login:1", &value), SEGM_MALFORMED, "no kind");
	is_int(parse("v1 scale=99", &value), SEGM_MALFORMED, "scale");
	is_int(parse("v9 scale=0", &value), SEGM_VERSION, "version");
	is_int(parse("v1 scale=0 2024-01-02:login+web:2@2024-01-02T10:00:00Z..2024-01-02T11:00:00Z 2024-01-02:search+web:1:5@2024-01-01T23:00:00Z", &value),
		   SEGM_OK, "runs with details");
	ok(value.length == 23 && memcmp(value.bytes, "\1\2\0\0\376\210\1\75\3web\237\70\12\0\222\3\300\262\4\220\34", 23) == 0, "the bytes of runs with details");
	is_int(parse("v1 scale=0 2024-01-02:login+web:1@2024-01-05T10:00:00Z", &value), SEGM_DOMAIN, "an instant of another day");
	is_int(parse("v1 scale=0 2024-01-02:login+:1", &value), SEGM_MALFORMED, "an empty channel");
	is_int(parse("v1 scale=0 2024-01-02:login:1@2024-01-02T10:00:00.500000Z", &value), SEGM_MALFORMED, "half a second");
	is_int(parse("v1 scale=0 2024-01-02:login:1@2024-01-02T10:00:00Z..2024-01-02T11:00:00Z", &value), SEGM_MALFORMED, "one event, two instants");
	is_int(segm_activity_enter(&row, 0, &build), SEGM_DOMAIN, "a day after the last one");
	segm_activity_init(value.bytes, 0, false);
	is_int(segm_activity_append(value.bytes, 64, &row, 0), SEGM_DOMAIN, "nor appended");
	build = empty_build(0);
	is_int(segm_activity_enter(&large, 0, &build), SEGM_OK, "the largest value");
	is_int(segm_activity_size(&build, false, &length), SEGM_OK, "fits");
	large.value = -1;
	large.day = 1;
	is_int(segm_activity_enter(&large, 0, &build), SEGM_OK, "and minus one");
	is_int(segm_activity_size(&build, false, &length), SEGM_OVERFLOW, "is too much with it, signs aside");
}

static void
test_engagement(void)
{
	static ActivityValue value;
	SegmEngagementRules rules = SEGM_ENGAGEMENT_RULES;
	SegmEngagementWeights weights = *segm_engagement_default_weights();
	SegmEngagementLevel level;
	SegmActivity activity;
	double		score;
	double		later;
	int32_t		day;

	/* the day of the last open or click that counts, 31 January, is the window's first on 29 February */
	if (parse("v1 scale=0 2024-01-31:email_click:2 2024-01-31:email_open:5", &value) != SEGM_OK ||
		segm_activity_read(value.bytes, value.length, &activity) != SEGM_OK ||
		segm_day_of_civil((SegmCivil) {2024, 1, 31}, &day) != SEGM_OK)
		abort();
	segm_engagement_of(&activity, day, &rules, &level);
	is_str(segm_engagement_level_name(level), "unknown", "before the first day");
	segm_engagement_of(&activity, day + 30, &rules, &level);
	is_str(segm_engagement_level_name(level), "highly_engaged", "on the 30th day");
	segm_engagement_of(&activity, day + 31, &rules, &level);
	is_str(segm_engagement_level_name(level), "low", "on the 31st");
	segm_engagement_of(&activity, day + 90, &rules, &level);
	is_str(segm_engagement_level_name(level), "low", "on the 90th");
	segm_engagement_of(&activity, day + 91, &rules, &level);
	is_str(segm_engagement_level_name(level), "dormant", "on the 91st");
	rules.min_opens = 6;
	segm_engagement_of(&activity, day + 30, &rules, &level);
	is_str(segm_engagement_level_name(level), "moderately_engaged", "one open short");
	rules.low_days = 29;
	is_int(segm_engagement_check(&rules), SEGM_DOMAIN, "low before the window ends");

	segm_engagement_score(&activity, day + 1, &weights, &score);
	is_close(score, 2 * 3 + 5 * 1, 0, "a score of today");
	segm_engagement_score(&activity, day + 11, &weights, &score);
	is_close(score, 11 * pow(2, -1.0 / 3), 1e-15, "ten days later");
	for (int i = 0; i < 2000; i++)
	{
		segm_engagement_score(&activity, day + 11 + i, &weights, &score);
		segm_engagement_score(&activity, day + 41 + i, &weights, &later);
		if (later * 2 != score)
			break;
		if (i == 1999)
			ok(true, "exactly half of it after a half-life, on any day");
	}
	weights.weight[3] = NAN;
	is_int(segm_engagement_check_weights(&weights), SEGM_DOMAIN, "a weight of NaN");
	weights.weight[3] = 0;
	weights.half_life[3] = 0;
	is_int(segm_engagement_check_weights(&weights), SEGM_DOMAIN, "a half-life of 0");
}

int
main(void)
{
	test_rows();
	test_damage();
	test_limits();
	test_engagement();
	return tap_done();
}
