// SPDX-License-Identifier: Apache-2.0
#include "compress_qat/sites.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace nac::compressing {
namespace {

const std::set<std::string> kLayout{"Identity", "Flatten", "Reshape", "Transpose"};
const std::set<std::string> kExact{"Identity", "Flatten",   "Reshape",   "Transpose",  "Relu",       "LeakyRelu",
                                   "MaxPool",  "ReduceMax", "ReduceSum", "ReduceMean", "AveragePool"};
const std::set<std::string> kTables{"Softmax", "Sigmoid", "Tanh", "Gelu"};

[[noreturn]] void unsupported(const graph_view &graph, nac_node node, const std::string &why) {
  fail(NAC_UNSUPPORTED, graph.label(node) + " cannot be quantized: " + why);
}

class finder {
 public:
  finder(const network &net, const std::vector<layer> &layers, const qat_options &options)
      : net_(net), graph_(net.graph()), options_(options) {
    for (const layer &l : layers) by_product_[l.product] = &l;
    for (const layer &l : layers) inside_.insert(l.after.begin(), l.after.end());
  }

  std::vector<site> run() {
    for (const nac_value v : graph_.inputs())
      if (!net_.users(v).empty()) add(v, graph_.name(v), options_.input_bits, false);
    for (const nac_node n : net_.nodes())
      if (net_.is_activation(graph_.result_of(n)) && inside_.count(n) == 0) visit(n);
    return std::move(sites_);
  }

 private:
  bool is(nac_node n, const std::set<std::string> &ops) const {
    return graph_.is(n, graph_.op(n).c_str()) && ops.count(graph_.op(n)) != 0;
  }

  void visit(nac_node n) {
    if (const auto found = by_product_.find(n); found != by_product_.end()) {
      check_layer(*found->second);
      const auto wanted = options_.overrides.find(found->second->name);
      settle(found->second->result, found->second->name + ".act",
             wanted == options_.overrides.end() ? options_.activation_bits : wanted->second);
    } else if (is(n, {"MatMul", "Add", "Sub", "Concat"})) {
      for (const nac_value v : graph_.inputs_of(n))
        if (!net_.is_activation(v))
          unsupported(graph_, n, "it joins an activation with the constant '" + graph_.name(v) + "'");
      settle(graph_.result_of(n), graph_.name(graph_.result_of(n)), options_.activation_bits);
    } else if (is(n, kTables)) {
      table(n);
    } else if (!is(n, kExact)) {
      unsupported(graph_, n,
                  graph_.is(n, "BatchNormalization")
                      ? "batch normalization must follow a layer and normalize its outputs, to be folded into it"
                      : "no integer arithmetic is known for this operator");
    }
  }

  void check_layer(const layer &l) const {
    if (graph_.is(l.product, "Conv") && graph_.integer(l.product, "group", 1) != 1)
      unsupported(graph_, l.product, "grouped convolutions are not supported");
    if (graph_.is(l.product, "Gemm") &&
        (graph_.number(l.product, "alpha", 1) != 1 || graph_.number(l.product, "beta", 1) != 1 ||
         graph_.integer(l.product, "transA", 0) != 0))
      unsupported(graph_, l.product, "only alpha = beta = 1 and transA = 0 are supported");
    if (graph_.is(l.product, "MatMul") && graph_.shape(l.latent).size() != 2)
      unsupported(graph_, l.product, "its weight must have two dimensions");
  }

  /// A quantizer on `v`, or after the activation function that alone reads it.
  void settle(nac_value v, const std::string &name, int bits) {
    const nac_node user = net_.sole_user(v);
    if (graph_.is(user, "Relu") || graph_.is(user, "LeakyRelu")) v = graph_.result_of(user);
    if (!ends_in_output(v)) add(v, name, bits, true);
  }

  bool ends_in_output(nac_value v) const {
    for (;;) {
      if (net_.users(v).empty()) return true;
      const nac_node user = net_.sole_user(v);
      if (user == 0 || !is(user, kLayout)) return false;
      v = graph_.result_of(user);
    }
  }

  void table(nac_node n) {
    const nac_value in = graph_.input_of(n, 0), out = graph_.result_of(n);
    const auto before = std::find_if(sites_.begin(), sites_.end(), [&](const site &s) { return s.value == in; });
    if (before != sites_.end())
      before->to.width = std::max(before->to.width, kTableBits);
    else
      add(in, graph_.name(in), std::max(options_.activation_bits, kTableBits), true);
    if (!ends_in_output(out)) add(out, graph_.name(out), options_.activation_bits, true);
  }

  void add(nac_value v, const std::string &name, int bits, bool learned) {
    if (std::any_of(sites_.begin(), sites_.end(), [&](const site &s) { return s.value == v; })) return;
    // Layers that share a weight have the same name.
    const bool taken = std::any_of(sites_.begin(), sites_.end(), [&](const site &s) { return s.name == name; });
    const format to{bits, !is_non_negative(v), false, options_.round, options_.over};
    sites_.push_back({v, taken ? graph_.name(v) : name, to, learned && options_.learned});
  }

  bool is_non_negative(nac_value v) const {
    const nac_node n = graph_.producer(v);
    if (n == 0 || inside_.count(n) != 0 || by_product_.count(n) != 0) return false;
    if (is(n, {"Relu", "Sigmoid", "Softmax"})) return true;
    const std::vector<nac_value> in = graph_.inputs_of(n);
    if (is(n, kExact)) return is_non_negative(in.at(0));
    return is(n, {"Add", "Concat", "MatMul"}) &&
           std::all_of(in.begin(), in.end(), [&](nac_value x) { return is_non_negative(x); });
  }

  const network &net_;
  const graph_view &graph_;
  const qat_options &options_;
  std::map<nac_node, const layer *> by_product_;
  std::set<nac_node> inside_;
  std::vector<site> sites_;
};

void check_overrides(const std::vector<layer> &layers, const qat_options &options) {
  for (const auto &[name, bits] : options.overrides) {
    const std::string wanted = name;
    if (std::any_of(layers.begin(), layers.end(), [&](const layer &l) { return l.name == wanted; })) continue;
    std::string known;
    for (const layer &l : layers) known += (known.empty() ? "" : ", ") + l.name;
    invalid("parameter 'overrides' names the layer '" + name + "', which is not there; the layers are " + known);
  }
}

}  // namespace

bool is_table(const graph_view &graph, nac_node node) {
  return node != 0 && kTables.count(graph.op(node)) != 0 && graph.is(node, graph.op(node).c_str());
}

std::vector<site> find_sites(const network &net, const std::vector<layer> &layers, const qat_options &options) {
  check_overrides(layers, options);
  return finder(net, layers, options).run();
}

}  // namespace nac::compressing
