-- scale_items: its text, alpha where it is undefined, scores of one respondent, every error.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET search_path = customer_segments, public;
CREATE TABLE respondents (id integer, a integer, b integer, c integer);
INSERT INTO respondents VALUES (1, 2, 3, 3), (2, 4, 4, 5), (3, 5, 5, 4), (4, 3, 3, 3), (5, 4, 5, 4), (6, 1, 2, 2), (7, 3, 4, 3), (8, 5, 4, 5), (9, 2, 2, 1), (10, 4, 4, 4),
    (11, 5, NULL, 5), (12, NULL, NULL, NULL);
SELECT scale_items_agg(ARRAY[a, b, c]) AS scale, cronbach_alpha(ARRAY[a, b, c]) AS alpha FROM respondents;
SELECT respondent_count(s), ignored_rows(s), abs(cronbach_alpha(s) - 1008.0::double precision / 1081) < 1e-15 AS as_by_hand FROM (SELECT scale_items_agg(ARRAY[a, b, c]) AS s FROM respondents) t;
-- a scale with one item the wrong way round, and put right
SELECT round(cronbach_alpha(ARRAY[a, b, 6 - c])::numeric, 6) AS wrong, round(cronbach_alpha(ARRAY[a, b, item_score(6 - c, 1, 5, true)])::numeric, 6) AS right FROM respondents;
SELECT scale_items_agg(ARRAY[a::numeric / 2, b * 1.25]) FROM respondents WHERE id < 4;
-- undefined
SELECT cronbach_alpha(ARRAY[a]) AS one_item, cronbach_alpha(ARRAY[a, b]) FILTER (WHERE id = 1) AS one_respondent, cronbach_alpha(ARRAY[3, 3]) AS no_variance,
       cronbach_alpha(NULL::integer[]) AS no_arrays, cronbach_alpha(ARRAY[a, NULL]) AS never_complete FROM respondents;
SELECT s || s AS twice, (s || s) <> s AS differ FROM (SELECT scale_items_agg(ARRAY[a, b]) AS s FROM respondents WHERE id < 3) t;
SELECT rollup(s) = (SELECT scale_items_agg(ARRAY[a, b, c]) FROM respondents) AS merged FROM (SELECT scale_items_agg(ARRAY[a, b, c]) AS s FROM respondents GROUP BY id % 4) t;
CREATE TABLE kept AS SELECT id % 3 AS id, scale_items_agg(ARRAY[a, b / 4.0]) AS s FROM respondents GROUP BY 1;
CREATE TABLE back (LIKE kept);
\copy kept TO 'scale_items.bin' WITH (FORMAT binary)
\copy back FROM 'scale_items.bin' WITH (FORMAT binary)
SELECT count(*) FROM kept JOIN back USING (id, s);
-- one respondent
SELECT x, item_score(x, 1, 5), item_score(x, 1, 5, true) AS reversed, item_share(x, 1, 5) AS share FROM unnest(ARRAY[0, 1, 2.5, 5, 5.1, 'NaN', NULL]) AS x;
SELECT scale_score(ARRAY[4, 5, NULL, NULL]) AS half, scale_score(ARRAY[4, 5, NULL, NULL, NULL]) AS less, scale_score(ARRAY[4, 5, NULL, NULL, NULL], 0.4) AS enough, scale_score('{}') AS no_items;
-- errors
SELECT cronbach_alpha(CASE WHEN a = 1 THEN ARRAY[a, b] ELSE ARRAY[a, b, c] END ORDER BY id) FROM respondents;
SELECT cronbach_alpha(ARRAY[a, 'NaN'::double precision]) FROM respondents;
SELECT cronbach_alpha(ARRAY[a, 1 / 3.0]) FROM respondents;
SELECT cronbach_alpha(ARRAY[a, 1000001]) FROM respondents;
SELECT cronbach_alpha('{}'::integer[]);
SELECT cronbach_alpha(array_fill(1, ARRAY[257]));
SELECT cronbach_alpha(ARRAY[[1, 2], [3, 4]]);
SELECT rollup(s) FROM (SELECT scale_items_agg(ARRAY[1, 2]) AS s UNION ALL SELECT scale_items_agg(ARRAY[1, 2, 3])) t;
SELECT 'v1 scale=0'::scale_items;
SELECT 'v9 scale=0'::scale_items;
SELECT item_score(3, 5, 1);
SELECT scale_score(ARRAY[1, 2], 2);
SELECT scale_items_add(NULL, ARRAY[1]);
