/*
 * price_sensitivity.h
 *		The one way in which glue files reach a price_response value.
 */
#ifndef CSEG_PRICE_SENSITIVITY_H
#define CSEG_PRICE_SENSITIVITY_H

#include "fmgr.h"

#include "core/price_response.h"
#include "glue.h"

#pragma GCC visibility push(hidden)

/* A value from a datum of any storage form. */
extern SegmPriceResponse cseg_price_response(Datum datum);

/* A new datum. */
extern Datum cseg_price_response_datum(const SegmPriceResponse *response);

#pragma GCC visibility pop

#endif							/* CSEG_PRICE_SENSITIVITY_H */
