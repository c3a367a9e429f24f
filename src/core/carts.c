/*
 * carts.c
 *		One pass over cart events and orders in order of time, see carts.h.
 *
 * A cart begins with the first cart event after an order, after a cart that
 * was emptied, or later than the recovery time after the last one.  Whoever
 * comes back to an abandoned cart before that goes on with the same cart.
 */
#include "core/carts.h"

const char *
segm_cart_state_name(SegmCartState state)
{
	static const char *const names[] = {
		"none", "open", "abandoned", "recovered", "ordered", "lost", "emptied"
	};

	return names[state];
}

int
segm_cart_state_rank(SegmCartState state)
{
	return state == SEGM_CART_NONE ? SEGM_CART_EMPTIED + 1 : (int) state;
}

/* The cart that is being filled. */
typedef struct Filling
{
	bool		active;
	bool		checked_out;
	SegmInt128	units;
	int64_t		items;
} Filling;

static void
leave(SegmCarts *carts, const Filling *cart)
{
	if (!carts->was_left)
		carts->abandoned++;
	carts->was_left = true;
	carts->left = carts->touched;
	carts->units = cart->units;
	carts->items = cart->items;
}

static void
touch(SegmCarts *carts, Filling *cart, const SegmEvent *event)
{
	if (!cart->active)
	{
		*cart = (Filling)
		{
			.active = true
		};
		carts->carts++;
		carts->started = event->at;
		carts->was_left = false;
	}
	carts->touched = event->at;
	switch ((SegmCartEvent) event->code)
	{
		case SEGM_CART_ADD:
			cart->items++;
			cart->units += event->units;
			break;
		case SEGM_CART_REMOVE:
			cart->items -= cart->items > 0;
			cart->units = cart->units > event->units ? cart->units - event->units : 0;
			break;
		case SEGM_CART_CHECKOUT:
			cart->checked_out = true;
			if (event->units > 0)
				cart->units = event->units;
			break;
		case SEGM_CART_ORDER:
		case SEGM_CART_EVENTS:
			break;
	}
	carts->state = SEGM_CART_OPEN;
	/* a cart is empty once nothing is in it, unless it was there before what we know */
	if (event->code == SEGM_CART_REMOVE && cart->items == 0 && !cart->checked_out)
	{
		cart->active = false;
		carts->state = SEGM_CART_EMPTIED;
		carts->units = 0;
		carts->items = 0;
	}
}

static void
order(SegmCarts *carts, Filling *cart, int64_t at, const SegmCartRule *rule)
{
	int64_t		gap = at - carts->touched;

	cart->active = false;
	if (gap >= rule->idle)
		leave(carts, cart);
	if (gap >= rule->recovery)
	{
		carts->state = SEGM_CART_LOST;
		return;
	}
	carts->ordered = at;
	carts->state = carts->was_left ? SEGM_CART_RECOVERED : SEGM_CART_ORDERED;
	if (carts->was_left)
		carts->recovered++;
	else
	{
		carts->units = cart->units;
		carts->items = cart->items;
	}
}

void
segm_carts(const SegmInt128 *entries, size_t count, const SegmCartRule *rule, SegmCarts *result)
{
	Filling		cart = {0};

	*result = (SegmCarts)
	{
		0
	};
	for (size_t i = 0; i < count; i++)
	{
		SegmEvent	event = segm_sequence_event(entries[i]);

		if (event.at >= rule->as_of)
			break;
		if (event.code >= SEGM_CART_EVENTS)
			continue;
		if (event.code == SEGM_CART_ORDER)
		{
			if (cart.active)
				order(result, &cart, event.at, rule);
			continue;
		}
		if (cart.active && event.at - result->touched >= rule->idle)
		{
			leave(result, &cart);
			if (event.at - result->touched >= rule->recovery)
				cart.active = false;
		}
		touch(result, &cart, &event);
	}
	if (!cart.active)
		return;
	if (rule->as_of - result->touched >= rule->idle)
	{
		leave(result, &cart);
		result->state = SEGM_CART_ABANDONED;
	}
	else
	{
		result->units = cart.units;
		result->items = cart.items;
	}
}
