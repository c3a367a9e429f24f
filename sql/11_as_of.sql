-- as_of: the instant that every view answers for (doc/as_of.md).

CREATE FUNCTION as_of()
RETURNS timestamptz
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'as_of';
COMMENT ON FUNCTION as_of() IS
'the instant that views answer for: the setting customer_segments.as_of (a value without a zone means UTC), else now(); rows at or after it do not exist';
