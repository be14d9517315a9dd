// SPDX-License-Identifier: Apache-2.0
#include "fused/runner.hpp"

#include <algorithm>

#include "fused/kernels/samples.hpp"
#include "fused/plan/arrange.hpp"

namespace nac::fw::fused {
namespace {

Storage storage_of(const Plan &plan) {
  std::size_t scratch = 0;
  for (const OpPtr &op : plan.ops) scratch = std::max(scratch, op->scratch());
  std::vector<Slot> results;
  for (const Plan::Output &o : plan.outputs) results.push_back(o.slot);
  const auto tiles = static_cast<int>((plan.batch_size + plan.width - 1) / plan.width);
  return arrange(plan.schedule, plan.rows, results, plan.width, tiles, scratch);
}

void enter(Stopwatch *watch, Phase phase) {
  if (watch != nullptr) watch->enter(phase);
}

}  // namespace

Runner::Runner(Plan plan) : plan_(std::move(plan)), storage_(storage_of(plan_)) {}

Batch Runner::batch_of(const std::vector<const Tensor *> &data, const int64_t *order, int64_t samples) const {
  return {&data, order, samples, static_cast<int>((samples + plan_.width - 1) / plan_.width)};
}

template <class F>
void Runner::for_each_tile(const Batch &batch, std::size_t phase, F &&f) {
  Tile tile{&batch, &storage_, 0, 0, plan_.width};
  for (int i = 0; i < batch.tiles; ++i) {
    tile.index = phase % 2 == 0 ? i : batch.tiles - 1 - i;
    tile.samples = static_cast<int>(std::min<int64_t>(plan_.width, batch.samples - int64_t{tile.index} * plan_.width));
    f(tile);
  }
}

void Runner::start(State &state) {
  for (const OpPtr &op : plan_.ops) op->start(state);
}

double Runner::loss() const {
  double sum = plan_.constant_loss;
  for (const LossOp *term : plan_.losses) sum += term->loss();
  return sum;
}

double Runner::train(State &state, const std::vector<const Tensor *> &data, const int64_t *order, int64_t samples,
                     Stopwatch *watch) {
  const Batch batch = batch_of(data, order, samples);
  const Schedule &s = plan_.schedule;
  enter(watch, Phase::forward);
  start(state);
  for (std::size_t phase = 0; phase < s.forward.size(); ++phase) {
    const bool turns = phase + 1 == s.forward.size() && !s.backward.empty();
    for_each_tile(batch, phase, [&](const Tile &tile) {
      enter(watch, Phase::forward);
      for (Op *op : s.forward[phase]) {
        if (op->loads) enter(watch, Phase::data);
        op->forward(tile);
        if (op->loads) enter(watch, Phase::forward);
      }
      if (!turns) return;
      enter(watch, Phase::backward);
      for (Op *op : s.backward[0]) op->backward(tile);
    });
    for (Op *op : s.forward[phase]) op->forward_done(storage_, batch);
  }
  enter(watch, Phase::backward);
  for (std::size_t phase = 0; phase < s.backward.size(); ++phase) {
    if (phase > 0)
      for_each_tile(batch, s.forward.size() - 1 + phase, [&](const Tile &tile) {
        for (Op *op : s.backward[phase]) op->backward(tile);
      });
    for (Op *op : s.backward[phase]) op->backward_done(storage_, batch);
  }
  for (const OpPtr &op : plan_.ops) op->finish(state);
  return loss();
}

double Runner::infer(State &state, const std::vector<const Tensor *> &data, const int64_t *order, int64_t samples,
                     std::vector<Tensor> &outputs, int64_t first) {
  const Batch batch = batch_of(data, order, samples);
  for (LossOp *term : plan_.losses) term->start(state);
  for_each_tile(batch, 0, [&](const Tile &tile) {
    for (const std::vector<Op *> &phase : plan_.schedule.forward)
      for (Op *op : phase) op->forward(tile);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const Slot slot = plan_.outputs[i].slot;
      const int rows = plan_.rows[static_cast<std::size_t>(slot)];
      float *to = outputs[i].mutable_data<float>() + (first + int64_t{tile.index} * plan_.width) * rows;
      store_samples(tile.value(slot), rows, tile.samples, to, tile.width);
      // Integers have no -0.
      if (plan_.quantized) std::for_each(to, to + int64_t{tile.samples} * rows, [](float &v) { v += 0.0F; });
    }
  });
  for (const OpPtr &op : plan_.ops) op->forward_done(storage_, batch);
  return loss();
}

}  // namespace nac::fw::fused
