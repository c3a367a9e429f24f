-- How the demo prints: every line of it is one value of text.  The settings demo.width, demo.utf8 and demo.color say
-- what the terminal can do; without UTF-8 bars and shades are ASCII, without colour nothing is escaped.
CREATE SCHEMA print;
SET search_path = public, print;

CREATE FUNCTION print.width() RETURNS integer LANGUAGE sql STABLE
RETURN current_setting('demo.width')::integer;

CREATE FUNCTION print.utf8() RETURNS boolean LANGUAGE sql STABLE
RETURN current_setting('demo.utf8')::boolean;

-- text in a colour of the terminal (an SGR code: '1' bold, '2' faint, '36' cyan, '38;5;n' one of 256)
CREATE FUNCTION print.paint(value text, code text) RETURNS text LANGUAGE sql STABLE
RETURN CASE WHEN current_setting('demo.color')::boolean AND code <> '' THEN format(E'\x1b[%sm%s\x1b[0m', code, value) ELSE value END;

-- exactly so many columns wide: a longer text ends in a dot
CREATE FUNCTION print.fit(value text, columns integer) RETURNS text LANGUAGE sql IMMUTABLE
RETURN rpad(CASE WHEN length(value) > columns THEN left(value, columns - 1) || '.' ELSE coalesce(value, '') END, columns);

CREATE FUNCTION print.number(value numeric) RETURNS text LANGUAGE sql IMMUTABLE
RETURN to_char(value, 'FM999,999,999,999,990');

-- "1 order", "2,345 orders"
CREATE FUNCTION print.counted(number bigint, thing text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN print.number(number) || ' ' || thing || CASE number WHEN 1 THEN '' ELSE 's' END;

CREATE FUNCTION print.percent(share double precision) RETURNS text LANGUAGE sql IMMUTABLE
RETURN to_char(100 * share, 'FM990.0') || ' %';

-- a bar of so many columns for a share between 0 and 1, to an eighth of a column
CREATE FUNCTION print.bar(share double precision, columns integer) RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT rpad(CASE WHEN print.utf8()
        THEN repeat('█', eighths / 8) || CASE WHEN eighths % 8 > 0 THEN substr('▏▎▍▌▋▊▉', eighths % 8, 1) ELSE '' END
        ELSE repeat('#', round(eighths / 8.0)::integer) END, columns)
    FROM (SELECT round(8 * columns * least(greatest(share, 0), 1))::integer) AS b(eighths);
END;

-- a cell of a heat map: the share in percent, darker the nearer it is to the top of the scale
CREATE FUNCTION print.shade(share double precision, top double precision, columns integer) RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT CASE
        WHEN share IS NULL THEN repeat(' ', columns)
        WHEN current_setting('demo.color')::boolean THEN print.paint(lpad(percent, columns - 1) || ' ',
            (ARRAY['38;5;16;48;5;195', '38;5;16;48;5;153', '38;5;16;48;5;117', '38;5;16;48;5;74', '38;5;231;48;5;31'])[step])
        ELSE lpad(percent || substr(CASE WHEN print.utf8() THEN ' ░▒▓█' ELSE ' .:+#' END, step, 1), columns) END
    FROM (SELECT round(100 * share)::text, least(1 + floor(share / coalesce(nullif(top, 0), 1) * 5)::integer, 5)) AS s(percent, step);
END;

-- a line of the log of work: what, and what came out; long lists are broken at commas
CREATE FUNCTION print.note(label text, value text) RETURNS SETOF text LANGUAGE plpgsql STABLE AS $$
DECLARE
    word text;
    line text := '';
BEGIN
    IF value IS NULL THEN
        RETURN;
    END IF;
    FOREACH word IN ARRAY string_to_array(value, ', ') LOOP
        IF line <> '' AND length(line) + length(word) + 3 > print.width() - 14 THEN
            RETURN NEXT '    ' || print.paint(rpad(label, 10), '2') || line || ',';
            label := '';
            line := '';
        END IF;
        line := CASE line WHEN '' THEN '' ELSE line || ', ' END || word;
    END LOOP;
    RETURN NEXT '    ' || print.paint(rpad(label, 10), '2') || line;
END
$$;

CREATE FUNCTION print.title(value text, remark text DEFAULT '') RETURNS SETOF text LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT unnest(ARRAY['', print.paint(upper(value), '1') || coalesce('  ' || print.paint(nullif(remark, ''), '2'), ''), '']);
END;
