/*
 * as_of.c
 *		The instant that every view answers for: the setting
 *		customer_segments.as_of, else the start of the transaction.
 *
 * The setting is read as text on every call and never through the session's
 * time zone or date style, so one value means one instant for everybody and
 * in every parallel worker.  It is judged when it is used rather than when it
 * is set: a value set before the library is loaded passes no check, and
 * falling back to the present would answer another question than was asked.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "pgtime.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "glue.h"

#define SETTING "customer_segments.as_of"

/* the setting's value; defined in module.c */
char	   *cseg_as_of_setting = NULL;

PG_FUNCTION_INFO_V1(as_of);

/* A value that names no instant. */
static void
raise_setting(const char *value, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid value for setting \"%s\": \"%s\"", SETTING, value),
			 errdetail("%s", detail),
			 errhint("Set it to a date or an instant such as '2024-06-30' or '2024-06-30 12:00+02'"
					 " (without a zone: UTC), or to '' for the present.")));
}

/* For the errors that the decoder itself raises, such as an unknown zone. */
static void
name_setting(void *value)
{
	errcontext("setting \"%s\": \"%s\"", SETTING, (const char *) value);
}

/* Read the value as the server reads a timestamptz, in UTC and ISO order. */
static int
decode(const char *value, int *kind, struct pg_tm *tm, fsec_t *fsec, int *zone)
{
	char		buffer[MAXDATELEN + MAXDATEFIELDS];
	char	   *field[MAXDATEFIELDS];
	int			type[MAXDATEFIELDS];
	int			fields;
	pg_tz	   *session_zone = session_timezone;
	int			session_order = DateOrder;
	volatile int result;
	ErrorContextCallback context;

	result = ParseDateTime(value, buffer, sizeof(buffer), field, type, MAXDATEFIELDS, &fields);
	if (result != 0)
		return result;
	context.callback = name_setting;
	context.arg = unconstify(char *, value);
	context.previous = error_context_stack;
	error_context_stack = &context;
	session_timezone = pg_tzset("UTC");
	DateOrder = DATEORDER_YMD;
	PG_TRY();
	{
		result = cseg_decode_datetime(field, type, fields, kind, tm, fsec, zone);
	}
	PG_FINALLY();
	{
		session_timezone = session_zone;
		DateOrder = session_order;
	}
	PG_END_TRY();
	error_context_stack = context.previous;
	return result;
}

/* as_of(): the instant of the setting, or now() when it is empty. */
Datum
as_of(PG_FUNCTION_ARGS)
{
	const char *value = cseg_as_of_setting;
	struct pg_tm tm;
	fsec_t		fsec;
	int			kind;
	int			zone;
	TimestampTz result;

	while (value != NULL && isspace((unsigned char) *value))
		value++;
	if (value == NULL || *value == '\0')
		PG_RETURN_TIMESTAMPTZ(GetCurrentTransactionStartTimestamp());
	if (decode(value, &kind, &tm, &fsec, &zone) != 0)
		raise_setting(value, "It is not a date or an instant.");
	if (kind == DTK_EPOCH)
		PG_RETURN_TIMESTAMPTZ(SetEpochTimestamp());
	if (kind != DTK_DATE)
		raise_setting(value, "It must be finite.");
	if (tm2timestamp(&tm, fsec, &zone, &result) != 0)
		raise_setting(value, "It is out of range for an instant.");
	PG_RETURN_TIMESTAMPTZ(result);
}
