-- Which column of the log is what.  import.line holds the log, its first line the column names.
-- The names of a role are tried in their order, then its pattern; case, blanks, dashes and underscores do not matter.
-- A name given on the command line (CUSTOMER=, DATE=, AMOUNT=, …) overrides the guess; "-" says there is no such column.
CREATE TABLE import.role (rank integer, role text PRIMARY KEY, names text[], pattern text, reject text, wanted text);

INSERT INTO import.role (rank, role, names) VALUES
(1, 'customer', '{customer id,customer,customer no,customer nr,customer number,customer key,cust id,cust,client id,client,
    user id,user,buyer id,buyer,member id,member,shopper id,household id,household key,person id,account id,account,
    contact id,visitor id,customer unique id,customer email,email,email address,user email,buyer email,customer name,
    user name,kundennummer,kundennr,kunden id,kunde,id client,id cliente,cliente,klant}'),
(2, 'date', '{ordered on,ordered at,order date,order datetime,order time,order timestamp,order purchase timestamp,order day,
    date ordered,date of order,purchase date,purchased at,purchased on,purchase timestamp,transaction date,
    transaction timestamp,transaction time,invoice date,sale date,sales date,sold at,completed at,paid at,placed at,
    processed at,created at,created on,created,date created,order created at,date,datetime,timestamp,time,day,when,
    bestelldatum,rechnungsdatum,kaufdatum,datum,fecha,data}'),
(3, 'amount', '{amount,order amount,order total,total amount,total price,total,grand total,total paid,amount paid,paid,
    net amount,gross amount,revenue,net revenue,sales,net sales,total sales,sales amount,sale amount,sales value,
    sale value,total sale,turnover,value,order value,total value,transaction amount,transaction value,purchase amount,
    amount spent,spend,spent,payment,payment value,payment amount,line total,item total,extended price,subtotal,
    betrag,umsatz,summe,gesamtbetrag,gesamt,montant,importe}'),
(4, 'price', '{unit price,price,price each,item price,sale price,selling price,line item price,preis,stückpreis,prix}'),
(5, 'quantity', '{quantity,qty,units,quantity ordered,order quantity,item quantity,line item quantity,pieces,menge,anzahl}'),
(6, 'order', '{order id,order,order no,order nr,order number,order key,order ref,invoice id,invoice no,invoice number,
    invoice,transaction id,transaction no,basket id,receipt id,receipt no,receipt,sale id,purchase id,bestellnummer,
    rechnungsnummer,bestellung}'),
(7, 'currency', '{currency,currency code,order currency,presentment currency,währung,devise}'),
(8, 'discount', '{discount,discount rate,discount percent,discount pct,discount amount,rabatt}'),
(9, 'profit', '{profit,gross profit,margin}'),
(10, 'product', '{product id,sku,product code,item id,product no,stock code,line item sku,variant id,product,item,
    product name,article,artikel}'),
(11, 'category', '{category,product category,product category name,item category,department,product type,kategorie}'),
(12, 'name', '{customer name,full name,client name,user name,customer full name}'),
(13, 'group', '{segment,customer segment,customer group,customer type}'),
(14, 'country', '{country,country code,shipping country,billing country,customer country,land}'),
(15, 'region', '{state,province,region,shipping province,customer state,bundesland}'),
(16, 'city', '{city,shipping city,customer city,town,stadt,ort}'),
(17, 'postal', '{postal code,postcode,zip,zip code,shipping zip,customer zip code prefix,plz}');

UPDATE import.role SET (pattern, reject) = (p.pattern, p.reject)
FROM (VALUES
    ('customer', '^(customer|cust|client|user|buyer|member|shopper).*(id|no|nr|num|number|key|code|ref)$|(customer|client|user|buyer)id$',
        'name|order|product'),
    ('date', 'date|time|datum|dt$|(ordered|purchased|bought|placed|paid|completed|processed|sold|transacted|created)(at|on|utc)$',
        'birth|ship|deliver|update|modif|due|sign|regist|cancel|return|refund|estimat|expir|lifetime|zone|session'),
    ('amount', 'amount|total|revenue|sales|spend',
        'tax|discount|shipping|count|number|refund|quantity|items|rank|channel|date|name|person|id$')
) AS p(role, pattern, reject)
WHERE p.role = role.role;

\getenv given_customer CUSTOMER
\getenv given_date DATE
\getenv given_amount AMOUNT
\getenv given_order ORDER
\getenv given_discount DISCOUNT
\getenv given_country COUNTRY
\getenv given_product PRODUCT
\getenv given_category CATEGORY
UPDATE import.role SET wanted = btrim(g.name)
FROM (VALUES ('customer', :'given_customer'), ('date', :'given_date'), ('amount', :'given_amount'), ('order', :'given_order'),
    ('discount', :'given_discount'), ('country', :'given_country'), ('product', :'given_product'),
    ('category', :'given_category')) AS g(role, name)
WHERE g.role = role.role AND btrim(g.name) <> '';

-- AMOUNT='unit price * quantity' names the two columns of a product.
UPDATE import.role SET wanted = split_part(a.wanted, '*', CASE role.role WHEN 'price' THEN 1 ELSE 2 END)
FROM import.role AS a
WHERE a.role = 'amount' AND a.wanted LIKE '%*%' AND role.role IN ('price', 'quantity');
UPDATE import.role SET wanted = '-' WHERE role = 'amount' AND wanted LIKE '%*%';

-- A column name as it is compared.
CREATE FUNCTION import.key(name text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN regexp_replace(lower(name), '[^[:alnum:]]', '', 'g');

CREATE TABLE import.header AS
SELECT h.position, h.name, import.key(h.name) AS key
FROM (SELECT field FROM import.line ORDER BY line LIMIT 1) AS l, unnest(l.field) WITH ORDINALITY AS h(name, position);
DELETE FROM import.line WHERE line = (SELECT min(line) FROM import.line);

CREATE TABLE import.guess AS
SELECT DISTINCT ON (r.role) r.role, r.rank, h.position, h.name, r.wanted IS NOT NULL AS given
FROM import.role AS r, import.header AS h, LATERAL (
    SELECT min(n.place) FROM unnest(r.names) WITH ORDINALITY AS n(name, place) WHERE import.key(n.name) = h.key) AS known(place)
WHERE CASE
    WHEN r.wanted IS NOT NULL THEN h.name = r.wanted OR h.key = import.key(r.wanted) AND h.key <> ''
    ELSE known.place IS NOT NULL OR h.key ~ r.pattern AND h.key !~ r.reject END
ORDER BY r.role, h.name = r.wanted DESC, known.place, h.position;

-- A column has one use.  A price alone is an amount; with a quantity it stands in for an amount that is missing.
DELETE FROM import.guess AS g USING import.guess AS other
WHERE g.position = other.position AND NOT g.given AND (other.given OR other.rank < g.rank) AND g.role <> other.role;
UPDATE import.guess SET role = 'amount'
WHERE role = 'price' AND NOT EXISTS (SELECT FROM import.guess WHERE role IN ('amount', 'quantity'));

DO $$
DECLARE
    columns text := 'the columns are: ' || (SELECT left(string_agg(name, ', ' ORDER BY position), 500) FROM import.header);
    wrong import.role;
BEGIN
    IF NOT EXISTS (SELECT FROM import.line) THEN
        RAISE EXCEPTION 'no rows in the order log' USING HINT = columns;
    END IF;
    SELECT r.* INTO wrong FROM import.role AS r
    WHERE r.wanted <> '-' AND NOT EXISTS (SELECT FROM import.guess AS g WHERE g.role = r.role AND g.given)
    ORDER BY r.rank LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'no column "%" in the order log (wanted as %)', btrim(wrong.wanted), upper(wrong.role) USING HINT = columns;
    END IF;
    SELECT r.* INTO wrong FROM import.role AS r
    WHERE r.role IN ('customer', 'date', 'amount')
        AND NOT EXISTS (SELECT FROM import.guess AS g WHERE g.role = r.role OR r.role = 'amount' AND g.role = 'price')
    ORDER BY r.rank LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'no column of the order log looks like the %', wrong.role
            USING HINT = format('name it with %s="…"; the first line must hold the names: %s', upper(wrong.role),
                (SELECT left(string_agg(name, ', ' ORDER BY position), 500) FROM import.header));
    END IF;
END
$$;

SELECT note('columns', string_agg(role || ' = ' || name || CASE WHEN given THEN ' (as told)' ELSE '' END, ', ' ORDER BY rank))
FROM import.guess
WHERE role <> 'price' OR NOT EXISTS (SELECT FROM import.guess WHERE role = 'amount');
SELECT note('', 'no amount: it is price times quantity')
WHERE NOT EXISTS (SELECT FROM import.guess WHERE role = 'amount');
SELECT note('', 'no order number: every row is an order of its own')
WHERE NOT EXISTS (SELECT FROM import.guess WHERE role = 'order');

-- The log by role, with NULL for what it does not have.
SELECT 'CREATE VIEW import.log AS SELECT line, problem'
    || string_agg(format(', %s AS %I', coalesce('field[' || g.position || ']', 'NULL::text'), r.role), '' ORDER BY r.rank)
    || ' FROM import.line'
FROM import.role AS r LEFT JOIN import.guess AS g USING (role) \gexec
