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

-- funnel_steps: the same of everybody
CREATE VIEW clicks AS SELECT customer AS customer_id, at, event AS kind FROM event;
SELECT * FROM funnel_steps('clicks', NULL::text, '{view,cart,buy}', '1 hour') ORDER BY customer_id COLLATE "C";
SELECT * FROM funnel_steps('clicks', 'any'::text, '{view,cart,buy}', mode => 'strict') WHERE customer_id ~ 'step' ORDER BY customer_id COLLATE "C";
-- names that need quoting
CREATE TABLE "Rows; of a ""shop""" (kind text, customer_id integer, at timestamptz);
INSERT INTO "Rows; of a ""shop""" VALUES ('view', 1, '2024-05-01 10:00'), ('it''s', 1, '2024-05-01 10:01'), ('it''s', 2, '2024-05-01 10:01'), ('view', NULL, '2024-05-01 10:00');
SELECT * FROM funnel_steps('"Rows; of a ""shop"""', NULL::integer, ARRAY['view', 'it''s']) ORDER BY 1;
-- errors; those of steps, within and mode are the aggregate's, with or without rows
SELECT * FROM funnel_steps(NULL, NULL::text, '{view}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM funnel_steps('clicks', NULL::text, NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM funnel_steps('clicks', NULL::text, '{view,view}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM funnel_steps('clicks', NULL::text, '{view}', '1 month');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM funnel_steps('clicks', NULL::text, '{view}', '1 hour', 'tight');
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW no_clicks AS SELECT * FROM clicks WHERE false;
SELECT * FROM funnel_steps('no_clicks', NULL::text, '{view}', '0');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM funnel_steps('no_clicks', NULL::text, '{view}');
SELECT * FROM funnel_steps('clicks', NULL::integer, '{view}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM funnel_steps('event', NULL::text, '{view}');
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW no_kind AS SELECT customer_id, at FROM clicks;
SELECT * FROM funnel_steps('no_kind', NULL::text, '{view}');
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW no_time AS SELECT customer_id, kind FROM clicks;
SELECT * FROM funnel_steps('no_time', NULL::text, '{view}');
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW dates AS SELECT customer_id, at::date AS at, kind FROM clicks;
SELECT * FROM funnel_steps('dates', NULL::text, '{view}');
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW strings AS SELECT customer_id, at, kind::varchar AS kind FROM clicks;
SELECT * FROM funnel_steps('strings', NULL::text, '{view}');
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW points AS SELECT point(1, 0) AS customer_id, at, kind FROM clicks;
SELECT * FROM funnel_steps('points', NULL::point, '{view}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM funnel_steps(0, NULL::text, '{view}');
\echo :LAST_ERROR_SQLSTATE

-- the caller's rights hold, those of rows too
CREATE TABLE watched (customer_id integer, at timestamptz, kind text);
INSERT INTO watched VALUES (1, '2024-05-01', 'view'), (1, '2024-05-02', 'cart'), (2, '2024-05-01', 'view'), (3, '2024-05-01', 'cart');
CREATE ROLE funnel_reader;
GRANT USAGE ON SCHEMA customer_segments TO funnel_reader;
SET ROLE funnel_reader;
SELECT * FROM funnel_steps('watched', NULL::integer, '{view,cart}');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
GRANT SELECT ON watched TO funnel_reader;
ALTER TABLE watched ENABLE ROW LEVEL SECURITY;
CREATE POLICY some_events ON watched USING (customer_id < 3 AND kind <> 'cart');
SET ROLE funnel_reader;
SELECT * FROM funnel_steps('watched', NULL::integer, '{view,cart}') ORDER BY 1;
RESET ROLE;
SELECT * FROM funnel_steps('watched', NULL::integer, '{view,cart}') ORDER BY 1;
SET client_min_messages = warning;
DROP OWNED BY funnel_reader;
DROP ROLE funnel_reader;
