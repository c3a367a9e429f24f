/*
 * history_bytes.h
 *		The bytes of a purchase history: where the header's fields lie, and how
 *		integers and runs are written.  For the history*.c files only; the
 *		layout is described in history.h.
 */
#ifndef SEGM_HISTORY_BYTES_H
#define SEGM_HISTORY_BYTES_H

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

/* ---- little-endian integers and LEB128 ---- */

/* Byte by byte, at any alignment; compilers make one load or store of it. */
static inline void
put32(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t) value;
	at[1] = (uint8_t) (value >> 8);
	at[2] = (uint8_t) (value >> 16);
	at[3] = (uint8_t) (value >> 24);
}

static inline uint32_t
get32(const uint8_t *at)
{
	return (uint32_t) at[0] | (uint32_t) at[1] << 8 | (uint32_t) at[2] << 16 |
		(uint32_t) at[3] << 24;
}

static inline void
put64(uint8_t *at, int64_t value)
{
	put32(at, (uint32_t) value);
	put32(at + 4, (uint32_t) ((uint64_t) value >> 32));
}

static inline int64_t
get64(const uint8_t *at)
{
	return (int64_t) ((uint64_t) get32(at) | (uint64_t) get32(at + 4) << 32);
}

static inline uint8_t *
put_varint(uint8_t *at, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		*at++ = (uint8_t) (value | 0x80);
	*at++ = (uint8_t) value;
	return at;
}

static inline uint8_t *
put_wide(uint8_t *at, SegmInt128 value)
{
	SegmUInt128 rest = (SegmUInt128) value;

	for (; rest > UINT64_MAX; rest >>= 7)
		*at++ = (uint8_t) (rest | 0x80);
	return put_varint(at, (uint64_t) rest);
}

/* False at the end of the bytes, above 63 bits, and for padded encodings. */
static inline bool
get_varint(const uint8_t **at, const uint8_t *end, int64_t *value)
{
	const uint8_t *p = *at;
	uint64_t	result = 0;

	for (int shift = 0; p < end && shift < 63; shift += 7)
	{
		uint8_t		byte = *p++;

		result |= (uint64_t) (byte & 0x7f) << shift;
		if (byte < 0x80)
		{
			*at = p;
			*value = (int64_t) result;
			return byte != 0 || shift == 0;
		}
	}
	return false;
}

/* The same up to 127 bits. */
static inline bool
get_wide(const uint8_t **at, const uint8_t *end, SegmInt128 *value)
{
	const uint8_t *p = *at;
	SegmUInt128 result = 0;
	int64_t		narrow;

	if (get_varint(at, end, &narrow))
	{
		*value = narrow;
		return true;
	}
	for (int shift = 0; p < end && shift < 127; shift += 7)
	{
		uint8_t		byte = *p++;

		if (shift == 126 && byte > 1)
			return false;
		result |= (SegmUInt128) (byte & 0x7f) << shift;
		if (byte < 0x80)
		{
			*at = p;
			*value = (SegmInt128) result;
			return byte != 0 || shift == 0;
		}
	}
	return false;
}

static inline uint64_t
zigzag(int64_t value)
{
	return ((uint64_t) value << 1) ^ (uint64_t) (value < 0 ? -1 : 0);
}

static inline int64_t
unzigzag(int64_t value)
{
	return (value >> 1) ^ -(value & 1);
}

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
