// SPDX-License-Identifier: Apache-2.0
#include "graph/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "graph/trace.hpp"

namespace nac::fw {
namespace {

constexpr int kMaxSteps = 2'000;  // whatever the wiring, the work ends
constexpr int kMaxDepth = 20;     // of branches in branches
constexpr std::size_t kMaxText = 4000;

/// At most kMaxText bytes, cut between characters.
std::string cut(std::string text) {
  if (text.size() <= kMaxText) return text;
  std::size_t size = kMaxText;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0u) == 0x80u) --size;
  return text.substr(0, size) + " ...";
}

class Describer {
 public:
  explicit Describer(const Graph &graph) : graph_(graph), trace_(graph) {}

  /// The steps from `stop` (0: from the inputs) to `value`.
  std::string path(ValueId value, ValueId stop, int depth) {
    if (depth > kMaxDepth) return "...";
    std::vector<std::string> steps;  // from the end; those that start with a space belong to the step before
    while (value != stop && value != 0 && producer(value) != 0) {
      if (++steps_taken_ > kMaxSteps) return "...";
      value = step(value, depth, steps);
    }
    std::string text;
    for (std::size_t i = steps.size(); i-- > 0;) {
      const bool attached = steps[i].front() == ' ';
      text += attached ? (text.empty() ? steps[i].substr(1) : steps[i]) : (text.empty() ? "" : " > ") + steps[i];
      if (text.size() > kMaxText) break;
    }
    return cut(std::move(text));
  }

 private:
  const Shape &shape(ValueId id) const { return graph_.value(id).shape; }
  ValueId activation_input(const Node &n) const {
    for (const ValueId in : n.inputs)
      if (trace_.is_activation(in)) return in;
    return 0;
  }
  NodeId producer(ValueId id) const { return graph_.value(id).producer; }
  bool read_once(ValueId id) const { return trace_.users(id).size() == 1; }

  static std::string extent(const Shape &values) {
    const bool equal = std::all_of(values.begin(), values.end(), [&](int64_t v) { return v == values[0]; });
    return equal && !values.empty() ? std::to_string(values[0]) : fmt::format("{}", fmt::join(values, "x"));
  }
  static bool all(const Shape &values, int64_t wanted) {
    return std::all_of(values.begin(), values.end(), [&](int64_t v) { return v == wanted; });
  }

  std::string window(const Node &n) const {
    std::string text = "k" + extent(n.integers("kernel_shape"));
    if (!all(n.integers("strides"), 1)) text += ",s" + extent(n.integers("strides"));
    if (!all(n.integers("pads"), 0)) text += ",p" + extent(n.integers("pads"));
    if (n.attributes.count("dilations") != 0 && !all(n.integers("dilations"), 1))
      text += ",d" + extent(n.integers("dilations"));
    return text;
  }

  std::string conv(const Node &n) const {
    const int64_t in = shape(n.inputs[0])[1], out = shape(n.inputs[1])[0], group = n.integer("group");
    return fmt::format("Conv({},{},{}{})", in, out, window(n), group == 1 ? "" : fmt::format(",g{}", group));
  }

  /// "Linear(in,out)" for a product with a weight.
  std::string linear(const Node &n) const {
    const bool left = trace_.is_activation(n.inputs[0]);
    return fmt::format("Linear({},{})",
                       left ? shape(n.inputs[0]).back() : shape(n.inputs[1])[shape(n.inputs[1]).size() - 2],
                       left ? shape(n.outputs[0]).back() : shape(n.outputs[0])[shape(n.outputs[0]).size() - 2]);
  }

  static std::string short_name(const Node &n) {
    if (n.op == "BatchNormalization") return "BN";
    if (n.op == "Relu") return "ReLU";
    if (n.op == "LeakyRelu") return "LeakyReLU";
    if (n.op == "Gelu") return "GELU";
    if (n.op.rfind("Reduce", 0) == 0) return n.op.substr(6);
    return n.op;
  }

  /// Adds the step that ends in `value` and returns where it starts.
  ValueId step(ValueId value, int depth, std::vector<std::string> &steps) {
    const Node &n = graph_.node(producer(value));
    if (const ValueId start = normalized_set(n); start != 0) {
      steps.push_back(" BN");
      return start;
    }
    const ValueId x = activation_input(n);
    if (x == 0) {
      steps.push_back(n.op);
      return 0;
    }
    const auto activations =
        std::count_if(n.inputs.begin(), n.inputs.end(), [&](ValueId v) { return trace_.is_activation(v); });
    if (activations > 1 && n.op != "SoftmaxCrossEntropyLoss") return join(n, depth, steps);
    if (n.op == "Add" && trace_.is(producer(x), "MatMul") && !trace_.is_attention_matmul(producer(x)) && read_once(x)) {
      const Node &product = graph_.node(producer(x));  // a Linear and its bias
      steps.push_back(linear(product));
      return activation_input(product);
    }
    if (n.op == "Conv") {
      steps.push_back(conv(n));
    } else if (n.op == "Gemm") {
      steps.push_back(fmt::format("Linear({},{})", shape(x).back(), shape(n.outputs[0]).back()));
    } else if (n.op == "MatMul") {
      steps.push_back(linear(n));
    } else if (n.op == "MaxPool" || n.op == "AveragePool") {
      steps.push_back(fmt::format("{}({})", n.op, window(n)));
    } else if (n.op == "Reshape") {
      const Shape &s = shape(n.outputs[0]);
      steps.push_back(fmt::format("Reshape({})", fmt::join(s.begin() + (s.empty() ? 0 : 1), s.end(), ",")));
    } else if (n.op == "Transpose") {
      steps.push_back(fmt::format("Transpose({})", fmt::join(n.integers("perm"), ",")));
    } else if (n.op == "Quant") {
      steps.push_back(" Quant");
    } else if (Trace::is_pointwise(n)) {
      if (n.op != "Identity") steps.push_back(" " + short_name(n));
    } else {
      steps.push_back(short_name(n));
    }
    return x;
  }

  /// BatchNormalization over the features of a set, between two transpositions: returns its input, else 0.
  ValueId normalized_set(const Node &last) const {
    if (last.op != "Transpose") return 0;
    const NodeId middle = producer(last.inputs[0]);
    if (!trace_.is(middle, "BatchNormalization")) return 0;
    const NodeId first = producer(graph_.node(middle).inputs[0]);
    if (!trace_.is(first, "Transpose")) return 0;
    const Node &f = graph_.node(first);
    const Shape swap{0, 2, 1};
    const bool matches = f.integers("perm") == swap && last.integers("perm") == swap && read_once(f.outputs[0]) &&
                         read_once(last.inputs[0]);
    return matches ? f.inputs[0] : 0;
  }

  /// Nodes between which and the inputs `value` lies on the way of first activation inputs.
  std::vector<ValueId> spine(ValueId value) const {
    std::vector<ValueId> values{value};
    while (values.back() != 0 && producer(values.back()) != 0)
      values.push_back(activation_input(graph_.node(producer(values.back()))));
    return values;
  }

  /// A node of several activations: the branches since they parted.
  ValueId join(const Node &n, int depth, std::vector<std::string> &steps) {
    std::vector<ValueId> branches;
    for (const ValueId in : n.inputs)
      if (trace_.is_activation(in)) branches.push_back(in);
    std::vector<ValueId> common = spine(branches[0]);
    for (std::size_t i = 1; i < branches.size(); ++i) {
      const std::vector<ValueId> other = spine(branches[i]);
      const std::set<ValueId> known(other.begin(), other.end());
      common.erase(
          std::remove_if(common.begin(), common.end(), [&](ValueId v) { return v == 0 || known.count(v) == 0; }),
          common.end());
    }
    const ValueId start = common.empty() ? 0 : common[0];
    if (const std::string attention = attention_block(n, start); !attention.empty()) {
      steps.push_back(attention);
      return start;
    }
    std::vector<std::string> texts;
    for (const ValueId b : branches) {
      const std::string text = path(b, start, depth + 1);
      texts.push_back(text.empty() ? (b == start && b != 0 && producer(b) != 0 ? "skip" : graph_.value(b).name) : text);
    }
    steps.push_back(fmt::format("{}[{}]", n.op, fmt::join(texts, " | ")));
    return start;
  }

  /// "Attention(channels,hidden)" for x + conv(softmax(q k) v) with 1x1 convolutions q, k, v of x, else nothing.
  std::string attention_block(const Node &add, ValueId x) const {
    if (add.op != "Add" || x == 0 || add.inputs.size() != 2) return {};
    const ValueId branch = add.inputs[0] == x ? add.inputs[1] : add.inputs[1] == x ? add.inputs[0] : 0;
    if (branch == 0) return {};
    const NodeId proj = trace_.source(branch, false);
    if (!trace_.is(proj, "Conv")) return {};
    const NodeId mix = trace_.source(graph_.node(proj).inputs[0], true);
    if (mix == 0 || !trace_.is_attention_matmul(mix)) return {};
    const NodeId softmax = trace_.source(graph_.node(mix).inputs[0], true);
    const NodeId v = trace_.source(graph_.node(mix).inputs[1], true);
    if (!trace_.is(softmax, "Softmax") || !trace_.is(v, "Conv")) return {};
    const NodeId scores = trace_.source(graph_.node(softmax).inputs[0], true);
    if (scores == 0 || !trace_.is_attention_matmul(scores)) return {};
    const NodeId q = trace_.source(graph_.node(scores).inputs[0], true),
                 k = trace_.source(graph_.node(scores).inputs[1], true);
    for (const NodeId c : {q, k, v})
      if (!trace_.is(c, "Conv") || graph_.node(c).inputs[0] != x) return {};
    return fmt::format("Attention({},{})", shape(x)[1], shape(graph_.node(v).inputs[1])[0]);
  }

  const Graph &graph_;
  Trace trace_;
  int steps_taken_ = 0;
};

}  // namespace

std::string describe(const Graph &graph) {
  std::string text;
  Describer describer(graph);
  for (const ValueId id : graph.outputs()) text += (text.empty() ? "" : " ; ") + describer.path(id, 0, 0);
  return cut(std::move(text));
}

}  // namespace nac::fw
