/*
 * survey_summary.h
 *		The one way in which glue files reach a survey_summary value.
 */
#ifndef CSEG_SURVEY_SUMMARY_H
#define CSEG_SURVEY_SUMMARY_H

#include "fmgr.h"

#include "core/survey_summary.h"
#include "glue.h"

#pragma GCC visibility push(hidden)

/* A value from a datum of any storage form. */
extern SegmSurvey cseg_survey(Datum datum);

/* Number of answers from low to high; an error if a bigint does not hold it. */
extern int64 cseg_survey_count(const SegmSurvey *survey, int64 low, int64 high);

#pragma GCC visibility pop

#endif							/* CSEG_SURVEY_SUMMARY_H */
