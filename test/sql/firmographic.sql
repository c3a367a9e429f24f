-- Companies and accounts: bands at every bound, codes, nonsense; the views, named examples with somebody just outside.
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
SET client_min_messages = warning;
SET jit = off;
SET search_path = customer_segments, public;
\set SHOW_CONTEXT never
SET customer_segments.as_of = '2024-07-01';

SELECT e, company_size_band(e), eu_company_size(e) FROM unnest('{0,1,9,10,49,50,249,250,1000,1001,-1,NaN,Infinity,NULL}'::numeric[]) AS e;
SELECT e, t, eu_company_size(e, t) FROM (VALUES (9, 2000000), (9, 2000000.01), (9, 10000000.01), (9, 50000000.01), (49, 10000000), (249, 50000000), (249, 50000001), (300, 1), (9, -5), (9, 'NaN'), (NULL, 5)) AS v(e, t);
SELECT r, revenue_band(r) FROM unnest('{0,999999.99,1000000,10000000,50000000,250000000,-1,NaN,NULL}'::numeric[]) AS r;
SELECT c, naics_sector(c), naics_sector_name(c), naics_prefix(c, 3), naics_prefix(c, 6) FROM unnest('{511210,3254,31,44,454,49,99,5,5112101,51.1,"",J62}'::text[]) AS c;
SELECT c, nace_section(c), nace_section_name(c), nace_prefix(c, 2), nace_prefix(c, 4) FROM unnest('{62.01,6201,J62.01,j62,J,C62,01.1,33,99,34,00,V,62.,""}'::text[]) AS c;
SELECT naics_prefix('511210', 0), naics_prefix('511210', -1), naics_prefix('511210', 7), naics_prefix(NULL, 2);

CREATE SCHEMA shop;
CREATE TABLE shop.customers (customer_id integer, email text, company text, employees integer, annual_revenue numeric, industry_code text, account_id bigint);
CREATE TABLE shop.orders (customer_id integer, ordered_at date, amount numeric);
SELECT create_workspace('seg', 'shop');
INSERT INTO shop.customers VALUES
    (1, 'a@startup.test', 'Small  Ltd ', 49, 1500000, '511210', 100), (2, 'b@startup.test', 'Small Ltd', NULL, NULL, NULL, 100),
    (3, 'c@mid.test', ' Middle   GmbH', 50, 60000000, '3254', NULL), (4, 'd@mid.test', 'middle gmbh', 1000, 5000000, '99', NULL),
    (5, 'e@big.test', 'Big', 1001, -1, 'x', NULL), (6, 'f@firm-of-six.de', NULL, NULL, NULL, '', NULL), (7, 'g@firm-of-six.de', NULL, -3, NULL, NULL, NULL),
    (8, 'h@gmail.com', NULL, NULL, NULL, NULL, NULL), (9, 'no address', NULL, NULL, NULL, NULL, NULL), (10, NULL, '', NULL, NULL, NULL, NULL);
INSERT INTO shop.orders VALUES (1, '2024-06-01', 3000), (2, '2024-06-01', 2000), (2, '2023-06-01', 90000), (3, '2024-06-01', 10), (4, '2024-06-02', 20), (6, '2024-06-01', 49999.99), (8, '2024-06-01', 99999);
SELECT customer_id, account, account_by, company, employees, company_size, company_size_rank AS r, eu_company_size, eu_company_size_rank AS r, revenue_band, revenue_band_rank AS r, n, reliable FROM seg.firmographic ORDER BY 1;
SELECT customer_id, industry_code, sector, sector_name, industry_group FROM seg.firmographic WHERE industry_code IS NOT NULL ORDER BY 1;
SELECT * FROM seg.account_value;
-- the named examples
SELECT customer_id AS startup FROM seg.firmographic WHERE company_size = 'startup';
SELECT customer_id AS mid FROM seg.firmographic WHERE company_size = 'mid' ORDER BY 1;
SELECT customer_id AS enterprise FROM seg.firmographic WHERE company_size = 'enterprise';
SELECT f.customer_id AS people_of_pro_accounts FROM seg.firmographic f JOIN seg.account_value a USING (account_by, account) WHERE a.account_tier = 'pro' ORDER BY 1;
SELECT customer_id, company_size, account FROM seg.customer_360 WHERE customer_id IN (1, 6, 9) ORDER BY 1;
-- every threshold is a row
UPDATE seg.settings SET industry_system = 'nace', account_window_days = 400;
UPDATE seg.band SET from_value = 2000 WHERE scheme = 'company_size' AND label = 'enterprise';
DELETE FROM seg.account_tier WHERE position IN (3, 5);
INSERT INTO seg.account_tier VALUES (6, 'team', NULL, NULL, 2);
\set VERBOSITY terse
INSERT INTO seg.account_tier VALUES (98, 'last', NULL, NULL, NULL);
\set VERBOSITY default
UPDATE shop.customers SET industry_code = 'J62.01' WHERE customer_id = 1;
SELECT customer_id, company_size, sector, sector_name, industry_group FROM seg.firmographic WHERE customer_id IN (1, 3, 5) ORDER BY 1;
SELECT account, recent_net_revenue, account_tier, account_tier_rank FROM seg.account_value;
\set VERBOSITY terse
UPDATE seg.settings SET industry_system = 'sic';
UPDATE seg.settings SET account_window_days = 0;
\set VERBOSITY default
SELECT column_name, problem, detail FROM check_sources('shop') WHERE severity = 'warning' AND relation = 'customers' AND problem <> 'no index' ORDER BY 1, 2;
SELECT drop_workspace('seg');
DROP TABLE shop.customers;
SELECT create_workspace('seg', 'shop');
SELECT count(*) FROM seg.firmographic;
SELECT count(*) FROM seg.account_value;
SELECT drop_workspace('seg');
