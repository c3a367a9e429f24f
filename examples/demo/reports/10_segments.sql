-- The RFM segments: customers and revenue of each, both bars on one scale.
SELECT title('Segments', format('recency, frequency and monetary value of %s', counted(count(*), 'customer')))
FROM segments.rfm;

WITH scaled AS (
    SELECT segment, segment_rank, customers, revenue, customer_share, revenue_share,
        max(greatest(customer_share, revenue_share)) OVER () AS longest, (print.width() - 68) / 2 AS columns
    FROM segments.segment_summary WHERE segmentation = 'rfm'
)
SELECT line FROM (
    SELECT -1 AS place, paint(format('    %s customers   %s        revenue   %s', rpad('segment', 20), repeat(' ', (print.width() - 68) / 2), ''), '2') AS line
    UNION ALL
    SELECT segment_rank, format('    %s%9s  %s%8s  %12s  %s%8s', fit(segment, 20), print.number(customers),
        paint(bar(customer_share / longest, columns), '36'), percent(customer_share),
        print.number(round(revenue)), paint(bar(revenue_share / longest, columns), '32'), percent(revenue_share))
    FROM scaled
) AS l ORDER BY place;
