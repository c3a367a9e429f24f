/*
 * sources.c
 *		What the views over a source schema call for every row: the exchange
 *		rate that must exist.
 *
 * Everything else about sources is catalogue work and lives in
 * sql/12_sources.sql.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/numeric.h"

#include "glue.h"

PG_FUNCTION_INFO_V1(required_rate);

/*
 * required_rate(rate, currency, valid_on, reporting): the rate, or the error
 * that says which one is missing.  Amounts of different currencies are never
 * added, so a missing rate ends the query instead of dropping the order.
 */
Datum
required_rate(PG_FUNCTION_ARGS)
{
	const char *currency = PG_ARGISNULL(1) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(1));
	const char *day = "";
	const char *reporting;
	Datum		zero;

	if (!PG_ARGISNULL(2))
		day = DatumGetCString(DirectFunctionCall1(date_out, PG_GETARG_DATUM(2)));
	if (PG_ARGISNULL(3))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("orders are in \"%s\", but the workspace has no currency", currency),
				 errhint("Name the currency to report in: UPDATE <workspace>.settings SET currency = '%s'.",
						 currency)));
	reporting = text_to_cstring(PG_GETARG_TEXT_PP(3));
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("no exchange rate from \"%s\" to \"%s\" on or before %s",
						currency, reporting, day),
				 errdetail("Amounts of different currencies are never added."),
				 errhint("Add a row to the relation exchange_rates of the source schema (currency, valid_on,"
						 " rate in units of the workspace's currency for one unit of currency),"
						 " or make one source schema and workspace for each currency.")));
	zero = DirectFunctionCall1(int4_numeric, Int32GetDatum(0));
	if (numeric_is_nan(PG_GETARG_NUMERIC(0)) || numeric_is_inf(PG_GETARG_NUMERIC(0)) ||
		!DatumGetBool(DirectFunctionCall2(numeric_gt, PG_GETARG_DATUM(0), zero)))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("exchange rate from \"%s\" to \"%s\" on %s must be positive and finite",
						currency, reporting, day)));
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}
