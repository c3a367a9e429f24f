/*
 * local_day.c
 *		Local days by remembered stretches of constant offset.
 *
 * The server's conversion walks the zone's table for every value.  Orders
 * come from a few years, with two changes of the clocks in each: we remember
 * the stretches between changes that were met, and look there first.
 */
#include "postgres.h"

#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "core/calendar.h"
#include "local_day.h"

#define STRETCHES 16			/* literal: eight years of two changes each */

typedef struct Stretch
{
	TimestampTz from;
	TimestampTz to;				/* the change of the clocks that ends it */
	int64		offset;			/* microseconds east of UTC */
} Stretch;

struct LocalZone
{
	pg_tz	   *tz;
	size_t		length;			/* of the name */
	int			known;
	int			next;			/* the stretch to forget next */
	Stretch		stretches[STRETCHES];
	char		name[TZ_STRLEN_MAX + 1];
};

/* Forget what the zone was and become the one of this name. */
static void
become(LocalZone *zone, text *name)
{
	memset(zone, 0, sizeof(LocalZone));
	if (VARSIZE_ANY_EXHDR(name) <= TZ_STRLEN_MAX)
	{
		text_to_cstring_buffer(name, zone->name, sizeof(zone->name));
		zone->length = VARSIZE_ANY_EXHDR(name);
		zone->tz = pg_tzset(zone->name);
	}
	if (zone->tz == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" not recognized", text_to_cstring(name)),
				 errhint("The view pg_timezone_names lists the names.")));
}

LocalZone *
cseg_named_zone(text *name, MemoryContext context)
{
	LocalZone  *zone = MemoryContextAlloc(context, sizeof(LocalZone));

	become(zone, name);
	return zone;
}

LocalZone *
cseg_local_zone(FunctionCallInfo fcinfo, int argument)
{
	LocalZone  *zone = fcinfo->flinfo->fn_extra;
	text	   *name;

	if (PG_NARGS() <= argument)
		return NULL;
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("time zone must not be null")));
	name = PG_GETARG_TEXT_PP(argument);
	if (zone == NULL)
		zone = fcinfo->flinfo->fn_extra = cseg_named_zone(name, fcinfo->flinfo->fn_mcxt);
	else if (zone->length != VARSIZE_ANY_EXHDR(name) ||
			 memcmp(zone->name, VARDATA_ANY(name), zone->length) != 0)
		become(zone, name);
	return zone;
}

/*
 * Microseconds east of UTC.  A POSIX zone may name any offset, but a history
 * keeps days within a day of their instants.
 */
static int64
checked_offset(const LocalZone *zone, long seconds)
{
	if (seconds <= -SECS_PER_DAY || seconds >= SECS_PER_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" is a day or more away from UTC", zone->name)));
	return seconds * USECS_PER_SEC;
}

static int64
offset_at(LocalZone *zone, TimestampTz at)
{
	Stretch    *stretch;
	pg_time_t	seconds;
	pg_time_t	change;
	long		before = 0;
	long		after;
	int			before_dst;
	int			after_dst;
	int64		offset;
	TimestampTz to = DT_NOEND;

	for (int i = 0; i < zone->known; i++)
	{
		stretch = &zone->stretches[i];
		if (at >= stretch->from && at < stretch->to)
			return stretch->offset;
	}

	/* the second that "at" lies in; the server's conversion rounds towards 2000 */
	seconds = timestamptz_to_time_t(at);
	if (time_t_to_timestamptz(seconds) > at)
		seconds--;

	/* the offset holds from then up to the next change */
	if (pg_next_dst_boundary(&seconds, &before, &before_dst,
							 &change, &after, &after_dst, zone->tz) > 0)
		to = time_t_to_timestamptz(change);
	offset = checked_offset(zone, before);
	for (int i = 0; i < zone->known; i++)
	{
		stretch = &zone->stretches[i];
		if (stretch->to == to && stretch->offset == offset)
		{
			stretch->from = Min(stretch->from, at);
			return offset;
		}
	}
	stretch = &zone->stretches[zone->next];
	zone->next = (zone->next + 1) % STRETCHES;
	zone->known = Min(zone->known + 1, STRETCHES);
	stretch->from = at;
	stretch->to = to;
	stretch->offset = offset;
	return offset;
}

DateADT
cseg_local_day(LocalZone *zone, TimestampTz at, const char *what)
{
	int64		local = at;

	if (TIMESTAMP_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s must be finite, got %s", what,
						TIMESTAMP_IS_NOBEGIN(at) ? "-infinity" : "infinity")));
	if (zone != NULL)
		local += offset_at(zone, at);
	if (local < SEGM_MIN_INSTANT || local >= SEGM_END_INSTANT)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s %s out of range in time zone \"%s\"", what, timestamptz_to_str(at),
						zone != NULL ? zone->name : "UTC")));
	return segm_day_of_instant(local);
}

TimestampTz
cseg_local_instant(LocalZone *zone, Timestamp local, const char *what)
{
	TimestampTz at;
	struct pg_tm civil;
	fsec_t		fraction;
	int			west;

	if (TIMESTAMP_NOT_FINITE(local))
		(void) cseg_local_day(zone, local, what);
	if (zone == NULL)
		return local;

	/* a day away from any change of the clocks there is but one answer */
	for (int i = 0; i < zone->known; i++)
	{
		Stretch    *stretch = &zone->stretches[i];

		at = local - stretch->offset;
		if (at >= stretch->from && at - stretch->from >= USECS_PER_DAY &&
			at < stretch->to && stretch->to - at > USECS_PER_DAY && IS_VALID_TIMESTAMP(at))
			return at;
	}

	if (timestamp2tm(local, NULL, &civil, &fraction, NULL, NULL) == 0)
	{
		west = DetermineTimeZoneOffset(&civil, zone->tz);
		(void) checked_offset(zone, west);
		if (tm2timestamp(&civil, fraction, &west, &at) == 0)
		{
			(void) offset_at(zone, at); /* remembers the stretch */
			return at;
		}
	}
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("%s out of range in time zone \"%s\"", what, zone->name)));
}
