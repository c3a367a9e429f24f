/*
 * history_merge.c
 *		Any rows in any split: the parts merged, in both directions and partly
 *		finished, are the same bytes as all rows at once, or neither can be.
 */
#include "history_value.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

#define ROW		14				/* bytes of input that make a row */
#define PARTS	3

static int64_t
number(const uint8_t *bytes, int n)
{
	uint64_t	value = 0;

	for (int i = 0; i < n; i++)
		value = value << 8 | bytes[i];
	return (int64_t) value;
}

static SegmPurchase
row_of(const uint8_t *bytes)
{
	SegmPurchase row = {0};

	row.day = (int32_t) (number(bytes, 2) - 32768);
	row.at = row.day * SEGM_USECS_PER_DAY + (number(bytes + 2, 2) - 16384) * INT64_C(2500000);
	row.amount.coefficient = (SegmInt128) (int32_t) number(bytes + 4, 4);
	row.amount.coefficient *= (SegmInt128) 1 << bytes[8] % 96;
	row.amount.scale = bytes[9] % 40;
	row.is_void = bytes[10] % 3 == 0;
	row.void_day = row.day + (int32_t) number(bytes + 11, 2);
	return row;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static Value whole;
	static Value forth;
	static Value back;
	static Value parts[PARTS];
	SegmStatus	one = SEGM_OK;
	SegmStatus	many = SEGM_OK;

	if (length > 40 * ROW)
		return 0;
	start(&whole, 0);
	start(&forth, 0);
	start(&back, 0);
	for (int i = 0; i < PARTS; i++)
		start(&parts[i], 0);
	for (; length >= ROW; data += ROW, length -= ROW)
	{
		SegmPurchase row = row_of(data);

		if (row.amount.scale > SEGM_HISTORY_MAX_SCALE)
			continue;
		if (one == SEGM_OK)
			one = add(&whole, &row);
		if (many == SEGM_OK)
			many = add(&parts[data[13] % PARTS], &row);
	}
	if (one == SEGM_OK)
		one = finish(&whole);
	if (many == SEGM_OK)
		many = finish(&parts[0]);
	for (int i = 0; i < PARTS && many == SEGM_OK; i++)
		many = merge(&forth, &parts[i], true);
	for (int i = PARTS - 1; i >= 0 && many == SEGM_OK; i--)
		many = merge(&back, &parts[i], true);
	if (many == SEGM_OK)
		many = finish(&forth);
	if (many == SEGM_OK)
		many = finish(&back);
	if (one != many ||
		(one == SEGM_OK && (!same(&whole, &forth) || !same(&whole, &back) || !canonical(&whole))))
		abort();
	return 0;
}
