-- reconcile finds each way past the triggers, queues what it found, and names the way where the catalogues show it.
SET client_min_messages = warning;
SET search_path = customer_segments, public;
SET statement_timeout = '60s';
SET jit = off;
\set SHOW_CONTEXT never
CREATE SCHEMA shop;
CREATE TABLE shop.orders (order_id integer, customer_id integer, ordered_at timestamptz, amount numeric) PARTITION BY LIST (order_id);
CREATE TABLE shop.orders_0 PARTITION OF shop.orders DEFAULT;
CREATE INDEX ON shop.orders (customer_id);
INSERT INTO shop.orders SELECT i, i % 50, timestamptz '2024-01-01Z' + i * interval '1 hour', 1 + i FROM generate_series(1, 500) i;
SELECT create_workspace('seg', 'shop', storage => 'incremental');
SELECT * FROM reconcile('seg');
SELECT track('seg', 'shop.orders', 'customer_id');
-- not yet filled: nobody claims anything
SELECT * FROM reconcile('seg');
CALL refresh('seg');
SELECT * FROM reconcile('seg');
-- what is in the queue is late, not wrong
INSERT INTO shop.orders VALUES (1001, 1, '2024-05-05Z', 1);
SELECT * FROM reconcile('seg');
-- a role that replicates
SET session_replication_role = replica;
INSERT INTO shop.orders VALUES (1002, 2, '2024-05-05Z', 1), (1003, 1003, '2024-05-05Z', 1);
DELETE FROM shop.orders WHERE customer_id = 3;
RESET session_replication_role;
-- where it may not write it says the same, and queues nothing
SET client_min_messages = notice;
BEGIN READ ONLY;
SELECT * FROM reconcile('seg');
COMMIT;
SET client_min_messages = warning;
SELECT queue_length, findings FROM seg.workspace_status;
SELECT * FROM reconcile('seg');
SELECT queue_length, findings, storage, refreshing FROM seg.workspace_status;
BEGIN READ ONLY;
SELECT * FROM reconcile('seg');
COMMIT;
CALL refresh('seg');
SELECT * FROM reconcile('seg');
-- disabled triggers, dropped ones
ALTER TABLE shop.orders DISABLE TRIGGER ALL;
UPDATE shop.orders SET amount = 99 WHERE customer_id = 4;
SELECT * FROM reconcile('seg');
ALTER TABLE shop.orders ENABLE TRIGGER ALL;
SELECT format('DROP TRIGGER %I ON shop.orders', capture_trigger_name('seg', 'delete')) AS drop \gset
:drop;
DELETE FROM shop.orders WHERE order_id = 5;
SELECT * FROM reconcile('seg');
SELECT untrack('seg', 'shop.orders');
SELECT track('seg', 'shop.orders', 'customer_id');
CALL refresh('seg');
-- a partition that is attached with rows in it, and written to directly; one that is detached
CREATE TABLE shop.orders_1 (LIKE shop.orders);
INSERT INTO shop.orders_1 VALUES (2001, 6, '2024-05-05Z', 1);
ALTER TABLE shop.orders ATTACH PARTITION shop.orders_1 FOR VALUES IN (2001);
INSERT INTO shop.orders_1 VALUES (2001, 7, '2024-05-05Z', 1);
SELECT * FROM reconcile('seg');
CALL refresh('seg');
SELECT subject FROM reconcile('seg');
ALTER TABLE shop.orders DETACH PARTITION shop.orders_1;
SELECT * FROM reconcile('seg');
CALL refresh('seg');
-- rows that are written anew by ALTER TABLE
ALTER TABLE shop.orders DROP COLUMN amount CASCADE;
DROP SCHEMA seg CASCADE;
ALTER TABLE shop.orders ADD COLUMN amount integer DEFAULT 5;
SELECT create_workspace('seg', 'shop', storage => 'incremental');
SELECT track('seg', 'shop.orders', 'customer_id');
CALL refresh('seg');
-- ranges of keys: together they are everybody
SET session_replication_role = replica;
UPDATE shop.orders SET amount = 6;
RESET session_replication_role;
SELECT count(*) BETWEEN 1 AND 2 AS one, sum(customers) BETWEEN 1 AND 12 AS few FROM reconcile('seg', 0.2);
SELECT count(*) BETWEEN 1 AND 12 FROM seg.refresh_queue;
SELECT setseed(0.5);
DO $$ BEGIN FOR i IN 1 .. 40 LOOP PERFORM reconcile('seg', 0.2); END LOOP; END $$;
SELECT count(DISTINCT customer_id) > 40 FROM seg.refresh_queue;
CALL refresh('seg');
SELECT * FROM reconcile('seg');
-- a source view that reads another table now
CREATE TABLE shop.more (LIKE shop.orders);
INSERT INTO shop.more VALUES (3001, 8, '2024-05-05Z', 1);
SELECT drop_workspace('seg');
CREATE SCHEMA views;
CREATE VIEW views.orders AS SELECT order_id, customer_id, ordered_at, amount FROM shop.orders;
SELECT create_workspace('seg', 'views', storage => 'incremental');
SELECT track('seg', 'shop.orders', 'customer_id');
CALL refresh('seg');
CREATE OR REPLACE VIEW views.orders AS SELECT order_id, customer_id, ordered_at, amount FROM shop.orders UNION ALL SELECT order_id, customer_id, ordered_at, amount FROM shop.more;
SELECT * FROM reconcile('seg');
CALL refresh('seg');
SELECT * FROM reconcile('seg');
-- and one with other rows of the same table, below another view
SELECT drop_workspace('seg');
CREATE OR REPLACE VIEW views.orders AS SELECT order_id, customer_id, ordered_at, amount FROM shop.orders;
CREATE VIEW views.all_orders AS SELECT order_id, customer_id, ordered_at, amount FROM shop.orders;
CREATE OR REPLACE VIEW views.orders AS SELECT order_id, customer_id, ordered_at, amount FROM views.all_orders;
SELECT create_workspace('seg', 'views', storage => 'incremental');
SELECT track('seg', 'shop.orders', 'customer_id');
CALL refresh('seg');
SELECT * FROM reconcile('seg');
CREATE OR REPLACE VIEW views.all_orders AS SELECT order_id, customer_id, ordered_at, amount FROM shop.orders WHERE customer_id <> 7;
SELECT * FROM tracking_gaps('seg');
CALL refresh('seg');
SELECT count(*) FROM seg.customer_orders WHERE customer_id = 7;
SELECT * FROM reconcile('seg');
-- what is not replaced is not computed anew
SELECT max(rebuilt_at) AS rebuilt_at FROM seg.stored_fact \gset
CALL refresh('seg');
SELECT max(rebuilt_at) = :'rebuilt_at' AS as_before FROM seg.stored_fact;
SELECT drop_workspace('seg');
DROP SCHEMA shop, views CASCADE;
