/* SPDX-License-Identifier: Apache-2.0
 *
 * compress.h: a pass that makes a trained network cheaper, one host-driven step at a time. The pass edits the graph and
 * says how long to train before it is called again; it never trains itself, so each step can be stored and resumed.
 */
#ifndef NAC_COMPRESS_H
#define NAC_COMPRESS_H
#include "graph.h"
#include "plugin.h"
#ifdef __cplusplus
extern "C" {
#endif

#define NAC_KIND_COMPRESS "nac.compress/1"

typedef struct nac_compress_step {
  uint32_t struct_size;
  uint32_t train_epochs; /* wanted before the next call */
  int32_t finished;      /* 1: no further call (an int, because a plugin writes it) */
} nac_compress_step;

typedef struct nac_compress_api { /* all [worker] unless said */
  uint32_t struct_size;
  uint32_t reserved;
  void (*destroy)(void *self); /* [any] */
  /* metrics: the task's validation metrics of `model` as it stands, in the order of nac_task_info. */
  nac_status (*step)(void *self, nac_graph *model, const double *metrics, uint32_t metric_count,
                     nac_compress_step *next, const nac_call *call, nac_error *err);
  nac_status (*save)(void *self, const nac_sink *sink, nac_error *err);
  nac_status (*load)(void *self, const nac_source *source, nac_error *err);
} nac_compress_api;

#ifdef __cplusplus
}
#endif
#endif
