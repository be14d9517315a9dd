// SPDX-License-Identifier: Apache-2.0
//
// strategy.hpp: base of the bundled searches. It keeps the protocol (what was asked, told, seen), gives every trial its
// own random stream, guarantees that no candidate is proposed twice and ends a finite space exactly when it is empty.
// A strategy adds how to propose and how to learn.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "search_common/space_model.hpp"
#include "search_common/state_text.hpp"
#include "search_common/trial_ids.hpp"
#include "search_common/unseen_points.hpp"

namespace nac::searching {

/// A finished trial with a full genome: dormant genes are those the strategy proposed, or random ones.
struct finished {
  uint64_t trial = 0;
  bool ok = false;
  genome genes;
  std::vector<double> objectives;  ///< empty unless ok
};

class strategy : public search {
 public:
  void start(const std::vector<dimension> &space, const search_setup &setup) final;
  /// Depends on setup, earlier asks and tells only. Asking for an outstanding trial again gives the same candidate;
  /// asking for a finished one fails (NAC_FAILED_PRECONDITION). Never waits.
  ask_outcome ask(uint64_t trial, genome &out) final;
  /// Accepts trials in any order, also ones never asked for. Refuses a trial told before and illegal values.
  void tell(const search_result &result) final;
  std::string save() final;

 protected:
  strategy() = default;
  strategy(const strategy &) = default;
  strategy &operator=(const strategy &) = default;

  virtual const char *label() const = 0;
  virtual uint64_t parameters() const { return 0; }  ///< hash of what was configured; part of the fingerprint
  /// Whether a candidate may be proposed again; only for comparisons with searches that do.
  virtual bool repeats() const { return false; }
  virtual void begin() {}  ///< space and setup are set
  /// A full genome nobody proposed before; empty leaves the choice to last_resort().
  virtual std::optional<genome> propose(rng &r) = 0;
  /// Empty ends the search.
  virtual std::optional<genome> last_resort(rng &r) { return unseen(r); }
  virtual void learn(const finished &) {}
  virtual void write(state_writer &) const {}
  virtual void read(state_reader &) {}

  /// load() of the derived class is {Derived staged(*this); staged.restore(state); *this = std::move(staged);}, so a
  /// refused state changes nothing.
  void restore(const std::string &state);

  const space_model &space() const { return space_; }
  const search_setup &setup() const { return setup_; }
  bool seen(const genome &g) const { return unseen_.seen(space_, g); }
  std::optional<genome> unseen(rng &r) { return unseen_.find(space_, r); }
  /// Outstanding trials with their full genomes.
  const std::map<uint64_t, genome> &pending() const { return pending_; }
  uint64_t told_count() const { return told_.size(); }

  void write_genome(state_writer &w, const genome &g) const;
  genome read_genome(state_reader &r) const;  ///< full; every value legal
  double read_objective(state_reader &r) const;

 private:
  uint64_t fingerprint() const;
  void require_start(const char *call) const;

  bool started_ = false;
  space_model space_;
  search_setup setup_;
  unseen_points unseen_;
  std::map<uint64_t, genome> pending_;
  trial_ids told_;
};

}  // namespace nac::searching
