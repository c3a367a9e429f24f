#include <string.h>

#include "core/user_agent_file.h"
#include "tap.h"

static bool
slice_is(SegmSlice slice, const char *expected)
{
	return slice.start != NULL && slice.length == strlen(expected) && memcmp(slice.start, expected, slice.length) == 0;
}

/* Entries of a file, -1 and the line if it is refused. */
static int
read_all(const char *content, SegmUserAgentEntry *last, int *line)
{
	static char copy[1000];
	SegmUserAgentFile file = {copy, copy + strlen(content), 0, -1};
	SegmUserAgentEntry entry;
	bool		found;
	int			n = 0;

	memcpy(copy, content, strlen(content));
	while (segm_user_agent_entry(&file, &entry, &found) == SEGM_OK)
	{
		if (!found)
			return n;
		*last = entry;
		n++;
	}
	*line = file.line;
	return -1;
}

int
main(void)
{
	static const struct
	{
		const char *content;
		int			line;
	}			wrong[] = {
		{"parsers:\n", 1}, {"os_parsers\n", 1}, {"os_parsers: x\n", 1}, {"  - regex: 'a'\n", 1}, {"os_parsers:\n  regex: 'a'\n", 2},
		{"os_parsers:\n  - regex: a\n", 2}, {"os_parsers:\n  - regex: 'a\n", 2}, {"os_parsers:\n  - regex: 'a' b\n", 2},
		{"os_parsers:\n  - regex: \"\\n\"\n", 2}, {"os_parsers:\n  - regex: \"a\\", 2}, {"os_parsers:\n  - regex:\n", 2},
		{"os_parsers:\n  - regex: 'a'\n    regex_flag: 'x'\n", 3}, {"os_parsers:\n  - regex: 'a'\n    family_replacement: 'x'\n", 3},
		{"os_parsers:\n  - os_replacement: 'a'\n", 2}, {"os_parsers:\n  - os_replacement: 'a'\n\nos_parsers:\n", 3}, {"\n\n- regex: 'a'\n", 3}
	};
	SegmUserAgentEntry entry;
	int			line = 0;

	is_int(read_all("", &entry, &line), 0, "an empty file");
	is_int(read_all("# no more\n\n  # than this\r\nos_parsers: # none\n", &entry, &line), 0, "comments and an empty section");
	is_int(read_all("user_agent_parsers:\n  - regex: 'a'\n\n  # x\n  - regex: 'b'\nos_parsers:\n  - regex: '(c)''\\d#' # y\n"
					"    os_v1_replacement: \"q\\\"\\\\\"", &entry, &line), 3, "sections, comments, both kinds of quotes");
	ok(entry.kind == SEGM_UA_OS && slice_is(entry.pattern, "(c)'\\d#") && slice_is(entry.replacement[1], "q\"\\")
	   && entry.replacement[0].start == NULL && !entry.ignore_case, "what the last one says");
	is_int(read_all("device_parsers:\n- regex: 'a'\n  regex_flag: 'i'\n  model_replacement: ''\n", &entry, &line), 1, "less indented");
	ok(entry.ignore_case && slice_is(entry.replacement[2], ""), "a flag, an empty replacement");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
	{
		line = 0;
		ok(read_all(wrong[i].content, &entry, &line) == -1 && line == wrong[i].line, "refused, case %d at line %d (%d)", (int) i, wrong[i].line, line);
	}
	return tap_done();
}
