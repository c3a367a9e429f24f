/*
 * text_label.h
 *		Labels in the text forms of values: ASCII characters but letters,
 *		digits, and "-._~/" are written as %20; other characters stand for
 *		themselves.
 */
#ifndef SEGM_TEXT_LABEL_H
#define SEGM_TEXT_LABEL_H

#include "core/text.h"

static inline bool
is_plain(uint8_t byte)
{
	return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
		(byte >= 'a' && byte <= 'z') || (byte != 0 && strchr("-._~/", byte) != NULL);
}

static inline void
put_label(SegmSink *sink, const char *before, const uint8_t *label, size_t length)
{
	static const char hex[] = "0123456789ABCDEF";

	put(sink, before);
	for (size_t i = 0; i < length; i++)
	{
		uint8_t		byte = label[i];
		char		plain[] = {(char) byte, '\0'};
		char		escaped[] = {'%', hex[byte >> 4], hex[byte & 15], '\0'};

		put(sink, is_plain(byte) ? plain : escaped);
	}
}

static inline int
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
static inline bool
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

#endif							/* SEGM_TEXT_LABEL_H */
