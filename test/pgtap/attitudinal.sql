-- attitudinal against plain SQL over random answers, and labels that leave nobody out.
BEGIN;
SET search_path = customer_segments, public;
SELECT plan(4);
SELECT setseed(0.4) IS NULL AS seeded;
CREATE SCHEMA shop;
CREATE TABLE shop.orders AS SELECT 1 + i % 150 AS customer_id, timestamptz '2024-01-01Z' + i * interval '1 hour' AS ordered_at, 10 AS amount FROM generate_series(1, 400) AS i;
CREATE TABLE shop.survey_answers AS
SELECT 1 + i % 200 AS customer_id, (ARRAY['nps', 'csat', 'other'])[1 + i % 3] AS question, timestamptz '2024-01-01Z' + floor(random() * 400) * interval '1 day' AS answered_at,
       floor(random() * 12)::integer AS score FROM generate_series(1, 1000) AS i;
SELECT create_workspace('seg', 'shop');
SET LOCAL customer_segments.as_of = '2025-01-01';
CREATE TEMPORARY TABLE latest AS
SELECT DISTINCT ON (customer_id) customer_id, score, answered_at FROM shop.survey_answers
 WHERE question = 'nps' AND score <= 10 AND answered_at < '2025-01-01Z' ORDER BY customer_id, answered_at DESC, score;
SELECT results_eq('SELECT customer_id, nps_class, nps_score FROM seg.attitudinal WHERE reliable ORDER BY 1',
    $$SELECT customer_id, CASE WHEN score >= 9 THEN 'promoter' WHEN score >= 7 THEN 'passive' ELSE 'detractor' END, score FROM latest
       WHERE answered_at >= timestamptz '2025-01-01Z' - interval '180 days' ORDER BY 1$$, 'classes equal plain SQL');
SELECT results_eq('SELECT customer_id FROM seg.attitudinal WHERE recovered_detractor ORDER BY 1',
    $$WITH a AS (SELECT * FROM shop.survey_answers WHERE question = 'nps' AND score <= 10 AND answered_at < '2025-01-01Z'),
           b AS (SELECT customer_id, max(answered_at) AS at FROM a WHERE score < 7 GROUP BY 1)
      SELECT b.customer_id FROM b JOIN a ON a.customer_id = b.customer_id AND a.answered_at > b.at
        JOIN latest l ON l.customer_id = b.customer_id AND l.answered_at >= timestamptz '2025-01-01Z' - interval '180 days'
       GROUP BY b.customer_id, b.at HAVING min(a.answered_at) <= b.at + interval '90 days' ORDER BY 1$$, 'recovered detractors equal plain SQL');
SELECT results_eq('SELECT DISTINCT segmentation, sum(customers) OVER (PARTITION BY segmentation) FROM seg.survey_response ORDER BY 1',
    $$SELECT DISTINCT segmentation, sum(customers) OVER (PARTITION BY segmentation) FROM seg.segment_summary ORDER BY 1$$, 'every segmentation counts everybody once');
SELECT results_eq($$SELECT sum(n), sum(promoters), sum(detractors) FROM seg.survey_response WHERE segmentation = 'rfm'$$,
    $$SELECT count(*)::numeric, count(*) FILTER (WHERE nps_class = 'promoter')::numeric, count(*) FILTER (WHERE nps_class = 'detractor')::numeric
        FROM seg.attitudinal WHERE reliable AND customer_id IN (SELECT customer_id FROM shop.orders)$$, 'promoters and detractors of segments add up');
SELECT * FROM finish();
ROLLBACK;
