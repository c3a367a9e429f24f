/*
 * activity_value.h
 *		Activity histories in fixed buffers, put together as the aggregate does
 *		it: for the unit test and the fuzz target.
 */
#ifndef ACTIVITY_VALUE_H
#define ACTIVITY_VALUE_H

#include <stdlib.h>
#include <string.h>

#include "core/activity.h"

#define ACTIVITY_BYTES	4096	/* the largest value */

typedef struct ActivityValue
{
	uint8_t		bytes[ACTIVITY_BYTES];
	size_t		length;
} ActivityValue;

static inline bool
same_activity(const ActivityValue *a, const ActivityValue *b)
{
	return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* An empty collection of entries. */
static inline SegmActivityBuild
empty_build(int scale)
{
	static SegmActivityEntry entries[ACTIVITY_BYTES];
	static uint64_t keys[ACTIVITY_BYTES];
	static uint64_t scratch[ACTIVITY_BYTES];
	SegmActivityBuild build = {entries, keys, scratch, 0, scale, false, NULL};

	return build;
}

static inline SegmStatus
write_activity(SegmActivityBuild *build, bool open, ActivityValue *value)
{
	SegmStatus	status = segm_activity_size(build, open, &value->length);

	if (status != SEGM_OK)
		return status;
	if (value->length > ACTIVITY_BYTES)
		abort();
	segm_activity_encode(build, open, value->bytes);
	if (open)
		value->length *= 2;		/* the room to spare */
	return SEGM_OK;
}

/* The finished form of any value. */
static inline SegmStatus
finish_activity(const ActivityValue *value, ActivityValue *finished)
{
	SegmActivity activity;
	SegmActivityBuild build;
	SegmStatus	status = segm_activity_read(value->bytes, value->length, &activity);

	if (status != SEGM_OK)
		return status;
	build = empty_build(activity.scale);
	status = segm_activity_collect(&activity, &build);
	return status == SEGM_OK ? write_activity(&build, false, finished) : status;
}

/* b into the open value a. */
static inline SegmStatus
merge_activity(ActivityValue *a, const ActivityValue *b)
{
	static ActivityValue grown;
	SegmActivity into;
	SegmActivity other;
	SegmActivityBuild build;
	SegmStatus	status;

	if ((status = segm_activity_read(b->bytes, b->length, &other)) != SEGM_OK)
		return status;
	status = segm_activity_append_all(a->bytes, a->length, &other);
	if (status != SEGM_NO_ROOM)
		return status;
	if ((status = segm_activity_read(a->bytes, a->length, &into)) != SEGM_OK)
		return status;
	build = empty_build(into.scale > other.scale ? into.scale : other.scale);
	if ((status = segm_activity_collect(&into, &build)) != SEGM_OK ||
		(status = segm_activity_collect(&other, &build)) != SEGM_OK)
		return status;
	/* channels are still read from the old bytes */
	if (write_activity(&build, true, &grown) != SEGM_OK)
		return segm_activity_size(&build, true, &grown.length);
	*a = grown;
	return SEGM_OK;
}

/* Whether collecting and writing a finished value, and its text, give it back. */
static inline bool
canonical_activity(const ActivityValue *value)
{
	static ActivityValue again;
	static char text[64 * ACTIVITY_BYTES];
	static uint8_t channels[64 * ACTIVITY_BYTES];
	SegmActivity activity;
	SegmActivityBuild build;
	size_t		length;

	if (finish_activity(value, &again) != SEGM_OK || !same_activity(value, &again) ||
		segm_activity_read(value->bytes, value->length, &activity) != SEGM_OK ||
		segm_activity_format(&activity, NULL, &length, NULL) != SEGM_OK || length >= sizeof(text) ||
		segm_activity_format(&activity, text, &length, NULL) != SEGM_OK)
		return false;
	text[length] = '\0';
	build = empty_build(0);
	return segm_activity_parse(text, &build, channels) == SEGM_OK &&
		write_activity(&build, false, &again) == SEGM_OK && same_activity(value, &again);
}

#endif							/* ACTIVITY_VALUE_H */
