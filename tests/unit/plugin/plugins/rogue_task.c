/* SPDX-License-Identifier: Apache-2.0
 *
 * A task in plain C that fits y = w x on made-up data and, told so by its parameter "fault", breaks one rule of
 * nac/task.h. describe() reports how many tensors it handed out and got back.
 */
#include <nac/nac.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

static const nac_host *host;
static const nac_config_service *config_table;
static const nac_space_service *space_table;
static const nac_graph_service *graph_table;
static const nac_log_service *log_table;
static atomic_int made, deleted;

static const nac_dtype kFloat = {NAC_DTYPE_FLOAT, 32, 1};

typedef struct task {
  char fault[64];
} task;

static nac_status fail(nac_error *err, nac_status status, const char *message) {
  if (err != NULL) {
    err->code = status;
    snprintf(err->message, sizeof err->message, "%s", message);
  }
  return status;
}
static bool is(const void *self, const char *fault) { return strcmp(((const task *)self)->fault, fault) == 0; }

/* ---- facts ---- */
static const int64_t kInputShape[] = {2}, kTargetShape[] = {1}, kNegative[] = {-1};
static const nac_tensor_info kX = {sizeof(nac_tensor_info), 1, "x", kInputShape, {NAC_DTYPE_FLOAT, 32, 1}};
static const nac_tensor_info kY = {sizeof(nac_tensor_info), 1, "y", kTargetShape, {NAC_DTYPE_FLOAT, 32, 1}};
static const nac_tensor_info kDouble = {sizeof(nac_tensor_info), 1, "x", kInputShape, {NAC_DTYPE_FLOAT, 64, 1}};
static const nac_tensor_info kNegativeX = {sizeof(nac_tensor_info), 1, "x", kNegative, {NAC_DTYPE_FLOAT, 32, 1}};
static const nac_metric_info kError = {sizeof(nac_metric_info), -1, "error", "mm", "mean absolute error"};
static const nac_metric_info kBops = {sizeof(nac_metric_info), -1, "bops", "", "a name of the host"};
static const nac_metric_info kSideways = {sizeof(nac_metric_info), 0, "error", "", "no direction"};
static const nac_preset_info kPreset = {sizeof(nac_preset_info), 0, "Linear", "one weight each"};
static const nac_tensor_info *const kInputs[] = {&kX}, *const kTargets[] = {&kY};
static const nac_tensor_info *const kDoubles[] = {&kDouble}, *const kNegatives[] = {&kNegativeX};
static const nac_metric_info *const kMetrics[] = {&kError}, *const kBopsList[] = {&kBops};
static const nac_metric_info *const kSidewaysList[] = {&kSideways}, *const kTwice[] = {&kError, &kError};
static const nac_preset_info *const kPresets[] = {&kPreset};
#define INFO(inputs, targets, metric_count, metrics) \
  { sizeof(nac_task_info), 0, 1, 1, inputs, targets, metric_count, 1, metrics, kPresets }
static const nac_task_info kInfo = INFO(kInputs, kTargets, 1, kMetrics);
static const nac_task_info kInfoDouble = INFO(kDoubles, kTargets, 1, kMetrics);
static const nac_task_info kInfoNegative = INFO(kNegatives, kTargets, 1, kMetrics);
static const nac_task_info kInfoSame = INFO(kInputs, kInputs, 1, kMetrics);
static const nac_task_info kInfoNone = INFO(kInputs, kTargets, 0, NULL);
static const nac_task_info kInfoBops = INFO(kInputs, kTargets, 1, kBopsList);
static const nac_task_info kInfoSideways = INFO(kInputs, kTargets, 1, kSidewaysList);
static const nac_task_info kInfoTwice = INFO(kInputs, kTargets, 2, kTwice);

static const nac_task_info *info(void *self) {
  if (is(self, "info-null")) return NULL;
  if (is(self, "info-double")) return &kInfoDouble;
  if (is(self, "info-negative")) return &kInfoNegative;
  if (is(self, "info-same-name")) return &kInfoSame;
  if (is(self, "info-no-metric")) return &kInfoNone;
  if (is(self, "info-bops")) return &kInfoBops;
  if (is(self, "info-direction")) return &kInfoSideways;
  if (is(self, "info-metric-twice")) return &kInfoTwice;
  return &kInfo;
}

static nac_status space(void *self, nac_space *s, nac_error *err) {
  const double widths[] = {1, 2, 4};
  if (is(self, "space-fails")) return space_table->add_integer(s, "w", 2, 1, 1, err) < 0 ? err->code : NAC_OK;
  return space_table->add_ordered(s, "width", widths, 3, err) < 0 ? NAC_INVALID_ARGUMENT : NAC_OK;
}

/* ---- model ---- */
static nac_value one_node(nac_graph *g, const char *op, nac_value a, nac_value b, nac_error *err) {
  const nac_value in[] = {a, b};
  const nac_node n = graph_table->node(g, "", op, in, b == 0 ? 1 : 2, 1, NULL, 0, err);
  return n == 0 ? 0 : graph_table->result(g, n, 0);
}

static nac_status build(void *self, const nac_point *point, nac_graph *g, nac_error *err) {
  const int64_t shape[] = {-1, 2}, other[] = {-1, 3}, weight[] = {2, 1}, wide[] = {3, 1};
  double width = 0;
  if (is(self, "build-infeasible")) return fail(err, NAC_INFEASIBLE, "nothing fits into width 1");
  if (is(self, "build-infeasible-mute")) return NAC_INFEASIBLE;
  if (is(self, "build-unknown-status")) return fail(err, 77, "odd");
  if (is(self, "build-mute")) return NAC_INTERNAL;
#if defined(__x86_64__)
  if (is(self, "build-flushes")) _mm_setcsr(_mm_getcsr() | 0x8040);
#endif
  if (point != NULL && space_table->get(point, 0, &width) != NAC_OK) return fail(err, NAC_INVALID_ARGUMENT, "no width");
  const bool wrong = is(self, "build-wrong-input");
  const nac_value x = graph_table->input(g, "x", kFloat, wrong ? other : shape, 2, err);
  const nac_value w = graph_table->parameter(g, "w", wrong ? wide : weight, 2, NAC_INIT_UNIFORM, 1.0, err);
  const nac_value out = one_node(g, "MatMul", x, w, err);
  if (out == 0) return err->code;
  if (is(self, "build-extra-input")) graph_table->input(g, "z", kFloat, shape, 2, err);
  if (is(self, "build-no-output")) return NAC_OK;
  return graph_table->output(g, "prediction", out, err);
}

static nac_status build_preset(void *self, const char *name, nac_graph *g, nac_error *err) {
  if (strcmp(name, "Linear") != 0) return fail(err, NAC_NOT_FOUND, "no such preset");
  return build(self, NULL, g, err);
}

static nac_status loss(void *self, nac_graph *g, nac_value *out, nac_error *err) {
  const int64_t shape[] = {-1, 1}, keep = 0, axes[] = {0, 1};
  const nac_attr keepdims = {sizeof(nac_attr), NAC_ATTR_INT, "keepdims", &keep, 1};
  const nac_attr over = {sizeof(nac_attr), NAC_ATTR_INTS, "axes", axes, 2};
  const nac_attr *const attrs[] = {&keepdims, &over};
  const nac_value y = graph_table->input(g, is(self, "loss-wrong-name") ? "label" : "y", kFloat, shape, 2, err);
  const nac_value prediction = is(self, "loss-unrelated") ? y : graph_table->output_at(g, 0);
  const nac_value difference = one_node(g, "Sub", prediction, y, err);
  const nac_value square = one_node(g, "Mul", difference, difference, err);
  const nac_node mean = graph_table->node(g, "", "ReduceMean", &square, 1, 1, attrs, 2, err);
  if (mean == 0) return err->code;
  *out = is(self, "loss-not-scalar") ? square : is(self, "loss-bogus") ? 4711 : graph_table->result(g, mean, 0);
  if (is(self, "loss-renames")) graph_table->set_name(g, graph_table->input_at(g, 0), "renamed", err);
  return NAC_OK;
}

/* ---- data: x = (i, 1), y = i ---- */
static nac_status size(void *self, const char *split, uint64_t *count, nac_error *err) {
  if (strcmp(split, "train") != 0 && strcmp(split, "validation") != 0 && strcmp(split, "test") != 0)
    return fail(err, NAC_NOT_FOUND, "there is no such split; accepted are train, validation and test");
  *count = is(self, "size-absurd") ? UINT64_MAX : 10;
  return NAC_OK;
}

typedef struct block {
  nac_tensor tensor;
  int64_t shape[2], strides[2];
  float data[];
} block;
static void delete_block(nac_tensor *t) {
  atomic_fetch_add(&deleted, 1);
  free(t->manager_ctx);
}
static nac_tensor *new_tensor(uint64_t rows, int64_t columns) {
  block *b = calloc(1, sizeof(block) + rows * (size_t)columns * sizeof(float));
  atomic_fetch_add(&made, 1);
  b->shape[0] = (int64_t)rows, b->shape[1] = columns, b->strides[0] = columns, b->strides[1] = 1;
  b->tensor.version.major = 1;
  b->tensor.manager_ctx = b;
  b->tensor.deleter = delete_block;
  b->tensor.view.data = b->data;
  b->tensor.view.device.type = NAC_DEVICE_CPU;
  b->tensor.view.ndim = 2;
  b->tensor.view.dtype = kFloat;
  b->tensor.view.shape = b->shape;
  b->tensor.view.strides = b->strides;
  return &b->tensor;
}

static nac_status read_samples(void *self, const char *split, const uint64_t *index, uint64_t count,
                               nac_tensor **inputs, uint32_t input_count, nac_tensor **targets, uint32_t target_count,
                               const nac_call *call, nac_error *err) {
  uint64_t total = 0;
  const nac_status status = size(self, split, &total, err);
  if (status != NAC_OK) return status;
  if (input_count != 1 || target_count != 1 || call == NULL) return fail(err, NAC_INVALID_ARGUMENT, "odd counts");
  for (uint64_t i = 0; i < count; ++i)
    if (index[i] >= total) return fail(err, NAC_INVALID_ARGUMENT, "a sample beyond the split");
  nac_tensor *x = new_tensor(is(self, "read-too-few") ? count - 1 : count, 2), *y = new_tensor(count, 1);
  for (uint64_t i = 0; i < count && !is(self, "read-too-few"); ++i) {
    ((float *)x->view.data)[2 * i] = (float)index[i];
    ((float *)x->view.data)[2 * i + 1] = 1;
    ((float *)y->view.data)[i] = (float)index[i];
  }
  if (is(self, "read-wrong-dtype")) x->view.dtype.code = NAC_DTYPE_INT;
  if (is(self, "read-offset")) x->view.byte_offset = 4;
  if (is(self, "read-negative-stride")) x->view.strides[1] = -1;
  if (is(self, "read-no-strides")) x->view.strides = NULL;
  if (is(self, "read-no-data")) x->view.data = NULL;
  if (is(self, "read-misaligned")) x->view.data = (char *)x->view.data + 1;
  if (is(self, "read-version")) x->version.major = 2;
  if (is(self, "read-rank")) x->view.ndim = 1;
  if (is(self, "read-device")) x->view.device.type = 2;
  inputs[0] = x;
  targets[0] = y;
  if (is(self, "read-missing")) targets[0] = NULL, delete_block(y);
  if (is(self, "read-twice")) targets[0] = x, delete_block(y);
  if (is(self, "read-transposed")) { /* legal: rows run fastest */
    float values[20];
    memcpy(values, x->view.data, count * 2 * sizeof(float));
    for (uint64_t i = 0; i < count; ++i)
      for (uint64_t k = 0; k < 2; ++k) ((float *)x->view.data)[k * count + i] = values[2 * i + k];
    x->view.strides[0] = 1, x->view.strides[1] = (int64_t)count;
  }
  return NAC_OK;
}

/* ---- metrics ---- */
typedef struct run {
  task *owner;
  double sum;
  uint64_t count;
} run;
static atomic_int open_runs;
static nac_status metrics_begin(void *self, const char *split, void **out, nac_error *err) {
  uint64_t total = 0;
  const nac_status status = size(self, split, &total, err);
  if (status != NAC_OK) return status;
  run *r = calloc(1, sizeof *r);
  r->owner = self;
  atomic_fetch_add(&open_runs, 1);
  *out = r;
  return NAC_OK;
}
static nac_status metrics_update(void *self, const nac_view *const *predictions, uint32_t prediction_count,
                                 const nac_view *const *targets, uint32_t target_count, nac_error *err) {
  run *r = self;
  if (is(r->owner, "update-fails")) return fail(err, NAC_INTERNAL, "cannot count");
  if (prediction_count != 1 || target_count != 1) return fail(err, NAC_INVALID_ARGUMENT, "odd counts");
  for (int64_t i = 0; i < targets[0]->shape[0]; ++i) {
    const double d = ((const float *)predictions[0]->data)[i] - ((const float *)targets[0]->data)[i];
    r->sum += d < 0 ? -d : d;
    ++r->count;
  }
  return NAC_OK;
}
static nac_status metrics_end(void *self, double *values, uint32_t count, nac_error *err) {
  run *r = self;
  const bool nan_fault = is(r->owner, "metrics-nan");
  const double mean = r->count == 0 || nan_fault ? 0.0 / (double)(nan_fault ? 0 : r->count) : r->sum / (double)r->count;
  free(r);
  atomic_fetch_sub(&open_runs, 1);
  if (count != 1) return fail(err, NAC_INVALID_ARGUMENT, "odd count");
  values[0] = mean;
  return NAC_OK;
}

static nac_status describe(void *self, const nac_sink *sink, nac_error *err) {
  char text[128];
  (void)err;
  if (is(self, "describe-floods")) {
    char *flood = calloc(1, 3u << 20);
    const nac_status status = sink->write(sink, flood, 3u << 20);
    free(flood);
    return status;
  }
  const int length = snprintf(text, sizeof text, "made=%d deleted=%d\nruns=%d", atomic_load(&made),
                              atomic_load(&deleted), atomic_load(&open_runs));
  return sink->write(sink, text, (uint64_t)length);
}
static nac_status fingerprint(void *self, const nac_sink *sink, nac_error *err) {
  (void)self, (void)err;
  return sink->write(sink, "v1", 2);
}

static void destroy(void *self) { free(self); }

#define TABLE(size_, info_)                                                                                        \
  {                                                                                                                \
    size_, 0, destroy, info_, space, build, build_preset, loss, size, read_samples, metrics_begin, metrics_update, \
        metrics_end, describe, fingerprint                                                                         \
  }
static const nac_task_api kTable = TABLE(sizeof(nac_task_api), info);
static const nac_task_api kSmall = TABLE(24, info);
static const nac_task_api kHole = TABLE(sizeof(nac_task_api), NULL);
static const nac_task_api kHuge = TABLE(1u << 20, info);
static const nac_task_api kOld = {NAC_SIZE_THROUGH(nac_task_api, metrics_end),
                                  0,
                                  destroy,
                                  info,
                                  space,
                                  build,
                                  build_preset,
                                  loss,
                                  size,
                                  read_samples,
                                  metrics_begin,
                                  metrics_update,
                                  metrics_end,
                                  NULL,
                                  NULL};

static nac_status init(const nac_host *h, const char *library_path, nac_error *err) {
  host = h;
  config_table = h->service(h, NAC_SERVICE_CONFIG);
  space_table = h->service(h, NAC_SERVICE_SPACE);
  graph_table = h->service(h, NAC_SERVICE_GRAPH);
  log_table = h->service(h, NAC_SERVICE_LOG);
  if (library_path == NULL || library_path[0] != '/') return fail(err, NAC_INVALID_ARGUMENT, "path is not absolute");
  if (config_table == NULL || space_table == NULL || graph_table == NULL || log_table == NULL)
    return fail(err, NAC_UNSUPPORTED, "a service is missing");
  return NAC_OK;
}
static void deinit(void) {
  const char text[] = "rogue says goodbye";
  log_table->write(host, NAC_LOG_DEBUG, (nac_str){text, sizeof text - 1});
  host = NULL;
}
static nac_status create(const char *id, const nac_config *config, nac_object *out, nac_error *err) {
  nac_str fault;
  if (strcmp(id, "org.example.rogue") != 0) return fail(err, NAC_NOT_FOUND, "no such object");
  if (config_table->text(config, "fault", &fault) != NAC_OK) return fail(err, NAC_INVALID_ARGUMENT, "no fault");
  task *t = calloc(1, sizeof *t);
  if (fault.size >= sizeof t->fault) fault.size = sizeof t->fault - 1;
  memcpy(t->fault, fault.data, fault.size);
  if (is(t, "create-fails") || is(t, "create-mute")) {
    const bool mute = is(t, "create-mute");
    free(t);
    return mute ? NAC_DATA_LOSS : fail(err, NAC_DATA_LOSS, "the file 'data.h5' is damaged at byte 17");
  }
  if (is(t, "create-long-message")) {
    memset(err->message, 'x', sizeof err->message); /* no NUL */
    free(t);
    return NAC_INTERNAL;
  }
  out->self = t;
  out->api = is(t, "table-null")    ? NULL
             : is(t, "table-small") ? &kSmall
             : is(t, "table-hole")  ? &kHole
             : is(t, "table-huge")  ? &kHuge
             : is(t, "table-old")   ? &kOld
                                    : &kTable;
  if (out->api == NULL) free(t);
  return NAC_OK;
}

static const nac_param kFault = {
    sizeof(nac_param), NAC_PARAM_TEXT, "fault", "which rule to break", NULL, "\"none\"", NULL};
static const nac_param *const kParams[] = {&kFault};
static const nac_descriptor kDescriptor = {
    sizeof(nac_descriptor), 0,  NAC_KIND_TASK,     "org.example.rogue",      "Rogue", "Example", "1.2.0",
    "Apache-2.0",           "", "breaks one rule", NAC_THREADS_PER_INSTANCE, 1,       kParams};
static const nac_descriptor *const kDescriptors[] = {&kDescriptor, NULL};
const nac_plugin nac_plugin_v1 = {
    sizeof(nac_plugin), 0, {NAC_ABI_MAJOR, NAC_ABI_MINOR, 0}, kDescriptors, init, deinit, create};
