-- funnel_step: what one sees, and every error once.  Numbers are in test/pgtap.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET search_path = customer_segments, public;

CREATE TABLE event (customer text, event text, at timestamptz);
INSERT INTO event VALUES
    ('in order', 'view', '2024-05-01 10:00'), ('in order', 'cart', '2024-05-01 10:05'), ('in order', 'buy', '2024-05-01 10:10'),
    ('rows out of order', 'buy', '2024-05-01 10:10'), ('rows out of order', 'view', '2024-05-01 10:00'), ('rows out of order', 'cart', '2024-05-01 10:05'),
    ('backwards', 'buy', '2024-05-01 10:00'), ('backwards', 'cart', '2024-05-01 10:05'), ('backwards', 'view', '2024-05-01 10:10'),
    ('at one instant', 'buy', '2024-05-01 10:00'), ('at one instant', 'cart', '2024-05-01 10:00'), ('at one instant', 'view', '2024-05-01 10:00'),
    ('an hour', 'view', '2024-05-01 10:00'), ('an hour', 'cart', '2024-05-01 11:00'),
    ('and a bit', 'view', '2024-05-01 10:00'), ('and a bit', 'cart', '2024-05-01 11:00:00.000001'),
    ('a later start', 'view', '2024-05-01 09:00'), ('a later start', 'view', '2024-05-01 10:00'), ('a later start', 'cart', '2024-05-01 10:30'), ('a later start', 'buy', '2024-05-01 11:00'),
    ('another step between', 'view', '2024-05-01 10:00'), ('another step between', 'cart', '2024-05-01 10:05'), ('another step between', 'view', '2024-05-01 10:06'), ('another step between', 'buy', '2024-05-01 10:10'),
    ('repeats', 'view', '2024-05-01 10:00'), ('repeats', 'view', '2024-05-01 10:01'), ('repeats', 'cart', '2024-05-01 10:05'), ('repeats', 'cart', '2024-05-01 10:05'), ('repeats', 'buy', '2024-05-01 10:10'),
    ('other events', 'view', '2024-05-01 10:00'), ('other events', 'search', '2024-05-01 10:02'), ('other events', 'cart', '2024-05-01 10:05'),
    ('no first step', 'cart', '2024-05-01 10:00'), ('no first step', 'buy', '2024-05-01 10:05'),
    ('none of them', 'search', '2024-05-01 10:00'), ('nulls', NULL, '2024-05-01 10:00'), ('nulls', 'view', NULL);
SELECT customer, funnel_step(event, at, '{view,cart,buy}') AS any_time, funnel_step(event, at, '{view,cart,buy}', '1 hour') AS hour,
       funnel_step(event, at, '{view,cart,buy}', NULL, 'strict') AS strict
FROM event GROUP BY customer ORDER BY customer COLLATE "C";
SELECT funnel_step(event, at, '{view,cart,buy}') FROM event WHERE false;
-- of a sequence whose codes are the steps
SELECT funnel_step(e, 3), funnel_step(e, 2), funnel_step(e, 3, '9 minutes'), funnel_step(e, 3, mode => 'strict'), funnel_step(NULL, 3)
FROM (SELECT event_sequence_agg(array_position('{view,cart,buy}', event), at) AS e FROM event WHERE customer = 'in order') AS x;

-- errors
SELECT funnel_step(event, at, NULL) FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT funnel_step(event, at, '{}') FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT funnel_step(event, at, '{view,NULL}') FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT funnel_step(event, at, '{view,cart,view}') FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT funnel_step(event, at, array(SELECT i::text FROM generate_series(1, 64) AS i)) FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT funnel_step(event, at, '{view,cart}', '1 month') FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT funnel_step(event, at, '{view,cart}', '-1 hour') FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT funnel_step(event, at, '{view,cart}', '1 hour', 'tight') FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT funnel_step(event, at, '{view,cart}', '1 hour', NULL) FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT funnel_step(event, at, array[event, 'cart']) FROM event WHERE customer = 'none of them' OR customer = 'in order' AND event <> 'cart';
\echo :LAST_ERROR_SQLSTATE
SELECT funnel_step('view'::text, '-infinity', '{view,cart}');
\echo :LAST_ERROR_SQLSTATE
SELECT funnel_step('v1'::event_sequence, 0);
\echo :LAST_ERROR_SQLSTATE
SELECT funnel_step('v1'::event_sequence, NULL);
\echo :LAST_ERROR_SQLSTATE
