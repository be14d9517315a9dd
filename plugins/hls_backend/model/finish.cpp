// SPDX-License-Identifier: Apache-2.0
//
// What turns the layers of a builder into a model: fewer layers, final numbers.
#include <algorithm>

#include "hls_backend/model/builder.hpp"

namespace nac::hls {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

/// Marks outputs and lists users.
void connect(model &m) {
  for (tensor &t : m.tensors) {
    t.users.clear();
    t.is_output = false;
  }
  for (const int t : m.outputs) m.tensors[at(t)].is_output = true;
  for (const layer &l : m.layers) {
    for (const int t : l.inputs) m.tensors[at(t)].users.push_back(l.index);
    m.tensors[at(l.output)].producer = l.index;
  }
}

bool takes_steps(layer_kind kind) {
  return kind != layer_kind::input && kind != layer_kind::transpose && kind != layer_kind::table &&
         kind != layer_kind::softmax;
}

/// A step moves to the layer before it when nothing else reads what that layer gives.
void join_steps(model &m) {
  std::vector<layer> kept;
  for (layer &l : m.layers) {
    if (l.kind == layer_kind::pointwise) {
      const tensor &read = m.tensors[at(l.inputs[0])];
      layer *before = nullptr;
      for (layer &k : kept)
        if (k.output == l.inputs[0]) before = &k;
      if (before != nullptr && takes_steps(before->kind) && read.users.size() == 1 && !read.is_output) {
        before->steps.insert(before->steps.end(), l.steps.begin(), l.steps.end());
        before->output = l.output;
        continue;
      }
    }
    kept.push_back(std::move(l));
  }
  m.layers = std::move(kept);
}

/// Inputs stay: they are ports of the network.
void drop_unused(model &m) {
  std::vector<bool> needed(m.tensors.size(), false);
  for (const int t : m.outputs) needed[at(t)] = true;
  std::vector<layer> kept;
  for (std::size_t i = m.layers.size(); i-- > 0;) {
    layer &l = m.layers[i];
    if (!needed[at(l.output)] && l.kind != layer_kind::input) continue;
    for (const int t : l.inputs) needed[at(t)] = true;
    kept.push_back(std::move(l));
  }
  std::reverse(kept.begin(), kept.end());
  m.layers = std::move(kept);
}

void renumber(model &m) {
  std::vector<int> number(m.tensors.size(), -1);
  std::vector<tensor> tensors;
  for (std::size_t i = 0; i < m.layers.size(); ++i) {
    layer &l = m.layers[i];
    l.index = static_cast<int>(i);
    number[at(l.output)] = static_cast<int>(tensors.size());
    tensors.push_back(m.tensors[at(l.output)]);
    l.output = number[at(l.output)];
    for (int &t : l.inputs) t = number[at(t)];
  }
  for (int &t : m.inputs) t = number[at(t)];
  for (int &t : m.outputs) t = number[at(t)];
  m.tensors = std::move(tensors);
}

}  // namespace

model model_builder::finish() {
  model m = std::move(model_);
  connect(m);
  join_steps(m);
  drop_unused(m);
  renumber(m);
  connect(m);
  choose_strategies(m);
  return m;
}

}  // namespace nac::hls
