/*
 * industry.h
 *		Sectors of industry by the prefix of a NAICS or NACE code.
 */
#ifndef SEGM_INDUSTRY_H
#define SEGM_INDUSTRY_H

#include "core/core.h"

typedef struct SegmSector
{
	const char *code;			/* NAICS: "31-33"; NACE: a letter */
	const char *name;
	int			from;			/* first and last division, two digits */
	int			to;
} SegmSector;

typedef enum SegmIndustrySystem
{
	SEGM_NAICS,
	SEGM_NACE
} SegmIndustrySystem;

/*
 * The sector of a code; NULL for what is none.  A NAICS code is two to six
 * digits.  A NACE code is the letter of a section, or two to four digits with
 * or without a point after the second, the letter before them or not; a
 * letter that does not belong to the digits is no code.
 */
extern const SegmSector *segm_industry_sector(SegmIndustrySystem system, const char *code,
											  size_t length);

/*
 * The digits of a code, without letter and point, as many as asked for;
 * their number, and 0 for what is no code or has fewer.  Room for 6.
 */
extern size_t segm_industry_prefix(SegmIndustrySystem system, const char *code, size_t length,
								   size_t digits, char *prefix);

/* All sectors of a system, in the order of their codes. */
extern size_t segm_sector_count(SegmIndustrySystem system);
extern const SegmSector *segm_sector(SegmIndustrySystem system, size_t index);

#endif							/* SEGM_INDUSTRY_H */
