BEGIN;
SET search_path = customer_segments, public;
SELECT plan(6);
SELECT is((SELECT count(*) FROM email_provider p
            WHERE email_domain_kind('someone@' || p.domain) <> p.kind), 0::bigint,
          'every shipped domain has its kind');
SELECT is((SELECT count(*) FROM email_provider p
            WHERE p.domain LIKE '%.%' AND email_domain_kind('someone@x-1.' || p.domain) <> p.kind
              AND NOT EXISTS (SELECT FROM email_provider q WHERE q.domain = 'x-1.' || p.domain)), 0::bigint,
          'and so has what lies below it');
SELECT ok(NOT EXISTS (SELECT FROM email_provider GROUP BY domain HAVING count(*) > 1), 'each in one list only');
SELECT cmp_ok((SELECT count(*) FROM email_provider WHERE kind = 'disposable'), '>', 8000::bigint, 'the list is there');

-- what the HTML standard's expression says, for strings made at random from what matters
SELECT setseed(0.3) IS NULL AS seeded;
CREATE TEMPORARY TABLE made AS
SELECT string_agg(CASE k WHEN 3 THEN '@' WHEN 6 THEN '.' ELSE substr('aaB1a.-b@é_ ', 1 + floor(random() * 12)::integer, 1) END, '' ORDER BY k) AS email
  FROM generate_series(1, 20000) AS i, generate_series(1, 7 + i % 3) AS k GROUP BY i;
SELECT is((SELECT count(*) FROM made
            WHERE (email_domain(email) IS NOT NULL)
                  <> (btrim(email) ~ '^[a-zA-Z0-9.!#$%&''*+/=?^_`{|}~é-]+@([a-zA-Z0-9é]([a-zA-Z0-9é-]{0,61}[a-zA-Z0-9é])?\.)+[a-zA-Z0-9é]([a-zA-Z0-9é-]{0,61}[a-zA-Z0-9é])?$'
                      AND btrim(email) !~ '\.[0-9]+$')), 0::bigint, 'addresses are those of the HTML standard');
SELECT cmp_ok((SELECT count(email_domain(email)) FROM made), '>', 100::bigint, 'and there are some');
SELECT * FROM finish();
ROLLBACK;
