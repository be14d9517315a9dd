// SPDX-License-Identifier: Apache-2.0
//
// graph.hpp: building models: the layers that tasks need, in terms of ONNX nodes, with PyTorch's default
// initialization (weights and biases uniform in +-1/sqrt(fan_in)).
#pragma once
#include <cmath>
#include <initializer_list>
#include <string>
#include <vector>

#include "host.hpp"
#include "tensor.hpp"

namespace nac {

/// One attribute of a node; owns its data.
class attribute {
 public:
  attribute(const char *name, int64_t value) : name_(name), type_(NAC_ATTR_INT), ints_{value} {}
  attribute(const char *name, int value) : attribute(name, static_cast<int64_t>(value)) {}
  attribute(const char *name, float value) : name_(name), type_(NAC_ATTR_FLOAT), floats_{value} {}
  attribute(const char *name, const char *value) : name_(name), type_(NAC_ATTR_STRING), text_(value) {}
  attribute(const char *name, std::vector<int64_t> values)
      : name_(name), type_(NAC_ATTR_INTS), ints_(std::move(values)) {}
  nac_attr raw() const {
    nac_attr a{};
    a.struct_size = sizeof a;
    a.type = type_;
    a.name = name_;
    a.data = type_ == NAC_ATTR_STRING                              ? static_cast<const void *>(text_.data())
             : type_ == NAC_ATTR_FLOAT || type_ == NAC_ATTR_FLOATS ? static_cast<const void *>(floats_.data())
                                                                   : static_cast<const void *>(ints_.data());
    a.count = type_ == NAC_ATTR_STRING                              ? text_.size()
              : type_ == NAC_ATTR_FLOAT || type_ == NAC_ATTR_FLOATS ? floats_.size()
                                                                    : ints_.size();
    return a;
  }

 private:
  const char *name_;
  int32_t type_;
  std::vector<int64_t> ints_;
  std::vector<float> floats_;
  std::string text_;
};

enum class activation { none, relu, leaky_relu, gelu, sigmoid, tanh };

/// Builds into a host graph; throws failure with the host's message. Layer names become weight names, as in PyTorch:
/// linear("fc1", ...) makes fc1.weight [out, in] and fc1.bias [out].
class graph_builder {
 public:
  explicit graph_builder(nac_graph *raw) : raw_(raw) {}
  nac_graph *raw() const { return raw_; }

  /// shape without the batch dimension.
  nac_value input(const std::string &name, const std::vector<int64_t> &shape,
                  nac_dtype dtype = dtype_of<float>::value) {
    std::vector<int64_t> full{-1};
    full.insert(full.end(), shape.begin(), shape.end());
    return made(
        [&](nac_error *e) { return host().graph().input(raw_, name.c_str(), dtype, full.data(), rank(full), e); });
  }
  void output(const std::string &name, nac_value value) {
    nac_error err = empty_error();
    check(host().graph().output(raw_, name.c_str(), value, &err), err);
  }
  nac_value parameter(const std::string &name, const std::vector<int64_t> &shape, int32_t init, double scale = 0) {
    return made([&](nac_error *e) {
      return host().graph().parameter(raw_, name.c_str(), shape.data(), rank(shape), init, scale, e);
    });
  }
  template <class T>
  nac_value constant(const std::string &name, const std::vector<T> &values, const std::vector<int64_t> &shape) {
    const borrowed_view<T> view(values.data(), shape);
    return made([&](nac_error *e) { return host().graph().constant(raw_, name.c_str(), view.get(), e); });
  }
  /// First result of a new node.
  nac_value node(const char *op, const std::vector<nac_value> &inputs, const std::vector<attribute> &attributes = {},
                 const char *domain = "") {
    std::vector<nac_attr> raw;
    for (const attribute &a : attributes) raw.push_back(a.raw());
    std::vector<const nac_attr *> pointers;
    for (const nac_attr &a : raw) pointers.push_back(&a);
    const nac_node n = made([&](nac_error *e) {
      return host().graph().node(raw_, domain, op, inputs.data(), static_cast<uint32_t>(inputs.size()), 1,
                                 pointers.data(), static_cast<uint32_t>(pointers.size()), e);
    });
    return host().graph().result(raw_, n, 0);
  }
  /// Dimensions of a value; the batch is -1.
  std::vector<int64_t> shape(nac_value value) const {
    int64_t dims[8];
    int32_t ndim = 8;
    if (host().graph().value_info(raw_, value, nullptr, nullptr, dims, &ndim) != NAC_OK)
      throw failure(NAC_INTERNAL, "the host knows no shape of a value it made");
    return {dims, dims + ndim};
  }

  /// y = x W^T + b on [N, in] as Gemm. On [N, positions, in] (the same layer for every set element) as MatMul with
  /// weight [in, out], and Add.
  nac_value linear(const std::string &name, nac_value x, int64_t out) {
    const std::vector<int64_t> s = shape(x);
    const int64_t in = s.back();
    const double bound = 1.0 / std::sqrt(static_cast<double>(in));
    if (s.size() == 2) {
      const nac_value w = parameter(name + ".weight", {out, in}, NAC_INIT_UNIFORM, bound);
      const nac_value b = parameter(name + ".bias", {out}, NAC_INIT_UNIFORM, bound);
      return node("Gemm", {x, w, b}, {{"transB", int64_t{1}}});
    }
    const nac_value w = parameter(name + ".weight", {in, out}, NAC_INIT_UNIFORM, bound);
    const nac_value b = parameter(name + ".bias", {out}, NAC_INIT_UNIFORM, bound);
    return node("Add", {node("MatMul", {x, w}), b});
  }
  /// 2-D convolution on [N, C, H, W], stride 1, no padding unless given; weight [out, in, k, k].
  nac_value conv2d(const std::string &name, nac_value x, int64_t out, int64_t kernel, int64_t padding = 0,
                   bool bias = true) {
    const int64_t in = shape(x).at(1);
    const double bound = 1.0 / std::sqrt(static_cast<double>(in * kernel * kernel));
    std::vector<nac_value> inputs{x, parameter(name + ".weight", {out, in, kernel, kernel}, NAC_INIT_UNIFORM, bound)};
    if (bias) inputs.push_back(parameter(name + ".bias", {out}, NAC_INIT_UNIFORM, bound));
    return node("Conv", inputs,
                {{"kernel_shape", std::vector<int64_t>{kernel, kernel}},
                 {"pads", std::vector<int64_t>{padding, padding, padding, padding}}});
  }
  /// Batch normalization over dimension 1 of [N, C] or [N, C, H, W]; eps 1e-5, momentum as PyTorch's 0.1 (ONNX counts
  /// the other way: 0.9). For sets use batch_norm_last.
  nac_value batch_norm(const std::string &name, nac_value x) {
    const int64_t c = shape(x).at(1);
    const auto count = static_cast<std::size_t>(c);
    return node("BatchNormalization",
                {x, parameter(name + ".weight", {c}, NAC_INIT_ONES), parameter(name + ".bias", {c}, NAC_INIT_ZEROS),
                 constant(name + ".running_mean", std::vector<float>(count, 0.0F), {c}),
                 constant(name + ".running_var", std::vector<float>(count, 1.0F), {c})},
                {{"epsilon", 1e-5F}, {"momentum", 0.9F}});
  }
  /// Batch normalization of the features of a set [N, positions, C]: one mean and variance per feature over samples and
  /// positions, so that it folds into the layer before it.
  nac_value batch_norm_last(const std::string &name, nac_value x) {
    const std::vector<int64_t> perm{0, 2, 1};
    return node("Transpose", {batch_norm(name, node("Transpose", {x}, {{"perm", perm}}))}, {{"perm", perm}});
  }
  /// LeakyRelu has the slope 1/128 of the NAC paper (Tables 5 and 6) unless told otherwise.
  nac_value activate(activation kind, nac_value x, float slope = 0.0078125F) {
    switch (kind) {
      case activation::none: return x;
      case activation::relu: return node("Relu", {x});
      case activation::leaky_relu: return node("LeakyRelu", {x}, {{"alpha", slope}});
      case activation::gelu: return node("Gelu", {x});
      case activation::sigmoid: return node("Sigmoid", {x});
      case activation::tanh: return node("Tanh", {x});
    }
    return x;
  }
  nac_value flatten(nac_value x) { return node("Flatten", {x}, {{"axis", int64_t{1}}}); }
  /// Reshape to `dims`, where the first, the batch, is kept.
  nac_value reshape(nac_value x, const std::vector<int64_t> &dims) {
    std::vector<int64_t> full{0};
    full.insert(full.end(), dims.begin(), dims.end());
    return node("Reshape", {x, constant("", full, {static_cast<int64_t>(full.size())})});
  }
  nac_value transpose(nac_value x, const std::vector<int64_t> &perm) {
    return node("Transpose", {x}, {{"perm", perm}});
  }

 private:
  static int32_t rank(const std::vector<int64_t> &shape) { return static_cast<int32_t>(shape.size()); }
  template <class F>
  uint32_t made(F &&make) {
    nac_error err = empty_error();
    const uint32_t id = make(&err);
    if (id == 0) throw failure(err.code != NAC_OK ? err.code : NAC_INVALID_ARGUMENT, err.message);
    return id;
  }
  nac_graph *raw_;
};

}  // namespace nac
