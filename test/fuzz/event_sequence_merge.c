/*
 * event_sequence_merge.c
 *		Two texts, a line each, as event sequences of one form: merged in either
 *		direction they are the same bytes; without amounts one merged with
 *		itself is itself, and each event of a part is in the whole.
 */
#include "event_sequence_value.h"

typedef struct Value
{
	uint8_t		bytes[32 * ROOM];
	size_t		length;
	SegmSequence sequence;
} Value;

static bool
read_text(const char *text, Value *value)
{
	return segm_sequence_parse(text, NULL, &value->length, NULL) == SEGM_OK && value->length <= sizeof(value->bytes) &&
		segm_sequence_parse(text, value->bytes, &value->length, NULL) == SEGM_OK &&
		segm_sequence_validate(value->bytes, value->length) == SEGM_OK &&
		segm_sequence_read(value->bytes, value->length, &value->sequence) == SEGM_OK && value->sequence.count <= ROOM / 2;
}

/* As an aggregate does it: all events of both behind each other, at the larger scale, then closed. */
static bool
merge(const Value *a, const Value *b, Value *result)
{
	static uint8_t state[64 * ROOM];
	static SegmInt128 entries[ROOM];
	const SegmSequence *parts[2] = {&a->sequence, &b->sequence};
	SegmSequence open = a->sequence;
	size_t		count = 0;

	open.flags |= SEGM_SEQUENCE_OPEN;
	if (b->sequence.scale > open.scale)
		open.scale = b->sequence.scale;
	segm_sequence_start(&open, state);
	for (int i = 0; i < 2; count += parts[i++]->count)
		if (segm_sequence_append_all(state, sizeof(state), parts[i]) != SEGM_OK)
		{
			/* of other decimals: what is there and these, as amounts of so many */
			MUST(parts[i]->scale < open.scale);
			MUST(segm_sequence_read(state, sizeof(state), &open) == SEGM_OK && open.count == count);
			if (segm_sequence_entries(&open, open.scale, entries) != SEGM_OK ||
				segm_sequence_entries(parts[i], open.scale, entries + count) != SEGM_OK)
				return false;
			segm_sequence_put_entries(state, entries, count + parts[i]->count);
		}
	MUST(segm_sequence_read(state, sizeof(state), &open) == SEGM_OK && open.count == count);
	return close_sequence(&open, result->bytes, &result->length);
}

static void
must_be_in(const Value *part, const Value *whole)
{
	static uint64_t keys[ROOM];
	static uint64_t all[ROOM];
	SegmSequence sequence;
	size_t		at = 0;

	MUST(segm_sequence_read(whole->bytes, whole->length, &sequence) == SEGM_OK);
	segm_sequence_keys(&part->sequence, keys);
	segm_sequence_keys(&sequence, all);
	for (size_t i = 0; i < part->sequence.count; i++)
	{
		while (at < sequence.count && all[at] != keys[i])
			at++;
		MUST(at < sequence.count);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static Value a;
	static Value b;
	static Value ab;
	static Value ba;
	static char text[ROOM];
	const char *second = two_texts(data, length, text, sizeof(text));
	bool		merged;

	if (second == NULL || !read_text(text, &a) || !read_text(second, &b))
		return 0;
	if (a.sequence.flags != b.sequence.flags || memcmp(a.sequence.rule, b.sequence.rule, sizeof(a.sequence.rule)) != 0)
		return 0;
	merged = merge(&a, &b, &ab);
	MUST(merge(&b, &a, &ba) == merged);
	if (!merged)
		return 0;
	MUST(ab.length == ba.length && memcmp(ab.bytes, ba.bytes, ab.length) == 0);
	must_come_back(ab.bytes, ab.length);
	if (a.sequence.flags & SEGM_SEQUENCE_AMOUNTS)
		return 0;
	must_be_in(&a, &ab);
	must_be_in(&b, &ab);
	MUST(merge(&a, &a, &ba) && ba.length == a.length && memcmp(ba.bytes, a.bytes, a.length) == 0);
	return 0;
}
