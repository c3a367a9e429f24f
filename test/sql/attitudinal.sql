-- attitudinal: every label with a customer inside and one just outside, rubbish in, the response rate of segments.
\set VERBOSITY terse
SET TimeZone = 'Asia/Tokyo';
SET DateStyle = 'ISO';
SET client_min_messages = warning;
SET jit = off;
SET search_path = customer_segments, public;
SET customer_segments.as_of = '2024-07-01 00:00Z';

CREATE SCHEMA shop;
CREATE TABLE shop.orders (customer_id text, ordered_at timestamptz, amount numeric);
CREATE TABLE shop.customers (customer_id text);
CREATE TABLE shop.survey_answers (customer_id text, question text, answered_at timestamptz, score numeric);
CREATE TABLE shop.events (customer_id text, event_type text, occurred_at timestamptz);
SELECT create_workspace('seg', 'shop');
INSERT INTO shop.survey_answers VALUES
    ('promoter', 'nps', '2024-06-01Z', 9), ('passive, not promoter', 'nps', '2024-06-01Z', 8), ('passive', 'nps', '2024-06-01Z', 7),
    ('detractor', 'nps', '2024-06-01Z', 6), ('detractor of 0', 'nps', '2024-06-01Z', 0),
    -- the window of 180 days begins on 2024-01-03
    ('just in time', 'NPS', '2024-01-03 00:00Z', 10), ('too old', 'nps', '2024-01-02 23:59:59.999999Z', 10),
    ('latest counts', 'nps', '2024-05-01Z', 10), ('latest counts', 'nps', '2024-06-01Z', 2),
    ('after as_of', 'nps', '2024-07-01 00:00Z', 10), ('after as_of', 'nps', '2024-06-01Z', 7),
    ('two at once', 'nps', '2024-06-01Z', 10), ('two at once', 'nps', '2024-06-01Z', 3),
    ('recovered', 'nps', '2024-03-01Z', 6), ('recovered', 'nps', '2024-05-30Z', 7),
    ('recovered too late', 'nps', '2024-03-01Z', 6), ('recovered too late', 'nps', '2024-05-30 00:00:00.000001Z', 7),
    ('relapsed', 'nps', '2024-03-01Z', 6), ('relapsed', 'nps', '2024-04-01Z', 9), ('relapsed', 'nps', '2024-05-01Z', 6),
    ('recovered long ago', 'nps', '2023-01-01Z', 6), ('recovered long ago', 'nps', '2023-02-01Z', 9),
    ('out of range', 'nps', '2024-06-01Z', 11), ('below zero', 'nps', '2024-06-01Z', -1), ('half', 'nps', '2024-06-01Z', 8.5), ('NaN', 'nps', '2024-06-01Z', 'NaN'),
    ('no score', 'nps', '2024-06-01Z', NULL), ('another question', 'color', '2024-06-01Z', 9), ('endless', 'nps', '-infinity', 9),
    ('satisfied', 'csat', '2024-06-01Z', 4), ('dissatisfied', 'csat', '2024-06-01Z', 3), ('csat of 6', 'csat', '2024-06-01Z', 6), ('csat of 0', 'csat', '2024-06-01Z', 0),
    ('effort', 'customer_effort', '2024-06-01Z', 7), ('effort of 8', 'ces', '2024-06-01Z', 8);
INSERT INTO shop.customers VALUES ('never asked');
SELECT customer_id, nps_class, nps_rank, nps_score AS nps, nps_answered_at AT TIME ZONE 'UTC' AS answered_at, recovered_detractor AS recovered, recovered_at AT TIME ZONE 'UTC' AS recovered_at,
       satisfaction, csat_score AS csat, ces_score AS ces, answers, n, reliable FROM seg.attitudinal ORDER BY customer_id COLLATE "C";
SELECT customer_id, nps, nps_rank, satisfaction, recovered_detractor FROM seg.customer_360;

-- another definition, another window, questions of the shop's own
UPDATE seg.settings SET nps_promoter_from = 8, survey_valid_days = 181, recovered_days = 91;
SELECT customer_id, nps_class FROM seg.attitudinal WHERE customer_id IN ('passive, not promoter', 'too old');
SELECT customer_id FROM seg.attitudinal WHERE recovered_detractor ORDER BY 1;
INSERT INTO seg.survey_question VALUES ('color', 'nps');
SELECT nps_class FROM seg.attitudinal WHERE customer_id = 'another question';
UPDATE seg.settings SET nps_promoter_from = 6;
UPDATE seg.settings SET csat_satisfied_from = 6;
INSERT INTO seg.survey_question VALUES ('Color', 'nps');
INSERT INTO seg.survey_question VALUES ('mood', 'mood');
UPDATE seg.settings SET nps_promoter_from = 9, survey_valid_days = 180, recovered_days = 90;

-- response by segment: one-time buyers were asked more often than they answered
INSERT INTO shop.orders SELECT 'c' || i, timestamptz '2024-05-01Z' + k * interval '1 day', 20 FROM generate_series(1, 20) AS i, generate_series(1, 1 + i % 2) AS k;
INSERT INTO shop.events SELECT 'c' || i, 'survey_sent', timestamptz '2024-06-01Z' FROM generate_series(1, 16) AS i;
INSERT INTO shop.events VALUES ('c1', 'survey_sent', '2024-01-02Z'), ('asked only', 'survey_sent', '2024-06-01Z'), ('asked long ago', 'survey_sent', '2024-01-02Z');
INSERT INTO shop.survey_answers SELECT 'c' || i, 'nps', '2024-06-02Z', 4 + i % 7 FROM generate_series(1, 20, 3) AS i;
INSERT INTO shop.survey_answers SELECT 'c2', 'csat', '2024-06-02Z', 5;
SELECT customer_id, surveys_sent, responded, nps_class, answers FROM seg.attitudinal WHERE customer_id ~ '^c\d|^asked' ORDER BY length(customer_id), 1;
SELECT segment, customers, surveyed, responded, response_rate, promoters, detractors, round(nps::numeric, 6) AS nps, round(nps_low::numeric, 6) AS nps_low, round(nps_high::numeric, 6) AS nps_high, n, reliable
FROM seg.survey_response WHERE segmentation IN ('buyer_type') ORDER BY segment_rank;
-- reliable needs enough answers, and enough of those who were asked
UPDATE seg.settings SET survey_min_answers = 3;
SELECT segment, response_rate, n, reliable FROM seg.survey_response WHERE segmentation = 'buyer_type' ORDER BY segment_rank;
UPDATE seg.settings SET survey_min_response = 0.5;
SELECT segment, response_rate, n, reliable FROM seg.survey_response WHERE segmentation = 'buyer_type' ORDER BY segment_rank;
TRUNCATE shop.events;
SELECT segment, surveyed, response_rate, n, reliable FROM seg.survey_response WHERE segmentation = 'buyer_type' ORDER BY segment_rank;
SELECT segmentation, segment, customers FROM seg.segment_summary WHERE segmentation IN ('nps', 'satisfaction') ORDER BY 1, segment_rank;
SELECT drop_workspace('seg');

-- without surveys, or without answers' scores: empty, and nobody is anything
DROP TABLE shop.survey_answers, shop.events;
SELECT create_workspace('seg', 'shop');
SELECT count(*) FROM seg.attitudinal;
SELECT DISTINCT nps, satisfaction FROM seg.customer_360;
SELECT sum(n) AS n, count(nps) AS nps FROM seg.survey_response;
SELECT drop_workspace('seg');
CREATE TABLE shop.survey_answers (customer_id text, question text, answered_at timestamptz);
INSERT INTO shop.survey_answers VALUES ('c1', 'nps', '2024-06-01Z');
SELECT create_workspace('seg', 'shop');
SELECT customer_id, nps_class, answers, reliable FROM seg.attitudinal;
SELECT drop_workspace('seg');
