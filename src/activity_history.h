/*
 * activity_history.h
 *		The one way in which glue files reach an activity_history value.
 */
#ifndef CSEG_ACTIVITY_HISTORY_H
#define CSEG_ACTIVITY_HISTORY_H

#include "fmgr.h"

#include "core/activity.h"
#include "glue.h"

#pragma GCC visibility push(hidden)

#define ACTIVITY_TYPE_NAME	"activity_history"

/* The header of a plain value, which may be open. */
extern SegmActivity cseg_activity_read(struct varlena *value);

/* The history itself if it is finished, else its finished form. */
extern struct varlena *cseg_activity_finish(Datum datum);

/* Room for so many entries in CurrentMemoryContext. */
extern SegmActivityBuild cseg_activity_build(size_t bound, int scale);

/* A new value of the entries, which are freed; status says why there is none. */
extern SegmStatus cseg_activity_make(SegmActivityBuild *build, struct varlena **result);

/* The kind of this name; error 22023 for another name. */
extern SegmEventKind cseg_event_kind(text *name);

/* A history to read, from a datum of any storage form. */
#define PG_GETARG_ACTIVITY(n)	cseg_activity_read(cseg_activity_finish(PG_GETARG_DATUM(n)))

#pragma GCC visibility pop

#endif							/* CSEG_ACTIVITY_HISTORY_H */
