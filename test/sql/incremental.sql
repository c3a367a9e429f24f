-- Incremental storage answers what live storage answers, whatever happens to the tables below and whatever the day asked for.
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
SET client_min_messages = warning;
SET jit = off;
SET statement_timeout = '180s';
SET search_path = customer_segments, public;
\set SHOW_CONTEXT never

CREATE SCHEMA data;
CREATE TABLE data.sale (id integer PRIMARY KEY, buyer integer, placed timestamptz, total numeric, currency text);
CREATE TABLE data.refund (sale integer, booked timestamptz, total numeric);
CREATE TABLE data.line (sale integer, product text, quantity integer, price numeric);
CREATE TABLE data.product (sku text PRIMARY KEY, category text);
CREATE TABLE data.click (who integer, what text, at timestamptz);
CREATE TABLE data.rate (currency text, valid_on date, rate numeric);
CREATE TABLE data.answer (who bigint, question text, at timestamptz, score integer);
CREATE INDEX ON data.sale (buyer);
CREATE INDEX ON data.refund (sale);
CREATE INDEX ON data.line (sale);
CREATE SCHEMA shop;
CREATE VIEW shop.orders AS SELECT id AS order_id, buyer AS customer_id, placed AS ordered_at, total AS amount, currency FROM data.sale WHERE total >= 0;
CREATE VIEW shop.refunds AS SELECT sale AS order_id, booked AS refunded_at, total AS amount FROM data.refund;
CREATE VIEW shop.order_items AS SELECT sale AS order_id, product AS product_id, quantity, price AS unit_price FROM data.line;
CREATE VIEW shop.products AS SELECT sku AS product_id, category FROM data.product;
CREATE VIEW shop.events AS SELECT who AS customer_id, what AS event_type, at AS occurred_at FROM data.click;
CREATE VIEW shop.exchange_rates AS SELECT currency, valid_on, rate FROM data.rate;
CREATE VIEW shop.survey_answers AS SELECT who::integer AS customer_id, question, at AS answered_at, score FROM data.answer;
INSERT INTO data.rate VALUES ('USD', '2023-01-01', 0.9);
INSERT INTO data.sale SELECT i, i * 37 % 60, timestamptz '2024-05-01 00:30Z' + i * interval '3 hours', 1 + i % 50, (ARRAY['EUR', 'USD'])[1 + i % 2] FROM generate_series(1, 300) AS i;
INSERT INTO data.refund SELECT i, timestamptz '2024-05-03 00:30Z' + i * interval '3 hours', CASE WHEN i % 3 = 0 THEN 1 + i % 50 ELSE 0.5 END FROM generate_series(7, 300, 7) AS i;
INSERT INTO data.product VALUES ('a', 'fruit'), ('b', 'bread');
INSERT INTO data.line SELECT i, (ARRAY['a', 'b', 'c'])[1 + i % 3], 1 + i % 2, 1 FROM generate_series(1, 300) AS i;
INSERT INTO data.click SELECT i % 70, (ARRAY['page_view', 'add_to_cart'])[1 + i % 2], timestamptz '2024-05-01Z' + i * interval '1 hour' FROM generate_series(1, 500) AS i;
INSERT INTO data.answer SELECT i, 'nps', timestamptz '2024-05-09Z' + i * interval '1 hour', i % 11 FROM generate_series(1, 50) AS i;

CREATE FUNCTION differences(at text, views name[]) RETURNS TABLE (view name, rows bigint, differences bigint) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('customer_segments.as_of', at, false);
    FOR view IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'live'::regnamespace AND c.relkind = 'v'
                   AND c.relname = ANY (views) ORDER BY 1 LOOP
        EXECUTE format('SELECT (SELECT count(*) FROM seg.%1$I), (SELECT count(*) FROM (SELECT t::text FROM live.%1$I t EXCEPT ALL SELECT t::text FROM seg.%1$I t) d)
                             + (SELECT count(*) FROM (SELECT t::text FROM seg.%1$I t EXCEPT ALL SELECT t::text FROM live.%1$I t) d)', view) INTO rows, differences;
        RETURN NEXT;
    END LOOP;
    PERFORM set_config('customer_segments.as_of', '', false);
END $$;
-- what differs anywhere, on days before, between and after all rows and in the middle of a day
CREATE VIEW everywhere AS SELECT a.at, d.* FROM unnest('{2024-04-01,2024-05-20 13:00+00,2024-06-07 00:31+00,2026-01-01}'::text[]) a(at),
    differences(a.at, '{customer_orders,customer_events,customer_items,customer_answers}') d WHERE d.differences > 0;
CREATE VIEW anywhere AS SELECT a.at, d.* FROM unnest('{2024-06-06 11:30+00,2026-01-01}'::text[]) a(at), differences(a.at, '{customer_orders,customer_events,customer_items}') d WHERE d.differences > 0;

SELECT create_workspace('live', 'shop', currency => 'EUR');
SELECT create_workspace('seg', 'shop', currency => 'EUR', storage => 'incremental');
-- who is in which segment has its own test, and takes seconds a refresh
UPDATE seg.settings SET tracked_segmentations = '{}';
SELECT bool_and(built), bool_or(built) FROM seg.stored_fact;
SELECT * FROM anywhere;
CALL refresh('seg');
-- the days asked for count as recent ones
UPDATE seg.settings SET stored_days = 10000;
SELECT bool_and(built), bool_or(built) FROM seg.stored_fact;
SELECT count(*) FROM seg.customer_histories_stored;
-- the views that read the stored histories in ways of their own
SELECT view, rows > 0 AS rows, differences FROM differences('2024-06-07 00:31+00', '{rfm,lifecycle,customer_value,cohort_retention}');
SELECT * FROM everywhere;
-- nothing is tracked yet: a refresh reads everything
INSERT INTO data.sale VALUES (1001, 5, '2024-06-06 10:00Z', 11, 'EUR');
CALL refresh('seg');
SELECT * FROM anywhere;

SELECT track('seg', 'data.sale', 'buyer', 'id');
SELECT track('seg', 'data.refund', order_column => 'sale');
SELECT track('seg', 'data.line', order_column => 'sale');
SELECT track('seg', 'data.click', 'who');
SELECT track('seg', 'data.product');
SELECT track('seg', 'data.rate');
SELECT track('seg', 'data.answer', 'who');
SELECT track('seg', 'data.answer', 'who');
SELECT track('seg', 'shop.orders', 'customer_id');
SELECT track('seg', 'data.answer', 'nobody');
SELECT track('seg', 'data.answer', 'question');
SELECT track('seg', 'data.answer', capture => 'never');
SELECT track('seg', NULL);
SELECT untrack('seg', 'data.answer');
SELECT untrack('seg', 'data.answer');
SELECT track('seg', 'data.answer', 'question');
SELECT track('seg', 'data.answer', 'who');
SELECT source, relation, customer_column, order_column, capture, merges FROM seg.tracked_table ORDER BY 1;
SELECT * FROM fact_sources('seg') WHERE fact = 'customer_histories';
CALL refresh('seg');
SELECT * FROM reconcile('seg');

-- every kind of change, and what is noted of it
CREATE VIEW queue AS SELECT t.relation, q.kind, q.customer_id, q.order_id FROM seg.refresh_queue q JOIN seg.tracked_table t USING (source) ORDER BY 1, 2, 3, 4;
INSERT INTO data.sale VALUES (1002, 5, '2024-06-06 11:00Z', 12, 'EUR'), (1003, 5, '2024-06-06 12:00Z', 12.345, 'USD'), (1004, 905, '2024-06-06 11:00Z', 13, 'EUR'),
    (1005, 6, '2024-06-06 11:00Z', -13, 'EUR'), (1006, NULL, '2024-06-06 11:00Z', 13, 'EUR'), (1007, 7, '2027-01-01Z', 1, 'EUR');
UPDATE data.sale SET buyer = 8 WHERE id = 100;
UPDATE data.sale SET total = total + 1 WHERE id IN (101, 102);
UPDATE data.sale SET total = 0 WHERE false;
DELETE FROM data.sale WHERE id = 103;
INSERT INTO data.refund VALUES (104, '2024-06-06Z', 1), (105, '2024-06-06Z', 1000), (1004, '2024-06-06 13:00Z', 13), (99999, '2024-06-06Z', 1);
UPDATE data.refund SET sale = 110 WHERE sale = 7;
INSERT INTO data.line VALUES (104, 'b', 1, 1);
INSERT INTO data.click SELECT 3, 'purchase', '2024-06-06Z' FROM generate_series(1, 5);
INSERT INTO data.answer VALUES (904, 'nps', '2024-06-06Z', 10);
TABLE queue;
CALL refresh('seg');
TABLE queue;
SELECT step, batches, changed FROM seg.refresh_log WHERE run = (SELECT max(run) FROM seg.refresh_log) AND step < 'refresh_step_20' ORDER BY step;
SELECT * FROM everywhere;
SELECT * FROM reconcile('seg');
-- COPY, upsert, MERGE, an order that is there and gone in one transaction, one that is replaced
COPY data.sale FROM stdin;
1010	11	2024-06-06 10:00Z	5	EUR
\.
INSERT INTO data.sale VALUES (1010, 12, '2024-06-06 10:00Z', 6, 'EUR'), (1011, 12, '2024-06-06 10:00Z', 6, 'EUR') ON CONFLICT (id) DO UPDATE SET buyer = excluded.buyer;
MERGE INTO data.sale s USING (VALUES (1011, 13), (1012, 14)) AS v(id, buyer) ON s.id = v.id
    WHEN MATCHED THEN UPDATE SET buyer = v.buyer WHEN NOT MATCHED THEN INSERT VALUES (v.id, v.buyer, '2024-06-06 10:00Z', 3, 'EUR');
BEGIN;
INSERT INTO data.sale VALUES (1013, 15, '2024-06-06 10:00Z', 5, 'EUR');
DELETE FROM data.sale WHERE id = 1013;
DELETE FROM data.sale WHERE id = 1012;
INSERT INTO data.sale VALUES (1012, 16, '2024-06-06 10:00Z', 5, 'EUR');
COMMIT;
BEGIN;
INSERT INTO data.sale VALUES (1014, 17, '2024-06-06 10:00Z', 5, 'EUR');
ROLLBACK;
TABLE queue;
CALL refresh('seg');
SELECT * FROM anywhere;
-- in several batches
UPDATE seg.settings SET refresh_batch = 7, refresh_rebuild_share = 1000;
INSERT INTO data.sale SELECT i, i % 60, '2024-06-06 14:00Z', 5, 'EUR' FROM generate_series(2000, 2100) i;
INSERT INTO data.refund SELECT i, '2024-06-06 15:00Z', 5 FROM generate_series(2000, 2100, 3) i;
CALL refresh('seg');
SELECT step, batches > 1 AS several FROM seg.refresh_log WHERE run = (SELECT max(run) FROM seg.refresh_log) AND step < 'refresh_step_20' ORDER BY step;
SELECT * FROM anywhere;
SELECT * FROM reconcile('seg');
-- what concerns everybody: settings that a fact reads, rates, products, TRUNCATE
UPDATE seg.settings SET time_zone = 'Asia/Tokyo';
UPDATE live.settings SET time_zone = 'Asia/Tokyo';
UPDATE data.rate SET rate = 0.8;
UPDATE data.product SET category = 'Brot' WHERE sku = 'b';
UPDATE data.product SET category = 'Brot' WHERE false;
TABLE queue;
CALL refresh('seg');
SELECT * FROM anywhere;
TRUNCATE data.refund;
TABLE queue;
CALL refresh('seg');
SELECT * FROM anywhere;
-- a column renamed: its triggers cannot follow, and say so by taking everything for changed
ALTER TABLE data.click RENAME who TO visitor;
INSERT INTO data.click VALUES (1, 'purchase', '2024-06-06Z');
TABLE queue;
CALL refresh('seg');
SELECT * FROM anywhere;
ALTER TABLE data.click RENAME visitor TO who;

-- the wrong column named as the customer: who really bought is found when the order is added
ALTER TABLE data.sale ADD seller integer;
SELECT untrack('seg', 'data.sale');
SELECT track('seg', 'data.sale', 'seller', 'id');
CALL refresh('seg');
INSERT INTO data.sale VALUES (3001, 5, '2024-06-06 10:00Z', 7, 'EUR', 6), (3002, 8, '2024-06-06 10:00Z', 7, 'EUR', 8);
TABLE queue;
CALL refresh('seg');
TABLE queue;
SELECT * FROM anywhere;
SELECT * FROM reconcile('seg');

-- back and forth
SELECT set_storage('seg', 'live');
SELECT tgname FROM pg_trigger WHERE tgfoid = 'capture_change'::regproc;
SELECT count(*) FROM seg.refresh_queue;
SELECT * FROM anywhere;
SELECT set_storage('seg', 'incremental');
SELECT set_storage('seg', 'incremental');
CALL refresh('seg');
SELECT * FROM anywhere;
SELECT relname, obj_description(c.oid) FROM pg_class c WHERE relnamespace = 'seg'::regnamespace AND relname ~ '^customer_histories_(stored|live)$' AND relkind IN ('r', 'v') ORDER BY 1;

-- one customer through indexes alone, in what is stored and in what is not
CREATE FUNCTION scans(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
    SET LOCAL enable_seqscan = off;
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        IF line ~ 'Seq Scan' AND line !~ '(settings|stored_fact|rate)' THEN RETURN NEXT line; END IF;
    END LOOP;
END $$;
SELECT scans('SELECT * FROM seg.customer_orders WHERE customer_id = 5');
SELECT scans('SELECT * FROM seg.customer_items WHERE customer_id = 5') WHERE to_regclass('seg.customer_items') IS NOT NULL;

-- errors
SELECT set_storage('seg', 'fast');
SELECT set_storage('seg', NULL);
SELECT set_storage('shop', 'live');
SELECT reconcile('seg', 1.5);
SELECT reconcile('shop');
SELECT drop_workspace('seg');
DROP VIEW queue;
SELECT drop_workspace('seg');
SELECT drop_workspace('live');
SELECT nspname FROM pg_namespace WHERE nspname IN ('seg', 'live');
