// SPDX-License-Identifier: Apache-2.0
#include "cmvm/builder.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "cmvm/digits.hpp"

namespace nac::cmvm {
namespace {

int64_t scaled(int64_t value, int shift, bool negate) {
  const auto moved = static_cast<int64_t>(static_cast<uint64_t>(value) << shift);
  return negate ? -moved : moved;
}

}  // namespace

int builder::input(int index) {
  node n;
  n.kind = node_kind::input;
  n.index = index;
  return append(n, {{index, 1}});
}

int builder::constant(int64_t value) {
  node n;
  n.kind = node_kind::constant;
  n.value = value;
  return append(n, {{kOffset, value}});
}

term builder::sum(term a, term b) {
  if (b.shift < a.shift) std::swap(a, b);
  const int base = a.shift;
  const bool negate = a.negate && b.negate;
  node n;
  n.kind = node_kind::sum;
  n.a = a.node;
  n.b = b.node;
  n.shift = b.shift - base;
  n.negate_a = a.negate && !negate;
  n.negate_b = b.negate && !negate;

  const auto &ca = coefficients_[static_cast<std::size_t>(a.node)];
  const auto &cb = coefficients_[static_cast<std::size_t>(b.node)];
  coefficients c;
  c.reserve(ca.size() + cb.size());
  auto i = ca.begin();
  auto j = cb.begin();
  while (i != ca.end() || j != cb.end()) {
    const bool left = j == cb.end() || (i != ca.end() && i->input <= j->input);
    const bool right = i == ca.end() || (j != cb.end() && j->input <= i->input);
    coefficient sum{left ? i->input : j->input, 0};
    if (left) sum.value += scaled((i++)->value, 0, n.negate_a);
    if (right) sum.value += scaled((j++)->value, n.shift, n.negate_b);
    if (sum.value != 0) c.push_back(sum);
  }
  n.depth = std::max(at(a.node).depth, at(b.node).depth) + 1;
  n.bits = adder_width(read({a.node, 0, false}), read({b.node, n.shift, false}));
  return {append(n, std::move(c)), base, negate};
}

void builder::measure(node &n, const coefficients &c) const {
  int64_t low = 0, high = 0, all = 0;
  for (const auto &k : c) {
    const bounds x = k.input == kOffset ? bounds{1, 1} : problem_.range[static_cast<std::size_t>(k.input)];
    low += std::min(k.value * x.low, k.value * x.high);
    high += std::max(k.value * x.low, k.value * x.high);
    all |= k.value;
  }
  n.range = {low, high};
  n.zeros = all == 0 ? 0 : low_zeros(all);
}

int builder::append(node n, coefficients c) {
  if (merge_) {
    uint64_t hash = c.size();
    for (const auto &k : c) {
      hash = (hash ^ static_cast<uint64_t>(k.input)) * 0x9e3779b97f4a7c15u;
      hash = ((hash ^ (hash >> 29)) + static_cast<uint64_t>(k.value)) * 0xbf58476d1ce4e5b9u;
    }
    const auto [first, last] = known_.equal_range(hash);
    int found = std::numeric_limits<int>::max();
    for (auto i = first; i != last; ++i)
      if (coefficients_[static_cast<std::size_t>(i->second)] == c) found = std::min(found, i->second);
    if (found < size()) return found;
    known_.emplace(hash, size());
  }
  measure(n, c);
  nodes_.push_back(n);
  coefficients_.push_back(std::move(c));
  return size() - 1;
}

}  // namespace nac::cmvm
