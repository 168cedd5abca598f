/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrow streams as a source: shift_source_open_arrow() of shift/arrow.h. */
#ifndef SHIFT_SOURCE_ARROW_H
#define SHIFT_SOURCE_ARROW_H

/** An array of the stream, which is released when the last block that has rows of it leaves. */
typedef struct shift__arrow_chunk shift__arrow_chunk;

void shift__arrow_chunk_leave(shift__arrow_chunk *chunk); /* NULL is allowed */

#endif
