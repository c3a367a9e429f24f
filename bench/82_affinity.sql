--@ title Preferred channel: affinity_agg against GROUP BY customer and channel with row_number
-- Ten million orders (two hundred thousand in the smoke run), one of five channels each.  Asked for each customer: the channel with the most
-- value, of equals the latest, its share, and the Herfindahl-Hirschman index.  floor is the bare GROUP BY customer with max, count and sum.
--@ variant default settings:
--@ variant one process: max_parallel_workers_per_gather=0
--@ setup
DROP TABLE IF EXISTS channel_orders;
CREATE TABLE channel_orders AS
SELECT customer_id, ordered_at, amount, (ARRAY['web', 'app', 'store', 'amazon', 'phone'])[1 + abs(hashtextextended(ordered_at::text, customer_id) % 5)] AS channel FROM orders;
VACUUM (FREEZE, ANALYZE) channel_orders;
--@ let plain
SELECT customer_id, channel, value / total AS share, hhi, n
FROM (SELECT customer_id, channel, sum(amount) AS value, sum(sum(amount)) OVER w AS total, sum(sum(amount) ^ 2) OVER w / sum(sum(amount)) OVER w ^ 2 AS hhi, sum(count(*)) OVER w AS n,
             row_number() OVER (PARTITION BY customer_id ORDER BY sum(amount) DESC, max(ordered_at) DESC) AS place
      FROM channel_orders GROUP BY customer_id, channel WINDOW w AS (PARTITION BY customer_id)) AS ranked
WHERE place = 1
--@ let ours
SELECT customer_id, (p).top_channel, (p).top_share, (p).hhi, (p).n
FROM (SELECT customer_id, channel_preference(channel, amount, ordered_at) AS p FROM channel_orders GROUP BY customer_id OFFSET 0) AS preferred
--@ check both name the same channel, share and index
SELECT count(*) = 0 FROM ({plain}) AS a FULL JOIN ({ours}) AS b USING (customer_id)
WHERE a.channel IS DISTINCT FROM b.top_channel OR abs(a.share - b.top_share) > 1e-12 OR abs(a.hhi - b.hhi) > 1e-12 OR a.n IS DISTINCT FROM b.n
--@ rival GROUP BY customer, channel and row_number
{plain}
--@ rival channel_preference
{ours}
--@ rival affinity_agg alone
SELECT customer_id, affinity_agg(channel, amount, ordered_at) FROM channel_orders GROUP BY customer_id
--@ rival floor
SELECT customer_id, max(ordered_at), count(*), sum(amount) FROM channel_orders GROUP BY customer_id
--@ compare channel_preference / GROUP BY customer, channel and row_number <= 1
--@ compare affinity_agg alone / floor
