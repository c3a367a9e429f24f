/*
 * industry.c
 *		Sectors of industry by the prefix of a NAICS or NACE code.
 *
 * NAICS: US Census Bureau, North American Industry Classification System,
 * 2022, two-digit sectors.  NACE: Eurostat, NACE Rev. 2 (2008), sections and
 * the divisions that belong to them.
 */
#include "core/industry.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define MAX_DIGITS		6
#define NACE_DIGITS		4

static const SegmSector naics[] = {
	{"11", "Agriculture, Forestry, Fishing and Hunting", 11, 11},
	{"21", "Mining, Quarrying, and Oil and Gas Extraction", 21, 21},
	{"22", "Utilities", 22, 22},
	{"23", "Construction", 23, 23},
	{"31-33", "Manufacturing", 31, 33},
	{"42", "Wholesale Trade", 42, 42},
	{"44-45", "Retail Trade", 44, 45},
	{"48-49", "Transportation and Warehousing", 48, 49},
	{"51", "Information", 51, 51},
	{"52", "Finance and Insurance", 52, 52},
	{"53", "Real Estate and Rental and Leasing", 53, 53},
	{"54", "Professional, Scientific, and Technical Services", 54, 54},
	{"55", "Management of Companies and Enterprises", 55, 55},
	{"56", "Administrative and Support and Waste Management and Remediation Services", 56, 56},
	{"61", "Educational Services", 61, 61},
	{"62", "Health Care and Social Assistance", 62, 62},
	{"71", "Arts, Entertainment, and Recreation", 71, 71},
	{"72", "Accommodation and Food Services", 72, 72},
	{"81", "Other Services (except Public Administration)", 81, 81},
	{"92", "Public Administration", 92, 92}
};

static const SegmSector nace[] = {
	{"A", "Agriculture, forestry and fishing", 1, 3},
	{"B", "Mining and quarrying", 5, 9},
	{"C", "Manufacturing", 10, 33},
	{"D", "Electricity, gas, steam and air conditioning supply", 35, 35},
	{"E", "Water supply; sewerage, waste management and remediation activities", 36, 39},
	{"F", "Construction", 41, 43},
	{"G", "Wholesale and retail trade; repair of motor vehicles and motorcycles", 45, 47},
	{"H", "Transportation and storage", 49, 53},
	{"I", "Accommodation and food service activities", 55, 56},
	{"J", "Information and communication", 58, 63},
	{"K", "Financial and insurance activities", 64, 66},
	{"L", "Real estate activities", 68, 68},
	{"M", "Professional, scientific and technical activities", 69, 75},
	{"N", "Administrative and support service activities", 77, 82},
	{"O", "Public administration and defence; compulsory social security", 84, 84},
	{"P", "Education", 85, 85},
	{"Q", "Human health and social work activities", 86, 88},
	{"R", "Arts, entertainment and recreation", 90, 93},
	{"S", "Other service activities", 94, 96},
	{"T", "Activities of households as employers", 97, 98},
	{"U", "Activities of extraterritorial organisations and bodies", 99, 99}
};

size_t
segm_sector_count(SegmIndustrySystem system)
{
	return system == SEGM_NAICS ? COUNT(naics) : COUNT(nace);
}

const SegmSector *
segm_sector(SegmIndustrySystem system, size_t index)
{
	return system == SEGM_NAICS ? &naics[index] : &nace[index];
}

/* Letter (0: none) and digits of a code; false for what is none. */
static bool
parse(SegmIndustrySystem system, const char *code, size_t length, char *letter, char *digits,
	  size_t *count)
{
	size_t		at = 0;
	size_t		most = system == SEGM_NAICS ? MAX_DIGITS : NACE_DIGITS;

	*letter = 0;
	*count = 0;
	if (system == SEGM_NACE && length > 0)
	{
		char		c = code[0];

		if (c >= 'a' && c <= 'z')
			c = (char) (c - 'a' + 'A');
		if (c >= 'A' && c <= 'U')
		{
			*letter = c;
			at = 1;
		}
	}
	for (; at < length; at++)
	{
		if (system == SEGM_NACE && code[at] == '.' && *count == 2 && at + 1 < length)
			continue;
		if (code[at] < '0' || code[at] > '9' || *count == most)
			return false;
		digits[(*count)++] = code[at];
	}
	return *count >= 2 || (*count == 0 && *letter != 0);
}

/* The sector, and the digits of the code. */
static const SegmSector *
find(SegmIndustrySystem system, const char *code, size_t length, char *digits, size_t *count)
{
	char		letter;
	int			division;

	if (!parse(system, code, length, &letter, digits, count))
		return NULL;
	division = *count == 0 ? 0 : (digits[0] - '0') * 10 + digits[1] - '0';
	for (size_t i = 0; i < segm_sector_count(system); i++)
	{
		const SegmSector *sector = segm_sector(system, i);

		if ((letter == 0 || letter == sector->code[0]) &&
			(*count == 0 || (division >= sector->from && division <= sector->to)))
			return sector;
	}
	return NULL;
}

const SegmSector *
segm_industry_sector(SegmIndustrySystem system, const char *code, size_t length)
{
	char		digits[MAX_DIGITS];
	size_t		count;

	return find(system, code, length, digits, &count);
}

size_t
segm_industry_prefix(SegmIndustrySystem system, const char *code, size_t length, size_t digits,
					 char *prefix)
{
	char		all[MAX_DIGITS];
	size_t		count;

	if (find(system, code, length, all, &count) == NULL || digits > count || digits < 2)
		return 0;
	for (size_t i = 0; i < digits; i++)
		prefix[i] = all[i];
	return digits;
}
