-- States of aggregates that are too large to be copied whenever they grow: the same results wherever they are made, and limits.
BEGIN;
SET search_path = customer_segments, public;
SET client_min_messages = warning;
SELECT plan(40);

CREATE TEMPORARY TABLE fact AS SELECT i, i % 4 AS part, i / 10000 AS peers, i % 60 AS code, timestamptz '2024-01-01Z' + (i * 7919::bigint % 1000003) * interval '1 second' AS at, (i * 7919::bigint % 1000003) / 10::numeric ^ (i / 15000) AS price
  FROM generate_series(0, 39999) i;
ANALYZE fact;

-- one state a row of the list: how it is built from the facts, how it is merged, and a result that is easily compared
CREATE AGGREGATE pg_temp.granger_state(numeric, boolean) (SFUNC = gabor_granger_step, STYPE = bytea, COMBINEFUNC = gabor_granger_combine, PARALLEL = SAFE);
CREATE AGGREGATE pg_temp.granger_of(bytea) (SFUNC = gabor_granger_combine, STYPE = bytea, FINALFUNC = gabor_granger_final);
CREATE AGGREGATE pg_temp.events_state(integer, timestamptz) (SFUNC = event_sequence_add, STYPE = event_sequence);
CREATE AGGREGATE pg_temp.sample_state(bigint, double precision, double precision) (SFUNC = btyd_sample_add, STYPE = btyd_sample);
CREATE AGGREGATE pg_temp.sample_of(btyd_sample) (SFUNC = btyd_sample_merge, STYPE = btyd_sample, FINALFUNC = btyd_sample_final);
CREATE TEMPORARY TABLE large (name text, whole text, parts text, stored text, merged text);
INSERT INTO large VALUES
 ('prices', 'md5(gabor_granger(price, i % 3 = 0)::text)', NULL, 'pg_temp.granger_state(price, i % 3 = 0)', 'md5(pg_temp.granger_of(s)::text)'),
 ('events', 'md5(event_sequence_agg(code, at)::text)', 'event_sequence_agg(code, at)', 'pg_temp.events_state(code, at)', 'md5(rollup(s)::text)'),
 ('carts', $$md5(cart_state('add_to_cart', at, price, '2030-01-01Z')::text)$$, NULL, NULL, NULL),
 ('sessions', $$md5(session_summary(at, '1 minute')::text)$$, NULL, NULL, NULL),
 ('histories', 'md5(btyd_sample_agg(i % 7, (i % 7) / 8.0, 1 + i / 8.0)::text)', 'btyd_sample_agg(i % 7, (i % 7) / 8.0, 1 + i / 8.0)', 'pg_temp.sample_state(i % 7, (i % 7) / 8.0, 1 + i / 8.0)', 'md5(pg_temp.sample_of(s)::text)');

CREATE FUNCTION pg_temp.one(query text) RETURNS text LANGUAGE plpgsql AS $$ DECLARE result text; BEGIN IF query ~ '^CREATE' THEN EXECUTE query; ELSE EXECUTE query INTO result; END IF; RETURN result; EXCEPTION WHEN OTHERS THEN RETURN sqlstate || ' ' || sqlerrm; END $$;
CREATE TEMPORARY TABLE wanted AS SELECT name, whole, pg_temp.one(format('SELECT %s FROM fact', whole)) AS result FROM large;
SELECT is(count(*), 5::bigint, 'all are there') FROM wanted WHERE result ~ '^[0-9a-f]{32}$';
-- in another order
SELECT is(pg_temp.one(format('SELECT %s FROM (SELECT * FROM fact ORDER BY md5(i::text)) x', whole)), result, name || ' in another order') FROM wanted;
-- a hash table that is read twice
SELECT is(pg_temp.one(format('SELECT count(*) || min(r) || max(r) FROM generate_series(1, 2) g LEFT JOIN LATERAL (SELECT %s AS r, g FROM fact GROUP BY i < 0 OFFSET 0) x ON true', whole)), '2' || result || result, name || ', read again') FROM wanted;
SELECT is(pg_temp.one(format('SELECT string_agg(r, '','' ORDER BY r) FROM (SELECT %s AS r FROM fact GROUP BY GROUPING SETS ((), (i < 0))) x', whole)), result || ',' || result, name || ' in grouping sets') FROM wanted;
-- stored by aggregates of somebody else's, which have no final function, and merged
SELECT is(pg_temp.one(format('SELECT %s FROM (SELECT %s AS s FROM fact GROUP BY part) x', merged, stored)), result, name || ', states merged') FROM large JOIN wanted USING (name) WHERE stored IS NOT NULL;
SELECT is(pg_temp.one(format('SELECT %s FROM (SELECT %s AS s FROM fact GROUP BY part) x', merged, parts)), result, name || ', values merged') FROM large JOIN wanted USING (name) WHERE parts IS NOT NULL;
SELECT is(pg_temp.one(format('CREATE TEMPORARY TABLE stored_%s AS SELECT %s AS s FROM fact GROUP BY part', name, stored)), NULL, name || ', states stored') FROM large WHERE stored IS NOT NULL;
SELECT is(pg_temp.one(format('SELECT %s FROM stored_%s', merged, name)), result, name || ', stored states merged') FROM large JOIN wanted USING (name) WHERE stored IS NOT NULL;
-- running merges: the first state is the aggregate's own, the others stay as they are
SELECT is(pg_temp.one(format('SELECT md5(string_agg(s::text, '','' ORDER BY md5(s::text))) FROM (SELECT s, %s FROM stored_%s WINDOW w AS (ORDER BY md5(s::text))) x', regexp_replace(merged, '\)(::text\))$', ') OVER w\1'), name)),
          pg_temp.one(format('SELECT md5(string_agg(s::text, '','' ORDER BY md5(s::text))) FROM stored_%s', name)), name || ', what is merged stays as it is') FROM large WHERE stored IS NOT NULL;

-- a stranger's moving aggregate, whose inverse transition hands on what it gets: memory that goes with a row is not in it
CREATE FUNCTION pg_temp.kept(s bytea, price numeric, is_willing boolean) RETURNS bytea LANGUAGE plpgsql AS $$ BEGIN RETURN s; END $$;
CREATE AGGREGATE pg_temp.moving_granger(numeric, boolean) (SFUNC = gabor_granger_step, STYPE = bytea, MSFUNC = gabor_granger_step, MSTYPE = bytea, MINVFUNC = pg_temp.kept);
CREATE FUNCTION pg_temp.kept(s event_sequence, code integer, at timestamptz) RETURNS event_sequence LANGUAGE plpgsql AS $$ BEGIN RETURN s; END $$;
CREATE AGGREGATE pg_temp.moving_events(integer, timestamptz) (SFUNC = event_sequence_add, STYPE = event_sequence, MSFUNC = event_sequence_add, MSTYPE = event_sequence, MINVFUNC = pg_temp.kept);
SELECT is(pg_temp.one(format('SELECT max(pg_column_size(s)) FROM (SELECT pg_temp.moving_%s OVER (ORDER BY i / 2990 GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM fact WHERE i < 12000) x', call)),
          pg_temp.one(format('SELECT pg_column_size(pg_temp.%s) FROM fact WHERE i < 12000', replace(call, '(', '_state('))), call || ' with an inverse transition of a stranger''s')
  FROM (VALUES ('granger(price, true)'), ('events(code, at)')) c(call);

-- in workers
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 3;
CREATE TABLE public.fact_of_large_states AS TABLE fact;
SELECT is(pg_temp.one(format('SELECT %s FROM public.fact_of_large_states', whole)), result, name || ' in workers') FROM wanted;
SET LOCAL max_parallel_workers_per_gather = 0;

-- the limit
SELECT is(pg_temp.one('SELECT (gabor_granger(i, true)).n_used FROM generate_series(1, 1048576) i'), '1048576', 'as many prices as there may be');
SELECT is(pg_temp.one('SELECT (gabor_granger(i, true)).n_used FROM generate_series(1, 1048577) i'), '54000 gabor_granger cannot hold more than 1048576 distinct values', 'one more: an error');
SELECT is(pg_temp.one('SELECT pg_temp.granger_of(s) IS NULL FROM (SELECT pg_temp.granger_state(i, true) AS s FROM generate_series(1, 1048577) i GROUP BY i % 2) x'), '54000 gabor_granger cannot hold more than 1048576 distinct values', 'of two states too');
SELECT * FROM finish();
ROLLBACK;
