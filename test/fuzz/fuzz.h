/*
 * fuzz.h
 *		What the fuzz targets share: the entry point, a check, and numbers out
 *		of the input.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

/* The input as two lines of text in a buffer: the second one, NULL if there are no two or they are too long. */
static inline const char *
two_texts(const uint8_t *data, size_t length, char *text, size_t room)
{
	char	   *second;

	if (length >= room)
		return NULL;
	memcpy(text, data, length);
	text[length] = '\0';
	second = strchr(text, '\n');
	if (second == NULL)
		return NULL;
	*second = '\0';
	return second + 1;
}

/* What is left of the input. */
typedef struct Input
{
	const uint8_t *at;
	size_t		left;
} Input;

/* The next so many bytes, as zeros once there are no more. */
static inline void
next_bytes(Input *input, void *to, size_t n)
{
	size_t		got = input->left < n ? input->left : n;

	memset(to, 0, n);
	memcpy(to, input->at, got);
	input->at += got;
	input->left -= got;
}

static inline int64_t
next_integer(Input *input)
{
	int64_t		value;

	next_bytes(input, &value, sizeof(value));
	return value;
}

static inline uint8_t
next_byte(Input *input)
{
	uint8_t		value;

	next_bytes(input, &value, sizeof(value));
	return value;
}

/* Any double at all, NaN and infinities among them; of every second one a whole number of a byte or two. */
static inline double
next_double(Input *input)
{
	uint8_t		kind = next_byte(input);
	double		value;

	if (kind % 4 == 0)
		return next_byte(input);
	if (kind % 4 == 1)
		return (next_byte(input) * 256 + next_byte(input)) / 16.0;
	next_bytes(input, &value, sizeof(value));
	return value;
}

#endif							/* FUZZ_H */
