/*
 * user_agent.c
 *		parse_user_agent, and what the table of its patterns needs.
 *
 * Answers are kept by string: a shop sees few different user agents, each of
 * them often.  Two generations of bounded size make the store: when the young
 * one is full it becomes the old one, and what the old one held and nobody
 * asked for meanwhile is gone.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "commands/trigger.h"
#include "common/hashfn.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "glue.h"
#include "user_agent.h"

PG_FUNCTION_INFO_V1(parse_user_agent);
PG_FUNCTION_INFO_V1(explain_user_agent);
PG_FUNCTION_INFO_V1(is_user_agent_pattern);
PG_FUNCTION_INFO_V1(user_agent_pattern_changed);

/* Bytes of answers that a generation holds. */
#define GENERATION_BYTES	(4 * 1024 * 1024)	/* literal: some ten thousand user agents */

/* Columns of type user_agent: those that are parts of what patterns found come in their order. */
enum
{
	ROW_BROWSER,
	ROW_BROWSER_VERSION,
	ROW_OS,
	ROW_OS_VERSION,
	ROW_DEVICE,
	ROW_BRAND,
	ROW_MODEL,
	ROW_CLASS,
	ROW_BROWSER_MAJOR,
	ROW_BROWSER_MINOR,
	ROW_BROWSER_PATCH,
	ROW_OS_MAJOR,
	ROW_OS_MINOR,
	ROW_OS_PATCH,
	ROW_OS_PATCH_MINOR,
	ROW_COLUMNS
};

typedef struct Key
{
	const char *text;
	uint32		length;
	uint32		hash;
} Key;

typedef struct Answer
{
	Key			key;
	HeapTupleHeader row;
	char		status;
} Answer;

#define SH_PREFIX answers
#define SH_ELEMENT_TYPE Answer
#define SH_KEY_TYPE Key
#define SH_KEY key
#define SH_HASH_KEY(table, key) (key).hash
#define SH_EQUAL(table, a, b) \
	((a).hash == (b).hash && (a).length == (b).length && memcmp((a).text, (b).text, (a).length) == 0)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct Generation
{
	MemoryContext context;
	answers_hash *answers;
	Size		bytes;
} Generation;

static Generation young;
static Generation old;
static uint64 answers_of = 0;	/* the patterns that gave them */

static void
drop_generation(Generation *which)
{
	Generation	gone = *which;

	memset(which, 0, sizeof(*which));
	if (gone.context != NULL)
		MemoryContextDelete(gone.context);
}

/* Keep an answer, maybe one of the old generation; the same answer again does not harm. */
static void
remember(Key key, HeapTupleHeader row)
{
	Size		size = MAXALIGN(HeapTupleHeaderGetDatumLength(row));
	Generation	gone = {NULL};
	char	   *copy;
	Answer	   *answer;
	bool		found;

	if (young.context == NULL || young.bytes > GENERATION_BYTES)
	{
		Generation	next = {AllocSetContextCreate(TopMemoryContext, "user agents", ALLOCSET_DEFAULT_SIZES)};

		next.answers = answers_create(next.context, 1024, NULL);	/* literal: to begin with */
		gone = old;
		old = young;
		young = next;
	}
	copy = MemoryContextAllocZero(young.context, size + key.length);
	memcpy(copy, row, HeapTupleHeaderGetDatumLength(row));
	memcpy(copy + size, key.text, key.length);
	key.text = copy + size;
	answer = answers_insert(young.answers, key, &found);
	answer->key = key;
	answer->row = (HeapTupleHeader) copy;
	young.bytes += sizeof(Answer) + size + key.length;
	drop_generation(&gone);
}

/* NULL: not known */
static HeapTupleHeader
recall(Key key)
{
	Answer	   *answer = young.context != NULL ? answers_lookup(young.answers, key) : NULL;

	if (answer == NULL && old.context != NULL && (answer = answers_lookup(old.answers, key)) != NULL)
	{
		remember(key, answer->row);
		answer = answers_lookup(young.answers, key);
	}
	return answer != NULL ? answer->row : NULL;
}

static Datum
text_or_null(const char *utf8, bool *isnull)
{
	*isnull = utf8 == NULL;
	return utf8 == NULL ? (Datum) 0 : CStringGetTextDatum(cseg_from_utf8(utf8));
}

static Datum
version(const CsegUserAgentFound *found, int parts, bool *isnull)
{
	Size		room = 1;
	char	   *text;
	size_t		length;

	for (int part = 1; part < parts; part++)
		room += found->part[part] == NULL ? 0 : strlen(found->part[part]) + 1;
	text = palloc(room);

	cseg_check(segm_user_agent_version((const char *const *) found->part + 1, parts - 1, text, room, &length), "version");
	text[		length] = '\0';

	return text_or_null(length == 0 ? NULL : text, isnull);
}

static const char *
known(const char *name)
{
	return name == NULL ? SEGM_USER_AGENT_OTHER : name;
}

/* What the patterns of each kind say; those of class look at what the others found. */
static void
match_all(const char *text, int length, CsegUserAgentFound *found)
{
	const char *utf8 = cseg_to_utf8(text, length);
	StringInfoData all;

	for (int kind = 0; kind < SEGM_UA_CLASS; kind++)
		cseg_user_agent_match(kind, utf8, strlen(utf8), &found[kind]);
	initStringInfo(&all);
	appendStringInfo(&all, "device=%s; brand=%s; os=%s; browser=%s; %s", known(found[SEGM_UA_DEVICE].part[0]),
					 known(found[SEGM_UA_DEVICE].part[1]), known(found[SEGM_UA_OS].part[0]),
					 known(found[SEGM_UA_BROWSER].part[0]), utf8);
	cseg_user_agent_match(SEGM_UA_CLASS, all.data, all.len, &found[SEGM_UA_CLASS]);
}

/* So much of a user agent is looked at. */
static int
looked_at(const char *text, int length)
{
	return length <= SEGM_USER_AGENT_BYTES ? length : pg_mbcliplen(text, length, SEGM_USER_AGENT_BYTES);
}

static Datum
parse(FunctionCallInfo fcinfo, const char *text, int length)
{
	CsegUserAgentFound found[SEGM_UA_KINDS];
	const CsegUserAgentFound *browser = &found[SEGM_UA_BROWSER];
	const CsegUserAgentFound *os = &found[SEGM_UA_OS];
	const char *class;
	Datum		values[ROW_COLUMNS];
	bool		nulls[ROW_COLUMNS];

	match_all(text, length, found);
	values[ROW_BROWSER] = text_or_null(known(browser->part[0]), &nulls[ROW_BROWSER]);
	values[ROW_BROWSER_VERSION] = version(browser, segm_user_agent_parts[SEGM_UA_BROWSER], &nulls[ROW_BROWSER_VERSION]);
	values[ROW_OS] = text_or_null(known(os->part[0]), &nulls[ROW_OS]);
	values[ROW_OS_VERSION] = version(os, segm_user_agent_parts[SEGM_UA_OS], &nulls[ROW_OS_VERSION]);
	for (int part = 0; part < segm_user_agent_parts[SEGM_UA_DEVICE]; part++)
	{
		const char *text_of_part = found[SEGM_UA_DEVICE].part[part];

		values[ROW_DEVICE + part] = text_or_null(part == 0 ? known(text_of_part) : text_of_part, &nulls[ROW_DEVICE + part]);
	}
	class = found[SEGM_UA_CLASS].part[0];
	values[ROW_CLASS] = text_or_null(class == NULL ? SEGM_USER_AGENT_OTHER_CLASS : class, &nulls[ROW_CLASS]);
	for (int part = 1; part < segm_user_agent_parts[SEGM_UA_BROWSER]; part++)
		values[ROW_BROWSER_MAJOR + part - 1] = text_or_null(browser->part[part], &nulls[ROW_BROWSER_MAJOR + part - 1]);
	for (int part = 1; part < segm_user_agent_parts[SEGM_UA_OS]; part++)
		values[ROW_OS_MAJOR + part - 1] = text_or_null(os->part[part], &nulls[ROW_OS_MAJOR + part - 1]);
	return cseg_row(fcinfo, values, nulls, lengthof(values));
}

/*
 * parse_user_agent(text)
 */
Datum
parse_user_agent(PG_FUNCTION_ARGS)
{
	text	   *agent = PG_GETARG_TEXT_PP(0);
	uint64		patterns = cseg_user_agent_patterns(get_func_namespace(fcinfo->flinfo->fn_oid));
	Key			key = {VARDATA_ANY(agent), VARSIZE_ANY_EXHDR(agent)};
	HeapTupleHeader row;

	if (patterns != answers_of)
	{
		drop_generation(&young);
		drop_generation(&old);
		answers_of = patterns;
	}
	key.length = looked_at(key.text, key.length);
	key.hash = hash_bytes((const unsigned char *) key.text, key.length);
	row = recall(key);
	if (row != NULL)
	{
		Size		size = HeapTupleHeaderGetDatumLength(row);
		HeapTupleHeader copy = palloc(size);

		memcpy(copy, row, size);
		PG_RETURN_HEAPTUPLEHEADER(copy);
	}
	row = DatumGetHeapTupleHeader(parse(fcinfo, key.text, key.length));
	remember(key, row);
	PG_RETURN_HEAPTUPLEHEADER(row);
}

/* Columns of explain_user_agent */
enum
{
	EXPLAIN_KIND,
	EXPLAIN_ORIGIN,
	EXPLAIN_POSITION,
	EXPLAIN_PATTERN,
	EXPLAIN_COLUMNS
};

/*
 * explain_user_agent(text): for each kind the pattern that matched
 */
Datum
explain_user_agent(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	text	   *agent = PG_GETARG_TEXT_PP(0);
	CsegUserAgentFound found[SEGM_UA_KINDS];

	InitMaterializedSRF(fcinfo, 0);
	(void) cseg_user_agent_patterns(get_func_namespace(fcinfo->flinfo->fn_oid));
	match_all(VARDATA_ANY(agent), looked_at(VARDATA_ANY(agent), VARSIZE_ANY_EXHDR(agent)), found);
	for (int kind = 0; kind < SEGM_UA_KINDS; kind++)
	{
		Datum		values[EXPLAIN_COLUMNS];
		bool		nulls[EXPLAIN_COLUMNS] = {false};

		if (found[kind].origin == NULL)
			continue;
		values[EXPLAIN_KIND] = CStringGetTextDatum(segm_user_agent_kinds[kind]);
		values[EXPLAIN_ORIGIN] = CStringGetTextDatum(found[kind].origin);
		values[EXPLAIN_POSITION] = Int32GetDatum(found[kind].position);
		values[EXPLAIN_PATTERN] = text_or_null(found[kind].pattern, &nulls[EXPLAIN_PATTERN]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * is_user_agent_pattern(pattern, ignore_case): true, or an error that says
 * what is wrong with the expression
 */
Datum
is_user_agent_pattern(PG_FUNCTION_ARGS)
{
	text	   *pattern = PG_GETARG_TEXT_PP(0);

	cseg_user_agent_check(VARDATA_ANY(pattern), VARSIZE_ANY_EXHDR(pattern), PG_GETARG_BOOL(1));
	PG_RETURN_BOOL(true);
}

/*
 * Trigger of the table of patterns: all sessions read it anew.
 */
Datum
user_agent_pattern_changed(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("user_agent_pattern_changed is called as a trigger only")));
	CacheInvalidateRelcache(((TriggerData *) fcinfo->context)->tg_relation);
	PG_RETURN_POINTER(NULL);
}
