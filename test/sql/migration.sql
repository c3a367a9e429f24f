-- migration: who moved between labels, drift, errors.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET extra_float_digits = -3;
SET search_path = customer_segments, public;
CREATE SCHEMA shop;
CREATE TABLE shop.orders (customer_id text, ordered_at timestamptz, amount numeric(12,2));
-- at the first date a: active, b: lost, c: cooling, d: nobody yet; at the second a: lost, b: active again, c: still cooling by a new order, d: active
INSERT INTO shop.orders VALUES ('a', '2024-05-20Z', 10), ('b', '2023-05-01Z', 20), ('b', '2024-12-01Z', 5), ('c', '2024-03-01Z', 30), ('d', '2024-12-20Z', 40), ('e', '2024-05-25Z', 7), ('f', '2024-02-01Z', 9);
CREATE TABLE shop.customers (customer_id text, signed_up_at timestamptz);
INSERT INTO shop.customers VALUES ('d', '2024-01-01Z'), ('g', '2024-01-01Z'), ('h', '2024-12-01Z');
SELECT create_workspace('seg', 'shop');
SELECT customer_id, label_of, label, label_rank, orders, net_revenue FROM customer_labels('seg', '2024-06-01', NULL::text, 'activity') ORDER BY 1;
SELECT * FROM segment_migration('seg', '2024-06-01', '2025-01-01', 'activity');
SELECT * FROM segment_migration('seg', '2024-06-01', '2025-01-01', 'buyer_type');
SELECT class, sum(customers) FROM segment_migration('seg', '2024-06-01', '2024-06-01', 'activity') GROUP BY 1;
-- what counts as gone is a rule
DELETE FROM seg.lapsed_label WHERE segmentation = 'activity';
SELECT from_label, to_label, class FROM segment_migration('seg', '2024-06-01', '2025-01-01', 'activity');
SELECT label_of, from_customers, to_customers, psi, band FROM segment_drift('seg', '2024-06-01', '2025-01-01') WHERE label_of IN ('activity', 'life_cycle');
UPDATE seg.settings SET psi_watch = 2, psi_shifted = 3;
SELECT label_of, band FROM segment_drift('seg', '2024-06-01', '2025-01-01') WHERE label_of IN ('activity', 'life_cycle');
SELECT DISTINCT psi, band FROM segment_drift('seg', '2020-01-01', '2025-01-01');
SELECT as_of() = now() AS as_of_is_what_it_was;

SELECT * FROM segment_migration('seg', '2024-06-01', '2025-01-01', 'shoes');
SELECT * FROM segment_migration('seg', NULL, '2025-01-01');
SELECT * FROM segment_migration('seg', '-infinity', '2025-01-01');
SELECT * FROM segment_migration('nowhere', '2024-06-01', '2025-01-01');
SELECT * FROM segment_drift('nowhere', '2024-06-01', '2025-01-01');
\set VERBOSITY terse
UPDATE seg.settings SET psi_watch = 4;
\set VERBOSITY default
CREATE ROLE cseg_reader;
GRANT USAGE ON SCHEMA seg, customer_segments TO cseg_reader;
SET ROLE cseg_reader;
SELECT * FROM segment_migration('seg', '2024-06-01', '2025-01-01');
SELECT * FROM segment_drift('seg', '2024-06-01', '2025-01-01');
RESET ROLE;
SELECT drop_workspace('seg');
DROP OWNED BY cseg_reader;
DROP ROLE cseg_reader;
