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

/*
 * An open value of so many bytes, without events; the same with one more, which
 * is the same place or, if that was full, a new one; and a copy with as much
 * room again as it uses.
 */
extern struct varlena *cseg_activity_start(Size size, int scale, bool detailed);
extern struct varlena *cseg_activity_add(struct varlena *state, const SegmActivityEntry *row, int scale);
extern struct varlena *cseg_activity_copy(struct varlena *state);

/* A value of an event; errors 22000 and 22003 for what no history can hold. */
extern SegmDecimal cseg_event_value(Datum numeric);

/* The name of a channel, folded and cut to SEGM_ACTIVITY_MAX_CHANNEL bytes; how long it is. */
extern uint32 cseg_event_channel(text *name, uint8_t *channel);

/* The kind of this name; error 22023 for another name. */
extern SegmEventKind cseg_event_kind(text *name);

/* A history to read, from a datum of any storage form. */
#define PG_GETARG_ACTIVITY(n)	cseg_activity_read(cseg_activity_finish(PG_GETARG_DATUM(n)))

#pragma GCC visibility pop

#endif							/* CSEG_ACTIVITY_HISTORY_H */
