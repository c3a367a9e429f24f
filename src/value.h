/*
 * value.h
 *		The four forms of a value type of variable length and its comparison:
 *		what its own glue says of it, and the rest, which is always the same.
 */
#ifndef CSEG_VALUE_H
#define CSEG_VALUE_H

#include "fmgr.h"

#include "core/core.h"
#include "glue.h"

#pragma GCC visibility push(hidden)

typedef struct CsegValueType
{
	const char *name;
	const char *example;		/* what its text looks like */

	/* whether we can have written these bytes */
	SegmStatus	(*check) (const uint8_t *payload, size_t length);

	/* text, without terminating zero; into NULL it only counts */
	size_t		(*format) (const uint8_t *payload, size_t length, char *text);

	/* a new value of that type */
	SegmStatus	(*parse) (const char *text, struct varlena **value);
} CsegValueType;

extern Datum cseg_value_in(FunctionCallInfo fcinfo, const CsegValueType *type);
extern Datum cseg_value_out(FunctionCallInfo fcinfo, const CsegValueType *type);
extern Datum cseg_value_recv(FunctionCallInfo fcinfo, const CsegValueType *type);
extern Datum cseg_value_send(FunctionCallInfo fcinfo);

/* Equal values of these types are equal bytes. */
extern bool cseg_value_equal(FunctionCallInfo fcinfo);

/* A new value, its payload not set. */
extern struct varlena *cseg_new_value(size_t length);

#pragma GCC visibility pop

#endif							/* CSEG_VALUE_H */
