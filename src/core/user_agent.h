/*
 * user_agent.h
 *		What is asked of a user agent, and how the answer is written.
 */
#ifndef SEGM_USER_AGENT_H
#define SEGM_USER_AGENT_H

#include "core.h"

/* Kinds of patterns, in the order in which they are tried. */
enum
{
	SEGM_UA_BROWSER,
	SEGM_UA_OS,
	SEGM_UA_DEVICE,
	SEGM_UA_CLASS,
	SEGM_UA_KINDS
};

/* Most parts that a pattern of any kind gives: name and four numbers. */
#define SEGM_USER_AGENT_PARTS		5

/* $0 .. $9 of a replacement */
#define SEGM_USER_AGENT_GROUPS		10

/* What no pattern knows. */
#define SEGM_USER_AGENT_OTHER		"Other"
#define SEGM_USER_AGENT_OTHER_CLASS "other"

/*
 * Bounds.  So much of a user agent is looked at: the longest of uap-core's
 * own cases has 492 bytes.  Steps, depth and memory of one pattern on one
 * user agent: uap-core's cases need a tenth of the steps.
 */
#define SEGM_USER_AGENT_BYTES		1024
#define SEGM_USER_AGENT_STEPS		20000
#define SEGM_USER_AGENT_DEPTH		1000
#define SEGM_USER_AGENT_KILOBYTES	1024

/* Names of kinds and classes, as the tables have them. */
extern const char *const segm_user_agent_kinds[SEGM_UA_KINDS];

/* Parts that a pattern of a kind gives. */
extern const int segm_user_agent_parts[SEGM_UA_KINDS];

/* A pattern's match: pairs of start and end in the subject, as many as the pattern has groups. */
typedef struct SegmMatch
{
	const char *subject;
	const size_t *bounds;
	int			groups;
} SegmMatch;

/*
 * Write part number "part" of what a pattern of this kind found: by its
 * replacement, else by the group that stands for the part.  Nothing found is
 * a length of zero.
 */
extern SegmStatus segm_user_agent_part(int kind, int part, const char *replacement, const SegmMatch *match,
									   char *text, size_t room, size_t *length);

/* Parts 1 .. of a name as a version, "1.2.3": up to the first part that is missing. */
extern SegmStatus segm_user_agent_version(const char *const *parts, int n, char *text, size_t room, size_t *length);

#endif							/* SEGM_USER_AGENT_H */
