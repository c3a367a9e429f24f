-- segments: definitions of segments over customer_360, versioned and nested.  Page: doc/segments.md

CREATE FUNCTION predicate_check(relation regclass, predicate text, parameter regtype DEFAULT 0::oid::regtype)
RETURNS void
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED
AS 'MODULE_PATHNAME', 'predicate_check';
COMMENT ON FUNCTION predicate_check(regclass, text, regtype) IS
'raises an error that points into the text unless it is one boolean expression over the columns of the relation, in which segment(''name'') is a boolean; parameter is the type of $1, 0 where there is none; names are looked up by the current search_path, nothing is run';

CREATE FUNCTION predicate_conditions(predicate text)
RETURNS SETOF text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 5
AS 'MODULE_PATHNAME', 'predicate_conditions';
COMMENT ON FUNCTION predicate_conditions(text) IS
'the conditions that a predicate joins by AND, in order; itself if it joins none';

CREATE FUNCTION predicate_references(predicate text)
RETURNS SETOF text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 2
AS 'MODULE_PATHNAME', 'predicate_references';
COMMENT ON FUNCTION predicate_references(text) IS
'the names of the segments that a predicate refers to as segment(''name''), in order, as often as it does';

CREATE FUNCTION predicate_replace(predicate text, segment text, replacement text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'predicate_replace';
COMMENT ON FUNCTION predicate_replace(text, text, text) IS
'the predicate with each reference segment(''name'') to this segment replaced';

CREATE FUNCTION predicate_bind(predicate text, value text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'predicate_bind';
COMMENT ON FUNCTION predicate_bind(text, text) IS
'the predicate with each parameter $1 replaced by this text';

-- what segments are often made of, beside the labels
CREATE FUNCTION workspace_part_85_segments(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'days_since_last_order', 'lifecycle', 'days_since_last_order',
        'calendar days from the last order that counts to as_of; null without one');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'value_decile', 'customer_value', 'value_decile',
        '1 (the best tenth by the setting value_tier_by) to 10; null without an order');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_85_segments(name, name) IS
'part of create_workspace: columns of customer_360 that segments are often made of';

CREATE FUNCTION workspace_part_91_segments(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_add_table(workspace, 'segment',
        'one row a segment that was ever defined, or a label that was ever found: its number and its present name',
        ARRAY[['segment_id', 'its number, for good'],
              ['segment', 'its name; that of a label is segmentation:label'],
              ['segmentation', 'for a label: the segmentation, a column of customer_360; null for a defined segment'],
              ['label', 'the label; null for a defined segment'],
              ['tracked_from', 'the first refresh that wrote its members; null while none has'],
              ['dropped_at', 'when drop_segment dropped it; null while it is there']],
        'segment_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, segment text NOT NULL UNIQUE CHECK (segment <> ''''),
         segmentation name, label text, tracked_from timestamptz, dropped_at timestamptz,
         CHECK ((segmentation IS NULL) = (label IS NULL))');
    PERFORM customer_segments.workspace_add_table(workspace, 'segment_definition',
        'one row a version of a defined segment; written by define_segment',
        ARRAY[['segment_id', 'the segment'],
              ['version', '1, 2, 3 ...'],
              ['predicate', 'a boolean expression over customer_360'],
              ['description', 'what it is for'],
              ['defined_at', 'when this version was defined'],
              ['defined_by', 'the role that did'],
              ['replaced_at', 'when the next version was defined; null for the current one']],
        format('segment_id integer NOT NULL REFERENCES %I.segment, version integer NOT NULL CHECK (version > 0),
                predicate text NOT NULL, description text, defined_at timestamptz NOT NULL, defined_by name NOT NULL, replaced_at timestamptz,
                PRIMARY KEY (segment_id, version), EXCLUDE (segment_id WITH =) WHERE (replaced_at IS NULL)', workspace));
    PERFORM customer_segments.workspace_add_view(workspace, 'segment_list',
        'one row a segment that is there: the defined ones, and the labels that a refresh has found',
        ARRAY[['segment', 'its name'],
              ['kind', 'defined, or label: a label of a segmentation'],
              ['version', 'its current version; null for a label'],
              ['predicate', 'what its members fulfil'],
              ['description', 'what it is for'],
              ['defined_at', 'when its current version was defined; null for a label'],
              ['tracked_from', 'the first refresh that wrote its members; null while none has']],
        format($query$
SELECT g.segment, CASE WHEN g.segmentation IS NULL THEN 'defined' ELSE 'label' END AS kind, d.version,
       COALESCE(d.predicate, format('%%I = %%L', g.segmentation, g.label)) AS predicate, d.description, d.defined_at, g.tracked_from
  FROM %1$I.segment g LEFT JOIN %1$I.segment_definition d ON d.segment_id = g.segment_id AND d.replaced_at IS NULL
 WHERE g.dropped_at IS NULL
 ORDER BY g.segmentation IS NOT NULL, g.segment$query$, workspace));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_91_segments(name, name) IS
'part of create_workspace: definitions of segments';

CREATE FUNCTION segment_expression(workspace name, segment text, path text[] DEFAULT '{}')
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    longest constant integer := 100000;
    colon integer := strpos(segment, ':');
    known boolean;
    expression text;
    inner_segment text;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    IF colon > 0 THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.customer_column c WHERE c.rank_of = $1::name)', workspace)
           INTO known USING left(segment, colon - 1);
        IF NOT known THEN
            RAISE EXCEPTION 'there is no segmentation "%" in workspace "%"', left(segment, colon - 1), workspace
                USING ERRCODE = 'undefined_object',
                      HINT = format('A label is named segmentation:label; segmentations are the distinct rank_of of %I.customer_column.', workspace);
        END IF;
        RETURN format('customer_360.%I = %L', left(segment, colon - 1), substr(segment, colon + 1));
    END IF;
    IF segment = ANY (path) THEN
        RAISE EXCEPTION 'segment "%" contains itself', segment
            USING ERRCODE = 'invalid_object_definition', DETAIL = 'By way of ' || array_to_string(path || segment, ' > ') || '.';
    END IF;
    EXECUTE format('SELECT d.predicate FROM %1$I.segment g JOIN %1$I.segment_definition d ON d.segment_id = g.segment_id AND d.replaced_at IS NULL
                     WHERE g.segment = $1 AND g.dropped_at IS NULL', workspace) INTO expression USING segment;
    IF expression IS NULL THEN
        RAISE EXCEPTION 'there is no segment "%" in workspace "%"', segment, workspace
            USING ERRCODE = 'undefined_object', HINT = format('%I.segment_list lists them.', workspace);
    END IF;
    FOR inner_segment IN SELECT DISTINCT r FROM customer_segments.predicate_references(expression) r LOOP
        expression := customer_segments.predicate_replace(expression, inner_segment,
            E'(\n' || customer_segments.segment_expression(workspace, inner_segment, path || segment) || E'\n)');
        IF length(expression) > longest THEN
            RAISE EXCEPTION 'segment "%" is longer than % characters with the segments that it contains', segment, longest
                USING ERRCODE = 'program_limit_exceeded';
        END IF;
    END LOOP;
    RETURN expression;
END;
$$;
COMMENT ON FUNCTION segment_expression(name, text, text[]) IS
'the boolean expression over customer_360 that a segment or a label stands for, with the segments it contains written out; path: the segments around it';

CREATE FUNCTION segment_require(workspace name, segment text)
RETURNS integer
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    id integer;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('SELECT g.segment_id FROM %I.segment g WHERE g.segment = $1 AND g.segmentation IS NULL AND g.dropped_at IS NULL', workspace)
       INTO id USING segment;
    IF id IS NULL THEN
        RAISE EXCEPTION 'there is no defined segment "%" in workspace "%"', segment, workspace
            USING ERRCODE = 'undefined_object', HINT = format('%I.segment_list lists them.', workspace);
    END IF;
    RETURN id;
END;
$$;
COMMENT ON FUNCTION segment_require(name, text) IS
'the number of a defined segment; an error if there is none of this name';

CREATE FUNCTION segment_name_check(name text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF name IS NULL OR btrim(name) = '' THEN
        RAISE EXCEPTION 'name of a segment must not be null or empty' USING ERRCODE = 'invalid_parameter_value';
    ELSIF strpos(name, ':') > 0 THEN
        RAISE EXCEPTION 'name of a segment must not contain a colon: "%"', name
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Names with a colon are those of labels, such as rfm:champions.';
    ELSIF length(name) > 200 THEN
        RAISE EXCEPTION 'name of a segment has % characters, must not have more than 200', length(name) USING ERRCODE = 'invalid_parameter_value';
    END IF;
END;
$$;
COMMENT ON FUNCTION segment_name_check(text) IS
'raises an error unless this can be the name of a defined segment';

CREATE FUNCTION define_segment(workspace name, name text, predicate text, description text DEFAULT NULL)
RETURNS integer
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
DECLARE
    id integer;
    current_version integer;
    same boolean;
    inner_segment text;
BEGIN
    IF workspace IS NULL OR predicate IS NULL THEN
        RAISE EXCEPTION 'workspace and predicate must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM customer_segments.workspace_require_writer(workspace);
    PERFORM customer_segments.segment_name_check(name);
    -- one definition after the other: two at once could close a circle that neither sees
    EXECUTE format('LOCK TABLE %I.segment IN SHARE ROW EXCLUSIVE MODE', workspace);

    -- first as it is written, so that an error points into that; at the end with what it contains
    PERFORM customer_segments.predicate_check(format('%I.customer_360', workspace)::regclass, predicate);
    FOR inner_segment IN SELECT DISTINCT r FROM customer_segments.predicate_references(predicate) r LOOP
        PERFORM customer_segments.segment_expression(workspace, inner_segment, ARRAY[name]);
    END LOOP;

    EXECUTE format('SELECT g.segment_id, d.version, d.predicate = $2 AND d.description IS NOT DISTINCT FROM $3 AND g.dropped_at IS NULL
                      FROM %1$I.segment g LEFT JOIN %1$I.segment_definition d ON d.segment_id = g.segment_id AND d.replaced_at IS NULL
                     WHERE g.segment = $1', workspace) INTO id, current_version, same USING name, predicate, description;
    IF same THEN
        RETURN current_version;
    END IF;
    IF id IS NULL THEN
        EXECUTE format('INSERT INTO %I.segment (segment) VALUES ($1) RETURNING segment_id', workspace) INTO id USING name;
    END IF;
    EXECUTE format('UPDATE %I.segment SET dropped_at = NULL WHERE segment_id = $1 AND dropped_at IS NOT NULL', workspace) USING id;
    EXECUTE format('UPDATE %I.segment_definition SET replaced_at = now() WHERE segment_id = $1 AND replaced_at IS NULL', workspace) USING id;
    EXECUTE format('INSERT INTO %I.segment_definition (segment_id, version, predicate, description, defined_at, defined_by)
                    VALUES ($1, $2, $3, $4, now(), current_user)', workspace)
      USING id, COALESCE(current_version, 0) + 1, predicate, description;
    -- is the whole short enough, and valid
    PERFORM customer_segments.predicate_check(format('%I.customer_360', workspace)::regclass,
                                              customer_segments.segment_expression(workspace, name));
    RETURN COALESCE(current_version, 0) + 1;
END;
$$;
COMMENT ON FUNCTION define_segment(name, text, text, text) IS
'defines a segment by a boolean expression over customer_360, in which segment(''name'') stands for another segment or a label; a change makes a new version and keeps the old; returns the version; for the owner of the workspace and members of that role';

CREATE FUNCTION segment_containers(workspace name, segment text)
RETURNS text[]
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    containers text[];
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('SELECT array_agg(g.segment ORDER BY g.segment)
                      FROM %1$I.segment g JOIN %1$I.segment_definition d ON d.segment_id = g.segment_id AND d.replaced_at IS NULL
                     WHERE g.dropped_at IS NULL AND $1 IN (SELECT r FROM customer_segments.predicate_references(d.predicate) r)', workspace)
       INTO containers USING segment;
    RETURN COALESCE(containers, '{}');
END;
$$;
COMMENT ON FUNCTION segment_containers(name, text) IS
'the segments whose predicate refers to this one';

CREATE FUNCTION drop_segment(workspace name, name text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    containers text[];
BEGIN
    PERFORM customer_segments.workspace_require_writer(workspace);
    EXECUTE format('LOCK TABLE %I.segment IN SHARE ROW EXCLUSIVE MODE', workspace);
    containers := customer_segments.segment_containers(workspace, name);
    IF containers <> '{}' THEN
        RAISE EXCEPTION 'cannot drop segment "%" because others contain it', name
            USING ERRCODE = 'dependent_objects_still_exist', DETAIL = 'They are ' || array_to_string(containers, ', ') || '.';
    END IF;
    EXECUTE format('UPDATE %I.segment SET dropped_at = now() WHERE segment_id = $1', workspace)
      USING customer_segments.segment_require(workspace, name);
END;
$$;
COMMENT ON FUNCTION drop_segment(name, text) IS
'drops a defined segment; its members leave it at the next refresh, its definitions and history stay; for the owner of the workspace and members of that role';

CREATE FUNCTION rename_segment(workspace name, name text, new_name text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    id integer;
    taken boolean;
BEGIN
    PERFORM customer_segments.workspace_require_writer(workspace);
    PERFORM customer_segments.segment_name_check(new_name);
    EXECUTE format('LOCK TABLE %I.segment IN SHARE ROW EXCLUSIVE MODE', workspace);
    id := customer_segments.segment_require(workspace, name);
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.segment g WHERE g.segment = $1)', workspace) INTO taken USING new_name;
    IF taken THEN
        RAISE EXCEPTION 'segment "%" already exists in workspace "%"', new_name, workspace
            USING ERRCODE = 'duplicate_object', HINT = 'A dropped segment keeps its name, for its history.';
    END IF;
    EXECUTE format('UPDATE %I.segment SET segment = $2 WHERE segment_id = $1', workspace) USING id, new_name;
    -- the meaning of those that contain it does not change, so neither does their version
    EXECUTE format('UPDATE %I.segment_definition d
                       SET predicate = customer_segments.predicate_replace(d.predicate, $1, $2)
                     WHERE d.replaced_at IS NULL AND $1 IN (SELECT r FROM customer_segments.predicate_references(d.predicate) r)', workspace)
      USING name, 'segment(''' || replace(new_name, '''', '''''') || ''')';
    EXECUTE format('UPDATE %I.offers SET segment = $2 WHERE segment = $1', workspace) USING name, new_name;
END;
$$;
COMMENT ON FUNCTION rename_segment(name, text, text) IS
'renames a defined segment, in its history, in offers and in the segments that contain it, too; for the owner of the workspace and members of that role';
