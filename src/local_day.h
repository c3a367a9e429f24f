/*
 * local_day.h
 *		Which day an instant falls on in a time zone, and the reverse, fast
 *		enough for every row of an order log.
 */
#ifndef CSEG_LOCAL_DAY_H
#define CSEG_LOCAL_DAY_H

#include "datatype/timestamp.h"
#include "fmgr.h"
#include "utils/date.h"

#include "glue.h"

#pragma GCC visibility push(hidden)

typedef struct LocalZone LocalZone;

/*
 * The zone named by argument "argument", NULL for UTC if the call has fewer.
 * Kept in fn_extra, so a constant name is looked up once a query.
 */
extern LocalZone *cseg_local_zone(FunctionCallInfo fcinfo, int argument);

/* The same for a name that is no argument; lives in "context". */
extern LocalZone *cseg_named_zone(text *name, MemoryContext context);

/* The local day of an instant; error 22008 for infinity, "what" names it. */
extern DateADT cseg_local_day(LocalZone *zone, TimestampTz at, const char *what);

/* The instant of a local time; a time skipped or doubled by a change of
 * the clocks is read as standard time, as AT TIME ZONE does. */
extern TimestampTz cseg_local_instant(LocalZone *zone, Timestamp local, const char *what);

#pragma GCC visibility pop

#endif							/* CSEG_LOCAL_DAY_H */
