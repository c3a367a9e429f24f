/*
 * required_text.c
 *		Texts without one of which a regular expression cannot match, and a
 *		filter that finds which of many expressions may match at all.
 *
 * Trying a thousand expressions on every string is slow.  Nearly all of them
 * need some text, as "Foo(\d+)|Bar" needs "foo" or "bar"; whoever looks for
 * all these texts in one pass over the string knows the few expressions worth
 * trying (the idea is that of Google's FilteredRE2).
 *
 * The expression is read on the careful side: of what is not understood
 * nothing is required, and an expression that requires nothing is always
 * tried.  So a filter can only be slow, not wrong.
 */
#include "core/required_text.h"

#include <string.h>

#define DEEPEST		20

/*
 * What most user agents hold: a text found in here says little.
 */
static const char usual[] =
"mozilla/5.0 (linux; u; android 10; mobile; tablet; en-us; build/) applewebkit/537.36 (khtml, like gecko) "
"chrome/ version/4.0 mobile safari/537.36 windows nt 10.0; win64; x64; macintosh; intel mac os x 10_15; "
"cpu iphone os 13_2 like mac os x) (compatible; msie trident/ device= brand=generic os=other browser=";

/* Reading an expression, writing a set of texts behind what is written already. */
typedef struct Reader
{
	const char *at;
	const char *end;
	char	   *texts;
	size_t		used;
	bool		given_up;		/* something that is not understood */
} Reader;

/* A set of texts: from "start" to the reader's "used"; worth 0: nothing is required */
typedef struct Set
{
	size_t		start;
	int			worth;
} Set;

static void read_alternatives(Reader *reader, int depth, Set *set);

static unsigned char
lower(unsigned char c)
{
	return (unsigned char) (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool
is_letter_or_digit(unsigned char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

static bool
is_usual(const char *text, size_t length)
{
	for (size_t i = 0; i + length < sizeof(usual); i++)
		if (memcmp(usual + i, text, length) == 0)
			return true;
	return false;
}

/* Keep the better of the set at "best" and the one behind it that ends at "used". */
static void
keep_better(Reader *reader, Set *best, size_t start, int worth)
{
	if (worth > best->worth)
	{
		memmove(reader->texts + best->start, reader->texts + start, reader->used - start);
		reader->used = best->start + (reader->used - start);
		best->worth = worth;
	}
	else
		reader->used = start;
}

/* A run of plain characters has ended. */
static void
end_run(Reader *reader, Set *best, const char *run, size_t *length)
{
	size_t		start = reader->used;

	if (*length >= SEGM_REQUIRED_SHORTEST)
	{
		reader->texts[reader->used++] = (char) *length;
		memcpy(reader->texts + reader->used, run, *length);
		reader->used += *length;
		keep_better(reader, best, start,
					(int) *length + (is_usual(run, *length) ? 0 : SEGM_REQUIRED_LONGEST));
	}
	*length = 0;
}

/*
 * Past a class "[...]".  Returns the character it stands for if it is one, or
 * one letter in both cases, else -1.
 */
static int
read_class(Reader *reader)
{
	const char *start = ++reader->at;
	int			only = -1;

	if (reader->at < reader->end && *reader->at == '^')
		reader->at++;
	for (bool first = true; reader->at < reader->end && (first || *reader->at != ']'); first = false)
	{
		if (*reader->at == '[')
			reader->given_up = true;	/* maybe a class by name */
		if (*reader->at == '\\')
			reader->at++;
		reader->at++;
	}
	if (reader->at >= reader->end)
	{
		reader->at = reader->end;
		reader->given_up = true;
		return -1;
	}
	if (reader->at - start == 1)
		only = lower((unsigned char) *start);
	else if (reader->at - start == 2 && *start != '^' && *start != '\\' && lower((unsigned char) start[0]) == lower((unsigned char) start[1]))
		only = lower((unsigned char) *start);
	reader->at++;
	return only;
}

/* How often, after an item. */
typedef enum Times
{
	ONCE,
	MAYBE,						/* may be missing */
	REPEATED					/* there at least once */
} Times;

static Times
read_times(Reader *reader)
{
	Times		times = ONCE;

	if (reader->at == reader->end)
		return times;
	switch (*reader->at)
	{
		case '?':
		case '*':
			times = MAYBE;
			reader->at++;
			break;
		case '+':
			times = REPEATED;
			reader->at++;
			break;
		case '{':
			/* how often at least does not matter: take it as maybe none */
			times = MAYBE;
			while (reader->at < reader->end && *reader->at != '}')
				reader->at++;
			if (reader->at == reader->end)
				reader->given_up = true;
			else
				reader->at++;
			break;
		default:
			return times;
	}
	if (reader->at < reader->end && (*reader->at == '?' || *reader->at == '+'))
		reader->at++;			/* lazy or possessive */
	return times;
}

/* Past the opening of a group. */
static void
open_group(Reader *reader)
{
	reader->at++;
	if (reader->at < reader->end && *reader->at == '*')
		reader->given_up = true;
	if (reader->at < reader->end && *reader->at == '?')
	{
		if (reader->end - reader->at >= 2 && reader->at[1] == ':')
			reader->at += 2;
		else
			reader->given_up = true;
	}
}

/*
 * Is the group that was just opened a plain part of the sequence: no
 * alternatives, and there exactly once?
 */
static bool
is_plain_group(const Reader *reader)
{
	Reader		ahead = *reader;

	for (int depth = 1; depth > 0;)
	{
		if (ahead.at >= ahead.end || (*ahead.at == '|' && depth == 1))
			return false;
		if (*ahead.at == '[')
		{
			read_class(&ahead);
			continue;
		}
		if (*ahead.at == '\\')
			ahead.at++;
		else if (*ahead.at == '(')
			depth++;
		else if (*ahead.at == ')')
			depth--;
		ahead.at++;
	}
	return read_times(&ahead) == ONCE;
}

/*
 * One alternative: of all that it requires, what is worth most.
 */
static void
read_sequence(Reader *reader, int depth, Set *best)
{
	char		run[SEGM_REQUIRED_LONGEST];
	size_t		length = 0;
	int			open = 0;

	best->start = reader->used;
	best->worth = 0;
	while (reader->at < reader->end && !reader->given_up)
	{
		unsigned char c = (unsigned char) *reader->at;
		int			plain = -1;
		Times		times;

		if (c == ')' && open > 0)
		{
			open--;
			reader->at++;
			continue;
		}
		if (c == ')' || c == '|')
			break;
		if (c == '^' || c == '$')
		{
			reader->at++;
			continue;
		}
		if (c == '(')
		{
			Set			inner;

			open_group(reader);
			if (is_plain_group(reader))
			{
				open++;
				continue;
			}
			end_run(reader, best, run, &length);
			read_alternatives(reader, depth + 1, &inner);
			if (reader->at == reader->end)
				reader->given_up = true;
			else
				reader->at++;
			if (read_times(reader) == MAYBE)
				inner.worth = 0;
			keep_better(reader, best, inner.start, inner.worth);
			continue;
		}

		if (c == '[')
			plain = read_class(reader);
		else if (c == '\\')
		{
			if (++reader->at == reader->end)
				reader->given_up = true;
			else if (!is_letter_or_digit((unsigned char) *reader->at))
				plain = (unsigned char) *reader->at++;
			else if (strchr("dDwWsSbB", *reader->at) == NULL)
				reader->given_up = true;
			else if (*reader->at++ == 'b' || reader->at[-1] == 'B')
				continue;		/* no character */
		}
		else
		{
			plain = c == '.' ? -1 : lower(c);
			reader->at++;
		}

		times = read_times(reader);
		if (plain >= 0 && times != MAYBE && length < sizeof(run))
			run[length++] = (char) plain;
		/* a run that is full stays as it is: its first characters are required */
		if (plain < 0 || times != ONCE)
			end_run(reader, best, run, &length);
	}
	if (open > 0)
		reader->given_up = true;
	end_run(reader, best, run, &length);
}

/*
 * What one of the alternatives requires, each of them: the union.
 */
static void
read_alternatives(Reader *reader, int depth, Set *set)
{
	Set			one;

	set->start = reader->used;
	if (depth > DEEPEST)
		reader->given_up = true;
	read_sequence(reader, depth, &one);
	set->worth = one.worth;
	while (reader->at < reader->end && *reader->at == '|' && !reader->given_up)
	{
		reader->at++;
		read_sequence(reader, depth, &one);
		if (one.worth < set->worth)
			set->worth = one.worth;
	}
	if (set->worth == 0)
		reader->used = set->start;
}

size_t
segm_required_texts(const char *pattern, size_t length, char *texts)
{
	Reader		reader = {pattern, pattern + length, texts, 0, false};
	Set			set;

	read_alternatives(&reader, 0, &set);
	return reader.given_up || reader.at < reader.end || set.worth == 0 ? 0 : reader.used;
}

/*
 * Texts are kept by a hash of their first bytes.
 */
static uint32_t
slot_of(const SegmTextFilter *filter, const char *text)
{
	uint32_t	key = ((uint32_t) (unsigned char) text[0] << 16) | ((uint32_t) (unsigned char) text[1] << 8) | (unsigned char) text[2];

	return (key * UINT32_C(2654435761)) >> 12 & filter->slot_mask;
}

uint32_t
segm_text_filter_slots(uint32_t n)
{
	uint32_t	slots = 64;

	while (slots < 4 * n && slots < 65536)
		slots *= 2;
	return slots;
}

void
segm_text_filter_build(SegmTextFilter *filter, const SegmRequired *texts, uint32_t n, uint32_t slots)
{
	filter->slot_mask = slots - 1;
	memset(filter->slots, 0, sizeof(uint32_t) * (slots + 1));
	for (uint32_t i = 0; i < n; i++)
		filter->slots[slot_of(filter, texts[i].text) + 1]++;
	for (uint32_t slot = 0; slot < slots; slot++)
		filter->slots[slot + 1] += filter->slots[slot];
	/* from the end, so that each slot's beginning moves to where it belongs */
	for (uint32_t i = 0; i < n; i++)
		filter->required[--filter->slots[slot_of(filter, texts[i].text) + 1]] = texts[i];
	for (uint32_t slot = 0; slot < slots; slot++)
		filter->slots[slot] = filter->slots[slot + 1];
	filter->slots[slots] = n;
}

void
segm_text_filter_find(const SegmTextFilter *filter, const char *subject, size_t length, uint64_t *bits)
{
	for (size_t i = 0; i + SEGM_REQUIRED_SHORTEST <= length; i++)
	{
		uint32_t	slot = slot_of(filter, subject + i);

		for (uint32_t k = filter->slots[slot]; k < filter->slots[slot + 1]; k++)
		{
			const SegmRequired *required = &filter->required[k];

			if (required->length <= length - i && memcmp(required->text, subject + i, required->length) == 0)
				segm_filter_add(bits, required->expression);
		}
	}
}

bool
segm_fold(const char *text, size_t length, char *folded)
{
	unsigned char all = 0;

	for (size_t i = 0; i < length; i++)
	{
		all |= (unsigned char) text[i];
		folded[i] = (char) lower((unsigned char) text[i]);
	}
	return all < 0x80;
}
