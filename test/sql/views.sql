-- Facts of a workspace: what counts as an order, a refund, a void order; every odd row a shop can hold.
SET TimeZone = 'Asia/Tokyo';
SET DateStyle = 'ISO';
SET client_min_messages = warning;
SET jit = off;
SET search_path = customer_segments, public;
\set SHOW_CONTEXT never
SET customer_segments.as_of = '2024-07-01';

CREATE SCHEMA shop;
CREATE TABLE shop.orders (order_id integer, customer_id text, ordered_at timestamp, amount numeric);
CREATE TABLE shop.refunds (order_id integer, customer_id text, refunded_at timestamp, amount numeric);
SELECT create_workspace('seg', 'shop');
INSERT INTO shop.orders VALUES
    (1, 'in full, in two parts', '2024-06-01', 30), (2, 'more than paid', '2024-06-01', 30), (3, 'all but a cent', '2024-06-01', 30),
    (4, 'given back before it was ordered', '2024-06-10', 30), (5, 'given back later than as_of', '2024-06-01', 30),
    (6, 'two at the same instant', '2024-06-01 12:00', 30), (7, 'two at the same instant', '2024-06-01 12:00', 40),
    (8, 'by the customer', '2024-06-01', 30), (9, 'a negative order', '2024-06-01', 30), (10, 'a negative order', '2024-06-02', -30),
    (NULL, 'no order id', '2024-06-01', 30), (12, 'ordered at as_of', '2024-07-01', 30), (13, 'ordered just before', '2024-06-30 23:59:59.999999', 30),
    (14, 'zero', '2024-06-01', 0), (15, NULL, '2024-06-01', 30), (16, '', '2024-06-01', 30), (17, 'no time', NULL, 30), (18, 'no amount', '2024-06-01', NULL),
    (19, 'ten decimals', '2024-06-01', 0.0000000001), (20, 'ten decimals', '2024-06-01', 1), (21, 'a large sum', '2024-06-01', 1234567890123456.78),
    (22, 'another''s refund', '2024-06-01', 30), (23, ' ', '2024-06-01', 5);
INSERT INTO shop.refunds VALUES
    (1, NULL, '2024-06-05', 10), (1, NULL, '2024-06-15', 20), (2, NULL, '2024-06-05', 50), (3, NULL, '2024-06-05', 29.99),
    (4, NULL, '2024-06-08', 30), (5, NULL, '2024-07-01', 30), (6, NULL, '2024-06-05', 30), (NULL, 'by the customer', '2024-06-05', 12),
    (22, 'somebody else', '2024-06-05', 5), (999, 'by the customer', '2024-06-05', 7), (NULL, '', '2024-06-05', 7), (NULL, NULL, '2024-06-05', 7),
    (1, NULL, '2024-06-06', 0), (1, NULL, '2024-06-06', -5), (NULL, 'refund only', '2024-06-05', 3);
-- what customer_360 takes from where
SELECT c.name, c.view, c.source_column, c.when_absent FROM seg.customer_column c ORDER BY c.position;
SELECT customer_id, orders, orders_placed, order_days, last_order_on, revenue, refunds, net_revenue, average_order_value FROM seg.customer_orders ORDER BY customer_id COLLATE "C";
SELECT customer_id, at AT TIME ZONE 'UTC' AS at, amount, voided_at AT TIME ZONE 'UTC' AS voided_at FROM seg.purchases
WHERE customer_id IN ('in full, in two parts', 'more than paid', 'given back before it was ordered', 'two at the same instant') ORDER BY customer_id COLLATE "C", 2, 3;
SELECT sum(revenue(history)) = (SELECT sum(amount) FROM shop.orders WHERE amount > 0 AND customer_id <> '' AND ordered_at < '2024-07-01') AS exact FROM seg.customer_orders;

-- the refund that completes an order makes it void on its day, not before
SET customer_segments.as_of = '2024-06-15';
SELECT orders, orders_placed, refunds FROM seg.customer_orders WHERE customer_id = 'in full, in two parts';
SET customer_segments.as_of = '2024-06-15 00:00:00.000001';
SELECT orders, orders_placed, refunds FROM seg.customer_orders WHERE customer_id = 'in full, in two parts';
-- a refund booked before its order does not exist before the order does
SET customer_segments.as_of = '2024-06-09';
SELECT count(*) FROM seg.customer_orders WHERE customer_id = 'given back before it was ordered';
SET customer_segments.as_of = '2024-07-01';

-- times without a zone are the workspace's, not the session's
UPDATE seg.settings SET time_zone = 'America/New_York';
SELECT customer_id, at AT TIME ZONE 'UTC' AS at FROM seg.purchases WHERE customer_id IN ('zero', 'all but a cent', 'ordered just before') ORDER BY 1, 2;
SELECT customer_id, first_order_on FROM seg.customer_orders WHERE customer_id = 'all but a cent';
UPDATE seg.settings SET time_zone = 'UTC';

-- amounts that no history can hold end the query, and name what is wrong
INSERT INTO shop.orders VALUES (30, 'bad', '2024-06-01', 'NaN');
SELECT sum(revenue) FROM seg.customer_orders;
SELECT count(*) FROM seg.rfm;
UPDATE shop.orders SET amount = 'Infinity' WHERE order_id = 30;
SELECT sum(revenue) FROM seg.customer_orders;
SELECT count(*) FROM seg.rfm;
UPDATE shop.orders SET amount = 1, ordered_at = '-infinity' WHERE order_id = 30;
SELECT sum(revenue) FROM seg.customer_orders;
SELECT count(*) FROM seg.rfm;
UPDATE shop.orders SET ordered_at = 'infinity' WHERE order_id = 30;
SELECT count(*) FROM seg.customer_orders WHERE customer_id = 'bad';
SET customer_segments.as_of = 'yesterday or so';
SELECT count(*) FROM seg.customer_orders;
SET customer_segments.as_of = '2024-07-01';
SELECT drop_workspace('seg');

-- a refund in another currency than its order: both at the rate of the order's day, so that giving all back leaves nothing
CREATE SCHEMA abroad;
CREATE TABLE abroad.orders (order_id integer, customer_id text, ordered_at timestamptz, amount numeric, currency text);
CREATE TABLE abroad.refunds (order_id integer, refunded_at timestamptz, amount numeric, currency text);
CREATE TABLE abroad.exchange_rates (currency text, valid_on date, rate numeric);
INSERT INTO abroad.orders VALUES (1, 'in the same', '2024-06-01Z', 100, 'USD'), (2, 'in another', '2024-06-01Z', 100, 'USD'),
    (3, 'not quite', '2024-06-01Z', 100, 'USD'), (4, 'currency of the order', '2024-06-01Z', 100, 'USD'), (5, 'none', '2024-06-01Z', 100, NULL);
INSERT INTO abroad.refunds VALUES (1, '2024-06-20Z', 100, 'USD'), (2, '2024-06-20Z', 91.237, 'EUR'), (3, '2024-06-20Z', 91.236, 'EUR'),
    (4, '2024-06-20Z', 100, NULL), (5, '2024-06-20Z', 91.237, 'EUR');
INSERT INTO abroad.exchange_rates VALUES ('USD', '2024-06-01', 0.91237), ('USD', '2024-06-10', 0.5);
SELECT create_workspace('seg', 'abroad', currency => 'EUR');
SELECT customer_id, orders, orders_placed, revenue, refunds, net_revenue FROM seg.customer_orders ORDER BY customer_id COLLATE "C";
SELECT drop_workspace('seg');

-- answers: their times in the zone of the workspace, their customers in the type of the orders; what is no answer is left out
CREATE SCHEMA asked;
CREATE TABLE asked.orders (customer_id bigint, ordered_at timestamptz, amount numeric);
CREATE TABLE asked.survey_answers (customer_id integer, question varchar(20), answered_at timestamp, answer text, score numeric);
SELECT create_workspace('seg', 'asked', time_zone => 'America/New_York');
INSERT INTO asked.survey_answers VALUES (1, 'nps', '2024-06-01', NULL, 9), (1, 'why', '2024-06-01', 'quality', NULL), (2, 'nps', '2024-06-01', '', 'NaN'),
    (2, 'nps', '2024-06-30 19:59:59', NULL, 'Infinity'), (3, 'nps', '2024-06-30 20:00', NULL, 9), (NULL, 'nps', '2024-06-01', NULL, 9),
    (4, '', '2024-06-01', NULL, 9), (5, NULL, '2024-06-01', NULL, 9), (6, 'nps', NULL, NULL, 9);
SELECT customer_id, pg_typeof(customer_id), question, at AT TIME ZONE 'UTC' AS at, answer, score FROM seg.answers ORDER BY 1, 3, 4;
SELECT drop_workspace('seg');
DROP TABLE asked.survey_answers;
CREATE TABLE asked.survey_answers (customer_id text, question text, answered_at date);
SELECT create_workspace('seg', 'asked');
DROP TABLE asked.orders;
SELECT create_workspace('seg', 'asked');
INSERT INTO asked.survey_answers VALUES ('x', 'nps', '2024-06-01'), ('', 'nps', '2024-06-01');
SELECT * FROM seg.answers;
SELECT drop_workspace('seg');

-- profiles: one row a customer who signed up by then; nonsense and blanks are no facts; of two rows one whole one
CREATE SCHEMA people;
CREATE TABLE people.customers (customer_id integer, email text, birth_date date, income bigint, latitude double precision, longitude real,
    signed_up_at timestamp, subscribed_at date, employees integer, annual_revenue double precision, acquisition_cost numeric, region varchar(10));
SELECT create_workspace('seg', 'people', time_zone => 'America/New_York');
INSERT INTO people.customers VALUES
    (1, ' a@example.com ', '1980-05-05', 50000, 40.5, -74, '2024-06-01', '2024-07-01', 7, 1e6, 12.50, ' '),
    (2, '', 'infinity', NULL, 91, 0, '2024-06-30 19:59:59', '2024-06-01', NULL, 'NaN', 'Infinity', 'CO'),
    (3, NULL, NULL, NULL, 10, NULL, '2024-06-30 20:00', NULL, NULL, NULL, NULL, NULL),
    (4, NULL, NULL, NULL, 10, NULL, NULL, NULL, NULL, 1e300, 'NaN', NULL), (5, NULL, NULL, NULL, 'NaN', 'Infinity', NULL, NULL, NULL, '-Infinity', 1e15, NULL),
    (6, 'old@example.com', '1990-01-01', NULL, NULL, NULL, '2024-01-01', NULL, NULL, NULL, NULL, 'NY'),
    (6, 'new@example.com', NULL, NULL, NULL, NULL, '2024-02-01', NULL, NULL, NULL, NULL, NULL),
    (7, 'a@example.com', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'x'),
    (7, 'b@example.com', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'y'), (NULL, 'c@example.com', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT customer_id, email, birth_date, income, latitude, longitude, signed_up_at AT TIME ZONE 'UTC' AS signed_up_at, subscribed_at AT TIME ZONE 'UTC' AS subscribed_at,
       employees, annual_revenue, acquisition_cost, region, city FROM seg.profiles WHERE customer_id <> 7 ORDER BY 1;
SELECT count(*) FROM seg.profiles WHERE customer_id = 7 AND (email, region) IN (('a@example.com', 'x'), ('b@example.com', 'y'));
SELECT drop_workspace('seg');
DROP TABLE people.customers;
SELECT create_workspace('seg', 'people');
SELECT * FROM seg.profiles;
SELECT drop_workspace('seg');

-- what the views are made of, by what the source has
CREATE SCHEMA least;
CREATE VIEW least.orders AS SELECT order_id AS customer_id, ordered_at::timestamptz AS ordered_at, amount::bigint AS amount FROM shop.orders;
SELECT create_workspace('seg', 'least');
-- from 16 on the server leaves out the needless qualification of columns
SELECT replace(pg_get_viewdef('seg.purchases'), 'o.', '') AS purchases;
SELECT drop_workspace('seg');

-- the columns, in an order that never changes: new ones come at the end
SELECT create_workspace('seg', 'shop');
SELECT c.relname, string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), E',\n' ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'seg'::regnamespace AND c.relkind = 'v' AND c.relname <> 'customer_360' GROUP BY 1 ORDER BY 1;
SELECT * FROM check_rfm_rules('seg.rfm_rule');
SELECT drop_workspace('seg');
