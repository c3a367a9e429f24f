/*
 * user_agent.h
 *		The patterns of a session, ready to be matched.
 */
#ifndef CSEG_USER_AGENT_H
#define CSEG_USER_AGENT_H

#include "core/user_agent.h"

#pragma GCC visibility push(hidden)

/* What the patterns of one kind say about a user agent; NULL: nothing. */
typedef struct CsegUserAgentFound
{
	char	   *part[SEGM_USER_AGENT_PARTS];
	const char *origin;			/* of the pattern that matched; NULL: none did */
	int			position;
	const char *pattern;
} CsegUserAgentFound;

/*
 * Have the patterns of table user_agent_pattern in this schema at hand.
 * Returns a number that changes when they do.
 */
extern uint64 cseg_user_agent_patterns(Oid schema);

/*
 * Match the patterns of a kind in their order; the first that matches says
 * what is found, in UTF-8, in the current memory context.
 */
extern void cseg_user_agent_match(int kind, const char *subject, int length, CsegUserAgentFound *found);

/* Error 2201B if this is no regular expression. */
extern void cseg_user_agent_check(const char *pattern, int length, bool ignore_case);

/* Text of the server, NUL-terminated, in UTF-8 and back; where the database has no encoding, as it is. */
extern char *cseg_to_utf8(const char *text, int length);
extern char *cseg_from_utf8(const char *text);

#pragma GCC visibility pop

#endif							/* CSEG_USER_AGENT_H */
