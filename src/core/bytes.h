/*
 * bytes.h
 *		How the values of the extension write integers: little-endian at fixed
 *		width, or LEB128, whatever the machine.
 */
#ifndef SEGM_BYTES_H
#define SEGM_BYTES_H

#include "core/decimal.h"

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

static inline void
put128(uint8_t *at, SegmInt128 value)
{
	put64(at, (int64_t) (uint64_t) value);
	put64(at + 8, (int64_t) (value >> 64));
}

static inline SegmInt128
get128(const uint8_t *at)
{
	SegmUInt128 high = (SegmUInt128) (uint64_t) get64(at + 8);

	return (SegmInt128) (high << 64 | (uint64_t) get64(at));
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

#endif							/* SEGM_BYTES_H */
