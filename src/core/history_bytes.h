/*
 * history_bytes.h
 *		The bytes of a purchase history: where the header's fields lie, and how
 *		runs are written.  For the history*.c files only; the
 *		layout is described in history.h.
 */
#ifndef SEGM_HISTORY_BYTES_H
#define SEGM_HISTORY_BYTES_H

#include "core/bytes.h"
#include "core/history.h"

#define VERSION_AT		0
#define FLAGS_AT		1
#define SCALE_AT		2
#define RESERVED_AT		3
#define FIRST_AT		4
#define LAST_AT			12
#define USED_AT			20
#define LAST_DAY_AT		24

#define TAG_REFUNDS		1
#define TAG_VOIDS		2
#define TAG_SHIFT		2
#define MAX_RUN			64		/* more than a run without its void groups takes */
#define MAX_GROUP		16		/* more than a void group takes */

/*
 * A run; its void groups, if it has any, have to follow.  A run has a revenue
 * only if it has orders.
 */
static inline uint8_t *
put_run(uint8_t *at, int64_t gap, int64_t orders, SegmInt128 revenue, SegmInt128 refunds,
		int64_t groups)
{
	at = put_varint(at, zigzag(gap));
	at = put_varint(at, (uint64_t) orders << TAG_SHIFT | (refunds > 0 ? TAG_REFUNDS : 0) |
					(groups > 0 ? TAG_VOIDS : 0));
	if (orders > 0)
		at = put_wide(at, revenue);
	if (refunds > 0)
		at = put_wide(at, refunds);
	if (groups > 0)
		at = put_varint(at, (uint64_t) groups);
	return at;
}

static inline uint8_t *
put_group(uint8_t *at, int32_t after, int64_t orders)
{
	return put_varint(put_varint(at, (uint64_t) after), (uint64_t) orders);
}

static inline void
put_header(uint8_t *payload, int scale, int64_t first, int64_t last, bool open)
{
	payload[VERSION_AT] = SEGM_HISTORY_VERSION;
	payload[FLAGS_AT] = open ? SEGM_HISTORY_OPEN : 0;
	payload[SCALE_AT] = (uint8_t) scale;
	payload[RESERVED_AT] = 0;
	put64(payload + FIRST_AT, first);
	put64(payload + LAST_AT, last);
}

static inline void
put_open_end(uint8_t *payload, size_t used, int32_t last_day)
{
	put32(payload + USED_AT, (uint32_t) used);
	put32(payload + LAST_DAY_AT, (uint32_t) last_day);
}

#endif							/* SEGM_HISTORY_BYTES_H */
