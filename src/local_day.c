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
	pg_tz	   *tz;				/* NULL: UTC */
	int			known;
	int			next;			/* the stretch to forget next */
	Stretch		stretches[STRETCHES];
	char		name[TZ_STRLEN_MAX + 1];
};

/* Forget what the zone was and become the one of this name; NULL is UTC. */
static void
become(LocalZone *zone, text *name)
{
	memset(zone, 0, sizeof(LocalZone));
	if (name == NULL)
		return;
	if (VARSIZE_ANY_EXHDR(name) <= TZ_STRLEN_MAX)
	{
		text_to_cstring_buffer(name, zone->name, sizeof(zone->name));
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
	text	   *name = NULL;

	if (PG_NARGS() > argument)
	{
		if (PG_ARGISNULL(argument))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("time zone must not be null")));
		name = PG_GETARG_TEXT_PP(argument);
	}
	if (zone == NULL)
	{
		zone = cseg_named_zone(name, fcinfo->flinfo->fn_mcxt);
		fcinfo->flinfo->fn_extra = zone;
	}
	else if (name != NULL && (strlen(zone->name) != VARSIZE_ANY_EXHDR(name) ||
							  memcmp(zone->name, VARDATA_ANY(name), strlen(zone->name)) != 0))
		become(zone, name);
	return zone;
}

static int64
offset_at(LocalZone *zone, TimestampTz at)
{
	Stretch    *stretch;
	pg_time_t	seconds;
	pg_time_t	change;
	long		before;
	long		after;
	int			before_dst;
	int			after_dst;
	TimestampTz to = DT_NOEND;

	if (zone->tz == NULL)
		return 0;
	for (int i = 0; i < zone->known; i++)
	{
		stretch = &zone->stretches[i];
		if (at >= stretch->from && at < stretch->to)
			return stretch->offset;
	}

	/* the offset holds from the second of "at" up to the next change */
	seconds = timestamptz_to_time_t(at);
	if (pg_next_dst_boundary(&seconds, &before, &before_dst,
							 &change, &after, &after_dst, zone->tz) > 0)
		to = time_t_to_timestamptz(change);
	for (int i = 0; i < zone->known; i++)
	{
		stretch = &zone->stretches[i];
		if (stretch->to == to && stretch->offset == before * USECS_PER_SEC)
		{
			stretch->from = Min(stretch->from, at);
			return stretch->offset;
		}
	}
	stretch = &zone->stretches[zone->next];
	zone->next = (zone->next + 1) % STRETCHES;
	zone->known = Min(zone->known + 1, STRETCHES);
	stretch->from = at;
	stretch->to = to;
	stretch->offset = before * USECS_PER_SEC;
	return stretch->offset;
}

DateADT
cseg_local_day(LocalZone *zone, TimestampTz at, const char *what)
{
	int64		local;

	if (TIMESTAMP_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s must be finite, got %s", what,
						TIMESTAMP_IS_NOBEGIN(at) ? "-infinity" : "infinity")));
	local = at + offset_at(zone, at);
	if (local < SEGM_MIN_INSTANT || local >= SEGM_END_INSTANT)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s out of range in time zone \"%s\"", what, zone->name)));
	return segm_day_of_instant(local);
}

TimestampTz
cseg_local_instant(LocalZone *zone, Timestamp local, const char *what)
{
	if (TIMESTAMP_NOT_FINITE(local))
		(void) cseg_local_day(zone, local, what);
	if (zone->tz == NULL)
		return local;
	return DatumGetTimestampTz(DirectFunctionCall2(timestamp_zone,
												   CStringGetTextDatum(zone->name),
												   TimestampGetDatum(local)));
}
