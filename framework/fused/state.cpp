// SPDX-License-Identifier: Apache-2.0
#include "fused/state.hpp"

#include <algorithm>
#include <set>

#include "engine/checks.hpp"

namespace nac::fw::fused {
namespace {

constexpr std::size_t kStep = static_cast<std::size_t>(kAlignment) / sizeof(float);

std::size_t elements(const Graph &graph, ValueId id) {
  return static_cast<std::size_t>(elements_of(graph.value(id).shape));
}

void copy_from(const Graph &graph, ValueId id, float *to) {
  const float *from = graph.value(id).data->data<float>();
  std::copy(from, from + elements(graph, id), to);
}

void take(const Checkpoint &checkpoint, const std::string &name, AlignedFloats &to) {
  const std::vector<float> &from = checkpoint.array(name, to.size());
  std::copy(from.begin(), from.end(), to.begin());
}

std::vector<float> plain(const AlignedFloats &values) { return {values.begin(), values.end()}; }

}  // namespace

std::vector<State::Piece> State::place(const std::vector<ValueId> &ids, std::size_t *total) const {
  std::vector<Piece> pieces;
  *total = 0;
  for (const ValueId id : ids) {
    const std::size_t count = elements(graph_, id);
    pieces.push_back({id, *total, count});
    *total += (count + kStep - 1) / kStep * kStep;
  }
  return pieces;
}

State::State(const Graph &graph, const std::vector<ValueId> &parameters, std::size_t learned_scales,
             const std::vector<ValueId> &statistics)
    : graph_(graph) {
  check_start_values(graph, parameters);
  const std::vector<ValueId> all = graph.values();
  const std::size_t slots = all.empty() ? 1 : std::size_t{all.back()} + 1;
  values_.assign(slots, nullptr);
  gradients_.assign(slots, nullptr);

  std::size_t total = 0;
  pieces_ = place(parameters, &total);
  flat_.assign(total, 0.0F);
  gradient_.assign(total, 0.0F);
  learned_scales_ = learned_scales == 0 ? total : pieces_.at(pieces_.size() - learned_scales).offset;
  for (const Piece &p : pieces_) {
    values_[p.id] = flat_.data() + p.offset;
    gradients_[p.id] = gradient_.data() + p.offset;
    copy_from(graph, p.id, values_[p.id]);
  }
  const std::set<ValueId> once(statistics.begin(), statistics.end());
  running_pieces_ = place({once.begin(), once.end()}, &total);
  running_.assign(total, 0.0F);
  for (const Piece &p : running_pieces_) values_[p.id] = running_.data() + p.offset;
  set_statistics(graph);

  for (const ValueId id : all) {
    const Value &value = graph.value(id);
    if (values_[id] != nullptr || !value.data || value.dtype != DType::f32) continue;
    AlignedFloats &own = constants_[id];
    own.resize(elements(graph, id));
    values_[id] = own.data();
    copy_from(graph, id, own.data());
  }
}

void State::clear_gradients() { std::fill(gradient_.begin(), gradient_.end(), 0.0F); }

void State::set_statistics(const Graph &graph) {
  for (const Piece &p : running_pieces_) copy_from(graph, p.id, values_[p.id]);
}

void State::save() {
  best_flat_ = flat_;
  best_running_ = running_;
  saved_ = true;
}

void State::restore() {
  if (!saved_) return;
  std::copy(best_flat_.begin(), best_flat_.end(), flat_.begin());  // in place: values() point into it
  std::copy(best_running_.begin(), best_running_.end(), running_.begin());
}

void State::write(Checkpoint &checkpoint) const {
  checkpoint.arrays["parameters"] = plain(flat_);
  checkpoint.arrays["statistics"] = plain(running_);
  if (!saved_) return;
  checkpoint.arrays["best parameters"] = plain(best_flat_);
  checkpoint.arrays["best statistics"] = plain(best_running_);
}

void State::read(const Checkpoint &checkpoint) {
  if (checkpoint.best_epoch != 0) {
    take(checkpoint, "best parameters", flat_);
    take(checkpoint, "best statistics", running_);
    save();
  }
  take(checkpoint, "parameters", flat_);
  take(checkpoint, "statistics", running_);
}

std::map<std::string, Tensor> State::weights() const {
  std::map<std::string, Tensor> result;
  for (const ValueId id : graph_.values()) {
    const Value &value = graph_.value(id);
    if (value.kind == ValueKind::parameter && value.data) result.emplace(value.name, *value.data);
  }
  for (const std::vector<Piece> *pieces : {&pieces_, &running_pieces_})
    for (const Piece &p : *pieces) {
      const Value &value = graph_.value(p.id);
      Tensor tensor(DType::f32, value.shape);
      std::copy(values_[p.id], values_[p.id] + p.count, tensor.mutable_data<float>());
      result[value.name] = std::move(tensor);
    }
  return result;
}

}  // namespace nac::fw::fused
