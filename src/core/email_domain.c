/*
 * email_domain.c
 *		The domain of an e-mail address.
 *
 * What an address is follows the HTML standard ("valid e-mail address"), the
 * rule of every browser's form, with four changes: blanks around it are
 * skipped, the lengths are those of RFC 5321 (64 bytes before the @) and RFC
 * 1035, bytes beyond ASCII are allowed (RFC 6531), and the domain has at
 * least two labels, the last one not all digits: nobody writes to a customer
 * at "localhost" or at an IP address.
 */
#include "core/email_domain.h"

#include <string.h>

#define LOCAL_BYTES		64
#define LABEL_BYTES		63

static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* Letters, digits, and whatever is beyond ASCII. */
static bool
is_word(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c >= 0x80;
}

static bool
is_blank(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

SegmStatus
segm_email_domain(const char *address, size_t length, char domain[SEGM_DOMAIN_BYTES], size_t *domain_length)
{
	const char *end = address + length;
	const char *at;
	size_t		label = 0;
	int			dots = 0;
	bool		digits_only = true;

	while (address < end && is_blank((unsigned char) *address))
		address++;
	while (end > address && is_blank((unsigned char) end[-1]))
		end--;

	for (at = address; at < end && *at != '@'; at++)
		if (!is_word((unsigned char) *at) && (*at == '\0' || strchr(".!#$%&'*+/=?^_`{|}~-", *at) == NULL))
			return SEGM_MALFORMED;
	if (at == end || at == address || at - address > LOCAL_BYTES)
		return SEGM_MALFORMED;

	*domain_length = (size_t) (end - at) - 1;
	if (*domain_length > SEGM_DOMAIN_BYTES)
		return SEGM_MALFORMED;
	for (size_t i = 0; i < *domain_length; i++)
	{
		unsigned char c = (unsigned char) at[1 + i];

		if (c == '.')
		{
			if (label == 0 || at[i] == '-')
				return SEGM_MALFORMED;
			label = 0;
			digits_only = true;
			dots++;
		}
		else if (is_word(c) || (c == '-' && label > 0))
		{
			if (++label > LABEL_BYTES)
				return SEGM_MALFORMED;
			digits_only = digits_only && is_digit(c);
		}
		else
			return SEGM_MALFORMED;
		domain[i] = (char) (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	if (dots == 0 || label == 0 || digits_only || end[-1] == '-')
		return SEGM_MALFORMED;
	return SEGM_OK;
}

const char *
segm_domain_above(const char *domain, const char *end)
{
	const char *dot = memchr(domain, '.', (size_t) (end - domain));

	if (dot == NULL || memchr(dot + 1, '.', (size_t) (end - dot) - 1) == NULL)
		return NULL;
	return dot + 1;
}
