-- layers: overlap of labels and of defined segments, undefined ones, rights, every error.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET jit = off;
SET search_path = customer_segments, public;
SET customer_segments.as_of = '2024-07-01 00:00Z';
SELECT jaccard(30, 50, 80), jaccard(0, 0, 0) AS nobody, jaccard(0, 5, 5) AS none_in_both, overlap_lift(30, 50, 80, 200) AS lift, overlap_lift(20, 50, 80, 200) AS independent, overlap_lift(0, 0, 80, 200) AS empty;
SELECT jaccard(6, 5, 9);
SELECT overlap_lift(1, 5, 9, 4);

CREATE SCHEMA shop;
CREATE TABLE shop.orders (customer_id integer, ordered_at timestamptz, amount numeric);
CREATE TABLE shop.customers (customer_id integer);
CREATE TABLE shop.survey_answers (customer_id integer, question text, answered_at timestamptz, score integer);
-- 20 customers: 1 to 8 repeat buyers, 9 to 16 one-time buyers, 17 to 20 prospects; promoters are 1 to 4 and 9
INSERT INTO shop.customers SELECT i FROM generate_series(1, 20) AS i;
INSERT INTO shop.orders SELECT i, timestamptz '2024-06-20Z' - k * interval '20 days', 30 FROM generate_series(1, 16) AS i, generate_series(1, CASE WHEN i <= 8 THEN 2 ELSE 1 END) AS k;
INSERT INTO shop.survey_answers SELECT i, 'nps', '2024-06-01Z', 9 FROM unnest('{1,2,3,4,9}'::integer[]) AS i;
SELECT create_workspace('seg', 'shop');
SELECT * FROM segment_overlap('seg', 'buyer_type:repeat_buyer', 'nps:promoter') \gx
SELECT (segment_overlap('seg', 'nps:promoter', 'buyer_type:repeat_buyer')).lift AS either_way_round;
SELECT * FROM segment_overlap('seg', 'nps:promoter', 'nps:promoter');
SELECT * FROM segment_overlap('seg', 'nps:promoter', 'nps:detractor');
-- any AND, OR, NOT of labels is a segment too, and overlaps with others
SELECT define_segment('seg', 'loyal talkers', $$buyer_type = 'repeat_buyer' AND nps = 'promoter' -- both$$) > 0 AS defined;
SELECT * FROM segment_overlap('seg', 'loyal talkers', 'nps:promoter');
-- the view has the same numbers
SELECT * FROM seg.segment_overlap WHERE (segmentation_a, segmentation_b) = ('buyer_type', 'nps') ORDER BY segment_a, segment_b;
SELECT count(*) FILTER (WHERE v.both_count = o.both_count AND v.a_count = o.a_count AND v.b_count = o.b_count AND v.jaccard = o.jaccard AND v.lift = o.lift) = count(*) AS the_same, count(*) > 10 AS many
FROM seg.segment_overlap v CROSS JOIN LATERAL segment_overlap('seg', v.segmentation_a || ':' || v.segment_a, v.segmentation_b || ':' || v.segment_b) o
WHERE v.segmentation_a IN ('rfm', 'life_cycle') AND v.segmentation_b IN ('nps', 'rhythm');
-- errors
SELECT segment_overlap('seg', 'colour:red', 'nps:promoter');
SELECT segment_overlap('seg', 'promoters', 'nps:promoter');
SELECT segment_overlap('nowhere', 'nps:promoter', 'nps:promoter');
CREATE ROLE regress_layers_analyst;
GRANT USAGE ON SCHEMA seg, shop TO regress_layers_analyst;
GRANT USAGE ON SCHEMA customer_segments TO regress_layers_analyst;
GRANT SELECT ON ALL TABLES IN SCHEMA seg, shop TO regress_layers_analyst;
SET ROLE regress_layers_analyst;
SELECT (segment_overlap('seg', 'nps:promoter', 'nps:promoter')).lift;
SELECT both_count FROM seg.segment_overlap WHERE (segment_a, segment_b) = ('repeat_buyer', 'promoter');
RESET ROLE;
-- a shop without customers
TRUNCATE shop.orders, shop.customers;
SELECT * FROM segment_overlap('seg', 'buyer_type:repeat_buyer', 'nps:promoter');
SELECT count(*) FROM seg.segment_overlap;
SELECT drop_workspace('seg');
DROP SCHEMA shop CASCADE;
REVOKE USAGE ON SCHEMA customer_segments FROM regress_layers_analyst;
DROP ROLE regress_layers_analyst;
