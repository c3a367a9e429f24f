-- survey_summary: its text, what is ignored, scores to read, every error.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
SET search_path = customer_segments, public;

CREATE TABLE answers (customer_id integer, score numeric, at timestamptz);
INSERT INTO answers VALUES (1, 9, '2024-03-01Z'), (1, 3, '2024-01-01Z'), (2, 10, '2024-03-01Z'), (2, 11, '2024-03-02Z'), (2, -1, '2024-03-02Z'),
    (2, 8.5, '2024-03-02Z'), (2, 'NaN', '2024-03-02Z'), (2, 1, 'infinity'), (2, 1, '-infinity'), (3, NULL, '2024-03-01Z'), (3, 5, NULL),
    (4, 7, '2024-03-01Z'), (4, 6, '2024-03-01Z'), (5, 12, '2024-03-01Z');
CREATE TABLE summaries AS SELECT customer_id, survey_summary_agg(score, at) AS s FROM answers GROUP BY customer_id;
SELECT * FROM summaries ORDER BY 1;
SELECT customer_id, answer_count(s), answer_count(s, 0, 6) AS low, ignored_rows(s), latest_score(s), latest_answer_at(s), recovered_at(s), recovered_at(s, 59) AS in_59
FROM summaries WHERE s IS NOT NULL ORDER BY 1;
SELECT customer_id, (nps(s)).* FROM summaries ORDER BY 1;
SELECT rollup(s), rollup(s) = (SELECT survey_summary_agg(score, at) FROM answers) AS same FROM summaries;
SELECT a.s || b.s AS both, a.s <> b.s AS differ FROM summaries a, summaries b WHERE a.customer_id = 1 AND b.customer_id = 4;
SELECT survey_summary_agg(score) AS without_times, latest_score(survey_summary_agg(score)) FROM answers WHERE customer_id = 1;

-- the aggregates, over nothing, over nothing that counts, over one answer
SELECT nps(score), csat(score), ces(score) FROM answers WHERE false;
SELECT nps(score), csat(score), ces(score) FROM answers WHERE customer_id = 5;
SELECT (ces(score)).* FROM answers WHERE customer_id = 1 AND score = 3;
-- what is a promoter depends on the settings of who asks
SELECT score, nps_class(score), nps_class(score, promoter_from => 8), nps_class(score, 9, 10) FROM unnest(ARRAY[0, 6, 7, 8, 9, 10, 6.5, 11, -1, 'NaN', NULL]) AS score;
SELECT (nps(survey_summary_agg(i), promoter_from => 8)).promoters, (nps(survey_summary_agg(i), passive_from => 6)).detractors,
       (csat(survey_summary_agg(i), scale_max => 7, satisfied_from => 6)).* FROM generate_series(0, 10) AS i;
SELECT (nps_test(survey_summary_agg(i), survey_summary_agg(i) FILTER (WHERE i > 20))).n_a IS NULL AS no_second_group FROM generate_series(0, 10) AS i;

-- through the binary form
CREATE TABLE other (LIKE summaries);
\copy summaries TO 'survey_summary.bin' WITH (FORMAT binary)
\copy other FROM 'survey_summary.bin' WITH (FORMAT binary)
SELECT count(*) AS the_same FROM summaries JOIN other USING (customer_id) WHERE summaries.s = other.s;

-- errors
SELECT 'v1 counts=1'::survey_summary;
SELECT 'v2 counts=1'::survey_summary;
SELECT nps(s, 1) FROM summaries;
SELECT nps(s, NULL) FROM summaries;
SELECT nps(s, adjusted_below => -1) FROM summaries;
SELECT nps(s, passive_from => 9, promoter_from => 8) FROM summaries;
SELECT nps(s, passive_from => NULL) FROM summaries;
SELECT csat(s, scale_max => 11) FROM summaries;
SELECT csat(s, satisfied_from => 6) FROM summaries;
SELECT nps_class(9, 0);
SELECT survey_summary_add(NULL, 9);
