/*
 * needs.c
 *		Spells against a search over all pairs of rows, their limits, and
 *		opportunity scores.
 */
#include "core/needs.h"
#include "tap.h"

#define ROWS 40

static uint64_t seed = 20240615;

static uint64_t
next_random(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

static void
test_random(void)
{
	bool		same = true;
	int			complete = 0;

	for (int round = 0; round < 5000; round++)
	{
		int64_t		times[ROWS];
		int32_t		part[ROWS];
		size_t		n = (size_t) next_random(ROWS);
		int			parts = 1 + (int) next_random(5);
		int64_t		length = (int64_t) next_random(12);
		int64_t		now = -100;
		bool		found;
		size_t		end = 0;
		bool		plain = false;
		size_t		plain_end = 0;

		for (size_t i = 0; i < n; i++)
		{
			now += (int64_t) next_random(4);
			times[i] = now;
			part[i] = 1 + (int32_t) next_random((uint64_t) parts);
		}
		for (size_t i = 0; i < n && !plain; i++)
		{
			unsigned	seen = 0;

			for (size_t j = 0; j <= i; j++)
				if (times[i] - times[j] <= length)
					seen |= 1u << part[j];
			plain = seen == (1u << (parts + 1)) - 2;
			plain_end = i;
		}
		same = same && segm_spell_end(times, part, n, parts, length, &found, &end) == SEGM_OK &&
			found == plain && (!found || end == plain_end);
		complete += plain;
	}
	ok(same && complete > 500 && complete < 4500, "5000 random rows, %d of them with a spell", complete);
}

int
main(void)
{
	int64_t		times[] = {0, 20, 45};
	int64_t		ends[] = {INT64_MIN + 1, INT64_MAX - 1};
	int32_t		part[] = {1, 2, 3};
	int32_t		wrong[] = {1, 0, 4};
	bool		found;
	size_t		end;
	double		score;

	test_random();
	ok(segm_spell_end(times, part, 3, 3, 45, &found, &end) == SEGM_OK && found && end == 2, "just inside");
	ok(segm_spell_end(times, part, 3, 3, 44, &found, &end) == SEGM_OK && !found, "just outside");
	ok(segm_spell_end(times, part, 0, 3, 44, &found, &end) == SEGM_OK && !found, "no rows");
	ok(segm_spell_end(ends, part, 2, 2, INT64_MAX, &found, &end) == SEGM_OK && !found, "too far apart for 63 bits");
	ok(segm_spell_end(times, wrong, 2, 3, 45, &found, &end) == SEGM_DOMAIN, "part 0");
	ok(segm_spell_end(times, &wrong[2], 1, 3, 45, &found, &end) == SEGM_DOMAIN, "part 4 of 3");
	ok(segm_spell_end(times, part, 3, SEGM_SPELL_MAX_PARTS + 1, 45, &found, &end) == SEGM_DOMAIN, "too many parts");
	ok(segm_spell_end(times, part, 3, 0, 45, &found, &end) == SEGM_DOMAIN, "no parts");
	ok(segm_spell_end(times, part, 3, 3, -1, &found, &end) == SEGM_DOMAIN, "a negative length");
	times[1] = 50;
	ok(segm_spell_end(times, part, 3, 3, 45, &found, &end) == SEGM_DOMAIN, "times out of order");

	ok(segm_opportunity_score(9, 3, &score) == SEGM_OK && score == 15, "important and badly served: 9 + 6");
	ok(segm_opportunity_score(4, 9, &score) == SEGM_OK && score == 4, "well served: no less than the importance");
	ok(segm_opportunity_score(10, 0, &score) == SEGM_OK && score == 20, "at most 20");
	ok(segm_opportunity_score(10.5, 0, &score) == SEGM_DOMAIN && segm_opportunity_score(5, -1, &score) == SEGM_DOMAIN &&
	   segm_opportunity_score(NAN, 5, &score) == SEGM_DOMAIN, "outside 0 to 10");
	return tap_done();
}
