// SPDX-License-Identifier: Apache-2.0
//
// Calls that have to fail: with a message, without touching what they were to fill, and also with err == NULL.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "nac/search.h"
#include "plugin/tensor_views.hpp"
#include "services/call.hpp"
#include "services/graph_service.hpp"
#include "verify/backend_object.hpp"
#include "verify/check.hpp"
#include "verify/compress_object.hpp"
#include "verify/search_object.hpp"
#include "verify/task_object.hpp"

namespace nac::fw::verify {

namespace {
constexpr uint64_t kMark = 0x5a5a5a5a5a5a5a5au;

struct FailingCall {
  std::string what;
  std::function<nac_status(nac_error *err)> call;
  std::function<bool()> untouched = [] { return true; };  ///< the out parameters, after the call
};

std::vector<FailingCall> calls_of_create(Subject &subject) {
  const auto config = std::make_shared<Config>(subject.descriptor(), std::map<std::string, ConfigValue>{});
  const auto out = std::make_shared<nac_object>();
  out->self = out.get();
  return {{"create of an id the library does not have",
           [&subject, config, out](nac_error *err) {
             return subject.create("org.nac.no-such-object", to_abi(config.get()), out.get(), err);
           },
           [out] { return out->self == out.get() && out->api == nullptr; }}};
}

void add_task_calls(Subject &subject, std::vector<FailingCall> &calls) {
  const auto task = std::make_shared<TaskObject>(subject);
  const auto count = std::make_shared<uint64_t>(kMark);
  calls.push_back(
      {"size of the split 'no-such-split'",
       [task, count](nac_error *err) { return task->api().size(task->self(), "no-such-split", count.get(), err); },
       [count] { return *count == kMark; }});
  const auto graph = std::make_shared<Graph>();
  calls.push_back({"build_preset 'no such preset'", [task, graph](nac_error *err) {
                     return task->api().build_preset(task->self(), "no such preset", to_abi(graph.get()), err);
                   }});
  struct Read {
    std::vector<uint64_t> index;
    std::vector<nac_tensor *> inputs, targets;
    Call call{1};
  };
  for (const bool far : {false, true}) {
    const auto read = std::make_shared<Read>();
    nac_tensor *const mark = reinterpret_cast<nac_tensor *>(kMark);
    read->inputs.assign(task->info().input_count, mark);
    read->targets.assign(task->info().target_count, mark);
    read->index = {0, far ? UINT64_MAX : task->size("validation")};
    calls.push_back({fmt::format("read of sample {} of 'validation'", read->index[1]),
                     [task, read](nac_error *err) {
                       return task->api().read(task->self(), "validation", read->index.data(), 2, read->inputs.data(),
                                               task->info().input_count, read->targets.data(),
                                               task->info().target_count, read->call.get(), err);
                     },
                     [read, mark] {
                       for (const auto *list : {&read->inputs, &read->targets})
                         for (const nac_tensor *tensor : *list)
                           if (tensor != mark) return false;
                       return true;
                     }});
  }
}

void add_search_calls(Subject &subject, std::vector<FailingCall> &calls) {
  const auto space = std::make_shared<Space>(mixed_space());
  const auto search = std::make_shared<SearchObject>(subject, *space, subject.seed);
  const auto load = [&calls, search, space](const std::string &what, const std::string &bytes) {
    calls.push_back({what, [search, space, bytes](nac_error *err) { return search->load(bytes, 4096, err); }});
  };
  load("load of no bytes", "");
  load("load of foreign bytes", "these bytes are the state of something else altogether");
}

void add_compress_calls(Subject &subject, std::vector<FailingCall> &calls) {
  const auto pass = std::make_shared<CompressObject>(subject, subject.seed, nullptr);
  const auto load = [&calls, pass](const std::string &what, const std::string &bytes) {
    calls.push_back({what, [pass, bytes](nac_error *err) { return pass->load(bytes, 4096, err); }});
  };
  load("load of no bytes", "");
  load("load of foreign bytes", "these bytes are the state of something else altogether");
}

void add_backend_calls(Subject &subject, std::vector<FailingCall> &calls) {
  struct Backend {
    BackendObject object;
    Graph model;
    std::vector<Tensor> inputs;
    TensorViews views;
    std::vector<nac_tensor *> outputs;
    std::vector<double> values;
    ProbeCall call;
    explicit Backend(Subject &s)
        : object(s),
          model(probe_layer(s.seed, 1)),
          inputs(probe_rows(model, s.seed)),
          views(inputs),
          outputs(model.outputs().size(), reinterpret_cast<nac_tensor *>(kMark)),
          values(object.count(), unwritten_value()) {}
    bool untouched() const {
      return std::all_of(values.begin(), values.end(), is_unwritten) &&
             std::all_of(outputs.begin(), outputs.end(),
                         [](const nac_tensor *t) { return t == reinterpret_cast<nac_tensor *>(kMark); });
    }
  };
  const auto backend = std::make_shared<Backend>(subject);
  const auto untouched = [backend] { return backend->untouched(); };
  calls.push_back({"simulate before emit",
                   [backend](nac_error *err) {
                     Backend &b = *backend;
                     return b.object.api().simulate(b.object.self(), b.views.data(), b.views.count(), b.outputs.data(),
                                                    static_cast<uint32_t>(b.outputs.size()), b.call.get(), err);
                   },
                   untouched});
  calls.push_back({"build of a folder that does not exist",
                   [backend](nac_error *err) {
                     Backend &b = *backend;
                     return b.object.api().build(b.object.self(), "/dev/null/no-such-folder", b.values.data(),
                                                 static_cast<uint32_t>(b.values.size()), b.call.get(), err);
                   },
                   untouched});
}

std::vector<FailingCall> failing_calls(Subject &subject) {
  subject.open();
  std::vector<FailingCall> calls = calls_of_create(subject);
  const std::string kind = subject.descriptor().kind;
  if (kind == NAC_KIND_TASK) add_task_calls(subject, calls);
  if (kind == NAC_KIND_SEARCH) add_search_calls(subject, calls);
  if (kind == NAC_KIND_COMPRESS) add_compress_calls(subject, calls);
  if (kind == NAC_KIND_BACKEND) add_backend_calls(subject, calls);
  return calls;
}

void has_message(Subject &subject) {
  std::string different;
  for (const FailingCall &call : failing_calls(subject)) {
    ErrorBox error;
    const nac_status status = call.call(error.get());
    error.must_fail(status, call.what);
    if (error.code() != status) different = call.what;
  }
  if (!different.empty()) throw Warned(different + ": err->code is not the status that the call returned");
}

void leaves_outputs(Subject &subject) {
  for (const FailingCall &call : failing_calls(subject)) {
    ErrorBox error;
    if (call.call(error.get()) == NAC_OK) throw Failed(call.what + " succeeded, but has to fail");
    if (!call.untouched()) throw Failed(call.what + " failed, but changed what it was to fill");
  }
}

void null_err(Subject &subject) {
  for (const FailingCall &call : failing_calls(subject))
    if (call.call(nullptr) == NAC_OK) throw Failed(call.what + " without err succeeded, but has to fail");
}
}  // namespace

std::vector<Check> error_checks() {
  return {
      {"object", "error-has-message", "table-size-covers-required", Scope::object, has_message,
       "calls that fail say why, in UTF-8"},
      {"object", "error-leaves-outputs", "table-size-covers-required", Scope::object, leaves_outputs,
       "calls that fail leave their out parameters alone"},
      {"object", "null-err-accepted", "table-size-covers-required", Scope::object, null_err,
       "calls that fail do so with err == NULL, too"},
  };
}

}  // namespace nac::fw::verify
