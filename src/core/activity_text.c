/*
 * activity_text.c
 *		The text form of an activity history.  It depends on no setting, holds
 *		nothing that needs escaping in a string, an array or a row, and gives
 *		back the same bytes:
 *
 *	v1 scale=2 2024-01-02:email_open:3 2024-01-02:purchase:1:19.99
 *
 * A run is its day, kind, number of events and, unless it is zero, value.
 */
#include "core/activity.h"

#include "core/text_time.h"

SegmStatus
segm_activity_format(const SegmActivity *activity, char *text, size_t *length)
{
	SegmSink	sink = {text, 0};
	SegmActivityCursor cursor;
	SegmActivityEntry run;
	SegmStatus	status;
	bool		found;

	put_integer(&sink, "v", SEGM_ACTIVITY_VERSION);
	put_integer(&sink, " scale=", activity->scale);
	segm_activity_start(activity, &cursor);
	while ((status = segm_activity_next(&cursor, &run, &found)) == SEGM_OK && found)
	{
		size_t		unused;

		put_day(&sink, " ", run.day);
		put(&sink, ":");
		put(&sink, segm_event_kind_name(run.kind, &unused));
		put_integer(&sink, ":", run.events);
		if (run.value != 0)
			put_amount(&sink, run.value < 0 ? ":-" : ":", run.value < 0 ? -run.value : run.value,
					   activity->scale);
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

SegmStatus
segm_activity_parse(const char *text, SegmActivityBuild *build)
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
		SegmStatus	status;
		bool		negative;

		if (!take(&p, " ") || !take_day(&p, &run.day) || !take(&p, ":") || !take_kind(&p, &run.kind) ||
			!take(&p, ":") || !take_integer(&p, SEGM_ACTIVITY_MAX_EVENTS, &run.events) || run.events == 0)
			return SEGM_MALFORMED;
		if (take(&p, ":"))
		{
			negative = take(&p, "-");
			if (!take_amount(&p, build->scale, &run.value))
				return SEGM_MALFORMED;
			if (negative)
				run.value = -run.value;
		}
		/* what is larger could not be encoded either */
		if (build->count >= SEGM_ACTIVITY_MAX_BYTES / 2)
			return SEGM_TOO_LARGE;
		if (build->entries == NULL)
			build->count++;
		else if ((status = segm_activity_enter(&run, build->scale, build)) != SEGM_OK)
			return status;
	}
	return SEGM_OK;
}
