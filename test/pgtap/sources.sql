BEGIN;
SET search_path = customer_segments, public;
SET LOCAL jit = off;
SELECT plan(20);

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
-- one row of any text, number or time ends no view that check_sources does not name as an error of its column
CREATE SCHEMA bad;
CREATE TABLE bad.orders AS SELECT i AS order_id, i % 5 AS customer_id, timestamptz '2024-01-01Z' + i * interval '1 day' AS ordered_at, 10::numeric AS amount, 12::numeric AS list_amount,
    'web'::text AS channel, NULL::text AS coupon_code, NULL::text AS currency FROM generate_series(1, 20) i;
CREATE TABLE bad.refunds AS SELECT 1 AS order_id, timestamptz '2024-03-01Z' AS refunded_at, 1::numeric AS amount;
CREATE TABLE bad.order_items AS SELECT i AS order_id, i % 3 AS product_id, 2::numeric AS quantity, 5::numeric AS unit_price, 6::numeric AS list_price, 'shoes'::text AS category FROM generate_series(1, 20) i;
CREATE TABLE bad.events AS SELECT i % 5 AS customer_id, 'page_view'::text AS event_type, timestamptz '2024-01-01Z' + i * interval '1 day' AS occurred_at, 'web'::text AS channel, 'p'::text AS product_id,
    'shoes'::text AS category, 1::numeric AS value, 'x'::text AS user_agent, 'c'::text AS campaign FROM generate_series(1, 20) i;
CREATE TABLE bad.customers AS SELECT i AS customer_id, 'a@b.example'::text AS email, date '1980-01-01' AS birth_date, 'f'::text AS gender, 'high'::text AS income, 'phd'::text AS education,
    'single'::text AS family_status, 'DE'::text AS country, 'BE'::text AS region, 'Berlin'::text AS city, '10115'::text AS postal_code, 52::numeric AS latitude, 13::numeric AS longitude,
    timestamptz '2023-01-01Z' AS signed_up_at, timestamptz '2023-01-01Z' AS subscribed_at, 'ads'::text AS acquisition_channel, 1::numeric AS acquisition_cost, 'Firma'::text AS company,
    5::numeric AS employees, 5::numeric AS annual_revenue, '4711'::text AS industry_code, 'acc'::text AS account_id FROM generate_series(0, 4) i;
CREATE TABLE bad.survey_answers AS SELECT i AS customer_id, 'nps'::text AS question, timestamptz '2024-01-01Z' AS answered_at, 'x'::text AS answer, 5::numeric AS score FROM generate_series(0, 4) i;
CREATE TABLE bad.products AS SELECT 'p'::text AS product_id, 'shoes'::text AS category, '{a}'::text[] AS attributes;
CREATE TABLE bad.stores AS SELECT 's'::text AS store_id, 52::numeric AS latitude, 13::numeric AS longitude;
SELECT create_workspace('bad_segments', 'bad') IS NOT NULL AS made;
CREATE FUNCTION pg_temp.failing_view() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    view text;
BEGIN
    FOREACH view IN ARRAY '{purchases,customer_orders,customer_items,customer_channels,customer_360}'::text[] LOOP
        EXECUTE format('SELECT count(v::text) FROM bad_segments.%I v', view);
    END LOOP;
    view := 'members';
    PERFORM refresh_step_50_members('bad_segments');
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    RETURN format('%s: %s', view, left(SQLERRM, 100));
END;
$$;
CREATE FUNCTION pg_temp.set_all(value text, kinds text[], but text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    c record;
BEGIN
    -- each in a row of its own
    FOR c IN SELECT s.relation, s.column_name, row_number() OVER (PARTITION BY s.relation ORDER BY s.position) % 4 AS row FROM source_columns('bad') s
              WHERE s.fits AND s.kind = ANY (kinds) AND s.column_name <> 'currency' AND s.relation || '.' || s.column_name <> ALL (but) LOOP
        EXECUTE format('UPDATE bad.%1$I SET %2$I = %3$L WHERE ctid = (SELECT max(ctid) FROM (SELECT ctid FROM bad.%1$I ORDER BY ctid LIMIT %4$s + 1) r)', c.relation, c.column_name, value, c.row);
    END LOOP;
END;
$$;
-- the columns that are named as errors for this value have it no more, then nothing fails
CREATE FUNCTION pg_temp.try(value text, kinds text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    named text[];
BEGIN
    BEGIN
        PERFORM pg_temp.set_all(value, kinds, '{}');
        named := ARRAY(SELECT f.relation || '.' || f.column_name FROM check_sources('bad') f WHERE f.severity = 'error' AND f.detail LIKE '1 of %');
        RAISE EXCEPTION USING ERRCODE = 'UNDO1';
    EXCEPTION WHEN SQLSTATE 'UNDO1' THEN NULL;
    END;
    PERFORM pg_temp.set_all(value, kinds, named);
    RAISE EXCEPTION USING ERRCODE = 'UNDO1', MESSAGE = COALESCE(pg_temp.failing_view(), 'fine');
EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
    RETURN SQLERRM;
END;
$$;
SELECT is((SELECT string_agg(left(v, 12) || ': ' || t, E'\n')
             FROM (SELECT v, '{money,number}'::text[] AS kinds FROM unnest('{NaN,Infinity,1e14,9e13,1e-25,1e-24,1e131071}'::text[]) v
                   UNION ALL SELECT v, '{time}'::text[] FROM unnest('{infinity,-infinity,4713-01-02 BC,294276-12-30}'::text[]) v
                   UNION ALL VALUES ((SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i), '{text}'::text[]), (repeat(U&'\+01F600', 300), '{text}')) c
            CROSS JOIN pg_temp.try(c.v, c.kinds) t
            WHERE t <> 'fine'), NULL, 'what ends a view is named');
UPDATE bad.orders SET channel = repeat('X', 300) WHERE order_id = 1;
SELECT is((SELECT max(length(channel)) FROM bad_segments.channel_orders), 255, 'of which the first 255 characters count');
SELECT is((SELECT detail FROM check_sources('bad') WHERE relation = 'orders' AND problem = 'long channel names'), '1 of 20 rows', 'which check_sources says');

-- nor does a setting that its check lets through
CREATE FUNCTION pg_temp.set_settings(value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    setting name;
BEGIN
    FOR setting IN SELECT a.attname FROM pg_attribute a WHERE a.attrelid = 'bad_segments.settings'::regclass AND a.attnum > 0
                      AND a.atttypid IN ('integer'::regtype, 'bigint'::regtype, 'double precision'::regtype, 'numeric'::regtype) ORDER BY a.attnum DESC LOOP
        BEGIN
            EXECUTE format('UPDATE bad_segments.settings SET %I = %L', setting, value);
        EXCEPTION WHEN check_violation OR invalid_text_representation THEN NULL;
        END;
    END LOOP;
    PERFORM refresh_begin('bad_segments');
    RAISE EXCEPTION USING ERRCODE = 'UNDO1', MESSAGE = COALESCE(pg_temp.failing_view(), 'fine');
EXCEPTION WHEN OTHERS THEN
    RETURN SQLERRM;
END;
$$;
SELECT is((SELECT string_agg(v || ': ' || t, E'\n') FROM unnest('{2147483647,36500,1e300,1e-300,0}'::text[]) v CROSS JOIN pg_temp.set_settings(v) t WHERE t <> 'fine'), NULL, 'no setting ends a view');
SELECT throws_ok('UPDATE bad_segments.settings SET ' || s || ' = ' || v, '23514', NULL, s || ' has an upper bound')
  FROM (VALUES ('stored_days', '36501'), ('refresh_log_days', '36501'), ('refresh_rebuild_share', '1e300'), ('loyalty_points', '1e300')) c(s, v);
SELECT * FROM finish();
ROLLBACK;
