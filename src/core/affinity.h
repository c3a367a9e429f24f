/*
 * affinity.h
 *		What somebody leans to: per label (a channel, a category, a device) the
 *		number of rows, their exact weight, the first and the last instant.  One codec for
 *		stored, sent and aggregated values.
 *
 * Layout of the payload, all integers little-endian:
 *
 *	  0  version (1 byte)
 *	  1  flags (1 byte): SEGM_AFFINITY_OPEN, SEGM_AFFINITY_DECAYED
 *	  2  scale (1 byte): decimal digits after the point of every weight
 *	  3  reserved (1 byte), 0
 *	  4  as_of (8 bytes), half-life in seconds (8 bytes): only if decayed
 *
 * and then for each label, ascending by its bytes:
 *
 *	  length of the label and its bytes: 1 to SEGM_AFFINITY_MAX_LABEL, no zero
 *	  rows * 2 + (weight is negative)
 *	  absolute weight in units of 10^-scale
 *	  first instant (8 bytes), microseconds from there to the last
 *
 * Integers without a width are LEB128.  Equal values are equal bytes whatever
 * the order of their rows; the scale is the largest of all weights added.
 *
 * An open value is the state of an aggregate, in a buffer with room to spare:
 * as_of and half-life always (0 if not decayed), then
 *
 *	 20  used (4 bytes): bytes of the payload in use
 *	 24  labels (4 bytes)
 *	 28  slots (4 bytes), a power of two, and so many offsets (4 bytes each) of
 *		 entries, a hash table by label; 0 is a free slot
 *
 * followed by entries of fixed width but for the label, changed in place.
 */
#ifndef SEGM_AFFINITY_H
#define SEGM_AFFINITY_H

#include "core/calendar.h"
#include "core/decimal.h"
#include "core/sort.h"

#define SEGM_AFFINITY_VERSION	1
#define SEGM_AFFINITY_OPEN		0x01
#define SEGM_AFFINITY_DECAYED	0x02
#define SEGM_AFFINITY_MAX_LABEL	1024	/* bytes */
#define SEGM_AFFINITY_MAX_LABELS 65536
#define SEGM_AFFINITY_MAX_SCALE	38	/* decimals that 127 bits can hold */
#define SEGM_AFFINITY_MAX_ROWS	(INT64_MAX >> 1)

/* Decayed weights have so many decimals; half-lives end at a century. */
#define SEGM_AFFINITY_DECAY_SCALE 9
#define SEGM_AFFINITY_MAX_HALF_LIFE_DAYS 36525
#define SEGM_AFFINITY_MAX_HALF_LIFE (INT64_C(86400) * SEGM_AFFINITY_MAX_HALF_LIFE_DAYS)

/* Whether and how rows lose weight with age. */
typedef struct SegmDecay
{
	int64_t		as_of;
	int64_t		half_life;		/* in seconds; 0: they do not */
} SegmDecay;

/* A value's header and the place of its entries; points into the payload. */
typedef struct SegmAffinity
{
	const uint8_t *entries;
	const uint8_t *end;
	SegmDecay	decay;
	int			scale;
	bool		open;
} SegmAffinity;

/* What is known of one label. */
typedef struct SegmAffinityLabel
{
	const uint8_t *label;
	size_t		length;
	int64_t		rows;
	SegmInt128	weight;			/* may be negative: returns */
	int64_t		first;
	int64_t		last;
} SegmAffinityLabel;

/* Reads the entries one after the other. */
typedef struct SegmAffinityCursor
{
	const uint8_t *at;
	const uint8_t *end;
	const uint8_t *label;		/* of the entry before; NULL at the first */
	size_t		length;
	bool		open;
} SegmAffinityCursor;

/* Ascending by bytes, a prefix first. */
extern int	segm_label_compare(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length);

/* Header checks only; SEGM_CORRUPT or SEGM_VERSION on bytes we cannot have written. */
extern SegmStatus segm_affinity_read(const uint8_t *payload, size_t length, SegmAffinity *affinity);

/* Everything: what received and parsed values must pass. */
extern SegmStatus segm_affinity_validate(const uint8_t *payload, size_t length);

extern void segm_affinity_start(const SegmAffinity *affinity, SegmAffinityCursor *cursor);

/* The next entry; *found is false after the last one. */
extern SegmStatus segm_affinity_next(SegmAffinityCursor *cursor, SegmAffinityLabel *label,
									 bool *found);

static inline bool
segm_decay_same(const SegmDecay *a, const SegmDecay *b)
{
	return a->half_life == b->half_life && a->as_of == b->as_of;
}

/* ---- building: an open value in a buffer of "capacity" bytes ---- */

/* What a new state takes that has room for twice as many labels. */
extern size_t segm_affinity_open_size(size_t labels, size_t label_bytes);

/* An empty state that fills such a buffer. */
extern void segm_affinity_init(uint8_t *payload, size_t labels, int scale, const SegmDecay *decay);

/* The labels of a value and their bytes, for the size of a state. */
extern SegmStatus segm_affinity_content(const SegmAffinity *affinity, size_t *labels,
										size_t *label_bytes);

/*
 * A half-life in days as whole seconds; SEGM_DOMAIN unless there are between
 * one and SEGM_AFFINITY_MAX_HALF_LIFE.
 */
extern SegmStatus segm_decay_half_life(double days, SegmDecay *decay);

/*
 * The weight of a row of this age.  SEGM_OVERFLOW if it does not fit;
 * SEGM_DOMAIN for a half-life out of range or an instant not before as_of.
 */
extern SegmStatus segm_affinity_decay(const SegmDecay *decay, int64_t at, SegmDecimal *weight);

/*
 * Add rows to a label.  SEGM_NO_ROOM: the value is not an open one or the
 * buffer is full, it is unchanged; SEGM_TOO_LARGE: one label too many, or a
 * label too long; SEGM_OVERFLOW; SEGM_DOMAIN for an empty label or an instant
 * out of range.
 */
extern SegmStatus segm_affinity_add(uint8_t *payload, size_t capacity,
									const SegmAffinityLabel *label, int scale);

/*
 * All entries of another value with the same decay; a state with room for all.
 * poll is called for each: one that hashes like all others is looked for long.
 */
extern SegmStatus segm_affinity_add_all(uint8_t *payload, size_t capacity,
										const SegmAffinity *other, SegmPoll poll);

/* An upper bound of the entries of a value. */
extern size_t segm_affinity_bound(const SegmAffinity *affinity);

/* Append a value's entries to an array, with "scale" decimals. */
extern SegmStatus segm_affinity_collect(const SegmAffinity *affinity, int scale,
										SegmAffinityLabel *labels, size_t *count);

/*
 * Sort, and add up what belongs together.  SEGM_OVERFLOW unless rows and
 * weights, without their signs, have a sum; SEGM_TOO_LARGE for too many.
 */
extern SegmStatus segm_affinity_fold(SegmAffinityLabel *labels, size_t *count, SegmPoll poll);

/* The bytes that folded entries take as a finished value, and writing them. */
extern size_t segm_affinity_size(const SegmAffinityLabel *labels, size_t count,
								 const SegmDecay *decay);
extern void segm_affinity_encode(const SegmAffinityLabel *labels, size_t count, int scale,
								 const SegmDecay *decay, uint8_t *payload);

/*
 * Text form, see affinity_text.c.  Formatting into NULL only counts; the text
 * has no terminating zero.  Parsing into NULL checks the syntax and counts
 * entries; "bytes" gets the labels and has room for as many bytes as the text.
 * SEGM_TOO_LARGE for more entries than a value can have labels.
 */
extern SegmStatus segm_affinity_format(const SegmAffinity *affinity, char *text, size_t *length,
									   SegmPoll poll);
extern SegmStatus segm_affinity_parse(const char *text, SegmAffinityLabel *labels, uint8_t *bytes,
									  size_t *count, int *scale, SegmDecay *decay, SegmPoll poll);

/* ---- answers: of finished values ---- */

typedef enum SegmMeasure
{
	SEGM_BY_WEIGHT,
	SEGM_BY_COUNT
} SegmMeasure;

/* SEGM_DOMAIN for another name than "weight" and "count". */
extern SegmStatus segm_affinity_measure(const char *name, SegmMeasure *measure);

/*
 * Shares are those of labels with a measure above zero among each other; any
 * other label has the share 0.
 */
typedef struct SegmAffinitySummary
{
	SegmAffinityLabel top;		/* largest measure, then latest, then first by bytes */
	SegmAffinityLabel earliest; /* first instant, then largest measure, then bytes */
	SegmAffinityLabel latest;	/* last instant, then largest measure, then bytes */
	SegmInt128	total;			/* of measures above zero */
	SegmInt128	weight;			/* of all labels */
	int64_t		rows;			/* of all labels */
	int64_t		labels;
	bool		has_top;		/* a measure is above zero; the rest is defined only then */
	double		share;			/* of the top */
	double		margin;			/* by which it exceeds that of the second */
	double		hhi;			/* sum of squared shares: 1/labels .. 1 */
	double		entropy;		/* of the shares, in bits: 0 .. log2(labels) */
} SegmAffinitySummary;

extern SegmStatus segm_affinity_summary(const SegmAffinity *affinity, SegmMeasure by,
										SegmAffinitySummary *summary);

/* One label, all zero and *found false if it is not there. */
extern SegmStatus segm_affinity_find(const SegmAffinity *affinity, const uint8_t *label,
									 size_t length, SegmAffinityLabel *entry, bool *found);

/* A label's share in a total; 0 for a measure that is not above zero. */
extern double segm_affinity_share(const SegmAffinityLabel *label, SegmMeasure by, SegmInt128 total);

#endif							/* SEGM_AFFINITY_H */
