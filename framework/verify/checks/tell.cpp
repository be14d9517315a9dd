// SPDX-License-Identifier: Apache-2.0
//
// What a search is told.
#include <fmt/format.h>

#include "verify/check.hpp"
#include "verify/search_object.hpp"

namespace nac::fw::verify {

namespace {
void failures(Subject &subject) {
  const Space space = mixed_space();
  SearchObject mixed(subject, space, subject.seed);
  mixed.drive(120, {NAC_OK, NAC_INFEASIBLE, NAC_OK, NAC_INTERNAL, NAC_RESOURCE_EXHAUSTED, NAC_OK, NAC_CANCELLED});
  SearchObject hopeless(subject, space, subject.seed + 1);
  hopeless.drive(60, {NAC_INTERNAL});
  mixed.destroy();
  hopeless.destroy();
  subject.deinit();
}

void any_order(Subject &subject) {
  const Space space = mixed_space();
  SearchObject search(subject, space, subject.seed);
  std::string refusal;
  for (uint64_t round = 0; round < 8; ++round) {
    std::vector<Point> points;
    std::vector<uint64_t> trials;
    for (uint64_t i = 0; i < SearchObject::kLookahead; ++i) {
      Point point(space);
      if (search.ask(round * SearchObject::kLookahead + i, point) != SearchObject::Asked::proposed) break;
      points.push_back(std::move(point));
      trials.push_back(round * SearchObject::kLookahead + i);
    }
    if (points.empty()) throw Failed("every trial was told, and ask proposes nothing");
    for (std::size_t i = points.size(); i-- > 0;) {
      ErrorBox error;
      const nac_status status = search.tell_status(trials[i], NAC_OK, points[i], error);
      if (status == NAC_OK) continue;
      error.must_fail(status, fmt::format("tell of trial {}", trials[i]));
      refusal = error.message();
    }
  }
  // The host tells in trial order, so refusing is allowed; crashing, hanging and silence are not.
  if (!refusal.empty()) throw Warned(fmt::format("results in another order than asked are refused: {}", refusal));
}

void foreign_trials(Subject &subject) {
  // Results of another study, told before the first ask: a warm start.
  const Space space = mixed_space();
  SearchObject donor(subject, space, subject.seed + 5), search(subject, space, subject.seed);
  for (uint64_t trial = 0; trial < 20; ++trial) {
    Point point(space);
    if (donor.ask(trial, point) != SearchObject::Asked::proposed) break;
    search.tell(1000000 + trial, NAC_OK, point);
  }
  search.drive(60);
}
}  // namespace

std::vector<Check> tell_checks() {
  return {
      {"search", "tell-failures", "points-in-range", Scope::search, failures,
       "failed and infeasible trials, which have no objectives, are taken, even if there are no others"},
      {"search", "tell-any-order", "points-in-range", Scope::search, any_order,
       "results in another order than asked do no harm (refusing them: warning)"},
      {"search", "tell-warm-start", "points-in-range", Scope::search, foreign_trials,
       "results of trials it did not ask for are taken"},
  };
}

}  // namespace nac::fw::verify
