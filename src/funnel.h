/*
 * funnel.h
 *		What the aggregate funnel_step and funnel_steps(), its form for a whole
 *		population, share: their arguments, and which step an event is.
 */
#ifndef CSEG_FUNNEL_H
#define CSEG_FUNNEL_H

#include "fmgr.h"
#include "utils/array.h"

#include "core/behavior.h"
#include "glue.h"

#pragma GCC visibility push(hidden)

#define FUNNEL_NAME		"funnel_step"	/* in messages */

/* A list of steps as it was in the last row, and what it says. */
typedef struct FunnelSteps
{
	MemoryContext context;		/* of the array and the names, reset when there is another list */
	Size		size;			/* of the array; 0: none is taken apart */
	ArrayType  *array;
	int			count;
	text	  **names;			/* point into the array */
	int64		hash;
} FunnelSteps;

/*
 * The form of a state by the arguments steps, within and mode, which follow
 * each other from the first one on; the last two may be missing.  The steps
 * are kept in fn_extra.  Errors 22004 and 22023.
 */
extern SegmSequence cseg_funnel_form(FunctionCallInfo fcinfo, int first, FunnelSteps **steps);

/* What a state of this form is asked; error 22P03 for one that we cannot have made. */
extern SegmFunnel cseg_funnel_of(const SegmSequence *form);

/* The step that an event is, 0 for none. */
static inline int
cseg_funnel_step_of(const FunnelSteps *steps, text *event)
{
	const char *name = VARDATA_ANY(event);
	Size		length = VARSIZE_ANY_EXHDR(event);

	for (int i = 0; i < steps->count; i++)
		if (VARSIZE_ANY_EXHDR(steps->names[i]) == length &&
			memcmp(VARDATA_ANY(steps->names[i]), name, length) == 0)
			return i + 1;
	return 0;
}

#pragma GCC visibility pop

#endif							/* CSEG_FUNNEL_H */
