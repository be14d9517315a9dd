// SPDX-License-Identifier: Apache-2.0
#include "fused/plan/schedule.hpp"

#include <algorithm>
#include <map>

namespace nac::fw::fused {
namespace {

std::size_t at(Slot slot) { return static_cast<std::size_t>(slot); }

/// What a core keeps at hand of values that it went through once.
constexpr int64_t kCacheBytes = 4 << 20;

bool has(const std::vector<Slot> &slots, Slot slot) {
  return std::find(slots.begin(), slots.end(), slot) != slots.end();
}

/// forward() of another operator, on the way back.
class Repeat final : public Op {
 public:
  explicit Repeat(Op *op) : op_(op) {
    where = op->where;
    rereads = op->reads;
    rereads.push_back(op->writes);
  }
  void forward(const Tile &) override {}
  void backward(const Tile &tile) override { op_->forward(tile); }

 private:
  Op *op_;
};

class Scheduler {
 public:
  Scheduler(const std::vector<OpPtr> &ops, const std::vector<int> &rows, int64_t samples, bool train)
      : ops_(ops),
        rows_(rows),
        samples_(samples),
        slots_(rows.size()),
        train_(train),
        written_(slots_, false),
        repeated_(slots_, false) {}

  Schedule run() {
    for (std::size_t i = 0; i < ops_.size(); ++i) index_[ops_[i].get()] = i;
    level_forward();
    if (train_) level_backward();
    place();
    if (train_) mark_additions();
    find_lives();
    if (train_ && repeat_what_is_cheap()) find_lives();
    return std::move(schedule_);
  }

 private:
  /// An operator comes as early as its operands allow, but what loads samples as late as its readers allow.
  void level_forward() {
    std::vector<int> level_of_slot(slots_, 0);
    forward_.assign(ops_.size(), 0);
    for (std::size_t i = 0; i < ops_.size(); ++i) {
      const Op &op = *ops_[i];
      int level = 0;
      for (const Slot s : op.reads) level = std::max(level, level_of_slot[at(s)]);
      if (op.barrier != nullptr) level = std::max(level, forward_[index_.at(op.barrier)] + 1);
      forward_[i] = level;
      if (op.writes != kNoSlot) level_of_slot[at(op.writes)] = level;
      last_ = std::max(last_, level);
    }
    std::vector<int> first_use(slots_, last_);
    for (std::size_t i = ops_.size(); i-- > 0;) {
      const Op &op = *ops_[i];
      if (op.reads.empty() && op.writes != kNoSlot && op.barrier == nullptr) forward_[i] = first_use[at(op.writes)];
      for (const Slot s : op.reads) first_use[at(s)] = std::min(first_use[at(s)], forward_[i]);
    }
  }

  void level_backward() {
    std::vector<int> level_of_slot(slots_, 0);
    std::map<const Op *, int> after_barrier;
    backward_.assign(ops_.size(), 0);
    for (std::size_t i = ops_.size(); i-- > 0;) {
      const Op &op = *ops_[i];
      int level = op.writes != kNoSlot ? level_of_slot[at(op.writes)] : 0;
      if (const auto found = after_barrier.find(&op); found != after_barrier.end())
        level = std::max(level, found->second);
      backward_[i] = level;
      for (const GradientSlot &g : op.gradients)
        if (g.wanted()) level_of_slot[at(g.slot)] = std::max(level_of_slot[at(g.slot)], level);
      if (op.barrier != nullptr) after_barrier[op.barrier] = std::max(after_barrier[op.barrier], level + 1);
    }
  }

  void place() {
    const int deepest = train_ && !ops_.empty() ? *std::max_element(backward_.begin(), backward_.end()) : -1;
    schedule_.forward.resize(static_cast<std::size_t>(last_ + 1));
    schedule_.backward.resize(static_cast<std::size_t>(deepest + 1));
    for (std::size_t i = 0; i < ops_.size(); ++i)
      schedule_.forward[static_cast<std::size_t>(forward_[i])].push_back(ops_[i].get());
    for (std::size_t i = ops_.size(); train_ && i-- > 0;)
      schedule_.backward[static_cast<std::size_t>(backward_[i])].push_back(ops_[i].get());
  }

  void mark_additions() {
    for (const std::vector<Op *> &phase : schedule_.backward)
      for (Op *op : phase)
        for (GradientSlot &g : op->gradients) {
          if (!g.wanted()) continue;
          g.add = written_[at(g.slot)];
          written_[at(g.slot)] = true;
        }
  }

  /// Whether the value that operator `i` writes, which several phases use, can be made again in each of them.
  bool can_repeat(std::size_t i) const {
    const Op &op = *ops_[i];
    if (!op.repeatable || !schedule_.kept_values[at(op.writes)]) return false;
    for (const Slot s : op.reads)
      if (!schedule_.kept_values[at(s)] || repeated_[at(s)]) return false;
    for (std::size_t k = 0; k < ops_.size(); ++k) {
      if (has(ops_[k]->reads, op.writes) && forward_[k] != forward_[i]) return false;
      if (has(ops_[k]->rereads, op.writes) && ops_[k]->reads_all_tiles) return false;
    }
    return true;
  }

  int64_t kept_bytes() const {
    int64_t rows = 0;
    for (std::size_t s = 0; s < slots_; ++s)
      rows += rows_[s] * (int{schedule_.kept_values[s]} + int{schedule_.kept_gradients[s]});
    return rows * samples_ * static_cast<int64_t>(sizeof(float));
  }

  /// Reading a value that the caches do not hold takes longer than making it from another one that is read anyway.
  bool repeat_what_is_cheap() {
    if (kept_bytes() < kCacheBytes) return false;
    for (std::size_t i = 0; i < ops_.size(); ++i) {
      if (!can_repeat(i)) continue;
      repeated_[at(ops_[i]->writes)] = true;
      for (std::size_t b = forward_[i] == last_ ? 1 : 0; b < schedule_.backward.size(); ++b) {
        std::vector<Op *> &phase = schedule_.backward[b];
        const auto first =
            std::find_if(phase.begin(), phase.end(), [&](Op *op) { return has(op->rereads, ops_[i]->writes); });
        if (first == phase.end()) continue;
        schedule_.repeats.push_back(std::make_unique<Repeat>(ops_[i].get()));
        phase.insert(first, schedule_.repeats.back().get());
      }
    }
    return !schedule_.repeats.empty();
  }

  struct Use {
    int phase = -1;
    bool several = false;
    Schedule::Life life;

    void at_time(int p, int time) {
      several = several || (phase >= 0 && phase != p);
      phase = p;
      life.first = life.first < 0 ? time : std::min(life.first, time);
      life.last = std::max(life.last, time);
    }
  };

  void find_lives() {
    std::vector<Use> values(slots_), gradients(slots_);
    int time = 0;
    for (std::size_t p = 0; p < schedule_.forward.size(); ++p)
      for (const Op *op : schedule_.forward[p]) {
        ++time;
        for (const Slot s : op->reads) values[at(s)].at_time(static_cast<int>(p), time);
        for (const Slot s : op->also_writes) values[at(s)].at_time(static_cast<int>(p), time);
        if (op->writes != kNoSlot) values[at(op->writes)].at_time(static_cast<int>(p), time);
      }
    for (std::size_t b = 0; b < schedule_.backward.size(); ++b) {
      const int phase = last_ + static_cast<int>(b);
      for (const Op *op : schedule_.backward[b]) {
        ++time;
        for (const Slot s : op->rereads) values[at(s)].at_time(phase, time);
        for (const Slot s : op->reads_gradients) gradients[at(s)].at_time(phase, time);
        if (op->writes != kNoSlot && written_[at(op->writes)]) gradients[at(op->writes)].at_time(phase, time);
        for (const GradientSlot &g : op->gradients)
          if (g.wanted()) gradients[at(g.slot)].at_time(phase, time);
        if (!op->reads_all_tiles) continue;
        for (const Slot s : op->rereads) values[at(s)].several = true;
        gradients[at(op->writes)].several = true;
      }
    }
    schedule_.kept_values.clear(), schedule_.value_life.clear();
    schedule_.kept_gradients.clear(), schedule_.gradient_life.clear();
    for (std::size_t s = 0; s < slots_; ++s) {
      schedule_.kept_values.push_back(values[s].several && !repeated_[s]);
      schedule_.value_life.push_back(values[s].life);
    }
    for (const Use &u : gradients) {
      schedule_.kept_gradients.push_back(u.several);
      schedule_.gradient_life.push_back(u.life);
    }
  }

  const std::vector<OpPtr> &ops_;
  const std::vector<int> &rows_;
  int64_t samples_;
  std::size_t slots_;
  bool train_;
  std::vector<bool> written_;   ///< slots whose gradient somebody writes
  std::vector<bool> repeated_;  ///< slots whose value is made again instead of kept
  std::map<const Op *, std::size_t> index_;
  std::vector<int> forward_, backward_;
  int last_ = 0;
  Schedule schedule_;
};

}  // namespace

Schedule make_schedule(const std::vector<OpPtr> &ops, const std::vector<int> &rows, int64_t samples, bool train) {
  return Scheduler(ops, rows, samples, train).run();
}

}  // namespace nac::fw::fused
