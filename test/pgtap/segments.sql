-- segments: whatever text is given, define_segment refuses it or keeps it as one expression; nothing beside it is ever run.
BEGIN;
SET search_path = customer_segments, public;
SET LOCAL client_min_messages = warning;
SELECT plan(5);
CREATE SCHEMA shop;
CREATE TABLE shop.orders AS SELECT n % 50 AS customer_id, timestamptz '2024-01-01Z' + n * interval '1 hour' AS ordered_at, 10.0 AS amount FROM generate_series(1, 500) AS n;
SET LOCAL customer_segments.as_of = '2024-03-01';
SELECT create_workspace('seg', 'shop');
CREATE TABLE ran (n int);
CREATE FUNCTION pg_temp.try(predicate text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM define_segment('seg', 'tried', predicate);
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END;
$$;
-- random strings of pieces that open, close, hide and end
SELECT setseed(0.11);
CREATE TEMP TABLE tried AS
    SELECT n, predicate, pg_temp.try(predicate) AS state FROM (
        SELECT n, (ARRAY['', 'true', 'orders > 1', '(orders > 1)', 'net_revenue > 20 OR orders < 5'])[1 + n % 5]
               || string_agg(p[1 + floor(random() * array_length(p, 1))::int], '') AS predicate
        FROM generate_series(1, 900) AS n, generate_series(1, 1 + n % 7) AS k,
             (VALUES ('{true," OR ",(,),'',"''''",E''\\\\,--,"\n",/*,*/,$$,$a$,;,"INSERT INTO ran VALUES (1)","\"",E,U&,"orders > 1"," AND ","segment(''rfm:lost'')",",",CASE," WHEN "," THEN "," END"}'::text[])) AS v (p)
        GROUP BY n) AS r;
SELECT ok(count(*) FILTER (WHERE state IS NULL) BETWEEN 20 AND 880, format('%s of 900 were one expression', count(*) FILTER (WHERE state IS NULL))) FROM tried;
SELECT is((SELECT array_agg(DISTINCT state ORDER BY state) FROM tried WHERE state IS NOT NULL AND state NOT LIKE '42%' AND state NOT LIKE '22%' AND state NOT LIKE '0A%'), NULL, 'the others are errors of syntax or of names');
CREATE FUNCTION pg_temp.members(predicate text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
    PERFORM define_segment('seg', 'tried', predicate);
    SELECT count(*) INTO n FROM segment_members_as_of('seg', 'tried', '2024-03-01', NULL::int);
    RETURN n;
END;
$$;
SELECT ok(bool_and(pg_temp.members(predicate) BETWEEN 0 AND 50), 'each that was taken can be run') FROM (SELECT predicate FROM tried WHERE state IS NULL ORDER BY n LIMIT 4) AS t;
-- an expression and its negation share nobody and leave out nobody: neither can reach over its parentheses
SELECT ok(bool_and(pg_temp.members(predicate) + pg_temp.members(E'NOT (\n' || predicate || E'\n)') = 50), 'and is one operand')
FROM (SELECT predicate FROM tried WHERE state IS NULL ORDER BY n LIMIT 4) AS t;
SELECT is((SELECT count(*) FROM ran), 0::bigint, 'nothing else was run');
SELECT * FROM finish();
ROLLBACK;
