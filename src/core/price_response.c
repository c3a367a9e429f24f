/*
 * price_response.c
 *		Price responses: rows added, values merged, bytes and text; see
 *		price_response.h for the layout.
 */
#include "core/price_response.h"
#include "core/bytes.h"
#include "core/text.h"

#define VERSION_AT		0
#define FLAGS_AT		1
#define SCALE_AT		2
#define RESERVED_AT		3
#define DISCOUNT_AT		4
#define COUNTS_AT		8
#define SUMS_AT			48

static const char *const count_names[SEGM_PRICE_COUNTS] = {
	" orders=", " discounted=", " reduced=", " promoted=", " ignored="
};

static const char *const sum_names[SEGM_PRICE_SUMS] = {
	" paid=", " list=", " discounted_paid=", " reduced_paid=", " reduced_list="
};

void
segm_price_init(SegmPriceResponse *response, uint32_t least_discount)
{
	memset(response, 0, sizeof(*response));
	response->least_discount = least_discount;
}

/* What adding rows keeps true. */
static bool
is_consistent(const SegmPriceResponse *response)
{
	const int64_t *counts = response->counts;
	const SegmInt128 *sums = response->sums;

	if (response->scale < 0 || response->scale > SEGM_PRICE_MAX_SCALE ||
		response->least_discount > SEGM_PRICE_WHOLE)
		return false;
	for (int i = 0; i < SEGM_PRICE_COUNTS; i++)
		if (counts[i] < 0)
			return false;
	for (int i = 0; i < SEGM_PRICE_SUMS; i++)
		if (sums[i] < 0)
			return false;
	return counts[SEGM_PRICE_DISCOUNTED] <= counts[SEGM_PRICE_ORDERS] &&
		counts[SEGM_PRICE_REDUCED] <= counts[SEGM_PRICE_DISCOUNTED] &&
		counts[SEGM_PRICE_PROMOTED] <= counts[SEGM_PRICE_DISCOUNTED] &&
		counts[SEGM_PRICE_DISCOUNTED] - counts[SEGM_PRICE_REDUCED] <= counts[SEGM_PRICE_PROMOTED] &&
		(counts[SEGM_PRICE_ORDERS] > 0 ||
		 (sums[SEGM_PRICE_PAID] == 0 && sums[SEGM_PRICE_LIST] == 0 && response->scale == 0)) &&
		(counts[SEGM_PRICE_DISCOUNTED] > 0 || sums[SEGM_PRICE_DISCOUNTED_PAID] == 0) &&
		(counts[SEGM_PRICE_REDUCED] > 0
		 ? sums[SEGM_PRICE_REDUCED_PAID] < sums[SEGM_PRICE_REDUCED_LIST]
		 : sums[SEGM_PRICE_REDUCED_PAID] == 0 && sums[SEGM_PRICE_REDUCED_LIST] == 0) &&
		sums[SEGM_PRICE_REDUCED_PAID] <= sums[SEGM_PRICE_DISCOUNTED_PAID] &&
		sums[SEGM_PRICE_DISCOUNTED_PAID] <= sums[SEGM_PRICE_PAID] &&
		sums[SEGM_PRICE_REDUCED_LIST] <= sums[SEGM_PRICE_LIST];
}

SegmStatus
segm_price_read(const uint8_t *payload, size_t length, SegmPriceResponse *response)
{
	if (length < 1)
		return SEGM_CORRUPT;
	if (payload[VERSION_AT] != SEGM_PRICE_VERSION)
		return SEGM_VERSION;
	if (length != SEGM_PRICE_BYTES || payload[FLAGS_AT] != 0 || payload[RESERVED_AT] != 0)
		return SEGM_CORRUPT;
	response->scale = payload[SCALE_AT];
	response->least_discount = get32(payload + DISCOUNT_AT);
	for (int i = 0; i < SEGM_PRICE_COUNTS; i++)
		response->counts[i] = get64(payload + COUNTS_AT + i * 8);
	for (int i = 0; i < SEGM_PRICE_SUMS; i++)
		response->sums[i] = get128(payload + SUMS_AT + i * 16);
	return is_consistent(response) ? SEGM_OK : SEGM_CORRUPT;
}

void
segm_price_write(const SegmPriceResponse *response, uint8_t *payload)
{
	payload[VERSION_AT] = SEGM_PRICE_VERSION;
	payload[FLAGS_AT] = 0;
	payload[SCALE_AT] = (uint8_t) response->scale;
	payload[RESERVED_AT] = 0;
	put32(payload + DISCOUNT_AT, response->least_discount);
	for (int i = 0; i < SEGM_PRICE_COUNTS; i++)
		put64(payload + COUNTS_AT + i * 8, response->counts[i]);
	for (int i = 0; i < SEGM_PRICE_SUMS; i++)
		put128(payload + SUMS_AT + i * 16, response->sums[i]);
}

/* ---- adding ---- */

/* A product of 160 bits, for values that are not negative. */
typedef struct Product
{
	SegmUInt128 high;
	uint64_t	low;
} Product;

static Product
product_of(SegmInt128 a, uint32_t b)
{
	SegmUInt128 low = (SegmUInt128) (uint64_t) a * b;
	Product		product;

	product.high = (SegmUInt128) (uint64_t) (a >> 64) * b + (low >> 64);
	product.low = (uint64_t) low;
	return product;
}

/* Whether list - paid is at least that part of list, and not nothing. */
static bool
is_reduced(SegmInt128 paid, SegmInt128 list, uint32_t least_discount)
{
	Product		off;
	Product		least;

	if (paid >= list)
		return false;
	off = product_of(list - paid, SEGM_PRICE_WHOLE);
	least = product_of(list, least_discount);
	return off.high > least.high || (off.high == least.high && off.low >= least.low);
}

static SegmStatus
raise_scale(SegmPriceResponse *response, int scale)
{
	SegmStatus	status;

	if (scale <= response->scale)
		return SEGM_OK;
	if (scale > SEGM_PRICE_MAX_SCALE)
		return SEGM_OVERFLOW;
	status = segm_decimal_raise(response->sums, SEGM_PRICE_SUMS, scale - response->scale);
	response->scale = scale;
	return status;
}

static SegmStatus
add_counts(SegmPriceResponse *response, const int64_t *counts, const SegmInt128 *sums)
{
	for (int i = 0; i < SEGM_PRICE_COUNTS; i++)
		if (__builtin_add_overflow(response->counts[i], counts[i], &response->counts[i]))
			return SEGM_OVERFLOW;
	for (int i = 0; i < SEGM_PRICE_SUMS; i++)
		if (__builtin_add_overflow(response->sums[i], sums[i], &response->sums[i]))
			return SEGM_OVERFLOW;
	return SEGM_OK;
}

SegmStatus
segm_price_add(SegmPriceResponse *response, const SegmSale *sale)
{
	int64_t		counts[SEGM_PRICE_COUNTS] = {0};
	SegmInt128	sums[SEGM_PRICE_SUMS] = {0};
	SegmDecimal paid = sale->paid;
	SegmDecimal list = sale->has_list && sale->list.coefficient != 0 ? sale->list : paid;
	SegmStatus	status;

	if (paid.coefficient < 0 || list.coefficient < 0)
	{
		counts[SEGM_PRICE_IGNORED] = 1;
		return add_counts(response, counts, sums);
	}
	if ((status = raise_scale(response, paid.scale)) != SEGM_OK ||
		(status = raise_scale(response, list.scale)) != SEGM_OK ||
		(status = segm_decimal_rescale(paid, response->scale, &paid)) != SEGM_OK ||
		(status = segm_decimal_rescale(list, response->scale, &list)) != SEGM_OK)
		return status;

	counts[SEGM_PRICE_ORDERS] = 1;
	sums[SEGM_PRICE_PAID] = paid.coefficient;
	sums[SEGM_PRICE_LIST] = list.coefficient;
	if (is_reduced(paid.coefficient, list.coefficient, response->least_discount))
	{
		counts[SEGM_PRICE_REDUCED] = 1;
		sums[SEGM_PRICE_REDUCED_PAID] = paid.coefficient;
		sums[SEGM_PRICE_REDUCED_LIST] = list.coefficient;
	}
	counts[SEGM_PRICE_PROMOTED] = sale->promoted;
	if (sale->promoted || counts[SEGM_PRICE_REDUCED] > 0)
	{
		counts[SEGM_PRICE_DISCOUNTED] = 1;
		sums[SEGM_PRICE_DISCOUNTED_PAID] = paid.coefficient;
	}
	return add_counts(response, counts, sums);
}

SegmStatus
segm_price_merge(SegmPriceResponse *response, const SegmPriceResponse *other)
{
	SegmPriceResponse raised = *other;
	SegmStatus	status;

	if (response->least_discount != other->least_discount)
		return SEGM_DOMAIN;
	if ((status = raise_scale(response, other->scale)) != SEGM_OK ||
		(status = raise_scale(&raised, response->scale)) != SEGM_OK)
		return status;
	return add_counts(response, raised.counts, raised.sums);
}

SegmStatus
segm_price_discount(SegmDecimal discount, uint32_t *units)
{
	SegmDecimal scaled = segm_decimal_trim(discount);

	if (scaled.scale > SEGM_PRICE_DIGITS ||
		segm_decimal_rescale(scaled, SEGM_PRICE_DIGITS, &scaled) != SEGM_OK ||
		scaled.coefficient < 0 || scaled.coefficient > SEGM_PRICE_WHOLE)
		return SEGM_DOMAIN;
	*units = (uint32_t) scaled.coefficient;
	return SEGM_OK;
}

/* ---- text ---- */

/*
 * v1 scale=2 min_discount=0.010000000 orders=3 discounted=1 reduced=1
 * promoted=0 ignored=0 paid=130.00 list=140.00 discounted_paid=30.00
 * reduced_paid=30.00 reduced_list=40.00, in one line
 */
size_t
segm_price_format(const SegmPriceResponse *response, char *text)
{
	SegmSink	sink = {text, 0};

	put_integer(&sink, "v", SEGM_PRICE_VERSION);
	put_integer(&sink, " scale=", response->scale);
	put_amount(&sink, " min_discount=", response->least_discount, SEGM_PRICE_DIGITS);
	for (int i = 0; i < SEGM_PRICE_COUNTS; i++)
		put_integer(&sink, count_names[i], response->counts[i]);
	for (int i = 0; i < SEGM_PRICE_SUMS; i++)
		put_amount(&sink, sum_names[i], response->sums[i], response->scale);
	return sink.length;
}

SegmStatus
segm_price_parse(const char *text, SegmPriceResponse *response)
{
	const char *p = text;
	int64_t		number;
	SegmInt128	discount;

	if (!take(&p, "v") || !take_integer(&p, INT32_MAX, &number))
		return SEGM_MALFORMED;
	if (number != SEGM_PRICE_VERSION)
		return SEGM_VERSION;
	if (!take(&p, " scale=") || !take_integer(&p, SEGM_PRICE_MAX_SCALE, &number) ||
		!take(&p, " min_discount=") || !take_amount(&p, SEGM_PRICE_DIGITS, &discount) ||
		discount > SEGM_PRICE_WHOLE)
		return SEGM_MALFORMED;
	segm_price_init(response, (uint32_t) discount);
	response->scale = (int) number;
	for (int i = 0; i < SEGM_PRICE_COUNTS; i++)
		if (!take(&p, count_names[i]) || !take_integer(&p, INT64_MAX, &response->counts[i]))
			return SEGM_MALFORMED;
	for (int i = 0; i < SEGM_PRICE_SUMS; i++)
		if (!take(&p, sum_names[i]) || !take_amount(&p, response->scale, &response->sums[i]))
			return SEGM_MALFORMED;
	return *p == '\0' && is_consistent(response) ? SEGM_OK : SEGM_MALFORMED;
}
