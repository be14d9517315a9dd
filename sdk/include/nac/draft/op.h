/* SPDX-License-Identifier: Apache-2.0
 *
 * draft/op.h: an operator of one's own. A draft: it may change until it leaves this folder, and is visible only with
 * NAC_DRAFTS defined. Lowering to known operators is preferred: every backend and cost model then works at once.
 */
#ifndef NAC_DRAFT_OP_H
#define NAC_DRAFT_OP_H
#include "../graph.h"
#include "../plugin.h"
#ifdef __cplusplus
extern "C" {
#endif

#define NAC_KIND_OP "nac.op/1"

typedef struct nac_op_api { /* all [worker] unless said */
  uint32_t struct_size;
  uint32_t reserved;
  void (*destroy)(void *self);                                            /* [any] */
  const char *(*name)(void *self, const char **domain, int32_t *version); /* [any] */
  nac_status (*infer)(void *self, nac_graph *model, nac_node node, nac_error *err);
  nac_status (*lower)(void *self, nac_graph *model, nac_node node, nac_error *err);
  nac_status (*cost)(void *self, const nac_graph *model, nac_node node, uint64_t *multiplies, uint64_t *adds,
                     nac_error *err);
  /* Optional, only for what cannot be lowered: both or neither. */
  nac_status (*forward)(void *self, const nac_view *const *inputs, uint32_t input_count, const nac_view *const *outputs,
                        uint32_t output_count, nac_error *err);
  nac_status (*backward)(void *self, const nac_view *const *inputs, const nac_view *const *output_gradients,
                         const nac_view *const *input_gradients, nac_error *err);
} nac_op_api;

#ifdef __cplusplus
}
#endif
#endif
