/*
 * predicate.c
 *		Conditions and references of predicates, with all ways to quote.
 */
#include "core/predicate.h"
#include "tap.h"

/* The conditions of a predicate, joined by " | ". */
static const char *
conditions(const char *text)
{
	static char joined[1024];
	SegmConditions conditions = segm_predicate_conditions(text, strlen(text), NULL);
	SegmSpan	span;

	joined[0] = '\0';
	while (segm_predicate_condition(text, &conditions, &span, NULL))
	{
		if (joined[0] != '\0')
			strcat(joined, " | ");
		strncat(joined, text + span.start, span.end - span.start);
	}
	return joined;
}

/* The names of the segments it refers to, each in brackets. */
static const char *
references(const char *text)
{
	static char joined[1024];
	size_t		position = 0;
	SegmSpan	whole;
	SegmSpan	name;

	joined[0] = '\0';
	while (segm_predicate_reference(text, strlen(text), &position, &whole, &name, NULL))
	{
		strcat(joined, "[");
		strncat(joined, text + name.start, name.end - name.start);
		strcat(joined, "]");
		if (text[whole.end - 1] != ')')
			strcat(joined, "?");
	}
	return joined;
}

static void
is_text(const char *got, const char *expected, const char *of)
{
	if (!ok(strcmp(got, expected) == 0, "%s", of))
		diag("got \"%s\", expected \"%s\"", got, expected);
}

static int	polls;

static void
count_polls(void)
{
	polls++;
}

/* One call over many tokens asks now and then, whichever it is. */
static void
asked(void)
{
	static char text[100001];
	size_t		position = 0;
	int			n;
	SegmConditions conditions;
	SegmSpan	span;
	SegmSpan	name;

	memset(text, '+', sizeof(text) - 1);
	ok(!segm_predicate_reference(text, strlen(text), &position, &span, &name, count_polls) && polls > 50,
	   "no reference, asked %d times", polls);
	polls = 0;
	position = 0;
	ok(!segm_predicate_parameter(text, strlen(text), &position, &span, count_polls) && polls > 50,
	   "no parameter, asked %d times", polls);
	polls = 0;
	conditions = segm_predicate_conditions(text, strlen(text), count_polls);
	ok(segm_predicate_condition(text, &conditions, &span, count_polls) && polls > 150,
	   "one condition, asked %d times", polls);
	polls = 0;
	text[0] = '(';
	text[sizeof(text) - 2] = ')';
	conditions = segm_predicate_conditions(text, strlen(text), count_polls);
	ok(segm_predicate_condition(text, &conditions, &span, count_polls) && polls > 200,
	   "in parentheses, which are looked for and looked through, asked %d times", polls);

	/* time is that of the text: no more looks for many conditions or parentheses than a few for each condition */
	polls = 0;
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		text[i] = "a and "[i % 6];
	conditions = segm_predicate_conditions(text, strlen(text), count_polls);
	for (n = 0; segm_predicate_condition(text, &conditions, &span, count_polls); n++)
		;
	ok(n > 10000 && polls < 3 * n, "%d conditions, asked %d times", n, polls);
	polls = 0;
	memset(text, '(', sizeof(text) - 2);
	memset(text + sizeof(text) / 2, ')', sizeof(text) / 2 - 1);
	text[sizeof(text) / 2 - 1] = 'a';
	text[sizeof(text) - 2] = '\0';
	conditions = segm_predicate_conditions(text, strlen(text), count_polls);
	ok(segm_predicate_condition(text, &conditions, &span, count_polls) && span.end - span.start == 1 && polls < 500,
	   "all the parentheses, asked %d times", polls);
}

int
main(void)
{
	static const char *const conditions_of[][2] = {
		{"a > 1", "a > 1"},
		{"a > 1 AND b", "a > 1 | b"},
		{" a and\n b And c ", "a | b | c"},
		{"(a AND b)", "a | b"},
		{"( (a AND (b)) )", "a | (b)"},
		{"(a) AND (b AND c)", "(a) | (b AND c)"},
		{"a AND b OR c", "a AND b OR c"},
		{"(a AND b) OR c", "(a AND b) OR c"},
		{"a AND (b OR c)", "a | (b OR c)"},
		{"a BETWEEN 1 AND 2 AND b", "a BETWEEN 1 AND 2 | b"},
		{"a BETWEEN (1) AND 2 AND b NOT BETWEEN 3 AND 4", "a BETWEEN (1) AND 2 | b NOT BETWEEN 3 AND 4"},
		{"CASE WHEN a AND b THEN c END AND d", "CASE WHEN a AND b THEN c END | d"},
		{"a = ' AND ' AND b", "a = ' AND ' | b"},
		{"a = 'it''s AND' AND b", "a = 'it''s AND' | b"},
		{"a = E'\\' AND ' AND b", "a = E'\\' AND ' | b"},
		{"a = '\\' AND b", "a = '\\' | b"},
		{"\"x AND y\" AND b", "\"x AND y\" | b"},
		{"a = $$ AND $$ AND b", "a = $$ AND $$ | b"},
		{"a = $q$ $$ AND $q$ AND b", "a = $q$ $$ AND $q$ | b"},
		{"a = $1 AND b = $2", "a = $1 | b = $2"},
		{"a -- AND c\n AND b", "a -- AND c | b"},
		{"/* a AND /* b AND */ c */ d AND e", "d | e"},
		{"x[1 AND 2] AND b", "x[1 AND 2] | b"},
		{"brand AND andy AND or1", "brand | andy | or1"},
		{"U&'a AND b' = n AND c", "U&'a AND b' = n | c"},
		{"", ""},
		{"  ", ""},
		{"()", ""},
		{"((", "(("},
		{"'", "'"},
		{"NOT a AND NOT (b OR c)", "NOT a | NOT (b OR c)"}
	};
	static const char *const references_of[][2] = {
		{"segment('vip')", "[vip]"},
		{"a AND NOT SEGMENT ( 'a''b' ) OR segment('rfm:champions')", "[a''b][rfm:champions]"},
		{"x.segment('vip')", ""},
		{"\"segment\"('vip')", ""},
		{"segments('vip') OR segment(vip) OR segment('a', 'b') OR segment(E'v')", ""},
		{"'segment(''vip'')' = a", ""},
		{"-- segment('vip')\n segment('x')", "[x]"},
		{"segment('vip'", ""},
		{"segment('", ""},
		{"segment", ""}
	};

	for (size_t i = 0; i < sizeof(conditions_of) / sizeof(conditions_of[0]); i++)
		is_text(conditions(conditions_of[i][0]), conditions_of[i][1], conditions_of[i][0]);
	for (size_t i = 0; i < sizeof(references_of) / sizeof(references_of[0]); i++)
		is_text(references(references_of[i][0]), references_of[i][1], references_of[i][0]);

	{
		static const char text[] = "a > $1 AND b = '$1' AND $2 < $12 OR $$ $1 $$ = $1a OR x[$1] OR 1$1 -- $1";
		size_t		position = 0;
		SegmSpan	span;
		int			n = 0;

		while (segm_predicate_parameter(text, strlen(text), &position, &span, NULL))
			n += strncmp(text + span.start, "$1", 2) == 0 && span.end - span.start == 2;
		is_int(n, 2, "parameters outside of quotes and longer words");
	}

	asked();

	/* every beginning of a text with everything in it: no byte outside is read, no endless loop */
	{
		static const char all[] = "a = E'\\'' AND u&\"x\" BETWEEN $t$ $t$ AND /* /* */ */ 1 AND (b[1] OR segment('q')) -- x\n";
		size_t		spans = 0;

		for (size_t length = 0; length < sizeof(all); length++)
		{
			char	   *copy = malloc(length + 1);
			size_t		position = 0;
			SegmConditions conditions;
			SegmSpan	span;
			SegmSpan	name;

			memcpy(copy, all, length);
			copy = realloc(copy, length == 0 ? 1 : length);
			conditions = segm_predicate_conditions(copy, length, NULL);
			while (segm_predicate_condition(copy, &conditions, &span, NULL))
				spans += span.end >= span.start && span.end <= length;
			while (segm_predicate_reference(copy, length, &position, &span, &name, NULL))
				spans += span.end <= length;
			free(copy);
		}
		ok(spans > 100, "beginnings of a text: %zu stretches", spans);
	}
	return tap_done();
}
