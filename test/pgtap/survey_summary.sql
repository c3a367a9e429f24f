-- survey_summary: any order and any parts, scores against plain SQL of the published formulas, mistakes of one person's answers.
BEGIN;
SET search_path = customer_segments, public;
SELECT plan(20);
SELECT setseed(0.7) IS NULL AS seeded;
CREATE TEMPORARY TABLE answers AS
SELECT i AS id, 1 + i % 97 AS customer_id, floor(random() * 13)::integer - 1 AS score,
       timestamptz '2024-01-01Z' + floor(random() * 300) * interval '1 day' AS at
  FROM generate_series(1, 2000) AS i;
CREATE TEMPORARY TABLE summaries AS SELECT customer_id, survey_summary_agg(score, at ORDER BY id) AS s FROM answers GROUP BY 1;

SELECT is((SELECT count(*) FROM summaries JOIN (SELECT customer_id, survey_summary_agg(score, at ORDER BY random()) AS s FROM answers GROUP BY 1) r
            USING (customer_id) WHERE summaries.s::text <> r.s::text), 0::bigint, 'the same in any order of rows');
SELECT is((SELECT rollup(s ORDER BY random())::text FROM summaries), (SELECT survey_summary_agg(score, at)::text FROM answers), 'merged parts are the whole');
SELECT is((SELECT count(*) FROM summaries WHERE s::text::survey_summary <> s), 0::bigint, 'text and back');
SELECT results_eq('SELECT customer_id, answer_count(s), ignored_rows(s), latest_score(s), latest_answer_at(s) FROM summaries ORDER BY 1',
    $$SELECT DISTINCT ON (customer_id) customer_id, count(*) FILTER (WHERE score BETWEEN 0 AND 10) OVER w, count(*) FILTER (WHERE score NOT BETWEEN 0 AND 10) OVER w,
             first_value(score) OVER l, first_value(at) OVER l
        FROM answers WINDOW w AS (PARTITION BY customer_id), l AS (PARTITION BY customer_id ORDER BY score NOT BETWEEN 0 AND 10, at DESC, score) ORDER BY 1$$,
    'counts and latest answers equal plain SQL');
-- at most 8 answers a customer: then the rule sees all of them
CREATE TEMPORARY TABLE few AS SELECT * FROM answers WHERE id % 3 = 0 AND id < 1500 AND score BETWEEN 0 AND 10;
SELECT results_eq('SELECT customer_id, recovered_at(survey_summary_agg(score, at), 60) FROM few GROUP BY 1 ORDER BY 1',
    $$WITH bad AS (SELECT customer_id, max(at) FILTER (WHERE score < 7) AS at FROM few GROUP BY 1)
      SELECT b.customer_id, CASE WHEN min(f.at) <= b.at + interval '60 days' THEN min(f.at) END
        FROM bad b LEFT JOIN few f ON f.customer_id = b.customer_id AND f.at > b.at GROUP BY b.customer_id, b.at ORDER BY 1$$,
    'recovery equals plain SQL');

-- the published formulas in plain SQL; 1.959963984540054 is the normal quantile
CREATE TEMPORARY TABLE grouped AS
SELECT customer_id % 5 AS g, count(*)::double precision AS n, count(*) FILTER (WHERE score >= 9)::double precision AS p, count(*) FILTER (WHERE score <= 6)::double precision AS d
  FROM answers WHERE score BETWEEN 0 AND 10 AND customer_id < 60 GROUP BY 1;
SELECT is((SELECT count(*) FROM grouped JOIN (SELECT customer_id % 5 AS g, (nps(score)).* FROM answers WHERE customer_id < 60 GROUP BY 1) s USING (g)
            WHERE abs(s.score - 100 * (p / grouped.n - d / grouped.n)) > 1e-12
               OR abs(s.std_error - 100 * sqrt(((p + d) / grouped.n - ((p - d) / grouped.n) ^ 2) / grouped.n)) > 1e-12
               OR abs(s.low - (s.score - 1.959963984540054 * s.std_error)) > 1e-12 OR abs(s.high - (s.score + 1.959963984540054 * s.std_error)) > 1e-12
               OR s.adjusted OR s.n <> grouped.n), 0::bigint, 'nps: Wald interval');
SELECT is((SELECT count(*) FROM grouped JOIN (SELECT customer_id % 5 AS g, (nps(survey_summary_agg(score), adjusted_below => 10000)).* FROM answers WHERE customer_id < 60 GROUP BY 1) s USING (g)
            CROSS JOIN LATERAL (SELECT (p + 0.75) / (grouped.n + 3) AS p, (d + 0.75) / (grouped.n + 3) AS d) a
            WHERE abs(s.low - 100 * (a.p - a.d - 1.959963984540054 * sqrt((a.p + a.d - (a.p - a.d) ^ 2) / (grouped.n + 3)))) > 1e-12
               OR abs(s.high - 100 * (a.p - a.d + 1.959963984540054 * sqrt((a.p + a.d - (a.p - a.d) ^ 2) / (grouped.n + 3)))) > 1e-12
               OR NOT s.adjusted), 0::bigint, 'nps: adjusted interval');
SELECT is((SELECT count(*)
             FROM grouped a JOIN grouped b ON a.g < b.g
             JOIN (SELECT customer_id % 5 AS g, survey_summary_agg(score) AS s FROM answers WHERE customer_id < 60 GROUP BY 1) x ON x.g = a.g
             JOIN (SELECT customer_id % 5 AS g, survey_summary_agg(score) AS s FROM answers WHERE customer_id < 60 GROUP BY 1) y ON y.g = b.g
            CROSS JOIN LATERAL nps_test(x.s, y.s) t
            CROSS JOIN LATERAL (SELECT (b.p - b.d) / b.n - (a.p - a.d) / a.n AS difference,
                                       sqrt(((a.p + a.d) / a.n - ((a.p - a.d) / a.n) ^ 2) / a.n + ((b.p + b.d) / b.n - ((b.p - b.d) / b.n) ^ 2) / b.n) AS error) p
            WHERE abs(t.difference - 100 * p.difference) > 1e-12 OR abs(t.std_error - 100 * p.error) > 1e-12 OR abs(t.z - p.difference / p.error) > 1e-12
               OR abs(t.low - 100 * (p.difference - 1.959963984540054 * p.error)) > 1e-12), 0::bigint, 'nps_test: z test of two groups');
-- two-sided p of z = 1.8675928..., from 40 digits: see test/unit/survey_summary.c
SELECT ok(abs((nps_test(survey_summary_agg(s) FILTER (WHERE g = 1), survey_summary_agg(s) FILTER (WHERE g = 2))).p_value - 0.061818849936529358) < 1e-12,
          'nps_test: p value')
  FROM (SELECT 1 AS g, CASE WHEN i <= 50 THEN 9 WHEN i <= 70 THEN 6 ELSE 8 END AS s FROM generate_series(1, 100) AS i
        UNION ALL SELECT 2, CASE WHEN i <= 137 THEN 10 WHEN i <= 228 THEN 0 ELSE 7 END FROM generate_series(1, 345) AS i) t;
SELECT ok(abs(c.score - 0.8) < 1e-15 AND abs(c.low - 0.721601440618397831) < 1e-12 AND abs(c.high - 0.878398559381602169) < 1e-12 AND c.ignored = 5, 'csat: 80 of 100, others ignored')
  FROM (SELECT (csat(CASE WHEN i <= 80 THEN 4 + i % 2 WHEN i <= 100 THEN 1 + i % 3 ELSE 6 END)).* FROM generate_series(1, 105) AS i) c;
SELECT ok(abs(c.mean - p.mean) < 1e-12 AND abs(c.share - p.share) < 1e-12 AND abs(c.net - p.net) < 1e-12 AND c.mean_low < c.mean AND c.share_high > c.share AND c.n = p.n,
          'ces: its three variants equal plain SQL')
  FROM (SELECT (ces(score)).* FROM answers) c,
       (SELECT count(*) AS n, avg(score) AS mean, avg((score >= 5)::integer) AS share, 100 * (avg((score >= 6)::integer) - avg((score <= 2)::integer)) AS net FROM answers WHERE score BETWEEN 1 AND 7) p;
CREATE TEMP TABLE many AS SELECT 'v1 counts=0,9223372036854775807,0,0,0,0,0,0,0,0,1 ignored=9223372036854775807'::survey_summary AS s;
SELECT throws_ok('SELECT ' || call || ' FROM many', '22003', message, call || ' of more answers than a bigint counts')
  FROM (VALUES ('answer_count(s)', 'number of answers out of range'), ('nps(s)', 'number of answers out of range'), ('csat(s)', 'number of answers out of range'), ('ces(s)', 'number of answers out of range'),
               ('nps_test(s, s)', 'number of answers out of range'), ('s || s', 'number of answers out of range'),
               ('csat(''v1 counts=1,1,0,0,0,0,0,0,0,0,0 ignored=9223372036854775807''::survey_summary)', 'number of ignored answers out of range'),
               ('ces(''v1 counts=1,1,0,0,0,0,0,0,0,0,0 ignored=9223372036854775807''::survey_summary)', 'number of ignored answers out of range')) v (call, message);
SELECT is((SELECT answer_count(s, 0, 9) FROM many), 9223372036854775807, 'some of them can be counted');
SELECT * FROM finish();
ROLLBACK;
