-- The retention triangle: of those who first bought in a period, the share that bought so many periods later.
-- Quarters, unless the log is so short that months fit.
SELECT print.width() - 20 AS room, CASE WHEN months * 3 <= print.width() - 20 THEN 'month' ELSE 'quarter' END AS period
FROM (SELECT max(period) AS months FROM segments.cohort_retention) AS m \gset
SELECT title('Cohort retention', format('%% of those who first bought in a %s that bought again so many %1$ss later', :'period'));

WITH cell AS (
    SELECT cohort, max(customers) OVER (PARTITION BY cohort) AS customers, period, retention,
        least(5, :room / max(period) OVER ()) AS columns
    FROM segments.cohort_retention
), periods AS (
    SELECT DISTINCT period, columns FROM cell WHERE period > 0
)
SELECT line FROM (
    SELECT NULL::date AS cohort, paint(format('    %s customers%s', rpad(:'period', 8), string_agg(lpad(period::text, columns), '' ORDER BY period)), '2') AS line
    FROM periods
    UNION ALL
    SELECT c.cohort, format('    %s%9s  %s', rpad(to_char(c.cohort, CASE :'period' WHEN 'month' THEN 'YYYY-MM' ELSE 'YYYY "Q"Q' END), 8),
        c.customers, string_agg(shade(cell.retention, p.columns), '' ORDER BY p.period))
    FROM (SELECT DISTINCT cohort, customers FROM cell) AS c CROSS JOIN periods AS p LEFT JOIN cell USING (cohort, period)
    GROUP BY c.cohort, c.customers
) AS l ORDER BY cohort NULLS FIRST;
