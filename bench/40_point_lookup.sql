--@ title A thousand customers, one by one
-- A dashboard or a shop page asks for one customer at a time: a predicate on customer_id must reach the source's index
-- through the views.  Rival: the same three numbers by plain SQL, through the same index.
--@ variant default:
--@ setup
SELECT drop_workspace('bench_ws') WHERE to_regnamespace('bench_ws') IS NOT NULL;
DROP SCHEMA IF EXISTS bench_source CASCADE;
CREATE SCHEMA bench_source;
CREATE VIEW bench_source.orders AS SELECT * FROM orders;
SELECT create_workspace('bench_ws', 'bench_source');
DROP TABLE IF EXISTS asked;
CREATE TABLE asked AS
SELECT customer_id FROM (SELECT DISTINCT customer_id FROM orders) AS c ORDER BY hashint8extended(customer_id, 3) LIMIT 1000;
ANALYZE asked;
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
