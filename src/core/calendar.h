/*
 * calendar.h
 *		Days and instants of the proleptic Gregorian calendar.
 *
 * A day is a count of days since 2000-01-01, an instant a count of
 * microseconds since 2000-01-01 00:00 UTC: the server's own encodings of date
 * and timestamptz.  Years are astronomical: year 0 is 1 BC.
 */
#ifndef SEGM_CALENDAR_H
#define SEGM_CALENDAR_H

#include "core/core.h"

#define SEGM_SECONDS_PER_DAY	INT64_C(86400)
#define SEGM_USECS_PER_SECOND	INT64_C(1000000)
#define SEGM_USECS_PER_DAY		(SEGM_SECONDS_PER_DAY * SEGM_USECS_PER_SECOND)

/* the days and instants that the server's timestamptz can hold */
#define SEGM_MIN_DAY			(-2451545)	/* 24 November 4714 BC */
#define SEGM_MAX_DAY			106751982	/* 31 December 294276 */
#define SEGM_MIN_INSTANT		((int64_t) SEGM_MIN_DAY * SEGM_USECS_PER_DAY)
#define SEGM_END_INSTANT		((int64_t) (SEGM_MAX_DAY + 1) * SEGM_USECS_PER_DAY)

#define SEGM_MIN_SECOND			((int64_t) SEGM_MIN_DAY * SEGM_SECONDS_PER_DAY)
#define SEGM_END_SECOND			((int64_t) (SEGM_MAX_DAY + 1) * SEGM_SECONDS_PER_DAY)

typedef struct SegmCivil
{
	int			year;
	int			month;			/* 1 to 12 */
	int			day;			/* 1 to 31 */
} SegmCivil;

extern SegmCivil segm_civil_of_day(int32_t day);

/* SEGM_DOMAIN unless the three name a real day of the supported range. */
extern SegmStatus segm_day_of_civil(SegmCivil civil, int32_t *day);

/* The day, in UTC, that holds an instant: rounds down, before 2000 as well. */
static inline int32_t
segm_day_of_instant(int64_t instant)
{
	int64_t		day = instant / SEGM_USECS_PER_DAY;

	return (int32_t) (instant % SEGM_USECS_PER_DAY < 0 ? day - 1 : day);
}

/* The same of seconds. */
static inline int64_t
segm_second_of_instant(int64_t instant)
{
	int64_t		second = instant / SEGM_USECS_PER_SECOND;

	return instant % SEGM_USECS_PER_SECOND < 0 ? second - 1 : second;
}

/*
 * Whether a day can be the local day of an instant: zones differ from UTC by
 * less than a day.
 */
static inline bool
segm_near_day(int64_t instant, int32_t day)
{
	int64_t		midnight = day * SEGM_USECS_PER_DAY;

	return instant >= midnight - SEGM_USECS_PER_DAY &&
		instant < midnight + 2 * SEGM_USECS_PER_DAY;
}

#endif							/* SEGM_CALENDAR_H */
