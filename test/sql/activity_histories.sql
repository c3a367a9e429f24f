-- What activity_histories refuses, and in which words; who may read what; which customers it reads.
SET search_path = customer_segments, public;
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE SCHEMA histories_test;
SET search_path = histories_test, customer_segments, public;
CREATE TABLE clicks (customer_id integer, at timestamptz, kind text, value numeric, is_machine boolean, channel text);
\set SHOW_CONTEXT never
SELECT * FROM activity_histories(NULL, NULL::integer);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM activity_histories('clicks', NULL::integer, NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM activity_histories('clicks', NULL::text);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM activity_histories('clicks', NULL::integer, 'Mars/Olympus');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM activity_histories('clicks', NULL::integer, customers => 5);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM activity_histories('clicks', NULL::integer, customers => '{x}'::text[]);
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW no_customer AS SELECT at, kind FROM clicks;
SELECT * FROM activity_histories('no_customer', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW no_kind AS SELECT customer_id, at FROM clicks;
SELECT * FROM activity_histories('no_kind', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW dates AS SELECT customer_id, at::date AS at, kind FROM clicks;
SELECT * FROM activity_histories('dates', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW floats AS SELECT customer_id, at, kind, value::float8 AS value FROM clicks;
SELECT * FROM activity_histories('floats', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW points AS SELECT point(customer_id, 0) AS customer_id, at, kind FROM clicks;
SELECT * FROM activity_histories('points', NULL::point);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM activity_histories(0, NULL::integer);
\echo :LAST_ERROR_SQLSTATE
CREATE SEQUENCE numbers;
SELECT * FROM activity_histories('numbers', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
-- the words of the aggregate
INSERT INTO clicks VALUES (1, '2024-01-01', 'Email Opened');
SELECT * FROM activity_histories('clicks', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
UPDATE clicks SET kind = 'email_open', at = 'infinity';
SELECT * FROM activity_histories('clicks', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
UPDATE clicks SET at = '2024-01-01', value = 'NaN';
SELECT * FROM activity_histories('clicks', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
UPDATE clicks SET value = 1e-37;
SELECT * FROM activity_histories('clicks', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
-- what a machine did is no history, whatever it says
UPDATE clicks SET is_machine = true, kind = 'no kind', at = 'infinity', value = 'NaN';
INSERT INTO clicks VALUES (1, NULL, 'email_open', NULL, NULL, NULL), (2, NULL, NULL, NULL, NULL, NULL), (NULL, '2024-01-01', 'email_open', NULL, NULL, NULL),
    (3, '2024-01-02', 'page_view', 1.50, false, 'Web'), (3, '2024-01-01', 'page_view', NULL, NULL, ''), (3, '2024-01-02', NULL, 7, NULL, 'app');
SELECT * FROM activity_histories('clicks', NULL::integer) ORDER BY 1;
SELECT * FROM activity_histories('clicks', NULL::integer, customers => '{3,4,3,NULL}'::bigint[]);
SELECT * FROM activity_histories('clicks', NULL::integer, customers => '{}'::integer[]);
-- without a channel the history knows days only
CREATE VIEW plain AS SELECT customer_id, at, kind FROM clicks WHERE customer_id = 3;
SELECT * FROM activity_histories('plain', NULL::integer, 'America/New_York');
-- names that need quoting
CREATE TABLE "Rows; of a ""shop""" (customer_id text, at timestamptz, kind text);
INSERT INTO "Rows; of a ""shop""" VALUES ('a''b', '2024-01-01 12:00', 'login'), ('c', '2024-01-03', 'login');
SELECT * FROM activity_histories('"Rows; of a ""shop"""', NULL::text) WHERE customer_id = 'a''b';

-- a condition on the customer becomes an argument of the call
CREATE FUNCTION call(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
        IF line ~ 'Function Call' THEN RETURN NEXT regexp_replace(btrim(line), '\$\d+|\(InitPlan \d+\)\.col1', '<parameter>'); END IF;
    END LOOP;
END $$;
CREATE VIEW seen AS SELECT e.customer_id, e.events FROM activity_histories('clicks', NULL::integer) e ORDER BY NULL::integer;
SELECT call('SELECT * FROM seen');
SELECT call('SELECT * FROM seen WHERE customer_id = 3');
SELECT call('SELECT * FROM seen WHERE 3::bigint = customer_id AND events > 0');
SELECT call('SELECT * FROM seen WHERE customer_id IN (1, 3)');
SELECT call('SELECT * FROM seen JOIN (SELECT 3 AS id) o ON o.id = customer_id');
SELECT call('SELECT * FROM seen WHERE customer_id = (SELECT min(customer_id) FROM clicks)');
SELECT call('SELECT * FROM clicks c CROSS JOIN LATERAL (SELECT * FROM seen s WHERE s.customer_id = c.customer_id OFFSET 0) s');
SELECT call('SELECT * FROM activity_histories(''clicks'', NULL::integer) WHERE customer_id = 3');
-- not what does not leave these customers alone, changes from row to row, or stands beside other rows
SELECT call('SELECT * FROM seen WHERE customer_id = 3 OR events = 2');
SELECT call('SELECT * FROM seen WHERE customer_id <> 3');
SELECT call('SELECT * FROM seen WHERE customer_id = ALL (''{3}'')');
SELECT call('SELECT * FROM seen WHERE customer_id = events');
SELECT call('SELECT * FROM seen WHERE customer_id = (random() * 3)::integer');
SELECT call('SELECT * FROM activity_histories(''clicks'', NULL::integer) WITH ORDINALITY WHERE customer_id = 3');
SELECT call('SELECT * FROM ROWS FROM (activity_histories(''clicks'', NULL::integer), generate_series(1, 9)) AS r WHERE customer_id = 3');
SELECT call('SELECT a.* FROM activity_histories(''clicks'', NULL::integer) a, activity_histories(''clicks'', NULL::integer) b WHERE a.customer_id = 3');
SELECT call('SELECT a.* FROM activity_histories(''clicks'', NULL::integer) a, activity_histories(''clicks'', NULL::integer) b WHERE b.customer_id = 3');
SELECT call('SELECT * FROM activity_histories(''clicks'', NULL::integer, customers => ''{1}''::integer[]) WHERE customer_id = 3');
SELECT ordinality FROM activity_histories('clicks', NULL::integer) WITH ORDINALITY WHERE customer_id IS NULL;
-- and the rows are those
SELECT * FROM seen WHERE customer_id = 3;
SELECT * FROM seen WHERE 3::bigint = customer_id;
SELECT * FROM seen WHERE customer_id IN (1, 3) ORDER BY 1;
SELECT * FROM seen WHERE customer_id = NULL;
PREPARE one(bigint) AS SELECT * FROM seen WHERE customer_id = $1;
PREPARE several(integer[]) AS SELECT * FROM seen WHERE customer_id = ANY ($1) ORDER BY 1;
SET plan_cache_mode = force_generic_plan;
EXECUTE one(3);
EXECUTE one(1);
EXECUTE one(NULL);
EXECUTE one(9000000000);
EXECUTE several('{1,3}');
EXECUTE several(NULL);
SELECT call('EXECUTE several(NULL)');
RESET plan_cache_mode;
SELECT c.customer_id, s.events FROM (SELECT DISTINCT customer_id FROM clicks) c LEFT JOIN LATERAL (SELECT * FROM seen s WHERE s.customer_id = c.customer_id OFFSET 0) s ON true ORDER BY 1;

-- the caller's rights hold, those of rows too
CREATE ROLE histories_reader;
GRANT USAGE ON SCHEMA histories_test, customer_segments TO histories_reader;
SET ROLE histories_reader;
SELECT * FROM activity_histories('clicks', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
GRANT SELECT ON clicks TO histories_reader;
ALTER TABLE clicks ENABLE ROW LEVEL SECURITY;
CREATE POLICY some_customers ON clicks USING (customer_id = 3);
SET ROLE histories_reader;
SELECT customer_id, events FROM activity_histories('clicks', NULL::integer);
SELECT customer_id, events FROM activity_histories('clicks', NULL::integer) WHERE customer_id = 1;
RESET ROLE;
SET client_min_messages = warning;
DROP OWNED BY histories_reader;
DROP ROLE histories_reader;
DROP SCHEMA histories_test CASCADE;
