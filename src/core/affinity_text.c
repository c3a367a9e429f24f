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
 * " half_life=2592000 as_of=2024-04-01T00:00:00Z", after the scale.  In labels,
 * ASCII characters but letters, digits, and "-._~/" are written as %20; other
 * characters stand for themselves.
 */
#include "core/affinity.h"
#include "core/text_time.h"

static bool
is_plain(uint8_t byte)
{
	return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
		(byte >= 'a' && byte <= 'z') || (byte != 0 && strchr("-._~/", byte) != NULL);
}

static void
put_label(SegmSink *sink, const SegmAffinityLabel *label)
{
	static const char hex[] = "0123456789ABCDEF";

	put(sink, " ");
	for (size_t i = 0; i < label->length; i++)
	{
		uint8_t		byte = label->label[i];
		char		plain[] = {(char) byte, '\0'};
		char		escaped[] = {'%', hex[byte >> 4], hex[byte & 15], '\0'};

		put(sink, is_plain(byte) ? plain : escaped);
	}
}

SegmStatus
segm_affinity_format(const SegmAffinity *affinity, char *text, size_t *length)
{
	SegmSink	sink = {text, 0};
	SegmAffinityCursor cursor;
	SegmAffinityLabel label;
	SegmStatus	status;
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
		put_label(&sink, &label);
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

static int
hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return -1;
}

/* The bytes of a label, if they are wanted, and their number; %80 and above could make broken characters. */
static bool
take_label(const char **at, uint8_t *bytes, size_t *length)
{
	const char *p = *at;

	*length = 0;
	for (; *p == '%' || (*p != '\0' && is_plain((uint8_t) *p)); p++)
	{
		int			byte = (uint8_t) *p;

		if (byte == '%')
		{
			int			high = hex_digit(p[1]);
			int			low = high < 0 ? -1 : hex_digit(p[2]);

			if (low < 0)
				return false;
			byte = high * 16 + low;
			if (byte == 0 || byte >= 0x80)
				return false;
			p += 2;
		}
		if (bytes != NULL)
			bytes[*length] = (uint8_t) byte;
		(*length)++;
	}
	*at = p;
	return *length > 0;
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
					int *scale, SegmDecay *decay)
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
