-- purchase_histories gives, for every kind of key and at every size of memory, what the grouped aggregate gives.
BEGIN;
SET search_path = customer_segments, public;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
SELECT plan(18);

CREATE TEMP TABLE bought AS
SELECT (g * 7919::bigint % 1013)::int AS customer_id,
       timestamptz '2021-03-20 00:00Z' + (g * 104729::bigint % 40000) * interval '37 minutes' AS at,
       (CASE WHEN g % 17 = 0 THEN -1 ELSE 1 END) * round((g * 31::bigint % 9973)::numeric / 100, g % 4) AS amount,
       CASE WHEN g % 17 <> 0 AND g % 23 = 0
            THEN timestamptz '2021-03-20 00:00Z' + (g * 104729::bigint % 40000) * interval '37 minutes' + interval '5 days' END AS voided_at
  FROM generate_series(1, 30000) g;
INSERT INTO bought VALUES (NULL, '2022-01-01', 5, NULL), (1, NULL, 5, NULL), (1, '2022-01-01', NULL, NULL),
       (2, '2022-01-01', 123456789012345678901234567.89, NULL), (2, '2022-01-02', 0.00000001, NULL), (5000, '2022-01-01', -3, NULL);
-- one customer with more rows than a chunk, all on few days
INSERT INTO bought SELECT 6000, timestamptz '2022-05-01' + (g % 90) * interval '1 hour', 1.10, NULL FROM generate_series(1, 40000) g;

CREATE FUNCTION pg_temp.grouped(zone text) RETURNS SETOF text LANGUAGE sql AS $$
SELECT concat_ws('|', customer_id, order_count(h), orders_placed(h), order_days(h), first_order_at(h), last_order_at(h),
                 first_order_on(h), last_order_on(h), revenue(h), refunds(h), net_revenue(h), h)
  FROM (SELECT customer_id, purchase_history_agg(at, amount, zone, voided_at) AS h FROM bought WHERE customer_id IS NOT NULL GROUP BY 1) g
$$;
CREATE FUNCTION pg_temp.scanned(relation regclass, key anyelement, zone text) RETURNS SETOF text LANGUAGE sql AS $$
SELECT concat_ws('|', customer_id, orders, orders_placed, order_days, first_order_at, last_order_at,
                 first_order_on, last_order_on, revenue, refunds, net_revenue, history)
  FROM purchase_histories(relation, key, zone)
$$;

SELECT set_eq($$SELECT pg_temp.scanned('bought', NULL::integer, 'UTC')$$, $$SELECT pg_temp.grouped('UTC')$$, 'integer keys');
SELECT set_eq($$SELECT pg_temp.scanned('bought', 7, 'America/New_York')$$, $$SELECT pg_temp.grouped('America/New_York')$$, 'days of another zone');

SET LOCAL work_mem = '64kB';
SELECT set_eq($$SELECT pg_temp.scanned('bought', NULL::integer, 'UTC')$$, $$SELECT pg_temp.grouped('UTC')$$, 'with all rows in temporary files');
RESET work_mem;

CREATE TEMP VIEW by_text AS SELECT 'customer ' || repeat('x', customer_id % 50) || customer_id AS customer_id, at, amount, voided_at FROM bought;
CREATE TEMP VIEW by_uuid AS SELECT md5(customer_id::text)::uuid AS customer_id, at, amount, voided_at FROM bought;
CREATE TEMP VIEW by_numeric AS SELECT customer_id::numeric(12, 2) AS customer_id, at, amount, voided_at FROM bought;
CREATE TEMP VIEW by_char AS SELECT (customer_id::text || repeat(' ', customer_id % 3))::char(8) AS customer_id, at, amount, voided_at FROM bought;
CREATE FUNCTION pg_temp.same(relation regclass, key anyelement) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN set_eq(format('SELECT customer_id::text, history::text FROM purchase_histories(%L, NULL::%s)', relation, pg_typeof(key)),
                  format('SELECT customer_id::text, purchase_history_agg(at, amount, ''UTC'', voided_at)::text FROM %s
                           WHERE customer_id IS NOT NULL GROUP BY customer_id', relation),
                  format('%s keys', pg_typeof(key)));
END $$;
SELECT pg_temp.same('by_text', NULL::text);
SELECT pg_temp.same('by_uuid', NULL::uuid);
SELECT pg_temp.same('by_numeric', NULL::numeric);
SELECT pg_temp.same('by_char', NULL::character);
SET LOCAL work_mem = '64kB';
SELECT pg_temp.same('by_text', NULL::text);
RESET work_mem;

-- one customer with many rows on many days, in no order, among others: folded now and then, with and without files
CREATE TEMP VIEW guests AS
    SELECT CASE WHEN g % 10 = 0 THEN g % 70 ELSE -1 END::bigint AS customer_id,
           timestamptz '2001-03-04 05:06Z' + (g::bigint * 7919 % 30011) * interval '7 hours' AS at,
           (g % 977 - 100)::numeric / CASE WHEN g % 3 = 0 THEN 100 ELSE 1 END AS amount,
           CASE WHEN g % 11 = 0 AND g % 977 > 100
                THEN timestamptz '2001-03-04 05:06Z' + (g::bigint * 7919 % 30011) * interval '7 hours' + g % 40 * interval '1 day' END AS voided_at
      FROM generate_series(1, 30000) AS g;
SELECT pg_temp.same('guests', NULL::bigint);
SET LOCAL work_mem = '64kB';
SELECT pg_temp.same('guests', NULL::bigint);
RESET work_mem;

CREATE TEMP VIEW plain AS SELECT customer_id, at, amount FROM bought WHERE customer_id < 100;
SELECT set_eq($$SELECT customer_id, history::text FROM purchase_histories('plain', NULL::integer)$$,
              $$SELECT customer_id, purchase_history_agg(at, amount)::text FROM plain GROUP BY 1$$, 'a relation without voided_at');
SELECT set_eq($$SELECT customer_id, orders, net_revenue, history::text FROM purchase_histories('plain', NULL::integer, with_history => false)$$,
              $$SELECT customer_id, order_count(h), net_revenue(h), NULL::text
                  FROM (SELECT customer_id, purchase_history_agg(at, amount) AS h FROM plain GROUP BY 1) g$$, 'without histories');
SELECT is((SELECT count(*) FROM purchase_histories('plain', NULL::integer) WHERE false), 0::bigint, 'no row asked for');
CREATE TEMP VIEW nobody AS SELECT * FROM plain WHERE false;
SELECT is_empty($$SELECT * FROM purchase_histories('nobody', NULL::integer)$$, 'no rows');
SELECT is((SELECT count(*) FROM (SELECT 1 FROM purchase_histories('plain', NULL::integer) LIMIT 3) l), 3::bigint, 'the first rows');

-- a relation of histories: the same figures, row by row
CREATE TEMP TABLE known AS SELECT customer_id, purchase_history_agg(at, amount, 'UTC', voided_at) AS history FROM bought GROUP BY 1;
INSERT INTO known VALUES (9000, NULL);
SELECT set_eq($$SELECT pg_temp.scanned('known', NULL::integer, 'UTC')$$, $$SELECT pg_temp.grouped('UTC')$$, 'stored histories');
CREATE TEMP VIEW grouped_now AS SELECT customer_id, purchase_history_agg(at, amount, 'UTC', voided_at) AS history FROM bought GROUP BY 1;
SELECT set_eq($$SELECT pg_temp.scanned('grouped_now', NULL::integer, 'UTC')$$, $$SELECT pg_temp.grouped('UTC')$$, 'histories of a view');
SELECT set_eq($$SELECT customer_id, net_revenue, history::text, last_at FROM purchase_histories('known', NULL::integer, with_history => false)$$,
              $$SELECT customer_id, net_revenue(history), NULL::text, NULL::timestamptz FROM known WHERE customer_id IS NOT NULL AND history IS NOT NULL$$,
              'without histories; last_at is not known');

SELECT * FROM finish();
ROLLBACK;
