-- psychographic: every named trait with a customer inside and one just outside, goals, rubbish in, rules of the shop's own.
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
CREATE TABLE shop.events (customer_id text, event_type text, occurred_at timestamptz, is_machine boolean);
INSERT INTO shop.products VALUES ('shirt', '{Organic,fair trade}'), ('watch', '{luxury}'), ('ring', '{limited-edition}'), ('bag', '{handmade,organic}'), ('cup', '{}'), ('plain', NULL);
-- bought(customer, product, category, day)
CREATE FUNCTION bought(text, text, text, date) RETURNS void LANGUAGE sql AS $$
    WITH o AS (INSERT INTO shop.orders (customer_id, ordered_at, amount) VALUES ($1, $4::timestamp AT TIME ZONE 'UTC', 10) RETURNING order_id)
    INSERT INTO shop.order_items SELECT order_id, $2, 1, 10, $3 FROM o $$;
-- answered(customer, trait, three answers): the third item is reversed
CREATE FUNCTION answered(text, text, VARIADIC numeric[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO shop.survey_answers SELECT $1, $2 || '_' || i, '2024-06-01Z', NULL, $3[i] FROM generate_subscripts($3, 1) i WHERE $3[i] IS NOT NULL $$;
SELECT create_workspace('seg', 'shop');
SELECT trait, source, goal, lowest, highest, is_reversed, string_agg(COALESCE(key || '=' || answer, key), ' ' ORDER BY position) AS rules FROM seg.trait_rule
GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY min(position);

-- by scale: eco 5, 5 and reversed 1 is 1; half of three items is two
SELECT answered('eco_conscious', 'eco_conscious', 5, 5, 1), answered('one item is too few', 'eco_conscious', 5), answered('two items are enough', 'eco_conscious', 5, 4),
       answered('reversed matters', 'eco_conscious', 5, 5, 5), answered('below the least score', 'eco_conscious', 2, 2, 4),
       answered('off the scale', 'eco_conscious', 6, 0, NULL), answered('half points', 'eco_conscious', 4.5, 4.5, 1.5),
       answered('leads by a margin', 'eco_conscious', 5, 5, 1), answered('leads by a margin', 'status_seeker', 4, 4, 1),
       answered('leads by less', 'eco_conscious', 5, 5, 1), answered('leads by less', 'status_seeker', 5, 5, 2) \g /dev/null
SELECT answered(t || ', by scale', t, 5, 4, 1) FROM unnest('{status_seeker,quality_obsessed,community_driven,performance_athlete,wellness_enthusiast}'::text[]) AS t \g /dev/null
-- 5/12 is enough for each of them, 4/12 is not
SELECT answered(t || ', just in', t, 3, 3, 4), answered(t || ', just out', t, 3, 2, 4)
  FROM unnest('{eco_conscious,status_seeker,quality_obsessed,community_driven,performance_athlete,wellness_enthusiast}'::text[]) AS t \g /dev/null
SELECT customer_id, trait, trait_rank AS rank, top_trait, round(score::numeric, 4) AS score, margin, second_trait, items, facts, n, reliable FROM seg.psychographic ORDER BY customer_id COLLATE "C";
SELECT customer_id, trait, score, scale_score, share, items FROM seg.trait_score WHERE score IS NULL;

-- by what they bought, did and said
TRUNCATE shop.survey_answers;
SELECT bought('eco_conscious', 'shirt', 'Shirts', '2024-05-01'), bought('eco_conscious', 'shirt', 'Shirts', '2024-05-02'), bought('eco_conscious', 'bag', 'Bags', '2024-05-03'),
       bought('status_seeker', 'watch', NULL, '2024-05-01'), bought('status_seeker', 'ring', NULL, '2024-05-01'), bought('nothing to say', 'cup', 'Cups', '2024-05-01'),
       bought('mixed', 'watch', NULL, '2024-05-01'), bought('mixed', 'shirt', NULL, '2024-05-01'), bought('too long ago', 'shirt', NULL, '2022-07-01'), bought('just in time', 'shirt', NULL, '2022-07-02'),
       bought('quality_obsessed', 'bag', NULL, '2024-05-01'), bought('performance_athlete', 'plain', 'Running', '2024-05-01'), bought('performance_athlete', 'plain', 'Yoga', '2024-05-02'), bought('performance_athlete', 'plain', 'Triathlon', '2024-05-03'),
       bought('not an athlete', 'plain', 'Running shoes of others', '2024-05-01'),
       bought('wellness_enthusiast', 'plain', 'YOGA', '2024-05-01'), bought('wellness_enthusiast', 'plain', 'herbal-tea', '2024-05-02'), bought('wellness_enthusiast', 'plain', 'meditation', '2024-05-03'),
       bought('hard trainer', 'plain', 'CrossFit', '2024-05-01'), bought('eater', 'plain', 'Superfoods', '2024-05-01') \g /dev/null
INSERT INTO shop.events SELECT 'community_driven', e, '2024-06-01Z', false FROM unnest('{review,Product Shared,community_post}'::text[]) AS e
    UNION ALL VALUES ('a machine', 'review', timestamptz '2024-06-01Z', true), ('a visitor', 'page_view', '2024-06-01Z', false);
INSERT INTO shop.survey_answers VALUES ('quality_obsessed', 'Why us', '2024-06-01Z', 'Quality', NULL), ('quality_obsessed', 'why_us', '2024-06-02Z', 'quality', NULL), ('other words', 'why_us', '2024-06-01Z', 'qualities', NULL);
SELECT customer_id, trait, goal, top_trait, round(score::numeric, 4) AS score, margin, second_trait, items, facts, reliable FROM seg.psychographic ORDER BY customer_id COLLATE "C";
SELECT customer_id, trait, share, goal, facts, weight FROM seg.trait_score WHERE customer_id IN ('wellness_enthusiast', 'mixed', 'performance_athlete') ORDER BY 1, 2;
-- scale and facts together
SELECT answered('mixed', 'status_seeker', 5, 5, 1), answered('mixed', 'eco_conscious', 4, 4, 2) \g /dev/null
SELECT trait, round(score::numeric, 4) AS score, scale_score, share FROM seg.trait_score WHERE customer_id = 'mixed' ORDER BY 1;
SELECT trait, margin FROM seg.psychographic WHERE customer_id = 'mixed';
UPDATE seg.settings SET trait_scale_weight = 0;
SELECT trait, margin FROM seg.psychographic WHERE customer_id = 'mixed';
UPDATE seg.settings SET trait_scale_weight = 1, trait_margin = 0.25;
SELECT trait, margin FROM seg.psychographic WHERE customer_id = 'mixed';
UPDATE seg.settings SET trait_margin = 0.26;
SELECT trait, margin FROM seg.psychographic WHERE customer_id = 'mixed';
SELECT customer_id, trait, trait_rank, trait_goal FROM seg.customer_360 WHERE customer_id IN ('wellness_enthusiast', 'nothing to say', 'too long ago') ORDER BY 1;
SELECT segment, segment_rank, customers FROM seg.segment_summary WHERE segmentation = 'trait' ORDER BY segment_rank;

-- is the scale one? ten respondents, alpha 1008/1081 by hand (test/unit/scale_items.c), and one who left an item out
TRUNCATE shop.survey_answers;
SELECT answered('r' || i, 'eco_conscious', a, b, 6 - c) FROM (VALUES (1, 2, 3, 3), (2, 4, 4, 5), (3, 5, 5, 4), (4, 3, 3, 3), (5, 4, 5, 4), (6, 1, 2, 2), (7, 3, 4, 3), (8, 5, 4, 5), (9, 2, 2, 1), (10, 4, 4, 4)) AS v(i, a, b, c) \g /dev/null
SELECT answered('r11', 'eco_conscious', 5, NULL, 1) \g /dev/null
INSERT INTO shop.survey_answers VALUES ('r1', 'eco_conscious_1', '2024-05-01Z', NULL, 5);
SELECT trait, items, respondents, incomplete, abs(alpha - 1008.0 / 1081) < 1e-12 AS as_by_hand FROM seg.trait_reliability;

-- the example set off, and rules of the shop's own
UPDATE seg.settings SET trait_examples = false;
SELECT count(*) FROM seg.psychographic;
INSERT INTO seg.trait_rule (trait, source, key, weight) VALUES ('collector', 'product', 'cup', 2.5), ('collector', 'category', 'cups', 1);
INSERT INTO seg.trait_rule (trait, source, key, min_score) VALUES ('bold', 'answer', 'courage', 8);
INSERT INTO shop.survey_answers VALUES ('bold', 'courage', '2024-06-01Z', NULL, 8), ('timid', 'courage', '2024-06-01Z', NULL, 7.9);
SELECT p.customer_id, p.trait, p.trait_rank, p.facts, s.weight FROM seg.psychographic p JOIN seg.trait_score s USING (customer_id, trait) ORDER BY 1;
INSERT INTO seg.trait_rule (trait, source, key) VALUES ('x', 'attribute', 'Fair Trade');
INSERT INTO seg.trait_rule (trait, source, key) VALUES ('x', 'weather', 'rain');
INSERT INTO seg.trait_rule (trait, source, key) VALUES ('mixed', 'category', 'cups');
INSERT INTO seg.trait_rule (trait, source, key, weight) VALUES ('x', 'category', 'cups', 0);
INSERT INTO seg.trait_rule (trait, source, key) VALUES ('x', 'answer', 'courage');
INSERT INTO seg.trait_rule (trait, source, key) VALUES ('x', 'item', 'courage');
INSERT INTO seg.trait_rule (trait, source, key, lowest, highest, is_reversed) VALUES ('x', 'item', 'courage', 5, 1, false);
UPDATE seg.settings SET trait_margin = 2;
SELECT drop_workspace('seg');

-- attributes as jsonb: lists, flags and values; what is neither is left out
DROP TABLE shop.products;
CREATE TABLE shop.products (product_id integer, attributes jsonb);
INSERT INTO shop.products VALUES (1, '["Organic", "organic", 7, null, {"a": 1}]'), (2, '{"vegan": true, "luxury": false, "material": "Organic Cotton", "size": 4, "more": ["x"]}'), (3, '"organic"'), (4, NULL), (NULL, '["organic"]');
SELECT create_workspace('seg', 'shop');
SELECT product_id, string_agg(attribute, ', ' ORDER BY attribute COLLATE "C") AS attributes FROM seg.product_attributes GROUP BY 1 ORDER BY 1;
SELECT drop_workspace('seg');
