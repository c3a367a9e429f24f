/*
 * geography.h
 *		Countries and US states by code or name, and what is known of them.
 */
#ifndef SEGM_GEOGRAPHY_H
#define SEGM_GEOGRAPHY_H

#include "core/climate.h"

typedef struct SegmCountry
{
	const char *alpha2;
	const char *alpha3;
	const char *name;
	int			area;			/* of M49, 0: none */
	SegmClimate climate;
	bool		is_southern;
} SegmCountry;

typedef struct SegmUsState
{
	const char *code;
	const char *name;
	int			division;		/* 0: none, a territory */
	SegmClimate climate;
	bool		is_west_coast;
} SegmUsState;

typedef enum SegmUnLevel
{
	SEGM_UN_REGION,
	SEGM_UN_SUBREGION,
	SEGM_UN_INTERMEDIATE
} SegmUnLevel;

typedef enum SegmSeason
{
	SEGM_WINTER,
	SEGM_SPRING,
	SEGM_SUMMER,
	SEGM_AUTUMN
} SegmSeason;

/*
 * By alpha-2 or alpha-3 code or by name; capitals, blanks and punctuation do
 * not matter.  NULL if there is no such.
 */
extern const SegmCountry *segm_country_find(const char *text, size_t length);

/* By postal code, ISO 3166-2 code (US-CO) or name, likewise. */
extern const SegmUsState *segm_us_state_find(const char *text, size_t length);

/* All of them, in the order of their codes. */
extern size_t segm_country_count(void);
extern const SegmCountry *segm_country(size_t index);
extern size_t segm_us_state_count(void);
extern const SegmUsState *segm_us_state(size_t index);

/* Names as the United Nations and the Census Bureau have them; NULL: none. */
extern const char *segm_un_area(const SegmCountry *country, SegmUnLevel level);
extern const char *segm_census_division(const SegmUsState *state);
extern const char *segm_census_region(const SegmUsState *state);

/*
 * The class of an address: that of the state in the United States, else of
 * the country.  None for an unknown country, and for a state that is given
 * and unknown.
 */
extern SegmClimate segm_address_climate(const SegmCountry *country, const char *region,
										size_t length);

/* Seasons begin with March, June, September and December. */
extern SegmSeason segm_season(int32_t day, bool is_southern);
extern const char *segm_season_name(SegmSeason season);

/*
 * What a primary or secondary Rural-Urban Commuting Area code means: urban,
 * large_town, small_town or rural; NULL for a code that means nothing.
 */
extern const char *segm_ruca_class(double code);

#endif							/* SEGM_GEOGRAPHY_H */
