/*
 * email_domain.c
 *		The domain of an e-mail address, and the domains above it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "core/email_domain.h"
#include "glue.h"

PG_FUNCTION_INFO_V1(email_domain);
PG_FUNCTION_INFO_V1(email_domains);

/*
 * email_domain(text): NULL if it is no e-mail address
 */
Datum
email_domain(PG_FUNCTION_ARGS)
{
	text	   *address = PG_GETARG_TEXT_PP(0);
	char		domain[SEGM_DOMAIN_BYTES];
	size_t		length;

	if (segm_email_domain(VARDATA_ANY(address), VARSIZE_ANY_EXHDR(address), domain, &length) != SEGM_OK)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(domain, length));
}

/*
 * email_domains(text): the domain and those above it, nearest first
 */
Datum
email_domains(PG_FUNCTION_ARGS)
{
	text	   *address = PG_GETARG_TEXT_PP(0);
	char		domain[SEGM_DOMAIN_BYTES];
	Datum		found[SEGM_DOMAIN_BYTES];
	size_t		length;
	int			n = 0;

	if (segm_email_domain(VARDATA_ANY(address), VARSIZE_ANY_EXHDR(address), domain, &length) != SEGM_OK)
		PG_RETURN_NULL();
	for (const char *at = domain; at != NULL; at = segm_domain_above(at, domain + length))
		found[n++] = PointerGetDatum(cstring_to_text_with_len(at, domain + length - at));
	PG_RETURN_ARRAYTYPE_P(construct_array(found, n, TEXTOID, -1, false, TYPALIGN_INT));
}
