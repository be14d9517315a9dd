/* SPDX-License-Identifier: Apache-2.0
 *
 * draft/executor.h: moves whole trials to other machines. A draft: it may change until it leaves this folder, and is
 * visible only with NAC_DRAFTS defined.
 */
#ifndef NAC_DRAFT_EXECUTOR_H
#define NAC_DRAFT_EXECUTOR_H
#include "../plugin.h"
#ifdef __cplusplus
extern "C" {
#endif

#define NAC_KIND_EXECUTOR "nac.executor/1"

typedef struct nac_job { /* borrowed until submit returns */
  uint32_t struct_size;
  uint32_t argc;
  const char *const *argv;
  const char *work_dir;
  const char *key; /* idempotency: a job submitted twice under one key runs once */
  uint32_t cpus, gpus;
  uint64_t memory_bytes, wall_seconds;
} nac_job;

enum {
  NAC_JOB_QUEUED = 0,
  NAC_JOB_RUNNING = 1,
  NAC_JOB_DONE = 2,
  NAC_JOB_FAILED = 3,
  NAC_JOB_LOST = 4,
  NAC_JOB_CANCELLED = 5
};
typedef struct nac_job_state {
  uint32_t struct_size;
  int32_t phase; /* NAC_JOB_* */
  int32_t exit_code;
} nac_job_state;

typedef struct nac_executor_api { /* every call returns within a second; nothing here waits for a job */
  uint32_t struct_size;
  uint32_t reserved;
  void (*destroy)(void *self);
  nac_status (*submit)(void *self, const nac_job *job, const nac_sink *handle, nac_error *err);
  nac_status (*poll)(void *self, nac_str handle, nac_job_state *state, nac_error *err);
  nac_status (*cancel)(void *self, nac_str handle, nac_error *err);
  nac_status (*free_slots)(void *self, uint32_t *slots, nac_error *err);
} nac_executor_api;

#ifdef __cplusplus
}
#endif
#endif
