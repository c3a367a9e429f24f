/*
 * holdout.c
 *		The draw of a campaign, see holdout.h.
 *
 * SipHash-2-4: Aumasson and Bernstein, "SipHash: a fast short-input PRF",
 * INDOCRYPT 2012.
 */
#include "holdout.h"

/* What the last of 53 bits is worth. */
#define UNIT 0x1p-53

typedef struct Sip
{
	uint64_t	v[4];
} Sip;

static uint64_t
rotated(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

static void
rounds(Sip *sip, int n)
{
	uint64_t   *v = sip->v;

	while (n-- > 0)
	{
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotated(v[1], 13) ^ v[0];
		v[3] = rotated(v[3], 16) ^ v[2];
		v[0] = rotated(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = rotated(v[1], 17) ^ v[2];
		v[3] = rotated(v[3], 21) ^ v[0];
		v[2] = rotated(v[2], 32);
	}
}

static void
compress(Sip *sip, uint64_t word)
{
	sip->v[3] ^= word;
	rounds(sip, 2);
	sip->v[0] ^= word;
}

uint64_t
segm_siphash(uint64_t key0, uint64_t key1, const void *bytes, size_t length)
{
	const uint8_t *p = bytes;
	Sip			sip = {{key0 ^ UINT64_C(0x736f6d6570736575), key1 ^ UINT64_C(0x646f72616e646f6d),
	key0 ^ UINT64_C(0x6c7967656e657261), key1 ^ UINT64_C(0x7465646279746573)}};
	uint64_t	word = 0;

	/* words are little-endian on every machine */
	for (size_t i = 0; i < length; i++)
	{
		word |= (uint64_t) p[i] << (8 * (i % 8));
		if (i % 8 == 7)
		{
			compress(&sip, word);
			word = 0;
		}
	}
	compress(&sip, word | (uint64_t) length << 56);
	sip.v[2] ^= 0xff;
	rounds(&sip, 4);
	return sip.v[0] ^ sip.v[1] ^ sip.v[2] ^ sip.v[3];
}

double
segm_holdout_point(const void *customer, size_t customer_length,
				   const void *campaign, size_t campaign_length, int64_t seed)
{
	/* the key of a campaign: two hashes of its name under the seed */
	uint64_t	key0 = segm_siphash((uint64_t) seed, 0, campaign, campaign_length);
	uint64_t	key1 = segm_siphash((uint64_t) seed, 1, campaign, campaign_length);

	/* the upper 53 bits, as many as a double has */
	return (double) (segm_siphash(key0, key1, customer, customer_length) >> 11) * UNIT;
}
