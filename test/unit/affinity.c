/*
 * affinity.c
 *		Affinities: random rows in any order and in parts against plain sums,
 *		answers, decay, bytes and text, changed bytes, limits.
 */
#include "affinity_value.h"
#include "tap.h"

#define ROWS	300
#define NAMES	9
#define DAY		INT64_C(86400000000)

typedef struct Row
{
	const char *label;
	int64_t		weight;
	int			scale;
	int64_t		at;
} Row;

static const SegmDecay undecayed = {0};
static const char *const names[NAMES] = {
	"app", "app store", "e-mail", "store", "Store", "\xc3\xa4rger", "100%", "a", "~/x:y,\"{}()\\"
};
static Row rows[ROWS];
static uint64_t seed = 20240615;

static uint64_t
next_random(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

static void
make_rows(void)
{
	for (int i = 0; i < ROWS; i++)
	{
		rows[i].label = names[next_random(NAMES)];
		rows[i].scale = (int) next_random(4);
		rows[i].weight = (int64_t) next_random(1000) - 100;
		rows[i].at = (int64_t) next_random(1000) * DAY / 7;
	}
}

static void
start(Value *state, size_t labels, size_t bytes, int scale, const SegmDecay *decay)
{
	state->length = segm_affinity_open_size(labels, bytes);
	segm_affinity_init(state->bytes, labels, scale, decay);
}

/* As the glue does it: a larger state when there is no room. */
static SegmStatus
add(Value *state, const char *label, int64_t weight, int scale, int64_t at)
{
	SegmAffinityLabel row = {(const uint8_t *) label, strlen(label), 1, weight, at, at};
	SegmStatus	status;

	while ((status = segm_affinity_add(state->bytes, state->length, &row, scale)) == SEGM_NO_ROOM)
	{
		static Value old;
		SegmAffinity affinity;
		size_t		labels;
		size_t		bytes;

		old = *state;
		if (segm_affinity_read(old.bytes, old.length, &affinity) != SEGM_OK ||
			segm_affinity_content(&affinity, &labels, &bytes) != SEGM_OK)
			abort();
		start(state, labels + 1, bytes + row.length, affinity.scale, &affinity.decay);
		if (segm_affinity_add_all(state->bytes, state->length, &affinity, NULL) != SEGM_OK)
			abort();
	}
	return status;
}

static bool
same(const Value *a, const Value *b)
{
	return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* Rows first, first + step, ... as a finished value. */
static void
build(int first, int step, Value *result)
{
	static Value state;

	start(&state, 0, 0, 0, &undecayed);
	for (int i = first; i < ROWS; i += step)
		if (add(&state, rows[i].label, rows[i].weight, rows[i].scale, rows[i].at) != SEGM_OK)
			abort();
	if (finish(&state, NULL, result) != SEGM_OK)
		abort();
}

static void
test_sums(void)
{
	static const int64_t units[] = {1000, 100, 10, 1};
	static Value whole;
	static Value other;
	static Value part;
	SegmAffinity affinity;
	bool		sums = true;

	make_rows();
	build(0, 1, &whole);
	ok(segm_affinity_validate(whole.bytes, whole.length) == SEGM_OK, "a value of 300 rows is valid");
	ok(canonical(&whole), "it is written back as it is, and as text and back");
	if (segm_affinity_read(whole.bytes, whole.length, &affinity) != SEGM_OK)
		abort();
	is_int(affinity.scale, 3, "the scale is the largest");
	for (int n = 0; n < NAMES; n++)
	{
		SegmAffinityLabel label;
		int64_t		weight = 0;
		int64_t		first = INT64_MAX;
		int64_t		last = INT64_MIN;
		int			count = 0;
		bool		found;

		for (int i = 0; i < ROWS; i++)
			if (rows[i].label == names[n])
			{
				weight += rows[i].weight * units[rows[i].scale];
				count++;
				if (rows[i].at < first)
					first = rows[i].at;
				if (rows[i].at > last)
					last = rows[i].at;
			}
		if (segm_affinity_find(&affinity, (const uint8_t *) names[n], strlen(names[n]), &label, &found) != SEGM_OK)
			abort();
		sums = sums && found && label.weight == weight && label.rows == count && label.first == first && label.last == last;
	}
	ok(sums, "rows, weights, first and last times of all labels are those of plain sums");

	for (int round = 0; round < 20; round++)
	{
		for (int i = ROWS - 1; i > 0; i--)
		{
			int			j = (int) next_random((uint64_t) i + 1);
			Row			row = rows[i];

			rows[i] = rows[j];
			rows[j] = row;
		}
		build(0, 1, &other);
		if (!same(&whole, &other))
			break;
		build(0, 5, &other);
		for (int i = 1; i < 5; i++)
		{
			static Value merged;

			build(i, 5, &part);
			if (finish(&other, &part, &merged) != SEGM_OK)
				abort();
			other = merged;
		}
		if (!same(&whole, &other))
			break;
		if (round == 19)
			ok(true, "the same bytes in 20 orders, whole and from five parts");
	}
	ok(same(&whole, &other), "and no other");
}

/* The summary of a text. */
static SegmAffinitySummary
summary_of(const char *text, SegmMeasure by)
{
	static Value value;			/* the labels point into it */
	SegmAffinity affinity;
	SegmAffinitySummary summary;

	if (parse(text, &value) != SEGM_OK ||
		segm_affinity_read(value.bytes, value.length, &affinity) != SEGM_OK ||
		segm_affinity_summary(&affinity, by, &summary) != SEGM_OK)
		abort();
	return summary;
}

static void
is_label(const SegmAffinityLabel *label, const char *expected, const char *name)
{
	char		text[32] = {0};

	memcpy(text, label->label, label->length);
	is_str(text, expected, name);
}

static void
test_answers(void)
{
	SegmAffinitySummary summary;
	SegmMeasure by;

	summary = summary_of("v1 scale=1 a:1:6.0:2024-01-01T00:00:00Z b:3:3.0:2024-01-02T00:00:00Z c:1:1.0:2024-01-03T00:00:00Z d:9:-5.0:2024-01-01T00:00:00Z", SEGM_BY_WEIGHT);
	is_label(&summary.top, "a", "top by weight");
	is_close(summary.share, 0.6, 0, "its share, to the last bit");
	is_close(summary.margin, 0.3, 1e-15, "its margin");
	is_close(summary.hhi, 0.36 + 0.09 + 0.01, 1e-15, "HHI");
	is_close(summary.entropy, -(0.6 * log2(0.6) + 0.3 * log2(0.3) + 0.1 * log2(0.1)), 1e-15, "entropy in bits");
	is_int(summary.rows, 14, "rows");
	is_int(summary.labels, 4, "labels");
	is_int((long long) summary.weight, 50, "weight, with what is below zero");
	is_label(&summary.earliest, "a", "earliest");
	is_label(&summary.latest, "c", "latest");
	summary = summary_of("v1 scale=1 a:1:6.0:2024-01-01T00:00:00Z b:3:3.0:2024-01-02T00:00:00Z c:1:1.0:2024-01-03T00:00:00Z", SEGM_BY_COUNT);
	is_label(&summary.top, "b", "top by count");
	is_close(summary.share, 0.6, 0, "its share by count");

	summary = summary_of("v1 scale=0 b:1:5:2024-01-02T00:00:00Z a:1:5:2024-01-01T00:00:00Z c:1:5:2024-01-02T00:00:00Z", SEGM_BY_WEIGHT);
	is_label(&summary.top, "b", "a tie goes to the latest, then to the first by bytes");
	is_label(&summary.latest, "b", "so does the latest");
	is_close(summary.margin, 0.0, 0, "without a margin");
	summary = summary_of("v1 scale=0 only:2:5:2024-01-02T00:00:00Z", SEGM_BY_WEIGHT);
	ok(summary.share == 1.0 && summary.margin == 1.0 && summary.hhi == 1.0 && summary.entropy == 0.0,
	   "one label: share, margin and HHI 1, entropy 0");
	summary = summary_of("v1 scale=0 a:2:0:2024-01-02T00:00:00Z b:1:-1:2024-01-03T00:00:00Z", SEGM_BY_WEIGHT);
	ok(!summary.has_top && summary.rows == 3, "no weight above zero: no top");
	ok(segm_affinity_measure("count", &by) == SEGM_OK && by == SEGM_BY_COUNT &&
	   segm_affinity_measure("Count", &by) == SEGM_DOMAIN, "names of measures");
}

static void
test_decay(void)
{
	SegmDecay	decay = {100 * DAY, 0};
	SegmDecimal weight;

	ok(segm_decay_half_life(30, &decay) == SEGM_OK && decay.half_life == 30 * 86400, "a half-life of 30 days");
	ok(segm_decay_half_life(0, &decay) == SEGM_DOMAIN && segm_decay_half_life(NAN, &decay) == SEGM_DOMAIN &&
	   segm_decay_half_life(36526, &decay) == SEGM_DOMAIN && segm_decay_half_life(-1, &decay) == SEGM_DOMAIN, "and no other than 1 s to 36525 days");
	for (int halves = 1; halves <= 3; halves++)
	{
		weight = (SegmDecimal) {8000, 3};
		ok(segm_affinity_decay(&decay, (100 - 30 * halves) * DAY, &weight) == SEGM_OK &&
		   weight.scale == 9 && weight.coefficient == (SegmInt128) (8000000000 >> halves), "8 after %d half-lives", halves);
	}
	weight = (SegmDecimal) {1, 0};
	ok(segm_affinity_decay(&decay, 90 * DAY, &weight) == SEGM_OK &&
	   weight.coefficient == 793700526, "2^(-1/3) to nine decimals");
	weight = (SegmDecimal) {-1, 0};
	ok(segm_affinity_decay(&decay, -99999 * DAY, &weight) == SEGM_OK && weight.coefficient == 0, "a weight of long ago is zero");
	ok(segm_affinity_decay(&decay, 100 * DAY, &weight) == SEGM_DOMAIN, "a row of as_of does not exist");
	weight = (SegmDecimal) {(SegmInt128) 1 << 120, 0};
	ok(segm_affinity_decay(&decay, 99 * DAY, &weight) == SEGM_OVERFLOW, "a weight of 37 digits has no room for decimals");
}

static int	polls;

static void
count_polls(void)
{
	polls++;
}

/* What is long asks now and then, and a text of too many labels is refused before they are kept. */
static void
test_asked(void)
{
	static char text[48 * (SEGM_AFFINITY_MAX_LABELS + 2)];
	static SegmAffinityLabel labels[SEGM_AFFINITY_MAX_LABELS];
	static uint8_t bytes[sizeof(text)];
	static Value part;
	static Value state;
	SegmAffinity affinity;
	SegmDecay	decay;
	size_t		count;
	int			length = sprintf(text, "v1 scale=0");
	int			whole;
	int			scale;

	for (int i = 0; i < SEGM_AFFINITY_MAX_LABELS; i++)
		length += sprintf(text + length, " %d:1:1:2024-01-01T00:00:00Z", (int) (i * 7919LL % SEGM_AFFINITY_MAX_LABELS));
	whole = length;
	sprintf(text + length, " x:1:1:2024-01-01T00:00:00Z");
	ok(segm_affinity_parse(text, NULL, NULL, &count, &scale, &decay, NULL) == SEGM_TOO_LARGE, "a text of one label too many is not kept");
	text[whole] = '\0';
	ok(segm_affinity_parse(text, labels, bytes, &count, &scale, &decay, count_polls) == SEGM_OK && polls > 50, "reading asks now and then");
	polls = 0;
	ok(segm_affinity_fold(labels, &count, count_polls) == SEGM_OK && count == SEGM_AFFINITY_MAX_LABELS && polls > 50, "so does sorting");

	build(0, 1, &part);
	ok(segm_affinity_read(part.bytes, part.length, &affinity) == SEGM_OK, "a part");
	polls = 0;
	start(&state, NAMES, 100, 2, &affinity.decay);
	ok(segm_affinity_add_all(state.bytes, state.length, &affinity, count_polls) == SEGM_OK && polls == NAMES, "so does merging, for each label");
}

static void
test_limits(void)
{
	static Value state;
	static Value value;
	static char long_label[SEGM_AFFINITY_MAX_LABEL + 2];
	SegmInt128	most = (SegmInt128) (((SegmUInt128) 1 << 127) - 1);
	SegmAffinityLabel label = {(const uint8_t *) "x", 1, 1, most, 0, 0};
	uint8_t    *large;
	size_t		size;

	memset(long_label, 'l', SEGM_AFFINITY_MAX_LABEL);
	start(&state, 0, 0, 0, &undecayed);
	ok(add(&state, long_label, 1, 0, 0) == SEGM_OK, "a label of 1024 bytes");
	long_label[SEGM_AFFINITY_MAX_LABEL] = 'l';
	ok(add(&state, long_label, 1, 0, 0) == SEGM_TOO_LARGE, "not of 1025");
	ok(add(&state, "", 1, 0, 0) == SEGM_DOMAIN, "nor an empty one");
	ok(add(&state, "x", 1, 0, SEGM_END_INSTANT) == SEGM_DOMAIN && add(&state, "x", 1, 0, SEGM_MIN_INSTANT - 1) == SEGM_DOMAIN, "nor a time that no clock shows");
	ok(add(&state, "x", 1, 39, 0) == SEGM_OVERFLOW, "nor 39 decimals");
	start(&state, 0, 0, 0, &undecayed);
	ok(segm_affinity_add(state.bytes, state.length, &label, 0) == SEGM_OK && add(&state, "x", 1, 0, 0) == SEGM_OVERFLOW, "sums beyond 127 bits are refused");
	start(&state, 0, 0, 0, &undecayed);
	ok(add(&state, "x", 1, 0, SEGM_MIN_INSTANT) == SEGM_OK && add(&state, "x", 1, 0, SEGM_END_INSTANT - 1) == SEGM_OK &&
	   finish(&state, NULL, &value) == SEGM_OK && segm_affinity_validate(value.bytes, value.length) == SEGM_OK && canonical(&value), "rows from the first to the last instant there is");
	label.weight = -most;
	label.label = (const uint8_t *) "y";
	start(&state, 0, 0, 0, &undecayed);
	ok(segm_affinity_add(state.bytes, state.length, &label, 0) == SEGM_OK && finish(&state, NULL, &value) == SEGM_OK && canonical(&value), "the least weight is kept");
	ok(add(&state, "x", 1, 0, 0) == SEGM_OK && finish(&state, NULL, &value) == SEGM_OVERFLOW, "weights without a sum are refused");

	size = segm_affinity_open_size(SEGM_AFFINITY_MAX_LABELS, 5 * SEGM_AFFINITY_MAX_LABELS);
	large = malloc(size);
	segm_affinity_init(large, SEGM_AFFINITY_MAX_LABELS, 0, &undecayed);
	for (int i = 0; i <= SEGM_AFFINITY_MAX_LABELS; i++)
	{
		char		name[16];
		SegmStatus	status;

		label = (SegmAffinityLabel) {(const uint8_t *) name, (size_t) snprintf(name, sizeof(name), "%d", i), 1, 1, 0, 0};
		status = segm_affinity_add(large, size, &label, 0);
		if (status != SEGM_OK)
		{
			ok(i == SEGM_AFFINITY_MAX_LABELS && status == SEGM_TOO_LARGE, "65536 labels and no more");
			break;
		}
	}
	free(large);
}

static void
test_damage(void)
{
	static Value whole;
	static Value changed;
	static Value state;
	int			refused = 0;
	int			kept = 0;

	build(0, 1, &whole);
	for (size_t at = 0; at < whole.length; at++)
		for (int bit = 0; bit < 8; bit++)
		{
			changed = whole;
			changed.bytes[at] ^= (uint8_t) (1 << bit);
			if (segm_affinity_validate(changed.bytes, changed.length) != SEGM_OK)
				refused++;
			else if (canonical(&changed))
				kept++;
		}
	is_int(refused + kept, (long long) whole.length * 8, "every changed bit is refused or makes another valid value");
	ok(refused > 0 && kept > 0, "%d refused, %d valid", refused, kept);
	for (size_t length = 0; length < whole.length; length++)
		if (segm_affinity_validate(whole.bytes, length) == SEGM_OK)
		{
			changed = whole;
			changed.length = length;
			if (!canonical(&changed))
				ok(false, "cut at %zu", length);
		}
	start(&state, 0, 0, 0, &undecayed);
	ok(add(&state, "x", 1, 0, 0) == SEGM_OK && segm_affinity_validate(state.bytes, state.length) == SEGM_CORRUPT, "a state is no value");
	ok(segm_affinity_add(whole.bytes, whole.length, &(SegmAffinityLabel) {(const uint8_t *) "x", 1, 1, 1, 0, 0}, 0) == SEGM_NO_ROOM, "and a value no state");
}

static void
test_text(void)
{
	static const char *const wrong[] = {
		"", "v1", "v1 scale=2", "v1 scale=39 a:1:1:2024-01-01T00:00:00Z", "v1 scale=0 a:0:1:2024-01-01T00:00:00Z",
		"v1 scale=0 :1:1:2024-01-01T00:00:00Z", "v1 scale=0 a:1:1.0:2024-01-01T00:00:00Z", "v1 scale=1 a:1:1:2024-01-01T00:00:00Z",
		"v1 scale=0 a%00:1:1:2024-01-01T00:00:00Z", "v1 scale=0 a%C3:1:1:2024-01-01T00:00:00Z", "v1 scale=0 a%2:1:1:2024-01-01T00:00:00Z",
		"v1 scale=0 a%:1:1:2024-01-01T00:00:00Z", "v1 scale=0 a b:1:1:2024-01-01T00:00:00Z", "v1 scale=0 a:1:1:2024-02-30T00:00:00Z",
		"v1 scale=0 a:1:1:2024-01-01T00:00:00Z:2024-01-02T00:00:00Z", "v1 scale=0 a:2:1:2024-01-02T00:00:00Z:2024-01-01T00:00:00Z",
		"v1 scale=0 a:1:1:2024-01-01T00:00:00Z ", "v1 scale=9 half_life=0 as_of=2024-01-01T00:00:00Z a:1:1.000000000:2023-01-01T00:00:00Z",
		"v1 scale=0 half_life=5 as_of=2024-01-01T00:00:00Z a:1:1:2023-01-01T00:00:00Z",
		"v1 scale=9 half_life=5 as_of=2024-01-01T00:00:00Z a:1:1.000000000:2024-01-01T00:00:00Z"
	};
	static Value value;
	static Value other;
	char		text[256];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ok(parse(wrong[i], &value) != SEGM_OK, "refused: \"%s\"", wrong[i]);
	ok(parse("v2 scale=0 a:1:1:2024-01-01T00:00:00Z", &value) == SEGM_VERSION, "a newer version");
	ok(parse("v1 scale=1 b:1:1.0:2024-01-02T00:00:00Z a%41:1:-2.0:2024-01-01T00:00:00Z b:2:0.5:2024-01-03T00:00:00Z:2024-01-04T00:00:00Z", &value) == SEGM_OK &&
	   format(&value, text) == SEGM_OK, "unsorted, twice, needlessly escaped");
	is_str(text, "v1 scale=1 aA:1:-2.0:2024-01-01T00:00:00Z b:3:1.5:2024-01-02T00:00:00Z:2024-01-04T00:00:00Z", "is written in order");
	ok(parse(text, &other) == SEGM_OK && same(&value, &other), "and is the same");
	ok(parse("v1 scale=9 half_life=5 as_of=2024-01-01T00:00:00Z a:1:1.000000000:2023-12-31T23:59:59.999999Z", &value) == SEGM_OK && canonical(&value), "decayed");
}

int
main(void)
{
	test_sums();
	test_answers();
	test_decay();
	test_limits();
	test_asked();
	test_damage();
	test_text();
	return tap_done();
}
