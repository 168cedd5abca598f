#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""arrow_types.py LIBRARY FOLDER: pyarrow columns of every type that shift/arrow.h takes, with and without nulls, sliced
and in chunks of uneven lengths. The bytes of each profile are those of the same values read from a CSV file; in chunks, whose
sums round otherwise, the counts, values and categories are the same and the moments but for rounding."""
import csv
import datetime
import decimal
import math
import pathlib
import random
import sys

import cffi
import pyarrow as pa

library_path, folder = (pathlib.Path(argument) for argument in sys.argv[1:])
ffi = cffi.FFI()
ffi.cdef("""
    typedef struct shift_error { int status; char message[512]; } shift_error;
    typedef struct shift_source shift_source;
    typedef struct shift_profile shift_profile;
    struct ArrowArrayStream { void *members[5]; };
    int shift_source_open(shift_source **, const char *, const void *, shift_error *);
    int shift_source_open_arrow(shift_source **, struct ArrowArrayStream *, const char *, const void *, shift_error *);
    void shift_source_close(shift_source *);
    int shift_profile_read(shift_profile **, shift_source *, const void *, const void *, const void *, shift_error *);
    int shift_profile_encode(const shift_profile *, unsigned char **, size_t *, shift_error *);
    void shift_profile_free(shift_profile *);
    typedef struct { const char *text; size_t size; uint64_t count; } shift_category;
    typedef struct shift_distribution {
        size_t size; int kind; uint64_t rows, n, missing, non_finite, invalid;
        size_t n_points; const double *points; const uint64_t *cumulative; double rank_error, mean, m2, m3, m4, minimum, maximum;
        size_t n_categories; const shift_category *categories; uint64_t other; } shift_distribution;
    int shift_distribution_of_profile(shift_distribution **, const shift_profile *, size_t, shift_error *);
    void shift_distribution_free(shift_distribution *);
    void free(void *);
""")
library, libc = ffi.dlopen(str(library_path)), ffi.dlopen(None)
path = folder / "values.csv"
ROWS = 3000
BEFORE = 7  # rows that are sliced off
draw = random.Random(1)


def make(function, *arguments):
    """Call a function whose first argument is the place of what it makes."""
    place, error = ffi.new(ffi.typeof(function).args[0]), ffi.new("shift_error *")
    if function(place, *arguments, error) != 0:
        raise ValueError(ffi.string(error.message).decode())
    return place[0]


def contents(made):
    """What is the same for any rows at a time; and the moments."""
    d = make(library.shift_distribution_of_profile, made, 0)
    exact = (d.kind, d.rows, d.n, d.missing, d.non_finite, d.invalid, d.rank_error, d.minimum, d.maximum, d.other,
             ffi.unpack(d.points, d.n_points) if d.n_points else [], ffi.unpack(d.cumulative, d.n_points) if d.n_points else [],
             [(ffi.unpack(c.text, c.size), c.count) for c in ffi.unpack(d.categories, d.n_categories)] if d.n_categories else [])
    moments = (d.mean, d.m2, d.m4)
    library.shift_distribution_free(d)
    return repr(exact), moments


def profile(source):
    """The bytes of the profile of a source, which is closed; and its contents."""
    made = make(library.shift_profile_read, source, ffi.NULL, ffi.NULL, ffi.NULL)
    error, bytes_, n = ffi.new("shift_error *"), ffi.new("unsigned char **"), ffi.new("size_t *")
    assert library.shift_profile_encode(made, bytes_, n, error) == 0, ffi.string(error.message)
    found = ffi.buffer(bytes_[0], n[0])[:], *contents(made)
    libc.free(bytes_[0])
    library.shift_profile_free(made)
    library.shift_source_close(source)
    return found


def of_arrow(table):
    stream = ffi.new("struct ArrowArrayStream *")
    table.to_reader()._export_to_c(int(ffi.cast("uintptr_t", stream)))
    source = make(library.shift_source_open_arrow, stream, str(path).encode(), ffi.NULL)
    assert stream.members[3] == ffi.NULL, "the stream was not taken"
    return profile(source)


def of_csv(texts):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
        writer.writerow(["x", "y"])
        writer.writerows(["" if text is None else text, 1] for text in texts)
    return profile(make(library.shift_source_open, str(path).encode(), ffi.NULL))


def integers(bits, signed):
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    return [low, high] + [draw.randint(low, high) for _ in range(ROWS - 2)]


def halves():
    return [draw.randint(-2048, 2048) / 2 ** draw.randint(0, 8) for _ in range(ROWS)]


def singles():
    special = [float("nan"), float("inf"), -float("inf"), 0.0, -0.0]
    return special + pa.array([draw.gauss(0, 1e6) for _ in range(ROWS - len(special))], pa.float32()).to_pylist()


def texts():
    words = ["Oslo", "Rome, Italy", 'say "hi"', "two\nlines", "Zürich", "東京", "a text that is longer than twelve bytes", " x "]
    return [draw.choice(words) for _ in range(ROWS)]


def dates():
    return [datetime.date(1960, 1, 1) + datetime.timedelta(draw.randint(0, 40000)) for _ in range(ROWS)]


def times(unit):
    digits = {"s": 0, "ms": 3, "us": 6, "ns": 9}[unit]
    return [draw.randint(-10 ** (9 + digits), 4 * 10 ** (9 + digits)) for _ in range(ROWS)], digits


def time_text(value, digits):
    whole, rest = divmod(value, 10 ** digits)
    text = (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=whole)).isoformat()
    return text + (f".{rest:0{digits}d}" if digits else "") + "Z"


def decimals(digits, scale):
    limit = 10 ** digits - 1
    with decimal.localcontext() as context:
        context.prec = 80
        return [decimal.Decimal(draw.randint(-limit, limit)).scaleb(-scale) for _ in range(ROWS)]


def cases():
    """Name, Arrow type, values as pyarrow takes them, and their texts."""
    for bits in (8, 16, 32, 64):
        yield f"int{bits}", getattr(pa, f"int{bits}")(), integers(bits, True), str
        yield f"uint{bits}", getattr(pa, f"uint{bits}")(), integers(bits, False), str
    yield "float16", pa.float16(), halves(), repr
    yield "float32", pa.float32(), singles(), repr
    yield "float64", pa.float64(), [draw.gauss(0, 1) for _ in range(ROWS)], repr
    yield "float64 with what is not finite", pa.float64(), singles(), repr
    yield "bool", pa.bool_(), [draw.random() < 0.3 for _ in range(ROWS)], lambda x: str(x).lower()
    for name in ("utf8", "large_utf8", "string_view"):
        yield name, getattr(pa, name)(), texts(), str
        yield f"{name} of numbers", getattr(pa, name)(), [str(draw.randint(0, 10 ** 6)) for _ in range(ROWS)], str
        yield f"dictionary of {name}", pa.dictionary(pa.int8(), getattr(pa, name)()), texts(), str
    yield "dictionary of int64", pa.dictionary(pa.uint16(), pa.int64()), [draw.randint(0, 50) for _ in range(ROWS)], str
    yield "dictionary of float64", pa.dictionary(pa.int32(), pa.float64()), [draw.randint(0, 50) / 8 for _ in range(ROWS)], repr
    yield "date32", pa.date32(), dates(), lambda x: x.isoformat()
    yield "date64", pa.date64(), dates(), lambda x: x.isoformat()
    for unit in ("s", "ms", "us", "ns"):
        for zone in (None, "UTC", "Europe/Oslo"):
            values, digits = times(unit)
            yield f"timestamp {unit} {zone}", pa.timestamp(unit, zone), values, lambda x, d=digits: time_text(x, d)
    for width, digits in ((32, 9), (64, 18), (128, 38), (256, 76)):
        make = getattr(pa, f"decimal{width}", None)
        for scale in (0, 2, digits) if make else ():
            yield f"decimal{width} scale {scale}", make(digits, scale), decimals(digits, scale), lambda x: f"{x:f}"


def array_of(kind, values):
    if pa.types.is_dictionary(kind):
        encoded = pa.array(values, kind.value_type if kind.value_type != pa.string_view() else pa.utf8()).dictionary_encode()
        return pa.DictionaryArray.from_arrays(encoded.indices.cast(kind.index_type), encoded.dictionary.cast(kind.value_type))
    return pa.array(values, kind)


def chunked(kind, values):
    """In slices of arrays that begin before them and end after them, some of them empty."""
    chunks, at = [], 0
    while at < len(values):
        n = min(draw.choice([0, 1, 3, 500, 777]), len(values) - at)
        around = array_of(kind, values[:BEFORE] + values[at : at + n] + values[:5])
        chunks.append(around.slice(BEFORE, n))
        at += n
    if pa.types.is_dictionary(kind):  # a chunk may have a dictionary of its own, a column has one type
        assert len({str(chunk.type) for chunk in chunks}) == 1
    return pa.chunked_array(chunks, kind)


def near(found, wanted):
    return all(x == y or (math.isnan(x) and math.isnan(y)) or math.isclose(x, y, rel_tol=1e-9) for x, y in zip(found, wanted))


failed = count = 0
beside = pa.array([1] * ROWS, pa.int8())
for name, kind, values, text in cases():
    for nulls in (False, True):
        there = [None if nulls and draw.random() < 0.1 else value for value in values]
        wanted = of_csv([None if value is None else text(value) for value in there])
        whole = of_arrow(pa.table({"x": array_of(kind, there), "y": beside}))
        parts = of_arrow(pa.table({"x": chunked(kind, there), "y": beside}))
        count += 2
        if whole[0] != wanted[0] or parts[1] != wanted[1] or not near(parts[2], wanted[2]):
            failed = 1
            print(f"{name}{', with nulls' if nulls else ''}: not the profile of the CSV file")
if of_arrow(pa.table({"x": pa.nulls(ROWS), "y": beside}))[0] != of_csv([None] * ROWS)[0]:
    failed = 1
    print("null: not the profile of the CSV file")
print(f"{count + 1} columns")
assert count > 100, "columns were passed over"
sys.exit(failed)
