-- customer_value: fit_clv and the views before and after, and every error once.  Numbers are in test/pgtap.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET search_path = public, customer_segments;
SET customer_segments.as_of = '2024-07-01';

CREATE SCHEMA shop;
CREATE TABLE shop.orders AS
SELECT c AS customer_id, timestamptz '2024-01-01 12:00Z' + (c % 20 + d * (5 + c % 17)) * interval '1 day' AS ordered_at, 10.00 + c AS amount
FROM generate_series(1, 300) AS c, generate_series(0, c % 9) AS d;
CREATE TABLE shop.customers AS
SELECT c AS customer_id, (ARRAY['ads', 'search', ''])[1 + c % 3] AS acquisition_channel, NULLIF(c % 5, 0)::numeric AS acquisition_cost
FROM generate_series(1, 310) AS c;
SELECT create_workspace('seg', 'shop');

-- before any fit: the fallback
SELECT count(*), bool_or(reliable) AS reliable, count(p_alive) AS p_alive, count(orders_low) AS intervals, min(predicted_value) > 0 AS predicts
FROM seg.customer_value;
SELECT fit_clv('seg');
SELECT fit, is_current, as_of_on, family, status, reliable, customers, repeat_customers, reason FROM seg.clv_models;
SELECT fit_clv('seg', 'bg_nbd', penalty => 0.001);
SELECT fit, is_current, family, reason FROM seg.clv_models ORDER BY fit;
SELECT count(*), bool_and(reliable) AS reliable, count(p_alive) AS p_alive, count(orders_low) AS intervals FROM seg.customer_value;
SELECT value_tier, value_tier_rank, count(*), min(value_decile), max(value_decile) FROM seg.customer_value GROUP BY 1, 2 ORDER BY 2;
SELECT churn_risk_band, churn_risk_rank, count(*) > 0 FROM seg.customer_value GROUP BY 1, 2 ORDER BY 2;
SELECT acquisition_channel, customers, orders, historic_value, acquisition_cost, reliable FROM seg.value_by_acquisition_channel ORDER BY 1;
SELECT buyer_type, count(*) FILTER (WHERE activity = 'unknown') AS unknown FROM seg.lifecycle GROUP BY 1 ORDER BY 1;

-- tiers by orders, this year and of all time; the way to the next one
UPDATE seg.settings SET value_tier_by = 'orders';
DELETE FROM seg.value_tier;
SELECT DISTINCT value_tier, value_tier_rank, next_tier, to_next_tier FROM seg.customer_value;
INSERT INTO seg.value_tier SELECT * FROM value_tier_preset('purchases');
SELECT DISTINCT n, value_tier, next_tier, to_next_tier FROM seg.customer_value ORDER BY n;
UPDATE seg.settings SET value_tier_window = 'calendar_year';
SET customer_segments.as_of = '2025-02-01';
SELECT DISTINCT value_tier, next_tier, to_next_tier FROM seg.customer_value;
SET customer_segments.as_of = '2024-07-01';
SELECT * FROM value_tier_preset('top_1_5_10_25_50');
SELECT * FROM value_tier_preset('spend');

-- bad arguments
SELECT fit_clv('nowhere');
SELECT fit_clv(NULL);
SELECT fit_clv('seg', 'guess');
SELECT fit_clv('seg', holdout_days => 0);
SELECT fit_clv('seg', penalty => -1);
UPDATE seg.settings SET clv_time_unit = 'fortnight';
-- terse: the row would show every setting there is
\set VERBOSITY terse
UPDATE seg.settings SET clv_level = 1;
UPDATE seg.settings SET value_tier_by = 'luck';
INSERT INTO seg.value_tier VALUES (9, 'none at all', NULL, 'NaN');
INSERT INTO seg.value_tier VALUES (9, 'none at all', NULL, '-Infinity');
-- 98 and 99 are the ranks of labels that are no rule
INSERT INTO seg.value_tier VALUES (98, 'last', NULL, NULL);
\set VERBOSITY default
UPDATE seg.clv_models SET is_current = true;

-- who may fit: the owner and members of it, not even another superuser
CREATE ROLE cseg_owner;
CREATE ROLE cseg_member IN ROLE cseg_owner;
CREATE ROLE cseg_stranger;
DO $$
DECLARE
    one regclass;
BEGIN
    FOR one IN SELECT oid FROM pg_class WHERE relnamespace = 'seg'::regnamespace AND relkind IN ('r', 'v', 'm') LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO cseg_owner', one);
    END LOOP;
    ALTER SCHEMA seg OWNER TO cseg_owner;
END;
$$;
SELECT fit_clv('seg', 'mbg_nbd');
GRANT USAGE ON SCHEMA seg, customer_segments TO PUBLIC;
SET ROLE cseg_stranger;
SELECT fit_clv('seg', 'mbg_nbd');
SET ROLE cseg_member;
SELECT workspace_require_owner('seg');
RESET ROLE;
REASSIGN OWNED BY cseg_owner TO CURRENT_USER;
SELECT drop_workspace('seg');
DROP ROLE cseg_member, cseg_stranger, cseg_owner;

-- a shop without orders
CREATE SCHEMA empty;
CREATE TABLE empty.orders (customer_id bigint, ordered_at timestamptz, amount numeric);
SELECT create_workspace('none', 'empty');
SELECT fit_clv('none');
SELECT is_current, family, status, reliable, customers, reason, model IS NULL AS no_model FROM none.clv_models;
SELECT count(*) FROM none.customer_value;
SELECT * FROM none.value_by_acquisition_channel;
-- one customer with one order today
INSERT INTO empty.orders VALUES (1, '2024-06-30 10:00Z', 20);
SELECT fit_clv('none');
SELECT status, reliable, customers FROM none.clv_models WHERE is_current;
SELECT * FROM none.customer_value \gx
SELECT churn_risk_band, churn_risk_band_rank FROM none.customer_360;
-- the next day, when nobody has come back, the shop has a rate: none
SET customer_segments.as_of = '2024-07-02';
SELECT churn_risk, churn_risk_band, predicted_value, reliable FROM none.customer_value;
SELECT drop_workspace('none');
