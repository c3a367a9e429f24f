--@ title The fact customer_events of a workspace: every summary of the events of everyone in one pass
-- Twenty events a customer over three years, in order of time, with the names of Klaviyo and Segment, in five channels.
-- Floor: the bare GROUP BY with one count, one max and one filtered count.  The view names what each event counts as, cuts
-- off what lies after as_of, and answers all columns that any segmentation asks for, the activity history among them.  The
-- same without channels is of a source that has no such column.
--@ variant one process: work_mem=2GB max_parallel_workers_per_gather=0
--@ variant parallel: work_mem=2GB max_parallel_workers_per_gather=2
--@ setup
SELECT drop_workspace('bench_events_ws') WHERE to_regnamespace('bench_events_ws') IS NOT NULL;
SELECT drop_workspace('bench_plain_ws') WHERE to_regnamespace('bench_plain_ws') IS NOT NULL;
DROP SCHEMA IF EXISTS bench_events, bench_plain CASCADE;
CREATE SCHEMA bench_events;
CREATE TABLE bench_events.events AS
SELECT 1 + (hashint8extended(i, 41) & 1152921504606846975) % c.customers AS customer_id,
       (ARRAY['Received Email', 'Received Email', 'Opened Email', 'Clicked Email', 'Active on Site', 'Product Viewed', 'Product Viewed', 'Product Added'])
           [1 + (hashint8extended(i, 42) & 7)] AS event_type,
       timestamptz '2022-01-01Z' + (i::double precision / (20 * c.customers) * 3 * 365) * interval '1 day' AS occurred_at,
       CASE WHEN (hashint8extended(i, 42) & 7) < 4 THEN 'email' ELSE (ARRAY['web', 'app', 'google', 'facebook'])[1 + (hashint8extended(i, 43) & 3)] END AS channel
  FROM (SELECT max(customer_id) AS customers FROM orders) c CROSS JOIN LATERAL generate_series(1, 20 * c.customers) AS i;
VACUUM ANALYZE bench_events.events;
SELECT create_workspace('bench_events_ws', 'bench_events');
CREATE SCHEMA bench_plain CREATE VIEW events AS SELECT customer_id, event_type, occurred_at FROM bench_events.events;
SELECT create_workspace('bench_plain_ws', 'bench_plain');
--@ check counts and last instants are those of plain SQL
SELECT bool_and(p.events = c.events AND p.last_at = c.last_event_at AND p.opens = event_count(c.activity, 'email_open')
                AND p.app = event_count(c.activity, NULL, NULL, NULL, 'app'))
FROM (SELECT customer_id, count(*) AS events, max(occurred_at) AS last_at, count(*) FILTER (WHERE event_type = 'Opened Email') AS opens,
             count(*) FILTER (WHERE channel = 'app') AS app
      FROM bench_events.events GROUP BY customer_id) AS p
FULL JOIN bench_events_ws.customer_events AS c USING (customer_id)
--@ rival floor
SELECT customer_id, count(*), max(occurred_at), count(*) FILTER (WHERE event_type = 'Opened Email') FROM bench_events.events GROUP BY customer_id
--@ rival customer_events
SELECT * FROM bench_events_ws.customer_events
--@ rival the same without channels
SELECT * FROM bench_plain_ws.customer_events
--@ rival activity_history_agg
SELECT customer_id, activity_history_agg(event_kind(event_type), occurred_at) FROM bench_events.events GROUP BY customer_id
--@ rival engagement
SELECT * FROM bench_events_ws.engagement
--@ compare customer_events / floor <= 1.5
--@ compare the same without channels / floor
--@ compare activity_history_agg / floor
--@ compare engagement / floor
