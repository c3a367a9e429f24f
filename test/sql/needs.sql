-- needs: every named need with a customer inside and one just outside, spells to the day, opportunities, rubbish in.
\set VERBOSITY terse
SET TimeZone = 'Asia/Tokyo';
SET DateStyle = 'ISO';
SET client_min_messages = warning;
SET jit = off;
SET search_path = customer_segments, public;
SET customer_segments.as_of = '2024-07-01 00:00Z';

CREATE SCHEMA shop;
CREATE TABLE shop.orders (customer_id text, order_id integer GENERATED ALWAYS AS IDENTITY, ordered_at timestamptz, amount numeric);
CREATE TABLE shop.order_items (order_id integer, product_id text, quantity integer, unit_price numeric, category text);
CREATE TABLE shop.products (product_id text, attributes text[]);
CREATE TABLE shop.survey_answers (customer_id text, question text, answered_at timestamptz, answer text, score numeric);
INSERT INTO shop.products VALUES ('cream', '{Sensitive Skin,SPF}'), ('desk', '{foldable}'), ('rice', '{bulk}'), ('licence', '{team plan}');
-- bought(customer, product, category, days)
CREATE FUNCTION bought(text, text, text, VARIADIC date[]) RETURNS void LANGUAGE sql AS $$
    WITH o AS (INSERT INTO shop.orders (customer_id, ordered_at, amount) SELECT $1, d::timestamp AT TIME ZONE 'UTC', 10 FROM unnest($4) d RETURNING order_id)
    INSERT INTO shop.order_items SELECT order_id, $2, 1, 10, $3 FROM o $$;
SELECT create_workspace('seg', 'shop');
SELECT need, source, string_agg(key || COALESCE('=' || answer, '>=' || min_score, ''), ' ' ORDER BY position) AS rules FROM seg.need_rule GROUP BY 1, 2 ORDER BY min(position);

SELECT bought('energy_boost', 'x', 'Energy Drinks', '2024-05-01', '2024-05-02'), bought('once is no need', 'x', 'Energy Drinks', '2024-05-01'),
       bought('sleep_support', 'x', 'sleep-aids', '2024-05-01', '2024-05-02'), bought('recovery', 'x', 'massage', '2024-05-01', '2024-05-02'),
       bought('small_apartment', 'desk', NULL, '2024-05-01'), bought('large_family', 'rice', 'Kids', '2024-05-01', '2024-05-02'),
       bought('freelancer', 'x', 'home office', '2024-05-01', '2024-06-01'), bought('enterprise_team', 'licence', NULL, '2024-05-01'),
       bought('two needs of one cream', 'cream', NULL, '2024-05-01', '2024-05-02'), bought('sun_protection', 'x', 'sunscreen', '2024-05-01', '2024-05-02'),
       bought('warm_outerwear', 'x', 'Snow Jackets', '2023-12-01', '2024-01-01'), bought('warm last year', 'x', 'Coats', '2023-07-01', '2023-07-01'), bought('just in time', 'x', 'Coats', '2023-07-02', '2023-07-03'),
       bought('exactly half', 'x', 'coats', '2024-05-01', '2024-05-02'), bought('exactly half', 'x', 'massage', '2024-05-03', '2024-05-04'),
       bought('less than half', 'x', 'coats', '2024-05-01', '2024-05-02'), bought('less than half', 'x', 'massage', '2024-05-03', '2024-05-04'), bought('less than half', 'x', 'coffee', '2024-05-05'),
       bought('nothing to say', 'x', 'Books', '2024-05-01') \g /dev/null
INSERT INTO shop.survey_answers VALUES ('sensitive_skin', 'Skin type', '2024-05-01Z', 'Sensitive', NULL), ('sensitive_skin', 'skin_type', '2024-06-01Z', 'sensitive', NULL),
    ('small_apartment', 'home', '2024-05-01Z', 'Studio', NULL), ('enterprise_team', 'team_size', '2024-05-01Z', NULL, 50), ('small team', 'team_size', '2024-05-01Z', NULL, 49),
    ('NaN team', 'team_size', '2024-05-01Z', NULL, 'NaN');
-- one fact is one too few, for each of them
SELECT bought(n || ', once', 'x', c, '2024-05-01') FROM (VALUES ('sleep_support', 'sleep'), ('recovery', 'massage'), ('large_family', 'kids'), ('freelancer', 'home office'),
    ('sun_protection', 'sunscreen'), ('warm_outerwear', 'coats')) AS v(n, c) \g /dev/null
INSERT INTO shop.survey_answers VALUES ('sensitive_skin, once', 'skin_type', '2024-05-01Z', 'sensitive', NULL), ('small_apartment, once', 'home', '2024-05-01Z', 'studio', NULL),
    ('enterprise_team, once', 'team_size', '2024-05-01Z', NULL, 50), ('not sensitive', 'skin_type', '2024-05-01Z', 'normal', NULL), ('in a house', 'home', '2024-05-01Z', 'house', NULL);
SELECT customer_id, need, need_rank AS rank, top_need, round(share::numeric, 4) AS share, second_need, spell, spell_rank, facts, n, reliable FROM seg.needs ORDER BY customer_id COLLATE "C";
UPDATE seg.settings SET need_min_facts = 1, need_min_share = 0.51;
SELECT customer_id, need FROM seg.needs WHERE customer_id IN ('once is no need', 'exactly half') ORDER BY 1;
UPDATE seg.settings SET need_min_facts = 2, need_min_share = 0.5;

-- new_homeowner: a bed, a sofa and a dining table within 45 days
TRUNCATE shop.orders, shop.order_items, shop.survey_answers;
SELECT bought('new_homeowner', 'b', 'Beds', '2024-03-01'), bought('new_homeowner', 's', 'Sofa', '2024-03-20'), bought('new_homeowner', 't', 'Dining Table', '2024-04-15'),
       bought('a day too late', 'b', 'Beds', '2024-03-01'), bought('a day too late', 's', 'Sofa', '2024-03-20'), bought('a day too late', 't', 'Dining Table', '2024-04-16'),
       bought('two of three', 'b', 'bed', '2024-03-01'), bought('two of three', 's', 'sofa', '2024-03-02'), bought('two of three', 's', 'sofas', '2024-03-03'),
       bought('another bed', 'b', 'bed', '2024-01-01', '2024-04-01'), bought('another bed', 's', 'sofa', '2024-03-25'), bought('another bed', 't', 'dining_table', '2024-05-08'),
       bought('out of the window', 'b', 'bed', '2023-07-01'), bought('out of the window', 's', 'sofa', '2023-07-02'), bought('out of the window', 't', 'dining table', '2023-07-03'),
       bought('after as_of', 'b', 'bed', '2024-06-20'), bought('after as_of', 's', 'sofa', '2024-06-21'), bought('after as_of', 't', 'dining table', '2024-07-01') \g /dev/null
WITH o AS (INSERT INTO shop.orders (customer_id, ordered_at, amount) VALUES ('all in one order', '2024-05-01Z', 900) RETURNING order_id)
INSERT INTO shop.order_items SELECT order_id, c, 1, 300, c FROM o, unnest('{bed,sofa,dining table}'::text[]) AS c;
SELECT customer_id, spell, completed_at AT TIME ZONE 'UTC' AS completed_at FROM seg.spells ORDER BY customer_id COLLATE "C";
SELECT customer_id, need, spell, spell_rank, spell_completed_at AT TIME ZONE 'UTC' AS completed_at FROM seg.needs WHERE spell <> 'none' ORDER BY customer_id COLLATE "C";
SELECT customer_id, need, spell, spell_rank FROM seg.customer_360 WHERE customer_id IN ('new_homeowner', 'a day too late') ORDER BY customer_id COLLATE "C";
UPDATE seg.need_spell SET within_days = 46;
SELECT customer_id FROM seg.spells WHERE customer_id = 'a day too late';
-- a spell of the shop's own, by products and attributes; the latest spell is shown
INSERT INTO seg.need_spell (spell, part, source, key, within_days) VALUES ('guest_room', 'a', 'product', 'b', 10), ('guest_room', 'b', 'attribute', 'foldable', 10);
SELECT bought('new_homeowner', 'desk', NULL, '2024-06-02'), bought('new_homeowner', 'b', NULL, '2024-06-01') \g /dev/null
SELECT customer_id, need, spell, spell_rank FROM seg.needs WHERE customer_id = 'new_homeowner';
SELECT spell, count(*) FROM seg.spells GROUP BY 1 ORDER BY 1;
UPDATE seg.settings SET need_examples = false;
SELECT customer_id, need, spell FROM seg.needs;
UPDATE seg.settings SET need_examples = true;

-- opportunities
INSERT INTO shop.survey_answers SELECT 'c' || i, 'Importance ' || v.need, '2024-05-01Z', NULL, v.importance FROM generate_series(1, 3) AS i, (VALUES ('sleep support', 9), ('recovery', 8), ('energy boost', 7), ('sun protection', 6), ('warm outerwear', 9)) AS v(need, importance);
INSERT INTO shop.survey_answers SELECT 'c' || i, 'satisfaction_' || v.need, '2024-05-01Z', NULL, v.satisfaction FROM generate_series(1, 3) AS i, (VALUES ('sleep_support', 2), ('recovery', 4), ('energy_boost', 4), ('sun_protection', 9)) AS v(need, satisfaction);
INSERT INTO shop.survey_answers VALUES ('c1', 'importance_recovery', '2024-04-01Z', NULL, 0), ('c4', 'importance_recovery', '2024-06-01Z', NULL, 11), ('c4', 'importance_recovery', '2024-06-01Z', NULL, -1);
SELECT need, importance, satisfaction, score, opportunity, opportunity_rank, n, reliable FROM seg.need_opportunity;
UPDATE seg.settings SET survey_min_answers = 3, opportunity_ripe = 12.5;
SELECT need, score, opportunity, reliable FROM seg.need_opportunity;
-- the borders: above 15 extreme, 12 to 15 ripe, 10 to 12 worth a look
SELECT opportunity_score(10, 5) AS "15", opportunity_score(8, 4) AS "12", opportunity_score(5, 0) AS "10", opportunity_score(3, 9) AS "3";

-- errors
SELECT opportunity_score(11, 5);
SELECT opportunity_score(5, 'NaN');
SELECT spell_end('{2024-01-01,2024-01-20,2024-02-15}', '{1,2,3}', 3, 45), spell_end('{2024-01-01,2024-01-20,2024-02-16}', '{1,2,3}', 3, 45), spell_end('{}', '{}', 3, 45);
SELECT spell_end('{2024-01-01}', '{1,2}', 2, 45);
SELECT spell_end('{2024-01-01}', '{3}', 2, 45);
SELECT spell_end('{2024-01-02,2024-01-01}', '{1,2}', 2, 45);
SELECT spell_end('{2024-01-02}', '{1}', 65, 45);
SELECT spell_end('{2024-01-02}', '{1}', 2, -1);
SELECT spell_end('{2024-01-02}', '{NULL}', 2, 1);
SELECT spell_end('{{2024-01-02}}', '{1}', 2, 1);
INSERT INTO seg.need_rule (need, source, key) VALUES ('x', 'item', 'y');
INSERT INTO seg.need_spell VALUES ('none', 'a', 'category', 'b', 4);
INSERT INTO seg.need_spell VALUES ('x', 'a', 'category', 'Bed', 4);
INSERT INTO seg.need_question VALUES ('mood', 'x', 'mood');
UPDATE seg.settings SET opportunity_ripe = 16;
SELECT drop_workspace('seg');
