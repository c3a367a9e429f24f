/*
 * geography.c
 *		Countries and US states by code or name, and what is known of them.
 */
#include "core/geography.h"

#include <string.h>

#include "core/calendar.h"
#include "core/geography_data.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

#define KEY_SIZE		64		/* longer than any key */
#define LONGEST_CODE	3		/* letters; what is longer is a name */

/*
 * The letters of a text in lower case.  Beside them a text may have blanks
 * and punctuation, and a name letters that are not ASCII, which are left out
 * of the keys as well.  False for anything else.
 */
static bool
make_key(const char *text, size_t length, char *key)
{
	size_t		used = 0;
	bool		foreign = false;

	for (size_t i = 0; i < length; i++)
	{
		char		c = text[i];

		if (c >= 'A' && c <= 'Z')
			c = (char) (c - 'A' + 'a');
		if (c >= 'a' && c <= 'z')
		{
			if (used == KEY_SIZE - 1)
				return false;
			key[used++] = c;
		}
		else if ((unsigned char) c > 127)
			foreign = true;
		else if (strchr(" .,'-()&", c) == NULL || c == '\0')
			return false;
	}
	key[used] = '\0';
	return !foreign || used > LONGEST_CODE;
}

static int
find_key(const char *text, size_t length, const SegmPlaceKey *keys, size_t count)
{
	char		key[KEY_SIZE];
	size_t		low = 0;
	size_t		high = count;

	if (!make_key(text, length, key))
		return -1;
	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;
		int			order = strcmp(key, keys[middle].key);

		if (order == 0)
			return keys[middle].index;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

const SegmCountry *
segm_country_find(const char *text, size_t length)
{
	int			index = find_key(text, length, country_keys, COUNT(country_keys));

	return index < 0 ? NULL : &countries[index];
}

const SegmUsState *
segm_us_state_find(const char *text, size_t length)
{
	int			index = find_key(text, length, us_state_keys, COUNT(us_state_keys));

	return index < 0 ? NULL : &us_states[index];
}

size_t
segm_country_count(void)
{
	return COUNT(countries);
}

const SegmCountry *
segm_country(size_t index)
{
	return &countries[index];
}

size_t
segm_us_state_count(void)
{
	return COUNT(us_states);
}

const SegmUsState *
segm_us_state(size_t index)
{
	return &us_states[index];
}

const char *
segm_un_area(const SegmCountry *country, SegmUnLevel level)
{
	return areas[country->area][level];
}

const char *
segm_census_division(const SegmUsState *state)
{
	return divisions[state->division][0];
}

const char *
segm_census_region(const SegmUsState *state)
{
	return divisions[state->division][1];
}

SegmClimate
segm_address_climate(const SegmCountry *country, const char *region, size_t length)
{
	const SegmUsState *state;

	if (country == NULL)
		return SEGM_NO_CLIMATE;
	if (strcmp(country->alpha2, "US") != 0 || length == 0)
		return country->climate;
	state = segm_us_state_find(region, length);
	return state == NULL ? SEGM_NO_CLIMATE : state->climate;
}

SegmSeason
segm_season(int32_t day, bool is_southern)
{
	int			quarter = segm_civil_of_day(day).month % 12 / 3;

	return (SegmSeason) ((quarter + (is_southern ? 2 : 0)) % 4);
}

const char *
segm_season_name(SegmSeason season)
{
	static const char *const season_names[] = {"winter", "spring", "summer", "autumn"};

	return season_names[season];
}

const char *
segm_ruca_class(double code)
{
	/* the whole part is the primary code; 99 is "not coded" */
	if (!(code >= 1.0 && code < 11.0))
		return NULL;
	if (code < 4.0)
		return "urban";
	if (code < 7.0)
		return "large_town";
	if (code < 10.0)
		return "small_town";
	return "rural";
}
