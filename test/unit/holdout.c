/*
 * holdout.c
 *		The keyed hash against the vectors of its authors, and draws of 100,000
 *		customers: shares, and independence of campaigns.
 */
#include "core/holdout.h"
#include "tap.h"

#define CUSTOMERS 100000

/* Correlation of being held out at 10 % in two campaigns, and both shares. */
static double
phi(const char *one, int64_t seed_one, const char *two, int64_t seed_two, double share[2])
{
	double		both = 0;
	char		customer[24];

	share[0] = share[1] = 0;
	for (int i = 1; i <= CUSTOMERS; i++)
	{
		size_t		length = (size_t) snprintf(customer, sizeof(customer), "%d", i);
		bool		a = segm_holdout_point(customer, length, one, strlen(one), seed_one) < 0.1;
		bool		b = segm_holdout_point(customer, length, two, strlen(two), seed_two) < 0.1;

		share[0] += a;
		share[1] += b;
		both += a && b;
	}
	share[0] /= CUSTOMERS;
	share[1] /= CUSTOMERS;
	return (both / CUSTOMERS - share[0] * share[1]) /
		sqrt(share[0] * (1 - share[0]) * share[1] * (1 - share[1]));
}

int
main(void)
{
	/* key 00 01 … 0f, input 00 01 … of so many bytes: vectors.h of the reference implementation, first, last and three between */
	static const struct
	{
		size_t		length;
		uint64_t	hash;
	}			vectors[] = {
		{0, UINT64_C(0x726fdb47dd0e0e31)}, {1, UINT64_C(0x74f839c593dc67fd)}, {7, UINT64_C(0xab0200f58b01d137)},
		{8, UINT64_C(0x93f5f5799a932462)}, {15, UINT64_C(0xa129ca6149be45e5)}
	};
	static const struct
	{
		const char *one;
		int64_t		seed_one;
		const char *two;
		int64_t		seed_two;
	}			pairs[] = {
		{"spring", 0, "summer", 0}, {"spring", 0, "spring", 1}, {"a", 0, "b", 0}, {"mail 1", 7, "mail 2", 7}, {"", 0, "", -1}
	};
	uint8_t		bytes[64];
	double		share[2];
	int			cells[100] = {0};
	double		chi = 0;

	for (int i = 0; i < 64; i++)
		bytes[i] = (uint8_t) i;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		ok(segm_siphash(UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908), bytes, vectors[i].length) == vectors[i].hash,
		   "SipHash of %zu bytes", vectors[i].length);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
	{
		double		r = phi(pairs[i].one, pairs[i].seed_one, pairs[i].two, pairs[i].seed_two, share);

		ok(share[0] > 0.097 && share[0] < 0.103 && share[1] > 0.097 && share[1] < 0.103,
		   "'%s' %lld and '%s' %lld: %.4f and %.4f held out", pairs[i].one, (long long) pairs[i].seed_one,
		   pairs[i].two, (long long) pairs[i].seed_two, share[0], share[1]);
		ok(fabs(r) < 0.01, "uncorrelated: phi = %.4f", r);
	}
	for (int i = 0; i < CUSTOMERS; i++)
	{
		double		point = segm_holdout_point(&i, sizeof(i), "c", 1, 0);

		if (point >= 0.0 && point < 1.0)
			cells[(int) (point * 100)]++;
	}
	for (int i = 0; i < 100; i++)
		chi += pow(cells[i] - CUSTOMERS / 100.0, 2) / (CUSTOMERS / 100.0);
	/* 99 degrees of freedom: 0.1 % and 99.9 % */
	ok(chi > 60.0 && chi < 149.0, "uniform over a hundred cells: chi square %.1f", chi);
	return tap_done();
}
