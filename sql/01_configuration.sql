-- configuration: tables of the extension that its owner fills (doc/extending.md).

-- The extension is trusted: its objects belong to the superuser who runs this script, not to whoever asked for it.  Where a
-- superuser restores a dump, the extension is theirs too: the owner of the database may go on writing.
CREATE FUNCTION grant_to_owner(relation regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON %s TO %I, pg_database_owner WITH GRANT OPTION', relation,
                   (SELECT pg_get_userbyid(e.extowner) FROM pg_extension e WHERE e.extname = 'customer_segments'));
END;
$$;
COMMENT ON FUNCTION grant_to_owner(regclass) IS
'for the install script: lets the owners of the extension and of the database, and whom they let, write to a table of the extension';
