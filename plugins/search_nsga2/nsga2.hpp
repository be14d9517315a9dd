// SPDX-License-Identifier: Apache-2.0
//
// nsga2.hpp: steady-state, conditional-aware NSGA-II. Based on Deb, Pratap, Agarwal, Meyarivan, "A fast and elitist
// multiobjective genetic algorithm: NSGA-II", IEEE Trans. Evol. Comput. 6 (2002) 182; README.md lists what differs.
#pragma once
#include "population.hpp"
#include "search_common/strategy.hpp"
#include "variation.hpp"

namespace nac::searching {

struct nsga2_options {
  uint64_t population = 0;  ///< 0: 20 below a budget of 500 trials, else 50
  /// Probability that a child has two parents; -1: 0.5 in discrete spaces, 1 in continuous ones, between by their
  /// share.
  double crossover = -1;
};

class nsga2 : public strategy {
 public:
  /// Throws failure (NAC_INVALID_ARGUMENT) on a population of 1 or a crossover that is neither -1 nor in [0, 1].
  explicit nsga2(const nsga2_options &options);
  explicit nsga2(const config &c);
  void load(const std::string &state) override;

 protected:
  const char *label() const override { return "nsga2"; }
  uint64_t parameters() const override;
  void begin() override;
  std::optional<genome> propose(rng &r) override;
  void learn(const finished &f) override;
  void write(state_writer &w) const override;
  void read(state_reader &r) override;

 private:
  genome child(std::size_t minimum, rng &r) const;

  nsga2_options options_;
  population population_;
  double crossover_ = 0.5;
};

}  // namespace nac::searching
