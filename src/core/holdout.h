/*
 * holdout.h
 *		Where a customer falls in the draw of a campaign: a keyed hash, so that
 *		the same customer, campaign and seed fall alike for ever and on every
 *		machine, and two campaigns independently.
 */
#ifndef SEGM_HOLDOUT_H
#define SEGM_HOLDOUT_H

#include "core.h"

/* SipHash-2-4 of some bytes under a key of two words. */
extern uint64_t segm_siphash(uint64_t key0, uint64_t key1, const void *bytes, size_t length);

/*
 * A number of [0, 1), uniform over customers: those below the share of the
 * hold-out are held out.
 */
extern double segm_holdout_point(const void *customer, size_t customer_length,
								 const void *campaign, size_t campaign_length, int64_t seed);

#endif							/* SEGM_HOLDOUT_H */
