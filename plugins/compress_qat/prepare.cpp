// SPDX-License-Identifier: Apache-2.0
#include "compress_qat/prepare.hpp"

#include <cmath>
#include <set>

namespace nac::compressing {
namespace {

bool is_power_of_two(double x) {
  int exponent = 0;
  return x > 0 && std::frexp(x, &exponent) == 0.5;
}

std::string short_text(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", x);
  return text;
}

void round_slope(graph_view &graph, nac_node node) {
  const auto slope = static_cast<double>(graph.number(node, "alpha", 0.01F));
  if (is_power_of_two(slope) && slope <= 1) return;
  const std::string label = graph.label(node);
  const double rounded = std::exp2(std::round(std::log2(slope)));
  if (!(slope >= 0) || (slope > 0 && !(rounded <= 1)))
    fail(NAC_UNSUPPORTED, label + " cannot be quantized: its slope is " + short_text(slope) +
                              "; slopes from 0 to 1 can be rounded to a power of two");
  const nac_value x = graph.input_of(node, 0), old = graph.result_of(node);
  const nac_value made =
      slope == 0 ? graph.node("Relu", {x})
                 : graph.node("LeakyRelu", {x}, {{"alpha", static_cast<float>(std::max(rounded, 0x1p-20))}});
  graph.replace_uses(old, made);
  graph.remove(node);
  host().info(label + ": the slope " + short_text(slope) + " becomes " +
              short_text(slope == 0 ? 0 : std::max(rounded, 0x1p-20)) + ", a power of two");
}

int64_t values_per_result(const graph_view &graph, nac_node node) {
  const auto count = [&](nac_value v) {
    int64_t n = 1;
    for (const int64_t d : graph.shape(v)) n *= d < 0 ? 1 : d;
    return n;
  };
  return count(graph.input_of(node, 0)) / count(graph.result_of(node));
}

/// The weights of all layers that read `value`, through operators that pass a factor on. Throws for other readers.
void collect_weights(const network &net, nac_node mean, nac_value value, std::set<nac_value> &weights) {
  static const std::set<std::string> passing{"Identity",  "Flatten",    "Reshape",    "Transpose",
                                             "Relu",      "LeakyRelu",  "MaxPool",    "ReduceMax",
                                             "ReduceSum", "ReduceMean", "AveragePool"};
  const graph_view &graph = net.graph();
  const auto refuse = [&](const std::string &reader) {
    fail(NAC_UNSUPPORTED, graph.label(mean) + " cannot be quantized: it averages " +
                              std::to_string(values_per_result(graph, mean)) +
                              " values, which is no power of two, and " + reader +
                              " reads the result; only layers can take the division over");
  };
  if (graph.is_output(value)) refuse("an output");
  for (const nac_node user : net.users(value)) {
    if (passing.count(graph.op(user)) != 0) {
      collect_weights(net, mean, graph.result_of(user), weights);
      continue;
    }
    bool found = false;
    for (const layer &l : net.layers())
      if (l.product == user && net.users(l.latent).size() == 1) found = weights.insert(l.latent).second || true;
    if (!found) refuse(graph.label(user));
  }
}

void replace_mean(graph_view &graph, nac_node node) {
  const int64_t count = values_per_result(graph, node);
  if (is_power_of_two(static_cast<double>(count))) return;
  const std::string label = graph.label(node);
  std::set<nac_value> weights;
  {
    const network net(graph);
    collect_weights(net, node, graph.result_of(node), weights);
  }
  const std::vector<int64_t> axes = graph.integers(node, "axes");
  const nac_value axes_value = graph.constant("", axes, {static_cast<int64_t>(axes.size())});
  const nac_value sum = graph.node("ReduceSum", {graph.input_of(node, 0), axes_value},
                                   {{"keepdims", graph.integer(node, "keepdims", 1)}});
  graph.replace_uses(graph.result_of(node), sum);
  graph.remove(node);
  for (const nac_value w : weights) {
    std::vector<float> data = graph.floats(w);
    for (float &x : data) x /= static_cast<float>(count);
    graph.set_floats(w, data);
  }
  host().info(label + ": the mean of " + std::to_string(count) +
              " values becomes a sum, and the weights after it are divided by that number");
}

void check_pool(const graph_view &graph, nac_node node) {
  int64_t count = 1;
  for (const int64_t k : graph.integers(node, "kernel_shape")) count *= k;
  if (!is_power_of_two(static_cast<double>(count)))
    fail(NAC_UNSUPPORTED, graph.label(node) + " cannot be quantized: it averages " + std::to_string(count) +
                              " values, which is no power of two");
}

}  // namespace

void make_exact(graph_view &graph) {
  for (const nac_node n : graph.nodes()) {
    if (graph.is(n, "LeakyRelu")) round_slope(graph, n);
    if (graph.is(n, "ReduceMean")) replace_mean(graph, n);
    if (graph.is(n, "AveragePool")) check_pool(graph, n);
  }
}

}  // namespace nac::compressing
