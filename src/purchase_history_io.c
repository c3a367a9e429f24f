/*
 * purchase_history_io.c
 *		Text and binary forms of purchase_history.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"

#include "purchase_history.h"

#define TYPE_NAME	"purchase_history"

/* SEGM_OK and the value, or why there is none. */
static SegmStatus
parse_history(const char *text, struct varlena **result)
{
	SegmHistoryEntry *entries;
	SegmStatus	status;
	size_t		count;
	size_t		length;
	int			scale;
	int64		first;
	int64		last;

	/* once to see that it is well formed and how large, once for the content */
	status = segm_history_parse(text, NULL, &count, &scale, &first, &last, cseg_poll);
	if (status != SEGM_OK)
		return status;
	entries = palloc(sizeof(SegmHistoryEntry) * count);
	status = segm_history_parse(text, entries, &count, &scale, &first, &last, cseg_poll);
	if (status == SEGM_OK)
		status = segm_history_fold(entries, &count, cseg_poll);
	if (status == SEGM_OK)
		status = segm_history_size(entries, count, false, &length);
	if (status == SEGM_OK)
	{
		*result = cseg_history_make(entries, count, scale, first, last, false);
		status = segm_history_validate((uint8_t *) VARDATA(*result), length);
	}
	pfree(entries);
	return status;
}

PG_FUNCTION_INFO_V1(purchase_history_in);
Datum
purchase_history_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	struct varlena *result = NULL;

	switch (parse_history(text, &result))
	{
		case SEGM_OK:
			PG_RETURN_POINTER(result);
		case SEGM_TOO_LARGE:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("%s exceeds its size limit of %d bytes", TYPE_NAME,
							SEGM_HISTORY_MAX_BYTES)));
		case SEGM_OVERFLOW:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("%s out of range", TYPE_NAME),
					 errdetail("A sum of its amounts or orders is too large.")));
		case SEGM_VERSION:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: unknown format version", TYPE_NAME)));
		default:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%.*s\"", TYPE_NAME,
							pg_mbcliplen(text, strlen(text), NAMEDATALEN), text),
					 errdetail("It looks like: v1 scale=2 first=2024-01-02T10:00:00Z "
							   "last=2024-01-02T10:00:00Z 2024-01-02:1:19.99")));
	}
}

PG_FUNCTION_INFO_V1(purchase_history_out);
Datum
purchase_history_out(PG_FUNCTION_ARGS)
{
	SegmHistory history = PG_GETARG_HISTORY(0);
	size_t		length;
	char	   *result;

	cseg_check(segm_history_format(&history, NULL, &length, cseg_poll), TYPE_NAME);
	result = palloc(length + 1);
	cseg_check(segm_history_format(&history, result, &length, cseg_poll), TYPE_NAME);
	result[length] = '\0';
	PG_RETURN_CSTRING(result);
}

PG_FUNCTION_INFO_V1(purchase_history_recv);
Datum
purchase_history_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length = message->len - message->cursor;
	struct varlena *result = palloc(VARHDRSZ + length);

	SET_VARSIZE(result, VARHDRSZ + length);
	pq_copymsgbytes(message, VARDATA(result), length);
	cseg_check(segm_history_validate((uint8_t *) VARDATA(result), length), TYPE_NAME);
	PG_RETURN_POINTER(result);
}

PG_FUNCTION_INFO_V1(purchase_history_send);
Datum
purchase_history_send(PG_FUNCTION_ARGS)
{
	struct varlena *value = cseg_history_finish(PG_GETARG_DATUM(0));
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbytes(&message, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* Equal histories are equal bytes. */
PG_FUNCTION_INFO_V1(purchase_history_eq);
Datum
purchase_history_eq(PG_FUNCTION_ARGS)
{
	struct varlena *a = cseg_history_finish(PG_GETARG_DATUM(0));
	struct varlena *b = cseg_history_finish(PG_GETARG_DATUM(1));

	PG_RETURN_BOOL(VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
				   memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0);
}

PG_FUNCTION_INFO_V1(purchase_history_ne);
Datum
purchase_history_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!DatumGetBool(purchase_history_eq(fcinfo)));
}
