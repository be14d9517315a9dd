// SPDX-License-Identifier: Apache-2.0
//
// Backends: the project they write, what it computes, and reading its reports.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "services/files.hpp"
#include "verify/backend_object.hpp"
#include "verify/check.hpp"
#include "verify/child_process.hpp"
#include "verify/probe_model.hpp"

namespace nac::fw::verify {

namespace {

using Files = std::map<std::string, std::string>;

void must_be_equal(const Files &a, const Files &b, const std::string &what) {
  for (const Files *list : {&a, &b})
    for (const auto &[path, bytes] : *list) {
      const Files &other = list == &a ? b : a;
      const auto found = other.find(path);
      if (found == other.end()) throw Failed(fmt::format("{}: only one of the two has '{}'", what, path));
      if (found->second == bytes) continue;
      const auto at = std::mismatch(bytes.begin(), bytes.end(), found->second.begin(), found->second.end());
      throw Failed(fmt::format("{}: '{}' differs from byte {} on", what, path, at.first - bytes.begin()));
    }
}

/// What must hold when a call failed.
void must_have_written_nothing(const ProbeCall &call, const std::string &what) {
  if (!call.files.empty())
    throw Failed(
        fmt::format("{} fails and has written '{}'; nothing is written on failure", what, call.files.begin()->first));
}

void unsupported_op_named(Subject &subject) {
  BackendObject backend(subject);
  bool any = false;
  for (const ProbeNetwork &network : probe_networks(subject.seed)) {
    std::vector<std::string> names;
    for (const NodeId id : network.graph.topological())
      if (backend.refusal(network.graph, id)) {
        const Node &n = network.graph.node(id);
        names.insert(names.end(), {n.op, network.graph.value(n.outputs.at(0)).name});
      }
    if (names.empty()) continue;
    any = true;
    const ProbeCall call;
    ErrorBox error;
    const nac_status status = backend.emit(network.graph, call, error);
    const std::string what = fmt::format("emit of the network '{}', which supports refuses,", network.name);
    error.must_fail(status, what);
    must_have_written_nothing(call, what);
    const std::string message = error.message();
    if (std::none_of(names.begin(), names.end(),
                     [&](const std::string &name) { return message.find(name) != std::string::npos; }))
      throw Failed(fmt::format("{} names none of the operators that are refused: {}", what, message));
  }
  if (!any) throw Skipped("it supports every node of the networks here");
  backend.destroy();
  subject.deinit();
}

void paths_relative(Subject &subject) {
  with_buildable(subject, [](BackendObject &backend, const ProbeNetwork &network) {
    const std::string before = signature_of(network.graph);
    const ProbeCall call;
    backend.must_emit(network.graph, call);
    if (signature_of(network.graph) != before) throw Failed("emit changes the model");
  });
}

void emit_deterministic(Subject &subject) {
  with_buildable(subject, [&](BackendObject &backend, const ProbeNetwork &network) {
    const ProbeCall first, second, third;
    backend.must_emit(network.graph, first);
    backend.must_emit(network.graph, second);
    must_be_equal(first.files, second.files, "two emits of one object");
    BackendObject other(subject);
    other.must_emit(network.graph, third);
    must_be_equal(first.files, third.files, "the same emit of two objects");
    other.destroy();
  });
}

void failed_write(Subject &subject) {
  with_buildable(subject, [](BackendObject &backend, const ProbeNetwork &network) {
    const ProbeCall whole;
    backend.must_emit(network.graph, whole);
    for (const std::size_t room : {std::size_t{0}, whole.files.size() - 1}) {
      ProbeCall call;
      call.room = room;
      ErrorBox error;
      error.must_fail(backend.emit(network.graph, call, error),
                      fmt::format("emit where only {} of {} files can be written", room, whole.files.size()));
    }
    const ProbeCall again;
    backend.must_emit(network.graph, again);
    must_be_equal(whole.files, again.files, "an emit after one that failed");
  });
}

void must_match(const std::vector<Tensor> &expected, const std::vector<Tensor> &found, int64_t first_row,
                const std::string &what) {
  for (std::size_t k = 0; k < expected.size(); ++k) {
    const double *a = expected[k].data<double>(), *b = found[k].data<double>();
    const int64_t rows = std::max<int64_t>(1, expected[k].shape().at(0)), row = expected[k].elements() / rows;
    for (int64_t i = 0; i < expected[k].elements(); ++i)
      if (!(a[i] == b[i]))
        throw Failed(fmt::format("{}: output {} of row {} is {} at {}, the host's integers give {}", what, k,
                                 first_row + i / row, b[i], i % row, a[i]));
  }
}

void simulate_matches(Subject &subject) {
  with_buildable(subject, [&](BackendObject &backend, const ProbeNetwork &network) {
    const ProbeCall call;
    backend.must_emit(network.graph, call);
    const std::vector<Tensor> inputs = probe_rows(network.graph, subject.seed);
    const std::vector<Tensor> expected = host_outputs(network.graph, inputs);
    must_match(expected, backend.simulate(network.graph, inputs), 0, "simulate");
    for (const int64_t row : {int64_t{0}, expected.at(0).shape().at(0) - 1}) {
      std::vector<Tensor> one, wanted;
      for (const Tensor &t : inputs) one.push_back(t.rows(row, 1));
      for (const Tensor &t : expected) wanted.push_back(t.rows(row, 1));
      must_match(wanted, backend.simulate(network.graph, one), row, "simulate of a single row");
    }
  });
}

void testbench_writes(Subject &subject) {
  with_buildable(subject, [&](BackendObject &backend, const ProbeNetwork &network) {
    if (!backend.writes_testbench()) throw Skipped("it writes no testbench");
    const std::vector<Tensor> inputs = probe_rows(network.graph, subject.seed);
    const std::vector<Tensor> expected = host_outputs(network.graph, inputs);
    const ProbeCall project;
    backend.must_emit(network.graph, project);
    ProbeCall first, second, full;
    for (ProbeCall *call : {&first, &second}) {
      ErrorBox error;
      error.must_succeed(backend.testbench(inputs, expected, *call, error), "testbench");
      if (call->files.empty()) throw Failed("testbench succeeds and writes no file");
    }
    must_be_equal(first.files, second.files, "two testbenches of one object");
    full.room = 0;
    ErrorBox error;
    error.must_fail(backend.testbench(inputs, expected, full, error), "testbench where no file can be written");
  });
}

void reports_of_nothing(Subject &subject) {
  BackendObject backend(subject);
  const nac_backend_api &api = backend.api();
  if (!NAC_HAS(&api, nac_backend_api, read_reports) || api.read_reports == nullptr)
    throw Skipped("it reads no reports");
  const TemporaryFolder folder;
  write_file_atomically(folder.path() / "readme.txt", "this is no report\n");
  std::vector<double> values(backend.count(), unwritten_value());
  ErrorBox error;
  const nac_status status = api.read_reports(backend.self(), folder.path().c_str(), values.data(),
                                             static_cast<uint32_t>(values.size()), error.get());
  error.must_fail(status, "read_reports of a folder without reports");
  if (status != NAC_NOT_FOUND)
    throw Failed(
        fmt::format("read_reports of a folder without reports gives '{}'; it is 'not found'", status_name(status)));
  if (!std::all_of(values.begin(), values.end(), is_unwritten))
    throw Failed("read_reports failed, but changed what it was to fill");
  backend.destroy();
  subject.deinit();
}

/// A cancelled call ends soon: cancelled, or with its work done.
void may_be_cancelled(nac_status status, const ErrorBox &error, const std::string &what) {
  if (status == NAC_CANCELLED) error.must_fail(status, what);
  if (status != NAC_CANCELLED) error.must_succeed(status, what);
}

void cancel(Subject &subject) {
  with_buildable(subject, [&](BackendObject &backend, const ProbeNetwork &network) {
    const ProbeCall before, after;
    backend.must_emit(network.graph, before);
    ProbeCall stopped;
    stopped.cancelled = true;
    ErrorBox emitted;
    const nac_status status = backend.emit(network.graph, stopped, emitted);
    may_be_cancelled(status, emitted, "emit of a cancelled call");
    if (status != NAC_OK) must_have_written_nothing(stopped, "emit of a cancelled call");
    backend.must_emit(network.graph, after);
    must_be_equal(before.files, after.files, "an emit after one that was cancelled");

    const TemporaryFolder folder;
    for (const auto &[path, bytes] : after.files) write_file_below(folder.path(), path, bytes);
    std::vector<double> values(backend.count(), unwritten_value());
    ErrorBox built;
    const nac_status end = backend.api().build(backend.self(), folder.path().c_str(), values.data(),
                                               static_cast<uint32_t>(values.size()), stopped.get(), built.get());
    built.must_fail(end, "build of a cancelled call");
    if (end != NAC_CANCELLED && end != NAC_UNAVAILABLE)
      throw Failed(
          fmt::format("build of a cancelled call gives '{}' ({}); it is 'cancelled', or 'unavailable' without "
                      "the vendor's tools",
                      status_name(end), built.message()));
  });
}

}  // namespace

std::vector<Check> project_checks() {
  return {
      {"backend", "unsupported-op-named", "supports-is-total", Scope::backend, unsupported_op_named,
       "emit of what cannot be built names the operator and writes nothing"},
      {"backend", "paths-relative", "supports-is-total", Scope::backend, paths_relative,
       "emit writes files below the folder of the project only, and leaves the model alone"},
      {"backend", "emit-deterministic", "paths-relative", Scope::backend, emit_deterministic,
       "the same model gives the same bytes"},
      {"backend", "failed-write-reported", "emit-deterministic", Scope::backend, failed_write,
       "emit fails when a file cannot be written"},
      {"backend", "simulate-matches-host", "paths-relative", Scope::backend, simulate_matches,
       "simulate gives the integers of the host's evaluator, exactly"},
      {"backend", "testbench-writes", "paths-relative", Scope::backend, testbench_writes,
       "testbench adds files to the project, the same for the same data"},
      {"backend", "read-reports-of-nothing", "quantities-named", Scope::backend, reports_of_nothing,
       "a folder without reports is not found"},
      {"backend", "cancel-heeded", "emit-deterministic", Scope::backend, cancel,
       "cancelled calls end as such, and the object goes on"},
  };
}

}  // namespace nac::fw::verify
