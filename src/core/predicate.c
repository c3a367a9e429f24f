/*
 * predicate.c
 *		Reading the predicate of a segment, see predicate.h.
 *
 * The lexical rules are those of the manual, "Lexical Structure".
 */
#include "predicate.h"

#include <limits.h>
#include <string.h>

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
starts_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

static bool
continues_word(char c)
{
	return starts_word(c) || is_digit(c) || c == '$';
}

static char
at(const char *text, size_t length, size_t position)
{
	return position < length ? text[position] : '\0';
}

/* Behind a comment with comments inside; the position is behind its start. */
static size_t
comment_end(const char *text, size_t length, size_t position)
{
	size_t		depth = 1;

	while (position < length && depth > 0)
	{
		if (text[position] == '*' && at(text, length, position + 1) == '/')
		{
			depth--;
			position++;
		}
		else if (text[position] == '/' && at(text, length, position + 1) == '*')
		{
			depth++;
			position++;
		}
		position++;
	}
	return position;
}

static size_t
skip_blanks(const char *text, size_t length, size_t position)
{
	while (position < length)
	{
		if (is_blank(text[position]))
			position++;
		else if (text[position] == '-' && at(text, length, position + 1) == '-')
			while (position < length && text[position] != '\n' && text[position] != '\r')
				position++;
		else if (text[position] == '/' && at(text, length, position + 1) == '*')
			position = comment_end(text, length, position + 2);
		else
			break;
	}
	return position;
}

/* Behind the closing quote; a quote written twice belongs to the inside. */
static size_t
quoted_end(const char *text, size_t length, size_t position, char quote, bool escapes)
{
	while (position < length)
	{
		if (text[position] == quote)
		{
			if (at(text, length, position + 1) != quote)
				return position + 1;
			position++;
		}
		else if (escapes && text[position] == '\\')
			position++;
		position++;
	}
	return length;
}

/* Behind $tag$…$tag$; the position itself if no such thing begins here. */
static size_t
dollar_end(const char *text, size_t length, size_t position)
{
	size_t		tag = position + 1;
	size_t		size;

	if (is_digit(at(text, length, tag)))
		return position;
	while (tag < length && text[tag] != '$' && continues_word(text[tag]))
		tag++;
	if (at(text, length, tag) != '$')
		return position;
	size = tag + 1 - position;
	for (size_t end = tag + 1; end + size <= length; end++)
	{
		const char *sign = memchr(text + end, '$', length - size - end + 1);

		if (sign == NULL)
			break;
		end = (size_t) (sign - text);
		if (memcmp(sign, text + position, size) == 0)
			return end + size;
	}
	return length;
}

static bool
is_word(const char *text, SegmToken token, const char *word)
{
	size_t		size = strlen(word);

	if (token.kind != SEGM_TOKEN_WORD || token.span.end - token.span.start != size)
		return false;
	for (size_t i = 0; i < size; i++)
		if ((text[token.span.start + i] | 0x20) != word[i])
			return false;
	return true;
}

static bool
is_sign(const char *text, SegmToken token, char sign)
{
	return token.kind == SEGM_TOKEN_OTHER && text[token.span.start] == sign;
}

SegmToken
segm_predicate_token(const char *text, size_t length, size_t *position)
{
	size_t		start = skip_blanks(text, length, *position);
	size_t		end = start + 1;
	SegmToken	token = {SEGM_TOKEN_OTHER, {start, start}};
	char		c = at(text, length, start);

	if (start >= length)
	{
		token.kind = SEGM_TOKEN_END;
		end = start;
	}
	else if (c == '\'' || c == '"')
	{
		token.kind = c == '"' ? SEGM_TOKEN_NAME : SEGM_TOKEN_STRING;
		end = quoted_end(text, length, start + 1, c, false);
	}
	else if (c == '$' && (end = dollar_end(text, length, start)) > start)
		token.kind = SEGM_TOKEN_DOLLAR;
	else if (c == '$')
		end = start + 1;
	else if (starts_word(c))
	{
		char		letter = (char) (c | 0x20);
		size_t		unicode = letter == 'u' && at(text, length, end) == '&' ? end + 1 : end;
		char		next = at(text, length, unicode);

		if (next == '\'' && (unicode > end || letter == 'e' || letter == 'b' || letter == 'x' || letter == 'n'))
		{
			token.kind = SEGM_TOKEN_STRING;
			end = quoted_end(text, length, unicode + 1, '\'', letter == 'e');
		}
		else if (next == '"' && unicode > end)
		{
			token.kind = SEGM_TOKEN_NAME;
			end = quoted_end(text, length, unicode + 1, '"', false);
		}
		else
		{
			token.kind = SEGM_TOKEN_WORD;
			while (end < length && continues_word(text[end]))
				end++;
		}
	}
	else if (is_digit(c))
		while (end < length && (continues_word(text[end]) || text[end] == '.'))
			end++;
	token.span.end = end;
	*position = end;
	return token;
}

/* Without blanks and comments before, and without blanks after. */
static SegmSpan
trimmed(const char *text, SegmSpan span)
{
	while (span.end > span.start && is_blank(text[span.end - 1]))
		span.end--;
	span.start = skip_blanks(text, span.end, span.start);
	return span;
}

/* Walks over tokens and knows what is at the top. */
typedef struct Walk
{
	int			depth;			/* of parentheses, brackets and CASE */
	int			betweens;		/* at the top, still waiting for their AND */
} Walk;

/* Is this token an AND or an OR at the top? */
static bool
joins(const char *text, SegmToken token, Walk *walk, bool *is_or)
{
	*is_or = false;
	if (is_sign(text, token, '(') || is_sign(text, token, '[') || is_word(text, token, "case"))
		walk->depth++;
	else if (is_sign(text, token, ')') || is_sign(text, token, ']') || is_word(text, token, "end"))
		walk->depth--;
	else if (walk->depth == 0 && is_word(text, token, "between"))
		walk->betweens++;
	else if (walk->depth == 0 && is_word(text, token, "or"))
		return *is_or = true;
	else if (walk->depth == 0 && is_word(text, token, "and"))
	{
		if (walk->betweens == 0)
			return true;
		walk->betweens--;
	}
	return false;
}

/*
 * How many pairs of parentheses are around the whole: as many as open at the
 * begin and close at the end, and no more than are open all the time between.
 */
static int
pairs_around(const char *text, SegmSpan span, size_t *tokens, SegmPoll poll)
{
	size_t		position = span.start;
	int			opening = 0;
	int			closing = 0;
	int			depth = 0;
	int			lowest = INT_MAX;
	int			pairs;
	SegmToken	token;

	*tokens = 0;
	while ((token = segm_predicate_token(text, span.end, &position)).kind != SEGM_TOKEN_END)
	{
		bool		opens = is_sign(text, token, '(');

		segm_poll_step(poll, *tokens);
		if (is_sign(text, token, ')'))
		{
			closing++;
			depth--;
		}
		else
		{
			closing = 0;
			if (opens && (size_t) opening == *tokens)
				opening++;
			else if (depth < lowest)
				lowest = depth;
			depth += opens;
		}
		++*tokens;
	}
	pairs = opening < closing ? opening : closing;
	pairs = lowest < pairs ? lowest : pairs;
	return depth == 0 && pairs > 0 ? pairs : 0;
}

/* What is inside of all parentheses around the whole. */
static SegmSpan
unwrapped(const char *text, SegmSpan span, SegmPoll poll)
{
	size_t		position = span.start;
	size_t		tokens;
	size_t		pairs = (size_t) pairs_around(text, span, &tokens, poll);
	SegmSpan	inside = span;

	for (size_t i = 0; pairs > 0 && i <= tokens - pairs; i++)
	{
		SegmToken	token = segm_predicate_token(text, span.end, &position);

		segm_poll_step(poll, i);
		if (i == pairs - 1)
			inside.start = token.span.end;
		inside.end = token.span.start;
	}
	return pairs > 0 ? trimmed(text, inside) : span;
}

/* Behind the next AND or OR at the top; "end" is where that begins, or the end of the span. */
static size_t
next_join(const char *text, SegmSpan span, size_t *end, bool *is_or, SegmPoll poll)
{
	size_t		position = span.start;
	size_t		tokens = 0;
	Walk		walk = {0, 0};
	SegmToken	token;

	while ((token = segm_predicate_token(text, span.end, &position)).kind != SEGM_TOKEN_END)
	{
		segm_poll_step(poll, tokens++);
		if (joins(text, token, &walk, is_or))
		{
			*end = token.span.start;
			return token.span.end;
		}
	}
	return *end = span.end;
}

SegmConditions
segm_predicate_conditions(const char *text, size_t length, SegmPoll poll)
{
	SegmSpan	all = {0, length};
	SegmConditions conditions = {unwrapped(text, trimmed(text, all), poll), false};
	SegmSpan	rest = conditions.left;
	size_t		end;

	while (rest.start < rest.end && !conditions.is_one)
		rest.start = next_join(text, rest, &end, &conditions.is_one, poll);
	return conditions;
}

bool
segm_predicate_condition(const char *text, SegmConditions *conditions, SegmSpan *condition,
						 SegmPoll poll)
{
	bool		is_or;

	if (conditions->left.start >= conditions->left.end)
		return false;
	*condition = conditions->left;
	if (conditions->is_one)
		conditions->left.start = conditions->left.end;
	else
		conditions->left.start = next_join(text, conditions->left, &condition->end, &is_or, poll);
	*condition = trimmed(text, *condition);
	return true;
}

bool
segm_predicate_reference(const char *text, size_t length, size_t *position,
						 SegmSpan *reference, SegmSpan *name, SegmPoll poll)
{
	SegmToken	before = {SEGM_TOKEN_END, {0, 0}};
	SegmToken	token;
	size_t		tokens = 0;

	while ((token = segm_predicate_token(text, length, position)).kind != SEGM_TOKEN_END)
	{
		size_t		ahead = *position;
		bool		qualified = is_sign(text, before, '.');
		SegmToken	string;
		SegmToken	closing;

		segm_poll_step(poll, tokens++);
		before = token;
		if (qualified || !is_word(text, token, "segment") ||
			!is_sign(text, segm_predicate_token(text, length, &ahead), '('))
			continue;
		string = segm_predicate_token(text, length, &ahead);
		closing = segm_predicate_token(text, length, &ahead);
		if (string.kind != SEGM_TOKEN_STRING || text[string.span.start] != '\'' ||
			!is_sign(text, closing, ')'))
			continue;
		reference->start = token.span.start;
		reference->end = closing.span.end;
		name->start = string.span.start + 1;
		name->end = string.span.end - 1;
		*position = ahead;
		return true;
	}
	return false;
}

bool
segm_predicate_parameter(const char *text, size_t length, size_t *position, SegmSpan *parameter,
						 SegmPoll poll)
{
	SegmToken	token;
	size_t		tokens = 0;

	while ((token = segm_predicate_token(text, length, position)).kind != SEGM_TOKEN_END)
	{
		segm_poll_step(poll, tokens++);
		if (!is_sign(text, token, '$') || at(text, length, *position) != '1' ||
			continues_word(at(text, length, *position + 1)))
			continue;
		parameter->start = token.span.start;
		parameter->end = ++*position;
		return true;
	}
	return false;
}
