// SPDX-License-Identifier: Apache-2.0
//
// tpe.hpp: tree-structured Parzen estimator (Bergstra, Bardenet, Bengio, Kegl, NIPS 2011; multivariate: Falkner, Klein,
// Hutter, ICML 2018) for one or several objectives. README.md lists the details.
#pragma once
#include "gp_sampler.hpp"
#include "search_common/strategy.hpp"
#include "split.hpp"

namespace nac::searching {

enum class tpe_sampler { automatic, tpe, gp };

struct tpe_options {
  uint64_t startup = 10;     ///< random trials before the model is used
  uint64_t candidates = 24;  ///< draws from the density of good trials per decision
  bool multivariate = true;  ///< one joint density per group of dimensions that are active together
  /// gp: a Gaussian process with expected improvement instead; automatic: where it fits, half of the proposals
  /// up to 200 results.
  tpe_sampler sampler = tpe_sampler::automatic;
};

class tpe : public strategy {
 public:
  /// Throws failure (NAC_INVALID_ARGUMENT) when startup or candidates is 0; start() does when the sampler is gp and the
  /// space is none for it.
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
  std::optional<genome> propose_by_process(rng &r);
  std::optional<genome> propose_by_densities(rng &r);
  model fit(const std::vector<std::size_t> &group) const;

  tpe_options options_;
  std::vector<std::vector<std::size_t>> groups_;
  double clip_power_ = 0;                  ///< see parzen.hpp
  std::vector<finished> history_;          ///< by trial once settled
  std::vector<std::vector<char>> active_;  ///< activity of each entry of the history
  good_trials good_;
  bool settled_ = true;
  std::optional<gp_sampler> process_;  ///< where it may be used
};

}  // namespace nac::searching
