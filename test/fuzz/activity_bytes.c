/*
 * activity_bytes.c
 *		Any bytes as a stored or received activity_history, and as its text:
 *		reading them never leaves the buffer, and what is let through is
 *		canonical.
 */
#include "activity_value.h"
#include "core/engagement.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static ActivityValue value;
	static ActivityValue again;
	static char text[64 * ACTIVITY_BYTES];
	static uint8_t channels[64 * ACTIVITY_BYTES];
	SegmEngagementRules rules = SEGM_ENGAGEMENT_RULES;
	SegmActivity activity;
	SegmActivityTotals totals;
	SegmEngagementLevel level;
	SegmActivityBuild build = empty_build(0);
	double		score;
	size_t		size;

	if (length > ACTIVITY_BYTES / 4)
		return 0;
	memcpy(text, data, length);
	text[length] = '\0';
	if (segm_activity_parse(text, &build, channels) == SEGM_OK && write_activity(&build, false, &value) == SEGM_OK &&
		(segm_activity_validate(value.bytes, value.length) != SEGM_OK || !canonical_activity(&value)))
		abort();

	memcpy(value.bytes, data, length);
	value.length = length;
	if (segm_activity_validate(value.bytes, length) == SEGM_OK && !canonical_activity(&value))
		abort();

	/* a damaged page: no more than the header has been looked at */
	if (segm_activity_read(value.bytes, length, &activity) != SEGM_OK)
		return 0;
	(void) segm_activity_totals(&activity, &segm_activity_whole, &totals);
	(void) segm_engagement_of(&activity, 8766, &rules, &level);
	(void) segm_engagement_score(&activity, 8766, segm_engagement_default_weights(), &score);
	if (segm_activity_format(&activity, NULL, &size, NULL) == SEGM_OK && size < sizeof(text))
		(void) segm_activity_format(&activity, text, &size, NULL);
	again.length = 64 + length;
	segm_activity_init(again.bytes, activity.scale, activity.detailed);
	(void) merge_activity(&again, &value);
	return 0;
}
