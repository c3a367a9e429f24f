/*
 * names.c
 *		Any text where the extension reads names and expressions: predicates,
 *		e-mail addresses, countries, states, codes of industry, names of events,
 *		models and units.  Reading stays inside the text and comes to an end.
 */
#include "core/btyd.h"
#include "core/email_domain.h"
#include "core/event_kind.h"
#include "core/family.h"
#include "core/geography.h"
#include "core/industry.h"
#include "core/model.h"
#include "core/predicate.h"
#include "core/rfm.h"
#include "core/rfm_rules.h"
#include "fuzz.h"

static void
try_predicate(const char *text, size_t length)
{
	size_t		position = 0;
	size_t		steps = 0;
	SegmConditions conditions = segm_predicate_conditions(text, length, NULL);
	SegmSpan	span;
	SegmSpan	name;

	while (segm_predicate_token(text, length, &position).kind != SEGM_TOKEN_END)
		MUST(position <= length && ++steps <= length);
	for (steps = 0; segm_predicate_condition(text, &conditions, &span, NULL);)
		MUST(span.start <= span.end && span.end <= length && ++steps <= length + 1);
	for (position = 0, steps = 0; segm_predicate_reference(text, length, &position, &span, &name, NULL);)
		MUST(span.start <= name.start && name.end <= span.end && span.end <= length && ++steps <= length);
	for (position = 0, steps = 0; segm_predicate_parameter(text, length, &position, &span, NULL);)
		MUST(span.end <= length && ++steps <= length);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	char	   *text = malloc(length + 1);
	char	   *exact = malloc(length);
	char		domain[SEGM_DOMAIN_BYTES];
	char		prefix[64];
	size_t		domain_length;
	double		days;
	bool		known;
	SegmRfmMethod method;

	memcpy(text, data, length);
	text[length] = '\0';
	memcpy(exact, data, length);	/* no byte behind it: reading past the length is seen */

	try_predicate(exact, length);
	if (segm_email_domain(exact, length, domain, &domain_length) == SEGM_OK)
		for (const char *above = domain; above != NULL; above = segm_domain_above(above, domain + domain_length))
			MUST(above >= domain && above <= domain + domain_length);
	(void) segm_country_find(exact, length);
	(void) segm_us_state_find(exact, length);
	for (int system = 0; system <= SEGM_NACE; system++)
	{
		(void) segm_industry_sector((SegmIndustrySystem) system, exact, length);
		MUST(segm_industry_prefix((SegmIndustrySystem) system, exact, length, length % 8, prefix) <= 6);
	}
	(void) segm_event_kind(exact, length, &known);
	(void) segm_event_kind_of_name(exact, length);
	MUST(segm_event_name_equal(exact, length, exact, length));
	(void) segm_family_by_name(exact, length);
	(void) segm_fit_status_by_name(text);
	(void) segm_time_unit_days(text, &days);
	(void) segm_rfm_method(text, &method);
	(void) segm_rfm_preset(text);
	free(text);
	free(exact);
	return 0;
}
