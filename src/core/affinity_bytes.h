/*
 * affinity_bytes.h
 *		The bytes of an affinity: where fields lie, and the sums that every
 *		value must have.  For the affinity*.c files only; the layout is
 *		described in affinity.h.
 */
#ifndef SEGM_AFFINITY_BYTES_H
#define SEGM_AFFINITY_BYTES_H

#include "core/affinity.h"
#include "core/bytes.h"

#define VERSION_AT		0
#define FLAGS_AT		1
#define SCALE_AT		2
#define RESERVED_AT		3
#define AS_OF_AT		4
#define HALF_LIFE_AT	12
#define USED_AT			20
#define LABELS_AT		24
#define SLOTS_AT		28
#define HEADER			4
#define DECAYED_HEADER	20
#define OPEN_HEADER		32
#define SLOT			4

/* an entry of a state; its label follows */
#define HASH_AT			0
#define LENGTH_AT		4
#define ROWS_AT			6
#define FIRST_AT		14
#define LAST_AT			22
#define WEIGHT_AT		30
#define ENTRY			46

/* which has no opposite, and no value holds */
#define LOWEST_WEIGHT	((SegmInt128) ((SegmUInt128) 1 << 127))

static inline uint16_t
get16(const uint8_t *at)
{
	return (uint16_t) (at[0] | at[1] << 8);
}

static inline void
put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t) value;
	at[1] = (uint8_t) (value >> 8);
}

/* Instants that exist, in order; rows that are all of one instant if there is one row. */
static inline bool
segm_affinity_span_valid(const SegmAffinityLabel *label)
{
	return label->first >= SEGM_MIN_INSTANT && label->first <= label->last &&
		label->last < SEGM_END_INSTANT && (label->rows > 1 || label->first == label->last);
}

/* Sums over labels, weights without their signs: they must exist. */
typedef struct SegmAffinityTotals
{
	int64_t		rows;
	int64_t		labels;
	SegmInt128	weight;
} SegmAffinityTotals;

static inline SegmStatus
segm_affinity_total(SegmAffinityTotals *totals, const SegmAffinityLabel *label)
{
	if (++totals->labels > SEGM_AFFINITY_MAX_LABELS)
		return SEGM_TOO_LARGE;
	if (label->rows > SEGM_AFFINITY_MAX_ROWS - totals->rows ||
		__builtin_add_overflow(totals->weight, label->weight < 0 ? -label->weight : label->weight,
							   &totals->weight))
		return SEGM_OVERFLOW;
	totals->rows += label->rows;
	return SEGM_OK;
}

#endif							/* SEGM_AFFINITY_BYTES_H */
