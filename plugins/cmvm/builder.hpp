// SPDX-License-Identifier: Apache-2.0
//
// builder.hpp: nodes while a graph grows, with what each computes as a vector of coefficients.
#pragma once
#include <unordered_map>
#include <vector>

#include "cmvm/graph.hpp"

namespace nac::cmvm {

/// (-)node * 2^shift.
struct term {
  int node = -1;
  int shift = 0;
  bool negate = false;
};

class builder {
 public:
  /// `merge`: a sum that computes what an earlier node computes becomes that node.
  explicit builder(const problem &p, bool merge = false) : problem_(p), merge_(merge) {}

  int input(int index);
  int constant(int64_t value);
  /// a + b as a term: the lower of both shifts is factored out, and the sign where both are negative.
  term sum(term a, term b);

  const node &at(int index) const { return nodes_[static_cast<std::size_t>(index)]; }
  int size() const { return static_cast<int>(nodes_.size()); }
  std::vector<node> take() { return std::move(nodes_); }
  operand read(term t) const { return {at(t.node).range, at(t.node).zeros, t.shift}; }

 private:
  struct coefficient {
    int input;  ///< kOffset: of the constant 1
    int64_t value;
    bool operator==(const coefficient &) const = default;
  };
  using coefficients = std::vector<coefficient>;  ///< ascending by input
  static constexpr int kOffset = -1;

  int append(node n, coefficients c);
  void measure(node &n, const coefficients &c) const;

  const problem &problem_;
  bool merge_;
  std::vector<node> nodes_;
  std::vector<coefficients> coefficients_;
  std::unordered_multimap<uint64_t, int> known_;
};

}  // namespace nac::cmvm
