/* SPDX-License-Identifier: Apache-2.0
 *
 * host.h: what the host offers. Services are fetched by id; the number after the slash is the revision of that one
 * table and changes only when the table changes incompatibly.
 */
#ifndef NAC_HOST_H
#define NAC_HOST_H
#include "base.h"
#ifdef __cplusplus
extern "C" {
#endif

typedef struct nac_host {
  uint32_t struct_size;
  uint32_t reserved;
  nac_version abi;     /* what this host speaks */
  const char *name;    /* "nac", static */
  const char *version; /* of the host program, static */
  void *ctx;           /* the host's own */
  /* [any] The service table of that id, or NULL. Valid until the plugin's last deinit() has returned. Services that
   * every host has: nac.log/1, nac.config/1, nac.space/1, nac.graph/1, nac.parallel/1. Optional: nac.candidates/1
   * (since 1.1), nac.observe/1 (since 1.2). */
  const void *(*service)(const struct nac_host *host, const char *id);
} nac_host;

/* ---- log: one line per call; the host adds time, level and the plugin's id ---- */
#define NAC_SERVICE_LOG "nac.log/1"
enum { NAC_LOG_DEBUG = 0, NAC_LOG_INFO = 1, NAC_LOG_WARNING = 2, NAC_LOG_ERROR = 3, NAC_LOG_HOST_MISBEHAVING = 4 };
typedef struct nac_log_service {
  uint32_t struct_size;
  uint32_t reserved;
  void (*write)(const nac_host *host, int32_t level, nac_str message); /* [any] */
  int32_t (*threshold)(const nac_host *host);                          /* [any] lowest level that is shown */
} nac_log_service;

/* ---- parallel: the host's threads are the only ones to use for computing ---- */
#define NAC_SERVICE_PARALLEL "nac.parallel/1"
typedef struct nac_parallel_service {
  uint32_t struct_size;
  uint32_t reserved;
  /* [worker] Runs body(ctx, 0) ... body(ctx, count-1) in any order on the host's threads and returns when all have
   * run. No other call into the plugin happens on this thread meanwhile. body must not throw. */
  nac_status (*run)(const nac_host *host, uint64_t count, void (*body)(void *ctx, uint64_t i), void *ctx);
} nac_parallel_service;

/* ---- sinks and sources: bytes out of and into a plugin, the host owns the storage ---- */
typedef struct nac_sink {
  void *ctx;
  nac_status (*write)(const struct nac_sink *sink, const void *bytes, uint64_t size); /* [call] appends */
} nac_sink;
typedef struct nac_source {
  void *ctx;
  int64_t (*read)(const struct nac_source *source, void *bytes, uint64_t size); /* [call] bytes read, 0 end, <0 error */
} nac_source;

/* One per long call, made by the host and passed down; valid until that call returns. */
typedef struct nac_call {
  uint32_t struct_size;
  uint32_t reserved;
  void *ctx;
  bool (*cancelled)(const struct nac_call *call); /* [any] cheap: poll it at least every 100 ms of work */
  void (*progress)(const struct nac_call *call, double fraction, nac_str what); /* [any] 0..1; also the heartbeat */
  /* [call] 64 random bits from a stream keyed by study seed, trial and purpose: the same on every run. */
  uint64_t (*random)(const struct nac_call *call);
  /* [call] Writes a file below the folder that the host chose for this call. relative_path: '/'-separated, no "..",
   * not absolute. The file appears whole or not at all. */
  nac_status (*write_file)(const struct nac_call *call, const char *relative_path, const void *bytes, uint64_t size,
                           nac_error *err);
} nac_call;

#ifdef __cplusplus
}
#endif
#endif
