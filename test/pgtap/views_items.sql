-- The base view items: lines of the orders that count, against plain SQL; keys, currencies, refunds, odd rows.
BEGIN;
SET search_path = customer_segments, public;
SET client_min_messages = warning;
SET jit = off;
SELECT plan(17);

CREATE SCHEMA shop;
SELECT setseed(0.42) IS NULL AS seeded;
CREATE TABLE shop.orders AS
SELECT i AS order_id, NULLIF(1 + floor(40 * random())::bigint, 7) AS customer_id,
       timestamp '2024-01-01' + floor(random() * 200 * 86400) * interval '1 second' AS ordered_at,
       CASE WHEN i % 37 = 0 THEN 0 WHEN i % 41 = 0 THEN -5.25 ELSE round((random() * 100)::numeric, 2) END AS amount,
       CASE i % 4 WHEN 0 THEN 'SPRING' WHEN 1 THEN '' END AS coupon_code,
       (ARRAY['EUR', 'USD', NULL])[1 + i % 3] AS currency
  FROM generate_series(1, 500) AS i;
CREATE TABLE shop.order_items AS
SELECT CASE WHEN i % 29 = 0 THEN NULL ELSE (1 + floor(510 * random()))::smallint END AS order_id, NULLIF(1 + i % 17, 11) AS product_id,
       (ARRAY[1, 2, 3, 0, -1])[1 + i % 5] AS quantity, CASE WHEN i % 31 = 0 THEN NULL WHEN i % 23 = 0 THEN -4.5 WHEN i % 19 = 0 THEN 0 ELSE round((random() * 30)::numeric, 2) END AS unit_price,
       (ARRAY[NULL, 0, 20, 30.5, -20])[1 + i / 5 % 5] AS list_price, (ARRAY['hats', NULL, ''])[1 + i % 3] AS category
  FROM generate_series(1, 2000) AS i;
CREATE TABLE shop.products AS SELECT i AS product_id, NULLIF('group ' || i % 4, 'group 3') AS category FROM generate_series(1, 15) AS i;
INSERT INTO shop.products VALUES (1, 'group 0');
CREATE TABLE shop.refunds AS
SELECT o.order_id, o.ordered_at + interval '2 days' AS refunded_at, CASE WHEN o.order_id % 6 = 0 THEN o.amount ELSE o.amount / 2 END AS amount
  FROM shop.orders o WHERE o.order_id % 3 = 0;
CREATE TABLE shop.exchange_rates AS SELECT 'USD' AS currency, date '2023-12-25' + 20 * i AS valid_on, 0.9 + i / 100.0 AS rate FROM generate_series(0, 12) AS i;
SELECT create_workspace('seg', 'shop', currency => 'EUR', time_zone => 'America/New_York');
SET LOCAL customer_segments.as_of = '2024-05-01';

CREATE TABLE plain AS
SELECT o.customer_id, o.order_id, o.ordered_at AT TIME ZONE 'America/New_York' AS at, i.product_id::text AS product_id,
       COALESCE(NULLIF(i.category, ''), (SELECT min(p.category) FROM shop.products p WHERE p.product_id = i.product_id)) AS category,
       i.quantity::numeric AS quantity, i.unit_price * i.quantity * r.rate AS paid, CASE WHEN i.list_price > 0 THEN i.list_price * i.quantity * r.rate END AS list,
       o.coupon_code IS NOT NULL AND o.coupon_code <> '' AS is_promoted
  FROM shop.order_items i JOIN shop.orders o USING (order_id)
 CROSS JOIN LATERAL (SELECT CASE WHEN o.currency = 'USD' THEN (SELECT e.rate FROM shop.exchange_rates e WHERE e.valid_on <= o.ordered_at::date ORDER BY e.valid_on DESC LIMIT 1)
                                 ELSE 1 END AS rate) r
 WHERE o.customer_id IS NOT NULL AND o.amount > 0 AND o.ordered_at < timestamp '2024-04-30 20:00' AND i.product_id IS NOT NULL AND i.quantity > 0 AND i.unit_price >= 0
   AND NOT (o.order_id % 6 = 0 AND o.ordered_at < timestamp '2024-04-28 20:00');
SELECT cmp_ok((SELECT count(*) FROM plain), '>', 400::bigint, 'there are lines');
SELECT set_eq('SELECT * FROM seg.items', 'SELECT * FROM plain', 'items equals plain SQL: keys, categories, money at the rates of the order days, no fully refunded order');
SELECT is((SELECT count(*) FROM seg.items), (SELECT count(*) FROM plain), 'and none twice, though a product is there twice');
SELECT is((SELECT sum(paid) FROM seg.items), (SELECT sum(paid) FROM plain), 'money is exact');
SELECT cmp_ok((SELECT count(*) FROM seg.items WHERE at >= '2024-04-28' AND order_id % 6 = 0), '>', 0::bigint, 'an order counts until its refunds reach its amount');
SELECT is((SELECT array_agg(DISTINCT pg_typeof(customer_id)::text) FROM seg.items), '{bigint}', 'the key keeps its type');

SELECT is((SELECT string_agg(column_name || ' ' || problem || ' ' || detail, ', ' ORDER BY column_name) FROM check_sources('shop') WHERE relation = 'order_items' AND problem IN ('negative price', 'negative list price', 'quantity not positive')),
          (SELECT format('list_price negative list price %s of 2000 rows, quantity quantity not positive %s of 2000 rows, unit_price negative price %s of 2000 rows', count(*) FILTER (WHERE list_price < 0), count(*) FILTER (WHERE quantity <= 0), count(*) FILTER (WHERE unit_price < 0))
             FROM shop.order_items), 'lines that are skipped, and list prices that are none, are listed');

-- what a source may lack
CREATE FUNCTION pg_temp.made(source name) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
    PERFORM customer_segments.create_workspace('w', source);
    EXECUTE 'SELECT count(*) FROM w.items' INTO n;
    PERFORM customer_segments.drop_workspace('w');
    RETURN n;
END $$;
CREATE SCHEMA least;
CREATE VIEW least.orders AS SELECT customer_id, ordered_at, amount FROM shop.orders;
SELECT is(pg_temp.made('least'), 0::bigint, 'no order_items: an empty view');
CREATE VIEW least.order_items AS SELECT order_id, product_id, quantity, unit_price FROM shop.order_items;
SELECT is(pg_temp.made('least'), 0::bigint, 'orders without order_id: an empty view');
CREATE OR REPLACE VIEW least.orders AS SELECT customer_id, ordered_at, amount, order_id FROM shop.orders;
SELECT cmp_ok(pg_temp.made('least'), '>', (SELECT count(*) FROM plain), 'neither refunds nor products: all lines');
CREATE VIEW least.products AS SELECT product_id, category FROM shop.products;
SELECT cmp_ok(pg_temp.made('least'), '>', (SELECT count(*) FROM plain), 'categories of products alone');
CREATE SCHEMA none;
SELECT is(pg_temp.made('none'), 0::bigint, 'nothing at all: an empty view');
CREATE SCHEMA other;
CREATE VIEW other.orders AS SELECT customer_id, ordered_at, amount, order_id FROM shop.orders;
CREATE VIEW other.order_items AS SELECT 'A1'::text AS order_id, product_id, quantity, unit_price FROM shop.order_items;
SELECT throws_ok($$SELECT pg_temp.made('other')$$, '42804', NULL, 'order ids of another type: an error');

-- one customer is found by the indexes
CREATE TABLE big AS SELECT i AS order_id, (i % 5000)::bigint AS customer_id, timestamptz '2024-01-01' AS ordered_at, 10 AS amount FROM generate_series(1, 20000) AS i;
CREATE INDEX ON big (customer_id);
CREATE TABLE big_items AS SELECT order_id, 1 AS product_id, 1 AS quantity, 10 AS unit_price FROM big;
CREATE INDEX ON big_items (order_id);
ANALYZE big, big_items;
CREATE SCHEMA large;
CREATE VIEW large.orders AS SELECT * FROM big;
CREATE VIEW large.order_items AS SELECT * FROM big_items;
SELECT create_workspace('w', 'large');
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END $$;
SELECT is_empty($$SELECT line FROM pg_temp.plan_of('SELECT * FROM w.items WHERE customer_id = 77') AS line WHERE line ~ 'Seq Scan on big'$$, 'a look-up of one customer reaches the indexes');
SELECT is((SELECT count(*) FROM w.items WHERE customer_id = 77), 4::bigint, 'and finds the lines');
SELECT is((SELECT count(*) FROM (SELECT line FROM pg_temp.plan_of('SELECT * FROM w.customer_items') AS line WHERE line ~ ' on big_items') AS s), 1::bigint, 'every column of customer_items by one pass over the lines');
SELECT lives_ok('SELECT drop_workspace(''seg'')', 'the workspace goes away');
SELECT * FROM finish();
ROLLBACK;
