-- cart_state: open, abandoned and recovered carts.  Page: doc/carts.md

CREATE TYPE cart_status AS (
    state text,
    state_rank integer,
    value numeric,
    items bigint,
    started_at timestamptz,
    last_cart_at timestamptz,
    left_at timestamptz,
    ordered_at timestamptz,
    carts bigint,
    abandoned_carts bigint,
    recovered_carts bigint
);
COMMENT ON TYPE cart_status IS 'state of the latest cart: open (rank 1), abandoned (2), recovered (3), ordered (4), lost (5: the next order came later than the recovery time), emptied (6), none (7); its value and items when it was left, ordered, or now; its first and last event; when it was left, and ordered; carts ever, abandoned (recovered ones too) and recovered';

CREATE FUNCTION cart_state_final(state event_sequence) RETURNS cart_status
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION cart_state_final(event_sequence) IS 'final function of cart_state; not for direct use';

CREATE FUNCTION cart_state_add(state event_sequence, kind text, at timestamptz, value numeric, as_of timestamptz) RETURNS event_sequence
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION cart_state_add(event_sequence, text, timestamptz, numeric, timestamptz) IS 'transition of cart_state; not for direct use';
CREATE AGGREGATE cart_state(kind text, at timestamptz, value numeric, as_of timestamptz) (
    SFUNC = cart_state_add, STYPE = event_sequence, SSPACE = 192,
    FINALFUNC = cart_state_final, COMBINEFUNC = event_sequence_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cart_state(text, timestamptz, numeric, timestamptz)
    IS 'the latest cart as of an instant, abandoned after 60 minutes without a cart event, recovered by an order within 7 days; kind is add_to_cart, remove_from_cart, checkout_start or purchase, rows of other kinds, with a null kind or time, or at or after as_of are skipped; in any order of rows';

CREATE FUNCTION cart_state_add(state event_sequence, kind text, at timestamptz, value numeric, as_of timestamptz, idle interval, recovery interval) RETURNS event_sequence
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION cart_state_add(event_sequence, text, timestamptz, numeric, timestamptz, interval, interval) IS 'transition of cart_state; not for direct use';
CREATE AGGREGATE cart_state(kind text, at timestamptz, value numeric, as_of timestamptz, idle interval, recovery interval) (
    SFUNC = cart_state_add, STYPE = event_sequence, SSPACE = 192,
    FINALFUNC = cart_state_final, COMBINEFUNC = event_sequence_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cart_state(text, timestamptz, numeric, timestamptz, interval, interval)
    IS 'the same with an idle time, from which on a cart is abandoned, and a recovery time, within which an order recovers it, both from its last event';
