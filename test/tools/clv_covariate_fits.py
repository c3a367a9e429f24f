#!/usr/bin/env python3
"""Customers with a covariate, and the fits of an independent program.

    test/tools/clv_covariate_fits.py [DIRECTORY]     writes clv_covariates.csv, clv_covariate_fits.csv (default: test/data)

The likelihoods are those of the papers, with scipy's log-gamma and 2F1, maximised without gradients by the Nelder-Mead method of
scipy.optimize (Debian: python3-scipy), restarted until it stands still.
"""
import csv
import sys

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

directory = sys.argv[1] if len(sys.argv) > 1 else 'test/data'
rng = np.random.default_rng(20240607)
n = 600
z = rng.integers(0, 2, n).astype(float)
T = np.round(rng.uniform(20, 80, n), 1)
buying = rng.gamma(0.8, 1 / 6.0, n) * np.exp(0.4 * z)
lapsing = rng.gamma(0.9, 1 / 14.0, n) * np.exp(-0.5 * z)
x, t_x = np.zeros(n), np.zeros(n)
for i in range(n):
    life, t = min(T[i], rng.exponential(1 / lapsing[i])), 0.0
    while True:
        t += rng.exponential(1 / buying[i])
        if np.round(t, 1) > life:
            break
        x[i] += 1
        t_x[i] = np.round(t, 1)


def bg_nbd(theta, modified):
    r, alpha0, a0, b0 = np.exp(theta[:4])
    alpha, a, b = alpha0 * np.exp(-theta[4] * z), a0 * np.exp(theta[5] * z), b0 * np.exp(theta[6] * z)
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    alive = common + betaln(a, b + x + modified) - (r + x) * np.log(alpha + T)
    chances = x + modified
    lapsed = np.where(chances > 0, common + betaln(a + 1, b + np.maximum(chances, 1) - 1) - (r + x) * np.log(alpha + t_x), -np.inf)
    return -np.logaddexp(alive, lapsed).sum()


def pareto_nbd(theta):
    r, alpha0, s, beta0 = np.exp(theta[:4])
    alpha, beta = alpha0 * np.exp(-theta[4] * z), beta0 * np.exp(-theta[5] * z)
    k, larger, distance = r + s + x, np.maximum(alpha, beta), np.abs(alpha - beta)
    second = np.where(alpha >= beta, s + 1, r + x)

    def term(u):
        return hyp2f1(k, second, k + 1, distance / (larger + u)) * np.exp(-k * np.log(larger + u))
    alive = -(r + x) * np.log(alpha + T) - s * np.log(beta + T)
    lapsed = s / k * (term(t_x) - term(T))
    return -(gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + alive + np.log1p(lapsed * np.exp(-alive))).sum()


with open(directory + '/clv_covariates.csv', 'w', newline='') as file:
    out = csv.writer(file, lineterminator='\n')
    out.writerow(['frequency', 'recency', 't', 'z'])
    for i in range(n):
        out.writerow([int(x[i]), '%g' % t_x[i], '%g' % T[i], int(z[i])])
with open(directory + '/clv_covariate_fits.csv', 'w', newline='') as file:
    out = csv.writer(file, lineterminator='\n')
    out.writerow(['family', 'loglik', 'params'])
    for family, f, size in (('bg_nbd', lambda t: bg_nbd(t, 0), 7), ('mbg_nbd', lambda t: bg_nbd(t, 1), 7), ('pareto_nbd', pareto_nbd, 6)):
        theta, before = np.array([0, 2, 0, 1.0] + [0.0] * (size - 4)), np.inf
        for _ in range(30):
            best = minimize(f, theta, method='Nelder-Mead', options=dict(maxiter=20000, maxfev=20000, xatol=1e-9, fatol=1e-10, adaptive=True))
            theta = best.x
            if before - best.fun < 1e-10:
                break
            before = best.fun
        values = list(np.exp(theta[:4])) + list(theta[4:])
        out.writerow([family, '%.12g' % -best.fun, ' '.join('%.9g' % v for v in values)])
        print(family, -best.fun, values)
