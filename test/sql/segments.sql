-- segments: definitions, versions, nesting; predicates that are wrong or hostile; who may.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET search_path = customer_segments, public;
SET customer_segments.as_of = '2024-11-01';
CREATE SCHEMA shop;
CREATE TABLE shop.orders (customer_id bigint, ordered_at timestamptz, amount numeric(12,2));
INSERT INTO shop.orders
SELECT 1 + i % 40 * (i % 7), timestamptz '2024-01-01 12:00Z' + i * interval '1 day', 10 + i % 90 FROM generate_series(1, 300) AS i;
SELECT create_workspace('seg', 'shop');

-- versions, nesting, the same again
SELECT define_segment('seg', 'good', 'orders >= 5 AND net_revenue > 300', 'who keeps us alive');
SELECT define_segment('seg', 'lapsing good', $$segment('good') AND days_since_last_order > 60$$);
SELECT define_segment('seg', 'good', 'orders >= 4 AND net_revenue > 300', 'who keeps us alive');
SELECT define_segment('seg', 'good', 'orders >= 4 AND net_revenue > 300', 'who keeps us alive');
SELECT define_segment('seg', 'champions abroad', $$segment('rfm:champions') AND NOT SEGMENT ( 'lapsing good' )$$);
SELECT define_segment('seg', 'Größe "x" \', $$customer_id IN (SELECT o.customer_id FROM shop.orders o WHERE o.amount > 90) -- a comment$$);
SELECT segment, kind, version, predicate, description FROM seg.segment_list;
SELECT g.segment, d.version, d.predicate, d.replaced_at IS NULL AS is_current, d.defined_by = current_user AS by_me FROM seg.segment g JOIN seg.segment_definition d USING (segment_id) ORDER BY 1, 2;
SELECT segment_expression('seg', 'champions abroad');
SELECT define_segment('seg', 'good', $$segment('champions abroad')$$);
SELECT define_segment('seg', 'self', $$segment('self')$$);

-- drop and rename
SELECT drop_segment('seg', 'good');
SELECT rename_segment('seg', 'good', 'it''s \ good');
SELECT rename_segment('seg', 'it''s \ good', 'lapsing good');
SELECT segment, version, predicate FROM seg.segment_list;
SELECT drop_segment('seg', 'champions abroad');
SELECT drop_segment('seg', 'champions abroad');
SELECT drop_segment('seg', 'rfm:champions');
SELECT define_segment('seg', 'champions abroad', 'true');
SELECT segment, version, predicate FROM seg.segment_list;

-- mistakes: the error points into the expression
SELECT define_segment('seg', 'x', 'ordrs > 3');
SELECT define_segment('seg', 'x', $$segment('rfm:champions') AND ordrs > 3$$);
SELECT define_segment('seg', 'x', E'orders > 3\n   AND net_revenue > ''many''');
SELECT define_segment('seg', 'x', 'orders');
SELECT define_segment('seg', 'x', 'orders >');
SELECT define_segment('seg', 'x', 'count(*) > 1');
SELECT define_segment('seg', 'x', 'row_number() OVER () > 1');
SELECT define_segment('seg', 'x', 'generate_series(1, orders) > 1');
SELECT define_segment('seg', 'x', 'orders > $1');
SELECT define_segment('seg', 'x', 'no_such_function(orders)');
SELECT define_segment('seg', 'x', '');
SELECT define_segment('seg', 'x', '   ');
SELECT define_segment('seg', 'x', $$segment('nobody')$$);
SELECT define_segment('seg', 'x', $$segment('nobody:champions')$$);
SELECT define_segment('seg', 'x', 'segment(good)');

-- hostile: nothing leaves the expression
SELECT define_segment('seg', 'x', 'true; DROP TABLE shop.orders');
SELECT define_segment('seg', 'x', 'true) FROM shop.orders; DROP TABLE shop.orders; --');
SELECT define_segment('seg', 'x', 'true) OR (true');
SELECT define_segment('seg', 'x', 'true /*');
SELECT define_segment('seg', 'x', 'true */');
SELECT define_segment('seg', 'x', '''');
SELECT define_segment('seg', 'x', 'U&"d!0061t" UESCAPE ''!'' > 1');
SELECT define_segment('seg', 'x', '"orders > 3');
SELECT define_segment('seg', 'x', '$$ orders');
SELECT define_segment('seg', 'x', 'true, false');
SELECT define_segment('seg', 'x', 'true AS x');
SELECT define_segment('seg', 'x', '*');
SELECT define_segment('seg', 'x', 'customer_360.*');
SELECT define_segment('seg', 'x', 'DISTINCT true');
SELECT define_segment('seg', 'x', 'true FROM shop.orders');
SELECT define_segment('seg', 'x', 'true WHERE true');
SELECT define_segment('seg', 'x', 'true GROUP BY 1');
SELECT define_segment('seg', 'x', 'true HAVING true');
SELECT define_segment('seg', 'x', 'true ORDER BY 1');
SELECT define_segment('seg', 'x', 'true LIMIT 1');
SELECT define_segment('seg', 'x', 'true FOR UPDATE');
SELECT define_segment('seg', 'x', 'true INTO x');
SELECT define_segment('seg', 'x', 'true UNION SELECT true');
SELECT define_segment('seg', 'x', '(DELETE FROM shop.orders RETURNING true)');
SET standard_conforming_strings = off;
SET escape_string_warning = off;
SELECT define_segment('seg', 'x', E'\'\\\' = \'\\\' OR true');
SET standard_conforming_strings = on;
SELECT predicate FROM seg.segment_list WHERE segment = 'x';
-- a comment at the end takes nothing with it
SELECT define_segment('seg', 'x', 'true -- ) AND false');
SELECT count(*) FROM segment_members_as_of('seg', 'x', '2024-11-01');
SELECT count(*) FROM shop.orders;

-- names and nulls
SELECT define_segment('seg', '', 'true');
SELECT define_segment('seg', ' ', 'true');
SELECT define_segment('seg', NULL, 'true');
SELECT define_segment('seg', 'a:b', 'true');
SELECT define_segment('seg', repeat('x', 201), 'true');
SELECT define_segment('seg', 'x', NULL);
SELECT define_segment(NULL, 'x', 'true');
SELECT define_segment('nowhere', 'x', 'true');
-- too much inside of itself
DO $$
BEGIN
    PERFORM define_segment('seg', 'n0', 'orders > 0 AND orders > 1 AND orders > 2');
    FOR i IN 1 .. 20 LOOP
        PERFORM define_segment('seg', 'n' || i, format('segment(''n%1$s'') OR segment(''n%1$s'')', i - 1));
    END LOOP;
END;
$$;

-- taken apart
SELECT * FROM predicate_conditions('orders > 3 AND rfm IN (''a AND b'') AND (x OR y) AND z BETWEEN 1 AND 2');
SELECT * FROM predicate_references('segment(''a'') AND segment(''b''''c'')');
SELECT predicate_replace('segment(''a'') OR segment(''b'')', 'a', 'true');
SELECT predicate_check('seg.customer_360', 'orders > $1', 'integer');
SELECT predicate_check(1::regclass, 'true');

-- a stranger, a superuser even, is refused; a member of the owner is not
CREATE ROLE cseg_owner;
CREATE ROLE cseg_member IN ROLE cseg_owner;
CREATE ROLE cseg_stranger SUPERUSER;
ALTER TABLE seg.workspace_object OWNER TO cseg_owner;
ALTER SCHEMA seg OWNER TO cseg_owner;
SELECT define_segment('seg', 'x', 'true');
SET ROLE cseg_stranger;
SELECT drop_segment('seg', 'x');
SELECT rename_segment('seg', 'x', 'y');
RESET ROLE;
REASSIGN OWNED BY cseg_owner TO CURRENT_USER;
SELECT drop_workspace('seg');
DROP ROLE cseg_member, cseg_stranger, cseg_owner;
