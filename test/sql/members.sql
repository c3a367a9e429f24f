-- members: what refresh writes and says, a predicate that fails, rights.  Properties are in test/pgtap, several sessions in test/t.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET search_path = customer_segments, public;
CREATE SCHEMA shop;
CREATE TABLE shop.orders (customer_id integer, ordered_at timestamptz, amount numeric(12,2));
INSERT INTO shop.orders VALUES (1, '2024-01-10', 20), (1, '2024-02-10', 30), (2, '2024-02-20', 5), (3, '2024-03-15', 50);
SELECT create_workspace('seg', 'shop');
UPDATE seg.settings SET tracked_segmentations = '{buyer_type}';
SELECT define_segment('seg', 'regular', 'orders > 1');
SELECT define_segment('seg', 'big', 'net_revenue >= 50');

SET customer_segments.as_of = '2024-03-01';
CALL refresh('seg');
SELECT * FROM seg.segment_members ORDER BY customer_id, segment;
SET customer_segments.as_of = '2024-04-01';
INSERT INTO shop.orders VALUES (2, '2024-03-20', 10);
SELECT define_segment('seg', 'big', 'net_revenue > 50');
CALL refresh('seg');
CALL refresh('seg');
SELECT * FROM seg.segment_history ORDER BY customer_id, segment, entered_at;
SELECT event, customer_id, segment, version, at, value, refresh FROM seg.segment_events ORDER BY refresh, customer_id, segment;
SELECT refresh, as_of, entered, exited, failed FROM seg.segment_refresh ORDER BY refresh;
SELECT step, changed FROM seg.refresh_log WHERE step LIKE '%members' ORDER BY run;
SELECT segment, kind, tracked_from FROM seg.segment_list;

-- at any instant: computed before the first refresh, by history after it
SELECT segment_members_as_of('seg', 'regular', '2024-02-15', NULL::integer);
SELECT segment_members_as_of('seg', 'big', '2024-03-10', NULL::integer);
SELECT segment_members_as_of('seg', 'buyer_type:one_time_buyer', '2024-03-01');
SELECT pg_typeof(segment_members_as_of('seg', 'regular', '2024-05-01', NULL::bigint)), count(*) FROM (VALUES (1)) AS v GROUP BY 1;
SELECT as_of();

-- a predicate that fails for one customer
SELECT define_segment('seg', 'fails', '10 / (net_revenue - 15) > 0');
SELECT define_segment('seg', 'one order', 'orders = 1');
CALL refresh('seg');
SELECT * FROM seg.segment_error;
SELECT customer_id, segment FROM seg.segment_members WHERE segment IN ('fails', 'one order');
-- and one that lost what it is about
CREATE FUNCTION public.taste(integer) RETURNS boolean LANGUAGE sql RETURN true;
SELECT define_segment('seg', 'fails', 'public.taste(customer_id)');
CALL refresh('seg');
DROP FUNCTION public.taste(integer);
CALL refresh('seg');
SELECT refresh, segment, customer_id, sqlstate, message FROM seg.segment_error ORDER BY refresh;
SELECT count(*) FROM seg.segment_members WHERE segment = 'fails';
SELECT drop_segment('seg', 'fails');

-- errors
SET customer_segments.as_of = '2024-03-01';
CALL refresh('seg');
SET customer_segments.as_of = '';
SELECT segment_members_as_of('seg', 'nobody', '2024-05-01');
SELECT segment_members_as_of('seg', 'regular', NULL);
SELECT segment_members_as_of('seg', 'regular', 'infinity');
SELECT refresh_step_50_members('nowhere');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT refresh_step_50_members('seg');
ROLLBACK;
\set VERBOSITY terse
UPDATE seg.settings SET member_value = 'rfm';
\set VERBOSITY default

-- rights: who may use the schema sees no customer by that; who is not the owner refreshes nothing
CREATE ROLE cseg_reader;
GRANT USAGE ON SCHEMA seg, customer_segments TO cseg_reader;
SET ROLE cseg_reader;
SELECT count(*) > 0 FROM seg.segment;
SELECT count(*) FROM seg.segment_interval;
SELECT count(*) FROM seg.segment_change;
SELECT count(*) FROM seg.segment_state;
SELECT count(*) FROM seg.segment_error;
SELECT refresh_step_50_members('seg');
SELECT segment_members_as_of('seg', 'regular', '2024-05-01');
RESET ROLE;
GRANT SELECT ON seg.segment_members, seg.segment_interval TO cseg_reader;
SET ROLE cseg_reader;
SELECT count(*) FROM seg.segment_members WHERE segment = 'regular';
RESET ROLE;
-- the present, without as_of
CALL refresh('seg');
SELECT count(*) FROM seg.segment_members WHERE segment = 'regular';
-- an instant yet to come, as by a clock that was ahead: said, and taken back by the next refresh for the present
SELECT define_segment('seg', 'long gone', 'days_since_last_order > 300000');
SET customer_segments.as_of = '2999-01-01';
CALL refresh('seg');
SELECT * FROM seg.segment_members WHERE segment = 'long gone' ORDER BY customer_id;
SELECT tracked_from FROM seg.segment WHERE segment = 'long gone';
SET customer_segments.as_of = '2998-01-01';
CALL refresh('seg');
SET customer_segments.as_of = '';
CALL refresh('seg');
SELECT count(*) FROM seg.segment_members WHERE segment = 'long gone';
SELECT h.segment, h.customer_id, h.entered_at <= h.left_at AND h.left_at <= clock_timestamp() AS is_past FROM seg.segment_history h WHERE h.segment = 'long gone' ORDER BY h.customer_id;
SELECT e.event, e.customer_id, e.at <= clock_timestamp() AS is_past FROM seg.segment_events e WHERE e.segment = 'long gone' ORDER BY e.refresh, e.customer_id;
SELECT tracked_from <= clock_timestamp() AS is_past FROM seg.segment WHERE segment = 'long gone';
SELECT count(*) FROM seg.segment_refresh WHERE as_of > clock_timestamp();
SELECT count(*) FROM segment_members_as_of('seg', 'long gone', clock_timestamp());
CALL refresh('seg');
SELECT drop_workspace('seg');
SELECT count(*) FROM pg_namespace WHERE nspname = 'seg';
DROP OWNED BY cseg_reader;
DROP ROLE cseg_reader;
