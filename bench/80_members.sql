--@ title Members, history and events of 50 segments
-- The step of refresh that writes who came into a segment and who left: the first time, from nothing, against once more after one
-- customer in a hundred has changed.  customer_360 is stored, so that the step alone is measured; ten segments are made of others.
--@ variant one process: work_mem=256MB max_parallel_workers_per_gather=0
--@ setup
SELECT drop_workspace('bench_members') WHERE to_regnamespace('bench_members') IS NOT NULL;
DROP SCHEMA IF EXISTS bench_members, bench_members_source CASCADE;
DROP TABLE IF EXISTS bench_member_rows CASCADE;
CREATE SCHEMA bench_members_source;
CREATE TABLE bench_members_source.orders (customer_id bigint, ordered_at timestamptz, amount numeric(12,2));
SET customer_segments.as_of = '2025-01-01';
SELECT create_workspace('bench_members', 'bench_members_source');
UPDATE bench_members.settings SET tracked_segmentations = '{}';
CREATE TABLE bench_member_rows AS SELECT * FROM bench_members.customer_360;
INSERT INTO bench_member_rows (customer_id, is_registered, orders, net_revenue, days_since_last_order, rfm)
SELECT n, true, 1 + n * 7919 % 40, (n * 104729 % 100000) / 100.0, n * 31337 % 700, (ARRAY['champions', 'loyal', 'at_risk', 'lost'])[1 + n % 4]
FROM generate_series(1, (SELECT max(customer_id) FROM orders)) AS n;
ALTER TABLE bench_member_rows ADD PRIMARY KEY (customer_id);
VACUUM (FREEZE, ANALYZE) bench_member_rows;
DO $$
BEGIN
    EXECUTE format('CREATE OR REPLACE VIEW bench_members.customer_360 AS SELECT %s FROM bench_member_rows AS r',
        (SELECT string_agg(format('r.%I', attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'bench_members.customer_360'::regclass AND attnum > 0));
    FOR i IN 1 .. 20 LOOP
        PERFORM define_segment('bench_members', 'orders ' || i, format('orders >= %s AND net_revenue > %s', i, 40 * i));
        PERFORM define_segment('bench_members', 'late ' || i, format('days_since_last_order BETWEEN %s AND %s AND rfm <> ''lost''', 30 * i, 30 * i + 60));
    END LOOP;
    FOR i IN 1 .. 10 LOOP
        PERFORM define_segment('bench_members', 'both ' || i, format('segment(''orders %s'') AND NOT segment(''late %s'')', i, 2 * i));
    END LOOP;
END;
$$;
SELECT refresh_step_50_members('bench_members');
VACUUM (ANALYZE) bench_members.segment_interval, bench_members.segment_change, bench_members.segment_state;
--@ check a refresh with nothing changed writes nothing
SELECT (refresh_step_50_members('bench_members')).changed = 0
--@ check members are those whom the predicates choose
SELECT (SELECT count(*) FROM bench_members.segment_members WHERE segment = 'both 3')
     = (SELECT count(*) FROM bench_member_rows WHERE orders >= 3 AND net_revenue > 120 AND (days_since_last_order BETWEEN 180 AND 240 AND rfm <> 'lost') IS NOT TRUE)
--@ statements first
TRUNCATE bench_members.segment_interval, bench_members.segment_change, bench_members.segment_state, bench_members.segment_refresh;
SELECT refresh_step_50_members('bench_members');
--@ statements after 1 %
UPDATE bench_member_rows SET orders = orders + 5, days_since_last_order = 0 WHERE customer_id % 100 = 7;
SELECT refresh_step_50_members('bench_members');
--@ compare after 1 % / first <= 0.1
--@ report What they wrote
SELECT (SELECT count(*) FROM bench_members.segment_interval) AS stays, (SELECT count(*) FROM bench_members.segment_state) AS customers,
       pg_size_pretty(pg_total_relation_size('bench_members.segment_interval')) AS history, pg_size_pretty(pg_total_relation_size('bench_members.segment_change')) AS events,
       pg_size_pretty(pg_total_relation_size('bench_members.segment_state')) AS state
