/* SPDX-License-Identifier: Apache-2.0
 *
 * rings.c: a complete task in plain C. Points in the plane belong to the inner disc or to the ring around it; the
 * networks are small multilayer perceptrons. Copy it, change ids and names, put in your own data.
 *
 * Compile with:   see README.md
 * What must be here: a descriptor, the functions of nac_task_api, create, init, deinit, and the one exported symbol.
 */
#include <math.h>
#include <nac/nac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TASK_ID "org.example.rings"

/* ---- the host's services, fetched once in init ---- */
static const nac_config_service *config_service;
static const nac_space_service *space_service;
static const nac_graph_service *graph_service;

/* Every failure says what was found and what is accepted. err may be NULL. */
static nac_status fail(nac_error *err, nac_status status, const char *what, const char *detail) {
  if (err != NULL) {
    err->code = status;
    snprintf(err->message, sizeof err->message, "%s%s", what, detail);
  }
  return status;
}

/* ---- parameters and descriptor: static data, read by the host without a call ---- */
static const nac_param samples_param = {
    sizeof(nac_param), NAC_PARAM_INTEGER, "samples", "training samples", NULL, "2000", "[100, 1000000]"};
static const nac_param noise_param = {sizeof(nac_param), NAC_PARAM_NUMBER, "noise", "blur of the border", NULL, "0.05",
                                      "[0, 1]"};
static const nac_param *const params[] = {&samples_param, &noise_param};

static const nac_descriptor descriptor = {sizeof(nac_descriptor),
                                          0,
                                          NAC_KIND_TASK,
                                          TASK_ID,
                                          "Rings",
                                          "Example",
                                          "1.0.0",
                                          "Apache-2.0",
                                          "",
                                          "two classes of points in the plane: a disc and the ring around it",
                                          NAC_THREADS_FREE, /* nothing here changes after create */
                                          2,
                                          params};
static const nac_descriptor *const descriptors[] = {&descriptor, NULL};

/* ---- what the samples and metrics are ---- */
static const int64_t two[] = {2};
static const nac_tensor_info input_x = {sizeof(nac_tensor_info), 1, "x", two, {NAC_DTYPE_FLOAT, 32, 1}};
static const nac_tensor_info target_label = {sizeof(nac_tensor_info), 0, "label", NULL, {NAC_DTYPE_INT, 64, 1}};
static const nac_tensor_info *const inputs_info[] = {&input_x};
static const nac_tensor_info *const targets_info[] = {&target_label};
static const nac_metric_info accuracy = {sizeof(nac_metric_info), +1, "accuracy", "", "share of correct labels"};
static const nac_metric_info *const metrics_info[] = {&accuracy};
static const nac_preset_info small = {sizeof(nac_preset_info), 0, "small", "one hidden layer of 8"};
static const nac_preset_info *const presets_info[] = {&small};
static const nac_task_info task_info = {sizeof(nac_task_info), 0,           1, 1, inputs_info, targets_info, 1, 1,
                                        metrics_info,          presets_info};

/* ---- the object ---- */
struct rings {
  int64_t samples;
  double noise;
};

static void task_destroy(void *self) { free(self); }
static const nac_task_info *task_facts(void *self) {
  (void)self;
  return &task_info;
}

/* ---- search space: width, depth, and the width of the second layer where there is one ---- */
enum { WIDTH = 0, LAYERS = 1, SECOND = 2 };
static const double widths[] = {2, 4, 8, 16, 32};

static nac_status task_space(void *self, nac_space *space, nac_error *err) {
  static const int64_t with_two_layers[] = {2};
  (void)self;
  if (space_service->add_ordered(space, "width", widths, 5, err) < 0 ||
      space_service->add_integer(space, "layers", 1, 2, 1, err) < 0 ||
      space_service->add_ordered(space, "second_width", widths, 5, err) < 0)
    return NAC_INTERNAL; /* err is filled by the host */
  return space_service->only_if(space, SECOND, LAYERS, with_two_layers, 1, err);
}

/* y = x W^T + b. Returns 0 on failure, as the functions of the graph service do. */
static nac_value linear(nac_graph *g, nac_value x, int64_t in, int64_t out, nac_error *err) {
  static const int64_t yes = 1;
  static const nac_attr transposed = {sizeof(nac_attr), NAC_ATTR_INT, "transB", &yes, 1};
  const nac_attr *const attributes[] = {&transposed};
  const int64_t shape[] = {out, in};
  nac_value operands[3];
  nac_node node;
  operands[0] = x;
  operands[1] = graph_service->parameter(g, NULL, shape, 2, NAC_INIT_UNIFORM, 1 / sqrt((double)in), err);
  operands[2] = graph_service->parameter(g, NULL, shape, 1, NAC_INIT_ZEROS, 0, err);
  if (operands[1] == 0 || operands[2] == 0) return 0;
  node = graph_service->node(g, "", "Gemm", operands, 3, 1, attributes, 1, err);
  return node == 0 ? 0 : graph_service->result(g, node, 0);
}
static nac_value relu(nac_graph *g, nac_value x, nac_error *err) {
  const nac_node node = graph_service->node(g, "", "Relu", &x, 1, 1, NULL, 0, err);
  return node == 0 ? 0 : graph_service->result(g, node, 0);
}

/* Hidden widths; second 0: one hidden layer. */
static nac_status network(nac_graph *g, int64_t first, int64_t second, nac_error *err) {
  static const int64_t shape[] = {-1, 2};
  const nac_dtype f32 = {NAC_DTYPE_FLOAT, 32, 1};
  int64_t last = first;
  nac_value v = graph_service->input(g, "x", f32, shape, 2, err);
  if (v != 0) v = linear(g, v, 2, first, err);
  if (v != 0) v = relu(g, v, err);
  if (second != 0) {
    if (v != 0) v = linear(g, v, first, second, err);
    if (v != 0) v = relu(g, v, err);
    last = second;
  }
  if (v != 0) v = linear(g, v, last, 2, err);
  return v == 0 ? NAC_INTERNAL : graph_service->output(g, "logits", v, err);
}

static nac_status task_build(void *self, const nac_point *point, nac_graph *g, nac_error *err) {
  double width = 0, layers = 0, second = 0;
  (void)self;
  if (space_service->get(point, WIDTH, &width) != NAC_OK || space_service->get(point, LAYERS, &layers) != NAC_OK ||
      (layers == 2 && space_service->get(point, SECOND, &second) != NAC_OK))
    return fail(err, NAC_INVALID_ARGUMENT, "the point lacks the value of an active dimension", "");
  return network(g, (int64_t)widths[(int)width], layers == 2 ? (int64_t)widths[(int)second] : 0, err);
}
static nac_status task_build_preset(void *self, const char *name, nac_graph *g, nac_error *err) {
  (void)self;
  if (strcmp(name, "small") != 0)
    return fail(err, NAC_NOT_FOUND, "the only preset is small, there is none called ", name);
  return network(g, 8, 0, err);
}

/* The loss is part of the graph, so its gradient is the host's business. */
static nac_status task_loss(void *self, nac_graph *g, nac_value *loss, nac_error *err) {
  static const int64_t shape[] = {-1};
  const nac_dtype i64 = {NAC_DTYPE_INT, 64, 1};
  nac_value operands[2];
  nac_node node;
  (void)self;
  operands[0] = graph_service->output_at(g, 0);
  operands[1] = graph_service->input(g, "label", i64, shape, 1, err);
  if (operands[1] == 0) return NAC_INTERNAL;
  node = graph_service->node(g, "", "SoftmaxCrossEntropyLoss", operands, 2, 1, NULL, 0, err);
  if (node == 0) return NAC_INTERNAL;
  *loss = graph_service->result(g, node, 0);
  return NAC_OK;
}

/* ---- data: sample i of a split is a function of (split, i), so any order and any thread give the same ---- */
static int split_number(const char *split) {
  static const char *const names[] = {"train", "validation", "test"};
  int i;
  for (i = 0; i < 3; ++i)
    if (strcmp(split, names[i]) == 0) return i;
  return -1;
}
static uint64_t samples_of(const struct rings *task, int split) {
  return (uint64_t)(split == 0 ? task->samples : task->samples / 4);
}
static nac_status unknown_split(const char *split, nac_error *err) {
  return fail(err, NAC_INVALID_ARGUMENT, "splits are train, validation and test, there is none called ", split);
}

static nac_status task_size(void *self, const char *split, uint64_t *count, nac_error *err) {
  const int number = split_number(split);
  if (number < 0) return unknown_split(split, err);
  *count = samples_of((const struct rings *)self, number);
  return NAC_OK;
}

/* Uniform in [0, 1). */
static double uniform(int split, uint64_t index, uint64_t draw) {
  uint64_t h = (index * 8 + draw) * 3 + (uint64_t)split + 0x9e3779b97f4a7c15u;
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
  return (double)((h ^ (h >> 31)) >> 11) / 9007199254740992.0;
}

/* One allocation holds the tensor, its shape and its data; the deleter touches nothing else. */
struct block {
  nac_tensor tensor;
  int64_t shape[2], strides[2];
  double data[]; /* of any element type: aligned for all of them */
};
static void block_delete(nac_tensor *tensor) { free(tensor->manager_ctx); }
static nac_tensor *block_new(const nac_tensor_info *info, uint64_t rows) {
  const uint64_t columns = info->ndim == 0 ? 1 : (uint64_t)info->shape[0];
  struct block *b = calloc(1, sizeof *b + rows * columns * info->dtype.bits / 8);
  if (b == NULL) return NULL;
  b->shape[0] = (int64_t)rows;
  b->shape[1] = b->strides[0] = (int64_t)columns;
  b->strides[1] = 1;
  b->tensor.version.major = 1;
  b->tensor.manager_ctx = b;
  b->tensor.deleter = block_delete;
  b->tensor.view.data = b->data;
  b->tensor.view.device.type = NAC_DEVICE_CPU;
  b->tensor.view.ndim = info->ndim + 1;
  b->tensor.view.dtype = info->dtype;
  b->tensor.view.shape = b->shape;
  b->tensor.view.strides = b->strides;
  return &b->tensor;
}

static nac_status task_read(void *self, const char *split, const uint64_t *index, uint64_t count, nac_tensor **inputs,
                            uint32_t input_count, nac_tensor **targets, uint32_t target_count, const nac_call *call,
                            nac_error *err) {
  const struct rings *task = (const struct rings *)self;
  const int number = split_number(split);
  nac_tensor *x, *label;
  uint64_t i;
  (void)call; /* its random stream is for augmentation; reading here takes no time worth a progress report */
  if (number < 0) return unknown_split(split, err);
  if (input_count != 1 || target_count != 1)
    return fail(err, NAC_INVALID_ARGUMENT, "a sample has one input and one target", "");
  for (i = 0; i < count; ++i)
    if (index[i] >= samples_of(task, number))
      return fail(err, NAC_INVALID_ARGUMENT, "a sample number is beyond the end of the split ", split);
  x = block_new(&input_x, count);
  label = block_new(&target_label, count);
  if (x == NULL || label == NULL) {
    free(x);
    free(label);
    return fail(err, NAC_RESOURCE_EXHAUSTED, "out of memory", "");
  }
  for (i = 0; i < count; ++i) {
    const double angle = 6.283185307179586 * uniform(number, index[i], 0);
    const double radius = sqrt(uniform(number, index[i], 1));
    const double border = 0.7 + task->noise * (uniform(number, index[i], 2) - 0.5);
    ((float *)x->view.data)[2 * i] = (float)(radius * cos(angle));
    ((float *)x->view.data)[2 * i + 1] = (float)(radius * sin(angle));
    ((int64_t *)label->view.data)[i] = radius > border;
  }
  inputs[0] = x;
  targets[0] = label;
  return NAC_OK;
}

/* ---- metrics: counts, so that batches of any size give the same ---- */
struct run {
  uint64_t correct, total;
};
static nac_status metrics_begin(void *self, const char *split, void **run, nac_error *err) {
  struct run *made;
  (void)self;
  if (split_number(split) < 0) return unknown_split(split, err);
  if ((made = calloc(1, sizeof *made)) == NULL) return fail(err, NAC_RESOURCE_EXHAUSTED, "out of memory", "");
  *run = made;
  return NAC_OK;
}
static nac_status metrics_update(void *self, const nac_view *const *predictions, uint32_t prediction_count,
                                 const nac_view *const *targets, uint32_t target_count, nac_error *err) {
  struct run *run = (struct run *)self;
  const nac_view *logits, *labels;
  int64_t i;
  if (prediction_count != 1 || target_count != 1 || predictions[0]->ndim != 2 || predictions[0]->shape[1] != 2)
    return fail(err, NAC_INVALID_ARGUMENT, "expected one prediction of shape [batch, 2] and one target", "");
  logits = predictions[0];
  labels = targets[0];
  for (i = 0; i < logits->shape[0]; ++i) {
    const float *row = (const float *)logits->data + i * logits->strides[0];
    run->correct += (row[logits->strides[1]] > row[0]) == ((const int64_t *)labels->data)[i * labels->strides[0]];
  }
  run->total += (uint64_t)logits->shape[0];
  return NAC_OK;
}
static nac_status metrics_end(void *self, double *values, uint32_t count, nac_error *err) {
  const struct run run = *(const struct run *)self;
  free(self); /* also when it fails */
  if (count != 1) return fail(err, NAC_INVALID_ARGUMENT, "there is one metric", "");
  if (run.total == 0) return fail(err, NAC_FAILED_PRECONDITION, "no batch was added", "");
  values[0] = (double)run.correct / (double)run.total;
  return NAC_OK;
}

static nac_status describe(void *self, const nac_sink *sink, nac_error *err) {
  char text[160];
  const int size = snprintf(text, sizeof text,
                            "Generated points: %lld for training, a quarter of that for validation "
                            "and for testing each.\n",
                            (long long)((const struct rings *)self)->samples);
  const nac_status status = sink->write(sink, text, (uint64_t)size);
  return status == NAC_OK ? NAC_OK : fail(err, status, "the description could not be written", "");
}
static nac_status fingerprint(void *self, const nac_sink *sink, nac_error *err) {
  const nac_status status = sink->write(sink, self, sizeof(struct rings)); /* the parameters determine every sample */
  return status == NAC_OK ? NAC_OK : fail(err, status, "the fingerprint could not be written", "");
}

static const nac_task_api task_api = {
    sizeof(nac_task_api), 0,         task_destroy, task_facts, task_space,    task_build,
    task_build_preset,    task_loss, task_size,    task_read,  metrics_begin, metrics_update,
    metrics_end,          describe,  fingerprint,  NULL /* nothing is fitted to the data */};

/* ---- the library ---- */
static nac_status plugin_init(const nac_host *host, const char *library_path, nac_error *err) {
  (void)library_path;
  config_service = host->service(host, NAC_SERVICE_CONFIG);
  space_service = host->service(host, NAC_SERVICE_SPACE);
  graph_service = host->service(host, NAC_SERVICE_GRAPH);
  if (config_service == NULL || space_service == NULL || graph_service == NULL)
    return fail(err, NAC_UNSUPPORTED, "this host offers no ", "nac.config/1, nac.space/1 or nac.graph/1");
  return NAC_OK;
}
static void plugin_deinit(void) {}

static nac_status plugin_create(const char *id, const nac_config *config, nac_object *out, nac_error *err) {
  struct rings task, *made;
  if (strcmp(id, TASK_ID) != 0) return fail(err, NAC_NOT_FOUND, "this library has no object ", id);
  memset(&task, 0, sizeof task);
  if (config_service->integer(config, "samples", &task.samples) != NAC_OK || task.samples < 100)
    return fail(err, NAC_INVALID_ARGUMENT, "samples must be an integer of at least 100", "");
  if (config_service->number(config, "noise", &task.noise) != NAC_OK)
    return fail(err, NAC_INVALID_ARGUMENT, "noise must be a number", "");
  if ((made = malloc(sizeof *made)) == NULL) return fail(err, NAC_RESOURCE_EXHAUSTED, "out of memory", "");
  *made = task;
  out->api = &task_api;
  out->self = made;
  return NAC_OK;
}

const nac_plugin nac_plugin_v1 = {
    sizeof(nac_plugin), 0, {NAC_ABI_MAJOR, NAC_ABI_MINOR, 0}, descriptors, plugin_init, plugin_deinit, plugin_create};
