-- loyalty: tiers earned, kept and lost step by step; offers.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET search_path = customer_segments, public;
CREATE SCHEMA shop;
CREATE TABLE shop.orders (customer_id text, ordered_at timestamptz, amount numeric(12,2));
INSERT INTO shop.orders SELECT 'gold', timestamptz '2023-01-15Z' + n * interval '1 day', 100 FROM generate_series(1, 12) AS n;
INSERT INTO shop.orders SELECT 'silver', timestamptz '2023-06-01Z' + n * interval '1 day', 25.50 FROM generate_series(1, 4) AS n;
INSERT INTO shop.orders VALUES ('bronze', '2023-06-01Z', 5), ('bronze', '2024-03-01Z', 5);
CREATE TABLE shop.customers AS SELECT 'nobody' AS customer_id;
SELECT create_workspace('seg', 'shop');
SELECT * FROM seg.loyalty_tier ORDER BY position;
SET customer_segments.as_of = '2024-01-01';
SELECT * FROM seg.loyalty ORDER BY customer_id;
SELECT customer_id, loyalty_tier, loyalty_tier_rank FROM seg.customer_360 ORDER BY 1;

-- twelve months, ninety days of grace, one step at a time: gold was earned until 2024-01-16, the day before the first order leaves the window
UPDATE seg.settings SET loyalty_window = 'rolling_12_months';
CREATE TEMPORARY TABLE day (day date);
INSERT INTO day VALUES ('2023-01-26'), ('2023-01-28'), ('2024-01-15'), ('2024-01-16'), ('2024-04-14'), ('2024-04-15'), ('2024-04-16'), ('2024-07-14'), ('2024-07-15'), ('2024-10-10'), ('2024-10-13'), ('2024-10-30');
CREATE FUNCTION pg_temp.tier_on(day date, customer text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE t text;
BEGIN
    -- the end of that day
    PERFORM set_config('customer_segments.as_of', (day + 1)::text, false);
    SELECT concat_ws(' ', loyalty_tier, CASE WHEN is_in_grace THEN 'kept until ' || kept_until || ', earned ' || earned_tier END, qualifying::int) INTO t FROM seg.loyalty WHERE customer_id = customer;
    RETURN t;
END;
$$;
SELECT day, pg_temp.tier_on(day, 'gold') AS gold FROM day ORDER BY day;
UPDATE seg.settings SET loyalty_downgrade = 'to_earned';
SELECT day, pg_temp.tier_on(day, 'gold') AS gold FROM day WHERE day >= '2024-01-16' ORDER BY day;
UPDATE seg.settings SET loyalty_grace_days = 0, loyalty_downgrade = 'one_step';
SELECT day, pg_temp.tier_on(day, 'gold') AS gold FROM day WHERE day BETWEEN '2024-01-15' AND '2024-04-16' ORDER BY day;
-- the calendar year, by points
UPDATE seg.settings SET loyalty_grace_days = 60, loyalty_window = 'calendar_year', loyalty_by = 'points', loyalty_points = 0.1;
SELECT day, pg_temp.tier_on(day, 'silver') AS silver, pg_temp.tier_on(day, 'bronze') AS bronze FROM unnest('{2023-06-05,2023-12-31,2024-01-01,2024-02-29,2024-03-01,2024-04-29,2024-05-01}'::date[]) AS day;
-- a step is never lost at once, whatever the day: each tier follows the one before it
UPDATE seg.settings SET loyalty_by = 'orders', loyalty_window = 'rolling_12_months', loyalty_grace_days = 30;
SELECT bool_and(abs(step) <= 1 OR step < 0) AS one_at_a_time, count(*) FILTER (WHERE step > 0) AS lost
FROM (SELECT rank - lag(rank) OVER (ORDER BY day) AS step
      FROM (SELECT d::date AS day, LEAST(array_position('{gold,silver,bronze,none}'::text[], split_part(pg_temp.tier_on(d::date, 'gold'), ' ', 1)), 4) AS rank
            FROM generate_series(timestamp '2023-02-01', '2024-07-01', interval '1 day') AS d) AS x) AS y;

-- offers, by members of the last refresh
SET customer_segments.as_of = '2024-04-01';
UPDATE seg.settings SET loyalty_window = 'lifetime', tracked_segmentations = '{loyalty_tier}';
SELECT define_segment('seg', 'small', 'net_revenue < 50');
INSERT INTO seg.offers VALUES ('lounge', 'loyalty_tier:gold', 'the lounge', NULL, NULL), ('coupon', 'small', '5 off', '2024-03-01', '2024-05-01'), ('old', 'small', 'was', NULL, '2024-04-01'), ('later', 'small', 'will be', '2024-04-02', NULL);
CALL refresh('seg');
SELECT customer_id, offer, segment, description, priority, member_since, valid_until FROM seg.eligible_offers ORDER BY 1, 2;
SELECT rename_segment('seg', 'small', 'little');
SELECT count(*) FROM seg.eligible_offers WHERE segment = 'little';
\set VERBOSITY terse
INSERT INTO seg.offers VALUES ('x', 'small', '', '2024-05-01', '2024-05-01');
UPDATE seg.settings SET loyalty_by = 'smiles';
UPDATE seg.settings SET loyalty_grace_days = -1;
INSERT INTO seg.loyalty_tier VALUES (9, 'x', 'NaN');
INSERT INTO seg.loyalty_tier VALUES (9, 'x', '-Infinity');
INSERT INTO seg.loyalty_tier VALUES (98, 'x', 0);
\set VERBOSITY default
DELETE FROM seg.loyalty_tier;
SELECT DISTINCT loyalty_tier, loyalty_tier_rank, next_tier, to_next_tier FROM seg.loyalty;
SELECT drop_workspace('seg');
