// SPDX-License-Identifier: Apache-2.0
#include "cmvm/share.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <queue>

namespace nac::cmvm {
namespace {

/// Signed digits of one node in one sum.
struct cell {
  int sum;
  uint64_t plus, minus;
  uint64_t any() const { return plus | minus; }
};

/// First node, second node (at least the first), shift of the second against the first plus 64, opposite signs. The
/// order of keys breaks ties: older nodes first.
struct pattern {
  int first, second, distance;
  bool opposite;
  uint64_t key() const {
    return static_cast<uint64_t>(first) << 36 | static_cast<uint64_t>(second) << 8 |
           static_cast<uint64_t>(distance + 64) << 1 | (opposite ? 1u : 0u);
  }
  static pattern of(uint64_t key) {
    return {static_cast<int>(key >> 36), static_cast<int>(key >> 8 & 0xfffffffu), static_cast<int>(key >> 1 & 127) - 64,
            (key & 1) != 0};
  }
};

struct candidate {
  double score;
  uint64_t key;
  int count;
  bool operator<(const candidate &other) const { return score != other.score ? score < other.score : key > other.key; }
};

/// Where a pattern starts in one sum: digits of the first node, by their sign.
struct places {
  uint64_t plus = 0, minus = 0;
  int count() const { return std::popcount(plus) + std::popcount(minus); }
};

uint64_t down(uint64_t bits, int distance) { return distance >= 0 ? bits >> distance : bits << -distance; }

places find_places(const cell &a, const cell &b, const pattern &p) {
  const uint64_t plus = down(p.opposite ? b.minus : b.plus, p.distance);
  const uint64_t minus = down(p.opposite ? b.plus : b.minus, p.distance);
  return {a.plus & plus, a.minus & minus};
}

/// The same of one node, where a digit may not be used twice.
places find_places(cell a, const pattern &p) {
  places found;
  for (uint64_t left = a.any(); left != 0; left &= left - 1) {
    const uint64_t bit = left & (~left + 1), partner = bit << p.distance;
    const bool negative = (a.minus & bit) != 0;
    if ((a.any() & bit) == 0 || partner == 0) continue;
    uint64_t &partners = negative != p.opposite ? a.minus : a.plus;
    if ((partners & partner) == 0) continue;
    (negative ? found.minus : found.plus) |= bit;
    partners &= ~partner;
    (negative ? a.minus : a.plus) &= ~bit;
  }
  return found;
}

uint64_t keep_lowest(uint64_t bits, int count) {
  uint64_t kept = 0;
  for (; count > 0 && bits != 0; --count, bits &= bits - 1) kept |= bits & (~bits + 1);
  return kept;
}

double leaves(int depth) { return std::ldexp(1.0, depth); }

class sharing {
 public:
  sharing(builder &b, std::vector<open_sum> &sums, const scoring &rule) : builder_(b), sums_(sums), rule_(rule) {
    in_sum_.resize(sums.size());
    slack_.resize(sums.size());
    std::map<int, int> local;
    for (const auto &s : sums)
      for (const auto &t : s.terms) local.emplace(t.node, 0);
    for (auto &[node, index] : local) {
      index = static_cast<int>(nodes_.size());
      nodes_.push_back(node);
    }
    cells_.resize(nodes_.size());
    for (std::size_t s = 0; s < sums.size(); ++s) {
      slack_[s] = sums[s].room;
      std::map<int, cell> row;
      for (const auto &t : sums[s].terms) {
        cell &c = row.try_emplace(local[t.node], cell{static_cast<int>(s), 0, 0}).first->second;
        (t.negate ? c.minus : c.plus) |= uint64_t{1} << t.shift;
        slack_[s] -= leaves(b.at(t.node).depth);
      }
      for (const auto &[node, c] : row) place(node, c);
    }
    for (int n = 0; n < static_cast<int>(nodes_.size()); ++n) count_with(n);
  }

  void run() {
    while (!queue_.empty()) {
      candidate best = queue_.top();
      queue_.pop();
      const pattern p = pattern::of(best.key);
      // Counts only fall: digits of a node appear once, when it is made.
      const int now = count(p);
      if (now < 2) continue;
      if (now != best.count) {
        push(p, now);
        continue;
      }
      take_out(p);
    }
    for (std::size_t s = 0; s < sums_.size(); ++s) {
      auto &terms = sums_[s].terms;
      terms.clear();
      for (const auto &[node, index] : in_sum_[s]) {
        const cell &c = at(node, index);
        for (uint64_t bits = c.any(); bits != 0; bits &= bits - 1) {
          const int shift = std::countr_zero(bits);
          terms.push_back({nodes_[static_cast<std::size_t>(node)], shift, (c.minus >> shift & 1) != 0});
        }
      }
    }
  }

 private:
  struct reference {
    int node, index;
  };

  cell &at(int node, int index) { return cells_[static_cast<std::size_t>(node)][static_cast<std::size_t>(index)]; }
  const node &real(int local) const { return builder_.at(nodes_[static_cast<std::size_t>(local)]); }

  void place(int node, const cell &c) {
    auto &own = cells_[static_cast<std::size_t>(node)];
    in_sum_[static_cast<std::size_t>(c.sum)].push_back({node, static_cast<int>(own.size())});
    own.push_back(c);
  }

  /// Calls visit(places, first's cell, second's cell) for each sum that has the pattern and room for it.
  template <class Visit>
  void for_places(const pattern &p, Visit visit) {
    const int da = real(p.first).depth, db = real(p.second).depth;
    const double more = leaves(std::max(da, db) + 1) - leaves(da) - leaves(db);
    auto &a = cells_[static_cast<std::size_t>(p.first)], &b = cells_[static_cast<std::size_t>(p.second)];
    std::size_t j = 0;
    for (auto &c : a) {
      while (j < b.size() && b[j].sum < c.sum) ++j;
      if (j == b.size()) return;
      if (b[j].sum != c.sum || c.any() == 0 || b[j].any() == 0) continue;
      places found = p.first == p.second ? find_places(c, p) : find_places(c, b[j], p);
      const double slack = slack_[static_cast<std::size_t>(c.sum)];
      if (more > 0 && found.count() * more > slack) {
        const int fit = std::max(0, static_cast<int>(slack / more));
        found.plus = keep_lowest(found.plus, fit);
        found.minus = keep_lowest(found.minus, fit - std::popcount(found.plus));
      }
      if (found.count() > 0) visit(found, c, b[j], found.count() * more);
    }
  }

  int count(const pattern &p) {
    int n = 0;
    for_places(p, [&](const places &found, cell &, cell &, double) { n += found.count(); });
    return n;
  }

  void take_out(const pattern &p) {
    const int first_shift = std::max(0, -p.distance), second_shift = std::max(0, p.distance);
    const term made = builder_.sum({nodes_[static_cast<std::size_t>(p.first)], first_shift, false},
                                   {nodes_[static_cast<std::size_t>(p.second)], second_shift, p.opposite});
    const int added = static_cast<int>(nodes_.size());
    nodes_.push_back(made.node);
    std::vector<cell> made_cells;
    for_places(p, [&](const places &found, cell &a, cell &b, double more) {
      const uint64_t b_plus = down(found.plus, -p.distance), b_minus = down(found.minus, -p.distance);
      a.plus &= ~found.plus;
      a.minus &= ~found.minus;
      b.plus &= ~(p.opposite ? b_minus : b_plus);
      b.minus &= ~(p.opposite ? b_plus : b_minus);
      made_cells.push_back({a.sum, found.plus >> first_shift, found.minus >> first_shift});
      slack_[static_cast<std::size_t>(a.sum)] -= more;
    });
    cells_.emplace_back();
    for (const auto &c : made_cells) place(added, c);
    count_with(added);
  }

  /// Counts all patterns of a node with those up to itself, and queues the ones that occur twice.
  void count_with(int node) {
    counts_.resize(nodes_.size() * 256);
    for (int index = 0; index < static_cast<int>(cells_[static_cast<std::size_t>(node)].size()); ++index) {
      const cell own = at(node, index);
      auto &row = in_sum_[static_cast<std::size_t>(own.sum)];
      std::erase_if(row, [&](const reference &r) { return at(r.node, r.index).any() == 0; });
      for (const auto &r : row) {
        if (r.node > node) continue;
        const cell other = at(r.node, r.index);
        for (uint64_t left = own.any(); left != 0; left &= left - 1) {
          const int here = std::countr_zero(left);
          const bool negative = (own.minus >> here & 1) != 0;
          uint64_t others = other.any();
          if (r.node == node) others &= (uint64_t{1} << here) - 1;
          for (; others != 0; others &= others - 1) {
            const int there = std::countr_zero(others);
            const bool opposite = negative != ((other.minus >> there & 1) != 0);
            const std::size_t slot = static_cast<std::size_t>(r.node) * 256 +
                                     static_cast<std::size_t>(here - there + 64) * 2 + (opposite ? 1 : 0);
            if (counts_[slot]++ == 0) touched_.push_back(slot);
          }
        }
      }
    }
    for (const std::size_t slot : touched_) {
      if (counts_[slot] >= 2)
        push({static_cast<int>(slot / 256), node, static_cast<int>(slot % 256 / 2) - 64, slot % 2 != 0}, counts_[slot]);
      counts_[slot] = 0;
    }
    touched_.clear();
  }

  void push(const pattern &p, int count) {
    const operand a{real(p.first).range, real(p.first).zeros, std::max(0, -p.distance)};
    const operand b{real(p.second).range, real(p.second).zeros, std::max(0, p.distance)};
    const int overlap = std::min(width_of(a.range) + a.shift, width_of(b.range) + b.shift) -
                        std::max(a.zeros + a.shift, b.zeros + b.shift);
    const double worth = std::max(overlap, 0) + 0.01 + rule_.width_share * adder_width(a, b);
    double score = (count - rule_.forgiven) * worth;
    if (rule_.noise != 0) {
      uint64_t h = (p.key() + rule_.seed * 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
      h = (h ^ (h >> 31)) * 0x94d049bb133111ebu;
      score *= 1 + rule_.noise * (static_cast<double>(h >> 11) * 0x1p-53 - 0.5);
    }
    queue_.push({score, p.key(), count});
  }

  builder &builder_;
  std::vector<open_sum> &sums_;
  scoring rule_;
  std::vector<int> nodes_;                      ///< builder's, by local index
  std::vector<std::vector<cell>> cells_;        ///< by local index, ascending by sum; emptied ones stay
  std::vector<std::vector<reference>> in_sum_;  ///< ascending by node
  std::vector<double> slack_;
  std::priority_queue<candidate> queue_;
  std::vector<int> counts_;  ///< scratch of count_with(): zero in between
  std::vector<std::size_t> touched_;
};

}  // namespace

void share_pairs(builder &b, std::vector<open_sum> &sums, const scoring &rule) { sharing(b, sums, rule).run(); }

}  // namespace nac::cmvm
