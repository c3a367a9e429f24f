--@ title Funnels: funnel_steps and funnel_step against self-joins
-- Twenty million events of one million customers (four hundred thousand of twenty thousand in the smoke run), a quarter of them
-- views, a sixth carts, a twelfth orders, the rest other pages: how many customers reach view, cart and order in this order within
-- seven days.  The self-join is what is usually written: every view with every later cart in time, with every later order.
-- The bar of a third is for funnel_steps, which is made for everybody at once.  The aggregate funnel_step over all rows misses it, with
-- 0.48 of the self-join on 2026-11-29, and has none: the floor, a bare GROUP BY that counts the customer's rows that are a step, took
-- 0.31 of the self-join's CPU time by itself that day, so that an aggregate has nothing left to do its work in.
--@ variant one process: work_mem=1GB max_parallel_workers_per_gather=0
--@ setup
SET work_mem = '1GB';
DROP TABLE IF EXISTS funnel_event;
CREATE TABLE funnel_event AS
SELECT o.customer_id, (ARRAY['view', 'page', 'view', 'page', 'cart', 'page', 'page', 'view', 'page', 'cart', 'page', 'order'])[1 + abs(hashint8extended(o.order_id * 2 + k, 5) % 12)] AS kind,
       o.ordered_at + (hashint8extended(o.order_id * 2 + k, 7) % 1209600) * interval '1 second' AS at
FROM orders o CROSS JOIN generate_series(0, 1) AS k;
VACUUM (FREEZE, ANALYZE) funnel_event;
--@ check the self-join counts the same customers at every step
SELECT (SELECT array_agg(n ORDER BY step) FROM (SELECT step, count(*) AS n FROM (SELECT funnel_step(kind, at, '{view,cart,order}', '7 days') AS step FROM funnel_event GROUP BY customer_id) s GROUP BY step) a WHERE step > 0)
     = (SELECT array_agg(n ORDER BY step) FROM (SELECT step, count(*) AS n FROM (SELECT v.customer_id, max(CASE WHEN o.at IS NOT NULL THEN 3 WHEN c.at IS NOT NULL THEN 2 ELSE 1 END) AS step
          FROM funnel_event v LEFT JOIN funnel_event c ON c.customer_id = v.customer_id AND c.kind = 'cart' AND c.at >= v.at AND c.at <= v.at + interval '7 days'
          LEFT JOIN funnel_event o ON o.customer_id = c.customer_id AND o.kind = 'order' AND o.at >= c.at AND o.at <= v.at + interval '7 days'
          WHERE v.kind = 'view' GROUP BY v.customer_id) s GROUP BY step) a)
--@ check funnel_steps gives every customer what the aggregate gives
SELECT count(*) > 0 AND bool_and(a.step IS NOT DISTINCT FROM f.funnel_step)
FROM (SELECT customer_id, funnel_step(kind, at, '{view,cart,order}', '7 days') AS step FROM funnel_event GROUP BY customer_id) AS a
FULL JOIN funnel_steps('funnel_event', NULL::bigint, '{view,cart,order}', '7 days') AS f USING (customer_id)
--@ rival self-join
SELECT v.customer_id, max(CASE WHEN o.at IS NOT NULL THEN 3 WHEN c.at IS NOT NULL THEN 2 ELSE 1 END)
FROM funnel_event v LEFT JOIN funnel_event c ON c.customer_id = v.customer_id AND c.kind = 'cart' AND c.at >= v.at AND c.at <= v.at + interval '7 days'
LEFT JOIN funnel_event o ON o.customer_id = c.customer_id AND o.kind = 'order' AND o.at >= c.at AND o.at <= v.at + interval '7 days'
WHERE v.kind = 'view' GROUP BY v.customer_id
--@ rival funnel_steps
SELECT * FROM funnel_steps('funnel_event', NULL::bigint, '{view,cart,order}', '7 days')
--@ rival funnel_step
SELECT customer_id, funnel_step(kind, at, '{view,cart,order}', '7 days') FROM funnel_event GROUP BY customer_id
--@ rival funnel_step, only the steps
SELECT customer_id, funnel_step(kind, at, '{view,cart,order}', '7 days') FROM funnel_event WHERE kind IN ('view', 'cart', 'order') GROUP BY customer_id
--@ rival floor
SELECT customer_id, count(*) FILTER (WHERE kind IN ('view', 'cart', 'order')) FROM funnel_event GROUP BY customer_id
--@ compare funnel_steps / self-join <= 0.333
--@ compare funnel_step, only the steps / self-join <= 0.333 (both read the rows that are a step)
--@ compare funnel_step / self-join
--@ compare funnel_steps / floor
--@ compare funnel_step / floor
