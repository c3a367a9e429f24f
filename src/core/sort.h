/*
 * sort.h
 *		Sorting of plain numbers: least significant digit first, by bytes.
 *
 * A population's values are ranked by sorting the bare numbers; nothing else
 * travels with them, except where each has a place to be found at.  The time is linear, a byte in which all numbers agree
 * costs nothing, and short arrays are sorted by insertion.
 */
#ifndef SEGM_SORT_H
#define SEGM_SORT_H

#include "core.h"
#include "decimal.h"

/*
 * Called now and then during long work; may be NULL, and may leave by a jump,
 * since the core holds nothing.
 */
typedef void (*SegmPoll) (void);

#define SEGM_POLL_EVERY		1024	/* steps */

static inline void
segm_poll_step(SegmPoll poll, size_t step)
{
	if (poll != NULL && step % SEGM_POLL_EVERY == 0)
		poll();
}

/* Ascending, in place; scratch has room for n numbers. */
extern void segm_sort64(uint64_t *keys, uint64_t *scratch, size_t n, SegmPoll poll);
extern void segm_sort128(SegmInt128 *values, SegmInt128 *scratch, size_t n, SegmPoll poll);

/* A number and where what belongs to it is. */
typedef struct SegmKeyed
{
	SegmInt128	key;
	size_t		at;
} SegmKeyed;

/* By key; equal keys stay in their order. */
extern void segm_sort_keyed(SegmKeyed *items, SegmKeyed *scratch, size_t n, SegmPoll poll);

/* Numbers whose unsigned order is the order of the values. */
static inline uint64_t
segm_key_int64(int64_t value)
{
	return (uint64_t) value ^ ((uint64_t) 1 << 63);
}

/* Neither infinite nor NaN. */
static inline bool
segm_is_finite(double value)
{
	return value - value == 0.0;
}

/* Equal for the two zeros; the value is not NaN. */
extern uint64_t segm_key_double(double value);

/*
 * 64-bit numbers in the same order, equal where the values are equal.
 * False, and nothing done, if the values span more than 64 bits: then
 * segm_keys_wide does it, which needs two more arrays of n values.
 */
extern bool segm_keys_narrow(const SegmInt128 *values, size_t n, uint64_t *keys);
extern void segm_keys_wide(const SegmInt128 *values, SegmInt128 *sorted, SegmInt128 *scratch,
						   size_t n, uint64_t *keys, SegmPoll poll);

#endif							/* SEGM_SORT_H */
