/*
 * carts.h
 *		What became of a customer's carts: events of a cart in order of time,
 *		with amounts, and the orders between them.
 */
#ifndef SEGM_CARTS_H
#define SEGM_CARTS_H

#include "core/event_sequence.h"

/* Codes of events: at one instant, in this order. */
typedef enum SegmCartEvent
{
	SEGM_CART_ADD,				/* the amount is added */
	SEGM_CART_REMOVE,			/* the amount is taken out */
	SEGM_CART_CHECKOUT,			/* an amount above zero is that of the whole cart */
	SEGM_CART_ORDER,
	SEGM_CART_EVENTS
} SegmCartEvent;

typedef enum SegmCartState
{
	SEGM_CART_NONE,				/* no cart ever */
	SEGM_CART_OPEN,				/* touched within the idle time, not ordered */
	SEGM_CART_ABANDONED,		/* left for the idle time or longer, not ordered */
	SEGM_CART_RECOVERED,		/* left, then ordered within the recovery time */
	SEGM_CART_ORDERED,			/* ordered within the idle time */
	SEGM_CART_LOST,				/* left, and the next order came later than that */
	SEGM_CART_EMPTIED			/* everything was taken out again */
} SegmCartState;

/* The defaults of the windows, in microseconds: an hour and a week. */
#define SEGM_CART_IDLE		INT64_C(3600000000)
#define SEGM_CART_RECOVERY	(7 * SEGM_USECS_PER_DAY)

typedef struct SegmCartRule
{
	int64_t		as_of;			/* events at or after it do not exist */
	int64_t		idle;			/* microseconds, > 0 */
	int64_t		recovery;		/* from the last cart event, >= idle */
} SegmCartRule;

/* The latest cart, and how many there were. */
typedef struct SegmCarts
{
	SegmCartState state;
	SegmInt128	units;			/* its amount: when it was left, if it was, else when it was
								 * ordered, else now; 0 if it was emptied */
	int64_t		items;			/* added less removed, then */
	int64_t		started;
	int64_t		touched;		/* last cart event */
	int64_t		left;			/* last cart event before it was left; undefined if it was not */
	bool		was_left;
	int64_t		ordered;		/* undefined unless ordered or recovered */
	int64_t		carts;
	int64_t		abandoned;		/* carts that were left, recovered ones too */
	int64_t		recovered;
} SegmCarts;

extern const char *segm_cart_state_name(SegmCartState state);

/* A sort key: what is most urgent first, none last. */
extern int	segm_cart_state_rank(SegmCartState state);

/* Entries of event_sequence.h, ascending. */
extern void segm_carts(const SegmInt128 *entries, size_t count, const SegmCartRule *rule,
					   SegmCarts *result);

#endif							/* SEGM_CARTS_H */
