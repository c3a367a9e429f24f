-- Where customers live: names of places, nonsense, errors; the views, named examples with somebody just outside.
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
SET client_min_messages = warning;
SET jit = off;
SET search_path = customer_segments, public;
\set SHOW_CONTEXT never
SET customer_segments.as_of = '2024-10-15';

SELECT t, country_code(t), country_alpha3(t), country_name(t), un_region(t), un_subregion(t), un_intermediate_region(t), climate_zone(t, NULL)
  FROM unnest('{GB,gbr,UK,England,"United States",USA,AQ,TW,TWN,"Korea, Republic of",Jamaica,Kenya,Jersey,XX,"","D3E",840}'::text[]) AS t;
SELECT t, us_state(t), us_state_name(t), census_region(t), census_division(t), is_west_coast(t), climate_zone('US', t)
  FROM unnest('{CA,us-ca,California,Colorado,FL,NY,"D.C.",PR,Guam,XX,Ontario,""}'::text[]) AS t;
SELECT climate_zone(NULL, 'CO'), climate_zone('US', NULL), climate_zone('XX', NULL), climate_zone('CA', 'CO');
SELECT z, climate_group(z), has_snow_season(z) FROM unnest('{Af,Aw,BWh,BWk,BSk,Cfa,csb,Dfb,ET,EF,XX,""}'::text[]) AS z;
SELECT code, ruca_class(code) FROM unnest('{1,3,3.9,4,6,7,9,10,10.6,0,11,99,NaN,Infinity,-1}'::double precision[]) AS code;
SELECT d, season(d, 40.0), season(d, -34.0), season(d, 0), season(d, 'Australia'), season(d, 'US') FROM unnest('{2024-02-29,2024-03-01,2024-05-31,2024-06-01,2024-09-01,2024-12-01}'::date[]) AS d;
SELECT season('2024-10-01', 91.0), season('2024-10-01', 'NaN'::double precision), season('infinity', 40.0), season('2024-10-01', 'XX');
SELECT round(great_circle_km(36.12, -86.67, 33.94, -118.40)::numeric, 2) AS nashville_to_los_angeles, great_circle_km(91, 0, 0, 0), great_circle_km(0, 0, 0, 181), great_circle_km('NaN', 0, 0, 0);
SELECT nearest_place(50, 10, '{40,51,NaN}', '{10,10,10}'), nearest_place(50, 10, '{}', '{}'), nearest_place(91, 10, '{40}', '{10}'), nearest_place(50, 10, '{NaN,95}', '{10,10}');
-- the grid: a few cells around Denver and a coast
INSERT INTO climate_grid VALUES (39.75, -104.75, 'BSk'), (39.75, -105.25, 'Dfb'), (47.75, -122.25, 'Csb'), (25.75, -80.25, 'Am');
SELECT climate_zone(39.74, -104.99), climate_zone(39.74, -105.01), climate_zone(25.76, -79.5), climate_zone(25.76, -79.5, 10), climate_zone(0, 0), climate_zone(91, 0), climate_zone(0, 181), climate_zone('NaN', 0), climate_zone(NULL, 0);
SELECT climate_zone(0, 0, -1);
SELECT climate_zone(0, 0, 1001);
SELECT climate_zone(0, 0, 'NaN');
SELECT nearest_place(50, 10, '{1,2}', '{1}');
SELECT nearest_place(50, 10, '{1,NULL}', '{1,2}');
SELECT nearest_place(50, 10, '{{1,2}}', '{{1,2}}');
\set VERBOSITY terse
INSERT INTO climate_grid VALUES (39.7, -104.75, 'BSk');
INSERT INTO climate_grid VALUES (40.25, -104.75, 'XX');
INSERT INTO climate_grid VALUES (39.75, -104.75, 'BSk');
INSERT INTO ruca_code VALUES ('9021', 1);
INSERT INTO ruca_code VALUES ('90210', 11);
SELECT climate_grid_changed();
\set VERBOSITY default
-- rights: who may not read the table gets nothing out of the session's copy
CREATE ROLE regress_geographic;
GRANT USAGE ON SCHEMA customer_segments TO regress_geographic;
SET ROLE regress_geographic;
SELECT climate_zone(39.74, -104.99);
INSERT INTO climate_grid VALUES (40.25, -104.75, 'BSk');
RESET ROLE;
REVOKE SELECT ON climate_grid FROM PUBLIC;
SET ROLE regress_geographic;
SELECT climate_zone(39.74, -104.99);
RESET ROLE;
SELECT climate_zone(39.74, -104.99);
GRANT SELECT ON climate_grid TO PUBLIC;
ALTER TABLE climate_grid ENABLE ROW LEVEL SECURITY;
SET ROLE regress_geographic;
SELECT climate_zone(39.74, -104.99);
RESET ROLE;
ALTER TABLE climate_grid DISABLE ROW LEVEL SECURITY;
DROP OWNED BY regress_geographic;
DROP ROLE regress_geographic;

-- the views
CREATE SCHEMA shop;
CREATE TABLE shop.customers (customer_id text, country text, region text, city text, postal_code text, latitude numeric, longitude numeric);
CREATE TABLE shop.stores (store_id integer, latitude double precision, longitude double precision);
CREATE TABLE shop.orders (customer_id text, ordered_at timestamptz, amount numeric);
SELECT create_workspace('seg', 'shop');
INSERT INTO ruca_code VALUES ('98101', 1), ('80201', 1), ('39701', 4), ('39120', 7), ('39086', 10), ('97801', 10), ('60601', 99);
INSERT INTO shop.stores VALUES (1, 47.6062, -122.3321), (2, 51.5074, -0.1278), (3, 91, 0), (4, NULL, 0), (10, 51.5074, -0.1278);
INSERT INTO shop.customers VALUES
    ('Seattle, urban', 'US', 'WA', 'Seattle', '98101-1234', 47.61, -122.33),
    ('Oregon, rural', 'United States', 'Oregon', NULL, '97801', NULL, NULL),
    ('Denver, urban', 'USA', 'CO', 'Denver', '80201', 39.74, -104.99),
    ('Mississippi, rural', 'US', 'Mississippi', NULL, '39086', NULL, NULL),
    ('Mississippi, small town', 'US', 'MS', NULL, '39120', NULL, NULL),
    ('Mississippi, large town', 'US', 'MS', NULL, '39701', NULL, NULL),
    ('Chicago, not coded', 'US', 'IL', NULL, '60601', NULL, NULL),
    ('Miami, at sea', 'US', 'FL', NULL, '33101', 25.76, -79.5),
    ('Colorado by address', 'US', 'Colorado', NULL, '8020', NULL, NULL),
    ('London', 'UK', NULL, 'London', 'EC1A 1BB', 51.51, -0.13),
    ('Dublin', 'IE', NULL, 'Dublin', NULL, 53.35, -6.26),
    ('Sydney', 'AUS', 'NSW', 'Sydney', NULL, NULL, NULL),
    ('Puerto Rico, as a state', 'US', 'PR', NULL, NULL, NULL, NULL),
    ('Taiwan', 'TW', NULL, NULL, NULL, NULL, NULL),
    ('unknown state', 'US', 'Ontario', NULL, '98101x', NULL, NULL),
    ('US, no state', 'US', NULL, NULL, NULL, NULL, NULL),
    ('unknown country', 'Atlantis', 'WA', NULL, '98101', NULL, NULL),
    ('latitude 91', NULL, NULL, NULL, NULL, 91, 0), ('half a place', 'US', 'WA', NULL, NULL, 47.6, NULL), ('place 0, 0', NULL, NULL, NULL, NULL, 0, 0), ('nothing', NULL, NULL, NULL, NULL, NULL, NULL);
SELECT customer_id, country AS c, region, un_region, un_region_rank AS r, un_subregion, census_region, census_region_rank AS r, census_division, is_west_coast AS west, urbanity, urbanity_rank AS r
  FROM seg.geographic ORDER BY customer_id COLLATE "C";
SELECT customer_id, climate_zone AS zone, climate_by, climate, climate_rank AS r, has_snow_season AS snow, season, nearest_store_id AS store, round(nearest_store_km::numeric, 1) AS km, is_near_store AS near, n, reliable
  FROM seg.geographic ORDER BY customer_id COLLATE "C";

-- the named examples
SELECT customer_id AS west_coast_urban FROM seg.geographic WHERE is_west_coast AND urbanity = 'urban' ORDER BY 1;
SELECT customer_id AS southern_rural FROM seg.geographic WHERE census_region = 'South' AND urbanity = 'rural' ORDER BY 1;
SELECT customer_id AS uk_based FROM seg.geographic WHERE country = 'GB' ORDER BY 1;
SELECT customer_id AS snow_jackets_to_colorado FROM seg.geographic WHERE country = 'US' AND region = 'CO' AND has_snow_season AND season = 'autumn' ORDER BY customer_id COLLATE "C";
SELECT customer_id AS raincoats FROM seg.geographic WHERE country = 'US' AND (region = 'FL' OR city = 'Seattle') ORDER BY customer_id COLLATE "C";
SELECT customer_id AS near_a_store FROM seg.geographic WHERE is_near_store ORDER BY 1;
UPDATE seg.settings SET store_radius_km = 500, climate_reach_km = 10;
SELECT customer_id, climate_zone, climate_by, is_near_store FROM seg.geographic WHERE customer_id IN ('Dublin', 'Miami, at sea') ORDER BY 1;
SELECT customer_id, un_region, census_region, urbanity, climate, country, region, is_west_coast, has_snow_season FROM seg.customer_360 WHERE customer_id IN ('Seattle, urban', 'London', 'nothing') ORDER BY customer_id COLLATE "C";

-- demand: half of the orders from a quarter of the customers; countries and their first orders
DELETE FROM shop.customers;
INSERT INTO shop.customers SELECT s || ' ' || i, 'US', s FROM unnest('{CO,WA,FL,NY}'::text[]) s, generate_series(1, 30) i;
INSERT INTO shop.customers VALUES ('a Swede', 'SE'), ('a Norwegian', 'NO'), ('a Finn', 'FI'), ('lost', NULL);
INSERT INTO shop.orders SELECT 'CO ' || i, '2024-01-01', 10 FROM generate_series(1, 30) i, generate_series(1, 2) j;
INSERT INTO shop.orders SELECT s || ' ' || i, '2024-01-01', 10 FROM unnest('{WA,FL}'::text[]) s, generate_series(1, 30) i;
INSERT INTO shop.orders VALUES ('a Swede', '2024-07-17', 5), ('a Norwegian', '2024-07-16', 5), ('a Finn', '2024-10-15', 5), ('never registered', '2024-10-01', 5);
SELECT * FROM seg.regions;
UPDATE seg.settings SET region_min_customers = 31;
SELECT region, is_high_demand, reliable FROM seg.regions WHERE region = 'CO';
SELECT * FROM seg.countries;
SELECT drop_workspace('seg');
DROP TABLE shop.stores, shop.orders;
-- without stores, without orders, without people
SELECT create_workspace('seg', 'shop');
SELECT customer_id, country, nearest_store_id, climate_zone FROM seg.geographic WHERE customer_id = 'a Swede';
SELECT country, region, customers, orders, customer_share, order_share, demand_index, is_high_demand FROM seg.regions WHERE region = 'CO';
SELECT drop_workspace('seg');
DROP TABLE shop.customers;
SELECT create_workspace('seg', 'shop');
SELECT count(*) FROM seg.geographic;
SELECT count(*) FROM seg.regions;
SELECT count(*) FROM seg.countries;
SELECT drop_workspace('seg');
CREATE TABLE shop.customers (customer_id integer, country text, region text, latitude real, longitude real);
CREATE TABLE shop.stores (store_id integer, latitude double precision, longitude double precision);
INSERT INTO shop.customers VALUES (1, 'US', 'CO', 40, -105), (2, 'Atlantis', 'x', 91, 0), (3, 'US', 'Ontario', 0, 181), (4, '', '', 0, 0), (5, 'DE', 'Hessen', 50, NULL), (6, NULL, NULL, 'NaN', 5);
INSERT INTO shop.stores VALUES (1, 91, 0), (2, 50, 8);
SELECT relation, column_name, problem, detail FROM check_sources('shop') WHERE severity = 'warning' AND problem <> 'no index' ORDER BY 1, 2, 3;

-- high-income men from 30 to 45 in urban areas: one inside, and one outside by each of the conditions
CREATE SCHEMA urban;
CREATE TABLE urban.customers AS
SELECT * FROM (VALUES ('inside', date '1990-01-01', 'm', 150000, 'US', '98101'), ('rural', '1990-01-01', 'm', 150000, 'US', '97801'),
    ('woman', '1990-01-01', 'f', 150000, 'US', '98101'), ('of 46', '1978-10-15', 'm', 150000, 'US', '98101'), ('a dollar less', '1990-01-01', 'm', 149999, 'US', '98101'),
    ('abroad', '1990-01-01', 'm', 150000, 'MX', '98101')) AS v(customer_id, birth_date, gender, income, country, postal_code);
SELECT create_workspace('seg', 'urban');
SELECT customer_id FROM seg.customer_360 WHERE gender = 'male' AND marketing_age_band = '30-45' AND income_band = 'luxury' AND urbanity = 'urban';
SELECT drop_workspace('seg');
