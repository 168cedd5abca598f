# SPDX-License-Identifier: GPL-3.0-or-later
"""arrow_table.py LIBRARY: two pyarrow tables, compared through cffi by the Arrow C stream interface; and the
measurements as a table. LIBRARY is the path of libshift.so."""
import sys

import cffi
import pyarrow as pa

ffi = cffi.FFI()
ffi.cdef("""
    typedef struct shift_error { int status; char message[512]; } shift_error;
    typedef struct shift_source shift_source;
    typedef struct shift_profile shift_profile;
    typedef struct shift_schema shift_schema;
    typedef struct shift_comparison shift_comparison;
    struct ArrowArrayStream { void *members[5]; };
    int shift_source_open_arrow(shift_source **, struct ArrowArrayStream *, const char *, const void *, shift_error *);
    void shift_source_close(shift_source *);
    int shift_profile_read(shift_profile **, shift_source *, const shift_schema *, const void *, const void *, shift_error *);
    const shift_schema *shift_profile_schema(const shift_profile *);
    void shift_profile_free(shift_profile *);
    int shift_compare(shift_comparison **, const shift_profile *, const shift_profile *, const void *, shift_error *);
    int shift_comparison_export_arrow(struct ArrowArrayStream *, const shift_comparison *, shift_error *);
    void shift_comparison_free(shift_comparison *);
""")
library = ffi.dlopen(sys.argv[1])


def make(function, free, *arguments):
    """Call a function that makes something, which frees itself; an exception where it fails."""
    place, error = ffi.new(ffi.typeof(function).args[0]), ffi.new("shift_error *")
    if function(place, *arguments, error) != 0:
        raise ValueError(ffi.string(error.message).decode())
    return ffi.gc(place[0], free)


def profile(table, name, schema=ffi.NULL):
    stream = ffi.new("struct ArrowArrayStream *")
    table.to_reader()._export_to_c(int(ffi.cast("uintptr_t", stream)))
    source = make(library.shift_source_open_arrow, library.shift_source_close, stream, name.encode(), ffi.NULL)
    return make(library.shift_profile_read, library.shift_profile_free, source, schema, ffi.NULL, ffi.NULL)


def measurements(comparison):
    stream, error = ffi.new("struct ArrowArrayStream *"), ffi.new("shift_error *")
    if library.shift_comparison_export_arrow(stream, comparison, error) != 0:
        raise ValueError(ffi.string(error.message).decode())
    return pa.RecordBatchReader._import_from_c(int(ffi.cast("uintptr_t", stream))).read_all()


train = pa.table({"age": [20.0 + i % 40 for i in range(1000)], "city": ["Oslo", "Rome"] * 500})
prod = pa.table({"age": [35.0 + i % 40 for i in range(1000)], "city": ["Oslo", "Rome"] * 500})
before = profile(train, "train")
after = profile(prod, "prod", library.shift_profile_schema(before))
found = measurements(make(library.shift_compare, library.shift_comparison_free, before, after, ffi.NULL))
for row in found.to_pylist():
    if row["statistic"] in ("wasserstein_normalized", "cramers_v"):
        print(f"{row['subject']}: {row['statistic']} {row['value']:.3f}, {row['verdict']}")
