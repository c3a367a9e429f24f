/*
 * tally.h
 *		Aggregate states that count by distinct value: a bytea with a hash
 *		table inside, changed in place and grown by doubling.
 *
 * What an aggregate of this kind gives depends on the distinct values and
 * their counts alone, so on no order of rows and no number of workers.
 */
#ifndef CSEG_TALLY_H
#define CSEG_TALLY_H

#include "fmgr.h"

#include "core/tally.h"
#include "glue.h"

#pragma GCC visibility push(hidden)

typedef struct CsegTally
{
	int32		vl_len_;
	uint8		version;		/* of this format */
	uint8		unused;
	int16		scale;			/* of keys that are decimals */
	int64		n_slots;		/* a power of two */
	int64		used;			/* slots in use, at most half of them */
	int64		dropped;		/* rows that could not be used */
	double		parameter;		/* the aggregate's constant argument, if any */
	SegmTallySlot slots[FLEXIBLE_ARRAY_MEMBER];
} CsegTally;

/*
 * The state in argument 0, a new one if it is NULL; "name" is the aggregate.
 * An error if the state was made with another parameter.
 */
extern CsegTally *cseg_tally_state(FunctionCallInfo fcinfo, double parameter, const char *name);

/* What a transition returns. */
extern Datum cseg_tally_datum(FunctionCallInfo fcinfo, CsegTally *tally);

/* The state in argument 0 of a final function; NULL if there was no row. */
extern CsegTally *cseg_tally_result(FunctionCallInfo fcinfo, const char *name);

/*
 * Add counts to those of a key; the state may move.  The key has the scale
 * given, and the state's keys get the larger of the two.
 */
extern CsegTally *cseg_tally_add(CsegTally *tally, SegmTallySlot entry, int scale, const char *name);

/* The combine function of all of them. */
extern Datum cseg_tally_combine(FunctionCallInfo fcinfo, const char *name);

/* The slots in use, ascending by key; "used" of them. */
extern SegmTallySlot *cseg_tally_sorted(CsegTally *tally, const char *name);

#pragma GCC visibility pop

#endif							/* CSEG_TALLY_H */
