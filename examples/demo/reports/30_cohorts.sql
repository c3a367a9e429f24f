-- The retention triangle: of those who first bought in a period, the share that bought again so many periods later.
-- Months while they fit, else quarters, else years.
SELECT print.width() - 21 AS room, CASE
    WHEN months * 3 <= print.width() - 21 THEN 'month' WHEN months <= print.width() - 21 THEN 'quarter' ELSE 'year' END AS period
FROM (SELECT (max(last_order_on) - min(first_order_on)) / 30 + 1 AS months FROM segments.customer_orders) AS m \gset
SELECT title('Cohort retention', format('%% that bought again, by %ss since the first order', :'period'));

WITH bought AS (
    SELECT DISTINCT customer_id, date_trunc(:'period', first_order_on::timestamp) AS cohort, date_trunc(:'period', d.day::timestamp) AS at
    FROM segments.customer_orders, unnest(history) AS d WHERE d.orders > 0
), span AS (
    SELECT at, row_number() OVER (ORDER BY at) AS place, count(*) OVER () AS periods
    FROM generate_series((SELECT min(cohort) FROM bought), (SELECT max(at) FROM bought),
        (CASE :'period' WHEN 'quarter' THEN '3 months' ELSE '1 ' || :'period' END)::interval) AS at
), counted AS (
    SELECT c.at AS cohort, c.place, a.place - c.place AS later, count(*) AS customers
    FROM bought AS b JOIN span AS c ON c.at = b.cohort JOIN span AS a ON a.at = b.at
    GROUP BY c.at, c.place, a.place
), cell AS (
    SELECT f.cohort, f.customers, l.later, least(5, :room / (l.periods - 1))::integer AS columns,
        CASE WHEN f.place + l.later <= l.periods THEN coalesce(n.customers, 0)::double precision / f.customers END AS share
    FROM counted AS f
    JOIN (SELECT place - 1 AS later, periods FROM span WHERE place > 1) AS l ON f.later = 0
    LEFT JOIN counted AS n ON n.cohort = f.cohort AND n.later = l.later
), scale AS (
    SELECT percentile_disc(0.9) WITHIN GROUP (ORDER BY share) AS top FROM cell
)
SELECT paint(format('    %s customers  %s', rpad(:'period', 8), string_agg(lpad(later::text || ' ', columns), '' ORDER BY later)), '2')
FROM (SELECT DISTINCT later, columns FROM cell) AS l
UNION ALL
SELECT line FROM (
    SELECT cohort, rtrim(format('    %s %9s  %s', rpad(CASE :'period' WHEN 'month' THEN to_char(cohort, 'YYYY-MM')
        WHEN 'quarter' THEN to_char(cohort, 'YYYY "Q"Q') ELSE to_char(cohort, 'YYYY') END, 8), customers,
        string_agg(shade(share, top, columns), '' ORDER BY later))) AS line
    FROM cell, scale GROUP BY cohort, customers ORDER BY cohort) AS l;
