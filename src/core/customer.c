/*
 * customer.c
 *		Checks of customers and parameters.
 */
#include <math.h>

#include "customer.h"

SegmStatus
segm_customer_check(const SegmCustomer *customer)
{
	double		x = customer->x,
				t_x = customer->t_x,
				t_cal = customer->t_cal;

	if (!isfinite(x) || !isfinite(t_x) || !isfinite(t_cal))
		return SEGM_NOT_FINITE;
	if (x < 0.0 || x > SEGM_FREQUENCY_MAX || x != floor(x)
		|| t_x < 0.0 || t_x > t_cal || t_cal > SEGM_TIME_MAX
		|| (x == 0.0 && t_x > 0.0))
		return SEGM_DOMAIN;
	return SEGM_OK;
}

SegmStatus
segm_parameters_check(const double *parameters, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (!isfinite(parameters[i]))
			return SEGM_NOT_FINITE;
		if (parameters[i] < SEGM_PARAMETER_MIN || parameters[i] > SEGM_PARAMETER_MAX)
			return SEGM_DOMAIN;
	}
	return SEGM_OK;
}
