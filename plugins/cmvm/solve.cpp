// SPDX-License-Identifier: Apache-2.0
#include "cmvm/solve.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

#include "cmvm/columns.hpp"
#include "cmvm/digits.hpp"
#include "cmvm/share.hpp"
#include "cmvm/tidy.hpp"
#include "cmvm/trees.hpp"

namespace nac::cmvm {
namespace {

constexpr int kAnyDepth = 1 << 20;
constexpr int kIndependent = 0;  ///< steps of a spanning tree of single columns

struct plan {
  scoring rule;
  int longest = kIndependent;  ///< steps of the spanning tree of columns
  bool share = true;
  int negated_below = kAnyDepth;  ///< columns that end up negated at this depth are not shared after all
};

/// Terms of a column, by the block of inputs that they read.
using blocks = std::vector<std::vector<term>>;

class solver {
 public:
  solver(const problem &p, const distinct_columns &c, const derivation &d, int block)
      : problem_(p), columns_(c), derivation_(d), builder_(p), block_(block) {}

  /// Nothing: deeper than `deepest` allows.
  std::optional<adder_graph> run(const plan &how, int deepest) {
    const std::size_t n = columns_.columns.size();
    if (!give_depths(deepest)) return std::nullopt;
    std::vector<blocks> terms(n);
    std::vector<double> room(n);
    for (std::size_t i = 0; i < n; ++i) {
      terms[i] = terms_of(derivation_.columns[i].difference);
      room[i] = limit_[i] >= 60 ? std::numeric_limits<double>::infinity() : std::ldexp(1.0, limit_[i]) - reserved(i);
      for (const auto &block : terms[i])
        if (std::isfinite(room[i])) room[i] -= static_cast<double>(block.size());
      if (room[i] < 0) return std::nullopt;
    }
    if (how.share) share(terms, room, how.rule);
    return finish(terms, how);
  }

 private:
  /// Constants that are added to the column itself, not to a copy of it.
  const column_use *only_use(std::size_t column) const {
    if (columns_.users[column] != 1) return nullptr;
    const auto use = std::find_if(columns_.uses.begin(), columns_.uses.end(),
                                  [&](const column_use &u) { return u.column == static_cast<int>(column); });
    return &*use;
  }

  bool is_parent(std::size_t column) const {
    return std::any_of(derivation_.columns.begin(), derivation_.columns.end(),
                       [&](const derived_column &d) { return d.parent == static_cast<int>(column); });
  }

  /// A column's depth: one less than that of what is derived from it, or of outputs with a constant.
  bool give_depths(int deepest) {
    const std::size_t n = columns_.columns.size();
    limit_.assign(n, deepest);
    in_place_.assign(n, nullptr);
    for (std::size_t i = 0; i < n; ++i)
      if (!is_parent(i)) in_place_[i] = only_use(i);
    if (deepest >= kAnyDepth) return true;
    for (const auto &u : columns_.uses)
      if (u.column >= 0 && (u.constant != 0 || u.negate) && in_place_[static_cast<std::size_t>(u.column)] == nullptr)
        limit_[static_cast<std::size_t>(u.column)] = deepest - 1;
    for (std::size_t k = n; k-- > 0;) {
      const auto i = static_cast<std::size_t>(derivation_.order[k]);
      if (limit_[i] < 0) return false;
      if (const int parent = derivation_.columns[i].parent; parent >= 0) {
        int &limit = limit_[static_cast<std::size_t>(parent)];
        limit = std::min(limit, limit_[i] - 1);
      }
    }
    return true;
  }

  /// Leaves that a column's parent and constant take.
  double reserved(std::size_t column) const {
    const column_use *use = in_place_[column];
    return (derivation_.columns[column].parent >= 0 ? std::ldexp(1.0, limit_[column] - 1) : 0) +
           (use != nullptr && use->constant != 0 ? 1 : 0);
  }

  blocks terms_of(const std::vector<int64_t> &column) {
    blocks result((column.size() + static_cast<std::size_t>(block_) - 1) / static_cast<std::size_t>(block_));
    for (std::size_t i = 0; i < column.size(); ++i) {
      const digits d = signed_digits(column[i]);
      for (uint64_t bits = d.plus | d.minus; bits != 0; bits &= bits - 1) {
        const int shift = std::countr_zero(bits);
        result[i / static_cast<std::size_t>(block_)].push_back(
            {input(static_cast<int>(i)), shift, (d.minus >> shift & 1) != 0});
      }
    }
    return result;
  }

  int input(int index) {
    if (inputs_.empty()) inputs_.assign(static_cast<std::size_t>(problem_.inputs), -1);
    int &node = inputs_[static_cast<std::size_t>(index)];
    if (node < 0) node = builder_.input(index);
    return node;
  }

  void share(std::vector<blocks> &terms, std::vector<double> &room, const scoring &rule) {
    if (terms.empty()) return;
    for (std::size_t k = 0; k < terms.front().size(); ++k) {
      std::vector<open_sum> sums(terms.size());
      for (std::size_t i = 0; i < terms.size(); ++i) {
        sums[i].terms = std::move(terms[i][k]);
        // The terms themselves have been taken off the room already.
        sums[i].room = room[i] + leaves_of(sums[i].terms);
      }
      share_pairs(builder_, sums, rule);
      for (std::size_t i = 0; i < terms.size(); ++i) {
        room[i] = sums[i].room - leaves_of(sums[i].terms);
        terms[i][k] = std::move(sums[i].terms);
      }
    }
  }

  double leaves_of(const std::vector<term> &terms) const {
    double sum = 0;
    for (const auto &t : terms) sum += std::ldexp(1.0, builder_.at(t.node).depth);
    return sum;
  }

  adder_graph finish(const std::vector<blocks> &terms, const plan &how) {
    std::vector<result> results(columns_.uses.size());
    std::vector<term> whole(columns_.columns.size());
    for (const int index : derivation_.order) {
      const auto i = static_cast<std::size_t>(index);
      const derived_column &d = derivation_.columns[i];
      const auto sum_of = [&](const blocks &from) {
        std::vector<term> all;
        for (const auto &block : from) all.insert(all.end(), block.begin(), block.end());
        if (d.parent >= 0) {
          term parent = whole[static_cast<std::size_t>(d.parent)];
          parent.negate = parent.negate != d.negate;
          all.push_back(parent);
        }
        const column_use *use = in_place_[i];
        if (use != nullptr) {
          for (auto &t : all) t = moved(t, *use);
          if (use->constant != 0) all.push_back(constant(use->constant));
        }
        return add_up(builder_, std::move(all));
      };
      whole[i] = sum_of(terms[i]);
      if (whole[i].negate && builder_.at(whole[i].node).depth >= how.negated_below)
        whole[i] = sum_of(terms_of(d.difference));
    }
    for (std::size_t o = 0; o < results.size(); ++o) {
      const column_use &u = columns_.uses[o];
      if (u.column < 0) {
        results[o].constant = u.constant;
        continue;
      }
      const auto c = static_cast<std::size_t>(u.column);
      results[o].what = whole[c];
      if (in_place_[c] != nullptr) continue;
      results[o].what = moved(whole[c], u);
      if (u.constant != 0) results[o].what = builder_.sum(results[o].what, constant(u.constant));
    }
    return tidy(problem_, builder_.take(), results, how.share);
  }

  static term moved(term t, const column_use &u) { return {t.node, t.shift + u.shift, t.negate != u.negate}; }

  /// A positive one: constants are subtracted as cheaply as they are added.
  term constant(int64_t value) {
    const int shift = low_zeros(value);
    return {builder_.constant(std::abs(value) >> shift), shift, value < 0};
  }

  const problem &problem_;
  const distinct_columns &columns_;
  const derivation &derivation_;
  builder builder_;
  int block_;
  std::vector<int> limit_;
  std::vector<const column_use *> in_place_;  ///< by column: its only use, computed instead of it
  std::vector<int> inputs_;
};

/// In the order in which they are tried. Rules and decompositions are close to each other on average, whereas the best
/// of several is a few percent cheaper on any one matrix.
std::vector<plan> plans(int64_t tries) {
  const scoring overlap{0, -0.3, 0, 0};
  std::vector<plan> all{{overlap, kIndependent}, {overlap, kAnyDepth}, {{0, 0, 0, 0}, kIndependent}, {overlap, 2}};
  for (uint64_t seed = 1; static_cast<int64_t>(all.size()) < tries; ++seed)
    all.push_back({{0, -0.3, 0.05, seed}, seed % 2 != 0 ? kIndependent : kAnyDepth});
  return all;
}

/// Pairs of digits that one try looks at.
int64_t pairs_of(const derivation &d, int block) {
  int64_t pairs = 0;
  for (const auto &c : d.columns)
    for (std::size_t first = 0; first < c.difference.size(); first += static_cast<std::size_t>(block)) {
      int64_t n = 0;
      for (std::size_t i = first; i < std::min(c.difference.size(), first + static_cast<std::size_t>(block)); ++i)
        n += digit_count(c.difference[i]);
      pairs += n * n;
    }
  return pairs + 1000;
}

}  // namespace

adder_graph separate_trees(const problem &p) {
  check(p);
  const distinct_columns columns = find_columns(p);
  const derivation alone = independent(columns);
  plan how;
  how.share = false;
  return *solver(p, columns, alone, static_cast<int>(std::max<int64_t>(1, p.inputs))).run(how, kAnyDepth);
}

int least_depth(const problem &p) { return separate_trees(p).depth(); }

adder_graph solve(const problem &p, const settings &how) {
  adder_graph best = separate_trees(p);
  const int deepest = how.extra_depth < 0 ? kAnyDepth : best.depth() + how.extra_depth;
  const distinct_columns columns = find_columns(p);
  const derivation alone = independent(columns);
  int64_t left = how.effort;
  const int64_t each = pairs_of(alone, how.block);
  bool first = true;
  for (const plan &q : plans(std::min<int64_t>(100, how.effort / each))) {
    if (!first && left < each) break;
    first = false;
    left -= each;
    const derivation &d = q.longest == kIndependent ? alone : spanning_tree(columns, q.longest);
    auto made = solver(p, columns, d, how.block).run(q, deepest);
    if (made && how.extra_depth >= 0 && made->depth() > deepest) {  // a negation is one level more
      plan again = q;
      again.negated_below = deepest;
      made = solver(p, columns, d, how.block).run(again, deepest);
    }
    if (!made || (how.extra_depth >= 0 && made->depth() > deepest)) continue;
    if (made->adder_bits() < best.adder_bits() ||
        (made->adder_bits() == best.adder_bits() && made->depth() < best.depth()))
      best = *made;
  }
  return best;
}

}  // namespace nac::cmvm
