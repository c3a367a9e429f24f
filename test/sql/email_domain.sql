SET search_path = customer_segments, public;
-- kinds, and how a domain is found: its own row, the one above, yours before ours
SELECT email, email_domain(email), email_domain_kind(email)
  FROM unnest('{ann@acme.com,ANN@Mail.Acme.com,ann@gmail.com,ann@GMail.com,ann@alumni.gmail.com,ann@mailinator.com,x@a.b.mailinator.com,
                ann@example.com,ann@notgmail.com,gmail.com,ann,"",ann@gmail,ann@gmail.com.}'::text[]) WITH ORDINALITY AS e (email, n)
 ORDER BY n;
SELECT email_domain_kind(NULL), email_domain(NULL) IS NULL AS no_domain, email_domain_kind(repeat('a', 100000) || '@gmail.com') AS huge;
SELECT email_domains('ann@a.b.acme.co.uk'), email_domains('ann@acme.com'), email_domains('nobody');

INSERT INTO email_provider (domain, kind) VALUES ('club.example', 'free'), ('gmail.com', 'corporate'), ('us.mailinator.com', 'corporate');
SELECT email_domain_kind('ann@club.example') AS added, email_domain_kind('ann@gmail.com') AS yours_first,
       email_domain_kind('ann@us.mailinator.com') AS nearest_first, email_domain_kind('ann@mailinator.com') AS above;
INSERT INTO email_provider (domain, kind) VALUES ('Club.example', 'free');
INSERT INTO email_provider (domain, kind) VALUES ('club', 'free');
INSERT INTO email_provider (domain, kind) VALUES ('shop.example', 'other');
INSERT INTO email_provider (domain, kind) VALUES ('club.example', 'disposable');
DELETE FROM email_provider WHERE NOT shipped;

SELECT kind, count(*) FROM email_provider GROUP BY kind ORDER BY kind;

-- who may read and who may write
CREATE ROLE regress_email_reader;
GRANT USAGE ON SCHEMA customer_segments TO regress_email_reader;
SET ROLE regress_email_reader;
SELECT customer_segments.email_domain_kind('ann@gmail.com');
INSERT INTO customer_segments.email_provider VALUES ('acme.com', 'free');
RESET ROLE;
REVOKE USAGE ON SCHEMA customer_segments FROM regress_email_reader;
DROP ROLE regress_email_reader;
