/*
 * tally.c
 *		Counting by distinct value: against counts kept in a plain array, with
 *		additions in two orders, full and overflowing tables.
 */
#include "core/tally.h"
#include "tap.h"

#define KEYS	100
#define SLOTS	256
#define COLLIDING	4096

static uint64_t seed = 88172645463325252u;

static uint64_t
next_random(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

/* Keys of all sizes and both signs, ascending. */
static SegmInt128
key_of(int i)
{
	SegmInt128	wide = (SegmInt128) 1 << 100;

	return i < 30 ? (i - 40) * wide : i < 60 ? (SegmInt128) i - 45 : (SegmInt128) (i - 59) * wide;
}

static int	polls;

static void
count_polls(void)
{
	polls++;
}

/* The finalizer of splitmix64 backwards: the key that is hashed to this place. */
static SegmInt128
key_at(uint64_t x)
{
	x ^= x >> 31 ^ x >> 62;
	x *= UINT64_C(0x319642b2d24d8ec3);
	x ^= x >> 27 ^ x >> 54;
	x *= UINT64_C(0x96de1b173f119089);
	x ^= x >> 30 ^ x >> 60;
	return x ^ UINT64_C(0xe220a8397b1dcdaf);	/* what the upper half, 0, is mixed to */
}

/* Keys picked to share one place: found by looking at all, but asked meanwhile, and sorted without. */
static void
colliding(void)
{
	static SegmTallySlot slots[2 * COLLIDING];
	static SegmTallySlot sorted[COLLIDING];
	static SegmKeyed keys[COLLIDING];
	static SegmKeyed scratch[COLLIDING];
	SegmTallySlot entry = {.counts = {1}};
	bool		right = true;
	bool		fresh;

	for (uint64_t i = 0; i < COLLIDING; i++)
	{
		entry.key = key_at(i << 32);
		right = right && segm_tally_add(slots, 2 * COLLIDING, &entry, &fresh, count_polls) == SEGM_OK && fresh;
	}
	for (size_t i = 0; i < COLLIDING; i++)
		right = right && slots[i].key == key_at(i << 32);
	ok(right, "one behind the other");
	/* the i-th probes i + 1 slots */
	ok(polls > COLLIDING / 1024 * COLLIDING / 4, "asked while they were looked for: %d", polls);

	/* a slot that is not where its key would be looked for is one all the same */
	slots[2 * COLLIDING - 1] = slots[5];
	memset(&slots[5], 0, sizeof(slots[5]));
	ok(segm_tally_sort(slots, 2 * COLLIDING, COLLIDING, keys, scratch, sorted, NULL) == SEGM_OK, "sorted");
	for (size_t i = 0; i < COLLIDING; i++)
		right = right && sorted[i].counts[0] == 1 && (i == 0 || sorted[i - 1].key < sorted[i].key);
	ok(right, "all of them, where they are");
}

int
main(void)
{
	static SegmTallySlot slots[SLOTS];
	static SegmTallySlot back[SLOTS];
	static SegmTallySlot sorted[KEYS];
	static SegmTallySlot again[KEYS];
	static SegmKeyed keys[KEYS];
	static SegmKeyed scratch[KEYS];
	static int	row[2000];
	int64_t		expected[KEYS][SEGM_TALLY_COUNTS] = {{0}};
	size_t		used = 0;
	size_t		used_back = 0;
	bool		same = true;
	bool		fresh;
	SegmTallySlot entry;

	for (int i = 0; i < 2000; i++)
		row[i] = (int) next_random(KEYS);
	for (int i = 0; i < 2000; i++)
	{
		memset(&entry, 0, sizeof(entry));
		entry.key = key_of(row[i]);
		entry.counts[row[i] % SEGM_TALLY_COUNTS] = row[i] + 1;
		expected[row[i]][row[i] % SEGM_TALLY_COUNTS] += row[i] + 1;
		if (segm_tally_add(slots, SLOTS, &entry, &fresh, NULL) == SEGM_OK)
			used += fresh;
		entry.key = key_of(row[1999 - i]);
		entry.counts[row[i] % SEGM_TALLY_COUNTS] = 0;
		entry.counts[row[1999 - i] % SEGM_TALLY_COUNTS] = row[1999 - i] + 1;
		if (segm_tally_add(back, SLOTS, &entry, &fresh, NULL) == SEGM_OK)
			used_back += fresh;
	}
	is_int((long long) used, KEYS, "every key has one slot");
	ok(segm_tally_sort(slots, SLOTS, used, keys, scratch, sorted, NULL) == SEGM_OK, "sorted");
	for (int i = 0; i < KEYS; i++)
		same = same && sorted[i].key == key_of(i) &&
			memcmp(sorted[i].counts, expected[i], sizeof(expected[i])) == 0;
	ok(same, "ascending keys with their counts");
	ok(segm_tally_sort(back, SLOTS, used_back, keys, scratch, again, NULL) == SEGM_OK &&
	   memcmp(sorted, again, sizeof(sorted)) == 0, "backwards: the same");
	ok(segm_tally_sort(slots, SLOTS, used - 1, keys, scratch, sorted, NULL) == SEGM_CORRUPT,
	   "one slot more than said");
	ok(segm_tally_sort(slots, SLOTS, used + 1, keys, scratch, sorted, NULL) == SEGM_CORRUPT,
	   "one slot less than said");

	memset(slots, 0, sizeof(slots));
	memset(&entry, 0, sizeof(entry));
	entry.counts[1] = INT64_MAX;
	for (int i = 0; i < 4; i++)
	{
		entry.key = i;
		same = same && segm_tally_add(slots, 4, &entry, &fresh, NULL) == SEGM_OK && fresh;
	}
	ok(same, "a table can be filled");
	entry.key = 4;
	ok(segm_tally_add(slots, 4, &entry, &fresh, NULL) == SEGM_CORRUPT, "and then takes no further key");
	entry.key = 3;
	ok(segm_tally_add(slots, 4, &entry, &fresh, NULL) == SEGM_OVERFLOW, "a count that is too large");
	colliding();
	return tap_done();
}
