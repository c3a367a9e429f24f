/*
 * customer.h
 *		What every order model knows of a customer, and the checks that all
 *		models share.
 *
 * The models' functions take parameters and customers that these checks have
 * passed; then they never return NaN or infinity.  Parameters lie within
 * [SEGM_PARAMETER_MIN, SEGM_PARAMETER_MAX]; any time unit will do.
 */
#ifndef SEGM_CUSTOMER_H
#define SEGM_CUSTOMER_H

#include "core.h"

#define SEGM_PARAMETER_MIN 1e-15
#define SEGM_PARAMETER_MAX 1e15
#define SEGM_FREQUENCY_MAX 1e9
#define SEGM_TIME_MAX 1e15

typedef struct SegmCustomer
{
	double		x;				/* repeat purchases, a whole number */
	double		t_x;			/* time from the first to the last purchase */
	double		t_cal;			/* T, time from the first purchase to now */
} SegmCustomer;

/* 0 <= t_x <= T, x whole and >= 0, t_x = 0 when x = 0. */
extern SegmStatus segm_customer_check(const SegmCustomer *customer);

/* Every parameter finite and within the range above. */
extern SegmStatus segm_parameters_check(const double *parameters, int count);

#endif							/* SEGM_CUSTOMER_H */
