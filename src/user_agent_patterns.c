/*
 * user_agent_patterns.c
 *		The patterns of a session: read from their table, filtered, compiled.
 *
 * Patterns are read once and compiled by PCRE2 when they are first needed: of
 * the thousand that there are, few ever are, thanks to the filter.  All of it
 * lives until the table changes: its trigger sends an invalidation of the
 * table, to all sessions when the change commits.
 *
 * Subjects are strangers' strings.  Every match is bounded in steps, depth
 * and memory; a pattern that reaches a bound counts as not matching.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#define PCRE2_CODE_UNIT_WIDTH 8 /* literal: PCRE2's name for bytes */
#include <pcre2.h>

#include "core/required_text.h"
#include "glue.h"
#include "user_agent.h"

#define TABLE_NAME	"user_agent_pattern"
#define MOST_BYTES	65536		/* literal: of a pattern; PCRE2 compiles none that is much larger */

/* Columns of the table */
enum
{
	COLUMN_ORIGIN = 1,
	COLUMN_KIND,
	COLUMN_POSITION,
	COLUMN_PATTERN,
	COLUMN_IGNORE_CASE,
	COLUMN_REPLACEMENT,
	COLUMNS = COLUMN_REPLACEMENT
};

static const Oid column_types[COLUMNS] = {TEXTOID, TEXTOID, INT4OID, TEXTOID, BOOLOID, TEXTARRAYOID};

/* Where patterns come from, in the order in which they are tried. */
enum
{
	ORIGIN_OWN,
	ORIGIN_LOADED,
	ORIGIN_SHIPPED
};

static const char *const origins[] = {"own", "loaded", "shipped"};

typedef struct Pattern
{
	int			kind;
	int			origin;
	int			position;
	char	   *text;			/* UTF-8, as are the replacements */
	bool		ignore_case;
	char	   *replacement[SEGM_USER_AGENT_PARTS];
	pcre2_code *code;			/* NULL: not yet compiled */
} Pattern;

typedef struct PatternKind
{
	Pattern    *patterns;
	int			n;
	SegmTextFilter filter;
	uint64	   *always;			/* bits of the patterns that require no text */
	uint64	   *wanted;			/* work space of a match */
	int			words;
} PatternKind;

typedef struct Patterns
{
	MemoryContext context;
	Oid			relation;
	Pattern    *all;
	int			n;
	PatternKind kind[SEGM_UA_KINDS];
	pcre2_general_context *general;
	pcre2_match_context *bounds;
	pcre2_match_data *match;
} Patterns;

static Patterns *current = NULL;
static Oid	listened_to = InvalidOid;	/* the table, also while it is read */
static uint64 generation = 0;
static bool stale = false;
static bool listening = false;

/* Memory of PCRE2: where there is none it says so, an error thrown through it would not. */
static void *
allocate(PCRE2_SIZE size, void *context)
{
	return MemoryContextAllocExtended(context, size, MCXT_ALLOC_NO_OOM);
}

static void
release(void *pointer, void *context)
{
	if (pointer != NULL)
		pfree(pointer);
}

/* Compiled programs have memory that is not the context's. */
static void
free_codes(void *argument)
{
	Patterns   *patterns = argument;

	for (int i = 0; i < patterns->n; i++)
		if (patterns->all[i].code != NULL)
			pcre2_code_free(patterns->all[i].code);
}

static void
relation_changed(Datum argument, Oid relation)
{
	if (relation == listened_to || !OidIsValid(relation))
		stale = true;
}

static uint32
compile_options(bool ignore_case)
{
	return PCRE2_NEVER_BACKSLASH_C |
		(GetDatabaseEncoding() == PG_SQL_ASCII ? 0 : PCRE2_UTF) |
		(ignore_case ? PCRE2_CASELESS : 0);
}

/* PCRE2 takes many times the memory, and does not look for a cancel. */
static void
check_length(size_t length)
{
	if (length > MOST_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a pattern for user agents has %zu bytes, must have at most %d", length, MOST_BYTES)));
}

/* In an error the context is freed. */
static pcre2_code *
compile(const char *pattern, size_t length, bool ignore_case, pcre2_compile_context * context)
{
	int			error;
	PCRE2_SIZE	offset;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR) pattern, length, compile_options(ignore_case),
									 &error, &offset, context);

	if (code == NULL)
	{
		PCRE2_UCHAR message[256];

		pcre2_compile_context_free(context);
		pcre2_get_error_message(error, message, sizeof(message));
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_REGULAR_EXPRESSION),
				 errmsg("invalid regular expression \"%s\": %s",
						cseg_from_utf8(pattern), (char *) message),
				 errdetail("At byte %zu.", (size_t) offset)));
	}
	return code;
}

/* SQL_ASCII means bytes of any kind: they stay. */
static bool
is_converted(void)
{
	return GetDatabaseEncoding() != PG_UTF8 && GetDatabaseEncoding() != PG_SQL_ASCII;
}

char *
cseg_to_utf8(const char *text, int length)
{
	char	   *copy = pnstrdup(text, length);

	return is_converted() ? pg_server_to_any(copy, length, PG_UTF8) : copy;
}

char *
cseg_from_utf8(const char *text)
{
	return is_converted() ? pg_any_to_server(text, strlen(text), PG_UTF8) : (char *) text;
}

void
cseg_user_agent_check(const char *pattern, int length, bool ignore_case)
{
	char	   *utf8;

	check_length(length);
	utf8 = cseg_to_utf8(pattern, length);
	pcre2_code_free(compile(utf8, strlen(utf8), ignore_case, NULL));
}

/* A text of the table, as PCRE2 gets it. */
static char *
column_text(Datum value)
{
	text	   *packed = DatumGetTextPP(value);

	return cseg_to_utf8(VARDATA_ANY(packed), VARSIZE_ANY_EXHDR(packed));
}

static void
read_row(HeapTuple tuple, TupleDesc columns, Pattern *pattern)
{
	Datum	   *values = palloc(sizeof(Datum) * columns->natts);
	bool	   *nulls = palloc(sizeof(bool) * columns->natts);
	char	   *word;
	Datum	   *parts;
	bool	   *missing;
	int			n;

	/* somebody may have added columns, or dropped a NOT NULL */
	heap_deform_tuple(tuple, columns, values, nulls);
	for (int i = 0; i < COLUMNS; i++)
		if (nulls[i] && i != COLUMN_REPLACEMENT - 1)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("%s has a row with a null that it must not have", TABLE_NAME)));
	memset(pattern, 0, sizeof(*pattern));
	word = TextDatumGetCString(values[COLUMN_ORIGIN - 1]);
	while (pattern->origin < ORIGIN_SHIPPED && strcmp(word, origins[pattern->origin]) != 0)
		pattern->origin++;
	word = TextDatumGetCString(values[COLUMN_KIND - 1]);
	while (pattern->kind < SEGM_UA_CLASS && strcmp(word, segm_user_agent_kinds[pattern->kind]) != 0)
		pattern->kind++;
	pattern->position = DatumGetInt32(values[COLUMN_POSITION - 1]);
	pattern->text = column_text(values[COLUMN_PATTERN - 1]);
	pattern->ignore_case = DatumGetBool(values[COLUMN_IGNORE_CASE - 1]);
	if (nulls[COLUMN_REPLACEMENT - 1])
		return;
	deconstruct_array(DatumGetArrayTypeP(values[COLUMN_REPLACEMENT - 1]), TEXTOID, -1, false, TYPALIGN_INT,
					  &parts, &missing, &n);
	for (int i = 0; i < Min(n, SEGM_USER_AGENT_PARTS); i++)
		if (!missing[i])
			pattern->replacement[i] = column_text(parts[i]);
}

static int
compare_patterns(const void *left, const void *right)
{
	const Pattern *a = left;
	const Pattern *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->origin != b->origin)
		return a->origin < b->origin ? -1 : 1;
	return a->position < b->position ? -1 : a->position > b->position;
}

/*
 * All rows as they are now, not as they were at the snapshot of the query:
 * the next query would use them too.
 */
static void
read_table(Patterns *patterns)
{
	Relation	relation = table_open(patterns->relation, AccessShareLock);
	SysScanDesc scan = systable_beginscan(relation, InvalidOid, false, NULL, 0, NULL);
	int			room = 1024;	/* literal: to begin with */
	HeapTuple	tuple;

	cseg_check_columns(relation, column_types, COLUMNS);
	patterns->all = palloc(sizeof(Pattern) * room);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		if (patterns->n == room)
		{
			room += room;
			patterns->all = repalloc_huge(patterns->all, sizeof(Pattern) * room);
		}
		read_row(tuple, RelationGetDescr(relation), &patterns->all[patterns->n++]);
	}
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
	qsort(patterns->all, patterns->n, sizeof(Pattern), compare_patterns);
}

/* Where a kind has loaded patterns, shipped ones are not used. */
static void
divide(Patterns *patterns)
{
	for (int i = 0; i < patterns->n; i++)
	{
		Pattern    *pattern = &patterns->all[i];
		PatternKind *kind = &patterns->kind[pattern->kind];

		if (kind->n == 0)
			kind->patterns = pattern;
		else if (pattern->origin == ORIGIN_SHIPPED && pattern[-1].origin != ORIGIN_SHIPPED)
		{
			bool		loaded = false;

			for (int k = 0; k < kind->n; k++)
				loaded = loaded || kind->patterns[k].origin == ORIGIN_LOADED;
			if (loaded)
			{
				while (i + 1 < patterns->n && patterns->all[i + 1].kind == pattern->kind)
					i++;
				continue;
			}
		}
		kind->n++;
	}
}

static void
build_filter(PatternKind *kind)
{
	uint32		n = 0;
	uint32		room = 64;		/* literal: to begin with */
	uint32		slots;
	SegmRequired *texts = palloc(sizeof(SegmRequired) * room);

	kind->words = SEGM_FILTER_WORDS(kind->n);
	kind->always = palloc0(sizeof(uint64) * kind->words);
	kind->wanted = palloc0(sizeof(uint64) * kind->words);
	for (int i = 0; i < kind->n; i++)
	{
		size_t		length = strlen(kind->patterns[i].text);
		char	   *required = palloc(SEGM_REQUIRED_ROOM(length));
		size_t		used = segm_required_texts(kind->patterns[i].text, length, required);

		if (used == 0)
			segm_filter_add(kind->always, i);
		for (char *at = required; at < required + used; at += 1 + *at)
		{
			if (n == room)
			{
				room += room;
				texts = repalloc(texts, sizeof(SegmRequired) * room);
			}
			texts[n++] = (SegmRequired)
			{
				at + 1, *at, i
			};
		}
	}
	slots = segm_text_filter_slots(n);
	kind->filter.required = palloc(sizeof(SegmRequired) * (n + 1));
	kind->filter.slots = palloc(sizeof(uint32) * (slots + 1));
	segm_text_filter_build(&kind->filter, texts, n, slots);
	pfree(texts);
}

static Patterns *
build(Oid relation)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(caller, "user agent patterns", ALLOCSET_DEFAULT_SIZES);
	Patterns   *patterns;
	MemoryContextCallback *callback;

	MemoryContextSwitchTo(context);
	patterns = palloc0(sizeof(Patterns));
	patterns->context = context;
	patterns->relation = relation;
	read_table(patterns);
	divide(patterns);
	for (int kind = 0; kind < SEGM_UA_KINDS; kind++)
		build_filter(&patterns->kind[kind]);

	patterns->general = pcre2_general_context_create(allocate, release, context);
	if (patterns->general != NULL)
	{
		patterns->bounds = pcre2_match_context_create(patterns->general);
		patterns->match = pcre2_match_data_create(SEGM_USER_AGENT_GROUPS, patterns->general);
	}
	if (patterns->bounds == NULL || patterns->match == NULL)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	pcre2_set_match_limit(patterns->bounds, SEGM_USER_AGENT_STEPS);
	pcre2_set_depth_limit(patterns->bounds, SEGM_USER_AGENT_DEPTH);
	pcre2_set_heap_limit(patterns->bounds, SEGM_USER_AGENT_KILOBYTES);

	callback = palloc0(sizeof(MemoryContextCallback));
	callback->func = free_codes;
	callback->arg = patterns;
	MemoryContextRegisterResetCallback(context, callback);
	MemoryContextSwitchTo(caller);
	return patterns;
}

uint64
cseg_user_agent_patterns(Oid schema)
{
	Oid			relation;
	Patterns   *patterns;

	if (current != NULL && !stale)
		return generation;
	if (!listening)
	{
		CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
		listening = true;
	}
	relation = get_relname_relid(TABLE_NAME, schema);
	if (!OidIsValid(relation))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("table \"%s\" is missing in schema \"%s\"", TABLE_NAME, get_namespace_name(schema)),
				 errhint("Drop the extension and create it again.")));
	if (current != NULL)
	{
		MemoryContextDelete(current->context);
		current = NULL;
	}
	/* a change from now on, even one while we read, makes it stale */
	listened_to = relation;
	stale = false;
	patterns = build(relation);
	MemoryContextSetParent(patterns->context, TopMemoryContext);
	current = patterns;
	return ++generation;
}

/* Compile, and translate to machine code where that is allowed. */
static void
prepare(Pattern *pattern)
{
	pcre2_compile_context *context = pcre2_compile_context_create(current->general);

	if (context == NULL)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	check_length(strlen(pattern->text));
	pattern->code = compile(pattern->text, strlen(pattern->text), pattern->ignore_case, context);
	pcre2_compile_context_free(context);
	(void) pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE);
}

/* What a match says, part by part. */
static void
take_parts(const Pattern *pattern, const SegmMatch *match, CsegUserAgentFound *found)
{
	size_t		room = SEGM_USER_AGENT_BYTES;
	char	   *text = palloc(room + 1);

	for (int part = 0; part < segm_user_agent_parts[pattern->kind]; part++)
	{
		size_t		length;
		SegmStatus	status;

		while ((status = segm_user_agent_part(pattern->kind, part, pattern->replacement[part], match,
											  text, room, &length)) == SEGM_NO_ROOM)
		{
			room += room;
			text = repalloc(text, room + 1);
		}
		cseg_check(status, "user agent");
		if (length > 0)
			found->part[part] = pnstrdup(text, length);
	}
	pfree(text);
}

void
cseg_user_agent_match(int which, const char *subject, int length, CsegUserAgentFound *found)
{
	PatternKind *kind = &current->kind[which];
	char	   *folded = palloc(length + 1);
	uint32		options = segm_fold(subject, length, folded) ? PCRE2_NO_UTF_CHECK : 0;

	memset(found, 0, sizeof(*found));
	memcpy(kind->wanted, kind->always, sizeof(uint64) * kind->words);
	segm_text_filter_find(&kind->filter, folded, length, kind->wanted);
	pfree(folded);
	for (int word = 0; word < kind->words; word++)
		for (uint64 bits = kind->wanted[word]; bits != 0; bits &= bits - 1)
		{
			Pattern    *pattern = &kind->patterns[word * SEGM_FILTER_BITS + pg_rightmost_one_pos64(bits)];
			int			groups;

			CHECK_FOR_INTERRUPTS();
			if (pattern->code == NULL)
				prepare(pattern);
			/* negative: no match, or a bound was reached */
			groups = pcre2_match(pattern->code, (PCRE2_SPTR) subject, length, 0, options,
								 current->match, current->bounds);
			if (groups >= 0)
			{
				SegmMatch	match = {subject, pcre2_get_ovector_pointer(current->match),
				groups == 0 ? SEGM_USER_AGENT_GROUPS : groups};

				take_parts(pattern, &match, found);
				found->origin = origins[pattern->origin];
				found->position = pattern->position;
				found->pattern = pattern->text;
				return;
			}
		}
}
