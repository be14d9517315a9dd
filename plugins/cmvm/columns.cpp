// SPDX-License-Identifier: Apache-2.0
#include "cmvm/columns.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "cmvm/digits.hpp"

namespace nac::cmvm {
namespace {

using column = std::vector<int64_t>;

int digits_of(const column &c) {
  int n = 0;
  for (const int64_t w : c) n += digit_count(w);
  return n;
}

/// Of c - d, or c + d.
int digits_of_difference(const column &c, const column &d, bool negate) {
  int n = 0;
  for (std::size_t i = 0; i < c.size(); ++i) n += digit_count(negate ? c[i] + d[i] : c[i] - d[i]);
  return n;
}

}  // namespace

distinct_columns find_columns(const problem &p) {
  distinct_columns result;
  struct place {
    int index;
    bool negated;
  };
  std::map<column, place> known;  // by the column whose first value is positive
  for (int64_t o = 0; o < p.outputs; ++o) {
    column_use use;
    use.constant = p.bias_of(o);
    column c(static_cast<std::size_t>(p.inputs));
    int64_t bits = 0;
    bool negative = false;
    for (int64_t i = 0; i < p.inputs; ++i) {
      const bounds r = p.range[static_cast<std::size_t>(i)];
      if (r.low == r.high) {
        use.constant += p.at(i, o) * r.low;
        continue;
      }
      const int64_t w = p.at(i, o);
      if (bits == 0) negative = w < 0;
      bits |= w;
      c[static_cast<std::size_t>(i)] = w;
    }
    if (bits != 0) {
      use.shift = low_zeros(bits);
      column positive = c;
      for (auto &w : c) w >>= use.shift;
      for (std::size_t i = 0; i < c.size(); ++i) positive[i] = negative ? -c[i] : c[i];
      const auto [found, fresh] =
          known.try_emplace(std::move(positive), place{static_cast<int>(result.columns.size()), negative});
      if (fresh) {
        result.columns.push_back(c);
        result.users.push_back(0);
      }
      use.column = found->second.index;
      use.negate = found->second.negated != negative;
      ++result.users[static_cast<std::size_t>(use.column)];
    }
    result.uses.push_back(use);
  }
  return result;
}

derivation independent(const distinct_columns &c) {
  derivation d;
  for (std::size_t i = 0; i < c.columns.size(); ++i) {
    d.columns.push_back({-1, false, c.columns[i]});
    d.order.push_back(static_cast<int>(i));
  }
  return d;
}

derivation spanning_tree(const distinct_columns &c, int longest) {
  // Prim's algorithm from the column 0, whose distance is a column's own digits.
  struct reach {
    int digits, parent = -1, steps = 0;
    bool negate = false, taken = false;
  };
  const std::size_t n = c.columns.size();
  std::vector<reach> open(n);
  for (std::size_t i = 0; i < n; ++i) open[i].digits = digits_of(c.columns[i]);
  derivation d;
  d.columns.resize(n);
  for (std::size_t round = 0; round < n; ++round) {
    std::size_t next = n;
    for (std::size_t i = 0; i < n; ++i)
      if (!open[i].taken && (next == n || open[i].digits < open[next].digits)) next = i;
    reach &r = open[next];
    r.taken = true;
    d.order.push_back(static_cast<int>(next));
    derived_column &made = d.columns[next];
    made = {r.parent, r.negate, c.columns[next]};
    if (r.parent >= 0) {
      const auto &base = c.columns[static_cast<std::size_t>(r.parent)];
      for (std::size_t i = 0; i < base.size(); ++i) made.difference[i] -= r.negate ? -base[i] : base[i];
    }
    if (r.steps == longest) continue;
    for (std::size_t i = 0; i < n; ++i) {
      if (open[i].taken) continue;
      for (const bool negate : {false, true}) {
        // One more for the addition of the parent.
        const int digits = 1 + digits_of_difference(c.columns[i], c.columns[next], negate);
        if (digits < open[i].digits) open[i] = {digits, static_cast<int>(next), r.steps + 1, negate, false};
      }
    }
  }
  return d;
}

}  // namespace nac::cmvm
