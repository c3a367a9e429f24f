-- The ten customers with the highest scores, the larger revenue first, and what makes them so.
SELECT title('The ten best customers', 'by the sum of their scores, then by revenue');

SELECT paint('        ' || rpad('customer', 21) || 'r f m  orders      revenue  last order  segment', '2');
WITH compared AS (
    SELECT *, percent_rank() OVER (ORDER BY recency_days DESC) AS later, percent_rank() OVER (ORDER BY orders) AS more_orders,
        net_revenue / nullif((SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY net_revenue) FROM segments.rfm), 0) AS times
    FROM segments.rfm
), best AS (
    SELECT *, row_number() OVER (ORDER BY weighted_score DESC, net_revenue DESC, customer_id) AS place
    FROM compared WHERE r IS NOT NULL ORDER BY place LIMIT 10
), named AS (
    SELECT b.*, coalesce(to_jsonb(c) ->> 'name', b.customer_id::text) AS name
    FROM best AS b LEFT JOIN shop.customers AS c USING (customer_id)
)
SELECT line FROM named, LATERAL (VALUES
    (1, format('    %2s  %s %s %s %s %7s %12s  %s  %s', place, paint(fit(name, 20), '1'), r, f, m, orders,
        print.number(round(net_revenue)), last_order_at::date, segment)),
    (2, paint(format('        more recent than %s %%, more orders than %s %%, %s × the median revenue',
        floor(100 * later), floor(100 * more_orders), to_char(times, 'FM9990.0')), '2'))) AS l(part, line)
ORDER BY place, part;
