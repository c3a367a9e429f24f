-- views: the base view profiles of a workspace (doc/views.md).

CREATE FUNCTION workspace_profile_value(source name, column_name text, kind text, zone text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.format(
               CASE WHEN NOT customer_segments.source_has(source, 'customers', column_name) THEN 'NULL::%3$s'
                    WHEN kind = 'time' THEN 'CASE WHEN %2$s < (SELECT customer_segments.as_of()) THEN %2$s END'
                    WHEN kind = 'day' THEN 'CASE WHEN isfinite(c.%1$I) THEN c.%1$I::date END'
                    -- a comparison that NaN and infinities, and what numeric(20,4) cannot hold, do not pass
                    WHEN kind IN ('money', 'number') THEN 'CASE WHEN c.%1$I > -1e16 AND c.%1$I < 1e16 THEN c.%1$I::%3$s END'
                    ELSE 'NULLIF(btrim(c.%1$I::text), '''')' END,
               column_name,
               CASE WHEN kind = 'time' THEN customer_segments.source_time(source, 'customers', column_name, 'c.' || column_name, zone) END,
               CASE WHEN column_name IN ('latitude', 'longitude') THEN 'double precision'
                    WHEN kind IN ('money', 'number') THEN 'numeric(20,4)'
                    WHEN kind = 'time' THEN 'timestamptz'
                    WHEN kind = 'day' THEN 'date' ELSE 'text' END);
END;
COMMENT ON FUNCTION workspace_profile_value(name, text, text, text) IS
'the text of a column of the view profiles: a column of the source relation customers, checked and cast by its kind in the contract, NULL if it is not there';

CREATE FUNCTION workspace_part_11_profiles(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    here boolean := customer_segments.source_has(source, 'customers');
    zone text := format('(SELECT s.time_zone FROM %I.settings s)', workspace);
    columns text[];
    value_list text;
    name_list text;
BEGIN
    SELECT array_agg(ARRAY[k.column_name, d.description] ORDER BY k."position"),
           string_agg(format('%s AS %I', customer_segments.workspace_profile_value(source, k.column_name, k.kind, zone), k.column_name),
                      E',\n               ' ORDER BY k."position"),
           string_agg(format(CASE WHEN k.column_name IN ('latitude', 'longitude')
                                  THEN 'CASE WHEN abs(p.latitude) <= 90 AND abs(p.longitude) <= 180 THEN p.%1$I END AS %1$I'
                                  ELSE 'p.%I' END, k.column_name), ', ' ORDER BY k."position")
      INTO columns, value_list, name_list
      FROM customer_segments.source_contract() WITH ORDINALITY AS k(relation, column_name, needed, kind, "position")
      LEFT JOIN (VALUES
        ('email', 'mail address as given'),
        ('birth_date', 'day of birth as given'),
        ('gender', 'as stated by the person'),
        ('income', 'as stated by the person: a number or words'),
        ('education', 'as stated by the person'),
        ('family_status', 'as stated by the person'),
        ('country', 'country as given: code or name'),
        ('region', 'state, province or region as given'),
        ('city', 'city as given'),
        ('postal_code', 'postal code as given'),
        ('latitude', 'degrees, north positive; null unless latitude and longitude are both there and in range'),
        ('longitude', 'degrees, east positive; null unless latitude and longitude are both there and in range'),
        ('signed_up_at', 'when the customer signed up'),
        ('subscribed_at', 'when the customer consented to receive messages; null if that is at or after as_of'),
        ('acquisition_channel', 'how the customer was won'),
        ('acquisition_cost', 'what that cost'),
        ('company', 'company as given'),
        ('employees', 'people who work there'),
        ('annual_revenue', 'its turnover a year'),
        ('industry_code', 'NAICS or NACE code as given'),
        ('account_id', 'the account that the customer belongs to')) AS d(column_name, description) USING (column_name)
     WHERE k.relation = 'customers' AND k.column_name <> 'customer_id';

    -- of several rows of a customer one whole row is taken, never a mixture; the hash makes it the same one every time
    PERFORM customer_segments.workspace_add_view(workspace, 'profiles',
        'fact: one row a customer registered before as_of, with every column of the contract; of several rows of one customer that of the latest sign-up',
        ARRAY[['customer_id', 'the customer; never null or empty']] || columns,
        format('SELECT DISTINCT ON (p.customer_id) p.customer_id, %s
  FROM (SELECT %s AS customer_id, %s%s) p
 ORDER BY p.customer_id, p.signed_up_at DESC NULLS LAST, hash_record_extended(ROW(%s), 0)',
            name_list,
            CASE WHEN here THEN customer_segments.source_customer_key(source, 'customers', 'c.customer_id')
                 ELSE 'NULL::' || customer_segments.source_key_type(source) END,
            value_list,
            CASE WHEN here THEN format(E'\n          FROM %I.customers c\n         WHERE %s%s', source,
                     customer_segments.source_key(source, 'customers', 'customer_id', 'c.customer_id'),
                     CASE WHEN customer_segments.source_has(source, 'customers', 'signed_up_at')
                          THEN format(' AND (c.signed_up_at IS NULL OR %s < (SELECT customer_segments.as_of()))',
                                      customer_segments.source_time(source, 'customers', 'signed_up_at', 'c.signed_up_at', zone))
                          ELSE '' END)
                 ELSE ' WHERE false' END,
            (SELECT string_agg('p.' || c.pair, ', ') FROM unnest(columns) WITH ORDINALITY AS c(pair, i) WHERE c.i % 2 = 1)));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_11_profiles(name, name) IS
'part of create_workspace: the fact profiles';
