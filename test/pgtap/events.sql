BEGIN;
SET LOCAL search_path = customer_segments, public;
SELECT plan(16);

-- the functions, the shipped rules and the rules of a workspace say the same
SELECT is_empty('SELECT * FROM event_kind_rules() WHERE event_kind(event_type) IS DISTINCT FROM kind OR NOT is_event_name(event_type)', 'event_kind() follows the rules');
SELECT is_empty('SELECT * FROM event_kind_rules() WHERE event_kind(upper(event_type)) IS DISTINCT FROM kind OR event_kind(lower(event_type)) IS DISTINCT FROM kind', 'in any case');
SELECT is_empty('SELECT * FROM unnest(event_kinds()) k WHERE event_kind(k) <> k OR event_kind(upper(k)) <> k', 'a kind is its own kind');
SELECT is((SELECT array_agg(is_event_name(n) ORDER BY o) FROM unnest('{sent,login,Logins,"","login ",ÄMTER}'::text[]) WITH ORDINALITY u(n, o)), '{t,t,f,f,f,f}', 'names that are none');

CREATE SCHEMA shop;
CREATE TABLE shop.events AS
SELECT 1 AS customer_id, n AS event_type, timestamptz '2024-01-01Z' AS occurred_at
  FROM (SELECT upper(event_type) FROM event_kind_rules() UNION ALL SELECT event_type FROM event_kind_rules() UNION ALL SELECT initcap(k) FROM unnest(event_kinds()) k
        UNION ALL VALUES ('our_quiz'), (''), (NULL)) u(n);
SELECT create_workspace('seg', 'shop');
SELECT is_empty('SELECT * FROM seg.events WHERE kind IS DISTINCT FROM event_kind(event_type)', 'the view events maps as event_kind() does');
SELECT is((SELECT count(*) FROM seg.events), (SELECT count(*) FROM shop.events), 'and drops nothing');
SELECT is((SELECT detail FROM check_sources('shop') WHERE problem = 'unmapped event names'),
          (SELECT '1 of ' || count(*) || ' rows: our_quiz' FROM shop.events), 'check_sources lists the name that has no rule');

-- odd events: none, null, unknown, to come, twice, out of order, of values that are none
SET LOCAL customer_segments.as_of = '2024-03-01Z';
CREATE SCHEMA odd;
CREATE TABLE odd.events (customer_id text, event_type text, occurred_at timestamptz, value double precision, channel text, product_id text);
SELECT create_workspace('odd_seg', 'odd');
CREATE FUNCTION pg_temp.rows() RETURNS TABLE (view text, n bigint) LANGUAGE sql AS $$
    SELECT 'customer_events', count(*) FROM odd_seg.customer_events UNION ALL SELECT 'engagement', count(*) FROM odd_seg.engagement UNION ALL SELECT 'behavior', count(*) FROM odd_seg.behavior
    UNION ALL SELECT 'channel', count(*) FROM odd_seg.channel UNION ALL SELECT 'carts', count(*) FROM odd_seg.carts UNION ALL SELECT 'funnel', sum(customers)::bigint FROM odd_seg.funnel
    UNION ALL SELECT 'visit_retention', sum(customers)::bigint FROM odd_seg.visit_retention $$;
SELECT is_empty('SELECT * FROM pg_temp.rows() WHERE n <> 0', 'no events: every view is empty');
INSERT INTO odd.events VALUES (NULL, 'login', '2024-01-01Z'), ('a', 'login', NULL), ('a', 'login', '2024-03-01Z'), ('a', 'login', 'infinity'), ('a', 'login', '2025-01-01Z');
SELECT is_empty('SELECT * FROM pg_temp.rows() WHERE n <> 0', 'nobody, no time, as_of itself, the future: no events either');
INSERT INTO odd.events VALUES ('unknown', 'our_quiz', '2024-02-01Z', 5, 'web'), ('nameless', NULL, '2024-02-01Z', 5, 'web'), ('nameless', '', '2024-02-01Z', 5, 'web');
SELECT results_eq('SELECT customer_id, events, activity::text FROM odd_seg.customer_events ORDER BY 1', $$VALUES ('nameless', 2::bigint, NULL::text), ('unknown', 1, NULL)$$, 'names without a kind are counted as events, and say nothing');
SELECT is((SELECT string_agg(engagement || ' ' || behavior || ' ' || message_channel, ', ') FROM odd_seg.engagement JOIN odd_seg.behavior USING (customer_id) JOIN odd_seg.channel USING (customer_id)),
          'unknown other unknown, unknown other unknown', 'no label hangs on them');
INSERT INTO odd.events SELECT 'twice', t, timestamptz '2024-02-20 10:00Z' + i * interval '1 minute', 3 FROM (VALUES ('purchase', 3), ('checkout_start', 2), ('add_to_cart', 1), ('product_view', 0)) AS v(t, i), generate_series(1, 2);
SELECT is((SELECT format('%s %s', event_count(activity), event_value(activity)) FROM odd_seg.customer_events WHERE customer_id = 'twice'), '8 24', 'a row that is there twice counts twice');
SELECT is((SELECT format('%s %s', sessions, funnel_step) FROM odd_seg.behavior WHERE customer_id = 'twice'), '1 4', 'the latest first: one visit, the whole funnel');
INSERT INTO odd.events VALUES ('odd', 'page_view', '2024-02-01Z', 'NaN'), ('odd', 'page_view', '2024-02-01Z', 'Infinity'), ('odd', 'page_view', '2024-02-01Z', 1e300), ('odd', 'page_view', '2024-02-01Z', -1e19), ('odd', 'page_view', '2024-02-01Z', 1e-300);
SELECT is((SELECT format('%s %s', event_count(activity), trim_scale(event_value(activity))) FROM odd_seg.customer_events WHERE customer_id = 'odd'), '5 -10000000000000000000', 'values that are none count as events without one');
SELECT is((SELECT detail FROM check_sources('odd') WHERE problem = 'values that do not count'), '3 of 21 rows', 'and are listed');

-- all facts of the events in one pass over them
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query; END $$;
SELECT is((SELECT count(*) || ' ' || (SELECT count(*) > 3 FROM odd_seg.fact_column WHERE fact = 'customer_events') FROM pg_temp.plan_of('SELECT * FROM odd_seg.customer_events') AS line WHERE line ~ 'Function Call: .*activity_histories| on odd[.]events'),
          '1 true', 'every column of customer_events by one pass over the events');
SELECT * FROM finish();
ROLLBACK;
