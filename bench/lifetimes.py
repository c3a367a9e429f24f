#!/usr/bin/env python3
"""lifetimes (Python) as a rival of the customer models: LIFETIMES names a directory that holds the packages lifetimes and
autograd; pandas, scipy and dill are Debian's python3-pandas, python3-scipy and python3-dill.

    bench/lifetimes.py fits       time of the two fits alone, on the table btyd_input
    bench/lifetimes.py bg_nbd     time of the fit of BG/NBD alone, on the table bg_nbd_input
    bench/lifetimes.py whole      time from the table clv_orders in PostgreSQL to a prediction for every customer

Prints "ms NUMBER"; exits with 77 where it cannot run.  Leaves the parameters in the table lifetimes_parameters.
"""
import io
import os
import subprocess
import sys
import time
import warnings

directory = os.environ.get("LIFETIMES", "")
if not os.path.isdir(os.path.join(directory, "lifetimes")):
    print("LIFETIMES names no directory with the package lifetimes")
    sys.exit(77)
sys.path.insert(0, directory)
try:
    import pandas
    from lifetimes import BetaGeoFitter, GammaGammaFitter
    from lifetimes.utils import summary_data_from_transaction_data
except ImportError as error:
    print(error)
    sys.exit(77)
warnings.simplefilter("ignore")

END = "2024-12-31"
HORIZON = 365


def psql(sql):
    return subprocess.run(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql], check=True, stdout=subprocess.PIPE).stdout


def table(query, **options):
    return pandas.read_csv(io.BytesIO(psql(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)")), **options)


def fit_orders(summary):
    # with the default tolerance, 1e-7, its optimiser reports failure near the optimum
    return BetaGeoFitter().fit(summary["frequency"], summary["recency"], summary["T"], tol=1e-6)


def fit(summary):
    orders = fit_orders(summary)
    repeat = summary[summary["frequency"] > 0]
    spend = GammaGammaFitter().fit(repeat["frequency"], repeat["monetary_value"])
    return orders, spend


def main(task):
    summary = None
    if task == "bg_nbd":
        summary = table('SELECT frequency, recency, t AS "T" FROM bg_nbd_input')
        started = time.perf_counter()
        keep(fit_orders(summary).params_, started)
        return
    if task == "fits":
        summary = table('SELECT frequency, recency, t AS "T", monetary_value FROM btyd_input')
    started = time.perf_counter()
    if task == "whole":
        orders = table("SELECT customer_id, ordered_at, amount FROM clv_orders", parse_dates=["ordered_at"])
        orders["ordered_at"] = orders["ordered_at"].dt.tz_localize(None)
        summary = summary_data_from_transaction_data(
            orders, "customer_id", "ordered_at", monetary_value_col="amount", observation_period_end=END, freq="D")
    orders, spend = fit(summary)
    if task == "whole":
        arguments = summary["frequency"], summary["recency"], summary["T"]
        summary["p_alive"] = orders.conditional_probability_alive(*arguments)
        summary["purchases"] = orders.conditional_expected_number_of_purchases_up_to_time(HORIZON, *arguments)
        summary["spend"] = spend.conditional_expected_average_profit(summary["frequency"], summary["monetary_value"])
    keep({**orders.params_, **spend.params_}, started)


def keep(parameters, started):
    print("ms", (time.perf_counter() - started) * 1000)
    values = ", ".join(f"('{name}', {value!r})" for name, value in parameters.items())
    psql("SET client_min_messages = warning; DROP TABLE IF EXISTS lifetimes_parameters; "
         f"CREATE TABLE lifetimes_parameters AS SELECT * FROM (VALUES {values}) AS v (parameter, value)")


main(sys.argv[1])
