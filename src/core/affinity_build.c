/*
 * affinity_build.c
 *		Making affinities: the open value that an aggregate changes in place,
 *		and entries sorted, added up and written out.
 */
#include "core/affinity.h"
#include "core/affinity_bytes.h"

#include <math.h>
#include <string.h>

#define LEAST_SLOTS		8
#define LEAST_SPARE		96		/* for two labels of a common length */
#define MOST_UNITS		8e37	/* less than 126 bits */

/* ---- the state ---- */

/* At most three in four are taken: room for twice as many labels and two. */
static size_t
slots_for(size_t labels)
{
	size_t		slots = LEAST_SLOTS;

	while (slots / 4 * 3 < 2 * labels + 2)
		slots *= 2;
	return slots;
}

size_t
segm_affinity_open_size(size_t labels, size_t label_bytes)
{
	return OPEN_HEADER + SLOT * slots_for(labels) + 2 * (ENTRY * labels + label_bytes) + LEAST_SPARE;
}

void
segm_affinity_init(uint8_t *payload, size_t labels, int scale, const SegmDecay *decay)
{
	size_t		slots = slots_for(labels);

	memset(payload, 0, OPEN_HEADER + SLOT * slots);
	payload[VERSION_AT] = SEGM_AFFINITY_VERSION;
	payload[FLAGS_AT] = (uint8_t) (SEGM_AFFINITY_OPEN | (decay->half_life > 0 ? SEGM_AFFINITY_DECAYED : 0));
	payload[SCALE_AT] = (uint8_t) scale;
	put64(payload + AS_OF_AT, decay->as_of);
	put64(payload + HALF_LIFE_AT, decay->half_life);
	put32(payload + USED_AT, (uint32_t) (OPEN_HEADER + SLOT * slots));
	put32(payload + SLOTS_AT, (uint32_t) slots);
}

SegmStatus
segm_affinity_content(const SegmAffinity *affinity, size_t *labels, size_t *label_bytes)
{
	SegmAffinityCursor cursor;
	SegmAffinityLabel label;
	SegmStatus	status;
	bool		found;

	*labels = 0;
	*label_bytes = 0;
	segm_affinity_start(affinity, &cursor);
	while ((status = segm_affinity_next(&cursor, &label, &found)) == SEGM_OK && found)
	{
		(*labels)++;
		*label_bytes += label.length;
	}
	return status;
}

/*
 * FNV-1a, its high bits folded into the low ones that choose the slot.  Labels
 * made to collide make an insertion as long as there are labels, so whoever
 * adds many polls.
 */
static uint32_t
hash_of(const uint8_t *bytes, size_t length)
{
	uint32_t	hash = 2166136261u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * 16777619u;
	return hash ^ hash >> 15;
}

/* All weights of a state with more decimals. */
static SegmStatus
raise_state(uint8_t *payload, int scale)
{
	size_t		at = OPEN_HEADER + SLOT * get32(payload + SLOTS_AT);
	size_t		used = get32(payload + USED_AT);

	for (; used - at >= ENTRY && at < used; at += ENTRY + get16(payload + at + LENGTH_AT))
	{
		uint8_t    *field = payload + at + WEIGHT_AT;
		SegmInt128	weight = get128(field);

		if (segm_decimal_raise(&weight, 1, scale - payload[SCALE_AT]) != SEGM_OK)
			return SEGM_OVERFLOW;
		put128(field, weight);
	}
	payload[SCALE_AT] = (uint8_t) scale;
	return at == used ? SEGM_OK : SEGM_CORRUPT;
}

/*
 * The entry of a label, or the free slot for it in *slot and NULL.  Free
 * slots are never wanting, but damaged bytes may say so.
 */
static SegmStatus
find_entry(uint8_t *payload, size_t used, const SegmAffinityLabel *label, uint32_t hash,
		   uint8_t **entry, uint8_t **slot)
{
	uint32_t	slots = get32(payload + SLOTS_AT);
	uint8_t    *index = payload + OPEN_HEADER;

	*entry = NULL;
	for (uint32_t i = 0; i < slots; i++)
	{
		uint32_t	at;
		uint8_t    *found;

		*slot = index + SLOT * ((hash + i) & (slots - 1));
		at = get32(*slot);
		if (at == 0)
			return SEGM_OK;
		if (used < ENTRY || at > used - ENTRY)
			return SEGM_CORRUPT;
		found = payload + at;
		if (get32(found + HASH_AT) == hash && get16(found + LENGTH_AT) == label->length &&
			used - ENTRY - at >= label->length &&
			memcmp(found + ENTRY, label->label, label->length) == 0)
		{
			*entry = found;
			return SEGM_OK;
		}
	}
	return SEGM_CORRUPT;
}

SegmStatus
segm_affinity_add(uint8_t *payload, size_t capacity, const SegmAffinityLabel *label, int scale)
{
	SegmAffinity affinity;
	SegmInt128	weight = label->weight;
	SegmStatus	status = segm_affinity_read(payload, capacity, &affinity);
	uint32_t	hash;
	uint8_t    *entry;
	uint8_t    *slot;
	int64_t		rows;
	size_t		used;

	if (status != SEGM_OK)
		return status;
	if (!affinity.open)
		return SEGM_NO_ROOM;
	if (label->length > SEGM_AFFINITY_MAX_LABEL)
		return SEGM_TOO_LARGE;
	if (label->length == 0 || label->rows <= 0 || !segm_affinity_span_valid(label))
		return SEGM_DOMAIN;
	if (scale > SEGM_AFFINITY_MAX_SCALE)
		return SEGM_OVERFLOW;
	used = (size_t) (affinity.end - payload);
	hash = hash_of(label->label, label->length);
	if ((status = find_entry(payload, used, label, hash, &entry, &slot)) != SEGM_OK)
		return status;
	if (entry == NULL)
	{
		uint32_t	labels = get32(payload + LABELS_AT);
		uint32_t	slots = get32(payload + SLOTS_AT);

		if (labels >= SEGM_AFFINITY_MAX_LABELS)
			return SEGM_TOO_LARGE;
		if (labels >= slots / 4 * 3 || capacity - used < ENTRY + label->length)
			return SEGM_NO_ROOM;
		entry = payload + used;
		memset(entry, 0, ENTRY);
		put32(entry + HASH_AT, hash);
		put16(entry + LENGTH_AT, (uint16_t) label->length);
		put64(entry + FIRST_AT, INT64_MAX);
		put64(entry + LAST_AT, INT64_MIN);
		memcpy(entry + ENTRY, label->label, label->length);
		put32(slot, (uint32_t) used);
		put32(payload + LABELS_AT, labels + 1);
		put32(payload + USED_AT, (uint32_t) (used + ENTRY + label->length));
	}
	if (scale > affinity.scale)
		status = raise_state(payload, scale);
	else if (scale < affinity.scale)
		status = segm_decimal_raise(&weight, 1, affinity.scale - scale);
	rows = get64(entry + ROWS_AT);
	if (status == SEGM_CORRUPT || rows < 0)
		return SEGM_CORRUPT;
	if (status != SEGM_OK || label->rows > SEGM_AFFINITY_MAX_ROWS - rows ||
		__builtin_add_overflow(get128(entry + WEIGHT_AT), weight, &weight))
		return SEGM_OVERFLOW;
	put64(entry + ROWS_AT, rows + label->rows);
	put128(entry + WEIGHT_AT, weight);
	if (label->first < get64(entry + FIRST_AT))
		put64(entry + FIRST_AT, label->first);
	if (label->last > get64(entry + LAST_AT))
		put64(entry + LAST_AT, label->last);
	return SEGM_OK;
}

SegmStatus
segm_affinity_add_all(uint8_t *payload, size_t capacity, const SegmAffinity *other, SegmPoll poll)
{
	SegmAffinityCursor cursor;
	SegmAffinityLabel label;
	SegmStatus	status;
	bool		found;

	segm_affinity_start(other, &cursor);
	while ((status = segm_affinity_next(&cursor, &label, &found)) == SEGM_OK && found)
	{
		if (poll != NULL)
			poll();
		if ((status = segm_affinity_add(payload, capacity, &label, other->scale)) != SEGM_OK)
			break;
	}
	return status;
}

SegmStatus
segm_decay_half_life(double days, SegmDecay *decay)
{
	double		seconds = rint(days * 86400.0);

	if (!(seconds >= 1.0 && seconds <= (double) SEGM_AFFINITY_MAX_HALF_LIFE))
		return SEGM_DOMAIN;
	decay->half_life = (int64_t) seconds;
	return SEGM_OK;
}

SegmStatus
segm_affinity_decay(const SegmDecay *decay, int64_t at, SegmDecimal *weight)
{
	double		half_life = (double) decay->half_life * 1e6;
	double		age;
	double		units;

	if (decay->half_life <= 0 || decay->half_life > SEGM_AFFINITY_MAX_HALF_LIFE ||
		at >= decay->as_of)
		return SEGM_DOMAIN;
	age = (double) decay->as_of - (double) at;
	units = rint((double) weight->coefficient / pow(10.0, weight->scale) *
				 exp2(-age / half_life) * pow(10.0, SEGM_AFFINITY_DECAY_SCALE));
	if (!(fabs(units) < MOST_UNITS))
		return SEGM_OVERFLOW;
	weight->coefficient = (SegmInt128) units;
	weight->scale = SEGM_AFFINITY_DECAY_SCALE;
	return SEGM_OK;
}

/* ---- entries ---- */

/* No entry is shorter than thirteen bytes. */
size_t
segm_affinity_bound(const SegmAffinity *affinity)
{
	return (size_t) (affinity->end - affinity->entries) / 13 + 1;
}

SegmStatus
segm_affinity_collect(const SegmAffinity *affinity, int scale, SegmAffinityLabel *labels,
					  size_t *count)
{
	SegmAffinityCursor cursor;
	SegmAffinityLabel label;
	SegmStatus	status;
	bool		found;

	segm_affinity_start(affinity, &cursor);
	while ((status = segm_affinity_next(&cursor, &label, &found)) == SEGM_OK && found)
	{
		if ((status = segm_decimal_raise(&label.weight, 1, scale - affinity->scale)) != SEGM_OK)
			break;
		labels[(*count)++] = label;
	}
	return status;
}

static bool
label_before(const SegmAffinityLabel *a, const SegmAffinityLabel *b)
{
	return segm_label_compare(a->label, a->length, b->label, b->length) < 0;
}

static void
sift_down(SegmAffinityLabel *labels, size_t root, size_t count)
{
	SegmAffinityLabel moved = labels[root];
	size_t		child;

	while ((child = 2 * root + 1) < count)
	{
		if (child + 1 < count && label_before(&labels[child], &labels[child + 1]))
			child++;
		if (!label_before(&moved, &labels[child]))
			break;
		labels[root] = labels[child];
		root = child;
	}
	labels[root] = moved;
}

/* Heap sort: in place and never quadratic. */
static void
sort_labels(SegmAffinityLabel *labels, size_t count, SegmPoll poll)
{
	for (size_t root = count / 2; root-- > 0;)
	{
		segm_poll_step(poll, root);
		sift_down(labels, root, count);
	}
	for (size_t end = count; end-- > 1;)
	{
		SegmAffinityLabel largest = labels[0];

		segm_poll_step(poll, end);
		labels[0] = labels[end];
		labels[end] = largest;
		sift_down(labels, 0, end);
	}
}

SegmStatus
segm_affinity_fold(SegmAffinityLabel *labels, size_t *count, SegmPoll poll)
{
	SegmAffinityTotals totals = {0};
	SegmStatus	status;
	size_t		kept = 0;

	sort_labels(labels, *count, poll);
	for (size_t i = 0; i < *count; i++)
	{
		SegmAffinityLabel *into = kept > 0 ? &labels[kept - 1] : NULL;
		const SegmAffinityLabel *from = &labels[i];

		if (into == NULL || label_before(into, from))
		{
			labels[kept++] = *from;
			continue;
		}
		if (__builtin_add_overflow(into->weight, from->weight, &into->weight) ||
			__builtin_add_overflow(into->rows, from->rows, &into->rows))
			return SEGM_OVERFLOW;
		if (from->first < into->first)
			into->first = from->first;
		if (from->last > into->last)
			into->last = from->last;
	}
	for (size_t i = 0; i < kept; i++)
		if ((status = segm_affinity_total(&totals, &labels[i])) != SEGM_OK)
			return status;
	*count = kept;
	return SEGM_OK;
}

/* What follows the bytes of a label. */
static uint8_t *
put_facts(uint8_t *at, const SegmAffinityLabel *label)
{
	bool		negative = label->weight < 0;

	at = put_varint(at, (uint64_t) label->rows << 1 | negative);
	at = put_wide(at, negative ? -label->weight : label->weight);
	put64(at, label->first);
	return put_wide(at + 8, (SegmInt128) label->last - label->first);
}

size_t
segm_affinity_size(const SegmAffinityLabel *labels, size_t count, const SegmDecay *decay)
{
	size_t		length = decay->half_life > 0 ? DECAYED_HEADER : HEADER;
	uint8_t		scratch[48];

	for (size_t i = 0; i < count; i++)
		length += (size_t) (put_varint(scratch, labels[i].length) - scratch) + labels[i].length +
			(size_t) (put_facts(scratch, &labels[i]) - scratch);
	return length;
}

void
segm_affinity_encode(const SegmAffinityLabel *labels, size_t count, int scale,
					 const SegmDecay *decay, uint8_t *payload)
{
	uint8_t    *at = payload + HEADER;

	payload[VERSION_AT] = SEGM_AFFINITY_VERSION;
	payload[FLAGS_AT] = decay->half_life > 0 ? SEGM_AFFINITY_DECAYED : 0;
	payload[SCALE_AT] = (uint8_t) scale;
	payload[RESERVED_AT] = 0;
	if (decay->half_life > 0)
	{
		put64(payload + AS_OF_AT, decay->as_of);
		put64(payload + HALF_LIFE_AT, decay->half_life);
		at = payload + DECAYED_HEADER;
	}
	for (size_t i = 0; i < count; i++)
	{
		at = put_varint(at, labels[i].length);
		memcpy(at, labels[i].label, labels[i].length);
		at = put_facts(at + labels[i].length, &labels[i]);
	}
}
