/*
 * sphere.h
 *		Distances on earth, taken for a sphere of its mean radius.
 *
 * Great circles by the haversine formula, which is exact enough for near and
 * far points alike: R. W. Sinnott, "Virtues of the Haversine", Sky and
 * Telescope 68 (1984).  The mean radius is that of the International Union of
 * Geodesy and Geophysics.  Against the ellipsoid distances are off by at most
 * 0.6 %.
 */
#ifndef SEGM_SPHERE_H
#define SEGM_SPHERE_H

#include "core/core.h"
#include "core/sort.h"

#define SEGM_EARTH_RADIUS_KM	6371.0088
#define SEGM_KM_PER_DEGREE		111.195 /* rounded down, of a great circle */

extern double segm_cos_degrees(double degrees);

/* Between two places, all in degrees. */
extern double segm_great_circle_km(double latitude, double longitude,
								   double other_latitude, double other_longitude);

/*
 * Which of some places is nearest, counted from 0; the first of equals, and
 * -1 if there is none.  Places that are not on earth are passed over.  Calls "poll" now and then.
 */
extern int64_t segm_nearest_place(double latitude, double longitude, const double *latitudes,
								  const double *longitudes, size_t count, SegmPoll poll);

#endif							/* SEGM_SPHERE_H */
