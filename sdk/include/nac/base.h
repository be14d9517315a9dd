/* SPDX-License-Identifier: Apache-2.0
 *
 * base.h: versions, status codes, errors and strings that every other header of the ABI uses.
 *
 * Conventions of all headers
 *   [any]    callable from any thread at any time        [main]   the thread that loaded the plugin
 *   [worker] one of the host's worker threads, one call at a time per object
 *   [call]   only inside the call that handed the pointer over, and only from its thread
 *   Every struct that may grow starts with `struct_size`, set by whoever fills it. New members go last.
 *   On failure all out parameters are untouched and there is nothing to clean up.
 */
#ifndef NAC_BASE_H
#define NAC_BASE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The major version is part of the entry symbol's name; the minor grows whenever a table grows. */
#define NAC_ABI_MAJOR 1u
#define NAC_ABI_MINOR 3u

/* Bytes that `type` has up to and including `field`. */
#define NAC_SIZE_THROUGH(type, field) (offsetof(type, field) + sizeof(((type *)0)->field))
/* True when whoever filled *ptr knew `field`. Read no member without it beyond those of ABI 1.0; an optional function
 * pointer must in addition be tested against NULL. */
#define NAC_HAS(ptr, type, field) ((ptr)->struct_size >= NAC_SIZE_THROUGH(type, field))

#if defined(_WIN32)
#define NAC_EXPORT __declspec(dllexport)
#else
#define NAC_EXPORT __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Fixed width instead of a C enum: a value that the reader does not know means "failed". */
typedef int32_t nac_status;
enum {
  NAC_OK = 0,
  NAC_CANCELLED = 1,
  NAC_INVALID_ARGUMENT = 2,
  NAC_NOT_FOUND = 3,
  NAC_UNSUPPORTED = 4,
  NAC_FAILED_PRECONDITION = 5, /* called in the wrong state, or before something it needs */
  NAC_RESOURCE_EXHAUSTED = 6,  /* out of memory or disk; a search: no point is left that was not asked before */
  NAC_UNAVAILABLE = 7,         /* transient: the host may try again */
  NAC_DATA_LOSS = 8,           /* a file is damaged or not what it claims to be */
  NAC_INTERNAL = 9,            /* a defect of the callee */
  NAC_AGAIN = 10,              /* nothing to hand out now: ask again after the next tell or poll */
  NAC_INFEASIBLE = 11          /* a legitimate "this candidate cannot be built"; not a defect */
};

/* Filled by the callee, allocated by the caller, so that an error needs no heap and no clean-up. A function given
 * err == NULL behaves the same and reports only its status. The caller sets struct_size. */
typedef struct nac_error {
  uint32_t struct_size;
  nac_status code;
  char message[504]; /* UTF-8, NUL-terminated: what failed, on which input, what would be accepted. Never empty. */
} nac_error;

/* Borrowed UTF-8, not NUL-terminated. As an argument it lives until the call returns. */
typedef struct nac_str {
  const char *data;
  size_t size;
} nac_str;

typedef struct nac_version {
  uint32_t major, minor, patch;
} nac_version;

#ifdef __cplusplus
}
#endif
#endif
