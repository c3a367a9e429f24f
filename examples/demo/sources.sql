-- The source views: the shop's tables in the column names of the extension.  This is all the mapping there is.
CREATE SCHEMA shop;
COMMENT ON SCHEMA shop IS 'source views: what the workspace reads';

CREATE VIEW shop.customers AS
SELECT customer_id
\if :has_name
    , name
\endif
\if :has_group
    , customer_group
\endif
\if :has_country
    , country
\endif
\if :has_region
    , region
\endif
\if :has_city
    , city
\endif
\if :has_postal
    , postal_code
\endif
FROM customers;

-- An order of amount 0 is no purchase.
CREATE VIEW shop.orders AS
SELECT order_id, customer_id, ordered_at, total AS amount
\if :has_discount
    , total_before_discount AS list_amount
\endif
\if :has_currency
    , currency
\endif
\if :has_profit
    , total - profit AS cost
\endif
FROM orders WHERE total > 0;

\if :has_refunds
CREATE VIEW shop.refunds AS
SELECT order_id, customer_id, refunded_at, amount
\if :has_currency
    , (SELECT max(currency) FROM orders) AS currency
\endif
FROM refunds;
\endif

\if :has_items
CREATE VIEW shop.order_items AS
SELECT order_id, product_id, quantity, trim_scale(paid / quantity) AS unit_price
\if :has_discount
    , trim_scale(round(paid / quantity / nullif(1 - discount, 0), 10)) AS list_price
\endif
\if :has_category
    , category
\endif
FROM order_items JOIN products USING (product_id);

CREATE VIEW shop.products AS SELECT product_id
\if :has_category
    , category
\endif
FROM products;
\endif
