/*
 * user_agent.c
 *		Any bytes as a pattern file; and of what it holds, any bytes as an
 *		expression, whose required texts must fit their buffer, be in lower
 *		case, and be found by the filter in a text that holds them.
 */
#include <stdlib.h>
#include <string.h>

#include "core/required_text.h"
#include "core/user_agent_file.h"

#define BYTES 4000

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static void
try_expression(const char *pattern, size_t length)
{
	static char texts[SEGM_REQUIRED_ROOM(BYTES)];
	static uint32_t slots[65537];
	static SegmRequired required[BYTES];
	static SegmRequired kept[BYTES];
	SegmTextFilter filter = {kept, slots, 0};
	size_t		used = segm_required_texts(pattern, length, texts);
	uint32_t	n = 0;

	if (used > SEGM_REQUIRED_ROOM(length))
		abort();
	for (size_t at = 0; at < used; at += 1 + (size_t) texts[at])
	{
		if (texts[at] < SEGM_REQUIRED_SHORTEST || texts[at] > SEGM_REQUIRED_LONGEST || at + 1 + (size_t) texts[at] > used)
			abort();
		required[n] = (SegmRequired) {texts + at + 1, (uint32_t) texts[at], n % 64};
		n++;
	}
	segm_text_filter_build(&filter, required, n, segm_text_filter_slots(n));
	for (uint32_t i = 0; i < n; i++)
	{
		uint64_t	bits[1] = {0};
		char		folded[SEGM_REQUIRED_LONGEST];

		segm_fold(required[i].text, required[i].length, folded);
		if (memcmp(folded, required[i].text, required[i].length) != 0)
			abort();
		segm_text_filter_find(&filter, required[i].text, required[i].length, bits);
		if ((bits[0] >> (i % 64) & 1) == 0)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static char copy[BYTES];
	SegmUserAgentFile file = {copy, copy + length, 0, -1};
	SegmUserAgentEntry entry;
	bool		found;

	if (length > sizeof(copy))
		return 0;
	memcpy(copy, data, length);
	try_expression((const char *) data, length);
	while (segm_user_agent_entry(&file, &entry, &found) == SEGM_OK && found)
	{
		SegmMatch	match = {(const char *) data, (const size_t[]) {0, length, 0, length / 2, SIZE_MAX, SIZE_MAX}, 3};
		char		text[64];
		size_t		got;

		try_expression(entry.pattern.start, entry.pattern.length);
		for (int part = 0; part < segm_user_agent_parts[entry.kind]; part++)
			if (segm_user_agent_part(entry.kind, part, NULL, &match, text, sizeof(text), &got) == SEGM_OK && got > sizeof(text))
				abort();
	}
	return 0;
}
