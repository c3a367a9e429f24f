/*
 * module.c
 *		Module magic and start-up: the settings this extension knows.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/guc.h"

#include "glue.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

void
_PG_init(void)
{
	DefineCustomStringVariable("customer_segments.as_of",
							   "The instant that the views of every workspace answer for.",
							   "A date or an instant; without a time zone it means UTC."
							   " Empty: the present.",
							   &cseg_as_of_setting,
							   "",
							   PGC_USERSET,
							   0,
							   NULL, NULL, NULL);
	MarkGUCPrefixReserved("customer_segments");
}
