-- affinity: what one sees, text and binary forms, and every error once.  Numbers are in test/pgtap.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET extra_float_digits = 0;
SET timezone = 'America/New_York';
SET datestyle = 'ISO';
SET search_path = customer_segments, public;

CREATE TABLE visit (customer int, channel text, amount numeric, at timestamptz);
INSERT INTO visit VALUES
    (1, 'app', 10.5, '2024-01-01 12:00Z'), (1, 'web shop', 20, '2024-02-01 00:00:00.25Z'), (1, 'app', 9.999, '2024-01-03 00:00Z'), (1, 'Filiale Köln', 3, '2024-01-05 00:00Z'),
    (2, 'store', 5, '2024-01-01 00:00Z'), (2, 'app', 5, '2024-01-02 00:00Z'),
    (3, 'store', 7, '2024-01-01 00:00Z'), (3, 'app', -7, '2024-01-02 00:00Z'),
    (4, 'store', 0, '2024-01-01 00:00Z'),
    (5, NULL, 1, '2024-01-01 00:00Z'), (5, '', 1, '2024-01-01 00:00Z'), (5, 'app', NULL, '2024-01-01 00:00Z'), (5, 'app', 1, NULL);

SELECT customer, affinity_agg(channel, amount, at) FROM visit GROUP BY customer ORDER BY customer;
SELECT customer, affinity_agg(channel, at) FROM visit GROUP BY customer ORDER BY customer;
SELECT customer, affinity_agg(channel, amount, at, '2024-02-01 00:00Z', 7) FROM visit GROUP BY customer ORDER BY customer;
SELECT affinity_agg(channel, at, '2024-01-04 00:00Z', 1), affinity_agg(channel, amount::float8, at, '2024-01-04 00:00Z', 1) = affinity_agg(channel, amount, at, '2024-01-04 00:00Z', 1) AS same FROM visit;
SELECT affinity_agg('a', 12::bigint, '2024-01-01 00:00Z'), affinity_agg('a', 0.1::float8, '2024-01-01 00:00Z');
SELECT customer, s.* FROM (SELECT customer, affinity_agg(channel, amount, at) AS a FROM visit GROUP BY customer) x, affinity_summary(a) s ORDER BY customer;
SELECT customer, s.* FROM (SELECT customer, affinity_agg(channel, amount, at) AS a FROM visit GROUP BY customer) x, affinity_summary(a, 'count') s ORDER BY customer;
SELECT customer, top_label(a), top_share(a), top_margin(a), hhi(a), entropy(a), first_label(a), first_at(a), last_label(a), last_at(a), label_count(a), row_count(a), total_weight(a)
FROM (SELECT customer, affinity_agg(channel, amount, at) AS a FROM visit GROUP BY customer) x ORDER BY customer;
SELECT customer, row_count(a, 'app'), total_weight(a, 'app'), first_at(a, 'app'), last_at(a, 'app'), share_of(a, 'app'), share_of(a, 'app', 'count')
FROM (SELECT customer, affinity_agg(channel, amount, at) AS a FROM visit GROUP BY customer) x ORDER BY customer;
SELECT customer, u.* FROM (SELECT customer, affinity_agg(channel, amount, at) AS a FROM visit GROUP BY customer) x, customer_segments.unnest(a) u ORDER BY customer, label COLLATE "C";
SELECT affinity_agg(channel, amount, at) FROM visit WHERE false;
SELECT rollup(NULL::affinity);

-- stored, sent, compared
CREATE TABLE kept AS SELECT customer, affinity_agg(channel, amount, at) AS a FROM visit WHERE customer < 5 GROUP BY customer;
SELECT count(*) FROM kept AS x JOIN kept AS y ON x.a = y.a;
SELECT count(*) FROM kept AS x JOIN kept AS y ON x.a <> y.a;
SELECT encode(affinity_send(a), 'hex') FROM kept WHERE customer = 2;
CREATE TABLE back (LIKE kept);
\copy kept TO 'results/affinity.bin' WITH (FORMAT binary)
\copy back FROM 'results/affinity.bin' WITH (FORMAT binary)
SELECT count(*) FROM kept JOIN back USING (customer, a);
SELECT (ARRAY[a, a]::text::affinity[])[2] = a AS as_array, (ROW(a)::text) FROM kept WHERE customer = 2;
SELECT 'v1 scale=1 b:1:1.0:2024-01-02T00:00:00Z %61:1:-2.0:2024-01-01T00:00:00Z b:2:0.5:2024-01-03T00:00:00Z'::affinity;

-- a copy file of one value of these bytes: not text in this encoding, no label, a state, cut off
CREATE FUNCTION pg_temp.binary_file(value bytea) RETURNS oid LANGUAGE sql AS
$$ SELECT lo_from_bytea(0, bytea '\x5047434f50590aff0d0a000000000000000000' || bytea '\x0001' || int4send(length(value)) || value || bytea '\xffff') $$;
CREATE TABLE received (a affinity);
SELECT pg_temp.binary_file(bytea '\x0100000003c328ff02050040e9d4d5b0020000') AS a, pg_temp.binary_file(bytea '\x01000000') AS b, pg_temp.binary_file(bytea '\x01010000' || decode(repeat('00', 60), 'hex')) AS c,
       pg_temp.binary_file(substr(affinity_send(kept.a), 1, 20)) AS d FROM kept WHERE customer = 2 \gset
\lo_export :a results/affinity.bin
\copy received FROM 'results/affinity.bin' (FORMAT binary)
\lo_export :b results/affinity.bin
\copy received FROM 'results/affinity.bin' (FORMAT binary)
\lo_export :c results/affinity.bin
\copy received FROM 'results/affinity.bin' (FORMAT binary)
\lo_export :d results/affinity.bin
\copy received FROM 'results/affinity.bin' (FORMAT binary)

-- errors
SELECT 'v1'::affinity;
\echo :LAST_ERROR_SQLSTATE
SELECT ''::affinity;
\echo :LAST_ERROR_SQLSTATE
SELECT 'v2 scale=2'::affinity;
\echo :LAST_ERROR_SQLSTATE
SELECT 'v1 scale=0 app:1:1.5:2024-01-01T00:00:00Z'::affinity;
\echo :LAST_ERROR_SQLSTATE
SELECT 'v1 scale=0 caf%E9:1:1:2024-01-01T00:00:00Z'::affinity;
\echo :LAST_ERROR_SQLSTATE
SELECT ('v1 scale=0 ' || repeat('x', 1025) || ':1:1:2024-01-01T00:00:00Z')::affinity;
\echo :LAST_ERROR_SQLSTATE
SELECT 'v1 scale=0 a:1:170141183460469231731687303715884105727:2024-01-01T00:00:00Z b:1:1:2024-01-01T00:00:00Z'::affinity;
\echo :LAST_ERROR_SQLSTATE
SELECT affinity_agg('a', 'NaN'::numeric, now());
\echo :LAST_ERROR_SQLSTATE
SELECT affinity_agg('a', 'Infinity'::float8, now());
\echo :LAST_ERROR_SQLSTATE
SELECT affinity_agg('a', 1e40, now());
\echo :LAST_ERROR_SQLSTATE
SELECT affinity_agg('a', w, now()) FROM (VALUES (1e37), (0.12)) AS v (w);
\echo :LAST_ERROR_SQLSTATE
SELECT affinity_agg('a', 1, 'infinity');
\echo :LAST_ERROR_SQLSTATE
SELECT affinity_agg(repeat('x', 1025), 1, now());
\echo :LAST_ERROR_SQLSTATE
SELECT affinity_agg('a', 1, now() - interval '1 day', now(), 0);
\echo :LAST_ERROR_SQLSTATE
SELECT affinity_agg('a', 1, now() - interval '1 day', now(), 'NaN');
\echo :LAST_ERROR_SQLSTATE
SELECT affinity_agg('a', 1, now() - interval '1 day', now(), NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT affinity_agg('a', 1, now(), 'infinity', 30);
\echo :LAST_ERROR_SQLSTATE
SELECT affinity_agg('a', 1e36, now() - interval '1 day', now(), 30);
\echo :LAST_ERROR_SQLSTATE
SELECT affinity_agg('a', 1, '2024-01-01', '2025-01-01', days) FROM generate_series(1, 2) days;
\echo :LAST_ERROR_SQLSTATE
SELECT affinity_agg('a', 1, '2024-01-01') || affinity_agg('a', 1, '2024-01-01', '2025-01-01', 30);
\echo :LAST_ERROR_SQLSTATE
SELECT rollup(a) FROM (SELECT affinity_agg('a', 1, '2024-01-01', '2025-01-01', days) AS a FROM generate_series(1, 2) days GROUP BY days) x;
\echo :LAST_ERROR_SQLSTATE
SELECT top_label(a, 'revenue') FROM kept;
\echo :LAST_ERROR_SQLSTATE
SELECT affinity_add(NULL::affinity, 'a', 1::numeric, now());
\echo :LAST_ERROR_SQLSTATE
