/*
 * activity_history_channels.c
 *		What an activity history says about channels, as an affinity.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/date.h"

#include "activity_history.h"
#include "affinity.h"

/* A bit for each kind that is named; a null names none. */
static uint32_t
kinds_argument(ArrayType *names)
{
	uint32_t	kinds = 0;
	Datum	   *texts;
	bool	   *nulls;
	int			count;

	deconstruct_array(names, TEXTOID, -1, false, TYPALIGN_INT, &texts, &nulls, &count);
	for (int i = 0; i < count; i++)
		if (!nulls[i])
			kinds |= UINT32_C(1) << cseg_event_kind(DatumGetTextPP(texts[i]));
	return kinds;
}

/* The events of a run as those of a label; at midnight of their day if no instant is known. */
static SegmAffinityLabel
label_of(const SegmActivityEntry *run, text *absent)
{
	SegmAffinityLabel label = {
		.label = run->channel_length > 0 ? run->channel : (uint8_t *) VARDATA_ANY(absent),
		.length = run->channel_length > 0 ? run->channel_length : VARSIZE_ANY_EXHDR(absent),
		.rows = run->events,
		.weight = run->events,
		.first = run->clock ? run->first * SEGM_USECS_PER_SECOND : run->day * SEGM_USECS_PER_DAY,
		.last = run->clock ? run->last * SEGM_USECS_PER_SECOND : run->day * SEGM_USECS_PER_DAY
	};

	return label;
}

/*
 * event_channels(history [, kinds [, from_day, to_day [, absent]]]): events by
 * channel, those without one as "absent"; a null restricts nothing, and leaves
 * events without a channel out.  NULL if there are none.
 */
PG_FUNCTION_INFO_V1(event_channels);
Datum
event_channels(PG_FUNCTION_ARGS)
{
	enum
	{
		ARG_HISTORY,
		ARG_KINDS,
		ARG_FROM,
		ARG_TO,
		ARG_ABSENT
	};
	SegmActivityRange range = segm_activity_whole;
	SegmDecay	no_decay = {0};
	SegmActivity activity;
	SegmActivityCursor cursor;
	SegmActivityEntry run;
	SegmAffinityLabel *labels;
	size_t		count = 0;
	text	   *absent = NULL;
	struct varlena *result;
	SegmStatus	status;
	bool		found;

	if (PG_ARGISNULL(ARG_HISTORY))
		PG_RETURN_NULL();
	activity = PG_GETARG_ACTIVITY(ARG_HISTORY);
	if (!PG_ARGISNULL(ARG_KINDS))
		range.kinds = kinds_argument(PG_GETARG_ARRAYTYPE_P(ARG_KINDS));
	if (!PG_ARGISNULL(ARG_FROM))
		range.from = PG_GETARG_DATEADT(ARG_FROM);
	if (!PG_ARGISNULL(ARG_TO))
		range.to = PG_GETARG_DATEADT(ARG_TO);
	if (!PG_ARGISNULL(ARG_ABSENT) && VARSIZE_ANY_EXHDR(PG_GETARG_TEXT_PP(ARG_ABSENT)) > 0)
	{
		absent = PG_GETARG_TEXT_PP(ARG_ABSENT);
		if (VARSIZE_ANY_EXHDR(absent) > SEGM_AFFINITY_MAX_LABEL)
			cseg_affinity_too_large(VARSIZE_ANY_EXHDR(absent));
	}
	labels = MemoryContextAllocHuge(CurrentMemoryContext,
									sizeof(SegmAffinityLabel) * segm_activity_entry_bound(&activity));
	segm_activity_start(&activity, &cursor);
	for (;;)
	{
		cseg_check(segm_activity_next(&cursor, &run, &found), ACTIVITY_TYPE_NAME);
		if (!found)
			break;
		if (segm_activity_asked(&range, &run) && (run.channel_length > 0 || absent != NULL))
			labels[count++] = label_of(&run, absent);
	}
	if (count == 0)
		PG_RETURN_NULL();
	status = segm_affinity_fold(labels, &count, cseg_poll);
	if (status == SEGM_TOO_LARGE)
		cseg_affinity_too_large(0);
	cseg_check(status, ACTIVITY_TYPE_NAME);
	result = cseg_affinity_make(labels, count, 0, &no_decay);
	pfree(labels);
	PG_RETURN_POINTER(result);
}
