/*
 * affinity.h
 *		The one way in which glue files reach an affinity value.
 */
#ifndef CSEG_AFFINITY_H
#define CSEG_AFFINITY_H

#include "fmgr.h"

#include "core/affinity.h"
#include "glue.h"

#pragma GCC visibility push(hidden)

/*
 * An affinity to read, from a datum of any storage form.  Points into the
 * datum, or into a finished copy if the datum is the state of an aggregate.
 */
extern SegmAffinity cseg_affinity_of(Datum datum);

#define PG_GETARG_AFFINITY(n)	cseg_affinity_of(PG_GETARG_DATUM(n))

/* The affinity itself if it is finished, else its finished form. */
extern struct varlena *cseg_affinity_finish(Datum datum);

/* A new finished value of folded entries. */
extern struct varlena *cseg_affinity_make(const SegmAffinityLabel *labels, size_t count, int scale,
										  const SegmDecay *decay);

/* A label as text. */
extern Datum cseg_affinity_label(const SegmAffinityLabel *label);

/* A size limit that a label or the number of labels exceeds. */
pg_noreturn extern void cseg_affinity_too_large(size_t label_length);

#pragma GCC visibility pop

#endif							/* CSEG_AFFINITY_H */
