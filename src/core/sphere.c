/*
 * sphere.c
 *		Distances on earth.
 */
#include "core/sphere.h"

#include <math.h>

#include "core/climate.h"

static const double radians_per_degree = 0.017453292519943295;

double
segm_cos_degrees(double degrees)
{
	return cos(degrees * radians_per_degree);
}

/* The haversine of the angle between two places, 0 .. 1. */
static double
haversine(double latitude, double longitude, double other_latitude, double other_longitude)
{
	double		north = sin((other_latitude - latitude) * radians_per_degree / 2.0);
	double		east = sin((other_longitude - longitude) * radians_per_degree / 2.0);

	return north * north +
		segm_cos_degrees(latitude) * segm_cos_degrees(other_latitude) * east * east;
}

double
segm_great_circle_km(double latitude, double longitude, double other_latitude, double other_longitude)
{
	return 2.0 * SEGM_EARTH_RADIUS_KM *
		asin(fmin(1.0, sqrt(haversine(latitude, longitude, other_latitude, other_longitude))));
}

int64_t
segm_nearest_place(double latitude, double longitude, const double *latitudes,
				   const double *longitudes, size_t count, SegmPoll poll)
{
	int64_t		nearest = -1;
	double		least = 2.0;

	if (!segm_on_earth(latitude, longitude))
		return nearest;
	for (size_t i = 0; i < count; i++)
	{
		double		angle;

		segm_poll_step(poll, i);
		if (!segm_on_earth(latitudes[i], longitudes[i]))
			continue;
		angle = haversine(latitude, longitude, latitudes[i], longitudes[i]);
		if (angle < least)
		{
			least = angle;
			nearest = (int64_t) i;
		}
	}
	return nearest;
}
