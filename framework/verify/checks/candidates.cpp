// SPDX-License-Identifier: Apache-2.0
//
// A search that may ask the host about candidates before training, and hosts that cannot answer.
#include <fmt/format.h>

#include <cstring>
#include <set>

#include "nac/candidates.h"
#include "verify/check.hpp"
#include "verify/probe_candidates.hpp"
#include "verify/search_object.hpp"

namespace nac::fw::verify {

namespace {
constexpr uint64_t kTrials = 60;

void no_misuse(const ProbeCandidates &candidates) {
  if (const std::string what = candidates.misuse(); !what.empty())
    throw Failed(fmt::format("it asked the host about something that is no point of the space: {}", what));
}

void same(const std::vector<std::string> &a, const std::vector<std::string> &b, const char *what) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (i >= b.size() || a[i] != b[i])
      throw Failed(fmt::format("{}: trial {} is {} here and {} there", what, i, a[i], i < b.size() ? b[i] : "missing"));
}

void answered(Subject &subject) {
  const Space space = mixed_space();
  const ProbeCandidates candidates(space);
  SearchObject first(subject, space, subject.seed, {&candidates, true}),
      second(subject, space, subject.seed, {&candidates, true});
  const std::vector<std::string> a = first.drive(kTrials);
  same(a, second.drive(kTrials), "equal seeds, results and answers");
  no_misuse(candidates);
  if (a.size() < kTrials) throw Failed(fmt::format("it calls a continuous space exhausted after {} points", a.size()));
  if (std::set<std::string>(a.begin(), a.end()).size() < a.size()) throw Failed("a candidate is asked for twice");
  first.destroy();
  second.destroy();
  subject.deinit();
}

void state(Subject &subject) {
  const Space space = mixed_space();
  const ProbeCandidates candidates(space);
  for (const uint64_t before : {0, 5, 33}) {
    SearchObject first(subject, space, subject.seed, {&candidates, true});
    first.drive(before);
    SearchObject second(subject, space, subject.seed, {&candidates, true});
    second.load(first.save(), SIZE_MAX);
    second.continue_from(first);
    same(first.drive(20), second.drive(20), "saved and loaded with the host's answers");
  }
  no_misuse(candidates);
}

void missing(Subject &subject) {
  Host::Options options;
  options.without = {NAC_SERVICE_CANDIDATES};
  const ProbeHost host(options);
  subject.load();
  subject.init(host.get());
  const Space space = mixed_space();
  const ProbeCandidates candidates(space);
  // A handle without the service, no handle, and the setup of ABI 1.0, behind which lies something else.
  SearchObject handle(subject, space, subject.seed, {&candidates}), neither(subject, space, subject.seed);
  same(neither.drive(kTrials), handle.drive(kTrials), "without the service, with and without a handle");
  const auto *no_object = reinterpret_cast<const Candidates *>(uintptr_t{0xa5a5});
  SearchObject old(subject, space, subject.seed, {no_object, false, NAC_SIZE_THROUGH(nac_search_setup, reserved)});
  old.drive(kTrials);
}

void old_setup(Subject &subject) {
  // The service is there, but the setup ends before the handle.
  const Space space = mixed_space();
  const auto *no_object = reinterpret_cast<const Candidates *>(uintptr_t{0xa5a5});
  SearchObject old(subject, space, subject.seed, {no_object, false, NAC_SIZE_THROUGH(nac_search_setup, reserved)});
  SearchObject none(subject, space, subject.seed);
  same(none.drive(kTrials), old.drive(kTrials), "without a handle, new and old setup");
}
}  // namespace

std::vector<Check> candidate_checks() {
  return {
      {"search", "candidates-answered", "same-seed-same-asks", Scope::search, answered,
       "with a host that answers questions about candidates it keeps the same rules and asks about points only"},
      {"search", "candidates-save-load", "save-load-continues-identically", Scope::search, state,
       "a loaded search asks what the saved one would have, with the host's answers too"},
      {"search", "candidates-missing", "same-seed-same-asks", Scope::search, missing,
       "it works with a host that does not offer nac.candidates/1"},
      {"search", "candidates-old-setup", "same-seed-same-asks", Scope::search, old_setup,
       "it reads the setup by its size"},
  };
}

}  // namespace nac::fw::verify
