-- Segment names: presets are total and disjoint, the checker finds what is wrong with a table of rules.
BEGIN;
SET search_path = customer_segments, public;
SELECT plan(35);

-- the default set, against the rules as the documentation states them
SELECT is((SELECT array_agg(cells ORDER BY "position") FROM (SELECT p."position", count(g.segment) AS cells FROM rfm_preset() p LEFT JOIN rfm_grid() g USING (segment) GROUP BY 1) x),
          '{8,5,4,26,22,20,5,6,9,10,10}', 'cells of each segment');
SELECT is((SELECT array_agg(segment ORDER BY "position") FROM rfm_preset()),
          '{champions,new_customers,cant_lose_them,at_risk,loyal,potential_loyalist,promising,need_attention,about_to_sleep,hibernating,lost}', 'names');
SELECT is((SELECT count(*) FROM rfm_grid() WHERE segment IS NULL), 0::bigint, 'no cell without a name');
SELECT is((SELECT count(*) || ' ' || count(DISTINCT (r, f, m)) || ' ' || min(least(r, f, m)) || ' ' || max(greatest(r, f, m)) FROM rfm_grid()), '125 125 1 5', '125 cells, each once');
SELECT is((SELECT count(*) FROM rfm_grid() WHERE segment <> CASE
    WHEN r >= 4 AND f >= 4 AND m >= 4 THEN 'champions' WHEN r = 5 AND f = 1 THEN 'new_customers' WHEN r = 1 AND f >= 4 AND m >= 4 THEN 'cant_lose_them'
    WHEN r <= 2 AND f >= 3 THEN 'at_risk' WHEN r >= 3 AND f >= 4 THEN 'loyal' WHEN r >= 4 AND f BETWEEN 2 AND 3 THEN 'potential_loyalist'
    WHEN r = 4 AND f = 1 THEN 'promising' WHEN r = 3 AND f BETWEEN 2 AND 3 AND m >= 3 THEN 'need_attention' WHEN r = 3 THEN 'about_to_sleep'
    WHEN r = 2 THEN 'hibernating' WHEN r = 1 THEN 'lost' END), 0::bigint, 'first match wins');
SELECT is((SELECT count(*) FROM rfm_grid() WHERE segment <> rfm_segment(r, f, m) OR segment <> rfm_segment(ROW(r, f, m)::rfm_cell)), 0::bigint, 'rfm_segment agrees');
SELECT is(rfm_segment(NULL, 1, 1) || ' ' || rfm_segment(1, NULL, 1) || ' ' || rfm_segment(1, 1, NULL) || ' ' || rfm_segment(NULL::rfm_cell)
          || ' ' || rfm_segment(ROW(1, NULL, 1)::rfm_cell), 'prospect prospect prospect prospect prospect', 'no order yet');

-- the sets for e-mail
SELECT is((SELECT array_agg(segment ORDER BY "position") FROM rfm_preset('email_0_3')),
          '{champions,loyal,active,new,promising,needs_attention,previously_loyal,at_risk,almost_lost,dormant}', 'ten names on scores 0 to 3');
SELECT is((SELECT array_agg(segment ORDER BY "position") FROM rfm_preset('email_1_3')), '{champions,loyal,recent,needs_attention,at_risk,inactive}', 'six names on scores 1 to 3');
SELECT is((SELECT min(r_min) || ' ' || max(r_max) || ' ' || min(m_min) || ' ' || max(m_max) FROM rfm_preset('email_0_3')), '0 3 0 3', 'their scale is 0 to 3');
SELECT is((SELECT count(DISTINCT rfm_segment(r, f, m, 'email_0_3')) FROM generate_series(0, 3) r, generate_series(0, 3) f, generate_series(0, 3) m), 10::bigint, 'all ten are in use');
SELECT is((SELECT count(DISTINCT rfm_segment(r, f, m, 'email_1_3')) FROM generate_series(1, 3) r, generate_series(1, 3) f, generate_series(1, 3) m), 6::bigint, 'all six are in use');
SELECT is((SELECT count(*) FROM generate_series(0, 3) r, generate_series(0, 3) f, generate_series(0, 3) m
           WHERE rfm_segment(r, f, m, 'email_0_3') <> rfm_segment(ROW(r + 1, f + 1, m + 1)::rfm_cell, 'email_0_3', 4)), 0::bigint, 'scores of four bins are those plus one');

-- any preset on any number of bins: the rules of rfm_preset name the cells of rfm_grid
CREATE FUNCTION pg_temp.first_match(preset text, bins int) RETURNS TABLE (r int, f int, m int, segment text) LANGUAGE sql AS $$
    SELECT DISTINCT ON (g.r, g.f, g.m) g.r, g.f, g.m, p.segment
    FROM rfm_grid(bins, preset) g LEFT JOIN rfm_preset(preset, bins) p
      ON g.r BETWEEN r_min AND r_max AND g.f BETWEEN f_min AND f_max AND g.m BETWEEN m_min AND m_max
    ORDER BY g.r, g.f, g.m, p."position"
$$;
SELECT is(count(*), 0::bigint, 'rules and grid agree for every preset and many numbers of bins')
FROM unnest('{default,email_0_3,email_1_3}'::text[]) AS preset, unnest('{2,3,4,5,6,7,10,11,20}'::int[]) AS bins
CROSS JOIN LATERAL (SELECT * FROM rfm_grid(bins, preset) EXCEPT SELECT * FROM pg_temp.first_match(preset, bins)) AS x;
SELECT is((SELECT array_agg(DISTINCT ROW(r, rfm_segment(r, 1, 1, bins => 10))::text) FROM generate_series(1, 10) r),
          (SELECT array_agg(DISTINCT ROW(r, rfm_segment((r + 1) / 2, 1, 1))::text) FROM generate_series(1, 10) r), 'ten bins are five in pairs');
SELECT is((SELECT string_agg(DISTINCT segment, ' ' ORDER BY segment) FROM rfm_grid(2)), 'at_risk cant_lose_them champions lost loyal new_customers', 'two bins are the extremes of five');

-- the checker
CREATE TABLE "Odd schema.rules" AS SELECT * FROM rfm_preset();
SELECT is_empty($q$ SELECT * FROM check_rfm_rules('"Odd schema.rules"') $q$, 'the default set is sound');
SELECT is_empty(format($q$ SELECT * FROM check_rfm_rules('"Odd schema.rules"', %s) WHERE problem <> 'uncovered cell' $q$, 5), 'no rule is out of reach');
UPDATE "Odd schema.rules" SET m_min = 2 WHERE segment = 'lost';
SELECT results_eq($q$ SELECT problem, "position", segment, r, f, m FROM check_rfm_rules('"Odd schema.rules"') $q$,
    $q$ VALUES ('uncovered cell', NULL::int, NULL::text, 1, 1, 1), ('uncovered cell', NULL, NULL, 1, 2, 1) $q$, 'each uncovered cell is named');
UPDATE "Odd schema.rules" SET m_min = NULL WHERE segment = 'lost';
SELECT is_empty($q$ SELECT * FROM check_rfm_rules('"Odd schema.rules"') $q$, 'a null bound is open');
INSERT INTO "Odd schema.rules" VALUES (12, 'whales', 4, 5, 4, 5, 5, 5), (12, 'nobody', 5, 4, 1, 5, 1, 5);
SELECT results_eq($q$ SELECT problem, "position", segment, r FROM check_rfm_rules('"Odd schema.rules"') $q$,
    $q$ VALUES ('unreachable rule', 12, 'nobody', NULL::int), ('position not unique', 12, 'whales', NULL), ('unreachable rule', 12, 'whales', NULL) $q$,
    'unreachable rules and a position used twice are named');
SELECT is((SELECT count(*) FROM check_rfm_rules('"Odd schema.rules"', 10) WHERE problem = 'uncovered cell'), 875::bigint, 'rules for 5 bins leave cells of 10 uncovered');
TRUNCATE "Odd schema.rules";
SELECT is((SELECT count(*) FROM check_rfm_rules('"Odd schema.rules"', 3)), 27::bigint, 'without rules every cell is uncovered');

-- rfm_rule against a join with the rules, for edited ones too
CREATE FUNCTION pg_temp.rules_of(preset text, bins integer) RETURNS integer[] LANGUAGE sql AS
    $$SELECT array_agg(ARRAY[position, r_min, r_max, f_min, f_max, m_min, m_max] ORDER BY position) FROM rfm_preset(preset, bins)$$;
SELECT is((SELECT count(*) FROM rfm_grid(7, p) g WHERE (SELECT segment FROM rfm_preset(p, 7) WHERE position = rfm_rule(g.r, g.f, g.m, pg_temp.rules_of(p, 7))) IS DISTINCT FROM g.segment), 0::bigint, 'rfm_rule names the cells of ' || p)
  FROM unnest('{default,email_0_3,email_1_3}'::text[]) AS p;
SELECT is(array_agg(rfm_rule(r, 1, 1, '{{7,2,NULL,NULL,NULL,NULL,1},{3,NULL,3,1,1,1,1}}') ORDER BY r), '{3,7,7,7,7}', 'the first that fits, whatever its position; a null bound is open') FROM generate_series(1, 5) r;
SELECT is(rfm_rule(1, 1, 1, '{{1,2,2,2,2,2,2}}'), NULL, 'no rule fits');
SELECT is(rfm_rule(1, 1, 1, '{}'), NULL, 'no rules');
SELECT is(rfm_rule(NULL, 1, 1, '{{1,NULL,NULL,NULL,NULL,NULL,NULL}}'), NULL, 'no score');
-- other rules from row to row
SELECT is(array_agg(rfm_rule(1, 1, 1, ARRAY[ARRAY[n, n, NULL, NULL, NULL, NULL, NULL], ARRAY[-n, NULL, NULL, NULL, NULL, NULL, NULL]]) ORDER BY n), '{1,-2,-3}', 'rules that differ from row to row') FROM generate_series(1, 3) n;
SELECT throws_ok($$SELECT rfm_rule(1, 1, 1, '{1,2,3}')$$, '2202E', 'rules must be rows of 7 numbers', 'rules that are no rows');
SELECT throws_ok($$SELECT rfm_rule(1, 1, 1, '{{1,2,3}}')$$, '2202E', 'rules must be rows of 7 numbers', 'rows that are too short');
SELECT throws_ok($$SELECT rfm_rule(1, 1, 1, '{{NULL,1,1,1,1,1,1}}')$$, '22004', 'a rule has no position', 'a rule without a position');

SELECT is(rfm_weighted_score(5, 1, 3) || ' ' || rfm_weighted_score(5, 1, 3, 0.5, 2, 1), '9 7.5', 'weighted score');

SELECT * FROM finish();
ROLLBACK;
