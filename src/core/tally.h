/*
 * tally.h
 *		Counts by distinct value: a hash table in the caller's memory.
 *
 * Every slot is a key with a few counts; a slot is free while all its counts
 * are zero.  The number of slots is a power of two, and one must stay free.
 * The same additions in another order may fill other slots, but give the same
 * sorted list.
 */
#ifndef SEGM_TALLY_H
#define SEGM_TALLY_H

#include "core.h"
#include "decimal.h"
#include "sort.h"

#define SEGM_TALLY_COUNTS	4

typedef struct SegmTallySlot
{
	SegmInt128	key;
	int64_t		counts[SEGM_TALLY_COUNTS];	/* not negative */
} SegmTallySlot;

static inline bool
segm_tally_is_free(const SegmTallySlot *slot)
{
	return (slot->counts[0] | slot->counts[1] | slot->counts[2] | slot->counts[3]) == 0;
}

/*
 * Add counts, not all of them zero, to those of a key; *fresh tells whether
 * it took a free slot.  SEGM_CORRUPT if there is none, SEGM_OVERFLOW if a
 * count is too large.  poll is called every so many slots that are looked at.
 */
extern SegmStatus segm_tally_add(SegmTallySlot *slots, size_t n_slots,
								 const SegmTallySlot *entry, bool *fresh, SegmPoll poll);

/*
 * The slots in use, ascending by key.  All three arrays have room for as many
 * as are used; SEGM_CORRUPT if there are not exactly so many.
 */
extern SegmStatus segm_tally_sort(const SegmTallySlot *slots, size_t n_slots, size_t used,
								  SegmKeyed *keys, SegmKeyed *scratch,
								  SegmTallySlot *sorted, SegmPoll poll);

#endif							/* SEGM_TALLY_H */
