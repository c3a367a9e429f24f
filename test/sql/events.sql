-- Events: the names that ship, the base view of a workspace, the fact built from it, and unmapped names in check_sources.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
SET client_min_messages = warning;
SET jit = off;
SET search_path = customer_segments, public;
SET customer_segments.as_of = '2024-07-01';

-- every rule leads to a kind or says that the name counts for nothing; no name twice, none that is itself a kind
SELECT count(*) > 150 AS many, count(*) FILTER (WHERE kind <> ALL (event_kinds())) AS no_kind,
       count(*) - count(DISTINCT event_name(event_type)) AS twice,
       count(*) FILTER (WHERE event_name(event_type) = ANY (event_kinds())) AS needless
  FROM event_kind_rules();
SELECT k AS kind_without_a_rule FROM unnest(event_kinds()) k WHERE k NOT IN (SELECT kind FROM event_kind_rules() WHERE kind IS NOT NULL) ORDER BY 1;
SELECT event_name('Product VIEWED'), event_name('ÄÖÜ I'), event_name(''), event_name(NULL);

SELECT event_kind('Opened EMAIL'), event_kind('our_quiz', '{{Our_Quiz,review},{email_open,NULL}}'), event_kind('Email_Open', '{{Our_Quiz,review},{email_open,NULL}}'), event_kind('login', '{}'), event_kind('login', NULL), event_kind(NULL, NULL);
-- changes that change from row to row, and a name that is longer than what is remembered
SELECT event_kind(n, c) FROM (VALUES ('login', '{{login,review}}'::text[]), ('login', '{{login,search}}'), ('login', NULL), ('login', '{{login,NULL}}'), (repeat('x', 50), ARRAY[ARRAY[repeat('X', 50), 'login']])) v(n, c);
SELECT event_kind('login', '{login,review}');
SELECT event_kind('login', '{{login,dance}}');

CREATE SCHEMA shop;
CREATE TABLE shop.orders (customer_id bigint, ordered_at timestamptz, amount numeric);
CREATE TABLE shop.events (customer_id integer, event_type varchar(40), occurred_at timestamp, channel varchar(20), product_id integer, value double precision, is_machine boolean);
INSERT INTO shop.events VALUES
    (1, 'Product Viewed', '2024-06-30 23:59', 'web', 7, 1.5, NULL), (1, 'PRODUCT viewed', '2024-07-01 00:00', 'web', 7, 1.5, false),
    (1, 'email_open', '2024-06-01', '', NULL, NULL, true), (1, 'Email_Click', '2024-06-01', NULL, NULL, NULL, false),
    (2, 'our_quiz', '2024-06-02', 'web', NULL, 3, false), (2, 'users.messages.email.Send', '2024-06-02', 'web', NULL, NULL, false),
    (2, NULL, '2024-06-03', NULL, NULL, NULL, NULL), (2, '', '2024-06-03', NULL, NULL, NULL, NULL),
    (NULL, 'email_open', '2024-06-03', NULL, NULL, NULL, NULL), (3, 'email_open', NULL, NULL, NULL, NULL, NULL), (3, 'email_open', '2025-01-01', NULL, NULL, NULL, NULL);
SELECT create_workspace('seg', 'shop', time_zone => 'Europe/Berlin');
SELECT customer_id, event_type, kind, at, channel, product_id, category, value, campaign, user_agent, is_machine FROM seg.events ORDER BY 1, 4, 2;
SELECT customer_id, events, first_event_at, last_event_at, activity FROM seg.customer_events ORDER BY 1;
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'seg.events'::regclass AND attnum > 0 ORDER BY attnum;

-- names of one's own: listed until they have a rule
SELECT relation, column_name, severity, problem, detail, remedy FROM check_sources('shop') WHERE relation = 'events' AND problem LIKE '%event name%';
INSERT INTO seg.event_kind VALUES ('Our_Quiz', 'community_post'), ('email_open', NULL);
SELECT event_type, kind FROM seg.events WHERE event_type IN ('our_quiz', 'email_open') ORDER BY event_type DESC;
INSERT INTO seg.event_kind VALUES ('OUR_quiz', 'review');
INSERT INTO seg.event_kind VALUES ('quiz', 'a quiz');
INSERT INTO seg.event_kind VALUES ('', 'review');
DELETE FROM shop.events WHERE event_type IS NULL OR event_type IN ('our_quiz', '');
SELECT count(*) FROM check_sources('shop') WHERE problem LIKE '%event name%';
-- values that are none
SELECT event_amount('NaN'), event_amount('-Infinity'), event_amount(1e20), event_amount(-99999999999999999999.5), event_amount(1e-300), event_amount(19.990), event_amount(NULL);
SELECT drop_workspace('seg');

-- a source without orders, one without events, and a key that cannot be compared
DROP TABLE shop.orders;
SELECT create_workspace('seg', 'shop');
SELECT customer_id, events, first_event_at, last_event_at FROM seg.customer_events ORDER BY 1;
SELECT drop_workspace('seg');
DROP TABLE shop.events;
CREATE TABLE shop.orders (customer_id bigint, ordered_at timestamptz, amount numeric);
SET client_min_messages = notice;
SELECT create_workspace('seg', 'shop');
SET client_min_messages = warning;
SELECT (SELECT count(*) FROM seg.events) AS events, (SELECT count(*) FROM seg.customer_events) AS customers;
SELECT drop_workspace('seg');
CREATE TABLE shop.events (customer_id text, event_type text, occurred_at timestamptz);
SELECT create_workspace('seg', 'shop');

-- a part that names a fact there is none of
SELECT workspace_add_fact_column('seg', 'customer_dreams', 'dreams', 'count(*)', 'dreams');
