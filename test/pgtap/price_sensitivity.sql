-- price_response against plain SQL; merged = whole, shuffled = sorted = parallel, by bytes; classes and who just misses them.
BEGIN;
SET search_path = customer_segments, public;
SELECT plan(40);

SELECT setseed(0.42);
CREATE TABLE sale AS
    SELECT n, 1 + floor(random() * random() * 300)::int AS customer, paid, list, random() < 0.2 AS coupon
    FROM (SELECT n, list, CASE floor(random() * 6)::int WHEN 0 THEN round(list * 0.99, 2) WHEN 1 THEN round(list * 0.99, 2) + 0.01 WHEN 2 THEN list WHEN 3 THEN list * 1.2
                                WHEN 4 THEN round((list * random())::numeric, 2) ELSE -list END AS paid
          FROM (SELECT n, CASE n % 11 WHEN 0 THEN NULL WHEN 1 THEN 0 WHEN 2 THEN -5.5 ELSE round((random() * 90)::numeric, 2) END AS list FROM generate_series(1, 20000) AS n) AS l) AS p;
ANALYZE sale;

CREATE TEMP TABLE response AS
    SELECT customer, price_response_agg(paid, list) AS plain, price_response_agg(paid, list, coupon) AS flagged, price_response_agg(paid, list, coupon, 0.25) AS deep
    FROM sale GROUP BY customer;

-- the same figures in plain SQL
CREATE FUNCTION pg_temp.differing(which text, smallest numeric, flag boolean) RETURNS bigint LANGUAGE plpgsql AS $f$
DECLARE result bigint;
BEGIN
    EXECUTE format($q$
        SELECT count(*) FROM response JOIN
            (SELECT customer, count(*) AS orders, count(*) FILTER (WHERE off OR promo) AS discounted, count(*) FILTER (WHERE off) AS reduced, count(*) FILTER (WHERE promo) AS promoted,
                    sum(paid) AS paid, sum(full_price) AS list, coalesce(sum(paid) FILTER (WHERE off OR promo), 0) AS discounted_paid,
                    sum(full_price - paid) FILTER (WHERE off) AS saved, sum(full_price) FILTER (WHERE off) AS reduced_list
             FROM (SELECT *, CASE WHEN list > 0 THEN list ELSE paid END AS full_price, coalesce(list > paid AND (list - paid) >= %2$s * list, false) AS off, coupon AND %3$L AS promo
                   FROM sale WHERE paid >= 0 AND coalesce(list >= 0, true)) AS s GROUP BY customer) AS s USING (customer)
        WHERE (order_count(%1$I), discounted_orders(%1$I), reduced_orders(%1$I), promoted_orders(%1$I), paid_value(%1$I), list_value(%1$I), discounted_value(%1$I), discount_value(%1$I),
               discounted_share(%1$I), discount_affinity(%1$I), discount_depth(%1$I))
           IS DISTINCT FROM (s.orders, discounted, reduced, promoted, paid, list, discounted_paid, coalesce(saved, 0),
               discounted / s.orders::float8, 0.8 * (discounted_paid::float8 / nullif(paid::float8, 0)) + 0.2 * (discounted / s.orders::float8), saved::float8 / reduced_list::float8)
          AND NOT (abs(discount_affinity(%1$I) - (0.8 * (discounted_paid::float8 / nullif(paid::float8, 0)) + 0.2 * (discounted / s.orders::float8))) < 1e-12
               AND (abs(discount_depth(%1$I) - saved::float8 / reduced_list::float8) < 1e-12 OR saved IS NULL AND discount_depth(%1$I) IS NULL)
               AND (order_count(%1$I), discounted_orders(%1$I), reduced_orders(%1$I), promoted_orders(%1$I), paid_value(%1$I), list_value(%1$I), discounted_value(%1$I), discount_value(%1$I))
                 = (s.orders, discounted, reduced, promoted, paid, list, discounted_paid, coalesce(saved, 0)))$q$, which, smallest, flag) INTO result;
    RETURN result;
END $f$;
SELECT cmp_ok(count(*), '>', 250::bigint, 'customers') FROM response;
SELECT is(pg_temp.differing('plain', 0.01, false), 0::bigint, 'paid and list, as plain SQL has it');
SELECT is(pg_temp.differing('flagged', 0.01, true), 0::bigint, 'with coupons');
SELECT is(pg_temp.differing('deep', 0.25, true), 0::bigint, 'from 25 % on');
SELECT isnt((SELECT sum(discounted_orders(plain)) FROM response), (SELECT sum(discounted_orders(deep)) FROM response), 'which is not the same');
SELECT is((SELECT sum(ignored_rows(plain)) FROM response), (SELECT count(*)::numeric FROM sale WHERE paid < 0 OR list < 0 AND paid IS NOT NULL), 'negative prices are counted');
SELECT is((SELECT sum(paid_value(plain)) FROM response), (SELECT sum(paid) FROM sale WHERE paid >= 0 AND coalesce(list >= 0, true)), 'paid, to the last digit');

-- any order, in parts, in workers: the same bytes
CREATE TEMP TABLE shuffled AS SELECT * FROM sale ORDER BY md5(n::text);
SELECT is(count(*), 0::bigint, 'shuffled: the same bytes')
FROM (SELECT customer, price_response_agg(paid, list, coupon) AS r FROM shuffled GROUP BY customer) AS s JOIN response USING (customer)
WHERE price_response_send(r) <> price_response_send(flagged);
SELECT is(count(*), 0::bigint, 'merged from parts: the same bytes')
FROM (SELECT customer, rollup(r) AS r FROM (SELECT customer, price_response_agg(paid, list, coupon) AS r FROM sale GROUP BY customer, n % 7) AS p GROUP BY customer) AS s JOIN response USING (customer)
WHERE price_response_send(r) <> price_response_send(flagged);
SELECT is((SELECT a.flagged || b.flagged FROM response AS a, response AS b WHERE a.customer = 1 AND b.customer = 2),
          (SELECT price_response_agg(paid, list, coupon) FROM sale WHERE customer IN (1, 2)), 'two joined are one');
SELECT is((SELECT rollup(flagged) FROM response), (SELECT price_response_agg(paid, list, coupon) FROM sale), 'all joined are the whole');
SELECT is(count(*), 0::bigint, 'as text and back') FROM response WHERE flagged::text::price_response <> flagged;
SAVEPOINT serial;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 3;
SET LOCAL parallel_leader_participation = off;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END $$;
SELECT isnt_empty($q$ SELECT 1 FROM pg_temp.plan_of('SELECT price_response_agg(paid, list, coupon) FROM sale') AS line WHERE line ~ 'Partial Aggregate' $q$, 'workers take part');
SELECT is(price_response_send(price_response_agg(paid, list, coupon)), (SELECT price_response_send(rollup(flagged)) FROM response), 'in workers: the same bytes') FROM sale;
ROLLBACK TO serial;

-- other types of money
SELECT is(count(*), 0::bigint, 'double precision: the same')
FROM (SELECT customer, price_response_agg(paid::float8, list::float8) AS r FROM sale GROUP BY customer) AS s JOIN response USING (customer)
WHERE (order_count(r), discounted_orders(r), paid_value(r), discount_value(r)) <> (order_count(plain), discounted_orders(plain), paid_value(plain), discount_value(plain));
SELECT is(count(*), 0::bigint, 'bigint, in cents: the same')
FROM (SELECT customer, price_response_agg((paid * 100)::bigint, (list * 100)::bigint) AS r FROM sale WHERE paid = round(paid, 2) GROUP BY customer) AS s
JOIN (SELECT customer, price_response_agg(paid, list) AS plain FROM sale WHERE paid = round(paid, 2) GROUP BY customer) AS t USING (customer)
WHERE (order_count(r), discounted_orders(r), paid_value(r) / 100, discount_value(r) / 100) <> (order_count(plain), discounted_orders(plain), paid_value(plain), discount_value(plain));

-- what counts as a discount, to the cent
SELECT is(discounted_orders(price_response_agg(paid, list)), n, 'paid ' || paid || ' of ' || coalesce(list::text, 'null') || ': ' || n)
FROM (VALUES (99.00, 100.00, 1::bigint), (99.01, 100.00, 0), (100, 100, 0), (120, 100, 0), (0, 100, 1), (5, 0, 0), (5, NULL, 0), (0, 0, 0), (0.00, 0.01, 1)) AS v (paid, list, n)
GROUP BY paid, list, n ORDER BY paid, list;
SELECT is(order_count(price_response_agg(paid, list)), 0::bigint, 'paid ' || paid || ' of ' || list || ': no order') FROM (VALUES (-1, 10), (1, -10)) AS v (paid, list) GROUP BY paid, list;

-- classes, each with one who just misses it
CREATE FUNCTION pg_temp.class_of(discounted bigint, orders bigint, prior beta_prior DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT c.label || CASE WHEN c.reliable THEN '' ELSE '?' END
    FROM (SELECT (price_sensitivity(price_response_agg(CASE WHEN i <= discounted THEN 7.5 ELSE 10 END, 10::numeric), prior)).* FROM generate_series(1, orders) AS i) AS c $$;
SELECT is(pg_temp.class_of(3, 5), 'bargain_hunter', '3 of 5 discounted');
SELECT is(pg_temp.class_of(59, 100), 'value_shopper', '59 of 100');
SELECT is(pg_temp.class_of(3, 3), 'bargain_hunter', '3 of 3');
SELECT is(pg_temp.class_of(2, 2), 'value_shopper?', '2 of 2: too few');
SELECT is(pg_temp.class_of(2, 2, beta_prior(4, 2)), 'bargain_hunter?', 'unless the shop sells most at a discount');
SELECT is(pg_temp.class_of(1, 10), 'quality_driven', '1 of 10');
SELECT is(pg_temp.class_of(2, 10), 'value_shopper', '2 of 10');
SELECT is(pg_temp.class_of(11, 100), 'value_shopper', '11 of 100');
SELECT is(pg_temp.class_of(0, 1, beta_prior(1, 9)), 'quality_driven?', '0 of 1 in a shop that hardly discounts');
SELECT is(pg_temp.class_of(0, 1, beta_prior(2, 5)), 'value_shopper?', '0 of 1, in one that does');
SELECT is((SELECT label FROM (SELECT (price_sensitivity(NULL::price_response)).*) AS c), 'unknown', 'nobody');

-- the aggregate for direct use
SELECT is(count(*), 0::bigint, 'price_sensitivity(paid, list): the two steps in one')
FROM (SELECT customer, price_sensitivity(paid, list) AS c FROM sale GROUP BY customer) AS s JOIN response USING (customer) WHERE c IS DISTINCT FROM price_sensitivity(plain);
SELECT is((SELECT c.label FROM (SELECT (price_sensitivity(paid, list)).* FROM sale WHERE false) AS c), 'unknown', 'of no rows');

SELECT * FROM finish();
ROLLBACK;
