/*
 * industry.c
 *		Sectors by every form of a code; what is no code.
 */
#include "core/industry.h"
#include "tap.h"

static void
sector_is(SegmIndustrySystem system, const char *code, const char *expected)
{
	const SegmSector *sector = segm_industry_sector(system, code, strlen(code));

	ok(expected == NULL ? sector == NULL : sector != NULL && strcmp(sector->code, expected) == 0,
	   "%s %s: %s", system == SEGM_NAICS ? "NAICS" : "NACE", code, expected == NULL ? "none" : expected);
}

static void
prefix_is(SegmIndustrySystem system, const char *code, size_t digits, const char *expected)
{
	char		prefix[7] = "";

	ok(segm_industry_prefix(system, code, strlen(code), digits, prefix) == strlen(expected) && strcmp(prefix, expected) == 0,
	   "%zu digits of %s: %s", digits, code, expected);
}

int
main(void)
{
	ok(segm_sector_count(SEGM_NAICS) == 20 && segm_sector_count(SEGM_NACE) == 21, "20 sectors, 21 sections");
	sector_is(SEGM_NAICS, "511210", "51");
	sector_is(SEGM_NAICS, "33", "31-33");
	sector_is(SEGM_NAICS, "3254", "31-33");
	sector_is(SEGM_NAICS, "45", "44-45");
	sector_is(SEGM_NAICS, "49", "48-49");
	sector_is(SEGM_NAICS, "92", "92");
	sector_is(SEGM_NAICS, "5", NULL);
	sector_is(SEGM_NAICS, "99", NULL);
	sector_is(SEGM_NAICS, "34", NULL);
	sector_is(SEGM_NAICS, "5112101", NULL);
	sector_is(SEGM_NAICS, "51.12", NULL);
	sector_is(SEGM_NAICS, "J62", NULL);
	sector_is(SEGM_NAICS, "", NULL);
	sector_is(SEGM_NACE, "62.01", "J");
	sector_is(SEGM_NACE, "6201", "J");
	sector_is(SEGM_NACE, "j62.0", "J");
	sector_is(SEGM_NACE, "J", "J");
	sector_is(SEGM_NACE, "01", "A");
	sector_is(SEGM_NACE, "33.2", "C");
	sector_is(SEGM_NACE, "99", "U");
	sector_is(SEGM_NACE, "C62.01", NULL);
	sector_is(SEGM_NACE, "34", NULL);
	sector_is(SEGM_NACE, "00", NULL);
	sector_is(SEGM_NACE, "V", NULL);
	sector_is(SEGM_NACE, "6", NULL);
	sector_is(SEGM_NACE, "62.", NULL);
	sector_is(SEGM_NACE, "6.201", NULL);
	sector_is(SEGM_NACE, "62.011", NULL);
	sector_is(SEGM_NACE, "", NULL);
	prefix_is(SEGM_NAICS, "511210", 2, "51");
	prefix_is(SEGM_NAICS, "511210", 6, "511210");
	prefix_is(SEGM_NAICS, "511210", 7, "");
	prefix_is(SEGM_NAICS, "511210", 1, "");
	prefix_is(SEGM_NAICS, "991210", 2, "");
	prefix_is(SEGM_NACE, "J62.01", 3, "620");
	prefix_is(SEGM_NACE, "J", 2, "");
	return tap_done();
}
