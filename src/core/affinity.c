/*
 * affinity.c
 *		Reading affinities; see affinity.h for the layout, affinity_build.c for
 *		how they are made.
 */
#include "core/affinity.h"
#include "core/affinity_bytes.h"

#include <math.h>
#include <string.h>

int
segm_label_compare(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
	int			order = memcmp(a, b, a_length < b_length ? a_length : b_length);

	if (order != 0)
		return order;
	return (a_length > b_length) - (a_length < b_length);
}

static bool
decay_valid(const SegmDecay *decay)
{
	return decay->half_life > 0 && decay->half_life <= SEGM_AFFINITY_MAX_HALF_LIFE &&
		decay->as_of >= SEGM_MIN_INSTANT && decay->as_of < SEGM_END_INSTANT;
}

SegmStatus
segm_affinity_read(const uint8_t *payload, size_t length, SegmAffinity *affinity)
{
	size_t		header;
	bool		decayed;

	if (length < HEADER)
		return SEGM_CORRUPT;
	if (payload[VERSION_AT] != SEGM_AFFINITY_VERSION)
		return SEGM_VERSION;
	if ((payload[FLAGS_AT] & ~(SEGM_AFFINITY_OPEN | SEGM_AFFINITY_DECAYED)) != 0 ||
		payload[SCALE_AT] > SEGM_AFFINITY_MAX_SCALE || payload[RESERVED_AT] != 0)
		return SEGM_CORRUPT;
	affinity->open = (payload[FLAGS_AT] & SEGM_AFFINITY_OPEN) != 0;
	decayed = (payload[FLAGS_AT] & SEGM_AFFINITY_DECAYED) != 0;
	affinity->scale = payload[SCALE_AT];
	affinity->decay.as_of = 0;
	affinity->decay.half_life = 0;

	header = affinity->open ? OPEN_HEADER : decayed ? DECAYED_HEADER : HEADER;
	if (length < header)
		return SEGM_CORRUPT;
	if (decayed)
	{
		affinity->decay.as_of = get64(payload + AS_OF_AT);
		affinity->decay.half_life = get64(payload + HALF_LIFE_AT);
		if (!decay_valid(&affinity->decay))
			return SEGM_CORRUPT;
	}
	if (affinity->open)
	{
		size_t		slots = get32(payload + SLOTS_AT);
		size_t		used = get32(payload + USED_AT);

		if (slots > (length - header) / SLOT)
			return SEGM_CORRUPT;
		header += slots * SLOT;
		if (used < header || used > length)
			return SEGM_CORRUPT;
		length = used;
	}
	affinity->entries = payload + header;
	affinity->end = payload + length;
	return SEGM_OK;
}

void
segm_affinity_start(const SegmAffinity *affinity, SegmAffinityCursor *cursor)
{
	cursor->at = affinity->entries;
	cursor->end = affinity->end;
	cursor->label = NULL;
	cursor->length = 0;
	cursor->open = affinity->open;
}

/* An entry of a state; false if it does not lie within the bytes. */
static bool
next_open(const uint8_t **at, const uint8_t *end, SegmAffinityLabel *label)
{
	const uint8_t *p = *at;

	if ((size_t) (end - p) < ENTRY)
		return false;
	label->length = get16(p + LENGTH_AT);
	label->label = p + ENTRY;
	if ((size_t) (end - p) - ENTRY < label->length)
		return false;
	label->rows = get64(p + ROWS_AT);
	label->weight = get128(p + WEIGHT_AT);
	label->first = get64(p + FIRST_AT);
	label->last = get64(p + LAST_AT);
	if (label->weight == LOWEST_WEIGHT)
		return false;
	*at = p + ENTRY + label->length;
	return true;
}

static bool
next_finished(const uint8_t **at, const uint8_t *end, SegmAffinityLabel *label)
{
	const uint8_t *p = *at;
	int64_t		length;
	int64_t		tag;
	SegmInt128	span;

	if (!get_varint(&p, end, &length) || length > end - p)
		return false;
	label->label = p;
	label->length = (size_t) length;
	p += length;
	if (!get_varint(&p, end, &tag) || !get_wide(&p, end, &label->weight) || end - p < 8)
		return false;
	label->rows = tag >> 1;
	if ((tag & 1) != 0)
	{
		if (label->weight == 0)
			return false;
		label->weight = -label->weight;
	}
	label->first = get64(p);
	p += 8;
	if (!get_wide(&p, end, &span) || span >= (SegmInt128) SEGM_END_INSTANT - label->first)
		return false;
	label->last = (int64_t) (label->first + span);
	*at = p;
	return true;
}

SegmStatus
segm_affinity_next(SegmAffinityCursor *cursor, SegmAffinityLabel *label, bool *found)
{
	*found = cursor->at < cursor->end;
	if (!*found)
		return SEGM_OK;
	if (!(cursor->open ? next_open : next_finished) (&cursor->at, cursor->end, label))
		return SEGM_CORRUPT;
	if (label->length == 0 || label->length > SEGM_AFFINITY_MAX_LABEL || label->rows <= 0 ||
		!segm_affinity_span_valid(label))
		return SEGM_CORRUPT;
	if (!cursor->open)
	{
		if (cursor->label != NULL &&
			segm_label_compare(cursor->label, cursor->length, label->label, label->length) >= 0)
			return SEGM_CORRUPT;
		cursor->label = label->label;
		cursor->length = label->length;
	}
	return SEGM_OK;
}

SegmStatus
segm_affinity_validate(const uint8_t *payload, size_t length)
{
	SegmAffinity affinity;
	SegmAffinityCursor cursor;
	SegmAffinityLabel label;
	SegmAffinityTotals totals = {0};
	SegmStatus	status = segm_affinity_read(payload, length, &affinity);
	bool		found;

	if (status != SEGM_OK)
		return status;
	if (affinity.open || affinity.entries == affinity.end)
		return SEGM_CORRUPT;
	segm_affinity_start(&affinity, &cursor);
	while ((status = segm_affinity_next(&cursor, &label, &found)) == SEGM_OK && found)
	{
		if (memchr(label.label, 0, label.length) != NULL ||
			segm_affinity_total(&totals, &label) != SEGM_OK)
			return SEGM_CORRUPT;
		if (affinity.decay.half_life > 0 && label.last >= affinity.decay.as_of)
			return SEGM_CORRUPT;
	}
	if (status == SEGM_OK && affinity.decay.half_life > 0 &&
		affinity.scale != SEGM_AFFINITY_DECAY_SCALE)
		return SEGM_CORRUPT;
	return status;
}

/* ---- answers ---- */

SegmStatus
segm_affinity_measure(const char *name, SegmMeasure *measure)
{
	if (strcmp(name, "weight") == 0)
		*measure = SEGM_BY_WEIGHT;
	else if (strcmp(name, "count") == 0)
		*measure = SEGM_BY_COUNT;
	else
		return SEGM_DOMAIN;
	return SEGM_OK;
}

static SegmInt128
measure_of(const SegmAffinityLabel *label, SegmMeasure by)
{
	return by == SEGM_BY_COUNT ? label->rows : label->weight;
}

/* Entries come in order of bytes: the first of equals stays. */
static bool
ranks_before(const SegmAffinityLabel *a, const SegmAffinityLabel *b, SegmMeasure by)
{
	SegmInt128	x = measure_of(a, by);
	SegmInt128	y = measure_of(b, by);

	return x != y ? x > y : a->last > b->last;
}

double
segm_affinity_share(const SegmAffinityLabel *label, SegmMeasure by, SegmInt128 total)
{
	SegmInt128	measure = measure_of(label, by);

	return measure > 0 ? (double) measure / (double) total : 0.0;
}

SegmStatus
segm_affinity_summary(const SegmAffinity *affinity, SegmMeasure by, SegmAffinitySummary *summary)
{
	SegmAffinityCursor cursor;
	SegmAffinityLabel label;
	SegmInt128	second = 0;
	SegmStatus	status;
	bool		found;

	memset(summary, 0, sizeof(*summary));
	segm_affinity_start(affinity, &cursor);
	while ((status = segm_affinity_next(&cursor, &label, &found)) == SEGM_OK && found)
	{
		SegmInt128	measure = measure_of(&label, by);

		if (__builtin_add_overflow(summary->weight, label.weight, &summary->weight) ||
			__builtin_add_overflow(summary->rows, label.rows, &summary->rows) ||
			(measure > 0 && __builtin_add_overflow(summary->total, measure, &summary->total)))
			return SEGM_OVERFLOW;
		if (summary->labels == 0 || label.last > summary->latest.last ||
			(label.last == summary->latest.last && measure > measure_of(&summary->latest, by)))
			summary->latest = label;
		if (summary->labels == 0 || label.first < summary->earliest.first ||
			(label.first == summary->earliest.first && measure > measure_of(&summary->earliest, by)))
			summary->earliest = label;
		summary->labels++;
		if (measure <= 0)
			continue;
		if (!summary->has_top || ranks_before(&label, &summary->top, by))
		{
			second = summary->has_top ? measure_of(&summary->top, by) : 0;
			summary->top = label;
			summary->has_top = true;
		}
		else if (measure > second)
			second = measure;
	}
	if (status != SEGM_OK || !summary->has_top)
		return status;

	summary->share = segm_affinity_share(&summary->top, by, summary->total);
	summary->margin = (double) (measure_of(&summary->top, by) - second) / (double) summary->total;
	segm_affinity_start(affinity, &cursor);
	while ((status = segm_affinity_next(&cursor, &label, &found)) == SEGM_OK && found)
	{
		double		share = segm_affinity_share(&label, by, summary->total);

		summary->hhi += share * share;
		if (share > 0.0 && share < 1.0)
			summary->entropy -= share * log2(share);
	}
	return status;
}

SegmStatus
segm_affinity_find(const SegmAffinity *affinity, const uint8_t *label, size_t length,
				   SegmAffinityLabel *entry, bool *found)
{
	SegmAffinityCursor cursor;
	SegmStatus	status;

	segm_affinity_start(affinity, &cursor);
	while ((status = segm_affinity_next(&cursor, entry, found)) == SEGM_OK && *found)
		if (segm_label_compare(entry->label, entry->length, label, length) == 0)
			return SEGM_OK;
	memset(entry, 0, sizeof(*entry));
	return status;
}
