-- layers: how far segments overlap, any two labels of customer_360 (doc/layers.md).

CREATE FUNCTION jaccard(both_count bigint, a_count bigint, b_count bigint) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jaccard(bigint, bigint, bigint)
    IS 'Jaccard''s index of two sets: those in both by those in either, 0..1; null if both are empty';

CREATE FUNCTION overlap_lift(both_count bigint, a_count bigint, b_count bigint, customers bigint) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION overlap_lift(bigint, bigint, bigint, bigint)
    IS 'how much more likely than everybody the members of one set are to be in the other: both times customers by a times b; 1 if they have nothing to do with each other; null if one is empty';

CREATE TYPE segment_pair AS (
    segment_a text,
    segment_b text,
    customers bigint,
    a_count bigint,
    b_count bigint,
    both_count bigint,
    either_count bigint,
    jaccard double precision,
    lift double precision
);
COMMENT ON TYPE segment_pair IS 'two segments as segmentation:label, all known customers, those in each, in both and in either, Jaccard''s index and lift';

CREATE FUNCTION segment_overlap(workspace name, a text, b text)
RETURNS segment_pair
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 10000
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET jit = off
AS $$
DECLARE
    pair customer_segments.segment_pair;
    in_a text;
    in_b text;
BEGIN
    -- the predicates of segments and the views are code of the workspace's owner
    PERFORM customer_segments.workspace_require_owner(workspace);
    in_a := E'(\n' || customer_segments.segment_expression(workspace, a) || E'\n)';
    in_b := E'(\n' || customer_segments.segment_expression(workspace, b) || E'\n)';
    pair.segment_a := a;
    pair.segment_b := b;
    EXECUTE format('SELECT count(*), count(*) FILTER (WHERE %1$s), count(*) FILTER (WHERE %2$s), count(*) FILTER (WHERE %1$s AND %2$s), '
                   'count(*) FILTER (WHERE %1$s OR %2$s) FROM %3$I.customer_360', in_a, in_b, workspace)
       INTO pair.customers, pair.a_count, pair.b_count, pair.both_count, pair.either_count;
    pair.jaccard := customer_segments.jaccard(pair.both_count, pair.a_count, pair.b_count);
    pair.lift := customer_segments.overlap_lift(pair.both_count, pair.a_count, pair.b_count, pair.customers);
    RETURN pair;
END;
$$;
COMMENT ON FUNCTION segment_overlap(name, text, text) IS
'how far two segments of a workspace overlap, each a label such as rfm:champions or the name of a defined segment; for the owner of the workspace';

CREATE FUNCTION workspace_segment_overlap(workspace name)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    columns text;
    labels text;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('SELECT string_agg(format(''c.%%I'', r.rank_of), '', '' ORDER BY r.position),
                           string_agg(format(''(%%s, %%L, c.%%I)'', r.position, r.rank_of, r.rank_of), '', '' ORDER BY r.position)
                      FROM %I.customer_column r WHERE r.rank_of IS NOT NULL', workspace)
       INTO columns, labels;
    -- customers are counted by their combination of labels first: pairs are made of combinations, not of customers
    RETURN format($query$
WITH combination AS (
    SELECT row_number() OVER () AS combination, g.* FROM (SELECT c.*, count(*) AS customers_alike FROM (SELECT %3$s FROM %1$I.customer_360 c) c GROUP BY %3$s) g),
label AS MATERIALIZED (
    SELECT c.combination, c.customers_alike, l.position, l.segmentation, l.segment
      FROM combination c CROSS JOIN LATERAL (VALUES %2$s) AS l(position, segmentation, segment)),
total AS (
    SELECT l.position, l.segmentation, l.segment, sum(l.customers_alike)::bigint AS customers FROM label l GROUP BY 1, 2, 3),
pair AS (
    SELECT a.position AS position_a, a.segment AS segment_a, b.position AS position_b, b.segment AS segment_b, sum(a.customers_alike)::bigint AS customers
      FROM label a JOIN label b ON b.combination = a.combination AND b.position > a.position GROUP BY 1, 2, 3, 4)
SELECT a.segmentation AS segmentation_a, p.segment_a, b.segmentation AS segmentation_b, p.segment_b,
       a.customers AS a_count, b.customers AS b_count, p.customers AS both_count,
       customer_segments.jaccard(p.customers, a.customers, b.customers) AS jaccard,
       customer_segments.overlap_lift(p.customers, a.customers, b.customers, n.customers) AS lift
  FROM pair p
  JOIN total a ON a.position = p.position_a AND a.segment = p.segment_a
  JOIN total b ON b.position = p.position_b AND b.segment = p.segment_b
 CROSS JOIN (SELECT sum(c.customers_alike)::bigint AS customers FROM combination c) n$query$, workspace,
        labels, columns);
END;
$$;
COMMENT ON FUNCTION workspace_segment_overlap(name) IS
'the text of the view segment_overlap: every pair of labels that customers have in common';

CREATE FUNCTION workspace_part_92_segment_overlap(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_add_view(workspace, 'segment_overlap',
        'one row a pair of labels, of two segmentations, that customers have in common',
        ARRAY[['segmentation_a', 'the segmentation of the two that comes first in customer_360'],
              ['segment_a', 'a label of it'],
              ['segmentation_b', 'the other segmentation'],
              ['segment_b', 'a label of it'],
              ['a_count', 'customers with segment_a'],
              ['b_count', 'customers with segment_b'],
              ['both_count', 'customers with both'],
              ['jaccard', 'both by those with either, 0..1'],
              ['lift', 'how much more likely than everybody customers with one are to have the other; 1: the two have nothing to do with each other']],
        customer_segments.workspace_segment_overlap(workspace));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_92_segment_overlap(name, name) IS
'part of create_workspace: the overlap of all labels';
