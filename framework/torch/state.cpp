// SPDX-License-Identifier: Apache-2.0
#include "torch/state.hpp"

#include <set>

#include "torch/bridge.hpp"

namespace nac::fw::libtorch {
namespace {

constexpr int64_t kAlignment = 16;  ///< floats: a cache line, which vector kernels like their operands to start at

}  // namespace

std::vector<State::Piece> State::layout(const Graph &graph, const std::vector<ValueId> &ids, int64_t *total) {
  std::vector<Piece> pieces;
  int64_t offset = 0;
  for (const ValueId id : ids) {
    const int64_t count = graph.value(id).data->elements();
    pieces.push_back({id, offset, count});
    offset += (count + kAlignment - 1) / kAlignment * kAlignment;
  }
  *total = offset;
  return pieces;
}

State::State(const Graph &graph, const Program &program, at::Device device) : graph_(graph) {
  const auto views = [&](const std::vector<Piece> &pieces, const at::Tensor &flat) {
    std::vector<at::Tensor> result;
    for (const Piece &p : pieces) {
      const Value &value = graph.value(p.id);
      at::Tensor view = flat.narrow(0, p.offset, p.count).view(value.shape).detach();
      view.copy_(borrow(*value.data));
      result.push_back(view);
      by_id_[p.id] = view;
    }
    return result;
  };
  const at::TensorOptions options = at::TensorOptions().dtype(at::kFloat).device(device);
  int64_t total = 0;
  pieces_ = layout(graph, program.parameters(), &total);
  flat_ = at::zeros({total}, options);
  const std::size_t others = pieces_.size() - program.learned_scales();
  learned_scales_ = others < pieces_.size() ? pieces_[others].offset : total;
  leaves_ = views(pieces_, flat_);
  for (at::Tensor &leaf : leaves_) leaf.requires_grad_(true);
  const at::Tensor zeros = at::zeros({kAlignment}, options);
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const int64_t next = i + 1 < pieces_.size() ? pieces_[i + 1].offset : total;
    gaps_.push_back(zeros.narrow(0, 0, next - pieces_[i].offset - pieces_[i].count));
  }
  const std::set<ValueId> statistics(program.statistics().begin(), program.statistics().end());
  statistics_.assign(statistics.begin(), statistics.end());
  const std::vector<Piece> running = layout(graph, statistics_, &total);
  running_ = at::zeros({total}, options);
  views(running, running_);
  for (const ValueId id : program.constants())
    if (statistics.count(id) == 0) by_id_[id] = copy_to(*graph.value(id).data, device);
}

Frame State::frame(const Program &program, bool training) const {
  Frame frame;
  frame.training = training;
  frame.values.resize(program.slots());
  for (const std::vector<ValueId> *ids : {&program.parameters(), &program.constants()})
    for (const ValueId id : *ids) frame.values[id] = by_id_.at(id);
  return frame;
}

void State::gather(const std::vector<at::Tensor> &gradients, at::Tensor &out) const {
  std::vector<at::Tensor> parts;
  parts.reserve(2 * gradients.size());
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    parts.push_back(gradients[i].defined() ? gradients[i].reshape(-1) : at::zeros_like(leaves_[i]).reshape(-1));
    if (gaps_[i].numel() > 0) parts.push_back(gaps_[i]);
  }
  at::cat_out(out, parts);
}

void State::set_statistics(const Graph &graph) {
  for (const ValueId id : statistics_) by_id_.at(id).copy_(borrow(*graph.value(id).data));
}

void State::save() {
  if (!best_flat_.defined()) {
    best_flat_ = at::empty_like(flat_);
    best_running_ = at::empty_like(running_);
  }
  best_flat_.copy_(flat_);
  best_running_.copy_(running_);
}

void State::restore() {
  flat_.copy_(best_flat_);
  running_.copy_(best_running_);
}

void State::write(Checkpoint &checkpoint) const {
  checkpoint.arrays["parameters"] = values_of(flat_);
  checkpoint.arrays["statistics"] = values_of(running_);
  if (!best_flat_.defined()) return;
  checkpoint.arrays["best parameters"] = values_of(best_flat_);
  checkpoint.arrays["best statistics"] = values_of(best_running_);
}

void State::read(const Checkpoint &checkpoint) {
  if (checkpoint.best_epoch != 0) {
    set_values(flat_, checkpoint, "best parameters");
    set_values(running_, checkpoint, "best statistics");
    save();
  }
  set_values(flat_, checkpoint, "parameters");
  set_values(running_, checkpoint, "statistics");
}

std::map<std::string, Tensor> State::weights() const {
  std::map<std::string, Tensor> result;
  for (const ValueId id : graph_.values()) {
    const Value &value = graph_.value(id);
    if (value.kind == ValueKind::parameter && value.data) result.emplace(value.name, *value.data);
  }
  for (const Piece &p : pieces_) result[graph_.value(p.id).name] = copy_from(by_id_.at(p.id).detach());
  for (const ValueId id : statistics_) result[graph_.value(id).name] = copy_from(by_id_.at(id));
  return result;
}

}  // namespace nac::fw::libtorch
