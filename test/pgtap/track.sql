-- keys in generated columns: a trigger sees those that are stored; those that are not count for everybody.
BEGIN;
SET search_path = customer_segments, public;
SET LOCAL client_min_messages = warning;
SELECT plan(6);
CREATE SCHEMA base;
CREATE TABLE base.sale (id integer PRIMARY KEY, doc jsonb, buyer bigint GENERATED ALWAYS AS ((doc->>'buyer')::bigint) STORED, payer bigint, placed timestamptz, total numeric);
CREATE SCHEMA shop;
CREATE VIEW shop.orders AS SELECT id AS order_id, buyer AS customer_id, placed AS ordered_at, total AS amount FROM base.sale;
SELECT create_workspace('seg', 'shop', storage => 'incremental');
CREATE FUNCTION pg_temp.noted(change text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    rows text;
BEGIN
    DELETE FROM seg.refresh_queue;
    EXECUTE change;
    SELECT string_agg(concat_ws(' ', q.kind, q.customer_id, q.order_id), ', ' ORDER BY q.kind, q.customer_id) INTO rows FROM seg.refresh_queue q;
    RETURN rows;
END $$;
SELECT track('seg', 'base.sale', 'buyer', 'id');
SELECT is(pg_temp.noted($$INSERT INTO base.sale (id, doc) VALUES (1, '{"buyer": 7}')$$), 'i 7 1', 'stored: a new order');
SELECT is(pg_temp.noted($$UPDATE base.sale SET doc = '{"buyer": 8}'$$), 'c 7, c 8', 'and a change of the customer');
SELECT untrack('seg', 'base.sale');
SELECT current_setting('server_version_num')::integer >= 180000 AS has_virtual \gset
\if :has_virtual
CREATE TABLE base.virtual (id integer PRIMARY KEY, doc jsonb, buyer bigint GENERATED ALWAYS AS ((doc->>'buyer')::bigint) VIRTUAL);
SELECT throws_ok($$SELECT track('seg', 'base.virtual', 'buyer', 'id')$$, '0A000', 'column "buyer" of table base.virtual is generated when it is read: triggers do not see it', 'a virtual one is refused');
SELECT track('seg', 'base.sale', 'payer', 'id');
ALTER TABLE base.sale DROP COLUMN payer;
ALTER TABLE base.sale ADD COLUMN payer bigint GENERATED ALWAYS AS ((doc->>'buyer')::bigint) VIRTUAL;
SELECT is(pg_temp.noted($$INSERT INTO base.sale (id, doc) VALUES (2, '{"buyer": 7}')$$), 'a', 'one that came later counts for everybody');
-- also where nothing tells that it is another one
UPDATE seg.tracked_relation SET customer_number = 0, order_number = 0;
SELECT is(pg_temp.noted($$INSERT INTO base.sale (id, doc) VALUES (3, '{"buyer": 7}')$$), 'a', 'of itself');
SELECT is(pg_temp.noted($$UPDATE base.sale SET doc = '{"buyer": 8}' WHERE id = 3$$), 'a', 'when it changes, too');
\else
SELECT skip('there are no virtual columns before 18', 4);
\endif
SELECT * FROM finish();
ROLLBACK;
