/*
 * scale_items.c
 *		Cronbach's alpha (L. J. Cronbach, "Coefficient alpha and the internal
 *		structure of tests", Psychometrika 16 (1951), 297-334) and scale scores;
 *		see scale_items.h for the layout.
 */
#include "core/scale_items.h"
#include "core/bytes.h"
#include "core/text.h"
#include "core/wide.h"

#include <math.h>

#define VERSION_AT		0
#define FLAGS_AT		1
#define SCALE_AT		2
#define RESERVED_AT		3
#define ITEMS_AT		4
#define RESPONDENTS_AT	8
#define INCOMPLETE_AT	16
#define TOTAL_AT		24
#define SQUARES			16		/* of an item, after its sum */

static uint8_t *
item_at(const uint8_t *payload, int item)
{
	return (uint8_t *) payload + segm_items_bytes(item);
}

int
segm_items_count(const uint8_t *payload)
{
	return (int) get32(payload + ITEMS_AT);
}

int64_t
segm_items_respondents(const uint8_t *payload)
{
	return get64(payload + RESPONDENTS_AT);
}

int64_t
segm_items_incomplete(const uint8_t *payload)
{
	return get64(payload + INCOMPLETE_AT);
}

void
segm_items_init(uint8_t *payload, int items)
{
	memset(payload, 0, segm_items_bytes(items));
	payload[VERSION_AT] = SEGM_ITEMS_VERSION;
	put32(payload + ITEMS_AT, (uint32_t) items);
}

/* n^2 times the variance of n values, from their sum and that of their squares; false for what no values give. */
static bool
spread(int64_t n, SegmInt128 sum, SegmInt128 squares, SegmWide *result)
{
	SegmWide	all = wide_times(wide_of(squares), n);
	SegmWide	own = wide_square(sum);

	*result = wide_subtract(all, own);
	return !wide_less(all, own);
}

/*
 * The same of all items together, and of the respondents' totals.  False for
 * what no answers give: totals of k items vary at most k times as much as the
 * items do.
 *
 * Exact, below 2^206 once sums are no larger than scores allow, because what
 * is refused must not depend on what a product has room for: two values that
 * are accepted have to merge into one that is.
 */
static bool
spreads(const uint8_t *payload, SegmWide *of_items, SegmWide *of_total)
{
	int			items = segm_items_count(payload);
	int64_t		n = segm_items_respondents(payload);
	SegmInt128	sum = 0;
	SegmWide	one;

	*of_items = wide_of(0);
	for (int i = 0; i < items; i++)
	{
		if (!spread(n, get128(item_at(payload, i)), get128(item_at(payload, i) + SQUARES), &one))
			return false;
		sum += get128(item_at(payload, i));
		*of_items = wide_add(*of_items, one);
	}
	return spread(n, sum, get128(payload + TOTAL_AT), of_total) &&
		!wide_less(wide_times(*of_items, items), *of_total);
}

/* The sum of so many scores, at most. */
static SegmInt128
largest_sum(int64_t respondents, int scale)
{
	SegmInt128	largest = (SegmInt128) respondents * SEGM_ITEMS_LIMIT;

	while (scale-- > 0)
		largest *= 10;
	return largest;
}

SegmStatus
segm_items_check(const uint8_t *payload, size_t length)
{
	int64_t		respondents;
	uint32_t	items;
	SegmInt128	largest;
	SegmWide	of_items;
	SegmWide	of_total;

	if (length < 1)
		return SEGM_CORRUPT;
	if (payload[VERSION_AT] != SEGM_ITEMS_VERSION)
		return SEGM_VERSION;
	if (length < SEGM_ITEMS_HEADER || payload[FLAGS_AT] != 0 || payload[RESERVED_AT] != 0 ||
		payload[SCALE_AT] > SEGM_ITEMS_MAX_SCALE)
		return SEGM_CORRUPT;
	items = get32(payload + ITEMS_AT);
	if (items < 1 || items > SEGM_ITEMS_MAX || length != segm_items_bytes((int) items))
		return SEGM_CORRUPT;
	respondents = segm_items_respondents(payload);
	if (respondents < 0 || segm_items_incomplete(payload) < 0 || get128(payload + TOTAL_AT) < 0 ||
		(respondents == 0 && (get128(payload + TOTAL_AT) != 0 || payload[SCALE_AT] != 0)))
		return SEGM_CORRUPT;
	largest = largest_sum(respondents, payload[SCALE_AT]);
	for (int i = 0; i < (int) items; i++)
	{
		SegmInt128	sum = get128(item_at(payload, i));
		SegmInt128	squares = get128(item_at(payload, i) + SQUARES);

		/* whole numbers are no larger than their squares */
		if (squares < 0 || sum > squares || sum < -squares || sum > largest || sum < -largest ||
			(respondents == 0 && squares != 0))
			return SEGM_CORRUPT;
	}
	return spreads(payload, &of_items, &of_total) ? SEGM_OK : SEGM_CORRUPT;
}

/* ---- adding ---- */

static SegmStatus
multiply(uint8_t *at, SegmInt128 factor)
{
	SegmInt128	product;

	if (__builtin_mul_overflow(get128(at), factor, &product))
		return SEGM_OVERFLOW;
	put128(at, product);
	return SEGM_OK;
}

static SegmStatus
raise_scale(uint8_t *payload, int scale)
{
	SegmInt128	factor = 1;
	SegmStatus	status;

	if (scale <= payload[SCALE_AT])
		return SEGM_OK;
	for (int i = payload[SCALE_AT]; i < scale; i++)
		factor *= 10;
	payload[SCALE_AT] = (uint8_t) scale;
	status = multiply(payload + TOTAL_AT, factor * factor);
	for (int i = 0; status == SEGM_OK && i < segm_items_count(payload); i++)
	{
		status = multiply(item_at(payload, i), factor);
		if (status == SEGM_OK)
			status = multiply(item_at(payload, i) + SQUARES, factor * factor);
	}
	return status;
}

static SegmStatus
add128(uint8_t *at, SegmInt128 term)
{
	SegmInt128	sum;

	if (__builtin_add_overflow(get128(at), term, &sum))
		return SEGM_OVERFLOW;
	put128(at, sum);
	return SEGM_OK;
}

static SegmStatus
add64(uint8_t *at, int64_t term)
{
	int64_t		sum;

	if (__builtin_add_overflow(get64(at), term, &sum))
		return SEGM_OVERFLOW;
	put64(at, sum);
	return SEGM_OK;
}

SegmStatus
segm_items_score(double score, SegmDecimal *decimal)
{
	SegmStatus	status;

	if (!isfinite(score))
		return SEGM_NOT_FINITE;
	if (fabs(score) > SEGM_ITEMS_LIMIT)
		return SEGM_DOMAIN;
	status = segm_decimal_of_double(score, decimal);
	if (status != SEGM_OK || decimal->scale > SEGM_ITEMS_MAX_SCALE)
		return SEGM_DOMAIN;
	*decimal = segm_decimal_trim(*decimal);
	return SEGM_OK;
}

SegmStatus
segm_items_add(uint8_t *payload, const SegmDecimal *scores)
{
	int			items = segm_items_count(payload);
	int			scale = 0;
	SegmInt128	total = 0;
	SegmStatus	status;

	if (scores == NULL)
		return add64(payload + INCOMPLETE_AT, 1);
	for (int i = 0; i < items; i++)
		if (scores[i].scale > scale)
			scale = scores[i].scale;
	status = raise_scale(payload, scale);
	for (int i = 0; status == SEGM_OK && i < items; i++)
	{
		SegmDecimal score;

		status = segm_decimal_rescale(scores[i], payload[SCALE_AT], &score);
		if (status != SEGM_OK)
			break;

		/* at most 10^12 units, and 10^24 in a square: no product overflows */
		total += score.coefficient;
		status = add128(item_at(payload, i), score.coefficient);
		if (status == SEGM_OK)
			status = add128(item_at(payload, i) + SQUARES, score.coefficient * score.coefficient);
	}
	if (status == SEGM_OK)
		status = add128(payload + TOTAL_AT, total * total);
	return status == SEGM_OK ? add64(payload + RESPONDENTS_AT, 1) : status;
}

SegmStatus
segm_items_merge(uint8_t *payload, const uint8_t *other)
{
	uint8_t		raised[SEGM_ITEMS_HEADER + SEGM_ITEMS_MAX * SEGM_ITEMS_EACH];
	int			items = segm_items_count(payload);
	SegmStatus	status;

	if (segm_items_count(other) != items)
		return SEGM_DOMAIN;
	memcpy(raised, other, segm_items_bytes(items));
	if ((status = raise_scale(payload, raised[SCALE_AT])) != SEGM_OK ||
		(status = raise_scale(raised, payload[SCALE_AT])) != SEGM_OK ||
		(status = add64(payload + RESPONDENTS_AT, segm_items_respondents(raised))) != SEGM_OK ||
		(status = add64(payload + INCOMPLETE_AT, segm_items_incomplete(raised))) != SEGM_OK)
		return status;
	status = add128(payload + TOTAL_AT, get128(raised + TOTAL_AT));
	for (int i = 0; status == SEGM_OK && i < items; i++)
	{
		status = add128(item_at(payload, i), get128(item_at(raised, i)));
		if (status == SEGM_OK)
			status = add128(item_at(payload, i) + SQUARES, get128(item_at(raised, i) + SQUARES));
	}
	return status;
}

/* ---- alpha ---- */

SegmStatus
segm_cronbach_alpha(const uint8_t *payload, bool *defined, double *alpha)
{
	int			items = segm_items_count(payload);
	SegmWide	of_items;
	SegmWide	of_total;
	double		difference;

	*defined = false;
	if (items < 2 || segm_items_respondents(payload) < 2)
		return SEGM_OK;
	if (!spreads(payload, &of_items, &of_total))
		return SEGM_CORRUPT;
	*defined = wide_less(wide_of(0), of_total);
	if (!*defined)
		return SEGM_OK;
	difference = wide_less(of_total, of_items) ?
		-wide_double(wide_subtract(of_items, of_total)) : wide_double(wide_subtract(of_total, of_items));
	*alpha = (double) items / (items - 1) * (difference / wide_double(of_total));
	return SEGM_OK;
}

/* ---- text ---- */

static void
put_signed(SegmSink *sink, const char *before, SegmInt128 value)
{
	put(sink, before);
	put_amount(sink, value < 0 ? "-" : "", value < 0 ? -value : value, 0);
}

static bool
take_signed(const char **at, SegmInt128 *value)
{
	bool		negative = take(at, "-");

	if (!take_amount(at, 0, value) || (negative && *value == 0))
		return false;
	if (negative)
		*value = -*value;
	return true;
}

/*
 * v1 scale=0 respondents=3 incomplete=0 total=146 items=9:29,11:45 (sum and
 * sum of squares of each), in one line
 */
size_t
segm_items_format(const uint8_t *payload, char *text)
{
	SegmSink	sink = {text, 0};

	put_integer(&sink, "v", SEGM_ITEMS_VERSION);
	put_integer(&sink, " scale=", payload[SCALE_AT]);
	put_integer(&sink, " respondents=", segm_items_respondents(payload));
	put_integer(&sink, " incomplete=", segm_items_incomplete(payload));
	put_signed(&sink, " total=", get128(payload + TOTAL_AT));
	for (int i = 0; i < segm_items_count(payload); i++)
	{
		put_signed(&sink, i == 0 ? " items=" : ",", get128(item_at(payload, i)));
		put_signed(&sink, ":", get128(item_at(payload, i) + SQUARES));
	}
	return sink.length;
}

SegmStatus
segm_items_parse(const char *text, uint8_t *payload, size_t room, size_t *length)
{
	const char *p = text;
	int64_t		number;
	int64_t		respondents;
	int64_t		incomplete;
	SegmInt128	total;
	int			items = 0;

	if (!take(&p, "v") || !take_integer(&p, INT32_MAX, &number))
		return SEGM_MALFORMED;
	if (number != SEGM_ITEMS_VERSION)
		return SEGM_VERSION;
	if (!take(&p, " scale=") || !take_integer(&p, SEGM_ITEMS_MAX_SCALE, &number) ||
		!take(&p, " respondents=") || !take_integer(&p, INT64_MAX, &respondents) ||
		!take(&p, " incomplete=") || !take_integer(&p, INT64_MAX, &incomplete) ||
		!take(&p, " total=") || !take_signed(&p, &total))
		return SEGM_MALFORMED;
	if (room < SEGM_ITEMS_HEADER)
		return SEGM_NO_ROOM;
	while (take(&p, items == 0 ? " items=" : ","))
	{
		SegmInt128	sum;
		SegmInt128	squares;

		if (items == SEGM_ITEMS_MAX || !take_signed(&p, &sum) || !take(&p, ":") ||
			!take_signed(&p, &squares))
			return SEGM_MALFORMED;
		if (room < segm_items_bytes(items + 1))
			return SEGM_NO_ROOM;
		put128(item_at(payload, items), sum);
		put128(item_at(payload, items) + SQUARES, squares);
		items++;
	}
	payload[VERSION_AT] = SEGM_ITEMS_VERSION;
	payload[FLAGS_AT] = payload[RESERVED_AT] = 0;
	payload[SCALE_AT] = (uint8_t) number;
	put32(payload + ITEMS_AT, (uint32_t) items);
	put64(payload + RESPONDENTS_AT, respondents);
	put64(payload + INCOMPLETE_AT, incomplete);
	put128(payload + TOTAL_AT, total);
	*length = segm_items_bytes(items);
	return *p == '\0' && segm_items_check(payload, *length) == SEGM_OK ? SEGM_OK : SEGM_MALFORMED;
}

/* ---- one respondent ---- */

SegmStatus
segm_item_score(double score, double lowest, double highest, bool reversed, bool *valid,
				double *result)
{
	if (!isfinite(lowest) || !isfinite(highest) || !(lowest < highest))
		return SEGM_DOMAIN;
	*valid = score >= lowest && score <= highest;
	*result = reversed ? highest + lowest - score : score;
	return SEGM_OK;
}

SegmStatus
segm_item_share(double score, double lowest, double highest, bool reversed, bool *valid,
				double *result)
{
	SegmStatus	status = segm_item_score(score, lowest, highest, reversed, valid, result);

	*result = (*result - lowest) / (highest - lowest);
	return status;
}

SegmStatus
segm_scale_score(const double *answered, size_t n_answered, size_t n_items, double min_answered,
				 bool *enough, double *score)
{
	double		sum = 0.0;

	if (!(min_answered >= 0.0 && min_answered <= 1.0) || n_answered > n_items)
		return SEGM_DOMAIN;
	*enough = n_answered > 0 && (double) n_answered >= min_answered * (double) n_items;
	for (size_t i = 0; i < n_answered; i++)
		sum += answered[i];
	if (*enough)
		*score = sum / (double) n_answered;
	return SEGM_OK;
}
