-- needs: spells against a plain SQL search, shares of needs against plain sums.
BEGIN;
SET search_path = customer_segments, public;
SELECT plan(2);
SELECT setseed(0.2) IS NULL AS seeded;
CREATE TEMPORARY TABLE bought AS
SELECT 1 + floor(random() * 300)::integer AS customer_id, 1 + floor(random() * 3)::integer AS part, timestamptz '2024-01-01Z' + floor(random() * 200) * interval '1 day' AS at FROM generate_series(1, 1500);
SELECT results_eq('SELECT customer_id, spell_end(array_agg(at ORDER BY at, part), array_agg(part ORDER BY at, part), 3, 30) FROM bought GROUP BY 1 ORDER BY 1',
    $$SELECT c.customer_id, (SELECT min(e.at) FROM bought e WHERE e.customer_id = c.customer_id
                                AND (SELECT count(DISTINCT b.part) FROM bought b WHERE b.customer_id = e.customer_id AND b.at BETWEEN e.at - interval '30 days' AND e.at) = 3)
        FROM (SELECT DISTINCT customer_id FROM bought) c ORDER BY 1$$, 'spells equal a search in plain SQL');

CREATE SCHEMA shop;
CREATE TABLE shop.orders AS SELECT i AS order_id, 1 + i % 60 AS customer_id, timestamptz '2024-01-01Z' + i * interval '7 hours' AS ordered_at, 10 AS amount FROM generate_series(1, 600) AS i;
CREATE TABLE shop.order_items AS SELECT order_id, 'p' || order_id % 50 AS product_id, 1 AS quantity, 10 AS unit_price, (ARRAY['Coffee', 'coats', 'massage', 'books'])[1 + floor(random() * 4)::integer] AS category FROM shop.orders;
SELECT create_workspace('seg', 'shop');
SET LOCAL customer_segments.as_of = '2024-07-01';
SELECT results_eq('SELECT customer_id, need, facts, round(share::numeric, 12) FROM seg.need_score ORDER BY 1, 2',
    $$SELECT o.customer_id, n.need, count(*), round(count(*)::numeric / sum(count(*)) OVER (PARTITION BY o.customer_id), 12)
        FROM shop.orders o JOIN shop.order_items i USING (order_id) JOIN (VALUES ('Coffee', 'energy_boost'), ('coats', 'warm_outerwear'), ('massage', 'recovery')) AS n(category, need) USING (category)
       WHERE o.ordered_at < '2024-07-01Z' GROUP BY 1, 2 ORDER BY 1, 2$$, 'shares of needs equal plain SQL');
SELECT * FROM finish();
ROLLBACK;
