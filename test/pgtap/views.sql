-- Views of a workspace: what they say for any past instant equals what a database holding only the rows up to then says,
-- and plain SQL over the sources.
BEGIN;
SET search_path = customer_segments, public;
SET jit = off;
SELECT plan(22);

-- A shop with every kind of row: refunds in parts, full, over-full, early, of unknown orders; negative and zero orders; empty
-- keys; three currencies; times without a zone.
CREATE SCHEMA whole;
CREATE SCHEMA cut;
SELECT setseed(0.42) IS NULL AS seeded;
CREATE TABLE whole.orders AS
SELECT i AS order_id, NULLIF(1 + floor(50 * random() ^ 2)::bigint, 7) AS customer_id,
       timestamp '2023-01-01' + floor(random() * 400 * 86400) * interval '1 second' AS ordered_at,
       CASE WHEN i % 37 = 0 THEN 0 WHEN i % 41 = 0 THEN -5.25 WHEN i % 43 = 0 THEN NULL
            ELSE round((random() * 100)::numeric, 2) END AS amount,
       (ARRAY['EUR', 'EUR', 'USD', 'JPY', NULL])[1 + floor(random() * 5)::integer] AS currency
  FROM generate_series(1, 700) AS i;
CREATE TABLE whole.refunds AS
SELECT o.order_id, o.ordered_at + floor((random() * 40 - 1) * 86400) * interval '1 second' AS refunded_at,
       CASE WHEN o.order_id % 5 = 0 THEN o.amount WHEN o.order_id % 5 = 1 THEN round(o.amount / 2, 2)
            WHEN o.order_id % 5 = 2 THEN o.amount * 2 ELSE round(o.amount * random()::numeric, 2) END AS amount
  FROM whole.orders o CROSS JOIN generate_series(1, 2) AS part
 WHERE o.order_id % 3 = 0
UNION ALL SELECT 999999, timestamp '2023-05-05', 12;
CREATE TABLE whole.customers AS
SELECT i::bigint AS customer_id, CASE WHEN i % 4 > 0 THEN timestamp '2022-12-01' + i * interval '9 days' END AS signed_up_at
  FROM generate_series(1, 60) AS i;
CREATE TABLE whole.exchange_rates AS
SELECT c.currency, timestamp '2022-12-25'::date + 20 * i AS valid_on, (c.base + i * c.base / 100)::numeric(12,6) AS rate
  FROM (VALUES ('USD', 0.9), ('JPY', 0.0062)) AS c(currency, base), generate_series(0, 25) AS i;
CREATE TABLE cut.orders (LIKE whole.orders);
CREATE TABLE cut.refunds (LIKE whole.refunds);
CREATE TABLE cut.customers (LIKE whole.customers);
CREATE TABLE cut.exchange_rates (LIKE whole.exchange_rates);
SELECT create_workspace('w_whole', 'whole', currency => 'EUR');
SELECT create_workspace('w_cut', 'cut', currency => 'EUR');

-- all views of a workspace as text, computed under one session zone and shown under another
CREATE FUNCTION pg_temp.snapshot(workspace name, zone text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v name;
    shown text;
    whole_text text := '';
BEGIN
    FOR v IN EXECUTE format('SELECT m.name FROM %I.workspace_object m JOIN pg_class c ON c.oid = format(''%%I.%%I'', %L, m.name)::regclass '
                            'WHERE c.relkind = ''v'' ORDER BY m.position', workspace, workspace) LOOP
        PERFORM set_config('TimeZone', zone, true);
        EXECUTE format('CREATE TEMPORARY TABLE snapshot AS SELECT * FROM %I.%I', workspace, v);
        PERFORM set_config('TimeZone', 'UTC', true);
        EXECUTE 'SELECT string_agg(row_to_json(t)::text, E''\n'' ORDER BY row_to_json(t)::text COLLATE "C") FROM snapshot t' INTO shown;
        DROP TABLE snapshot;
        whole_text := whole_text || '-- ' || v || E'\n' || COALESCE(shown, '') || E'\n';
    END LOOP;
    RETURN whole_text;
END;
$$;
-- the rows that existed at an instant, by the zone of the workspace
CREATE FUNCTION pg_temp.cut_to(as_of timestamptz, zone text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE cut.orders, cut.refunds, cut.customers, cut.exchange_rates;
    INSERT INTO cut.orders SELECT * FROM whole.orders WHERE ordered_at AT TIME ZONE zone < as_of;
    INSERT INTO cut.refunds SELECT * FROM whole.refunds WHERE refunded_at AT TIME ZONE zone < as_of;
    INSERT INTO cut.customers SELECT * FROM whole.customers WHERE signed_up_at IS NULL OR signed_up_at AT TIME ZONE zone < as_of;
    INSERT INTO cut.exchange_rates SELECT * FROM whole.exchange_rates WHERE valid_on <= (as_of AT TIME ZONE zone)::date;
    ANALYZE cut.orders, cut.refunds, cut.customers, cut.exchange_rates;
END;
$$;
CREATE TEMPORARY TABLE compared (zone text, as_of text, same boolean, length integer);
CREATE FUNCTION pg_temp.compare(zones text[], instants text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    zone text;
    at text;
    a text;
    b text;
BEGIN
    FOREACH zone IN ARRAY zones LOOP
        UPDATE w_whole.settings SET time_zone = zone;
        UPDATE w_cut.settings SET time_zone = zone;
        FOREACH at IN ARRAY instants LOOP
            PERFORM set_config('customer_segments.as_of', at, true);
            PERFORM pg_temp.cut_to(customer_segments.as_of(), zone);
            a := pg_temp.snapshot('w_whole', 'America/Los_Angeles');
            b := pg_temp.snapshot('w_cut', 'Pacific/Auckland');
            INSERT INTO compared VALUES (zone, at, a = b, length(a));
        END LOOP;
    END LOOP;
END;
$$;
SELECT pg_temp.compare(ARRAY['UTC', 'America/New_York', 'Asia/Kathmandu'],
    ARRAY['2022-12-31', '2023-01-02', '2023-03-12 07:30', '2023-09-01 12:00+05:30',
          '2023-12-31 17:15', '2024-03-01']);
SELECT is((SELECT count(*) FROM compared WHERE NOT same), 0::bigint, 'every view at every instant equals that of the rows up to then');
SELECT is((SELECT count(*) FROM compared), 18::bigint, 'six instants in three zones');
SELECT cmp_ok((SELECT max(length) FROM compared), '>', 20000, 'there is something to compare');
SELECT cmp_ok((SELECT count(DISTINCT length) FROM compared), '>', 12::bigint, 'and it differs from instant to instant');

-- plain SQL over the sources, another way round, at one of these instants
SET LOCAL customer_segments.as_of = '2023-09-01 12:00+05:30';
UPDATE w_whole.settings SET time_zone = 'Asia/Kathmandu';
CREATE TEMPORARY TABLE plain AS
WITH o AS (
    SELECT o.order_id, o.customer_id, o.ordered_at AT TIME ZONE 'Asia/Kathmandu' AS at, o.ordered_at::date AS day, o.amount,
           COALESCE((SELECT e.rate FROM whole.exchange_rates e WHERE e.currency = o.currency AND e.valid_on <= o.ordered_at::date
                      ORDER BY e.valid_on DESC LIMIT 1), 1) AS rate
      FROM whole.orders o
     WHERE o.customer_id IS NOT NULL AND o.amount <> 0 AND o.ordered_at AT TIME ZONE 'Asia/Kathmandu' < '2023-09-01 12:00+05:30'),
r AS (
    SELECT o.*, COALESCE((SELECT sum(r.amount) FROM whole.refunds r
                           WHERE r.order_id = o.order_id AND r.amount > 0 AND o.amount > 0
                             AND r.refunded_at AT TIME ZONE 'Asia/Kathmandu' < '2023-09-01 12:00+05:30'), 0) AS back
      FROM o)
SELECT r.customer_id, count(*) FILTER (WHERE r.amount > 0) AS orders_placed, count(*) FILTER (WHERE r.amount > 0 AND r.back < r.amount) AS orders,
       max(r.at) FILTER (WHERE r.amount > 0 AND r.back < r.amount) AS last_order_at,
       min(r.at) FILTER (WHERE r.amount > 0 AND r.back < r.amount) AS first_order_at,
       min(r.day) FILTER (WHERE r.amount > 0 AND r.back < r.amount) AS first_order_on,
       count(DISTINCT r.day) FILTER (WHERE r.amount > 0 AND r.back < r.amount) AS order_days,
       COALESCE(sum(r.amount * r.rate) FILTER (WHERE r.amount > 0), 0) AS revenue,
       COALESCE(sum(r.back * r.rate), 0) - COALESCE(sum(r.amount * r.rate) FILTER (WHERE r.amount < 0), 0) AS refunds
  FROM r GROUP BY r.customer_id;
SELECT results_eq(
    'SELECT customer_id, orders, orders_placed, order_days, first_order_at, last_order_at, first_order_on, revenue, refunds, net_revenue
       FROM w_whole.customer_orders ORDER BY 1',
    'SELECT customer_id, orders, orders_placed, order_days, first_order_at, last_order_at, first_order_on, revenue::numeric(20,4),
            refunds::numeric(20,4), (revenue - refunds)::numeric(20,4) FROM plain ORDER BY 1',
    'customer_orders equals plain SQL: orders that count, days, instants, money at the rates of the order days');
SELECT cmp_ok((SELECT sum(orders_placed - orders) FROM plain), '>', 10::numeric, 'with fully refunded orders among them');
SELECT is((SELECT sum(customer_segments.revenue(history)) FROM w_whole.customer_orders), (SELECT sum(revenue) FROM plain),
          'the total is exact to the last digit');
SELECT is((SELECT sum(amount) FROM w_whole.purchases), (SELECT sum(revenue - refunds) FROM plain), 'so is that of purchases');

-- one row a customer, and nobody lost
SELECT is((SELECT count(*) FROM w_whole.rfm), (SELECT count(*) FROM plain WHERE orders > 0), 'rfm has everybody with an order that counts');
SELECT is((SELECT count(DISTINCT customer_id) FROM w_whole.customer_360), (SELECT count(*) FROM w_whole.customer_360),
          'customer_360 has one row a customer');
SELECT is((SELECT count(*) FROM w_whole.customer_360),
          (SELECT count(*) FROM (SELECT customer_id FROM plain UNION SELECT customer_id FROM cut.customers
                                  WHERE false UNION SELECT customer_id FROM whole.customers
                                  WHERE signed_up_at IS NULL OR signed_up_at AT TIME ZONE 'Asia/Kathmandu' < '2023-09-01 12:00+05:30') k),
          'of everybody who is registered or bought');
SELECT is((SELECT count(*) FROM (SELECT segmentation FROM w_whole.segment_summary GROUP BY segmentation
                                 HAVING sum(customers) <> (SELECT count(*) FROM w_whole.customer_360)
                                     OR sum(net_revenue) <> (SELECT sum(net_revenue) FROM w_whole.customer_orders)) wrong), 0::bigint,
          'every segmentation of segment_summary counts everybody once, and all the money');

-- the retention triangle against plain SQL
SELECT results_eq(
    $$SELECT cohort_month, months_since, customers, active_customers, orders FROM w_whole.cohort_retention WHERE active_customers > 0 ORDER BY 1, 2$$,
    $$WITH o AS (
          SELECT o.customer_id, date_trunc('month', o.ordered_at) AS month,
                 min(date_trunc('month', o.ordered_at)) OVER (PARTITION BY o.customer_id) AS cohort
            FROM whole.orders o
           WHERE o.customer_id IS NOT NULL AND o.amount > 0 AND o.ordered_at AT TIME ZONE 'Asia/Kathmandu' < '2023-09-01 12:00+05:30'
             AND COALESCE((SELECT sum(r.amount) FROM whole.refunds r WHERE r.order_id = o.order_id AND r.amount > 0
                              AND r.refunded_at AT TIME ZONE 'Asia/Kathmandu' < '2023-09-01 12:00+05:30'), 0) < o.amount)
      SELECT cohort::date, (extract(year FROM age(month, cohort)) * 12 + extract(month FROM age(month, cohort)))::integer,
             (SELECT count(DISTINCT i.customer_id) FROM o i WHERE i.cohort = o.cohort), count(DISTINCT customer_id), count(*)
        FROM o GROUP BY o.cohort, o.month ORDER BY 1, 2$$,
    'cohort_retention equals plain SQL');
SELECT cmp_ok(abs((SELECT sum(net_revenue) FROM w_whole.cohort_retention)
                  - (SELECT sum(customer_segments.net_revenue(history)) FROM w_whole.customer_orders WHERE orders > 0)), '<', 0.01,
              'its money is that of its customers, but for the rounding of a row');
SELECT is((SELECT count(*) FROM w_whole.cohort_retention c WHERE months_since = 0 AND (retention <> 1 OR active_customers <> customers)),
          0::bigint, 'everybody is there in month 0');

-- customer_360 costs what is asked of it
CREATE SCHEMA with_events
    CREATE TABLE orders (customer_id bigint, ordered_at timestamptz, amount numeric)
    CREATE TABLE events (customer_id bigint, event_type text, occurred_at timestamptz);
SELECT create_workspace('w_events', 'with_events');
CREATE FUNCTION pg_temp.plan(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    lines text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
        lines := lines || line || E'\n';
    END LOOP;
    RETURN lines;
END $$;
-- each column of customer_360 is the one of its view that customer_column says, or what that says for who is not in the view
INSERT INTO with_events.orders SELECT i % 40, timestamptz '2023-01-01Z' + i * interval '17 hours', 5 + i % 70 FROM generate_series(1, 300) AS i WHERE i % 40 < 30;
INSERT INTO with_events.events SELECT i % 40, (ARRAY['Email Opened', 'Email Link Clicked', 'Product Viewed', 'Product Added', 'Email Delivered', 'Checkout Started', 'Product Reviewed'])[1 + i % 7],
       timestamptz '2023-08-30Z' - (i * i % 3000) * interval '1 hour' FROM generate_series(1, 900) AS i WHERE i % 40 > 5;
CREATE FUNCTION pg_temp.wrong_columns() RETURNS SETOF text LANGUAGE plpgsql SET customer_segments.as_of = '2023-09-01' AS $$
DECLARE
    c record;
    wrong bigint;
BEGIN
    CREATE TEMPORARY TABLE whole_row ON COMMIT DROP AS SELECT * FROM w_events.customer_360;
    FOR c IN SELECT * FROM w_events.customer_column ORDER BY position LOOP
        EXECUTE format('SELECT count(*) FROM whole_row k LEFT JOIN w_events.%I v ON v.customer_id = k.customer_id WHERE k.%I IS DISTINCT FROM COALESCE(v.%I, %L)',
                       c.view, c.name, c.source_column, c.when_absent) INTO wrong;
        IF wrong > 0 THEN
            RETURN NEXT c.name;
        END IF;
    END LOOP;
    RETURN NEXT (SELECT count(*) || ' ' || count(DISTINCT engagement) || ' ' || count(DISTINCT behavior) || ' ' || count(DISTINCT rfm) FROM whole_row);
END $$;
SELECT results_eq('SELECT pg_temp.wrong_columns()', $$VALUES ('30 2 2 5')$$, 'customer_360 has the columns of its views');
SELECT unalike(pg_temp.plan('SELECT customer_id, rfm FROM w_whole.customer_360'), '%clv_models%', 'views of which no column is wanted are left out');
SELECT alike(pg_temp.plan('SELECT customer_id, rfm FROM w_whole.customer_360'), '%rfm_rule%', 'those of which one is wanted are not');
SELECT alike(pg_temp.plan('SELECT customer_id, value_tier FROM w_whole.customer_360'), '%clv_models%', 'nor is the other when it is wanted');
SELECT unalike(pg_temp.plan('SELECT * FROM w_whole.customer_360'), '%engagement_weight%', 'nor does a view cost anything whose sources the shop does not have');
SELECT results_eq('SELECT DISTINCT engagement, engagement_rank, engagement_score, newly_engaged, cart, nps FROM w_whole.customer_360',
    $$VALUES ('unknown', 5, NULL::double precision, false, 'none', 'unknown')$$, 'its columns say that nothing is known');
SELECT results_eq($$SELECT a.attname::text, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a WHERE a.attrelid = 'w_whole.engagement'::regclass AND a.attnum > 0 ORDER BY a.attnum$$,
    $$SELECT a.attname::text, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a WHERE a.attrelid = 'w_events.engagement'::regclass AND a.attnum > 0 ORDER BY a.attnum$$,
    'and it has the columns that it has in other shops');
SELECT * FROM finish();
ROLLBACK;
