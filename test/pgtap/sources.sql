BEGIN;
SET search_path = customer_segments, public;
SELECT plan(12);

-- the contract
SELECT is((SELECT count(*) FROM source_contract() WHERE source_kind_types(kind) IS NULL), 0::bigint, 'every kind says its types');
SELECT is((SELECT count(*) - count(DISTINCT (relation, column_name)) FROM source_contract()), 0::bigint, 'no column twice');
SELECT is((SELECT string_agg(DISTINCT relation, ' ' ORDER BY relation) FROM source_contract()),
          'campaign_members customers events exchange_rates identities order_items orders products refunds stores survey_answers', 'all relations');
SELECT is((SELECT string_agg(column_name, ' ') FROM source_contract() WHERE relation = 'orders' AND needed = 'yes'),
          'customer_id ordered_at amount', 'what an order needs');

-- types
CREATE DOMAIN pg_temp.money_domain AS numeric(12, 2);
CREATE DOMAIN pg_temp.nested_domain AS pg_temp.money_domain CHECK (VALUE > 0);
CREATE TYPE pg_temp.an_enum AS ENUM ('a');
SELECT is((SELECT string_agg(t, ' ' ORDER BY o) FROM unnest('{bigint,smallint,real,double precision,numeric,text,date,money,json,pg_temp.nested_domain}'::text[])
             WITH ORDINALITY AS u(t, o) WHERE source_type_fits(t::regtype, 'money')),
          'bigint smallint real double precision numeric pg_temp.nested_domain', 'types of money, domains by what they are made of');
SELECT is((SELECT string_agg(t, ' ' ORDER BY o) FROM unnest('{bigint,uuid,text,varchar,char,date,json,point,xml,jsonb,integer[],pg_temp.an_enum,inet}'::text[])
             WITH ORDINALITY AS u(t, o) WHERE source_type_fits(t::regtype, 'key')),
          'bigint uuid text varchar char date jsonb integer[] pg_temp.an_enum inet', 'types of keys');
SELECT is((SELECT string_agg(t, ' ' ORDER BY o) FROM unnest('{timestamptz,timestamp,date,time,text,bigint}'::text[])
             WITH ORDINALITY AS u(t, o) WHERE source_type_fits(t::regtype, 'time')),
          'timestamptz timestamp date', 'types of times');
SELECT is(source_base_type('pg_temp.nested_domain'::regtype), 'numeric'::regtype::oid, 'a domain over a domain');

-- the rate
SELECT is((SELECT count(*) FROM generate_series(1, 100) i WHERE required_rate(i / 7.0, 'USD', '2024-01-01', 'EUR') <> i / 7.0), 0::bigint,
          'a rate that is there comes back as it is');

-- check_sources counts what plain SQL counts
CREATE SCHEMA shop;
SELECT setseed(0.3) IS NULL AS seeded;
CREATE TABLE shop.orders AS
SELECT CASE WHEN random() < 0.9 THEN floor(random() * 50)::text WHEN random() < 0.5 THEN '' END AS customer_id,
       CASE WHEN random() < 0.9 THEN now() + (random() - 0.9) * interval '100 days' END AS ordered_at,
       CASE WHEN random() < 0.9 THEN floor(random() * 10 - 2)::numeric END AS amount, floor(random() * 900)::integer AS order_id
  FROM generate_series(1, 1000);
SELECT results_eq(
    $$SELECT problem, substring(detail FROM '^\d+')::bigint FROM check_sources('shop')
       WHERE relation = 'orders' AND severity <> 'ok' AND detail ~ '^\d' ORDER BY problem COLLATE "C"$$,
    $$SELECT p, n FROM (SELECT 'duplicate order_id' AS p, count(order_id) - count(DISTINCT order_id) AS n FROM shop.orders
                   UNION ALL SELECT 'empty key', count(*) FROM shop.orders WHERE customer_id IS NULL OR customer_id = ''
                   UNION ALL SELECT 'negative amount', count(*) FROM shop.orders WHERE amount < 0
                   UNION ALL SELECT 'no amount', count(*) FROM shop.orders WHERE amount IS NULL
                   UNION ALL SELECT 'no time', count(*) FROM shop.orders WHERE ordered_at IS NULL
                   UNION ALL SELECT 'time in the future', count(*) FROM shop.orders WHERE ordered_at > now()
                   UNION ALL SELECT 'zero amount', count(*) FROM shop.orders WHERE amount = 0) c ORDER BY p COLLATE "C"$$,
    'counts equal plain SQL');
CREATE TEMPORARY TABLE copy AS SELECT * FROM shop.orders;
SELECT ok((SELECT count(*) > 0 FROM check_sources('shop')), 'it answers');
SELECT set_eq('SELECT * FROM shop.orders', 'SELECT * FROM copy', 'and changes nothing');
SELECT * FROM finish();
ROLLBACK;
