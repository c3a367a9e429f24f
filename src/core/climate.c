/*
 * climate.c
 *		Climate zones of Koeppen and Geiger, and a grid of them.
 */
#include "core/climate.h"

#include <math.h>

#include "core/sphere.h"

static const char *const names[SEGM_CLIMATES] = {
	NULL, "Af", "Am", "As", "Aw", "BWk", "BWh", "BSk", "BSh",
	"Cfa", "Cfb", "Cfc", "Csa", "Csb", "Csc", "Cwa", "Cwb", "Cwc",
	"Dfa", "Dfb", "Dfc", "Dfd", "Dsa", "Dsb", "Dsc", "Dsd",
	"Dwa", "Dwb", "Dwc", "Dwd", "EF", "ET"
};

#define DEGREES_PER_CELL	0.5
#define HALF_CELL			0.25

const char *
segm_climate_name(SegmClimate climate)
{
	return names[climate];
}

static char
lower(char c)
{
	return (char) (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

SegmClimate
segm_climate_find(const char *name, size_t length)
{
	for (int i = 1; i < SEGM_CLIMATES; i++)
	{
		size_t		at = 0;

		while (at < length && names[i][at] != '\0' && lower(name[at]) == lower(names[i][at]))
			at++;
		if (at == length && names[i][at] == '\0')
			return (SegmClimate) i;
	}
	return SEGM_NO_CLIMATE;
}

const char *
segm_climate_group(SegmClimate climate)
{
	if (climate == SEGM_NO_CLIMATE)
		return NULL;
	switch (names[climate][0])
	{
		case 'A':
			return "tropical";
		case 'B':
			return "arid";
		case 'C':
			return "temperate";
		case 'D':
			return "continental";
	}
	return "polar";
}

bool
segm_climate_has_snow(SegmClimate climate)
{
	return climate == SEGM_BWK || climate == SEGM_BSK || climate >= SEGM_DFA;
}

bool
segm_on_earth(double latitude, double longitude)
{
	/* false for NaN */
	return fabs(latitude) <= 90.0 && fabs(longitude) <= 180.0;
}

static int
row_of(double latitude)
{
	int			row = (int) ((latitude + 90.0) / DEGREES_PER_CELL);

	return row < SEGM_GRID_ROWS ? row : SEGM_GRID_ROWS - 1;
}

static int
column_of(double longitude)
{
	return (int) ((longitude + 180.0) / DEGREES_PER_CELL) % SEGM_GRID_COLUMNS;
}

int
segm_grid_cell(double latitude, double longitude)
{
	return row_of(latitude) * SEGM_GRID_COLUMNS + column_of(longitude);
}

static double
centre_latitude(int row)
{
	return row * DEGREES_PER_CELL - 90.0 + HALF_CELL;
}

static double
centre_longitude(int column)
{
	return column * DEGREES_PER_CELL - 180.0 + HALF_CELL;
}

bool
segm_grid_is_centre(double latitude, double longitude)
{
	return segm_on_earth(latitude, longitude) &&
		latitude == centre_latitude(row_of(latitude)) &&
		longitude == centre_longitude(column_of(longitude));
}

/* Distance from a place to the nearest point of a cell, in km. */
static double
distance_to_cell(double latitude, double longitude, int row, int column)
{
	double		north = latitude - centre_latitude(row);
	double		east = longitude - centre_longitude(column);

	/* the shorter way around */
	if (east > 180.0)
		east -= 360.0;
	else if (east < -180.0)
		east += 360.0;
	north = fmax(-HALF_CELL, fmin(HALF_CELL, north));
	east = fmax(-HALF_CELL, fmin(HALF_CELL, east));
	return segm_great_circle_km(latitude, longitude,
								centre_latitude(row) + north, centre_longitude(column) + east);
}

/* How many columns to each side can hold a cell within reach. */
static int
columns_within(double latitude, double reach)
{
	double		edge = fmin(fabs(latitude) + reach / SEGM_KM_PER_DEGREE + DEGREES_PER_CELL, 90.0);
	double		per_column = SEGM_KM_PER_DEGREE * DEGREES_PER_CELL * segm_cos_degrees(edge);

	/* all of them around a pole */
	if (reach >= per_column * (SEGM_GRID_COLUMNS / 2 - 1))
		return SEGM_GRID_COLUMNS / 2;
	return (int) ceil(reach / per_column) + 1;
}

SegmStatus
segm_grid_climate(const uint8_t *cells, double latitude, double longitude, double reach,
				  SegmClimate *climate)
{
	int			row,
				column,
				rows,
				columns;
	double		nearest = reach;

	if (!(reach >= 0.0 && reach <= SEGM_CLIMATE_MAX_REACH))
		return SEGM_DOMAIN;
	*climate = SEGM_NO_CLIMATE;
	if (!segm_on_earth(latitude, longitude))
		return SEGM_OK;
	row = row_of(latitude);
	column = column_of(longitude);
	*climate = cells[row * SEGM_GRID_COLUMNS + column];
	if (*climate != SEGM_NO_CLIMATE || reach == 0.0)
		return SEGM_OK;

	/* at sea: the nearest cell of land; the southern and western of equals */
	rows = (int) ceil(reach / (SEGM_KM_PER_DEGREE * DEGREES_PER_CELL));
	columns = columns_within(latitude, reach);
	for (int r = row - rows; r <= row + rows; r++)
	{
		if (r < 0 || r >= SEGM_GRID_ROWS)
			continue;
		for (int c = column - columns; c <= column + columns; c++)
		{
			int			wrapped = (c + SEGM_GRID_COLUMNS) % SEGM_GRID_COLUMNS;
			uint8_t		here = cells[r * SEGM_GRID_COLUMNS + wrapped];
			double		distance;

			if (here == SEGM_NO_CLIMATE)
				continue;
			distance = distance_to_cell(latitude, longitude, r, wrapped);
			if (distance < nearest || (distance == nearest && *climate == SEGM_NO_CLIMATE))
			{
				nearest = distance;
				*climate = here;
			}
		}
	}
	return SEGM_OK;
}
