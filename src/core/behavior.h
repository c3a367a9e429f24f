/*
 * behavior.h
 *		What the times of one customer's events say: how far down a funnel, how
 *		many visits, in which periods still active.  Keys are those of
 *		event_sequence.h, ascending, each once.
 */
#ifndef SEGM_BEHAVIOR_H
#define SEGM_BEHAVIOR_H

#include "core/event_sequence.h"

static inline double
segm_seconds(int64_t microseconds)
{
	return (double) microseconds / 1e6;
}

typedef struct SegmFunnel
{
	int			steps;			/* 1 .. 63: codes 1 .. steps, in this order */
	int64_t		within;			/* microseconds from the first step to the last one */
	bool		strict;			/* nothing but repeats of the step reached in between */
} SegmFunnel;

/*
 * The deepest step reached, 0 for none.  Events of one instant count in the
 * order of the steps; other codes do not exist.
 */
extern int	segm_funnel_step(const uint64_t *keys, size_t count, const SegmFunnel *funnel);

/* Sessions: a new one begins when nothing happened for the idle time. */
typedef struct SegmSessions
{
	int64_t		sessions;
	int64_t		single;			/* of these, with one event */
	int64_t		total;			/* microseconds, from first to last event of each */
	int64_t		longest;
	int64_t		last_start;		/* instant; undefined without sessions */
	int64_t		last_end;
} SegmSessions;

extern void segm_sessions(const uint64_t *keys, size_t count, int64_t idle, SegmSessions *result);

/*
 * Which of so many periods after the start, each "period" microseconds long,
 * had an event.
 */
extern void segm_retention(const uint64_t *keys, size_t count, int64_t start, int64_t period,
						   int periods, bool *active);

/*
 * Microseconds from the first event of a code to the first one of another
 * code at or after it; false if there is none.
 */
extern bool segm_time_between(const uint64_t *keys, size_t count, int from, int to, int64_t *result);

/*
 * How many events of a code lie after the last one of another code, at later
 * instants; all of them if there is none.
 */
extern int64_t segm_count_since(const uint64_t *keys, size_t count, int code, int since);

#endif							/* SEGM_BEHAVIOR_H */
