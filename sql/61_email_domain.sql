-- email_domain: the domain of an e-mail address and what kind of provider it is (doc/email_domain.md).

CREATE FUNCTION email_domain(email text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'email_domain';
COMMENT ON FUNCTION email_domain(text) IS
'domain of an e-mail address in lower case; null if the text is no e-mail address';

CREATE FUNCTION email_domains(email text)
RETURNS text[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'email_domains';
COMMENT ON FUNCTION email_domains(text) IS
'domain of an e-mail address and the domains above it down to two labels, nearest first; null if the text is no e-mail address';

CREATE TABLE email_provider (
    domain text COLLATE "C" NOT NULL CHECK ((domain = email_domain('x@' || domain)) IS TRUE),
    kind text NOT NULL CHECK (kind IN ('free', 'disposable', 'corporate', 'unknown')),
    shipped boolean NOT NULL DEFAULT false,
    PRIMARY KEY (domain, shipped)
);
COMMENT ON TABLE email_provider IS
'e-mail domains that are not a company''s own; your rows go before shipped ones of the same domain, and are dumped';
COMMENT ON COLUMN email_provider.domain IS 'the domain in lower case; speaks for those below it that have no row';
COMMENT ON COLUMN email_provider.kind IS 'free, disposable, corporate or unknown';
COMMENT ON COLUMN email_provider.shipped IS 'true: came with the extension, and is replaced by its updates; false: yours';

INSERT INTO email_provider (domain, kind, shipped)
SELECT list.domain, list.kind, true
  FROM (SELECT pg_catalog.string_to_table($list$
--% data/email/free.txt
$list$, E'\n'), 'free'
        UNION ALL
        SELECT pg_catalog.string_to_table($list$
--% data/email/disposable.txt
$list$, E'\n'), 'disposable'
        UNION ALL
        -- reserved for documentation (RFC 2606): nobody's address
        SELECT pg_catalog.unnest('{example.com,example.net,example.org}'::pg_catalog.text[]), 'unknown') AS list (domain, kind)
 WHERE list.domain <> '';

GRANT SELECT ON email_provider TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('email_provider', 'WHERE NOT shipped');
SELECT customer_segments.grant_to_owner('email_provider');

CREATE FUNCTION email_domain_kind(email text)
RETURNS text
LANGUAGE sql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 20
BEGIN ATOMIC
    SELECT CASE WHEN customer_segments.email_domain(email_domain_kind.email) IS NULL THEN 'unknown'
                ELSE COALESCE((SELECT p.kind FROM customer_segments.email_provider p
                                WHERE p.domain = ANY (customer_segments.email_domains(email_domain_kind.email))
                                ORDER BY pg_catalog.length(p.domain) DESC, p.shipped LIMIT 1), 'corporate') END;
END;
COMMENT ON FUNCTION email_domain_kind(text) IS
'kind of an e-mail address by the table email_provider: free, disposable, unknown, or else corporate; null and what is no e-mail address: unknown';
