-- geographic: countries, US states, climate zones, seasons, distances (doc/geographic.md).

CREATE FUNCTION country_code(country text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'country_code';
COMMENT ON FUNCTION country_code(text) IS
'ISO 3166 alpha-2 code of a country by its alpha-2 or alpha-3 code or its English name; null for anything else';

CREATE FUNCTION country_alpha3(country text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'country_alpha3';
COMMENT ON FUNCTION country_alpha3(text) IS
'ISO 3166 alpha-3 code of a country by either code or its English name; null for anything else';

CREATE FUNCTION country_name(country text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'country_name';
COMMENT ON FUNCTION country_name(text) IS
'name of a country in English, by either code or name; null for anything else';

CREATE FUNCTION un_region(country text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'un_region';
COMMENT ON FUNCTION un_region(text) IS
'region of a country by UN M49: Africa, Americas, Asia, Europe or Oceania; null for no country, and for Antarctica and Taiwan, which M49 gives none';

CREATE FUNCTION un_subregion(country text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'un_subregion';
COMMENT ON FUNCTION un_subregion(text) IS
'sub-region of a country by UN M49, for example Western Europe or Sub-Saharan Africa; null as for un_region';

CREATE FUNCTION un_intermediate_region(country text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'un_intermediate_region';
COMMENT ON FUNCTION un_intermediate_region(text) IS
'intermediate region of a country by UN M49, for example Caribbean or Eastern Africa; null where a sub-region is not divided, and as for un_region';

CREATE FUNCTION us_state(region text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'us_state';
COMMENT ON FUNCTION us_state(text) IS
'postal code of a US state, DC or a territory by that code, the ISO 3166-2 code (US-CO) or the name; null for anything else';

CREATE FUNCTION us_state_name(region text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'us_state_name';
COMMENT ON FUNCTION us_state_name(text) IS
'name of a US state, DC or a territory by code or name; null for anything else';

CREATE FUNCTION census_region(region text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'census_region';
COMMENT ON FUNCTION census_region(text) IS
'census region of a US state or DC: Northeast, Midwest, South or West; null for anything else, territories too';

CREATE FUNCTION census_division(region text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'census_division';
COMMENT ON FUNCTION census_division(text) IS
'census division of a US state or DC, one of nine, for example Mountain; null for anything else, territories too';

CREATE FUNCTION is_west_coast(region text)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'is_west_coast';
COMMENT ON FUNCTION is_west_coast(text) IS
'whether a US state is California, Oregon or Washington; null for no state';

CREATE FUNCTION ruca_class(code double precision)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'ruca_class';
COMMENT ON FUNCTION ruca_class(double precision) IS
'what a Rural-Urban Commuting Area code means: 1 to 3 urban, 4 to 6 large_town, 7 to 9 small_town, 10 rural, decimals of secondary codes not counted; null for any other number, such as 99';

-- ---------------------------------------------------------------------------------------------------------------
-- Climate and season.
-- ---------------------------------------------------------------------------------------------------------------
CREATE FUNCTION climate_group(zone text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'climate_group';
COMMENT ON FUNCTION climate_group(text) IS
'a Koeppen-Geiger class in a word: tropical (A), arid (B), temperate (C), continental (D) or polar (E); null for no such class';

CREATE FUNCTION has_snow_season(zone text)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'has_snow_season';
COMMENT ON FUNCTION has_snow_season(text) IS
'whether winters bring snow as a rule in a Koeppen-Geiger class: D, E, and the cold arid BSk and BWk; null for no such class';

CREATE FUNCTION climate_zone(country text, region text)
RETURNS text
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'climate_zone_address';
COMMENT ON FUNCTION climate_zone(text, text) IS
'dominant Koeppen-Geiger class of a US state, or of a country where region is null, empty or not of the US; null for an unknown country or US state';

CREATE FUNCTION is_climate_cell(latitude double precision, longitude double precision)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'is_climate_cell';
COMMENT ON FUNCTION is_climate_cell(double precision, double precision) IS
'whether this is the centre of a cell of half a degree, such as 39.75, -104.75';

CREATE TABLE climate_grid (
    latitude double precision,
    longitude double precision,
    koeppen text NOT NULL CHECK (climate_group(koeppen) IS NOT NULL),
    PRIMARY KEY (latitude, longitude),
    CHECK (is_climate_cell(latitude, longitude))
);
COMMENT ON TABLE climate_grid IS
'Koeppen-Geiger class of every land cell of half a degree, as in the file of Kottek et al. (2006); empty until you load it; dumped with the database';
COMMENT ON COLUMN climate_grid.latitude IS 'centre of the cell in degrees, north positive';
COMMENT ON COLUMN climate_grid.longitude IS 'centre of the cell in degrees, east positive';
COMMENT ON COLUMN climate_grid.koeppen IS 'one of the 31 classes';

CREATE FUNCTION climate_grid_changed()
RETURNS trigger
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'climate_grid_changed';
COMMENT ON FUNCTION climate_grid_changed() IS
'trigger of climate_grid: every session that keeps the grid reads it anew';
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON climate_grid
    FOR EACH STATEMENT EXECUTE FUNCTION climate_grid_changed();
COMMENT ON TRIGGER changed ON climate_grid IS 'tells every session that the grid is another one';
ALTER TABLE climate_grid ENABLE ALWAYS TRIGGER changed;

CREATE TABLE ruca_code (
    zip_code text COLLATE "C" PRIMARY KEY CHECK (zip_code ~ '^[0-9]{5}$'),
    code double precision NOT NULL CHECK (ruca_class(code) IS NOT NULL OR code = 99)
);
COMMENT ON TABLE ruca_code IS
'Rural-Urban Commuting Area code of every US ZIP code, as the Department of Agriculture publishes them; empty until you load it; dumped with the database';
COMMENT ON COLUMN ruca_code.zip_code IS 'five digits';
COMMENT ON COLUMN ruca_code.code IS 'primary or secondary code, 1 to 10.6; 99: not coded';

GRANT SELECT ON climate_grid, ruca_code TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('climate_grid', '');
SELECT pg_catalog.pg_extension_config_dump('ruca_code', '');
SELECT customer_segments.grant_to_owner('climate_grid');
SELECT customer_segments.grant_to_owner('ruca_code');

CREATE FUNCTION climate_zone(latitude double precision, longitude double precision, reach_km double precision DEFAULT 100)
RETURNS text
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'climate_zone_place';
COMMENT ON FUNCTION climate_zone(double precision, double precision, double precision) IS
'Koeppen-Geiger class of a place by climate_grid: of its cell, at sea of the nearest land cell within reach_km (0 to 1000); null farther out, for what is no place on earth, and while the grid is empty';

CREATE FUNCTION season(on_date date, latitude double precision)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'season';
COMMENT ON FUNCTION season(date, double precision) IS
'spring, summer, autumn or winter of a day, by calendar quarters from March on, on the half of the earth that the latitude is in, 0 in the northern; null for no latitude or an infinite day';

CREATE FUNCTION season(on_date date, country text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'season_country';
COMMENT ON FUNCTION season(date, text) IS
'season of a day in the half of the earth that the middle of a country is in; null for no country or an infinite day';

CREATE FUNCTION great_circle_km(latitude double precision, longitude double precision,
                                other_latitude double precision, other_longitude double precision)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'great_circle_km';
COMMENT ON FUNCTION great_circle_km(double precision, double precision, double precision, double precision) IS
'distance of two places in km along a great circle of a sphere of 6371.0088 km; null for what is no place on earth';

CREATE FUNCTION nearest_place(latitude double precision, longitude double precision,
                              latitudes double precision[], longitudes double precision[])
RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 20
AS 'MODULE_PATHNAME', 'nearest_place';
COMMENT ON FUNCTION nearest_place(double precision, double precision, double precision[], double precision[]) IS
'which of some places is the nearest, counted from 1, the first of equals; null if there is none, or for what is no place on earth';

-- ---------------------------------------------------------------------------------------------------------------
-- The lists themselves.
-- ---------------------------------------------------------------------------------------------------------------
CREATE FUNCTION country_codes()
RETURNS text[]
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'country_codes';
COMMENT ON FUNCTION country_codes() IS
'the ISO 3166 alpha-2 codes of all countries';

CREATE FUNCTION us_state_codes()
RETURNS text[]
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'us_state_codes';
COMMENT ON FUNCTION us_state_codes() IS
'the postal codes of the US states, DC and the territories';

CREATE FUNCTION countries(OUT country text, OUT alpha3 text, OUT name text, OUT un_region text, OUT un_subregion text,
                          OUT un_intermediate_region text, OUT climate_zone text)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 249
BEGIN ATOMIC
    SELECT c.code, customer_segments.country_alpha3(c.code), customer_segments.country_name(c.code), customer_segments.un_region(c.code),
           customer_segments.un_subregion(c.code), customer_segments.un_intermediate_region(c.code),
           customer_segments.climate_zone(c.code, NULL::text)
      FROM pg_catalog.unnest(customer_segments.country_codes()) AS c(code);
END;
COMMENT ON FUNCTION countries() IS
'every country of ISO 3166 with what is known of it';

CREATE FUNCTION us_states(OUT state text, OUT name text, OUT census_region text, OUT census_division text, OUT is_west_coast boolean,
                          OUT climate_zone text)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 56
BEGIN ATOMIC
    SELECT s.code, customer_segments.us_state_name(s.code), customer_segments.census_region(s.code),
           customer_segments.census_division(s.code), customer_segments.is_west_coast(s.code), customer_segments.climate_zone('US', s.code)
      FROM pg_catalog.unnest(customer_segments.us_state_codes()) AS s(code);
END;
COMMENT ON FUNCTION us_states() IS
'every US state, DC and the territories with what is known of them';
