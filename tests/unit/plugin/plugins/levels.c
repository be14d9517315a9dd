/* SPDX-License-Identifier: Apache-2.0
 *
 * Three tasks, one per thread level. size() stays inside for a moment and returns the most calls that were ever inside
 * at once: split "train" counts the object's, "validation" the whole library's.
 */
#define _POSIX_C_SOURCE 200809L
#include <nac/nac.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct gauge {
  atomic_int now, most;
} gauge;
static gauge library;

static void enter(gauge *g) {
  const int now = atomic_fetch_add(&g->now, 1) + 1;
  int most = atomic_load(&g->most);
  while (now > most && !atomic_compare_exchange_weak(&g->most, &most, now)) {
  }
}
static const nac_space_service *space_table;

static const int64_t kShape[] = {1};
static const nac_tensor_info kX = {sizeof(nac_tensor_info), 1, "x", kShape, {NAC_DTYPE_FLOAT, 32, 1}};
static const nac_tensor_info *const kInputs[] = {&kX};
static const nac_metric_info kMetric = {sizeof(nac_metric_info), -1, "m", "", ""};
static const nac_metric_info *const kMetrics[] = {&kMetric};
static const nac_task_info kInfo = {sizeof(nac_task_info), 0, 1, 0, kInputs, NULL, 1, 0, kMetrics, NULL};

static const nac_task_info *info(void *self) {
  (void)self;
  return &kInfo;
}
static nac_status space(void *self, nac_space *s, nac_error *err) {
  (void)self;
  return space_table->add_integer(s, "i", 0, 1, 1, err) < 0 ? NAC_INVALID_ARGUMENT : NAC_OK;
}
static nac_status size(void *self, const char *split, uint64_t *count, nac_error *err) {
  gauge *own = self;
  const struct timespec moment = {0, 2000000};
  (void)err;
  enter(own);
  enter(&library);
  nanosleep(&moment, NULL);
  atomic_fetch_sub(&library.now, 1);
  atomic_fetch_sub(&own->now, 1);
  *count = (uint64_t)atomic_load(strcmp(split, "train") == 0 ? &own->most : &library.most);
  if (strcmp(split, "reset") == 0) atomic_store(&library.most, 0);
  return NAC_OK;
}
static nac_status build(void *self, const nac_point *p, nac_graph *g, nac_error *err) {
  (void)self, (void)p, (void)g, (void)err;
  return NAC_UNSUPPORTED;
}
static nac_status build_preset(void *self, const char *n, nac_graph *g, nac_error *err) {
  (void)self, (void)n, (void)g, (void)err;
  return NAC_UNSUPPORTED;
}
static nac_status loss(void *self, nac_graph *g, nac_value *v, nac_error *err) {
  (void)self, (void)g, (void)v, (void)err;
  return NAC_UNSUPPORTED;
}
static nac_status read_none(void *self, const char *s, const uint64_t *i, uint64_t n, nac_tensor **a, uint32_t na,
                            nac_tensor **b, uint32_t nb, const nac_call *c, nac_error *err) {
  (void)self, (void)s, (void)i, (void)n, (void)a, (void)na, (void)b, (void)nb, (void)c, (void)err;
  return NAC_UNSUPPORTED;
}
static nac_status begin(void *self, const char *s, void **r, nac_error *err) {
  (void)self, (void)s, (void)r, (void)err;
  return NAC_UNSUPPORTED;
}
static nac_status update(void *r, const nac_view *const *p, uint32_t np, const nac_view *const *t, uint32_t nt,
                         nac_error *err) {
  (void)r, (void)p, (void)np, (void)t, (void)nt, (void)err;
  return NAC_UNSUPPORTED;
}
static nac_status end(void *r, double *v, uint32_t n, nac_error *err) {
  (void)r, (void)v, (void)n, (void)err;
  return NAC_UNSUPPORTED;
}
static void destroy(void *self) { free(self); }
static const nac_task_api kTable = {sizeof(nac_task_api),
                                    0,
                                    destroy,
                                    info,
                                    space,
                                    build,
                                    build_preset,
                                    loss,
                                    size,
                                    read_none,
                                    begin,
                                    update,
                                    end,
                                    NULL,
                                    NULL};

static nac_status init(const nac_host *h, const char *path, nac_error *err) {
  (void)path, (void)err;
  space_table = h->service(h, NAC_SERVICE_SPACE);
  return NAC_OK;
}
static void deinit(void) {}
static nac_status create(const char *id, const nac_config *config, nac_object *out, nac_error *err) {
  (void)id, (void)config, (void)err;
  out->self = calloc(1, sizeof(gauge));
  out->api = &kTable;
  return NAC_OK;
}

#define TASK(name, id, threads)                                                          \
  static const nac_descriptor name = {                                                   \
      sizeof(nac_descriptor), 0,  NAC_KIND_TASK,  id,      "Levels", "Example", "1.0.0", \
      "Apache-2.0",           "", "counts calls", threads, 0,        NULL}
TASK(kSerial, "org.example.serial", NAC_THREADS_SERIAL);
TASK(kSerialToo, "org.example.serial-too", NAC_THREADS_SERIAL);
TASK(kInstance, "org.example.instance", NAC_THREADS_PER_INSTANCE);
TASK(kFree, "org.example.free", NAC_THREADS_FREE);
static const nac_descriptor *const kDescriptors[] = {&kSerial, &kSerialToo, &kInstance, &kFree, NULL};
const nac_plugin nac_plugin_v1 = {
    sizeof(nac_plugin), 0, {NAC_ABI_MAJOR, NAC_ABI_MINOR, 0}, kDescriptors, init, deinit, create};
