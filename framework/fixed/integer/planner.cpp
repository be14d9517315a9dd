// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "fixed/integer/plan.hpp"

namespace nac::fw {
namespace {

constexpr int64_t kLargest = int64_t{1} << 62;
constexpr int64_t kNarrow = (int64_t{1} << 31) - 1;
constexpr std::size_t kMostUnits = std::size_t{1} << 26;  // 4 GiB for each thread

}  // namespace

int64_t magnitude(const Cell &cell) { return std::max(cell.highest, -cell.lowest); }

int64_t checked(Wide n, const Graph &graph, const Node &node) {
  if (n > kLargest || n < -kLargest)
    throw Error(fmt::format("{} '{}': its integers can need more than 62 bits; use fewer bits before it", node.op,
                            graph.value(node.outputs[0]).name),
                NAC_UNSUPPORTED);
  return static_cast<int64_t>(n);
}

Planner::Planner(const Graph &graph, bool keep_all) : graph_(graph), keep_all_(keep_all), trace_(graph) {
  for (const QuantizedLayer &layer : quantized_layers(trace_)) layers_[layer.product] = layer;
}

void Planner::refuse(const Node &n, const std::string &what) const {
  throw Error(fmt::format("{} '{}': {}", n.op, graph_.value(n.outputs[0]).name, what), NAC_UNSUPPORTED);
}

const Activation &Planner::activation(ValueId id) const {
  const auto found = values_.find(id);
  if (found != values_.end()) return found->second;
  const Value &v = graph_.value(id);
  if (v.kind == ValueKind::input)
    throw Error(fmt::format("input '{}' is used without a Quant", v.name), NAC_UNSUPPORTED);
  if (tables_.count(id) != 0)
    refuse(graph_.node(v.producer), "it is computed by a table of quantized results: put a Quant after it");
  throw Error(fmt::format("'{}' is no activation on a grid of integers", v.name), NAC_UNSUPPORTED);
}

std::vector<Ref> Planner::allocate(std::size_t count, bool wide) {
  const std::size_t units = wide ? 2 : 1;
  if (next_ + count * units > kMostUnits)
    throw Error("the network has too many activations for the integer model", NAC_RESOURCE_EXHAUSTED);
  blocks_.push_back(next_);
  std::vector<Ref> refs(count);
  for (Ref &ref : refs) {
    ref = next_;
    next_ += static_cast<Ref>(units);
  }
  return refs;
}

void Planner::place(Activation &result, const Node &n) {
  for (const Cell &cell : result.cells) {
    checked(cell.lowest, graph_, n);
    checked(cell.highest, graph_, n);
    result.wide = result.wide || cell.highest > kNarrow || cell.lowest < -kNarrow;
  }
  const std::vector<Ref> refs = allocate(result.cells.size(), result.wide);
  for (std::size_t i = 0; i < refs.size(); ++i) result.cells[i].at = refs[i];
}

void Planner::keep(ValueId id, Activation x) {
  x.shape = graph_.value(id).shape;
  values_[id] = std::move(x);
}

Activation Planner::aligned(const Activation &x, const Node &n) {
  int finest = x.cells.at(0).fraction, coarsest = finest;
  for (const Cell &cell : x.cells) {
    finest = std::max(finest, cell.fraction);
    coarsest = std::min(coarsest, cell.fraction);
  }
  if (finest == coarsest) return x;
  if (finest - coarsest > 61) refuse(n, "the grids of its inputs are more than 61 bits apart");
  Activation result = x;
  auto step = std::make_unique<CombineStep>();
  for (Cell &cell : result.cells) {
    const int left = finest - cell.fraction;
    step->a.push_back(cell.at);
    step->left_a.push_back(left);
    cell = {0, finest, checked(Wide{cell.lowest} * (int64_t{1} << left), graph_, n),
            checked(Wide{cell.highest} * (int64_t{1} << left), graph_, n)};
  }
  place(result, n);
  step->wide_a = x.wide;
  step->wide_out = result.wide;
  for (const Cell &cell : result.cells) step->out.push_back(cell.at);
  plan_.steps.push_back(std::move(step));
  return result;
}

Activation Planner::widened(const Activation &x) {
  if (x.wide) return x;
  Activation result = x;
  result.wide = true;
  auto step = std::make_unique<CombineStep>();
  step->out = allocate(x.cells.size(), true);
  step->wide_out = true;
  step->left_a.assign(x.cells.size(), 0);
  for (std::size_t i = 0; i < x.cells.size(); ++i) {
    step->a.push_back(x.cells[i].at);
    result.cells[i].at = step->out[i];
  }
  plan_.steps.push_back(std::move(step));
  return result;
}

void Planner::visit(NodeId id) {
  const Node &n = trace_.node(id);
  const std::string &op = n.op;
  if (!trace_.is_activation(n.outputs[0]) || absorbed_.count(id) != 0) return;
  if (is_quant(graph_, id)) return quant(id);
  if (const auto found = layers_.find(id); found != layers_.end()) return layer(found->second);
  if (op == "Identity" || op == "Flatten" || op == "Reshape") return keep(n.outputs[0], activation(n.inputs[0]));
  if (op == "Transpose") return transpose(n);
  if (op == "Relu" || op == "LeakyRelu") return rectifier(n, id);
  if (op == "Add" || op == "Sub") return combine(n);
  if (op == "Concat") return concat(n);
  if (op == "MaxPool" || op == "AveragePool") return pool(n);
  if (op == "ReduceSum" || op == "ReduceMean" || op == "ReduceMax") return reduction(n);
  if (op == "MatMul" && trace_.is_attention_matmul(id)) return product(n);
  if (op == "Sigmoid" || op == "Tanh" || op == "Gelu" || op == "Softmax") {
    tables_[n.outputs[0]] = id;
    return;
  }
  if (op == "Conv" || op == "Gemm" || op == "MatMul")
    refuse(n, "its weight has no Quant, so that it does not compute with integers");
  if (op == "BatchNormalization") refuse(n, "it is not folded: only deployed graphs compute with integers");
  refuse(
      n,
      "the integer model does not know it; known are Quant, Conv, Gemm, MatMul, Add, Sub, Concat, Identity, Flatten, "
      "Reshape, Transpose, Relu, LeakyRelu, MaxPool, AveragePool, ReduceSum, ReduceMean, ReduceMax, and, between two "
      "Quants, Softmax, Sigmoid, Tanh and Gelu");
}

Plan Planner::finish() {
  for (const NodeId id : trace_.nodes()) visit(id);
  for (const ValueId id : graph_.outputs()) plan_.values[id] = activation(id);
  plan_.units = next_;
  if (keep_all_) {
    plan_.values = values_;
  } else {
    share_memory(plan_, blocks_);
  }
  return std::move(plan_);
}

Plan plan_of(const Graph &graph, bool keep_all) { return Planner(graph, keep_all).finish(); }

}  // namespace nac::fw
