// SPDX-License-Identifier: Apache-2.0
//
// Backends: what they can build and what it would cost.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "services/graph_service.hpp"
#include "services/utf8.hpp"
#include "verify/backend_object.hpp"
#include "verify/check.hpp"
#include "verify/probe_model.hpp"

namespace nac::fw::verify {

namespace {

constexpr uint32_t kMostQuantities = 1000;

bool is_key(const std::string &name) {
  return !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

void quantities_named(Subject &subject) {
  BackendObject backend(subject);
  const uint32_t count = backend.count();
  if (count == 0) throw Failed("it has no quantities; a study has nothing to compare");
  if (count > kMostQuantities)
    throw Failed(fmt::format("it has {} quantities, at most {} are accepted", count, kMostQuantities));
  std::set<std::string> names;
  for (uint32_t i = 0; i < count; ++i) {
    const char *unit = nullptr, *name = backend.api().quantity(backend.self(), i, &unit);
    if (name == nullptr) throw Failed(fmt::format("quantity {} of {} has no name", i, count));
    if (!is_key(name))
      throw Failed(fmt::format("quantity {} is named '{}'; accepted are lower-case letters, digits and '_'", i,
                               printable(name)));
    if (!names.insert(name).second) throw Failed(fmt::format("two quantities are named '{}'", name));
    if (unit == nullptr) throw Failed(fmt::format("the unit of '{}' is NULL; \"\" stands for a plain number", name));
    if (!is_utf8(unit)) throw Failed(fmt::format("the unit of '{}' is not UTF-8", name));
  }
  const char *unit = nullptr;
  if (backend.api().quantity(backend.self(), count, &unit) != nullptr)
    throw Failed(fmt::format("there is a quantity {}, but quantity_count is {}", count, count));
  backend.destroy();
  subject.deinit();
}

/// Runs `f` and throws Failed when the graph is another one afterwards.
template <class F>
void untouched(const Graph &model, const std::string &what, F &&f) {
  const std::string before = signature_of(model);
  f();
  if (signature_of(model) != before) throw Failed(what + " changes the model");
}

void supports_is_total(Subject &subject) {
  BackendObject backend(subject);
  for (const ProbeNetwork &network : probe_networks(subject.seed))
    untouched(network.graph, "supports", [&] {
      for (const NodeId id : network.graph.topological()) {
        const std::optional<std::string> first = backend.refusal(network.graph, id);
        if (backend.refusal(network.graph, id) != first)
          throw Failed(fmt::format("asked twice about node {} of the network '{}', supports gives two answers", id,
                                   network.name));
        ErrorBox error;
        const nac_status status = backend.api().supports(backend.self(), to_abi(&network.graph), id, nullptr);
        if ((status == NAC_OK) != !first)
          throw Failed("supports gives another answer where nobody wants to know the reason");
      }
    });
  backend.destroy();
  subject.deinit();
}

bool equal(const std::vector<double> &a, const std::vector<double> &b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

void estimate_complete(Subject &subject) {
  BackendObject backend(subject), other(subject);
  bool any = false;
  for (const ProbeNetwork &network : probe_networks(subject.seed))
    untouched(network.graph, "estimate", [&] {
      const auto values = backend.estimate(network.graph);
      if (!values) return;
      any = true;
      for (BackendObject *again : {&backend, &other})
        if (const auto second = again->estimate(network.graph); !second || !equal(*values, *second))
          throw Failed(fmt::format("estimate gives other values for the same network '{}'", network.name));
    });
  if (!any) throw Skipped("it estimates none of the networks here");
  backend.destroy();
  other.destroy();
  subject.deinit();
}

void estimate_monotone(Subject &subject) {
  BackendObject backend(subject);
  const auto small = backend.estimate(probe_layer(subject.seed, 1)),
             large = backend.estimate(probe_layer(subject.seed, 4));
  if (!small || !large) throw Skipped("it does not estimate layers of 4 and 16 inputs");
  std::string sunk;
  for (uint32_t i = 0; i < small->size(); ++i)
    if ((*large)[i] < (*small)[i])
      sunk += fmt::format("{}'{}' falls from {} to {}", sunk.empty() ? "" : ", ", backend.quantity(i), (*small)[i],
                          (*large)[i]);
  if (!sunk.empty()) throw Warned("a layer with 16 times the weights should not cost less: " + sunk);
  backend.destroy();
  subject.deinit();
}

void range_holds(Subject &subject) {
  BackendObject backend(subject);
  const nac_backend_api &api = backend.api();
  if (!NAC_HAS(&api, nac_backend_api, estimate_range) || api.estimate_range == nullptr)
    throw Skipped("it states no ranges");
  bool any = false;
  for (const ProbeNetwork &network : probe_networks(subject.seed)) {
    const auto middle = backend.estimate(network.graph);
    if (!middle) continue;
    any = true;
    std::vector<double> low(middle->size(), unwritten_value()), high = low;
    ErrorBox error;
    error.must_succeed(api.estimate_range(backend.self(), to_abi(&network.graph), low.data(), high.data(),
                                          static_cast<uint32_t>(low.size()), error.get()),
                       fmt::format("estimate_range of the network '{}', which it estimates,", network.name));
    for (uint32_t i = 0; i < low.size(); ++i) {
      const std::string name = backend.quantity(i);
      if (is_unwritten(low[i]) || is_unwritten(high[i]))
        throw Failed(fmt::format("estimate_range succeeds without both ends for '{}'", name));
      const bool unknown = std::isnan(low[i]) && std::isnan((*middle)[i]) && std::isnan(high[i]);
      if (!unknown && !(low[i] <= (*middle)[i] && (*middle)[i] <= high[i]))
        throw Failed(fmt::format("'{}' of the network '{}' is estimated as {}, in a range from {} to {}", name,
                                 network.name, (*middle)[i], low[i], high[i]));
    }
  }
  if (!any) throw Skipped("it estimates none of the networks here");
  backend.destroy();
  subject.deinit();
}

}  // namespace

std::vector<Check> estimate_checks() {
  return {
      {"backend", "quantities-named", "table-size-covers-required", Scope::backend, quantities_named,
       "quantities have different names that a manifest can hold, and units"},
      {"backend", "supports-is-total", "table-size-covers-required", Scope::backend, supports_is_total,
       "every node of every graph is supported, or not with a reason"},
      {"backend", "estimate-complete", "quantities-named", Scope::backend, estimate_complete,
       "estimate gives one value per quantity, the same for the same network"},
      {"backend", "estimate-monotone", "estimate-complete", Scope::backend, estimate_monotone,
       "a layer with 16 times the weights costs no less (warning)"},
      {"backend", "estimate-range-holds", "estimate-complete", Scope::backend, range_holds,
       "ranges hold the estimate between them"},
  };
}

}  // namespace nac::fw::verify
