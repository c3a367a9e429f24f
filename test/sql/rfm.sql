-- RFM: what one sees, and every error once.  Numbers are in test/pgtap.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET search_path = public, customer_segments;

CREATE TABLE shop (customer int, last_order_at timestamptz, orders bigint, revenue numeric);
INSERT INTO shop VALUES
    (1, '2024-01-05', 1, 10.00), (2, '2024-02-07', 1, 25.50), (3, '2024-03-11', 2, 40), (4, '2024-05-19', 3, 99.90),
    (5, '2024-06-01', 7, 310.0), (6, NULL, 0, NULL), (7, '2024-06-02', 1, 15.00);

SELECT customer, rfm_score(last_order_at, orders, revenue) OVER () AS cell,
       rfm_segment(rfm_score(last_order_at, orders, revenue) OVER ()) AS segment
FROM shop ORDER BY customer;
SELECT customer, (rfm_score(last_order_at, orders, revenue, method => 'midrank', bins => 3) OVER ()).*
FROM shop ORDER BY customer;

-- cut points, shown, stored and used for one customer
SELECT (rfm_breaks(last_order_at, orders, revenue, 5, 'rank')).* FROM shop;
SELECT (rfm_breaks(last_order_at, orders, revenue, 4, 'quantile')).* FROM shop;
SELECT (rfm_breaks(last_order_at, orders, revenue, 2, 'nested')).* FROM shop;
CREATE TABLE pinned AS SELECT rfm_breaks(last_order_at, orders, revenue, 5, 'quantile') AS breaks FROM shop;
SELECT rfm_score(timestamptz '2024-04-01', 2, 99.90, breaks) FROM pinned;
SELECT rfm_score(date '2024-04-01', 2, 99.90::float8, breaks), rfm_score(timestamp '2024-04-01', 2, 100, breaks) FROM pinned;
SELECT rfm_score(timestamptz '2024-04-01', 0, 0, breaks), rfm_score(NULL, 2, 99.90, breaks), rfm_score(date '2024-04-01', 2, NULL, breaks),
       rfm_score(timestamptz '2024-04-01', 2, 99.90, NULL::rfm_breaks) FROM pinned;
SELECT rfm_breaks('{2024-01-01, 2024-04-01}', '{2, 6}', '{50, 200}');
SELECT rfm_breaks('2024-12-31', '{365, 180, 90, 30}', '{2, 3, 4, 6}', '{20, 50, 100, 200}');

-- names
SELECT * FROM rfm_preset();
SELECT * FROM rfm_preset('email_0_3');
SELECT * FROM rfm_preset('email_1_3');
SELECT r, string_agg(segment, ' ' ORDER BY f, m) FROM rfm_grid(2) GROUP BY r ORDER BY r;

-- bad arguments
SELECT rfm_score(last_order_at, orders, revenue, 1) OVER () FROM shop;
SELECT rfm_score(last_order_at, orders, revenue, 101) OVER () FROM shop;
SELECT rfm_score(last_order_at, orders, revenue, bins => NULL) OVER () FROM shop;
SELECT rfm_score(last_order_at, orders, revenue, 5, 'median') OVER () FROM shop;
SELECT rfm_score(last_order_at, orders, revenue, 5, NULL) OVER () FROM shop;
SELECT rfm_score(last_order_at, orders, revenue, 5, 'fixed') OVER () FROM shop;
SELECT rfm_score(last_order_at, orders, 'NaN'::numeric) OVER () FROM shop;
SELECT rfm_score(last_order_at, orders, '-infinity'::numeric) OVER () FROM shop;
SELECT rfm_score(last_order_at, orders, 'NaN'::float8) OVER () FROM shop;
SELECT rfm_score(last_order_at, orders, 'infinity'::float8) OVER () FROM shop;
SELECT rfm_score(last_order_at, orders, 1e39) OVER () FROM shop;
SELECT rfm_score(last_order_at, orders, CASE WHEN orders > 1 THEN revenue * 1e30 ELSE 1e-12 END) OVER () FROM shop;
SELECT rfm_breaks(last_order_at, orders, CASE WHEN orders > 1 THEN 1e30 ELSE 1e-12 END, 5, 'rank') FROM shop;
SELECT rfm_score('infinity'::timestamptz, orders, revenue) OVER () FROM shop;
SELECT rfm_score('-infinity'::date, orders, revenue) OVER () FROM shop;
SELECT rfm_score(last_order_at, -3, revenue) OVER () FROM shop;
SELECT rfm_score(last_order_at, orders, revenue) FROM shop;
SELECT rfm_breaks(last_order_at, orders, revenue, 1, 'rank') FROM shop;
SELECT rfm_breaks(last_order_at, orders, revenue, 5, 'median') FROM shop;
SELECT rfm_breaks(last_order_at, orders, revenue, 5, 'ntile') FROM shop;
SELECT rfm_breaks(last_order_at, orders, revenue, 5, 'fixed') FROM shop;
SELECT rfm_breaks(last_order_at, orders, revenue, 11, 'nested') FROM shop;
SELECT rfm_breaks(last_order_at, orders, revenue, customer + 1, 'rank') FROM shop;
SELECT rfm_breaks(last_order_at, orders, revenue, 5, NULL) FROM shop;
SELECT rfm_breaks('5874897-12-31'::date, orders, revenue, 5, 'rank') FROM shop;
SELECT rfm_breaks('{2024-01-01, 2024-04-01}', '{2, 6}', '{50}');
SELECT rfm_breaks('{2024-04-01, 2024-01-01}', '{2, 6}', '{50, 200}');
SELECT rfm_breaks('{2024-01-01, 2024-04-01}', '{NULL, 6}', '{50, 200}');
SELECT rfm_breaks('{2024-01-01, 2024-04-01}', '{2, 6}', '{50, NaN}');
SELECT rfm_breaks('{}', '{}', '{}');
SELECT rfm_score(date '2024-04-01', 2, 9.99, ROW('rank', 5, NULL, NULL, NULL, NULL)::rfm_breaks);
SELECT rfm_score(date '2024-04-01', 2, 9.99, ROW('ntile', 2, NULL, '{2024-01-01}', '{2}', '{3}')::rfm_breaks);
SELECT rfm_score(date '2024-04-01', 2, 9.99, ROW('nested', 2, NULL, '{2024-01-01}', '{2}', '{3}')::rfm_breaks);
SELECT rfm_segment(6, 1, 1);
SELECT rfm_segment(0, 0, 4, 'email_0_3');
SELECT rfm_segment(1, 1, 1, 'mine');
SELECT rfm_segment(1, 1, 1, NULL);
SELECT rfm_segment(ROW(6, 1, 1)::rfm_cell);
SELECT * FROM rfm_grid(1);
SELECT * FROM rfm_preset('mine');
SELECT * FROM check_rfm_rules('nowhere');
SELECT * FROM check_rfm_rules('shop');
CREATE TABLE rules AS SELECT * FROM rfm_preset();
UPDATE rules SET segment = NULL WHERE "position" = 3;
SELECT * FROM check_rfm_rules('rules');
SELECT * FROM check_rfm_rules('rules', 1);

-- support functions are of no use by themselves
SELECT rfm_breaks_step(NULL, date '2024-01-01', 1, 1.0, 5, 'rank');
SELECT rfm_breaks_combine('\x00', '\x00');
SELECT rfm_breaks_final('\x00');
CREATE AGGREGATE forged(bytea) (SFUNC = rfm_breaks_combine, STYPE = bytea, FINALFUNC = rfm_breaks_final);
SELECT forged(state) FROM (VALUES ('\x01'::bytea), (decode('01' || repeat('ff', 63), 'hex'))) AS v (state);
SELECT forged(decode('01' || repeat('00', 99), 'hex'));
-- nor in a stranger's aggregate of other types, whose values are no times and no amounts
CREATE AGGREGATE forged(timestamptz, bigint, integer, integer, text) (SFUNC = rfm_breaks_step, STYPE = bytea, FINALFUNC = rfm_breaks_final);
SELECT forged(timestamptz '2024-01-01Z', 1::bigint, 5, 5, 'rank');
CREATE AGGREGATE forged(text, bigint, text, integer, text) (SFUNC = rfm_breaks_step, STYPE = bytea, FINALFUNC = rfm_breaks_final);
SELECT forged('when', 1::bigint, 'much', 5, 'rank');

-- rights: the rules are read with the caller's
CREATE ROLE rfm_reader;
GRANT USAGE ON SCHEMA customer_segments TO rfm_reader;
SET ROLE rfm_reader;
SELECT * FROM check_rfm_rules('public.rules');
RESET ROLE;
DROP OWNED BY rfm_reader;
DROP ROLE rfm_reader;

-- can be cancelled while it reads the population, and leaves the session intact
SET statement_timeout = '200ms';
SELECT count(s) FROM (SELECT rfm_score(date '2024-01-01', n, n + length(pg_sleep(0.01)::text)) OVER () AS s FROM generate_series(1, 100000) AS n) AS x;
RESET statement_timeout;

\set VERBOSITY sqlstate
SELECT rfm_score(last_order_at, orders, revenue, 1) OVER () FROM shop;
SELECT rfm_score(last_order_at, orders, revenue, 5, 'median') OVER () FROM shop;
SELECT rfm_score(last_order_at, orders, 'NaN'::numeric) OVER () FROM shop;
SELECT rfm_score('infinity'::timestamptz, orders, revenue) OVER () FROM shop;
SELECT rfm_score(last_order_at, orders, 1e39) OVER () FROM shop;
SELECT rfm_breaks('{2024-01-01, 2024-04-01}', '{2, 6}', '{50}');
SELECT rfm_segment(6, 1, 1);
\set VERBOSITY default
SELECT count(*) FROM shop;
DROP TABLE shop, pinned, rules;
DROP AGGREGATE forged(bytea);
