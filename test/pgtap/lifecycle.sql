BEGIN;
SET search_path = customer_segments, public;
SELECT plan(6);
SELECT setseed(0.7) IS NULL AS seeded;
CREATE TEMPORARY TABLE sample AS
SELECT i, ARRAY(SELECT floor(random() * 1000)::integer FROM generate_series(1, 1 + i % 40) WHERE i > 0) AS gaps, random() AS fraction
  FROM generate_series(1, 500) AS i;
SELECT is((SELECT count(*) FROM sample s
            WHERE abs(gap_quantile(s.gaps, s.fraction)
                      - (SELECT percentile_cont(s.fraction) WITHIN GROUP (ORDER BY g) FROM unnest(s.gaps) g)) > 1e-9), 0::bigint,
          'gap_quantile is percentile_cont');
SELECT is((SELECT count(*) FROM sample s
            WHERE gap_quantile(s.gaps, s.fraction)
                  <> gap_quantile((SELECT array_agg(g ORDER BY random()) FROM unnest(s.gaps) g), s.fraction)), 0::bigint,
          'in any order of the gaps');
SELECT is((SELECT count(*) FROM sample s
            WHERE NOT rhythm_threshold(gap_quantile(s.gaps, 0.8), cardinality(s.gaps), 100, s.fraction)
                      BETWEEN least(gap_quantile(s.gaps, 0.8), 100) - 1e-9 AND greatest(gap_quantile(s.gaps, 0.8), 100) + 1e-9), 0::bigint,
          'a threshold lies between own and shop''s value');
SELECT is((SELECT count(*) FROM sample s
            WHERE rhythm_threshold(gap_quantile(s.gaps, 0.8), cardinality(s.gaps), 50, s.fraction)
                  > rhythm_threshold(gap_quantile(s.gaps, 1), cardinality(s.gaps), 60, s.fraction)), 0::bigint,
          'lapsed is never before overdue');

-- the view against plain SQL, and labels that exclude each other and leave nobody out
CREATE SCHEMA shop;
CREATE TABLE shop.orders AS
SELECT i AS order_id, 1 + floor(80 * random() ^ 2)::bigint AS customer_id, timestamptz '2024-01-01Z' + floor(random() * 300 * 86400) * interval '1 second' AS ordered_at,
       1 + floor(random() * 100)::bigint AS amount
  FROM generate_series(1, 600) AS i;
CREATE TABLE shop.refunds AS SELECT order_id, ordered_at + interval '25 days' AS refunded_at, amount FROM shop.orders WHERE order_id % 3 = 0;
CREATE TEMPORARY VIEW counting AS
SELECT customer_id, (ordered_at AT TIME ZONE 'UTC')::date AS day FROM shop.orders
 WHERE ordered_at < '2024-09-15 13:00Z' AND NOT (order_id % 3 = 0 AND ordered_at + interval '25 days' < '2024-09-15 13:00Z');
SELECT create_workspace('seg', 'shop');
SET LOCAL customer_segments.as_of = '2024-09-15 13:00';
CREATE TEMPORARY TABLE plain AS
SELECT customer_id, count(*) AS n,
       count(*) FILTER (WHERE day >= date '2024-09-16' - 30) AS now_, count(*) FILTER (WHERE day >= date '2024-09-16' - 60 AND day < date '2024-09-16' - 30) AS before_,
       min(day) AS first_day, max(day) AS last_day
  FROM counting GROUP BY 1;
SELECT results_eq(
    'SELECT customer_id, n, buyer_type, life_cycle, days_since_last_order FROM seg.lifecycle ORDER BY 1',
    $$SELECT customer_id, n, CASE WHEN n > 1 THEN 'repeat_buyer' ELSE 'one_time_buyer' END,
             CASE WHEN now_ > 0 THEN CASE WHEN now_ = n THEN 'new' WHEN before_ > 0 THEN 'returning' ELSE 'resurrected' END
                  WHEN before_ > 0 THEN 'dormant' ELSE 'lost' END,
             date '2024-09-15' - last_day
        FROM plain ORDER BY 1$$, 'life cycle equals plain SQL');
SELECT results_eq(
    'SELECT customer_id, second_order_days, typical_gap_days FROM seg.lifecycle ORDER BY 1',
    $$WITH o AS (SELECT * FROM counting),
           g AS (SELECT DISTINCT customer_id, day FROM o),
           gaps AS (SELECT customer_id, day - lag(day) OVER (PARTITION BY customer_id ORDER BY day) AS gap FROM g)
      SELECT customer_id,
             (SELECT day - p.first_day FROM o WHERE o.customer_id = p.customer_id ORDER BY day OFFSET 1 LIMIT 1),
             (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) FROM gaps WHERE gaps.customer_id = p.customer_id)
        FROM plain p ORDER BY 1$$, 'second order and typical gap equal plain SQL');
SELECT * FROM finish();
ROLLBACK;
