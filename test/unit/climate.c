/*
 * climate.c
 *		Classes of climate, cells of the grid, land near a place at sea; distances
 *		on earth against known ones.
 */
#include "core/climate.h"
#include "tap.h"

#include "core/sphere.h"

static uint8_t cells[SEGM_GRID_CELLS];

static void
at(double latitude, double longitude, double reach, SegmClimate expected, const char *name)
{
	SegmClimate got = SEGM_CLIMATES;

	ok(segm_grid_climate(cells, latitude, longitude, reach, &got) == SEGM_OK && got == expected, "%s", name);
}

static void
distance_is(double a, double b, double c, double d, double km, double tolerance, const char *name)
{
	double		got = segm_great_circle_km(a, b, c, d);

	ok(fabs(got - km) <= tolerance && got == segm_great_circle_km(c, d, a, b), "%s: %g km", name, km);
}

int
main(void)
{
	SegmClimate got;
	bool		good = true;
	int			snow = 0;
	const double latitudes[] = {91, 10, 10, NAN, -10};
	const double longitudes[] = {0, 20, 20, 0, 20};

	for (int i = 1; i < SEGM_CLIMATES; i++)
	{
		const char *name = segm_climate_name((SegmClimate) i);

		good = good && segm_climate_find(name, strlen(name)) == (SegmClimate) i && segm_climate_group((SegmClimate) i) != NULL;
		snow += segm_climate_has_snow((SegmClimate) i);
	}
	ok(good && SEGM_CLIMATES == 32, "31 classes, each found by its name");
	ok(segm_climate_find("bsk", 3) == SEGM_BSK && segm_climate_find("BS", 2) == SEGM_NO_CLIMATE && segm_climate_find("BSkx", 4) == SEGM_NO_CLIMATE &&
	   segm_climate_find("", 0) == SEGM_NO_CLIMATE, "in any case, and nothing else");
	ok(strcmp(segm_climate_group(SEGM_AW), "tropical") == 0 && strcmp(segm_climate_group(SEGM_BSH), "arid") == 0 &&
	   strcmp(segm_climate_group(SEGM_CWC), "temperate") == 0 && strcmp(segm_climate_group(SEGM_DFA), "continental") == 0 &&
	   strcmp(segm_climate_group(SEGM_EF), "polar") == 0 && segm_climate_group(SEGM_NO_CLIMATE) == NULL, "groups");
	ok(snow == 12 + 2 + 2 && segm_climate_has_snow(SEGM_DFA) && segm_climate_has_snow(SEGM_ET) && segm_climate_has_snow(SEGM_BSK) &&
	   !segm_climate_has_snow(SEGM_BSH) && !segm_climate_has_snow(SEGM_CFB) && !segm_climate_has_snow(SEGM_NO_CLIMATE), "snow: D, E and k");

	ok(segm_grid_cell(-90, -180) == 0 && segm_grid_cell(90, 179.9) == SEGM_GRID_CELLS - 1, "first and last cell");
	ok(segm_grid_cell(0, 180) == segm_grid_cell(0, -180), "180 degrees east is 180 degrees west");
	ok(segm_grid_cell(39.5, -105) == segm_grid_cell(39.75, -104.75) && segm_grid_cell(39.4999, -105) != segm_grid_cell(39.75, -104.75),
	   "an edge belongs to the north and east");
	ok(segm_grid_is_centre(-89.75, -179.75) && segm_grid_is_centre(39.75, 0.25) && !segm_grid_is_centre(39.7, 0.25) &&
	   !segm_grid_is_centre(39.75, 0) && !segm_grid_is_centre(90.25, 0.25) && !segm_grid_is_centre(NAN, 0.25), "centres");

	cells[segm_grid_cell(10.25, 20.25)] = SEGM_AF;
	cells[segm_grid_cell(10.25, 21.25)] = SEGM_AM;
	cells[segm_grid_cell(-0.25, 179.75)] = SEGM_BSK;
	cells[segm_grid_cell(89.75, 0.25)] = SEGM_EF;
	cells[segm_grid_cell(60.25, 0.25)] = SEGM_DFB;
	at(10.0, 20.0, 100, SEGM_AF, "a corner of the cell");
	at(10.25, 20.7, 100, SEGM_AF, "at sea, nearer to the west");
	at(10.25, 20.8, 100, SEGM_AM, "at sea, nearer to the east");
	at(10.25, 20.75, 100, SEGM_AF, "half way: the western one");
	at(10.25, 20.7, 0, SEGM_NO_CLIMATE, "no reach, no land");
	at(10.25, 22.4, 100, SEGM_AM, "0.9 degrees of longitude at 10 north: 98.5 km");
	at(10.25, 22.45, 100, SEGM_NO_CLIMATE, "0.95 degrees: 103.9 km");
	at(9.11, 20.2, 100, SEGM_AF, "0.89 degrees of latitude: 99 km");
	at(9.09, 20.2, 100, SEGM_NO_CLIMATE, "0.91 degrees: 101 km");
	at(60.25, 2.25, 100, SEGM_DFB, "1.75 degrees of longitude at 60 north: 96.6 km");
	at(60.25, 2.4, 100, SEGM_NO_CLIMATE, "1.9 degrees: 104.8 km");
	at(-0.25, -179.9, 100, SEGM_BSK, "across 180 degrees");
	at(89.8, -179.9, 100, SEGM_EF, "across the pole");
	at(90, 0, 100, SEGM_EF, "the pole itself");
	at(-90, 0, 1000, SEGM_NO_CLIMATE, "no land near the other one");
	at(91, 0, 100, SEGM_NO_CLIMATE, "latitude 91");
	at(10.25, 200.25, 100, SEGM_NO_CLIMATE, "longitude 200");
	at(NAN, 0, 100, SEGM_NO_CLIMATE, "no number");
	at(0, INFINITY, 100, SEGM_NO_CLIMATE, "infinity");
	ok(segm_grid_climate(cells, 0, 0, -1, &got) == SEGM_DOMAIN && segm_grid_climate(cells, 0, 0, 1001, &got) == SEGM_DOMAIN &&
	   segm_grid_climate(cells, 0, 0, NAN, &got) == SEGM_DOMAIN, "reach out of range: refused");

	/* a quarter and a half of the way around, from the radius; two cities from a published table of great circles */
	distance_is(0, 0, 0, 90, 10007.557, 0.001, "a quarter of the equator");
	distance_is(0, 0, 0, 180, 20015.115, 0.001, "to the antipodes");
	distance_is(90, 0, -90, 77, 20015.115, 0.001, "from pole to pole");
	distance_is(51.5, -0.1, 51.5, -0.1, 0, 0, "to itself");
	distance_is(36.12, -86.67, 33.94, -118.40, 2886.448, 0.01, "Nashville to Los Angeles, the example of Rosetta Code by this radius");
	distance_is(0, 179.999, 0, -179.999, 0.22239, 0.0001, "across 180 degrees");
	ok(segm_nearest_place(9, 20, latitudes, longitudes, 5, NULL) == 1, "the first of equals, and nothing that is not on earth");
	ok(segm_nearest_place(-9, 20, latitudes, longitudes, 5, NULL) == 4, "the nearest of all");
	ok(segm_nearest_place(91, 20, latitudes, longitudes, 5, NULL) == -1 && segm_nearest_place(9, 20, latitudes, longitudes, 0, NULL) == -1 &&
	   segm_nearest_place(9, 20, latitudes, longitudes, 1, NULL) == -1, "none");
	return tap_done();
}
