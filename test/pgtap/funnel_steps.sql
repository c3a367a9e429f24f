-- funnel_steps gives, for every kind of key, every question and at every size of memory, what the grouped aggregate gives.
BEGIN;
SET search_path = customer_segments, public;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
SELECT plan(50);

-- in no order: ties, rows twice, other kinds, no kind, no time, machines, a few customers without any step
CREATE TEMP TABLE did AS
SELECT (g * 7919::bigint % 1013)::int AS customer_id, timestamptz '2024-01-01Z' + (hashint4(g) & 4095) * interval '37 minutes' AS at,
       CASE WHEN g % 1013 < 20 THEN 'page' WHEN g % 29 = 0 THEN NULL ELSE (ARRAY['view', 'cart', 'order', 'page', 'views'])[1 + (hashint4(-g) & 1048575) % 5] END AS kind, g % 3 = 0 AS is_machine
  FROM generate_series(1, 12000) g;
INSERT INTO did SELECT * FROM did WHERE customer_id % 7 = 0;
INSERT INTO did VALUES (NULL, '2024-01-01', 'view', false), (NULL, 'infinity', 'view', false), (5000, NULL, 'view', false), (5001, '2024-01-01', NULL, false), (5002, NULL, NULL, NULL),
       (5003, 'infinity', 'search', false), (5004, '2024-01-01', '', false), (5005, '2024-01-01', 'VIEW', false), (5006, '2024-01-01', 'view', true), (5006, '2024-01-01', 'cart', true),
       (5007, '2024-01-01', repeat('view ', 100000), NULL);

CREATE FUNCTION pg_temp.same(relation regclass, key anyelement, what text, asked text DEFAULT $$'{view,cart,order}', '7 days', 'loose'$$) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN bag_eq(format('SELECT customer_id::text, funnel_step FROM funnel_steps(%L, NULL::%s, %s)', relation, pg_typeof(key), asked),
                  format('SELECT customer_id::text, funnel_step(kind, at, %s) FROM %s WHERE customer_id IS NOT NULL GROUP BY customer_id', asked, relation), what);
END $$;

SELECT pg_temp.same('did', NULL::integer, 'integer keys');
SELECT pg_temp.same('did', NULL::integer, format('asked %s', asked), asked)
  FROM (VALUES ($$'{view,cart,order}', NULL, 'loose'$$), ($$'{view,cart,order}', NULL, 'strict'$$), ($$'{view,cart,order}', '3 hours', 'loose'$$), ($$'{view,cart,order}', '37 minutes', 'strict'$$),
               ($$'{view,cart,order}', '1 microsecond', 'loose'$$), ($$'{order,view}', '10 days', 'strict'$$), ($$'{cart}', '1 hour', 'loose'$$), ($$'{nothing}', NULL, 'loose'$$),
               ($$'{views,view,page,order,cart}', '20 days', 'loose'$$), ($$'{views,view,page,order,cart}', '20 days', 'strict'$$),
               ($$ARRAY(SELECT 'step ' || i FROM generate_series(1, 62) i) || '{view}'::text[], NULL, 'loose'$$)) v(asked);
SELECT is((SELECT count(DISTINCT funnel_step) FROM funnel_steps('did', 0, '{view,cart,order}', '7 days')), 4::bigint, 'customers of every depth');
SELECT isnt((SELECT sum(funnel_step) FROM funnel_steps('did', 0, '{view,cart,order}', '7 days')), (SELECT sum(funnel_step) FROM funnel_steps('did', 0, '{view,cart,order}')), 'within matters here');
SELECT isnt((SELECT sum(funnel_step) FROM funnel_steps('did', 0, '{view,cart,order}', mode => 'strict')), (SELECT sum(funnel_step) FROM funnel_steps('did', 0, '{view,cart,order}')), 'and mode');
SELECT bag_eq($$SELECT * FROM funnel_steps('did', NULL::integer, '{view,cart,order}')$$, $$SELECT * FROM funnel_steps('did', 7, '{view,cart,order}', NULL, 'loose')$$, 'what is not said: any time, loose');
SELECT results_eq($$SELECT * FROM funnel_steps('did', NULL::integer, '{view,cart,order}') WHERE customer_id >= 5000 ORDER BY 1$$,
    $$VALUES (5000, 0), (5001, 0), (5002, 0), (5003, 0), (5004, 0), (5005, 0), (5006, 2), (5007, 0)$$, 'customers without a step have 0; machines are not looked for');
CREATE TEMP VIEW human AS SELECT customer_id, at, kind FROM did WHERE NOT is_machine;
SELECT pg_temp.same('human', NULL::integer, 'a view leaves them out');
SELECT bag_eq($$SELECT s, f.* FROM (VALUES ('{view,cart}'::text[], '1 hour'::interval), ('{cart,view}', NULL), ('{cart,view}', '1 day'), ('{order}', NULL)) v(s, w) CROSS JOIN LATERAL funnel_steps('did', 0, s, w) f$$,
    $$SELECT '{view,cart}'::text[], customer_id, funnel_step(kind, at, '{view,cart}', '1 hour') FROM did WHERE customer_id IS NOT NULL GROUP BY customer_id
      UNION ALL SELECT '{cart,view}'::text[], customer_id, funnel_step(kind, at, '{cart,view}', NULL) FROM did WHERE customer_id IS NOT NULL GROUP BY customer_id
      UNION ALL SELECT '{cart,view}'::text[], customer_id, funnel_step(kind, at, '{cart,view}', '1 day') FROM did WHERE customer_id IS NOT NULL GROUP BY customer_id
      UNION ALL SELECT '{order}'::text[], customer_id, funnel_step(kind, at, '{order}', NULL) FROM did WHERE customer_id IS NOT NULL GROUP BY customer_id$$, 'one question after the other');

-- any order of rows
CREATE TEMP TABLE shuffled AS SELECT * FROM did ORDER BY md5(did::text);
CREATE TEMP TABLE latest_first AS SELECT * FROM did ORDER BY at DESC, customer_id;
SELECT bag_eq(format($$SELECT * FROM funnel_steps('did', 0, '{view,cart,order}', '7 days', %L)$$, mode), format($$SELECT * FROM funnel_steps(%L, 0, '{view,cart,order}', '7 days', %L)$$, relation, mode),
    format('%s, %s', relation, mode)) FROM (VALUES ('shuffled'::regclass), ('latest_first')) r(relation) CROSS JOIN (VALUES ('loose'), ('strict')) m(mode);

-- in temporary files
SET LOCAL work_mem = '64kB';
SET LOCAL hash_mem_multiplier = 1;
SELECT pg_temp.same('did', NULL::integer, 'with all rows in temporary files');
SELECT pg_temp.same('shuffled', NULL::integer, 'strict, with all rows in temporary files', $$'{view,cart,order}', NULL, 'strict'$$);
RESET work_mem;
RESET hash_mem_multiplier;

-- kinds of keys, with and without files
CREATE TEMP VIEW by_text AS SELECT 'customer ' || repeat('x', customer_id % 50) || customer_id AS customer_id, at, kind FROM did;
CREATE TEMP VIEW by_uuid AS SELECT md5(customer_id::text)::uuid AS customer_id, at, kind FROM did;
CREATE TEMP VIEW by_numeric AS SELECT customer_id::numeric(12, 2) AS customer_id, at, kind FROM did;
CREATE TEMP VIEW by_char AS SELECT (customer_id::text || repeat(' ', customer_id % 3))::char(8) AS customer_id, at, kind FROM did;
CREATE TEMP VIEW by_bigint AS SELECT (customer_id - 500) * 10000000000 AS customer_id, at, kind FROM did;
CREATE TEMP VIEW by_long AS SELECT repeat('long ', 2000) || customer_id AS customer_id, at, kind FROM did WHERE customer_id < 40;
SELECT pg_temp.same('by_text', NULL::text, 'text keys');
SELECT pg_temp.same('by_uuid', NULL::uuid, 'uuid keys');
SELECT pg_temp.same('by_numeric', NULL::numeric, 'numeric keys');
SELECT pg_temp.same('by_char', NULL::character, 'char keys');
SELECT pg_temp.same('by_bigint', NULL::bigint, 'bigint keys');
SET LOCAL work_mem = '64kB';
SET LOCAL hash_mem_multiplier = 1;
SELECT pg_temp.same('by_text', NULL::text, 'text keys in temporary files');
SELECT pg_temp.same('by_long', NULL::text, 'keys that are longer than a chunk');
RESET work_mem;
RESET hash_mem_multiplier;
-- equal numbers of different digits are one customer
CREATE TEMP VIEW by_digits AS SELECT round(customer_id::numeric, (extract(epoch FROM at)::bigint % 4)::integer) AS customer_id, at, kind FROM did WHERE isfinite(at);
SELECT bag_eq($$SELECT trim_scale(customer_id), funnel_step FROM funnel_steps('by_digits', 0::numeric, '{view,cart,order}', '7 days')$$,
    $$SELECT trim_scale(customer_id), funnel_step(kind, at, '{view,cart,order}', '7 days') FROM by_digits WHERE customer_id IS NOT NULL GROUP BY customer_id$$, 'equal keys of other bytes');

-- customers with so many rows that lists are folded: many steps, none of which is deep by chance, times on both sides of 2000, some rows twice
CREATE TEMP TABLE many AS
SELECT CASE WHEN g % 6 = 0 THEN g % 70 WHEN g % 6 = 1 THEN -2 ELSE -1 END::bigint AS customer_id,
       timestamptz '1999-12-01Z' + (g::bigint * 7919 % 299993) * interval '11 seconds' AS at, 'step ' || 1 + (g::bigint * 1299709 % 104651) % 45 AS kind
  FROM generate_series(1, 400000) AS g;
INSERT INTO many SELECT * FROM many WHERE kind < 'step 2';
CREATE TEMP TABLE many_shuffled AS SELECT * FROM many ORDER BY hashtext(many::text);
CREATE FUNCTION pg_temp.deep(steps integer, within text, mode text) RETURNS text LANGUAGE sql AS $$SELECT format('ARRAY(SELECT ''step '' || i FROM generate_series(1, %s) i), %L, %L', steps, within, mode)$$;
SELECT cmp_ok((SELECT max(n) FROM (SELECT count(*) AS n FROM many GROUP BY customer_id) c), '>', 300000::bigint, 'hundreds of thousands of rows of one customer');
SELECT pg_temp.same('many', NULL::bigint, 'many rows of one customer', pg_temp.deep(40, '1 hour', 'loose'));
SELECT pg_temp.same('many', NULL::bigint, 'a longer time', pg_temp.deep(40, '2 hours', 'loose'));
SELECT pg_temp.same('many', NULL::bigint, 'strict', pg_temp.deep(12, NULL, 'strict'));
SELECT bag_eq(format('SELECT * FROM funnel_steps(''many'', 0::bigint, %s)', pg_temp.deep(40, '2 hours', 'loose')), format('SELECT * FROM funnel_steps(''many_shuffled'', 0::bigint, %s)', pg_temp.deep(40, '2 hours', 'loose')), 'shuffled');
SET LOCAL work_mem = '64kB';
SET LOCAL hash_mem_multiplier = 1;
SELECT pg_temp.same('many', NULL::bigint, 'in temporary files', pg_temp.deep(40, '2 hours', 'loose'));
SELECT pg_temp.same('many_shuffled', NULL::bigint, 'strict, in temporary files', pg_temp.deep(12, '1 hour', 'strict'));
RESET work_mem;
RESET hash_mem_multiplier;
SELECT ok((SELECT max(funnel_step) BETWEEN 5 AND 39 AND count(DISTINCT funnel_step) > 1 FROM funnel_steps('many', 0::bigint, ARRAY(SELECT 'step ' || i FROM generate_series(1, 40) i), '2 hours')), 'nobody is through');

-- relations of every sort
CREATE TABLE parted (customer_id integer, kind text, note text, at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (MINVALUE) TO ('2024-02-01');
CREATE TABLE parted_2 (at timestamptz, kind text, gone integer, customer_id integer, note text);
ALTER TABLE parted_2 DROP COLUMN gone;
ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM ('2024-02-01') TO (MAXVALUE);
INSERT INTO parted SELECT customer_id, kind, 'x', at FROM did WHERE at IS NOT NULL;
SELECT pg_temp.same('parted', NULL::integer, 'a partitioned table');
CREATE MATERIALIZED VIEW stored AS SELECT * FROM parted;
SELECT pg_temp.same('stored', NULL::integer, 'a materialized view');
SELECT is((SELECT count(*) FROM (SELECT 1 FROM funnel_steps('did', 0, '{view}') LIMIT 3) l), 3::bigint, 'the first rows');
CREATE TEMP VIEW nobody AS SELECT * FROM did WHERE false;
SELECT is_empty($$SELECT * FROM funnel_steps('nobody', 0, '{view}')$$, 'no rows');

-- what is refused, in the words of the aggregate
CREATE FUNCTION pg_temp.error_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hint text;
BEGIN
    EXECUTE query;
    RETURN 'none';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' ', SQLSTATE, SQLERRM, hint);
END $$;
SELECT is(string_agg(function || ' for ' || asked, E'\n' ORDER BY asked) FILTER (WHERE function = 'none' OR function <> aggregate), NULL, 'arguments are refused as by the aggregate')
  FROM (VALUES ($$NULL, NULL, 'loose'$$), ($$'{}', NULL, 'loose'$$), ($$'{view,NULL}', NULL, 'loose'$$), ($$'{view,cart,view}', NULL, 'loose'$$), ($$'{{view,cart},{order,page}}', NULL, 'loose'$$),
               ($$ARRAY(SELECT i::text FROM generate_series(1, 64) i), NULL, 'loose'$$), ($$'{view}', '1 month', 'loose'$$), ($$'{view}', '-1 hour', 'loose'$$), ($$'{view}', '0', 'loose'$$),
               ($$'{view}', NULL, 'tight'$$), ($$'{view}', NULL, NULL$$), ($$'{view}', NULL, ''$$)) v(asked)
 CROSS JOIN LATERAL (SELECT pg_temp.error_of(format('SELECT * FROM funnel_steps(''did'', 0, %s)', asked)) AS function,
                            pg_temp.error_of(format('SELECT funnel_step(kind, at, %s) FROM did GROUP BY customer_id', asked)) AS aggregate) e;
CREATE TEMP VIEW times AS SELECT 1 AS customer_id, t.at, 'view'::text AS kind FROM (VALUES ('infinity'::timestamptz)) t(at);
SELECT is(pg_temp.error_of($$SELECT * FROM funnel_steps('times', 0, '{view}')$$), pg_temp.error_of($$SELECT funnel_step(kind, at, '{view}') FROM times GROUP BY customer_id$$), 'a time that is infinite');
SELECT isnt(pg_temp.error_of($$SELECT * FROM funnel_steps('times', 0, '{view}')$$), 'none', 'and refused');
CREATE OR REPLACE TEMP VIEW times AS SELECT 1 AS customer_id, t.at, 'view'::text AS kind FROM (VALUES ('9999-01-01'::timestamptz)) t(at);
SELECT is(pg_temp.error_of($$SELECT * FROM funnel_steps('times', 0, '{view}')$$), pg_temp.error_of($$SELECT funnel_step(kind, at, '{view}') FROM times GROUP BY customer_id$$), 'or far away');
-- more different events than the aggregate can hold
CREATE TEMP VIEW numberless AS SELECT 1 AS customer_id, '2024-01-01Z'::timestamptz + make_interval(secs => g / 1e3) AS at, 'view'::text AS kind FROM generate_series(1, 6291457) g;
SELECT matches(pg_temp.error_of($$SELECT * FROM funnel_steps('numberless', 0, '{view}')$$), '^54000 .* cannot hold more than 6291456 events of one group', 'too many different events');

SELECT * FROM finish();
ROLLBACK;
