/*
 * rfm.h
 *		Shared by the glue files of the RFM topic.
 */
#ifndef CSEG_RFM_H
#define CSEG_RFM_H

#include "access/tupdesc.h"
#include "fmgr.h"

#include "core/decimal.h"
#include "core/rfm.h"
#include "glue.h"

#pragma GCC visibility push(hidden)

/* Which overload: the types of last_order_at and revenue. */
typedef struct RfmOverload
{
	Oid			at;
	Oid			revenue;
} RfmOverload;

/* A customer who ordered.  Times without a zone are taken as UTC. */
typedef struct RfmCustomer
{
	int64		at;				/* last order, microseconds since 2000 */
	int64		orders;
	SegmDecimal revenue;
} RfmCustomer;

/* The declared types of the arguments "first" and "first" + 2. */
extern RfmOverload cseg_rfm_overload(FmgrInfo *flinfo, int first);

/*
 * The customer in the arguments first .. first + 2; false if there is none:
 * anything NULL, or no orders.  Raises on what no customer can have.
 */
extern bool cseg_rfm_customer(FunctionCallInfo fcinfo, int first, RfmOverload overload,
							  RfmCustomer *customer);

/* Raise 22003: amounts that need more than 38 digits together. */
pg_noreturn extern void cseg_rfm_revenue_range(void);

/* Checked arguments; raise 22023 or 22004. */
extern int	cseg_rfm_bins(int bins);
extern SegmRfmMethod cseg_rfm_method(text *name);

/*
 * Scores of a population by one dimension, inside groups (given as a number
 * below "groups" for each row; NULL for one group).
 */
extern void cseg_rfm_score_values(SegmRfmMethod method, int bins, const uint64 *keys, size_t n,
								  const uint32 *group, size_t groups, uint8 *scores);

/* CHECK_FOR_INTERRUPTS as a function, for the core to call. */
extern void cseg_rfm_poll(void);

/* n objects of a size that may be beyond 1 GB, zeroed. */
extern void *cseg_rfm_alloc(MemoryContext context, size_t n, size_t size);

#pragma GCC visibility pop

#endif							/* CSEG_RFM_H */
