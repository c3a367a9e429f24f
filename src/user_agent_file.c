/*
 * user_agent_file.c
 *		read_user_agent_file: uap-core's pattern file as rows.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "core/user_agent_file.h"
#include "glue.h"

PG_FUNCTION_INFO_V1(read_user_agent_file);

/* Columns of the answer */
enum
{
	FILE_KIND,
	FILE_POSITION,
	FILE_PATTERN,
	FILE_IGNORE_CASE,
	FILE_REPLACEMENT,
	FILE_COLUMNS
};

/*
 * Text of the file, which is in UTF-8, in the encoding of the database, with
 * question marks for what that does not have.
 */
static Datum
text_of(SegmSlice slice)
{
	int			encoding = GetDatabaseEncoding();
	Oid			conversion;
	StringInfoData text;

	if (encoding == PG_UTF8 || encoding == PG_SQL_ASCII)
		return PointerGetDatum(cstring_to_text_with_len(slice.start, slice.length));
	conversion = FindDefaultConversionProc(PG_UTF8, encoding);
	initStringInfo(&text);
	for (size_t i = 0; i < slice.length;)
	{
		int			bytes = pg_utf_mblen((const unsigned char *) slice.start + i);
		char		one[MAX_CONVERSION_GROWTH * MAX_MULTIBYTE_CHAR_LEN + 1];

		CHECK_FOR_INTERRUPTS();
		if (OidIsValid(conversion) &&
			pg_do_encoding_conversion_buf(conversion, PG_UTF8, encoding, (unsigned char *) slice.start + i, bytes,
										  (unsigned char *) one, sizeof(one), true) == bytes)
			appendStringInfoString(&text, one);
		else
			appendStringInfoChar(&text, '?');
		i += bytes;
	}
	return PointerGetDatum(cstring_to_text_with_len(text.data, text.len));
}

/*
 * read_user_agent_file(bytea): one row a pattern, in the order of the file
 */
Datum
read_user_agent_file(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	bytea	   *content = PG_GETARG_BYTEA_PP(0);
	int			length = VARSIZE_ANY_EXHDR(content);
	char	   *copy = pnstrdup(VARDATA_ANY(content), length);
	SegmUserAgentFile file = {copy, copy + length, 0, -1};
	SegmUserAgentEntry entry;
	int			position[SEGM_UA_KINDS] = {0};
	bool		found;

	InitMaterializedSRF(fcinfo, 0);
	if (!pg_verify_mbstr(PG_UTF8, copy, length, true))
		ereport(ERROR,
				(errcode(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE),
				 errmsg("the pattern file is not in UTF-8")));
	for (;;)
	{
		Datum		values[FILE_COLUMNS];
		bool		nulls[FILE_COLUMNS] = {false};
		Datum		parts[SEGM_USER_AGENT_PARTS];
		bool		missing[SEGM_USER_AGENT_PARTS];
		int			n = 0;
		int			lower_bound = 1;

		CHECK_FOR_INTERRUPTS();
		if (segm_user_agent_entry(&file, &entry, &found) != SEGM_OK)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("line %d of the pattern file is not understood", file.line),
					 errhint("Expected is the file regexes.yaml of uap-core.")));
		if (!found)
			break;
		values[FILE_KIND] = CStringGetTextDatum(segm_user_agent_kinds[entry.kind]);
		values[FILE_POSITION] = Int32GetDatum(++position[entry.kind]);
		values[FILE_PATTERN] = text_of(entry.pattern);
		values[FILE_IGNORE_CASE] = BoolGetDatum(entry.ignore_case);
		for (int part = 0; part < segm_user_agent_parts[entry.kind]; part++)
		{
			missing[part] = entry.replacement[part].start == NULL;
			if (!missing[part])
			{
				parts[part] = text_of(entry.replacement[part]);
				n = part + 1;
			}
		}
		nulls[FILE_REPLACEMENT] = n == 0;
		if (n > 0)
			values[FILE_REPLACEMENT] = PointerGetDatum(construct_md_array(parts, missing, 1, &n, &lower_bound,
																		  TEXTOID, -1, false, TYPALIGN_INT));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
