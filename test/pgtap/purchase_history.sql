-- purchase_history against plain SQL: totals, exactness, order of rows and plans, questions of the past, time zones, and a real shop's log.
BEGIN;
SET search_path = customer_segments, public;
SELECT no_plan();

-- 8,000 rows of 200 customers, three years around the changes of the clocks; one row in ten is a refund, one order in twelve became void
SELECT setseed(0.42) \g /dev/null
CREATE TABLE shop AS
SELECT i AS id, (random() * random() * 200)::int AS customer_id, at, at AT TIME ZONE 'Europe/Berlin' AS local_at, (at AT TIME ZONE 'Europe/Berlin')::date AS local_on,
       amount, CASE WHEN amount >= 0 AND random() < 0.08 THEN at + random() * interval '60 days' END AS voided_at
  FROM (SELECT i, timestamptz '2021-06-01 00:00Z' + random() * interval '1000 days' AS at,
               CASE WHEN random() < 0.1 THEN -1 WHEN random() < 0.01 THEN 0 ELSE 1 END * round((random() ^ 3 * 500)::numeric, 2) AS amount
          FROM generate_series(1, 8000) i) r;
ANALYZE shop;

-- rows of ours that differ from what max, count and sum say
CREATE FUNCTION pg_temp.wrong(moment text, money text, unit numeric, zone text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
    EXECUTE format($q$
        SELECT count(*) FROM
            (SELECT customer_id, purchase_history_agg(%1$s, %2$s, %4$L) AS h FROM shop GROUP BY 1) ours
            FULL JOIN
            (SELECT customer_id, count(*) FILTER (WHERE amount >= 0) AS orders, count(DISTINCT (%5$s AT TIME ZONE %4$L)::date) FILTER (WHERE amount >= 0) AS days,
                    coalesce(sum(amount) FILTER (WHERE amount >= 0), 0) * %3$s AS paid, coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) * %3$s AS back,
                    sum(amount) * %3$s AS net, (sum(amount) * %3$s / nullif(count(*) FILTER (WHERE amount >= 0), 0)) AS average,
                    min(%5$s) FILTER (WHERE amount >= 0) AS first_at, max(%5$s) FILTER (WHERE amount >= 0) AS last_at
               FROM shop GROUP BY 1) plain USING (customer_id)
         WHERE (order_count(h), orders_placed(h), order_days(h), revenue(h), refunds(h), net_revenue(h), round(average_order_value(h), 9), first_order_at(h), last_order_at(h),
                first_order_on(h), last_order_on(h))
               IS DISTINCT FROM
               (orders, orders, days, paid, back, net, round(average, 9), first_at, last_at, (first_at AT TIME ZONE %4$L)::date, (last_at AT TIME ZONE %4$L)::date)$q$,
        moment, money, unit, zone,
        CASE moment WHEN 'at' THEN 'at' WHEN 'local_at' THEN format('local_at AT TIME ZONE %L', zone) ELSE format('local_on::timestamp AT TIME ZONE %L', zone) END) INTO n;
    RETURN n;
END $$;
SELECT is(pg_temp.wrong(moment, money, unit, zone), 0::bigint, format('%s, %s, %s: every total of every customer', moment, money, zone))
  FROM unnest(ARRAY['at', 'local_at', 'local_on']) moment, (VALUES ('amount', 1), ('(amount * 100)::bigint', 100), ('amount::double precision', 1)) m(money, unit),
       unnest(ARRAY['UTC', 'Europe/Berlin']) zone;
SELECT is((SELECT count(*) FROM (SELECT purchase_history_agg(at, amount) AS a, purchase_history_agg(at, amount, 'UTC') AS b,
                                        purchase_history_agg(at, amount, 'UTC', NULL) AS c FROM shop GROUP BY customer_id) s WHERE a <> b OR a <> c), 0::bigint,
          'no zone is UTC, no voided_at is none');
SELECT is((SELECT revenue(purchase_history_agg(at, amount::double precision)) FROM shop WHERE amount >= 0), (SELECT sum(amount) FROM shop WHERE amount >= 0),
          'doubles are read as the decimals they were written as');

-- exact at every scale, and in how it is shown
CREATE TABLE money AS SELECT scale, at, round(abs(amount) / 7, scale) AS amount FROM generate_series(0, 20) scale, (SELECT * FROM shop ORDER BY id LIMIT 500) s;
SELECT is(revenue(purchase_history_agg(at, amount))::text, sum(amount)::text, format('exact at scale %s', scale)) FROM money GROUP BY scale ORDER BY scale;
SELECT is(revenue(purchase_history_agg(at, amount))::text, sum(amount)::text, 'exact with all of them mixed') FROM money;
SELECT is(revenue(rollup(h))::text, (SELECT sum(amount)::text FROM money), 'exact when histories of all scales are merged')
  FROM (SELECT purchase_history_agg(at, amount) AS h FROM money GROUP BY scale) s;

-- the same bytes in any order, from any parts, by any plan
CREATE TABLE sorted AS SELECT customer_id, purchase_history_send(purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at ORDER BY at)) AS bytes FROM shop GROUP BY 1;
CREATE FUNCTION pg_temp.differing(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM sorted FULL JOIN (%s) other USING (customer_id) WHERE sorted.bytes IS DISTINCT FROM purchase_history_send(other.h)', query) INTO n;
    RETURN n;
END $$;
SELECT is(pg_temp.differing(query), 0::bigint, name) FROM (VALUES
    ('as it comes', $$SELECT customer_id, purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at) AS h FROM shop GROUP BY 1$$),
    ('backwards', $$SELECT customer_id, purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at ORDER BY at DESC) AS h FROM shop GROUP BY 1$$),
    ('shuffled', $$SELECT customer_id, purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at ORDER BY md5(id::text)) AS h FROM shop GROUP BY 1$$),
    ('rolled up from months', $$SELECT customer_id, rollup(h) AS h FROM
        (SELECT customer_id, purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at) AS h FROM shop GROUP BY 1, date_trunc('month', at)) m GROUP BY 1$$),
    ('rolled up from random parts, one row each some of them', $$SELECT customer_id, rollup(h) AS h FROM
        (SELECT customer_id, purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at) AS h FROM shop GROUP BY 1, CASE WHEN id % 3 = 0 THEN id ELSE id % 5 END) m GROUP BY 1$$),
    ('rolled up from texts, as shards may send them', $$SELECT customer_id, rollup(h::text::purchase_history) AS h FROM
        (SELECT customer_id, purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at) AS h FROM shop GROUP BY 1, id % 7) m GROUP BY 1$$),
    ('a || b', $$SELECT customer_id, a || b AS h FROM (SELECT customer_id, purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at) FILTER (WHERE id % 2 = 0) AS a,
        purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at) FILTER (WHERE id % 2 = 1) AS b FROM shop GROUP BY 1) p WHERE a IS NOT NULL AND b IS NOT NULL
        UNION ALL SELECT customer_id, purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at) FROM shop GROUP BY 1 HAVING count(DISTINCT id % 2) = 1$$),
    ('as a window', $$SELECT DISTINCT ON (customer_id) customer_id, purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at) OVER (PARTITION BY customer_id) AS h FROM shop$$)
    ) v(name, query);
SET LOCAL enable_hashagg = off;
SELECT is(pg_temp.differing($$SELECT customer_id, purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at) AS h FROM shop GROUP BY 1$$), 0::bigint, 'sorted groups');
SET LOCAL enable_hashagg = on;

-- parallel, with and without the leader
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 3;
CREATE FUNCTION pg_temp.plan(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; all_lines text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN ' || query LOOP all_lines := all_lines || line || E'\n'; END LOOP;
    RETURN all_lines;
END $$;
ALTER TABLE shop SET (parallel_workers = 3);
SELECT matches(pg_temp.plan($$SELECT customer_id, purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at) AS h FROM shop GROUP BY 1$$), 'Partial (Hash|Group)?Aggregate',
               'partial aggregation');
CREATE FUNCTION pg_temp.parallel(leader boolean) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('parallel_leader_participation', leader::text, true);
    RETURN NEXT is(pg_temp.differing($q$SELECT customer_id, purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at) AS h FROM shop GROUP BY 1$q$), 0::bigint,
                   format('parallel, leader takes part: %s', leader));
    CREATE TABLE once AS SELECT purchase_history_agg(at, amount) AS h, purchase_history_agg(at, amount) FILTER (WHERE id = 4711) AS one,
                                purchase_history_agg(at, amount) FILTER (WHERE id < 0) AS none FROM shop;
    SET LOCAL max_parallel_workers_per_gather = 0;
    RETURN NEXT is((SELECT h::text FROM once), (SELECT purchase_history_agg(at, amount)::text FROM shop), format('one history of all, leader takes part: %s', leader));
    RETURN NEXT is((SELECT one::text FROM once), (SELECT purchase_history_agg(at, amount)::text FROM shop WHERE id = 4711), 'of one row, which only one worker met');
    RETURN NEXT is((SELECT none FROM once), NULL, 'of no row');
    SET LOCAL max_parallel_workers_per_gather = 3;
    DROP TABLE once;
END $$;
SELECT pg_temp.parallel(true);
SELECT pg_temp.parallel(false);
CREATE TABLE months AS SELECT customer_id, purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at) AS h FROM shop GROUP BY customer_id, date_trunc('month', at);
ALTER TABLE months SET (parallel_workers = 3);
ANALYZE months;
SELECT matches(pg_temp.plan('SELECT rollup(h) FROM months'), 'Partial Aggregate', 'rollup in parallel');
SELECT is(pg_temp.differing('SELECT customer_id, rollup(h) AS h FROM months GROUP BY 1'), 0::bigint, 'gives the same bytes');

-- parts of a partitioned table
CREATE TABLE parts (LIKE shop) PARTITION BY HASH (id);
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO parts SELECT * FROM shop;
ANALYZE parts;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL enable_partitionwise_aggregate = on;
SELECT matches(pg_temp.plan($$SELECT customer_id, purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at) AS h FROM parts GROUP BY 1$$), 'Partial (Hash|Group)?Aggregate',
               'partial aggregation by partition');
SELECT is(pg_temp.differing($$SELECT customer_id, purchase_history_agg(at, amount, 'Asia/Tokyo', voided_at) AS h FROM parts GROUP BY 1$$), 0::bigint, 'gives the same bytes');

-- windows: growing frames go on with a state that was finished before, moving ones begin anew; a stranger's aggregate has no final function
CREATE AGGREGATE pg_temp.state_of(timestamptz, numeric) (SFUNC = purchase_history_add, STYPE = purchase_history);
CREATE TABLE few AS SELECT * FROM shop WHERE customer_id IN (3, 5) ORDER BY id;
SELECT is((SELECT count(*) FROM (
              SELECT id, customer_id, at, purchase_history_agg(at, amount) OVER growing AS grown, pg_temp.state_of(at, amount) OVER growing AS state,
                     purchase_history_agg(at, amount) OVER moving AS moved, rollup(one) OVER growing AS rolled
                FROM (SELECT *, (SELECT purchase_history_agg(v.at, v.amount) FROM (VALUES (f.at, f.amount)) v(at, amount)) AS one FROM few f) f
              WINDOW growing AS (PARTITION BY customer_id ORDER BY at, id ROWS UNBOUNDED PRECEDING), moving AS (PARTITION BY customer_id ORDER BY at, id ROWS 7 PRECEDING)) w,
              LATERAL (SELECT purchase_history_agg(at, amount) AS whole, purchase_history_agg(at, amount) FILTER (WHERE n <= 8) AS last_eight
                         FROM (SELECT at, amount, row_number() OVER (ORDER BY at DESC, id DESC) AS n FROM few p
                                WHERE p.customer_id = w.customer_id AND (p.at, p.id) <= (w.at, w.id)) p) p
            WHERE grown <> whole OR state <> whole OR rolled <> whole OR moved <> last_eight), 0::bigint, 'as window aggregates');

-- as of a day: what the rows up to then say, with the voids up to then
CREATE TABLE history AS SELECT customer_id, purchase_history_agg(at, amount, 'America/New_York', voided_at) AS h FROM shop GROUP BY 1;
CREATE FUNCTION pg_temp.then(day date) RETURNS TABLE (customer_id int, h purchase_history) LANGUAGE sql AS $$
    SELECT customer_id, purchase_history_agg(at, amount, 'America/New_York', CASE WHEN (voided_at AT TIME ZONE 'America/New_York')::date <= day THEN voided_at END)
      FROM shop WHERE (at AT TIME ZONE 'America/New_York')::date <= day GROUP BY 1 $$;
SELECT is((SELECT count(*) FROM history now LEFT JOIN pg_temp.then(d) was USING (customer_id)
            WHERE (order_count(now.h, d), orders_placed(now.h, d), order_days(now.h, d), revenue(now.h, d), refunds(now.h, d), net_revenue(now.h, d))
                  IS DISTINCT FROM (coalesce(order_count(was.h), 0), coalesce(orders_placed(was.h), 0), coalesce(order_days(was.h), 0),
                                    coalesce(revenue(was.h), 0), coalesce(refunds(was.h), 0), coalesce(net_revenue(was.h), 0))
               OR (average_order_value(now.h, d), first_order_on(now.h, d), last_order_on(now.h, d), btyd_summary(now.h, d, 'day'))
                  IS DISTINCT FROM (average_order_value(was.h), first_order_on(was.h), last_order_on(was.h), btyd_summary(was.h, d, 'day'))
               OR order_gaps(now.h, d) <> coalesce(order_gaps(was.h), '{}')
               OR (SELECT array_agg(x ORDER BY x) FROM purchase_days(now.h, d) x) IS DISTINCT FROM (SELECT array_agg(x ORDER BY x) FROM unnest(was.h) x)),
          0::bigint, format('as of %s', d))
  FROM unnest('{2021-05-30,2021-06-01,2021-10-31,2022-03-27,2023-01-01,2024-02-26,2024-06-01}'::date[]) d;
SELECT ok(bool_and(order_count(h, 'infinity') = order_count(h) AND refunds(h, '-infinity', 'infinity') = refunds(h)), 'for ever and ever is the whole') FROM history;
-- instants: exact of the first and last day, midnight UTC in between, never the last before the first
SELECT ok(bool_and(first_order_at(h, d) <= last_order_at(h, d) AND abs(extract(epoch FROM last_order_at(h, d) - last_order_on(h, d)::timestamp AT TIME ZONE 'UTC')) < 2 * 86400),
          'instants as of any day') FROM history, unnest('{2021-07-01,2022-03-27,2023-01-01}'::date[]) d;

-- half-open ranges add up
SELECT is((SELECT count(*) FROM history WHERE (revenue(h), refunds(h), orders_placed(h)::numeric) IS DISTINCT FROM
              (SELECT (sum(revenue(h, m, (m + interval '1 month')::date)), sum(refunds(h, m, (m + interval '1 month')::date)), sum(orders_placed(h, m, (m + interval '1 month')::date)))
                 FROM (SELECT generate_series(timestamp '2021-05-01', '2024-04-01', '1 month')::date AS m) months)), 0::bigint, 'months add up to the whole');
SELECT is((SELECT count(*) FROM history, LATERAL (SELECT date '2022-02-01' AS f, date '2022-05-01' AS t) r
            WHERE (orders_placed(h, f, t), order_count(h, f, t), revenue(h, f, t), refunds(h, f, t)) IS DISTINCT FROM
                  (SELECT (count(*) FILTER (WHERE amount >= 0), count(*) FILTER (WHERE amount >= 0 AND (voided_on >= t) IS NOT FALSE),
                           coalesce(sum(amount) FILTER (WHERE amount >= 0), 0), coalesce(-sum(amount) FILTER (WHERE amount < 0), 0))
                     FROM (SELECT *, (at AT TIME ZONE 'America/New_York')::date AS day, (voided_at AT TIME ZONE 'America/New_York')::date AS voided_on FROM shop) s
                    WHERE s.customer_id = history.customer_id AND day >= f AND day < t)), 0::bigint, 'a quarter, as known at its end');

-- days and gaps
SELECT is((SELECT count(*) FROM (SELECT customer_id, d.day, d.orders_placed, d.revenue, d.refunds FROM history, unnest(h) d) ours FULL JOIN
              (SELECT customer_id, (at AT TIME ZONE 'America/New_York')::date AS day, count(*) FILTER (WHERE amount >= 0) AS orders_placed,
                      coalesce(sum(amount) FILTER (WHERE amount >= 0), 0) AS revenue, coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS refunds
                 FROM shop GROUP BY 1, 2) plain USING (customer_id, day, orders_placed, revenue, refunds)
            WHERE ours IS NULL OR plain IS NULL), 0::bigint, 'unnest gives the days');
SELECT is((SELECT count(*) FROM history, LATERAL (SELECT array_agg(day - before ORDER BY day) FILTER (WHERE before IS NOT NULL) AS gaps FROM
              (SELECT day, lag(day) OVER (ORDER BY day) AS before FROM unnest(h) WHERE orders > 0) d) g WHERE order_gaps(h) <> coalesce(gaps, '{}')), 0::bigint, 'gaps between order days');

-- frequency, recency, T and mean spend
SELECT is((SELECT count(*) FROM (SELECT customer_id, (btyd_summary(h, '2023-06-30', unit)).* FROM history) ours FULL JOIN
              (SELECT customer_id, count(*) - 1 AS frequency, (max(day) - min(day)) / days AS recency, (date '2023-06-30' - min(day)) / days AS t,
                      coalesce(sum(revenue) FILTER (WHERE day > first_day) / nullif(count(*) - 1, 0), 0)::double precision AS monetary_value
                 FROM (SELECT customer_id, day, sum(amount) AS revenue, min(day) OVER (PARTITION BY customer_id) AS first_day
                         FROM (SELECT *, (at AT TIME ZONE 'America/New_York')::date AS day, (voided_at AT TIME ZONE 'America/New_York')::date AS voided_on FROM shop) s
                        WHERE amount >= 0 AND day <= '2023-06-30' GROUP BY 1, 2 HAVING NOT bool_and((voided_on <= '2023-06-30') IS TRUE)) d
                GROUP BY customer_id) plain USING (customer_id)
            WHERE ours.frequency IS DISTINCT FROM plain.frequency OR abs(ours.recency - plain.recency) > 1e-9 OR abs(ours.t - plain.t) > 1e-9
               OR abs(ours.monetary_value - plain.monetary_value) > 1e-9), 0::bigint, format('btyd_summary in units of one %s', unit))
  FROM (VALUES ('day', 1.0::double precision), ('week', 7), ('month', 30.436875), ('year', 365.2425), ('hour', 1 / 24.0), ('second', 1 / 86400.0)) u(unit, days);

-- time zones: local days over 150 years, in random order, a microsecond around every change of the clocks
CREATE TABLE moments AS SELECT z.name AS zone, at FROM (VALUES ('America/New_York'), ('Europe/London'), ('Australia/Lord_Howe'), ('Asia/Kathmandu'), ('America/Sao_Paulo'),
    ('Pacific/Apia'), ('Africa/Casablanca'), ('Asia/Manila'), ('UTC'), ('Etc/GMT+12'), ('Pacific/Kiritimati'), ('EST5EDT')) z(name),
    LATERAL (SELECT timestamptz '1901-01-01Z' + random() * interval '150 years' AS at FROM generate_series(1, 300)
             UNION ALL SELECT hour + d * interval '1 microsecond' FROM generate_series(timestamptz '1995-01-01Z', '1999-12-31Z', '1 hour') hour, unnest('{-1,0,1}'::int[]) d
              WHERE hour AT TIME ZONE z.name - (hour - interval '1 hour') AT TIME ZONE z.name <> interval '1 hour') m;
SELECT is((SELECT count(*) FROM
              (SELECT zone, d.day, d.orders FROM (SELECT zone, purchase_history_agg(at, 1::bigint, zone ORDER BY md5(at::text)) AS h FROM moments GROUP BY 1) h, unnest(h) d) ours FULL JOIN
              (SELECT zone, (at AT TIME ZONE zone)::date AS day, count(*) AS orders FROM moments GROUP BY 1, 2) plain USING (zone, day, orders)
            WHERE ours IS NULL OR plain IS NULL), 0::bigint, 'local days of instants in twelve zones');
SELECT is((SELECT purchase_history_agg(at, 1::bigint, zone)::text FROM moments), (SELECT rollup(h)::text FROM (SELECT purchase_history_agg(at, 1::bigint, zone) AS h FROM moments GROUP BY zone) s),
          'a zone of its own for each row');
-- local times to instants: skipped, doubled, plain
CREATE TABLE locals AS SELECT zone, hour + d * interval '10 minutes' AS local FROM (SELECT DISTINCT zone FROM moments) z,
    generate_series(timestamp '1998-01-01', '1999-12-31', '7 hours') hour, unnest('{0,1}'::int[]) d
    UNION ALL SELECT zone, date_trunc('hour', at AT TIME ZONE zone) + d * interval '15 minutes' FROM moments, generate_series(-8, 8) d WHERE at BETWEEN '1995-01-01Z' AND '1999-12-31Z';
SELECT is((SELECT count(*) FROM (SELECT zone, min(local) AS local, purchase_history_agg(local, 1::bigint, zone) AS h FROM locals GROUP BY zone, local) l
            WHERE first_order_at(h) <> local AT TIME ZONE zone OR first_order_on(h) <> local::date), 0::bigint, 'instants of local times as AT TIME ZONE has them');
SELECT is((SELECT count(*) FROM (SELECT zone, local, first_order_at(purchase_history_agg(local, 1::bigint, zone) OVER (PARTITION BY zone ORDER BY local DESC ROWS CURRENT ROW)) AS at FROM locals) l
            WHERE at <> local AT TIME ZONE zone), 0::bigint, 'the same when stretches are remembered');

-- a real shop's log, where it is present
\set cdnow `cat "${CSEG_DATA:-../shared/data}/cdnow_orders.csv" 2>/dev/null`
SELECT :'cdnow' <> '' AS present \gset
\if :present
CREATE TABLE cdnow AS SELECT c[1]::int AS customer_id, c[2]::date AS ordered_on, c[4]::numeric(10, 2) AS amount
  FROM (SELECT string_to_array(line, ',') AS c FROM regexp_split_to_table(:'cdnow', E'\n') WITH ORDINALITY l(line, n) WHERE n > 1 AND line <> '') l;
CREATE TABLE cdnow_history AS SELECT customer_id, purchase_history_agg(ordered_on, amount) AS h FROM cdnow GROUP BY 1;
SELECT is((SELECT count(*) FROM cdnow_history), 2357::bigint, 'CDNOW: 2,357 customers');
SELECT is((SELECT sum(order_count(h)) FROM cdnow_history), 6919::numeric, 'CDNOW: 6,919 orders');
SELECT is((SELECT sum(revenue(h)) FROM cdnow_history), (SELECT sum(amount) FROM cdnow), 'CDNOW: revenue to the cent');
SELECT is((SELECT purchase_history_send(rollup(h)) FROM cdnow_history), (SELECT purchase_history_send(purchase_history_agg(ordered_on, amount ORDER BY amount)) FROM cdnow),
          'CDNOW: histories of all customers roll up to the history of the shop');
SELECT is((SELECT count(*) FROM (SELECT customer_id, (btyd_summary(h, '1997-09-30')).* FROM cdnow_history) ours FULL JOIN
              (SELECT customer_id, count(*) - 1 AS frequency, (max(day) - first_day) / 7.0 AS recency, (date '1997-09-30' - first_day) / 7.0 AS t,
                      coalesce(avg(spent) FILTER (WHERE day > first_day), 0) AS monetary_value
                 FROM (SELECT customer_id, ordered_on AS day, sum(amount) AS spent, min(ordered_on) OVER (PARTITION BY customer_id) AS first_day
                         FROM cdnow WHERE ordered_on <= '1997-09-30' GROUP BY 1, 2) d GROUP BY customer_id, first_day) plain USING (customer_id)
            WHERE ours.frequency IS DISTINCT FROM plain.frequency OR abs(ours.recency - plain.recency) > 1e-12 OR abs(ours.t - plain.t) > 1e-12
               OR abs(ours.monetary_value - plain.monetary_value) > 1e-9), 0::bigint, 'CDNOW: frequency, recency, T and mean spend of every customer at 1997-09-30');
SELECT is((SELECT count(*) FROM cdnow_history WHERE pg_column_size(h) > 40 + 8 * (SELECT count(*) FROM unnest(h))), 0::bigint, 'CDNOW: at most 40 bytes and 8 a day');
SELECT diag(format('CDNOW: %s bytes a history on average, %s for one day, %s bytes a day beyond the header at most',
                   round(avg(pg_column_size(h)), 1), max(pg_column_size(h)) FILTER (WHERE days = 1), round(max((pg_column_size(h) - 24.0) / days), 2)))
  FROM (SELECT h, (SELECT count(*) FROM unnest(h)) AS days FROM cdnow_history) s;
\else
SELECT skip('no cdnow_orders.csv: the checks against a real log were left out', 6);
\endif
SELECT is((SELECT count(*) FROM (SELECT purchase_history_agg(at, abs(amount)) AS h FROM shop GROUP BY customer_id) s WHERE pg_column_size(h) > 40 + 8 * order_days(h)), 0::bigint,
          'generated orders: at most 40 bytes and 8 a day');

SELECT * FROM finish();
ROLLBACK;
