/*
 * model.h
 *		A fitted (or given) customer model as it is stored: up to one order
 *		model and one spend model, with what is known of their fits.
 *
 * Stored in native byte order and 8-byte aligned, so that scoring reads the
 * parameters in place.  After the header: the parts; for an order model with
 * covariates, its coefficients by group and covariate, their standard errors
 * in the same order, and the names, each ended by a zero byte.
 */
#ifndef SEGM_MODEL_H
#define SEGM_MODEL_H

#include "calendar.h"
#include "fit.h"

#define SEGM_MODEL_VERSION 1
#define SEGM_MODEL_MAX_PARTS 2
#define SEGM_UNIT_LENGTH 8
#define SEGM_MODEL_NAME_MAX 63
#define SEGM_MODEL_CUSTOMERS_END 9223372036854775808.0	/* more than an int64 holds */

/* No such day known; known ones are dates of the server's, which end in 5874898. */
#define SEGM_NO_DAY INT32_MIN
#define SEGM_MODEL_DAY_END 2145031949

typedef struct SegmModelHeader
{
	int32_t		length_word;	/* the server's own */
	uint8_t		version;
	uint8_t		parts;
	uint8_t		covariates;
	uint8_t		reserved;		/* 0 */
	int32_t		from_day;		/* first order in the data, or SEGM_NO_DAY */
	int32_t		to_day;			/* last day of the data */
	char		unit[SEGM_UNIT_LENGTH]; /* of time; empty: not said */
} SegmModelHeader;

typedef struct SegmModelPart
{
	int32_t		family;
	int32_t		status;
	int32_t		evaluations;
	int32_t		reserved;		/* 0 */
	double		customers;
	double		repeat_customers;
	double		log_likelihood;
	double		penalty;
	double		parameters[SEGM_MAX_PARAMETERS];	/* NaN: not estimated */
	double		standard_errors[SEGM_MAX_PARAMETERS];	/* NaN: none */
} SegmModelPart;

/* A stored model taken apart; points into it. */
typedef struct SegmModel
{
	const SegmModelHeader *header;
	const SegmModelPart *orders;	/* NULL: none */
	const SegmModelPart *spend; /* NULL: none */
	const SegmFamily *family;	/* of the order model */
	int			coefficients_count;
	const double *coefficients;
	const double *coefficient_errors;
	const char *names;
} SegmModel;

/* Takes bytes apart and checks everything about them. */
extern SegmStatus segm_model_read(const void *bytes, size_t length, SegmModel *model);

/* Is there an estimate? */
extern bool segm_model_part_usable(const SegmModelPart *part);

extern const char *segm_fit_status_name(int status);
extern int	segm_fit_status_by_name(const char *name);

#endif							/* SEGM_MODEL_H */
