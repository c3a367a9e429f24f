#include <string.h>

#include "core/required_text.h"
#include "tap.h"

/* The texts, "a|b" */
static const char *
required(const char *pattern)
{
	static char list[2000];
	char		texts[SEGM_REQUIRED_ROOM(900)];
	size_t		used = segm_required_texts(pattern, strlen(pattern), texts);

	list[0] = '\0';
	for (size_t at = 0; at < used; at += 1 + (size_t) texts[at])
	{
		if (at > 0)
			strcat(list, "|");
		strncat(list, texts + at + 1, (size_t) texts[at]);
	}
	return list;
}

int
main(void)
{
	static const char *const cases[][2] = {
		{"Foobar", "foobar"}, {"ab", ""}, {"Foo|Bar", "foo|bar"}, {"Foo|Ba", ""}, {"(Foo)/(\\d+)", "foo/"}, {"x(Foo|Barbar)y", "foo|barbar"},
		{"Fooo?bar", "foo"}, {"Foo*bar", "bar"}, {"Foo+bar", "foo"}, {"Foo{2}bar", "bar"}, {"(?:Foo)?bar", "bar"}, {"(?:Foo|x)bar", "bar"},
		{"(?:Foo)+", "foo"}, {"(?:Foo|Bar){0,3}xyz", "xyz"}, {"a\\.b\\-c", "a.b-c"}, {"a\\d\\w\\sfoo", "foo"}, {"\\bfoo\\b/1", "foo/1"},
		{"[Ff]oo[x]y", "fooxy"}, {"[^f]oox", "oox"}, {"f[ab]oox", "oox"}, {"[]]foo", "]foo"}, {"[a\\]]foo", "foo"}, {"^foo$", "foo"},
		{"(Mozilla/5.0) ?(?:U2X|GUV)", "u2x|guv"}, {"Mozilla", "mozilla"}, {"(a(b(c)))d", "abcd"}, {"((Foo|Bar)|Baz)", "foo|bar|baz"},
		{"foo(|bar)", "foo"}, {"", ""}, {"|foo", ""}, {"foo.bar", "foo"}, {"f.o.o.bar", "bar"},
		/* not understood: nothing is required */
		{"foo(?=bar)", ""}, {"(?i)foo", ""}, {"(?P<n>foo)", ""}, {"(*UTF)foo", ""}, {"foo\\1", ""}, {"\\x41foo", ""}, {"\\Qfoo\\E", ""},
		{"[[:alpha:]]foo", ""}, {"[abc", ""}, {"foo\\", ""}, {"foo(", ""}, {"foo)", ""}, {"foo{2", ""}, {"(?:foo", ""}, {"[\\", ""}, {"(foo[", ""},
		{"((((((((((((((((((((((foo|a))))))))))))))))))))))", ""}
	};
	static SegmRequired texts[] = {{"foo", 3, 0}, {"foobar", 6, 1}, {"bar", 3, 70}, {"xbar", 4, 3}, {"foo", 3, 5}};
	SegmRequired room[5];
	uint32_t	slots[65537];
	SegmTextFilter filter = {room, slots, 0};
	uint64_t	bits[2] = {0, 0};
	char		folded[10];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_str(required(cases[i][0]), cases[i][1], cases[i][0]);
	is_str(required("abcdefghijklmnopqrstuvwxyz0123456789"), "abcdefghijklmnopqrstuvwx", "a long text: its beginning");

	segm_text_filter_build(&filter, texts, 5, segm_text_filter_slots(5));
	segm_text_filter_find(&filter, "a foobar", 8, bits);
	ok(bits[0] == ((1 << 0) | (1 << 1) | (1 << 5)) && bits[1] == UINT64_C(1) << 6, "texts are found wherever they are");
	bits[0] = bits[1] = 0;
	segm_text_filter_find(&filter, "fooba", 5, bits);
	ok(bits[0] == ((1 << 0) | (1 << 5)) && bits[1] == 0, "but not beyond the end");
	segm_text_filter_find(&filter, "fo", 2, bits);
	segm_text_filter_find(&filter, "", 0, bits);
	segm_text_filter_build(&filter, texts, 0, segm_text_filter_slots(0));
	bits[0] = 0;
	segm_text_filter_find(&filter, "foobar", 6, bits);
	ok(bits[0] == 0, "an empty filter finds nothing");
	ok(segm_text_filter_slots(1000000) == 65536, "slots are bounded");

	ok(segm_fold("AbZ[\x60", 5, folded) && memcmp(folded, "abz[\x60", 5) == 0, "ASCII letters fold");
	ok(!segm_fold("A\xc3\x89", 3, folded) && memcmp(folded, "a\xc3\x89", 3) == 0, "others do not");
	return tap_done();
}
