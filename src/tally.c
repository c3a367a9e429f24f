/*
 * tally.c
 *		Aggregate states that count by distinct value, see tally.h.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "agg_state.h"
#include "tally.h"

#define VERSION			1
#define HEADER			offsetof(CsegTally, slots)
#define FIRST_SLOTS		16		/* literal: a first state, 800 bytes */
#define SPARE			2		/* literal: so many slots, at least, for each in use */
#define MAX_SLOTS		((int64) 1 << 21)	/* literal: 100 MB, a million values */

static size_t
size_for(int64 n_slots, const char *name)
{
	if (n_slots > MAX_SLOTS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s cannot hold more than " INT64_FORMAT " distinct values",
						name, MAX_SLOTS / SPARE),
				 errhint("Round the values in the query.")));
	return HEADER + n_slots * sizeof(SegmTallySlot);
}

/* A state that came in as an argument; trusts nothing. */
static CsegTally *
checked(bytea *state, const char *name)
{
	CsegTally  *tally = (CsegTally *) state;

	cseg_check_version(state, VERSION, name);
	if (VARSIZE(state) < HEADER || tally->n_slots <= 0 || tally->n_slots > MAX_SLOTS ||
		(tally->n_slots & (tally->n_slots - 1)) != 0 ||
		VARSIZE(state) != HEADER + tally->n_slots * sizeof(SegmTallySlot) ||
		tally->used < 0 || tally->used > tally->n_slots / SPARE || tally->dropped < 0 ||
		tally->scale < 0 || tally->scale > SEGM_DECIMAL_MAX_SCALE)
		cseg_raise(SEGM_CORRUPT, name);
	return tally;
}

static void
check_parameter(double a, double b, const char *name)
{
	if (a != b)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence of %s must be the same for all rows", name)));
}

CsegTally *
cseg_tally_state(FunctionCallInfo fcinfo, double parameter, const char *name)
{
	CsegTally  *tally;

	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
	{
		tally = (CsegTally *) cseg_state_new(size_for(FIRST_SLOTS, name));
		tally->version = VERSION;
		tally->n_slots = FIRST_SLOTS;
		tally->parameter = parameter;
		return tally;
	}
	tally = checked(cseg_state_argument(fcinfo), name);
	check_parameter(tally->parameter, parameter, name);
	return tally;
}

Datum
cseg_tally_datum(FunctionCallInfo fcinfo, CsegTally *tally)
{
	return cseg_state_result(fcinfo, (struct varlena *) tally);
}

CsegTally *
cseg_tally_result(FunctionCallInfo fcinfo, const char *name)
{
	cseg_require_aggregate(fcinfo);
	return PG_ARGISNULL(0) ? NULL : checked(cseg_state_aligned(PG_GETARG_DATUM(0)), name);
}

static void
add_entry(CsegTally *tally, const SegmTallySlot *entry, const char *name)
{
	bool		fresh;

	cseg_check(segm_tally_add(tally->slots, tally->n_slots, entry, &fresh, cseg_poll), name);
	if (fresh)
		tally->used++;
}

/* The slots in use of a tally, whose keys get another scale; palloc'd. */
static SegmTallySlot *
used_slots(const CsegTally *tally, int scale, const char *name)
{
	SegmTallySlot *entries = palloc(Max(tally->used, 1) * sizeof(SegmTallySlot));
	int64		n = 0;

	for (int64 i = 0; i < tally->n_slots; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (segm_tally_is_free(&tally->slots[i]))
			continue;
		if (n == tally->used)
			cseg_raise(SEGM_CORRUPT, name);
		entries[n] = tally->slots[i];
		if (segm_decimal_raise(&entries[n++].key, 1, scale - tally->scale) != SEGM_OK)
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("price out of range beside the others of %s", name),
					 errdetail("With the decimals of all of them, it has too many digits.")));
	}
	if (n != tally->used)
		cseg_raise(SEGM_CORRUPT, name);
	return entries;
}

/* Add all slots of another tally, whose keys get this one's scale. */
static void
add_slots(CsegTally *tally, const CsegTally *other, const char *name)
{
	SegmTallySlot *entries = used_slots(other, tally->scale, name);

	for (int64 i = 0; i < other->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		add_entry(tally, &entries[i], name);
	}
	pfree(entries);
}

/* The same with so many slots, and keys at so large a scale. */
static CsegTally *
rebuilt(CsegTally *tally, int64 n_slots, int scale, const char *name)
{
	size_t		size = size_for(n_slots, name);
	SegmTallySlot *entries = used_slots(tally, scale, name);
	int64		used = tally->used;

	if (n_slots > tally->n_slots)
		tally = (CsegTally *) cseg_state_grow((struct varlena *) tally, size);
	memset(tally->slots, 0, size - HEADER);
	tally->n_slots = n_slots;
	tally->scale = scale;
	tally->used = 0;
	for (int64 i = 0; i < used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		add_entry(tally, &entries[i], name);
	}
	pfree(entries);
	return tally;
}

CsegTally *
cseg_tally_add(CsegTally *tally, SegmTallySlot entry, int scale, const char *name)
{
	SegmDecimal key = {entry.key, scale};

	if (tally->used == tally->n_slots / SPARE)
		tally = rebuilt(tally, tally->n_slots * SPARE, Max(scale, tally->scale), name);
	else if (scale > tally->scale)
		tally = rebuilt(tally, tally->n_slots, scale, name);
	if (segm_decimal_rescale(key, tally->scale, &key) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("price out of range beside the others of %s", name),
				 errdetail("With the decimals of all of them, it has too many digits.")));
	entry.key = key.coefficient;
	add_entry(tally, &entry, name);
	return tally;
}

Datum
cseg_tally_combine(FunctionCallInfo fcinfo, const char *name)
{
	CsegTally  *tally;
	CsegTally  *other;
	int64		n_slots;

	cseg_require_aggregate(fcinfo);
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}

	/* the other part comes out of a tuple: the copy is aligned for our slots */
	other = checked(PG_GETARG_BYTEA_P_COPY(1), name);
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(other);
	tally = checked(cseg_state_argument(fcinfo), name);
	check_parameter(tally->parameter, other->parameter, name);
	n_slots = tally->n_slots;
	while (n_slots / SPARE < tally->used + other->used)
		n_slots *= SPARE;
	if (n_slots > tally->n_slots || other->scale > tally->scale)
		tally = rebuilt(tally, n_slots, Max(tally->scale, other->scale), name);
	add_slots(tally, other, name);
	tally->dropped += other->dropped;
	return cseg_tally_datum(fcinfo, tally);
}

SegmTallySlot *
cseg_tally_sorted(CsegTally *tally, const char *name)
{
	SegmTallySlot *sorted = palloc(Max(tally->used, 1) * sizeof(SegmTallySlot));
	SegmKeyed  *keys = palloc(Max(tally->used, 1) * sizeof(SegmKeyed));
	SegmKeyed  *scratch = palloc(Max(tally->used, 1) * sizeof(SegmKeyed));

	cseg_check(segm_tally_sort(tally->slots, tally->n_slots, tally->used, keys, scratch,
							   sorted, cseg_poll), name);
	pfree(keys);
	pfree(scratch);
	return sorted;
}
