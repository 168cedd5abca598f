/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_EXPORT_H
#define SHIFT_EXPORT_H

#if defined(__GNUC__)
#define SHIFT_API __attribute__((visibility("default")))
#define SHIFT_CHECKED __attribute__((warn_unused_result))
#define SHIFT_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define SHIFT_API
#define SHIFT_CHECKED
#define SHIFT_PRINTF(text, first)
#endif

#ifdef __cplusplus
#define SHIFT_BEGIN_DECLS extern "C" {
#define SHIFT_END_DECLS }
#else
#define SHIFT_BEGIN_DECLS
#define SHIFT_END_DECLS
#endif

#endif
