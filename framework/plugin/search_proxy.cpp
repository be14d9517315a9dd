// SPDX-License-Identifier: Apache-2.0
#include "plugin/search_proxy.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "nac/search.h"
#include "plugin/byte_stream.hpp"
#include "plugin/instance.hpp"

namespace nac::fw {
namespace {

constexpr std::size_t kLargestState = std::size_t{1} << 30;

}  // namespace

struct SearchProxy::State {
  State(const PluginObject &object, const Config &config, const Space &the_space, const Setup &the_setup)
      : instance(object, config),
        api(instance.table<nac_search_api>(NAC_SIZE_THROUGH(nac_search_api, load))),
        space(the_space),
        setup(the_setup) {
    instance.require({{"destroy", api.destroy != nullptr},
                      {"start", api.start != nullptr},
                      {"ask", api.ask != nullptr},
                      {"tell", api.tell != nullptr},
                      {"save", api.save != nullptr},
                      {"load", api.load != nullptr}});
    nac_search_setup raw{};
    raw.struct_size = sizeof raw;
    raw.objective_count = setup.objectives;
    raw.seed = setup.seed;
    raw.trials = setup.trials;
    raw.lookahead = setup.lookahead;
    // An answer may need a call into the task's library. If that is the search's own and takes one call at a time, it
    // would wait for the search, which waits for the answer.
    if (object.descriptor->threads != NAC_THREADS_SERIAL) raw.candidates = to_abi(setup.candidates);
    instance.must("start", [&](nac_error *err) { return api.start(instance.self(), to_abi(&space), &raw, err); });
  }

  Instance instance;
  const nac_search_api &api;
  const Space &space;
  Setup setup;
};

SearchProxy::SearchProxy(const PluginObject &object, const Config &config, const Space &space, const Setup &setup)
    : state_(std::make_unique<State>(object, config, space, setup)) {}
SearchProxy::~SearchProxy() = default;

const PluginObject &SearchProxy::object() const { return state_->instance.object(); }

AskOutcome SearchProxy::ask(uint64_t trial, Point &point) {
  State &s = *state_;
  if (&point.space() != &s.space) throw Error("ask was given a point of another space");
  const std::string function = fmt::format("ask(trial {})", trial);
  Point fresh(s.space);
  const CallResult result =
      s.instance.call([&](nac_error *err) { return s.api.ask(s.instance.self(), trial, to_abi(&fresh), err); });
  if (result.status == NAC_AGAIN) return AskOutcome::wait_for_tell;
  // The SDK's guard reports a failed allocation with the same status; that is no end of the space.
  if (result.status == NAC_RESOURCE_EXHAUSTED && result.message != "out of memory") return AskOutcome::exhausted;
  if (result.status != NAC_OK) s.instance.failed(function, result);
  try {
    fresh.finish();
  } catch (const Error &e) {
    s.instance.defect(function, e.what());
  }
  point = fresh;
  return AskOutcome::proposed;
}

void SearchProxy::tell(uint64_t trial, nac_status status, const Point &point, const std::vector<double> &minimized) {
  State &s = *state_;
  if (&point.space() != &s.space) throw Error("tell was given a point of another space");
  const std::size_t wanted = status == NAC_OK ? s.setup.objectives : 0;
  if (minimized.size() != wanted)
    throw Error(fmt::format("trial {} was told with {} objectives; status {} has {}", trial, minimized.size(),
                            status_name(status), wanted));
  for (const double value : minimized)
    if (!std::isfinite(value)) throw Error(fmt::format("trial {} was told with the objective {}", trial, value));
  nac_result raw{};
  raw.struct_size = sizeof raw;
  raw.status = status;
  raw.trial = trial;
  raw.point = to_abi(&point);
  raw.objectives = status == NAC_OK ? minimized.data() : nullptr;
  raw.objective_count = static_cast<uint32_t>(minimized.size());
  s.instance.must(fmt::format("tell(trial {})", trial),
                  [&](nac_error *err) { return s.api.tell(s.instance.self(), &raw, err); });
}

std::string SearchProxy::save() {
  State &s = *state_;
  StringSink sink(kLargestState);
  const CallResult result =
      s.instance.call([&](nac_error *err) { return s.api.save(s.instance.self(), sink.get(), err); });
  if (sink.overflowed()) s.instance.defect("save", fmt::format("its state is larger than {} bytes", kLargestState));
  if (result.status != NAC_OK) s.instance.failed("save", result);
  return sink.bytes();
}

void SearchProxy::load(const std::string &state) {
  State &s = *state_;
  const StringSource source(state);
  s.instance.must("load", [&](nac_error *err) { return s.api.load(s.instance.self(), source.get(), err); });
}

}  // namespace nac::fw
