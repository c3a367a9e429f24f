/*
 * text_time.h
 *		Days and instants in the text forms of values: ISO 8601, in UTC, for no
 *		setting to change.
 */
#ifndef SEGM_TEXT_TIME_H
#define SEGM_TEXT_TIME_H

#include "core/calendar.h"
#include "core/text.h"

static inline void
put_day(SegmSink *sink, const char *before, int32_t day)
{
	SegmCivil	civil = segm_civil_of_day(day);
	char		buffer[48];

	snprintf(buffer, sizeof(buffer), "%s%04d-%02d-%02d", civil.year < 0 ? "-" : "",
			 civil.year < 0 ? -civil.year : civil.year, civil.month, civil.day);
	put(sink, before);
	put(sink, buffer);
}

static inline void
put_instant(SegmSink *sink, const char *before, int64_t instant)
{
	int32_t		day = segm_day_of_instant(instant);
	int64_t		usecs = instant - day * SEGM_USECS_PER_DAY;
	int64_t		seconds = usecs / 1000000;
	char		buffer[48];
	int			fraction = (int) (usecs % 1000000);

	put_day(sink, before, day);
	snprintf(buffer, sizeof(buffer), "T%02d:%02d:%02d", (int) (seconds / 3600),
			 (int) (seconds / 60 % 60), (int) (seconds % 60));
	put(sink, buffer);
	if (fraction != 0)
	{
		snprintf(buffer, sizeof(buffer), ".%06d", fraction);
		put(sink, buffer);
	}
	put(sink, "Z");
}

static inline bool
take_day(const char **at, int32_t *day)
{
	bool		negative = take(at, "-");
	int64_t		year;
	int64_t		month;
	int64_t		of_month;
	SegmCivil	civil;

	if (!take_integer(at, 999999, &year) || !take(at, "-") ||
		!take_integer(at, 12, &month) || !take(at, "-") || !take_integer(at, 31, &of_month))
		return false;
	civil.year = (int) (negative ? -year : year);
	civil.month = (int) month;
	civil.day = (int) of_month;
	return segm_day_of_civil(civil, day) == SEGM_OK;
}

static inline bool
take_instant(const char **at, int64_t *instant)
{
	int32_t		day;
	int64_t		hours;
	int64_t		minutes;
	int64_t		seconds;
	int64_t		fraction = 0;

	if (!take_day(at, &day) || !take(at, "T") || !take_integer(at, 23, &hours) ||
		!take(at, ":") || !take_integer(at, 59, &minutes) ||
		!take(at, ":") || !take_integer(at, 59, &seconds))
		return false;
	if (take(at, "."))
	{
		const char *digits = *at;

		if (!take_integer(at, 999999, &fraction) || *at - digits != 6)
			return false;
	}
	*instant = day * SEGM_USECS_PER_DAY +
		((hours * 60 + minutes) * 60 + seconds) * 1000000 + fraction;
	return take(at, "Z");
}

#endif							/* SEGM_TEXT_TIME_H */
