-- The log as the tables of a shop.
SELECT bool_and(customer ~ '^(0|[1-9]\d{0,17})$') AS numeric_ids, bool_or(currency IS NOT NULL) AS has_currency,
    bool_or(discount <> 0) AS has_discount, bool_or(profit IS NOT NULL) AS has_profit, bool_or(product IS NOT NULL) AS has_items,
    bool_or(category IS NOT NULL) AS has_category, bool_or(name IS NOT NULL) AS has_name, bool_or("group" IS NOT NULL) AS has_group,
    bool_or(country IS NOT NULL) AS has_country, bool_or(region IS NOT NULL) AS has_region, bool_or(city IS NOT NULL) AS has_city,
    bool_or(postal IS NOT NULL) AS has_postal, bool_or(amount < 0) AS has_refunds
FROM import.sale WHERE trouble IS NULL \gset
\if :numeric_ids
\set id_type bigint
\else
\set id_type text
\endif

CREATE TABLE customers (
    customer_id :id_type PRIMARY KEY,
    name text,
    customer_group text,
    country text,
    region text,
    city text,
    postal_code text
);
CREATE TABLE products (product_id text PRIMARY KEY, category text);
CREATE TABLE orders (
    order_id bigint PRIMARY KEY,
    order_number text,
    customer_id :id_type NOT NULL,
    ordered_at timestamptz NOT NULL,
    total numeric NOT NULL,
    total_before_discount numeric,
    profit numeric,
    currency text
);
CREATE TABLE order_items (
    order_id bigint NOT NULL,
    line bigint NOT NULL,
    product_id text,
    quantity numeric NOT NULL,
    paid numeric NOT NULL,
    discount numeric,
    PRIMARY KEY (order_id, line)
);
CREATE TABLE refunds (
    order_id bigint,
    customer_id :id_type NOT NULL,
    refunded_at timestamptz NOT NULL,
    amount numeric NOT NULL
);

-- A discount is a share of the list price, a percentage, or money off.
CREATE TABLE import.item AS
SELECT s.*, dense_rank() OVER (ORDER BY customer, coalesce("order", '#' || line)) AS order_id,
    CASE WHEN share THEN discount WHEN percent THEN discount / 100
        WHEN amount + discount > 0 THEN discount / (amount + discount) END AS discount_share
FROM import.sale AS s, (
    SELECT bool_and(discount BETWEEN 0 AND 1) AS share,
        bool_or(discount_percent) OR bool_and(discount BETWEEN 0 AND 100) AND EXISTS (
            SELECT FROM import.guess WHERE role = 'discount' AND name ~* '%|percent|pct|rate') AS percent
    FROM import.sale WHERE trouble IS NULL) AS d
WHERE trouble IS NULL;

INSERT INTO customers
SELECT DISTINCT ON (customer) CAST(customer AS :id_type), name, "group", country, region, city, postal
FROM import.item ORDER BY customer, at DESC, line DESC;

INSERT INTO products SELECT product, min(category) FROM import.item WHERE product IS NOT NULL GROUP BY product;

-- The lines of an order make one total, a day with less than nothing a refund of that day.
CREATE TABLE import.day AS
SELECT order_id, customer, min("order") AS order_number, at::date AS day, min(at) AS at, sum(amount) AS amount,
    sum(amount / (1 - discount_share)) FILTER (WHERE discount_share < 1) AS list_amount,
    sum(profit) AS profit, min(currency) AS currency
FROM import.item GROUP BY order_id, customer, at::date;

INSERT INTO orders
SELECT order_id, min(order_number), CAST(customer AS :id_type), min(at), sum(amount), trim_scale(round(sum(list_amount), 10)),
    sum(profit), min(currency)
FROM import.day WHERE amount >= 0 GROUP BY order_id, customer;

INSERT INTO refunds
SELECT o.order_id, CAST(d.customer AS :id_type), d.at, -d.amount
FROM import.day AS d LEFT JOIN orders AS o USING (order_id) WHERE d.amount < 0;

INSERT INTO order_items
SELECT order_id, line, product, coalesce(quantity, 1), amount, discount_share
FROM import.item WHERE product IS NOT NULL AND amount >= 0 AND coalesce(quantity, 1) > 0 AND order_id IN (SELECT order_id FROM orders);

ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;
ALTER TABLE order_items ADD FOREIGN KEY (order_id) REFERENCES orders, ADD FOREIGN KEY (product_id) REFERENCES products;
ALTER TABLE refunds ADD FOREIGN KEY (order_id) REFERENCES orders, ADD FOREIGN KEY (customer_id) REFERENCES customers;
CREATE INDEX ON orders (customer_id);
CREATE INDEX ON refunds (customer_id);
CREATE INDEX ON refunds (order_id);
ANALYZE;

SELECT note('loaded', concat_ws(', ', counted(count(*), 'order'), counted((SELECT count(*) FROM customers), 'customer'),
    counted((SELECT nullif(count(*), 0) FROM order_items), 'order item'),
    counted((SELECT nullif(count(*), 0) FROM refunds), 'refund'), min(ordered_at)::date || ' to ' || max(ordered_at)::date))
FROM orders;
SELECT note('', counted(count(*), 'row') || ' of amount 0: kept, but no purchase')
FROM import.sale WHERE trouble IS NULL AND amount = 0 HAVING count(*) > 0;
