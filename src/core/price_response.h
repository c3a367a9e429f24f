/*
 * price_response.h
 *		How one customer responds to prices: orders and money, apart by whether
 *		they were bought at a discount.  Exact, of fixed size, and mergeable.
 *
 * Layout of the payload, all integers little-endian:
 *
 *	  0  version (1 byte)
 *	  1  flags (1 byte), 0
 *	  2  scale (1 byte): decimal digits after the point of every amount
 *	  3  reserved (1 byte), 0
 *	  4  least discount (4 bytes), in units of 10^-9 of the list price
 *	  8  the counts, 8 bytes each
 *	 48  the sums, 16 bytes each, in units of 10^-scale
 *
 * Scale is the largest of all amounts that were added, so equal rows give
 * equal bytes in any order; the value itself is the state of its aggregate.
 */
#ifndef SEGM_PRICE_RESPONSE_H
#define SEGM_PRICE_RESPONSE_H

#include "core/decimal.h"

#define SEGM_PRICE_VERSION		1
#define SEGM_PRICE_BYTES		128
#define SEGM_PRICE_MAX_SCALE	38	/* decimals that 127 bits can hold */
#define SEGM_PRICE_WHOLE		1000000000u /* a discount of all of the list price */
#define SEGM_PRICE_LEAST_DISCOUNT 10000000u /* one percent, unless said otherwise */
#define SEGM_PRICE_DIGITS		9	/* decimals of a discount */

typedef enum SegmPriceCount
{
	SEGM_PRICE_ORDERS,
	SEGM_PRICE_DISCOUNTED,		/* reduced, or said to be promoted */
	SEGM_PRICE_REDUCED,			/* paid less than list by the least discount */
	SEGM_PRICE_PROMOTED,		/* said to be */
	SEGM_PRICE_IGNORED,			/* rows with a negative price: no orders */
	SEGM_PRICE_COUNTS
} SegmPriceCount;

typedef enum SegmPriceSum
{
	SEGM_PRICE_PAID,
	SEGM_PRICE_LIST,			/* at list price; at what was paid if there is none */
	SEGM_PRICE_DISCOUNTED_PAID,
	SEGM_PRICE_REDUCED_PAID,
	SEGM_PRICE_REDUCED_LIST,
	SEGM_PRICE_SUMS
} SegmPriceSum;

typedef struct SegmPriceResponse
{
	int			scale;
	uint32_t	least_discount;
	int64_t		counts[SEGM_PRICE_COUNTS];
	SegmInt128	sums[SEGM_PRICE_SUMS];
} SegmPriceResponse;

/* One row of input. */
typedef struct SegmSale
{
	SegmDecimal paid;
	SegmDecimal list;
	bool		has_list;		/* there is a list price; zero is as good as none */
	bool		promoted;
} SegmSale;

extern void segm_price_init(SegmPriceResponse *response, uint32_t least_discount);

/* Everything is checked: SEGM_CORRUPT or SEGM_VERSION for what we cannot have written. */
extern SegmStatus segm_price_read(const uint8_t *payload, size_t length,
								  SegmPriceResponse *response);

/* SEGM_PRICE_BYTES bytes. */
extern void segm_price_write(const SegmPriceResponse *response, uint8_t *payload);

/* SEGM_OVERFLOW if a sum takes more than 38 digits at the common scale. */
extern SegmStatus segm_price_add(SegmPriceResponse *response, const SegmSale *sale);

/* The same; SEGM_DOMAIN if the two differ in what counts as a discount. */
extern SegmStatus segm_price_merge(SegmPriceResponse *response, const SegmPriceResponse *other);

/* A discount of 0 .. 1 as units; SEGM_DOMAIN outside, or with too many decimals. */
extern SegmStatus segm_price_discount(SegmDecimal discount, uint32_t *units);

/*
 * Text form.  Formatting into NULL only counts; no terminating zero.  Parsing
 * checks all that segm_price_read does.
 */
extern size_t segm_price_format(const SegmPriceResponse *response, char *text);
extern SegmStatus segm_price_parse(const char *text, SegmPriceResponse *response);

#endif							/* SEGM_PRICE_RESPONSE_H */
