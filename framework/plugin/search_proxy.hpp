// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "plugin/registry.hpp"
#include "services/candidates.hpp"
#include "services/space.hpp"

namespace nac::fw {

enum class AskOutcome { proposed, wait_for_tell, exhausted };

/// A search object behind its table. Not thread-safe: the pipeline drives it from one place.
class SearchProxy {
 public:
  struct Setup {
    uint32_t objectives = 1;
    uint64_t seed = 0, trials = 0;
    uint32_t lookahead = 1;
    /// What the search may ask before training; must outlive it. Null: nothing.
    const Candidates *candidates = nullptr;
  };
  SearchProxy(const PluginObject &object, const Config &config, const Space &space, const Setup &setup);
  ~SearchProxy();

  const PluginObject &object() const;
  /// On `proposed` the point is finished (Point::finish) and every active dimension is set.
  AskOutcome ask(uint64_t trial, Point &point);
  /// `minimized` is empty unless status is NAC_OK.
  void tell(uint64_t trial, nac_status status, const Point &point, const std::vector<double> &minimized);
  std::string save();
  void load(const std::string &state);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nac::fw
