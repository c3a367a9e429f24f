-- The RFM segments: customers and revenue of each, both bars on one scale.
CREATE TEMP TABLE summary AS SELECT * FROM segments.segment_summary WHERE segmentation = 'rfm';
SELECT title('Segments', format('recency, frequency and monetary value of %s', counted(sum(customers)::bigint, 'customer')))
FROM summary;

WITH scaled AS (
    SELECT segment, segment_rank, customers, coalesce(net_revenue, 0) AS revenue,
        customer_share::double precision AS customer_share, coalesce(revenue_share, 0)::double precision AS revenue_share,
        max(greatest(customer_share, revenue_share)) OVER ()::double precision AS longest, (print.width() - 66) / 2 AS columns
    FROM summary
)
SELECT paint(format('    %1$s customers  %2$s   share      revenue  %2$s   share', rpad('segment', 18), repeat(' ', columns)), '2')
FROM (SELECT DISTINCT columns FROM scaled) AS c
UNION ALL
SELECT line FROM (
    SELECT format('    %s %9s  %s%8s %12s  %s%8s', fit(segment, 18), print.number(customers),
        paint(bar(customer_share / longest, columns), '36'), percent(customer_share),
        print.number(round(revenue)), paint(bar(revenue_share / longest, columns), '32'), percent(revenue_share)) AS line
    FROM scaled ORDER BY segment_rank) AS l;
