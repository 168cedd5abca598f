/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tensors of a file to ours. How much data there is gets checked before memory is taken. */
#include "network/initializer.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "network/external.h"

/* TensorProto.DataType of the standard. */
enum {
    TYPE_FLOAT = 1,
    TYPE_UINT8,
    TYPE_INT8,
    TYPE_UINT16,
    TYPE_INT16,
    TYPE_INT32,
    TYPE_INT64,
    TYPE_STRING,
    TYPE_BOOL,
    TYPE_FLOAT16,
    TYPE_DOUBLE,
    TYPE_UINT32,
    TYPE_UINT64
};

static const struct element_type {
    const char *name;
    bool known;
    shift__dtype dtype;
    unsigned size; /* bytes of an element of raw data */
} types[] = {
    [TYPE_FLOAT] = {"FLOAT", true, SHIFT__FLOAT32, 4},
    [TYPE_UINT8] = {"UINT8", true, SHIFT__INT64, 1},
    [TYPE_INT8] = {"INT8", true, SHIFT__INT64, 1},
    [TYPE_UINT16] = {"UINT16", true, SHIFT__INT64, 2},
    [TYPE_INT16] = {"INT16", true, SHIFT__INT64, 2},
    [TYPE_INT32] = {"INT32", true, SHIFT__INT64, 4},
    [TYPE_INT64] = {"INT64", true, SHIFT__INT64, 8},
    [TYPE_STRING] = {"STRING", false, SHIFT__INT64, 0},
    [TYPE_BOOL] = {"BOOL", true, SHIFT__BOOL, 1},
    [TYPE_FLOAT16] = {"FLOAT16", true, SHIFT__FLOAT32, 2},
    [TYPE_DOUBLE] = {"DOUBLE", true, SHIFT__FLOAT32, 8},
    [TYPE_UINT32] = {"UINT32", true, SHIFT__INT64, 4},
    [TYPE_UINT64] = {"UINT64", true, SHIFT__INT64, 8},
};

enum { N_TYPES = sizeof types / sizeof types[0] };

bool shift__element_type(int32_t type, shift__dtype *dtype)
{
    if (type < 1 || type >= N_TYPES || !types[type].known)
        return false;
    *dtype = types[type].dtype;
    return true;
}

const char *shift__element_type_name(int32_t type)
{
    return type >= 1 && type < N_TYPES ? types[type].name : "unknown";
}

/* Raw data is little-endian on every machine. */
static uint64_t load(const unsigned char *bytes, unsigned size)
{
    uint64_t bits = 0;
    for (unsigned i = 0; i < size; i++)
        bits |= (uint64_t)bytes[i] << (8 * i);
    return bits;
}

static float from_bits(uint32_t bits)
{
    float value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* IEEE 754 binary16; every value is a float. */
static float from_half(uint32_t half)
{
    uint32_t sign = (half & 0x8000U) << 16;
    uint32_t exponent = half >> 10 & 0x1fU;
    uint32_t fraction = half & 0x3ffU;
    if (exponent == 0) {
        float value = (float)fraction * 0x1p-24F;
        return sign != 0 ? -value : value;
    }
    exponent = exponent == 0x1f ? 0xff : exponent + 112;
    return from_bits(sign | exponent << 23 | fraction << 13);
}

static float from_double_bits(uint64_t bits)
{
    double value = 0;
    memcpy(&value, &bits, sizeof value);
    return (float)value;
}

static int64_t sign_extend(uint64_t bits, int32_t type)
{
    switch (type) {
    case TYPE_INT8:
        return (int8_t)bits;
    case TYPE_INT16:
        return (int16_t)bits;
    case TYPE_INT32:
        return (int32_t)bits;
    default:
        return (int64_t)bits;
    }
}

static void from_raw(const shift__tensor *out, const unsigned char *bytes, size_t n, int32_t type)
{
    unsigned size = types[type].size;
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = load(bytes + i * size, size);
        if (type == TYPE_BOOL)
            shift__booleans(out)[i] = bits != 0;
        else if (types[type].dtype == SHIFT__INT64)
            shift__integers(out)[i] = sign_extend(bits, type);
        else if (type == TYPE_FLOAT)
            shift__floats(out)[i] = from_bits((uint32_t)bits);
        else
            shift__floats(out)[i] =
                type == TYPE_DOUBLE ? from_double_bits(bits) : from_half((uint32_t)bits);
    }
}

/* How many elements the typed field has that this type is kept in. */
static size_t typed_size(const Onnx__TensorProto *proto)
{
    switch (proto->data_type) {
    case TYPE_FLOAT:
        return proto->n_float_data;
    case TYPE_DOUBLE:
        return proto->n_double_data;
    case TYPE_INT64:
        return proto->n_int64_data;
    case TYPE_UINT32:
    case TYPE_UINT64:
        return proto->n_uint64_data;
    default:
        return proto->n_int32_data;
    }
}

static void from_typed(const shift__tensor *out, const Onnx__TensorProto *proto, size_t n)
{
    int32_t type = proto->data_type;
    for (size_t i = 0; i < n; i++) {
        if (type == TYPE_FLOAT)
            shift__floats(out)[i] = proto->float_data[i];
        else if (type == TYPE_DOUBLE)
            shift__floats(out)[i] = (float)proto->double_data[i];
        else if (type == TYPE_FLOAT16)
            shift__floats(out)[i] = from_half((uint32_t)proto->int32_data[i] & 0xffffU);
        else if (type == TYPE_BOOL)
            shift__booleans(out)[i] = proto->int32_data[i] != 0;
        else if (type == TYPE_INT64)
            shift__integers(out)[i] = proto->int64_data[i];
        else if (type == TYPE_UINT32 || type == TYPE_UINT64)
            shift__integers(out)[i] = (int64_t)proto->uint64_data[i];
        else
            shift__integers(out)[i] = proto->int32_data[i];
    }
}

/* The nearest binary16, ties to even. */
static uint32_t to_half(float value)
{
    uint32_t sign = signbit(value) ? 0x8000U : 0;
    float size = fabsf(value);
    int exponent = 0;
    if (size < 0x1p-14F)
        return sign | (uint32_t)lrintf(size * 0x1p24F);
    float fraction = frexpf(size, &exponent);
    /* a fraction that was rounded up to 2 makes the exponent one larger */
    uint32_t rounded = (uint32_t)lrintf(ldexpf(fraction, 11)) - 1024;
    return sign | (((uint32_t)(exponent + 14) << 10) + rounded);
}

static uint64_t to_bits(float value, int32_t type)
{
    uint32_t single = 0;
    uint64_t bits = 0;
    double wide = (double)value;
    memcpy(&single, &value, sizeof single);
    memcpy(&bits, &wide, sizeof bits);
    return type == TYPE_DOUBLE ? bits : type == TYPE_FLOAT16 ? to_half(value) : single;
}

shift_status shift__initializer_encode(int32_t type, const float *values, size_t n,
                                       unsigned char **out, size_t *size, shift_error *err)
{
    const float largest_half = 65520; /* and above are infinite */
    size_t each = types[type].size;
    unsigned char *bytes = NULL;
    for (size_t i = 0; type == TYPE_FLOAT16 && i < n; i++)
        if (!(fabsf(values[i]) < largest_half))
            return shift_error_set(err, SHIFT_EUNSUPPORTED, "%g does not fit into FLOAT16",
                                   (double)values[i]);
    shift_status status = shift__alloc(&bytes, n, each, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < each; k++)
            bytes[i * each + k] = (unsigned char)(to_bits(values[i], type) >> 8 * k);
    *out = bytes;
    *size = n * each;
    return SHIFT_OK;
}

int32_t shift__float_type(int32_t type)
{
    return type == TYPE_FLOAT16 || type == TYPE_DOUBLE ? type : TYPE_FLOAT;
}

typedef struct reading {
    const shift__onnx *file;
    const Onnx__TensorProto *proto;
    const char *name;
    shift_error *err;
} reading;

/* The shape, which its data must justify before anything is allocated for it. */
static shift_status read_shape(const reading *r, shift__tensor *tensor, size_t *n)
{
    const Onnx__TensorProto *proto = r->proto;
    if (!shift__element_type(proto->data_type, &tensor->dtype))
        return shift_error_set(r->err, SHIFT_EUNSUPPORTED,
                               "%s: tensor '%s' has element type %d (%s), which is not supported",
                               r->file->name, r->name, (int)proto->data_type,
                               shift__element_type_name(proto->data_type));
    if (proto->n_dims > SHIFT__RANK_MAX)
        return shift_error_set(r->err, SHIFT_EUNSUPPORTED,
                               "%s: tensor '%s' has %zu axes; %d are supported", r->file->name,
                               r->name, proto->n_dims, (int)SHIFT__RANK_MAX);
    tensor->rank = proto->n_dims;
    if (proto->n_dims > 0)
        memcpy(tensor->dims, proto->dims, proto->n_dims * sizeof tensor->dims[0]);
    shift_error what = SHIFT_ERROR_INIT;
    shift_status status = shift__dims_product(tensor->dims, tensor->rank, n, &what);
    if (status != SHIFT_OK)
        return shift_error_set(r->err, status, "%s: tensor '%s': %s", r->file->name, r->name,
                               what.message);
    return SHIFT_OK;
}

static shift_status check_amount(const reading *r, size_t n, size_t there, const char *unit)
{
    if (there == n)
        return SHIFT_OK;
    shift__tensor shape = {.rank = r->proto->n_dims};
    char text[SHIFT__SHAPE_TEXT];
    if (shape.rank > 0)
        memcpy(shape.dims, r->proto->dims, shape.rank * sizeof shape.dims[0]);
    return shift__onnx_refuse(r->file, r->err,
                              "tensor '%s' of shape %s needs %zu %s of data, the file has %zu",
                              r->name, shift__shape_text(&shape, text), n, unit, there);
}

static shift_status read_raw(const reading *r, shift__tensor *tensor, size_t n)
{
    const ProtobufCBinaryData *raw = &r->proto->raw_data;
    shift_status status = check_amount(r, n * types[r->proto->data_type].size, raw->len, "bytes");
    if (status == SHIFT_OK)
        status = shift__tensor_alloc(tensor, r->err);
    if (status == SHIFT_OK)
        from_raw(tensor, raw->data, n, r->proto->data_type);
    return status;
}

static shift_status read_external(const reading *r, shift__tensor *tensor, size_t n)
{
    size_t there = 0;
    size_t bytes = n * types[r->proto->data_type].size;
    unsigned char *data = NULL;
    shift_status status = shift__external_size(r->file, r->proto, r->name, &there, r->err);
    if (status == SHIFT_OK)
        status = check_amount(r, bytes, there, "bytes");
    if (status == SHIFT_OK)
        status = shift__alloc(&data, bytes, 1, r->err);
    if (status == SHIFT_OK)
        status = shift__external_read(r->file, r->proto, r->name, bytes, data, r->err);
    if (status == SHIFT_OK)
        status = shift__tensor_alloc(tensor, r->err);
    if (status == SHIFT_OK)
        from_raw(tensor, data, n, r->proto->data_type);
    free(data);
    return status;
}

static shift_status read_typed(const reading *r, shift__tensor *tensor, size_t n)
{
    shift_status status = check_amount(r, n, typed_size(r->proto), "numbers");
    if (status == SHIFT_OK)
        status = shift__tensor_alloc(tensor, r->err);
    if (status == SHIFT_OK)
        from_typed(tensor, r->proto, n);
    return status;
}

shift_status shift__initializer_read(shift__tensor *out, const shift__onnx *file,
                                     const Onnx__TensorProto *proto, const char *name,
                                     shift_error *err)
{
    reading r = {file, proto, name, err};
    shift__tensor tensor = {.dtype = SHIFT__FLOAT32};
    size_t n = 0;
    shift_status status = read_shape(&r, &tensor, &n);
    if (status == SHIFT_OK && shift__external_is(proto))
        status = read_external(&r, &tensor, n);
    else if (status == SHIFT_OK && proto->has_raw_data)
        status = read_raw(&r, &tensor, n);
    else if (status == SHIFT_OK)
        status = read_typed(&r, &tensor, n);
    if (status == SHIFT_OK)
        *out = tensor;
    return status;
}
