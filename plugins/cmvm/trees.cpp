// SPDX-License-Identifier: Apache-2.0
#include "cmvm/trees.hpp"

#include <set>
#include <tuple>

namespace nac::cmvm {
namespace {

/// Depth, highest bit, lowest bit, age.
using rank = std::tuple<int, int, int, int>;

}  // namespace

term add_up(builder &b, std::vector<term> terms) {
  std::set<rank> open;
  const auto enter = [&](int index) {
    const term t = terms[static_cast<std::size_t>(index)];
    const node &n = b.at(t.node);
    open.emplace(n.depth, width_of(n.range) + t.shift, n.zeros + t.shift, index);
  };
  for (int i = 0; i < static_cast<int>(terms.size()); ++i) enter(i);
  const auto next = [&] {
    const term t = terms[static_cast<std::size_t>(std::get<3>(*open.begin()))];
    open.erase(open.begin());
    return t;
  };
  while (open.size() > 1) {
    const term first = next(), second = next();
    terms.push_back(b.sum(first, second));
    enter(static_cast<int>(terms.size()) - 1);
  }
  return next();
}

}  // namespace nac::cmvm
