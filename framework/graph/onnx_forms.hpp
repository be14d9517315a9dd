// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "graph/onnx_layout.hpp"
#include "graph/permutation.hpp"

namespace nac::fw {

/// The names under which a value stands in the graph being made.
struct Forms {
  std::optional<std::string> plain;   ///< as in the given graph
  std::optional<std::string> turned;  ///< in the other layout
};

/// A graph that is made again in another layout: which forms of its values there are, and the nodes made so far. A
/// Transpose is added only when a form is asked for that nothing made, so that no pair of inverse Transposes arises.
/// Values of less than 3 dimensions have one form.
class LayoutForms {
 public:
  LayoutForms(onnx::GraphProto &graph, Layout to);

  /// The order that turns `rank` dimensions.
  Permutation turn(std::size_t rank) const;
  /// Throws Error for a value without shape.
  const Shape &shape(const std::string &name) const;
  std::size_t rank(const std::string &name) const { return shape(name).size(); }
  /// Depends on an input of the graph; weights do not.
  bool is_activation(const std::string &name) const { return activations_.count(name) != 0; }
  void set_activation(const std::string &name) { activations_.insert(name); }
  bool only_turned(const std::string &name) const;
  Forms &forms(const std::string &name) { return forms_[name]; }
  /// nullptr: it is none.
  const onnx::TensorProto *initializer(const std::string &name) const;

  std::string plain(const std::string &name);
  std::string turned(const std::string &name);
  /// A weight or constant as it broadcasts against turned values of `rank` dimensions; nothing: it cannot be turned.
  std::optional<std::string> turned_static(const std::string &name, std::size_t rank);
  /// Another initializer in place of `name`.
  std::string add_initializer(const std::string &name, const Tensor &value);

  /// Adds a node whose inputs are names of forms, and whose output is to be the given value in that form.
  void finish_turned(onnx::NodeProto node);
  void finish_plain(onnx::NodeProto node);
  /// Adds a Transpose of a form, whose result is `name` as in the given graph.
  std::string transposed(const std::string &from, const Permutation &perm, const std::string &name);
  /// The turned form `made` is to be called `name` in the end, if nothing else is.
  void prefer_name(const std::string &made, const std::string &name);
  /// Writes what the outputs need into the graph. A turned value takes the name of the plain one when that is gone.
  void write();

 private:
  void take_constant(onnx::NodeProto &node);
  void note(const onnx::ValueInfoProto &info);
  std::string spare(const std::string &name);
  onnx::NodeProto &add(const std::string &op, const std::string &input, const std::string &output);
  void record(const std::string &made, const std::string &name, const Permutation &perm);
  std::string finish(onnx::NodeProto node, const std::string &name, const Permutation &perm);
  std::optional<std::string> make_static(const std::string &name, std::size_t rank);
  void end_at(const std::string &name);
  void drop_unused();
  void restore_names();

  onnx::GraphProto &graph_;
  Layout to_;
  std::map<std::string, onnx::TensorProto> initializers_;
  std::map<std::string, Shape> shapes_;
  std::map<std::string, onnx::ValueInfoProto> types_, made_;
  std::map<std::string, const onnx::NodeProto *> producer_;
  std::map<std::string, Forms> forms_;
  std::map<std::pair<std::string, std::size_t>, std::optional<std::string>> statics_;
  std::map<std::string, std::string> origin_;  ///< of the names of turned forms
  std::set<std::string> activations_, taken_, used_;
  std::vector<onnx::NodeProto> nodes_;
};

}  // namespace nac::fw
