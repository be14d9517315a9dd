/* SPDX-License-Identifier: Apache-2.0
 *
 * space.h: search spaces and points in them. A task writes a space, a search reads it and writes points, the task
 * reads points. Conditions live here, in the host, so that no search reinvents them.
 *
 * A dimension is active in a point when all its conditions hold; a condition lists, for one earlier dimension (the
 * parent), the values under which it holds, and an inactive parent never satisfies one. Values of inactive dimensions
 * have no meaning: two points that differ only there are the same candidate.
 */
#ifndef NAC_SPACE_H
#define NAC_SPACE_H
#include "host.h"
#ifdef __cplusplus
extern "C" {
#endif

typedef struct nac_space nac_space; /* host-owned */
typedef struct nac_point nac_point; /* host-owned */

enum {
  NAC_DIMENSION_INTEGER = 1, /* low..high in steps */
  NAC_DIMENSION_NUMBER = 2,  /* low..high, continuous, uniform or logarithmic */
  NAC_DIMENSION_CHOICE = 3,  /* unordered names; the value of a point is the index */
  NAC_DIMENSION_ORDERED = 4  /* ordered numbers such as widths {4, 8, 16}; the value of a point is the index */
};

#define NAC_SERVICE_SPACE "nac.space/1"
typedef struct nac_space_service {
  uint32_t struct_size;
  uint32_t reserved;

  /* ---- write [call]: each add_* returns the dimension's index (0, 1, ...) or -1 and fills err. Names are unique,
   * non-empty, of letters, digits, '_', '.' and '-'; they are copied. ---- */
  int32_t (*add_integer)(nac_space *space, const char *name, int64_t low, int64_t high, int64_t step, nac_error *err);
  int32_t (*add_number)(nac_space *space, const char *name, double low, double high, bool logarithmic, nac_error *err);
  int32_t (*add_choice)(nac_space *space, const char *name, const char *const *names, uint32_t count, nac_error *err);
  int32_t (*add_ordered)(nac_space *space, const char *name, const double *values, uint32_t count, nac_error *err);
  /* `dimension` is active only if `parent` (an earlier, discrete dimension) has one of `values`: indices for choices
   * and ordered dimensions, numbers for integers. Several calls with different parents must all hold. */
  nac_status (*only_if)(nac_space *space, int32_t dimension, int32_t parent, const int64_t *values, uint32_t count,
                        nac_error *err);

  /* ---- read [any]; the space does not change any more once a search has it ---- */
  uint32_t (*count)(const nac_space *space);
  int32_t (*kind)(const nac_space *space, uint32_t dimension);     /* NAC_DIMENSION_*; 0: no such dimension */
  const char *(*name)(const nac_space *space, uint32_t dimension); /* NULL: no such dimension */
  /* Choices and ordered dimensions: low 0, high count-1, step 1. Numbers: step 0. Any out pointer may be NULL. */
  nac_status (*range)(const nac_space *space, uint32_t dimension, double *low, double *high, double *step,
                      bool *logarithmic);
  const char *(*choice_name)(const nac_space *space, uint32_t dimension,
                             uint32_t index); /* ordered: the number's text */
  nac_status (*ordered_value)(const nac_space *space, uint32_t dimension, uint32_t index, double *value);
  uint32_t (*condition_count)(const nac_space *space, uint32_t dimension);
  /* The returned values stay valid as long as the space. */
  nac_status (*condition)(const nac_space *space, uint32_t dimension, uint32_t index, uint32_t *parent,
                          const int64_t **values, uint32_t *count);

  /* ---- points: get and set take and give what the dimension stores (an index for choices) ---- */
  nac_status (*get)(const nac_point *point, uint32_t dimension, double *value); /* [any] NAC_NOT_FOUND: not set yet */
  /* [call] Refuses values outside the range, off the grid of a stepped dimension, or not finite. Every dimension that
   * is active must be set before the point is returned; the others may be. */
  nac_status (*set)(nac_point *point, uint32_t dimension, double value, nac_error *err);
  bool (*active)(const nac_space *space, const nac_point *point, uint32_t dimension); /* [any] needs the parents set */
} nac_space_service;

#ifdef __cplusplus
}
#endif
#endif
