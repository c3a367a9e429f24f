#include <string.h>

#include "core/user_agent.h"
#include "tap.h"

/* Subject "Foo 1.2", matched by "(Foo) (\d+)\.(\d+)(x)?" */
static const size_t bounds[] = {0, 7, 0, 3, 4, 5, 6, 7, SIZE_MAX, SIZE_MAX};
static const SegmMatch match = {"Foo 1.2", bounds, 5};

static bool
part_is(int kind, int part, const char *replacement, const char *expected)
{
	char		text[64];
	size_t		length;

	return segm_user_agent_part(kind, part, replacement, &match, text, sizeof(text), &length) == SEGM_OK
		&& length == strlen(expected) && memcmp(text, expected, length) == 0;
}

int
main(void)
{
	char		text[64];
	size_t		length;
	const char *const parts[] = {"10", "2", NULL, "4"};

	ok(part_is(SEGM_UA_BROWSER, 0, NULL, "Foo") && part_is(SEGM_UA_OS, 2, NULL, "2"), "without a replacement: the group in its place");
	ok(part_is(SEGM_UA_BROWSER, 3, NULL, ""), "a group that took no part");
	ok(part_is(SEGM_UA_OS, 4, NULL, ""), "a group the pattern does not have");
	ok(part_is(SEGM_UA_DEVICE, 0, NULL, "Foo") && part_is(SEGM_UA_DEVICE, 2, NULL, "Foo"), "a device's model is its name");
	ok(part_is(SEGM_UA_DEVICE, 1, NULL, ""), "its brand is not");
	ok(part_is(SEGM_UA_DEVICE, 1, "$1$3 of $2", "Foo2 of 1"), "groups in a replacement");
	ok(part_is(SEGM_UA_CLASS, 0, " \t $4 a$9$0$x$ ", "a$0$x$"), "missing groups are empty, other dollars stay, blanks around go");
	ok(part_is(SEGM_UA_CLASS, 0, "", "") && part_is(SEGM_UA_CLASS, 0, "  ", ""), "an empty replacement");
	ok(segm_user_agent_part(SEGM_UA_OS, 0, "$1$1", &match, text, 5, &length) == SEGM_NO_ROOM
	   && segm_user_agent_part(SEGM_UA_OS, 0, "$1$1", &match, text, 6, &length) == SEGM_OK && length == 6, "room is respected");

	ok(segm_user_agent_version(parts, 4, text, sizeof(text), &length) == SEGM_OK && length == 4 && memcmp(text, "10.2", 4) == 0,
	   "a version ends with the first number that is missing");
	ok(segm_user_agent_version(parts + 2, 2, text, sizeof(text), &length) == SEGM_OK && length == 0, "no version");
	ok(segm_user_agent_version(parts, 2, text, 3, &length) == SEGM_NO_ROOM, "no room for a version");
	return tap_done();
}
