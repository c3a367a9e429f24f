-- sources: the contract of a source schema, what is really there, and check_sources (doc/sources.md).

CREATE FUNCTION required_rate(rate numeric, currency text, valid_on date, reporting text)
RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'required_rate';
COMMENT ON FUNCTION required_rate(numeric, text, date, text) IS
'the exchange rate, or an error that names currency, day and remedy when it is NULL, not positive or not finite';

-- ---------------------------------------------------------------------------------------------------------------
-- The contract.  "needed" is yes, no, or either: of the "either" columns of a relation at least one must be there.
-- ---------------------------------------------------------------------------------------------------------------
CREATE FUNCTION source_contract(OUT relation text, OUT column_name text, OUT needed text, OUT kind text)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 100
BEGIN ATOMIC
    VALUES
    ('orders', 'customer_id', 'yes', 'key'),
    ('orders', 'ordered_at', 'yes', 'time'),
    ('orders', 'amount', 'yes', 'money'),
    ('orders', 'order_id', 'no', 'key'),
    ('orders', 'list_amount', 'no', 'money'),
    ('orders', 'coupon_code', 'no', 'text'),
    ('orders', 'channel', 'no', 'text'),
    ('orders', 'currency', 'no', 'text'),
    ('orders', 'cost', 'no', 'money'),
    ('refunds', 'order_id', 'either', 'key'),
    ('refunds', 'customer_id', 'either', 'key'),
    ('refunds', 'refunded_at', 'yes', 'time'),
    ('refunds', 'amount', 'yes', 'money'),
    ('refunds', 'currency', 'no', 'text'),
    ('order_items', 'order_id', 'yes', 'key'),
    ('order_items', 'product_id', 'yes', 'key'),
    ('order_items', 'quantity', 'yes', 'number'),
    ('order_items', 'unit_price', 'yes', 'money'),
    ('order_items', 'list_price', 'no', 'money'),
    ('order_items', 'category', 'no', 'text'),
    ('events', 'customer_id', 'yes', 'key'),
    ('events', 'event_type', 'yes', 'text'),
    ('events', 'occurred_at', 'yes', 'time'),
    ('events', 'channel', 'no', 'text'),
    ('events', 'product_id', 'no', 'key'),
    ('events', 'category', 'no', 'text'),
    ('events', 'value', 'no', 'number'),
    ('events', 'user_agent', 'no', 'text'),
    ('events', 'is_machine', 'no', 'boolean'),
    ('events', 'campaign', 'no', 'text'),
    ('customers', 'customer_id', 'yes', 'key'),
    ('customers', 'email', 'no', 'text'),
    ('customers', 'birth_date', 'no', 'day'),
    ('customers', 'gender', 'no', 'text'),
    ('customers', 'income', 'no', 'text'),
    ('customers', 'education', 'no', 'text'),
    ('customers', 'family_status', 'no', 'text'),
    ('customers', 'country', 'no', 'text'),
    ('customers', 'region', 'no', 'text'),
    ('customers', 'city', 'no', 'text'),
    ('customers', 'postal_code', 'no', 'text'),
    ('customers', 'latitude', 'no', 'number'),
    ('customers', 'longitude', 'no', 'number'),
    ('customers', 'signed_up_at', 'no', 'time'),
    ('customers', 'subscribed_at', 'no', 'time'),
    ('customers', 'acquisition_channel', 'no', 'text'),
    ('customers', 'acquisition_cost', 'no', 'money'),
    ('customers', 'company', 'no', 'text'),
    ('customers', 'employees', 'no', 'number'),
    ('customers', 'annual_revenue', 'no', 'money'),
    ('customers', 'industry_code', 'no', 'text'),
    ('customers', 'account_id', 'no', 'key'),
    ('survey_answers', 'customer_id', 'yes', 'key'),
    ('survey_answers', 'question', 'yes', 'text'),
    ('survey_answers', 'answered_at', 'yes', 'time'),
    ('survey_answers', 'answer', 'no', 'text'),
    ('survey_answers', 'score', 'no', 'number'),
    ('products', 'product_id', 'yes', 'key'),
    ('products', 'category', 'no', 'text'),
    ('products', 'attributes', 'no', 'list'),
    ('stores', 'store_id', 'yes', 'key'),
    ('stores', 'latitude', 'yes', 'number'),
    ('stores', 'longitude', 'yes', 'number'),
    ('exchange_rates', 'currency', 'yes', 'text'),
    ('exchange_rates', 'valid_on', 'yes', 'day'),
    ('exchange_rates', 'rate', 'yes', 'number'),
    ('identities', 'customer_id', 'yes', 'key'),
    ('identities', 'person_id', 'yes', 'key'),
    ('campaign_members', 'campaign', 'yes', 'text'),
    ('campaign_members', 'customer_id', 'yes', 'key'),
    ('campaign_members', 'assigned_at', 'yes', 'time'),
    ('campaign_members', 'is_holdout', 'yes', 'boolean');
END;
COMMENT ON FUNCTION source_contract() IS
'the relations and columns of a source schema: needed is yes, no or either (at least one of these); kind is what types will do (source_kind_types)';

CREATE FUNCTION source_kind_types(kind text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE kind
    WHEN 'key' THEN 'any type that can be sorted and hashed'
    WHEN 'time' THEN 'timestamp with time zone, timestamp or date'
    WHEN 'day' THEN 'date'
    WHEN 'money' THEN 'numeric, bigint, integer or double precision'
    WHEN 'number' THEN 'numeric, bigint, integer or double precision'
    WHEN 'boolean' THEN 'boolean'
    WHEN 'list' THEN 'text[] or jsonb'
    WHEN 'text' THEN 'text, a number, a uuid or an enum'
END;
COMMENT ON FUNCTION source_kind_types(text) IS
'the types that a kind of source column may have, in words; NULL for an unknown kind';

CREATE FUNCTION source_base_type(type_id oid)
RETURNS oid
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    WITH RECURSIVE d(type_id) AS (
        VALUES (source_base_type.type_id)
        UNION ALL
        SELECT t.typbasetype FROM d JOIN pg_catalog.pg_type t ON t.oid = d.type_id WHERE t.typtype = 'd')
    SELECT d.type_id FROM d JOIN pg_catalog.pg_type t ON t.oid = d.type_id WHERE t.typtype <> 'd';
END;
COMMENT ON FUNCTION source_base_type(oid) IS
'the type below a domain; any other type itself';

CREATE FUNCTION source_type_fits(type_id oid, kind text)
RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE source_type_fits.kind
        WHEN 'time' THEN t.oid IN ('timestamptz'::pg_catalog.regtype, 'timestamp'::pg_catalog.regtype,
                                   'date'::pg_catalog.regtype)
        WHEN 'day' THEN t.oid = 'date'::pg_catalog.regtype
        WHEN 'boolean' THEN t.oid = 'bool'::pg_catalog.regtype
        WHEN 'list' THEN t.oid IN ('text[]'::pg_catalog.regtype, 'varchar[]'::pg_catalog.regtype,
                                   'jsonb'::pg_catalog.regtype)
        WHEN 'text' THEN t.typcategory IN ('S', 'N', 'E') OR t.oid = 'uuid'::pg_catalog.regtype
        WHEN 'key' THEN t.typcategory IN ('A', 'E', 'R') OR 2 = (
            SELECT pg_catalog.count(DISTINCT a.amname)
              FROM pg_catalog.pg_opclass c JOIN pg_catalog.pg_am a ON a.oid = c.opcmethod
             WHERE a.amname IN ('btree', 'hash') AND c.opcdefault
               AND (c.opcintype = t.oid OR EXISTS (
                    SELECT FROM pg_catalog.pg_cast k
                     WHERE k.castsource = t.oid AND k.casttarget = c.opcintype
                       AND k.castmethod = 'b' AND k.castcontext = 'i')))
        ELSE t.oid IN ('numeric'::pg_catalog.regtype, 'int8'::pg_catalog.regtype, 'int4'::pg_catalog.regtype,
                       'int2'::pg_catalog.regtype, 'float8'::pg_catalog.regtype, 'float4'::pg_catalog.regtype)
        END
      FROM pg_catalog.pg_type t
     WHERE t.oid = customer_segments.source_base_type(source_type_fits.type_id);
END;
COMMENT ON FUNCTION source_type_fits(oid, text) IS
'whether a column of this type can serve as this kind of source column; domains count as what they are made of';

CREATE FUNCTION source_columns(source name, OUT relation text, OUT column_name text, OUT needed text, OUT kind text,
                               OUT relation_found boolean, OUT column_type text, OUT base_type regtype, OUT fits boolean,
                               OUT "position" bigint)
RETURNS SETOF record
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 100
BEGIN ATOMIC
    SELECT k.relation, k.column_name, k.needed, k.kind, c.oid IS NOT NULL,
           pg_catalog.format_type(a.atttypid, a.atttypmod),
           customer_segments.source_base_type(a.atttypid)::pg_catalog.regtype,
           customer_segments.source_type_fits(a.atttypid, k.kind), k.position
      FROM customer_segments.source_contract() WITH ORDINALITY AS k(relation, column_name, needed, kind, "position")
      LEFT JOIN (pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n
                 ON n.oid = c.relnamespace AND n.nspname = source_columns.source AND c.relkind IN ('r', 'v', 'm', 'f', 'p'))
             ON c.relname = k.relation
      LEFT JOIN pg_catalog.pg_attribute a
             ON a.attrelid = c.oid AND a.attname = k.column_name AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY k.position;
END;
COMMENT ON FUNCTION source_columns(name) IS
'every column of the contract, in its order, as it is found in a source schema: its type (NULL: not there), the type below a domain, and whether it fits';

CREATE FUNCTION source_has(source name, relation text, column_name text DEFAULT NULL)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT EXISTS (SELECT FROM customer_segments.source_columns(source_has.source) c
                    WHERE c.relation = source_has.relation
                      AND CASE WHEN source_has.column_name IS NULL THEN c.relation_found
                               ELSE c.column_name = source_has.column_name AND c.column_type IS NOT NULL END);
END;
COMMENT ON FUNCTION source_has(name, text, text) IS
'whether a source schema has this relation of the contract, or this column of it';

CREATE FUNCTION source_has_any(source name, relations text[])
RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT EXISTS (SELECT FROM pg_catalog.unnest(source_has_any.relations) AS r(relation) WHERE customer_segments.source_has(source_has_any.source, r.relation));
END;
COMMENT ON FUNCTION source_has_any(name, text[]) IS
'whether a source schema has any of these relations of the contract';

CREATE FUNCTION source_require(source name)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    c record;
BEGIN
    IF NOT (EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = source)) THEN
        RAISE EXCEPTION 'source schema "%" does not exist', source
            USING ERRCODE = 'invalid_schema_name',
                  HINT = 'Create a schema with views named orders, customers and so on; doc/sources.md lists their columns.';
    END IF;
    FOR c IN
        SELECT k.*, bool_or(k.column_type IS NOT NULL) FILTER (WHERE k.needed = 'either')
                        OVER (PARTITION BY k.relation) AS one_of_them
          FROM customer_segments.source_columns(source) k WHERE k.relation_found ORDER BY k.position
    LOOP
        IF c.column_type IS NULL AND (c.needed = 'yes' OR c.needed = 'either' AND NOT c.one_of_them) THEN
            RAISE EXCEPTION 'source column %.%.% is missing', quote_ident(source), c.relation, c.column_name
                USING ERRCODE = 'undefined_column',
                      DETAIL = format(CASE c.needed WHEN 'yes' THEN 'A source relation %1$s must have it, as %2$s.'
                                           ELSE 'A source relation %1$s must have %3$s, as %2$s.' END, c.relation,
                                      customer_segments.source_kind_types(c.kind),
                                      (SELECT string_agg(k.column_name, ' or ') FROM customer_segments.source_contract() k
                                        WHERE k.relation = c.relation AND k.needed = 'either')),
                      HINT = format('Add it to the view; SELECT * FROM customer_segments.check_sources(%L) lists everything that is missing.', source);
        ELSIF NOT c.fits THEN
            RAISE EXCEPTION 'source column %.%.% has type %, which cannot serve', quote_ident(source), c.relation,
                    c.column_name, c.column_type
                USING ERRCODE = 'datatype_mismatch',
                      DETAIL = format('It must be %s.', customer_segments.source_kind_types(c.kind)),
                      HINT = format('Cast it in the view; SELECT * FROM customer_segments.check_sources(%L) lists every wrong type.', source);
        END IF;
    END LOOP;
END;
$$;
COMMENT ON FUNCTION source_require(name) IS
'raises the first thing that keeps a schema from being a source: it does not exist, a needed column is missing, a column has a type that cannot serve';

-- ---------------------------------------------------------------------------------------------------------------
-- check_sources.  Every function source_probe_NN_<topic>(source name) of this extension is asked for its probes, in
-- name order; all probes of a relation are then answered by one pass over it.
-- ---------------------------------------------------------------------------------------------------------------
CREATE TYPE source_finding AS (relation text, column_name text, severity text, problem text, detail text, remedy text);
COMMENT ON TYPE source_finding IS
'one line of check_sources: severity is ok, info, warning or error; column_name is NULL where the whole relation is meant';

CREATE TYPE source_probe AS (relation text, column_name text, severity text, problem text, expression text, remedy text);
COMMENT ON TYPE source_probe IS
'one question to the rows of a source relation: expression is an aggregate expression over its columns that gives the detail as text, NULL when all is well';

CREATE FUNCTION member_functions(prefix text)
RETURNS SETOF name
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT p.proname
      FROM pg_catalog.pg_extension e
      JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
           AND d.refobjid = e.oid AND d.deptype = 'e' AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
      JOIN pg_catalog.pg_proc p ON p.oid = d.objid
     WHERE e.extname = 'customer_segments' AND pg_catalog.starts_with(p.proname::text, member_functions.prefix)
     ORDER BY p.proname::text COLLATE "C";
END;
COMMENT ON FUNCTION member_functions(text) IS
'the functions of this extension whose names begin so, in name order: how parts and probes are found; functions that others put into the schema are not members and never run';

CREATE FUNCTION source_count(condition text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.format('NULLIF(count(*) FILTER (WHERE %s), 0) || '' of '' || count(*) || '' rows''', condition);
COMMENT ON FUNCTION source_count(text) IS
'the text of an aggregate expression for a probe: how many rows meet a condition, NULL for none';

CREATE FUNCTION source_out_of_range(number text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.format('(%1$s NOT IN (''NaN'', ''Infinity'', ''-Infinity'') AND (pg_catalog.abs(%1$s) >= 1e14 OR pg_catalog.scale(pg_catalog.trim_scale(%1$s)) > 24))', number);
COMMENT ON FUNCTION source_out_of_range(text) IS
'the text of the condition that a numeric is a number, but none of which views can be sure to hold sums: those have 38 digits, decimals included, and are shown as numeric(20,4)';

CREATE FUNCTION source_key_missing(column_name text, base_type regtype)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.format(CASE WHEN t.typcategory = 'S' THEN '(%1$s IS NULL OR %1$s = '''')' ELSE '(%1$s IS NULL)' END,
                             source_key_missing.column_name)
      FROM pg_catalog.pg_type t WHERE t.oid = source_key_missing.base_type;
END;
COMMENT ON FUNCTION source_key_missing(text, regtype) IS
'the text of the condition that a key column is NULL or, for a string, empty: such rows are skipped and counted';

CREATE FUNCTION source_probe_10_columns(source name)
RETURNS SETOF source_probe
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT c.relation, c.column_name, p.severity, p.problem, customer_segments.source_count(p.condition), p.remedy
      FROM customer_segments.source_columns(source_probe_10_columns.source) c
     CROSS JOIN LATERAL (
        SELECT pg_catalog.quote_ident(c.column_name) AS name,
               CASE c.base_type
                   WHEN 'timestamptz'::pg_catalog.regtype THEN 'now()'
                   WHEN 'timestamp'::pg_catalog.regtype THEN '(now() AT TIME ZONE ''UTC'')'
                   ELSE '(now() AT TIME ZONE ''UTC'')::date' END AS present) q
     CROSS JOIN LATERAL (VALUES
        ('key', true, 'warning', 'empty key', customer_segments.source_key_missing(q.name, c.base_type),
         'these rows are skipped: fill the key or filter them out'),
        ('time', true, 'warning', 'no time', q.name || ' IS NULL',
         'these rows are skipped: fill the time or filter them out'),
        ('time', false, 'error', 'time before 2500 BC', q.name || ' < ''2500-01-01 BC''',
         'such a time, minus infinity too, ends queries that meet it: map it to NULL or filter it out'),
        ('time', false, 'warning', 'infinite time', q.name || ' = ''infinity''',
         'map infinite times to NULL or filter them out'),
        ('time', false, 'warning', 'time in the future', q.name || ' > ' || q.present || ' AND isfinite(' || q.name || ')',
         'rows at or after as_of() do not exist for any view: look for a wrong time zone or a test row'),
        ('day', true, 'warning', 'no day', q.name || ' IS NULL', 'fill the day or filter these rows out'),
        ('money', true, 'warning', 'no amount', q.name || ' IS NULL',
         'these rows are skipped: fill the amount or filter them out')
        ) AS p(kind, needed, severity, problem, condition, remedy)
     WHERE c.fits AND p.kind = c.kind AND (c.needed = 'yes' OR NOT p.needed)
    UNION ALL
    -- views of customers take such numbers for none
    SELECT c.relation, c.column_name, CASE WHEN c.relation = 'customers' THEN 'warning' ELSE 'error' END, p.problem,
           customer_segments.source_count(pg_catalog.format(p.condition, c.column_name)),
           CASE WHEN c.relation = 'customers' THEN 'it is taken for none: correct it in the view' ELSE p.remedy END
      FROM customer_segments.source_columns(source_probe_10_columns.source) c
     CROSS JOIN LATERAL (VALUES
        ('not a number', '%1$I::numeric IN (''NaN'', ''Infinity'', ''-Infinity'')', 'such an amount ends every query that meets it: filter it out'),
        ('out of range', customer_segments.source_out_of_range('%1$I::numeric'), 'a number from 10^14 on, or with more than 24 decimals, can end queries that meet it: correct it, or filter it out'))
        AS p(problem, condition, remedy)
     WHERE c.fits AND (c.kind = 'money' OR (c.relation, c.column_name) = ('order_items', 'quantity'))
       AND c.base_type IN ('numeric'::pg_catalog.regtype, 'int8'::pg_catalog.regtype, 'float8'::pg_catalog.regtype, 'float4'::pg_catalog.regtype)
    UNION ALL
    SELECT DISTINCT c.relation, NULL, 'info', 'no rows', 'CASE WHEN count(*) = 0 THEN ''the relation is empty'' END',
           'nothing to do if that is meant'
      FROM customer_segments.source_columns(source_probe_10_columns.source) c
     WHERE c.relation_found;
END;
COMMENT ON FUNCTION source_probe_10_columns(name) IS
'probes that follow from the kind of a column: empty keys, missing, infinite and future times, amounts that are no numbers';

CREATE FUNCTION source_line_out_of_range(price text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
-- of numbers that can be multiplied
RETURN customer_segments.source_count(pg_catalog.format('CASE WHEN quantity > 0 AND quantity < 1e14 AND %1$s >= 0 AND %1$s < 1e14 '
    'AND pg_catalog.scale(quantity::numeric) < 1000 AND pg_catalog.scale(%1$s::numeric) < 1000 THEN %2$s END',
    price, customer_segments.source_out_of_range(pg_catalog.format('(quantity::numeric * %s::numeric)', price))));
COMMENT ON FUNCTION source_line_out_of_range(text) IS
'the text of an aggregate expression for a probe: how many order lines have a quantity and a price that multiplied are out of range';

CREATE FUNCTION source_probe_20_orders(source name)
RETURNS SETOF source_probe
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    WITH found AS (
        SELECT c.relation, c.column_name FROM customer_segments.source_columns(source_probe_20_orders.source) c WHERE c.fits),
    probe(relation, columns, severity, problem, expression, remedy) AS (VALUES
        ('orders', ARRAY['amount'], 'info', 'zero amount', customer_segments.source_count('amount = 0'),
         'vouchers and samples are not purchases: these rows are skipped'),
        ('orders', ARRAY['amount'], 'warning', 'negative amount', customer_segments.source_count('amount < 0'),
         'these rows count as refunds on their own day: check that refunds are not given twice'),
        ('refunds', ARRAY['amount'], 'warning', 'amount not positive', customer_segments.source_count('amount <= 0'),
         'these rows are skipped: a refund is the positive amount given back'),
        ('orders', ARRAY['list_amount'], 'warning', 'negative list price', customer_segments.source_count('list_amount < 0'),
         'read as no list price: correct it in the view'),
        ('order_items', ARRAY['list_price'], 'warning', 'negative list price', customer_segments.source_count('list_price < 0'),
         'read as no list price: correct it in the view'),
        ('order_items', ARRAY['unit_price'], 'warning', 'negative price', customer_segments.source_count('unit_price < 0'),
         'these lines are skipped: what was given back belongs in refunds, a discount in the price of the line'),
        ('order_items', ARRAY['quantity'], 'warning', 'quantity not positive', customer_segments.source_count('quantity <= 0'),
         'these lines are skipped: what came back belongs in refunds'),
        ('order_items', ARRAY['quantity', 'unit_price'], 'error', 'price of the line out of range', customer_segments.source_line_out_of_range('unit_price'),
         'quantity times price from 10^14 on, or with more than 24 decimals, can end queries that meet it: correct it, or filter it out'),
        ('order_items', ARRAY['quantity', 'list_price'], 'error', 'list price of the line out of range', customer_segments.source_line_out_of_range('list_price'),
         'quantity times list price from 10^14 on, or with more than 24 decimals, can end queries that meet it: correct it, or filter it out'),
        ('orders', ARRAY['order_id'], 'error', 'duplicate order_id',
         'NULLIF(count(order_id) - count(DISTINCT order_id), 0) || '' rows repeat an order_id''',
         'one row an order: sum the lines or payments in the view, else orders and their refunds count twice'),
        ('customers', ARRAY['customer_id'], 'warning', 'duplicate customer_id',
         'NULLIF(count(customer_id) - count(DISTINCT customer_id), 0) || '' rows repeat a customer_id''',
         'one row a customer'),
        ('products', ARRAY['product_id'], 'error', 'duplicate product_id',
         'NULLIF(count(product_id) - count(DISTINCT product_id), 0) || '' rows repeat a product_id''',
         'one row a product'),
        ('exchange_rates', ARRAY['currency', 'valid_on'], 'error', 'duplicate rate',
         'NULLIF(count(*) - count(DISTINCT (currency, valid_on)), 0) || '' rows repeat a currency and day''',
         'one rate a currency and day'),
        ('exchange_rates', ARRAY['rate'], 'error', 'rate not positive',
         customer_segments.source_count('rate IS NULL OR rate <= 0 OR rate::numeric IN (''NaN'', ''Infinity'')'),
         'a rate is the units of the reporting currency for one unit of currency'),
        ('orders', ARRAY['currency'], 'info', 'no currency', customer_segments.source_count('currency IS NULL OR currency::text = '''''),
         'these rows count as the workspace''s own currency'))
    SELECT p.relation, p.columns[1], p.severity, p.problem, p.expression, p.remedy
      FROM probe p
     WHERE NOT EXISTS (SELECT FROM pg_catalog.unnest(p.columns) AS n(name)
                        WHERE (p.relation, n.name) NOT IN (SELECT f.relation, f.column_name FROM found f))
    UNION ALL
    SELECT 'orders', 'currency', 'error', 'several currencies without rates',
           pg_catalog.format(
               'CASE WHEN count(DISTINCT NULLIF(currency::text, '''')) > 1 AND count(DISTINCT NULLIF(currency::text, '''')) FILTER (WHERE %1$s) > 1 '
               'THEN ''without a rate: '' || string_agg(DISTINCT NULLIF(currency::text, ''''), '', '') FILTER (WHERE %1$s) END',
               CASE WHEN EXISTS (SELECT FROM found f WHERE (f.relation, f.column_name) = ('exchange_rates', 'rate'))
                    THEN pg_catalog.format('currency::text NOT IN (SELECT e.currency::text FROM %I.exchange_rates e '
                                           'WHERE e.currency IS NOT NULL)', source_probe_20_orders.source)
                    ELSE 'true' END),
           'add rows to exchange_rates for all but the reporting currency, or make one source schema for each currency'
     WHERE EXISTS (SELECT FROM found f WHERE (f.relation, f.column_name) = ('orders', 'currency'));
END;
COMMENT ON FUNCTION source_probe_20_orders(name) IS
'probes of orders, refunds and what belongs to them: zero and negative amounts and prices, duplicate ids, several currencies without rates';

CREATE FUNCTION source_index_used(source name, relation name, column_name name, column_type text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE STRICT PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM %I.%I WHERE %I = (SELECT NULL::%s)',
                   source, relation, column_name, column_type) INTO plan;
    RETURN jsonb_path_exists(plan::jsonb, '$.**."Index Cond" ? (@ like_regex "\\$[0-9]|InitPlan")');
END;
$$;
COMMENT ON FUNCTION source_index_used(name, name, name, text) IS
'whether a look-up of one key in a source relation reaches an index of the tables below: the planner is asked, nothing is read';

CREATE FUNCTION check_sources(schema name)
RETURNS SETOF source_finding
LANGUAGE plpgsql VOLATILE STRICT PARALLEL RESTRICTED ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    this text;
    probe_function name;
    probes customer_segments.source_probe[] := '{}';
    more customer_segments.source_probe[];
    answers text[];
BEGIN
    IF NOT (EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = schema)) THEN
        RAISE EXCEPTION 'source schema "%" does not exist', schema USING ERRCODE = 'invalid_schema_name';
    END IF;
    FOR probe_function IN SELECT customer_segments.member_functions('source_probe_') LOOP
        EXECUTE format('SELECT array_agg(p ORDER BY p.column_name, p.problem) FROM customer_segments.%I($1) p', probe_function) INTO more USING schema;
        probes := probes || more;
    END LOOP;

    FOR this IN SELECT k.relation FROM customer_segments.source_contract() WITH ORDINALITY AS k(relation, c, n, t, i)
                 GROUP BY k.relation ORDER BY min(k.i)
    LOOP
        IF NOT customer_segments.source_has(schema, this) THEN
            RETURN NEXT (this, NULL::text, 'info'::text, 'not there'::text, 'no such relation in the source schema'::text,
                         'what is built on it is left out: add a view of this name when the shop has such data'::text);
            CONTINUE;
        END IF;
        -- columns: found, missing, of the wrong type
        RETURN QUERY
        SELECT c.relation, c.column_name, f.*
          FROM (SELECT k.*, bool_or(k.column_type IS NOT NULL) FILTER (WHERE k.needed = 'either')
                                OVER (PARTITION BY k.relation) AS one_of_them
                  FROM customer_segments.source_columns(schema) k WHERE k.relation = this) c
         CROSS JOIN LATERAL (
            SELECT CASE WHEN c.column_type IS NOT NULL THEN CASE WHEN c.fits THEN 'ok' ELSE 'error' END
                        WHEN c.needed = 'yes' OR c.needed = 'either' AND NOT c.one_of_them THEN 'error'
                        ELSE 'info' END,
                   CASE WHEN c.column_type IS NULL THEN 'missing' WHEN c.fits THEN 'found' ELSE 'wrong type' END,
                   COALESCE(c.column_type, 'no such column'),
                   CASE WHEN c.fits THEN NULL
                        WHEN c.column_type IS NULL AND (c.needed = 'no' OR c.one_of_them)
                             THEN 'optional: ' || customer_segments.source_kind_types(c.kind)
                        ELSE 'it must be ' || customer_segments.source_kind_types(c.kind) END) AS f(severity, problem, detail, remedy)
         ORDER BY c.position;
        -- types that serve, but not well
        RETURN QUERY
        SELECT c.relation, c.column_name, f.*
          FROM customer_segments.source_columns(schema) c
         CROSS JOIN LATERAL (VALUES
            ('money', ARRAY['float8', 'float4']::regtype[], 'warning', 'float money',
             'cast it to numeric in the view: sums of floats differ in the last digits from plan to plan'),
            ('time', ARRAY['timestamp']::regtype[], 'info', 'time without zone',
             'it is read in the time zone of the workspace''s settings, never in the session''s; AT TIME ZONE in the view says it for good'),
            ('time', ARRAY['date']::regtype[], 'info', 'day without time',
             'it is read as the beginning of the day in the time zone of the workspace''s settings'))
            AS p(kind, types, severity, problem, remedy)
         CROSS JOIN LATERAL (SELECT p.severity, p.problem, c.column_type, p.remedy) AS f
         WHERE c.relation = this AND c.kind = p.kind AND c.base_type = ANY (p.types)
         ORDER BY c.position;
        -- one pass over the rows answers every probe
        SELECT array_agg(ROW(p.relation, p.column_name, p.severity, p.problem, p.expression, p.remedy)::customer_segments.source_probe ORDER BY i)
          INTO more FROM unnest(probes) WITH ORDINALITY
               AS p(relation, column_name, severity, problem, expression, remedy, i) WHERE p.relation = this;
        EXECUTE (SELECT format('SELECT ARRAY[%s]::text[] FROM %I.%I', string_agg(p.expression, ', ' ORDER BY p.i), schema, this)
                   FROM unnest(more) WITH ORDINALITY AS p(relation, column_name, severity, problem, expression, remedy, i))
           INTO answers;
        RETURN QUERY
        SELECT p.relation, p.column_name, p.severity, p.problem, p.answer, p.remedy
          FROM ROWS FROM (unnest(more), unnest(answers)) WITH ORDINALITY
               AS p(relation, column_name, severity, problem, expression, remedy, answer, i)
         WHERE p.answer IS NOT NULL ORDER BY p.i;
        -- one customer must be found without reading everybody's rows
        RETURN QUERY
        SELECT c.relation, c.column_name, 'warning', 'no index',
               'a look-up of one ' || c.column_name || ' reads the whole relation',
               'create an index on the column, or on the view''s expression, in the table below'
          FROM customer_segments.source_columns(schema) c
         WHERE c.relation = this AND c.fits
           AND (c.column_name = 'customer_id'
                OR c.column_name = 'order_id' AND c.relation IN ('orders', 'refunds') AND customer_segments.source_has(schema, 'refunds', 'order_id'))
           AND NOT customer_segments.source_index_used(schema, c.relation::name, c.column_name::name, c.column_type)
         ORDER BY c.position;
    END LOOP;

    RETURN QUERY
    SELECT c.relname::text, NULL::text, 'info', 'not part of the contract', 'a relation of this name is not read',
           'ignore it, or rename it: ' || (SELECT string_agg(DISTINCT k.relation, ', ') FROM customer_segments.source_contract() k)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = schema AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
       AND c.relname NOT IN (SELECT k.relation FROM customer_segments.source_contract() k)
     ORDER BY c.relname;
END;
$$;
COMMENT ON FUNCTION check_sources(name) IS
'what a source schema offers and what is wrong with it: columns found, missing or wrongly typed, empty keys, duplicate ids, future times, zero or negative amounts, currencies without rates, float money, no index; changes nothing, one pass over each relation';
