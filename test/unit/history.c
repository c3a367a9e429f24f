/*
 * history.c
 *		The codec of purchase histories, in bytes and in text: random rows in
 *		random order and random parts against sums over the rows themselves,
 *		every truncation and every changed byte of values, limits.
 */
#include "core/btyd.h"
#include "history_value.h"
#include "tap.h"

#define ROWS		60

static int	polls;

static void
count_polls(void)
{
	polls++;
}

static uint64_t seed = 20240229;

static uint64_t
next_random(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

/* ---- random rows, and the answers by adding them up ---- */

static void
make_rows(SegmPurchase *rows, int n)
{
	int32_t		day = (int32_t) next_random(20000) - 5000;
	int			scales = 1 + (int) next_random(4);
	int64_t		spread = next_random(3) == 0 ? 5 : 400;

	for (int i = 0; i < n; i++)
	{
		SegmPurchase *row = &rows[i];

		memset(row, 0, sizeof(*row));
		row->day = day + (int32_t) next_random((uint64_t) spread);
		/* somewhere within that day of a zone between -12 and +14 hours */
		row->at = row->day * SEGM_USECS_PER_DAY + (int64_t) next_random(86400000000) +
			((int64_t) next_random(27) - 14) * INT64_C(3600000000);
		row->amount.scale = (int) next_random((uint64_t) scales) * (1 + (int) next_random(2));
		row->amount.coefficient = (SegmInt128) (next_random(1000000) >> next_random(20));
		if (next_random(20) == 0)
			row->amount.coefficient <<= next_random(70);
		if (next_random(5) == 0)
			row->amount.coefficient = -row->amount.coefficient;
		else if (next_random(6) == 0)
		{
			row->is_void = true;
			row->void_day = row->day + (int32_t) next_random(60);
		}
	}
}

static int
largest_scale(const SegmPurchase *rows, int n)
{
	int			scale = 0;

	for (int i = 0; i < n; i++)
		scale = rows[i].amount.scale > scale ? rows[i].amount.scale : scale;
	return scale;
}

/* the same sums without writing a value first */
static bool
sums_of_entries(const SegmHistory *history)
{
	static SegmHistoryEntry entries[BYTES];
	SegmHistoryTotals got;
	SegmHistoryTotals want;
	size_t		count = 0;

	return segm_history_collect(history, history->scale, entries, &count) == SEGM_OK &&
		segm_history_sum(entries, count, &got) == SEGM_OK &&
		segm_history_totals(history, &segm_history_whole, &want) == SEGM_OK &&
		memcmp(&got, &want, sizeof(got)) == 0;
}

static bool
agrees(const SegmHistory *history, const SegmPurchase *rows, int n, SegmHistoryRange range)
{
	SegmHistoryTotals got;
	SegmHistoryTotals want = {0};
	int			scale = largest_scale(rows, n);

	if (segm_history_totals(history, &range, &got) != SEGM_OK || history->scale != scale)
		return false;
	for (int i = 0; i < n; i++)
	{
		const SegmPurchase *row = &rows[i];
		SegmDecimal units;
		bool		seen = false;

		if (row->day < range.from || row->day >= range.to || row->day > range.horizon)
			continue;
		if (segm_decimal_rescale(row->amount, scale, &units) != SEGM_OK)
			return false;
		if (units.coefficient < 0)
		{
			want.refunds -= units.coefficient;
			continue;
		}
		want.revenue += units.coefficient;
		want.orders_placed++;
		if (row->is_void && row->void_day <= range.horizon)
			continue;
		want.orders++;
		for (int j = 0; j < i && !seen; j++)
			seen = rows[j].day == row->day && rows[j].amount.coefficient >= 0 &&
				!(rows[j].is_void && rows[j].void_day <= range.horizon);
		if (want.order_days == 0 || row->day < want.first_day)
			want.first_day = row->day;
		if (want.order_days == 0 || row->day > want.last_day)
			want.last_day = row->day;
		want.order_days += !seen;
	}
	return got.revenue == want.revenue && got.refunds == want.refunds &&
		got.orders == want.orders && got.orders_placed == want.orders_placed &&
		got.order_days == want.order_days &&
		(want.order_days == 0 || (got.first_day == want.first_day && got.last_day == want.last_day));
}

static void
random_rows(void)
{
	int			bytes_differ = 0;
	int			sums_differ = 0;
	int			not_canonical = 0;

	for (int round = 0; round < 3000; round++)
	{
		static SegmPurchase rows[ROWS];
		static Value whole;
		static Value other;
		static Value parts[4];
		SegmHistory history;
		int			n = 1 + (int) next_random(ROWS);
		int			scale;

		make_rows(rows, n);
		scale = largest_scale(rows, n);
		if (build(rows, n, &whole) != SEGM_OK)
			abort();
		not_canonical += !canonical(&whole);
		history = read_value(&whole);
		sums_differ += !agrees(&history, rows, n, segm_history_whole) || !sums_of_entries(&history);
		for (int i = 0; i < 6; i++)
		{
			SegmHistoryRange range = segm_history_whole;

			range.horizon = rows[next_random((uint64_t) n)].day + (int64_t) next_random(20);
			if (i >= 3)
			{
				range.to = range.horizon + 1;
				range.from = range.to - (int64_t) next_random(100);
			}
			sums_differ += !agrees(&history, rows, n, range);
		}

		/* any order */
		for (int i = n - 1; i > 0; i--)
		{
			int			j = (int) next_random((uint64_t) i + 1);
			SegmPurchase row = rows[i];

			rows[i] = rows[j];
			rows[j] = row;
		}
		if (build(rows, n, &other) != SEGM_OK)
			abort();
		bytes_differ += !same(&whole, &other);

		/* any parts, some of them finished, in any order of merging */
		for (int i = 0; i < 4; i++)
			start(&parts[i], (int) next_random((uint64_t) scale + 1));
		for (int i = 0; i < n; i++)
			if (add(&parts[next_random(4)], &rows[i]) != SEGM_OK)
				abort();
		for (int i = 0; i < 4; i++)
			if (next_random(2) == 0 && finish(&parts[i]) != SEGM_OK)
				abort();
		start(&other, 0);
		for (int i = 0; i < 4; i++)
			if (merge(&other, &parts[i], true) != SEGM_OK)
				abort();
		if (finish(&other) != SEGM_OK)
			abort();
		bytes_differ += !same(&whole, &other);
	}
	is_int(sums_differ, 0, "3,000 sets of rows: sums over any days as known on any day");
	is_int(bytes_differ, 0, "the same bytes in any order and from any parts");
	is_int(not_canonical, 0, "valid, canonical, and the same through text");
}

/* Bytes that are not ours are refused, or are another value of ours. */
static void
damaged(void)
{
	static SegmPurchase rows[ROWS];
	static Value whole;
	static Value other;
	int			accepted = 0;
	int			wrong = 0;

	for (int round = 0; round < 12; round++)
	{
		make_rows(rows, 12);
		if (build(rows, 12, &whole) != SEGM_OK)
			abort();
		for (size_t length = 0; length < whole.length; length++)
		{
			other = whole;
			other.length = length;
			if (segm_history_validate(other.bytes, length) == SEGM_OK)
			{
				accepted++;
				wrong += !canonical(&other);
			}
		}
		for (size_t at = 0; at < whole.length; at++)
			for (int byte = 0; byte < 256; byte++)
			{
				other = whole;
				other.bytes[at] = (uint8_t) byte;
				if (other.bytes[at] != whole.bytes[at] &&
					segm_history_validate(other.bytes, other.length) == SEGM_OK)
				{
					accepted++;
					wrong += !canonical(&other);
				}
			}
	}
	ok(accepted > 0, "some changed bytes are another value (%d)", accepted);
	is_int(wrong, 0, "and each of these is canonical");
}

static SegmStatus
validate(const char *bytes, size_t length)
{
	return segm_history_validate((const uint8_t *) bytes, length);
}

/* header of scale 2 without instants */
#define NONE	"\1\0\2\0" "\377\377\377\377\377\377\377\177" "\0\0\0\0\0\0\0\200"
/* header of scale 2, the one order at 2000-01-01 00:00 */
#define ONE		"\1\0\2\0" "\0\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0\0"
#define VALIDATE(bytes) validate(bytes, sizeof(bytes) - 1)

static void
layout(void)
{
	static Value value;
	SegmPurchase row = {0};
	SegmHistory history;
	char		text[200];

	is_int(VALIDATE(NONE), SEGM_OK, "no days");
	is_int(VALIDATE(ONE "\0\4\144"), SEGM_OK, "one order of 1.00 on 2000-01-01");
	is_int(VALIDATE(NONE "\0\1\144"), SEGM_OK, "one refund");
	is_int(VALIDATE(ONE "\0\4\144\2\5\1\1"), SEGM_OK, "an order and, a day later, both");
	is_int(VALIDATE(NONE "\0\6\144\1\0\1"), SEGM_OK, "an order, void on its day");
	is_int(VALIDATE(""), SEGM_CORRUPT, "nothing");
	is_int(VALIDATE("\2" "234567890123456789012345"), SEGM_VERSION, "version 2");
	is_int(VALIDATE(NONE "\0"), SEGM_CORRUPT, "half a run");
	is_int(VALIDATE(NONE "\0\0"), SEGM_CORRUPT, "an empty day");
	is_int(VALIDATE(NONE "\0\1\0"), SEGM_CORRUPT, "a refund of nothing");
	is_int(VALIDATE(NONE "\0\4\144"), SEGM_CORRUPT, "an order without its instant");
	is_int(VALIDATE(ONE "\0\1\144"), SEGM_CORRUPT, "an instant without its order");
	is_int(VALIDATE(ONE "\10\4\144"), SEGM_CORRUPT, "an instant four days before its order");
	is_int(VALIDATE(ONE "\0\4\144\0\4\144"), SEGM_CORRUPT, "a day twice");
	is_int(VALIDATE(ONE "\0\4\144\1\4\144"), SEGM_CORRUPT, "a day before the one before");
	is_int(VALIDATE(ONE "\0\4\344\0"), SEGM_CORRUPT, "a padded integer");
	is_int(VALIDATE(ONE "\0\6\144\0"), SEGM_CORRUPT, "no void group");
	is_int(VALIDATE(NONE "\0\6\144\1\0\2"), SEGM_CORRUPT, "more void orders than orders");
	is_int(VALIDATE(NONE "\0\12\144\2\1\1\1\1"), SEGM_CORRUPT, "void groups not ascending");
	is_int(VALIDATE("\1\1" "34567890123456789012345678"), SEGM_CORRUPT, "an open value");
	is_int(VALIDATE("\1\2\2\0" "5678901234567890"), SEGM_CORRUPT, "an unknown flag");
	is_int(VALIDATE("\1\0\47\0" "5678901234567890"), SEGM_CORRUPT, "39 decimals");
	is_int(VALIDATE("\1\0\2\1" "5678901234567890"), SEGM_CORRUPT, "a reserved byte");
	is_int(VALIDATE("\1\0\2\0" "\377\377\377\377\377\377\377\177" "\377\377\377\377\377\377\377\177"),
		   SEGM_CORRUPT, "instants out of range");
	is_int(VALIDATE("\1\0\2\0" "\1\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0\0" "\0\4\144"), SEGM_CORRUPT,
		   "last before first");
	is_int(VALIDATE("\1\0\2\0" "\0\0\0\0\0\0\0\0" "\1\0\0\0\0\0\0\0" "\0\4\144"), SEGM_CORRUPT,
		   "two instants of one order");
	is_int(VALIDATE(ONE "\0\374\377\377\377\377\377\377\377\177\0\2\4\0"), SEGM_OK,
		   "a day of as many orders as it can have");

	if (parse("v1 scale=2 first=2000-01-01T00:00:00Z last=2000-01-01T00:00:00Z 2000-01-01:1:1.00",
			  &value) != SEGM_OK)
		abort();
	ok(value.length == 23 && memcmp(value.bytes, ONE "\0\4\144", 23) == 0,
	   "text makes the bytes of the description");
	history = read_value(&value);
	is_int(segm_history_append(value.bytes, value.length, &row), SEGM_NO_ROOM,
		   "a finished value has no room");
	start(&value, 0);
	value.bytes[20] = 65;
	is_int(segm_history_append(value.bytes, value.length, &row), SEGM_CORRUPT,
		   "an open value that claims more bytes than there are");
	is_int(segm_history_append_all(value.bytes, value.length, &history), SEGM_CORRUPT,
		   "the same when merging");
	is_int(segm_history_read(value.bytes, value.length, &history), SEGM_CORRUPT,
		   "the same when reading");
	is_int(segm_history_read(value.bytes, 27, &history), SEGM_CORRUPT, "half an open header");

	/* amounts of each length, and the largest of all */
	for (int bits = 0; bits < 127; bits++)
	{
		row.amount.coefficient = (SegmInt128) 1 << bits;
		if (build(&row, 1, &value) != SEGM_OK || !canonical(&value))
			ok(false, "an amount of %d bits", bits + 1);
	}
	(void) parse("v1 scale=0 first=2000-01-01T00:00:00Z last=2000-01-01T00:00:00Z "
				 "2000-01-01:1:170141183460469231731687303715884105727", &value);
	format(&value, text);
	ok(strstr(text, ":170141183460469231731687303715884105727") != NULL, "2^127 - 1");
}

static void
texts(void)
{
	static Value value;
	static char text[8 * BYTES];
#define HEAD "v1 scale=2 first=2024-01-02T10:00:00Z last=2024-03-05T23:30:00.000001Z"
	static const char *const good[] = {
		"v1 scale=0",
		"v1 scale=38",
		HEAD " 2024-01-02:1:100.00 2024-03-05:2:80.00:20.00!9x1",
		"v1 scale=1 first=-4713-11-24T00:00:00Z last=294276-12-31T23:59:59.999999Z "
		"-4713-11-24:1:0.0 294276-12-31:1:0.5",
		"v1 scale=2 2024-01-02:0:0.00:0.01",
		"v1 scale=2 2024-01-02:3:0.00!0x1!1x2"
	};
	static const char *const bad[] = {
		"", "v", "v1", "v1 ", "v1scale=2", "v1 scale=", "v1 scale=39", "v1 scale=-1", "v1 scale=2 ",
		HEAD, HEAD " ", HEAD " 2024-01-02", HEAD " 2024-01-02:1", HEAD " 2024-01-02:1:",
		HEAD " 2024-01-02:1:1", HEAD " 2024-01-02:1:1.0", HEAD " 2024-01-02:1:1.000",
		HEAD " 2024-01-02:1:.00", HEAD " 2024-01-02:1:-1.00", HEAD " 2024-02-30:2:1.00",
		HEAD " 2024-01-02:1:1.00 2024-03-05:1:1.00x", HEAD " 2024-01-02:1:1.00  2024-03-05:1:1.00",
		HEAD " 2024-01-02:1:1.00 2024-03-06:1:1.00 2025-03-05:1:1.00",
		"v1 scale=0 2024-01-02:1:1", "v1 scale=0 2024-01-02:0:1", "v1 scale=0 2024-01-02:0:0",
		"v1 scale=0 2024-01-02:1:1!1x2", "v1 scale=0 2024-01-02:1:1!1x0", "v1 scale=0 2024-01-02:1:1!x1",
		"v1 scale=0 2024-01-02:1:1!2147483648x1", "v1 scale=0 2024-01-02:1:1!2147483647x1",
		"v1 scale=0 first=2024-01-02T24:00:00Z last=2024-01-02T24:00:00Z 2024-01-02:1:1",
		"v1 scale=0 first=2024-01-02T10:00:00 last=2024-01-02T10:00:00 2024-01-02:1:1",
		"v1 scale=0 first=2024-01-02T10:00:00.1Z last=2024-01-02T10:00:00.1Z 2024-01-02:1:1",
		/* 2^62 + 1 and 2^63 orders are not one and none */
		"v1 scale=0 first=2024-01-02T10:00:00Z last=2024-01-02T10:00:00Z 2024-01-02:4611686018427387905:1",
		"v1 scale=0 first=2024-01-02T10:00:00Z last=2024-01-02T10:00:00Z 2024-01-02:9223372036854775808:1",
		/* 2^127 */
		"v1 scale=0 first=2024-01-02T10:00:00Z last=2024-01-02T10:00:00Z "
		"2024-01-02:1:170141183460469231731687303715884105728"
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
	{
		SegmStatus	status = parse(good[i], &value);

		is_int(status, SEGM_OK, good[i]);
		if (status != SEGM_OK)
			continue;
		format(&value, text);
		is_str(text, good[i], "and back");
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		SegmStatus	status = parse(bad[i], &value);

		ok(status == SEGM_MALFORMED || status == SEGM_CORRUPT, "refused: \"%s\"", bad[i]);
	}
	is_int(parse("v2 scale=0", &value), SEGM_VERSION, "version 2");
	ok(parse("v1 scale=2 first=2024-01-02T10:00:00Z last=2024-01-03T10:00:00Z "
			 "2024-01-03:1:1.00 2024-01-02:1:2.00 2024-01-03:1:3.00:0.50", &value) == SEGM_OK,
	   "days in any order, and twice");
	format(&value, text);
	is_str(text, "v1 scale=2 first=2024-01-02T10:00:00Z last=2024-01-03T10:00:00Z "
		   "2024-01-02:1:2.00 2024-01-03:2:4.00:0.50", "are sorted and added up");
}

static void
limits(void)
{
	static Value value;
	static SegmPurchase rows[2];
	SegmInt128	largest = (SegmInt128) (((SegmUInt128) 1 << 127) - 1);
	SegmHistoryEntry *many;
	size_t		count;
	size_t		length;
	int			n = SEGM_HISTORY_MAX_BYTES / 3;

	rows[0].amount.coefficient = largest;
	rows[1].amount.coefficient = 1;
	is_int(build(rows, 2, &value), SEGM_OVERFLOW, "the sum of a day out of range");
	rows[1].day = 1;
	rows[1].at = SEGM_USECS_PER_DAY;
	is_int(build(rows, 2, &value), SEGM_OVERFLOW, "the sum of all days out of range");
	rows[1].amount.coefficient = 0;
	is_int(build(rows, 2, &value), SEGM_OK, "the largest sum");
	rows[1].amount.scale = 1;
	is_int(build(rows, 2, &value), SEGM_OVERFLOW, "a sum too large for the scale");
	rows[0].amount.coefficient = 0;
	rows[0].amount.scale = 1;
	rows[1].amount.coefficient = largest;
	rows[1].amount.scale = 0;
	is_int(build(rows, 2, &value), SEGM_OVERFLOW, "an amount too large for the scale");

	rows[0].amount.coefficient = 5;
	rows[0].day = 3;
	is_int(build(rows, 1, &value), SEGM_DOMAIN, "an instant three days before its local day");
	rows[0].day = SEGM_MAX_DAY;
	rows[0].at = SEGM_END_INSTANT;
	is_int(build(rows, 1, &value), SEGM_DOMAIN, "an instant out of range");
	rows[0].at = SEGM_END_INSTANT - 1;
	is_int(build(rows, 1, &value), SEGM_OK, "the last instant");
	rows[0].day = SEGM_MAX_DAY + 1;
	is_int(build(rows, 1, &value), SEGM_DOMAIN, "a day out of range");
	rows[0].day = SEGM_MIN_DAY;
	rows[0].at = SEGM_MIN_INSTANT;
	is_int(build(rows, 1, &value), SEGM_OK, "the first instant");
	rows[0].is_void = true;
	rows[0].void_day = SEGM_MAX_DAY;
	ok(build(rows, 1, &value) == SEGM_OK && canonical(&value), "void at the end of all days");
	rows[0].void_day = SEGM_MAX_DAY + 1;
	is_int(build(rows, 1, &value), SEGM_DOMAIN, "void after it");
	rows[0].void_day = SEGM_MIN_DAY - 1;
	is_int(build(rows, 1, &value), SEGM_DOMAIN, "void before it was placed");

	/* three bytes a day: the header's 20 make the last few too many */
	many = calloc((size_t) n, sizeof(*many));
	for (int i = 0; i < n; i++)
	{
		many[i].refunds = 1;
		many[i].day = i;
		many[i].void_after = -1;
	}
	count = (size_t) n;
	ok(segm_history_fold(many, &count, NULL) == SEGM_OK && count == (size_t) n, "five million days");
	is_int(segm_history_size(many, count, false, &length), SEGM_TOO_LARGE, "are too many");
	is_int(segm_history_size(many, count - 7, false, &length), SEGM_OK, "a few less are not");
	is_int((long long) length, 20 + 3 * ((long long) count - 7), "at three bytes each");
	is_int(segm_history_size(many, count - 7, true, &length), SEGM_OK, "nor while they are added up");

	/* backwards, so that they are sorted */
	count = 100000;
	for (size_t i = 0; i < count; i++)
		many[i].day = (int32_t) (count - i);
	ok(segm_history_fold(many, &count, count_polls) == SEGM_OK && count == 100000 && many[0].day == 1, "a hundred thousand, sorted");
	ok(polls > 40, "and the caller was asked now and then");
	free(many);
}

static void
summary(void)
{
	static Value value;
	SegmHistory history;
	SegmBtydSummary btyd;
	bool		exists = false;
	double		week = 0;

	(void) parse("v1 scale=2 first=2024-01-01T09:00:00Z last=2024-01-22T09:00:00Z "
				 "2024-01-01:2:50.00 2024-01-08:1:7.00!5x1 2024-01-15:1:30.00 2024-01-22:1:40.00 "
				 "2024-01-29:0:0.00:9.00", &value);
	history = read_value(&value);
	is_int(segm_time_unit_days("week", &week), SEGM_OK, "a week");
	is_int(segm_time_unit_days("fortnight", &week), SEGM_DOMAIN, "no other unit");
	(void) segm_time_unit_days("week", &week);
	ok(segm_btyd_summary(&history, 8766 + 28, week, &btyd, &exists) == SEGM_OK && exists &&
	   btyd.frequency == 2 && btyd.recency == 3.0 && btyd.t == 4.0 && btyd.monetary_value == 35.0,
	   "two repeat weeks of 30 and 40, the void one left out");
	ok(segm_btyd_summary(&history, 8766 + 11, week, &btyd, &exists) == SEGM_OK && exists &&
	   btyd.frequency == 1 && btyd.recency == 1.0 && btyd.t == 11.0 / 7.0 && btyd.monetary_value == 7.0,
	   "before it became void it counted");
	ok(segm_btyd_summary(&history, 8766, week, &btyd, &exists) == SEGM_OK && exists &&
	   btyd.frequency == 0 && btyd.recency == 0.0 && btyd.t == 0.0 && btyd.monetary_value == 0.0,
	   "on the first day");
	ok(segm_btyd_summary(&history, 8765, week, &btyd, &exists) == SEGM_OK && !exists,
	   "nothing before it");
}

int
main(void)
{
	layout();
	texts();
	random_rows();
	damaged();
	limits();
	summary();
	return tap_done();
}
