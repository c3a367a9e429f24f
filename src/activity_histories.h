/*
 * activity_histories.h
 *		What activity_histories() and its planner support share.
 */
#ifndef CSEG_ACTIVITY_HISTORIES_H
#define CSEG_ACTIVITY_HISTORIES_H

#include "fmgr.h"

#include "glue.h"

#pragma GCC visibility push(hidden)

enum
{
	ACTIVITY_RELATION,
	ACTIVITY_KEY_TYPE,
	ACTIVITY_ZONE,
	ACTIVITY_CUSTOMERS
};

/*
 * The operator by which an index on a customer_id of this type finds a value
 * of another type; invalid if there is none.
 */
extern Oid	cseg_key_operator(Oid key_type, Oid value_type);

/* The condition that customer_id is $1, or in it if its type is an array; NULL if there is no such operator. */
extern char *cseg_key_condition(Oid key_type, Oid type);

#pragma GCC visibility pop

#endif							/* CSEG_ACTIVITY_HISTORIES_H */
