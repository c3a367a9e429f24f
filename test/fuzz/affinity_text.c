/*
 * affinity_text.c
 *		Any text as an affinity: refused, or a canonical value.
 */
#include "affinity_value.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static Value value;
	static char text[BYTES / 4];

	if (length >= sizeof(text))
		return 0;
	memcpy(text, data, length);
	text[		length] = '\0';

	if (parse(text, &value) == SEGM_OK && !canonical(&value))
		abort();
	return 0;
}
