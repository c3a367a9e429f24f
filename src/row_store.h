/*
 * row_store.h
 *		Many small rows set aside by the hash of their key, and read back one
 *		partition after the other.
 *
 * Grouping a population in one big hash table misses the processor's cache
 * with every row.  Set aside by partition first, each partition's groups fit
 * it.  Beyond the memory allowed (the server's hash memory) partitions go to
 * temporary files.
 */
#ifndef CSEG_ROW_STORE_H
#define CSEG_ROW_STORE_H

#include "glue.h"

#pragma GCC visibility push(hidden)

#define ROW_STORE_PARTITIONS	256 /* literal: many enough for a cache each, few enough for files */

typedef struct RowStore RowStore;

/* A store in a memory context of its own below "parent". */
extern RowStore *cseg_row_store_begin(MemoryContext parent, Size memory_allowed);

/* Room for a row of so many bytes; valid until the next call. */
extern char *cseg_row_store_put(RowStore *store, uint32 hash, Size length);

/* Whether a partition has no row, before any of them is read. */
extern bool cseg_row_store_is_empty(const RowStore *store, int partition);

/*
 * The next stretch of whole rows of a partition, in the order in which they
 * were put; NULL after the last one.  Each row can be read once.  Stretches
 * stay in memory, together "held" bytes, until they are released.
 */
extern char *cseg_row_store_next(RowStore *store, int partition, Size *length);
extern Size cseg_row_store_held(const RowStore *store);
extern void cseg_row_store_release(RowStore *store);

/* Close the files and free the memory. */
extern void cseg_row_store_end(RowStore *store);

#pragma GCC visibility pop

#endif							/* CSEG_ROW_STORE_H */
