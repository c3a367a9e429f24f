-- purchase_history: text forms, storage, and every error with its SQLSTATE
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
SET search_path = customer_segments, public;
\set VERBOSITY default
\set SHOW_CONTEXT never

-- text: the same in and out
SELECT t::purchase_history::text = t AS same, t
  FROM (VALUES ('v1 scale=0'), ('v1 scale=2'),
               ('v1 scale=2 first=2024-01-02T10:00:00Z last=2024-03-05T23:30:00Z 2024-01-02:1:100.00 2024-03-05:2:80.00:20.00!9x1'),
               ('v1 scale=0 first=-4713-11-24T00:00:00Z last=294276-12-31T23:59:59.999999Z -4713-11-24:1:7 294276-12-31:1:7'),
               ('v1 scale=38 first=2024-01-02T00:00:00Z last=2024-01-02T00:00:00Z 2024-01-02:1:1.70141183460469231731687303715884105727'),
               ('v1 scale=1 2024-01-02:0:0.0:0.1'),
               ('v1 scale=1 2024-01-02:3:0.0!0x1!7x2')) v(t);
-- days in any order are sorted and added up
SELECT 'v1 scale=0 first=2024-01-02T10:00:00Z last=2024-01-03T10:00:00Z 2024-01-03:1:1 2024-01-02:1:2 2024-01-03:1:3:4'::purchase_history;

-- what aggregates make
CREATE TEMP TABLE purchases (id serial, at timestamptz, amount numeric, voided_at timestamptz);
INSERT INTO purchases (at, amount, voided_at) VALUES
    ('2024-01-02 10:00Z', 100.00, NULL), ('2024-03-05 09:15:00.5Z', 30, NULL), ('2024-03-05 23:30Z', 50.5, '2024-03-14 08:00Z'),
    ('2024-03-14 08:00Z', -50.5, NULL), ('2024-03-20Z', 0, NULL), (NULL, 5, NULL), ('2024-03-20Z', NULL, NULL);
SELECT purchase_history_agg(at, amount) FROM purchases;
SELECT purchase_history_agg(at, amount, 'Pacific/Auckland') FROM purchases;
SELECT purchase_history_agg(at, amount, 'UTC', voided_at) FROM purchases;
SELECT purchase_history_agg(at::timestamp, amount, 'America/New_York') FROM purchases;
SELECT purchase_history_agg(at::date, (amount * 100)::bigint) FROM purchases;
SELECT purchase_history_agg(at::date, amount::double precision, 'Europe/Berlin') FROM purchases;
SELECT purchase_history_agg(at, amount) IS NULL AS "no rows", rollup(NULL::purchase_history) IS NULL AS "no histories" FROM purchases WHERE amount IS NULL;
SELECT purchase_history_agg(at, amount) FILTER (WHERE amount < 0) FROM purchases;
-- an order of zero is an order, a refund with a voided_at is only a refund
SELECT purchase_history_agg('2024-01-02Z', 0.00), purchase_history_agg('2024-01-02Z', -1, 'UTC', '2020-01-01Z');
-- the largest amounts
SELECT purchase_history_agg(date '2024-01-02', 99999999999999999999999999999999999999);
SELECT purchase_history_agg(date '2024-01-02', 0.00000000000000000000000000000000000001);
SELECT purchase_history_agg(date '2024-01-02', (-9223372036854775807 - 1)::bigint), purchase_history_agg(date '2024-01-02', 1e22::double precision);
-- the ends of time
SELECT purchase_history_agg(at, 1::bigint) FROM (VALUES (timestamptz '4714-11-24 00:00:00+00 BC'), ('294276-12-31 23:59:59.999999+00')) v(at);

-- every answer
CREATE TEMP TABLE one AS SELECT purchase_history_agg(at, amount, 'UTC', voided_at) AS h FROM purchases;
SELECT order_count(h), orders_placed(h), order_days(h), revenue(h), refunds(h), net_revenue(h), average_order_value(h),
       first_order_on(h), last_order_on(h), first_order_at(h), last_order_at(h), order_gaps(h) FROM one;
SELECT d AS as_of, order_count(h, d), orders_placed(h, d), order_days(h, d), revenue(h, d), refunds(h, d), net_revenue(h, d),
       first_order_on(h, d), last_order_on(h, d), first_order_at(h, d), last_order_at(h, d), order_gaps(h, d)
  FROM one, unnest('{-infinity,2024-01-01,2024-01-02,2024-03-13,2024-03-14,infinity}'::date[]) d;
SELECT f AS from_day, t AS to_day, order_count(h, f, t), orders_placed(h, f, t), order_days(h, f, t), revenue(h, f, t), refunds(h, f, t), net_revenue(h, f, t),
       round(average_order_value(h, f, t), 2) AS average, first_order_on(h, f, t), last_order_on(h, f, t), order_gaps(h, f, t)
  FROM one, (VALUES (date '-infinity', date 'infinity'), ('2024-01-02', '2024-01-02'), ('2024-01-02', '2024-01-03'), ('2024-03-05', '2024-03-14'),
                    ('2024-03-05', '2024-03-15'), ('2024-03-15', '2024-01-01')) v(f, t);
SELECT d.* FROM one, unnest(h) d;
SELECT d.* FROM one, purchase_days(h, date '2024-03-10') d;
SELECT d.* FROM one, purchase_days(h, date '2024-03-05', date '2024-03-15') d;
SELECT d, (btyd_summary(h, d, 'day')).* FROM one, unnest('{2024-01-01,2024-01-02,2024-03-13,2024-03-14,2024-03-31}'::date[]) d;
-- an empty history
SELECT order_count(h), revenue(h), average_order_value(h), first_order_on(h), last_order_at(h), order_gaps(h), btyd_summary(h, '2024-01-01')
  FROM (SELECT purchase_history 'v1 scale=2' AS h) e;

-- equality is to the last digit shown, nulls stay null
SELECT a = b AS eq, a <> b AS ne FROM (VALUES
    (purchase_history 'v1 scale=1 2024-01-02:0:0.0:1.0', purchase_history 'v1 scale=1 2024-01-02:0:0.0:1.0'),
    ('v1 scale=1 2024-01-02:0:0.0:1.0', 'v1 scale=2 2024-01-02:0:0.00:1.00'), (NULL, 'v1 scale=1')) v(a, b);
SELECT h || h, h || NULL IS NULL AS null FROM one;

-- inside arrays and rows
CREATE TYPE pg_temp.pair AS (h purchase_history, label text);
SELECT ARRAY[h, NULL, 'v1 scale=2']::text AS in_array FROM one;
SELECT (ARRAY['v1 scale=2', h]::text::purchase_history[])[2] = h AS through_array,
       (ROW(h, 'x')::pg_temp.pair::text::pg_temp.pair).h = h AS through_row FROM one;

-- stored in every way a column can be
CREATE TEMP TABLE big (h purchase_history);
INSERT INTO big SELECT purchase_history_agg(timestamptz '2010-01-01Z' + i * interval '25 hours', i % 977 + 0.25) FROM generate_series(1, 4000) i;
CREATE TEMP TABLE stored (main purchase_history, external purchase_history, extended purchase_history);
ALTER TABLE stored ALTER main SET STORAGE main, ALTER external SET STORAGE external;
INSERT INTO stored SELECT h, h, h FROM big;
SELECT main = h AND external = h AND extended = h AS same, order_count(external), revenue(extended), order_days(main),
       (SELECT count(*) FROM unnest(external)) AS days
  FROM stored, big;
SELECT rollup(h) = (SELECT external || main || extended FROM stored) AS same
  FROM (SELECT main AS h FROM stored UNION ALL SELECT external FROM stored UNION ALL SELECT extended FROM stored) s;
UPDATE stored SET external = external || purchase_history 'v1 scale=2 2024-01-01:0:0.00:1.00';
SELECT refunds(external), order_count(external) FROM stored;

-- binary: out and in, and bytes that are none of ours
\copy (SELECT h FROM one UNION ALL SELECT h FROM big UNION ALL SELECT 'v1 scale=7') TO 'results/purchase_history.bin' (FORMAT binary)
CREATE TEMP TABLE received (h purchase_history);
\copy received FROM 'results/purchase_history.bin' (FORMAT binary)
SELECT count(*), bool_and(h = ANY (ARRAY[(SELECT h FROM one), (SELECT h FROM big), 'v1 scale=7'])) AS same FROM received;

-- a copy file of one value of these bytes
CREATE FUNCTION pg_temp.binary_file(value bytea) RETURNS oid LANGUAGE sql AS
$$ SELECT lo_from_bytea(0, bytea '\x5047434f50590aff0d0a000000000000000000' || bytea '\x0001' || int4send(length(value)) || value || bytea '\xffff') $$;
SELECT pg_temp.binary_file(bytea '') AS a, pg_temp.binary_file(bytea '\x02') AS b, pg_temp.binary_file(bytea '\x02000200ffffffffffffff7f0000000000000080') AS c,
       pg_temp.binary_file(bytea '\x01000200ffffffffffffff7f0000000000000080') AS d, pg_temp.binary_file(bytea '\x01000200ffffffffffffff7f000000000000008000') AS e,
       pg_temp.binary_file(bytea '\x01010200ffffffffffffff7f00000000000000801c000000000000000000') AS f,
       pg_temp.binary_file(substr(purchase_history_send(h), 1, length(purchase_history_send(h)) - 1)) AS g,
       pg_temp.binary_file(purchase_history_send(h) || bytea '\x00') AS h, pg_temp.binary_file(bytea 'Who goes there? A friend, and not a history.') AS i FROM one \gset
\echo -- no bytes, by its SQLSTATE
\set VERBOSITY sqlstate
\lo_export :a results/purchase_history.bin
\copy received FROM 'results/purchase_history.bin' (FORMAT binary)
\set VERBOSITY default
\echo -- one byte
\lo_export :b results/purchase_history.bin
\copy received FROM 'results/purchase_history.bin' (FORMAT binary)
\echo -- a later version
\lo_export :c results/purchase_history.bin
\copy received FROM 'results/purchase_history.bin' (FORMAT binary)
\echo -- an empty history is a history
\lo_export :d results/purchase_history.bin
\copy received FROM 'results/purchase_history.bin' (FORMAT binary)
\echo -- and a byte more is none
\lo_export :e results/purchase_history.bin
\copy received FROM 'results/purchase_history.bin' (FORMAT binary)
\echo -- the state of an aggregate
\lo_export :f results/purchase_history.bin
\copy received FROM 'results/purchase_history.bin' (FORMAT binary)
\echo -- truncated
\lo_export :g results/purchase_history.bin
\copy received FROM 'results/purchase_history.bin' (FORMAT binary)
\echo -- too long
\lo_export :h results/purchase_history.bin
\copy received FROM 'results/purchase_history.bin' (FORMAT binary)
\echo -- garbage
\lo_export :i results/purchase_history.bin
\copy received FROM 'results/purchase_history.bin' (FORMAT binary)
SELECT count(*) FROM received;
SELECT lo_unlink(lo) FROM unnest(ARRAY[:a, :b, :c, :d, :e, :f, :g, :h, :i]::oid[]) lo \g /dev/null

-- somebody else's aggregate over our functions shows the state, which reads like any history
CREATE AGGREGATE pg_temp.state_of(timestamptz, numeric) (SFUNC = purchase_history_add, STYPE = purchase_history);
CREATE AGGREGATE pg_temp.onto(timestamptz, numeric) (SFUNC = purchase_history_add, STYPE = purchase_history, INITCOND = 'v1 scale=3 2024-01-01:0:0.000:1.000');
CREATE TEMP TABLE states AS SELECT pg_temp.state_of(at, amount) AS s, purchase_history_agg(at, amount) AS h FROM purchases;
SELECT s::text = h::text AS text, s = h AS equal, purchase_history_send(s) = purchase_history_send(h) AS sent, revenue(s) = revenue(h) AS revenue,
       s || 'v1 scale=0' = h AS concat, (SELECT rollup(x) FROM (VALUES (s), (s)) v(x)) = h || h AS rollup, purchase_history_final(s) = h AS final,
       (SELECT array_agg(d ORDER BY d) FROM unnest(s) d) = (SELECT array_agg(d ORDER BY d) FROM unnest(h) d) AS days
  FROM states;
SELECT pg_temp.onto(at, amount) FROM purchases;

-- every error once
CREATE FUNCTION pg_temp.error_of(query text, OUT state text, OUT message text, OUT detail text, OUT hint text) LANGUAGE plpgsql AS
$$ BEGIN
    EXECUTE query;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END $$;
\pset format unaligned
\pset tuples_only on
SELECT concat_ws(E'\n    ', q, e.state || ' ' || e.message, nullif(e.detail, ''), nullif(e.hint, ''), '--')
  FROM unnest(ARRAY[
    $$purchase_history_agg(now(), 'NaN'::numeric)$$,
    $$purchase_history_agg(now(), 'infinity'::numeric)$$,
    $$purchase_history_agg(now(), '-infinity'::numeric)$$,
    $$purchase_history_agg(now(), 'NaN'::double precision)$$,
    $$purchase_history_agg(now(), '-infinity'::double precision)$$,
    $$purchase_history_agg(now(), 1e300::double precision)$$,
    $$purchase_history_agg(now(), 1e-300::double precision)$$,
    $$purchase_history_agg(now(), 223456789012345678901234567890123456789)$$,
    $$purchase_history_agg(now(), 1e-39)$$,
    $$purchase_history_agg(now(), 1e1000)$$,
    $$purchase_history_agg(date '2024-01-02', a) FROM (VALUES (1e37), (1e37 + 0.01)) v(a)$$,
    $$purchase_history_agg(date '2024-01-02', a) FROM (VALUES (0.01), (1e37)) v(a)$$,
    $$purchase_history_agg(date '2024-01-02' + i, 99999999999999999999999999999999999999) FROM generate_series(1, 2) i$$,
    $$purchase_history_agg(date '2024-01-02', 99999999999999999999999999999999999999) FROM generate_series(1, 2) i$$,
    $$purchase_history_agg('infinity'::timestamptz, 1)$$,
    $$purchase_history_agg('-infinity'::timestamptz, 1)$$,
    $$purchase_history_agg('infinity'::timestamp, 1)$$,
    $$purchase_history_agg('-infinity'::date, 1)$$,
    $$purchase_history_agg('300000-01-01'::date, 1)$$,
    $$purchase_history_agg('294276-12-31 23:00Z'::timestamptz, 1, 'Asia/Tokyo')$$,
    $$purchase_history_agg('294276-12-31 23:00'::timestamp, 1, 'America/New_York')$$,
    $$purchase_history_agg(now(), 1, 'Europe/Atlantis')$$,
    $$purchase_history_agg(now(), 1, '')$$,
    $$purchase_history_agg(now(), 1, repeat('x', 256))$$,
    $$purchase_history_agg(now(), 1, NULL)$$,
    $$purchase_history_agg(now(), 1, 'LOST+100')$$,
    $$purchase_history_agg(localtimestamp, 1, 'LOST-100')$$,
    $$purchase_history_agg('2024-01-02Z', 1, 'UTC', '2024-01-01Z')$$,
    $$purchase_history_agg('2024-01-02Z', 1, 'UTC', 'infinity')$$,
    $$purchase_history_add(NULL, now(), 1.0)$$,
    $$purchase_history_merge(NULL, 'v1 scale=0')$$,
    $$btyd_summary('v1 scale=0', '2024-01-01', 'fortnight')$$,
    $$btyd_summary('v1 scale=0', 'infinity')$$,
    $$''::purchase_history$$,
    $$'rubbish'::purchase_history$$,
    $$repeat('very long rubbish ', 1000)::purchase_history$$,
    $$'v2 scale=2'::purchase_history$$,
    $$'v1 scale=39'::purchase_history$$,
    $$'v1 scale=2 '::purchase_history$$,
    $$'v1 scale=2 2024-02-30:0:0.00:1.00'::purchase_history$$,
    $$'v1 scale=2 2024-01-02:0:0.00'::purchase_history$$,
    $$'v1 scale=2 2024-01-02:1:1.00'::purchase_history$$,
    $$'v1 scale=0 first=2024-01-02T00:00:00Z last=2024-01-02T00:00:00Z 2024-01-09:1:1'::purchase_history$$,
    $$'v1 scale=0 2024-01-02:0:0:170141183460469231731687303715884105728'::purchase_history$$,
    $$'v1 scale=0 2024-01-02:0:0:170141183460469231731687303715884105727 2024-01-03:0:0:1'::purchase_history$$,
    $$'v1 scale=0 2024-01-02:4611686018427387905:1!0x1'::purchase_history$$,
    $$('v1 scale=0 2024-01-02:1:1' || repeat('!0x0', 9000000))::purchase_history$$,
    $$('v1 scale=1 2024-01-02:0:0.0:0.1' || 'v1 scale=38 2024-01-02:0:0.00000000000000000000000000000000000000:0.00000000000000000000000000000000000001')::purchase_history$$,
    $$'v1 scale=0 2024-01-02:0:0:170141183460469231731687303715884105727'::purchase_history || 'v1 scale=0 2024-01-02:0:0:1'$$,
    $$'v1 scale=0 2024-01-02:0:0:170141183460469231731687303715884105727'::purchase_history || 'v1 scale=1'$$,
    $$rollup(h) FROM (VALUES (purchase_history 'v1 scale=0 2024-01-02:0:0:170141183460469231731687303715884105727'), ('v1 scale=1')) v(h)$$]) q,
       pg_temp.error_of('SELECT ' || q) e;
