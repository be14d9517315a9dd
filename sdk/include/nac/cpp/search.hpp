// SPDX-License-Identifier: Apache-2.0
//
// search.hpp: base class of searches written in C++, and the C table over it.
#pragma once
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "../search.h"
#include "candidates.hpp"
#include "config.hpp"
#include "plugin.hpp"
#include "rng.hpp"
#include "space.hpp"
#include "state.hpp"

namespace nac {

struct search_setup {
  uint32_t objectives = 1;
  uint64_t seed = 0;
  uint64_t trials = 0;
  uint32_t lookahead = 1;
  std::shared_ptr<const candidate_source> candidates;  ///< null: the host cannot tell anything before training
};

/// One finished trial. `genome` holds the values of all dimensions as the point had them; inactive ones are NaN.
struct search_result {
  uint64_t trial = 0;
  nac_status status = NAC_OK;
  std::vector<double> genome;
  std::vector<double> objectives;  ///< empty unless status is NAC_OK
  bool ok() const { return status == NAC_OK; }
};

enum class ask_outcome { proposed, wait_for_tell, exhausted };

/// Derive, implement, and put make_search<Mine> into NAC_PLUGIN. The constructor takes a const nac::config &.
class search {
 public:
  virtual ~search() = default;
  virtual void start(const std::vector<dimension> &space, const search_setup &setup) = 0;
  /// Fills genome (one value per dimension; NaN: leave unset) for the trial.
  virtual ask_outcome ask(uint64_t trial, std::vector<double> &genome) = 0;
  virtual void tell(const search_result &result) = 0;
  /// State as text; load() gets what save() gave and throws failure on anything else.
  virtual std::string save() = 0;
  virtual void load(const std::string &state) = 0;

  const nac_space *raw_space = nullptr;  ///< set before start; for host services
};

namespace detail {
/// Which dimensions are active, parents before children as the space guarantees.
inline std::vector<double> genome_of(const nac_space *space, const nac_point *point) {
  const nac_space_service &s = host().space();
  std::vector<double> genome(s.count(space), std::nan(""));
  for (uint32_t i = 0; i < genome.size(); ++i)
    if (s.active(space, point, i)) s.get(point, i, &genome[i]);
  return genome;
}

inline search_setup setup_of(const nac_search_setup &raw) {
  search_setup setup{raw.objective_count, raw.seed, raw.trials, raw.lookahead, nullptr};
  const nac_candidates_service *service = host().candidates();
  if (service != nullptr && NAC_HAS(&raw, nac_search_setup, candidates) && raw.candidates != nullptr)
    setup.candidates = std::make_shared<host_candidates>(raw.candidates, *service, raw.objective_count);
  return setup;
}

inline const nac_search_api &search_table() {
  static const nac_search_api table = {
      sizeof(nac_search_api),
      0,
      [](void *self) { delete static_cast<search *>(self); },
      [](void *self, const nac_space *space, const nac_search_setup *setup, nac_error *err) {
        return guard(err, [&] {
          if (space == nullptr || setup == nullptr) invalid("start needs a space and a setup");
          search &s = *static_cast<search *>(self);
          s.raw_space = space;
          s.start(read_space(space), setup_of(*setup));
        });
      },
      [](void *self, uint64_t trial, nac_point *point, nac_error *err) {
        return guard(err, [&]() -> nac_status {
          search &s = *static_cast<search *>(self);
          if (s.raw_space == nullptr) throw failure(NAC_FAILED_PRECONDITION, "ask was called before start");
          std::vector<double> genome;
          switch (s.ask(trial, genome)) {
            case ask_outcome::wait_for_tell: return set_error(err, NAC_AGAIN, "waiting for results");
            case ask_outcome::exhausted:
              return set_error(err, NAC_RESOURCE_EXHAUSTED, "every point of the space was proposed");
            case ask_outcome::proposed: break;
          }
          for (uint32_t i = 0; i < genome.size(); ++i)
            if (!std::isnan(genome[i])) {
              nac_error inner = empty_error();
              check(host().space().set(point, i, genome[i], &inner), inner);
            }
          return NAC_OK;
        });
      },
      [](void *self, const nac_result *result, nac_error *err) {
        return guard(err, [&] {
          search &s = *static_cast<search *>(self);
          if (s.raw_space == nullptr) throw failure(NAC_FAILED_PRECONDITION, "tell was called before start");
          if (result == nullptr || result->point == nullptr) invalid("tell needs a result with its point");
          search_result r;
          r.trial = result->trial;
          r.status = result->status;
          r.genome = genome_of(s.raw_space, result->point);
          if (r.ok() && result->objectives == nullptr) invalid("tell got a finished trial without objectives");
          if (r.ok()) r.objectives.assign(result->objectives, result->objectives + result->objective_count);
          for (const double o : r.objectives)
            if (!std::isfinite(o)) invalid("tell got an objective that is not finite");
          s.tell(r);
        });
      },
      [](void *self, const nac_sink *sink, nac_error *err) {
        return guard(err, [&] { write_state(sink, static_cast<search *>(self)->save()); });
      },
      [](void *self, const nac_source *source, nac_error *err) {
        return guard(err, [&] { static_cast<search *>(self)->load(read_state(source)); });
      },
  };
  return table;
}
}  // namespace detail

template <class T>
nac_object make_search(const config &c) {
  return {&detail::search_table(), static_cast<search *>(new T(c))};
}

}  // namespace nac
