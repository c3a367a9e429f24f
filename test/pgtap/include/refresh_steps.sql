-- the steps of a refresh of workspace seg that concern what is stored, all in this transaction; for whom members were looked at
CREATE FUNCTION pg_temp.refresh() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refresh_step_10_facts('seg');
    PERFORM refresh_step_12_queue('seg');
    PERFORM refresh_step_14_cut_points('seg');
    PERFORM refresh_step_50_members('seg');
    RETURN (SELECT scope FROM seg.segment_refresh ORDER BY refresh DESC LIMIT 1);
END;
$$;
