#!/usr/bin/env python3
"""Reference values of the customer models at hard parameters and histories.

    test/tools/clv_hard_cases.py [DIRECTORY [CASES [NAME...]]]     writes clv_hard_*.csv there (default: test/data)

Everything is evaluated with mpmath (Debian: python3-mpmath) from the closed forms of the papers: the very 2F1 that the
extension avoids, at a precision that survives their cancellation (a value is kept when two precisions agree to 18
digits), and finite sums.  Integrals are used where there is no closed form (the discounted purchases of BG/NBD and
MBG/NBD, the count of Pareto/NBD) and are not those of the extension.  Cases are drawn from a seeded generator; one that takes
longer than the time limit is left out.  Inputs are IEEE doubles.  Runs for about half an hour.
"""
import csv
import itertools
import random
import signal
import sys

from mpmath import mp, mpf, log, exp, loggamma, gamma, hyp2f1, beta as beta_fn, betainc, gammainc, quad, inf, findroot, nstr, rf, expint

LIMIT = 20          # seconds a case
CASES = int(sys.argv[2]) if len(sys.argv) > 2 else 300
rng = random.Random()


class TooSlow(Exception):
    pass


def alarm(*_):
    raise TooSlow()


signal.signal(signal.SIGALRM, alarm)


def agreed(f, start=60, limit=2000):
    """f() evaluated with growing precision until two evaluations agree to 18 digits."""
    mp.dps = start
    previous = f()
    while mp.dps < limit:
        mp.dps = mp.dps * 2
        value = f()
        if all(abs(a - b) <= mpf(10) ** -18 * abs(b) for a, b in zip(previous, value)):
            return value
        previous = value
    raise TooSlow()


def agreed_or_none(f, start=60, limit=2000):
    signal.setitimer(signal.ITIMER_REAL, LIMIT, 0.5)     # again and again: the library swallows some
    try:
        return agreed(f, start, limit)
    except (TooSlow, ZeroDivisionError, ValueError, OverflowError, mp.NoConvergence) as error:
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def text(value):
    return '' if value is None else nstr(value, 17)


def lbeta(a, b):
    return loggamma(a) + loggamma(b) - loggamma(a + b)


def nudge(v):
    """The closed forms have removable poles at whole numbers: step beside them."""
    return v + mpf(10) ** -(mp.dps // 2)


# ---- beta-geometric ----------------------------------------------------------------------------------------------

def bg_state(r, alpha, a, b, x, T, modified):
    return r + x, alpha + T, a, b + x + (1 if modified else 0)


def bg_likelihood(r, alpha, a, b, x, t_x, T, modified):
    m = 1 if modified else 0
    common = loggamma(r + x) - loggamma(r) + r * log(alpha) - lbeta(a, b)
    A1 = exp(common + lbeta(a, b + x + m) - (r + x) * log(alpha + T))
    A2 = mpf(0)
    if x > 0 or modified:
        A2 = exp(common + lbeta(a + 1, b + x - 1 + m) - (r + x) * log(alpha + t_x))
    return log(A1 + A2), A1 / (A1 + A2)


def bg_expected(k, A, a, B, t):
    a, B = nudge(a), nudge(B)
    z = t / (A + t)
    return (a + B - 1) / (a - 1) * (1 - (A / (A + t)) ** k * hyp2f1(k, B, a + B - 1, z))


def negative_binomial(n, k, A, t):
    return exp(loggamma(k + n) - loggamma(k) - loggamma(n + 1) + k * log(A / (A + t)) + n * log(t / (A + t)))


def bg_count(k, A, a, B, t, n):
    p = exp(lbeta(a, B + n) - lbeta(a, B)) * negative_binomial(n, k, A, t)
    if n > 0:
        below = sum(negative_binomial(j, k, A, t) for j in range(n))
        p += exp(lbeta(a + 1, B + n - 1) - lbeta(a, B)) * (1 - below)
    return p


def bg_discounted(k, A, a, B, delta):
    """Over the purchase rate: E[(lambda/delta) 2F1(1, a; a + B; -lambda/delta)]."""
    def f(y):
        g = exp(y)
        return exp(k * y - g - loggamma(k)) * g / (A * delta) * hyp2f1(1, a, a + B, -g / (A * delta))
    centre = log(k)
    last = log(k + 30 * mp.sqrt(k) + 60)
    first = centre - 60 / min(k, mpf(1))
    points = sorted({first, centre, last} | {last - i * mpf('0.5') for i in range(1, 30)} | {first + (centre - first) * i / 20 for i in range(1, 20)})
    return quad(f, points)


# ---- Pareto/NBD --------------------------------------------------------------------------------------------------

def pareto_likelihood(r, alpha, s, beta, x, t_x, T):
    k = r + x
    A1 = (alpha + T) ** -k * (beta + T) ** -s

    def term(u):
        c = k + s + 1
        if alpha >= beta:
            return hyp2f1(k + s, s + 1, c, (alpha - beta) / (alpha + u)) / (alpha + u) ** (k + s)
        return hyp2f1(k + s, k, c, (beta - alpha) / (beta + u)) / (beta + u) ** (k + s)
    A2 = s / (k + s) * (term(t_x) - term(T))
    common = loggamma(k) - loggamma(r) + r * log(alpha) + s * log(beta)
    return common + log(A1 + A2), A1 / (A1 + A2)


def pareto_expected(k, A, s, B, t):
    s1 = nudge(s)
    return k * B / (A * (s1 - 1)) * (1 - (B / (B + t)) ** (s1 - 1))


def pareto_count(k, A, s, B, t, n):
    """Given the lapse time u the count is negative binomial."""
    alive = negative_binomial(n, k, A, t) * (B / (B + t)) ** s
    peak = t if n == 0 else min(t, n * A / (k + s + 1))
    steps = sorted({t * mpf(10) ** -e for e in (1, 2, 3, 5, 8, 12)} | {t * i / 40 for i in range(1, 41)} |
                   {min(t, peak * i / 10) for i in range(1, 41)} | {mpf(0)})
    lapsed = quad(lambda u: s / B * (B / (B + u)) ** (s + 1) * (negative_binomial(n, k, A, u) if u > 0 else (1 if n == 0 else 0)), steps)
    return alive + lapsed


# ---- BG/BB -------------------------------------------------------------------------------------------------------

def bb(a, b, g, d, x, t_x, n, m, rate):
    def purchases(j):
        return exp(lbeta(a + x, b + j - x) - lbeta(a, b))
    C = purchases(n) * exp(lbeta(g, d + n) - lbeta(g, d))
    L = C + sum(purchases(j) * exp(lbeta(g + 1, d + j) - lbeta(g, d)) for j in range(t_x, n))
    base = exp(lbeta(a + x + 1, b + n - x) - lbeta(a, b)) / L
    g1 = nudge(g)
    ratio = (beta_fn(g1 - 1, d + n + 1) - beta_fn(g1 - 1, d + n + m + 1)) / beta_fn(g, d)
    dert = beta_fn(g, d + n + 1) / beta_fn(g, d) / (1 + rate) * hyp2f1(1, d + n + 1, g + d + n + 1, 1 / (1 + rate))
    return log(L), C / L, C / L * (d + n) / (g + d + n), base * ratio, base * dert


def bb_count(a, b, g, d, x, n, m, k, alive):
    a1, b1, d1 = a + x, b + n - x, d + n
    p = mpf(0)
    if k <= m:
        def at(j, gg, dd):
            return exp(loggamma(j + 1) - loggamma(k + 1) - loggamma(j - k + 1)
                       + lbeta(a1 + k, b1 + j - k) - lbeta(a1, b1) + lbeta(gg, dd) - lbeta(g, d1))
        p = at(m, g, d1 + m) + sum(at(j, g + 1, d1 + j) for j in range(k, m))
    return alive * p + (1 - alive if k == 0 else 0)


# ---- the cases ---------------------------------------------------------------------------------------------------

def log_uniform(low, high):
    return float('%.6g' % (low * (high / low) ** rng.random()))


SPECIAL = {'one': 1.0, 'near_one': 1.000000001, 'below_one': 0.999999999, 'tiny': 1e-9, 'small': 0.01}


def bg_parameters():
    """Named special points first, then random ones."""
    yield 'a_eq1', (0.5, 5.0, 1.0, 2.0)
    yield 'a_near1', (0.5, 5.0, 1.0000001, 2.0)
    yield 'a_below1', (0.5, 5.0, 0.9999999999, 2.0)
    yield 'a_plus_b_eq1', (0.5, 5.0, 0.25, 0.75)
    yield 'a_tiny', (0.7, 8.0, 1e-9, 1.0)
    yield 'b_tiny', (0.7, 8.0, 1.5, 1e-9)
    yield 'ab_tiny', (0.7, 8.0, 1e-6, 1e-6)
    yield 'ab_huge', (0.7, 8.0, 1e5, 1e6)
    yield 'a_degenerate', (37.5, 413.7, 1.767e-06, 95434.5)
    yield 'r_huge', (1e5, 1e6, 0.8, 2.4)
    yield 'r_tiny', (1e-6, 4.0, 0.8, 2.4)
    yield 'alpha_tiny', (0.25, 1e-6, 0.8, 2.4)
    yield 'seconds', (0.243, 2669587.2, 0.793, 2.426)
    yield 'years', (0.243, 0.0846, 0.793, 2.426)
    for i in itertools.count():
        yield 'random%d' % i, (log_uniform(0.01, 50), log_uniform(0.01, 1000), log_uniform(0.01, 30), log_uniform(0.01, 100))


def customer(alpha, largest):
    """A history of the scale that the parameters suggest, or one that they do not."""
    T = rng.choice([0.0, log_uniform(1e-3, 1), log_uniform(1, 100), log_uniform(1, 1000), alpha * log_uniform(0.01, 100)])
    x = rng.choice([0, 0, 1, 1, 2, 3, 7, 20, 100, 500, 2000, largest])
    x = x if x <= largest else largest
    kind = rng.choice(['end', 'start', 'middle', 'middle', 'late'])
    share = {'end': 1.0, 'start': 0.0, 'middle': rng.random(), 'late': 1 - 1e-6 * rng.random()}[kind]
    t_x = 0.0 if x == 0 else min(T, T * share)
    return 'x%d_%s' % (x, kind), x, t_x, T


def rows(name, columns, produce):
    path = '%s/clv_hard_%s.csv' % (directory, name)
    rng.seed(20240607)          # every file has its own sequence of cases
    kept = 0
    with open(path, 'w', newline='') as file:
        out = csv.writer(file, lineterminator='\n')
        out.writerow(columns)
        for row in produce():
            out.writerow(row)
            file.flush()
            kept += 1
    print(path, kept, flush=True)


def doubles(*values):
    return [mpf(v) for v in values]


def bg_cases(modified):
    parameters = bg_parameters()
    special = [next(parameters) for _ in range(14)]
    for i in range(CASES):
        tag, (r, alpha, a, b) = special[i % 14] if i < 8 * 14 else next(parameters)
        who, x, t_x, T = customer(alpha, 20000 if i % 7 == 0 else 3000)
        t = rng.choice([1e-3, 1.0, 39.0, 1000.0, (alpha + T) * log_uniform(1e-6, 1e3)])
        n = rng.choice([0, 0, 1, 2, 5, 40])
        delta = rng.choice([0.0018, 0.02, 1.0, log_uniform(0.01, 10) / (alpha + T)])
        p = (r, alpha, a, b)

        def core():
            q = doubles(*p)
            ll, alive = bg_likelihood(*q, mpf(x), mpf(t_x), mpf(T), modified)
            state = bg_state(*q, mpf(x), mpf(T), modified)
            count = alive * bg_count(*state, mpf(t), n) + (1 - alive if n == 0 else 0)
            return ll if ll != 0 else mpf(0), alive, count

        def expectation():
            q = doubles(*p)
            return (core()[1] * bg_expected(*bg_state(*q, mpf(x), mpf(T), modified), mpf(t)),)

        def discounted():
            q = doubles(*p)
            return (core()[1] * bg_discounted(*bg_state(*q, mpf(x), mpf(T), modified), mpf(delta)),)

        values = agreed_or_none(core)
        if values is None:
            continue
        expected = agreed_or_none(expectation)
        dert = agreed_or_none(discounted, 20, 41) if i % 5 == 0 and x <= 500 else None
        if t == int(t) and t > 1e15:
            continue
        yield [tag + ':' + who, repr(r), repr(alpha), repr(a), repr(b), x, repr(t_x), repr(T), repr(t), n,
               repr(delta) if dert else '', text(values[0]), text(values[1]), text(expected and expected[0]),
               text(values[2]), text(dert and dert[0])]


def pareto_parameters():
    yield 's_eq1', (0.5, 10.0, 1.0, 12.0)
    yield 's_near1', (0.5, 10.0, 0.9999999999, 12.0)
    yield 's_tiny', (0.5, 10.0, 1e-9, 12.0)
    yield 's_huge', (0.5, 10.0, 1e4, 1e5)
    yield 'alpha_eq_beta', (0.5, 10.0, 0.6, 10.0)
    yield 'alpha_near_beta', (0.5, 10.0, 0.6, 10.0000000001)
    yield 'alpha_gg_beta', (2.0, 1e6, 0.5, 1e-3)
    yield 'beta_gg_alpha', (2.0, 1e-3, 0.5, 1e6)
    yield 'r_huge', (1e4, 1e5, 0.6, 12.0)
    yield 'r_tiny', (1e-6, 1.0, 2.0, 3.0)
    yield 'scales_tiny', (0.8, 1e-9, 0.5, 1e-9)
    yield 'seconds', (0.553, 6397574.4, 0.606, 7057411.2)
    for i in itertools.count():
        yield 'random%d' % i, (log_uniform(0.01, 50), log_uniform(0.01, 1000), log_uniform(0.01, 30), log_uniform(0.01, 1000))


def pareto_cases():
    parameters = pareto_parameters()
    special = [next(parameters) for _ in range(12)]
    for i in range(CASES):
        tag, p = special[i % 12] if i < 10 * 12 else next(parameters)
        r, alpha, s, beta = p
        who, x, t_x, T = customer(alpha, 20000 if i % 9 == 0 else 1000)
        t = rng.choice([1e-3, 1.0, 39.0, 1000.0, (beta + T) * log_uniform(1e-6, 1e3)])
        n = rng.choice([0, 0, 1, 2, 5, 40])
        delta = rng.choice([0.0018, 0.02, 1.0, log_uniform(1e-6, 10) / (beta + T)])

        def core():
            q = doubles(*p)
            ll, alive = pareto_likelihood(*q, mpf(x), mpf(t_x), mpf(T))
            state = q[0] + x, q[1] + mpf(T), q[2], q[3] + mpf(T)
            theta = mpf(delta) * state[3]
            dert = alive * state[0] * state[3] / state[1] * exp(theta) * expint(nudge(state[2]), theta)
            return ll, alive, alive * pareto_expected(*state, mpf(t)), dert

        def counted():
            q = doubles(*p)
            alive = pareto_likelihood(*q, mpf(x), mpf(t_x), mpf(T))[1]
            state = q[0] + x, q[1] + mpf(T), q[2], q[3] + mpf(T)
            return (alive * pareto_count(*state, mpf(t), n) + (1 - alive if n == 0 else 0),)

        values = agreed_or_none(core)
        if values is None:
            continue
        count = agreed_or_none(counted, 25, 51) if i % 3 == 0 and x <= 1000 else None
        yield [tag + ':' + who, *map(repr, p), x, repr(t_x), repr(T), repr(t), n if count else '', repr(delta),
               text(values[0]), text(values[1]), text(values[2]), text(count and count[0]), text(values[3])]


def bb_parameters():
    yield 'gamma_eq1', (0.7, 2.0, 1.0, 3.0)
    yield 'gamma_below1', (0.7, 2.0, 0.9999999999, 3.0)
    yield 'gamma_tiny', (0.7, 2.0, 1e-9, 1.0)
    yield 'delta_tiny', (0.7, 2.0, 0.5, 1e-9)
    yield 'beta_tiny', (0.7, 1e-9, 0.5, 2.0)
    yield 'alpha_tiny', (1e-9, 0.7, 0.5, 2.0)
    yield 'all_huge', (1e5, 3e5, 1e4, 1e6)
    for i in itertools.count():
        yield 'random%d' % i, tuple(log_uniform(0.01, 100) for _ in range(4))


def bb_cases():
    parameters = bb_parameters()
    special = [next(parameters) for _ in range(7)]
    for i in range(CASES):
        tag, p = special[i % 7] if i < 10 * 7 else next(parameters)
        n = rng.choice([0, 1, 2, 6, 26, 260, 1000])
        x = 0 if n == 0 else rng.choice([0, 1, n, rng.randint(0, n)])
        t_x = 0 if x == 0 else rng.randint(x, n)
        m = rng.choice([1, 5, 52, 1000, 20000])
        k = rng.choice([0, 1, 3, 30])
        rate = rng.choice([0.1, 0.002, 1e-6, 1.0])

        def core():
            q = doubles(*p)
            values = bb(*q, x, t_x, n, m, mpf(rate))
            if m > 1000:
                return values
            return values + (bb_count(*q, x, n, m, k, values[1]),)

        values = agreed_or_none(core)
        if values is None:
            continue
        yield ['%s:x%d_tx%d_n%d' % (tag, x, t_x, n), *map(repr, p), x, t_x, n, m, k if m <= 1000 else '', repr(rate),
               *map(text, values[:5]), text(values[5]) if m <= 1000 else '']


def gg_cases():
    for i in range(CASES):
        p = (log_uniform(0.01, 1e4), log_uniform(0.1, 500), log_uniform(0.001, 1e6))
        if i % 10 == 0:
            p = (2.0, rng.choice([1.0, 1.0000001, 0.5, 2.0, 2.0000001]), 15.0)
        x = rng.choice([0, 1, 2, 10, 500, 20000])
        z = 0.0 if x == 0 else log_uniform(0.01, 1e6)
        probability = rng.choice([0.025, 0.5, 0.975, 1e-6, 0.999])
        orders = rng.choice([1, 2, 10, 100])

        def core():
            P, q, v = doubles(*p)
            zz = mpf(z)
            shape, rate = q + P * x, v + x * zz
            ll = mpf(0)
            if x:
                px = P * x
                ll = loggamma(px + q) - loggamma(px) - loggamma(q) + q * log(v) + (px - 1) * log(zz) + px * log(x) - (px + q) * log(v + x * zz)
            mean = P * rate / (shape - 1) if shape > 1 else None
            variance = mean ** 2 / (shape - 2) if shape > 2 else None
            return ll, mean, variance

        mp.dps = 60
        ll, mean, variance = core()
        P, q, v = doubles(*p)
        shape, rate = q + P * x, v + x * mpf(z)
        quantile = total = share = None
        signal.setitimer(signal.ITIMER_REAL, LIMIT, 0.5)     # again and again: the library swallows some
        try:
            mp.dps = 30
            if shape < 1e5:
                # the scale's own quantile by bisection on the regularised upper tail, in the logarithm
                low, high = log(shape) - 200 / min(shape, mpf(1)), log(shape) + 6
                for _ in range(110):
                    middle = (low + high) / 2
                    if gammainc(shape, 0, exp(middle), regularized=True) < 1 - mpf(probability):
                        low = middle
                    else:
                        high = middle
                quantile = P * rate / exp(low)
            total = float('%.6g' % float((mean or P * rate / shape) * orders * mpf(rng.choice([0.5, 1.0, 1.5]))))
            share = betainc(P * orders, shape, 0, mpf(total) / (mpf(total) + rate), regularized=True)
        except (TooSlow, ValueError, OverflowError, mp.NoConvergence):
            total = share = None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        yield ['case%d' % i, *map(repr, p), x, repr(z), repr(probability) if quantile else '', orders,
               repr(total) if share is not None else '', text(ll) if x else '', text(mean), text(variance), text(quantile), text(share)]


def special_cases():
    """The special functions themselves: name, two or three arguments, value."""
    mp.dps = 50
    for z in (1e-9, 0.01, 0.5, 1.0, 3.7, 9.99, 10.0, 123.456, 1e5, 1e9):
        yield ['digamma', repr(z), '', '', text(mp.psi(0, mpf(z)))]
        for d in (1e-6, 0.5, 1.0, 7.0, 2000.0, 20000.0):
            zz, dd = mpf(z), mpf(d)
            yield ['log_gamma_ratio', repr(z), repr(d), '', text(loggamma(zz + dd) - loggamma(zz))]
            yield ['digamma_difference', repr(z), repr(d), '', text(mp.psi(0, zz + dd) - mp.psi(0, zz))]
            yield ['log_beta', repr(z), repr(d), '', text(lbeta(zz, dd))]
        for theta in (1e-9, 1e-4, 0.03, 0.9, 1.1, 40.0, 1e4):
            if z >= 0.01:
                nu = nudge(mpf(z))
                yield ['scaled_expint', repr(z), repr(theta), '', text(exp(mpf(theta)) * expint(nu, mpf(theta)))]
    for x in (-0.999, -0.6, -0.4, -1e-5, -1e-12, 1e-12, 1e-5, 0.4, 0.6, 5.0, 1e9):
        yield ['log1p_minus', repr(x), '', '', text(log(1 + mpf(x)) - mpf(x))]
    for x in (-800.0, -40.0, -1.0, 0.0, 1e-9, 1.0, 40.0, 800.0):
        yield ['log1p_exp', repr(x), '', '', text(log(1 + exp(mpf(x))))]
    mp.dps = 40
    for a in (0.01, 0.5, 1.0, 3.5, 12.0, 200.0, 20000.0):
        for b in (0.01, 0.7, 9.0, 300.0):
            for x in (1e-9, 0.01, 0.3, 0.75, 0.984375):
                lower = betainc(mpf(a), mpf(b), 0, mpf(x), regularized=True)
                if lower > mpf(10) ** -290:
                    yield ['beta_lower', repr(a), repr(b), repr(x), text(lower)]
        for f in (1e-3, 0.5, 0.95, 1.05, 2.0, 8.0):
            x = float('%.6g' % (a * f))
            if a > 1000:        # beyond mpmath's series
                continue
            yield ['gamma_lower', repr(a), repr(x), '', text(gammainc(mpf(a), 0, mpf(x), regularized=True))]
            yield ['gamma_upper', repr(a), repr(x), '', text(gammainc(mpf(a), mpf(x), inf, regularized=True))]


directory = sys.argv[1] if len(sys.argv) > 1 else 'test/data'
only = sys.argv[3:] or ['special', 'bgnbd', 'mbgnbd', 'paretonbd', 'bgbb', 'gammagamma']
conditional = ['horizon', 'count', 'delta', 'loglik', 'p_alive', 'expected_purchases', 'count_probability', 'dert']
history = ['x', 't_x', 't_cal']
if 'special' in only:
    rows('special', ['function', 'a', 'b', 'c', 'value'], special_cases)
if 'gammagamma' in only:
    rows('gammagamma', ['tag', 'p', 'q', 'v', 'x', 'mean_spend', 'probability', 'orders', 'total', 'loglik', 'expected_spend', 'variance', 'quantile', 'total_probability'], gg_cases)
if 'bgbb' in only:
    rows('bgbb', ['tag', 'alpha', 'beta', 'gamma', 'delta', 'x', 't_x', 'n', 'horizon', 'count', 'discount', 'loglik', 'p_alive_n', 'p_alive_n_plus_1', 'expected_purchases', 'dert', 'count_probability'], bb_cases)
if 'bgnbd' in only:
    rows('bgnbd', ['tag', 'r', 'alpha', 'a', 'b'] + history + conditional, lambda: bg_cases(False))
if 'mbgnbd' in only:
    rows('mbgnbd', ['tag', 'r', 'alpha', 'a', 'b'] + history + conditional, lambda: bg_cases(True))
if 'paretonbd' in only:
    rows('paretonbd', ['tag', 'r', 'alpha', 's', 'beta'] + history + conditional, pareto_cases)
