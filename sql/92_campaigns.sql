-- campaigns: a frozen audience with a hold-out, and what came of it.  Page: doc/campaigns.md

CREATE FUNCTION holdout_point(customer_id text, campaign text, seed bigint DEFAULT 0)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'holdout_point';
COMMENT ON FUNCTION holdout_point(text, text, bigint) IS
'where a customer falls in the draw of a campaign, from 0 up to below 1, by a keyed hash: the same for ever, and independent between campaigns and between seeds; held out are those below the share of the hold-out';

CREATE FUNCTION workspace_part_93_campaigns(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    PERFORM customer_segments.workspace_add_setting(workspace, 'lift_min_customers',
        'integer NOT NULL DEFAULT 100 CHECK (lift_min_customers > 1)', 'campaigns: campaign_lift is reliable from so many customers in each group on (our default)');
    PERFORM customer_segments.workspace_add_table(workspace, 'campaign',
        'one row a campaign: what was frozen when it was made; DELETE removes its audience, too',
        ARRAY[['campaign', 'its name; also the key of the draw'],
              ['segment', 'the segment it was made from, by its name then'],
              ['version', 'version of the definition; null for a label'],
              ['expression', 'what the members fulfilled, with everything it contained'],
              ['holdout', 'share of the audience to hold out'],
              ['seed', 'seed of the draw'],
              ['assigned_at', 'the instant the audience was taken for: its window begins here'],
              ['created_at', 'when'],
              ['created_by', 'by which role'],
              ['customers', 'customers of the audience'],
              ['holdout_customers', 'of these, held out']],
        'campaign text PRIMARY KEY CHECK (campaign <> ''''), segment text NOT NULL, version integer, expression text NOT NULL,
         holdout double precision NOT NULL, seed bigint NOT NULL, assigned_at timestamptz NOT NULL, created_at timestamptz NOT NULL,
         created_by name NOT NULL, customers bigint NOT NULL, holdout_customers bigint NOT NULL');
    PERFORM customer_segments.workspace_add_table(workspace, 'campaign_customer',
        'one row a campaign and customer of its audience, as it was then',
        ARRAY[['campaign', 'the campaign'],
              ['customer_id', 'the customer'],
              ['is_holdout', 'whether the customer is held out: not to be treated'],
              ['scores', 'the row of customer_360 at that instant']],
        format('campaign text NOT NULL REFERENCES %I.campaign ON UPDATE CASCADE ON DELETE CASCADE, customer_id %s NOT NULL,
                is_holdout boolean NOT NULL, scores jsonb NOT NULL, PRIMARY KEY (campaign, customer_id)',
               workspace, customer_segments.column_type(format('%I.customer_360', workspace)::regclass, 'customer_id')));
    EXECUTE format('REVOKE SELECT ON %I.campaign_customer FROM PUBLIC', workspace);
    PERFORM customer_segments.workspace_add_view(workspace, 'campaign_audience',
        'one row a campaign and customer of its audience, to export: who is to be treated and who is not',
        ARRAY[['customer_id', 'the customer'],
              ['campaign', 'the campaign'],
              ['assigned_at', 'the instant the audience was taken for'],
              ['is_holdout', 'true: held out, not to be treated'],
              ['segment', 'the segment it was made from'],
              ['orders', 'orders that counted then'],
              ['net_revenue', 'revenue less refunds then'],
              ['last_order_on', 'day of the last order then'],
              ['scores', 'everything in customer_360 then, as JSON']],
        format('SELECT m.customer_id, m.campaign, c.assigned_at, m.is_holdout, c.segment, (m.scores ->> ''orders'')::bigint AS orders,
                       (m.scores ->> ''net_revenue'')::numeric(20,4) AS net_revenue, (m.scores ->> ''last_order_on'')::date AS last_order_on,
                       m.scores::text AS scores
                  FROM %1$I.campaign_customer m JOIN %1$I.campaign c ON c.campaign = m.campaign', workspace));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_93_campaigns(name, name) IS
'part of create_workspace: campaigns and their audiences';

CREATE FUNCTION create_campaign(workspace name, name text, segment text, holdout double precision DEFAULT 0.1, seed bigint DEFAULT 0)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
SET standard_conforming_strings = on
AS $$
DECLARE
    expression text;
    made boolean;
    audience bigint;
BEGIN
    IF workspace IS NULL OR name IS NULL OR segment IS NULL OR holdout IS NULL OR seed IS NULL THEN
        RAISE EXCEPTION 'arguments of create_campaign must not be null' USING ERRCODE = 'null_value_not_allowed';
    ELSIF name = '' THEN
        RAISE EXCEPTION 'name of a campaign must not be empty' USING ERRCODE = 'invalid_parameter_value';
    ELSIF NOT (holdout >= 0 AND holdout < 1) THEN
        RAISE EXCEPTION 'holdout is %, must be from 0 to below 1', holdout
            USING ERRCODE = 'invalid_parameter_value', HINT = 'It is a share: 0.1 holds out a tenth of the audience.';
    END IF;
    PERFORM customer_segments.workspace_require_writer(workspace);
    expression := customer_segments.segment_expression(workspace, segment);
    EXECUTE format('INSERT INTO %1$I.campaign (campaign, segment, version, expression, holdout, seed, assigned_at, created_at, created_by, customers, holdout_customers)
                    SELECT $1, $2, (SELECT d.version FROM %1$I.segment g JOIN %1$I.segment_definition d ON d.segment_id = g.segment_id AND d.replaced_at IS NULL
                                     WHERE g.segment = $2), $3, $4, $5, customer_segments.as_of(), now(), current_user, 0, 0
                    ON CONFLICT (campaign) DO NOTHING RETURNING true', workspace)
       INTO made USING name, segment, expression, holdout, seed;
    -- also one that was being made in another session, which has been waited for
    IF made IS NULL THEN
        RAISE EXCEPTION 'campaign "%" already exists in workspace "%"', name, workspace USING ERRCODE = 'duplicate_object';
    END IF;
    EXECUTE format(E'INSERT INTO %1$I.campaign_customer (campaign, customer_id, is_holdout, scores)
                     SELECT $1, customer_360.customer_id, customer_segments.holdout_point(customer_360.customer_id::text, $1, $3) < $2, to_jsonb(customer_360)
                       FROM %1$I.customer_360 WHERE (\n%2$s\n)', workspace, expression) USING name, holdout, seed;
    EXECUTE format('UPDATE %1$I.campaign c SET (customers, holdout_customers) =
                       (SELECT count(*), count(*) FILTER (WHERE m.is_holdout) FROM %1$I.campaign_customer m WHERE m.campaign = c.campaign)
                     WHERE c.campaign = $1 RETURNING c.customers', workspace) INTO audience USING name;
    IF audience = 0 THEN
        RAISE NOTICE 'campaign "%" has no audience: nobody is in segment "%"', name, segment;
    END IF;
    RETURN audience;
END;
$$;
COMMENT ON FUNCTION create_campaign(name, text, text, double precision, bigint) IS
'freezes the members of a segment, its definition, their scores and the time, and draws a hold-out of the given share; returns the number of customers; the same name and seed always hold out the same customers; for the owner of the workspace and members of that role';

CREATE FUNCTION campaign_lift(workspace name, campaign text, window_days integer DEFAULT 30, confidence double precision DEFAULT 0.95)
RETURNS TABLE (metric text, treated_n bigint, holdout_n bigint, treated double precision, holdout double precision,
               difference double precision, difference_low double precision, difference_high double precision,
               ratio double precision, ratio_low double precision, ratio_high double precision, p_value double precision,
               reliable boolean, is_complete boolean)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE ROWS 4
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    starts_at timestamptz;
BEGIN
    IF workspace IS NULL OR campaign IS NULL OR window_days IS NULL OR confidence IS NULL THEN
        RAISE EXCEPTION 'arguments of campaign_lift must not be null' USING ERRCODE = 'null_value_not_allowed';
    ELSIF window_days < 1 OR window_days > 36500 THEN
        RAISE EXCEPTION 'window_days is %, must be between 1 and 36500', window_days USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM customer_segments.workspace_require_owner(workspace);
    EXECUTE format('SELECT c.assigned_at FROM %I.campaign c WHERE c.campaign = $1', workspace) INTO starts_at USING campaign;
    IF starts_at IS NULL THEN
        RAISE EXCEPTION 'there is no campaign "%" in workspace "%"', campaign, workspace USING ERRCODE = 'undefined_object';
    END IF;
    RETURN QUERY EXECUTE format($query$
WITH outcome AS (
    SELECT NOT m.is_holdout AS is_treated, COALESCE(p.orders, 0) AS orders, COALESCE(p.net_revenue, 0) AS net_revenue, e.customer_id IS NOT NULL AS unsubscribed
      FROM %1$I.campaign_customer m
      LEFT JOIN (SELECT p.customer_id, count(*) FILTER (WHERE p.amount > 0 AND p.voided_at IS NULL) AS orders, sum(p.amount) AS net_revenue
                   FROM %1$I.purchases p WHERE p.at >= $2 AND p.at < $3 GROUP BY p.customer_id) p ON p.customer_id %2$s m.customer_id
      LEFT JOIN (SELECT DISTINCT e.customer_id FROM %1$I.events e WHERE e.kind = 'unsubscribe' AND e.at >= $2 AND e.at < $3) e ON e.customer_id %2$s m.customer_id
     WHERE m.campaign = $1),
measured AS (
    SELECT customer_segments.lift(o.is_treated, o.orders > 0, $4) AS conversion, customer_segments.lift(o.is_treated, o.orders::double precision, $4) AS orders,
           customer_segments.lift(o.is_treated, o.net_revenue::double precision, $4) AS net_revenue, customer_segments.lift(o.is_treated, o.unsubscribed, $4) AS unsubscribes
      FROM outcome o)
SELECT v.metric, (v.l).treated_n, (v.l).holdout_n, (v.l).treated, (v.l).holdout, (v.l).difference, (v.l).difference_low, (v.l).difference_high,
       (v.l).ratio, (v.l).ratio_low, (v.l).ratio_high, (v.l).p_value,
       (v.l).reliable AND LEAST((v.l).treated_n, (v.l).holdout_n) >= s.lift_min_customers, $3 <= customer_segments.as_of()
  FROM measured m
 CROSS JOIN LATERAL (VALUES (1, 'conversion', m.conversion), (2, 'orders', m.orders), (3, 'net_revenue', m.net_revenue), (4, 'unsubscribes', m.unsubscribes)) AS v(i, metric, l)
 CROSS JOIN (SELECT s.lift_min_customers FROM %1$I.settings s LIMIT 1) s
 WHERE v.l IS DISTINCT FROM NULL
 ORDER BY v.i$query$, workspace, customer_segments.queue_operator(workspace, 'customer_id'))
      USING campaign, starts_at, starts_at + window_days * interval '24 hours', confidence;
END;
$$;
COMMENT ON FUNCTION campaign_lift(name, text, integer, double precision) IS
'what a campaign did in the so many days of 24 hours after it was made: conversion (customers with an order), orders, net_revenue and unsubscribes by head, treated against hold-out, with intervals and p values; reliable: groups of lift_min_customers and enough of each outcome; is_complete: the window is over at as_of; no row without an audience; for the owner of the workspace and members of that role';
