/*
 * what_people_type.c
 *		Any bytes as an e-mail address, a country, a state, a climate, an
 *		industry, and as what a pattern found in a user agent: readers stay
 *		within the bytes, and what they return is well-formed.
 */
#include <stdlib.h>
#include <string.h>

#include "core/climate.h"
#include "core/email_domain.h"
#include "core/geography.h"
#include "core/industry.h"
#include "core/user_agent.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static void
try_address(const char *text, size_t length)
{
	char		domain[SEGM_DOMAIN_BYTES];
	char		again[2 + SEGM_DOMAIN_BYTES];
	char		same[SEGM_DOMAIN_BYTES];
	size_t		used;
	size_t		same_used;

	if (segm_email_domain(text, length, domain, &used) != SEGM_OK)
		return;
	if (used == 0 || used > sizeof(domain))
		abort();
	memcpy(again, "a@", 2);
	memcpy(again + 2, domain, used);
	if (segm_email_domain(again, used + 2, same, &same_used) != SEGM_OK || same_used != used || memcmp(domain, same, used) != 0)
		abort();
	for (const char *above = domain; (above = segm_domain_above(above, domain + used)) != NULL;)
		if (above <= domain || above >= domain + used)
			abort();
}

/* The first bytes say which groups took part and where; then the subject, a zero, and the replacement. */
static void
try_match(const uint8_t *data, size_t length)
{
	size_t		bounds[2 * SEGM_USER_AGENT_GROUPS];
	char		subject[512];
	char		replacement[512];
	char		text[64];
	const char *parts[SEGM_USER_AGENT_PARTS];
	const uint8_t *end;
	SegmMatch	match = {subject, bounds, SEGM_USER_AGENT_GROUPS};
	size_t		n;
	size_t		used;

	if (length < sizeof(bounds) / sizeof(*bounds) || length >= sizeof(subject))
		return;
	n = length - sizeof(bounds) / sizeof(*bounds);
	for (int i = 0; i < SEGM_USER_AGENT_GROUPS; i++)
	{
		size_t		from = data[2 * i];
		size_t		to = from + data[2 * i + 1];

		bounds[2 * i] = to <= n ? from : SIZE_MAX;
		bounds[2 * i + 1] = to <= n ? to : SIZE_MAX;
	}
	data += length - n;
	memcpy(subject, data, n);
	subject[n] = '\0';
	end = memchr(data, '\0', n);
	memcpy(replacement, end ? end + 1 : data, end ? n - (size_t) (end - data) - 1 : n);
	replacement[end ? n - (size_t) (end - data) - 1 : n] = '\0';
	for (int kind = 0; kind < SEGM_UA_KINDS; kind++)
		for (int part = 0; part < segm_user_agent_parts[kind]; part++)
		{
			if (segm_user_agent_part(kind, part, replacement, &match, text, sizeof(text), &used) == SEGM_OK && used > sizeof(text))
				abort();
			if (segm_user_agent_part(kind, part, NULL, &match, text, sizeof(text), &used) == SEGM_OK && used > sizeof(text))
				abort();
		}
	for (int i = 0; i < SEGM_USER_AGENT_PARTS; i++)
		parts[i] = i % 2 ? replacement : subject;
	if (segm_user_agent_version(parts, SEGM_USER_AGENT_PARTS, text, sizeof(text), &used) == SEGM_OK && used > sizeof(text))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	const char *text = (const char *) data;
	const SegmCountry *country = segm_country_find(text, length);
	SegmClimate climate = segm_climate_find(text, length);

	try_address(text, length);
	try_match(data, length);
	if (country && segm_country_find(country->alpha2, strlen(country->alpha2)) != country)
		abort();
	if (segm_us_state_find(text, length) && segm_address_climate(segm_country_find("US", 2), text, length) == SEGM_NO_CLIMATE)
		abort();
	if (climate != SEGM_NO_CLIMATE && segm_climate_find(segm_climate_name(climate), strlen(segm_climate_name(climate))) != climate)
		abort();
	for (int system = SEGM_NAICS; system <= SEGM_NACE; system++)
		for (size_t digits = 0; digits <= 7; digits++)
		{
			char		prefix[6];
			size_t		used = segm_industry_prefix((SegmIndustrySystem) system, text, length, digits, prefix);

			if (used > sizeof(prefix) || (used > 0 && used != digits) || (used > 0 && !segm_industry_sector((SegmIndustrySystem) system, text, length)))
				abort();
		}
	return 0;
}
