/*
 * tally.c
 *		Counting by distinct value: against counts kept in a plain array, with
 *		additions in two orders, full and overflowing tables.
 */
#include "core/tally.h"
#include "tap.h"

#define KEYS	100
#define SLOTS	256

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

int
main(void)
{
	static SegmTallySlot slots[SLOTS];
	static SegmTallySlot back[SLOTS];
	static SegmTallySlot sorted[KEYS];
	static SegmTallySlot again[KEYS];
	static SegmInt128 keys[KEYS];
	static SegmInt128 scratch[KEYS];
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
		if (segm_tally_add(slots, SLOTS, &entry, &fresh) == SEGM_OK)
			used += fresh;
		entry.key = key_of(row[1999 - i]);
		entry.counts[row[i] % SEGM_TALLY_COUNTS] = 0;
		entry.counts[row[1999 - i] % SEGM_TALLY_COUNTS] = row[1999 - i] + 1;
		if (segm_tally_add(back, SLOTS, &entry, &fresh) == SEGM_OK)
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
		same = same && segm_tally_add(slots, 4, &entry, &fresh) == SEGM_OK && fresh;
	}
	ok(same, "a table can be filled");
	entry.key = 4;
	ok(segm_tally_add(slots, 4, &entry, &fresh) == SEGM_CORRUPT, "and then takes no further key");
	entry.key = 3;
	ok(segm_tally_add(slots, 4, &entry, &fresh) == SEGM_OVERFLOW, "a count that is too large");
	return tap_done();
}
