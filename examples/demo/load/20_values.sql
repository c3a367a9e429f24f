-- What the dates and amounts of the log mean: import.sale, one row for each line, or the problem with it.
SET DateStyle = 'ISO, MDY';
\getenv given_format DATE_FORMAT
\getenv given_mark DECIMAL

-- An amount without signs of currency, blanks and apostrophes; brackets and a trailing minus become a leading minus.
CREATE FUNCTION import.bare(value text) RETURNS text LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT CASE WHEN n ~ '^\(.*\)$|-$|^-' THEN '-' ELSE '' END || btrim(n, '()+-')
    FROM regexp_replace(value, '^(-?)(?:[A-Z]{1,3}\$?|Rs|kr)\.?|(?:[A-Z]{3}|kr|zł|Kč|Ft)\.?$|[$€£¥₹₽₩₺''’%[:space:]\u00a0\u202f]', '\1', 'g') AS n;
END;

-- 1,234.50 under the mark '.', 1.234,50 under ','; NULL when it is neither.  What lies beyond six decimals is the noise of
-- floating point and rounded away.
CREATE FUNCTION import.adorned_number(value text, mark text) RETURNS numeric LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT CASE WHEN n ~ '^-?(\d{1,3}(,\d{2,3})*,\d{3}|\d+)?(\.\d*)?(e[-+]?\d\d?)?$' AND n ~ '^\D*\d'
        THEN trim_scale(round(replace(n, ',', '')::numeric, 6)) END
    FROM (SELECT CASE mark WHEN ',' THEN translate(import.bare(value), ',.', '.,') ELSE import.bare(value) END) AS b(n);
END;
CREATE FUNCTION import.number(value text, mark text) RETURNS numeric LANGUAGE sql IMMUTABLE
RETURN CASE WHEN value ~ '^-?\d+$|^-?\d+\.\d{1,6}$' AND (mark = '.' OR strpos(value, '.') = 0) THEN value::numeric
    WHEN value IS NOT NULL THEN import.adorned_number(value, mark) END;

-- Numeric dates are read in the order that DateStyle says, years first always; an instant without a zone is UTC.
CREATE FUNCTION import.instant(value text, pattern text) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    at timestamptz;
BEGIN
    IF pattern <> '' THEN
        at := to_timestamp(value, pattern);
    ELSIF value ~ '^(\d{10}|\d{13})$' THEN
        at := to_timestamp(left(value, 10)::bigint);
    ELSIF value ~ '^\d{4}[-/.]?\d{1,2}[-/.]?\d{1,2}(\D|$)|^\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})(\D|$)'
        OR value ~* '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec).*\d' THEN
        at := value::timestamptz;
    END IF;
    RETURN CASE WHEN isfinite(at) AND at >= '1900-01-01' THEN at END;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END
$$;

-- Is the day or the month first in 03/04/2016?  A number above 12 tells, a dot means the day.
CREATE TABLE import.reading AS
WITH numbered AS (
    SELECT date, regexp_match(date, '^(\d{1,2})([-/.])(\d{1,2})[-/.](?:\d{4}|\d{2})(?:\D|$)') AS part FROM import.log
), seen AS (
    SELECT min(date) AS example,
        min(date) FILTER (WHERE part[1]::integer > 12) AS day_first,
        min(date) FILTER (WHERE part[3]::integer > 12) AS month_first,
        bool_and(part[2] = '.') AS dotted
    FROM numbered WHERE part IS NOT NULL
), amounts AS (
    SELECT regexp_replace(a.value, '[^0-9.,]', '', 'g') AS n
    FROM import.log, LATERAL (VALUES (amount), (price)) AS a(value) WHERE a.value ~ '[.,]'
), marks AS (
    SELECT count(*) FILTER (WHERE n ~ ',.*\.|,.*,|^[^,]*\.(\d{1,2}|\d{4,})$|^(0|\d{4,})\.') AS point,
        count(*) FILTER (WHERE n ~ '\..*,|\..*\.|^[^.]*,(\d{1,2}|\d{4,})$|^(0|\d{4,}),') AS comma,
        min(n) FILTER (WHERE n ~ '^[1-9]\d{0,2}\.\d{3}$') AS either
    FROM amounts
)
SELECT seen.*, CASE
        WHEN upper(:'given_format') IN ('DMY', 'MDY') THEN upper(:'given_format')
        WHEN day_first IS NOT NULL AND month_first IS NULL THEN 'DMY'
        WHEN month_first IS NOT NULL AND day_first IS NULL THEN 'MDY'
        WHEN dotted THEN 'DMY' END AS date_order,
    CASE WHEN upper(:'given_format') IN ('DMY', 'MDY', 'ISO', 'YMD') THEN '' ELSE :'given_format' END AS pattern,
    CASE WHEN lower(:'given_mark') IN (',', 'comma') THEN ','
        WHEN :'given_mark' <> '' THEN '.'
        WHEN comma > point THEN ','
        WHEN point > 0 OR either IS NULL THEN '.' END AS mark, either
FROM seen, marks;

DO $$
DECLARE
    r import.reading;
BEGIN
    SELECT * INTO r FROM import.reading;
    IF r.mark IS NULL THEN
        RAISE EXCEPTION 'amounts such as "%" can be read in two ways', r.either
            USING HINT = 'say DECIMAL=comma when this is more than a thousand, DECIMAL=point when it is not';
    END IF;
    IF r.example IS NOT NULL AND r.date_order IS NULL AND r.pattern = '' THEN
        IF r.day_first IS NULL THEN
            RAISE EXCEPTION 'dates such as "%" can be read in two ways', r.example
                USING HINT = 'say DATE_FORMAT=DMY when the day comes first, DATE_FORMAT=MDY when the month does';
        END IF;
        RAISE EXCEPTION 'the dates disagree: "%" has the day first, "%" the month', r.day_first, r.month_first
            USING HINT = 'say DATE_FORMAT=DMY or DATE_FORMAT=MDY; the rows that do not fit are then left out';
    END IF;
END
$$;

SELECT set_config('DateStyle', 'ISO, ' || coalesce(date_order, 'MDY'), false) AS ignored, pattern, mark FROM import.reading \gset

CREATE TABLE import.sale AS
SELECT v.*, CASE
        WHEN problem IS NOT NULL THEN problem
        WHEN customer IS NULL THEN 'no customer'
        WHEN date IS NULL THEN 'no date'
        WHEN at IS NULL THEN format('date "%s"', left(date, 30))
        WHEN at > now() + interval '1 day' THEN format('date in the future: "%s"', left(date, 30))
        WHEN amount_text IS NULL THEN 'no amount'
        WHEN amount IS NULL THEN format('amount "%s"', left(amount_text, 30)) END AS trouble
FROM (
    SELECT line, problem, customer, date, import.instant(date, :'pattern') AS at,
        coalesce(l.amount, l.price || ' × ' || l.quantity) AS amount_text,
        coalesce(import.number(l.amount, :'mark'), CASE WHEN l.amount IS NULL
            THEN trim_scale(import.number(l.price, :'mark') * import.number(l.quantity, :'mark')) END) AS amount,
        import.number(l.quantity, :'mark') AS quantity, import.number(l.discount, :'mark') AS discount,
        l.discount LIKE '%\%%' AS discount_percent, import.number(l.profit, :'mark') AS profit,
        coalesce(upper(l.currency), c.symbol) AS currency,
        l."order", coalesce(l.product, l.category) AS product, l.category, l.name, l."group", l.country, l.region, l.city, l.postal
    FROM import.log AS l LEFT JOIN (VALUES ('$', 'USD'), ('€', 'EUR'), ('£', 'GBP')) AS c(sign, symbol)
        ON strpos(coalesce(l.amount, l.price), c.sign) > 0
) AS v;

-- Money of several currencies is never added: the one most rows have is kept.
UPDATE import.sale SET trouble = 'another currency: ' || currency
WHERE trouble IS NULL AND currency <> (SELECT mode() WITHIN GROUP (ORDER BY currency) FROM import.sale WHERE trouble IS NULL);

SELECT note('dates', CASE
    WHEN pattern <> '' THEN format('as DATE_FORMAT says, %s', pattern)
    WHEN date_order = 'DMY' THEN 'day before month'
    WHEN date_order = 'MDY' THEN 'month before day'
    ELSE 'year-month-day' END || coalesce('; ' || s.date || ' is ' || to_char(s.at, 'FMDD FMMonth YYYY'), ''))
FROM import.reading LEFT JOIN LATERAL (SELECT date, at FROM import.sale WHERE at IS NOT NULL ORDER BY line LIMIT 1) AS s ON true;
SELECT note('amounts', format('decimal %s; %s is %s', CASE mark WHEN ',' THEN 'comma' ELSE 'point' END, amount_text, amount))
FROM import.sale, import.reading WHERE strpos(amount_text, ',') > 0 AND amount IS NOT NULL ORDER BY line LIMIT 1;

SELECT note('rows', print.number(count(*)) || ' read' || coalesce(', ' || print.number(nullif(count(trouble), 0)) || ' left out', ''))
FROM import.sale;
SELECT note('', format('left out: %s with %s', counted(count(*), 'row'), sort))
FROM import.sale, LATERAL (SELECT CASE WHEN trouble LIKE 'date "%' THEN 'a date that is none'
    WHEN trouble LIKE 'amount "%' THEN 'an amount that is none' WHEN trouble LIKE 'date in%' THEN 'a date in the future'
    WHEN trouble LIKE '% fields instead%' THEN 'too few or too many fields' ELSE trouble END) AS s(sort)
WHERE trouble IS NOT NULL GROUP BY sort ORDER BY count(*) DESC, min(line);
SELECT note('', format('line %s: %s', line, trouble)) FROM import.sale
WHERE trouble LIKE 'date %' OR trouble LIKE 'amount "%' OR trouble LIKE '% fields instead%' ORDER BY line LIMIT 3;

DO $$
DECLARE
    first import.sale;
BEGIN
    IF NOT EXISTS (SELECT FROM import.sale WHERE trouble IS NULL) THEN
        SELECT * INTO first FROM import.sale ORDER BY line LIMIT 1;
        RAISE EXCEPTION 'not one row of the order log could be read; line %: %', first.line, first.trouble
            USING HINT = 'name the right columns with CUSTOMER=, DATE= and AMOUNT=, the form of the dates with DATE_FORMAT=';
    END IF;
END
$$;
