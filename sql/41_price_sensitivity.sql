-- price_response: orders and money apart by discount; price_sensitivity: what it says.  Page: doc/price_sensitivity.md

CREATE TYPE price_response;

CREATE FUNCTION price_response_in(text cstring) RETURNS price_response
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_in(cstring) IS 'text input of price_response';
CREATE FUNCTION price_response_out(response price_response) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_out(price_response) IS 'text output of price_response';
CREATE FUNCTION price_response_recv(message internal) RETURNS price_response
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_recv(internal) IS 'binary input of price_response';
CREATE FUNCTION price_response_send(response price_response) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_send(price_response) IS 'binary output of price_response';

CREATE TYPE price_response (
    INPUT = price_response_in, OUTPUT = price_response_out,
    RECEIVE = price_response_recv, SEND = price_response_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = int4, STORAGE = extended
);
COMMENT ON TYPE price_response IS 'orders and money of one customer, apart by whether they were bought at a discount, exact; built by price_response_agg';

CREATE FUNCTION price_response_eq(a price_response, b price_response) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_eq(price_response, price_response) IS 'true if both are the same in every count and digit';
CREATE FUNCTION price_response_ne(a price_response, b price_response) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_ne(price_response, price_response) IS 'true if they differ';
CREATE OPERATOR = (LEFTARG = price_response, RIGHTARG = price_response, FUNCTION = price_response_eq,
                   COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel);
COMMENT ON OPERATOR = (price_response, price_response) IS 'the same price response';
CREATE OPERATOR <> (LEFTARG = price_response, RIGHTARG = price_response, FUNCTION = price_response_ne,
                    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (price_response, price_response) IS 'not the same price response';

CREATE FUNCTION price_response_concat(a price_response, b price_response) RETURNS price_response
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_concat(price_response, price_response) IS 'both added up';
CREATE OPERATOR || (LEFTARG = price_response, RIGHTARG = price_response, FUNCTION = price_response_concat,
                    COMMUTATOR = ||);
COMMENT ON OPERATOR || (price_response, price_response) IS 'both added up';

-- Building and merging.

CREATE FUNCTION price_response_merge(state price_response, response price_response) RETURNS price_response
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_merge(price_response, price_response)
    IS 'combine function of price_response_agg and transition of rollup; not for direct use';
CREATE AGGREGATE rollup(response price_response) (
    SFUNC = price_response_merge, STYPE = price_response, SSPACE = 160,
    COMBINEFUNC = price_response_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(price_response)
    IS 'one price response of all, the same bytes whatever the order; nulls are skipped, none at all gives null';

CREATE FUNCTION price_response_add(state price_response, paid numeric, list numeric) RETURNS price_response
    AS 'MODULE_PATHNAME', 'price_response_add_numeric' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_add(price_response, numeric, numeric) IS 'transition of price_response_agg; not for direct use';
CREATE AGGREGATE price_response_agg(paid numeric, list numeric) (
    SFUNC = price_response_add, STYPE = price_response, SSPACE = 160,
    COMBINEFUNC = price_response_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_response_agg(numeric, numeric)
    IS 'price response of the rows, one an order or order line: an order is discounted if paid is at least 1 % below list; exact at any scale; null or zero list: bought at list price; negative prices are ignored and counted; rows with null paid are skipped, none at all gives null';

CREATE FUNCTION price_response_add(state price_response, paid numeric, list numeric, promoted boolean) RETURNS price_response
    AS 'MODULE_PATHNAME', 'price_response_add_numeric' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_add(price_response, numeric, numeric, boolean) IS 'transition of price_response_agg; not for direct use';
CREATE AGGREGATE price_response_agg(paid numeric, list numeric, promoted boolean) (
    SFUNC = price_response_add, STYPE = price_response, SSPACE = 160,
    COMBINEFUNC = price_response_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_response_agg(numeric, numeric, boolean)
    IS 'price response of the rows, one an order or order line: an order is discounted if paid is at least 1 % below list, or if promoted (a coupon or sale flag) is true; exact at any scale; null or zero list: bought at list price; negative prices are ignored and counted; rows with null paid are skipped, none at all gives null';

CREATE FUNCTION price_response_add(state price_response, paid numeric, list numeric, promoted boolean, min_discount numeric) RETURNS price_response
    AS 'MODULE_PATHNAME', 'price_response_add_numeric' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_add(price_response, numeric, numeric, boolean, numeric) IS 'transition of price_response_agg; not for direct use';
CREATE AGGREGATE price_response_agg(paid numeric, list numeric, promoted boolean, min_discount numeric) (
    SFUNC = price_response_add, STYPE = price_response, SSPACE = 160,
    COMBINEFUNC = price_response_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_response_agg(numeric, numeric, boolean, numeric)
    IS 'price response of the rows, one an order or order line: an order is discounted if paid is below list by at least min_discount (0 .. 1, a part of list), or if promoted (a coupon or sale flag) is true; exact at any scale; null or zero list: bought at list price; negative prices are ignored and counted; rows with null paid are skipped, none at all gives null';

CREATE FUNCTION price_response_add(state price_response, paid double precision, list double precision) RETURNS price_response
    AS 'MODULE_PATHNAME', 'price_response_add_double' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_add(price_response, double precision, double precision) IS 'transition of price_response_agg; not for direct use';
CREATE AGGREGATE price_response_agg(paid double precision, list double precision) (
    SFUNC = price_response_add, STYPE = price_response, SSPACE = 160,
    COMBINEFUNC = price_response_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_response_agg(double precision, double precision)
    IS 'price response of the rows, one an order or order line: an order is discounted if paid is at least 1 % below list; each price is read as the shortest decimal that gives the same double; null or zero list: bought at list price; negative prices are ignored and counted; rows with null paid are skipped, none at all gives null';

CREATE FUNCTION price_response_add(state price_response, paid double precision, list double precision, promoted boolean) RETURNS price_response
    AS 'MODULE_PATHNAME', 'price_response_add_double' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_add(price_response, double precision, double precision, boolean) IS 'transition of price_response_agg; not for direct use';
CREATE AGGREGATE price_response_agg(paid double precision, list double precision, promoted boolean) (
    SFUNC = price_response_add, STYPE = price_response, SSPACE = 160,
    COMBINEFUNC = price_response_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_response_agg(double precision, double precision, boolean)
    IS 'price response of the rows, one an order or order line: an order is discounted if paid is at least 1 % below list, or if promoted (a coupon or sale flag) is true; each price is read as the shortest decimal that gives the same double; null or zero list: bought at list price; negative prices are ignored and counted; rows with null paid are skipped, none at all gives null';

CREATE FUNCTION price_response_add(state price_response, paid double precision, list double precision, promoted boolean, min_discount numeric) RETURNS price_response
    AS 'MODULE_PATHNAME', 'price_response_add_double' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_add(price_response, double precision, double precision, boolean, numeric) IS 'transition of price_response_agg; not for direct use';
CREATE AGGREGATE price_response_agg(paid double precision, list double precision, promoted boolean, min_discount numeric) (
    SFUNC = price_response_add, STYPE = price_response, SSPACE = 160,
    COMBINEFUNC = price_response_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_response_agg(double precision, double precision, boolean, numeric)
    IS 'price response of the rows, one an order or order line: an order is discounted if paid is below list by at least min_discount (0 .. 1, a part of list), or if promoted (a coupon or sale flag) is true; each price is read as the shortest decimal that gives the same double; null or zero list: bought at list price; negative prices are ignored and counted; rows with null paid are skipped, none at all gives null';

CREATE FUNCTION price_response_add(state price_response, paid bigint, list bigint) RETURNS price_response
    AS 'MODULE_PATHNAME', 'price_response_add_bigint' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_add(price_response, bigint, bigint) IS 'transition of price_response_agg; not for direct use';
CREATE AGGREGATE price_response_agg(paid bigint, list bigint) (
    SFUNC = price_response_add, STYPE = price_response, SSPACE = 160,
    COMBINEFUNC = price_response_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_response_agg(bigint, bigint)
    IS 'price response of the rows, one an order or order line: an order is discounted if paid is at least 1 % below list; prices are whole numbers, for example minor units; null or zero list: bought at list price; negative prices are ignored and counted; rows with null paid are skipped, none at all gives null';

CREATE FUNCTION price_response_add(state price_response, paid bigint, list bigint, promoted boolean) RETURNS price_response
    AS 'MODULE_PATHNAME', 'price_response_add_bigint' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_add(price_response, bigint, bigint, boolean) IS 'transition of price_response_agg; not for direct use';
CREATE AGGREGATE price_response_agg(paid bigint, list bigint, promoted boolean) (
    SFUNC = price_response_add, STYPE = price_response, SSPACE = 160,
    COMBINEFUNC = price_response_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_response_agg(bigint, bigint, boolean)
    IS 'price response of the rows, one an order or order line: an order is discounted if paid is at least 1 % below list, or if promoted (a coupon or sale flag) is true; prices are whole numbers, for example minor units; null or zero list: bought at list price; negative prices are ignored and counted; rows with null paid are skipped, none at all gives null';

CREATE FUNCTION price_response_add(state price_response, paid bigint, list bigint, promoted boolean, min_discount numeric) RETURNS price_response
    AS 'MODULE_PATHNAME', 'price_response_add_bigint' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_response_add(price_response, bigint, bigint, boolean, numeric) IS 'transition of price_response_agg; not for direct use';
CREATE AGGREGATE price_response_agg(paid bigint, list bigint, promoted boolean, min_discount numeric) (
    SFUNC = price_response_add, STYPE = price_response, SSPACE = 160,
    COMBINEFUNC = price_response_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_response_agg(bigint, bigint, boolean, numeric)
    IS 'price response of the rows, one an order or order line: an order is discounted if paid is below list by at least min_discount (0 .. 1, a part of list), or if promoted (a coupon or sale flag) is true; prices are whole numbers, for example minor units; null or zero list: bought at list price; negative prices are ignored and counted; rows with null paid are skipped, none at all gives null';

CREATE FUNCTION beta_prior_step(state bytea, response price_response) RETURNS bytea
    AS 'MODULE_PATHNAME', 'beta_prior_step_response' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION beta_prior_step(bytea, price_response) IS 'transition of beta_prior_fit; not for direct use';
CREATE AGGREGATE beta_prior_fit(response price_response) (
    SFUNC = beta_prior_step, STYPE = bytea, SSPACE = 4096,
    FINALFUNC = beta_prior_final, COMBINEFUNC = beta_prior_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE beta_prior_fit(price_response)
    IS 'the prior of the share of discounted orders, one row a customer; customers without orders are skipped, none at all gives null';

-- Answers.

CREATE FUNCTION order_count(response price_response) RETURNS bigint
    AS 'MODULE_PATHNAME', 'price_order_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION order_count(price_response) IS 'number of orders, or order lines, with a price that is not negative';

CREATE FUNCTION discounted_orders(response price_response) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION discounted_orders(price_response) IS 'number of orders that were reduced or promoted';

CREATE FUNCTION reduced_orders(response price_response) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION reduced_orders(price_response) IS 'number of orders paid below list by the least discount';

CREATE FUNCTION promoted_orders(response price_response) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promoted_orders(price_response) IS 'number of orders with a coupon or sale flag';

CREATE FUNCTION ignored_rows(response price_response) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ignored_rows(price_response) IS 'number of rows left out because a price was negative';

CREATE FUNCTION paid_value(response price_response) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION paid_value(price_response) IS 'what was paid, exact';

CREATE FUNCTION list_value(response price_response) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION list_value(price_response) IS 'what the orders cost at list price, exact; what was paid counts where there is no list price';

CREATE FUNCTION discounted_value(response price_response) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION discounted_value(price_response) IS 'what was paid in discounted orders, exact';

CREATE FUNCTION discount_value(response price_response) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION discount_value(price_response) IS 'list price less price paid over the reduced orders, exact';

CREATE FUNCTION discounted_share(response price_response) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION discounted_share(price_response) IS 'share of orders that were discounted, 0 .. 1; null without orders';

CREATE FUNCTION discounted_value_share(response price_response) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION discounted_value_share(price_response) IS 'share of what was paid that went into discounted orders, 0 .. 1; null if nothing was paid';

CREATE FUNCTION discount_depth(response price_response) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION discount_depth(price_response) IS 'mean discount on the reduced orders, weighted by list price, 0 .. 1; null if there is none';

CREATE FUNCTION discount_affinity(response price_response, value_weight double precision DEFAULT 0.8, order_weight double precision DEFAULT 0.2)
    RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION discount_affinity(price_response, double precision, double precision)
    IS 'value_weight * discounted_value_share + order_weight * discounted_share, 0 .. 1; null if nothing was paid';

CREATE TYPE price_class AS (
    label text,
    label_rank integer,
    orders bigint,
    discounted_share double precision,
    discounted_value_share double precision,
    discount_depth double precision,
    shrunk_share double precision,
    reliable boolean
);
COMMENT ON TYPE price_class IS 'label: bargain_hunter (rank 3), value_shopper (2), quality_driven (1), unknown (0); the shares it rests on, 0 .. 1, null where undefined; shrunk_share null without a prior; reliable: there were enough orders';

CREATE FUNCTION price_sensitivity(response price_response, prior beta_prior DEFAULT NULL, min_orders bigint DEFAULT 3,
                                  high_share double precision DEFAULT 0.6, low_share double precision DEFAULT 0.1)
    RETURNS price_class
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_sensitivity(price_response, beta_prior, bigint, double precision, double precision)
    IS 'how sensitive to prices a customer is: bargain_hunter from high_share of discounted orders on, quality_driven up to low_share, value_shopper between; with fewer than min_orders orders by the share shrunk toward the prior, value_shopper without one; unknown for null and without orders';

CREATE FUNCTION price_sensitivity_final(state price_response) RETURNS price_class
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_sensitivity_final(price_response) IS 'final function of the aggregate price_sensitivity; not for direct use';

CREATE AGGREGATE price_sensitivity(paid numeric, list numeric) (
    SFUNC = price_response_add, STYPE = price_response, SSPACE = 160,
    FINALFUNC = price_sensitivity_final, COMBINEFUNC = price_response_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_sensitivity(numeric, numeric)
    IS 'price_sensitivity(price_response_agg(paid, list)) in one step, with its defaults';

CREATE AGGREGATE price_sensitivity(paid double precision, list double precision) (
    SFUNC = price_response_add, STYPE = price_response, SSPACE = 160,
    FINALFUNC = price_sensitivity_final, COMBINEFUNC = price_response_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_sensitivity(double precision, double precision)
    IS 'price_sensitivity(price_response_agg(paid, list)) in one step, with its defaults';

CREATE AGGREGATE price_sensitivity(paid bigint, list bigint) (
    SFUNC = price_response_add, STYPE = price_response, SSPACE = 160,
    FINALFUNC = price_sensitivity_final, COMBINEFUNC = price_response_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_sensitivity(bigint, bigint)
    IS 'price_sensitivity(price_response_agg(paid, list)) in one step, with its defaults';
