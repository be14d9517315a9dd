// SPDX-License-Identifier: Apache-2.0
//
// Memory is planned once: a block of it is taken by the step that writes it first and given back after the step that
// reads it last, so that a pass over the network stays in the processor's caches.
#include <algorithm>
#include <limits>

#include "fixed/integer/plan.hpp"

namespace nac::fw {
namespace {

constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

struct Block {
  Ref start = 0;
  std::size_t units = 0;
  std::size_t first = kNever, last = 0;  ///< steps that touch it
  Ref moved = 0;
};

/// Free stretches of memory by their start.
class FreeList {
 public:
  std::size_t take(std::size_t units) {
    for (auto it = free_.begin(); it != free_.end(); ++it) {
      if (it->second < units) continue;
      const std::size_t at = it->first, left = it->second - units;
      free_.erase(it);
      if (left > 0) free_[at + units] = left;
      return at;
    }
    const std::size_t at = end_;
    end_ += units;
    return at;
  }
  void give(std::size_t at, std::size_t units) {
    const auto next = free_.lower_bound(at);
    if (next != free_.end() && at + units == next->first) {
      units += next->second;
      free_.erase(next);
    }
    const auto after = free_.lower_bound(at);
    if (after != free_.begin()) {
      const auto before = std::prev(after);
      if (before->first + before->second == at) {
        before->second += units;
        return;
      }
    }
    free_[at] = units;
  }
  std::size_t end() const { return end_; }

 private:
  std::map<std::size_t, std::size_t> free_;
  std::size_t end_ = kFirstFree;
};

}  // namespace

void share_memory(Plan &plan, const std::vector<Ref> &starts) {
  std::vector<Block> blocks(starts.size());
  for (std::size_t i = 0; i < blocks.size(); ++i)
    blocks[i] = {starts[i], (i + 1 < starts.size() ? starts[i + 1] : plan.units) - starts[i]};
  const auto block_of = [&](Ref at) -> Block & {
    return blocks[static_cast<std::size_t>(std::upper_bound(starts.begin(), starts.end(), at) - starts.begin()) - 1];
  };
  for (std::size_t s = 0; s < plan.steps.size(); ++s)
    for (const std::vector<Ref> *refs : plan.steps[s]->refs())
      for (const Ref at : *refs) {
        if (at < kFirstFree) continue;
        Block &block = block_of(at);
        block.first = std::min(block.first, s);
        block.last = std::max(block.last, s);
      }
  for (const auto &[id, x] : plan.values)
    for (const Cell &cell : x.cells) block_of(cell.at).last = kNever;

  FreeList memory;
  for (std::size_t s = 0; s < plan.steps.size(); ++s) {
    for (Block &block : blocks)
      if (block.first == s) block.moved = static_cast<Ref>(memory.take(block.units));
    for (const Block &block : blocks)
      if (block.last == s && block.first != kNever) memory.give(block.moved, block.units);
  }
  const auto move = [&](Ref &at) {
    if (at < kFirstFree) return;
    const Block &block = block_of(at);
    at = block.moved + (at - block.start);
  };
  for (const std::unique_ptr<Step> &step : plan.steps)
    for (std::vector<Ref> *refs : step->refs()) std::for_each(refs->begin(), refs->end(), move);
  for (auto &[id, x] : plan.values)
    for (Cell &cell : x.cells) move(cell.at);
  plan.units = memory.end();
}

}  // namespace nac::fw
