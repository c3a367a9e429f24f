--@ title Refreshing stored facts
-- A live shop: after 1 % new orders, the stored histories are brought up to date by the orders that came, against building them all, and against
-- exporting the orders to DuckDB and grouping them there.  The least that any refresh could do is written out in plain SQL: take the
-- orders out of the queue, look each of them up, and write one timestamp to each of their customers.  Then what the triggers cost the
-- shop.  Every run is rolled back.
--@ variant default:
--@ setup
SELECT drop_workspace('bench_ws') WHERE to_regnamespace('bench_ws') IS NOT NULL;
SELECT drop_workspace('bench_one') WHERE to_regnamespace('bench_one') IS NOT NULL;
DROP SCHEMA IF EXISTS bench_source CASCADE;
DROP TABLE IF EXISTS live_orders, plain_orders, tracked_orders, new_orders CASCADE;
CREATE TABLE live_orders AS SELECT customer_id, ordered_at, amount, order_id FROM orders;
ALTER TABLE live_orders ADD PRIMARY KEY (order_id);
CREATE INDEX ON live_orders (customer_id);
CREATE TABLE plain_orders (LIKE live_orders INCLUDING ALL);
CREATE TABLE tracked_orders (LIKE live_orders INCLUDING ALL);
VACUUM (FREEZE, ANALYZE) live_orders;
-- a hundredth of the orders anew: their customers buy again after the last day
CREATE TABLE new_orders AS
SELECT customer_id, ordered_at + interval '3 years' AS ordered_at, amount, (SELECT max(order_id) FROM orders) + row_number() OVER (ORDER BY order_id) AS order_id
  FROM orders WHERE hashint8extended(order_id, 5) % 100 = 0;
CREATE SCHEMA bench_source;
CREATE VIEW bench_source.orders AS SELECT * FROM live_orders;
SELECT create_workspace('bench_ws', 'bench_source', storage => 'incremental');
SELECT track('bench_ws', 'live_orders', 'customer_id', 'order_id');
SELECT track('bench_ws', 'tracked_orders', 'customer_id', 'order_id');
SELECT refresh_step_10_facts('bench_ws');
INSERT INTO live_orders SELECT * FROM new_orders;
SELECT create_workspace('bench_one', 'bench_source', storage => 'incremental');
SELECT track('bench_one', 'live_orders', 'customer_id', 'order_id');
SELECT set_cut_points('bench_one', 'stored');
UPDATE bench_one.settings SET tracked_segmentations = '{rfm}';
SELECT refresh_step_10_facts('bench_one');
SELECT refresh_step_14_cut_points('bench_one');
SELECT refresh_step_50_members('bench_one');
VACUUM (ANALYZE) bench_one.segment_state, bench_one.segment_interval, bench_one.segment_change;
INSERT INTO live_orders SELECT customer_id, ordered_at, amount, (SELECT max(order_id) + 1 FROM live_orders) FROM new_orders LIMIT 1;
ANALYZE live_orders;
VACUUM bench_ws.refresh_queue;
-- the shop's tills: orders one by one into a plain table and into a tracked one
SELECT drop_workspace('bench_till') WHERE to_regnamespace('bench_till') IS NOT NULL;
DROP TABLE IF EXISTS till_plain, till_tracked, till CASCADE;
DROP SEQUENCE IF EXISTS till_order;
CREATE SEQUENCE till_order;
CREATE TABLE till_plain (LIKE live_orders INCLUDING ALL);
CREATE TABLE till_tracked (LIKE live_orders INCLUDING ALL);
CREATE TABLE till (relation text, latency_ms double precision);
SELECT create_workspace('bench_till', 'bench_source', storage => 'incremental');
SELECT track('bench_till', 'till_tracked', 'customer_id', 'order_id');
-- the median time of a statement, each run undone
CREATE OR REPLACE FUNCTION bench_ms(statement text, runs integer) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
    times double precision[];
    began timestamptz;
BEGIN
    FOR i IN 1 .. runs LOOP
        BEGIN
            began := clock_timestamp();
            EXECUTE statement;
            times := times || 1000 * extract(epoch FROM clock_timestamp() - began)::double precision;
            RAISE SQLSTATE 'XXUND';
        EXCEPTION WHEN SQLSTATE 'XXUND' THEN
        END;
    END LOOP;
    RETURN (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY t) FROM unnest(times) t);
END $$;
CREATE OR REPLACE FUNCTION bench_agrees() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    agrees boolean;
BEGIN
    PERFORM refresh_step_10_facts('bench_ws');
    PERFORM refresh_step_12_queue('bench_ws');
    SELECT count(*) = 0 AND (SELECT count(*) = 0 FROM bench_ws.refresh_queue) FROM reconcile('bench_ws') INTO agrees;
    RAISE SQLSTATE 'XXUND';
EXCEPTION WHEN SQLSTATE 'XXUND' THEN
    RETURN agrees;
END $$;
CREATE OR REPLACE FUNCTION bench_members_agree() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    agree boolean;
BEGIN
    PERFORM refresh_step_10_facts('bench_one');
    PERFORM refresh_step_12_queue('bench_one');
    PERFORM refresh_step_50_members('bench_one');
    agree := (SELECT scope = 'changed' FROM bench_one.segment_refresh ORDER BY refresh DESC LIMIT 1);
    INSERT INTO bench_one.member_queue VALUES (NULL);
    agree := agree AND (SELECT changed = 0 FROM refresh_step_50_members('bench_one'));
    RAISE SQLSTATE 'XXUND';
EXCEPTION WHEN SQLSTATE 'XXUND' THEN
    RETURN agree;
END $$;
--@ setup-shell
# by pgbench, in turn: two tills, each order a transaction
for round in 1 2 3 4 5; do
    for relation in till_plain till_tracked; do
        printf '\\set id random(1, 1000000)\nINSERT INTO %s VALUES (:id, now(), 10, nextval('"'till_order'"'));\n' "$relation" >"$BENCH_DIR/till.sql"
        latency=$(pgbench -n -M prepared -c 2 -T "${BENCH_SMOKE:-4}" -f "$BENCH_DIR/till.sql" | sed -n 's/^latency average = \([0-9.]*\) ms$/\1/p')
        psql -XAtqc "INSERT INTO till VALUES ('$relation', $latency)"
    done
done
--@ check after 1 % new orders a refresh stores what reading everything gives
SELECT bench_agrees()
--@ statements refresh after 1 % new orders
SELECT refresh_step_10_facts('bench_ws');
SELECT refresh_step_12_queue('bench_ws');
--@ statements least refresh in plain SQL
WITH taken AS (DELETE FROM bench_ws.refresh_queue WHERE kind = 'i' RETURNING customer_id, order_id)
UPDATE bench_ws.customer_histories_stored s SET last_at = m.last_at
  FROM (SELECT t.customer_id, max(p.ordered_at) AS last_at FROM taken t JOIN live_orders p USING (order_id) GROUP BY t.customer_id) m
 WHERE s.customer_id = m.customer_id;
--@ statements build of everything
TRUNCATE bench_ws.customer_histories_stored;
UPDATE bench_ws.stored_fact SET built = false;
SELECT refresh_step_10_facts('bench_ws');
--@ statements insert of these orders into a table
INSERT INTO plain_orders SELECT * FROM new_orders;
--@ statements insert of these orders into a tracked table
INSERT INTO tracked_orders SELECT * FROM new_orders;
--@ shell DuckDB with export
bench/duckdb export <<'SQL'
SELECT customer_id, max(ordered_at), min(ordered_at), count(*), sum(amount), count(DISTINCT ordered_at::date) FROM orders GROUP BY customer_id
SQL
--@ compare refresh after 1 % new orders / build of everything <= 0.05
--@ compare refresh after 1 % new orders / DuckDB with export <= 0.05
--@ compare least refresh in plain SQL / build of everything
--@ compare refresh after 1 % new orders / least refresh in plain SQL
--@ compare insert of these orders into a tracked table / insert of these orders into a table <= 1.2
--@ check after one order the members of those who have changed are those of everybody
SELECT bench_members_agree()
--@ report One order: milliseconds to bring the stored facts up to date, with all steps of a refresh but the last, and with that too, which writes the members of rfm; then what the triggers add to its INSERT (pgbench, two clients, the median of rounds in turn)
SELECT round(facts::numeric, 2) AS facts_ms, round(steps::numeric, 2) AS refresh_ms, round(members::numeric, 2) AS with_members_ms,
       round(plain::numeric, 3) AS insert_ms, round(tracked::numeric, 3) AS insert_tracked_ms, steps < 20 AND tracked - plain <= 0.1 AS met
  FROM (SELECT bench_ms(facts, 20) AS facts, bench_ms(facts || steps, 20) AS steps, bench_ms(facts || steps || members, 20) AS members
          FROM (VALUES ('SELECT refresh_step_10_facts(''bench_one''); SELECT refresh_step_12_queue(''bench_one'');',
                        'SELECT refresh_step_14_cut_points(''bench_one''); SELECT refresh_step_30_materialized(''bench_one'');',
                        'SELECT refresh_step_50_members(''bench_one'');')) AS v(facts, steps, members)) m
 CROSS JOIN (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY latency_ms) FILTER (WHERE relation = 'till_plain') AS plain,
                    percentile_cont(0.5) WITHIN GROUP (ORDER BY latency_ms) FILTER (WHERE relation = 'till_tracked') AS tracked FROM till) t
