/*
 * activity_merge.c
 *		Two texts, a line each, as activity histories: merged in either
 *		direction they are the same bytes, and canonical, or neither can be.
 */
#include "activity_value.h"
#include "fuzz.h"

static bool
read_text(const char *text, ActivityValue *value)
{
	static uint8_t channels[ACTIVITY_BYTES];
	SegmActivityBuild build = empty_build(0);

	return segm_activity_parse(text, &build, channels) == SEGM_OK && write_activity(&build, false, value) == SEGM_OK &&
		segm_activity_validate(value->bytes, value->length) == SEGM_OK;
}

/* As an aggregate does it: both into a state, which is then finished. */
static SegmStatus
merge(const ActivityValue *a, const ActivityValue *b, const SegmActivity *form, ActivityValue *result)
{
	static ActivityValue state;
	SegmStatus	status;

	state.length = SEGM_ACTIVITY_OPEN_HEADER;
	segm_activity_init(state.bytes, form->scale, form->detailed);
	if ((status = merge_activity(&state, a)) != SEGM_OK || (status = merge_activity(&state, b)) != SEGM_OK)
		return status;
	return finish_activity(&state, result);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static ActivityValue a;
	static ActivityValue b;
	static ActivityValue ab;
	static ActivityValue ba;
	static char text[ACTIVITY_BYTES / 16];
	const char *second = two_texts(data, length, text, sizeof(text));
	SegmActivity x;
	SegmActivity y;
	SegmStatus	status;

	if (second == NULL || !read_text(text, &a) || !read_text(second, &b))
		return 0;
	MUST(segm_activity_read(a.bytes, a.length, &x) == SEGM_OK && segm_activity_read(b.bytes, b.length, &y) == SEGM_OK);
	status = merge(&a, &b, &x, &ab);
	MUST(merge(&b, &a, &y, &ba) == status);
	MUST(status != SEGM_OK || (same_activity(&ab, &ba) && canonical_activity(&ab)));
	return 0;
}
