-- sources: a first draft of the views of a source schema, from the names and types of a shop's tables (doc/sources.md).

CREATE FUNCTION source_usual_names(OUT relation text, OUT column_name text, OUT names text[])
RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 100
BEGIN ATOMIC
    VALUES
    ('orders', NULL, '{orders,order,sales_orders,sales_order,sales,sale,purchases,purchase,transactions,transaction,invoices,invoice}'::text[]),
    ('refunds', NULL, '{refunds,refund,order_refunds,order_refund,returns,return,credit_notes,credit_note,creditmemo}'),
    ('order_items', NULL, '{order_items,order_item,order_lines,order_line,orderlines,orderline,line_items,line_item,order_products,order_details,invoice_lines,sale_lines,sales_lines,items}'),
    ('events', NULL, '{events,event,customer_events,customer_event,customerevent,activity_log,activities,activity,interactions,tracks,page_views,pages}'),
    ('customers', NULL, '{customers,customer,users,user,contacts,contact,members,member,clients,client,profiles,people}'),
    ('survey_answers', NULL, '{survey_answers,survey_answer,survey_responses,survey_response,nps_responses,responses,answers,feedback}'),
    ('products', NULL, '{products,product,product_variants,variants,articles,article,catalog}'),
    ('stores', NULL, '{stores,store,shops,branches,locations}'),
    ('exchange_rates', NULL, '{exchange_rates,exchange_rate,currency_rates,currency_rate,fx_rates}'),
    ('identities', NULL, '{identities,identity,identity_map,person_ids}'),
    ('campaign_members', NULL, '{campaign_members,campaign_member,campaign_contacts,campaign_customers}'),
    ('orders', 'order_id', '{id,order_no,order_number,number,invoice_id,transaction_id,sale_id}'),
    ('orders', 'ordered_at', '{placed_at,completed_at,purchased_at,order_placed_at,order_time,order_timestamp,order_date,purchase_date,processed_at,sold_at,paid_at,invoice_date,date_created_gmt,date_created,created_at,created_on,created,placed,order_day,date}'),
    ('orders', 'amount', '{amount_paid,total_amount,order_total,grand_total,total_price,total_gross_amount,total_paid,total,payment_total,revenue,net_amount,price}'),
    ('orders', 'list_amount', '{undiscounted_total_gross_amount,list_total,original_total,total_before_discount}'),
    ('orders', 'cost', '{total_cost,cogs}'),
    ('refunds', 'refunded_at', '{refund_date,refunded_on,booked_at,processed_at,date_created_gmt,date_created,created_at,created,booked,date}'),
    ('refunds', 'amount', '{refund_amount,amount_refunded,refunded_value,total_amount,total}'),
    ('order_items', 'product_id', '{product_sku,sku,variant_id,item_id,article_id,product_no,product_key,product}'),
    ('order_items', 'quantity', '{qty,units,count}'),
    ('order_items', 'unit_price', '{unit_price_gross_amount,item_price,sale_price,price}'),
    ('order_items', 'list_price', '{undiscounted_unit_price_gross_amount,original_price,regular_price,compare_at_price,msrp}'),
    ('events', 'event_type', '{event_name,event,type,name,action,kind}'),
    ('events', 'occurred_at', '{event_at,event_time,event_timestamp,original_timestamp,timestamp,sent_at,received_at,created_at,created,time,date,at}'),
    ('events', 'product_id', '{product_sku,sku,variant_id}'),
    ('events', 'value', '{event_value,revenue}'),
    ('events', 'user_agent', '{context_user_agent,useragent,browser}'),
    ('events', 'is_machine', '{is_bot,bot,machine}'),
    ('customers', 'customer_id', '{id}'),
    ('customers', 'signed_up_at', '{sign_up_date,signup_date,signup_at,registered_at,registered_on,date_joined,date_created,created_at,created}'),
    ('customers', 'subscribed_at', '{opted_in_at,newsletter_at,accepts_marketing_updated_at}'),
    ('survey_answers', 'question', '{question_id,question_code,survey,survey_id}'),
    ('survey_answers', 'answered_at', '{submitted_at,responded_at,created_at,created,date}'),
    ('survey_answers', 'answer', '{response,comment,text}'),
    ('survey_answers', 'score', '{rating,value}'),
    ('products', 'product_id', '{id,sku}'),
    ('products', 'attributes', '{tags,properties}'),
    ('stores', 'store_id', '{id}'),
    ('exchange_rates', 'currency', '{from_currency,source_currency}'),
    ('exchange_rates', 'valid_on', '{rate_date,valid_from,day,date}'),
    ('exchange_rates', 'rate', '{exchange_rate}'),
    ('identities', 'person_id', '{user_id,profile_id}'),
    ('campaign_members', 'campaign', '{campaign_id,campaign_name}'),
    ('campaign_members', 'assigned_at', '{sent_at,added_at,created_at}'),
    ('campaign_members', 'is_holdout', '{is_control,holdout,control}'),
    -- in any relation
    (NULL, 'customer_id', '{customer_no,customer_number,customer_key,customer,user_id,client_id,buyer_id,member_id,contact_id,user,buyer,client}'),
    (NULL, 'order_id', '{order_no,order_number,invoice_id,order}'),
    (NULL, 'currency', '{currency_code}'),
    (NULL, 'channel', '{sales_channel,source_name,channel_name,source}'),
    (NULL, 'category', '{category_name,product_category,product_type,department}'),
    (NULL, 'coupon_code', '{coupon,voucher_code,discount_code,promo_code,promotion_code}'),
    (NULL, 'campaign', '{utm_campaign,campaign_name,context_campaign_name}'),
    (NULL, 'email', '{e_mail,email_address}'),
    (NULL, 'birth_date', '{date_of_birth,birthdate,birthday,dob}'),
    (NULL, 'gender', '{sex}'),
    (NULL, 'family_status', '{marital_status}'),
    (NULL, 'country', '{country_code}'),
    (NULL, 'region', '{state,province,state_code,province_code}'),
    (NULL, 'postal_code', '{postcode,zip_code,zipcode,zip}'),
    (NULL, 'latitude', '{lat}'),
    (NULL, 'longitude', '{lng,lon,long}'),
    (NULL, 'acquisition_channel', '{signup_source,first_channel}'),
    (NULL, 'acquisition_cost', '{cac}'),
    (NULL, 'company', '{company_name,organization}'),
    (NULL, 'employees', '{employee_count,number_of_employees}'),
    (NULL, 'industry_code', '{naics_code,naics,sic_code,sic}'),
    (NULL, 'account_id', '{company_id,organization_id}');
END;
COMMENT ON FUNCTION source_usual_names() IS
'what shops call the relations (column_name null) and columns (relation null: in any) of the contract, the likeliest first; their own names come before all';

CREATE FUNCTION source_plain_name(name text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.btrim(pg_catalog.regexp_replace(pg_catalog.lower(pg_catalog.regexp_replace(name, '([a-z0-9])([A-Z])', '\1_\2', 'g')), '[^a-z0-9]+', '_', 'g'), '_');
COMMENT ON FUNCTION source_plain_name(text) IS
'a name as it is compared: in snake_case, so that userId, User ID and user_id are one';

CREATE FUNCTION suggest_sources(schema name, source name DEFAULT 'shop', OUT relation text, OUT from_relation regclass, OUT statement text,
                                OUT missing text[], OUT look_at text[])
RETURNS SETOF record
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT (EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = schema)) THEN
        RAISE EXCEPTION 'schema "%" does not exist', schema USING ERRCODE = 'invalid_schema_name';
    END IF;
    RETURN QUERY
    WITH contract AS MATERIALIZED (
        SELECT k.* FROM customer_segments.source_contract() WITH ORDINALITY AS k(relation, column_name, needed, kind, "position")),
    -- all names of a relation (column_name null) or column, the likeliest first
    usual AS MATERIALIZED (
        SELECT k.relation, k.column_name, array_agg(DISTINCT COALESCE(k.column_name, k.relation))
               || array_agg(u.name ORDER BY n.relation IS NULL, u.position) FILTER (WHERE u.name IS NOT NULL) AS names
          FROM (SELECT c.relation, c.column_name FROM contract c UNION SELECT c.relation, NULL FROM contract c) k
          LEFT JOIN (customer_segments.source_usual_names() n CROSS JOIN LATERAL unnest(n.names) WITH ORDINALITY AS u(name, "position"))
                 ON (n.relation = k.relation OR n.relation IS NULL) AND n.column_name IS NOT DISTINCT FROM k.column_name
         GROUP BY k.relation, k.column_name),
    -- relations that the caller may read, by any of the names, or one of them behind a prefix as in spree_orders
    candidate AS MATERIALIZED (
        SELECT r.relation, c.oid, c.relname, min(2 * array_position(r.names, e.ending) + (e.ending <> p.name)::integer) AS rank
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = schema
         CROSS JOIN LATERAL (SELECT customer_segments.source_plain_name(c.relname) AS name) p
         CROSS JOIN LATERAL (SELECT substring(p.name FROM i) AS ending FROM generate_series(1, length(p.name)) i
                              WHERE i = 1 OR substring(p.name FROM i - 1 FOR 1) = '_') e
          JOIN usual r ON r.column_name IS NULL AND e.ending = ANY (r.names)
         WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND NOT c.relispartition AND has_any_column_privilege(c.oid, 'SELECT')
         GROUP BY r.relation, c.oid, c.relname),
    -- the likeliest column of a type that will do; money in cents is divided
    mapped AS MATERIALIZED (
        SELECT d.relation, d.oid, k.column_name, k.needed, k.kind, k.position, b.expression
          FROM candidate d JOIN contract k ON k.relation = d.relation JOIN usual u ON (u.relation, u.column_name) = (k.relation, k.column_name)
          LEFT JOIN LATERAL (
            SELECT CASE WHEN cents THEN format('%I / 100.0', a.attname) ELSE quote_ident(a.attname) END AS expression
              FROM pg_attribute a
             CROSS JOIN LATERAL (SELECT customer_segments.source_plain_name(a.attname) AS name) p
             CROSS JOIN LATERAL (SELECT k.kind = 'money' AND p.name ~ '_(cents|minor)$' AS cents) m
             CROSS JOIN LATERAL (SELECT array_position(u.names, CASE WHEN cents THEN regexp_replace(p.name, '_[a-z]+$', '') ELSE p.name END) AS rank) r
             WHERE a.attrelid = d.oid AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(d.oid, a.attnum, 'SELECT')
               AND r.rank IS NOT NULL AND customer_segments.source_type_fits(a.atttypid, k.kind)
             ORDER BY r.rank, cents, a.attnum LIMIT 1) b ON true),
    judged AS (
        SELECT m.relation, m.oid, count(m.expression) AS found,
               array_agg(m.column_name ORDER BY m.position) FILTER (WHERE m.needed = 'yes' AND m.expression IS NULL) AS missing,
               string_agg(m.column_name, ' or ' ORDER BY m.position) FILTER (WHERE m.needed = 'either') AS either,
               bool_and(m.expression IS NULL) FILTER (WHERE m.needed = 'either') AS neither,
               string_agg(CASE WHEN m.expression = m.column_name THEN m.expression ELSE COALESCE(m.expression, '???') || ' AS ' || m.column_name END,
                          E',\n       ' ORDER BY m.position)
                   FILTER (WHERE m.expression IS NOT NULL OR m.needed = 'yes') AS selected
          FROM mapped m GROUP BY m.relation, m.oid),
    best AS (
        SELECT DISTINCT ON (j.relation) j.relation, j.oid, d.relname,
               CASE WHEN j.neither THEN '??? AS ' || split_part(j.either, ' ', 1) || E',\n       ' ELSE '' END || j.selected AS selected,
               CASE WHEN j.neither THEN ARRAY[j.either] ELSE '{}' END || j.missing AS missing
          FROM judged j JOIN candidate d ON d.relation = j.relation AND d.oid = j.oid
         WHERE j.found > 0
         ORDER BY j.relation, COALESCE(cardinality(j.missing), 0) + COALESCE(j.neither, false)::integer, d.rank, j.found DESC, d.relname COLLATE "C")
    SELECT b.relation, b.oid::regclass,
           format(E'CREATE VIEW %I.%I AS\nSELECT %s\n  FROM %I.%I;', source, b.relation, b.selected, schema, b.relname),
           b.missing,
           ARRAY(SELECT a.attname::text FROM pg_attribute a
                  WHERE a.attrelid = b.oid AND a.attnum > 0 AND NOT a.attisdropped
                    AND customer_segments.source_plain_name(a.attname)
                        ~ '(^|_)(status|state|cancel[a-z]*(_at|_on)?|voided(_at)?|deleted(_at|_on)?|is_deleted|test|is_test|draft|is_draft|is_staff|is_active)$'
                    AND quote_ident(a.attname) NOT IN (SELECT m.expression FROM mapped m WHERE m.oid = b.oid AND m.relation = b.relation AND m.expression IS NOT NULL)
                  ORDER BY a.attnum)
      FROM best b
     ORDER BY (SELECT min(k.position) FROM contract k WHERE k.relation = b.relation);
END;
$$;
COMMENT ON FUNCTION suggest_sources(name, name) IS
'a first draft of the views of a source schema, by the names and types of the relations of a schema that the caller may read: for each relation of the contract that looks to be there the likeliest one, a CREATE VIEW to read and complete (??? stands for a needed column that was not found), the needed columns that are missing, and columns that may say which rows do not count; reads no rows and makes nothing';
