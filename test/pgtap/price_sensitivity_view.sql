-- The view price_sensitivity: each label with one who just misses it; lines against plain SQL; orders where there are no lines.
BEGIN;
SET search_path = customer_segments, public;
SET client_min_messages = warning;
SET jit = off;
SELECT plan(28);

CREATE SCHEMA shop;
CREATE TABLE shop.orders (order_id integer, customer_id text, ordered_at timestamptz, amount numeric, coupon_code text);
CREATE TABLE shop.order_items (order_id integer, product_id text, quantity integer, unit_price numeric, list_price numeric, category text);
-- so many lines of one order each, of which so many discounted; list prices of a category are 1 .. 100 by "price"
CREATE FUNCTION pg_temp.buys(customer text, lines integer, discounted integer, price numeric, paid numeric, coupons integer DEFAULT 0) RETURNS void LANGUAGE sql AS $$
    WITH o AS (INSERT INTO shop.orders SELECT (SELECT count(*) FROM shop.orders) + i, customer, timestamptz '2024-05-01' + i * interval '1 hour', 10, CASE WHEN i <= coupons THEN 'SPRING' END
                 FROM generate_series(1, lines) AS i RETURNING order_id)
    INSERT INTO shop.order_items SELECT o.order_id, 'p' || price, 1, CASE WHEN row_number() OVER (ORDER BY o.order_id) <= discounted THEN paid ELSE price END, price, 'shoes' FROM o $$;
SELECT pg_temp.buys('3 of 5', 5, 3, 50, 40), pg_temp.buys('59 of 100', 100, 59, 50, 40), pg_temp.buys('3 of 3', 3, 3, 50, 40), pg_temp.buys('2 of 2', 2, 2, 50, 40),
       pg_temp.buys('1 of 10', 10, 1, 50, 40), pg_temp.buys('11 of 100', 100, 11, 50, 40), pg_temp.buys('0 of 2', 2, 0, 50, 40),
       pg_temp.buys('by 1 %', 3, 3, 50, 49.5), pg_temp.buys('by less', 3, 3, 50, 49.51), pg_temp.buys('by coupon', 3, 0, 50, 50, 3),
       pg_temp.buys('dear', 4, 0, 400, 0), pg_temp.buys('dear, but few', 2, 0, 400, 0), pg_temp.buys('cheap', 4, 0, 4, 0), pg_temp.buys('all sold', 300, 0, 50, 0);
SELECT pg_temp.buys('middling ' || i, 10, 3 + i % 3, 50, 40) FROM generate_series(1, 20) AS i;
INSERT INTO shop.orders VALUES (9001, 'no lines', '2024-05-01', 10, NULL);
INSERT INTO shop.order_items SELECT order_id, 'x', 1, 10, NULL, NULL FROM shop.orders WHERE customer_id = 'by 1 %';
SELECT create_workspace('seg', 'shop');
SET LOCAL customer_segments.as_of = '2024-06-01';
CREATE TABLE found AS SELECT * FROM seg.price_sensitivity;
CREATE FUNCTION pg_temp.label(customer text) RETURNS text LANGUAGE sql AS $$ SELECT price_sensitivity || CASE WHEN reliable THEN '' ELSE '?' END FROM found WHERE customer_id = customer $$;
SELECT is(pg_temp.label('3 of 5'), 'bargain_hunter', '3 of 5 discounted');
SELECT is(pg_temp.label('59 of 100'), 'value_shopper', '59 of 100');
SELECT is(pg_temp.label('3 of 3'), 'bargain_hunter', '3 of 3');
SELECT is(pg_temp.label('2 of 2'), 'value_shopper?', '2 of 2: too few, and the shop discounts less');
SELECT is(pg_temp.label('1 of 10'), 'quality_driven', '1 of 10');
SELECT is(pg_temp.label('11 of 100'), 'value_shopper', '11 of 100');
SELECT is(pg_temp.label('by less'), 'quality_driven', 'a discount of less than 1 % is none');
SELECT is((SELECT discounted_lines FROM found WHERE customer_id = 'by 1 %'), 3::bigint, 'one of 1 % is');
SELECT is(pg_temp.label('by coupon'), 'bargain_hunter', 'an order with a coupon');
SELECT is((SELECT array_agg(customer_id || ' ' || price_band ORDER BY customer_id) FROM found WHERE customer_id IN ('dear', 'cheap', '3 of 5', 'by coupon')),
          '{3 of 5 mid,by coupon mid,cheap budget,dear premium}', 'price bands');
SELECT is((SELECT array_agg(customer_id) FROM found WHERE is_premium_buyer), '{dear}', 'a premium buyer needs enough lines');
SELECT is((SELECT count(*) FROM found f JOIN (
        SELECT customer_id, avg((SELECT count(*) FILTER (WHERE o.list_price < i.list_price) + 0.5 * count(*) FILTER (WHERE o.list_price = i.list_price) FROM shop.order_items o WHERE o.category = i.category)
                                / (SELECT count(*) FROM shop.order_items o WHERE o.category = i.category)) AS p
          FROM shop.order_items i JOIN shop.orders USING (order_id) WHERE i.category IS NOT NULL GROUP BY 1) e USING (customer_id)
        WHERE abs(e.p - f.price_percentile) > 1e-12), 0::bigint, 'percentiles by plain SQL');
SELECT is((SELECT price_sensitivity || ' ' || price_sensitivity_rank || ' ' || price_band FROM seg.customer_360 WHERE customer_id = 'no lines'), 'unknown 0 unknown', 'no line, nothing known');
SELECT is((SELECT sum(customers) FROM seg.segment_summary WHERE segmentation = 'price_sensitivity'), 35::numeric, 'counted in segment_summary');
SELECT ok((SELECT bool_and(f.shrunk_share = shrunk_share((f.discounted_lines), f.n, p.prior)) FROM found f, (SELECT beta_prior_fit(price_response) AS prior FROM seg.customer_items) p),
          'shrunk toward a prior fitted to the shop''s own customers');
SELECT ok((SELECT bool_and(f.saved = e.saved) FROM found f JOIN (SELECT customer_id, sum(GREATEST(list_price - unit_price, 0)) FILTER (WHERE list_price - unit_price >= 0.01 * list_price) AS saved
            FROM shop.order_items JOIN shop.orders USING (order_id) GROUP BY 1) e USING (customer_id) WHERE e.saved IS NOT NULL), 'what was saved');

SELECT is((SELECT count(*) FROM found WHERE abs(discount_affinity - (0.8 * discounted_value_share + 0.2 * discounted_share)) > 1e-12 OR discount_affinity IS NULL AND n > 0), 0::bigint, 'discount affinity weighs value and number');
-- bands: at a cut point, and the least less; a hundred prices of one category, the mid one of each is at (i - 1/2) / 100
CREATE SCHEMA banded;
CREATE TABLE banded.orders AS SELECT i AS order_id, CASE i WHEN 36 THEN '0.355' WHEN 35 THEN '0.345' WHEN 66 THEN '0.655' WHEN 65 THEN '0.645' ELSE 'others' END AS customer_id, timestamptz '2024-05-01' AS ordered_at, 10 AS amount FROM generate_series(1, 100) AS i;
UPDATE banded.orders SET customer_id = CASE WHEN order_id BETWEEN 75 AND 77 THEN 'three at 0.755' WHEN order_id BETWEEN 78 AND 79 THEN 'two at 0.78' WHEN order_id BETWEEN 72 AND 74 THEN 'three at 0.725' END WHERE order_id BETWEEN 72 AND 79;
CREATE TABLE banded.order_items AS SELECT i AS order_id, 'p' AS product_id, 1 + i % 3 AS quantity, 9 AS unit_price, i AS list_price, 'shoes' AS category FROM generate_series(1, 100) AS i;
SELECT create_workspace('bands', 'banded');
SELECT is((SELECT string_agg(customer_id || ' ' || round(price_percentile::numeric, 4) || ' ' || price_band, ', ' ORDER BY customer_id) FROM bands.price_sensitivity WHERE customer_id LIKE '0.%'),
          '0.345 0.3450 budget, 0.355 0.3550 mid, 0.645 0.6450 mid, 0.655 0.6550 premium', 'price bands, on either side of a cut point');
UPDATE bands.settings SET price_mid_band = 0.345, price_premium_band = 0.645, price_premium_buyer = 0.755;
SELECT is((SELECT string_agg(price_band, ' ' ORDER BY customer_id) FROM bands.price_sensitivity WHERE customer_id LIKE '0.%'), 'mid mid premium premium', 'a cut point itself is in the higher band');
SELECT is((SELECT string_agg(customer_id, ', ') FROM bands.price_sensitivity WHERE is_premium_buyer), 'three at 0.755', 'a premium buyer from the cut point on, with enough lines');
UPDATE bands.settings SET price_premium_buyer = 0.7550000001;
SELECT is((SELECT count(*) FROM bands.price_sensitivity WHERE is_premium_buyer), 0::bigint, 'the least less is none');
SELECT drop_workspace('bands');

-- settings
UPDATE seg.settings SET price_min_discount = 0.25, price_min_orders = 2, price_high_share = 1, price_low_share = 0;
SELECT is((SELECT count(*) FROM seg.price_sensitivity WHERE discounted_lines > 0 AND customer_id <> 'by coupon'), 0::bigint, 'from 25 % on nobody had a discount');
SELECT is((SELECT price_sensitivity || reliable FROM seg.price_sensitivity WHERE customer_id = '0 of 2'), 'quality_driventrue', 'two lines are enough if the setting says so');

-- no lines: orders, by list_amount and coupon
CREATE SCHEMA plain;
CREATE VIEW plain.orders AS SELECT o.order_id, o.customer_id, o.ordered_at, i.unit_price AS amount, i.list_price AS list_amount FROM shop.orders o JOIN shop.order_items i USING (order_id) WHERE i.category IS NOT NULL;
SELECT create_workspace('w', 'plain');
SELECT results_eq('SELECT customer_id, price_sensitivity, discounted_lines, saved, n FROM w.price_sensitivity WHERE customer_id NOT IN (''by coupon'', ''by 1 %'') ORDER BY 1',
    'SELECT customer_id, price_sensitivity, discounted_lines, saved, n FROM found WHERE customer_id NOT IN (''by coupon'', ''by 1 %'') ORDER BY 1',
    'without lines, the orders say the same');
SELECT is((SELECT DISTINCT price_band FROM w.price_sensitivity), 'unknown', 'but no price band');
INSERT INTO shop.orders VALUES (9002, 'list price zero', '2024-05-01', 10, NULL), (9003, 'list price below zero', '2024-05-01', 10, NULL), (9004, 'above list', '2024-05-01', 10, NULL);
INSERT INTO shop.order_items VALUES (9002, 'x', 1, 10, 0, 'odd'), (9003, 'x', 1, 10, -5, 'odd'), (9004, 'x', 1, 10, 8, 'odd');
SELECT is((SELECT string_agg(format('%s %s %s %s', customer_id, price_sensitivity, n, discounted_lines), ', ' ORDER BY customer_id) FROM w.price_sensitivity WHERE customer_id IN ('list price zero', 'list price below zero', 'above list')),
          'above list value_shopper 1 0, list price below zero unknown 0 0, list price zero unknown 0 0', 'list prices that are none say nothing; one that was exceeded does');
DELETE FROM shop.order_items WHERE order_id > 9001;
DELETE FROM shop.orders WHERE order_id > 9001;
SELECT drop_workspace('w');
CREATE OR REPLACE VIEW plain.orders AS SELECT o.order_id, o.customer_id, o.ordered_at, o.amount, NULL::numeric AS list_amount, o.coupon_code FROM shop.orders o;
SELECT create_workspace('w', 'plain');
SELECT is((SELECT array_agg(price_sensitivity ORDER BY customer_id) FROM w.price_sensitivity WHERE customer_id IN ('by coupon', '3 of 5')), '{quality_driven,bargain_hunter}', 'coupons alone');
SELECT drop_workspace('w');
DROP VIEW plain.orders;
CREATE VIEW plain.orders AS SELECT order_id, customer_id, ordered_at, amount FROM shop.orders;
SELECT create_workspace('w', 'plain');
SELECT is((SELECT count(*) || ' ' || min(c.price_sensitivity) FROM w.customer_360 c), '35 unknown', 'neither list prices nor coupons: unknown');
SELECT * FROM finish();
ROLLBACK;
