/*
 * email_domain.h
 *		The domain of an e-mail address.
 */
#ifndef SEGM_EMAIL_DOMAIN_H
#define SEGM_EMAIL_DOMAIN_H

#include "core.h"

/* Longest domain name, in bytes (RFC 1035, as text). */
#define SEGM_DOMAIN_BYTES	253

/*
 * Write the domain of an address, ASCII letters in lower case, without a
 * terminating zero.  SEGM_MALFORMED if the text is no e-mail address.
 */
extern SegmStatus segm_email_domain(const char *address, size_t length,
									char domain[SEGM_DOMAIN_BYTES], size_t *domain_length);

/*
 * The domain above this one, NULL above the last that can have mailboxes
 * (two labels).
 */
extern const char *segm_domain_above(const char *domain, const char *end);

#endif							/* SEGM_EMAIL_DOMAIN_H */
