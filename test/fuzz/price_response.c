/*
 * price_response.c
 *		Any bytes and any text as a price_response: refused, or a value that
 *		comes back as the same bytes and the same text; two of them merged in
 *		either direction are the same; any rows, too.
 */
#include "core/price_response.h"
#include "fuzz.h"

static void
must_come_back(const SegmPriceResponse *response)
{
	static char text[4096];
	SegmPriceResponse again;
	uint8_t		bytes[SEGM_PRICE_BYTES];
	uint8_t		other[SEGM_PRICE_BYTES];
	size_t		length = segm_price_format(response, NULL);

	MUST(length < sizeof(text));
	MUST(segm_price_format(response, text) == length);
	text[length] = '\0';
	segm_price_write(response, bytes);
	MUST(segm_price_parse(text, &again) == SEGM_OK);
	segm_price_write(&again, other);
	MUST(memcmp(bytes, other, sizeof(bytes)) == 0);
	MUST(segm_price_read(bytes, sizeof(bytes), &again) == SEGM_OK);
}

static void
must_merge(const SegmPriceResponse *a, const SegmPriceResponse *b)
{
	SegmPriceResponse ab = *a;
	SegmPriceResponse ba = *b;
	uint8_t		x[SEGM_PRICE_BYTES];
	uint8_t		y[SEGM_PRICE_BYTES];
	SegmStatus	status = segm_price_merge(&ab, b);

	MUST(segm_price_merge(&ba, a) == status);
	if (status != SEGM_OK)
		return;
	segm_price_write(&ab, x);
	segm_price_write(&ba, y);
	MUST(memcmp(x, y, sizeof(x)) == 0);
	must_come_back(&ab);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static char text[4096];
	Input		input = {data, length};
	SegmPriceResponse a;
	SegmPriceResponse b;
	SegmPriceResponse rows;
	bool		has_a = segm_price_read(data, length < SEGM_PRICE_BYTES ? length : SEGM_PRICE_BYTES, &a) == SEGM_OK;
	bool		has_b = length > SEGM_PRICE_BYTES &&
		segm_price_read(data + SEGM_PRICE_BYTES, length - SEGM_PRICE_BYTES, &b) == SEGM_OK;

	(void) segm_price_read(data, length, &rows);
	if (has_a)
		must_come_back(&a);
	if (has_a && has_b)
		must_merge(&a, &b);
	if (length < sizeof(text))
	{
		memcpy(text, data, length);
		text[length] = '\0';
		if (segm_price_parse(text, &b) == SEGM_OK)
		{
			must_come_back(&b);
			if (has_a)
				must_merge(&a, &b);
		}
	}

	segm_price_init(&rows, (uint32_t) next_integer(&input) % (SEGM_PRICE_WHOLE + 1));
	while (input.left > 0)
	{
		SegmSale	sale = {{next_integer(&input), next_byte(&input) % 40}, {next_integer(&input), next_byte(&input) % 40}, false, false};

		sale.has_list = next_byte(&input) % 2;
		sale.promoted = next_byte(&input) % 2;
		if (segm_price_add(&rows, &sale) != SEGM_OK)
			return 0;
	}
	must_come_back(&rows);
	must_merge(&rows, &rows);
	return 0;
}
