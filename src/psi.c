/*
 * psi.c
 *		The aggregate psi: how far two distributions are apart.
 *
 * Its state counts how many classes have which pair of sizes, so that the sum
 * is taken in one order whatever the order of rows.
 */
#include "postgres.h"

#include "core/psi.h"
#include "tally.h"

#define NAME		"psi"

/* The arguments of the row transition. */
enum
{
	ARG_STATE,
	ARG_BEFORE,
	ARG_AFTER
};

/* The halves of a key. */
#define HALF_BITS	64			/* literal: a size is an int64 */

static SegmInt128
key_of(int64 before, int64 after)
{
	return (SegmInt128) ((SegmUInt128) before << HALF_BITS | (uint64) after);
}

static int64
before_of(SegmInt128 key)
{
	return (int64) ((SegmUInt128) key >> HALF_BITS);
}

static int64
after_of(SegmInt128 key)
{
	return (int64) (uint64) (SegmUInt128) key;
}

/* psi_step(state, before, after) */
PG_FUNCTION_INFO_V1(psi_step);
Datum
psi_step(PG_FUNCTION_ARGS)
{
	CsegTally  *tally = cseg_tally_state(fcinfo, 0, NAME);
	SegmTallySlot entry = {.counts = {1}};
	int64		sizes[2];

	if (PG_ARGISNULL(ARG_BEFORE) && PG_ARGISNULL(ARG_AFTER))
		PG_RETURN_DATUM(cseg_tally_datum(fcinfo, tally));
	sizes[0] = PG_ARGISNULL(ARG_BEFORE) ? 0 : PG_GETARG_INT64(ARG_BEFORE);
	sizes[1] = PG_ARGISNULL(ARG_AFTER) ? 0 : PG_GETARG_INT64(ARG_AFTER);
	if (sizes[0] < 0 || sizes[1] < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("sizes of a class are " INT64_FORMAT " and " INT64_FORMAT ", must not be negative",
						sizes[0], sizes[1])));
	entry.key = key_of(sizes[0], sizes[1]);
	PG_RETURN_DATUM(cseg_tally_datum(fcinfo, cseg_tally_add(tally, entry, 0, NAME)));
}

PG_FUNCTION_INFO_V1(psi_combine);
Datum
psi_combine(PG_FUNCTION_ARGS)
{
	return cseg_tally_combine(fcinfo, NAME);
}

PG_FUNCTION_INFO_V1(psi_final);
Datum
psi_final(PG_FUNCTION_ARGS)
{
	CsegTally  *tally = cseg_tally_result(fcinfo, NAME);
	SegmTallySlot *classes;
	double		all_before = 0;
	double		all_after = 0;
	double		result = 0;

	if (tally == NULL)
		PG_RETURN_NULL();
	classes = cseg_tally_sorted(tally, NAME);
	for (int64 i = 0; i < tally->used; i++)
	{
		all_before += (double) before_of(classes[i].key) * classes[i].counts[0];
		all_after += (double) after_of(classes[i].key) * classes[i].counts[0];
	}
	if (all_before == 0 || all_after == 0)
		PG_RETURN_NULL();
	for (int64 i = 0; i < tally->used; i++)
		result += segm_psi_term(before_of(classes[i].key), after_of(classes[i].key), all_before, all_after) *
			classes[i].counts[0];
	PG_RETURN_FLOAT8(result);
}
