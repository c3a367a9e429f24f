-- user_agent: browser, operating system, device and class of a user agent (doc/user_agent.md).

CREATE TYPE user_agent AS (
    browser text, browser_version text, os text, os_version text, device text, brand text, model text, class text,
    browser_major text, browser_minor text, browser_patch text, os_major text, os_minor text, os_patch text, os_patch_minor text
);
COMMENT ON TYPE user_agent IS
'what a user agent says of itself; browser, os and device are Other and class is other where no pattern knows it';

CREATE FUNCTION is_user_agent_pattern(pattern text, ignore_case boolean)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'is_user_agent_pattern';
COMMENT ON FUNCTION is_user_agent_pattern(text, boolean) IS
'true if PCRE2 compiles the expression, else an error that says what is wrong with it';

CREATE FUNCTION read_user_agent_file(content bytea, OUT kind text, OUT "position" integer, OUT pattern text,
                                     OUT ignore_case boolean, OUT replacement text[])
RETURNS SETOF record
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 1000 ROWS 1200
AS 'MODULE_PATHNAME', 'read_user_agent_file';
COMMENT ON FUNCTION read_user_agent_file(bytea) IS
'the patterns of a file regexes.yaml of uap-core, one row each in the order of the file';

CREATE TABLE user_agent_pattern (
    origin text NOT NULL DEFAULT 'own' CONSTRAINT origin CHECK (origin IN ('own', 'loaded', 'shipped')),
    kind text NOT NULL CONSTRAINT kind CHECK (kind IN ('browser', 'os', 'device', 'class')),
    "position" integer NOT NULL,
    pattern text NOT NULL CONSTRAINT pattern CHECK (origin = 'shipped' OR is_user_agent_pattern(pattern, ignore_case)),
    ignore_case boolean NOT NULL DEFAULT false,
    replacement text[] CONSTRAINT replacement CHECK (pg_catalog.cardinality(replacement) <= 5),
    PRIMARY KEY (origin, kind, "position"),
    CONSTRAINT class CHECK (kind <> 'class' OR (replacement[1] IN ('desktop', 'mobile', 'tablet', 'tv', 'bot', 'other')) IS TRUE)
);
COMMENT ON TABLE user_agent_pattern IS
'what parse_user_agent knows user agents by: of each kind the first pattern that matches, own ones before loaded ones before shipped ones; where a kind has loaded patterns, the shipped ones are not used';
COMMENT ON COLUMN user_agent_pattern.origin IS 'own: yours; loaded: by load_user_agent_patterns; shipped: came with the extension, and is replaced by its updates';
COMMENT ON COLUMN user_agent_pattern.kind IS 'what it knows: browser, os, device or class; patterns of class look at device=...; brand=...; os=...; browser=...; and the user agent behind it';
COMMENT ON COLUMN user_agent_pattern."position" IS 'order among those of one origin and kind';
COMMENT ON COLUMN user_agent_pattern.pattern IS 'regular expression in the syntax of PCRE2';
COMMENT ON COLUMN user_agent_pattern.ignore_case IS 'whether capital and small letters are the same';
COMMENT ON COLUMN user_agent_pattern.replacement IS 'name and version numbers of a browser or system, device, brand and model, or the class; $1 to $9 are groups of the match; what is missing or null is the group in its place';

INSERT INTO user_agent_pattern (origin, kind, "position", pattern, ignore_case, replacement)
SELECT 'shipped', file.kind, file."position", file.pattern, file.ignore_case, file.replacement
  FROM read_user_agent_file(pg_catalog.decode($file$
--%bytea data/uap-core/regexes.yaml
$file$, 'escape')) AS file;

-- first what says what it is, then what is typical
INSERT INTO user_agent_pattern (origin, kind, "position", pattern, ignore_case, replacement)
SELECT 'shipped', 'class', rule."position", rule.pattern, rule.ignore_case, ARRAY[rule.class]
  FROM (VALUES
    (10, '^device=Spider;', false, 'bot'),
    (20, '; browser=(?:curl|Wget|Python Requests|python-requests|aiohttp|HTTPie|Go-http-client|Java|Apache-HttpClient|libwww-perl|Ruby|axios|node-fetch|HeadlessChrome|PhantomJS|[^;]*[Bb]ot);', false, 'bot'),
    (30, '^[^=]*=[^;]*; brand=[^;]*; os=[^;]*; browser=[^;]*; .*(?:\bbot\b|crawler|spider\b|HeadlessChrome|lighthouse|monitoring|python|libwww|java/|curl/|wget/)', true, 'bot'),
    (40, '; os=(?:tvOS|ATV OS X|Roku|GoogleTV|Chromecast|Android TV|WebTV);', false, 'tv'),
    (50, '\b(?:smart-?tv|hbbtv|netcast|bravia|apple ?tv|googletv|google tv|android ?tv|crkey|roku|web0s|vidaa|viera|philipstv|aquos[ -]?tv|inettvbrowser|tv safari|dtv|opera tv|tizen[^)]*\btv\b|mitv|mibox|chromecast|nettv|ce-html|shield android tv)', true, 'tv'),
    (60, '\bAFT[A-Z0-9]{1,6}\b', false, 'tv'),
    (70, '\b(?:playstation|nintendo|xbox)\b', true, 'other'),
    (80, '; os=(?:watchOS|WatchOS|Wear OS);|^device=Apple Watch;', false, 'other'),
    (90, '^device=(?:iPad|Generic Tablet|Kindle|PlayBook|TouchPad)|; os=(?:BlackBerry Tablet OS|Kindle);', false, 'tablet'),
    (95, '; os=Windows [^;]*; .*tablet pc', true, 'desktop'),
    (100, '\b(?:ipad|tablet|kindle|silk/|playbook|touchpad|nexus (?:7|9|10)\b|sm-[tpx][0-9]|gt-[pn][0-9]{4}\b.*safari|lenovo tab|galaxy tab|mediapad|xoom)', true, 'tablet'),
    (110, '^device=(?:iPhone|iPod|Generic Smartphone|Generic Feature Phone|BlackBerry)', false, 'mobile'),
    (120, '\b(?:iphone|ipod|windows phone|blackberry|bb10|opera mini|opera mobi|midp|j2me|symbian|series ?[4680]0|kaios|webos|meego|windows ce|iemobile|palm|up\.browser|up\.link|docomo|kddi|softbank|mobile safari|maemo|bada)', true, 'mobile'),
    (130, '; os=(?:iOS|Windows Phone|Windows Mobile|BlackBerry OS|Symbian[^;]*|Nokia[^;]*|Firefox OS|KaiOS|Bada|MeeGo|Maemo|webOS|Brew[^;]*|HarmonyOS);', false, 'mobile'),
    (140, '; os=Android;.*\bmobile\b', true, 'mobile'),
    (150, '; os=Android; browser=[^;]*; Mozilla/.*(?:Chrome|Safari|Firefox)/', false, 'tablet'),
    (160, '; os=Android;', false, 'mobile'),
    (170, '; os=(?:Windows[^;]*|Mac OS X|Mac OS|Linux|Ubuntu|Debian|Fedora|Red Hat|CentOS|SUSE|Arch Linux|Mint|Gentoo|Mageia|Mandriva|Slackware|Kubuntu|Chrome OS|FreeBSD|OpenBSD|NetBSD|Solaris|PCLinuxOS);', false, 'desktop'),
    (180, '\bmobile\b', true, 'mobile')) AS rule ("position", pattern, ignore_case, class);

GRANT SELECT ON user_agent_pattern TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('user_agent_pattern', 'WHERE origin <> ''shipped''');
SELECT customer_segments.grant_to_owner('user_agent_pattern');

CREATE FUNCTION user_agent_pattern_changed()
RETURNS trigger
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'user_agent_pattern_changed';
COMMENT ON FUNCTION user_agent_pattern_changed() IS
'trigger: sessions that have read the table of patterns read it anew, when the change commits';

CREATE TRIGGER changed
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON user_agent_pattern
FOR EACH STATEMENT EXECUTE FUNCTION user_agent_pattern_changed();
ALTER TABLE user_agent_pattern ENABLE ALWAYS TRIGGER changed;

CREATE FUNCTION load_user_agent_patterns(content text)
RETURNS bigint
LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
    DELETE FROM customer_segments.user_agent_pattern p WHERE p.origin = 'loaded';
    INSERT INTO customer_segments.user_agent_pattern (origin, kind, "position", pattern, ignore_case, replacement)
    SELECT 'loaded', f.kind, f."position", f.pattern, f.ignore_case, f.replacement
      FROM customer_segments.read_user_agent_file(pg_catalog.convert_to(load_user_agent_patterns.content, 'UTF8')) f;
    SELECT pg_catalog.count(*) FROM customer_segments.user_agent_pattern p WHERE p.origin = 'loaded';
END;
COMMENT ON FUNCTION load_user_agent_patterns(text) IS
'takes another version of the file regexes.yaml of uap-core in place of the one loaded before, an empty text none; returns the number of its patterns';

CREATE FUNCTION parse_user_agent(agent text)
RETURNS user_agent
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 50
AS 'MODULE_PATHNAME', 'parse_user_agent';
COMMENT ON FUNCTION parse_user_agent(text) IS
'browser, operating system, device and class of a user agent by the patterns of table user_agent_pattern; null for null';

CREATE FUNCTION explain_user_agent(agent text, OUT kind text, OUT origin text, OUT "position" integer, OUT pattern text)
RETURNS SETOF record
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 50 ROWS 4
AS 'MODULE_PATHNAME', 'explain_user_agent';
COMMENT ON FUNCTION explain_user_agent(text) IS
'for each kind the pattern by which parse_user_agent knows a user agent; no row for a kind that none matches';
