// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "graph/tensor.hpp"
#include "nac/graph.h"

namespace nac::fw {

using ValueId = uint32_t;  ///< 0 = none
using NodeId = uint32_t;   ///< 0 = none

enum class ValueKind : uint8_t { input, constant, parameter, result };

/// How a parameter starts, see nac/graph.h NAC_INIT_*.
struct Init {
  int32_t kind = NAC_INIT_ZEROS;
  double scale = 0;
};

struct Value {
  std::string name;  ///< unique in the graph, never empty
  DType dtype = DType::f32;
  Shape shape;
  ValueKind kind = ValueKind::result;
  NodeId producer = 0;         ///< results only
  std::optional<Tensor> data;  ///< constants always; parameters once initialized or trained
  Init init;                   ///< parameters only
};

using Attribute = std::variant<int64_t, float, std::string, std::vector<int64_t>, std::vector<float>>;

struct Node {
  std::string domain, op;
  std::vector<ValueId> inputs;  ///< 0 for an omitted optional input
  std::vector<ValueId> outputs;
  std::map<std::string, Attribute> attributes;  ///< defaults are explicit

  int64_t integer(const std::string &name) const { return std::get<int64_t>(attributes.at(name)); }
  float number(const std::string &name) const { return std::get<float>(attributes.at(name)); }
  const std::string &text(const std::string &name) const { return std::get<std::string>(attributes.at(name)); }
  const std::vector<int64_t> &integers(const std::string &name) const {
    return std::get<std::vector<int64_t>>(attributes.at(name));
  }
};

/// A model: ONNX-named operators over named values, kept consistent by construction: a node is added only when its
/// operator, attributes, element types and shapes fit (see operators.hpp). Copying clones; ids survive. Every failure
/// throws Error naming the node, the value and the shapes.
class Graph {
 public:
  /// shape[0] = -1, the batch; the others positive. An empty name, here and below, lets the graph invent one.
  ValueId add_input(const std::string &name, DType dtype, const Shape &shape);
  ValueId add_constant(const std::string &name, Tensor value);
  /// float32; all dimensions positive, scale finite and >= 0.
  ValueId add_parameter(const std::string &name, const Shape &shape, Init init);
  /// Attributes not given get ONNX's defaults and are normalized: axes non-negative, paddings explicit, the axes of
  /// ReduceSum always the attribute `axes` (a second, constant input is taken in).
  NodeId add_node(const std::string &domain, const std::string &op, const std::vector<ValueId> &inputs,
                  std::map<std::string, Attribute> attributes = {}, uint32_t output_count = 1);
  /// `value` is the result of a node, not yet an output; it gets the name.
  void add_output(const std::string &name, ValueId value);

  const std::vector<ValueId> &inputs() const { return inputs_; }
  const std::vector<ValueId> &outputs() const { return outputs_; }
  bool has_value(ValueId id) const { return id != 0 && id < values_.size() && values_[id].has_value(); }
  bool has_node(NodeId id) const { return id != 0 && id < nodes_.size() && nodes_[id].has_value(); }
  const Value &value(ValueId id) const;
  const Node &node(NodeId id) const;
  ValueId find(const std::string &name) const;  ///< 0: no value of that name
  std::vector<ValueId> values() const;          ///< live ids, ascending
  /// All live nodes, producers before users; among equals by id.
  std::vector<NodeId> topological() const;
  std::vector<NodeId> users(ValueId id) const;

  void set_name(ValueId id, const std::string &name);
  void set_attribute(NodeId id, const std::string &name, Attribute value);  ///< infers shapes downstream again
  /// Every use of `from` becomes one of `to`, except by nodes that `to` itself is computed from: after
  /// q = Quant(x), replace_uses(x, q) keeps Quant reading x. An output `from` becomes the output `to`, which takes over
  /// its name (they swap names). Same dtype; shapes are inferred again, and nothing changes when that fails.
  void replace_uses(ValueId from, ValueId to);
  void set_data(ValueId id, Tensor data);  ///< constants and parameters; same dtype and shape
  void clear_data(ValueId id);             ///< parameters
  void remove_node(NodeId id);             ///< refuses while a result is used or an output
  /// Drops nodes, constants and parameters that no output depends on.
  void prune_dead();

  /// True for each node id that some output depends on.
  std::vector<bool> live_nodes() const { return ancestors(outputs_); }
  /// Storage of the C service for what it lends out until the next edit, which empties it.
  std::shared_ptr<void> &lent() const { return lent_.held; }

  /// Throws Error on anything a plugin's edit could have broken: cycles, arity, attributes, shapes, missing outputs,
  /// inputs that nothing uses.
  void check() const;

 private:
  /// Not copied with the graph: what points into one graph says nothing about its clone.
  struct Lent {
    Lent() = default;
    Lent(const Lent &) {}
    Lent &operator=(const Lent &) {
      held.reset();
      return *this;
    }
    ~Lent() = default;
    std::shared_ptr<void> held;
  };

  std::string fresh_name(const std::string &wanted, const char *prefix) const;
  ValueId add_value(Value value);
  Value &value_at(ValueId id);
  Node &node_at(NodeId id);
  void infer_again();
  std::vector<bool> ancestors(const std::vector<ValueId> &of) const;
  void edited() { lent_.held.reset(); }

  std::vector<std::optional<Value>> values_{1};
  std::vector<std::optional<Node>> nodes_{1};
  std::vector<ValueId> inputs_, outputs_;
  std::map<std::string, ValueId> by_name_;
  mutable Lent lent_;
};

/// Gives every parameter without data its start values, each from the stream (seed, its name), so that neither order
/// nor other layers matter.
void initialize(Graph &graph, uint64_t seed);

}  // namespace nac::fw
