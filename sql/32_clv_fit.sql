-- Fits: from rows, from purchase histories, from a sample with options.  Page: doc/clv.md

CREATE FUNCTION bg_nbd_fit_final(state btyd_sample) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION bg_nbd_fit_final(btyd_sample)
    IS 'final function of bg_nbd_fit; not for direct use';
CREATE AGGREGATE bg_nbd_fit(frequency bigint, recency double precision, t double precision) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = bg_nbd_fit_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE bg_nbd_fit(bigint, double precision, double precision)
    IS 'BG/NBD fitted by maximum likelihood to frequency repeat purchases, the last at recency, observed for t since the first, in any one time unit; rows with a null argument are skipped';
CREATE AGGREGATE bg_nbd_fit(frequency bigint, recency double precision, t double precision, covariates double precision[]) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = bg_nbd_fit_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE bg_nbd_fit(bigint, double precision, double precision, double precision[])
    IS 'the same with covariates on purchases and on lapsing; rows with a null argument are skipped';
CREATE FUNCTION bg_nbd_fit(sample btyd_sample, penalty double precision DEFAULT 0, start double precision[] DEFAULT NULL, covariates text[] DEFAULT NULL) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION bg_nbd_fit(btyd_sample, double precision, double precision[], text[])
    IS 'BG/NBD fitted to a sample; penalty times the sum of squares of parameters is added to the mean negative log-likelihood; start gives parameters to begin from; covariates names them';
CREATE FUNCTION mbg_nbd_fit_final(state btyd_sample) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION mbg_nbd_fit_final(btyd_sample)
    IS 'final function of mbg_nbd_fit; not for direct use';
CREATE AGGREGATE mbg_nbd_fit(frequency bigint, recency double precision, t double precision) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = mbg_nbd_fit_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mbg_nbd_fit(bigint, double precision, double precision)
    IS 'MBG/NBD fitted by maximum likelihood to frequency repeat purchases, the last at recency, observed for t since the first, in any one time unit; rows with a null argument are skipped';
CREATE AGGREGATE mbg_nbd_fit(frequency bigint, recency double precision, t double precision, covariates double precision[]) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = mbg_nbd_fit_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mbg_nbd_fit(bigint, double precision, double precision, double precision[])
    IS 'the same with covariates on purchases and on lapsing; rows with a null argument are skipped';
CREATE FUNCTION mbg_nbd_fit(sample btyd_sample, penalty double precision DEFAULT 0, start double precision[] DEFAULT NULL, covariates text[] DEFAULT NULL) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION mbg_nbd_fit(btyd_sample, double precision, double precision[], text[])
    IS 'MBG/NBD fitted to a sample; penalty times the sum of squares of parameters is added to the mean negative log-likelihood; start gives parameters to begin from; covariates names them';
CREATE FUNCTION pareto_nbd_fit_final(state btyd_sample) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION pareto_nbd_fit_final(btyd_sample)
    IS 'final function of pareto_nbd_fit; not for direct use';
CREATE AGGREGATE pareto_nbd_fit(frequency bigint, recency double precision, t double precision) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = pareto_nbd_fit_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pareto_nbd_fit(bigint, double precision, double precision)
    IS 'Pareto/NBD fitted by maximum likelihood to frequency repeat purchases, the last at recency, observed for t since the first, in any one time unit; rows with a null argument are skipped';
CREATE AGGREGATE pareto_nbd_fit(frequency bigint, recency double precision, t double precision, covariates double precision[]) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = pareto_nbd_fit_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pareto_nbd_fit(bigint, double precision, double precision, double precision[])
    IS 'the same with covariates on purchases and on lapsing; rows with a null argument are skipped';
CREATE FUNCTION pareto_nbd_fit(sample btyd_sample, penalty double precision DEFAULT 0, start double precision[] DEFAULT NULL, covariates text[] DEFAULT NULL) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION pareto_nbd_fit(btyd_sample, double precision, double precision[], text[])
    IS 'Pareto/NBD fitted to a sample; penalty times the sum of squares of parameters is added to the mean negative log-likelihood; start gives parameters to begin from; covariates names them';
CREATE FUNCTION bg_bb_fit_final(state btyd_sample) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION bg_bb_fit_final(btyd_sample)
    IS 'final function of bg_bb_fit; not for direct use';
CREATE AGGREGATE bg_bb_fit(frequency bigint, recency double precision, n double precision) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = bg_bb_fit_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE bg_bb_fit(bigint, double precision, double precision)
    IS 'BG/BB fitted by maximum likelihood to frequency purchases, the last at opportunity recency, in n opportunities; rows with a null argument are skipped';
CREATE FUNCTION bg_bb_fit(sample btyd_sample, penalty double precision DEFAULT 0, start double precision[] DEFAULT NULL) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION bg_bb_fit(btyd_sample, double precision, double precision[])
    IS 'BG/BB fitted to a sample whose t are numbers of opportunities; options as for bg_nbd_fit';
CREATE FUNCTION gamma_gamma_fit_final(state btyd_sample) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION gamma_gamma_fit_final(btyd_sample)
    IS 'final function of gamma_gamma_fit; not for direct use';
CREATE AGGREGATE gamma_gamma_fit(frequency bigint, monetary_value double precision) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = gamma_gamma_fit_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gamma_gamma_fit(bigint, double precision)
    IS 'Gamma-Gamma fitted by maximum likelihood to the mean value of frequency repeat purchases; customers with frequency 0 and rows with a null argument are skipped';
CREATE FUNCTION gamma_gamma_fit(sample btyd_sample, penalty double precision DEFAULT 0, start double precision[] DEFAULT NULL) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION gamma_gamma_fit(btyd_sample, double precision, double precision[])
    IS 'Gamma-Gamma fitted to the mean values in a sample; options as for bg_nbd_fit';
CREATE FUNCTION clv_fit_final(state btyd_sample) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION clv_fit_final(btyd_sample)
    IS 'final function of clv_fit; not for direct use';
CREATE AGGREGATE clv_fit(history purchase_history, as_of date) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = clv_fit_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE clv_fit(purchase_history, date)
    IS 'order model MBG/NBD and spend model Gamma-Gamma fitted to purchase histories as known at the end of the day as_of; time in weeks';
CREATE AGGREGATE clv_fit(history purchase_history, as_of date, unit text) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = clv_fit_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE clv_fit(purchase_history, date, text)
    IS 'the same with time in unit, second to year';
CREATE AGGREGATE clv_fit(history purchase_history, as_of date, unit text, model text) (
    SFUNC = btyd_sample_add, STYPE = btyd_sample, SSPACE = 65536,
    FINALFUNC = clv_fit_final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = btyd_sample_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE clv_fit(purchase_history, date, text, text)
    IS 'the same with the order model named: bg_nbd, mbg_nbd or pareto_nbd';
CREATE FUNCTION clv_fit(sample btyd_sample, model text DEFAULT 'mbg_nbd', penalty double precision DEFAULT 0, start double precision[] DEFAULT NULL, covariates text[] DEFAULT NULL) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION clv_fit(btyd_sample, text, double precision, double precision[], text[])
    IS 'order model and Gamma-Gamma fitted to a sample; the penalty holds for both, start for the order model';
