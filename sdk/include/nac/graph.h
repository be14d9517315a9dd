/* SPDX-License-Identifier: Apache-2.0
 *
 * graph.h: the model, owned by the host, built and read by plugins. Operators have ONNX names and semantics (opset 13
 * of the default domain, written ""), quantizers are QONNX's Quant of domain "qonnx.custom_op.general". A graph is
 * confined to the call it was passed to: keep no pointer to it, use it from that call's thread only.
 *
 * Operators of the default domain that every host has:
 *   Conv Gemm MatMul Add Sub Mul Div BatchNormalization Relu LeakyRelu Gelu Sigmoid Tanh Softmax LogSoftmax Flatten
 *   Reshape Transpose Concat ReduceMean ReduceMax ReduceSum MaxPool AveragePool Identity SoftmaxCrossEntropyLoss
 * Quantized models: docs/quantized-graphs.md says what stands where. Of domain "org.nac": PowerOfTwo(t) = 2^ceil(t),
 * the scale of a quantizer that is learned as the logarithm t. Quant(x, scale, zero_point, bit_width) has, besides
 * QONNX's attributes signed, narrow and rounding_mode, two more since 1.2: overflow_mode "SAT" or "WRAP", and fit (1:
 * the host refits the scale, a constant, to the weight that is quantized). rounding_mode knows "AP_RND", half to plus
 * infinity, for which QONNX has no name. (Gelu is in domain "" with attribute approximate = "none"; it is exported as
 * its Erf expansion, since ONNX has it only from opset 20.)
 *
 * Dimension 0 of every input is the batch, written -1; all others are fixed. Shapes are inferred as nodes are added.
 */
#ifndef NAC_GRAPH_H
#define NAC_GRAPH_H
#include "host.h"
#include "tensor.h"
#ifdef __cplusplus
extern "C" {
#endif

#define NAC_OPSET 13
#define NAC_DOMAIN_QONNX "qonnx.custom_op.general"
#define NAC_DOMAIN_NAC "org.nac"

typedef struct nac_graph nac_graph;
typedef uint32_t nac_value; /* id of a value in its graph; 0 = none, also for an omitted optional input */
typedef uint32_t nac_node;  /* id of a node in its graph; 0 = none */

enum {
  NAC_ATTR_INT = 1,    /* data: const int64_t *, count 1 */
  NAC_ATTR_FLOAT = 2,  /* data: const float *, count 1 */
  NAC_ATTR_STRING = 3, /* data: const char *, count bytes, no NUL needed */
  NAC_ATTR_INTS = 4,   /* data: const int64_t * */
  NAC_ATTR_FLOATS = 5  /* data: const float * */
};
typedef struct nac_attr {
  uint32_t struct_size;
  int32_t type;
  const char *name;
  const void *data;
  uint64_t count;
} nac_attr;

/* How the host fills a parameter at the start of each training, from the trial's seed. */
enum {
  NAC_INIT_ZEROS = 0,
  NAC_INIT_ONES = 1,
  NAC_INIT_UNIFORM = 2, /* U(-scale, scale); PyTorch's default for weights and biases is scale = 1/sqrt(fan_in) */
  NAC_INIT_NORMAL = 3   /* N(0, scale^2) */
};

#define NAC_SERVICE_GRAPH "nac.graph/1"
typedef struct nac_graph_service {
  uint32_t struct_size;
  uint32_t reserved;

  /* ---- build [call]; 0 means failed, err says why. Names are copied; NULL or "" lets the host invent one. ---- */
  nac_value (*input)(nac_graph *g, const char *name, nac_dtype dtype, const int64_t *shape, int32_t ndim,
                     nac_error *err);
  /* A tensor with a value, copied from `value`. Not trained: running statistics, shapes, scales, fixed tables. */
  nac_value (*constant)(nac_graph *g, const char *name, const nac_view *value, nac_error *err);
  /* A float32 tensor to be trained; init is NAC_INIT_*. */
  nac_value (*parameter)(nac_graph *g, const char *name, const int64_t *shape, int32_t ndim, int32_t init, double scale,
                         nac_error *err);
  /* Outputs are values without a name until named; attributes are copied and missing ones get ONNX defaults. */
  nac_node (*node)(nac_graph *g, const char *domain, const char *op, const nac_value *inputs, uint32_t input_count,
                   uint32_t output_count, const nac_attr *const *attrs, uint32_t attr_count, nac_error *err);
  nac_value (*result)(const nac_graph *g, nac_node node, uint32_t index);
  nac_status (*output)(nac_graph *g, const char *name, nac_value value, nac_error *err);

  /* ---- read [call]. Strings and arrays are valid until the next edit of the graph. ---- */
  uint32_t (*input_count)(const nac_graph *g);
  nac_value (*input_at)(const nac_graph *g, uint32_t position); /* in the order they were made */
  uint32_t (*output_count)(const nac_graph *g);
  nac_value (*output_at)(const nac_graph *g, uint32_t position);
  uint32_t (*node_count)(const nac_graph *g);
  nac_node (*node_at)(const nac_graph *g, uint32_t position); /* topological order */
  const char *(*node_op)(const nac_graph *g, nac_node node, const char **domain);
  /* Both return how many there are and write at most `capacity`. */
  uint32_t (*node_inputs)(const nac_graph *g, nac_node node, nac_value *out, uint32_t capacity);
  uint32_t (*node_outputs)(const nac_graph *g, nac_node node, nac_value *out, uint32_t capacity);
  /* NULL: the node has no such attribute. Defaults are explicit. */
  const nac_attr *(*node_attr)(const nac_graph *g, nac_node node, const char *name);
  /* ndim_in_out: in, the capacity of shape; out, the rank. Any out pointer may be NULL. */
  nac_status (*value_info)(const nac_graph *g, nac_value value, const char **name, nac_dtype *dtype, int64_t *shape,
                           int32_t *ndim_in_out);
  nac_node (*value_producer)(const nac_graph *g, nac_value value); /* 0: an input, constant or parameter */
  bool (*value_trainable)(const nac_graph *g, nac_value value);
  const nac_view *(*value_data)(const nac_graph *g, nac_value value); /* NULL: no data (yet) */

  /* ---- edit [call] ---- */
  nac_status (*set_name)(nac_graph *g, nac_value value, const char *name, nac_error *err);
  nac_status (*replace_uses)(nac_graph *g, nac_value from, nac_value to, nac_error *err);
  nac_status (*set_data)(nac_graph *g, nac_value value, const nac_view *data,
                         nac_error *err);                            /* same dtype and shape */
  nac_status (*remove)(nac_graph *g, nac_node node, nac_error *err); /* refuses while its results are used */

  /* ---- whole [call] ---- */
  nac_status (*check)(const nac_graph *g, nac_error *err); /* arity, attributes, dtypes, shapes, acyclic, outputs */
  nac_status (*to_onnx)(const nac_graph *g, const nac_sink *sink, nac_error *err); /* a serialized ONNX ModelProto */
} nac_graph_service;

#ifdef __cplusplus
}
#endif
#endif
