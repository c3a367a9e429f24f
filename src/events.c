/*
 * events.c
 *		What names of events count as.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "activity_history.h"
#include "core/event_kind.h"
#include "glue.h"

/* All kinds, in the order of their numbers. */
PG_FUNCTION_INFO_V1(event_kinds);
Datum
event_kinds(PG_FUNCTION_ARGS)
{
	ArrayBuildState *kinds = initArrayResult(TEXTOID, CurrentMemoryContext, false);

	for (int kind = 0; kind < SEGM_EVENT_KINDS; kind++)
	{
		size_t		length;
		const char *name = segm_event_kind_name(kind, &length);

		kinds = accumArrayResult(kinds, PointerGetDatum(cstring_to_text_with_len(name, length)), false, TEXTOID,
								 CurrentMemoryContext);
	}
	PG_RETURN_DATUM(makeArrayResult(kinds, CurrentMemoryContext));
}

static Datum
kind_datum(SegmEventKind kind)
{
	size_t		length;
	const char *name = segm_event_kind_name(kind, &length);

	return PointerGetDatum(cstring_to_text_with_len(name, length));
}

/* The rules that ship, one row each: event_type, kind, origin. */
PG_FUNCTION_INFO_V1(event_kind_rules);
Datum
event_kind_rules(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const SegmEventRule *rule;

	InitMaterializedSRF(fcinfo, 0);
	for (size_t i = 0; (rule = segm_event_rule(i)) != NULL; i++)
	{
		Datum		values[] = {CStringGetTextDatum(rule->name), (Datum) 0, CStringGetTextDatum(rule->origin)};
		bool		nulls[] = {false, rule->kind == SEGM_NO_KIND, false};

		if (rule->kind != SEGM_NO_KIND)
			values[1] = kind_datum(rule->kind);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* ---- the kind of a name ---- */

#define MEMOS		64			/* literal: a power of two, more than names in common use */
#define MEMO_NAME	47			/* literal: a longer name is looked up every time */

/* A name and its kind, lately looked up. */
typedef struct Memo
{
	SegmEventKind kind;
	uint8		length;			/* 0: no name */
	char		name[MEMO_NAME];
} Memo;

/* What a call remembers from row to row. */
typedef struct KindCache
{
	MemoryContext context;		/* of the changes, reset when there are others */
	ArrayType  *changes;		/* a copy; NULL: none */
	int			count;			/* of the changes: pairs of name and kind */
	Datum	   *texts;
	bool	   *nulls;
	Datum		kinds[SEGM_EVENT_KINDS];
	Memo		memos[MEMOS];
} KindCache;

static void
forget_changes(KindCache *cache)
{
	cache->changes = NULL;
	cache->count = 0;
	memset(cache->memos, 0, sizeof(cache->memos));
	MemoryContextReset(cache->context);
}

static void
take_changes(KindCache *cache, ArrayType *changes)
{
	MemoryContext caller;

	if (ARR_NDIM(changes) != 0 && (ARR_NDIM(changes) != 2 || ARR_DIMS(changes)[1] != 2))	/* literal: pairs */
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("changes must be an array of pairs of a name and a kind")));
	forget_changes(cache);
	caller = MemoryContextSwitchTo(cache->context);
	cache->changes = palloc(VARSIZE(changes));
	memcpy(cache->changes, changes, VARSIZE(changes));
	deconstruct_array(cache->changes, TEXTOID, -1, false, TYPALIGN_INT, &cache->texts, &cache->nulls, &cache->count);
	MemoryContextSwitchTo(caller);
}

/* The cache of this call, which holds the changes given now. */
static KindCache *
kind_cache(FunctionCallInfo fcinfo)
{
	KindCache  *cache = fcinfo->flinfo->fn_extra;
	ArrayType  *changes = PG_NARGS() > 1 && !PG_ARGISNULL(1) ? PG_GETARG_ARRAYTYPE_P(1) : NULL;

	if (cache == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		cache = palloc0(sizeof(KindCache));
		cache->context = AllocSetContextCreate(CurrentMemoryContext, "changes of event_kind", ALLOCSET_SMALL_SIZES);
		for (int kind = 0; kind < SEGM_EVENT_KINDS; kind++)
			cache->kinds[kind] = kind_datum(kind);
		fcinfo->flinfo->fn_extra = cache;
		MemoryContextSwitchTo(caller);
	}
	if (changes != NULL && (cache->changes == NULL || VARSIZE(cache->changes) != VARSIZE(changes) ||
							memcmp(cache->changes, changes, VARSIZE(changes)) != 0))
		take_changes(cache, changes);
	else if (changes == NULL && cache->changes != NULL)
		forget_changes(cache);
	return cache;
}

/* The kind by the changes, else by the rules that ship. */
static SegmEventKind
look_up(const KindCache *cache, const char *name, size_t length)
{
	bool		known;

	for (int i = 0; i + 1 < cache->count; i += 2)	/* literal: pairs */
	{
		if (cache->nulls[i])
			continue;
		if (!segm_event_name_equal(name, length, VARDATA_ANY(DatumGetPointer(cache->texts[i])),
								   VARSIZE_ANY_EXHDR(DatumGetPointer(cache->texts[i]))))
			continue;
		if (cache->nulls[i + 1])
			return SEGM_NO_KIND;
		return cseg_event_kind(DatumGetTextPP(cache->texts[i + 1]));
	}
	return segm_event_kind(name, length, &known);
}

/*
 * event_kind(event_type [, changes]): NULL if the name has no kind.  Called
 * for every event: names that were met lately are remembered.
 */
PG_FUNCTION_INFO_V1(event_kind);
Datum
event_kind(PG_FUNCTION_ARGS)
{
	KindCache  *cache;
	text	   *name;
	Memo	   *memo;
	SegmEventKind kind;
	size_t		length;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	cache = kind_cache(fcinfo);
	name = PG_GETARG_TEXT_PP(0);
	length = VARSIZE_ANY_EXHDR(name);
	if (length == 0 || length > MEMO_NAME)
		kind = look_up(cache, VARDATA_ANY(name), length);
	else
	{
		memo = &cache->memos[hash_bytes((unsigned char *) VARDATA_ANY(name), length) % MEMOS];
		if (memo->length != length || memcmp(memo->name, VARDATA_ANY(name), length) != 0)
		{
			memo->kind = look_up(cache, VARDATA_ANY(name), length);
			memo->length = length;
			memcpy(memo->name, VARDATA_ANY(name), length);
		}
		kind = memo->kind;
	}
	if (kind == SEGM_NO_KIND)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(cache->kinds[kind]);
}

/* Whether a name has a rule or is a kind itself. */
PG_FUNCTION_INFO_V1(is_event_name);
Datum
is_event_name(PG_FUNCTION_ARGS)
{
	text	   *name = PG_GETARG_TEXT_PP(0);
	bool		known;

	(void) segm_event_kind(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name), &known);
	PG_RETURN_BOOL(known);
}
