// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "nac/backend.h"
#include "verify/probe_call.hpp"
#include "verify/probe_networks.hpp"
#include "verify/subject.hpp"

namespace nac::fw::verify {

/// A NaN that nobody computes, to see what was not written.
double unwritten_value();
bool is_unwritten(double value);

/// A backend under test. Members throw Failed naming the call.
class BackendObject {
 public:
  /// Opens the subject's library if nobody has and creates an object.
  explicit BackendObject(Subject &subject);

  void *self() const { return object_.self; }
  const nac_backend_api &api() const { return table<nac_backend_api>(object_); }
  void destroy() { Subject::destroy(object_); }
  uint32_t count() const { return api().quantity_count(self()); }
  std::string quantity(uint32_t index) const;

  /// The reason against a node; nothing: it can be built. Throws Failed for any other answer.
  std::optional<std::string> refusal(const Graph &model, NodeId node) const;
  /// "Relu 'h': why" for the first node that cannot be built.
  std::optional<std::string> refusal(const Graph &model) const;
  /// The same, or why the parameters are not legal for the model (NAC_INFEASIBLE).
  std::optional<std::string> why_not_built(const Graph &model) const;
  /// Every value written; nothing: not with these parameters (NAC_INFEASIBLE), or not this model.
  std::optional<std::vector<double>> estimate(const Graph &model) const;
  nac_status emit(const Graph &model, const ProbeCall &call, ErrorBox &error);
  void must_emit(const Graph &model, const ProbeCall &call);
  /// As the host takes them: checked against the outputs of `model`, the one that was emitted.
  std::vector<Tensor> simulate(const Graph &model, const std::vector<Tensor> &inputs);
  nac_status testbench(const std::vector<Tensor> &inputs, const std::vector<Tensor> &expected, const ProbeCall &call,
                       ErrorBox &error);
  bool writes_testbench() const { return NAC_HAS(&api(), nac_backend_api, testbench) && api().testbench != nullptr; }

 private:
  nac_object object_{};
};

/// Calls `look` for each deployed probe network that the backend can build; throws Skipped when there is none.
void with_buildable(Subject &subject, const std::function<void(BackendObject &, const ProbeNetwork &)> &look);

/// What the host's integer evaluator computes, float64.
std::vector<Tensor> host_outputs(const Graph &model, const std::vector<Tensor> &inputs);

}  // namespace nac::fw::verify
