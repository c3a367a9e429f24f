--@ title Climate by coordinates: climate_zone against a join with the table
-- Two million places on land, each anywhere in its cell, and the whole grid of 259,200 cells, all of them land (a tenth of each in
-- the smoke run).  The join computes the cell of a place and meets the table by its key.  Scan is what reading the places costs.
--@ variant one process: max_parallel_workers_per_gather=0 jit=off work_mem=1GB
--@ setup
TRUNCATE climate_grid;
INSERT INTO climate_grid
SELECT a / 2.0 - 90 + 0.25, b / 2.0 - 180 + 0.25, (ARRAY['Af', 'BSk', 'Cfa', 'Dfb', 'ET'])[1 + (a * 7 + b * 3) % 5]
FROM generate_series(0, 359) AS a, generate_series(0, 719) AS b;
VACUUM (FREEZE, ANALYZE) climate_grid;
DROP TABLE IF EXISTS place;
CREATE TABLE place AS
SELECT degrees(asin(2 * (i * 0.7548776662466927 % 1)::double precision - 1)) AS latitude, 360 * (i * 0.5698402909980532 % 1)::double precision - 180 AS longitude
FROM generate_series(1, 2 * (SELECT count(*) FROM (SELECT DISTINCT customer_id FROM orders) AS c)::integer) AS i;
VACUUM (FREEZE, ANALYZE) place;
CREATE OR REPLACE FUNCTION calls_a_second(query text, n numeric) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    t timestamptz;
    best interval;
BEGIN
    FOR i IN 1 .. 4 LOOP
        t := clock_timestamp();
        EXECUTE query;
        -- the first fills caches
        IF i > 1 THEN best := LEAST(best, clock_timestamp() - t); END IF;
    END LOOP;
    RETURN round(n / EXTRACT(epoch FROM best));
END
$$;
--@ check both find the same class
SELECT count(*) = (SELECT count(*) FROM place) AND bool_and(climate_zone(p.latitude, p.longitude) = g.koeppen)
FROM place AS p JOIN climate_grid AS g ON g.latitude = floor(p.latitude * 2) / 2 + 0.25 AND g.longitude = floor(p.longitude * 2) / 2 + 0.25
--@ rival join
SELECT g.koeppen FROM place AS p
JOIN climate_grid AS g ON g.latitude = floor(p.latitude * 2) / 2 + 0.25 AND g.longitude = floor(p.longitude * 2) / 2 + 0.25
--@ rival climate_zone
SELECT climate_zone(latitude, longitude) FROM place
--@ rival scan
SELECT latitude, longitude FROM place
--@ compare climate_zone / join <= 0.5
--@ report Look-ups a second on one core: best of three, reading the places included
SELECT a_second, a_second >= bar AS met, bar
  FROM (SELECT calls_a_second('SELECT count(climate_zone(latitude, longitude)) FROM place', (SELECT count(*) FROM place)) AS a_second, 2000000 AS bar) AS v
