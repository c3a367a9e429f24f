/*
 * behavior.h
 *		The one way in which glue files reach event sequences, as values and as
 *		states of aggregates.
 */
#ifndef CSEG_BEHAVIOR_H
#define CSEG_BEHAVIOR_H

#include "fmgr.h"
#include "utils/timestamp.h"

#include "core/event_sequence.h"
#include "glue.h"

#pragma GCC visibility push(hidden)

/* The header of a plain value, which may be open. */
extern SegmSequence cseg_sequence_read(struct varlena *value);

/* The events of a value or a state, ascending; the array is palloc'd. */
extern uint64 *cseg_sequence_keys(Datum datum, size_t *count);
extern SegmInt128 *cseg_sequence_entries(Datum datum, size_t *count, int *scale);

/* The value itself if it is finished, else its finished form. */
extern struct varlena *cseg_sequence_finish(Datum datum);

/*
 * Add an event to a state, NULL for none yet, in place or in a new one;
 * "form" is what it must be, "name" the aggregate.  The amount counts where
 * the form has amounts.
 */
extern struct varlena *cseg_sequence_add(struct varlena *state, const SegmSequence *form,
										 SegmEvent *event, SegmDecimal amount, const char *name);

/* The state in argument 0 of a transition, NULL if there is none. */
extern struct varlena *cseg_sequence_state(FunctionCallInfo fcinfo);

/* A state that a row leaves as it is. */
extern Datum cseg_sequence_unchanged(struct varlena *state, FunctionCallInfo fcinfo);

/* An instant that a sequence can hold; error 22008, "what" names it. */
extern int64 cseg_event_time(TimestampTz at, const char *what);

/*
 * The microseconds of an interval without months, above zero; errors 22004
 * and 22023, "what" names it.
 */
extern int64 cseg_duration(FunctionCallInfo fcinfo, int argument, const char *what);

/* A code of an event; error 22023, "what" names it. */
extern int32 cseg_event_code(FunctionCallInfo fcinfo, int argument, const char *what);

#pragma GCC visibility pop

#endif							/* CSEG_BEHAVIOR_H */
