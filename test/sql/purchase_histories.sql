-- What purchase_histories refuses, and in which words.
SET search_path = customer_segments, public;
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE SCHEMA histories_test;
SET search_path = histories_test, customer_segments, public;
CREATE TABLE rows_of_a_shop (customer_id integer, at timestamptz, amount numeric, voided_at timestamptz);
\set SHOW_CONTEXT never
SELECT * FROM purchase_histories(NULL, NULL::integer);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM purchase_histories('rows_of_a_shop', NULL::integer, NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM purchase_histories('rows_of_a_shop', NULL::integer, 'UTC', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM purchase_histories('rows_of_a_shop', NULL::text);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM purchase_histories('rows_of_a_shop', NULL::integer, 'Mars/Olympus');
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW no_customer AS SELECT at, amount FROM rows_of_a_shop;
SELECT * FROM purchase_histories('no_customer', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW dates AS SELECT customer_id, at::date AS at, amount FROM rows_of_a_shop;
SELECT * FROM purchase_histories('dates', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW floats AS SELECT customer_id, at, amount::float8 AS amount FROM rows_of_a_shop;
SELECT * FROM purchase_histories('floats', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW points AS SELECT point(customer_id, 0) AS customer_id, at, amount FROM rows_of_a_shop;
SELECT * FROM purchase_histories('points', NULL::point);
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW texts AS SELECT customer_id, 'x'::text AS history FROM rows_of_a_shop;
SELECT * FROM purchase_histories('texts', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
INSERT INTO rows_of_a_shop VALUES (1, '2024-01-01', 'NaN');
SELECT * FROM purchase_histories('rows_of_a_shop', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
UPDATE rows_of_a_shop SET amount = 1, at = 'infinity';
SELECT * FROM purchase_histories('rows_of_a_shop', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
UPDATE rows_of_a_shop SET amount = 1e-39, at = '2024-01-01';
SELECT * FROM purchase_histories('rows_of_a_shop', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
UPDATE rows_of_a_shop SET amount = 1, voided_at = '2023-01-01';
SELECT * FROM purchase_histories('rows_of_a_shop', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
-- the caller's rights hold
CREATE ROLE histories_reader;
GRANT USAGE ON SCHEMA histories_test, customer_segments TO histories_reader;
SET ROLE histories_reader;
SELECT * FROM purchase_histories('rows_of_a_shop', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
-- names that need quoting
CREATE TABLE "Rows; of a ""shop""" (customer_id text, at timestamptz, amount numeric);
INSERT INTO "Rows; of a ""shop""" VALUES ('a''b', '2024-01-01 12:00', 2.50), ('a''b', '2024-01-03', 1);
SELECT customer_id, orders, last_order_at, revenue, history FROM purchase_histories('"Rows; of a ""shop"""', NULL::text);
-- an index, a sequence
CREATE SEQUENCE numbers;
SELECT * FROM purchase_histories('numbers', NULL::integer);
\echo :LAST_ERROR_SQLSTATE
SET client_min_messages = warning;
DROP OWNED BY histories_reader;
DROP ROLE histories_reader;
DROP SCHEMA histories_test CASCADE;
