-- activity_history: text and binary forms, days of a zone, questions, errors.
SET TimeZone = 'America/New_York';
SET DateStyle = 'ISO';
SET jit = off;
SET search_path = customer_segments, public;
\set SHOW_CONTEXT never

-- building: days of the zone that was named, never the session's
SELECT activity_history_agg(k, at) FROM (VALUES ('email_open', timestamptz '2024-01-02 23:30Z'), ('email_open', '2024-01-02 10:00Z'), ('purchase', '2024-01-01Z'), (NULL, '2024-01-01Z'), ('login', NULL)) e(k, at);
SELECT activity_history_agg(k, at, v) FROM (VALUES ('email_open', timestamptz '2024-01-02 23:30Z', NULL), ('purchase', '2024-01-01Z', 1.5), ('purchase', '2024-01-01Z', -3.25), ('review', '2024-01-01Z', 1.5), ('review', '2024-01-01Z', -1.50)) e(k, at, v);
SELECT activity_history_agg(k, at, v, 'Europe/Berlin', m) FROM (VALUES ('email_open', timestamptz '2024-01-02 23:30Z', 1, true), ('email_open', timestamptz '2024-01-02 23:30Z', 1, false), ('email_open', timestamptz '2024-01-02 22:30Z', 1, NULL)) e(k, at, v, m);
SELECT activity_history_agg('login', timestamp '2024-01-02 23:30'), activity_history_agg('login', date '2024-01-02'),
       activity_history_agg('login', timestamp '2024-01-02 23:30', 1, 'Asia/Tokyo', false), activity_history_agg('login', date '2024-01-02', 1, 'Asia/Tokyo', false);
SELECT activity_history_agg('login', date '4714-11-24 BC'), activity_history_agg('login', date '294276-12-31'), activity_history_agg('login', timestamptz '1999-12-31 23:59Z');
SELECT activity_history_agg('login', now()) FROM generate_series(1, 0);

-- asking
CREATE TEMPORARY TABLE h AS SELECT 'v1 scale=2 2023-12-31:login:2 2024-01-01:email_open:1 2024-01-01:purchase:2:20.00 2024-01-05:email_open:3 2024-02-01:purchase:1:-5.50'::activity_history AS h;
SELECT event_count(h), event_count(h, 'email_open'), event_count(h, NULL), event_count(h, 'email_open', '2024-01-02', '2024-01-06'), event_count(h, 'email_open', '2024-01-02', '2024-01-05'),
       event_count(h, NULL, '2024-01-01', NULL), event_count(h, NULL, NULL, '2024-01-01'), event_count(h, 'review'), event_count(h, NULL, '2024-02-01', '2024-01-01') FROM h;
SELECT event_value(h), event_value(h, 'purchase'), event_value(h, 'purchase', '2024-01-02', 'infinity'), event_value(h, 'review'), event_days(h), event_days(h, 'purchase'), event_days(h, NULL, '2024-01-01', '2024-01-06') FROM h;
SELECT first_event_on(h), last_event_on(h), first_event_on(h, 'email_open'), last_event_on(h, 'email_open'), last_event_on(h, 'email_open', '-infinity', '2024-01-05'), first_event_on(h, 'review') FROM h;
SELECT event_count(n), event_count(n, 'login'), event_value(n, 'login', NULL, NULL), last_event_on(n) FROM (SELECT NULL::activity_history) x(n);
SELECT u.* FROM h, unnest(h) u;
SELECT last_active_on(h), active_days(h, '2024-01-01', '2024-02-01') FROM h;
SELECT last_active_on('v1 scale=0 2024-01-01:email_received:3 2024-01-02:support_ticket:1'), active_days('v1 scale=0 2024-01-01:email_received:3', '2024-01-01', '2024-01-02');

-- adding up
SELECT h || h = (SELECT rollup(x) FROM (VALUES (h), (NULL), (h)) v(x)), h || 'v1 scale=0' = h, h || 'v1 scale=2' = h, h <> h || h, h || 'v1 scale=3 2024-01-01:purchase:1:0.125' FROM h;
SELECT rollup(h) FROM h WHERE false;

-- text and binary forms
SELECT 'v1 scale=0 2024-01-02:login:1 2024-01-01:login:1 2024-01-02:login:2'::activity_history AS sorted_and_added_up;
SELECT activity_history_send(h), h::text::activity_history = h FROM h;
\copy (SELECT h FROM h UNION ALL SELECT 'v1 scale=7') TO 'results/activity_history.bin' (FORMAT binary)
CREATE TEMPORARY TABLE received (h activity_history);
\copy received FROM 'results/activity_history.bin' (FORMAT binary)
SELECT count(*), bool_and(h = ANY (ARRAY[(SELECT h FROM h), 'v1 scale=7'])) AS same FROM received;
-- a copy file of one value of these bytes: none of ours
CREATE FUNCTION pg_temp.binary_file(value bytea) RETURNS oid LANGUAGE sql AS
$$ SELECT lo_from_bytea(0, bytea '\x5047434f50590aff0d0a000000000000000000' || bytea '\x0001' || int4send(length(value)) || value || bytea '\xffff') $$;
SELECT pg_temp.binary_file('') AS a, pg_temp.binary_file('\x02000000') AS b, pg_temp.binary_file('\x01010000') AS c, pg_temp.binary_file('\x010000000a3e0a02') AS d,
       pg_temp.binary_file(substr(activity_history_send(h), 1, length(activity_history_send(h)) - 1)) AS e FROM h \gset
\lo_export :a results/activity_history.bin
\copy received FROM 'results/activity_history.bin' (FORMAT binary)
\lo_export :b results/activity_history.bin
\copy received FROM 'results/activity_history.bin' (FORMAT binary)
\lo_export :c results/activity_history.bin
\copy received FROM 'results/activity_history.bin' (FORMAT binary)
\lo_export :d results/activity_history.bin
\copy received FROM 'results/activity_history.bin' (FORMAT binary)
\lo_export :e results/activity_history.bin
\copy received FROM 'results/activity_history.bin' (FORMAT binary)
SELECT 'v1 scale=0'::activity_history;
SELECT 'hello'::activity_history;
SELECT 'v2 scale=0'::activity_history;
SELECT 'v1 scale=0 2024-01-01:dance:1'::activity_history;
SELECT 'v1 scale=0 2024-01-01:login:0'::activity_history;
SELECT 'v1 scale=2 2024-01-01:login:1:1.5'::activity_history;
SELECT 'v1 scale=0 2024-02-30:login:1'::activity_history;
SELECT 'v1 scale=0 2024-01-01:login:36028797018963967 2024-01-02:login:1'::activity_history;
SELECT ('v1 scale=0 2024-01-01:purchase:1:8' || repeat('0', 37) || ' 2024-01-02:purchase:1:-8' || repeat('0', 37))::activity_history;

-- with channels: their names folded and cut, seconds rounded down, nothing of machines
SELECT activity_history_agg(k, at, v, 'Europe/Berlin', m, c) FROM (VALUES ('email_open', timestamptz '2024-01-02 23:30:59.9Z', NULL, false, 'Email'), ('email_open', '2024-01-02 23:10Z', NULL, NULL, 'EMAIL'),
    ('email_open', '2024-01-03 12:00Z', NULL, false, NULL), ('search', '2024-01-03 12:00Z', 2.5, false, 'in store'), ('search', '2024-01-03 13:00Z', 1, true, 'in store'), ('login', '1999-12-31 23:59:59.5Z', NULL, false, '')) e(k, at, v, m, c);
CREATE TEMPORARY TABLE d AS SELECT 'v1 scale=0 2024-01-01:search+web:2@2024-01-01T10:00:00Z..2024-01-01T11:00:00Z 2024-01-01:login+app:1@2023-12-31T23:30:00Z 2024-01-05:search:1@2024-01-05T09:00:00Z 2024-01-05:search+web:1:3@2024-01-05T09:30:00Z'::activity_history AS h;
SELECT * FROM d, unnest(h);
SELECT event_count(h, NULL, NULL, NULL, 'WEB'), event_count(h, 'search', '2024-01-02', NULL, 'web'), event_count(h, 'search', '2024-01-02', NULL, NULL), event_count(h, NULL, NULL, NULL, ''),
       first_event_at(h), last_event_at(h), first_event_at(h, 'search'), last_event_at(h, 'login'), first_event_at(h, 'review'), first_event_at('v1 scale=0 2024-01-01:login:1') FROM d;
SELECT event_channels(h), event_channels(h, '{search}', '2024-01-02'), event_channels(h, '{search}', '2024-01-02', NULL, 'none'), event_channels(h, '{review,NULL}'), event_channels(NULL),
       event_channels('v1 scale=0 2024-01-01:login:3', absent => 'none') FROM d;
-- what has no details happened at midnight beside what has them
SELECT h || 'v1 scale=0 2024-01-01:login:3' FROM d;
SELECT octet_length(u.channel) AS cut FROM (SELECT activity_history_agg('login', timestamptz '2024-01-01Z', NULL, 'UTC', false, repeat('é', 200)) AS h) x, unnest(x.h) u;
SELECT 'v1 scale=0 2024-01-01:login+web:1@2024-01-04T00:00:00Z'::activity_history;
SELECT 'v1 scale=0 2024-01-01:login+web:1'::activity_history;
SELECT event_channels(h, '{dance}') FROM d;

-- errors name the value and the way out
SELECT activity_history_agg('Opened Email', now());
SELECT activity_history_agg(event_kind('Opened Email'), timestamptz '2024-01-01Z');
SELECT event_count(h, 'opens') FROM h;
SELECT activity_history_agg('login', timestamptz 'infinity');
SELECT activity_history_agg('login', date '-infinity');
SELECT activity_history_agg('login', date '5000000-01-01');
SELECT activity_history_agg('login', now(), 1, 'Mars/Olympus', false);
SELECT activity_history_agg('login', now(), 1, NULL, false);
SELECT activity_history_agg('login', now(), 'NaN');
SELECT activity_history_agg('login', now(), 1e-40);
SELECT activity_history_agg('login', now(), 1e39);
SELECT activity_history_agg('login', timestamptz '2024-01-01Z', v) FROM (VALUES (8.0e37), (0.1)) e(v);
SELECT activity_history_add(NULL, 'login', now());
-- eight megabytes of days and kinds are too many for one customer
SELECT activity_history_agg(k, date '2000-01-01' + d, 1e31) FROM generate_series(1, 125000) d, unnest('{login,search,review,referral}'::text[]) k;
\set VERBOSITY sqlstate
SELECT 'hello'::activity_history;
SELECT activity_history_agg('Opened Email', now());
SELECT activity_history_agg('login', timestamptz 'infinity');
SELECT activity_history_agg('login', now(), 'NaN');
SELECT activity_history_agg('login', now(), 1e-40);
