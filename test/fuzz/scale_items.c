/*
 * scale_items.c
 *		Any bytes and any text as scale_items: refused, or a value that comes
 *		back as the same bytes and the same text; two of them merged in either
 *		direction are the same; any respondents, and scores of single ones.
 */
#include "core/scale_items.h"
#include "fuzz.h"

#define ROOM	(SEGM_ITEMS_HEADER + SEGM_ITEMS_MAX * SEGM_ITEMS_EACH)

static void
must_come_back(const uint8_t *payload, size_t size)
{
	static char text[SEGM_ITEMS_MAX * 128];
	static uint8_t other[ROOM];
	size_t		length = segm_items_format(payload, NULL);
	size_t		got;
	bool		defined;
	double		alpha;

	MUST(length < sizeof(text));
	MUST(segm_items_format(payload, text) == length);
	text[length] = '\0';
	MUST(segm_items_parse(text, other, sizeof(other), &got) == SEGM_OK);
	MUST(got == size && memcmp(payload, other, size) == 0);
	if (segm_cronbach_alpha(payload, &defined, &alpha) == SEGM_OK && defined)
		MUST(isfinite(alpha) && alpha < 1 + 1e-9);
}

static void
must_merge(const uint8_t *a, const uint8_t *b, size_t size)
{
	static uint8_t ab[ROOM];
	static uint8_t ba[ROOM];
	SegmStatus	status;

	memcpy(ab, a, size);
	memcpy(ba, b, size);
	status = segm_items_merge(ab, b);
	MUST(segm_items_merge(ba, a) == status);
	if (status != SEGM_OK)
		return;
	MUST(memcmp(ab, ba, size) == 0 && segm_items_check(ab, size) == SEGM_OK);
	must_come_back(ab, size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static uint8_t a[ROOM];
	static uint8_t b[ROOM];
	static uint8_t rows[ROOM];
	static char text[SEGM_ITEMS_MAX * 64];
	Input		input = {data, length};
	int			items = 1 + next_byte(&input) % 6;
	size_t		half = length / 2;
	size_t		size;
	double		scores[6];
	double		result;
	bool		fine;

	if (length > ROOM)
		return 0;
	memcpy(a, data, length);
	if (segm_items_check(a, length) == SEGM_OK)
		must_come_back(a, length);
	memcpy(b, data + half, half);
	if (segm_items_check(a, half) == SEGM_OK && segm_items_check(b, half) == SEGM_OK)
		must_merge(a, b, half);
	if (length < sizeof(text))
	{
		memcpy(text, data, length);
		text[length] = '\0';
		if (segm_items_parse(text, a, sizeof(a), &size) == SEGM_OK)
		{
			MUST(segm_items_check(a, size) == SEGM_OK);
			must_come_back(a, size);
			must_merge(a, a, size);
		}
	}

	segm_items_init(rows, items);
	while (input.left > 0)
	{
		SegmDecimal decimals[6];
		bool		complete = true;

		for (int i = 0; i < items; i++)
		{
			scores[i] = next_double(&input);
			complete = segm_items_score(scores[i], &decimals[i]) == SEGM_OK && complete;
		}
		if (segm_items_add(rows, complete ? decimals : NULL) != SEGM_OK)
			return 0;
	}
	must_come_back(rows, segm_items_bytes(items));
	must_merge(rows, rows, segm_items_bytes(items));
	if (segm_item_score(scores[0], scores[items / 2], scores[items - 1], true, &fine, &result) == SEGM_OK && fine)
		MUST(isfinite(result));
	if (segm_item_share(scores[0], scores[items / 2], scores[items - 1], false, &fine, &result) == SEGM_OK && fine)
		MUST(result >= 0.0 && result <= 1.0);
	return 0;
}
