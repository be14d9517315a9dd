// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "nac/search.h"
#include "services/candidates.hpp"
#include "services/space.hpp"
#include "verify/subject.hpp"

namespace nac::fw::verify {

/// A space with every kind of dimension and with conditions.
Space mixed_space();
/// A space of 12 candidates, for what happens at the end.
Space small_space();
/// Two objectives of a point, to be minimized, smooth and different in their optimum.
std::vector<double> objectives_of(const Point &point);

/// A search under test, told and asked as the host does it: ask(n) after the tells of all trials <= n - lookahead, in
/// trial order. Members throw Failed naming the call.
class SearchObject {
 public:
  static constexpr uint32_t kLookahead = 8;

  struct Options {
    const Candidates *candidates = nullptr;  ///< handed to the search; has to stay
    bool tell_infeasible = false;            ///< what ProbeCandidates calls infeasible is told so
    uint32_t setup_size = sizeof(nac_search_setup);
    uint32_t lookahead = kLookahead;
  };
  /// Opens the subject's library if nobody has, creates an object and starts it. `space` has to stay.
  SearchObject(Subject &subject, const Space &space, uint64_t seed) : SearchObject(subject, space, seed, Options()) {}
  SearchObject(Subject &subject, const Space &space, uint64_t seed, const Options &options);

  void *self() const { return object_.self; }
  const nac_search_api &api() const { return table<nac_search_api>(object_); }
  void destroy() { Subject::destroy(object_); }

  enum class Asked { proposed, again, exhausted };
  /// On `proposed`, `point` is finished.
  Asked ask(uint64_t trial, Point &point);
  nac_status tell_status(uint64_t trial, nac_status status, const Point &point, ErrorBox &error);
  void tell(uint64_t trial, nac_status status, const Point &point);
  /// Asks `count` more trials, telling outstanding ones in order as the rule and NAC_AGAIN demand. The status told is
  /// statuses[trial % size]. Returns the canonical points; shorter when the space is exhausted.
  std::vector<std::string> drive(uint64_t count, const std::vector<nac_status> &statuses = {NAC_OK});

  std::string save();
  /// save() into a sink that refuses bytes beyond `capacity`; has to fail cleanly.
  void save_into_full_sink(std::size_t capacity);
  /// Offers the bytes in pieces of at most `piece`.
  nac_status load(const std::string &bytes, std::size_t piece, nac_error *err);
  void load(const std::string &bytes, std::size_t piece);
  /// Hands over trial numbers and outstanding points, for an object that goes on where another was saved.
  void continue_from(const SearchObject &other);
  bool exhausted() const { return exhausted_; }

 private:
  nac_status save(std::string &bytes, std::size_t capacity, ErrorBox &error);
  void tell_oldest(const std::vector<nac_status> &statuses);
  const Space *space_;
  nac_object object_{};
  uint32_t lookahead_;
  bool tell_infeasible_;
  uint64_t next_ = 0;
  std::map<uint64_t, Point> outstanding_;
  bool exhausted_ = false;
};

}  // namespace nac::fw::verify
