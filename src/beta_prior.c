/*
 * beta_prior.c
 *		The beta prior of a population: the aggregate that fits it, and shares
 *		shrunk toward it.
 *
 * The state counts the customers by distinct pair of successes and trials.
 */
#include "postgres.h"

#include "executor/executor.h"

#include "beta_prior.h"
#include "price_sensitivity.h"
#include "tally.h"

#define NAME		"beta_prior_fit"
#define WORD_BITS	64			/* literal: a key is trials, then successes, of so many bits */

static CsegTally *
add_customer(CsegTally *tally, int64 successes, int64 trials)
{
	SegmTallySlot entry = {0};

	if (trials < 0 || successes < 0 || successes > trials)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("successes is " INT64_FORMAT ", must be between 0 and trials, which is " INT64_FORMAT,
						successes, trials)));
	if (trials == 0)
	{
		tally->dropped++;
		return tally;
	}
	entry.key = (SegmInt128) trials << WORD_BITS | (SegmInt128) successes;
	entry.counts[0] = 1;
	return cseg_tally_add(tally, entry, 0, NAME);
}

/* beta_prior_step(state, successes, trials) */
PG_FUNCTION_INFO_V1(beta_prior_step);
Datum
beta_prior_step(PG_FUNCTION_ARGS)
{
	CsegTally  *tally = cseg_tally_state(fcinfo, 0, NAME);

	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
		tally = add_customer(tally, PG_GETARG_INT64(1), PG_GETARG_INT64(2));
	PG_RETURN_DATUM(cseg_tally_datum(fcinfo, tally));
}

/* beta_prior_step(state, price_response) */
PG_FUNCTION_INFO_V1(beta_prior_step_response);
Datum
beta_prior_step_response(PG_FUNCTION_ARGS)
{
	CsegTally  *tally = cseg_tally_state(fcinfo, 0, NAME);

	if (!PG_ARGISNULL(1))
	{
		SegmPriceResponse response = cseg_price_response(PG_GETARG_DATUM(1));

		tally = add_customer(tally, response.counts[SEGM_PRICE_DISCOUNTED],
							 response.counts[SEGM_PRICE_ORDERS]);
	}
	PG_RETURN_DATUM(cseg_tally_datum(fcinfo, tally));
}

PG_FUNCTION_INFO_V1(beta_prior_combine);
Datum
beta_prior_combine(PG_FUNCTION_ARGS)
{
	return cseg_tally_combine(fcinfo, NAME);
}

/* The fit; NULL if nobody had a trial. */
PG_FUNCTION_INFO_V1(beta_prior_final);
Datum
beta_prior_final(PG_FUNCTION_ARGS)
{
	CsegTally  *tally = cseg_tally_result(fcinfo, NAME);
	SegmTallySlot *sorted;
	SegmTrials *rows;
	SegmBetaPrior prior;
	int64		customers = 0;

	if (tally == NULL || tally->used == 0)
		PG_RETURN_NULL();
	sorted = cseg_tally_sorted(tally, NAME);
	rows = palloc(tally->used * sizeof(SegmTrials));
	for (int64 i = 0; i < tally->used; i++)
	{
		rows[i].successes = (double) (uint64) sorted[i].key;
		rows[i].trials = (double) (int64) (sorted[i].key >> WORD_BITS);
		rows[i].customers = (double) sorted[i].counts[0];
		customers += sorted[i].counts[0];
	}
	cseg_check(segm_beta_prior_fit(rows, tally->used, cseg_poll, &prior), NAME);
	{
		Datum		values[] = {
			Float8GetDatum(prior.alpha), Float8GetDatum(prior.beta), Int64GetDatum(customers),
			Float8GetDatum(prior.log_likelihood), BoolGetDatum(prior.identified)
		};
		bool		nulls[lengthof(values)] = {0};

		PG_RETURN_DATUM(cseg_row(fcinfo, values, nulls, lengthof(values)));
	}
}

static double
shape_of(HeapTupleHeader row, const char *name)
{
	bool		is_null;
	Datum		value = GetAttributeByName(row, name, &is_null);

	if (is_null)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s of the prior must not be null", name)));
	return DatumGetFloat8(value);
}

void
cseg_beta_prior(HeapTupleHeader row, double *alpha, double *beta)
{
	*alpha = shape_of(row, "alpha");
	*beta = shape_of(row, "beta");
	if (!segm_beta_prior_valid(*alpha, *beta))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("alpha %g and beta %g are no prior: they must be finite, not negative and not both zero",
						*alpha, *beta)));
}

/* shrunk_share(successes, trials, prior) */
PG_FUNCTION_INFO_V1(shrunk_share);
Datum
shrunk_share(PG_FUNCTION_ARGS)
{
	int64		successes = PG_GETARG_INT64(0);
	int64		trials = PG_GETARG_INT64(1);
	double		alpha;
	double		beta;
	double		share;

	cseg_beta_prior(PG_GETARG_HEAPTUPLEHEADER(2), &alpha, &beta);
	if (segm_shrunk_share((double) successes, (double) trials, alpha, beta, &share) != SEGM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("successes is " INT64_FORMAT ", must be between 0 and trials, which is " INT64_FORMAT,
						successes, trials)));
	PG_RETURN_FLOAT8(share);
}
