/*
 * user_agent.c
 *		What is asked of a user agent, and how the answer is written.
 *
 * Replacements follow the specification of uap-core (docs/specification.md,
 * version 0.2): $1 .. $9 are the groups of the match, a part without a
 * replacement is the group in its place, and blanks around it go.
 */
#include "core/user_agent.h"

#include <string.h>

const char *const segm_user_agent_kinds[SEGM_UA_KINDS] = {"browser", "os", "device", "class"};
const int	segm_user_agent_parts[SEGM_UA_KINDS] = {4, 5, 3, 1};

/* The group that stands for a part without a replacement; 0: none does. */
static int
default_group(int kind, int part)
{
	if (kind == SEGM_UA_DEVICE)
		return part == 1 ? 0 : 1;	/* the brand is never a group, the model is the device's name */
	return part + 1;
}

/* Append; false if there is no room. */
static bool
append(char *text, size_t room, size_t *length, const char *what, size_t what_length)
{
	if (what_length > room - *length)
		return false;
	memcpy(text + *length, what, what_length);
	*length += what_length;
	return true;
}

static bool
append_group(char *text, size_t room, size_t *length, const SegmMatch *match, int group)
{
	size_t		start;
	size_t		end;

	if (group >= match->groups)
		return true;
	start = match->bounds[2 * group];
	end = match->bounds[2 * group + 1];
	/* both are at their largest if the group took no part in the match */
	return start >= end || append(text, room, length, match->subject + start, end - start);
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

SegmStatus
segm_user_agent_part(int kind, int part, const char *replacement, const SegmMatch *match,
					 char *text, size_t room, size_t *length)
{
	size_t		first = 0;

	*length = 0;
	if (replacement == NULL)
	{
		int			group = default_group(kind, part);

		if (group > 0 && !append_group(text, room, length, match, group))
			return SEGM_NO_ROOM;
	}
	else
		for (const char *at = replacement; *at != '\0'; at++)
		{
			if (at[0] == '$' && at[1] >= '1' && at[1] <= '9')
			{
				if (!append_group(text, room, length, match, *++at - '0'))
					return SEGM_NO_ROOM;
			}
			else if (!append(text, room, length, at, 1))
				return SEGM_NO_ROOM;
		}

	while (*length > 0 && is_blank(text[*length - 1]))
		(*length)--;
	while (first < *length && is_blank(text[first]))
		first++;
	*length -= first;
	memmove(text, text + first, *length);
	return SEGM_OK;
}

SegmStatus
segm_user_agent_version(const char *const *parts, int n, char *text, size_t room, size_t *length)
{
	*length = 0;
	for (int i = 0; i < n && parts[i] != NULL; i++)
		if ((i > 0 && !append(text, room, length, ".", 1)) || !append(text, room, length, parts[i], strlen(parts[i])))
			return SEGM_NO_ROOM;
	return SEGM_OK;
}
