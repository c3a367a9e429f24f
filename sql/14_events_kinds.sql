-- events: the kinds of events, and the names that are known from the start (doc/events.md).

CREATE FUNCTION event_kinds()
RETURNS text[]
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'event_kinds';
COMMENT ON FUNCTION event_kinds() IS
'the kinds of events that segmentations count';

CREATE FUNCTION event_kind_rules(OUT event_type text, OUT kind text, OUT origin text)
RETURNS SETOF record
LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 200
AS 'MODULE_PATHNAME', 'event_kind_rules';
COMMENT ON FUNCTION event_kind_rules() IS
'names of events as tracking specifications and e-mail platforms use them, and the kind of each; NULL for a known name that no segmentation counts';

CREATE FUNCTION event_kind(event_type text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'event_kind';
COMMENT ON FUNCTION event_kind(text) IS
'the kind of a name of an event by the rules that ship, without regard to the case of A to Z; null for a name of no kind';

CREATE FUNCTION event_kind(event_type text, changes text[])
RETURNS text
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'event_kind';
COMMENT ON FUNCTION event_kind(text, text[]) IS
'the same with changes of the rules, pairs of a name and its kind: each goes before the rules that ship, a null kind says that the name has none';

CREATE FUNCTION is_event_name(event_type text)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'is_event_name';
COMMENT ON FUNCTION is_event_name(text) IS
'whether a name of an event is a kind or has a rule that ships';

CREATE FUNCTION event_name(name text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.lower(event_name.name COLLATE "C");
COMMENT ON FUNCTION event_name(text) IS
'the name of an event as names are compared: letters A to Z in lower case, everything else as it is';
