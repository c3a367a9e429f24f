/*
 * agg_state.c
 *		States of aggregates that may grow large, see agg_state.h.
 */
#include "postgres.h"

#include "utils/expandeddatum.h"
#include "utils/memutils.h"

#include "agg_state.h"
#include "glue.h"

#define LARGE		65536		/* literal: bytes; below it a copy costs less than a context */

typedef struct StateObject
{
	ExpandedObjectHeader header;
	struct varlena *state;		/* in the object's context */
} StateObject;

/* Known by its address, and shown in a dump of contexts. */
static const char identity[] = "customer_segments";

static Size
flat_size(ExpandedObjectHeader *header)
{
	return VARSIZE(((StateObject *) header)->state);
}

static void
flatten_into(ExpandedObjectHeader *header, void *result, Size allocated)
{
	memcpy(result, ((StateObject *) header)->state, allocated);
}

static const ExpandedObjectMethods methods = {flat_size, flatten_into};

/* NULL for any other value. */
static StateObject *
object_of(Datum datum)
{
	if (!VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(datum)) || DatumGetEOHP(datum)->eoh_methods != &methods)
		return NULL;
	return (StateObject *) DatumGetEOHP(datum);
}

bool
cseg_state_is_apart(struct varlena *state)
{
	return VARSIZE(state) >= LARGE && GetMemoryChunkContext(state)->ident == identity;
}

struct varlena *
cseg_state_new(Size size)
{
	MemoryContext context = CurrentMemoryContext;
	struct varlena *state;

	if (size >= LARGE)
	{
		context = AllocSetContextCreate(context, "large state of an aggregate", ALLOCSET_SMALL_SIZES);
		MemoryContextSetIdentifier(context, identity);
	}
	state = MemoryContextAllocZero(context, size);
	SET_VARSIZE(state, size);
	return state;
}

struct varlena *
cseg_state_grow(struct varlena *state, Size size)
{
	Size		old_size = VARSIZE(state);
	struct varlena *result;

	if (cseg_state_is_apart(state))
	{
		result = repalloc(state, size);
		memset((char *) result + old_size, 0, size - old_size);
	}
	else
	{
		result = cseg_state_new(size);
		memcpy(result, state, old_size);
	}
	SET_VARSIZE(result, size);
	return result;
}

/* Of a read-only pointer the server makes a copy, as of every other value that is not plain. */
struct varlena *
cseg_state_argument(FunctionCallInfo fcinfo)
{
	Datum		datum = PG_GETARG_DATUM(0);
	StateObject *object = VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(datum)) ? object_of(datum) : NULL;

	return object != NULL ? object->state : PG_DETOAST_DATUM(datum);
}

struct varlena *
cseg_state_plain(Datum datum)
{
	StateObject *object = object_of(datum);

	return object != NULL ? object->state : PG_DETOAST_DATUM_PACKED(datum);
}

struct varlena *
cseg_state_aligned(Datum datum)
{
	struct varlena *state = cseg_state_plain(datum);

	return VARATT_IS_4B_U(state) ? state : PG_DETOAST_DATUM(PointerGetDatum(state));
}

/*
 * The executor keeps the object, and frees what was there before, if it is
 * below the aggregate's own context.  In a window a state stays plain: there
 * an inverse transition of a stranger's gets it, too, and PL/pgSQL would take
 * an object over, whose memory goes with the row.
 */
Datum
cseg_state_result(FunctionCallInfo fcinfo, struct varlena *state)
{
	StateObject *object = PG_ARGISNULL(0) ? NULL : object_of(PG_GETARG_DATUM(0));
	MemoryContext context;
	MemoryContext aggregate;

	if (!PG_ARGISNULL(0) && (Pointer) state == DatumGetPointer(PG_GETARG_DATUM(0)))
		return PG_GETARG_DATUM(0);
	if (!cseg_state_is_apart(state) || AggCheckCallContext(fcinfo, &aggregate) == AGG_CONTEXT_WINDOW)
		return PointerGetDatum(state);
	context = GetMemoryChunkContext(state);
	if (object != NULL && object->header.eoh_context == context)
	{
		object->state = state;	/* may have moved */
		return PG_GETARG_DATUM(0);
	}
	cseg_require_aggregate(fcinfo);
	object = MemoryContextAlloc(context, sizeof(StateObject));
	EOH_init_header(&object->header, &methods, context);
	object->state = state;
	MemoryContextSetParent(context, aggregate);
	return EOHPGetRWDatum(&object->header);
}
