BEGIN;
SET search_path = customer_segments, public;
SELECT plan(28);
\set grid `zcat "${CSEG_DATA:-../shared/data}/koeppen_geiger_0p5deg.csv.gz" 2>/dev/null`
\set state_cells `cat test/data/us_state_cells.csv`
\set country_cells `cat test/data/country_cells.csv`
SELECT :'grid' <> '' AS have_grid \gset

-- lists
SELECT results_eq('SELECT country FROM countries() WHERE un_region IS NULL ORDER BY 1', $$VALUES ('AQ'), ('TW')$$,
    'every country has a UN region but those two, which M49 gives none');
SELECT is((SELECT count(*) FROM countries() WHERE climate_zone IS NULL OR climate_group(climate_zone) IS NULL), 0::bigint, 'every country has a climate');
SELECT results_eq('SELECT state FROM us_states() WHERE census_division IS NULL ORDER BY 1', $$VALUES ('AS'), ('GU'), ('MP'), ('PR'), ('VI')$$,
    'every state and DC has a division, territories none');
SELECT results_eq('SELECT census_region, count(*) FROM us_states() WHERE census_region IS NOT NULL GROUP BY 1 ORDER BY 1',
    $$VALUES ('Midwest', 12::bigint), ('Northeast', 9), ('South', 17), ('West', 13)$$, 'states a region, as the Census Bureau counts them');
SELECT is((SELECT count(*) FROM countries() c WHERE (country_code(lower(c.country)), country_code(c.alpha3), country_code(upper(c.name))) <> (c.country, c.country, c.country)),
    0::bigint, 'both codes and the name lead to a country');
SELECT results_eq('SELECT state FROM us_states() WHERE is_west_coast ORDER BY 1', $$VALUES ('CA'), ('OR'), ('WA')$$, 'the west coast');

-- distances: the law of cosines, which is as exact for distances that are neither tiny nor near the antipodes
SELECT setseed(0.4) IS NULL AS seeded;
CREATE TEMPORARY TABLE pair AS
SELECT degrees(asin(2 * random() - 1)) AS a, 360 * random() - 180 AS b, degrees(asin(2 * random() - 1)) AS c, 360 * random() - 180 AS d FROM generate_series(1, 2000);
SELECT is((SELECT count(*) FROM pair WHERE abs(great_circle_km(a, b, c, d)
              - 6371.0088 * acos(greatest(-1, least(1, sind(a) * sind(c) + cosd(a) * cosd(c) * cosd(b - d))))) > 1e-4), 0::bigint, 'great circles');
SELECT is((SELECT count(*) FROM pair p WHERE great_circle_km(p.a, p.b, (ARRAY[p.c, 0, 10])[nearest_place(p.a, p.b, ARRAY[p.c, 0, 10], ARRAY[p.d, 0, 20])],
                                                             (ARRAY[p.d, 0, 20])[nearest_place(p.a, p.b, ARRAY[p.c, 0, 10], ARRAY[p.d, 0, 20])])
              <> least(great_circle_km(a, b, c, d), great_circle_km(a, b, 0, 0), great_circle_km(a, b, 10, 20))), 0::bigint, 'the nearest place is the nearest');

-- the grid is what the table says, at once and after a rollback
SELECT is(climate_zone(39.75, -104.75), NULL, 'no grid, no class');
INSERT INTO climate_grid VALUES (39.75, -104.75, 'BSk');
SELECT is(climate_zone(39.6, -104.9), 'BSk', 'a new cell is seen');
SAVEPOINT before;
UPDATE climate_grid SET koeppen = 'Dfb';
SELECT is(climate_zone(39.6, -104.9), 'Dfb', 'a changed one too');
ROLLBACK TO before;
SELECT is(climate_zone(39.6, -104.9), 'BSk', 'and taken back');
DELETE FROM climate_grid;
SELECT is(climate_zone(39.6, -104.9), NULL, 'a deleted one is gone');
INSERT INTO climate_grid VALUES (39.75, -104.75, 'BSk');
TRUNCATE climate_grid;
SELECT is(climate_zone(39.6, -104.9), NULL, 'truncated');

\if :have_grid
INSERT INTO climate_grid
SELECT split_part(line, ',', 1)::double precision, split_part(line, ',', 2)::double precision, split_part(line, ',', 3)
  FROM string_to_table(:'grid', E'\n') WITH ORDINALITY AS l(line, n) WHERE n > 1 AND line <> '';
SELECT is((SELECT count(*) FROM climate_grid), 91828::bigint, 'the grid has 91,828 cells');
SELECT is((SELECT count(*) FROM climate_grid WHERE climate_zone(latitude, longitude) IS DISTINCT FROM koeppen), 0::bigint, 'climate_zone is the grid at each of them');
SELECT is((SELECT count(*) FROM climate_grid WHERE (climate_zone(latitude + 0.249, longitude - 0.249), climate_zone(latitude - 0.249, longitude + 0.249)) IS DISTINCT FROM (koeppen, koeppen)),
    0::bigint, 'and everywhere within the cell');
SELECT results_eq($$SELECT name, climate_zone(a, b) FROM (VALUES
    (1, 'Denver', 39.74, -104.99), (2, 'Miami', 25.76, -80.19), (3, 'Seattle', 47.61, -122.33), (4, 'Los Angeles', 34.05, -118.24), (5, 'Boston', 42.36, -71.06),
    (6, 'London', 51.51, -0.13), (7, 'Singapore', 1.35, 103.82), (8, 'Reykjavik', 64.15, -21.94), (9, 'Sydney', -33.87, 151.21), (10, 'Moscow', 55.76, 37.62)) AS p(i, name, a, b) ORDER BY i$$,
    $$VALUES ('Denver', 'BSk'), ('Miami', 'Am'), ('Seattle', 'Csb'), ('Los Angeles', 'Csb'), ('Boston', 'Dfb'),
             ('London', 'Cfb'), ('Singapore', 'Af'), ('Reykjavik', 'Cfc'), ('Sydney', 'Cfa'), ('Moscow', 'Dfb')$$, 'ten cities');
-- at sea: the nearest land cell by brute force, from the point to the nearest point of each cell
CREATE TEMPORARY TABLE sea AS
SELECT a, b FROM (SELECT g.latitude + random() * 3 - 1.5 AS a, g.longitude + random() * 3 - 1.5 AS b FROM climate_grid g WHERE random() < 0.05) AS p
 WHERE abs(a) < 70 AND abs(b) < 179 AND NOT EXISTS (SELECT FROM climate_grid g WHERE g.latitude = floor(a * 2) / 2 + 0.25 AND g.longitude = floor(b * 2) / 2 + 0.25)
 ORDER BY random() LIMIT 300;
CREATE TEMPORARY TABLE nearest AS
SELECT s.a, s.b, g.koeppen, g.km FROM sea s CROSS JOIN LATERAL (
    SELECT g.koeppen, great_circle_km(s.a, s.b, greatest(g.latitude - 0.25, least(g.latitude + 0.25, s.a)), greatest(g.longitude - 0.25, least(g.longitude + 0.25, s.b))) AS km
      FROM climate_grid g WHERE g.latitude BETWEEN s.a - 4 AND s.a + 4 ORDER BY 2, g.latitude, g.longitude LIMIT 1) AS g;
SELECT cmp_ok((SELECT count(*) FROM nearest), '>', 100::bigint, 'points at sea');
SELECT is((SELECT count(*) FROM nearest WHERE climate_zone(a, b) IS DISTINCT FROM CASE WHEN km <= 100 THEN koeppen END), 0::bigint, 'have the class of the nearest land within 100 km');
SELECT is((SELECT count(*) FROM nearest WHERE climate_zone(a, b, 300) IS DISTINCT FROM CASE WHEN km <= 300 THEN koeppen END), 0::bigint, 'or within 300 km');
SELECT is((SELECT count(*) FROM nearest WHERE climate_zone(a, b, 0) IS NOT NULL), 0::bigint, 'or none without reach');
-- the facts of the states against the grid: cells by their centres within the borders
CREATE TEMPORARY TABLE state_cell AS
SELECT split_part(line, ',', 1) AS state, split_part(line, ',', 2)::double precision AS latitude, g AS longitude
  FROM string_to_table(:'state_cells', E'\n') WITH ORDINALITY AS l(line, n)
 CROSS JOIN LATERAL generate_series(split_part(line, ',', 3)::numeric, split_part(line, ',', 4)::numeric, 0.5) AS g
 WHERE n > 1 AND line <> '';
CREATE TEMPORARY TABLE most AS
SELECT DISTINCT ON (c.state) c.state, g.koeppen, count(*) AS cells FROM state_cell c JOIN climate_grid g USING (latitude, longitude)
 WHERE census_division(c.state) IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2;
SELECT is((SELECT count(*) FROM most), 50::bigint, 'fifty states have cells');
SELECT results_eq($$SELECT state, koeppen, climate_zone('US', state) FROM most WHERE koeppen <> climate_zone('US', state) ORDER BY 1$$, $$VALUES ('HI', 'Cfb', 'Af')$$,
    'the most frequent cell is the fact in 49 of them; in Hawaii it has only three, all high ground');
-- and of the countries: most of the land, so cells by their size, which shrinks towards the poles; polar land counts where it is half of all
CREATE TEMPORARY TABLE country_cell AS
SELECT split_part(line, ',', 1) AS country, split_part(line, ',', 2)::double precision AS latitude, g AS longitude
  FROM string_to_table(:'country_cells', E'\n') WITH ORDINALITY AS l(line, n)
 CROSS JOIN LATERAL generate_series(split_part(line, ',', 3)::numeric, split_part(line, ',', 4)::numeric, 0.5) AS g
 WHERE n > 1 AND line <> '';
CREATE TEMPORARY TABLE land AS
SELECT c.country, g.koeppen, sum(cosd(latitude)) AS land, sum(sum(cosd(latitude)) FILTER (WHERE g.koeppen LIKE 'E_')) OVER w >= sum(sum(cosd(latitude))) OVER w / 2 AS is_polar
  FROM country_cell c JOIN climate_grid g USING (latitude, longitude) GROUP BY 1, 2 WINDOW w AS (PARTITION BY c.country);
SELECT results_eq($$SELECT count(*), count(*) FILTER (WHERE koeppen = climate_zone(country, NULL)) FROM (
    SELECT DISTINCT ON (country) country, koeppen FROM land WHERE koeppen NOT LIKE 'E_' OR is_polar ORDER BY country, land DESC, koeppen) AS m$$,
    'VALUES (198::bigint, 198::bigint)', 'most of the land is the fact in 198 countries');
SELECT is((SELECT string_agg(country, ' ' ORDER BY country) FROM countries() WHERE country NOT IN (SELECT country FROM country_cell)),
    'AG AI AQ AS BB BL BM BQ BV CC CK CV CW CX FM GD GU HM IO KI KN KY LC MF MH MP MT MU MV NF NR NU PF PN PW RE SC SH SX TC TF TK TO TV UM VC VG VI WF WS YT',
    'the others are Antarctica and islands that are not on the map: those of doc/geographic.md');
SELECT is(climate_zone(21.31, -157.86), NULL, 'Honolulu: the map has no land within 100 km');
SELECT is((SELECT count(*) FROM climate_grid WHERE climate_zone(latitude, longitude, 1000) <> koeppen), 0::bigint, 'the reach does not matter on land');
\else
SELECT skip('koeppen_geiger_0p5deg.csv.gz is not in $CSEG_DATA or ../shared/data', 14);
\endif
SELECT * FROM finish();
ROLLBACK;
