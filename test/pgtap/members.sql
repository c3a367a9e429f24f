-- members: on random order logs, what history says is what as_of computes, at every refresh; stays never overlap, exits follow entries.
BEGIN;
SET search_path = customer_segments, public;
SET LOCAL client_min_messages = warning;
SELECT * FROM no_plan();
CREATE SCHEMA shop;
CREATE TABLE shop.orders (customer_id text, ordered_at timestamptz, amount numeric(12,2));
CREATE TABLE shop.customers AS SELECT 'c' || n AS customer_id, timestamptz '2024-01-01Z' + n * interval '3 days' AS signed_up_at FROM generate_series(1, 130) AS n;
SELECT create_workspace('seg', 'shop');
SELECT define_segment('seg', 'two orders', 'orders >= 2');
SELECT define_segment('seg', 'late', 'days_since_last_order > 45');
SELECT define_segment('seg', 'late with two', $$segment('two orders') AND segment('late')$$);
SELECT define_segment('seg', 'not bought', $$buyer_type = 'prospect'$$);
SELECT define_segment('seg', 'moving', 'orders > 1');

CREATE TEMP TABLE computed (refresh int, segment text, customer_id text);
CREATE FUNCTION pg_temp.compute(refresh int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMP TABLE c ON COMMIT DROP AS SELECT customer_id, orders, days_since_last_order, rfm, life_cycle, rhythm FROM seg.customer_360;
    INSERT INTO computed SELECT refresh, x.segment, c.customer_id FROM c, LATERAL (VALUES ('two orders', orders >= 2), ('late', days_since_last_order > 45),
        ('late with two', orders >= 2 AND days_since_last_order > 45), ('not bought', orders = 0), ('moving', orders > 1 + LEAST(refresh / 3, 2)),
        ('rfm:' || rfm, true), ('life_cycle:' || life_cycle, true), ('rhythm:' || rhythm, true)) AS x (segment, holds) WHERE holds;
    DROP TABLE c;
END;
$$;
-- seven refreshes a month apart; orders come between them, a definition changes twice, every third has nothing new
CREATE FUNCTION pg_temp.play() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    instant timestamptz := '2024-02-01Z';
    moved bigint;
    before text;
BEGIN
    PERFORM setseed(0.77);
    FOR i IN 1 .. 7 LOOP
        IF i % 3 <> 0 THEN
            INSERT INTO shop.orders SELECT 'c' || (1 + floor(120 * random() * random())), instant + random() * interval '30 days', (5 + 100 * random())::numeric(12,2) FROM generate_series(1, 60);
            instant := instant + interval '30 days';
        END IF;
        IF i IN (3, 6) THEN
            PERFORM define_segment('seg', 'moving', 'orders > ' || 1 + i / 3);
        END IF;
        PERFORM set_config('customer_segments.as_of', instant::text, true);
        moved := (refresh_step_50_members('seg')).changed;
        PERFORM pg_temp.compute(i);
        before := (SELECT md5(string_agg(h::text, ' ' ORDER BY h::text)) FROM (SELECT row(h.*, h.xmin, h.ctid) AS h FROM seg.segment_interval h UNION ALL SELECT row(s.*, s.xmin, s.ctid) FROM seg.segment_state s UNION ALL SELECT row(c.*, c.xmin, c.ctid) FROM seg.segment_change c) AS h);
        moved := (refresh_step_50_members('seg')).changed;
        RETURN NEXT ok(moved = 0 AND before = (SELECT md5(string_agg(h::text, ' ' ORDER BY h::text)) FROM (SELECT row(h.*, h.xmin, h.ctid) AS h FROM seg.segment_interval h UNION ALL SELECT row(s.*, s.xmin, s.ctid) FROM seg.segment_state s UNION ALL SELECT row(c.*, c.xmin, c.ctid) FROM seg.segment_change c) AS h),
            format('refresh %s once more: nothing is written', i));
    END LOOP;
END;
$$;
SELECT pg_temp.play();
-- each refresh ran twice: the first of each pair is the one computed for
CREATE TEMP TABLE instants AS SELECT (refresh + 1) / 2 AS n, min(as_of) AS as_of, max(refresh) AS refresh FROM seg.segment_refresh GROUP BY 1;
-- later refreshes at the same instant replace earlier ones: a definition that changes at an instant is new at it
CREATE TEMP TABLE last_of AS SELECT max(n) AS n, as_of FROM instants GROUP BY as_of;
SELECT is((SELECT count(*) FROM computed), (SELECT count(*) FROM computed c), 'computed ' || count(*) || ' memberships') FROM computed;
SELECT is_empty(
    $$(SELECT l.n, segment, customer_id FROM computed c JOIN last_of l ON l.n = c.refresh
       EXCEPT SELECT l.n, h.segment, h.customer_id FROM seg.segment_history h JOIN last_of l ON h.entered_at <= l.as_of AND (h.left_at IS NULL OR h.left_at > l.as_of))$$,
    'everybody who was computed to be in is in by history');
SELECT is_empty(
    $$(SELECT l.n, h.segment, h.customer_id FROM seg.segment_history h JOIN last_of l ON h.entered_at <= l.as_of AND (h.left_at IS NULL OR h.left_at > l.as_of)
       WHERE h.segment ~ '^(rfm|life_cycle|rhythm):' OR h.segment !~ ':'
       EXCEPT SELECT l.n, segment, customer_id FROM computed c JOIN last_of l ON l.n = c.refresh)$$,
    'and nobody else');
SELECT ok(bool_and((SELECT count(*) FROM segment_members_as_of('seg', s.segment, l.as_of)) = (SELECT count(*) FROM computed c WHERE c.refresh = l.n AND c.segment = s.segment)),
          'segment_members_as_of says the same') FROM last_of l, (VALUES ('two orders'), ('late with two'), ('rfm:lost')) AS s (segment);
-- before the first refresh it is computed
SELECT is((SELECT count(*) FROM segment_members_as_of('seg', 'not bought', '2024-01-20Z')), (SELECT count(*) FROM shop.customers WHERE signed_up_at < '2024-01-20Z'), 'before the first refresh: computed');
SELECT is((SELECT as_of() = '2024-06-30Z'), (SELECT max(as_of) = '2024-06-30Z' FROM seg.segment_refresh), 'as_of is what it was');

SELECT is_empty($$SELECT a.* FROM seg.segment_interval a JOIN seg.segment_interval b ON a.segment_id = b.segment_id AND a.customer_id = b.customer_id AND a.position < b.position
                  WHERE a.left_at IS NULL OR a.left_at > b.entered_at$$, 'stays never overlap');
SELECT is_empty($$SELECT e.* FROM (SELECT e.*, lag(event) OVER (PARTITION BY segment, customer_id ORDER BY position) AS before FROM seg.segment_events e) AS e
                  WHERE (event = 'left') IS DISTINCT FROM (before IS NOT DISTINCT FROM 'entered')$$, 'entries and exits take turns, an entry first');
SELECT is((SELECT count(*) FROM seg.segment_events WHERE event = 'left'), (SELECT count(*) FROM seg.segment_history WHERE left_at IS NOT NULL), 'an exit a stay that ended');
SELECT is((SELECT count(*) FROM seg.segment_events WHERE event = 'entered'), (SELECT count(*) FROM seg.segment_history), 'an entry a stay');
SELECT is((SELECT sum(entered) - sum(exited) FROM seg.segment_refresh), (SELECT count(*)::numeric FROM seg.segment_members), 'the log adds up');
SELECT ok(bool_and(at >= before), 'instants grow with positions') FROM (SELECT at, lag(at, 1, at) OVER (ORDER BY position) AS before FROM seg.segment_events) AS e;
-- every label is a segment: each customer is in exactly one of each segmentation
SELECT is((SELECT count(*) FROM (SELECT customer_id, split_part(segment, ':', 1) FROM seg.segment_members WHERE segment ~ ':' GROUP BY 1, 2 HAVING count(*) <> 1) AS m), 0::bigint, 'one label of each segmentation');
-- a dropped segment is left by everybody at the next refresh, and comes back when it is defined again
SELECT drop_segment('seg', 'late with two');
SELECT refresh_step_50_members('seg');
SELECT is((SELECT count(*) FROM seg.segment_members WHERE segment = 'late with two'), 0::bigint, 'dropped: all have left');
SELECT define_segment('seg', 'late with two', 'true');
SELECT refresh_step_50_members('seg');
SELECT is((SELECT count(*) FROM seg.segment_members WHERE segment = 'late with two' AND version = 2), (SELECT count(*) FROM seg.customer_360), 'defined again: all are in');
-- a customer that is gone from the sources leaves everything
DELETE FROM shop.orders WHERE customer_id = 'c1';
DELETE FROM shop.customers WHERE customer_id = 'c1';
SELECT refresh_step_50_members('seg');
SELECT is((SELECT count(*) FROM seg.segment_members WHERE customer_id = 'c1') + (SELECT count(*) FROM seg.segment_state WHERE customer_id = 'c1'), 0::bigint, 'a customer who is gone is in nothing');
-- no labels wanted
UPDATE seg.settings SET tracked_segmentations = '{rfm}';
SELECT refresh_step_50_members('seg');
SELECT is((SELECT array_agg(DISTINCT split_part(segment, ':', 1)) FROM seg.segment_members WHERE segment ~ ':'), '{rfm}', 'only what is tracked');
UPDATE seg.settings SET tracked_segmentations = '{}';
SELECT refresh_step_50_members('seg');
SELECT is((SELECT count(*) FROM seg.segment_members WHERE segment ~ ':'), 0::bigint, 'or nothing of it');

-- predicates that fail for one customer: the others are refreshed, the failing ones stay as they were
SELECT define_segment('seg', 'bad', '1 / (orders - 1) >= 0 OR orders = 1');
-- whatever tables the session has
CREATE TEMP TABLE customer_segments_row (x integer);
CREATE TEMP TABLE customer_segments_row_1 (x integer);
CREATE TEMP TABLE members_before AS SELECT * FROM seg.segment_members;
SELECT define_segment('seg', 'moving', $$1 / NULLIF(length(customer_id) - 3, 0) >= 0 AND length(customer_id)::text::int / (CASE customer_id WHEN 'c17' THEN 0 ELSE 1 END) > 0$$);
SELECT define_segment('seg', 'two orders', 'orders >= 3');
SELECT refresh_step_50_members('seg');
SELECT bag_eq('SELECT segment, customer_id, sqlstate, message FROM seg.segment_error',
    $$VALUES ('bad', (SELECT (array_agg(customer_id))[1] FROM seg.segment_error WHERE segment = 'bad'), '22012', 'division by zero'), ('moving', 'c17', '22012', 'division by zero')$$, 'two segments failed, each for a customer that is named');
SELECT is((SELECT orders FROM seg.customer_360 c JOIN seg.segment_error e USING (customer_id) WHERE e.segment = 'bad'), 1::bigint, 'who really is one for whom it fails');
SELECT bag_eq($$SELECT customer_id FROM seg.segment_members WHERE segment = 'moving'$$, $$SELECT customer_id FROM members_before WHERE segment = 'moving'$$, 'its members stay');
SELECT bag_eq($$SELECT customer_id FROM seg.segment_members WHERE segment = 'two orders'$$, $$SELECT customer_id FROM seg.customer_360 WHERE orders >= 3$$, 'the others are refreshed');
SELECT is((SELECT failed FROM seg.segment_refresh ORDER BY refresh DESC LIMIT 1), 2, 'and the log says so');
SELECT define_segment('seg', 'moving', 'orders > 2');
SELECT drop_segment('seg', 'bad');
SELECT refresh_step_50_members('seg');
SELECT bag_eq($$SELECT customer_id FROM seg.segment_members WHERE segment = 'moving'$$, $$SELECT customer_id FROM seg.customer_360 WHERE orders > 2$$, 'mended: refreshed again');
-- a segment that has become too long, because one in it has, fails alone
SELECT define_segment('seg', 'inner', 'true'), define_segment('seg', 'outer', 'segment(''inner'') AND orders > 0 /*' || repeat('x', 99900) || '*/');
SELECT refresh_step_50_members('seg');
CREATE TEMP TABLE outer_before AS SELECT customer_id FROM seg.segment_members WHERE segment = 'outer';
SELECT define_segment('seg', 'inner', 'true /*' || repeat('x', 500) || '*/'), define_segment('seg', 'moving', 'orders > 3');
SELECT refresh_step_50_members('seg');
SELECT results_eq('SELECT segment, sqlstate FROM seg.segment_error e WHERE e.refresh = (SELECT max(refresh) FROM seg.segment_refresh)', $$VALUES ('outer', '54000')$$, 'too long: named');
SELECT is((SELECT failed FROM seg.segment_refresh ORDER BY refresh DESC LIMIT 1), 1, 'counted');
SELECT bag_eq($$SELECT customer_id FROM seg.segment_members WHERE segment = 'outer'$$, 'SELECT customer_id FROM outer_before', 'its members stay');
SELECT bag_eq($$SELECT customer_id FROM seg.segment_members WHERE segment = 'moving'$$, $$SELECT customer_id FROM seg.customer_360 WHERE orders > 3$$, 'and the others are refreshed');
SELECT define_segment('seg', 'bad', '1 / (orders - 1) >= 0 OR orders = 1');
SELECT refresh_step_50_members('seg');
SELECT is((SELECT failed FROM seg.segment_refresh ORDER BY refresh DESC LIMIT 1), 2, 'beside one that fails for a customer');
SELECT throws_ok($$UPDATE seg.rfm_rule SET segment = (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 100) i)$$, '23514', NULL, 'a label has a length');
-- the predicate is read as it was written
SELECT define_segment('seg', 'backslash', $$customer_id <> '\'$$);
SET LOCAL standard_conforming_strings = off;
SELECT is((segment_overlap('seg', 'backslash', 'backslash')).both_count, (SELECT count(*) FROM seg.customer_360), 'whatever the session takes a backslash for');
SET LOCAL standard_conforming_strings = on;
SELECT throws_ok($$SELECT set_config('customer_segments.as_of', '2024-03-01', true), refresh_step_50_members('seg')$$, '22023', NULL, 'never backward');
SELECT * FROM finish();
ROLLBACK;
