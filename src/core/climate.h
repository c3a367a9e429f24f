/*
 * climate.h
 *		Climate zones of Koeppen and Geiger: classes, what they mean, and a grid
 *		of them in cells of half a degree.
 */
#ifndef SEGM_CLIMATE_H
#define SEGM_CLIMATE_H

#include "core/core.h"

/* The 31 classes; 0 is none, which is the sea. */
typedef enum SegmClimate
{
	SEGM_NO_CLIMATE,
	SEGM_AF, SEGM_AM, SEGM_AS, SEGM_AW,
	SEGM_BWK, SEGM_BWH, SEGM_BSK, SEGM_BSH,
	SEGM_CFA, SEGM_CFB, SEGM_CFC, SEGM_CSA, SEGM_CSB, SEGM_CSC, SEGM_CWA, SEGM_CWB, SEGM_CWC,
	SEGM_DFA, SEGM_DFB, SEGM_DFC, SEGM_DFD, SEGM_DSA, SEGM_DSB, SEGM_DSC, SEGM_DSD,
	SEGM_DWA, SEGM_DWB, SEGM_DWC, SEGM_DWD,
	SEGM_EF, SEGM_ET,
	SEGM_CLIMATES
} SegmClimate;

/* The name, for example "BSk"; NULL for none. */
extern const char *segm_climate_name(SegmClimate climate);

/* The class of a name, in any case; SEGM_NO_CLIMATE if there is no such. */
extern SegmClimate segm_climate_find(const char *name, size_t length);

/* tropical, arid, temperate, continental or polar; NULL for none. */
extern const char *segm_climate_group(SegmClimate climate);

/*
 * Whether winters bring snow as a rule: the snow and polar climates (D, E),
 * and of the arid ones the cold (k), which lie in the interiors of continents.
 */
extern bool segm_climate_has_snow(SegmClimate climate);

/* One byte a cell, row by row from the south pole, west to east from 180 W. */
#define SEGM_GRID_ROWS		360
#define SEGM_GRID_COLUMNS	720
#define SEGM_GRID_CELLS		(SEGM_GRID_ROWS * SEGM_GRID_COLUMNS)

/* How far to look for land around a point at sea, in km. */
#define SEGM_CLIMATE_REACH		100.0
#define SEGM_CLIMATE_MAX_REACH	1000.0

/* A place on earth, both in degrees and finite. */
extern bool segm_on_earth(double latitude, double longitude);

/*
 * The cell that holds a place; on an edge the northern and eastern one.
 * Places on earth only.
 */
extern int	segm_grid_cell(double latitude, double longitude);

/* Whether the two are, exactly, the centre of a cell. */
extern bool segm_grid_is_centre(double latitude, double longitude);

/*
 * The class of a place: that of its cell, else of the nearest land cell
 * within so many km, counted to the nearest point of the cell.  SEGM_DOMAIN
 * unless the reach is 0 .. SEGM_CLIMATE_MAX_REACH; no class for a place that
 * is not on earth.
 */
extern SegmStatus segm_grid_climate(const uint8_t *cells, double latitude, double longitude,
									double reach, SegmClimate *climate);

#endif							/* SEGM_CLIMATE_H */
