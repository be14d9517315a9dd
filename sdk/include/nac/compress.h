/* SPDX-License-Identifier: Apache-2.0
 *
 * compress.h: a pass that makes a trained network cheaper, one host-driven step at a time. The pass edits the graph and
 * says how long to train before it is called again; it never trains itself, so each step can be stored, resumed, and
 * run beside others. docs/quantized-graphs.md says what quantizers, masks and batch normalization in the graph mean.
 *
 * Order of calls: start, then step until it says finished; load may stand between start and the first step. The host
 * calls save after every step and may go on with another object that loaded the state: ids of values and nodes may
 * differ there, names and structure do not. A pass gets the model as the pass before it left it; several passes follow
 * each other on one model.
 *
 * After a step the model passes check(), has the inputs and outputs it had (names, types, shapes), and all its
 * parameters have finite data: what a pass adds with parameter() it fills with set_data(). The host drops whatever no
 * output depends on any more. A step that fails ends the chain.
 */
#ifndef NAC_COMPRESS_H
#define NAC_COMPRESS_H
#include "graph.h"
#include "observe.h"
#include "plugin.h"
#ifdef __cplusplus
extern "C" {
#endif

#define NAC_KIND_COMPRESS "nac.compress/1"

typedef struct nac_compress_setup { /* since 1.2 */
  uint32_t struct_size;
  uint32_t metric_count;        /* of nac_task_info */
  uint64_t seed;                /* of this chain of passes */
  const nac_observer *observer; /* nac.observe/1, valid until destroy; NULL: the host cannot */
} nac_compress_setup;

/* What a training that follows a step starts from. */
enum {
  NAC_REWIND_LEARNING_RATE = 0, /* the weights as they are, the learning rate's schedule from its start */
  NAC_REWIND_WEIGHTS = 1,       /* weights from early in the first training of this chain, schedule from its start */
  NAC_REWIND_NONE = 2           /* the weights as they are, a constant tenth of the learning rate */
};

typedef struct nac_compress_step {
  uint32_t struct_size;
  uint32_t train_epochs; /* wanted before the next call; 0: the model is measured as it is */
  int32_t finished;      /* 1: no further call, and no training (an int, because a plugin writes it) */
  int32_t rewind;        /* since 1.2: NAC_REWIND_* */
  /* Since 1.2. 1: the last training was worth nothing. The host forgets it and this step's edits, hands the model as it
   * was when the step before was called to a new call of step, with the metrics it had then, and marks the point. The
   * pass itself remembers why, in its state. Not with finished or train_epochs (finish in that new call), not in the
   * first step, and not twice in a row. */
  int32_t undo;
  int32_t reserved;
  /* Since 1.2. Share in [0, 1] of the loss in the training that follows that draws the outputs to those of the model
   * that the chain started from (knowledge distillation), and the temperature of that, > 0; 0: the task's loss alone.
   */
  double teacher_share, temperature;
} nac_compress_step;

typedef struct nac_compress_api { /* all [worker] unless said */
  uint32_t struct_size;
  uint32_t reserved;
  void (*destroy)(void *self); /* [any] */
  /* metrics: the task's validation metrics of `model` as it stands, in the order of nac_task_info; those of a quantized
   * model are computed with integers. next comes zeroed but for struct_size. */
  nac_status (*step)(void *self, nac_graph *model, const double *metrics, uint32_t metric_count,
                     nac_compress_step *next, const nac_call *call, nac_error *err);
  nac_status (*save)(void *self, const nac_sink *sink, nac_error *err);
  nac_status (*load)(void *self, const nac_source *source, nac_error *err);
  /* Optional (may be NULL), since 1.2. Once, first. */
  nac_status (*start)(void *self, const nac_compress_setup *setup, nac_error *err);
} nac_compress_api;

#ifdef __cplusplus
}
#endif
#endif
