/*
 * module.c
 *		Module magic and start-up: the settings this extension knows.
 */
#include "postgres.h"

#include "fmgr.h"

#include "glue.h"

PG_MODULE_MAGIC;
