// SPDX-License-Identifier: Apache-2.0
#include "search_common/strategy.hpp"

#include <cmath>

namespace nac::searching {
namespace {
constexpr uint64_t kAskStream = 1, kDormantStream = 2;
constexpr uint64_t kLargestTrial = uint64_t{1} << 62;
}  // namespace

void strategy::require_start(const char *call) const {
  if (!started_) fail(NAC_FAILED_PRECONDITION, std::string(call) + " was called before start");
}

void strategy::start(const std::vector<dimension> &space, const search_setup &setup) {
  if (started_) fail(NAC_FAILED_PRECONDITION, "start was called twice");
  if (setup.objectives == 0) invalid("a search needs at least one objective; the setup has 0");
  space_ = space_model(space);
  setup_ = setup;
  unseen_ = unseen_points(space_, setup.seed);
  begin();
  started_ = true;
}

ask_outcome strategy::ask(uint64_t trial, genome &out) {
  require_start("ask");
  if (const auto known = pending_.find(trial); known != pending_.end()) {
    out = space_.canonical(known->second);
    return ask_outcome::proposed;
  }
  if (trial > kLargestTrial) invalid("trial " + std::to_string(trial) + " is beyond 2^62");
  if (told_.contains(trial)) fail(NAC_FAILED_PRECONDITION, "trial " + std::to_string(trial) + " is finished");
  rng r(stream_key(setup_.seed, trial, kAskStream));
  std::optional<genome> proposal = propose(r);
  if (!proposal || (!repeats() && seen(*proposal))) proposal = last_resort(r);
  if (!proposal) return ask_outcome::exhausted;
  unseen_.insert(space_.identity(*proposal));
  out = space_.canonical(*proposal);
  pending_.emplace(trial, std::move(*proposal));
  return ask_outcome::proposed;
}

void strategy::tell(const search_result &result) {
  require_start("tell");
  const std::string name = "trial " + std::to_string(result.trial);
  if (result.trial > kLargestTrial) invalid(name + " is beyond 2^62");
  if (told_.contains(result.trial)) fail(NAC_FAILED_PRECONDITION, name + " was told before");
  space_.check(result.genome, name);
  if (result.ok() && result.objectives.size() != setup_.objectives)
    invalid(name + " has " + std::to_string(result.objectives.size()) + " objectives; the search was started with " +
            std::to_string(setup_.objectives));
  finished f{result.trial, result.ok(), result.genome, {}};
  if (f.ok) f.objectives = result.objectives;
  for (const double o : f.objectives)
    if (!std::isfinite(o)) invalid(name + " has an objective that is not finite");

  const auto asked = pending_.find(result.trial);
  rng r(stream_key(setup_.seed, result.trial, kDormantStream));
  const std::vector<char> flags = space_.activity(f.genes);
  for (std::size_t i = 0; i < f.genes.size(); ++i)
    if (!flags[i]) f.genes[i] = asked != pending_.end() ? asked->second[i] : space_.random_value(i, r);
  learn(f);
  unseen_.insert(space_.identity(f.genes));
  told_.insert(result.trial);
  if (asked != pending_.end()) pending_.erase(asked);
}

uint64_t strategy::fingerprint() const {
  return stream_key(space_.fingerprint(), setup_.seed, setup_.objectives, parameters());
}

std::string strategy::save() {
  require_start("save");
  state_writer w(label(), fingerprint());
  w.word("told").integer(told_.intervals().size());
  for (const auto &[first, last] : told_.intervals()) w.integer(first).integer(last);
  w.word("pending").integer(pending_.size());
  for (const auto &[trial, g] : pending_) {
    w.word("trial").integer(trial);
    write_genome(w, g);
  }
  w.word("seen").integer(unseen_.size());
  for (const phenotype &p : unseen_.sorted()) w.bits(p.high).bits(p.low);
  write(w);
  return w.finish();
}

void strategy::restore(const std::string &state) {
  require_start("load");
  state_reader r(state, label(), fingerprint());
  const auto refuse = [](const char *what) {
    fail(NAC_DATA_LOSS, std::string("the saved search state is damaged: ") + what);
  };
  told_ = {};
  pending_.clear();
  unseen_ = unseen_points(space_, setup_.seed);
  r.word("told");
  for (std::size_t n = r.count(); n > 0; --n) {
    const uint64_t first = r.integer(kLargestTrial);
    if (!told_.insert_interval(first, r.integer(kLargestTrial))) refuse("its finished trials overlap");
  }
  r.word("pending");
  for (std::size_t n = r.count(); n > 0; --n) {
    r.word("trial");
    const uint64_t trial = r.integer(kLargestTrial);
    genome g = read_genome(r);
    if (told_.contains(trial) || !pending_.emplace(trial, std::move(g)).second) refuse("a trial occurs twice");
  }
  r.word("seen");
  for (std::size_t n = r.count(); n > 0; --n) {
    const uint64_t high = r.bits();
    unseen_.insert({high, r.bits()});
  }
  for (const auto &[trial, g] : pending_)
    if (!seen(g)) refuse("an outstanding candidate is missing from the proposed ones");
  read(r);
  r.finish();
}

void strategy::write_genome(state_writer &w, const genome &g) const {
  for (const double v : g) w.number(v);
}

genome strategy::read_genome(state_reader &r) const {
  genome g(space_.size());
  for (std::size_t i = 0; i < g.size(); ++i) {
    g[i] = r.number();
    if (!space_.legal(i, g[i]))
      fail(NAC_DATA_LOSS, "the saved search state is damaged: illegal value of dimension '" + space_[i].name + "'");
  }
  return g;
}

double strategy::read_objective(state_reader &r) const {
  const double v = r.number();
  if (!std::isfinite(v)) fail(NAC_DATA_LOSS, "the saved search state is damaged: an objective is not finite");
  return v;
}

}  // namespace nac::searching
