/*
 * geographic.c
 *		SQL functions for countries, US states, seasons and distances.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "core/calendar.h"
#include "core/geography.h"
#include "core/sphere.h"
#include "glue.h"

static const SegmCountry *
country_argument(FunctionCallInfo fcinfo)
{
	text	   *name = PG_GETARG_TEXT_PP(0);

	return segm_country_find(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
}

static const SegmUsState *
state_argument(FunctionCallInfo fcinfo)
{
	text	   *name = PG_GETARG_TEXT_PP(0);

	return segm_us_state_find(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
}

/* A name as a text; null for none. */
static Datum
name_or_null(FunctionCallInfo fcinfo, const char *name)
{
	if (name == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(name));
}

/* country_code(text), country_name(text): null for no country. */
PG_FUNCTION_INFO_V1(country_code);
Datum
country_code(PG_FUNCTION_ARGS)
{
	const SegmCountry *country = country_argument(fcinfo);

	return name_or_null(fcinfo, country == NULL ? NULL : country->alpha2);
}

PG_FUNCTION_INFO_V1(country_alpha3);
Datum
country_alpha3(PG_FUNCTION_ARGS)
{
	const SegmCountry *country = country_argument(fcinfo);

	return name_or_null(fcinfo, country == NULL ? NULL : country->alpha3);
}

PG_FUNCTION_INFO_V1(country_name);
Datum
country_name(PG_FUNCTION_ARGS)
{
	const SegmCountry *country = country_argument(fcinfo);

	return name_or_null(fcinfo, country == NULL ? NULL : country->name);
}

static Datum
un_area(FunctionCallInfo fcinfo, SegmUnLevel level)
{
	const SegmCountry *country = country_argument(fcinfo);

	return name_or_null(fcinfo, country == NULL ? NULL : segm_un_area(country, level));
}

/* un_region(text) and below: null for no country, and where M49 has none. */
PG_FUNCTION_INFO_V1(un_region);
Datum
un_region(PG_FUNCTION_ARGS)
{
	return un_area(fcinfo, SEGM_UN_REGION);
}

PG_FUNCTION_INFO_V1(un_subregion);
Datum
un_subregion(PG_FUNCTION_ARGS)
{
	return un_area(fcinfo, SEGM_UN_SUBREGION);
}

PG_FUNCTION_INFO_V1(un_intermediate_region);
Datum
un_intermediate_region(PG_FUNCTION_ARGS)
{
	return un_area(fcinfo, SEGM_UN_INTERMEDIATE);
}

/* us_state(text), us_state_name(text): null for no state or territory. */
PG_FUNCTION_INFO_V1(us_state);
Datum
us_state(PG_FUNCTION_ARGS)
{
	const SegmUsState *state = state_argument(fcinfo);

	return name_or_null(fcinfo, state == NULL ? NULL : state->code);
}

PG_FUNCTION_INFO_V1(us_state_name);
Datum
us_state_name(PG_FUNCTION_ARGS)
{
	const SegmUsState *state = state_argument(fcinfo);

	return name_or_null(fcinfo, state == NULL ? NULL : state->name);
}

/* census_region(text), census_division(text): null for territories too. */
PG_FUNCTION_INFO_V1(census_region);
Datum
census_region(PG_FUNCTION_ARGS)
{
	const SegmUsState *state = state_argument(fcinfo);

	return name_or_null(fcinfo, state == NULL ? NULL : segm_census_region(state));
}

PG_FUNCTION_INFO_V1(census_division);
Datum
census_division(PG_FUNCTION_ARGS)
{
	const SegmUsState *state = state_argument(fcinfo);

	return name_or_null(fcinfo, state == NULL ? NULL : segm_census_division(state));
}

/* is_west_coast(text): null for no state or territory. */
PG_FUNCTION_INFO_V1(is_west_coast);
Datum
is_west_coast(PG_FUNCTION_ARGS)
{
	const SegmUsState *state = state_argument(fcinfo);

	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(state->is_west_coast);
}

/* The codes of all countries, and of all states and territories. */
PG_FUNCTION_INFO_V1(country_codes);
Datum
country_codes(PG_FUNCTION_ARGS)
{
	size_t		count = segm_country_count();
	Datum	   *codes = palloc_array(Datum, count);

	for (size_t i = 0; i < count; i++)
		codes[i] = CStringGetTextDatum(segm_country(i)->alpha2);
	PG_RETURN_ARRAYTYPE_P(construct_array(codes, (int) count, TEXTOID, -1, false, TYPALIGN_INT));
}

PG_FUNCTION_INFO_V1(us_state_codes);
Datum
us_state_codes(PG_FUNCTION_ARGS)
{
	size_t		count = segm_us_state_count();
	Datum	   *codes = palloc_array(Datum, count);

	for (size_t i = 0; i < count; i++)
		codes[i] = CStringGetTextDatum(segm_us_state(i)->code);
	PG_RETURN_ARRAYTYPE_P(construct_array(codes, (int) count, TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * climate_zone(country, region): the class of an address; null for an
 * unknown country or state.  A null region is none.
 */
PG_FUNCTION_INFO_V1(climate_zone_address);
Datum
climate_zone_address(PG_FUNCTION_ARGS)
{
	text	   *region = NULL;
	SegmClimate climate;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (!PG_ARGISNULL(1))
		region = PG_GETARG_TEXT_PP(1);
	climate = segm_address_climate(country_argument(fcinfo),
								   region == NULL ? NULL : VARDATA_ANY(region),
								   region == NULL ? 0 : VARSIZE_ANY_EXHDR(region));
	return name_or_null(fcinfo, segm_climate_name(climate));
}

/* climate_group(zone), has_snow_season(zone): null for no such class. */
PG_FUNCTION_INFO_V1(climate_group);
Datum
climate_group(PG_FUNCTION_ARGS)
{
	text	   *zone = PG_GETARG_TEXT_PP(0);

	return name_or_null(fcinfo,
						segm_climate_group(segm_climate_find(VARDATA_ANY(zone), VARSIZE_ANY_EXHDR(zone))));
}

PG_FUNCTION_INFO_V1(has_snow_season);
Datum
has_snow_season(PG_FUNCTION_ARGS)
{
	text	   *zone = PG_GETARG_TEXT_PP(0);
	SegmClimate climate = segm_climate_find(VARDATA_ANY(zone), VARSIZE_ANY_EXHDR(zone));

	if (climate == SEGM_NO_CLIMATE)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(segm_climate_has_snow(climate));
}

static Datum
season_of(FunctionCallInfo fcinfo, DateADT day, bool is_southern)
{
	if (day < SEGM_MIN_DAY || day > SEGM_MAX_DAY)
		PG_RETURN_NULL();
	return name_or_null(fcinfo, segm_season_name(segm_season(day, is_southern)));
}

/* season(day, latitude): null for a latitude that is none. */
PG_FUNCTION_INFO_V1(season);
Datum
season(PG_FUNCTION_ARGS)
{
	double		latitude = PG_GETARG_FLOAT8(1);

	if (!segm_on_earth(latitude, 0))
		PG_RETURN_NULL();
	return season_of(fcinfo, PG_GETARG_DATEADT(0), latitude < 0);
}

/* season(day, country): by the middle of the country. */
PG_FUNCTION_INFO_V1(season_country);
Datum
season_country(PG_FUNCTION_ARGS)
{
	text	   *name = PG_GETARG_TEXT_PP(1);
	const SegmCountry *country = segm_country_find(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));

	if (country == NULL)
		PG_RETURN_NULL();
	return season_of(fcinfo, PG_GETARG_DATEADT(0), country->is_southern);
}

/* great_circle_km(latitude, longitude, latitude, longitude) */
PG_FUNCTION_INFO_V1(great_circle_km);
Datum
great_circle_km(PG_FUNCTION_ARGS)
{
	double		latitude = PG_GETARG_FLOAT8(0);
	double		longitude = PG_GETARG_FLOAT8(1);
	double		other_latitude = PG_GETARG_FLOAT8(2);
	double		other_longitude = PG_GETARG_FLOAT8(3);

	if (!segm_on_earth(latitude, longitude) || !segm_on_earth(other_latitude, other_longitude))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(segm_great_circle_km(latitude, longitude, other_latitude, other_longitude));
}

/* The elements of a one-dimensional array of doubles without nulls. */
static const double *
coordinates(ArrayType *array, const char *name, int *count)
{
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s must be a one-dimensional array", name)));
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not contain nulls", name)));
	*count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	return (const double *) ARR_DATA_PTR(array);
}

/*
 * nearest_place(latitude, longitude, latitudes, longitudes): the subscript,
 * from 1, of the nearest one; null for none.
 */
PG_FUNCTION_INFO_V1(nearest_place);
Datum
nearest_place(PG_FUNCTION_ARGS)
{
	int			count;
	int			count_of_longitudes;
	const double *latitudes = coordinates(PG_GETARG_ARRAYTYPE_P(2), "latitudes", &count);
	const double *longitudes = coordinates(PG_GETARG_ARRAYTYPE_P(3), "longitudes",
										   &count_of_longitudes);
	int64		nearest;

	if (count != count_of_longitudes)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("there are %d latitudes but %d longitudes", count, count_of_longitudes)));
	nearest = segm_nearest_place(PG_GETARG_FLOAT8(0), PG_GETARG_FLOAT8(1), latitudes, longitudes,
								 count, cseg_poll);
	if (nearest < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) nearest + 1);
}

/* ruca_class(code): null for a code without a meaning. */
PG_FUNCTION_INFO_V1(ruca_class);
Datum
ruca_class(PG_FUNCTION_ARGS)
{
	return name_or_null(fcinfo, segm_ruca_class(PG_GETARG_FLOAT8(0)));
}
