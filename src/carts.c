/*
 * carts.c
 *		cart_state: what became of a customer's carts.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "core/carts.h"
#include "activity_history.h"
#include "agg_state.h"
#include "behavior.h"
#include "decimal.h"

/* The arguments of the transition; the last two may be missing. */
enum
{
	ARG_STATE,
	ARG_KIND,
	ARG_AT,
	ARG_VALUE,
	ARG_AS_OF,
	ARG_IDLE,
	ARG_RECOVERY
};

/* The numbers of a rule. */
enum
{
	RULE_AS_OF,
	RULE_IDLE,
	RULE_RECOVERY
};

/* What an event is to a cart; a name that is no kind of event at all is an error, or carts would go missing silently. */
static SegmCartEvent
cart_event(text *kind)
{
	switch (cseg_event_kind(kind))
	{
		case SEGM_ADD_TO_CART:
			return SEGM_CART_ADD;
		case SEGM_REMOVE_FROM_CART:
			return SEGM_CART_REMOVE;
		case SEGM_CHECKOUT_START:
			return SEGM_CART_CHECKOUT;
		case SEGM_PURCHASE:
			return SEGM_CART_ORDER;
		default:
			return SEGM_CART_EVENTS;
	}
}

/* The value of a cart event: without its sign when taken out, else not below zero. */
static SegmDecimal
cart_value(FunctionCallInfo fcinfo, SegmCartEvent event)
{
	SegmDecimal value = {0};
	SegmStatus	status;

	if (event == SEGM_CART_ORDER || PG_ARGISNULL(ARG_VALUE))
		return value;
	status = cseg_numeric_decimal(PG_GETARG_DATUM(ARG_VALUE), &value);
	if (status == SEGM_OK)
		value = segm_decimal_trim(value);
	if (status != SEGM_OK || value.scale > SEGM_SEQUENCE_MAX_SCALE)
		ereport(ERROR,
				(errcode(status == SEGM_NOT_FINITE ? ERRCODE_DATA_EXCEPTION : ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value of a cart is %s, must be finite with at most %d decimals",
						DatumGetCString(DirectFunctionCall1(numeric_out, PG_GETARG_DATUM(ARG_VALUE))),
						SEGM_SEQUENCE_MAX_SCALE),
				 errhint("Round it in the query, for example round(value, 2).")));
	if (value.coefficient < 0)
		value.coefficient = event == SEGM_CART_REMOVE ? -value.coefficient : 0;
	return value;
}

PG_FUNCTION_INFO_V1(cart_state_add);
Datum
cart_state_add(PG_FUNCTION_ARGS)
{
	struct varlena *state = cseg_sequence_state(fcinfo);
	SegmSequence form = {.flags = SEGM_SEQUENCE_RULE | SEGM_SEQUENCE_AMOUNTS};
	SegmEvent	event = {0};

	if (PG_ARGISNULL(ARG_AS_OF))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("as_of must not be null")));
	form.rule[RULE_AS_OF] = cseg_event_time(PG_GETARG_TIMESTAMPTZ(ARG_AS_OF), "as_of");
	form.rule[RULE_IDLE] = PG_NARGS() > ARG_IDLE ? cseg_duration(fcinfo, ARG_IDLE, "idle") : SEGM_CART_IDLE;
	form.rule[RULE_RECOVERY] = PG_NARGS() > ARG_RECOVERY ? cseg_duration(fcinfo, ARG_RECOVERY, "recovery")
		: SEGM_CART_RECOVERY;
	if (form.rule[RULE_RECOVERY] < form.rule[RULE_IDLE])
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("recovery must not be shorter than idle")));

	if (PG_ARGISNULL(ARG_KIND) || PG_ARGISNULL(ARG_AT))
		return cseg_sequence_unchanged(state, fcinfo);
	event.code = cart_event(PG_GETARG_TEXT_PP(ARG_KIND));
	if (event.code == SEGM_CART_EVENTS)
		return cseg_sequence_unchanged(state, fcinfo);
	/* what is yet to come does not exist */
	if (PG_GETARG_TIMESTAMPTZ(ARG_AT) >= form.rule[RULE_AS_OF])
		return cseg_sequence_unchanged(state, fcinfo);
	event.at = cseg_event_time(PG_GETARG_TIMESTAMPTZ(ARG_AT), "at");
	return cseg_state_result(fcinfo, cseg_sequence_add(state, &form, &event, cart_value(fcinfo, (SegmCartEvent) event.code),
													   "cart_state"));
}

PG_FUNCTION_INFO_V1(cart_state_final);
Datum
cart_state_final(PG_FUNCTION_ARGS)
{
	SegmCarts	carts = {0};
	SegmDecimal value = {0};
	Datum		values[11];		/* literal: columns of cart_status */
	bool		nulls[11] = {0};	/* literal: as above */
	int			i = 0;

	if (!PG_ARGISNULL(0))
	{
		SegmSequence sequence = cseg_sequence_read(cseg_state_plain(PG_GETARG_DATUM(0)));
		SegmCartRule rule = {sequence.rule[RULE_AS_OF], sequence.rule[RULE_IDLE], sequence.rule[RULE_RECOVERY]};
		size_t		count;
		SegmInt128 *entries;

		if (!(sequence.flags & SEGM_SEQUENCE_AMOUNTS))
			cseg_raise(SEGM_CORRUPT, "event_sequence");
		entries = cseg_sequence_entries(PG_GETARG_DATUM(0), &count, &value.scale);
		segm_carts(entries, count, &rule, &carts);
		pfree(entries);
		value.coefficient = carts.units;
	}
	values[i++] = CStringGetTextDatum(segm_cart_state_name(carts.state));
	values[i++] = Int32GetDatum(segm_cart_state_rank(carts.state));
	nulls[i] = carts.state == SEGM_CART_NONE;
	values[i++] = PointerGetDatum(cseg_decimal_numeric(value));
	values[i++] = Int64GetDatum(carts.items);
	nulls[i] = nulls[i + 1] = carts.state == SEGM_CART_NONE;
	values[i++] = TimestampTzGetDatum(carts.started);
	values[i++] = TimestampTzGetDatum(carts.touched);
	nulls[i] = !carts.was_left;
	values[i++] = TimestampTzGetDatum(carts.left);
	nulls[i] = carts.state != SEGM_CART_ORDERED && carts.state != SEGM_CART_RECOVERED;
	values[i++] = TimestampTzGetDatum(carts.ordered);
	values[i++] = Int64GetDatum(carts.carts);
	values[i++] = Int64GetDatum(carts.abandoned);
	values[i++] = Int64GetDatum(carts.recovered);
	return cseg_row(fcinfo, values, nulls, lengthof(values));
}
