/*
 * agg_state.h
 *		States of aggregates that are plain values and may grow large.
 *
 * The executor copies a plain state that has moved, so that for a moment there
 * are the old one, the new one and a copy.  A large state therefore has a
 * memory context of its own, which the executor takes over as it is: an
 * expanded object that holds nothing but the plain value, with the same bytes.
 * Not so over a window.
 */
#ifndef CSEG_AGG_STATE_H
#define CSEG_AGG_STATE_H

#include "fmgr.h"

#pragma GCC visibility push(hidden)

/* A state of so many bytes, zero but for its length. */
extern struct varlena *cseg_state_new(Size size);

/* One with more room, zero behind the old bytes.  The old one is gone if it had a context of its own. */
extern struct varlena *cseg_state_grow(struct varlena *state, Size size);

/* Whether a state, of our making or the aggregate's own, has a context of its own. */
extern bool cseg_state_is_apart(struct varlena *state);

/* The state in argument 0 of a transition, not NULL; what is changed there is changed in place. */
extern struct varlena *cseg_state_argument(FunctionCallInfo fcinfo);

/* What a transition returns: its state, which may have moved since it came in. */
extern Datum cseg_state_result(FunctionCallInfo fcinfo, struct varlena *state);

/* A state or value to read, without a copy if it is a large state of ours. */
extern struct varlena *cseg_state_plain(Datum datum);

/* The same for who needs alignment, which a value with a short length does not have. */
extern struct varlena *cseg_state_aligned(Datum datum);

#pragma GCC visibility pop

#endif							/* CSEG_AGG_STATE_H */
