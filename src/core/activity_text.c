/*
 * activity_text.c
 *		The text form of an activity history.  It depends on no setting, holds
 *		nothing that needs escaping in a string, an array or a row, and gives
 *		back the same bytes:
 *
 *	v1 scale=2 2024-01-02:email_open:3 2024-01-02:purchase:1:19.99
 *
 * A run is its day, kind, number of events and, unless it is zero, value.  With
 * details it is "2024-01-02:email_open+email:2@2024-01-02T10:00:00Z..2024-01-02T11:30:00Z":
 * the channel, as text_label.h writes it, after the kind; at the end the first
 * second and, where it is another one, the last.
 */
#include "core/activity.h"

#include "core/text_label.h"
#include "core/text_time.h"

SegmStatus
segm_activity_format(const SegmActivity *activity, char *text, size_t *length, SegmPoll poll)
{
	SegmSink	sink = {text, 0};
	SegmActivityCursor cursor;
	SegmActivityEntry run;
	SegmStatus	status;
	size_t		runs = 0;
	bool		found;

	put_integer(&sink, "v", SEGM_ACTIVITY_VERSION);
	put_integer(&sink, " scale=", activity->scale);
	segm_activity_start(activity, &cursor);
	while ((status = segm_activity_next(&cursor, &run, &found)) == SEGM_OK && found)
	{
		size_t		unused;

		segm_poll_step(poll, runs++);
		put_day(&sink, " ", run.day);
		put(&sink, ":");
		put(&sink, segm_event_kind_name(run.kind, &unused));
		if (run.channel_length > 0)
			put_label(&sink, "+", run.channel, run.channel_length);
		put_integer(&sink, ":", run.events);
		if (run.value != 0)
			put_amount(&sink, run.value < 0 ? ":-" : ":", run.value < 0 ? -run.value : run.value,
					   activity->scale);
		if (run.clock)
			put_instant(&sink, "@", run.first * SEGM_USECS_PER_SECOND);
		if (run.clock && run.last > run.first)
			put_instant(&sink, "..", run.last * SEGM_USECS_PER_SECOND);
	}
	*length = sink.length;
	return status;
}

static bool
take_kind(const char **at, SegmEventKind *kind)
{
	const char *start = *at;

	while (**at == '_' || (**at >= 'a' && **at <= 'z'))
		(*at)++;
	*kind = segm_event_kind_of_name(start, (size_t) (*at - start));
	return *kind != SEGM_NO_KIND;
}

static bool
take_second(const char **at, int64_t *second)
{
	int64_t		instant;

	if (!take_instant(at, &instant) || instant % SEGM_USECS_PER_SECOND != 0)
		return false;
	*second = instant / SEGM_USECS_PER_SECOND;
	return true;
}

/* One run; its channel goes to "bytes", unless that is NULL. */
static SegmStatus
take_run(const char **at, int scale, uint8_t *bytes, SegmActivityEntry *run)
{
	size_t		length = 0;

	if (!take(at, " ") || !take_day(at, &run->day) || !take(at, ":") || !take_kind(at, &run->kind) ||
		(take(at, "+") && !take_label(at, bytes, &length)) ||
		!take(at, ":") || !take_integer(at, SEGM_ACTIVITY_MAX_EVENTS, &run->events) || run->events == 0)
		return SEGM_MALFORMED;
	if (length > SEGM_ACTIVITY_MAX_CHANNEL)
		return SEGM_TOO_LARGE;
	run->channel = length > 0 ? bytes : NULL;
	run->channel_length = (uint32_t) length;
	if (take(at, ":"))
	{
		bool		negative = take(at, "-");

		if (!take_amount(at, scale, &run->value))
			return SEGM_MALFORMED;
		if (negative)
			run->value = -run->value;
	}
	/* a channel without an instant: at midnight */
	run->clock = length > 0;
	run->first = run->last = run->day * SEGM_SECONDS_PER_DAY;
	if (take(at, "@"))
	{
		run->clock = true;
		if (!take_second(at, &run->first))
			return SEGM_MALFORMED;
		run->last = run->first;
		if (take(at, "..") && (!take_second(at, &run->last) || run->last <= run->first || run->events == 1))
			return SEGM_MALFORMED;
	}
	return SEGM_OK;
}

SegmStatus
segm_activity_parse(const char *text, SegmActivityBuild *build, uint8_t *bytes)
{
	const char *p = text;
	int64_t		number;

	build->count = 0;
	if (!take(&p, "v") || !take_integer(&p, INT32_MAX, &number))
		return SEGM_MALFORMED;
	if (number != SEGM_ACTIVITY_VERSION)
		return SEGM_VERSION;
	if (!take(&p, " scale=") || !take_integer(&p, SEGM_ACTIVITY_MAX_SCALE, &number))
		return SEGM_MALFORMED;
	build->scale = (int) number;
	while (*p != '\0')
	{
		SegmActivityEntry run = {0};
		SegmStatus	status = take_run(&p, build->scale, bytes, &run);

		if (status != SEGM_OK)
			return status;
		if (bytes != NULL)
			bytes += run.channel_length;
		/* what is larger could not be encoded either */
		if (build->count >= SEGM_ACTIVITY_MAX_BYTES / 2)
			return SEGM_TOO_LARGE;
		segm_poll_step(build->poll, build->count);
		if (build->entries == NULL)
			build->count++;
		else if ((status = segm_activity_enter(&run, build->scale, build)) != SEGM_OK)
			return status;
	}
	return SEGM_OK;
}
