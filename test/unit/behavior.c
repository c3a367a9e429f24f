/*
 * behavior.c
 *		Funnels against all chains, sessions and retention against plain loops,
 *		and the borders of each.
 */
#include "core/behavior.h"
#include "tap.h"

#define EVENTS	14
#define MINUTE	INT64_C(60000000)

static uint64_t seed = 20240902;

static uint64_t
next_random(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

/* The deepest step by trying every chain. */
static int
all_chains(const uint64_t *keys, size_t count, const SegmFunnel *funnel, size_t from, int reached, int64_t start)
{
	int			deepest = reached;

	for (size_t i = from; i < count && reached < funnel->steps; i++)
	{
		int			step = segm_sequence_code(keys[i]);
		int64_t		at = segm_sequence_time(keys[i]);

		if (step == 0 || step > funnel->steps)
			continue;
		if (step == reached + 1 && (reached == 0 || at - start <= funnel->within))
		{
			int			found = all_chains(keys, count, funnel, i + 1, step, reached == 0 ? at : start);

			if (found > deepest)
				deepest = found;
		}
		if (funnel->strict && reached > 0 && step != reached)
			break;
	}
	return deepest;
}

static void
test_funnels(void)
{
	int			wrong = 0;
	int			seen[5] = {0};

	for (int round = 0; round < 20000; round++)
	{
		uint64_t	keys[EVENTS];
		uint64_t	scratch[EVENTS];
		SegmFunnel	funnel = {1 + (int) next_random(4), (int64_t) next_random(12), next_random(2) == 1};
		size_t		count = next_random(EVENTS + 1);
		int			step;

		for (size_t i = 0; i < count; i++)
			keys[i] = segm_sequence_key((int64_t) next_random(20), (int) next_random(6));
		count = segm_sequence_fold(keys, scratch, count, NULL);
		step = segm_funnel_step(keys, count, &funnel);
		seen[step]++;
		wrong += step != all_chains(keys, count, &funnel, 0, 0, 0);
	}
	is_int(wrong, 0, "20000 funnels, as all chains have it");
	ok(seen[0] > 20 && seen[1] > 20 && seen[2] > 20 && seen[3] > 20 && seen[4] > 20, "of every depth");
}

static void
test_sessions(void)
{
	uint64_t	keys[5];
	SegmSessions sessions;

	segm_sessions(keys, 0, 30 * MINUTE, &sessions);
	is_int(sessions.sessions, 0, "no events, no session");
	keys[0] = segm_sequence_key(-10 * MINUTE, 3);
	keys[1] = segm_sequence_key(20 * MINUTE - 1, 0);
	keys[2] = segm_sequence_key(50 * MINUTE - 1, 0);
	segm_sessions(keys, 1, 30 * MINUTE, &sessions);
	ok(sessions.sessions == 1 && sessions.single == 1 && sessions.total == 0 && sessions.last_start == -10 * MINUTE, "one event");
	segm_sessions(keys, 2, 30 * MINUTE, &sessions);
	ok(sessions.sessions == 1 && sessions.single == 0 && sessions.longest == 30 * MINUTE - 1, "a microsecond less than 30 minutes");
	segm_sessions(keys, 3, 30 * MINUTE, &sessions);
	ok(sessions.sessions == 2 && sessions.single == 1 && sessions.last_start == 50 * MINUTE - 1 &&
	   sessions.total == 30 * MINUTE - 1 && sessions.last_end == sessions.last_start, "30 minutes begin a new one");
}

static void
test_retention(void)
{
	uint64_t	keys[3] = {segm_sequence_key(-1, 0), segm_sequence_key(10, 1), segm_sequence_key(19, 2)};
	bool		active[3];
	int64_t		between;

	segm_retention(keys, 3, 0, 10, 3, active);
	ok(!active[0] && active[1] && !active[2], "half-open periods; what was before does not count");
	segm_retention(keys, 3, -1, 10, 3, active);
	ok(active[0] && active[1] && active[2], "-1, 10 and 19 after -1");
	ok(segm_time_between(keys, 3, 0, 2, &between) && between == 20, "between two codes");
	ok(!segm_time_between(keys, 3, 2, 0, &between), "not backwards");
	ok(!segm_time_between(keys, 3, 1, 1, &between), "no second one");
	keys[2] = segm_sequence_key(10, 5);
	ok(segm_time_between(keys, 3, 5, 1, &between) && between == 0, "at the same instant, whatever the codes");
	is_int(segm_count_since(keys, 3, 1, 0), 1, "one after the other");
	is_int(segm_count_since(keys, 3, 0, 1), 0, "none after it");
	is_int(segm_count_since(keys, 3, 5, 1), 0, "not at the same instant");
	is_int(segm_count_since(keys, 3, 1, 7), 1, "all where there is none of the other");
	is_int(segm_count_since(keys, 3, 5, 5), 0, "none of the same code");
	is_int(segm_count_since(keys, 0, 1, 0), 0, "of no events");
}

int
main(void)
{
	test_funnels();
	test_sessions();
	test_retention();
	return tap_done();
}
