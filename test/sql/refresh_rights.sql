-- refresh by a role that may read no more than it has to, and then less: told what is missing, nothing half done.
SET client_min_messages = warning;
SET search_path = customer_segments, public;
\set SHOW_CONTEXT never
CREATE ROLE cseg_refresher;
SELECT format('GRANT CREATE ON DATABASE %I TO cseg_refresher', current_database()) AS allow, format('REVOKE CREATE ON DATABASE %I FROM cseg_refresher', current_database()) AS revoke \gset
:allow;
GRANT USAGE ON SCHEMA customer_segments TO cseg_refresher;
CREATE SCHEMA shop;
CREATE TABLE shop.orders (order_id bigint PRIMARY KEY, customer_id bigint, ordered_at timestamptz, amount numeric(12,2), note text);
INSERT INTO shop.orders SELECT n, n % 7, timestamptz '2025-01-01Z' + n * interval '1 hour', 10, 'secret' FROM generate_series(1, 70) AS n;
GRANT USAGE ON SCHEMA shop TO cseg_refresher;

-- rights on columns are enough
GRANT TRIGGER, SELECT (order_id, customer_id, ordered_at, amount) ON shop.orders TO cseg_refresher;
SET ROLE cseg_refresher;
SELECT create_workspace('seg', 'shop', storage => 'incremental');
CALL refresh('seg');
SELECT count(*), sum(orders) FROM seg.customer_orders;
SELECT track('seg', 'shop.orders', 'customer_id', 'order_id');
CALL refresh('seg');
RESET ROLE;
INSERT INTO shop.orders VALUES (71, 1, '2025-02-01Z', 10);
SET ROLE cseg_refresher;
CALL refresh('seg');
SELECT count(*), sum(orders) FROM seg.customer_orders;
RESET ROLE;

-- a column less: the error names the table, the queue keeps what was to be done, the shop goes on
REVOKE SELECT (amount) ON shop.orders FROM cseg_refresher;
INSERT INTO shop.orders VALUES (72, 1, '2025-02-02Z', 10);
SET ROLE cseg_refresher;
CALL refresh('seg');
SELECT sum(orders_placed(history)) AS stored FROM seg.customer_histories_stored;
SELECT count(*) AS queued FROM seg.refresh_queue;
RESET ROLE;
GRANT SELECT (amount) ON shop.orders TO cseg_refresher;
-- the schema, where it is looked up whether inserted orders may still be merged
REVOKE USAGE ON SCHEMA shop FROM cseg_refresher;
INSERT INTO shop.orders VALUES (73, 2, '2025-02-03Z', 10);
SET ROLE cseg_refresher;
CALL refresh('seg');
RESET ROLE;
GRANT USAGE ON SCHEMA shop TO cseg_refresher;
SET ROLE cseg_refresher;
CALL refresh('seg');
SELECT count(*), sum(orders) FROM seg.customer_orders;
SELECT * FROM reconcile('seg');
RESET ROLE;

-- rows that a policy hides are not there for it; that rights have changed no trigger sees, reconcile does
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON shop.orders TO cseg_refresher USING (customer_id < 3);
SET ROLE cseg_refresher;
SELECT DISTINCT problem FROM reconcile('seg');
CALL refresh('seg');
SELECT count(*), sum(orders) FROM seg.customer_orders;
RESET ROLE;
ALTER ROLE cseg_refresher BYPASSRLS;
SET ROLE cseg_refresher;
SELECT DISTINCT problem FROM reconcile('seg');
CALL refresh('seg');
SELECT count(*), sum(orders) FROM seg.customer_orders;
RESET ROLE;

-- a role that owns a workspace is not dropped without it
\set VERBOSITY terse
DROP ROLE cseg_refresher;
\set VERBOSITY default
SET ROLE cseg_refresher;
SELECT drop_workspace('seg');
RESET ROLE;
DROP OWNED BY cseg_refresher;
:revoke;
DROP ROLE cseg_refresher;
