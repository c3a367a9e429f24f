/*
 * firmographic.c
 *		SQL functions for codes of industry.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "core/industry.h"
#include "glue.h"

static const SegmSector *
sector_argument(FunctionCallInfo fcinfo, SegmIndustrySystem system)
{
	text	   *code = PG_GETARG_TEXT_PP(0);

	return segm_industry_sector(system, VARDATA_ANY(code), VARSIZE_ANY_EXHDR(code));
}

static Datum
text_or_null(FunctionCallInfo fcinfo, const char *name)
{
	if (name == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(name));
}

/* naics_sector(code), nace_section(code) and their names: null for no code. */
PG_FUNCTION_INFO_V1(naics_sector);
Datum
naics_sector(PG_FUNCTION_ARGS)
{
	const SegmSector *sector = sector_argument(fcinfo, SEGM_NAICS);

	return text_or_null(fcinfo, sector == NULL ? NULL : sector->code);
}

PG_FUNCTION_INFO_V1(naics_sector_name);
Datum
naics_sector_name(PG_FUNCTION_ARGS)
{
	const SegmSector *sector = sector_argument(fcinfo, SEGM_NAICS);

	return text_or_null(fcinfo, sector == NULL ? NULL : sector->name);
}

PG_FUNCTION_INFO_V1(nace_section);
Datum
nace_section(PG_FUNCTION_ARGS)
{
	const SegmSector *sector = sector_argument(fcinfo, SEGM_NACE);

	return text_or_null(fcinfo, sector == NULL ? NULL : sector->code);
}

PG_FUNCTION_INFO_V1(nace_section_name);
Datum
nace_section_name(PG_FUNCTION_ARGS)
{
	const SegmSector *sector = sector_argument(fcinfo, SEGM_NACE);

	return text_or_null(fcinfo, sector == NULL ? NULL : sector->name);
}

static Datum
industry_prefix(FunctionCallInfo fcinfo, SegmIndustrySystem system)
{
	text	   *code = PG_GETARG_TEXT_PP(0);
	int32		digits = PG_GETARG_INT32(1);
	char		prefix[6];
	size_t		length = 0;

	if (digits > 0)
		length = segm_industry_prefix(system, VARDATA_ANY(code), VARSIZE_ANY_EXHDR(code), digits,
									  prefix);
	if (length == 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(prefix, (int) length));
}

/* naics_prefix(code, digits), nace_prefix(code, digits): null if there are fewer. */
PG_FUNCTION_INFO_V1(naics_prefix);
Datum
naics_prefix(PG_FUNCTION_ARGS)
{
	return industry_prefix(fcinfo, SEGM_NAICS);
}

PG_FUNCTION_INFO_V1(nace_prefix);
Datum
nace_prefix(PG_FUNCTION_ARGS)
{
	return industry_prefix(fcinfo, SEGM_NACE);
}
