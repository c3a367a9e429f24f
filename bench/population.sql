-- The seeded population of the benchmarks: :customers customers with :orders orders over three years, in time order.
--
--   psql -v schema=large -v customers=1000000 -v orders=10000000 -f bench/population.sql
--
-- Every number is a hash of (what, who, seed), so the rows are the same whatever the plan.
-- * 30 % of the customers buy once.  The others buy 1 + a gamma(1/2) multiple of the mean (what lies under a negative
--   binomial of dispersion 1/2), rounded so that the total is exactly :orders: four in ten customers end with one order,
--   the best with some hundreds.
-- * A customer's first order is uniform over the three years, the others are uniform over an exponential active span
--   after it, cut at the end of the three years.
-- * Amounts are lognormal around a level of the customer's own, with two decimals; three orders in ten were discounted.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
SET max_parallel_workers_per_gather = 0;
SET work_mem = '1GB';
SET jit = off;

DROP SCHEMA IF EXISTS :"schema" CASCADE;
CREATE SCHEMA :"schema";
SET search_path = :"schema";

-- uniform in (0, 1) from 52 bits of a hash
CREATE FUNCTION uniform(id bigint, seed bigint) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ((hashint8extended(id, seed) & 4503599627370495) + 0.5) / 4503599627370496.0::double precision;

-- standard normal, by Box and Muller
CREATE FUNCTION normal(id bigint, seed bigint) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sqrt(-2 * ln(uniform(id, seed))) * cos(2 * pi() * uniform(id, seed + 1));

CREATE TABLE buyer AS
WITH drawn AS (
    SELECT c AS customer_id,
           CASE WHEN uniform(c, 1) < 0.3 THEN 0 ELSE normal(c, 2) ^ 2 END AS pull,
           floor(uniform(c, 4) * 3 * 365 * 86400)::bigint AS started,
           -ln(uniform(c, 5)) * 400 * 86400 AS span,
           3.4 + 0.5 * normal(c, 6) AS level
    FROM generate_series(1::bigint, :customers) AS c
), summed AS (
    SELECT *, sum(pull) OVER (ORDER BY customer_id) AS upto, sum(pull) OVER () AS total,
           coalesce(sum(pull) OVER (ORDER BY customer_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
    FROM drawn
)
SELECT customer_id, started, span, level,
       1 + (round((upto / total)::numeric * (:orders - :customers))
            - round((before / total)::numeric * (:orders - :customers)))::bigint AS orders
FROM summed;

CREATE TABLE orders (
    customer_id bigint NOT NULL,
    ordered_at timestamptz NOT NULL,
    amount numeric(12,2) NOT NULL,
    order_id bigint NOT NULL,
    list_amount numeric(12,2) NOT NULL
);

INSERT INTO orders
WITH placed AS (
    SELECT b.customer_id, b.level, b.customer_id * 100000 + n AS id,
           b.started + CASE WHEN n = 1 THEN 0 ELSE floor(uniform(b.customer_id * 100000 + n, 8)
                                                        * least(b.span, 3 * 365 * 86400 - b.started))::bigint END AS at
    FROM buyer AS b, generate_series(1, b.orders) AS n
), priced AS (
    SELECT *, greatest(round(exp(level + 0.6 * normal(id, 9))::numeric, 2), 0.01) AS amount FROM placed
)
SELECT customer_id, timestamptz '2022-01-01 00:00:00+00' + at * interval '1 second', amount,
       row_number() OVER (ORDER BY at, id),
       CASE WHEN uniform(id, 11) < 0.3 THEN round(amount * (1.05 + 0.5 * uniform(id, 12))::numeric, 2) ELSE amount END
FROM priced
ORDER BY at, id;

DROP TABLE buyer;
ALTER TABLE orders ADD PRIMARY KEY (order_id);
CREATE INDEX ON orders (customer_id);
VACUUM (FREEZE, ANALYZE) orders;
