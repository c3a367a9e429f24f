/*
 * value.c
 *		Input and output of value types, see value.h.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"

#include "value.h"

struct varlena *
cseg_new_value(size_t length)
{
	struct varlena *value = palloc(VARHDRSZ + length);

	SET_VARSIZE(value, VARHDRSZ + length);
	return value;
}

Datum
cseg_value_in(FunctionCallInfo fcinfo, const CsegValueType *type)
{
	char	   *text = PG_GETARG_CSTRING(0);
	struct varlena *value = NULL;

	switch (type->parse(text, &value))
	{
		case SEGM_OK:
			PG_RETURN_POINTER(value);
		case SEGM_VERSION:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: unknown format version", type->name)));
		default:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%.*s\"", type->name,
							pg_mbcliplen(text, strlen(text), NAMEDATALEN), text),
					 errdetail("It looks like: %s", type->example)));
	}
}

Datum
cseg_value_out(FunctionCallInfo fcinfo, const CsegValueType *type)
{
	struct varlena *value = PG_GETARG_VARLENA_PP(0);
	const uint8_t *payload = (const uint8_t *) VARDATA_ANY(value);
	size_t		size = VARSIZE_ANY_EXHDR(value);
	size_t		length;
	char	   *result;

	cseg_check(type->check(payload, size), type->name);
	length = type->format(payload, size, NULL);
	result = palloc(length + 1);
	(void) type->format(payload, size, result);
	result[length] = '\0';
	PG_RETURN_CSTRING(result);
}

Datum
cseg_value_recv(FunctionCallInfo fcinfo, const CsegValueType *type)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length = message->len - message->cursor;
	const char *bytes = pq_getmsgbytes(message, length);
	struct varlena *value;

	cseg_check(type->check((const uint8_t *) bytes, length), type->name);
	value = cseg_new_value(length);
	memcpy(VARDATA(value), bytes, length);
	PG_RETURN_POINTER(value);
}

Datum
cseg_value_send(FunctionCallInfo fcinfo)
{
	struct varlena *value = PG_GETARG_VARLENA_PP(0);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbytes(&message, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

bool
cseg_value_equal(FunctionCallInfo fcinfo)
{
	struct varlena *a = PG_GETARG_VARLENA_PP(0);
	struct varlena *b = PG_GETARG_VARLENA_PP(1);

	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}
