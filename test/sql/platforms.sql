-- Two shop platforms as they are (test/data/shop_schemas): through a workspace for each currency they give exactly the
-- totals of their own extracts.  No row of the comparisons may differ.
SET TimeZone = 'America/New_York';
SET DateStyle = 'ISO';
SET client_min_messages = warning;
\getenv directory PG_ABS_SRCDIR
\set saleor :directory /data/shop_schemas/saleor.sql
\set saleor_seed :directory /data/shop_schemas/saleor_seed.sql
\set saleor_sources :directory /data/shop_schemas/saleor_sources.sql
\set saleor_expected :directory /data/shop_schemas/expected_saleor.csv
\set spree :directory /data/shop_schemas/spree.sql
\set spree_seed :directory /data/shop_schemas/spree_seed.sql
\set spree_sources :directory /data/shop_schemas/spree_sources.sql
\set spree_expected :directory /data/shop_schemas/expected_spree.csv
\set ECHO none
\set QUIET on
\o /dev/null
\i :saleor
\i :saleor_seed
\i :saleor_sources
ALTER SCHEMA shop RENAME TO saleor;
\i :spree
\i :spree_seed
\i :spree_sources
ALTER SCHEMA shop RENAME TO spree;
\o
\set ECHO all
CREATE TABLE expected (platform text DEFAULT 'saleor', customer_key text, store_id integer, currency text, orders bigint,
    gross_paid numeric, refunded numeric, net_paid numeric, discount numeric, last_order_at timestamptz);
\set copy '\\copy expected (customer_key, currency, orders, gross_paid, refunded, net_paid, discount, last_order_at) FROM ' :saleor_expected ' CSV HEADER'
:copy
ALTER TABLE expected ALTER platform SET DEFAULT 'spree';
\set copy '\\copy expected (customer_key, store_id, currency, orders, gross_paid, refunded, net_paid, discount, last_order_at) FROM ' :spree_expected ' CSV HEADER'
:copy
SELECT platform, count(*), sum(net_paid) FROM expected GROUP BY 1 ORDER BY 1;

-- what their tables look like to suggest_sources: both platforms lie in one schema here
SELECT relation, from_relation, missing, look_at FROM customer_segments.suggest_sources('public');

-- one source schema a platform and currency: views that filter
CREATE TABLE reported (platform text, currency text, customer_key text, orders_placed bigint, orders bigint, revenue numeric,
    refunds numeric, net_revenue numeric, last_order_at timestamptz, last_placed_at timestamptz);
DO $$
DECLARE
    platform text;
    currency text;
BEGIN
    FOR platform, currency IN SELECT DISTINCT e.platform, e.currency FROM expected e ORDER BY 1, 2 LOOP
        CREATE SCHEMA one;
        EXECUTE format('CREATE VIEW one.orders AS SELECT * FROM %I.orders WHERE currency = %L', platform, currency);
        EXECUTE format('CREATE VIEW one.refunds AS SELECT * FROM %I.refunds WHERE currency = %L', platform, currency);
        EXECUTE format('CREATE VIEW one.customers AS SELECT * FROM %I.customers', platform);
        PERFORM customer_segments.create_workspace('segments', 'one');
        INSERT INTO reported
        SELECT platform, c.currency, c.customer_id, c.orders_placed, c.orders, c.revenue, c.refunds, c.net_revenue, c.last_order_at,
               (SELECT max(p.at) FROM segments.purchases p WHERE p.customer_id = c.customer_id AND p.amount > 0)
          FROM segments.customer_orders c;
        PERFORM customer_segments.drop_workspace('segments');
        DROP SCHEMA one CASCADE;
    END LOOP;
END;
$$;
-- the extracts count a fully refunded order, as orders_placed does
SELECT * FROM expected e FULL JOIN reported r USING (platform, currency, customer_key)
WHERE (r.orders_placed, r.revenue, r.refunds, r.net_revenue, r.last_placed_at)
      IS DISTINCT FROM (e.orders, e.gross_paid, e.refunded, e.net_paid, e.last_order_at);
-- where one is, orders and last_order_at speak of the orders that count
SELECT platform, currency, customer_key, orders_placed, orders, last_order_at AT TIME ZONE 'UTC' AS last_order_at, last_placed_at AT TIME ZONE 'UTC' AS last_placed_at
FROM reported WHERE orders <> orders_placed ORDER BY 1, 2, 3;
SELECT count(*) FROM reported;

-- what check_sources says of them, but for what is there or merely missing
SELECT relation, column_name, severity, problem, detail FROM customer_segments.check_sources('saleor')
WHERE problem NOT IN ('found', 'missing', 'not there');
SELECT relation, column_name, severity, problem, detail FROM customer_segments.check_sources('spree')
WHERE problem NOT IN ('found', 'missing', 'not there');
