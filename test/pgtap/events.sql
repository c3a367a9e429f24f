BEGIN;
SET LOCAL search_path = customer_segments, public;
SELECT plan(7);

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
SELECT * FROM finish();
ROLLBACK;
