/* SPDX-License-Identifier: Apache-2.0
 *
 * plugin.h: the one symbol a plugin exports, and the descriptors behind it. Descriptors are static data: the host
 * validates manifests, prints help and lists plugins from them without calling anything.
 *
 * Life of a library: loaded -> init (counted) -> create -> use -> destroy -> deinit (as often as init). init again
 * after the last deinit is legal. deinit while objects live is not. Once deinit has returned for the last time the
 * plugin calls no host service; only deleters of tensors already handed out may still run.
 *
 * A plugin never calls exit, abort, fork, setlocale, signal or chdir, never writes to standard output, and keeps no
 * thread running after its last deinit.
 */
#ifndef NAC_PLUGIN_H
#define NAC_PLUGIN_H
#include "config.h"
#include "host.h"
#ifdef __cplusplus
extern "C" {
#endif

enum {
  NAC_PARAM_INTEGER = 1,
  NAC_PARAM_NUMBER = 2,
  NAC_PARAM_TEXT = 3,
  NAC_PARAM_NUMBERS = 4, /* list of numbers */
  NAC_PARAM_BOOLEAN = 5,
  NAC_PARAM_PATH = 6 /* text; the host resolves it against the manifest's folder */
};
typedef struct nac_param {
  uint32_t struct_size;
  int32_t type;
  const char *name;    /* key in the manifest: lower case, digits, '_' */
  const char *summary; /* one line */
  const char *unit;    /* "px", "ns", ... or NULL */
  const char
      *default_text;      /* as TOML would spell it, e.g. "8", "0.5", "\"auto\"", "true", "[1, 2]"; NULL: no default */
  const char *range_text; /* "[0, 1]", "(0, inf)", "{adam, sgd}" or NULL: any */
} nac_param;

enum {
  NAC_THREADS_SERIAL = 0,       /* one call at a time into the whole library */
  NAC_THREADS_PER_INSTANCE = 1, /* one call at a time per object */
  NAC_THREADS_FREE = 2          /* any calls at any time */
};
typedef struct nac_descriptor {
  uint32_t struct_size;
  uint32_t flags;   /* 0 */
  const char *kind; /* NAC_KIND_*: says which table create() hands out */
  const char *id;   /* reverse DNS, unique: "org.example.my-task"; the last part is the short name */
  const char *name; /* for people */
  const char *vendor;
  const char *version; /* semantic version "1.2.3" */
  const char *license; /* SPDX expression */
  const char *url;     /* may be "" */
  const char *summary; /* one line */
  int32_t threads;     /* NAC_THREADS_* */
  uint32_t param_count;
  const nac_param *const *params;
} nac_descriptor;

typedef struct nac_object {
  const void *api; /* the kind's function table, e.g. const nac_task_api *; static, valid until deinit */
  void *self;      /* first argument of every function in it */
} nac_object;

typedef struct nac_plugin {
  uint32_t struct_size;
  uint32_t required_minor; /* refuse hosts whose minor is lower; 0 unless it truly cannot work without */
  nac_version abi;         /* the headers this was compiled with */
  const nac_descriptor *const *descriptors; /* NULL-terminated, at least one */
  /* [main] `host` stays valid until the matching deinit; library_path is absolute and borrowed. */
  nac_status (*init)(const nac_host *host, const char *library_path, nac_error *err);
  void (*deinit)(void); /* [main] */
  /* [any] Makes the object of that descriptor id. Bad parameter values and unreadable data are reported here. The
   * caller owns the object and ends it with its table's destroy(). */
  nac_status (*create)(const char *id, const nac_config *config, nac_object *out, nac_error *err);
} nac_plugin;

/* The only exported symbol. Its name carries the major version. */
extern NAC_EXPORT const nac_plugin nac_plugin_v1;

#ifdef __cplusplus
}
#endif
#endif
