/*
 * user_agent_file.c
 *		Reads the pattern file of uap-core, regexes.yaml.
 *
 * The file is YAML of a plain kind: three sections of entries, each a list of
 * "key: value" whose values are quoted strings on one line.  Anything else is
 * refused, with the number of the line, rather than misread.
 */
#include "core/user_agent_file.h"

#include <string.h>

/* Sections of the file, and its keys for the parts of each kind. */
static const char *const sections[] = {"user_agent_parsers", "os_parsers", "device_parsers"};
static const char *const keys[][SEGM_USER_AGENT_PARTS] = {
	{"family_replacement", "v1_replacement", "v2_replacement", "v3_replacement", NULL},
	{"os_replacement", "os_v1_replacement", "os_v2_replacement", "os_v3_replacement", "os_v4_replacement"},
	{"device_replacement", "brand_replacement", "model_replacement", NULL, NULL}
};

#define SECTIONS	((int) (sizeof(sections) / sizeof(sections[0])))

static bool
is(const char *start, const char *end, const char *word)
{
	return (size_t) (end - start) == strlen(word) && memcmp(start, word, (size_t) (end - start)) == 0;
}

static char *
skip_blanks(char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
		at++;
	return at;
}

/* Nothing but blanks and a comment. */
static bool
is_empty(char *at, const char *end)
{
	at = skip_blanks(at, end);
	return at == end || *at == '#';
}

/*
 * A quoted string, unquoted in place: it only gets shorter.
 */
static bool
read_value(char *at, char *end, SegmSlice *value)
{
	char	   *to = at + 1;
	char		quote = '\0';

	if (at < end && (*at == '\'' || *at == '"'))
		quote = *at++;
	else
		return false;
	value->start = to;
	for (;;)
	{
		if (at == end)
			return false;
		if (*at == quote)
		{
			at++;
			if (quote == '"' || at == end || *at != quote)
				break;
		}
		else if (*at == '\\' && quote == '"')
		{
			if (++at == end || (*at != '\\' && *at != '"' && *at != '/'))
				return false;
		}
		*to++ = *at++;
	}
	value->length = (size_t) (to - value->start);
	return is_empty(at, end);
}

static SegmStatus
read_field(char *at, char *end, SegmUserAgentEntry *entry)
{
	char	   *colon = memchr(at, ':', (size_t) (end - at));
	SegmSlice	value;

	if (colon == NULL || !read_value(skip_blanks(colon + 1, end), end, &value))
		return SEGM_MALFORMED;
	if (is(at, colon, "regex"))
	{
		entry->pattern = value;
		return SEGM_OK;
	}
	if (is(at, colon, "regex_flag"))
	{
		entry->ignore_case = true;
		return value.length == 1 && *value.start == 'i' ? SEGM_OK : SEGM_MALFORMED;
	}
	for (int part = 0; part < segm_user_agent_parts[entry->kind]; part++)
		if (is(at, colon, keys[entry->kind][part]))
		{
			entry->replacement[part] = value;
			return SEGM_OK;
		}
	return SEGM_MALFORMED;
}

/* A line without a blank before it names a section. */
static SegmStatus
read_section(SegmUserAgentFile *file, char *at, const char *end)
{
	char	   *colon = memchr(at, ':', (size_t) (end - at));

	file->kind = -1;
	for (int kind = 0; colon != NULL && kind < SECTIONS; kind++)
		if (is(at, colon, sections[kind]))
			file->kind = kind;
	return file->kind >= 0 && is_empty(colon + 1, end) ? SEGM_OK : SEGM_MALFORMED;
}

SegmStatus
segm_user_agent_entry(SegmUserAgentFile *file, SegmUserAgentEntry *entry, bool *found)
{
	*found = false;
	while (file->at < file->end)
	{
		char	   *start = file->at;
		char	   *end = memchr(start, '\n', (size_t) (file->end - start));
		char	   *at;
		SegmStatus	status;

		if (end == NULL)
			end = file->end;
		at = skip_blanks(start, end);
		if (at < end && *at == '-' && *found)
			break;				/* the next one */
		if (at == start && *found && !is_empty(at, end))
			break;
		file->at = end < file->end ? end + 1 : end;
		file->line++;
		if (is_empty(at, end))
			continue;
		if (*at == '-' && file->kind >= 0)
		{
			memset(entry, 0, sizeof(*entry));
			entry->kind = file->kind;
			*found = true;
			status = read_field(skip_blanks(at + 1, end), end, entry);
		}
		else if (*found)
			status = read_field(at, end, entry);
		else if (at == start)
			status = read_section(file, at, end);
		else
			status = SEGM_MALFORMED;
		if (status != SEGM_OK)
			return status;
	}
	return !*found || entry->pattern.start != NULL ? SEGM_OK : SEGM_MALFORMED;
}
