-- Guard: this script is run by CREATE EXTENSION, not by psql.
\echo Use "CREATE EXTENSION customer_segments" to load this file. \quit
