/*
 * affinity_text.c
 *		The text form of an affinity.  It depends on no setting, holds nothing
 *		that needs escaping in a string, an array or a row, and gives back the
 *		same bytes:
 *
 *	v1 scale=2 app:3:59.70:2024-01-02T10:00:00Z:2024-03-05T23:30:00Z
 *	e-mail:1:9.90:2024-01-02T10:00:00Z
 *
 * (in one line): for each label rows, weight, first instant and, where it is
 * another one, the last.  Decayed weights say how,
 * " half_life=2592000 as_of=2024-04-01T00:00:00Z", after the scale.  Labels are
 * written as text_label.h says.
 */
#include "core/affinity.h"
#include "core/text_label.h"
#include "core/text_time.h"

SegmStatus
segm_affinity_format(const SegmAffinity *affinity, char *text, size_t *length, SegmPoll poll)
{
	SegmSink	sink = {text, 0};
	SegmAffinityCursor cursor;
	SegmAffinityLabel label;
	SegmStatus	status;
	size_t		labels = 0;
	bool		found;

	put_integer(&sink, "v", SEGM_AFFINITY_VERSION);
	put_integer(&sink, " scale=", affinity->scale);
	if (affinity->decay.half_life > 0)
	{
		put_integer(&sink, " half_life=", affinity->decay.half_life);
		put_instant(&sink, " as_of=", affinity->decay.as_of);
	}
	segm_affinity_start(affinity, &cursor);
	while ((status = segm_affinity_next(&cursor, &label, &found)) == SEGM_OK && found)
	{
		segm_poll_step(poll, labels++);
		put_label(&sink, " ", label.label, label.length);
		put_integer(&sink, ":", label.rows);
		if (label.weight < 0)
			put_amount(&sink, ":-", -label.weight, affinity->scale);
		else
			put_amount(&sink, ":", label.weight, affinity->scale);
		put_instant(&sink, ":", label.first);
		if (label.last > label.first)
			put_instant(&sink, ":", label.last);
	}
	*length = sink.length;
	return status;
}

static bool
take_weight(const char **at, int scale, SegmInt128 *weight)
{
	bool		negative = take(at, "-");

	if (!take_amount(at, scale, weight))
		return false;
	if (negative)
		*weight = -*weight;
	return true;
}

SegmStatus
segm_affinity_parse(const char *text, SegmAffinityLabel *labels, uint8_t *bytes, size_t *count,
					int *scale, SegmDecay *decay, SegmPoll poll)
{
	const char *p = text;
	SegmAffinityLabel label;
	int64_t		number;

	*count = 0;
	decay->as_of = 0;
	decay->half_life = 0;
	if (!take(&p, "v") || !take_integer(&p, INT32_MAX, &number))
		return SEGM_MALFORMED;
	if (number != SEGM_AFFINITY_VERSION)
		return SEGM_VERSION;
	if (!take(&p, " scale=") || !take_integer(&p, SEGM_AFFINITY_MAX_SCALE, &number))
		return SEGM_MALFORMED;
	*scale = (int) number;
	if (take(&p, " half_life=") &&
		(!take_integer(&p, SEGM_AFFINITY_MAX_HALF_LIFE, &decay->half_life) || decay->half_life == 0 ||
		 !take(&p, " as_of=") || !take_instant(&p, &decay->as_of)))
		return SEGM_MALFORMED;
	while (*p != '\0')
	{
		segm_poll_step(poll, *count);
		if (*count == SEGM_AFFINITY_MAX_LABELS)
			return SEGM_TOO_LARGE;
		if (!take(&p, " ") || !take_label(&p, bytes, &label.length) ||
			!take(&p, ":") || !take_integer(&p, SEGM_AFFINITY_MAX_ROWS, &label.rows) ||
			!take(&p, ":") || !take_weight(&p, *scale, &label.weight) ||
			!take(&p, ":") || !take_instant(&p, &label.first))
			return SEGM_MALFORMED;
		label.last = label.first;
		if (take(&p, ":") && !take_instant(&p, &label.last))
			return SEGM_MALFORMED;
		if (label.length > SEGM_AFFINITY_MAX_LABEL)
			return SEGM_TOO_LARGE;
		if (label.rows == 0 || label.last < label.first)
			return SEGM_MALFORMED;
		if (bytes != NULL)
		{
			label.label = bytes;
			bytes += label.length;
			labels[*count] = label;
		}
		(*count)++;
	}
	return *count > 0 ? SEGM_OK : SEGM_MALFORMED;
}
