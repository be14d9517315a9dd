// SPDX-License-Identifier: Apache-2.0
//
// Counting the points of a conditional space: dimensions that are linked by conditions form components, whose counts
// multiply. Within one, a dynamic program walks the dimensions in order and keeps, for each parent that a later
// dimension still asks about, only which of those conditions hold.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include "base/error.hpp"
#include "services/space.hpp"

namespace nac::fw {
namespace {

using Dimensions = std::vector<Space::Dimension>;
// Which conditions on a parent hold, one bit each, in the order of Parent::asked. Inactive: none.
using Signature = std::vector<bool>;
using State = std::map<uint32_t, Signature>;

constexpr std::size_t kMostStates = 1u << 20;

struct Question {
  uint32_t child = 0;
  const std::vector<int64_t> *values = nullptr;
};

double value_count(const Space::Dimension &d) {
  if (d.kind == NAC_DIMENSION_NUMBER) return std::numeric_limits<double>::infinity();
  return (d.high - d.low) / d.step + 1;
}

/// How many values of `d` answer its questions in each possible way. Values that no question names share one answer.
std::map<Signature, double> answers(const Space::Dimension &d, const std::vector<Question> &questions) {
  std::vector<int64_t> named;
  for (const Question &q : questions) named.insert(named.end(), q.values->begin(), q.values->end());
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  std::map<Signature, double> count;
  for (const int64_t v : named) {
    Signature s;
    for (const Question &q : questions) s.push_back(std::binary_search(q.values->begin(), q.values->end(), v));
    count[s] += 1;
  }
  const double rest = value_count(d) - static_cast<double>(named.size());
  if (rest > 0) count[Signature(questions.size(), false)] += rest;
  return count;
}

double component_size(const Dimensions &all, const std::vector<uint32_t> &members,
                      const std::vector<std::vector<Question>> &questions) {
  std::map<State, double> states{{State{}, 1.0}};
  for (const uint32_t i : members) {
    const std::map<Signature, double> ways = answers(all[i], questions[i]);
    std::map<State, double> next;
    for (const auto &[state, count] : states) {
      bool active = true;
      State rest = state;
      for (const Space::Condition &c : all[i].conditions) {
        const std::vector<Question> &asked = questions[c.parent];
        std::size_t mine = 0;
        while (asked[mine].child != i) ++mine;
        active = active && state.at(c.parent)[mine];
        if (mine + 1 == asked.size()) rest.erase(c.parent);
      }
      const double so_far = count;  // clang 14 cannot capture a structured binding
      const auto add = [&](const Signature &s, double n) {
        State after = rest;
        if (!s.empty()) after[i] = s;
        next[after] += so_far * n;
      };
      if (!active) {
        add(Signature(questions[i].size(), false), 1);
      } else {
        for (const auto &[signature, n] : ways) add(signature, n);
      }
    }
    states = std::move(next);
    if (states.size() > kMostStates)
      throw Error(fmt::format("the space is too entangled to count: more than {} cases at dimension '{}'", kMostStates,
                              all[i].name),
                  NAC_UNSUPPORTED);
  }
  double total = 0;
  for (const auto &[state, count] : states) total += count;
  return total;
}

}  // namespace

double Space::size() const {
  const auto count = static_cast<uint32_t>(dimensions_.size());
  std::vector<uint32_t> root(count);
  std::iota(root.begin(), root.end(), 0u);
  const auto find_root = [&](uint32_t i) {
    while (root[i] != i) i = root[i] = root[root[i]];
    return i;
  };
  std::vector<std::vector<Question>> questions(count);
  for (uint32_t i = 0; i < count; ++i)
    for (const Condition &c : dimensions_[i].conditions) {
      questions[c.parent].push_back({i, &c.values});
      root[find_root(i)] = find_root(c.parent);
    }
  std::map<uint32_t, std::vector<uint32_t>> components;
  for (uint32_t i = 0; i < count; ++i) components[find_root(i)].push_back(i);
  double total = 1;
  for (const auto &[first, members] : components) total *= component_size(dimensions_, members, questions);
  return total;
}

}  // namespace nac::fw
