--@ title A thousand customers, one by one
-- A dashboard or a shop page asks for one customer at a time: a predicate on customer_id must reach the source's index
-- through the views.  Rival: the same three numbers by plain SQL, through the same index.
-- Then two shop pages at once, by pgbench with prepared statements, each asking for one customer after the other: the whole row of
-- customer_360 of that moment, from stored facts and cut points and a fitted model (customer_360_now); the row as refresh has computed
-- it (customer_360, materialized); views of that moment; and for comparison the stored fact alone, from its table.
--@ variant default:
--@ setup
SELECT drop_workspace('bench_ws') WHERE to_regnamespace('bench_ws') IS NOT NULL;
DROP SCHEMA IF EXISTS bench_source CASCADE;
CREATE SCHEMA bench_source;
CREATE VIEW bench_source.orders AS SELECT * FROM orders;
SELECT create_workspace('bench_ws', 'bench_source');
DROP TABLE IF EXISTS asked, answered;
CREATE TABLE asked AS
SELECT customer_id FROM (SELECT DISTINCT customer_id FROM orders) AS c ORDER BY hashint8extended(customer_id, 3) LIMIT 1000;
ANALYZE asked;
SELECT drop_workspace('bench_page') WHERE to_regnamespace('bench_page') IS NOT NULL;
SELECT create_workspace('bench_page', 'bench_source', storage => 'incremental');
SELECT refresh_step_10_facts('bench_page');
SELECT fit_clv('bench_page', 'mbg_nbd');
SELECT set_cut_points('bench_page', 'stored');
SELECT refresh_step_14_cut_points('bench_page');
SELECT materialize('bench_page', 'customer_360');
VACUUM (ANALYZE) bench_page.customer_360_mat, bench_page.customer_histories_stored;
CREATE TABLE answered (page text, microseconds bigint);
-- what setting up has written is no part of what a page waits for
CHECKPOINT;
--@ setup-shell
seconds=${BENCH_SMOKE:+1}
for page in customer_360_now customer_360 customer_orders rfm customer_histories_stored; do
    printf '\\set id random(1, %s)\nSELECT * FROM bench_page.%s WHERE customer_id = :id;\n' "$(psql -XAtc 'SELECT max(customer_id) FROM asked')" "$page" >"$BENCH_DIR/page.sql"
    rm -f "$BENCH_DIR"/page_log.*
    pgbench -n -M prepared -c 2 -T "${seconds:-20}" -f "$BENCH_DIR/page.sql" -l --log-prefix="$BENCH_DIR/page_log" >/dev/null
    # the first requests plan
    awk -v page="$page" '$2 > 10 {print page "\t" $3}' "$BENCH_DIR"/page_log.* | psql -XAtqc 'COPY answered FROM STDIN'
done
--@ statements plain SQL
DO $$
DECLARE
    id bigint;
BEGIN
    FOR id IN SELECT customer_id FROM asked LOOP
        PERFORM customer_id, max(ordered_at), count(*), sum(amount) FROM orders WHERE customer_id = id GROUP BY customer_id;
    END LOOP;
END
$$;
--@ statements customer_orders
DO $$
DECLARE
    id bigint;
BEGIN
    FOR id IN SELECT customer_id FROM asked LOOP
        PERFORM customer_id, last_order_at, orders, revenue FROM bench_ws.customer_orders WHERE customer_id = id;
    END LOOP;
END
$$;
--@ compare customer_orders / plain SQL
--@ report Milliseconds of a shop page, two clients at a time
SELECT page, count(*) AS requests, round((percentile_cont(0.5) WITHIN GROUP (ORDER BY microseconds) / 1000)::numeric, 3) AS median_ms,
       round((percentile_cont(0.99) WITHIN GROUP (ORDER BY microseconds) / 1000)::numeric, 3) AS p99_ms,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY microseconds) < 2000 OR page !~ 'customer_360' AS met
  FROM answered GROUP BY page ORDER BY page
