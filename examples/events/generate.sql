-- Simulated events of customers with known traits, to see whether the segments find them (examples/events/README.md).
--
--   psql -f examples/events/generate.sql          700 customers over the 180 days before customer_segments.as_of()
--
-- Every number is a hash of (who, which mail, what for): the same events each time.  Makes the schema simulated with
-- the source relations events and customers, and with trait, the truth that a shop never has.
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS simulated CASCADE;
CREATE SCHEMA simulated;
COMMENT ON SCHEMA simulated IS 'simulated events: nobody did any of this';

-- uniform in (0, 1) from 52 bits of a hash
CREATE FUNCTION simulated.uniform(customer bigint, number bigint, purpose integer) RETURNS double precision LANGUAGE sql IMMUTABLE
RETURN ((hashint8extended(customer * 1000000 + number, purpose) & 4503599627370495) + 0.5) / 4503599627370496.0::double precision;

-- what customers of a trait do: e-mails come every three days; opens and clicks, visits a day, until so many days ago
CREATE TABLE simulated.trait_rule (trait text PRIMARY KEY, opens double precision, clicks double precision, visits double precision,
                                   from_days_ago integer, until_days_ago integer, recommends boolean, by_machine boolean, finds text);
INSERT INTO simulated.trait_rule VALUES
    ('enthusiast',  0.95, 0.80, 0.30, 180,  0, false, false, 'highly_engaged'),
    ('advocate',    0.95, 0.80, 0.30, 180,  0, true,  false, 'brand_advocate'),
    ('casual',      0.15, 0.10, 0.10, 180,  0, false, false, 'moderately_engaged'),
    ('fading',      0.90, 0.60, 0.40, 180, 33, false, false, 'waning'),
    ('sleeper',     0.50, 0.20, 0.10, 180, 95, false, false, 'sunset'),
    ('proxied',     1.00, 0.00, 0.00, 180,  0, false, true,  'sunset'),
    ('newcomer',    0.02, 0.00, 0.00,  20,  0, false, false, 'new_silent');

CREATE TABLE simulated.trait AS
SELECT row_number() OVER (ORDER BY r.trait, i) AS customer_id, r.trait FROM simulated.trait_rule r, generate_series(1, 100) AS i;

CREATE TABLE simulated.customers AS
SELECT t.customer_id, customer_segments.as_of() - (r.from_days_ago + 5 * simulated.uniform(t.customer_id, 0, 1)) * interval '24 hours' AS subscribed_at
  FROM simulated.trait t JOIN simulated.trait_rule r USING (trait);

CREATE TABLE simulated.events AS
WITH mail AS (
    SELECT t.customer_id, r.*, i, 3 * i + 3 * simulated.uniform(t.customer_id, i, 2) AS days_ago
      FROM simulated.trait t JOIN simulated.trait_rule r USING (trait) CROSS JOIN LATERAL generate_series(0, r.from_days_ago / 3 - 1) AS i),
opened AS (
    SELECT * FROM mail WHERE simulated.uniform(customer_id, i, 3) < opens AND days_ago > until_days_ago + 1),
done AS (
    SELECT customer_id, 'Received Email' AS event_type, days_ago, false AS is_machine FROM mail
    UNION ALL SELECT customer_id, 'Opened Email', days_ago - 0.1 * simulated.uniform(customer_id, i, 4), by_machine FROM opened
    UNION ALL SELECT customer_id, 'Clicked Email', days_ago - 0.2, by_machine FROM opened WHERE simulated.uniform(customer_id, i, 5) < clicks
    UNION ALL
    SELECT t.customer_id, 'Active on Site', day + simulated.uniform(t.customer_id, day, 7), false
      FROM simulated.trait t JOIN simulated.trait_rule r USING (trait) CROSS JOIN LATERAL generate_series(r.until_days_ago, r.from_days_ago - 1) AS day
     WHERE simulated.uniform(t.customer_id, day, 6) < r.visits
    UNION ALL
    SELECT t.customer_id, CASE WHEN simulated.uniform(t.customer_id, 0, 9) < 0.5 THEN 'Product Reviewed' ELSE 'Product Shared' END, 85 * simulated.uniform(t.customer_id, 0, 8), false
      FROM simulated.trait t JOIN simulated.trait_rule r USING (trait) WHERE r.recommends)
SELECT customer_id, event_type, customer_segments.as_of() - GREATEST(days_ago, 0.01) * interval '24 hours' AS occurred_at, is_machine FROM done;
CREATE INDEX ON simulated.events (customer_id);
ANALYZE simulated.events;
