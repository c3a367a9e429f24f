/*
 * history_bytes.c
 *		Any bytes as a stored or received purchase_history: reading them never leaves
 *		the buffer, and what validation lets through is canonical.
 */
#include "core/btyd.h"
#include "history_value.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static Value value;
	static Value again;
	static SegmHistoryEntry entries[BYTES];
	static char text[64 * BYTES];
	SegmHistory history;
	SegmHistoryTotals totals;
	SegmBtydSummary btyd;
	size_t		count = 0;
	size_t		size = 0;
	bool		exists;

	if (length > BYTES / 2)
		return 0;
	memcpy(value.bytes, data, length);
	value.length = length;
	if (segm_history_validate(value.bytes, length) == SEGM_OK && !canonical(&value))
		abort();

	/* a damaged page: no more than the header has been looked at */
	if (segm_history_read(value.bytes, length, &history) != SEGM_OK)
		return 0;
	(void) segm_history_totals(&history, &segm_history_whole, &totals);
	(void) segm_btyd_summary(&history, 8766, 7.0, &btyd, &exists);
	if (segm_history_format(&history, NULL, &size, NULL) == SEGM_OK && size < sizeof(text))
		(void) segm_history_format(&history, text, &size, NULL);
	if (segm_history_entry_bound(&history) > BYTES)
		abort();
	(void) segm_history_collect(&history, history.scale, entries, &count);
	if (count > segm_history_entry_bound(&history))
		abort();
	again.length = 64 + length;
	segm_history_init(again.bytes, history.scale);
	(void) segm_history_append_all(again.bytes, again.length, &history);
	return 0;
}
