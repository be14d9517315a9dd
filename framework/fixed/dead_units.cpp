// SPDX-License-Identifier: Apache-2.0
//
// Channels that a network does without. The bounds of the integer model say which values are the same for every input;
// what reads such a channel gets it as part of its bias instead.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "fixed/channels.hpp"
#include "fixed/deploy.hpp"
#include "fixed/edited_copy.hpp"
#include "fixed/integer/constants.hpp"
#include "fixed/integer/plan.hpp"
#include "fixed/integer/window.hpp"

namespace nac::fw {
namespace {

/// From one layer to the only one that reads it.
struct Chain {
  const QuantizedLayer *first = nullptr, *next = nullptr;
  std::vector<NodeId> between;
};

bool is_output(const Graph &graph, ValueId id) {
  return std::count(graph.outputs().begin(), graph.outputs().end(), id) != 0;
}

/// Walks back from what `next` reads; no first layer: there is a branch or an operator that mixes channels.
Chain chain_to(const Trace &trace, const std::vector<QuantizedLayer> &layers, const QuantizedLayer &next) {
  static const char *const kPassed[] = {"Relu",      "LeakyRelu", "Identity",    "Flatten",   "Reshape",
                                        "Transpose", "MaxPool",   "AveragePool", "ReduceMax", "ReduceMean",
                                        "ReduceSum", "Sigmoid",   "Tanh",        "Gelu",      "Quant"};
  const Graph &graph = trace.graph();
  Chain chain;
  chain.next = &next;
  for (ValueId x = next.input;;) {
    if (trace.users(x).size() != 1 || is_output(graph, x)) return chain;
    for (const QuantizedLayer &layer : layers)
      if (layer.result == x) chain.first = &layer;
    if (chain.first != nullptr) return chain;
    const NodeId producer = graph.value(x).producer;
    if (producer == 0) return chain;
    const std::string &op = trace.node(producer).op;
    if (std::find(std::begin(kPassed), std::end(kPassed), op) == std::end(kPassed)) return chain;
    chain.between.insert(chain.between.begin(), producer);
    x = trace.node(producer).inputs[0];
  }
}

class Shrink {
 public:
  Shrink(const Graph &graph, const Trace &trace, const Plan &plan, const Chain &chain)
      : graph_(graph), trace_(trace), plan_(plan), chain_(chain), first_(*chain.first), next_(*chain.next) {}
  /// How to do without the dead channels; nothing when there are none.
  std::optional<Edit> edit();
  int64_t channels() const { return std::count(dead_.begin(), dead_.end(), true); }

 private:
  bool follow();
  bool find_dead();
  bool fold_constants();
  bool slice();
  bool slice_quantized(NodeId quant, std::size_t d, std::size_t rank, const std::vector<bool> &keep);

  const Graph &graph_;
  const Trace &trace_;
  const Plan &plan_;
  const Chain &chain_;
  const QuantizedLayer &first_, &next_;
  std::map<NodeId, ChannelAxis> axes_;  ///< behind each node of the chain
  ChannelAxis read_;                    ///< of what the next layer reads
  Constants weight_;                    ///< of the next layer
  std::vector<bool> dead_;
  std::vector<std::optional<int64_t>> constant_;  ///< by index of read_, on the input's grid
  int input_fraction_ = 0;
  Edit edit_;
};

/// Which channel each value on the way belongs to.
bool Shrink::follow() {
  const Shape &start = graph_.value(first_.result).shape;
  const bool image = graph_.node(first_.product).op == "Conv";
  const Axis axis = axis_of(start, image ? 1 : start.size() - 1);
  Channels channels(static_cast<std::size_t>(elements_of(start)));
  for (std::size_t e = 0; e < channels.size(); ++e) channels[e] = static_cast<int>(axis.of(e));
  for (const NodeId id : chain_.between) {
    const Node &n = trace_.node(id);
    channels = through(graph_, n, channels);
    if (channels.empty()) return false;
    const std::optional<ChannelAxis> found = channel_axis(graph_.value(n.outputs[0]).shape, channels);
    if (!found) return false;
    axes_[id] = *found;
  }
  const Shape &x = graph_.value(next_.input).shape;
  const std::optional<ChannelAxis> read = channel_axis(x, channels);
  if (!read) return false;
  read_ = *read;
  return read_.dimension == (graph_.node(next_.product).op == "Conv" ? 1 : x.size() - 1);
}

/// Channels that are the same for every input, or that only zeros multiply.
bool Shrink::find_dead() {
  const auto found = plan_.values.find(next_.input);
  if (found == plan_.values.end()) return false;
  const std::vector<Cell> &cells = found->second.cells;
  input_fraction_ = cells[0].fraction;
  for (const Cell &cell : cells)
    if (cell.fraction != input_fraction_) return false;
  const Axis axis = axis_of(graph_.value(next_.input).shape, read_.dimension);
  const Node &product = graph_.node(next_.product);
  bool padded = false;
  if (product.op == "Conv")
    for (const int64_t pad : product.integers("pads")) padded = padded || pad != 0;
  std::vector<bool> constant(axis.extent, true), unread(axis.extent, true);
  constant_.assign(axis.extent, {});
  for (std::size_t e = 0; e < cells.size(); ++e) {
    const std::size_t i = axis.of(e);
    if (!constant_[i]) constant_[i] = cells[e].lowest;
    constant[i] = constant[i] && cells[e].lowest == cells[e].highest && *constant_[i] == cells[e].lowest &&
                  (!padded || cells[e].lowest == 0);
  }
  weight_ = weights_of(graph_, next_);
  const std::size_t fan_in = weight_.integers.size() / static_cast<std::size_t>(next_.channels);
  for (std::size_t w = 0; w < weight_.integers.size(); ++w)
    if (weight_.integers[w] != 0) unread[w % fan_in / (fan_in / axis.extent)] = false;
  dead_.assign(static_cast<std::size_t>(first_.channels), true);
  for (std::size_t i = 0; i < axis.extent; ++i) {
    if (unread[i]) constant_[i] = 0;
    if (!unread[i] && !constant[i]) dead_[static_cast<std::size_t>(read_.channel[i])] = false;
  }
  if (channels() == first_.channels) dead_[0] = false;  // a layer keeps one
  return channels() > 0;
}

/// bias += weight * constant, on the grid of the accumulator.
bool Shrink::fold_constants() {
  const auto channels = static_cast<std::size_t>(next_.channels);
  const std::size_t fan_in = weight_.integers.size() / channels, taps = fan_in / read_.channel.size();
  std::vector<int> fraction;
  for (const int f : weight_.fraction) fraction.push_back(input_fraction_ + f);
  Constants bias{std::vector<int64_t>(channels, 0), fraction};
  if (next_.bias != 0) bias = constants_of(graph_, graph_.value(next_.bias).producer, channels, 1);
  bool changed = false;
  int64_t lowest = 0, highest = 0;
  for (std::size_t m = 0; m < channels; ++m) {
    Wide sum = bias.integers[m];
    for (std::size_t k = 0; k < fan_in; ++k) {
      const std::size_t i = k / taps;
      if (!dead_[static_cast<std::size_t>(read_.channel[i])]) continue;
      const Wide part = Wide{weight_.integers[m * fan_in + k]} * *constant_[i];
      sum += part;
      changed = changed || part != 0;
    }
    if (sum > (int64_t{1} << 60) || sum < -(int64_t{1} << 60)) return false;
    bias.integers[m] = static_cast<int64_t>(sum);
    lowest = std::min(lowest, bias.integers[m]);
    highest = std::max(highest, bias.integers[m]);
  }
  if (!changed) return true;
  if (bias.fraction != fraction) return false;  // a foreign grid: stays as it is
  Tensor values(DType::f32, {next_.channels}), scale(DType::f32, {next_.channels});
  for (std::size_t m = 0; m < channels; ++m) {
    const auto n = static_cast<double>(bias.integers[m]);
    const auto value = static_cast<float>(std::ldexp(n, -fraction[m]));
    if (static_cast<double>(value) != std::ldexp(n, -fraction[m])) return false;  // no float holds it
    values.mutable_data<float>()[m] = value;
    scale.mutable_data<float>()[m] = std::ldexp(1.0F, -fraction[m]);
  }
  edit_.product = next_.product;
  edit_.bias_width = std::max(2, bits_of(lowest, highest));
  edit_.bias = values;
  edit_.bias_scale = scale;
  edit_.bias_add = next_.bias_add;
  const std::string &name = graph_.value(next_.weight).name, end = ".weight";
  edit_.bias_name = (name.ends_with(end) ? name.substr(0, name.size() - end.size()) : name) + ".bias";
  if (next_.bias != 0) {
    edit_.bias_quant = graph_.value(next_.bias).producer;
    const ValueId parameter = graph_.node(edit_.bias_quant).inputs[0];
    if (trace_.users(parameter).size() != 1 || trace_.users(next_.bias).size() != 1) return false;
    edit_.data[parameter] = values;
  }
  return true;
}

/// A quantized weight or bias, and its scale where that has one entry per channel.
bool Shrink::slice_quantized(NodeId quant, std::size_t d, std::size_t rank, const std::vector<bool> &keep) {
  const Node &q = graph_.node(quant);
  if (trace_.users(q.outputs[0]).size() != 1 || trace_.users(q.inputs[0]).size() != 1) return false;
  const auto sliced_already = edit_.data.find(q.inputs[0]);
  edit_.data[q.inputs[0]] =
      sliced(sliced_already == edit_.data.end() ? *graph_.value(q.inputs[0]).data : sliced_already->second, d, keep);
  const Value &scale = graph_.value(q.inputs[1]);
  if (scale.data->elements() == 1 || scale.shape.size() != rank || scale.shape[d] == 1) return true;
  if (trace_.users(q.inputs[1]).size() != 1) return false;
  const auto scale_already = edit_.data.find(q.inputs[1]);
  edit_.data[q.inputs[1]] = sliced(scale_already == edit_.data.end() ? *scale.data : scale_already->second, d, keep);
  return true;
}

bool Shrink::slice() {
  std::vector<bool> keep, read;
  for (const bool dead : dead_) keep.push_back(!dead);
  for (const int channel : read_.channel) read.push_back(!dead_[static_cast<std::size_t>(channel)]);
  const auto rank = [&](const QuantizedLayer &layer) { return graph_.value(layer.weight).shape.size(); };
  if (!slice_quantized(first_.weight_quant, first_.channel_axis, rank(first_), keep)) return false;
  if (!slice_quantized(next_.weight_quant, 1 - next_.channel_axis, rank(next_), read)) return false;
  if (first_.bias != 0 && !slice_quantized(graph_.value(first_.bias).producer, 0, 1, keep)) return false;
  for (const NodeId id : chain_.between) {
    const Node &n = graph_.node(id);
    if (n.op != "Reshape") continue;
    const ChannelAxis &axis = axes_.at(id);
    const Shape &shape = graph_.value(n.outputs[0]).shape;
    std::vector<int64_t> target(shape.begin(), shape.end());
    target[0] = 0;
    target[axis.dimension] = std::count_if(axis.channel.begin(), axis.channel.end(),
                                           [&](int channel) { return !dead_[static_cast<std::size_t>(channel)]; });
    edit_.shapes[id] = Tensor::of<int64_t>({static_cast<int64_t>(target.size())}, target);
  }
  return true;
}

std::optional<Edit> Shrink::edit() {
  if (!follow() || !find_dead() || !fold_constants() || !slice()) return {};
  return edit_;
}

int64_t parameters_of(const Graph &graph) {
  int64_t count = 0;
  for (const ValueId id : graph.values())
    if (graph.value(id).kind == ValueKind::parameter) count += elements_of(graph.value(id).shape);
  return count;
}

/// Shrinks one layer; 0: there is none to shrink.
int64_t shrink_one(Graph &graph) {
  const Trace trace(graph);
  const std::vector<QuantizedLayer> layers = quantized_layers(trace);
  const Plan plan = plan_of(graph, true);
  for (const QuantizedLayer &next : layers) {
    const Chain chain = chain_to(trace, layers, next);
    if (chain.first == nullptr) continue;
    Shrink shrink(graph, trace, plan, chain);
    const std::optional<Edit> edit = shrink.edit();
    if (!edit) continue;
    graph = edited_copy(graph, *edit);
    return shrink.channels();
  }
  return 0;
}

}  // namespace

Graph remove_dead_units(const Graph &deployed, DeadUnits *removed) {
  Graph graph = deployed;
  DeadUnits all;
  if (is_quantized(graph)) {
    graph.prune_dead();
    const int64_t before = parameters_of(graph);
    while (const int64_t channels = shrink_one(graph)) all.channels += channels;
    all.parameters = before - parameters_of(graph);
  }
  if (removed != nullptr) *removed = all;
  return graph;
}

}  // namespace nac::fw
