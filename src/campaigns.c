/*
 * campaigns.c
 *		The draw of a campaign's hold-out.
 */
#include "postgres.h"

#include "core/holdout.h"
#include "glue.h"

/* holdout_point(customer, campaign, seed) */
PG_FUNCTION_INFO_V1(holdout_point);
Datum
holdout_point(PG_FUNCTION_ARGS)
{
	text	   *customer = PG_GETARG_TEXT_PP(0);
	text	   *campaign = PG_GETARG_TEXT_PP(1);

	PG_RETURN_FLOAT8(segm_holdout_point(VARDATA_ANY(customer), VARSIZE_ANY_EXHDR(customer),
										VARDATA_ANY(campaign), VARSIZE_ANY_EXHDR(campaign),
										PG_GETARG_INT64(2)));
}
