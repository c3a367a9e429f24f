-- Simulated people of known kinds, to see whether the segments find them (examples/people/README.md).
--
--   psql -f examples/people/generate.sql          300 customers as they are at customer_segments.as_of()
--
-- Every number is a hash of (who, what for): the same people each time.  Makes the schema simulated_people with source
-- relations, and with person, which says of what kind everybody is: the truth that a shop never has.
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS simulated_people CASCADE;
CREATE SCHEMA simulated_people;
COMMENT ON SCHEMA simulated_people IS 'simulated people: nobody is any of them';

-- uniform in (0, 1) from 52 bits of a hash
CREATE FUNCTION simulated_people.uniform(customer bigint, purpose text) RETURNS double precision LANGUAGE sql IMMUTABLE
RETURN ((hashtextextended(purpose, customer) & 4503599627370495) + 0.5) / 4503599627370496.0::double precision;

CREATE TABLE simulated_people.kind (kind text PRIMARY KEY, gender text, age_from integer, age_to integer, income integer, region text, company text, employees integer, domain text,
                                    agent text, categories text[], attribute text, lowest_score integer, highest_score integer);
INSERT INTO simulated_people.kind VALUES
    ('executive', 'm', 31, 44, 180000, 'WA', 'Northwind', 2400, 'northwind.test',
     'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1', '{suits}', 'luxury', 7, 10),
    ('founder', 'f', 26, 38, 90000, 'CO', 'Tiny Labs', 12, 'tinylabs.test',
     'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36', '{home office}', 'plain', 7, 10),
    ('commuter', 'm', 46, 60, 60000, 'TX', NULL, NULL, 'gmail.com',
     'Mozilla/5.0 (Linux; Android 13; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.5845.163 Mobile Safari/537.36', '{coffee}', 'plain', 0, 6),
    ('skier', 'f', 20, 29, 55000, 'CO', NULL, NULL, 'gmail.com',
     'Mozilla/5.0 (iPhone; CPU iPhone OS 16_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.1 Mobile/15E148 Safari/604.1', '{snow jackets}', 'organic', 9, 10),
    ('parent', 'f', 34, 44, 75000, 'FL', NULL, NULL, 'yahoo.com',
     'Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.1 Mobile/15E148 Safari/604.1', '{kids}', 'plain', 7, 8),
    ('mover', 'm', 28, 35, 80000, 'OR', NULL, NULL, 'hotmail.com',
     'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0', '{beds,sofas,dining tables}', 'plain', 6, 9);

CREATE TABLE simulated_people.person AS
SELECT row_number() OVER (ORDER BY k.kind, i) AS customer_id, k.kind FROM simulated_people.kind k, generate_series(1, 50) AS i;

-- one in twenty-five leaves a question open
CREATE TABLE simulated_people.customers AS
SELECT p.customer_id, CASE WHEN simulated_people.uniform(p.customer_id, 'born?') > 0.04
           THEN (customer_segments.as_of() AT TIME ZONE 'UTC')::date - ((k.age_from + (k.age_to - k.age_from) * simulated_people.uniform(p.customer_id, 'born')) * 365.25)::integer - 1 END AS birth_date,
       CASE WHEN simulated_people.uniform(p.customer_id, 'gender?') > 0.04 THEN k.gender END AS gender,
       CASE WHEN simulated_people.uniform(p.customer_id, 'income?') > 0.04 THEN (k.income * (0.9 + 0.2 * simulated_people.uniform(p.customer_id, 'income')))::integer::text END AS income,
       'US' AS country, CASE WHEN simulated_people.uniform(p.customer_id, 'region?') > 0.04 THEN k.region END AS region,
       CASE WHEN simulated_people.uniform(p.customer_id, 'email?') > 0.04 THEN format('customer%s@%s', p.customer_id, k.domain) END AS email, k.company, k.employees
  FROM simulated_people.person p JOIN simulated_people.kind k USING (kind);

CREATE TABLE simulated_people.products AS
SELECT DISTINCT k.kind || ': ' || c AS product_id, c AS category, ARRAY[k.attribute] AS attributes FROM simulated_people.kind k, unnest(k.categories) AS c;
-- three orders in the last half year, of movers in the last two months; one line in ten is something else
CREATE TABLE simulated_people.orders AS
SELECT p.customer_id * 10 + i AS order_id, p.customer_id,
       customer_segments.as_of() - (CASE kind WHEN 'mover' THEN 20 ELSE 60 END * (i - simulated_people.uniform(p.customer_id, 'day' || i))) * interval '24 hours' AS ordered_at, 20 AS amount
  FROM simulated_people.person p, generate_series(1, 3) AS i;
CREATE TABLE simulated_people.order_items AS
SELECT o.order_id, p.kind || ': ' || c AS product_id, 1 AS quantity, 20 AS unit_price, CASE WHEN simulated_people.uniform(o.order_id, 'else') > 0.1 THEN c ELSE 'books' END AS category
  FROM simulated_people.orders o JOIN simulated_people.person p USING (customer_id) JOIN simulated_people.kind k USING (kind)
 CROSS JOIN LATERAL (SELECT k.categories[1 + (o.order_id % 10 - 1) % cardinality(k.categories)] AS c) AS l;
CREATE TABLE simulated_people.events AS
SELECT p.customer_id, 'page_view' AS event_type, customer_segments.as_of() - 90 * simulated_people.uniform(p.customer_id, 'visit' || i) * interval '24 hours' AS occurred_at,
       (CASE WHEN simulated_people.uniform(p.customer_id, 'other device' || i) > 0.2 THEN k ELSE x END).agent AS user_agent
  FROM simulated_people.person p JOIN simulated_people.kind k USING (kind) JOIN simulated_people.kind x ON x.kind = 'founder', generate_series(1, 10) AS i;
CREATE TABLE simulated_people.survey_answers AS
SELECT p.customer_id, 'nps' AS question, customer_segments.as_of() - interval '240 hours' AS answered_at,
       k.lowest_score + floor((k.highest_score + 1 - k.lowest_score) * simulated_people.uniform(p.customer_id, 'score'))::integer AS score
  FROM simulated_people.person p JOIN simulated_people.kind k USING (kind) WHERE simulated_people.uniform(p.customer_id, 'answers') < 0.8;
