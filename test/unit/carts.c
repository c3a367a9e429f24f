/*
 * carts.c
 *		Carts: each state and who just misses it, and what belongs to it.
 */
#include "core/carts.h"
#include "tap.h"

#define MINUTE	INT64_C(60000000)
#define DAY		(24 * 60 * MINUTE)

typedef struct Row
{
	int64_t		at;
	int			code;
	int64_t		units;
} Row;

static SegmCarts
carts_of(int64_t as_of, int n, const Row *rows)
{
	SegmCartRule rule = {as_of, SEGM_CART_IDLE, SEGM_CART_RECOVERY};
	SegmInt128	entries[16];
	SegmInt128	scratch[16];
	SegmCarts	carts;

	for (int i = 0; i < n; i++)
		entries[i] = segm_sequence_entry(segm_sequence_key(rows[i].at, rows[i].code), rows[i].units);
	segm_sort128(entries, scratch, (size_t) n, NULL);
	segm_carts(entries, (size_t) n, &rule, &carts);
	return carts;
}

#define CARTS(as_of, ...) \
	carts_of(as_of, (int) (sizeof((Row[]) {__VA_ARGS__}) / sizeof(Row)), (Row[]) {__VA_ARGS__})
#define STATE(carts, name, message) is_str(segm_cart_state_name((carts).state), name, message)

int
main(void)
{
	SegmCarts	carts = carts_of(DAY, 0, NULL);

	STATE(carts, "none", "nothing");
	is_int(carts.carts, 0, "and no cart");
	STATE(CARTS(DAY, {0, SEGM_CART_ORDER, 0}), "none", "an order without a cart");

	carts = CARTS(60 * MINUTE - 1, {0, SEGM_CART_ADD, 500});
	STATE(carts, "open", "59 minutes");
	is_int((long long) carts.units, 500, "with its amount");
	carts = CARTS(60 * MINUTE, {0, SEGM_CART_ADD, 500});
	STATE(carts, "abandoned", "60 minutes");
	ok(carts.was_left && carts.left == 0 && carts.units == 500 && carts.items == 1 && carts.abandoned == 1, "with its amount");
	STATE(CARTS(60 * MINUTE, {0, SEGM_CART_ADD, 500}, {1, SEGM_CART_CHECKOUT, 0}), "open", "a checkout counts too");
	STATE(CARTS(DAY, {DAY, SEGM_CART_ADD, 500}), "none", "what is to come is not there");

	STATE(CARTS(DAY, {0, SEGM_CART_ADD, 500}, {60 * MINUTE - 1, SEGM_CART_ORDER, 0}), "ordered", "ordered at once");
	carts = CARTS(DAY, {0, SEGM_CART_ADD, 500}, {60 * MINUTE, SEGM_CART_ORDER, 0});
	STATE(carts, "recovered", "ordered after 60 minutes");
	ok(carts.units == 500 && carts.ordered == 60 * MINUTE && carts.abandoned == 1 && carts.recovered == 1, "and counted");
	STATE(CARTS(20 * DAY, {0, SEGM_CART_ADD, 500}, {7 * DAY - 1, SEGM_CART_ORDER, 0}), "recovered", "just within 7 days");
	carts = CARTS(20 * DAY, {0, SEGM_CART_ADD, 500}, {7 * DAY, SEGM_CART_ORDER, 0});
	STATE(carts, "lost", "after 7 days");
	ok(carts.recovered == 0 && carts.abandoned == 1 && carts.units == 500, "not recovered");
	STATE(CARTS(DAY, {5, SEGM_CART_ORDER, 0}, {5, SEGM_CART_ADD, 500}), "ordered", "at one instant the order comes last");
	STATE(CARTS(DAY, {0, SEGM_CART_ADD, 500}, {60 * MINUTE, SEGM_CART_ADD, 100}, {61 * MINUTE, SEGM_CART_ORDER, 0}),
		  "recovered", "who comes back and orders");

	carts = CARTS(DAY, {0, SEGM_CART_ADD, 500}, {1, SEGM_CART_ADD, 250}, {2, SEGM_CART_REMOVE, 500});
	ok(carts.state == SEGM_CART_ABANDONED && carts.units == 250 && carts.items == 1, "something taken out");
	STATE(CARTS(DAY, {0, SEGM_CART_ADD, 500}, {2, SEGM_CART_REMOVE, 500}), "emptied", "everything taken out");
	carts = CARTS(DAY, {0, SEGM_CART_ADD, 500}, {90 * MINUTE, SEGM_CART_REMOVE, 400});
	ok(carts.state == SEGM_CART_EMPTIED && carts.was_left && carts.left == 0 && carts.abandoned == 1 && carts.units == 0 && carts.items == 0,
	   "taken out by who came back to it: nothing is in it");
	carts = CARTS(DAY, {0, SEGM_CART_ADD, 500}, {2, SEGM_CART_REMOVE, 500}, {3, SEGM_CART_ADD, 70});
	ok(carts.state == SEGM_CART_ABANDONED && carts.units == 70 && carts.carts == 2, "and begun anew");
	carts = CARTS(DAY, {0, SEGM_CART_ADD, 500}, {1, SEGM_CART_CHECKOUT, 420}, {2, SEGM_CART_REMOVE, 500});
	ok(carts.state == SEGM_CART_ABANDONED && carts.units == 0, "an amount is never below zero; a checkout says there is something");
	is_int((long long) CARTS(DAY, {0, SEGM_CART_ADD, 500}, {1, SEGM_CART_CHECKOUT, 420}).units, 420, "the amount of a checkout is the cart's");

	carts = CARTS(20 * DAY, {0, SEGM_CART_ADD, 500}, {7 * DAY, SEGM_CART_ADD, 70});
	ok(carts.carts == 2 && carts.abandoned == 2 && carts.units == 70, "after 7 days another cart");
	carts = CARTS(20 * DAY, {0, SEGM_CART_ADD, 500}, {7 * DAY - 1, SEGM_CART_ADD, 70});
	ok(carts.carts == 1 && carts.abandoned == 1 && carts.units == 570 && carts.left == 7 * DAY - 1, "before that the same");
	carts = CARTS(20 * DAY, {0, SEGM_CART_ADD, 500}, {1, SEGM_CART_ORDER, 0}, {2, SEGM_CART_ORDER, 0}, {DAY, SEGM_CART_ADD, 30},
				  {DAY + 90 * MINUTE, SEGM_CART_ORDER, 0}, {3 * DAY, SEGM_CART_ADD, 10});
	ok(carts.carts == 3 && carts.abandoned == 2 && carts.recovered == 1 && carts.state == SEGM_CART_ABANDONED && carts.units == 10, "three carts");
	ok(segm_cart_state_rank(SEGM_CART_OPEN) == 1 && segm_cart_state_rank(SEGM_CART_NONE) == 7, "ranks");
	return tap_done();
}
