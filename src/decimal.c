/*
 * decimal.c
 *		Exact decimals to and from the server's numeric: the varlena around
 *		the bytes that the core reads and writes.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "decimal.h"

static inline SegmStatus
read_with(SegmStatus (*reader) (const void *, size_t, SegmDecimal *),
		  Datum numeric, SegmDecimal *out)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(numeric);
	SegmStatus	status;

	status = reader(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), out);
	if ((Pointer) value != DatumGetPointer(numeric))
		pfree(value);
	return status;
}

SegmStatus
cseg_numeric_decimal(Datum numeric, SegmDecimal *out)
{
	return read_with(segm_decimal_read, numeric, out);
}

SegmStatus
cseg_numeric_decimal_short(Datum numeric, SegmDecimal *out)
{
	return read_with(segm_decimal_read_short, numeric, out);
}

Numeric
cseg_decimal_numeric(SegmDecimal value)
{
	char	   *result = palloc(VARHDRSZ + SEGM_DECIMAL_MAX_BYTES);
	size_t		length;

	cseg_check(segm_decimal_write(value, result + VARHDRSZ, &length), "numeric");
	SET_VARSIZE(result, VARHDRSZ + length);
	return (Numeric) result;
}

/* A number that could not be read, with its text. */
static void
refuse(SegmStatus status, const char *what, char *text)
{
	if (status == SEGM_NOT_FINITE)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("%s must be finite, got %s", what, text)));
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s %.*s%s out of range", what, NAMEDATALEN, text,
					strlen(text) > NAMEDATALEN ? "..." : ""),
			 errdetail("At most %d digits are allowed, decimals included.",
					   SEGM_DECIMAL_DIGITS)));
}

SegmDecimal
cseg_numeric_exact(Datum datum, const char *what)
{
	SegmDecimal value = {0};
	SegmStatus	status = cseg_numeric_decimal(datum, &value);

	if (status == SEGM_OK && value.scale > SEGM_DECIMAL_DIGITS)
		status = SEGM_OVERFLOW;
	if (status != SEGM_OK)
		refuse(status, what, DatumGetCString(DirectFunctionCall1(numeric_out, datum)));
	return value;
}

SegmDecimal
cseg_double_exact(Datum datum, const char *what)
{
	SegmDecimal value = {0};
	SegmStatus	status = segm_decimal_of_double(DatumGetFloat8(datum), &value);

	if (status != SEGM_OK)
		refuse(status, what, DatumGetCString(DirectFunctionCall1(float8out, datum)));
	return value;
}

SegmDecimal
cseg_bigint_exact(Datum datum, const char *what)
{
	SegmDecimal value = {DatumGetInt64(datum), 0};

	return value;
}
