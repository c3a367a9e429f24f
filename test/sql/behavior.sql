-- event_sequence, session_summary, retention_vector, time_between: what one sees, and every error once.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
SET extra_float_digits = 0;
SET search_path = customer_segments, public;

CREATE TABLE event (customer int, code int, at timestamptz);
INSERT INTO event VALUES
    (1, 2, '2024-05-01 10:20'), (1, 1, '2024-05-01 10:00'), (1, 1, '2024-05-01 10:00'), (1, 3, '2024-05-09 08:00:00.25'), (1, NULL, '2024-05-01'), (1, 1, NULL),
    (2, 63, '2024-05-01 10:00'), (2, 0, '2024-05-01 10:29:59.999999'), (2, 0, '2024-05-01 11:00'),
    (3, NULL, NULL);
SELECT customer, event_sequence_agg(code, at) FROM event GROUP BY customer ORDER BY customer;
SELECT customer, (session_summary(at, '30 minutes')).* FROM event GROUP BY customer ORDER BY customer;
SELECT customer, (session_summary(event_sequence_agg(code, at))).* FROM event GROUP BY customer ORDER BY customer;
SELECT (session_summary(at, '30 minutes')).* FROM event WHERE false;
SELECT customer, retention_vector(at, '7 days', 3) FROM event GROUP BY customer ORDER BY customer;
SELECT retention_vector(e, '1 day', 10), retention_vector(e, '1 day', 3, '2024-04-30'), retention_vector(e, '1 day', 2, '2025-01-01'),
       time_between(e, 1, 3), time_between(e, 3, 1), time_between(e, 1, 1), event_count(e), event_count(e, 1), event_count(e, 9)
FROM (SELECT event_sequence_agg(code, at) AS e FROM event WHERE customer = 1) AS x;
SELECT retention_vector(NULL::event_sequence, '1 day', 3), event_count('v1'::event_sequence), session_summary('v1'), retention_vector('v1'::event_sequence, '1 day', 3);

-- stored, sent, compared, merged
CREATE TABLE kept AS SELECT customer, event_sequence_agg(code, at) AS e FROM event GROUP BY customer;
SELECT rollup(e) FROM kept;
SELECT a.e || b.e FROM kept AS a, kept AS b WHERE a.customer = 1 AND b.customer = 2;
SELECT a.e || a.e = a.e AS idempotent, a.e <> b.e AS differ FROM kept AS a, kept AS b WHERE a.customer = 1 AND b.customer = 2;
SELECT encode(event_sequence_send(e), 'hex') FROM kept WHERE customer = 2;
CREATE TABLE back (LIKE kept);
\copy kept TO 'event_sequence.bin' WITH (FORMAT binary)
\copy back FROM 'event_sequence.bin' WITH (FORMAT binary)
SELECT count(*) FROM kept JOIN back USING (customer, e);
SELECT count(*) FROM kept WHERE e::text::event_sequence = e;

-- errors
SELECT ''::event_sequence;
\echo :LAST_ERROR_SQLSTATE
SELECT 'v2 1@2024-05-01T10:00:00Z'::event_sequence;
\echo :LAST_ERROR_SQLSTATE
SELECT 'v1 2@2024-05-01T10:00:00Z 1@2024-05-01T10:00:00Z'::event_sequence;
\echo :LAST_ERROR_SQLSTATE
SELECT event_sequence_agg(64, now());
\echo :LAST_ERROR_SQLSTATE
SELECT event_sequence_agg(-1, now());
\echo :LAST_ERROR_SQLSTATE
SELECT event_sequence_agg(1, 'infinity');
\echo :LAST_ERROR_SQLSTATE
SELECT event_sequence_agg(1, '9999-12-31');
\echo :LAST_ERROR_SQLSTATE
SELECT session_summary(at, NULL) FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT session_summary(at, '0 minutes') FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT session_summary(at, '1 month') FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT session_summary(at, code * interval '1 minute') FROM event WHERE customer = 1 AND code > 0;
\echo :LAST_ERROR_SQLSTATE
SELECT session_summary('v1'::event_sequence, '-1 minute');
\echo :LAST_ERROR_SQLSTATE
SELECT retention_vector(at, '1 day', 0) FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT retention_vector(at, '1 day', NULL) FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT retention_vector('v1'::event_sequence, '200 years', 3);
\echo :LAST_ERROR_SQLSTATE
SELECT time_between('v1', 1, 64);
\echo :LAST_ERROR_SQLSTATE
SELECT 'v1 1@2024-05-01T10:00:00Z'::event_sequence || 'v1 rule=1:2:3 1@2024-05-01T10:00:00Z';
\echo :LAST_ERROR_SQLSTATE
SELECT rollup(e) FROM (VALUES ('v1 rule=1:2:3 1@2024-05-01T10:00:00Z'::event_sequence), ('v1 rule=1:2:4 1@2024-05-01T10:00:00Z')) AS v(e);
\echo :LAST_ERROR_SQLSTATE
SELECT event_sequence_add(NULL, 1, now());
\echo :LAST_ERROR_SQLSTATE
-- states that no aggregate made
SELECT retention_vector_final('v1'), session_summary_final('v1 1@2024-05-01T10:00:00Z');
SELECT retention_vector_final('v1 1@2024-05-01T10:00:00Z');
\echo :LAST_ERROR_SQLSTATE
SELECT retention_vector_final('v1 rule=1:2000000000:0 1@2024-05-01T10:00:00Z');
\echo :LAST_ERROR_SQLSTATE
SELECT funnel_step_final('v1 rule=1:-4:0 1@2024-05-01T10:00:00Z');
\echo :LAST_ERROR_SQLSTATE
SELECT cart_state_final('v1 1@2024-05-01T10:00:00Z');
\echo :LAST_ERROR_SQLSTATE
SELECT (cart_state_final('v1 scale=2 rule=-9223372036854775808:1:9223372036854775807 0@2024-05-01T10:00:00Z=1.00')).state;
