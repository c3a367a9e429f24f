/*
 * price_research.c
 *		Aggregates over survey answers and price tests: van_westendorp,
 *		gabor_granger, price_test.
 *
 * Their states count by distinct price, so results depend on no order.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"

#include "core/price_research.h"
#include "decimal.h"
#include "price_sensitivity.h"
#include "tally.h"

/* ---- shared ---- */

typedef SegmDecimal (*PriceReader) (Datum datum, const char *what);

/* Keys as an array of numeric. */
static Datum
price_array(const SegmTallySlot *prices, int64 count, int scale)
{
	Datum	   *elements = palloc(Max(count, 1) * sizeof(Datum));
	ArrayType  *result;

	for (int64 i = 0; i < count; i++)
	{
		SegmDecimal price = {prices[i].key, scale};

		CHECK_FOR_INTERRUPTS();
		elements[i] = NumericGetDatum(cseg_decimal_numeric(price));
	}
	result = construct_array(elements, count, NUMERICOID, -1, false, TYPALIGN_INT);
	for (int64 i = 0; i < count; i++)
		pfree(DatumGetPointer(elements[i]));
	pfree(elements);
	return PointerGetDatum(result);
}

/* One of the counts as an array of bigint. */
static Datum
count_array(const SegmTallySlot *prices, int64 count, int which)
{
	Datum	   *elements = palloc(Max(count, 1) * sizeof(Datum));
	ArrayType  *result;

	for (int64 i = 0; i < count; i++)
		elements[i] = Int64GetDatum(prices[i].counts[which]);
	result = construct_array(elements, count, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
	pfree(elements);
	return PointerGetDatum(result);
}

/* ---- van_westendorp ---- */

#define WESTENDORP	"van_westendorp"

/*
 * One respondent.  Usable are four prices, none negative, each above the one
 * before; whoever answered nothing was not asked.
 */
static Datum
westendorp_step(FunctionCallInfo fcinfo, PriceReader price_of)
{
	static const char *const names[SEGM_WESTENDORP_QUESTIONS] = {
		"too_cheap", "cheap", "expensive", "too_expensive"
	};
	CsegTally  *tally = cseg_tally_state(fcinfo, 0, WESTENDORP);
	SegmDecimal prices[SEGM_WESTENDORP_QUESTIONS];
	SegmDecimal zero = {0, 0};
	int			answers = 0;
	bool		usable = true;

	for (int i = 0; i < SEGM_WESTENDORP_QUESTIONS; i++)
	{
		if (PG_ARGISNULL(1 + i))
			continue;
		prices[i] = price_of(PG_GETARG_DATUM(1 + i), names[i]);
		answers++;
	}
	if (answers == 0)
		PG_RETURN_DATUM(cseg_tally_datum(fcinfo, tally));
	usable = answers == SEGM_WESTENDORP_QUESTIONS && segm_decimal_compare(prices[0], zero) >= 0;
	for (int i = 1; usable && i < SEGM_WESTENDORP_QUESTIONS; i++)
		usable = segm_decimal_compare(prices[i - 1], prices[i]) < 0;
	if (!usable)
	{
		tally->dropped++;
		PG_RETURN_DATUM(cseg_tally_datum(fcinfo, tally));
	}
	for (int i = 0; i < SEGM_WESTENDORP_QUESTIONS; i++)
	{
		SegmTallySlot entry = {0};

		entry.key = prices[i].coefficient;
		entry.counts[i] = 1;
		tally = cseg_tally_add(tally, entry, prices[i].scale, WESTENDORP);
	}
	PG_RETURN_DATUM(cseg_tally_datum(fcinfo, tally));
}

PG_FUNCTION_INFO_V1(van_westendorp_step);
Datum
van_westendorp_step(PG_FUNCTION_ARGS)
{
	return westendorp_step(fcinfo, cseg_numeric_exact);
}

PG_FUNCTION_INFO_V1(van_westendorp_step_double);
Datum
van_westendorp_step_double(PG_FUNCTION_ARGS)
{
	return westendorp_step(fcinfo, cseg_double_exact);
}

PG_FUNCTION_INFO_V1(van_westendorp_combine);
Datum
van_westendorp_combine(PG_FUNCTION_ARGS)
{
	return cseg_tally_combine(fcinfo, WESTENDORP);
}

/* The columns of type van_westendorp_result */
enum
{
	WESTENDORP_POINTS,
	WESTENDORP_USED = WESTENDORP_POINTS + SEGM_WESTENDORP_POINTS,
	WESTENDORP_DROPPED,
	WESTENDORP_PRICES,
	WESTENDORP_CURVES,
	WESTENDORP_COLUMNS = WESTENDORP_CURVES + SEGM_WESTENDORP_QUESTIONS
};

PG_FUNCTION_INFO_V1(van_westendorp_final);
Datum
van_westendorp_final(PG_FUNCTION_ARGS)
{
	CsegTally  *tally = cseg_tally_result(fcinfo, WESTENDORP);
	SegmTallySlot *curves;
	Datum		values[WESTENDORP_COLUMNS] = {0};
	bool		nulls[WESTENDORP_COLUMNS] = {false};
	int64		n = 0;

	if (tally == NULL)
		PG_RETURN_NULL();
	curves = cseg_tally_sorted(tally, WESTENDORP);
	for (int64 i = 0; i < tally->used; i++)
		n += curves[i].counts[SEGM_TOO_CHEAP];
	cseg_check(segm_westendorp_curves(curves, tally->used, n), WESTENDORP);
	for (int i = 0; i < SEGM_WESTENDORP_POINTS; i++)
	{
		double		units;

		nulls[WESTENDORP_POINTS + i] = n == 0;
		if (n == 0)
			continue;
		cseg_check(segm_westendorp_point(curves, tally->used, n, i, &units), WESTENDORP);
		values[WESTENDORP_POINTS + i] = Float8GetDatum(segm_units_value(units, tally->scale));
	}
	values[WESTENDORP_USED] = Int64GetDatum(n);
	values[WESTENDORP_DROPPED] = Int64GetDatum(tally->dropped);
	values[WESTENDORP_PRICES] = price_array(curves, tally->used, tally->scale);
	for (int i = 0; i < SEGM_WESTENDORP_QUESTIONS; i++)
		values[WESTENDORP_CURVES + i] = count_array(curves, tally->used, i);
	PG_RETURN_DATUM(cseg_row(fcinfo, values, nulls, lengthof(values)));
}

/* ---- gabor_granger ---- */

#define GRANGER		"gabor_granger"

/* A price that can be asked; negative ones and nulls are dropped. */
static bool
granger_price(FunctionCallInfo fcinfo, PriceReader price_of, SegmDecimal *price)
{
	if (PG_ARGISNULL(1))
		return false;
	*price = price_of(PG_GETARG_DATUM(1), "price");
	return price->coefficient >= 0;
}

/* One answer: price, accepts; or the highest price that is accepted */
static Datum
granger_step(FunctionCallInfo fcinfo, PriceReader price_of)
{
	const int	accepts = 2;	/* literal: argument number */
	CsegTally  *tally = cseg_tally_state(fcinfo, 0, GRANGER);
	SegmTallySlot entry = {0};
	SegmDecimal price;

	if ((PG_NARGS() > accepts && PG_ARGISNULL(accepts)) || !granger_price(fcinfo, price_of, &price))
	{
		tally->dropped++;
		PG_RETURN_DATUM(cseg_tally_datum(fcinfo, tally));
	}
	entry.key = price.coefficient;
	entry.counts[SEGM_ASKED] = 1;
	entry.counts[SEGM_ACCEPTED] = PG_NARGS() <= accepts || PG_GETARG_BOOL(accepts);
	PG_RETURN_DATUM(cseg_tally_datum(fcinfo, cseg_tally_add(tally, entry, price.scale, GRANGER)));
}

PG_FUNCTION_INFO_V1(gabor_granger_step);
Datum
gabor_granger_step(PG_FUNCTION_ARGS)
{
	return granger_step(fcinfo, cseg_numeric_exact);
}

PG_FUNCTION_INFO_V1(gabor_granger_step_double);
Datum
gabor_granger_step_double(PG_FUNCTION_ARGS)
{
	return granger_step(fcinfo, cseg_double_exact);
}

PG_FUNCTION_INFO_V1(gabor_granger_combine);
Datum
gabor_granger_combine(PG_FUNCTION_ARGS)
{
	return cseg_tally_combine(fcinfo, GRANGER);
}

/* The columns of type gabor_granger_result */
enum
{
	GRANGER_BEST,
	GRANGER_DEMAND,
	GRANGER_REVENUE,
	GRANGER_USED,
	GRANGER_DROPPED,
	GRANGER_PRICES,
	GRANGER_ASKED,
	GRANGER_ACCEPTED,
	GRANGER_ARCS,
	GRANGER_COLUMNS
};

/* The elasticities from each price to the next; null after the last. */
static Datum
arc_array(const SegmTallySlot *prices, int64 count)
{
	Datum	   *elements = palloc(Max(count, 1) * sizeof(Datum));
	bool	   *nulls = palloc(Max(count, 1) * sizeof(bool));
	int			length = count;
	int			lower = 1;

	for (int64 i = 0; i < count; i++)
	{
		double		elasticity;

		nulls[i] = i + 1 == count || !segm_arc_elasticity(&prices[i], &prices[i + 1], &elasticity);
		elements[i] = nulls[i] ? (Datum) 0 : Float8GetDatum(elasticity);
	}
	if (count == 0)
		return PointerGetDatum(construct_empty_array(FLOAT8OID));
	return PointerGetDatum(construct_md_array(elements, nulls, 1, &length, &lower, FLOAT8OID,
											  sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* The demand by all prices; highest: they are the highest that respondents accept. */
static Datum
granger_result(FunctionCallInfo fcinfo, bool highest)
{
	CsegTally  *tally = cseg_tally_result(fcinfo, GRANGER);
	SegmTallySlot *prices;
	Datum		values[GRANGER_COLUMNS] = {0};
	bool		nulls[GRANGER_COLUMNS] = {false};
	int64		n = 0;

	if (tally == NULL)
		PG_RETURN_NULL();
	prices = cseg_tally_sorted(tally, GRANGER);
	for (int64 i = 0; i < tally->used; i++)
		n += prices[i].counts[SEGM_ASKED];
	if (highest)
		segm_granger_highest(prices, tally->used);
	nulls[GRANGER_BEST] = nulls[GRANGER_DEMAND] = nulls[GRANGER_REVENUE] = tally->used == 0;
	if (tally->used > 0)
	{
		const SegmTallySlot *best = &prices[segm_granger_best(prices, tally->used)];
		SegmDecimal price = {best->key, tally->scale};

		values[GRANGER_BEST] = NumericGetDatum(cseg_decimal_numeric(price));
		values[GRANGER_DEMAND] = Float8GetDatum(segm_granger_demand(best));
		values[GRANGER_REVENUE] = Float8GetDatum(segm_units_value(segm_granger_revenue(best),
																  tally->scale));
	}
	values[GRANGER_USED] = Int64GetDatum(n);
	values[GRANGER_DROPPED] = Int64GetDatum(tally->dropped);
	values[GRANGER_PRICES] = price_array(prices, tally->used, tally->scale);
	values[GRANGER_ASKED] = count_array(prices, tally->used, SEGM_ASKED);
	values[GRANGER_ACCEPTED] = count_array(prices, tally->used, SEGM_ACCEPTED);
	values[GRANGER_ARCS] = arc_array(prices, tally->used);
	PG_RETURN_DATUM(cseg_row(fcinfo, values, nulls, lengthof(values)));
}

PG_FUNCTION_INFO_V1(gabor_granger_final);
Datum
gabor_granger_final(PG_FUNCTION_ARGS)
{
	return granger_result(fcinfo, false);
}

PG_FUNCTION_INFO_V1(gabor_granger_highest_final);
Datum
gabor_granger_highest_final(PG_FUNCTION_ARGS)
{
	return granger_result(fcinfo, true);
}

/* ---- price_test ---- */

#define TEST		"price_test"

/* One person: treated, revenue, confidence; no revenue is a revenue of zero */
static Datum
test_step(FunctionCallInfo fcinfo, PriceReader price_of)
{
	int			confidence_argument = 3;	/* literal: argument number */
	CsegTally  *tally = cseg_tally_state(fcinfo, cseg_confidence(fcinfo, confidence_argument), TEST);
	SegmTallySlot entry = {0};
	SegmDecimal revenue = {0, 0};

	if (PG_ARGISNULL(1))
	{
		tally->dropped++;
		PG_RETURN_DATUM(cseg_tally_datum(fcinfo, tally));
	}
	if (!PG_ARGISNULL(2))
		revenue = price_of(PG_GETARG_DATUM(2), "revenue");
	entry.key = revenue.coefficient;
	entry.counts[PG_GETARG_BOOL(1)] = 1;
	PG_RETURN_DATUM(cseg_tally_datum(fcinfo, cseg_tally_add(tally, entry, revenue.scale, TEST)));
}

PG_FUNCTION_INFO_V1(price_test_step);
Datum
price_test_step(PG_FUNCTION_ARGS)
{
	return test_step(fcinfo, cseg_numeric_exact);
}

PG_FUNCTION_INFO_V1(price_test_step_double);
Datum
price_test_step_double(PG_FUNCTION_ARGS)
{
	return test_step(fcinfo, cseg_double_exact);
}

PG_FUNCTION_INFO_V1(price_test_combine);
Datum
price_test_combine(PG_FUNCTION_ARGS)
{
	return cseg_tally_combine(fcinfo, TEST);
}

/* The columns of type price_test_result */
enum
{
	TEST_CONTROL_N,
	TEST_TREATED_N,
	TEST_CONTROL_CONVERSION,
	TEST_TREATED_CONVERSION,
	TEST_CONVERSION,
	TEST_CONVERSION_LOW,
	TEST_CONVERSION_HIGH,
	TEST_CONTROL_REVENUE,
	TEST_TREATED_REVENUE,
	TEST_REVENUE,
	TEST_REVENUE_LOW,
	TEST_REVENUE_HIGH,
	TEST_ERROR,
	TEST_DEGREES,
	TEST_DROPPED,
	TEST_COLUMNS
};

PG_FUNCTION_INFO_V1(price_test_final);
Datum
price_test_final(PG_FUNCTION_ARGS)
{
	CsegTally  *tally = cseg_tally_result(fcinfo, TEST);
	SegmPriceTest test;
	SegmStatus	status;
	Datum		values[TEST_COLUMNS] = {0};
	bool		nulls[TEST_COLUMNS] = {false};

	if (tally == NULL)
		PG_RETURN_NULL();
	status = segm_price_test(cseg_tally_sorted(tally, TEST), tally->used, tally->parameter, &test);
	if (status != SEGM_DOMAIN)
		cseg_check(status, TEST);
	values[TEST_CONTROL_N] = Int64GetDatum(test.n[0]);
	values[TEST_TREATED_N] = Int64GetDatum(test.n[1]);
	values[TEST_CONTROL_CONVERSION] = Float8GetDatum(segm_conversion(&test, 0));
	values[TEST_TREATED_CONVERSION] = Float8GetDatum(segm_conversion(&test, 1));
	values[TEST_CONVERSION] = Float8GetDatum(test.conversion.difference);
	values[TEST_CONVERSION_LOW] = Float8GetDatum(test.conversion.low);
	values[TEST_CONVERSION_HIGH] = Float8GetDatum(test.conversion.high);
	values[TEST_CONTROL_REVENUE] = Float8GetDatum(segm_units_value(test.revenue[0], tally->scale));
	values[TEST_TREATED_REVENUE] = Float8GetDatum(segm_units_value(test.revenue[1], tally->scale));
	values[TEST_REVENUE] = Float8GetDatum(segm_units_value(test.per_head.difference, tally->scale));
	values[TEST_REVENUE_LOW] = Float8GetDatum(segm_units_value(test.per_head.low, tally->scale));
	values[TEST_REVENUE_HIGH] = Float8GetDatum(segm_units_value(test.per_head.high, tally->scale));
	values[TEST_ERROR] = Float8GetDatum(segm_units_value(test.std_error, tally->scale));
	values[TEST_DEGREES] = Float8GetDatum(test.degrees);
	values[TEST_DROPPED] = Int64GetDatum(tally->dropped);

	/* a group without people: nothing to compare */
	for (int i = TEST_CONTROL_CONVERSION; i < TEST_DROPPED; i++)
		nulls[i] = status == SEGM_DOMAIN;
	for (int i = TEST_REVENUE_LOW; i < TEST_DROPPED; i++)
		nulls[i] = !test.has_error;
	PG_RETURN_DATUM(cseg_row(fcinfo, values, nulls, lengthof(values)));
}
