/*
 * affinity_io.c
 *		Text and binary forms of affinity.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"

#include "affinity.h"

#define TYPE_NAME	"affinity"

/* SEGM_OK and the value, or why there is none. */
static SegmStatus
parse_affinity(const char *text, struct varlena **result)
{
	SegmAffinityLabel *labels;
	uint8_t    *bytes;
	SegmDecay	decay;
	SegmStatus	status;
	size_t		count;
	int			scale;

	/* once to see that it is well formed and how large, once for the content */
	status = segm_affinity_parse(text, NULL, NULL, &count, &scale, &decay, cseg_poll);
	if (status != SEGM_OK)
		return status;
	labels = palloc(sizeof(SegmAffinityLabel) * count);
	bytes = palloc(strlen(text));
	status = segm_affinity_parse(text, labels, bytes, &count, &scale, &decay, cseg_poll);
	if (status == SEGM_OK)
		status = segm_affinity_fold(labels, &count, cseg_poll);
	if (status == SEGM_OK)
	{
		*result = cseg_affinity_make(labels, count, scale, &decay);
		status = segm_affinity_validate((uint8_t *) VARDATA(*result), VARSIZE(*result) - VARHDRSZ);
	}
	pfree(bytes);
	pfree(labels);
	return status;
}

PG_FUNCTION_INFO_V1(affinity_in);
Datum
affinity_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	struct varlena *result = NULL;

	switch (parse_affinity(text, &result))
	{
		case SEGM_OK:
			PG_RETURN_POINTER(result);
		case SEGM_TOO_LARGE:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("%s exceeds its limit of %d labels of at most %d bytes", TYPE_NAME,
							SEGM_AFFINITY_MAX_LABELS, SEGM_AFFINITY_MAX_LABEL)));
		case SEGM_OVERFLOW:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("%s out of range", TYPE_NAME),
					 errdetail("The sum of its weights or rows is too large.")));
		case SEGM_VERSION:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: unknown format version", TYPE_NAME)));
		default:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%.*s\"", TYPE_NAME,
							pg_mbcliplen(text, strlen(text), NAMEDATALEN), text),
					 errdetail("It looks like: v1 scale=2 app:3:59.70:2024-01-02T10:00:00Z:2024-03-05T23:30:00Z "
							   "in%%20store:1:9.90:2024-01-02T10:00:00Z")));
	}
}

PG_FUNCTION_INFO_V1(affinity_out);
Datum
affinity_out(PG_FUNCTION_ARGS)
{
	SegmAffinity affinity = PG_GETARG_AFFINITY(0);
	size_t		length;
	char	   *result;

	cseg_check(segm_affinity_format(&affinity, NULL, &length, cseg_poll), TYPE_NAME);
	result = palloc(length + 1);
	cseg_check(segm_affinity_format(&affinity, result, &length, cseg_poll), TYPE_NAME);
	result[length] = '\0';
	PG_RETURN_CSTRING(result);
}

/* Labels are sent in the encoding of the database: they must be text in this one. */
static void
verify_encoding(const SegmAffinity *affinity)
{
	SegmAffinityCursor cursor;
	SegmAffinityLabel label;
	bool		found;

	segm_affinity_start(affinity, &cursor);
	for (;;)
	{
		cseg_check(segm_affinity_next(&cursor, &label, &found), TYPE_NAME);
		if (!found)
			return;
		(void) pg_verify_mbstr(GetDatabaseEncoding(), (const char *) label.label,
							   (int) label.length, false);
	}
}

PG_FUNCTION_INFO_V1(affinity_recv);
Datum
affinity_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length = message->len - message->cursor;
	struct varlena *result = palloc(VARHDRSZ + length);
	SegmAffinity affinity;

	SET_VARSIZE(result, VARHDRSZ + length);
	pq_copymsgbytes(message, VARDATA(result), length);
	cseg_check(segm_affinity_validate((uint8_t *) VARDATA(result), length), TYPE_NAME);
	affinity = cseg_affinity_of(PointerGetDatum(result));
	verify_encoding(&affinity);
	PG_RETURN_POINTER(result);
}

PG_FUNCTION_INFO_V1(affinity_send);
Datum
affinity_send(PG_FUNCTION_ARGS)
{
	struct varlena *value = cseg_affinity_finish(PG_GETARG_DATUM(0));
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbytes(&message, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* Equal affinities are equal bytes. */
PG_FUNCTION_INFO_V1(affinity_eq);
Datum
affinity_eq(PG_FUNCTION_ARGS)
{
	struct varlena *a = cseg_affinity_finish(PG_GETARG_DATUM(0));
	struct varlena *b = cseg_affinity_finish(PG_GETARG_DATUM(1));

	PG_RETURN_BOOL(VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
				   memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0);
}

PG_FUNCTION_INFO_V1(affinity_ne);
Datum
affinity_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!DatumGetBool(affinity_eq(fcinfo)));
}
