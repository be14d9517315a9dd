// SPDX-License-Identifier: Apache-2.0
//
// aging.hpp: regularized evolution: Real, Aggarwal, Huang, Le, "Regularized evolution for image classifier architecture
// search", AAAI 33 (2019) 4780.
#pragma once
#include "search_common/strategy.hpp"

namespace nac::searching {

struct aging_options {
  uint64_t population = 50;  ///< youngest results that are alive
  uint64_t sample = 0;       ///< contestants of a tournament; 0: a quarter of the population
};

class aging : public strategy {
 public:
  /// Throws failure (NAC_INVALID_ARGUMENT) on a population below 2 or a sample above the population.
  explicit aging(const aging_options &options);
  explicit aging(const config &c);
  void load(const std::string &state) override;

 protected:
  const char *label() const override { return "aging"; }
  uint64_t parameters() const override { return stream_key(options_.population, options_.sample); }
  void begin() override { alive_.clear(); }
  std::optional<genome> propose(rng &r) override;
  void learn(const finished &f) override;
  void write(state_writer &w) const override;
  void read(state_reader &r) override;

 private:
  const genome &winner(rng &r) const;

  aging_options options_;
  /// By trial: the one with the lowest number dies first, whatever the order of the tells.
  std::map<uint64_t, finished> alive_;
};

}  // namespace nac::searching
