-- The wheel once: who is in a segment yesterday and today, what changed; a campaign, what came of it; other thresholds.
SELECT title('Segments to act on', 'good customers who are late');
SELECT count(customer_segments.define_segment('segments', 'good and late',
    'orders >= 2 AND net_revenue > (SELECT avg(c.net_revenue) FROM segments.customer_orders c) AND days_since_last_order > 90', 'worth a letter')) AS defined \gset
UPDATE segments.settings SET tracked_segmentations = '{rfm,activity}';
-- two months ago, yesterday and today, as a nightly job would have done it
SELECT current_setting('customer_segments.as_of') AS today, (current_setting('customer_segments.as_of')::date - 1)::text AS yesterday,
       (current_setting('customer_segments.as_of')::date - 60)::text AS before \gset
SET customer_segments.as_of = :'before';
CALL customer_segments.refresh('segments');
SET customer_segments.as_of = :'yesterday';
CALL customer_segments.refresh('segments');
SET customer_segments.as_of = :'today';
CALL customer_segments.refresh('segments');
SELECT paint(format('    %s %12s %12s %12s %12s', rpad('segment', 22), 'day before', 'today', 'came', 'left'), '2');
SELECT format('    %s %12s %12s %12s %12s', fit(segment, 22),
    number(count(*) FILTER (WHERE entered_at < :'today'::timestamptz AND (left_at IS NULL OR left_at >= :'today'::timestamptz))), number(count(*) FILTER (WHERE left_at IS NULL)),
    number(count(*) FILTER (WHERE entered_at = :'today'::timestamptz)), number(count(*) FILTER (WHERE left_at = :'today'::timestamptz)))
FROM segments.segment_history WHERE segment IN ('good and late', 'rfm:champions', 'rfm:loyal', 'rfm:at_risk', 'rfm:lost')
GROUP BY segment ORDER BY segment LIKE 'rfm:%', segment;

-- the campaign of sixty days ago; what its treated and held out customers did since is real, so no effect is to be expected
SET customer_segments.as_of = :'before';
SELECT customer_segments.create_campaign('segments', 'letter', 'good and late', 0.3) AS audience \gset
SET customer_segments.as_of = :'today';
SELECT title('A campaign', format('%s of 60 days ago, three in ten held out; never sent', counted(:'audience'::bigint, 'customer')));
SELECT paint(format('    %s %8s %8s %10s %20s %7s', rpad('metric', 12), 'treated', 'held out', 'difference', '95 % interval', 'p'), '2');
SELECT format('    %s %8s %8s %10s %20s %7s', rpad(metric, 12), round(treated::numeric, 3), round(holdout::numeric, 3), round(difference::numeric, 3),
    coalesce(format('%s to %s', round(difference_low::numeric, 3), round(difference_high::numeric, 3)), '-'), coalesce(round(p_value::numeric, 3)::text, '-'))
FROM customer_segments.campaign_lift('segments', 'letter', 60) WHERE metric <> 'unsubscribes';
-- a response made up: one in two of the treated who did not buy would have
SELECT format('    made up, half of the others treated buying: lift %s to %s (p %s)',
    round((l).difference_low::numeric, 3), round((l).difference_high::numeric, 3), coalesce(round((l).p_value::numeric, 4)::text, '-'))
FROM (SELECT customer_segments.lift(NOT a.is_holdout, b.customer_id IS NOT NULL OR NOT a.is_holdout AND customer_segments.holdout_point(a.customer_id::text, 'response') < 0.5) AS l
      FROM segments.campaign_audience a
      LEFT JOIN (SELECT DISTINCT customer_id FROM segments.purchases WHERE at >= :'before'::timestamptz) b USING (customer_id)) AS l;

SELECT title('Other thresholds', 'late after so many days, and those so chosen 60 days ago');
SELECT paint('    days  customers     revenue  in both   before   bought  revenue since', '2');
SELECT format('    %4s %10s %11s %8s %8s %8s %14s', value, number(customers), number(round(net_revenue)), percent(jaccard), number(past_customers),
    coalesce(percent(next_buyer_share), '-'), number(round(next_net_revenue)))
FROM customer_segments.sweep_segment('segments', 'orders >= 2 AND days_since_last_order > $1', ARRAY[90, 100, 120], 'good and late', 60);
