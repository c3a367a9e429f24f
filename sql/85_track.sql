-- track: triggers on the shop's tables that note which customers a change has touched (doc/track.md).

CREATE FUNCTION capture_change()
RETURNS trigger
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION capture_change() IS
'the trigger that track makes: appends the keys of the changed rows to the queue of a workspace, and nothing else; needs no rights of the role that changes them';

CREATE FUNCTION workspace_part_07_tracking(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    PERFORM customer_segments.workspace_add_table(workspace, 'tracked_table',
        'the tables whose changes are noted; made by track and untrack',
        ARRAY[['source', 'number of the table in refresh_queue'],
              ['relation', 'the table'],
              ['customer_column', 'its column that holds the customer; null: none does'],
              ['order_column', 'its column that holds the order; null: none does'],
              ['capture', 'statement or row: how often its triggers fire'],
              ['merges', 'whether inserted rows may be added to the stored histories without reading the others of the customer'],
              ['tracked_at', 'since when']],
        'source smallint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, relation regclass NOT NULL UNIQUE, customer_column name, order_column name,
         capture text NOT NULL CHECK (capture IN (''statement'', ''row'')), merges boolean NOT NULL, tracked_at timestamptz NOT NULL');
    PERFORM customer_segments.workspace_add_table(workspace, 'tracked_relation',
        'the relations that carry the triggers: the tracked tables and their partitions; the triggers look themselves up here',
        ARRAY[['relation', 'the relation'],
              ['source', 'number of the tracked table'],
              ['customer_number', 'number of the column in the relation that holds the customer: its name may become that of another one; 0: none does'],
              ['order_number', 'the same of the order'],
              ['relation_id', 'the relation when the numbers were looked up: in a copy of the database they may be others']],
        -- one tracked table each: its triggers are those of one
        'relation regclass PRIMARY KEY, source smallint NOT NULL REFERENCES ' || quote_ident(workspace) || '.tracked_table ON DELETE CASCADE,
         customer_number smallint NOT NULL DEFAULT 0, order_number smallint NOT NULL DEFAULT 0, relation_id oid NOT NULL DEFAULT 0');
    -- no index: writers of the shop must never wait for each other here
    PERFORM customer_segments.workspace_add_table(workspace, 'refresh_queue',
        'what refresh has still to look at; written by the triggers only',
        ARRAY[['source', 'number of the tracked table'],
              ['kind', 'c: customer_id has changed; o: the customer of order_id; i: order_id of customer_id is new; a: any customer may have changed'],
              ['customer_id', 'the customer'],
              ['order_id', 'the order'],
              ['queued_at', 'begin of the transaction that made the change']],
        format('source smallint NOT NULL, kind "char" NOT NULL, customer_id %s, order_id %s, queued_at timestamptz NOT NULL) '
               'WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_cost_delay = 0',
               format_type(customer_segments.source_base_type(customer_segments.source_key_type(source)::regtype::oid), -1),
               format_type(customer_segments.source_base_type(customer_segments.source_order_type(source)::regtype::oid), -1)));
    -- or no row could be taken out of it in a database that publishes all its tables
    EXECUTE format('ALTER TABLE %I.refresh_queue REPLICA IDENTITY FULL', workspace);
    EXECUTE format('REVOKE ALL ON %1$I.refresh_queue, %1$I.tracked_table, %1$I.tracked_relation FROM PUBLIC', workspace);
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_07_tracking(name, name) IS
'part of create_workspace: the tables tracked_table, tracked_relation and refresh_queue';

CREATE FUNCTION relation_tree(root regclass)
RETURNS SETOF regclass
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    WITH RECURSIVE tree AS (
        SELECT relation_tree.root::pg_catalog.oid AS relation
        UNION
        SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree t ON i.inhparent = t.relation)
    SELECT t.relation::pg_catalog.regclass FROM tree t ORDER BY 1;
END;
COMMENT ON FUNCTION relation_tree(regclass) IS
'a table and all its partitions or children, at any depth';

CREATE FUNCTION view_relations(relation regclass, OUT feed regclass, OUT kind "char", OUT columns name[])
RETURNS SETOF record
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    WITH RECURSIVE feeds AS (
        SELECT view_relations.relation::pg_catalog.oid AS id, 0::smallint AS attribute, 'v'::"char" AS kind
        UNION
        SELECT d.refobjid, d.refobjsubid::smallint, c.relkind
          FROM feeds f
          JOIN pg_catalog.pg_rewrite r ON r.ev_class = f.id
          JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
               AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> f.id
          JOIN pg_catalog.pg_class c ON c.oid = d.refobjid
         WHERE f.kind = 'v')
    SELECT f.id::pg_catalog.regclass, f.kind, pg_catalog.array_agg(DISTINCT a.attname) FILTER (WHERE a.attname IS NOT NULL)
      FROM feeds f
      LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = f.id AND a.attnum = f.attribute AND f.attribute > 0
     WHERE f.id <> view_relations.relation
     GROUP BY f.id, f.kind
     ORDER BY 1;
END;
COMMENT ON FUNCTION view_relations(regclass) IS
'the relations that a view reads, also through other views, their relkind, and which of their columns; what functions read is not seen';

CREATE FUNCTION view_feeds(relation regclass, OUT feed regclass, OUT columns name[])
RETURNS SETOF record
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT r.feed, r.columns FROM customer_segments.view_relations(view_feeds.relation) r WHERE r.kind <> 'v';
END;
COMMENT ON FUNCTION view_feeds(regclass) IS
'the tables, materialized views and foreign tables that a view reads in the end, and which of their columns';

CREATE FUNCTION capture_trigger_name(workspace name, event text)
RETURNS name
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.format('customer_segments_%s_%s', event, pg_catalog.left(pg_catalog.md5(workspace), 8))::name;
COMMENT ON FUNCTION capture_trigger_name(name, text) IS
'the name of a trigger that track makes: a table may be tracked by several workspaces';

CREATE FUNCTION is_capture_of(arguments bytea, workspace name)
RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE
-- the first of them: bytes that end with a zero
RETURN pg_catalog.substr(arguments, 1, pg_catalog.octet_length(workspace::text) + 1)
       = pg_catalog.convert_to(workspace::text, pg_catalog.getdatabaseencoding()) || pg_catalog.decode('00', 'hex');
COMMENT ON FUNCTION is_capture_of(bytea, name) IS
'whether the arguments of a trigger that track makes name this workspace: the names of triggers of two workspaces may be the same';

CREATE FUNCTION is_capture_of(arguments bytea, workspace name, source smallint)
RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN customer_segments.is_capture_of(arguments, workspace)
       AND pg_catalog.substr(arguments, pg_catalog.octet_length(workspace::text) + 2, pg_catalog.length(source::text) + 1)
           = pg_catalog.convert_to(source::text, pg_catalog.getdatabaseencoding()) || pg_catalog.decode('00', 'hex');
COMMENT ON FUNCTION is_capture_of(bytea, name, smallint) IS
'whether the arguments of a trigger that track makes name this workspace and this number of a tracked table';

CREATE FUNCTION execute_giving_way(statements text[], failed text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '1s'
AS $$
DECLARE
    statement text;
    tries integer := 0;
    deadline timestamptz;
BEGIN
    LOOP
        BEGIN
            deadline := clock_timestamp() + interval '1 second';
            FOREACH statement IN ARRAY statements LOOP
                -- lock_timeout is of one lock; but for what is locked already others wait all the time
                PERFORM set_config('lock_timeout', GREATEST(1, ceil(extract(epoch FROM deadline - clock_timestamp()) * 1000))::text, true);
                EXECUTE statement;
            END LOOP;
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            -- while we wait for who uses a table others wait for us: give way, on all of them, and come again
            tries := tries + 1;
            IF tries = 10 THEN
                RAISE EXCEPTION '%', failed
                    USING ERRCODE = 'lock_not_available', HINT = 'A long transaction has read it or written to it. Try again when it has ended.';
            END IF;
            PERFORM pg_sleep(0.1 * tries + 0.1 * random());
        END;
    END LOOP;
END;
$$;
COMMENT ON FUNCTION execute_giving_way(text[], text) IS
'executes statements that lock relations which others use, all or none: gives way to them after a second in all, and tries again, ten times; failed is the error when that was in vain';

CREATE FUNCTION capture_lock(relation regclass, drops boolean)
RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION capture_lock(regclass, boolean) IS
'takes the lock that making a trigger on a table takes, or dropping one, on this table alone; for who may do that';

CREATE FUNCTION capture_locks(relations regclass[], drops boolean)
RETURNS text[]
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT COALESCE(pg_catalog.array_agg(pg_catalog.format('SELECT customer_segments.capture_lock(%L, %L)', t.relation::pg_catalog.oid, capture_locks.drops) ORDER BY t.relation), '{}')
      FROM (SELECT DISTINCT r AS relation FROM pg_catalog.unnest(capture_locks.relations) u CROSS JOIN LATERAL customer_segments.relation_tree(u) r) t
      -- triggers are not copied to other children
      JOIN pg_catalog.pg_class c ON c.oid = t.relation AND (c.relispartition OR t.relation = ANY (capture_locks.relations));
END;
COMMENT ON FUNCTION capture_locks(regclass[], boolean) IS
'statements that lock tables and their partitions, one each, so that each has its share of a time to wait: a row trigger of a partitioned table is one statement';

CREATE FUNCTION capture_made(workspace name, relations regclass[], OUT relation regclass, OUT name name, OUT droppable boolean, OUT for_rows boolean)
RETURNS SETOF record
LANGUAGE sql STABLE CALLED ON NULL INPUT PARALLEL SAFE
BEGIN ATOMIC
    -- partitions lose the copies with the original
    SELECT t.tgrelid::pg_catalog.regclass, t.tgname, pg_catalog.pg_has_role(c.relowner, 'USAGE'), t.tgtype & 1 = 1
      FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
     WHERE t.tgparentid = 0 AND t.tgfoid = 'customer_segments.capture_change()'::pg_catalog.regprocedure
       AND (relations IS NULL OR t.tgrelid = ANY (relations)) AND customer_segments.is_capture_of(t.tgargs, workspace)
       AND t.tgname IN (SELECT customer_segments.capture_trigger_name(workspace, e) FROM pg_catalog.unnest('{insert,update,delete,truncate}'::text[]) e)
     ORDER BY 1, 2;
END;
COMMENT ON FUNCTION capture_made(name, regclass[]) IS
'the triggers of a workspace that are on some relations, null: on any, whether the caller may drop them, which is for the owner of the table, and whether they are row triggers';

CREATE FUNCTION capture_attach(workspace name, relations regclass[], source smallint, customer_column name, order_column name,
                               capture text, rows_are text, columns text DEFAULT '')
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- what is there already: of a workspace of this name that went without drop_workspace, or left by untrack
    PERFORM customer_segments.execute_giving_way(
        customer_segments.capture_locks(ARRAY(SELECT DISTINCT m.relation FROM customer_segments.capture_made(workspace, relations) m WHERE m.droppable AND m.for_rows), true)
        || ARRAY(SELECT format('DROP TRIGGER %I ON %s', m.name, m.relation) FROM customer_segments.capture_made(workspace, relations) m WHERE m.droppable)
        || CASE WHEN capture = 'row' THEN customer_segments.capture_locks(relations, false) ELSE '{}' END
        || ARRAY(SELECT format('CREATE %sTRIGGER %I AFTER %s%s ON %s %s FOR EACH %s EXECUTE FUNCTION customer_segments.capture_change(%L, %L, %L, %L, %L)',
                               CASE WHEN m.name IS NULL OR m.droppable THEN '' ELSE 'OR REPLACE ' END,   -- ours, as capture_made says
                               customer_segments.capture_trigger_name(workspace, e.event), e.event, CASE WHEN e.event = 'update' THEN columns ELSE '' END, r.relation,
                               CASE WHEN capture = 'row' OR columns <> '' THEN '' ELSE e.tables END,
                               CASE WHEN capture = 'row' AND e.event <> 'truncate' THEN 'ROW' ELSE 'STATEMENT' END,
                               workspace, source, COALESCE(customer_column, ''), COALESCE(order_column, ''), rows_are)
                   FROM unnest(relations) WITH ORDINALITY AS r(relation, position)
                  CROSS JOIN (VALUES (1, 'insert', 'REFERENCING NEW TABLE AS new_rows'), (2, 'update', 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows'),
                                     (3, 'delete', 'REFERENCING OLD TABLE AS old_rows'), (4, 'truncate', '')) AS e(position, event, tables)
                   LEFT JOIN customer_segments.capture_made(workspace, relations) m ON m.relation = r.relation AND m.name = customer_segments.capture_trigger_name(workspace, e.event)
                  ORDER BY r.position, e.position),
        format('table %s is in use: its triggers could not be made', relations[1]));
END;
$$;
COMMENT ON FUNCTION capture_attach(name, regclass[], smallint, name, name, text, text, text) IS
'makes the triggers on some relations, all or none, giving way to writers; rows_are: merge for orders that histories take up, both for refunds that name a customer or an order, else empty';

CREATE FUNCTION capture_drops(workspace name, relations regclass[])
RETURNS text[]
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    left_there regclass;
BEGIN
    FOR left_there IN SELECT DISTINCT m.relation FROM customer_segments.capture_made(workspace, relations) m WHERE NOT m.droppable ORDER BY 1 LOOP
        RAISE NOTICE 'the triggers of workspace "%" are left on %: only the owner of the table can drop them; they do nothing any more', workspace, left_there;
    END LOOP;
    RETURN customer_segments.capture_locks(ARRAY(SELECT DISTINCT m.relation FROM customer_segments.capture_made(workspace, relations) m WHERE m.for_rows AND m.droppable), true)
           || ARRAY(SELECT format('DROP TRIGGER %I ON %s', m.name, m.relation) FROM customer_segments.capture_made(workspace, relations) m WHERE m.droppable);
END;
$$;
COMMENT ON FUNCTION capture_drops(name, regclass[]) IS
'statements for execute_giving_way that drop the triggers of a workspace on some relations, null: everywhere; what only another owner may drop stays, with a notice';

CREATE FUNCTION view_column_origin(relation oid, column_name name, OUT origin oid, OUT origin_column name)
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION view_column_origin(oid, name) IS
'the relation and column that a column of a view simply shows; null if it is computed, or if the view has a subquery in an expression, so that a row may depend on others';

CREATE FUNCTION workspace_source(workspace name, relation name)
RETURNS regclass
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    source name;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('SELECT s.source FROM %I.settings s', workspace) INTO source;
    RETURN to_regclass(format('%I.%I', source, relation));
END;
$$;
COMMENT ON FUNCTION workspace_source(name, name) IS
'a relation of the source schema that a workspace was made over; null if it has none of that name';

CREATE FUNCTION tracking_merges(workspace name, relation regclass, order_column name)
RETURNS boolean
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    here oid;
    shown name := 'order_id';
    origin record;
BEGIN
    here := customer_segments.workspace_source(workspace, 'orders');
    -- down to the table through views that PostgreSQL could update: those have one row a row of one relation
    WHILE here <> relation LOOP
        SELECT o.* INTO origin FROM customer_segments.view_column_origin(here, shown) o;
        IF origin.origin IS NULL OR pg_relation_is_updatable(here, false) & 8 = 0
           OR EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = here AND r.rulename <> '_RETURN')
           OR EXISTS (SELECT FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                       WHERE r.ev_class = here AND d.refclassid = 'pg_class'::regclass AND d.refobjid NOT IN (here, origin.origin)) THEN
            RETURN false;
        END IF;
        here := origin.origin;
        shown := origin.origin_column;
    END LOOP;
    -- and one row an order: a row just inserted is all there is of its order, and no refund of another one
    RETURN here IS NOT NULL AND shown = order_column AND NOT customer_segments.tracks_refunds(workspace, relation)
           -- which an index says of the rows of children only if they are partitions
           AND NOT EXISTS (SELECT FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid WHERE h.inhparent = relation AND NOT c.relispartition)
           -- and of those orders that it takes for the same as refresh does
           AND EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] AND a.attcollation = i.indcollation[0]
                         JOIN pg_opclass c ON c.oid = i.indclass[0] AND c.opcdefault
                         CROSS JOIN LATERAL (SELECT customer_segments.source_base_type(a.atttypid) AS type OFFSET 0) b
                        WHERE i.indrelid = relation AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1
                          AND i.indexprs IS NULL AND i.indpred IS NULL AND a.attname = order_column
                          -- no other type's default, as that of text is for citext
                          AND NOT EXISTS (SELECT FROM pg_opclass d WHERE d.opcdefault AND d.opcmethod = c.opcmethod AND d.oid <> c.oid
                                             AND d.opcintype = b.type));
END;
$$;
COMMENT ON FUNCTION tracking_merges(name, regclass, name) IS
'whether a row inserted into the table is one order of the source and changes no other: the source''s orders are the table or a simple view of it, its refunds are not from there, and their order_id is the unique order_column';

CREATE FUNCTION holds_orders(workspace name, relation regclass)
RETURNS boolean
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    orders regclass;
BEGIN
    orders := customer_segments.workspace_source(workspace, 'orders');
    RETURN EXISTS (
        WITH RECURSIVE origin AS (
            SELECT orders::oid AS origin, 'order_id'::name AS origin_column
            UNION
            SELECT o.origin, o.origin_column FROM origin g CROSS JOIN LATERAL customer_segments.view_column_origin(g.origin, g.origin_column) o)
        SELECT FROM origin o WHERE o.origin = relation);
END;
$$;
COMMENT ON FUNCTION holds_orders(name, regclass) IS
'whether the order_id of a source''s orders is a column of this table';

CREATE FUNCTION tracks_refunds(workspace name, relation regclass)
RETURNS boolean
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    refunds regclass;
BEGIN
    refunds := customer_segments.workspace_source(workspace, 'refunds');
    RETURN refunds IS NOT NULL AND (refunds = relation OR EXISTS (SELECT FROM customer_segments.view_relations(refunds) v WHERE v.feed = relation));
END;
$$;
COMMENT ON FUNCTION tracks_refunds(name, regclass) IS
'whether the refunds of a source are this table or come from it';

CREATE FUNCTION capture_share(workspace name, relation regclass)
RETURNS text
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION capture_share(name, regclass) IS
'what capture_change notes of a table, by the rights that the owner of the queue has on it or on one whose partition it is: keys; shown, keys by the right SELECT alone; changed, that it has changed; nothing, if code of the owner would run on it or there is no queue; without the right TRIGGER nothing while somebody holds a lock on the queue';

CREATE FUNCTION tracked_already(workspace name, relation regclass, without smallint DEFAULT 0)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tracked regclass;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    -- a relation has the triggers of one tracked table
    EXECUTE format('WITH RECURSIVE kin AS (
    SELECT r::oid AS relation FROM customer_segments.relation_tree($1) r
    UNION
    SELECT i.inhparent FROM kin k JOIN pg_inherits i ON i.inhrelid = k.relation)
SELECT t.relation FROM kin k JOIN %1$I.tracked_relation r ON r.relation = k.relation AND r.source <> $2 JOIN %1$I.tracked_table t ON t.source = r.source ORDER BY t.relation <> $1, 1 LIMIT 1', workspace)
       INTO tracked USING relation, without;
    IF tracked = relation THEN
        RAISE EXCEPTION 'table % is tracked already', relation
            USING ERRCODE = 'duplicate_object', HINT = 'untrack it first.';
    ELSIF tracked IS NOT NULL THEN
        RAISE EXCEPTION 'table % is tracked already, with %', relation, tracked
            USING ERRCODE = 'duplicate_object', DETAIL = 'A partition or child is tracked with its parent, not both by themselves.', HINT = format('untrack %s first.', tracked);
    END IF;
END;
$$;
COMMENT ON FUNCTION tracked_already(name, regclass, smallint) IS
'raises an error if a table, one below it or one above any of them is tracked, other than by one number';

CREATE FUNCTION tracked_numbers(workspace name)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('UPDATE %1$I.tracked_relation r SET relation_id = r.relation, customer_number = n.customer, order_number = n.of_order
  FROM (SELECT l.relation, COALESCE(max(a.attnum) FILTER (WHERE a.attname = t.customer_column), 0) AS customer, COALESCE(max(a.attnum) FILTER (WHERE a.attname = t.order_column), 0) AS of_order
          FROM %1$I.tracked_relation l JOIN %1$I.tracked_table t USING (source)
          LEFT JOIN pg_attribute a ON a.attrelid = l.relation AND a.attnum > 0 AND a.attname IN (t.customer_column, t.order_column)
         WHERE l.relation_id <> l.relation GROUP BY l.relation) n
 WHERE n.relation = r.relation', workspace);
END;
$$;
COMMENT ON FUNCTION tracked_numbers(name) IS
'notes which columns of the tracked relations hold the keys, where that is not known, as after track and in a copy of the database: capture_change notes no keys of others that get their names';

CREATE FUNCTION track(workspace name, relation regclass, customer_column name DEFAULT NULL, order_column name DEFAULT NULL, capture text DEFAULT 'statement')
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    source_number smallint;
    wanted record;
    tree constant regclass[] := ARRAY(SELECT t FROM customer_segments.relation_tree(relation) t);
    merges boolean;
    listed bigint;
BEGIN
    IF workspace IS NULL OR relation IS NULL THEN
        RAISE EXCEPTION 'workspace and relation must not be null' USING ERRCODE = 'null_value_not_allowed';
    ELSIF capture IS NULL OR capture NOT IN ('statement', 'row') THEN
        RAISE EXCEPTION 'unknown capture "%": it must be "statement" or "row"', capture USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM customer_segments.workspace_require_writer(workspace);
    IF NOT (EXISTS (SELECT FROM pg_class c WHERE c.oid = relation AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't')) THEN
        RAISE EXCEPTION '% is not a table that can be tracked', relation
            USING ERRCODE = 'wrong_object_type', DETAIL = 'Triggers are possible on ordinary and partitioned tables that are not temporary.',
                  HINT = 'Track the tables that feed the sources; what is not tracked is computed anew by every refresh.';
    END IF;
    PERFORM customer_segments.tracked_already(workspace, relation);
    IF customer_segments.capture_share(workspace, relation) <> 'keys' THEN
        SELECT pg_get_userbyid(c.relowner) AS owner INTO wanted FROM pg_class c WHERE c.oid = format('%I.refresh_queue', workspace)::regclass;
        RAISE EXCEPTION 'role "%", who owns workspace "%", needs TRIGGER on table % to be told what changes', wanted.owner, workspace, relation
            USING ERRCODE = 'insufficient_privilege', HINT = format('GRANT TRIGGER ON %s TO %I', relation, wanted.owner);
    END IF;
    FOR wanted IN SELECT v.column_name, v.queue_column FROM (VALUES (customer_column, 'customer_id'), (order_column, 'order_id')) AS v(column_name, queue_column)
                   WHERE v.column_name IS NOT NULL
    LOOP
        PERFORM customer_segments.tracked_column(workspace, relation, wanted.column_name, wanted.queue_column);
    END LOOP;
    -- an order is asked for its customer when refresh comes: that of one deleted or given to another is not told any more
    IF customer_column IS NULL AND order_column IS NOT NULL AND customer_segments.holds_orders(workspace, relation) THEN
        RAISE EXCEPTION 'table % holds the orders: by their numbers alone those that are deleted or change hands would be missed', relation
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give customer_column as well, or no column at all: then any change of it counts for everybody.';
    END IF;
    merges := customer_column IS NOT NULL AND order_column IS NOT NULL AND customer_segments.tracking_merges(workspace, relation, order_column);
    EXECUTE format('INSERT INTO %I.tracked_table (relation, customer_column, order_column, capture, merges, tracked_at)
                    VALUES ($1, $2, $3, $4, $5, now()) ON CONFLICT DO NOTHING RETURNING source', workspace)
       INTO source_number USING relation, customer_column, order_column, capture, merges;
    EXECUTE format('INSERT INTO %I.tracked_relation (relation, source) SELECT r, $2 FROM unnest($1) r WHERE $2 IS NOT NULL ON CONFLICT DO NOTHING', workspace) USING tree, source_number;
    GET DIAGNOSTICS listed = ROW_COUNT;
    -- somebody else came first, who has committed since
    IF listed < cardinality(tree) THEN
        PERFORM customer_segments.tracked_already(workspace, relation, COALESCE(source_number, 0::smallint));
        RAISE EXCEPTION 'table %, or one above or below it, was tracked and untracked meanwhile', relation
            USING ERRCODE = 'object_in_use', HINT = 'Try again.';
    END IF;
    PERFORM customer_segments.tracked_numbers(workspace);
    -- row triggers of a partitioned table are copied to its partitions, those for TRUNCATE and those of other children are not
    PERFORM customer_segments.capture_attach(workspace,
        ARRAY(SELECT r FROM unnest(tree) r JOIN pg_class c ON c.oid = r WHERE capture <> 'row' OR NOT c.relispartition OR r = relation),
        source_number, customer_column, order_column, capture, CASE WHEN merges THEN 'merge' WHEN customer_segments.tracks_refunds(workspace, relation) THEN 'both' ELSE '' END);
    IF capture = 'row' THEN
        PERFORM customer_segments.capture_always(workspace, relation);
    END IF;
    -- the triggers first, then everything once: what happens in between is noted
    EXECUTE format('INSERT INTO %I.refresh_queue (source, kind, queued_at) VALUES ($1, ''a'', now())', workspace) USING source_number;
END;
$$;
COMMENT ON FUNCTION track(name, regclass, name, name, text) IS
'makes triggers on a table of the shop and its partitions that note whom a change concerns: the customer in customer_column, else the customer of the order in order_column, else everybody; with both, inserted orders can be added to stored histories; capture is statement or row, which also sees applied logical replication and partitions to come, but costs more for many rows; for the owner of the workspace';

CREATE FUNCTION capture_always(workspace name, relation regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '1s'
AS $$
DECLARE
    made record;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    FOR made IN SELECT t.tgrelid::regclass AS relation, t.tgname FROM customer_segments.relation_tree(relation) r JOIN pg_trigger t ON t.tgrelid = r
                 WHERE t.tgfoid = 'customer_segments.capture_change()'::regprocedure AND customer_segments.is_capture_of(t.tgargs, workspace)
                   AND t.tgname IN (SELECT customer_segments.capture_trigger_name(workspace, e) FROM unnest('{insert,update,delete,truncate}'::text[]) e)
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', made.relation, made.tgname);
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'rows that logical replication applies to % are not seen: only its owner can have triggers fire for them', relation;
END;
$$;
COMMENT ON FUNCTION capture_always(name, regclass) IS
'lets the row triggers of a tracked table fire also for rows that logical replication applies, as far as the caller owns the table';

CREATE FUNCTION capture_casts(from_type regtype, to_type regtype)
RETURNS boolean
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION capture_casts(regtype, regtype) IS
'whether capture_change can note keys of one type as those of another: no value fails, and no function is called that somebody else has made; of integers that are too large it knows that they are nobody''s';

CREATE FUNCTION tracked_column(workspace name, relation regclass, column_name name, queue_column name)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found oid;
    wanted oid;
    is_virtual boolean;
BEGIN
    SELECT customer_segments.source_base_type(a.atttypid), a.attgenerated = 'v' INTO found, is_virtual FROM pg_attribute a
     WHERE a.attrelid = relation AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped;
    IF found IS NULL THEN
        RAISE EXCEPTION 'column "%" of table % does not exist', column_name, relation USING ERRCODE = 'undefined_column';
    ELSIF is_virtual THEN
        RAISE EXCEPTION 'column "%" of table % is generated when it is read: triggers do not see it', column_name, relation
            USING ERRCODE = 'feature_not_supported', HINT = 'Make it a stored one, or track the table without this column: then any change of it counts for everybody.';
    END IF;
    SELECT a.atttypid INTO STRICT wanted FROM pg_attribute a
     WHERE a.attrelid = format('%I.refresh_queue', workspace)::regclass AND a.attname = queue_column;
    IF NOT customer_segments.capture_casts(found, wanted) THEN
        RAISE EXCEPTION 'column "%" of table % has type %, but % is %', column_name, relation, found::regtype, queue_column, wanted::regtype
            USING ERRCODE = 'datatype_mismatch', HINT = 'Track the table without this column: then any change of it counts for everybody.';
    END IF;
END;
$$;
COMMENT ON FUNCTION tracked_column(name, regclass, name, name) IS
'raises an error unless the column is there and its values can be those of customer_id or order_id in the workspace';

CREATE FUNCTION untrack(workspace name, relation regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    source_number smallint;
    relations regclass[];
BEGIN
    PERFORM customer_segments.workspace_require_writer(workspace);
    EXECUTE format('SELECT t.source FROM %I.tracked_table t WHERE t.relation = $1', workspace) INTO source_number USING relation;
    IF source_number IS NULL THEN
        RAISE EXCEPTION 'table % is not tracked by workspace "%"', relation, workspace USING ERRCODE = 'undefined_object';
    END IF;
    -- those that are there now, too: what was restored may lack rows
    EXECUTE format('SELECT COALESCE(array_agg(r.relation), ''{}'') FROM %I.tracked_relation r WHERE r.source = $1', workspace) INTO relations USING source_number;
    relations := relations || ARRAY(SELECT t FROM customer_segments.relation_tree(relation) t);
    -- first what takes its turn with refresh, then what the shop's writers need
    EXECUTE format('SELECT FROM %I.stored_fact f ORDER BY f.fact FOR UPDATE', workspace);
    PERFORM customer_segments.execute_giving_way(customer_segments.capture_drops(workspace, relations), format('table %s is in use: its triggers could not be dropped', relation));
    EXECUTE format('DELETE FROM %I.tracked_table t WHERE t.source = $1', workspace) USING source_number;
    EXECUTE format('DELETE FROM %I.refresh_queue q WHERE q.source = $1', workspace) USING source_number;
END;
$$;
COMMENT ON FUNCTION untrack(name, regclass) IS
'removes the triggers that track made on a table and its partitions, or leaves them without effect where the caller does not own it; from then on every refresh computes what the table feeds anew; for the owner of the workspace';
