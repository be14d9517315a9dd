// SPDX-License-Identifier: Apache-2.0
//
// nac.graph/1 over Graph. Plugins are strangers: ids, pointers, counts and shapes are checked before they are believed,
// and no exception leaves.
#include "services/graph_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "graph/onnx.hpp"
#include "nac/cpp/error.hpp"

namespace nac::fw {
namespace {

constexpr uint64_t kMaxEntries = 1 << 16;  // of any list that a plugin hands over

[[noreturn]] void invalid(const std::string &message) { throw Error(message, NAC_INVALID_ARGUMENT); }

Graph &graph_of(nac_graph *g) {
  if (g == nullptr) invalid("the graph is NULL");
  return *reinterpret_cast<Graph *>(g);
}
const Graph &graph_of(const nac_graph *g) {
  if (g == nullptr) invalid("the graph is NULL");
  return *reinterpret_cast<const Graph *>(g);
}

/// Runs an edit; what it throws becomes *err and its status.
template <class F>
nac_status guarded(nac_error *err, F &&f) noexcept {
  return nac::guard(err, [&] {
    try {
      std::forward<F>(f)();
    } catch (const Error &e) {
      throw nac::failure(e.status() == NAC_OK ? NAC_INTERNAL : e.status(),
                         *e.what() != '\0' ? e.what() : "no reason given");
    }
  });
}

/// Runs a query; a failure is `fallback`.
template <class R, class F>
R asked(R fallback, F &&f) noexcept {
  try {
    return std::forward<F>(f)();
  } catch (...) {
    return fallback;
  }
}

std::string text_or_empty(const char *text) { return text == nullptr ? std::string() : std::string(text); }

Shape shape_of(const int64_t *shape, int32_t ndim) {
  if (ndim < 0 || ndim > 8) invalid(fmt::format("a shape has {} dimensions, 0 to 8 are accepted", ndim));
  if (ndim > 0 && shape == nullptr) invalid(fmt::format("a shape of {} dimensions is NULL", ndim));
  return ndim == 0 ? Shape{} : Shape(shape, shape + ndim);
}

Attribute attribute_of(const nac_attr &a) {
  const bool single = a.type == NAC_ATTR_INT || a.type == NAC_ATTR_FLOAT;
  if (single && a.count != 1) invalid(fmt::format("attribute '{}' has {} values, its type has 1", a.name, a.count));
  if (a.count > kMaxEntries)
    invalid(fmt::format("attribute '{}' has {} entries, at most {}", a.name, a.count, kMaxEntries));
  if (a.count > 0 && a.data == nullptr) invalid(fmt::format("attribute '{}' has no data", a.name));
  const auto copied = [&](auto zero) {  // by bytes: the plugin's pointer need not be aligned
    std::vector<decltype(zero)> values(a.count, zero);
    if (a.count > 0) std::memcpy(values.data(), a.data, a.count * sizeof zero);
    return values;
  };
  switch (a.type) {
    case NAC_ATTR_INT: return copied(int64_t{0})[0];
    case NAC_ATTR_FLOAT: return copied(0.0F)[0];
    case NAC_ATTR_STRING: return a.count == 0 ? std::string() : std::string(static_cast<const char *>(a.data), a.count);
    case NAC_ATTR_INTS: return copied(int64_t{0});
    case NAC_ATTR_FLOATS: return copied(0.0F);
    default: invalid(fmt::format("attribute '{}' has the type {}, 1 to 5 are known", a.name, a.type));
  }
}

std::map<std::string, Attribute> attributes_of(const nac_attr *const *attrs, uint32_t count) {
  if (count > kMaxEntries) invalid(fmt::format("{} attributes, at most {}", count, kMaxEntries));
  if (count > 0 && attrs == nullptr) invalid(fmt::format("{} attributes are announced, but the list is NULL", count));
  std::map<std::string, Attribute> made;
  for (uint32_t i = 0; i < count; ++i) {
    const nac_attr *a = attrs[i];
    if (a == nullptr) invalid(fmt::format("attribute {} is NULL", i));
    if (!NAC_HAS(a, nac_attr, count))
      invalid(fmt::format("attribute {} has struct_size {}, at least {} is needed", i, a->struct_size,
                          NAC_SIZE_THROUGH(nac_attr, count)));
    if (a->name == nullptr) invalid(fmt::format("attribute {} has no name", i));
    if (!made.emplace(a->name, attribute_of(*a)).second) invalid(fmt::format("attribute '{}' is given twice", a->name));
  }
  return made;
}

/// What pointers handed to a plugin point into, kept by the graph until its next edit.
struct Loans {
  struct Attr {
    std::string name;
    Attribute value;
    nac_attr raw{};
  };
  struct Data {
    explicit Data(const Tensor &t) : tensor(t), view(tensor) {}
    Tensor tensor;
    TensorView view;
  };
  bool sorted = false;
  std::vector<NodeId> order;
  std::map<std::pair<NodeId, std::string>, Attr> attributes;
  std::map<ValueId, Data> data;
};

Loans &loans_of(const Graph &graph) {
  std::shared_ptr<void> &slot = graph.lent();
  if (slot == nullptr) slot = std::make_shared<Loans>();
  return *static_cast<Loans *>(slot.get());
}

void fill(Loans::Attr &a) {
  a.raw.struct_size = sizeof a.raw;
  a.raw.name = a.name.c_str();
  a.raw.type = static_cast<int32_t>(a.value.index()) + NAC_ATTR_INT;  // Attribute lists its types in the same order
  a.raw.count = 1;
  std::visit(
      [&](const auto &v) {
        if constexpr (requires { v.data(); }) {
          a.raw.data = v.data();
          a.raw.count = v.size();
        } else {
          a.raw.data = &v;
        }
      },
      a.value);
}

// ---- build ----

nac_value input(nac_graph *g, const char *name, nac_dtype dtype, const int64_t *shape, int32_t ndim, nac_error *err) {
  nac_value made = 0;
  guarded(err, [&] { made = graph_of(g).add_input(text_or_empty(name), from_abi(dtype), shape_of(shape, ndim)); });
  return made;
}

nac_value constant(nac_graph *g, const char *name, const nac_view *value, nac_error *err) {
  nac_value made = 0;
  guarded(err, [&] {
    Graph &graph = graph_of(g);
    if (value == nullptr) invalid("the value of a constant is NULL");
    made = graph.add_constant(text_or_empty(name), Tensor::copy_of(*value));
  });
  return made;
}

nac_value parameter(nac_graph *g, const char *name, const int64_t *shape, int32_t ndim, int32_t init, double scale,
                    nac_error *err) {
  nac_value made = 0;
  guarded(err, [&] { made = graph_of(g).add_parameter(text_or_empty(name), shape_of(shape, ndim), {init, scale}); });
  return made;
}

nac_node node(nac_graph *g, const char *domain, const char *op, const nac_value *inputs, uint32_t input_count,
              uint32_t output_count, const nac_attr *const *attrs, uint32_t attr_count, nac_error *err) {
  nac_node made = 0;
  guarded(err, [&] {
    Graph &graph = graph_of(g);
    if (op == nullptr) invalid("the operator's name is NULL");
    if (input_count > kMaxEntries) invalid(fmt::format("{} inputs, at most {}", input_count, kMaxEntries));
    if (input_count > 0 && inputs == nullptr)
      invalid(fmt::format("{} inputs are announced, but the list is NULL", input_count));
    const std::vector<ValueId> ids =
        input_count == 0 ? std::vector<ValueId>() : std::vector<ValueId>(inputs, inputs + input_count);
    made = graph.add_node(text_or_empty(domain), op, ids, attributes_of(attrs, attr_count), output_count);
  });
  return made;
}

nac_value result(const nac_graph *g, nac_node node, uint32_t index) {
  return asked<nac_value>(0, [&] { return graph_of(g).node(node).outputs.at(index); });
}

nac_status output(nac_graph *g, const char *name, nac_value value, nac_error *err) {
  return guarded(err, [&] { graph_of(g).add_output(text_or_empty(name), value); });
}

// ---- read ----

uint32_t input_count(const nac_graph *g) {
  return asked<uint32_t>(0, [&] { return static_cast<uint32_t>(graph_of(g).inputs().size()); });
}
nac_value input_at(const nac_graph *g, uint32_t position) {
  return asked<nac_value>(0, [&] { return graph_of(g).inputs().at(position); });
}
uint32_t output_count(const nac_graph *g) {
  return asked<uint32_t>(0, [&] { return static_cast<uint32_t>(graph_of(g).outputs().size()); });
}
nac_value output_at(const nac_graph *g, uint32_t position) {
  return asked<nac_value>(0, [&] { return graph_of(g).outputs().at(position); });
}

const std::vector<NodeId> &order_of(const Graph &graph) {
  Loans &loans = loans_of(graph);
  if (!loans.sorted) {
    loans.order = graph.topological();
    loans.sorted = true;
  }
  return loans.order;
}

uint32_t node_count(const nac_graph *g) {
  return asked<uint32_t>(0, [&] { return static_cast<uint32_t>(order_of(graph_of(g)).size()); });
}
nac_node node_at(const nac_graph *g, uint32_t position) {
  return asked<nac_node>(0, [&] { return order_of(graph_of(g)).at(position); });
}

const char *node_op(const nac_graph *g, nac_node node, const char **domain) {
  return asked<const char *>(nullptr, [&] {
    const Node &n = graph_of(g).node(node);
    if (domain != nullptr) *domain = n.domain.c_str();
    return n.op.c_str();
  });
}

uint32_t list_out(const std::vector<ValueId> &values, nac_value *out, uint32_t capacity) {
  if (out != nullptr) std::copy_n(values.begin(), std::min<std::size_t>(capacity, values.size()), out);
  return static_cast<uint32_t>(values.size());
}
uint32_t node_inputs(const nac_graph *g, nac_node node, nac_value *out, uint32_t capacity) {
  return asked<uint32_t>(0, [&] { return list_out(graph_of(g).node(node).inputs, out, capacity); });
}
uint32_t node_outputs(const nac_graph *g, nac_node node, nac_value *out, uint32_t capacity) {
  return asked<uint32_t>(0, [&] { return list_out(graph_of(g).node(node).outputs, out, capacity); });
}

const nac_attr *node_attr(const nac_graph *g, nac_node node, const char *name) {
  return asked<const nac_attr *>(nullptr, [&]() -> const nac_attr * {
    const Graph &graph = graph_of(g);
    if (name == nullptr) return nullptr;
    const auto &attributes = graph.node(node).attributes;
    const auto found = attributes.find(name);
    if (found == attributes.end()) return nullptr;
    const auto [entry, fresh] =
        loans_of(graph).attributes.try_emplace({node, found->first}, Loans::Attr{found->first, found->second, {}});
    if (fresh) fill(entry->second);
    return &entry->second.raw;
  });
}

nac_status value_info(const nac_graph *g, nac_value value, const char **name, nac_dtype *dtype, int64_t *shape,
                      int32_t *ndim_in_out) {
  return guarded(nullptr, [&] {
    const Value &v = graph_of(g).value(value);
    if (name != nullptr) *name = v.name.c_str();
    if (dtype != nullptr) *dtype = to_abi(v.dtype);
    if (ndim_in_out == nullptr) return;
    const auto rank = static_cast<int32_t>(v.shape.size());
    if (shape != nullptr) std::copy_n(v.shape.begin(), std::clamp(*ndim_in_out, 0, rank), shape);
    *ndim_in_out = rank;
  });
}

nac_node value_producer(const nac_graph *g, nac_value value) {
  return asked<nac_node>(0, [&] { return graph_of(g).value(value).producer; });
}
bool value_trainable(const nac_graph *g, nac_value value) {
  return asked(false, [&] { return graph_of(g).value(value).kind == ValueKind::parameter; });
}
const nac_view *value_data(const nac_graph *g, nac_value value) {
  return asked<const nac_view *>(nullptr, [&]() -> const nac_view * {
    const Graph &graph = graph_of(g);
    const Value &v = graph.value(value);
    if (!v.data.has_value()) return nullptr;
    return loans_of(graph).data.try_emplace(value, *v.data).first->second.view.get();
  });
}

// ---- edit ----

nac_status set_name(nac_graph *g, nac_value value, const char *name, nac_error *err) {
  return guarded(err, [&] { graph_of(g).set_name(value, text_or_empty(name)); });
}
nac_status replace_uses(nac_graph *g, nac_value from, nac_value to, nac_error *err) {
  return guarded(err, [&] { graph_of(g).replace_uses(from, to); });
}
nac_status set_data(nac_graph *g, nac_value value, const nac_view *data, nac_error *err) {
  return guarded(err, [&] {
    Graph &graph = graph_of(g);
    if (data == nullptr) invalid("the data is NULL");
    graph.set_data(value, Tensor::copy_of(*data));
  });
}
nac_status remove_node(nac_graph *g, nac_node node, nac_error *err) {
  return guarded(err, [&] { graph_of(g).remove_node(node); });
}

// ---- whole ----

nac_status check(const nac_graph *g, nac_error *err) {
  return guarded(err, [&] { graph_of(g).check(); });
}
nac_status write_onnx(const nac_graph *g, const nac_sink *sink, nac_error *err) {
  return guarded(err, [&] {
    const Graph &graph = graph_of(g);
    if (sink == nullptr || sink->write == nullptr) invalid("there is no sink to write to");
    const std::string bytes = to_onnx(graph);
    const nac_status status = sink->write(sink, bytes.data(), bytes.size());
    if (status != NAC_OK) throw Error(fmt::format("the sink refused {} bytes of ONNX", bytes.size()), status);
  });
}

}  // namespace

const nac_graph_service &graph_service() {
  static const nac_graph_service table{sizeof(nac_graph_service),
                                       0,
                                       input,
                                       constant,
                                       parameter,
                                       node,
                                       result,
                                       output,
                                       input_count,
                                       input_at,
                                       output_count,
                                       output_at,
                                       node_count,
                                       node_at,
                                       node_op,
                                       node_inputs,
                                       node_outputs,
                                       node_attr,
                                       value_info,
                                       value_producer,
                                       value_trainable,
                                       value_data,
                                       set_name,
                                       replace_uses,
                                       set_data,
                                       remove_node,
                                       check,
                                       write_onnx};
  return table;
}

}  // namespace nac::fw
