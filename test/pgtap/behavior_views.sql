-- The views behavior, funnel and carts: each label with one who just misses it, against plain SQL, as of any instant.
BEGIN;
SET search_path = customer_segments, public;
SET client_min_messages = warning;
SET TimeZone = 'UTC';
SET jit = off;
SELECT plan(53);

CREATE SCHEMA shop;
CREATE TABLE shop.orders (order_id integer, customer_id text, ordered_at timestamptz, amount numeric);
CREATE TABLE shop.order_items (order_id integer, product_id text, quantity integer, unit_price numeric, category text);
CREATE TABLE shop.customers (customer_id text, signed_up_at timestamptz);
CREATE TABLE shop.events (customer_id text, event_type text, occurred_at timestamptz, product_id text, category text, value double precision, is_machine boolean);
CREATE FUNCTION pg_temp.views(customer text, n integer, product text, category text, at timestamptz, machine boolean DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    INSERT INTO shop.events SELECT customer, 'Product Viewed', at + i * interval '1 minute', product, category, NULL, machine FROM generate_series(0, n - 1) AS i $$;
SELECT pg_temp.views('4 views', 4, 'p1', NULL, '2024-05-10'), pg_temp.views('3 views', 3, 'p1', NULL, '2024-05-10'),
       pg_temp.views('4 of a category', 2, 'p1', 'hats', '2024-05-10'), pg_temp.views('4 of a category', 2, 'p2', 'hats', '2024-05-11'),
       pg_temp.views('2 and 2', 2, 'p1', 'hats', '2024-05-10'), pg_temp.views('2 and 2', 2, 'p2', 'shoes', '2024-05-10'),
       pg_temp.views('bought since', 5, 'p1', NULL, '2024-05-10'), pg_temp.views('bought at the first', 5, 'p1', NULL, '2024-05-10'), pg_temp.views('bought before', 5, 'p1', NULL, '2024-05-10'),
       pg_temp.views('bought another', 5, 'p1', NULL, '2024-05-10'), pg_temp.views('machine', 5, 'p1', 'hats', '2024-05-10', true),
       pg_temp.views('30 days ago', 4, 'p1', NULL, '2024-05-02'), pg_temp.views('a minute more', 4, 'p1', NULL, '2024-05-01 23:59'), pg_temp.views('to come', 4, 'p1', NULL, '2024-05-31 23:57'),
       pg_temp.views('category never bought', 1, 'p1', 'hats', '2024-05-20'), pg_temp.views('category bought long ago', 3, 'p1', 'hats', '2024-05-20'),
       pg_temp.views('two categories', 3, 'p1', 'hats', '2024-05-20'), pg_temp.views('two categories', 2, 'p2', 'shoes', '2024-05-25'), pg_temp.views('two categories', 1, 'p3', 'bags', '2024-05-26');
INSERT INTO shop.orders VALUES (1, 'bought since', '2024-05-10 00:01', 10), (2, 'bought at the first', '2024-05-10', 10), (3, 'bought before', '2024-05-09 23:59:59', 10), (4, 'bought another', '2024-05-11', 10),
    (5, 'category bought long ago', '2023-01-01', 10), (6, 'two categories', '2024-05-28', 10);
INSERT INTO shop.order_items VALUES (1, 'p1', 1, 10, 'x'), (2, 'p1', 1, 10, 'x'), (3, 'p1', 1, 10, 'x'), (4, 'p2', 1, 10, 'x'), (5, 'p9', 1, 10, 'hats'), (6, 'p1', 1, 10, 'hats');
-- sign-up and use
INSERT INTO shop.customers VALUES ('in 7 days', '2024-05-01'), ('after 7 days', '2024-05-01'), ('never', '2024-05-25'), ('not yet', '2024-05-25 00:00:01'), ('by its event', NULL);
INSERT INTO shop.events (customer_id, event_type, occurred_at) VALUES ('in 7 days', 'login', '2024-05-07 23:59:59'), ('after 7 days', 'app_open', '2024-05-08'), ('never', 'page_view', '2024-05-26'),
    ('not yet', 'page_view', '2024-05-26'), ('by its event', 'Signed Up', '2024-05-01'), ('by its event', 'Signed In', '2024-05-01 00:10');
INSERT INTO shop.events (customer_id, event_type, occurred_at) SELECT c, e, timestamptz '2024-05-20' + i * interval '1 hour' FROM generate_series(1, 5) AS i,
    (VALUES ('engaged', 'email_open'), ('engaged', 'email_click'), ('engaged buyer', 'email_open'), ('engaged buyer', 'email_click'), ('one click', 'email_open')) AS v(c, e);
INSERT INTO shop.events (customer_id, event_type, occurred_at) VALUES ('one click', 'email_click', '2024-05-20');
INSERT INTO shop.orders VALUES (21, 'engaged buyer', '2022-05-20', 10);
-- carts, as of 1 June, midnight
INSERT INTO shop.events (customer_id, event_type, occurred_at, value) VALUES ('59 minutes', 'add_to_cart', '2024-05-31 23:00:01', 50), ('60 minutes', 'add_to_cart', '2024-05-31 23:00', 50),
    ('recovered', 'add_to_cart', '2024-05-20', 80), ('ordered', 'Checkout Started', '2024-05-20', 90), ('with an order only', 'page_view', '2024-05-20', NULL), ('odd values', 'add_to_cart', '2024-05-20', 1e13),
    ('odd values', 'add_to_cart', '2024-05-20', 1.0 / 3), ('long ago', 'add_to_cart', '2024-05-01 23:00', 10);
INSERT INTO shop.events (customer_id, event_type, occurred_at, value) SELECT 'cart ' || i, 'add_to_cart', '2024-05-25', i FROM generate_series(1, 95) AS i;
INSERT INTO shop.events (customer_id, event_type, occurred_at, value, is_machine) VALUES ('cart of a machine', 'add_to_cart', '2024-05-20', 50, true), ('paid nothing', 'add_to_cart', '2024-05-20', 50, NULL), ('worth nothing', 'add_to_cart', '2024-05-20', NULL, NULL);
INSERT INTO shop.orders VALUES (14, 'paid nothing', '2024-05-20 00:30', 0), (15, 'worth nothing', '2024-05-20 00:30', -5);
INSERT INTO shop.orders VALUES (11, 'recovered', '2024-05-22', 80), (12, 'ordered', '2024-05-20 00:30', 90), (13, 'with an order only', '2024-05-20 00:30', 90);
SELECT create_workspace('seg', 'shop');
SET LOCAL customer_segments.as_of = '2024-06-01';
CREATE TABLE b AS SELECT * FROM seg.behavior;
CREATE FUNCTION pg_temp.said(customer text) RETURNS text LANGUAGE sql AS $$ SELECT concat_ws(' ', behavior, browsed_product, browsed_category, unbought_category) FROM b WHERE customer_id = customer $$;
SELECT is(pg_temp.said('4 views'), 'browser_no_purchase p1', 'more than 3 views of a product');
SELECT is(pg_temp.said('3 views'), 'other', '3 views');
SELECT is(pg_temp.said('4 of a category'), 'browser_no_purchase hats hats', 'more than 3 views of a category');
SELECT is(pg_temp.said('2 and 2'), 'category_browser hats', '2 of each of two');
SELECT is(pg_temp.said('bought since'), 'other', 'bought since');
SELECT is(pg_temp.said('bought at the first'), 'other', 'bought at the instant of the first view');
SELECT is(pg_temp.said('bought before'), 'browser_no_purchase p1', 'bought a second before the first view');
SELECT is(pg_temp.said('bought another'), 'browser_no_purchase p1', 'bought another product');
SELECT is(pg_temp.said('machine'), 'other', 'views by machines do not count');
SELECT is(pg_temp.said('30 days ago'), 'browser_no_purchase p1', '30 days ago');
SELECT is(pg_temp.said('a minute more'), 'other', 'one of them a minute earlier');
SELECT is(pg_temp.said('to come'), 'other', 'one of them still to come');
SELECT is(pg_temp.said('category never bought'), 'category_browser hats', 'a category never bought');
SELECT is(pg_temp.said('category bought long ago'), 'other', 'bought once, long ago');
SELECT is(pg_temp.said('two categories') || (SELECT round(unbought_category_share::numeric, 4) FROM b WHERE customer_id = 'two categories'), 'category_browser shoes0.3333', 'the one viewed most of those never bought, and its share');
SELECT is((SELECT string_agg(customer_id || ' ' || behavior, ', ' ORDER BY customer_id) FROM b WHERE customer_id IN ('engaged', 'engaged buyer', 'one click')), 'engaged engaged_no_purchase, engaged buyer other, one click other',
          'highly engaged without any order ever; one order long ago, one click too few');
SELECT is((SELECT string_agg(customer_id || ' ' || COALESCE(adopted::text, 'unknown'), ', ' ORDER BY customer_id COLLATE "C") FROM b WHERE customer_id IN ('in 7 days', 'after 7 days', 'never', 'not yet', 'by its event')),
          'after 7 days false, by its event true, in 7 days true, never false, not yet unknown', 'adoption in 7 days');
SELECT is((SELECT first_view_to_order_days FROM b WHERE customer_id = 'bought since'), (1 / 1440.0)::double precision, 'from the first view to the order');
SELECT is((SELECT first_view_to_order_days FROM b WHERE customer_id = 'bought at the first'), 0::double precision, 'at the same instant');
SELECT is((SELECT first_view_to_order_days FROM b WHERE customer_id = 'bought before'), NULL, 'the order came first');
SELECT is((SELECT sessions || ' ' || mean_session_minutes FROM b WHERE customer_id = '4 of a category'), '2 1', 'visits');
SELECT is((SELECT array_agg(k.cart ORDER BY customer_id COLLATE "C") FROM seg.carts k WHERE customer_id IN ('59 minutes', '60 minutes', 'recovered', 'ordered', 'long ago', 'with an order only')),
          '{open,abandoned,ordered,recovered}', 'carts: open for 59 minutes, abandoned after 60, ordered, recovered; no cart, or too long ago: no row');
SELECT is((SELECT cart_value FROM seg.carts WHERE customer_id = 'odd values'), 0.3333, 'values that no cart can have do not count');
SELECT is((SELECT count(*) FROM seg.carts k WHERE k.is_high_value IS DISTINCT FROM (k.cart_value > (SELECT percentile_cont(0.8) WITHIN GROUP (ORDER BY o.cart_value::double precision) FROM seg.carts o WHERE o.cart_value > 0))), 0::bigint,
          'a high value is above the 80 % quantile of all carts');
SELECT cmp_ok((SELECT count(*) FROM seg.carts WHERE is_high_value AND reliable), '>', 10::bigint, 'there are some');
SELECT is((SELECT string_agg(customer_id || ' ' || cart || ' ' || is_high_value, ', ' ORDER BY customer_id) FROM seg.carts WHERE customer_id IN ('cart of a machine', 'paid nothing', 'worth nothing')), 'paid nothing abandoned false, worth nothing abandoned false',
          'a machine fills no cart, an order of nothing ends none');
UPDATE seg.settings SET cart_min_carts = (SELECT count(*) FROM seg.carts WHERE cart_value > 0);
SELECT is((SELECT bool_and(reliable AND n = s.cart_min_carts) FROM seg.carts, seg.settings s), true, 'reliable from so many carts on that were worth anything');
UPDATE seg.settings SET cart_min_carts = cart_min_carts + 1;
SELECT is((SELECT bool_or(reliable) FROM seg.carts), false, 'with one less it is not');
UPDATE seg.settings SET cart_high_quantile = 1;
SELECT is((SELECT count(*) FROM seg.carts WHERE is_high_value), 0::bigint, 'the cart at the quantile itself is not');
UPDATE seg.settings SET cart_high_quantile = 0;
SELECT is((SELECT count(*) FROM seg.carts WHERE NOT is_high_value AND cart_value > 0), 1::bigint, 'nor the lowest of all, but every other');
UPDATE seg.settings SET cart_high_quantile = 0.8;
SELECT is((SELECT string_agg(step || ' ' || kind || ' ' || customers, ', ' ORDER BY step) FROM seg.funnel),
    (SELECT format('1 product_view %s, 2 add_to_cart 0, 3 checkout_start 0, 4 purchase 0', count(*) FILTER (WHERE funnel_step >= 1)) FROM b), 'the funnel counts what behavior says');
UPDATE seg.settings SET funnel_steps = '{product_view,purchase}';
SELECT is((SELECT array_agg(customer_id ORDER BY customer_id COLLATE "C") FROM seg.behavior WHERE funnel_step = 2), '{bought another,bought at the first,bought since,two categories}', 'orders are a step, within 7 days');
SELECT throws_ok($$UPDATE seg.settings SET funnel_steps = '{product_view,purchase,product_view}'$$, '23514', NULL, 'each step once');
UPDATE seg.settings SET funnel_days = 1;
SELECT is((SELECT customers || ' ' || share_of_previous FROM seg.funnel WHERE step = 2), '3 ' || (SELECT (3.0 / customers)::numeric(7,6) FROM seg.funnel WHERE step = 1), 'or one');
SELECT is((SELECT count(DISTINCT segmentation) FROM seg.segment_summary WHERE segmentation IN ('behavior', 'cart')), 2::bigint, 'both are in segment_summary');

-- weeks after the first visit, against plain SQL: customers who have lived through each
CREATE FUNCTION pg_temp.retention(days integer, periods integer) RETURNS TABLE (period integer, customers bigint, active_customers bigint) LANGUAGE sql AS $$
    WITH visit AS (SELECT customer_id, occurred_at AS at, min(occurred_at) OVER (PARTITION BY customer_id) AS first_at FROM shop.events
                    WHERE occurred_at < '2024-06-01' AND is_machine IS NOT TRUE AND event_kind(event_type) <> ALL ('{email_open,email_click,sign_up}'))
    SELECT p, count(DISTINCT customer_id) FILTER (WHERE first_at + (p + 1) * days * interval '24 hours' <= '2024-06-01'),
           count(DISTINCT customer_id) FILTER (WHERE first_at + (p + 1) * days * interval '24 hours' <= '2024-06-01' AND floor(extract(epoch FROM at - first_at) / (86400 * days)) = p)
      FROM generate_series(0, periods - 1) AS p LEFT JOIN visit ON true GROUP BY p $$;
INSERT INTO shop.events (customer_id, event_type, occurred_at) SELECT 'weekly', 'page_view', timestamptz '2024-01-01' + i * interval '7 days' FROM unnest('{0,1,3}'::int[]) AS i
    UNION ALL SELECT 'weekly, a second early', 'page_view', timestamptz '2024-01-01' + i * interval '6 days 23:59:59' FROM generate_series(0, 1) AS i;
SELECT results_eq('SELECT period, customers, active_customers FROM seg.visit_retention', 'SELECT * FROM pg_temp.retention(7, 12)', 'visit_retention of 12 weeks');
SELECT is((SELECT array_agg(active_customers ORDER BY period) FROM seg.visit_retention WHERE period BETWEEN 1 AND 4), '{1,0,1,0}'::bigint[], 'after 7 days is the second week, a second earlier still the first');
SELECT is((SELECT retention FROM seg.visit_retention WHERE period = 0), 1::numeric(7,6), 'everybody visited in the first period');
UPDATE seg.settings SET retention_days = 2, retention_periods = 20;
SELECT results_eq('SELECT period, customers, active_customers FROM seg.visit_retention', 'SELECT * FROM pg_temp.retention(2, 20)', 'or 20 periods of 2 days');
-- known by events alone: in the views of events, in customer_360 once the source registers them
SELECT is((SELECT string_agg(behavior, ' ') || (SELECT count(*) FROM seg.customer_360 WHERE customer_id = 'engaged') FROM b WHERE customer_id = 'engaged'), 'engaged_no_purchase0', 'who is known by events alone is in behavior, not in customer_360');
INSERT INTO shop.customers SELECT DISTINCT customer_id, NULL::timestamptz FROM shop.events;
SELECT is((SELECT format('%s %s %s %s', behavior, buyer_type, rfm, is_registered) FROM seg.customer_360 WHERE customer_id = 'engaged'), 'engaged_no_purchase prospect prospect t', 'registered, a prospect with every label');
SET LOCAL customer_segments.as_of = '2020-01-01';
SELECT is((SELECT count(*) FROM seg.visit_retention WHERE customers = 0 AND active_customers = 0 AND retention IS NULL), 20::bigint, 'nobody yet');
SET LOCAL customer_segments.as_of = '2024-06-01';

-- as of another instant: what a shop holding only the rows up to then says, in any zone of the session
CREATE SCHEMA cut;
CREATE TABLE cut.orders AS SELECT * FROM shop.orders WHERE ordered_at < '2024-05-20 00:20';
CREATE TABLE cut.order_items AS SELECT * FROM shop.order_items;
CREATE TABLE cut.customers AS SELECT customer_id, CASE WHEN signed_up_at < '2024-05-20 00:20' THEN signed_up_at END AS signed_up_at FROM shop.customers;
CREATE TABLE cut.events AS SELECT * FROM shop.events WHERE occurred_at < '2024-05-20 00:20';
SELECT create_workspace('w', 'cut');
UPDATE w.settings SET funnel_steps = '{product_view,purchase}', funnel_days = 1;
SET LOCAL customer_segments.as_of = '2024-05-20 00:20+00';
SET LOCAL TimeZone = 'America/New_York';
SELECT set_eq('SELECT * FROM seg.behavior', 'SELECT * FROM w.behavior', 'behavior as of an instant is that of the rows up to then');
SELECT set_eq('SELECT * FROM seg.carts', 'SELECT * FROM w.carts', 'so are the carts');
SELECT is((SELECT string_agg(cart, ' ' ORDER BY customer_id COLLATE "C") FROM seg.carts), 'abandoned open open open open open', 'which were still open then');

-- a random shop against plain SQL, customer by customer; events that name no category have that of their product
SET LOCAL TimeZone = 'UTC';
SET LOCAL customer_segments.as_of = '2024-06-01 10:00';
CREATE SCHEMA random;
SELECT setseed(0.77) IS NULL AS seeded;
CREATE TABLE random.products AS SELECT 'p' || i AS product_id, CASE WHEN i < 7 THEN 'group ' || i % 3 END AS category FROM generate_series(1, 9) AS i;
CREATE TABLE random.orders AS SELECT i AS order_id, 1 + floor(random() * 70)::int AS customer_id, timestamptz '2024-06-02 10:00' - floor(random() ^ 2 * 80 * 48) * interval '30 minutes' AS ordered_at, floor(random() * 10) AS amount FROM generate_series(1, 90) AS i;
CREATE TABLE random.order_items AS SELECT 1 + floor(random() * 90)::int AS order_id, 'p' || 1 + floor(random() * 9) AS product_id, floor(random() * 4)::int AS quantity, floor(random() * 5) - 1 AS unit_price FROM generate_series(1, 150) AS i;
CREATE TABLE random.customers AS SELECT i AS customer_id, CASE WHEN i % 3 > 0 THEN timestamptz '2024-06-03' - floor(random() * 30 * 24) * interval '1 hour' END AS signed_up_at FROM generate_series(1, 60) AS i;
CREATE TABLE random.events AS
SELECT 1 + floor(random() * 70)::int AS customer_id, (ARRAY['Product Viewed', 'Product Viewed', 'Product Viewed', 'add_to_cart', 'checkout_start', 'purchase', 'email_open', 'email_click', 'login', 'sign_up', 'our own'])[1 + floor(random() * 11)::int] AS event_type,
       timestamptz '2024-06-02 10:00' - floor(random() ^ 2 * 50 * 144) * interval '10 minutes' AS occurred_at, 'p' || 1 + floor(random() * random() * 10) AS product_id,
       (ARRAY['', NULL, 'group 9', 'group 0'])[1 + floor(random() * 4)::int] AS category, random() < 0.1 AS is_machine
  FROM generate_series(1, 3000);
-- all at the first instant that counts, and a second before it
INSERT INTO random.events SELECT c, k, at, 'p1', NULL, false FROM (VALUES (81, timestamptz '2024-05-02 10:00'), (82, '2024-05-02 09:59:59')) v(c, at), unnest('{product_view,add_to_cart,checkout_start}'::text[]) k;
INSERT INTO random.orders VALUES (91, 81, '2024-05-02 10:00', 5), (92, 82, '2024-05-02 09:59:59', 5);
SELECT create_workspace('r', 'random');
CREATE TABLE e AS
SELECT v.customer_id, event_kind(v.event_type) AS kind, v.occurred_at AS at, v.product_id, COALESCE(NULLIF(v.category, ''), (SELECT p.category FROM random.products p WHERE p.product_id = v.product_id)) AS category, v.is_machine
  FROM random.events v WHERE v.occurred_at < '2024-06-01 10:00';
CREATE TABLE o AS SELECT * FROM random.orders WHERE amount > 0 AND ordered_at < '2024-06-01 10:00';
CREATE TABLE bought AS
SELECT o.customer_id, o.ordered_at AS at, i.product_id, (SELECT p.category FROM random.products p WHERE p.product_id = i.product_id) AS category
  FROM o JOIN random.order_items i USING (order_id) WHERE i.quantity > 0 AND i.unit_price >= 0;
CREATE TABLE looked AS
SELECT customer_id, what, label, count(*) AS views, min(at) AS first_at, max(at) AS last_at,
       (SELECT max(b.at) FROM bought b WHERE b.customer_id = v.customer_id AND CASE what WHEN 'product' THEN b.product_id ELSE b.category END = label) AS bought_at
  FROM (SELECT customer_id, at, unnest('{product,category}'::text[]) AS what, unnest(ARRAY[product_id, category]) AS label FROM e WHERE kind = 'product_view' AND NOT is_machine AND at >= '2024-05-02 10:00') v
 WHERE label IS NOT NULL GROUP BY 1, 2, 3;
CREATE TABLE who AS SELECT DISTINCT customer_id AS c FROM e;
CREATE FUNCTION pg_temp.first_label(who integer, kind_of text, browsed boolean) RETURNS text LANGUAGE sql AS $$
    SELECT label FROM looked WHERE customer_id = who AND what = kind_of AND CASE WHEN browsed THEN views > 3 AND COALESCE(bought_at < first_at, true) ELSE bought_at IS NULL END
     ORDER BY views DESC, last_at DESC, label COLLATE "C" LIMIT 1 $$;
SELECT results_eq('SELECT customer_id, browsed_product, browsed_category, unbought_category, is_browser_no_purchase, is_category_browser FROM r.behavior ORDER BY 1',
    $$SELECT c, p, k, u, p IS NOT NULL OR k IS NOT NULL, u IS NOT NULL FROM (SELECT c, pg_temp.first_label(c, 'product', true) AS p, pg_temp.first_label(c, 'category', true) AS k, pg_temp.first_label(c, 'category', false) AS u FROM who) x ORDER BY 1$$,
    'a random shop: what they looked at and did not buy');
SELECT cmp_ok((SELECT count(*) FILTER (WHERE browsed_product IS NOT NULL) * count(*) FILTER (WHERE browsed_category IS NOT NULL) * count(*) FILTER (WHERE behavior = 'category_browser') * count(*) FILTER (WHERE behavior = 'other') FROM r.behavior), '>', 0::bigint, 'of each kind');
SELECT results_eq('SELECT customer_id, is_engaged_no_purchase, n FROM r.behavior ORDER BY 1',
    $$SELECT c, count(*) FILTER (WHERE kind = 'email_open' AND NOT is_machine AND at >= '2024-05-03') >= 5 AND count(*) FILTER (WHERE kind = 'email_click' AND NOT is_machine AND at >= '2024-05-03') >= 2
             AND NOT EXISTS (SELECT FROM o WHERE o.customer_id = c), count(*) FROM who JOIN e ON e.customer_id = c GROUP BY c ORDER BY c$$, 'engaged, and no order ever; their events');
SELECT results_eq('SELECT customer_id, round(first_view_to_order_days::numeric, 9) FROM r.behavior ORDER BY 1',
    $$SELECT c, (SELECT round(extract(epoch FROM f.at - v.at) / 86400, 9) FROM (SELECT min(ordered_at) AS at FROM o WHERE o.customer_id = c) f, (SELECT min(at) AS at FROM e WHERE e.customer_id = c AND kind = 'product_view' AND NOT is_machine) v WHERE f.at >= v.at)
        FROM who ORDER BY c$$, 'days from the first view to the first order');
SELECT results_eq('SELECT customer_id, adopted FROM r.behavior ORDER BY 1',
    $$SELECT c, CASE WHEN used < s + interval '168 hours' THEN true WHEN s + interval '168 hours' <= '2024-06-01 10:00' THEN false END
        FROM (SELECT c, COALESCE((SELECT signed_up_at FROM random.customers k WHERE k.customer_id = c AND signed_up_at < '2024-06-01 10:00'), (SELECT min(at) FROM e WHERE e.customer_id = c AND kind = 'sign_up' AND NOT is_machine)) AS s,
                     (SELECT min(at) FROM e WHERE e.customer_id = c AND kind IN ('login', 'app_open') AND NOT is_machine) AS used FROM who) x ORDER BY 1$$, 'adoption');
UPDATE r.settings SET adoption_events = '{our own,app_open}', adoption_days = 3;
SELECT results_eq('SELECT customer_id, adopted FROM r.behavior ORDER BY 1',
    $$SELECT c, CASE WHEN used < s + interval '72 hours' THEN true WHEN s + interval '72 hours' <= '2024-06-01 10:00' THEN false END
        FROM (SELECT c, COALESCE((SELECT signed_up_at FROM random.customers k WHERE k.customer_id = c AND signed_up_at < '2024-06-01 10:00'), (SELECT min(at) FROM e WHERE e.customer_id = c AND kind = 'sign_up' AND NOT is_machine)) AS s,
                     (SELECT min(occurred_at) FROM random.events v WHERE v.customer_id = c AND event_type = 'our own' AND NOT is_machine AND occurred_at < '2024-06-01 10:00') AS used FROM who) x ORDER BY 1$$, 'adoption of what the shop has a name of its own for');
CREATE TABLE visit AS SELECT DISTINCT customer_id AS c, at FROM e WHERE NOT is_machine AND at >= '2024-05-02 10:00' AND kind = ANY (visit_kinds());
SELECT results_eq('SELECT customer_id, sessions, last_session_at FROM r.behavior ORDER BY 1',
    $$SELECT c, count(s.at), max(s.at) FROM who LEFT JOIN (SELECT c, at FROM (SELECT c, at, at - lag(at) OVER (PARTITION BY c ORDER BY at) AS gap FROM visit) g WHERE gap IS NULL OR gap >= interval '30 minutes') s USING (c) GROUP BY c ORDER BY c$$, 'visits');
CREATE TABLE step AS SELECT customer_id AS c, array_position('{product_view,add_to_cart,checkout_start,purchase}', kind) AS i, at FROM e WHERE NOT is_machine AND at >= '2024-05-02 10:00'
    UNION ALL SELECT customer_id, 4, ordered_at FROM o WHERE ordered_at >= '2024-05-02 10:00';
SELECT results_eq('SELECT customer_id, funnel_step FROM r.behavior ORDER BY 1',
    $$SELECT c, CASE WHEN EXISTS (SELECT FROM step a, step b, step d, step f WHERE a.c = w.c AND b.c = w.c AND d.c = w.c AND f.c = w.c AND a.i = 1 AND b.i = 2 AND d.i = 3 AND f.i = 4
                                     AND a.at <= b.at AND b.at <= d.at AND d.at <= f.at AND f.at <= a.at + interval '168 hours') THEN 4
                     WHEN EXISTS (SELECT FROM step a, step b, step d WHERE a.c = w.c AND b.c = w.c AND d.c = w.c AND a.i = 1 AND b.i = 2 AND d.i = 3 AND a.at <= b.at AND b.at <= d.at AND d.at <= a.at + interval '168 hours') THEN 3
                     WHEN EXISTS (SELECT FROM step a, step b WHERE a.c = w.c AND b.c = w.c AND a.i = 1 AND b.i = 2 AND a.at <= b.at AND b.at <= a.at + interval '168 hours') THEN 2
                     WHEN EXISTS (SELECT FROM step a WHERE a.c = w.c AND a.i = 1) THEN 1 ELSE 0 END FROM who w ORDER BY 1$$, 'the funnel');
SELECT * FROM finish();
ROLLBACK;
