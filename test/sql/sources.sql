-- check_sources: what it finds in a source schema; it changes nothing.
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
SET client_min_messages = warning;
SET search_path = customer_segments, public;
\set SHOW_CONTEXT never

-- a good source: every relation, every needed column, indexes where they belong
CREATE SCHEMA good;
CREATE TABLE good.orders (order_id bigint PRIMARY KEY, customer_id bigint NOT NULL, ordered_at timestamptz NOT NULL, amount numeric(12,2) NOT NULL);
CREATE INDEX ON good.orders (customer_id);
CREATE TABLE good.customers (customer_id bigint PRIMARY KEY, email text);
INSERT INTO good.orders VALUES (1, 1, '2024-01-01Z', 10);
INSERT INTO good.customers VALUES (1, 'a@example.com');
SELECT relation, severity, problem, count(*) FROM check_sources('good') WHERE severity IN ('warning', 'error') OR problem = 'found' GROUP BY 1, 2, 3 ORDER BY 1, 3;

-- a bad one: everything that can be wrong, in views over tables whose names need quotes
CREATE SCHEMA "Bad Shop";
CREATE TABLE "Bad Shop"."the Orders" ("User Id" text, created timestamp, total double precision, id integer, currency text);
INSERT INTO "Bad Shop"."the Orders" VALUES
    ('a', '2024-01-01', 10, 1, 'EUR'), (NULL, '2024-01-02', 10, 2, 'EUR'), ('', '2024-01-02', 10, 3, 'USD'), ('b', NULL, 10, 4, 'USD'),
    ('c', 'infinity', 10, 5, 'EUR'), ('c', '9999-01-01', 10, 6, 'EUR'), ('c', '2024-01-03', 0, 7, 'EUR'), ('c', '2024-01-04', -5, 8, 'EUR'),
    ('c', '2024-01-05', NULL, 9, 'EUR'), ('c', '2024-01-05', 'NaN', 9, 'EUR'), ('c', '2024-01-05', 1, 9, NULL), ('c', '-infinity', 10, 10, 'EUR');
CREATE VIEW "Bad Shop".orders AS SELECT "User Id" AS customer_id, created AS ordered_at, total AS amount, id AS order_id, currency, 'x' AS whatever FROM "Bad Shop"."the Orders";
CREATE TABLE "Bad Shop".refunds (refunded_at date, amount text);
CREATE TABLE "Bad Shop".events (customer_id json, event_type text, occurred_at text);
CREATE TABLE "Bad Shop".customers (customer_id text, birth_date timestamptz, signed_up_at timestamptz);
INSERT INTO "Bad Shop".customers VALUES ('a', NULL, '2024-01-01Z'), ('a', NULL, '9999-01-01Z'), (NULL, NULL, NULL);
CREATE TABLE "Bad Shop".exchange_rates (currency text, valid_on date, rate numeric);
INSERT INTO "Bad Shop".exchange_rates VALUES ('GBP', '2024-01-01', 0), ('GBP', '2024-01-01', 1);
CREATE TABLE "Bad Shop"."Orders" (x integer);
SELECT relation, column_name, severity, problem, detail FROM check_sources('Bad Shop') WHERE severity <> 'ok' AND NOT (severity = 'info' AND problem IN ('missing', 'not there'));
-- every line that is not ok says what to do
SELECT count(*) FROM check_sources('Bad Shop') WHERE severity <> 'ok' AND remedy IS NULL;
-- an optional relation or column is no more than information
SELECT relation, column_name, severity, problem, detail, remedy FROM check_sources('Bad Shop') WHERE relation IN ('stores', 'refunds') ORDER BY 1, 2;

-- rates mend it
INSERT INTO "Bad Shop".exchange_rates VALUES ('USD', '2024-01-01', 0.9);
SELECT count(*) FROM check_sources('Bad Shop') WHERE problem = 'several currencies without rates';

-- an empty currency is the workspace's own, as one that is not there: no second one without a rate
CREATE SCHEMA own;
CREATE TABLE own.exchange_rates AS SELECT 'USD' AS currency, date '2024-01-01' AS valid_on, 0.9 AS rate;
CREATE TABLE own.orders AS SELECT i AS customer_id, i AS order_id, timestamptz '2024-01-01Z' AS ordered_at, 1.0 AS amount, (ARRAY['EUR', 'USD', '', NULL])[i] AS currency FROM generate_series(1, 4) i;
SELECT severity, problem, detail FROM check_sources('own') WHERE (relation, column_name) = ('orders', 'currency');
UPDATE own.orders SET currency = 'GBP' WHERE customer_id = 2;
SELECT severity, problem, detail FROM check_sources('own') WHERE (relation, column_name) = ('orders', 'currency');
DROP SCHEMA own CASCADE;

-- an expression index is found through the view; a missing one is not made up
SELECT problem FROM check_sources('Bad Shop') WHERE (relation, column_name, problem) = ('orders', 'customer_id', 'no index');
CREATE INDEX ON "Bad Shop"."the Orders" ("User Id");
SELECT problem FROM check_sources('Bad Shop') WHERE (relation, column_name, problem) = ('orders', 'customer_id', 'no index');

-- it reads only: in a transaction that may not write, and every relation once
BEGIN READ ONLY;
SELECT count(*) > 0 AS works FROM check_sources('Bad Shop');
COMMIT;
SET track_functions = 'all';
CREATE FUNCTION counted(i integer) RETURNS integer LANGUAGE plpgsql VOLATILE AS $$ BEGIN RETURN i; END; $$;
CREATE SCHEMA once;
CREATE VIEW once.products AS SELECT counted(i) AS product_id, 'c'::text AS category FROM generate_series(1, 10) i;
BEGIN;
SELECT count(*) FROM check_sources('once') WHERE severity = 'error';
SELECT pg_stat_get_xact_function_calls('counted'::regproc) AS rows_read;
COMMIT;

-- suggest_sources: a draft from names and types
CREATE SCHEMA "My App";
SET search_path = "My App";
-- names in camelCase and with blanks, money in cents, a prefix, a type that will not do, words of SQL
CREATE TABLE "order" (id integer PRIMARY KEY, "userId" uuid, "createdAt" timestamp, total_cents bigint, "Currency Code" text, state text, "isTest" boolean);
CREATE TABLE web_orders (id integer, created_at timestamptz);
CREATE TABLE my_refund (payment integer, booked date, amount numeric, deleted_at timestamptz);
CREATE TABLE "order lines" ("order" integer, sku text, qty smallint, price money, "Unit Price" real);
CREATE TABLE events (user_id uuid, name text, at text, "time" timestamptz, value numeric) PARTITION BY RANGE ("time");
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE MATERIALIZED VIEW users AS SELECT 1 AS id, 'a@b.c' AS "eMail", date '2000-01-01' AS dob, timestamptz '2024-01-01Z' AS created_at, 'x' AS "Zip";
CREATE TABLE tax_rates (rate numeric);
CREATE TABLE shops (id integer, lat numeric, lng numeric);
SET search_path = customer_segments, public;
SELECT relation, from_relation, missing, look_at FROM suggest_sources('My App');
SELECT statement FROM suggest_sources('My App', 'The "Sources"') \g (format=unaligned)
-- the complete ones run, and are sources
CREATE SCHEMA suggested;
DO $$
DECLARE
    this text;
BEGIN
    FOR this IN SELECT s.statement FROM suggest_sources('My App', 'suggested') s WHERE s.missing = '{}' LOOP
        EXECUTE this;
    END LOOP;
END
$$;
SELECT relation, column_name, problem, detail FROM check_sources('suggested') WHERE severity = 'error' OR column_name = 'amount';
-- the names of the contract come first
CREATE SCHEMA plain;
CREATE TABLE plain.sales (customer_id integer, ordered_at timestamptz, amount numeric);
CREATE TABLE plain.orders (user_id integer, customer_id integer, created_at timestamptz, ordered_at timestamptz, total numeric, amount numeric, id integer, order_id integer);
SELECT from_relation, statement FROM suggest_sources('plain') \g (format=unaligned)
-- only what the caller may read
CREATE ROLE sources_reader;
GRANT USAGE ON SCHEMA customer_segments, plain TO sources_reader;
SET ROLE sources_reader;
SELECT * FROM suggest_sources('plain');
RESET ROLE;
GRANT SELECT ON plain.sales TO sources_reader;
GRANT SELECT (customer_id, total) ON plain.orders TO sources_reader;
SET ROLE sources_reader;
SELECT from_relation, missing FROM suggest_sources('plain');
RESET ROLE;
DROP SCHEMA plain, suggested CASCADE;
REVOKE USAGE ON SCHEMA customer_segments FROM sources_reader;
DROP ROLE sources_reader;
-- nothing that looks like a shop; no schema
CREATE SCHEMA empty;
SELECT * FROM suggest_sources('empty');
SELECT * FROM suggest_sources(NULL);
SELECT * FROM suggest_sources('nowhere');
DROP SCHEMA empty;

-- errors
SELECT * FROM check_sources('nowhere');
\set VERBOSITY sqlstate
SELECT * FROM check_sources('nowhere');
\set VERBOSITY default
SELECT required_rate(1.5, 'USD', '2024-01-01', 'EUR');
SELECT required_rate(NULL, 'USD', '2024-01-01', 'EUR');
SELECT required_rate(1.5, 'USD', '2024-01-01', NULL);
SELECT required_rate('NaN', 'USD', '2024-01-01', 'EUR');
SELECT required_rate(-1, 'USD', '2024-01-01', 'EUR');
SELECT required_rate(NULL, NULL, NULL, 'EUR');
\set VERBOSITY sqlstate
SELECT required_rate(NULL, 'USD', '2024-01-01', 'EUR');
SELECT required_rate(1.5, 'USD', '2024-01-01', NULL);
SELECT required_rate(0, 'USD', '2024-01-01', 'EUR');
