/*
 * decimal.c
 *		Exact decimals to and from the server's numeric: the varlena around
 *		the bytes that the core reads and writes.
 */
#include "postgres.h"

#include "fmgr.h"

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
