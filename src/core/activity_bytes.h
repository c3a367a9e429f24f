/*
 * activity_bytes.h
 *		Where the parts of an activity history lie, for the files that read and
 *		write them; see activity.h.
 */
#ifndef SEGM_ACTIVITY_BYTES_H
#define SEGM_ACTIVITY_BYTES_H

#include "core/activity.h"
#include "core/bytes.h"

#define VERSION_AT		0
#define FLAGS_AT		1
#define SCALE_AT		2
#define RESERVED_AT		3
#define USED_AT			4
#define LAST_DAY_AT		8
#define LAST_CHANNEL_AT	12
#define LAST_PREFIX_AT	16

#define TAG_VALUE		1
#define KIND_SHIFT		1		/* of a run without details */
#define EVENTS_SHIFT	6
#define CHANNEL_SHIFT	1		/* of one with them */
#define CHANNEL_MASK	3
#define DETAILED_KIND_SHIFT 3
#define DETAILED_EVENTS_SHIFT 8
#define KIND_MASK		31

enum
{
	SEGM_CHANNEL_NONE,
	SEGM_CHANNEL_SAME,
	SEGM_CHANNEL_FULL
};

/* By bytes; none comes before any. */
static inline int
segm_channel_compare(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
	size_t		shorter = a_length < b_length ? a_length : b_length;
	int			order = shorter > 0 ? memcmp(a, b, shorter) : 0;

	return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

/* Add a run to sums that any question may ask for: these must exist. */
extern SegmStatus segm_activity_add_up(const SegmActivityEntry *run, SegmInt128 *values, int64_t *events);

#endif							/* SEGM_ACTIVITY_BYTES_H */
