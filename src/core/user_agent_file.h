/*
 * user_agent_file.h
 *		Reads the pattern file of uap-core, regexes.yaml.
 */
#ifndef SEGM_USER_AGENT_FILE_H
#define SEGM_USER_AGENT_FILE_H

#include "core/user_agent.h"

/* A text, or none: start is NULL. */
typedef struct SegmSlice
{
	const char *start;
	size_t		length;
} SegmSlice;

/* To begin, set "at" and "end" to the file, a copy that may be written to, "line" to 0 and "kind" to -1. */
typedef struct SegmUserAgentFile
{
	char	   *at;
	char	   *end;
	int			line;			/* the last one read */
	int			kind;			/* of the entries that follow, -1 if none */
} SegmUserAgentFile;

typedef struct SegmUserAgentEntry
{
	int			kind;
	SegmSlice	pattern;
	bool		ignore_case;
	SegmSlice	replacement[SEGM_USER_AGENT_PARTS];
} SegmUserAgentEntry;

/*
 * The next entry; found is false at the end.  SEGM_MALFORMED if the file's
 * line number "line" is not what such a file holds.
 */
extern SegmStatus segm_user_agent_entry(SegmUserAgentFile *file, SegmUserAgentEntry *entry, bool *found);

#endif							/* SEGM_USER_AGENT_FILE_H */
