/* SPDX-License-Identifier: Apache-2.0
 *
 * backend.h: hardware. A backend says which nodes it can build, predicts their cost, writes a project, and computes
 * what that project would compute, bit for bit.
 */
#ifndef NAC_BACKEND_H
#define NAC_BACKEND_H
#include "graph.h"
#include "plugin.h"
#ifdef __cplusplus
extern "C" {
#endif

#define NAC_KIND_BACKEND "nac.backend/1"

typedef struct nac_backend_api { /* all [worker] unless said */
  uint32_t struct_size;
  uint32_t reserved;
  void (*destroy)(void *self); /* [any] */
  /* NAC_OK, or NAC_UNSUPPORTED with the reason in why_not. Defined for every node of every graph. */
  nac_status (*supports)(void *self, const nac_graph *model, nac_node node, nac_error *why_not);
  uint32_t (*quantity_count)(void *self);                                 /* [any] lut, ff, dsp, latency_ns, ... */
  const char *(*quantity)(void *self, uint32_t index, const char **unit); /* [any] static text; NULL: no such index */
  nac_status (*estimate)(void *self, const nac_graph *model, double *values, uint32_t count, nac_error *err);
  nac_status (*emit)(void *self, const nac_graph *model, const nac_call *call, nac_error *err); /* call->write_file */
  nac_status (*simulate)(void *self, const nac_view *const *inputs, uint32_t input_count, nac_tensor **outputs,
                         uint32_t output_count, const nac_call *call, nac_error *err);
  /* May take hours; polls call->cancelled. */
  nac_status (*build)(void *self, const char *project_dir, double *values, uint32_t count, const nac_call *call,
                      nac_error *err);
} nac_backend_api;

#ifdef __cplusplus
}
#endif
#endif
