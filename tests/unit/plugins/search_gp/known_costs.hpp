// SPDX-License-Identifier: Apache-2.0
//
// known_costs.hpp: a host that knows some objectives of a benchmark problem before training.
#pragma once
#include <atomic>
#include <functional>

#include "drive.hpp"

namespace nac::testing {

class known_costs : public candidate_source {
 public:
  known_costs(bench::problem p, uint64_t exact) : problem_(std::move(p)), space_(problem_.space), exact_(exact) {}

  uint64_t exact() const override { return exact_; }
  candidate evaluate(const std::vector<double> &genome) const override {
    ++questions;
    space_.check(genome, "question");
    if (feasible && !feasible(genome)) return {};
    candidate c;
    c.feasible = true;
    c.objectives = problem_.evaluate(genome);
    for (std::size_t k = 0; k < c.objectives.size(); ++k)
      if (((exact_ >> k) & 1) == 0) c.objectives[k] = std::nan("");
    searching::genome network = space_.canonical(genome);
    if (ignored < network.size()) network[ignored] = space_[ignored].low;
    const searching::phenotype id = space_.identity(network);
    c.identity = {id.high, id.low};
    return c;
  }

  std::function<bool(const std::vector<double> &)> feasible;  ///< unset: everything
  std::size_t ignored = SIZE_MAX;                             ///< a dimension that changes no network
  mutable std::atomic<int> questions{0};

 private:
  bench::problem problem_;
  searching::space_model space_;
  uint64_t exact_;
};

inline std::shared_ptr<known_costs> costs_of(const bench::problem &p, uint64_t exact = 2) {
  return std::make_shared<known_costs>(p, exact);
}

}  // namespace nac::testing
