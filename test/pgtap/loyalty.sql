-- loyalty_standing against the same rules in plain SQL, for any programme, history and day.
BEGIN;
SET search_path = customer_segments, public;
SET TimeZone = 'UTC';
SELECT plan(16);

-- each claim by itself: the best of any day on which a tier was earned for the last time, the step it earned less those lost since
CREATE FUNCTION pg_temp.standing(history purchase_history, minimums numeric[], today date, earned_by text, points_rate numeric, counted text, grace_days integer, downgrade text)
RETURNS TABLE (held integer, kept_until date, earned integer, qualifying numeric, points bigint) LANGUAGE sql AS $$
SELECT (k.step + k.lost)::integer, k.day + $7 * (k.lost + 1)::integer,
       first_value(k.step) OVER d, first_value(k.qualifying) OVER d, first_value(k.points) OVER d
  FROM (SELECT s.day, COALESCE((SELECT min(t.step) FROM unnest($2) WITH ORDINALITY AS t(minimum, step) WHERE q.qualifying >= t.minimum), cardinality($2) + 1)::integer AS step,
               q.qualifying, q.points,
               CASE WHEN s.day = $3 OR $3 - s.day <= $7 THEN 0 WHEN $8 = 'to_earned' OR $7 = 0 THEN cardinality($2) + 1
                    ELSE LEAST(($3 - s.day - 1) / $7, cardinality($2) + 1) END AS lost
          FROM (SELECT $3 AS day
                UNION
                SELECT LEAST($3, CASE $6 WHEN 'rolling_12_months' THEN (d.day + interval '12 months')::date - 1
                                         ELSE (date_trunc('year', d.day::timestamp) + interval '1 year')::date - 1 END)
                  FROM unnest($1) AS d WHERE $6 <> 'lifetime' AND d.orders > 0) s
         CROSS JOIN LATERAL (
            SELECT CASE $6 WHEN 'rolling_12_months' THEN (s.day + 1 - interval '12 months')::date
                           WHEN 'calendar_year' THEN date_trunc('year', s.day::timestamp)::date END AS from_day) w
         CROSS JOIN LATERAL (
            SELECT CASE WHEN w.from_day IS NULL THEN order_count($1, '4000-01-01 BC', s.day + 1) ELSE order_count($1, w.from_day, s.day + 1) END AS orders,
                   CASE WHEN w.from_day IS NULL THEN net_revenue($1, '4000-01-01 BC', s.day + 1) ELSE net_revenue($1, w.from_day, s.day + 1) END AS net_revenue) v
         CROSS JOIN LATERAL (
            SELECT floor(GREATEST(v.net_revenue, 0) * $5)::bigint AS points,
                   CASE $4 WHEN 'orders' THEN v.orders WHEN 'net_revenue' THEN v.net_revenue ELSE floor(GREATEST(v.net_revenue, 0) * $5) END AS qualifying) q) k
WINDOW d AS (ORDER BY k.day DESC)
 ORDER BY 1, 2 DESC LIMIT 1
$$;

-- 120 customers with 1 to 40 orders in six years, leap days among them, some refunded in part or whole
CREATE TEMPORARY TABLE customer AS
SELECT c.id, purchase_history_agg(o.at, o.amount, 'UTC', o.voided_at) AS history
  FROM generate_series(1, 120) AS c(id)
 CROSS JOIN LATERAL (
    SELECT p.at, p.amount, CASE WHEN p.dice < 15 THEN p.at + interval '20 days' END AS voided_at
      FROM (SELECT CASE n % 9 WHEN 0 THEN timestamptz '2020-02-29 12:00Z' ELSE timestamptz '2018-01-01Z' + (hashint8extended(c.id * 1000 + n, 1) & 65535) % 2190 * interval '1 day' END AS at,
                   ((hashint8extended(c.id * 1000 + n, 2) & 65535) % 30000)::numeric / 100 AS amount, (hashint8extended(c.id * 1000 + n, 3) & 65535) % 100 AS dice
              FROM generate_series(1, 1 + c.id % 40) AS n) p
    UNION ALL
    SELECT timestamptz '2018-06-01Z' + (hashint8extended(c.id * 1000 + n, 4) & 65535) % 2000 * interval '1 day', - ((hashint8extended(c.id, n) & 65535) % 10000)::numeric / 100, NULL
      FROM generate_series(1, c.id % 5) AS n) o
 GROUP BY c.id;
CREATE TEMPORARY TABLE programme AS
SELECT *
  FROM unnest('{orders,net_revenue,points}'::text[]) AS a(earned_by), unnest('{lifetime,rolling_12_months,calendar_year}'::text[]) AS b(counted),
       unnest('{0,1,30,90,400}'::integer[]) AS c(grace_days), unnest('{one_step,to_earned}'::text[]) AS d(downgrade),
       (VALUES (1::numeric, '{12,4,1}'::numeric[]), (0.1, '{1000,500.5,-10}'), (2.5, '{1,8,300}'), (1, '{}')) AS e(points_rate, minimums),
       unnest('{2018-03-01,2020-02-29,2021-02-28,2022-12-31,2023-01-01,2024-06-30}'::date[]) AS f(today);

SELECT is(count(*) FILTER (WHERE s.standing IS DISTINCT FROM ROW(r.held, r.kept_until, r.earned, r.qualifying, r.points)::loyalty_standing), 0::bigint, 'as in plain SQL: ' || count(*) || ' standings')
  FROM customer c CROSS JOIN programme p
 CROSS JOIN LATERAL pg_temp.standing(c.history, p.minimums, p.today, p.earned_by, p.points_rate, p.counted, p.grace_days, p.downgrade) r
 CROSS JOIN LATERAL (SELECT loyalty_standing(c.history, p.minimums, p.today, p.earned_by, p.points_rate, p.counted, p.grace_days, p.downgrade) AS standing) s
 WHERE (c.id + hashtext(p::text)) % 5 = 0;
SELECT ok(count(DISTINCT (s.standing).held) = 4 AND count(*) FILTER (WHERE (s.standing).held < (s.standing).earned) > 1000, 'among them all tiers, and tiers that are kept')
  FROM customer c CROSS JOIN programme p
 CROSS JOIN LATERAL (SELECT loyalty_standing(c.history, p.minimums, p.today, p.earned_by, p.points_rate, p.counted, p.grace_days, p.downgrade) AS standing) s;

-- edges
SELECT is(loyalty_standing(purchase_history_agg('2024-03-01Z', 10, 'UTC'), '{1}', '2024-03-02')::text, '(1,2024-05-31,1,1,10)', 'by default orders of a lifetime and 90 days of grace');
SELECT is(loyalty_standing(purchase_history_agg('2024-03-01Z', 10, 'UTC'), '{NaN,1}', '2024-03-02')::text, '(2,2024-05-31,2,1,10)', 'a tier that nobody earns');
SELECT is(loyalty_standing(NULL, '{1}', '2024-03-02'), NULL, 'no history, no standing');
SELECT is(loyalty_standing(history, NULL, '2024-03-02'), NULL, 'no tiers known, none held') FROM customer LIMIT 1;
SELECT throws_ok($$SELECT loyalty_standing(history, '{1,NULL}', '2024-03-02') FROM customer$$, '22004', 'minimums must not contain nulls', 'a minimum that is null');
SELECT throws_ok($$SELECT loyalty_standing(history, '{{1,2}}', '2024-03-02') FROM customer$$, '2202E', 'minimums must be a one-dimensional array', 'minimums of two dimensions');
SELECT throws_ok($$SELECT loyalty_standing(history, '{1}', '2024-03-02', 'smiles') FROM customer$$, '22023', 'unknown earned_by "smiles"', 'what earns nothing');
SELECT throws_ok($$SELECT loyalty_standing(history, '{1}', '2024-03-02', counted => 'week') FROM customer$$, '22023', 'unknown counted "week"', 'a window that there is not');
SELECT throws_ok($$SELECT loyalty_standing(history, '{1}', '2024-03-02', downgrade => '') FROM customer$$, '22023', 'unknown downgrade ""', 'a downgrade that there is not');
SELECT throws_ok($$SELECT loyalty_standing(history, '{1}', '2024-03-02', grace_days => -1) FROM customer$$, '22023', 'grace_days is -1, must not be negative', 'a grace period below zero');
SELECT throws_ok($$SELECT loyalty_standing(history, '{1}', 'infinity') FROM customer$$, '22008', 'today must be finite', 'no day');
SELECT is(loyalty_standing(history, '{1}', '2024-03-02', grace_days => 2147483647)::text, '(1,,1,2,20)', 'kept for ever') FROM (SELECT purchase_history_agg(at, 10, 'UTC') AS history FROM unnest('{2019-01-01Z,2024-03-01Z,2025-01-01Z}'::timestamptz[]) AS at) h;
SELECT is(loyalty_standing(history, '{3,1}', '2020-01-01')::text, '(2,2020-03-31,2,1,10)', 'orders after that day do not count') FROM (SELECT purchase_history_agg(at, 10, 'UTC') AS history FROM unnest('{2019-01-01Z,2024-03-01Z,2025-01-01Z}'::timestamptz[]) AS at) h;
SELECT throws_ok($$SELECT loyalty_standing(history, '{1}', '2024-03-02', points_rate => 1e30) FROM customer$$, '22003', NULL, 'more points than can be counted');
SELECT * FROM finish();
ROLLBACK;
