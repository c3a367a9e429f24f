#include <string.h>

#include "core/email_domain.h"
#include "tap.h"

static bool
gives(const char *address, const char *expected)
{
	char		domain[SEGM_DOMAIN_BYTES];
	size_t		length;

	return segm_email_domain(address, strlen(address), domain, &length) == SEGM_OK
		&& length == strlen(expected) && memcmp(domain, expected, length) == 0;
}

static bool
refused(const char *address, size_t length)
{
	char		domain[SEGM_DOMAIN_BYTES];
	size_t		domain_length;

	return segm_email_domain(address, length, domain, &domain_length) == SEGM_MALFORMED;
}

int
main(void)
{
	static const char *const wrong[] = {
		"", " ", "@", "a", "a@", "@b.com", "a@b", "a@b.", "a@.com", "a@b..com", "a@-b.com", "a@b-.com", "a@b.c-",
		"a b@c.com", "a@b c.com", "a@b@c.com", "a@b.com,c@d.com", "a@b.com.", "Ann <a@b.com>", "a@[10.0.0.1]",
		"a@10.0.0.1", "a@localhost", "a@b_c.com", "a\n@b.com", "a@b.com\nX", "\"a\"@b.com", "(a)@b.com"
	};
	static char long_local[] = "a234567890123456789012345678901234567890123456789012345678901234@b.com";
	char		huge[SEGM_DOMAIN_BYTES + 4];

	ok(gives("ann@shop.com", "shop.com"), "the domain");
	ok(gives("  Ann.B+x@Mail.SHOP.Com\t\r\n", "mail.shop.com"), "blanks around skipped, lower case");
	ok(gives("a@b-1.x2", "b-1.x2") && gives("!#$%&'*+/=?^_`{|}~-@b.com", "b.com"), "the characters of the standard");
	ok(gives("\xc3\xa9@caf\xc3\xa9.fr", "caf\xc3\xa9.fr"), "bytes beyond ASCII stay");
	ok(gives("a@xn--caf-dma.fr", "xn--caf-dma.fr") && gives("a@1.2.3.x4", "1.2.3.x4"), "encoded names, digits before the last label");

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ok(refused(wrong[i], strlen(wrong[i])), "refused: %s", wrong[i][0] == 'a' && wrong[i][1] == '\n' ? "line break" : wrong[i]);
	ok(refused("a\0@b.com", 8) && refused("a@b\0.com", 8), "refused: a zero byte");
	ok(gives(long_local, "b.com"), "64 bytes before the @");
	memmove(long_local + 1, "b234567890123456789012345678901234567890123456789012345678901234@b.c", 68);
	ok(refused(long_local, 69), "65 are refused");

	/* labels of 63, 63, 63, 61 and three dots make 253 bytes */
	memset(huge, 'x', sizeof(huge));
	memcpy(huge, "a@", 2);
	huge[2 + 63] = huge[2 + 127] = huge[2 + 191] = '.';
	ok(!refused(huge, 2 + SEGM_DOMAIN_BYTES), "a domain of 253 bytes");
	ok(refused(huge, 3 + SEGM_DOMAIN_BYTES), "254 are refused");
	huge[2 + 63] = 'x';
	ok(refused(huge, 100), "a label of 64 is refused");

	{
		static const char domain[] = "a.b.co.uk";
		const char *end = domain + strlen(domain);
		const char *above = segm_domain_above(domain, end);

		ok(above == domain + 2, "one above");
		above = segm_domain_above(above, end);
		ok(above == domain + 4, "two above");
		ok(segm_domain_above(above, end) == NULL, "no further than two labels");
	}
	return tap_done();
}
