// SPDX-License-Identifier: Apache-2.0
//
// tpe.hpp: tree-structured Parzen estimator (Bergstra, Bardenet, Bengio, Kegl, NIPS 2011; multivariate: Falkner, Klein,
// Hutter, ICML 2018) for one or several objectives. README.md lists the details.
#pragma once
#include "search_common/strategy.hpp"
#include "split.hpp"

namespace nac::searching {

struct tpe_options {
  uint64_t startup = 10;     ///< random trials before the model is used
  uint64_t candidates = 24;  ///< draws from the density of good trials per decision
  bool multivariate = true;  ///< one joint density per group of dimensions that are active together
};

class tpe : public strategy {
 public:
  /// Throws failure (NAC_INVALID_ARGUMENT) when startup or candidates is 0.
  explicit tpe(const tpe_options &options);
  explicit tpe(const config &c);
  void load(const std::string &state) override;

 protected:
  const char *label() const override { return "tpe"; }
  uint64_t parameters() const override;
  void begin() override;
  std::optional<genome> propose(rng &r) override;
  void learn(const finished &f) override;
  void write(state_writer &w) const override;
  void read(state_reader &r) override;

 private:
  struct model;
  void settle();
  model fit(const std::vector<std::size_t> &group) const;

  tpe_options options_;
  std::vector<std::vector<std::size_t>> groups_;
  std::vector<finished> history_;          ///< by trial once settled
  std::vector<std::vector<char>> active_;  ///< activity of each entry of the history
  good_trials good_;
  bool settled_ = true;
};

}  // namespace nac::searching
