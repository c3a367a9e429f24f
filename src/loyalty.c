/*
 * loyalty.c
 *		Where a customer stands in a loyalty programme.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/numeric.h"

#include "core/loyalty.h"
#include "purchase_history.h"

enum
{
	ARG_HISTORY,
	ARG_MINIMUMS,
	ARG_TODAY,
	ARG_EARNED_BY,
	ARG_POINTS_RATE,
	ARG_COUNTED,
	ARG_GRACE_DAYS,
	ARG_DOWNGRADE
};

enum
{
	COLUMN_HELD,
	COLUMN_KEPT_UNTIL,
	COLUMN_EARNED,
	COLUMN_QUALIFYING,
	COLUMN_POINTS,
	COLUMNS
};

/* What earns a tier, and the names in the order of the enums. */
typedef enum EarnedBy
{
	BY_ORDERS,
	BY_NET_REVENUE,
	BY_POINTS
} EarnedBy;

static const char *const earned_by_names[] = {"orders", "net_revenue", "points", NULL};
static const char *const window_names[] = {"lifetime", "rolling_12_months", "calendar_year", NULL};
static const char *const downgrade_names[] = {"to_earned", "one_step", NULL};

/* The rules, and the history they are held against. */
typedef struct Programme
{
	SegmHistory history;
	Datum	   *minimums;		/* numeric, those of the best tier first */
	int			tiers;
	EarnedBy	earned_by;
	Datum		points_rate;
	SegmLoyaltyWindow window;
	int64		grace_days;
	bool		one_by_one;
	int32		today;
} Programme;

/* A tier that was earned, for the last time on this day. */
typedef struct Claim
{
	int64		held;			/* its step, 1 is the best, less what has been lost */
	int64		kept_until;
	int64		earned;			/* its step */
	Datum		qualifying;
	Datum		points;
} Claim;

/* The place of an argument among the names that it may be. */
static int
choice(FunctionCallInfo fcinfo, int argument, const char *what, const char *const *names)
{
	text	   *wanted = PG_GETARG_TEXT_PP(argument);
	StringInfoData allowed;

	for (int i = 0; names[i] != NULL; i++)
		if (VARSIZE_ANY_EXHDR(wanted) == strlen(names[i]) &&
			memcmp(VARDATA_ANY(wanted), names[i], strlen(names[i])) == 0)
			return i;
	initStringInfo(&allowed);
	for (int i = 0; names[i] != NULL; i++)
		appendStringInfo(&allowed, "%s%s", i > 0 ? ", " : "", names[i]);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown %s \"%s\"", what, text_to_cstring(wanted)),
			 errhint("Allowed are %s.", allowed.data)));
}

static void
read_programme(FunctionCallInfo fcinfo, Programme *programme)
{
	ArrayType  *minimums = PG_GETARG_ARRAYTYPE_P(ARG_MINIMUMS);

	programme->history = PG_GETARG_HISTORY(ARG_HISTORY);
	if (ARR_NDIM(minimums) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR), errmsg("minimums must be a one-dimensional array")));
	if (array_contains_nulls(minimums))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("minimums must not contain nulls")));
	deconstruct_array(minimums, NUMERICOID, -1, false, TYPALIGN_INT, &programme->minimums, NULL, &programme->tiers);
	programme->earned_by = (EarnedBy) choice(fcinfo, ARG_EARNED_BY, "earned_by", earned_by_names);
	programme->points_rate = PG_GETARG_DATUM(ARG_POINTS_RATE);
	programme->window = (SegmLoyaltyWindow) choice(fcinfo, ARG_COUNTED, "counted", window_names);
	programme->grace_days = PG_GETARG_INT32(ARG_GRACE_DAYS);
	if (programme->grace_days < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("grace_days is " INT64_FORMAT ", must not be negative", programme->grace_days)));
	programme->one_by_one = choice(fcinfo, ARG_DOWNGRADE, "downgrade", downgrade_names) != 0;
	programme->today = PG_GETARG_DATEADT(ARG_TODAY);
	if (DATE_NOT_FINITE(programme->today))
		ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("today must be finite")));
}

/* What the window that ends with this day has earned, and what is left of it today. */
static Claim
claim_of_day(const Programme *programme, int32 day)
{
	SegmHistoryRange range = segm_history_whole;
	SegmHistoryTotals totals;
	Datum		zero = NumericGetDatum(int64_to_numeric(0));
	Datum		net;
	Datum		points;
	Claim		claim;
	int64		lost;

	range.to = (int64) day + 1;
	range.horizon = day;
	if (programme->window != SEGM_LOYALTY_LIFETIME)
	{
		int32		first;

		cseg_check(segm_loyalty_first_day(programme->window, day, &first), "today");
		range.from = first;
	}
	cseg_check(segm_history_totals(&programme->history, &range, &totals), "purchase_history");
	net = cseg_money(totals.revenue - totals.refunds, programme->history.scale);
	points = DirectFunctionCall1(numeric_floor,
								 DirectFunctionCall2(numeric_mul, DirectFunctionCall2(numeric_larger, net, zero),
													 programme->points_rate));
	claim.points = DirectFunctionCall1(numeric_int8, points);
	claim.qualifying = programme->earned_by == BY_ORDERS ? NumericGetDatum(int64_to_numeric(totals.orders)) :
		programme->earned_by == BY_POINTS ? points : net;
	claim.earned = 1;
	while (claim.earned <= programme->tiers &&
		   !DatumGetBool(DirectFunctionCall2(numeric_ge, claim.qualifying, programme->minimums[claim.earned - 1])))
		claim.earned++;
	lost = segm_loyalty_steps_lost((int64) programme->today - day, programme->grace_days, programme->one_by_one,
								   (int64) programme->tiers + 1);
	claim.held = claim.earned + lost;
	claim.kept_until = day + programme->grace_days * (lost + 1);
	return claim;
}

/* The best of all claims; of equal ones that which is kept longest. */
static void
best_claim(const Programme *programme, Claim *best)
{
	SegmHistoryCursor cursor;
	SegmHistoryDay day;
	int64		counting;
	bool		found;
	int32		previous = programme->today;

	/* a lifetime does not end */
	if (programme->window == SEGM_LOYALTY_LIFETIME)
		return;
	segm_history_start(&programme->history, &cursor);
	for (;;)
	{
		int32		last;
		Claim		claim;

		CHECK_FOR_INTERRUPTS();
		cseg_check(segm_history_next_in(&cursor, &segm_history_whole, &day, &counting, &found), "purchase_history");
		if (!found)
			break;
		if (counting == 0)
			continue;
		cseg_check(segm_loyalty_last_day(programme->window, day.day, &last), "purchase_history");
		last = Min(last, programme->today);
		/* one day for many orders, and that of today is known */
		if (last == previous || last == programme->today)
			continue;
		previous = last;
		claim = claim_of_day(programme, last);
		if (claim.held < best->held || (claim.held == best->held && claim.kept_until > best->kept_until))
			*best = claim;
	}
}

/*
 * loyalty_standing(history, minimums, today, earned_by, points_rate, counted,
 * grace_days, downgrade)
 */
PG_FUNCTION_INFO_V1(loyalty_standing);
Datum
loyalty_standing(PG_FUNCTION_ARGS)
{
	Programme	programme;
	Claim		today;
	Claim		best;
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS] = {false};

	read_programme(fcinfo, &programme);
	today = best = claim_of_day(&programme, programme.today);
	best_claim(&programme, &best);
	/* longer than the calendar goes: for ever */
	nulls[COLUMN_KEPT_UNTIL] = !IS_VALID_DATE(best.kept_until);
	values[COLUMN_HELD] = Int32GetDatum((int32) best.held);
	values[COLUMN_KEPT_UNTIL] = DateADTGetDatum((DateADT) best.kept_until);
	values[COLUMN_EARNED] = Int32GetDatum((int32) today.earned);
	values[COLUMN_QUALIFYING] = today.qualifying;
	values[COLUMN_POINTS] = today.points;
	PG_RETURN_DATUM(cseg_row(fcinfo, values, nulls, COLUMNS));
}
