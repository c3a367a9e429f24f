/*
 * clv_sample.h
 *		The value btyd_sample: the distinct histories of a population, with
 *		counts.  It is also the state of every fit aggregate.
 */
#ifndef CSEG_CLV_SAMPLE_H
#define CSEG_CLV_SAMPLE_H

#include "fmgr.h"

#include "core/model.h"
#include "glue.h"

#pragma GCC visibility push(hidden)

/*
 * Stored in native byte order and 8-byte aligned.  Room for more rows is part
 * of the value's own length; rows[0 .. folded) are sorted and distinct, the
 * rest is in order of arrival.
 */
typedef struct BtydSample
{
	int32		length_word;
	uint8		version;
	uint8		covariates;
	uint8		family;			/* that clv_fit() was asked for, or 0 */
	uint8		reserved;		/* 0 */
	int32		from_day;		/* first order in the data, or SEGM_NO_DAY */
	int32		to_day;			/* last day of the data */
	char		unit[SEGM_UNIT_LENGTH];
	int64		n;
	int64		folded;
	double		rows[FLEXIBLE_ARRAY_MEMBER];
} BtydSample;

/* A checked, folded sample; the datum is left as it is. */
extern BtydSample *cseg_sample_of(Datum datum);

/*
 * The same of the state in argument 0 of a final function, which is folded in
 * place where no other aggregate, or row of a window, looks at it.
 */
extern BtydSample *cseg_sample_result(FunctionCallInfo fcinfo);

/* Days of its time unit; 0 where it has none. */
extern double cseg_sample_unit_days(const BtydSample *sample);

/* One of the sample's kinds of rows. */
extern SegmRows cseg_sample_rows(const BtydSample *sample, double kind);

#pragma GCC visibility pop

#endif							/* CSEG_CLV_SAMPLE_H */
