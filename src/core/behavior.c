/*
 * behavior.c
 *		One pass over a customer's events in order of time, see behavior.h.
 */
#include "core/behavior.h"

/*
 * For each step, the latest start of a chain that reaches it: a later start
 * is never worse.  Chains of all starts are followed at once.
 */
static int
loose_step(const uint64_t *keys, size_t count, const SegmFunnel *funnel)
{
	int64_t		start[SEGM_SEQUENCE_CODES];
	int			deepest = 0;

	for (size_t i = 0; i < count; i++)
	{
		int64_t		at = segm_sequence_time(keys[i]);
		int			step = segm_sequence_code(keys[i]);

		if (step == 0 || step > funnel->steps || step > deepest + 1)
			continue;
		if (step == 1)
			start[1] = at;
		else if (at - start[step - 1] <= funnel->within &&
				 (step > deepest || start[step - 1] > start[step]))
			start[step] = start[step - 1];
		else
			continue;
		if (step > deepest)
			deepest = step;
	}
	return deepest;
}

static int
strict_step(const uint64_t *keys, size_t count, const SegmFunnel *funnel)
{
	int64_t		start = 0;
	int			reached = 0;
	int			deepest = 0;

	for (size_t i = 0; i < count && deepest < funnel->steps; i++)
	{
		int64_t		at = segm_sequence_time(keys[i]);
		int			step = segm_sequence_code(keys[i]);

		if (step == 0 || step > funnel->steps)
			continue;
		if (step == 1)
		{
			start = at;
			reached = 1;
		}
		else if (step == reached + 1 && reached > 0 && at - start <= funnel->within)
			reached = step;
		else if (step != reached)
			reached = 0;
		if (reached > deepest)
			deepest = reached;
	}
	return deepest;
}

int
segm_funnel_step(const uint64_t *keys, size_t count, const SegmFunnel *funnel)
{
	return funnel->strict ? strict_step(keys, count, funnel) : loose_step(keys, count, funnel);
}

void
segm_sessions(const uint64_t *keys, size_t count, int64_t idle, SegmSessions *result)
{
	int64_t		start = 0;
	int64_t		last = 0;
	int64_t		events = 0;

	*result = (SegmSessions)
	{
		0
	};
	for (size_t i = 0; i <= count; i++)
	{
		int64_t		at = i < count ? segm_sequence_time(keys[i]) : 0;

		if (i == count || i == 0 || at - last >= idle)
		{
			/* the one before is over */
			if (i > 0)
			{
				result->sessions++;
				result->single += events == 1;
				result->total += last - start;
				if (last - start > result->longest)
					result->longest = last - start;
				result->last_start = start;
				result->last_end = last;
			}
			start = at;
			last = at;
			events = 1;
			continue;
		}
		events++;
		last = at;
	}
}

void
segm_retention(const uint64_t *keys, size_t count, int64_t start, int64_t period, int periods,
			   bool *active)
{
	for (int i = 0; i < periods; i++)
		active[i] = false;
	for (size_t i = 0; i < count; i++)
	{
		int64_t		after = segm_sequence_time(keys[i]) - start;

		if (after >= 0 && after / period < periods)
			active[after / period] = true;
	}
}

bool
segm_time_between(const uint64_t *keys, size_t count, int from, int to, int64_t *result)
{
	int64_t		start = 0;
	bool		started = false;

	for (size_t i = 0; i < count; i++)
	{
		int64_t		at = segm_sequence_time(keys[i]);
		int			code = segm_sequence_code(keys[i]);

		if (!started && code == from)
		{
			started = true;
			start = at;
			/* what happened at the same instant, and sorts before, counts too */
			for (size_t j = i; to != from && j > 0 && segm_sequence_time(keys[j - 1]) == at; j--)
				if (segm_sequence_code(keys[j - 1]) == to)
				{
					*result = 0;
					return true;
				}
		}
		else if (started && code == to)
		{
			*result = at - start;
			return true;
		}
	}
	return false;
}

int64_t
segm_count_since(const uint64_t *keys, size_t count, int code, int since)
{
	int64_t		result = 0;
	size_t		from = count;

	while (from > 0 && segm_sequence_code(keys[from - 1]) != since)
		from--;
	for (size_t i = from; i < count; i++)
		result += segm_sequence_code(keys[i]) == code &&
			(from == 0 || segm_sequence_time(keys[i]) > segm_sequence_time(keys[from - 1]));
	return result;
}
