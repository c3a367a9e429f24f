/*
 * channel.c
 *		The channel that a customer prefers, and credit of orders to touches.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/channel.h"
#include "affinity.h"
#include "decimal.h"

/* The columns of type channel_preference */
enum
{
	PREFERENCE_LABEL,
	PREFERENCE_RANK,
	PREFERENCE_TOP,
	PREFERENCE_SHARE,
	PREFERENCE_MARGIN,
	PREFERENCE_ORDERS,
	PREFERENCE_CHANNELS,
	PREFERENCE_HHI,
	PREFERENCE_ENTROPY,
	PREFERENCE_RELIABLE,
	PREFERENCE_COLUMNS
};

/* The row of argument 0, for NULL too. */
static Datum
prefer(FunctionCallInfo fcinfo, const SegmPreferenceRule *rule)
{
	SegmAffinitySummary summary = {0};
	SegmPreference preference;
	const char *name;
	Datum		values[PREFERENCE_COLUMNS] = {0};
	bool		nulls[PREFERENCE_COLUMNS] = {0};

	if (!PG_ARGISNULL(0))
	{
		SegmAffinity affinity = PG_GETARG_AFFINITY(0);

		cseg_check(segm_affinity_summary(&affinity, SEGM_BY_WEIGHT, &summary), "affinity");
	}
	preference = segm_preference(&summary, rule);
	name = segm_preference_name(preference);
	if (summary.has_top)
		values[PREFERENCE_TOP] = cseg_affinity_label(&summary.top);
	values[PREFERENCE_LABEL] = name != NULL ? CStringGetTextDatum(name) : values[PREFERENCE_TOP];
	values[PREFERENCE_RANK] = Int32GetDatum(preference);
	values[PREFERENCE_SHARE] = Float8GetDatum(summary.share);
	values[PREFERENCE_MARGIN] = Float8GetDatum(summary.margin);
	values[PREFERENCE_ORDERS] = Int64GetDatum(summary.rows);
	values[PREFERENCE_CHANNELS] = Int64GetDatum(summary.labels);
	values[PREFERENCE_HHI] = Float8GetDatum(summary.hhi);
	values[PREFERENCE_ENTROPY] = Float8GetDatum(summary.entropy);
	values[PREFERENCE_RELIABLE] = BoolGetDatum(summary.has_top && summary.rows >= rule->min_orders);
	nulls[PREFERENCE_TOP] = nulls[PREFERENCE_SHARE] = nulls[PREFERENCE_MARGIN] = !summary.has_top;
	nulls[PREFERENCE_HHI] = nulls[PREFERENCE_ENTROPY] = !summary.has_top;
	PG_RETURN_DATUM(cseg_row(fcinfo, values, nulls, lengthof(values)));
}

/* channel_preference(affinity, min_share, min_orders) */
PG_FUNCTION_INFO_V1(channel_preference);
Datum
channel_preference(PG_FUNCTION_ARGS)
{
	enum
	{
		ARG_MIN_SHARE = 1,
		ARG_MIN_ORDERS
	};
	SegmPreferenceRule rule;

	if (PG_ARGISNULL(ARG_MIN_SHARE) || PG_ARGISNULL(ARG_MIN_ORDERS))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("min_share and min_orders must not be null")));
	rule.min_share = PG_GETARG_FLOAT8(ARG_MIN_SHARE);
	rule.min_orders = PG_GETARG_INT64(ARG_MIN_ORDERS);
	if (!segm_preference_rule_valid(&rule))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("min_share is %g, min_orders " INT64_FORMAT ": min_share must be between 0 and 1, min_orders at least 1",
						rule.min_share, rule.min_orders)));
	return prefer(fcinfo, &rule);
}

/* The end of the aggregate channel_preference(channel, value, at): default rule. */
PG_FUNCTION_INFO_V1(channel_preference_final);
Datum
channel_preference_final(PG_FUNCTION_ARGS)
{
	cseg_require_aggregate(fcinfo);
	return prefer(fcinfo, &segm_preference_default_rule);
}

static int64
share_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	Datum		datum = PG_GETARG_DATUM(argument);
	int64		units;

	if (segm_credit_share(cseg_numeric_exact(datum, name), &units) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is %s, must be between 0 and 1 with at most %d decimals", name,
						DatumGetCString(DirectFunctionCall1(numeric_out, datum)), SEGM_CREDIT_DIGITS)));
	return units;
}

/* touch_credit(amount, position, touches, rule, first_share, last_share) */
PG_FUNCTION_INFO_V1(touch_credit);
Datum
touch_credit(PG_FUNCTION_ARGS)
{
	enum
	{
		ARG_AMOUNT,
		ARG_POSITION,
		ARG_TOUCHES,
		ARG_RULE,
		ARG_FIRST_SHARE,
		ARG_LAST_SHARE
	};
	SegmDecimal amount = cseg_numeric_exact(PG_GETARG_DATUM(ARG_AMOUNT), "amount");
	int64		position = PG_GETARG_INT64(ARG_POSITION);
	int64		touches = PG_GETARG_INT64(ARG_TOUCHES);
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(ARG_RULE));
	int64		first_share = share_argument(fcinfo, ARG_FIRST_SHARE, "first_share");
	int64		last_share = share_argument(fcinfo, ARG_LAST_SHARE, "last_share");
	SegmCreditRule rule;
	SegmDecimal credit;

	if (segm_credit_rule(name, &rule) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown credit rule \"%s\"", name),
				 errhint("Allowed are first, last, linear and position.")));
	if (position < 1 || position > touches || touches > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("position is " INT64_FORMAT " of " INT64_FORMAT " touches, must be from 1 to the number of touches, which is at most %d",
						position, touches, PG_INT32_MAX)));
	if (first_share + last_share > SEGM_CREDIT_WHOLE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("first_share and last_share must not exceed 1 together")));
	cseg_check(segm_touch_credit(amount, position, touches, rule, first_share, last_share, &credit),
			   "amount");
	PG_RETURN_NUMERIC(cseg_decimal_numeric(credit));
}
