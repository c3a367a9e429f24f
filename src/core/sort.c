/*
 * sort.c
 *		Radix sort of 64-bit and 128-bit numbers, and order-preserving keys.
 *
 * LSD radix sort (Knuth, The Art of Computer Programming, vol. 3, 5.2.5):
 * one counting sort for every byte that differs, from the lowest to the
 * highest.  All histograms are taken in one reading pass.
 */
#include "sort.h"

#include <string.h>

#define BYTE_BITS	8
#define BYTE_VALUES 256
#define BYTE_MASK	255u
#define SHORT_ARRAY 64			/* up to here insertion is faster */
#define SIGN_BIT64	((uint64_t) 1 << 63)

/*
 * The sort, for one type of elements.  KEY gives an element's number; FLIP is
 * XORed to it before its bytes are looked at: the sign bit for signed numbers.
 */
#define DEFINE_SORT(name, type, utype, KEY, FLIP) \
void \
name(type *values, type *scratch, size_t n, SegmPoll poll) \
{ \
	size_t		counts[sizeof(utype)][BYTE_VALUES]; \
	type	   *from = values; \
	type	   *to = scratch; \
 \
	if (n <= SHORT_ARRAY) \
	{ \
		for (size_t i = 1; i < n; i++) \
		{ \
			type		value = values[i]; \
			size_t		j = i; \
 \
			for (; j > 0 && KEY(values[j - 1]) > KEY(value); j--) \
				values[j] = values[j - 1]; \
			values[j] = value; \
		} \
		return; \
	} \
	memset(counts, 0, sizeof(counts)); \
	for (size_t i = 0; i < n; i++) \
	{ \
		utype		rest = (utype) KEY(values[i]) ^ (FLIP); \
 \
		for (size_t byte = 0; byte < sizeof(utype); byte++, rest >>= BYTE_BITS) \
			counts[byte][(size_t) (rest & BYTE_MASK)]++; \
	} \
	for (size_t byte = 0; byte < sizeof(utype); byte++) \
	{ \
		size_t	   *count = counts[byte]; \
		unsigned	shift = (unsigned) byte * BYTE_BITS; \
		size_t		position = 0; \
		type	   *swap; \
 \
		if (count[(size_t) ((((utype) KEY(from[0]) ^ (FLIP)) >> shift) & BYTE_MASK)] == n) \
			continue; \
		if (poll != NULL) \
			poll(); \
		for (size_t value = 0; value < BYTE_VALUES; value++) \
		{ \
			size_t		here = count[value]; \
 \
			count[value] = position; \
			position += here; \
		} \
		for (size_t i = 0; i < n; i++) \
			to[count[(size_t) ((((utype) KEY(from[i]) ^ (FLIP)) >> shift) & BYTE_MASK)]++] = from[i]; \
		swap = from; \
		from = to; \
		to = swap; \
	} \
	if (from != values) \
		memcpy(values, from, n * sizeof(type)); \
}

#define ITSELF(number)	(number)
#define ITS_KEY(keyed)	((keyed).key)

DEFINE_SORT(segm_sort64, uint64_t, uint64_t, ITSELF, 0)
DEFINE_SORT(segm_sort128, SegmInt128, SegmUInt128, ITSELF, (SegmUInt128) 1 << 127)
DEFINE_SORT(segm_sort_keyed, SegmKeyed, SegmUInt128, ITS_KEY, (SegmUInt128) 1 << 127)

uint64_t
segm_key_double(double value)
{
	uint64_t	bits;

	value += 0.0;				/* makes -0 a 0 */
	memcpy(&bits, &value, sizeof(bits));
	return bits & SIGN_BIT64 ? ~bits : bits | SIGN_BIT64;
}

bool
segm_keys_narrow(const SegmInt128 *values, size_t n, uint64_t *keys)
{
	SegmInt128	lowest = n > 0 ? values[0] : 0;
	SegmInt128	highest = lowest;

	for (size_t i = 1; i < n; i++)
	{
		if (values[i] < lowest)
			lowest = values[i];
		if (values[i] > highest)
			highest = values[i];
	}
	if ((SegmUInt128) highest - (SegmUInt128) lowest > UINT64_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		keys[i] = (uint64_t) ((SegmUInt128) values[i] - (SegmUInt128) lowest);
	return true;
}

/*
 * The key is the position of the first equal value in sorted order.  It is
 * looked up by a table over evenly spaced intervals of the values' range,
 * about as many as values, and a binary search inside the interval.
 */
void
segm_keys_wide(const SegmInt128 *values, SegmInt128 *sorted, SegmInt128 *scratch,
			   size_t n, uint64_t *keys, SegmPoll poll)
{
	size_t	   *table = (size_t *) (void *) scratch;	/* n + 1 entries */
	SegmUInt128 lowest;
	SegmUInt128 range;
	unsigned	shift = 0;
	size_t		filled = 0;

	if (n == 0)
		return;
	memcpy(sorted, values, n * sizeof(*values));
	segm_sort128(sorted, scratch, n, poll);
	if (poll != NULL)
		poll();

	lowest = (SegmUInt128) sorted[0];
	range = (SegmUInt128) sorted[n - 1] - lowest;
	while (range >> shift >= n)
		shift++;
	for (size_t i = 0; i < n; i++)
		for (size_t last = (size_t) (((SegmUInt128) sorted[i] - lowest) >> shift); filled <= last;)
			table[filled++] = i;
	while (filled <= n)
		table[filled++] = n;

	for (size_t i = 0; i < n; i++)
	{
		size_t		interval = (size_t) (((SegmUInt128) values[i] - lowest) >> shift);
		size_t		low = table[interval];
		size_t		high = table[interval + 1];

		while (low < high)
		{
			size_t		middle = low + (high - low) / 2;

			if (sorted[middle] < values[i])
				low = middle + 1;
			else
				high = middle;
		}
		keys[i] = low;
	}
}
