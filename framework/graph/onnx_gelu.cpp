// SPDX-License-Identifier: Apache-2.0
#include "graph/onnx_gelu.hpp"

#include <cmath>
#include <numbers>

namespace nac::fw {
namespace {

class Finder {
 public:
  Finder(const onnx::GraphProto &graph, const std::function<std::optional<double>(const std::string &)> &scalar)
      : graph_(graph), scalar_(scalar) {
    for (int i = 0; i < graph.node_size(); ++i) {
      for (const std::string &in : graph.node(i).input()) readers_[in].push_back(i);
      for (const std::string &out : graph.node(i).output()) producer_[out] = i;
    }
    for (const auto &out : graph.output()) readers_[out.name()].push_back(-1);
  }

  void fold(int erf, GeluFolds &folds) const {
    const auto scaled = before(graph_.node(erf).input(0));
    if (!scaled) return;
    const std::optional<std::string> x = is(*scaled, "Div") && near(graph_.node(*scaled).input(1), std::numbers::sqrt2)
                                             ? graph_.node(*scaled).input(0)
                                             : times(*scaled, std::numbers::sqrt2 / 2);
    const auto shifted = after(erf);
    if (!x || !shifted || !is(*shifted, "Add") || !other_is(*shifted, graph_.node(erf).output(0), 1)) return;
    const auto product = after(*shifted);
    if (!product || !is(*product, "Mul")) return;
    const std::string partner = other(*product, graph_.node(*shifted).output(0));
    if (partner == *x) {
      const auto last = after(*product);
      if (!last || times(*last, 0.5) != graph_.node(*product).output(0)) return;
      folds.replaced[*last] = *x;
      folds.dropped.insert({*scaled, erf, *shifted, *product});
      return;
    }
    const auto halved = before(partner);
    if (!halved || times(*halved, 0.5) != *x) return;
    folds.replaced[*product] = *x;
    folds.dropped.insert({*scaled, erf, *shifted, *halved});
  }

 private:
  bool is(int node, const char *op) const {
    const onnx::NodeProto &n = graph_.node(node);
    return n.op_type() == op && n.domain().empty() && n.input_size() == 2 && n.output_size() == 1;
  }
  bool near(const std::string &name, double value) const {
    const std::optional<double> found = scalar_(name);
    return found && std::abs(*found - value) < 1e-6;
  }
  std::string other(int node, const std::string &operand) const {
    const onnx::NodeProto &n = graph_.node(node);
    return n.input(0) == operand ? n.input(1) : n.input(0);
  }
  bool other_is(int node, const std::string &operand, double value) const { return near(other(node, operand), value); }
  /// What a Mul multiplies by `factor`.
  std::optional<std::string> times(int node, double factor) const {
    if (!is(node, "Mul")) return {};
    if (near(graph_.node(node).input(1), factor)) return graph_.node(node).input(0);
    if (near(graph_.node(node).input(0), factor)) return graph_.node(node).input(1);
    return {};
  }
  /// The one node that makes `name`, when only one reads it.
  std::optional<int> before(const std::string &name) const {
    const auto made = producer_.find(name);
    const auto read = readers_.find(name);
    if (made == producer_.end() || read == readers_.end() || read->second.size() != 1) return {};
    return made->second;
  }
  /// The one node that reads the result of `node`.
  std::optional<int> after(int node) const {
    const auto read = readers_.find(graph_.node(node).output(0));
    if (read == readers_.end() || read->second.size() != 1 || read->second[0] <= node) return {};
    return read->second[0];
  }

  const onnx::GraphProto &graph_;
  const std::function<std::optional<double>(const std::string &)> &scalar_;
  std::map<std::string, std::vector<int>> readers_;
  std::map<std::string, int> producer_;
};

}  // namespace

GeluFolds find_gelu(const onnx::GraphProto &graph,
                    const std::function<std::optional<double>(const std::string &)> &scalar) {
  GeluFolds folds;
  const Finder finder(graph, scalar);
  for (int i = 0; i < graph.node_size(); ++i) {
    const onnx::NodeProto &n = graph.node(i);
    if (n.op_type() == "Erf" && n.domain().empty() && n.input_size() == 1 && n.output_size() == 1)
      finder.fold(i, folds);
  }
  return folds;
}

}  // namespace nac::fw
