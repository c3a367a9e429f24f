-- activity_histories gives, for every kind of key and at every size of memory, what the grouped aggregates give.
BEGIN;
SET search_path = customer_segments, public;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
SELECT plan(51);

-- no kind, machines, values of several scales, channels of every length, in no order
CREATE TEMP TABLE did AS
SELECT (g * 7919::bigint % 1013)::int AS customer_id,
       timestamptz '2021-03-20 00:00Z' + (g * 104729::bigint % 40000) * interval '37 minutes' AS at,
       CASE WHEN g % 13 = 0 THEN NULL ELSE (event_kinds())[1 + g * 31::bigint % 21] END AS kind,
       CASE WHEN g % 5 < 2 THEN round((g * 31::bigint % 9973 - 3000)::numeric / 100, g % 4) WHEN g % 5 = 3 THEN 0.000 END AS value,
       CASE WHEN g % 3 = 0 THEN g % 11 = 0 ELSE NULL END AS is_machine,
       CASE g % 7 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'Web' WHEN 3 THEN 'web' WHEN 4 THEN 'ÄPP ' || g % 5 WHEN 5 THEN repeat('ü', 100 + g % 60) ELSE repeat('Long ', 60 + g % 3) END AS channel
  FROM generate_series(1, 30000) g;
INSERT INTO did VALUES (NULL, '2022-01-01', 'login', 5, NULL, 'web'), (1, NULL, 'login', 5, NULL, 'web'), (5001, NULL, 'login', 5, NULL, 'web'),
       (2, '2022-01-01', 'purchase', 123456789012345678901234567.89, NULL, 'web'), (2, '2022-01-02', 'purchase', -0.00000001, NULL, NULL),
       (2, '2022-01-02', 'purchase', 9223372036854775807, NULL, NULL), (2, '2022-01-02', 'purchase', 9223372036854775808, NULL, NULL),
       (5000, '2022-01-01', 'page_view', 7, true, 'web'), (5000, 'infinity', 'no kind', 'NaN', true, 'web'), (5002, '-infinity', NULL, NULL, NULL, NULL);
-- one customer with more rows than a chunk, all on few days
INSERT INTO did SELECT 6000, timestamptz '2022-05-01' + (g % 90) * interval '1 hour', 'page_view', 1.10, NULL, 'channel ' || g % 3 FROM generate_series(1, 40000) g;

CREATE FUNCTION pg_temp.same(relation regclass, key anyelement, zone text, what text, channels text DEFAULT 'is_machine, channel') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN set_eq(format('SELECT customer_id::text, events, first_event_at, last_event_at, encode(activity_history_send(activity), ''hex'') FROM activity_histories(%L, NULL::%s, %L)', relation, pg_typeof(key), zone),
                  format('SELECT customer_id::text, count(*), min(at), max(at), encode(activity_history_send(activity_history_agg(kind, at, value, %L, %s)), ''hex'')
                            FROM %s WHERE customer_id IS NOT NULL GROUP BY customer_id', zone, channels, relation), what);
END $$;

SELECT pg_temp.same('did', NULL::integer, 'UTC', 'integer keys');
SELECT pg_temp.same('did', NULL::integer, 'America/New_York', 'days of another zone');
SET LOCAL work_mem = '64kB';
SELECT pg_temp.same('did', NULL::integer, 'UTC', 'with all rows in temporary files');
RESET work_mem;
CREATE TEMP TABLE sorted AS SELECT * FROM did ORDER BY at DESC, customer_id;
SELECT pg_temp.same('sorted', NULL::integer, 'UTC', 'latest first');

CREATE TEMP VIEW by_text AS SELECT 'customer ' || repeat('x', customer_id % 50) || customer_id AS customer_id, at, kind, value, is_machine, channel FROM did;
CREATE TEMP VIEW by_uuid AS SELECT md5(customer_id::text)::uuid AS customer_id, at, kind, value, is_machine, channel FROM did;
CREATE TEMP VIEW by_numeric AS SELECT customer_id::numeric(12, 2) AS customer_id, at, kind, value, is_machine, channel FROM did;
CREATE TEMP VIEW by_char AS SELECT (customer_id::text || repeat(' ', customer_id % 3))::char(8) AS customer_id, at, kind, value, is_machine, channel FROM did;
SELECT pg_temp.same('by_text', NULL::text, 'UTC', 'text keys');
SELECT pg_temp.same('by_uuid', NULL::uuid, 'UTC', 'uuid keys');
SELECT pg_temp.same('by_numeric', NULL::numeric, 'UTC', 'numeric keys');
SELECT pg_temp.same('by_char', NULL::character, 'UTC', 'char keys');
SET LOCAL work_mem = '64kB';
SELECT pg_temp.same('by_text', NULL::text, 'UTC', 'text keys in temporary files');
CREATE TEMP VIEW by_long AS SELECT repeat('long ', 2000) || customer_id AS customer_id, at, kind, value, is_machine, channel FROM did WHERE customer_id < 40 ORDER BY customer_id;
SELECT pg_temp.same('by_long', NULL::text, 'UTC', 'keys that are longer than a chunk');
RESET work_mem;

-- one customer with many rows on many days, in no order, among others: folded now and then, with and without files
CREATE TEMP VIEW guests AS
    SELECT CASE WHEN g % 10 = 0 THEN g % 70 ELSE -1 END::bigint AS customer_id,
           timestamptz '2001-03-04 05:06Z' + (g::bigint * 7919 % 30011) * interval '7 hours' AS at, (event_kinds())[1 + g % 21] AS kind,
           (g % 977 - 100)::numeric / CASE WHEN g % 3 = 0 THEN 100 ELSE 1 END AS value, g % 19 = 0 AS is_machine, 'channel ' || g % 40 AS channel
      FROM generate_series(1, 30000) AS g;
SELECT pg_temp.same('guests', NULL::bigint, 'UTC', 'one guest of many days');
SET LOCAL work_mem = '64kB';
SELECT pg_temp.same('guests', NULL::bigint, 'UTC', 'the same in temporary files');
RESET work_mem;
CREATE TEMP VIEW no_channel AS SELECT customer_id, at, kind, value, is_machine FROM did;
SELECT pg_temp.same('no_channel', NULL::integer, 'UTC', 'without channels, as the aggregate without that argument', 'is_machine');
CREATE TEMP VIEW all_human AS SELECT customer_id, at, kind, value FROM guests;
SELECT pg_temp.same('all_human', NULL::bigint, 'UTC', 'nor machines, folded', 'false');

-- more than a history can hold
CREATE TEMP VIEW large AS SELECT 1 AS customer_id, timestamptz '2024-01-01Z' AS at, 'page_view'::text AS kind, lpad(g::text, 250, '0') AS channel FROM generate_series(1, 40000) AS g;
SELECT throws_ok($$SELECT * FROM activity_histories('large', NULL::integer)$$, '54000', 'activity_history exceeds its size limit of 8388608 bytes', 'too large');
SET LOCAL work_mem = '64kB';
SELECT throws_ok($$SELECT * FROM activity_histories('large', NULL::integer)$$, '54000', 'activity_history exceeds its size limit of 8388608 bytes', 'too large in temporary files');
RESET work_mem;

-- some customers
SELECT set_eq($$SELECT customer_id, events, activity::text FROM activity_histories('did', NULL::integer, customers => '{1,2,5000,77777}'::integer[])$$,
              $$SELECT customer_id, events, activity::text FROM activity_histories('did', NULL::integer, customers => NULL) WHERE customer_id + 0 IN (1, 2, 5000, 77777)$$, 'of an array');
SELECT set_eq($$SELECT customer_id, events FROM activity_histories('by_text', NULL::text) WHERE customer_id = 'customer xxx3'$$,
              $$SELECT customer_id, count(*) FROM by_text WHERE customer_id = 'customer xxx3' GROUP BY 1$$, 'of a condition on text');
SELECT set_eq($$SELECT customer_id, events FROM activity_histories('by_char', NULL::character) WHERE customer_id = '3'$$,
              $$SELECT customer_id, count(*) FROM by_char WHERE customer_id = '3' GROUP BY 1$$, 'of a condition on char');
SELECT is((SELECT count(*) FROM activity_histories('did', NULL::integer) WHERE false), 0::bigint, 'no row asked for');
SELECT is((SELECT count(*) FROM (SELECT 1 FROM activity_histories('did', NULL::integer) LIMIT 3) l), 3::bigint, 'the first rows');
SELECT is_empty($$SELECT * FROM activity_histories('did', NULL::integer, customers => '{77777}'::integer[])$$, 'nobody');

-- the view of a workspace: everybody in one pass, one customer by index
SET LOCAL customer_segments.as_of = '2025-01-01';
CREATE SCHEMA shop;
CREATE TABLE shop.events AS
SELECT (g % 2000)::bigint AS customer_id, (ARRAY['Product Viewed', 'Email Opened', 'our_quiz'])[1 + g % 3] AS event_type, timestamptz '2024-01-01Z' + g * interval '7 minutes' AS occurred_at,
       'web'::text AS channel FROM generate_series(1, 40000) AS g;
CREATE INDEX ON shop.events (customer_id);
ANALYZE shop.events;
SELECT create_workspace('ws', 'shop');
CREATE FUNCTION pg_temp.planned(query text, what text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
    RETURN (plan -> 0 -> 'Plan' ->> what)::numeric;
END $$;
-- how many rows of a table this session has read by scanning it as a whole, and by index
CREATE FUNCTION pg_temp.read_by(query text, OUT scans bigint, OUT look_ups bigint) LANGUAGE plpgsql AS $$
DECLARE
    was record;
BEGIN
    SELECT pg_stat_get_xact_numscans('shop.events'::regclass) AS scans, pg_stat_get_xact_numscans('shop.events_customer_id_idx'::regclass) AS look_ups INTO was;
    EXECUTE query;
    scans := pg_stat_get_xact_numscans('shop.events'::regclass) - was.scans;
    look_ups := pg_stat_get_xact_numscans('shop.events_customer_id_idx'::regclass) - was.look_ups;
END $$;
SELECT set_eq('SELECT customer_id, events, first_event_at, last_event_at, activity::text FROM ws.customer_events',
    $$SELECT e.customer_id, count(*), min(e.at), max(e.at), activity_history_agg(e.kind, e.at, e.value, 'UTC', e.is_machine, e.channel)::text FROM ws.events e GROUP BY 1$$, 'customer_events is the grouped aggregate');
SELECT is(pg_temp.planned('SELECT * FROM ws.customer_events', 'Plan Rows'), pg_temp.planned('SELECT customer_id FROM ws.events GROUP BY customer_id', 'Plan Rows'), 'as many rows are expected as customers');
SELECT is(pg_temp.planned('SELECT * FROM ws.customer_events WHERE customer_id = 5', 'Plan Rows'), 1::numeric, 'one for one customer');
SELECT is(pg_temp.planned((SELECT format('SELECT * FROM ws.customer_events WHERE customer_id IN (%s)', string_agg(i::text, ', ')) FROM generate_series(1, 32) i), 'Plan Rows'), 32::numeric, 'thirty-two for so many');
-- for those who may read what the call reads, or at least whose it is
CREATE ROLE cseg_curious;
GRANT USAGE ON SCHEMA customer_segments, shop TO cseg_curious;
CREATE TABLE shop.acts AS SELECT customer_id, occurred_at AS at, 'search'::text AS kind FROM shop.events;
ANALYZE shop.acts;
CREATE SCHEMA curious AUTHORIZATION cseg_curious;
SET ROLE cseg_curious;
CREATE VIEW curious.acts AS SELECT * FROM shop.acts;
SELECT is(pg_temp.planned(q, 'Plan Rows'), 1000::numeric, 'no estimate without the right to read: ' || q)
  FROM unnest(ARRAY[$$SELECT * FROM activity_histories('shop.acts', NULL::bigint)$$, $$SELECT * FROM activity_histories('curious.acts', NULL::bigint)$$]) q;
SELECT is(pg_temp.planned($$SELECT * FROM activity_histories('shop.acts', NULL::bigint) WHERE customer_id = 5$$, 'Startup Cost'), current_setting('cpu_operator_cost')::numeric * (SELECT procost FROM pg_proc WHERE proname = 'activity_histories')::numeric, 'nor a cost for some customers');
RESET ROLE;
GRANT SELECT (customer_id) ON shop.acts TO cseg_curious;
SET ROLE cseg_curious;
SELECT is(pg_temp.planned(q, 'Plan Rows'), 2000::numeric, 'with it as many as customers: ' || q)
  FROM unnest(ARRAY[$$SELECT * FROM activity_histories('shop.acts', NULL::bigint)$$]) q;
RESET ROLE;
SELECT cmp_ok(pg_temp.planned('SELECT * FROM ws.customer_events WHERE customer_id = 5', 'Total Cost'), '<', pg_temp.planned('SELECT * FROM shop.events', 'Total Cost') / 5, 'and few pages');
SELECT cmp_ok(pg_temp.planned('SELECT * FROM ws.customer_events', 'Total Cost'), '>', pg_temp.planned('SELECT * FROM shop.events', 'Total Cost'), 'all of them for everybody');
SELECT is(pg_temp.read_by('SELECT * FROM ws.customer_events'), ROW(1::bigint, 0::bigint), 'everybody: the table once');
SELECT is(pg_temp.read_by('SELECT * FROM ws.customer_events WHERE customer_id = 5'), ROW(0::bigint, 1::bigint), 'one customer: by index');
SELECT is(pg_temp.read_by('SELECT * FROM ws.customer_events WHERE customer_id = 5::smallint'), ROW(0::bigint, 1::bigint), 'by a number of another type too');
SELECT is(pg_temp.read_by('SELECT * FROM ws.customer_events JOIN (VALUES (5::bigint)) o(id) ON o.id = customer_id'), ROW(0::bigint, 1::bigint), 'a row of values');
SELECT is(pg_temp.read_by('SELECT * FROM generate_series(1, 5) g CROSS JOIN LATERAL (SELECT * FROM ws.customer_events c WHERE c.customer_id = g OFFSET 0) e'), ROW(0::bigint, 5::bigint), 'one by one');
-- stored, and back again
SELECT set_storage('ws', 'incremental');
SELECT refresh_step_10_facts('ws');
UPDATE ws.settings SET stored_days = 36500;
SELECT set_eq('SELECT customer_id, last_at, events, first_event_at, last_event_at, activity::text FROM ws.customer_events_stored', 'SELECT customer_id, last_at, events, first_event_at, last_event_at, activity::text FROM ws.customer_events_live', 'what is stored is the grouped query of now');
SELECT is_empty($$SELECT * FROM reconcile('ws') WHERE problem !~ 'tracked'$$, 'and found right');
SELECT set_storage('ws', 'live');
SELECT is(pg_temp.read_by('SELECT * FROM ws.customer_events WHERE customer_id = 5'), ROW(0::bigint, 1::bigint), 'live again: by index');
-- a key with a length, of a collation of its own
CREATE SCHEMA strings;
CREATE TABLE strings.events AS SELECT ('c' || customer_id)::varchar(20) COLLATE "C" AS customer_id, event_type, occurred_at FROM shop.events;
CREATE INDEX events_by_string ON strings.events (customer_id);
ANALYZE strings.events;
SELECT create_workspace('strings_ws', 'strings');
CREATE FUNCTION pg_temp.scans_of_strings(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    was bigint := pg_stat_get_xact_numscans('strings.events'::regclass);
BEGIN
    EXECUTE query;
    RETURN pg_stat_get_xact_numscans('strings.events'::regclass) - was;
END $$;
SELECT is((SELECT a.attcollation::regcollation::text FROM pg_attribute a WHERE a.attrelid = 'strings_ws.customer_events'::regclass AND a.attnum = 1), '"C"', 'a key keeps its collation');
SELECT is(pg_temp.scans_of_strings('SELECT * FROM strings_ws.customer_events WHERE customer_id = ''c5'''), 0::bigint, 'one customer of a key with a length: by index');
SELECT set_storage('strings_ws', 'incremental');
SELECT refresh_step_10_facts('strings_ws');
UPDATE strings_ws.settings SET stored_days = 36500;
SELECT set_eq('SELECT substr(customer_id, 2)::bigint, events FROM strings_ws.customer_events', 'SELECT customer_id, events FROM ws.customer_events', 'and stored');
SELECT is(pg_temp.scans_of_strings('SELECT * FROM strings_ws.customer_events WHERE customer_id = ''c5'''), 0::bigint, 'one of the stored');
SELECT set_storage('strings_ws', 'live');
SELECT is((SELECT events FROM strings_ws.customer_events WHERE customer_id = 'c5'), 20::bigint, 'and live again');
-- operators that are no equality of the key, some without a commutator, some of other types
CREATE TABLE strings.acts AS SELECT customer_id::text, occurred_at AS at, 'search'::text AS kind FROM strings.events;
SELECT set_eq($$SELECT customer_id, events FROM activity_histories('strings.acts', NULL::text) WHERE '["c1", "c2"]'::jsonb ? customer_id$$,
              $$WITH h AS MATERIALIZED (SELECT * FROM activity_histories('strings.acts', NULL::text)) SELECT customer_id, events FROM h WHERE customer_id IN ('c1', 'c2')$$,
              'customers out of a jsonb');
SELECT set_eq($$SELECT customer_id FROM activity_histories('strings.acts', NULL::text) WHERE 'c1'::bpchar ~ customer_id$$, $$VALUES ('c1')$$, 'a pattern, the key on its right side');
-- views over the function over such views, each of which is planned for its estimates
CREATE FUNCTION pg_temp.nested(levels integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    one json;
BEGIN
    EXECUTE 'CREATE VIEW strings.nested_1 AS SELECT customer_id, at, kind FROM strings.acts';
    FOR i IN 2..levels LOOP
        EXECUTE format('CREATE VIEW strings.nested_%s AS SELECT customer_id, now() AS at, %L AS kind FROM customer_segments.activity_histories(%L, NULL::text)', i, 'search', 'strings.nested_' || i - 1);
    END LOOP;
    EXECUTE format('EXPLAIN (FORMAT json) SELECT * FROM strings.nested_%s', levels) INTO one;
    RETURN (one -> 0 -> 'Plan' ->> 'Plan Rows')::numeric;
END $$;
SET LOCAL statement_timeout = '60s';
SELECT cmp_ok(pg_temp.nested(24), '>', 0::bigint, 'two dozen nested views are planned');
SELECT is((SELECT count(*) FROM strings.nested_4), (SELECT count(DISTINCT customer_id) FROM strings.acts), 'and read');
RESET statement_timeout;
-- a part that asks for more has the view grouped
CREATE FUNCTION customer_segments.workspace_part_13_more(workspace name, source name) RETURNS text LANGUAGE sql AS
$$ SELECT customer_segments.workspace_add_fact_column(workspace, 'customer_events', 'names', 'count(DISTINCT e.event_type)', 'names of events')::text $$;
ALTER EXTENSION customer_segments ADD FUNCTION customer_segments.workspace_part_13_more(name, name);
SELECT create_workspace('more_ws', 'shop');
SELECT is(pg_get_viewdef('more_ws.customer_events') ~ 'GROUP BY' AND pg_get_viewdef('ws.customer_events') !~ 'GROUP BY', true, 'a part that asks for another column has the view grouped');
SELECT set_eq('SELECT customer_id, events, activity::text FROM more_ws.customer_events WHERE names > 0', 'SELECT customer_id, events, activity::text FROM ws.customer_events', 'and it says the same');
SELECT * FROM finish();
ROLLBACK;
