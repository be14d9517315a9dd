// SPDX-License-Identifier: Apache-2.0
//
// nsga2.hpp: conditional-aware NSGA-II, steady state or by generations. Based on Deb, Pratap, Agarwal, Meyarivan, "A
// fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE Trans. Evol. Comput. 6 (2002) 182; README.md lists
// what differs.
#pragma once
#include "compat.hpp"
#include "population.hpp"
#include "search_common/strategy.hpp"
#include "search_common/variation.hpp"

namespace nac::searching {

enum class nsga2_mode { automatic, steady, generational };

struct nsga2_options {
  /// Survivors kept; 0: 20, and as many more as are non-dominated, up to 100 in discrete spaces.
  uint64_t population = 0;
  /// Probability that a child has two parents; -1: 0.35 in discrete spaces, 1 in continuous ones, between by their
  /// share.
  double crossover = -1;
  nsga2_mode mode = nsga2_mode::automatic;  ///< automatic: steady, by generations with `optuna`
  /// Optuna 3.1's variation, survival and repetitions; population 50 and crossover 0.9 unless given.
  bool optuna = false;
};

class nsga2 : public strategy {
 public:
  /// Throws failure (NAC_INVALID_ARGUMENT) on a population of 1, a crossover that is neither -1 nor in [0, 1], and
  /// steady state together with Optuna's variation.
  explicit nsga2(const nsga2_options &options);
  explicit nsga2(const config &c);
  void load(const std::string &state) override;

 protected:
  const char *label() const override { return "nsga2"; }
  uint64_t parameters() const override;
  bool repeats() const override { return options_.optuna; }
  void begin() override;
  std::optional<genome> propose(rng &r) override;
  void learn(const finished &f) override;
  void write(state_writer &w) const override;
  void read(state_reader &r) override;

 private:
  bool generational() const { return options_.mode == nsga2_mode::generational; }
  bool wants_random(rng &r) const;
  genome child(std::size_t minimum, rng &r) const;

  nsga2_options options_;
  population population_;
  shared_genes shared_;
  double crossover_ = 0.5;
};

}  // namespace nac::searching
