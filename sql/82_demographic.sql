-- demographic: the table of bands of a workspace and the view demographic (doc/demographic.md).

CREATE FUNCTION workspace_band_index(workspace name, scheme text, value text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.format('NULLIF(width_bucket(%s, (SELECT array_agg(b.from_value ORDER BY b.from_value) FROM %I.band b WHERE b.scheme = %L)), 0)',
                         value, workspace, scheme);
COMMENT ON FUNCTION workspace_band_index(name, text, text) IS
'the text of which band of a workspace a numeric value is in, counted from 1; null below the first, for null and without bands';

CREATE FUNCTION workspace_band_label(workspace name, scheme text, index text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.format('COALESCE((SELECT array_agg(b.label ORDER BY b.from_value) FROM %I.band b WHERE b.scheme = %L)[%s], ''unknown'')',
                         workspace, scheme, index);
COMMENT ON FUNCTION workspace_band_label(name, text, text) IS
'the text of the label of a band by its index; unknown for none';

CREATE FUNCTION workspace_part_06_bands(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    PERFORM customer_segments.workspace_add_table(workspace, 'band',
        'bands of ages, incomes, companies and so on: a value is in the band with the largest from_value that is not above it',
        ARRAY[['scheme', 'what is divided: age and marketing_age (years), generation (year of birth), income, company_size and eu_employees (people), eu_turnover and annual_revenue'],
              ['from_value', 'the band begins here and reaches to the next one of its scheme, this excluded'],
              ['label', 'name of the band']],
        'scheme text NOT NULL CHECK (scheme <> ''''), from_value numeric NOT NULL CHECK (from_value > ''-Infinity'' AND from_value < ''Infinity''),
         label text NOT NULL CHECK (label NOT IN ('''', ''unknown'') AND length(label) <= 200), PRIMARY KEY (scheme, from_value)');
    EXECUTE format('INSERT INTO %I.band SELECT b.scheme, b.from_value, b.label FROM customer_segments.default_bands() b', workspace);
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_06_bands(name, name) IS
'part of create_workspace: the table band';

CREATE FUNCTION workspace_part_31_demographic(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    fields text[];
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    PERFORM customer_segments.workspace_add_setting(workspace, 'earliest_birth_date', 'date NOT NULL DEFAULT ''1900-01-01''',
        'demographic: an earlier day of birth is not believed');
    PERFORM customer_segments.workspace_add_setting(workspace, 'birthday_days', 'integer NOT NULL DEFAULT 30 CHECK (birthday_days BETWEEN 0 AND 366)',
        'demographic: a birthday is soon if it is today or in the next so many days (our default)');
    PERFORM customer_segments.workspace_add_table(workspace, 'profile_field',
        'what a complete profile has: columns of the source relation customers, as far as it has them',
        ARRAY[['field', 'name of the column'], ['weight', 'what it counts for']],
        'field text PRIMARY KEY, weight double precision NOT NULL DEFAULT 1 CHECK (weight >= 0 AND weight < ''Infinity'')');
    SELECT array_agg(k.column_name ORDER BY k."position") INTO fields
      FROM customer_segments.source_columns(source) k
     WHERE k.relation = 'customers' AND k.column_name <> 'customer_id' AND k.column_type IS NOT NULL;
    EXECUTE format('INSERT INTO %I.profile_field (field) SELECT f FROM unnest($1) AS f', workspace)
      USING '{email,birth_date,gender,income,education,family_status,country,region,city,postal_code}'::text[];

    PERFORM customer_segments.workspace_add_view(workspace, 'demographic',
        'one row a registered customer: age, generation, gender, income and what else the person stated; nothing is inferred',
        ARRAY[['customer_id', 'the customer'],
              ['age', 'whole years on the day of as_of; null unless a believable day of birth is given'],
              ['age_band', 'band of the age, by the bands age; unknown without one'],
              ['age_band_rank', 'sort key: place of the band; 99 unknown'],
              ['marketing_age_band', 'band of the age, by the bands marketing_age; unknown without one'],
              ['marketing_age_band_rank', 'sort key: place of the band; 99 unknown'],
              ['generation', 'by the year of birth and the bands generation; unknown without one'],
              ['generation_rank', 'sort key: place of the band; 99 unknown'],
              ['gender', 'as stated: female, male, or the first 200 characters of any other statement in lower case; unknown without one'],
              ['gender_rank', 'sort key: 1 female, 2 male, 3 anything else that was stated, 99 unknown'],
              ['education', 'as stated, in lower case; null without a statement'],
              ['family_status', 'as stated, in lower case; null without a statement'],
              ['income', 'a year, if stated as a number; else null'],
              ['income_band', 'band of the income by the bands income, or as stated if that is the name of one; unknown without either'],
              ['income_band_rank', 'sort key: place of the band; 99 unknown'],
              ['next_birthday_on', 'the day of as_of or the next birthday after it; null without a believable day of birth'],
              ['days_to_birthday', 'days until then, 0 on the birthday; null as above'],
              ['has_birthday_soon', 'whether that is at most birthday_days; null as above'],
              ['profile_completeness', 'weight of the filled fields / weight of all fields of profile_field that the source has, 0..1; null if there are none'],
              ['n', 'how many are known of age, gender, education, family status and income'],
              ['reliable', 'whether n is above 0']],
        format($query$
SELECT r.customer_id, r.age,
       %2$s AS age_band, COALESCE(r.age_index, 99) AS age_band_rank,
       %3$s AS marketing_age_band, COALESCE(r.marketing_index, 99) AS marketing_age_band_rank,
       %4$s AS generation, COALESCE(r.generation_index, 99) AS generation_rank,
       r.gender, CASE r.gender WHEN 'female' THEN 1 WHEN 'male' THEN 2 WHEN 'unknown' THEN 99 ELSE 3 END AS gender_rank,
       r.education, r.family_status, r.income, %5$s AS income_band, COALESCE(r.income_index, 99) AS income_band_rank,
       r.as_of_on + r.days_to_birthday AS next_birthday_on, r.days_to_birthday, r.days_to_birthday <= r.birthday_days AS has_birthday_soon,
       r.profile_completeness,
       num_nonnulls(r.age, NULLIF(r.gender, 'unknown'), r.education, r.family_status, r.income_index) AS n,
       num_nonnulls(r.age, NULLIF(r.gender, 'unknown'), r.education, r.family_status, r.income_index) > 0 AS reliable
  FROM (SELECT q.*, %6$s AS age_index, %7$s AS marketing_index, %8$s AS generation_index, %9$s AS income_index
          FROM (SELECT p.customer_id, a.as_of_on, s.birthday_days,
                       customer_segments.age_in_years(p.birth_date, a.as_of_on, s.earliest_birth_date) AS age,
                       customer_segments.days_to_birthday(p.birth_date, a.as_of_on, s.earliest_birth_date) AS days_to_birthday,
                       p.birth_date, left(customer_segments.stated_gender(p.gender), 200) AS gender,
                       lower(p.education) AS education, lower(p.family_status) AS family_status,
                       customer_segments.stated_amount(p.income)::numeric(20,4) AS income, lower(p.income) AS stated_income,
                       (%10$s)::numeric(7,6) AS profile_completeness
                  FROM %1$I.profiles p
                 CROSS JOIN %1$I.as_of a
                 CROSS JOIN (SELECT s.birthday_days, s.earliest_birth_date FROM %1$I.settings s LIMIT 1) s
                 CROSS JOIN (SELECT %11$s FROM %1$I.profile_field f) w) q) r$query$,
            workspace,
            customer_segments.workspace_band_label(workspace, 'age', 'r.age_index'),
            customer_segments.workspace_band_label(workspace, 'marketing_age', 'r.marketing_index'),
            customer_segments.workspace_band_label(workspace, 'generation', 'r.generation_index'),
            customer_segments.workspace_band_label(workspace, 'income', 'r.income_index'),
            customer_segments.workspace_band_index(workspace, 'age', 'q.age::numeric'),
            customer_segments.workspace_band_index(workspace, 'marketing_age', 'q.age::numeric'),
            customer_segments.workspace_band_index(workspace, 'generation', 'CASE WHEN q.age IS NOT NULL THEN EXTRACT(year FROM q.birth_date) END'),
            format('COALESCE(%s, array_position((SELECT array_agg(b.label ORDER BY b.from_value) FROM %I.band b WHERE b.scheme = ''income''), q.stated_income))',
                   customer_segments.workspace_band_index(workspace, 'income', 'q.income'), workspace),
            COALESCE((SELECT '(' || string_agg(format('CASE WHEN p.%1$I IS NOT NULL THEN w.%1$I ELSE 0 END', f), ' + ')
                             || ') / NULLIF(' || string_agg(format('w.%I', f), ' + ') || ', 0)' FROM unnest(fields) AS f), 'NULL'),
            COALESCE((SELECT string_agg(format('COALESCE(sum(f.weight) FILTER (WHERE f.field = %L), 0) AS %I', f, f), ', ') FROM unnest(fields) AS f),
                     'count(*)')),
        customer_segments.source_has(source, 'customers'));

    PERFORM customer_segments.workspace_add_segmentation(workspace, 'age_band', 'demographic', 'age_band', 'age_band_rank',
        'band of the age; unknown: no believable day of birth', 'unknown', 99);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'marketing_age_band', 'demographic', 'marketing_age_band', 'marketing_age_band_rank',
        '18-30, 30-45 and so on; unknown: no believable day of birth', 'unknown', 99);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'generation', 'demographic', 'generation', 'generation_rank',
        'generation by year of birth; unknown: no believable day of birth', 'unknown', 99);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'gender', 'demographic', 'gender', 'gender_rank',
        'as the person stated it; unknown: nothing stated', 'unknown', 99);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'income_band', 'demographic', 'income_band', 'income_band_rank',
        'budget, middle or luxury, by the stated income; unknown: nothing stated', 'unknown', 99);
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'profile_completeness', 'demographic', 'profile_completeness',
        'share of the profile that is filled, 0..1');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_31_demographic(name, name) IS
'part of create_workspace: settings and view of what people stated about themselves';

CREATE FUNCTION source_probe_30_demographic(source name)
RETURNS SETOF source_probe
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT c.relation, c.column_name, 'warning', p.problem, customer_segments.source_count(p.condition), p.remedy
      FROM customer_segments.source_columns(source_probe_30_demographic.source) c
      JOIN (VALUES
        ('birth_date', 'born in the future', 'birth_date > (now() AT TIME ZONE ''UTC'')::date AND isfinite(birth_date)',
         'such a day is not believed, age and generation are unknown: look for years of two digits'),
        ('birth_date', 'born before 1900', 'birth_date < ''1900-01-01'' AND isfinite(birth_date)',
         'such a day is not believed, age and generation are unknown: map placeholders such as 1800-01-01 to NULL'),
        ('birth_date', 'infinite birth date', 'NOT isfinite(birth_date)', 'map infinite days to NULL'),
        ('income', 'income not a number', 'income::text !~ ''^ *[0-9]{1,15}(\.[0-9]{1,9})? *$'' AND income::text <> ''''',
         'such a statement counts only if it is the name of a band of the scheme income: map ranges and words to numbers or to these names'))
        AS p(column_name, problem, condition, remedy) ON p.column_name = c.column_name
     WHERE c.relation = 'customers' AND c.fits;
END;
COMMENT ON FUNCTION source_probe_30_demographic(name) IS
'probes of what people state: days of birth that cannot be, incomes that are no number';
