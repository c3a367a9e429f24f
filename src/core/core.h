/*
 * core.h
 *		What every file of the core shares: the status codes and the rules.
 *
 * The core is plain C11: standard headers only, no allocation, no globals,
 * no I/O, no jumps.  Callers pass buffers and capacities.  Every function
 * that can fail returns a SegmStatus and writes its result through an out
 * parameter; on any status but SEGM_OK the result is unspecified.
 */
#ifndef SEGM_CORE_H
#define SEGM_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum SegmStatus
{
	SEGM_OK = 0,
	SEGM_OVERFLOW,				/* a result does not fit its type */
	SEGM_NO_ROOM,				/* the caller's buffer is too small: grow, retry */
	SEGM_CORRUPT,				/* bytes that no function of ours wrote */
	SEGM_VERSION,				/* written by a newer, unknown format version */
	SEGM_MALFORMED,				/* text that does not parse */
	SEGM_TOO_LARGE,				/* a documented size limit is exceeded */
	SEGM_DOMAIN,				/* a parameter outside its allowed range */
	SEGM_NOT_FINITE,			/* NaN or infinity where a finite value is due */
	SEGM_NOT_CONVERGED,			/* an iteration hit its limit */
	SEGM_STOPPED				/* the caller's poll callback said stop */
} SegmStatus;

#endif							/* SEGM_CORE_H */
