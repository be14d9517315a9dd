// SPDX-License-Identifier: Apache-2.0
#include "run_search.hpp"

#include <algorithm>
#include <ctime>
#include <deque>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "base/error.hpp"
#include "exact_objectives.hpp"
#include "host_space.hpp"
#include "plugin/search_proxy.hpp"
#include "record.hpp"

namespace nac::bench {
namespace {

using nlohmann::json;

double processor_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// Asks and tells in the host's fixed order: ask(n) comes after the tells of all trials <= n - lookahead, in order.
class Run {
 public:
  Run(const fw::PluginObject &object, const fw::Config &config, const run_plan &plan)
      : plan_(plan),
        space_(host_space(plan.what->space)),
        projection_(plan.pool == nullptr ? std::nullopt
                                         : std::optional<Projection>(std::in_place, *plan.pool, plan.seed)),
        exact_(*plan.what, space_, projection_ ? &*projection_ : nullptr),
        search_(object, config, space_, setup()),
        record_(*plan.what),
        spent_(plan.trials, 0.0) {}

  json operator()() {
    for (next_ = 0; next_ < plan_.trials && !ended_; ++next_) {
      while (open_.size() >= plan_.lookahead) tell_oldest();
      if (!ended_) ask();
    }
    while (!open_.empty() && !pool_is_empty_) tell_oldest();
    json out = record_.standings(plan_.budgets);
    const std::size_t told = record_.trials();
    const std::size_t last = std::min(told, std::max<std::size_t>(20, told / 10));
    const auto end = spent_.begin() + static_cast<std::ptrdiff_t>(told);
    out["seed"] = plan_.seed;
    out["trials"] = told;
    out["exhausted"] = told < plan_.trials;
    out["ask_tell_ms"] = last == 0 ? 0.0
                                   : 1e3 * std::accumulate(end - static_cast<std::ptrdiff_t>(last), end, 0.0) /
                                         static_cast<double>(last);
    out["seconds"] = std::accumulate(spent_.begin(), spent_.end(), 0.0);
    return out;
  }

 private:
  fw::SearchProxy::Setup setup() const {
    fw::SearchProxy::Setup setup;
    setup.objectives = static_cast<uint32_t>(plan_.what->objectives);
    setup.seed = plan_.seed;
    setup.trials = plan_.trials;
    setup.lookahead = plan_.lookahead;
    if (plan_.exact) setup.candidates = &exact_;
    return setup;
  }

  void ask() {
    fw::Point point(space_);
    for (;;) {
      const double begin = processor_seconds();
      const fw::AskOutcome outcome = search_.ask(next_, point);
      spent_[next_] += processor_seconds() - begin;
      if (outcome == fw::AskOutcome::proposed) break;
      if (outcome == fw::AskOutcome::exhausted || open_.empty()) {
        if (outcome == fw::AskOutcome::wait_for_tell)
          throw fw::Error("the search waits for a result although all were told");
        ended_ = true;
        return;
      }
      tell_oldest();
    }
    open_.emplace_back(next_, std::move(point));
  }

  void tell_oldest() {
    auto [trial, point] = std::move(open_.front());
    open_.pop_front();
    std::vector<double> objectives;
    if (projection_) {
      const logged_trial *logged = projection_->take_nearest(genome_of(point));
      if (logged == nullptr) {
        ended_ = pool_is_empty_ = true;
        return;
      }
      point = point_of(space_, logged->genome);
      objectives = logged->objectives;
    } else {
      objectives = plan_.what->evaluate(genome_of(point));
    }
    record_.add(point.canonical(), objectives);
    const double begin = processor_seconds();
    search_.tell(trial, NAC_OK, point, objectives);
    spent_[trial] += processor_seconds() - begin;
  }

  const run_plan &plan_;
  const fw::Space space_;
  std::optional<Projection> projection_;
  ExactObjectives exact_;
  fw::SearchProxy search_;
  Record record_;
  std::deque<std::pair<uint64_t, fw::Point>> open_;
  std::vector<double> spent_;  ///< seconds of each trial's ask and tell
  uint64_t next_ = 0;
  bool ended_ = false, pool_is_empty_ = false;
};

}  // namespace

json run_search(const fw::PluginObject &object, const fw::Config &config, const run_plan &plan) {
  return Run(object, config, plan)();
}

json run_log(const run_plan &plan, bool shuffled) {
  if (plan.pool == nullptr) throw fw::UsageError("only a replay has a log to follow");
  const fw::Space space = host_space(plan.what->space);
  std::vector<std::size_t> order(plan.pool->trials.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  rng random(plan.seed);
  if (shuffled)
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  Record record(*plan.what);
  for (const std::size_t i : order)
    if (record.trials() < plan.trials)
      record.add(point_of(space, plan.pool->trials[i].genome).canonical(), plan.pool->trials[i].objectives);
  json out = record.standings(plan.budgets);
  out["seed"] = plan.seed;
  out["trials"] = record.trials();
  out["exhausted"] = record.trials() < plan.trials;
  out["ask_tell_ms"] = out["seconds"] = 0.0;
  return out;
}

}  // namespace nac::bench
