-- firmographic: companies and accounts; the views firmographic and account_value (doc/firmographic.md).

CREATE FUNCTION workspace_part_33_firmographic(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    PERFORM customer_segments.workspace_add_setting(workspace, 'industry_system',
        'text NOT NULL DEFAULT ''naics'' CHECK (industry_system IN (''naics'', ''nace''))', 'firmographic: what industry codes are: naics or nace');
    PERFORM customer_segments.workspace_add_setting(workspace, 'account_window_days', 'integer NOT NULL DEFAULT 365 CHECK (account_window_days BETWEEN 1 AND 36500)',
        'account_value: tiers go by the net revenue of the last so many days (our default)');
    PERFORM customer_segments.workspace_add_table(workspace, 'account_tier',
        'tiers of account_value: the first rule by position all of whose minimums are reached gives the tier (our defaults)',
        ARRAY[['position', 'order of the rules, and sort key of the tier; below 98'],
              ['tier', 'name of the tier'],
              ['from_employees', 'for companies of so many people; null: any'],
              ['from_net_revenue', 'from so much net revenue in account_window_days; null: any'],
              ['from_people', 'from so many customers of the account; null: any']],
        'position integer PRIMARY KEY CHECK ("position" < 98), tier text NOT NULL CHECK (tier <> '''' AND length(tier) <= 200), from_employees numeric, from_net_revenue numeric, from_people bigint');
    EXECUTE format('INSERT INTO %I.account_tier VALUES (1, ''enterprise'', 1001, NULL, NULL), (2, ''enterprise'', NULL, 50000, NULL),
        (3, ''pro'', 50, NULL, NULL), (4, ''pro'', NULL, 5000, NULL), (5, ''business'', NULL, NULL, NULL)', workspace);

    PERFORM customer_segments.workspace_add_view(workspace, 'firmographic',
        'one row a registered customer: company, size, industry, and the account the customer belongs to',
        ARRAY[['customer_id', 'the customer'],
              ['account', 'account_id, else the company in lower case, else the mail domain if it is a company''s own; null without any'],
              ['account_by', 'which of them: account_id, company, mail_domain; none'],
              ['company', 'as given'],
              ['employees', 'as given; null below 0'],
              ['company_size', 'startup, mid or enterprise, by the bands company_size; unknown without employees'],
              ['company_size_rank', 'sort key: place of the band; 99 unknown'],
              ['eu_company_size', 'micro, small, medium or large, the larger of the bands eu_employees and eu_turnover; unknown without employees'],
              ['eu_company_size_rank', 'sort key: place of the band; 99 unknown'],
              ['annual_revenue', 'as given; null below 0'],
              ['revenue_band', 'by the bands annual_revenue; unknown without it'],
              ['revenue_band_rank', 'sort key: place of the band; 99 unknown'],
              ['industry_code', 'as given'],
              ['sector', 'its NAICS sector or NACE section, by the setting industry_system; null for what is no code'],
              ['sector_name', 'name of that; null as above'],
              ['industry_group', 'its first three digits; null with fewer'],
              ['n', 'how many are known of company, employees, annual revenue, sector and account_id'],
              ['reliable', 'whether n is above 0']],
        format($query$
SELECT r.customer_id, r.account,
       CASE WHEN r.account IS NULL THEN 'none' ELSE r.account_by END AS account_by, r.company, r.employees,
       %2$s AS company_size, COALESCE(r.size_index, 99) AS company_size_rank,
       %3$s AS eu_company_size, COALESCE(r.eu_index, 99) AS eu_company_size_rank,
       r.annual_revenue, %4$s AS revenue_band, COALESCE(r.revenue_index, 99) AS revenue_band_rank,
       r.industry_code, r.sector,
       CASE r.industry_system WHEN 'naics' THEN customer_segments.naics_sector_name(r.industry_code)
            ELSE customer_segments.nace_section_name(r.industry_code) END AS sector_name,
       CASE r.industry_system WHEN 'naics' THEN customer_segments.naics_prefix(r.industry_code, 3)
            ELSE customer_segments.nace_prefix(r.industry_code, 3) END AS industry_group,
       num_nonnulls(r.company, r.employees, r.annual_revenue, r.sector, r.account_id) AS n,
       num_nonnulls(r.company, r.employees, r.annual_revenue, r.sector, r.account_id) > 0 AS reliable
  FROM (SELECT q.*, COALESCE(q.account_id, q.company_key, q.domain) AS account,
               CASE WHEN q.account_id IS NOT NULL THEN 'account_id' WHEN q.company_key IS NOT NULL THEN 'company' ELSE 'mail_domain' END AS account_by,
               %5$s AS size_index,
               CASE WHEN q.employees IS NOT NULL THEN GREATEST(%6$s, %7$s) END AS eu_index,
               %8$s AS revenue_index
          FROM (SELECT p.customer_id, p.account_id, p.company, lower(regexp_replace(p.company, '\s+', ' ', 'g')) AS company_key,
                       CASE WHEN p.account_id IS NULL AND p.company IS NULL AND customer_segments.email_domain_kind(p.email) = 'corporate'
                            THEN customer_segments.email_domain(p.email) END AS domain,
                       (CASE WHEN p.employees >= 0 THEN p.employees END)::numeric(20,4) AS employees,
                       (CASE WHEN p.annual_revenue >= 0 THEN p.annual_revenue END)::numeric(20,4) AS annual_revenue, p.industry_code, s.industry_system,
                       CASE s.industry_system WHEN 'naics' THEN customer_segments.naics_sector(p.industry_code)
                            ELSE customer_segments.nace_section(p.industry_code) END AS sector
                  FROM %1$I.profiles p CROSS JOIN (SELECT s.industry_system FROM %1$I.settings s LIMIT 1) s) q) r$query$,
            workspace,
            customer_segments.workspace_band_label(workspace, 'company_size', 'r.size_index'),
            customer_segments.workspace_band_label(workspace, 'eu_employees', 'r.eu_index'),
            customer_segments.workspace_band_label(workspace, 'annual_revenue', 'r.revenue_index'),
            customer_segments.workspace_band_index(workspace, 'company_size', 'q.employees'),
            customer_segments.workspace_band_index(workspace, 'eu_employees', 'q.employees'),
            customer_segments.workspace_band_index(workspace, 'eu_turnover', 'q.annual_revenue'),
            customer_segments.workspace_band_index(workspace, 'annual_revenue', 'q.annual_revenue')),
        customer_segments.source_has(source, 'customers'));

    PERFORM customer_segments.workspace_add_view(workspace, 'account_value',
        'one row an account with registered customers: its people, what they buy, and its tier',
        ARRAY[['account', 'the account, as in firmographic'],
              ['account_by', 'account_id, company or mail_domain; names are unique within each of them'],
              ['people', 'registered customers of the account'],
              ['buyers', 'of these, with an order that counts'],
              ['orders', 'their orders that count'],
              ['net_revenue', 'revenue less refunds'],
              ['recent_net_revenue', 'the same of the last account_window_days'],
              ['first_order_on', 'calendar day of the first order that counts; null without one'],
              ['last_order_on', 'calendar day of the last order that counts; null without one'],
              ['employees', 'the largest number that one of its people gave; null if none did'],
              ['company_size', 'band of that, by the bands company_size; unknown without one'],
              ['company_size_rank', 'sort key: place of the band; 99 unknown'],
              ['account_tier', 'by the rules of account_tier; none if no rule fits'],
              ['account_tier_rank', 'sort key: position of the rule; 99 none'],
              ['n', 'people'],
              ['reliable', 'whether the account is named by account_id, not taken from company or mail domain']],
        format($query$
SELECT g.account, g.account_by, g.people, g.buyers, g.orders, g.net_revenue, g.recent_net_revenue, g.first_order_on, g.last_order_on, g.employees,
       g.company_size, g.company_size_rank, COALESCE(t.tier, 'none') AS account_tier, COALESCE(t.position, 99) AS account_tier_rank,
       g.people AS n, g.account_by = 'account_id' AS reliable
  FROM (SELECT h.*, %2$s AS company_size, COALESCE(%3$s, 99) AS company_size_rank
          FROM (SELECT f.account, f.account_by, count(*) AS people, count(*) FILTER (WHERE o.orders > 0) AS buyers,
                       COALESCE(sum(o.orders), 0)::bigint AS orders, COALESCE(sum(o.net_revenue), 0)::numeric(20,4) AS net_revenue,
                       COALESCE(sum(customer_segments.net_revenue(o.history, a.until_day - s.account_window_days, a.until_day)), 0)::numeric(20,4) AS recent_net_revenue,
                       min(o.first_order_on) AS first_order_on, max(o.last_order_on) AS last_order_on, max(f.employees)::numeric(20,4) AS employees
                  FROM %1$I.firmographic f
                 CROSS JOIN %1$I.as_of a
                 CROSS JOIN (SELECT s.account_window_days FROM %1$I.settings s LIMIT 1) s
                  LEFT JOIN %1$I.customer_orders o ON o.customer_id %4$s f.customer_id
                 WHERE f.account IS NOT NULL
                 GROUP BY f.account, f.account_by) h) g
  LEFT JOIN LATERAL (SELECT r.tier, r.position FROM %1$I.account_tier r
                      WHERE (r.from_employees IS NULL OR g.employees >= r.from_employees)
                        AND (r.from_net_revenue IS NULL OR g.recent_net_revenue >= r.from_net_revenue)
                        AND (r.from_people IS NULL OR g.people >= r.from_people)
                      ORDER BY r.position LIMIT 1) t ON true
 ORDER BY g.account_by, g.account$query$,
            workspace,
            customer_segments.workspace_band_label(workspace, 'company_size', customer_segments.workspace_band_index(workspace, 'company_size', 'h.employees')),
            customer_segments.workspace_band_index(workspace, 'company_size', 'h.employees'),
            customer_segments.key_equals(customer_segments.source_key_type(source))));

    PERFORM customer_segments.workspace_add_segmentation(workspace, 'company_size', 'firmographic', 'company_size', 'company_size_rank',
        'startup, mid or enterprise, by employees; unknown: not stated', 'unknown', 99);
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'account', 'firmographic', 'account',
        'account the customer belongs to: account_id, else company, else mail domain of a company');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_33_firmographic(name, name) IS
'part of create_workspace: settings, tiers and views of companies and accounts';

CREATE FUNCTION source_probe_32_firmographic(source name)
RETURNS SETOF source_probe
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT c.relation, c.column_name, 'warning', p.problem, customer_segments.source_count(p.condition), p.remedy
      FROM customer_segments.source_columns(source_probe_32_firmographic.source) c
      JOIN (VALUES
        ('employees', 'negative employees', 'employees < 0', 'such a number is not used: map it to NULL'),
        ('annual_revenue', 'negative turnover', 'annual_revenue < 0', 'such a turnover is not used: map it to NULL'),
        ('industry_code', 'not an industry code',
         'industry_code::text <> '''' AND customer_segments.naics_sector(industry_code::text) IS NULL AND customer_segments.nace_section(industry_code::text) IS NULL',
         'such a code has no sector: map it to a NAICS or NACE code'))
        AS p(column_name, problem, condition, remedy) ON p.column_name = c.column_name
     WHERE c.relation = 'customers' AND c.fits;
END;
COMMENT ON FUNCTION source_probe_32_firmographic(name) IS
'probes of companies: numbers below 0, codes of industry that are none';
