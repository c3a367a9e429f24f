-- refresh and reconcile read the tables of the shop and lock them no more than a reader does, in every step.
SET TimeZone = 'UTC';
SET client_min_messages = warning;
SET search_path = customer_segments, public;
SET statement_timeout = '60s';
\set SHOW_CONTEXT never
CREATE SCHEMA data;
CREATE SCHEMA shop;
CREATE TABLE data.sale (id integer PRIMARY KEY, buyer integer, placed timestamptz, total numeric);
CREATE TABLE data.visit (buyer integer, what text, at timestamptz);
CREATE TABLE data.line (sale integer, product integer, quantity integer, price numeric) PARTITION BY RANGE (sale);
CREATE TABLE data.line_1 PARTITION OF data.line FOR VALUES FROM (1) TO (1000);
CREATE INDEX ON data.sale (buyer);
CREATE INDEX ON data.visit (buyer);
CREATE INDEX ON data.line (sale);
INSERT INTO data.sale SELECT i, i % 20, timestamptz '2024-01-01Z' + i * interval '1 hour', 5 FROM generate_series(1, 200) i;
INSERT INTO data.visit SELECT i % 20, 'page_view', timestamptz '2024-01-01Z' + i * interval '1 hour' FROM generate_series(1, 200) i;
INSERT INTO data.line SELECT i, i % 7, 1, 5 FROM generate_series(1, 200) i;
CREATE VIEW shop.orders AS SELECT id AS order_id, buyer AS customer_id, placed AS ordered_at, total AS amount FROM data.sale;
CREATE VIEW shop.events AS SELECT buyer AS customer_id, what AS event_type, at AS occurred_at FROM data.visit;
CREATE VIEW shop.order_items AS SELECT sale AS order_id, product AS product_id, quantity, price AS unit_price FROM data.line;
SELECT create_workspace('seg', 'shop', storage => 'incremental');
SELECT track('seg', 'data.sale', 'buyer', 'id');
SELECT track('seg', 'data.visit', 'buyer');
SELECT track('seg', 'data.line', order_column => 'sale');
SELECT set_cut_points('seg', 'stored');
SELECT materialize('seg', 'rfm');
SELECT define_segment('seg', 'big', 'net_revenue >= 20', 'much bought');
-- Whatever a batch has locked it holds until it commits: there this looks, at the commit of every batch.
CREATE VIEW public.held AS
    SELECT c.relname AS relation, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
     WHERE l.locktype IN ('relation', 'tuple') AND l.pid = pg_backend_pid() AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
       AND c.relnamespace = 'data'::regnamespace AND c.relkind IN ('r', 'p');
CREATE TABLE public.seen (step name, relation name, mode text);
CREATE FUNCTION public.look() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.seen SELECT NEW.step, h.relation, h.mode FROM public.held h;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER look AFTER INSERT OR UPDATE ON seg.refresh_log DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.batches > 0) EXECUTE FUNCTION public.look();
-- what is built for the first time; what is in the queue, new orders only and others; what is built anew, as everybody may have changed
CALL refresh('seg');
INSERT INTO data.sale VALUES (201, 1, '2024-05-01Z', 30);
CALL refresh('seg');
INSERT INTO data.sale VALUES (202, 30, '2024-05-01Z', 30);
UPDATE data.sale SET buyer = 3 WHERE id = 5;
DELETE FROM data.visit WHERE buyer = 4;
UPDATE data.line SET price = 6 WHERE sale = 7;
CALL refresh('seg');
UPDATE seg.settings SET time_zone = 'Europe/Berlin';
TRUNCATE data.visit;
CALL refresh('seg');
SELECT step, relation, string_agg(DISTINCT mode, ', ') AS locks FROM public.seen GROUP BY step, relation ORDER BY step, relation;
-- nor does reconcile, of all or of a part
SET session_replication_role = replica;
UPDATE data.sale SET total = 9 WHERE buyer = 6;
RESET session_replication_role;
BEGIN;
SELECT subject, problem, customers FROM reconcile('seg');
SELECT count(*) FROM reconcile('seg', 0.5);
SELECT relation, string_agg(DISTINCT mode, ', ') AS locks FROM public.held GROUP BY relation ORDER BY relation;
COMMIT;
SELECT drop_workspace('seg');
DROP VIEW public.held;
DROP TABLE public.seen;
DROP FUNCTION public.look;
DROP SCHEMA shop, data CASCADE;
