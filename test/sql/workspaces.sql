-- create_workspace and drop_workspace: names, types, rights, errors, and that nothing stays behind.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
SET client_min_messages = warning;
SET jit = off;
SET search_path = customer_segments, public;
SET customer_segments.as_of = '2024-07-01';

CREATE VIEW objects AS
    SELECT 'class' AS kind, relnamespace::regnamespace::text || '.' || relname AS name FROM pg_class
    UNION ALL SELECT 'type', typnamespace::regnamespace::text || '.' || typname FROM pg_type
    UNION ALL SELECT 'proc', oid::regprocedure::text FROM pg_proc
    UNION ALL SELECT 'constraint', connamespace::regnamespace::text || '.' || conname FROM pg_constraint
    UNION ALL SELECT 'schema', nspname FROM pg_namespace;
CREATE TABLE before AS SELECT * FROM objects;
INSERT INTO before SELECT * FROM objects WHERE (kind, name) NOT IN (SELECT * FROM before);
SELECT (SELECT count(*) FROM pg_depend) AS depend, (SELECT count(*) FROM pg_shdepend) AS shdepend, (SELECT count(*) FROM pg_description) AS description \gset

CREATE SCHEMA shop;
CREATE TABLE shop.orders (customer_id bigint, ordered_at timestamptz, amount numeric(12,2), order_id bigint);
INSERT INTO shop.orders VALUES (1, '2024-05-01 10:00Z', 20, 1), (1, '2024-06-01 10:00Z', 30, 2), (2, '2024-06-15 23:30Z', 40, 3);
SELECT create_workspace('seg', 'shop');
SELECT relname, obj_description(c.oid) FROM pg_class c WHERE relnamespace = 'seg'::regnamespace AND relkind IN ('r', 'v') ORDER BY relname;

-- a comment on every relation and column, security_invoker on every view, only types that dashboards read
SELECT relname FROM pg_class c WHERE relnamespace = 'seg'::regnamespace AND relkind = 'v' AND NOT reloptions @> '{security_invoker=true}';
SELECT relname, attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE relnamespace = 'seg'::regnamespace AND relkind IN ('r', 'v') AND attnum > 0 AND col_description(c.oid, attnum) IS NULL;
SELECT relname, attname, format_type(atttypid, atttypmod) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE relnamespace = 'seg'::regnamespace AND relkind = 'v' AND attnum > 0
  AND format_type(atttypid, atttypmod) !~ '^(integer|bigint|numeric\(\d+,\d+\)|double precision|text|boolean|date|timestamp with time zone)$'
ORDER BY 1, 2;
SELECT * FROM seg.settings \gx

-- what is asked of the views follows the settings at once, and the settings are checked
SELECT customer_id, first_order_on, last_order_on FROM seg.customer_orders ORDER BY 1;
UPDATE seg.settings SET time_zone = 'Pacific/Auckland';
SELECT customer_id, first_order_on, last_order_on FROM seg.customer_orders ORDER BY 1;
UPDATE seg.settings SET time_zone = 'Mars/Olympus';
-- terse: the row would show every setting there is
\set VERBOSITY terse
UPDATE seg.settings SET rfm_bins = 1;
UPDATE seg.settings SET rfm_method = 'fixed';
UPDATE seg.settings SET cooling_days = 10;
INSERT INTO seg.settings (only_row, source, storage, time_zone) VALUES (false, 'shop', 'live', 'UTC');
\set VERBOSITY default

-- pinned cut points: scores no longer depend on the others, and a look-up of one customer reads one customer
UPDATE seg.settings SET rfm_method = 'fixed', rfm_breaks = rfm_breaks('2024-07-01', ARRAY[365, 180, 90, 30], ARRAY[2, 3, 4, 6]::bigint[], ARRAY[10, 20, 50, 100]::numeric[]);
SELECT customer_id, rfm_score, segment, reliable FROM seg.rfm ORDER BY 1;
UPDATE seg.settings SET rfm_method = 'rank', rfm_breaks = NULL, rfm_window_days = 20;
SELECT customer_id, rfm_score, segment, segment_rank, orders, n, reliable FROM seg.rfm ORDER BY 1;
UPDATE seg.settings SET rfm_window_days = NULL, rfm_bins = 10;
DELETE FROM seg.rfm_rule;
INSERT INTO seg.rfm_rule SELECT * FROM rfm_preset('default', 10);
INSERT INTO seg.rfm_rule VALUES (98, 'last'); -- 98 and 99 are of labels that no rule gives
SELECT customer_id, rfm_score, segment FROM seg.rfm ORDER BY 1;

-- what others made stays; what they built on a view of ours is in the way
CREATE VIEW public.mine AS SELECT * FROM seg.rfm;
SELECT drop_workspace('seg');
SELECT count(*) AS still_there FROM seg.rfm;
DROP VIEW public.mine;
CREATE TABLE seg.notes (note text);
SET client_min_messages = notice;
SELECT drop_workspace('seg');
SELECT relname FROM pg_class WHERE relnamespace = 'seg'::regnamespace AND relkind IN ('r', 'v');
SELECT drop_workspace('seg');
SET client_min_messages = warning;
DROP SCHEMA seg CASCADE;

-- errors name the thing and the remedy, and leave nothing half made
SELECT create_workspace('seg', 'nowhere');
SELECT create_workspace('shop', 'shop');
SELECT create_workspace('seg', 'shop', storage => 'cloud');
SELECT create_workspace('seg', 'shop', time_zone => 'Mars/Olympus');
SELECT create_workspace(NULL, 'shop');
CREATE SCHEMA bad;
CREATE VIEW bad.orders AS SELECT 1 AS customer_id, now() AS ordered_at;
SELECT create_workspace('seg', 'bad');
CREATE OR REPLACE VIEW bad.orders AS SELECT 1 AS customer_id, now() AS ordered_at, 'much'::text AS amount;
SELECT create_workspace('seg', 'bad');
DROP VIEW bad.orders;
CREATE VIEW bad.orders AS SELECT json '1' AS customer_id, now() AS ordered_at, 1 AS amount;
SELECT create_workspace('seg', 'bad');
DROP VIEW bad.orders;
CREATE VIEW bad.orders AS SELECT 1 AS customer_id, '2024-01-01'::text AS ordered_at, 1 AS amount;
SELECT create_workspace('seg', 'bad');
DROP VIEW bad.orders;
CREATE VIEW bad.orders AS SELECT 1 AS customer_id, now() AS ordered_at, 1 AS amount;
CREATE VIEW bad.refunds AS SELECT now() AS refunded_at, 1 AS amount;
SELECT create_workspace('seg', 'bad');
DROP VIEW bad.refunds;
CREATE VIEW bad.refunds AS SELECT 1 AS order_id, now() AS refunded_at, 1 AS amount;
SELECT create_workspace('seg', 'bad');
DROP VIEW bad.refunds;
CREATE VIEW bad.refunds AS SELECT 'a'::text AS customer_id, now() AS refunded_at, 1 AS amount;
SELECT create_workspace('seg', 'bad');
DROP VIEW bad.refunds;
CREATE VIEW bad.customers AS SELECT '1'::text AS customer_id;
SELECT create_workspace('seg', 'bad');
\set VERBOSITY sqlstate
SELECT create_workspace('seg', 'bad');
SELECT create_workspace('seg', 'nowhere');
SELECT create_workspace('shop', 'shop');
SELECT drop_workspace('public');
\set VERBOSITY default
SELECT drop_workspace('public');
SELECT count(*) AS left_over FROM pg_namespace WHERE nspname = 'seg';
DROP SCHEMA bad CASCADE;

-- currencies: never added, converted at the last rate of the order's day, or an error that says what is missing
ALTER TABLE shop.orders ADD currency char(3);
UPDATE shop.orders SET currency = CASE order_id WHEN 2 THEN 'USD' ELSE 'EUR' END;
SELECT create_workspace('seg', 'shop');
SELECT create_workspace('seg', 'shop', currency => 'EUR');
SELECT customer_id, revenue, currency FROM seg.customer_orders WHERE customer_id = 2;
SELECT customer_id, revenue, currency FROM seg.customer_orders;
SELECT drop_workspace('seg');
CREATE TABLE shop.exchange_rates (currency text, valid_on date, rate double precision);
INSERT INTO shop.exchange_rates VALUES ('USD', '2024-06-02', 0.5), ('USD', '2024-01-01', 0.9), ('USD', '2023-01-01', 0.1);
SELECT create_workspace('seg', 'shop', currency => 'EUR');
SELECT customer_id, revenue, currency FROM seg.customer_orders ORDER BY 1;
UPDATE shop.exchange_rates SET rate = 0 WHERE valid_on = '2024-01-01';
SELECT sum(revenue) FROM seg.customer_orders;
DELETE FROM shop.exchange_rates WHERE valid_on < '2024-06-02';
SELECT sum(revenue) FROM seg.customer_orders;
UPDATE seg.settings SET currency = NULL;
SELECT sum(revenue) FROM seg.customer_orders;
SELECT drop_workspace('seg');
DROP SCHEMA shop CASCADE;

-- an empty schema; orders alone; tables with no rows; one customer with one order
CREATE SCHEMA shop;
SET client_min_messages = notice;
SELECT create_workspace('seg', 'shop');
SET client_min_messages = warning;
SELECT (SELECT count(*) FROM seg.customer_orders), (SELECT count(*) FROM seg.rfm), (SELECT count(*) FROM seg.lifecycle),
       (SELECT count(*) FROM seg.customer_360), (SELECT count(*) FROM seg.segment_summary), (SELECT count(*) FROM seg.cohort_retention);
SELECT drop_workspace('seg');
CREATE TABLE shop.customers (customer_id uuid);
INSERT INTO shop.customers VALUES ('00000000-0000-4000-8000-000000000001'), (NULL);
SELECT create_workspace('seg', 'shop');
SELECT customer_id, is_registered, orders, net_revenue, rfm, buyer_type, life_cycle, activity, rhythm FROM seg.customer_360;
SELECT drop_workspace('seg');
CREATE TABLE shop.orders (customer_id uuid, ordered_at date, amount bigint);
CREATE TABLE shop.refunds (customer_id uuid, refunded_at timestamp, amount bigint);
CREATE TABLE shop.events (customer_id uuid, event_type text, occurred_at timestamptz);
SELECT create_workspace('seg', 'shop');
SELECT (SELECT count(*) FROM seg.customer_orders), (SELECT count(*) FROM seg.rfm), (SELECT count(*) FROM seg.lifecycle),
       (SELECT count(*) FROM seg.customer_360), (SELECT count(*) FROM seg.segment_summary), (SELECT count(*) FROM seg.cohort_retention);
INSERT INTO shop.orders VALUES ('00000000-0000-4000-8000-000000000001', '2024-06-20', 17);
SELECT customer_id, orders, first_order_at, revenue, average_order_value FROM seg.customer_orders;
SELECT customer_id, rfm_score, segment, n, reliable FROM seg.rfm;
SELECT customer_id, buyer_type, life_cycle, activity, rhythm, early_repeat, n, reliable FROM seg.lifecycle;
SELECT * FROM seg.cohort_retention;
SELECT segmentation, segment, customers, net_revenue, revenue_share FROM seg.segment_summary;
SELECT drop_workspace('seg');
DROP SCHEMA shop CASCADE;

-- names that need quotes, keys of every kind, columns in any order
CREATE FUNCTION try_key(key_type text, a text, b text) RETURNS TABLE (customer text, orders bigint, net_revenue numeric, rfm text) LANGUAGE plpgsql AS $$
BEGIN
    CREATE SCHEMA "the ""Shop"", 100% 'ours'";
    EXECUTE format('CREATE TABLE "the ""Shop"", 100%% ''ours''".orders (amount real, "Extra Column" text, order_id %1$s, ordered_at timestamp, customer_id %1$s)', key_type);
    EXECUTE format('CREATE TABLE "the ""Shop"", 100%% ''ours''".refunds (amount real, order_id %1$s, refunded_at timestamp)', key_type);
    EXECUTE format('CREATE TABLE "the ""Shop"", 100%% ''ours''".customers (customer_id %s)', key_type);
    EXECUTE format('INSERT INTO "the ""Shop"", 100%% ''ours''".orders VALUES (10.5, ''x'', %1$L, ''2024-06-01'', %1$L), (1, ''x'', %2$L, ''2024-06-02'', %2$L), (2, NULL, NULL, ''2024-06-02'', NULL)', a, b);
    EXECUTE format('INSERT INTO "the ""Shop"", 100%% ''ours''".refunds VALUES (0.5, %L, ''2024-06-03'')', a);
    EXECUTE format('INSERT INTO "the ""Shop"", 100%% ''ours''".customers VALUES (%L)', b);
    PERFORM create_workspace('My "Segments" %I', 'the "Shop", 100% ''ours''');
    RETURN QUERY EXECUTE 'SELECT customer_id::text, orders, net_revenue, rfm FROM "My ""Segments"" %I".customer_360 ORDER BY 1';
    PERFORM drop_workspace('My "Segments" %I');
    DROP SCHEMA "the ""Shop"", 100% 'ours'" CASCADE;
END;
$$;
CREATE DOMAIN "Customer No" AS text CHECK (VALUE <> 'x');
CREATE TYPE "Kind" AS ENUM ('b', 'a');
SELECT * FROM try_key('bigint', '1', '-9223372036854775808');
SELECT * FROM try_key('integer', '1', '2');
SELECT * FROM try_key('uuid', '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002');
SELECT * FROM try_key('text', 'Robert''); DROP TABLE students; --', 'NULL');
SELECT * FROM try_key('varchar(20)', 'a', 'b');
SELECT * FROM try_key('char(5)', 'a', 'b');
SELECT * FROM try_key('"Customer No"', 'a', 'b');
SELECT * FROM try_key('"Kind"', 'a', 'b');
SELECT * FROM try_key('integer[]', '{1,2}', '{1,3}');
SELECT * FROM try_key('numeric', '1.0', '2');
DROP FUNCTION try_key;
-- keys of one family may differ between relations; the type of orders is kept
CREATE SCHEMA shop;
CREATE TABLE shop.orders (customer_id bigint, order_id bigint, ordered_at date, amount integer);
CREATE TABLE shop.refunds (customer_id smallint, order_id integer, refunded_at date, amount integer);
CREATE TABLE shop.customers (customer_id integer);
INSERT INTO shop.orders VALUES (1, 10, '2024-06-01', 30), (2, 11, '2024-06-01', 30);
INSERT INTO shop.refunds VALUES (NULL, 10, '2024-06-02', 30), (2, NULL, '2024-06-02', 5);
INSERT INTO shop.customers VALUES (1), (3);
SELECT create_workspace('seg', 'shop');
SELECT pg_typeof(customer_id), customer_id, is_registered, orders, net_revenue FROM seg.customer_360 ORDER BY 2;
SELECT drop_workspace('seg');
ALTER TABLE shop.orders ALTER customer_id TYPE text, ALTER order_id TYPE varchar(9);
ALTER TABLE shop.refunds ALTER customer_id TYPE varchar(20), ALTER order_id TYPE char(5);
ALTER TABLE shop.customers ALTER customer_id TYPE char(3);
SELECT create_workspace('seg', 'shop');
SELECT pg_typeof(customer_id), customer_id, is_registered, orders, net_revenue FROM seg.customer_360 ORDER BY 2;
SELECT drop_workspace('seg');
ALTER TABLE shop.orders ALTER order_id TYPE smallint USING order_id::smallint;
ALTER TABLE shop.refunds ALTER order_id TYPE integer USING order_id::integer;
SELECT create_workspace('seg', 'shop');
DROP SCHEMA shop CASCADE;
DROP TYPE "Kind";
DROP DOMAIN "Customer No";

-- rights: a reader needs the views and the sources, nothing else; row-level security of a table below holds
CREATE SCHEMA data;
CREATE TABLE data.orders (tenant text, customer_id integer, ordered_at timestamptz, amount numeric);
INSERT INTO data.orders VALUES ('a', 1, '2024-06-01Z', 10), ('a', 2, '2024-06-02Z', 20), ('b', 3, '2024-06-03Z', 40);
CREATE SCHEMA shop;
CREATE VIEW shop.orders WITH (security_invoker = true) AS SELECT customer_id, ordered_at, amount FROM data.orders;
SELECT create_workspace('seg', 'shop');
CREATE ROLE cseg_reader;
SET ROLE cseg_reader;
SELECT count(*) FROM seg.customer_360;
RESET ROLE;
GRANT USAGE ON SCHEMA seg, shop, data TO cseg_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA seg TO cseg_reader;
SET ROLE cseg_reader;
SELECT count(*) FROM seg.customer_360;
RESET ROLE;
GRANT SELECT ON shop.orders, data.orders TO cseg_reader;
SET ROLE cseg_reader;
SELECT count(*), sum(net_revenue) FROM seg.customer_360;
UPDATE seg.settings SET rfm_bins = 3;
RESET ROLE;
ALTER TABLE data.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON data.orders USING (tenant = 'a');
SET ROLE cseg_reader;
SELECT count(*), sum(net_revenue) FROM seg.customer_360;
SELECT customer_id, rfm_score FROM seg.rfm ORDER BY 1;
SELECT sum(customers) FROM seg.cohort_retention WHERE months_since = 0;
RESET ROLE;
GRANT USAGE ON SCHEMA customer_segments TO cseg_reader;
SET ROLE cseg_reader;
\set VERBOSITY sqlstate
SELECT drop_workspace('seg');
SELECT create_workspace('reader''s own', 'shop');
\set VERBOSITY default
RESET ROLE;
SELECT drop_workspace('seg');

-- a role that is no superuser makes, changes and drops a workspace of its own
SELECT format('GRANT CREATE ON DATABASE %I TO cseg_reader', current_database()) AS allow, format('REVOKE CREATE ON DATABASE %I FROM cseg_reader', current_database()) AS revoke \gset
SET client_min_messages = error;
:allow;
SET ROLE cseg_reader;
SELECT create_workspace('reader''s own', 'shop');
UPDATE "reader's own".settings SET rfm_bins = 4;
SELECT customer_id, rfm_score FROM "reader's own".rfm ORDER BY 1;
SELECT count(*) FROM check_sources('shop') WHERE severity = 'error';
SELECT drop_workspace('reader''s own');
-- what looks like a workspace but is a view is none: it would run its owner's code
CREATE SCHEMA trap;
CREATE FUNCTION trap.spring() RETURNS name LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'sprung for %', current_user; END; $$;
CREATE VIEW trap.workspace_object AS SELECT 1 AS position, trap.spring() AS name;
RESET ROLE;
SELECT drop_workspace('trap');
-- nor is a table whose columns run it in a cast
DROP VIEW trap.workspace_object;
CREATE TYPE trap.bait AS (hook integer);
CREATE FUNCTION trap.bite(trap.bait) RETURNS name LANGUAGE sql AS 'SELECT trap.spring()';
CREATE CAST (trap.bait AS name) WITH FUNCTION trap.bite(trap.bait) AS IMPLICIT;
CREATE TABLE trap.workspace_object AS SELECT 1 AS position, ROW(1)::trap.bait AS name;
SELECT drop_workspace('trap');
DROP SCHEMA trap CASCADE;
:revoke;
SET client_min_messages = warning;
REVOKE USAGE ON SCHEMA customer_segments FROM cseg_reader;
DROP SCHEMA shop, data CASCADE;
DROP ROLE cseg_reader;

-- a part that a stranger puts into our schema is no member of the extension and does not run
CREATE SCHEMA shop;
CREATE FUNCTION customer_segments.workspace_part_00_stranger(workspace name, source name) RETURNS text LANGUAGE sql AS $$ SELECT (1 / 0)::text $$;
SELECT create_workspace('seg', 'shop');
SELECT drop_workspace('seg');
DROP FUNCTION customer_segments.workspace_part_00_stranger;
DROP SCHEMA shop CASCADE;

-- nothing is left of all this, and nothing is missing
SELECT 'left over' AS problem, * FROM (SELECT * FROM objects EXCEPT SELECT * FROM before) a
UNION ALL SELECT 'missing', * FROM (SELECT * FROM before EXCEPT SELECT * FROM objects) b;
SELECT (SELECT count(*) FROM pg_depend) - :depend AS depend, (SELECT count(*) FROM pg_shdepend) - :shdepend AS shdepend,
       (SELECT count(*) FROM pg_description) - :description AS description;
