-- btyd_sample: the distinct histories of a population with counts, which every fit starts from.  Page: doc/clv.md

CREATE TYPE btyd_sample;

CREATE FUNCTION btyd_sample_in(text cstring) RETURNS btyd_sample
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION btyd_sample_in(cstring)
    IS 'text input of btyd_sample';
CREATE FUNCTION btyd_sample_out(sample btyd_sample) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION btyd_sample_out(btyd_sample)
    IS 'text output of btyd_sample';
CREATE FUNCTION btyd_sample_recv(message internal) RETURNS btyd_sample
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION btyd_sample_recv(internal)
    IS 'binary input of btyd_sample';
CREATE FUNCTION btyd_sample_send(sample btyd_sample) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION btyd_sample_send(btyd_sample)
    IS 'binary output of btyd_sample';

CREATE TYPE btyd_sample (
    INPUT = btyd_sample_in, OUTPUT = btyd_sample_out,
    RECEIVE = btyd_sample_recv, SEND = btyd_sample_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE btyd_sample IS 'the distinct (frequency, recency, t) and (frequency, monetary value) of a population, with counts; built by btyd_sample_agg, fitted by bg_nbd_fit and the like';

CREATE FUNCTION unnest(sample btyd_sample, OUT frequency bigint, OUT recency double precision, OUT t double precision,
                       OUT monetary_value double precision, OUT covariates double precision[], OUT customers bigint)
    RETURNS SETOF record AS 'MODULE_PATHNAME', 'btyd_sample_unnest' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 1000;
COMMENT ON FUNCTION unnest(btyd_sample)
    IS 'the rows of the sample: order rows have recency and t and a null monetary_value, spend rows the other way round';

CREATE FUNCTION btyd_sample_add(state btyd_sample, frequency bigint, recency double precision, t double precision) RETURNS btyd_sample
    AS 'MODULE_PATHNAME', 'btyd_sample_add_orders' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION btyd_sample_add(btyd_sample, bigint, double precision, double precision)
    IS 'transition of the fit aggregates; not for direct use';
CREATE FUNCTION btyd_sample_add(state btyd_sample, frequency bigint, recency double precision, t double precision, covariates double precision[]) RETURNS btyd_sample
    AS 'MODULE_PATHNAME', 'btyd_sample_add_orders' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION btyd_sample_add(btyd_sample, bigint, double precision, double precision, double precision[])
    IS 'transition of the fit aggregates; not for direct use';
CREATE FUNCTION btyd_sample_add(state btyd_sample, frequency bigint, monetary_value double precision) RETURNS btyd_sample
    AS 'MODULE_PATHNAME', 'btyd_sample_add_spend' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION btyd_sample_add(btyd_sample, bigint, double precision)
    IS 'transition of the fit aggregates; not for direct use';
CREATE FUNCTION btyd_sample_add(state btyd_sample, frequency bigint, recency double precision, t double precision, monetary_value double precision) RETURNS btyd_sample
    AS 'MODULE_PATHNAME', 'btyd_sample_add_both' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION btyd_sample_add(btyd_sample, bigint, double precision, double precision, double precision)
    IS 'transition of the fit aggregates; not for direct use';
CREATE FUNCTION btyd_sample_add(state btyd_sample, frequency bigint, recency double precision, t double precision, monetary_value double precision, covariates double precision[]) RETURNS btyd_sample
    AS 'MODULE_PATHNAME', 'btyd_sample_add_both' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION btyd_sample_add(btyd_sample, bigint, double precision, double precision, double precision, double precision[])
    IS 'transition of the fit aggregates; not for direct use';
CREATE FUNCTION btyd_sample_add(state btyd_sample, history purchase_history, as_of date) RETURNS btyd_sample
    AS 'MODULE_PATHNAME', 'btyd_sample_add_history' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION btyd_sample_add(btyd_sample, purchase_history, date)
    IS 'transition of the fit aggregates; not for direct use';
CREATE FUNCTION btyd_sample_add(state btyd_sample, history purchase_history, as_of date, unit text) RETURNS btyd_sample
    AS 'MODULE_PATHNAME', 'btyd_sample_add_history' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION btyd_sample_add(btyd_sample, purchase_history, date, text)
    IS 'transition of the fit aggregates; not for direct use';
CREATE FUNCTION btyd_sample_add(state btyd_sample, history purchase_history, as_of date, unit text, model text) RETURNS btyd_sample
    AS 'MODULE_PATHNAME', 'btyd_sample_add_history' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION btyd_sample_add(btyd_sample, purchase_history, date, text, text)
    IS 'transition of the fit aggregates; not for direct use';
CREATE FUNCTION btyd_sample_merge(state btyd_sample, sample btyd_sample) RETURNS btyd_sample
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION btyd_sample_merge(btyd_sample, btyd_sample)
    IS 'combine function of the fit aggregates; not for direct use';
CREATE FUNCTION btyd_sample_final(state btyd_sample) RETURNS btyd_sample
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION btyd_sample_final(btyd_sample)
    IS 'final function of btyd_sample_agg; not for direct use';

CREATE AGGREGATE btyd_sample_agg(frequency bigint, recency double precision, t double precision) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = btyd_sample_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE btyd_sample_agg(bigint, double precision, double precision)
    IS 'the sample of customers with frequency repeat purchases, the last at recency, observed for t since the first, in any one time unit; rows with a null argument are skipped; no rows give null';
CREATE AGGREGATE btyd_sample_agg(frequency bigint, recency double precision, t double precision, covariates double precision[]) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = btyd_sample_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE btyd_sample_agg(bigint, double precision, double precision, double precision[])
    IS 'the same with covariates, at most 16 a customer, the same number in every row; rows with a null argument are skipped';
CREATE AGGREGATE btyd_sample_agg(frequency bigint, recency double precision, t double precision, monetary_value double precision) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = btyd_sample_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE btyd_sample_agg(bigint, double precision, double precision, double precision)
    IS 'the same with the mean value of the repeat purchases, for a spend model; a null monetary_value leaves that out';
CREATE AGGREGATE btyd_sample_agg(frequency bigint, recency double precision, t double precision, monetary_value double precision, covariates double precision[]) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = btyd_sample_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE btyd_sample_agg(bigint, double precision, double precision, double precision, double precision[])
    IS 'the same with mean value and covariates';
CREATE AGGREGATE btyd_sample_agg(history purchase_history, as_of date, unit text) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = btyd_sample_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE btyd_sample_agg(purchase_history, date, text)
    IS 'the sample of purchase histories as known at the end of the day as_of, time in unit (second to year), as btyd_summary() gives it; customers without an order by then are left out';
CREATE AGGREGATE btyd_sample_agg(history purchase_history, as_of date) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = btyd_sample_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE btyd_sample_agg(purchase_history, date)
    IS 'the same with time in weeks';
