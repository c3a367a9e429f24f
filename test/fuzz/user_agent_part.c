/*
 * user_agent_part.c
 *		Any groups of a match and any replacement: what is written of a user
 *		agent stays in its room.
 */
#include <stdlib.h>
#include <string.h>

#include "core/user_agent.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

/* The first bytes say which groups took part and where; then the subject, a zero, and the replacement. */
static void
try_match(const uint8_t *data, size_t length)
{
	size_t		bounds[2 * SEGM_USER_AGENT_GROUPS];
	char		subject[512];
	char		replacement[512];
	char		text[64];
	const char *parts[SEGM_USER_AGENT_PARTS];
	const uint8_t *end;
	SegmMatch	match = {subject, bounds, SEGM_USER_AGENT_GROUPS};
	size_t		n;
	size_t		used;

	if (length < sizeof(bounds) / sizeof(*bounds) || length >= sizeof(subject))
		return;
	n = length - sizeof(bounds) / sizeof(*bounds);
	for (int i = 0; i < SEGM_USER_AGENT_GROUPS; i++)
	{
		size_t		from = data[2 * i];
		size_t		to = from + data[2 * i + 1];

		bounds[2 * i] = to <= n ? from : SIZE_MAX;
		bounds[2 * i + 1] = to <= n ? to : SIZE_MAX;
	}
	data += length - n;
	memcpy(subject, data, n);
	subject[n] = '\0';
	end = memchr(data, '\0', n);
	memcpy(replacement, end ? end + 1 : data, end ? n - (size_t) (end - data) - 1 : n);
	replacement[end ? n - (size_t) (end - data) - 1 : n] = '\0';
	for (int kind = 0; kind < SEGM_UA_KINDS; kind++)
		for (int part = 0; part < segm_user_agent_parts[kind]; part++)
		{
			if (segm_user_agent_part(kind, part, replacement, &match, text, sizeof(text), &used) == SEGM_OK && used > sizeof(text))
				abort();
			if (segm_user_agent_part(kind, part, NULL, &match, text, sizeof(text), &used) == SEGM_OK && used > sizeof(text))
				abort();
		}
	for (int i = 0; i < SEGM_USER_AGENT_PARTS; i++)
		parts[i] = i % 2 ? replacement : subject;
	if (segm_user_agent_version(parts, SEGM_USER_AGENT_PARTS, text, sizeof(text), &used) == SEGM_OK && used > sizeof(text))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	try_match(data, length);
	return 0;
}
