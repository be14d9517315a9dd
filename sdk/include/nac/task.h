/* SPDX-License-Identifier: Apache-2.0
 *
 * task.h: a learning problem: its data, the space of networks for it, its loss and its metrics. Splits are named
 * "train", "validation" and "test"; they share no group or event. Shuffling and batching are the host's.
 */
#ifndef NAC_TASK_H
#define NAC_TASK_H
#include "graph.h"
#include "plugin.h"
#include "space.h"
#ifdef __cplusplus
extern "C" {
#endif

#define NAC_KIND_TASK "nac.task/1"

enum {
  /* Reading "train" gives other samples in every call->random stream (augmentation): the host reads it anew for every
   * epoch. Without the flag a split is read once and kept in memory. */
  NAC_TASK_AUGMENTS = 1
};

/* One tensor of a sample, batch dimension left out. Strings and arrays live as long as the object. */
typedef struct nac_tensor_info {
  uint32_t struct_size;
  int32_t ndim;
  const char *name; /* inputs: the name of the graph input that gets it; targets: of the loss graph's input */
  const int64_t *shape;
  nac_dtype dtype; /* float 32, or int 64 for class labels */
} nac_tensor_info;

typedef struct nac_metric_info {
  uint32_t struct_size;
  int32_t direction; /* -1: smaller is better, +1: larger is better */
  const char *name;  /* key in manifests and reports: "accuracy", "mean_distance" */
  const char *unit;  /* "px", "" ... */
  const char *summary;
} nac_metric_info;

/* A network with a name, such as one from a paper, that need not lie in the space. */
typedef struct nac_preset_info {
  uint32_t struct_size;
  uint32_t reserved;
  const char *name;
  const char *summary; /* source: paper, table */
} nac_preset_info;

typedef struct nac_task_info {
  uint32_t struct_size;
  uint32_t flags; /* NAC_TASK_* */
  uint32_t input_count, target_count;
  const nac_tensor_info *const *inputs; /* in the order of the graph's inputs */
  const nac_tensor_info *const *targets;
  uint32_t metric_count;
  uint32_t preset_count;
  const nac_metric_info *const *metrics; /* the first is the one that early stopping and default objectives use */
  const nac_preset_info *const *presets;
} nac_task_info;

typedef struct nac_task_api {
  uint32_t struct_size;
  uint32_t reserved;
  void (*destroy)(void *self); /* [any] */
  /* [any] Static facts; valid until destroy. Never fails. */
  const nac_task_info *(*info)(void *self);
  /* [any] Writes the dimensions of the search space. */
  nac_status (*space)(void *self, nac_space *space, nac_error *err);
  /* [worker] Builds the network of a point into an empty graph: inputs as in info, then nodes, then outputs.
   * NAC_INFEASIBLE: this point is no network (err says why); it counts as told, never as a failure. */
  nac_status (*build)(void *self, const nac_point *point, nac_graph *model, nac_error *err);
  nac_status (*build_preset)(void *self, const char *name, nac_graph *model, nac_error *err); /* [worker] */
  /* [worker] Appends the loss to a network of build(): adds one graph input per target, in order, then nodes, and
   * returns a scalar (shape {}) value, the mean over the batch. */
  nac_status (*loss)(void *self, nac_graph *model, nac_value *loss, nac_error *err);
  nac_status (*size)(void *self, const char *split, uint64_t *count, nac_error *err); /* [any] samples */
  /* [worker] Samples index[0..count-1] of a split, batch first: hands out one tensor per input and target. Without
   * NAC_TASK_AUGMENTS (and always for validation and test) equal indices give equal bytes. */
  nac_status (*read)(void *self, const char *split, const uint64_t *index, uint64_t count, nac_tensor **inputs,
                     uint32_t input_count, nac_tensor **targets, uint32_t target_count, const nac_call *call,
                     nac_error *err);
  /* [worker] Metrics of predictions (the graph's outputs) against targets: begin, any number of updates with batches of
   * any size in order, then end, which frees run also when it fails. values: metric_count entries in the order of
   * info. Runs are independent of each other and may be open at the same time. */
  nac_status (*metrics_begin)(void *self, const char *split, void **run, nac_error *err);
  nac_status (*metrics_update)(void *run, const nac_view *const *predictions, uint32_t prediction_count,
                               const nac_view *const *targets, uint32_t target_count, nac_error *err);
  nac_status (*metrics_end)(void *run, double *values, uint32_t count, nac_error *err);
  /* [any] Optional (may be NULL). A few lines for people about the data: source, counts, units, cuts. */
  nac_status (*describe)(void *self, const nac_sink *sink, nac_error *err);
  /* [any] Optional (may be NULL). Bytes that change whenever a sample would; the study refuses to resume on others. */
  nac_status (*fingerprint)(void *self, const nac_sink *sink, nac_error *err);
  /* [worker] Optional (may be NULL). What the training data determined and every later use of the model needs, such as
   * scaling constants: a JSON object of declared parameters and their values, "{}" for none. It travels with trained
   * models and is set again, over what the user gave, when one is evaluated on other data. */
  nac_status (*fitted)(void *self, const nac_sink *sink, nac_error *err);
} nac_task_api;

#ifdef __cplusplus
}
#endif
#endif
