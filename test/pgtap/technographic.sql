BEGIN;
SET search_path = customer_segments, public;
SELECT plan(4);
SELECT setseed(0.2) IS NULL AS seeded;
CREATE SCHEMA shop;
CREATE TABLE shop.orders (customer_id bigint, ordered_at timestamptz, amount numeric);
CREATE TEMPORARY TABLE agent AS SELECT row_number() OVER () AS i, agent FROM unnest(ARRAY[
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
    'Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.1 Mobile/15E148 Safari/604.1',
    'Mozilla/5.0 (Linux; Android 13; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.5845.163 Mobile Safari/537.36',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36',
    'Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0',
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'xyzzy']) AS agent;
CREATE TABLE shop.events AS
SELECT 1 + floor(40 * random() ^ 2)::bigint AS customer_id, 'page_view'::text AS event_type,
       timestamptz '2024-01-01Z' + floor(random() * 300) * interval '1 day' AS occurred_at, a.agent AS user_agent
  FROM (SELECT 1 + floor(random() * 8)::integer AS i FROM generate_series(1, 600)) AS e JOIN agent a USING (i);
SELECT create_workspace('seg', 'shop');
SET LOCAL customer_segments.as_of = '2024-10-01';
UPDATE seg.settings SET technographic_days = 100;
CREATE TEMPORARY TABLE plain AS
SELECT e.customer_id, e.occurred_at AS at, p.* FROM shop.events e, parse_user_agent(e.user_agent) p
 WHERE e.occurred_at < '2024-10-01Z' AND e.occurred_at >= timestamptz '2024-10-01Z' - interval '100 days' AND p.class <> 'bot';
SELECT results_eq(
    'SELECT customer_id, n, device_class, main_os, main_browser, mobile_share, devices FROM seg.technographic WHERE n > 0 ORDER BY 1',
    $$SELECT c.customer_id, count(*),
             (SELECT class FROM plain p WHERE p.customer_id = c.customer_id GROUP BY class ORDER BY count(*) DESC, max(at) DESC, class COLLATE "C" LIMIT 1),
             (SELECT os FROM plain p WHERE p.customer_id = c.customer_id GROUP BY os ORDER BY count(*) DESC, max(at) DESC, os COLLATE "C" LIMIT 1),
             (SELECT browser FROM plain p WHERE p.customer_id = c.customer_id GROUP BY browser ORDER BY count(*) DESC, max(at) DESC, browser COLLATE "C" LIMIT 1),
             (count(*) FILTER (WHERE class IN ('mobile', 'tablet'))::numeric / count(*))::numeric(7,6),
             count(DISTINCT CASE WHEN device = 'Other' THEN os ELSE device END)
        FROM plain c GROUP BY 1 ORDER BY 1$$, 'main labels, shares and devices equal plain SQL');
SELECT is((SELECT sum(events) FROM seg.customer_devices), (SELECT count(*)::numeric FROM plain), 'every event is of one device');
SELECT is((SELECT count(*) FROM seg.technographic), (SELECT count(DISTINCT customer_id) FROM shop.events WHERE occurred_at < '2024-10-01Z'), 'one row a customer');
CREATE TEMPORARY TABLE before AS SELECT * FROM seg.technographic;
CREATE TEMPORARY TABLE shuffled AS SELECT * FROM shop.events ORDER BY random();
TRUNCATE shop.events;
INSERT INTO shop.events SELECT * FROM shuffled;
SELECT is_empty('(TABLE before EXCEPT TABLE seg.technographic) UNION ALL (TABLE seg.technographic EXCEPT TABLE before)', 'in any order of the events');
SELECT * FROM finish();
ROLLBACK;
