-- explain_segment: why a customer is in a segment or not, and how far from it.  Page: doc/segments.md

CREATE FUNCTION explain_distance(condition text, customer jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    -- of a plain comparison of a column with a number; whole numbers beyond it begin with the next one
    SELECT CASE WHEN d.operator IN ('>', '>=') AND d.gap > 0 OR d.operator = '=' AND d.gap > 0
                THEN pg_catalog.format('%s: %s%s more', d.column_name, d.beyond, d.gap)
                WHEN d.operator IN ('<', '<=') AND d.gap < 0 OR d.operator = '=' AND d.gap < 0
                THEN pg_catalog.format('%s: %s%s less', d.column_name, d.beyond, - d.gap) END
      FROM (SELECT c.column_name, c.operator, CASE WHEN NOT c.is_whole AND c.operator IN ('>', '<') THEN 'over ' ELSE '' END AS beyond,
                   pg_catalog.trim_scale(c.bound - c.value + CASE WHEN c.is_whole AND c.operator = '>' THEN 1 WHEN c.is_whole AND c.operator = '<' THEN -1 ELSE 0 END) AS gap
              FROM (SELECT m[1] AS column_name, m[2] AS operator, m[3]::numeric AS bound, (explain_distance.customer ->> m[1])::numeric AS value,
                           (m[3] || (explain_distance.customer ->> m[1])) !~ '[.]' AS is_whole
                      FROM pg_catalog.regexp_matches(explain_distance.condition, '^\s*(?:customer_360\.)?"?([a-z_0-9]+)"?\s*(>=|<=|=|>|<)\s*(-?[0-9]{1,20}(?:\.[0-9]{1,20})?)\s*$') AS m
                     WHERE pg_catalog.jsonb_typeof(explain_distance.customer -> m[1]) = 'number') c) d;
END;
COMMENT ON FUNCTION explain_distance(text, jsonb) IS
'how far a customer is from fulfilling a plain comparison of a column with a number, in words; null where it holds or is no such comparison';

CREATE FUNCTION explain_asks(workspace name)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation regclass;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    relation := format('%I.customer_360', workspace);
    -- texts may be equal without being the same; what is no number at all is no error, but nobody
    RETURN (SELECT CASE WHEN t.typcategory = 'S' THEN format(' %s $1::%s', customer_segments.queue_operator(workspace, 'customer_id'), customer_segments.column_type(relation, 'customer_id', true))
                        ELSE '::text = $1' END
              FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = relation AND a.attname = 'customer_id');
END;
$$;
COMMENT ON FUNCTION explain_asks(name) IS
'what follows customer_id in the condition that it is the customer of parameter $1, a text';

CREATE FUNCTION explain_rfm(workspace name, customer_id text)
RETURNS TABLE (item text, value text)
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
BEGIN
    PERFORM customer_segments.workspace_require_owner(workspace);
    RETURN QUERY EXECUTE format($query$
WITH asked AS (
    SELECT v.*, s.rfm_bins, COALESCE(v.net_revenue / NULLIF(v.orders, 0), 0) AS order_value, COALESCE(v.segment_rank, 99) AS present_rank,
           COALESCE(s.rfm_breaks, (SELECT customer_segments.rfm_breaks(a.last_order_at, a.orders, a.net_revenue, s.rfm_bins, s.rfm_method) FROM %1$I.rfm a)) AS breaks
      FROM %1$I.rfm v CROSS JOIN (SELECT s.rfm_bins, s.rfm_breaks, s.rfm_method FROM %1$I.settings s LIMIT 1) s WHERE v.customer_id%2$s),
later AS (
    SELECT k.more, g.segment, g.position, a.present_rank
      FROM asked a CROSS JOIN generate_series(1, 50) AS k(more)
     CROSS JOIN LATERAL customer_segments.rfm_score((SELECT customer_segments.as_of()), a.orders + k.more, a.net_revenue + k.more * a.order_value, a.breaks) AS c
     CROSS JOIN LATERAL (SELECT u.segment, u.position FROM %1$I.rfm_rule u
                          WHERE (c).r BETWEEN COALESCE(u.r_min, (c).r) AND COALESCE(u.r_max, (c).r)
                            AND (c).f BETWEEN COALESCE(u.f_min, (c).f) AND COALESCE(u.f_max, (c).f)
                            AND (c).m BETWEEN COALESCE(u.m_min, (c).m) AND COALESCE(u.m_max, (c).m)
                          ORDER BY u.position LIMIT 1) g)
SELECT 'rule'::text, format('%%s where r %%s to %%s, f %%s to %%s, m %%s to %%s', u.segment, COALESCE(u.r_min, 1), COALESCE(u.r_max, a.rfm_bins),
                      COALESCE(u.f_min, 1), COALESCE(u.f_max, a.rfm_bins), COALESCE(u.m_min, 1), COALESCE(u.m_max, a.rfm_bins))
  FROM asked a JOIN LATERAL (SELECT * FROM %1$I.rfm_rule u
                              WHERE a.r BETWEEN COALESCE(u.r_min, a.r) AND COALESCE(u.r_max, a.r) AND a.f BETWEEN COALESCE(u.f_min, a.f) AND COALESCE(u.f_max, a.f)
                                AND a.m BETWEEN COALESCE(u.m_min, a.m) AND COALESCE(u.m_max, a.m) ORDER BY u.position LIMIT 1) u ON true
UNION ALL
SELECT 'cut points', 'f from ' || array_to_string((a.breaks).f_cuts, ', ', '-') FROM asked a WHERE array_ndims((a.breaks).f_cuts) = 1
UNION ALL
SELECT 'cut points', 'm from ' || array_to_string((a.breaks).m_cuts, ', ', '-') FROM asked a WHERE array_ndims((a.breaks).m_cuts) = 1
UNION ALL
SELECT 'distance', format('%%s more %%s to %%s', l.more, CASE l.more WHEN 1 THEN 'order' ELSE 'orders' END, l.segment)
  FROM (SELECT DISTINCT ON (l.segment) l.* FROM later l WHERE l.position < l.present_rank ORDER BY l.segment, l.more) l$query$, workspace, customer_segments.explain_asks(workspace)) USING customer_id;
END;
$$;
COMMENT ON FUNCTION explain_rfm(name, text) IS
'of one customer: the rule of rfm_rule that named the scores, the cut points of frequency and monetary value, and after how many more orders, placed now and worth as much as those before, which better segment follows; for the owner of the workspace and members of that role';

CREATE FUNCTION explain_segment(workspace name, segment text, customer_id text)
RETURNS TABLE (part text, item text, value text, is_true boolean, distance text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off
SET standard_conforming_strings = on
AS $$
DECLARE
    expression text;
    written text;
    condition text;
    bound text;
    inner_segment text;
    customer jsonb;
    is_member boolean;
    label_view name;
    source name;
    label_column name;
    relation text := format('%I.customer_360', workspace);
    asked text;
BEGIN
    IF workspace IS NULL OR segment IS NULL OR customer_id IS NULL THEN
        RAISE EXCEPTION 'arguments of explain_segment must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM customer_segments.workspace_require_owner(workspace);
    expression := customer_segments.segment_expression(workspace, segment);
    asked := customer_segments.explain_asks(workspace);
    EXECUTE format(E'SELECT to_jsonb(customer_360), (\n%s\n) FROM %s WHERE customer_360.customer_id%s', expression, relation, asked)
       INTO customer, is_member USING customer_id;
    IF customer IS NULL THEN
        RAISE EXCEPTION 'there is no customer "%" in workspace "%"', customer_id, workspace USING ERRCODE = 'no_data_found';
    END IF;
    part := 'segment';
    item := segment;
    is_true := COALESCE(is_member, false);
    EXECUTE format('SELECT ''member since '' || to_char(m.entered_at AT TIME ZONE s.time_zone, ''YYYY-MM-DD'')
                      FROM %1$I.segment_members m CROSS JOIN %1$I.settings s WHERE m.segment = $2 AND m.customer_id%2$s', workspace, asked)
       INTO value USING customer_id, segment;
    RETURN NEXT;

    IF strpos(segment, ':') = 0 THEN
        EXECUTE format('SELECT d.predicate FROM %1$I.segment g JOIN %1$I.segment_definition d ON d.segment_id = g.segment_id AND d.replaced_at IS NULL
                         WHERE g.segment = $1', workspace) INTO written USING segment;
        FOR condition IN SELECT c FROM customer_segments.predicate_conditions(written) c LOOP
            bound := condition;
            FOR inner_segment IN SELECT DISTINCT r FROM customer_segments.predicate_references(condition) r LOOP
                bound := customer_segments.predicate_replace(bound, inner_segment,
                    E'(\n' || customer_segments.segment_expression(workspace, inner_segment) || E'\n)');
            END LOOP;
            EXECUTE format(E'SELECT (\n%s\n) FROM %s WHERE customer_360.customer_id%s', bound, relation, asked) INTO is_true USING customer_id;
            part := 'condition';
            item := condition;
            SELECT string_agg(format('%s = %s', v.key, COALESCE(v.value, 'null')), ', ' ORDER BY v.key) INTO value
              FROM jsonb_each_text(customer) v WHERE bound ~ ('\m' || v.key || '\M');
            distance := CASE WHEN is_true THEN NULL ELSE customer_segments.explain_distance(condition, customer) END;
            RETURN NEXT;
        END LOOP;
        RETURN;
    END IF;

    -- a label: what the view it comes from says of the customer, the settings it goes by, and the way to better ones
    source := left(segment, strpos(segment, ':') - 1);
    EXECUTE format('SELECT c.view, c.source_column FROM %I.customer_column c WHERE c.name = $1', workspace) INTO label_view, label_column USING source;
    is_true := NULL;
    distance := NULL;
    part := 'value';
    FOR item, value IN EXECUTE format('SELECT a.attname::text, j.value FROM %1$I.%2$I v CROSS JOIN LATERAL jsonb_each_text(to_jsonb(v)) j
                                         JOIN pg_attribute a ON a.attrelid = %3$L::regclass AND a.attname = j.key
                                        WHERE v.customer_id%4$s AND j.key <> ''customer_id'' ORDER BY a.attnum',
                                      workspace, label_view, format('%I.%I', workspace, label_view), asked) USING customer_id LOOP
        is_true := CASE WHEN item = label_column THEN value = substr(segment, strpos(segment, ':') + 1) END;
        RETURN NEXT;
    END LOOP;
    is_true := NULL;
    part := 'setting';
    FOR item, value IN EXECUTE format('SELECT a.attname::text, to_jsonb(s) ->> a.attname FROM %1$I.settings s JOIN pg_attribute a ON a.attrelid = %2$L::regclass
                                        WHERE a.attnum > 0 AND NOT a.attisdropped AND col_description(a.attrelid, a.attnum) LIKE $1 || '':%%'' ORDER BY a.attnum',
                                      workspace, format('%I.settings', workspace)) USING label_view LOOP
        RETURN NEXT;
    END LOOP;
    IF label_view = 'rfm' THEN
        FOR part, value IN SELECT r.item, r.value FROM customer_segments.explain_rfm(workspace, customer_id) r LOOP
            item := 'rfm';
            distance := CASE WHEN part = 'distance' THEN value END;
            RETURN NEXT;
        END LOOP;
    ELSIF label_view = 'customer_value' AND source = 'value_tier' THEN
        part := 'distance';
        FOR item, value IN EXECUTE format('SELECT ''value_tier'', format(''%%s more %%s to %%s'', trim_scale(v.to_next_tier), s.value_tier_by, v.next_tier)
                                             FROM %1$I.customer_value v CROSS JOIN %1$I.settings s WHERE v.customer_id%2$s AND v.to_next_tier IS NOT NULL', workspace, asked)
                           USING customer_id LOOP
            distance := value;
            RETURN NEXT;
        END LOOP;
    END IF;
END;
$$;
COMMENT ON FUNCTION explain_segment(name, text, text) IS
'why a customer is in a segment or not: of a defined one each condition with the values it looks at, whether it holds and how far the customer is from it; of a label the values of its view, the settings and rule it goes by, and the way to the next; for the owner of the workspace and members of that role';
