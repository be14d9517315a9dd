// SPDX-License-Identifier: Apache-2.0
//
// What a search asks for.
#include <fmt/format.h>

#include <set>

#include "verify/check.hpp"
#include "verify/search_object.hpp"

namespace nac::fw::verify {

namespace {
constexpr uint64_t kTrials = 120;

void points_in_range(Subject &subject) {
  const Space space = mixed_space();
  SearchObject search(subject, space, subject.seed);
  const std::size_t asked = search.drive(kTrials).size();
  if (asked < kTrials)
    throw Failed(fmt::format("it calls the space exhausted after {} points of a continuous space", asked));
  search.destroy();
  subject.deinit();
}

void same_seed(Subject &subject) {
  const Space space = mixed_space();
  SearchObject first(subject, space, subject.seed), second(subject, space, subject.seed);
  const std::vector<std::string> a = first.drive(kTrials), b = second.drive(kTrials);
  for (std::size_t i = 0; i < a.size(); ++i)
    if (i >= b.size() || a[i] != b[i])
      throw Failed(fmt::format("trial {} is {} the first time and {} the second, with the same seed and results", i,
                               a[i], i < b.size() ? b[i] : "missing"));
  SearchObject other(subject, space, subject.seed + 1);
  if (other.drive(kTrials) == a) throw Warned("another seed gives the same points");
}

void no_duplicates(Subject &subject) {
  const Space space = mixed_space();
  SearchObject search(subject, space, subject.seed);
  std::set<std::string> seen;
  for (const std::string &point : search.drive(kTrials))
    if (!seen.insert(point).second) throw Failed(fmt::format("{} is asked twice", point));
}

void ends(Subject &subject) {
  const Space space = small_space();
  SearchObject search(subject, space, subject.seed);
  const auto all = static_cast<std::size_t>(space.size());
  const std::vector<std::string> points = search.drive(10 * all);
  const std::set<std::string> different(points.begin(), points.end());
  if (different.size() < points.size())
    throw Failed(
        fmt::format("{} of {} asks in a space of {} points are repetitions; when all were asked, ask has to "
                    "return NAC_RESOURCE_EXHAUSTED",
                    points.size() - different.size(), points.size(), all));
  if (different.size() < all)
    throw Warned(fmt::format("it calls the space exhausted after {} of {} points", different.size(), all));
}

void without_tell(Subject &subject) {
  // A host whose workers are all dead: the search waits (NAC_AGAIN) or goes on, but returns.
  const Space space = mixed_space();
  SearchObject search(subject, space, subject.seed, {nullptr, false, sizeof(nac_search_setup), 1000});
  for (uint64_t trial = 0; trial < 300; ++trial) {
    Point point(space);
    if (search.ask(trial, point) != SearchObject::Asked::proposed) {
      if (trial == 0) throw Failed("the first ask proposes nothing, and there is nothing to tell");
      return;
    }
  }
}
}  // namespace

std::vector<Check> ask_checks() {
  return {
      {"search", "points-in-range", "table-size-covers-required", Scope::search, points_in_range,
       "points are complete and inside the space, conditions included"},
      {"search", "same-seed-same-asks", "points-in-range", Scope::search, same_seed,
       "equal seeds and results give equal points"},
      {"search", "no-duplicates", "points-in-range", Scope::search, no_duplicates, "no candidate is asked for twice"},
      {"search", "small-space-ends", "points-in-range", Scope::search, ends,
       "when every point was asked, ask says so instead of repeating or hanging"},
      {"search", "ask-without-tell-ends", "points-in-range", Scope::search, without_tell,
       "ask returns though nothing is told"},
  };
}

}  // namespace nac::fw::verify
