// SPDX-License-Identifier: Apache-2.0
//
// random_search.hpp: uniform sampling without repetition; the yardstick for every other strategy.
#pragma once
#include "search_common/strategy.hpp"

namespace nac::searching {

class random_search : public strategy {
 public:
  random_search() = default;
  explicit random_search(const config &) {}
  void load(const std::string &state) override {
    random_search staged(*this);
    staged.restore(state);
    *this = std::move(staged);
  }

 protected:
  const char *label() const override { return "random"; }
  std::optional<genome> propose(rng &r) override { return unseen(r); }
};

}  // namespace nac::searching
