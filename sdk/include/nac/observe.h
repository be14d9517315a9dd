/* SPDX-License-Identifier: Apache-2.0
 *
 * observe.h: what the host can measure of a model for a compression pass while the pass decides: values inside the
 * network, metrics, costs. Optional; since 1.2.
 *
 * A pass gets the handle in nac_compress_setup (NULL: the host cannot). It stays valid until destroy and is used inside
 * the pass's own step() only, on its thread. The model may be any edited state of the one step() got that check()
 * accepts and whose parameters have data. Equal models get equal answers, so asking changes nothing. values and metrics
 * run the model over many samples: ask once and keep the answer. A pass whose library is NAC_THREADS_SERIAL gets no
 * handle: measuring may need a call into that very library.
 */
#ifndef NAC_OBSERVE_H
#define NAC_OBSERVE_H
#include "graph.h"
#ifdef __cplusplus
extern "C" {
#endif

typedef struct nac_observer nac_observer; /* host-owned */

#define NAC_SERVICE_OBSERVE "nac.observe/1"
typedef struct nac_observe_service { /* [call] as said above */
  uint32_t struct_size;
  uint32_t reserved;

  /* What `value`, a float32 input of the model or result that depends on one, takes in inference for the first
   * `samples` samples (fewer if there are fewer) of a fixed shuffle of the split "train" or "validation": float32
   * [samples, ...], the caller's to delete. */
  nac_status (*values)(const nac_observer *observer, const nac_graph *model, nac_value value, const char *split,
                       uint64_t samples, nac_tensor **out, nac_error *err);
  /* The task's validation metrics as step() would be told them, in the order of nac_task_info; of a quantized model by
   * integer arithmetic. `count` is their number, metric_count of the setup. */
  nac_status (*metrics)(const nac_observer *observer, const nac_graph *model, double *values, uint32_t count,
                        nac_error *err);
  /* "bops", "parameters", "macs" or "sparsity" of the model as it would be built: folded, masked, quantized. */
  nac_status (*cost)(const nac_observer *observer, const nac_graph *model, const char *name, double *value,
                     nac_error *err);
  /* +1: larger is better, -1: smaller; of metric `index`. 0: no such metric. */
  int32_t (*direction)(const nac_observer *observer, uint32_t index);
} nac_observe_service;

#ifdef __cplusplus
}
#endif
#endif
