/*
 * clv_model.h
 *		The value clv_model, as the fits make it and scoring reads it.
 */
#ifndef CSEG_CLV_MODEL_H
#define CSEG_CLV_MODEL_H

#include "fmgr.h"

#include "core/model.h"
#include "glue.h"

#pragma GCC visibility push(hidden)

/* A model argument, checked; the result points into the datum. */
extern void cseg_model_of(Datum datum, SegmModel *model);

/*
 * A new value.  The parts may be NULL, not both; coefficients, their errors
 * and names (each ended by a zero byte) belong to the order model.
 */
extern struct varlena *cseg_model_make(const SegmModelHeader *header,
									   const SegmModelPart *orders, const SegmModelPart *spend,
									   const double *coefficients, const double *errors,
									   const char *names, size_t names_length);

/* The same of parts that nobody has checked, for the caller to check. */
extern struct varlena *cseg_model_build(const SegmModelHeader *header,
										const SegmModelPart *orders, const SegmModelPart *spend,
										const double *coefficients, const double *errors,
										const char *names, size_t names_length);

/* A header that says nothing yet. */
extern SegmModelHeader cseg_model_header(void);

/* A time unit's name into a header; errors for an unknown one. */
extern void cseg_model_set_unit(SegmModelHeader *header, text *unit);

/*
 * Fit one family to the rows of its kind and report what was found.  "start"
 * may be NULL; coefficients and errors have room for the family's groups
 * times covariates.  Can be cancelled.
 */
extern void cseg_fit(const SegmFamily *family, const SegmRows *rows, int covariates, double unit_days,
					 double penalty, const double *start, SegmModelPart *part,
					 double *coefficients, double *errors);

#pragma GCC visibility pop

#endif							/* CSEG_CLV_MODEL_H */
