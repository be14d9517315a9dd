// SPDX-License-Identifier: Apache-2.0
//
// gp_search.hpp: surrogate-assisted multi-objective search. Only what training tells is modelled; what the host tells
// beforehand is taken as exact. README.md says how candidates are chosen.
#pragma once
#include <set>

#include "axes.hpp"
#include "screen.hpp"
#include "search_common/strategy.hpp"
#include "surrogate.hpp"

namespace nac::searching {

struct gp_options {
  uint64_t initial = 0;       ///< candidates before the model takes over; 0: 16 to 30 by the budget
  uint64_t candidates = 300;  ///< compared for each proposal
  uint64_t points = 500;      ///< results in a model at most
};

class gp_search : public strategy {
 public:
  /// Throws failure (NAC_INVALID_ARGUMENT) naming the option that is out of range.
  explicit gp_search(const gp_options &options);
  explicit gp_search(const config &c);
  void load(const std::string &state) override;

 protected:
  const char *label() const override { return "gp"; }
  uint64_t parameters() const override;
  void begin() override;
  std::optional<genome> propose(rng &r) override;
  void learn(const finished &f) override;
  void write(state_writer &w) const override;
  void read(state_reader &r) override;

 private:
  /// Takes in what was told since the last ask, in trial order: the order of tells in between does not matter.
  void settle();
  void take_in(const finished &f);
  bool tried(const genome &g, const screened &s) const;
  std::optional<genome> from_design(uint64_t begun);
  std::optional<genome> from_models(rng &r);
  std::optional<genome> at_random(rng &r) const;
  /// The axis under which the model finds a trained objective's results the most likely.
  double likeliest_offset(std::size_t k, const std::vector<double> &rows, const std::vector<uint32_t> &ranks,
                          axes scale) const;

  gp_options options_;
  kernel kernel_;
  screen screen_;
  std::vector<finished> results_, newcomers_;  ///< with a result and taken in; told since the last ask
  coded_points points_;                        ///< of the results
  std::set<phenotype> networks_;               ///< of everything proposed or told
  std::vector<surrogate> models_;              ///< one for each objective; those of exact ones stay empty
  std::vector<double> offsets_;                ///< of the axes of trained objectives
  std::optional<std::vector<genome>> design_;  ///< made when first needed; depends on setup only
};

}  // namespace nac::searching
