/*
 * tally.c
 *		Counts by distinct value, see tally.h.
 *
 * Open addressing with linear probing (Knuth, The Art of Computer
 * Programming, vol. 3, 6.4); the hash is the finalizer of splitmix64 (Steele,
 * Lea and Flood 2014).
 */
#include "tally.h"

static uint64_t
mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/*
 * The slot of a key, or the free one where it belongs; NULL if all are taken.
 * The hash has no secret, since a state must be the same bytes everywhere: who
 * picks the keys can make each of them probe all others.
 */
static SegmTallySlot *
find(SegmTallySlot *slots, size_t n_slots, SegmInt128 key, SegmPoll poll)
{
	uint64_t	high = (uint64_t) (key >> 64);
	size_t		at = (size_t) mix((uint64_t) key ^ mix(high + UINT64_C(0x9e3779b97f4a7c15)));

	for (size_t probes = 1; probes <= n_slots; probes++, at++)
	{
		SegmTallySlot *slot = &slots[at & (n_slots - 1)];

		segm_poll_step(poll, probes);
		if (slot->key == key || segm_tally_is_free(slot))
			return slot;
	}
	return NULL;
}

SegmStatus
segm_tally_add(SegmTallySlot *slots, size_t n_slots, const SegmTallySlot *entry, bool *fresh,
			   SegmPoll poll)
{
	SegmTallySlot *slot = find(slots, n_slots, entry->key, poll);

	if (slot == NULL)
		return SEGM_CORRUPT;
	*fresh = segm_tally_is_free(slot);
	slot->key = entry->key;
	for (int i = 0; i < SEGM_TALLY_COUNTS; i++)
		if (__builtin_add_overflow(slot->counts[i], entry->counts[i], &slot->counts[i]))
			return SEGM_OVERFLOW;
	return SEGM_OK;
}

SegmStatus
segm_tally_sort(const SegmTallySlot *slots, size_t n_slots, size_t used, SegmKeyed *keys,
				SegmKeyed *scratch, SegmTallySlot *sorted, SegmPoll poll)
{
	size_t		n = 0;

	for (size_t i = 0; i < n_slots; i++)
	{
		if (segm_tally_is_free(&slots[i]))
			continue;
		if (n == used)
			return SEGM_CORRUPT;
		keys[n].key = slots[i].key;
		keys[n++].at = i;
	}
	if (n != used)
		return SEGM_CORRUPT;
	segm_sort_keyed(keys, scratch, n, poll);
	for (size_t i = 0; i < n; i++)
	{
		segm_poll_step(poll, i);
		sorted[i] = slots[keys[i].at];
	}
	return SEGM_OK;
}
