/*
 * geography.c
 *		Countries and states by every kind of name, and facts against lists that
 *		were not made from the same source: counts of M49 and of the Census.
 */
#include "core/geography.h"
#include "tap.h"

#include "core/calendar.h"

static const SegmCountry *
country(const char *text)
{
	return segm_country_find(text, strlen(text));
}

static void
country_is(const char *text, const char *alpha2)
{
	const SegmCountry *found = country(text);

	ok(alpha2 == NULL ? found == NULL : found != NULL && strcmp(found->alpha2, alpha2) == 0,
	   "\"%s\" is %s", text, alpha2 == NULL ? "no country" : alpha2);
}

static void
state_is(const char *text, const char *code)
{
	const SegmUsState *found = segm_us_state_find(text, strlen(text));

	ok(code == NULL ? found == NULL : found != NULL && strcmp(found->code, code) == 0,
	   "\"%s\" is %s", text, code == NULL ? "no state" : code);
}

static void
climate_is(const char *of_country, const char *region, const char *name)
{
	SegmClimate climate = segm_address_climate(country(of_country), region, strlen(region));
	const char *got = segm_climate_name(climate);

	ok(name == NULL ? got == NULL : got != NULL && strcmp(got, name) == 0,
	   "climate of %s %s: %s", of_country, region, name == NULL ? "none" : name);
}

static void
season_is(int month, bool southern, const char *name)
{
	int32_t		day = 0;

	ok(segm_day_of_civil((SegmCivil) {2024, month, 1}, &day) == SEGM_OK &&
	   strcmp(segm_season_name(segm_season(day, southern)), name) == 0,
	   "1.%d., %s: %s", month, southern ? "south" : "north", name);
}

int
main(void)
{
	/* entries of M49 by sub-region and intermediate region, without its Antarctica, which has no region, and Sark */
	static const struct
	{
		const char *area;
		int			countries;
	}			sizes[] = {
		{"Northern Africa", 7}, {"Eastern Africa", 22}, {"Middle Africa", 9}, {"Southern Africa", 5}, {"Western Africa", 17},
		{"Caribbean", 28}, {"Central America", 8}, {"South America", 16}, {"Northern America", 5}, {"Central Asia", 5},
		{"Eastern Asia", 7}, {"South-eastern Asia", 11}, {"Southern Asia", 9}, {"Western Asia", 18}, {"Eastern Europe", 10},
		{"Northern Europe", 14}, {"Channel Islands", 2}, {"Southern Europe", 16}, {"Western Europe", 9},
		{"Australia and New Zealand", 6}, {"Melanesia", 5}, {"Micronesia", 8}, {"Polynesia", 10}
	};
	static const struct
	{
		const char *division;
		int			states;
	}			divisions[] = {
		{"New England", 6}, {"Middle Atlantic", 3}, {"East North Central", 5}, {"West North Central", 7}, {"South Atlantic", 9},
		{"East South Central", 4}, {"West South Central", 4}, {"Mountain", 8}, {"Pacific", 5}
	};
	char		long_text[300];
	size_t		without = 0;
	bool		sorted = true;
	bool		found = true;

	ok(segm_country_count() == 249, "249 countries");
	for (size_t i = 0; i < segm_country_count(); i++)
	{
		const SegmCountry *c = segm_country(i);

		sorted = sorted && (i == 0 || strcmp(segm_country(i - 1)->alpha2, c->alpha2) < 0);
		found = found && country(c->alpha2) == c && country(c->alpha3) == c && country(c->name) == c &&
			strlen(c->alpha2) == 2 && strlen(c->alpha3) == 3 && c->climate != SEGM_NO_CLIMATE;
		without += segm_un_area(c, SEGM_UN_REGION) == NULL;
	}
	ok(sorted, "in the order of their codes");
	ok(found, "each found by both codes and its name, each with a climate");
	ok(without == 2 && segm_un_area(country("AQ"), SEGM_UN_REGION) == NULL && segm_un_area(country("TW"), SEGM_UN_REGION) == NULL,
	   "all but AQ and TW have a region");
	for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++)
	{
		int			n = 0;

		for (size_t i = 0; i < segm_country_count(); i++)
		{
			const char *lowest = segm_un_area(segm_country(i), SEGM_UN_INTERMEDIATE);

			if (lowest == NULL)
				lowest = segm_un_area(segm_country(i), SEGM_UN_SUBREGION);
			n += lowest != NULL && strcmp(lowest, sizes[k].area) == 0;
		}
		ok(n == sizes[k].countries, "%s: %d", sizes[k].area, sizes[k].countries);
	}

	country_is("GB", "GB");
	country_is("gbr", "GB");
	country_is(" United Kingdom ", "GB");
	country_is("UK", "GB");
	country_is("England", "GB");
	country_is("U.S.A.", "US");
	country_is("United States", "US");
	country_is("The United States of America", "US");
	country_is("C\303\264te d'Ivoire", "CI");
	country_is("Cote d'Ivoire", "CI");
	country_is("T\303\274rkiye", "TR");
	country_is("Turkey", "TR");
	country_is("Korea, Republic of", "KR");
	country_is("XX", NULL);
	country_is("", NULL);
	country_is(" ", NULL);
	country_is("ZZZ", NULL);
	country_is("D3E", NULL);
	country_is("D\tK", NULL);
	country_is("\346\227\245US", NULL);
	country_is("United", NULL);
	country_is("840", NULL);
	memset(long_text, 'a', sizeof(long_text));
	ok(segm_country_find(long_text, sizeof(long_text)) == NULL, "a long text is no country");
	ok(segm_country_find("US\0", 3) == NULL, "a zero byte is no blank");

	ok(segm_us_state_count() == 56, "50 states, DC and five territories");
	without = 0;
	found = true;
	for (size_t i = 0; i < segm_us_state_count(); i++)
	{
		const SegmUsState *s = segm_us_state(i);

		found = found && segm_us_state_find(s->code, 2) == s && segm_us_state_find(s->name, strlen(s->name)) == s && s->climate != SEGM_NO_CLIMATE;
		without += segm_census_division(s) == NULL && segm_census_region(s) == NULL;
	}
	ok(found, "each found by code and name, each with a climate");
	ok(without == 5, "all but the territories have a division");
	for (size_t k = 0; k < sizeof(divisions) / sizeof(divisions[0]); k++)
	{
		int			n = 0;

		for (size_t i = 0; i < segm_us_state_count(); i++)
		{
			const char *division = segm_census_division(segm_us_state(i));

			n += division != NULL && strcmp(division, divisions[k].division) == 0;
		}
		ok(n == divisions[k].states, "%s: %d", divisions[k].division, divisions[k].states);
	}
	state_is("co", "CO");
	state_is("US-CO", "CO");
	state_is("colorado", "CO");
	state_is("New  York", "NY");
	state_is("D.C.", "DC");
	state_is("Washington, DC", "DC");
	state_is("Washington", "WA");
	state_is("XX", NULL);
	state_is("Ontario", NULL);

	climate_is("US", "CO", "BSk");
	climate_is("USA", "Hawaii", "Af");
	climate_is("US", "", "Cfa");
	climate_is("US", "XX", NULL);
	climate_is("DE", "XX", "Cfb");
	climate_is("GL", "", "EF");
	climate_is("XX", "CO", NULL);

	season_is(12, false, "winter");
	season_is(2, false, "winter");
	season_is(3, false, "spring");
	season_is(6, false, "summer");
	season_is(9, false, "autumn");
	season_is(11, false, "autumn");
	season_is(12, true, "summer");
	season_is(3, true, "autumn");
	season_is(6, true, "winter");
	season_is(9, true, "spring");

	ok(strcmp(segm_ruca_class(1), "urban") == 0 && strcmp(segm_ruca_class(3), "urban") == 0, "RUCA 1 to 3");
	ok(strcmp(segm_ruca_class(4), "large_town") == 0 && strcmp(segm_ruca_class(6.1), "large_town") == 0, "RUCA 4 to 6");
	ok(strcmp(segm_ruca_class(7), "small_town") == 0 && strcmp(segm_ruca_class(9), "small_town") == 0, "RUCA 7 to 9");
	ok(strcmp(segm_ruca_class(10), "rural") == 0 && strcmp(segm_ruca_class(10.3), "rural") == 0, "RUCA 10");
	ok(segm_ruca_class(0) == NULL && segm_ruca_class(11) == NULL && segm_ruca_class(99) == NULL && segm_ruca_class(NAN) == NULL, "no other code");
	return tap_done();
}
