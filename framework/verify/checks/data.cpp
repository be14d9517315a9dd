// SPDX-License-Identifier: Apache-2.0
//
// The samples of a task.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/error.hpp"
#include "services/call.hpp"
#include "services/config_json.hpp"
#include "services/utf8.hpp"
#include "verify/check.hpp"
#include "verify/task_object.hpp"

namespace nac::fw::verify {

namespace {
std::vector<std::string> read_rows(const TaskObject &task, const std::string &split, const std::vector<uint64_t> &index,
                                   uint64_t stream) {
  const Samples samples = task.samples(split, index, stream);
  std::vector<Tensor> all = samples.inputs;
  all.insert(all.end(), samples.targets.begin(), samples.targets.end());
  return sample_bytes(all);
}

void must_equal(const std::vector<std::string> &a, const std::vector<std::string> &b,
                const std::vector<uint64_t> &index, const std::string &split, const std::string &when) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b.at(i)) throw Failed(fmt::format("sample {} of '{}' differs {}", index[i], split, when));
}

void read_deterministic(Subject &subject) {
  const TaskObject task(subject), other(subject);
  for (const char *split : kSplits) {
    const std::vector<uint64_t> index = spread(task.size(split), 256);
    const bool augmented = task.augments() && std::string(split) == "train";
    const auto first = read_rows(task, split, index, 1);
    must_equal(first, read_rows(task, split, index, 1), index, split, "when it is read again");
    must_equal(first, read_rows(other, split, index, 1), index, split, "when another object reads it");
    if (!augmented)
      must_equal(first, read_rows(task, split, index, 2), index, split,
                 "with another random stream; only the training "
                 "split of tasks with NAC_TASK_AUGMENTS may");
  }
}

void read_order_independent(Subject &subject) {
  const TaskObject task(subject);
  for (const char *split : kSplits) {
    if (task.augments() && std::string(split) == "train") continue;
    const std::vector<uint64_t> index = spread(task.size(split), 64);
    const auto together = read_rows(task, split, index, 1);
    std::vector<uint64_t> backwards(index.rbegin(), index.rend());
    auto reversed = read_rows(task, split, backwards, 1);
    std::reverse(reversed.begin(), reversed.end());
    must_equal(together, reversed, index, split, "when the same samples are read in another order");
    std::vector<std::string> alone;
    for (const uint64_t i : index) alone.push_back(read_rows(task, split, {i}, 1).at(0));
    must_equal(together, alone, index, split, "when it is read alone");
  }
}

void read_out_of_range(Subject &subject) {
  const TaskObject task(subject);
  for (const char *split : kSplits)
    for (const uint64_t beyond : {task.size(split), task.size(split) + 1000003, UINT64_MAX}) {
      const std::vector<uint64_t> index = {0, beyond};
      std::vector<nac_tensor *> tensors(task.info().input_count + task.info().target_count, nullptr);
      const Call call(1);
      ErrorBox error;
      const nac_status status =
          task.api().read(task.self(), split, index.data(), index.size(), tensors.data(), task.info().input_count,
                          tensors.data() + task.info().input_count, task.info().target_count, call.get(), error.get());
      error.must_fail(status, fmt::format("read of sample {} of '{}', which has {},", beyond, split, task.size(split)));
    }
}

/// The first numbers of a sample, for a person who wonders which one it is.
std::string glimpse(const Tensor &inputs, std::size_t row) {
  const auto per_row = static_cast<std::size_t>(inputs.elements() / inputs.shape()[0]);
  if (inputs.dtype() != DType::f32 || per_row == 0) return "";
  const float *first = inputs.data<float>() + row * per_row;
  std::size_t different = 0;
  for (std::size_t i = 1; i < per_row; ++i) different += first[i] != first[0];
  if (different == 0) return fmt::format("; all its {} values are {}", per_row, first[0]);
  return fmt::format("; its first values are {}", fmt::join(first, first + std::min<std::size_t>(per_row, 8), ", "));
}

void splits_disjoint(Subject &subject) {
  const TaskObject task(subject);
  struct Place {
    std::string split;
    uint64_t index;
  };
  std::unordered_map<std::string, Place> seen;
  for (const char *split : kSplits) {
    const std::vector<uint64_t> index = spread(task.size(split), 4096);
    // Inputs only: a sample that leaks is one with the same input, whatever its label.
    const Samples samples = task.samples(split, index, subject.seed);
    const std::vector<std::string> rows = sample_bytes(samples.inputs);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto found = seen.find(rows[i]);
      if (found == seen.end()) {
        seen.emplace(rows[i], Place{split, index[i]});
      } else if (found->second.split != split) {
        throw Failed(fmt::format("sample {} of '{}' is sample {} of '{}'{}", index[i], split, found->second.index,
                                 found->second.split, glimpse(samples.inputs[0], i)));
      }
    }
  }
}

template <class Function>
std::string text_from(const TaskObject &from, Function function, const std::string &what) {
  std::string text;
  const nac_sink sink = {&text, [](const nac_sink *s, const void *bytes, uint64_t size) -> nac_status {
                           static_cast<std::string *>(s->ctx)->append(static_cast<const char *>(bytes), size);
                           return NAC_OK;
                         }};
  ErrorBox error;
  error.must_succeed(function(from.self(), &sink, error.get()), what);
  return text;
}

void describe(Subject &subject) {
  const TaskObject task(subject), other(subject);
  const nac_task_api &api = task.api();
  const bool describes = NAC_HAS(&api, nac_task_api, describe) && api.describe != nullptr;
  const bool identifies = NAC_HAS(&api, nac_task_api, fingerprint) && api.fingerprint != nullptr;
  if (!describes && !identifies) throw Skipped("it has neither");
  if (describes && !is_utf8(text_from(task, api.describe, "describe")))
    throw Failed("describe writes text that is not UTF-8");
  if (identifies && text_from(task, api.fingerprint, "fingerprint") != text_from(other, api.fingerprint, "fingerprint"))
    throw Failed("two objects with the same parameters have different fingerprints; the study could not be resumed");
}

/// The task made again with what it fitted is the task that fitted it.
void fitted(Subject &subject) {
  const TaskObject task(subject);
  const nac_task_api &api = task.api();
  if (!NAC_HAS(&api, nac_task_api, fitted) || api.fitted == nullptr) throw Skipped("it fits nothing to its data");
  const std::string text = text_from(task, api.fitted, "fitted");
  std::map<std::string, ConfigValue> values;
  try {
    values = config_from_json(text, "fitted");
  } catch (const Error &e) {
    throw Failed(fmt::format("{}; it wrote '{}'", e.what(), printable(text)));
  }
  if (values.empty()) throw Skipped("it fits nothing to its data");
  for (const Config::Problem &p : Config::problems(subject.descriptor(), values))
    if (values.count(p.key) != 0) throw Failed(fmt::format("fitted gives the parameter '{}': {}", p.key, p.message));
  for (const auto &[key, value] : values) subject.given[key] = value;
  const TaskObject again(subject);
  const std::string second = text_from(again, api.fitted, "fitted");
  if (second != text)
    throw Failed(
        fmt::format("made again with its fitted parameters {} it fits {}", printable(text), printable(second)));
  if (NAC_HAS(&api, nac_task_api, fingerprint) && api.fingerprint != nullptr &&
      text_from(again, api.fingerprint, "fingerprint") != text_from(task, api.fingerprint, "fingerprint"))
    throw Failed("made again with its fitted parameters it has other samples");
}
}  // namespace

std::vector<Check> data_checks() {
  return {
      {"task", "read-deterministic", "shape-dtype-as-declared", Scope::task, read_deterministic,
       "equal indices give equal bytes, from every object"},
      {"task", "read-order-independent", "shape-dtype-as-declared", Scope::task, read_order_independent,
       "a sample does not depend on the others of its batch"},
      {"task", "read-out-of-range", "shape-dtype-as-declared", Scope::task, read_out_of_range,
       "samples beyond the split are refused"},
      {"task", "splits-disjoint", "shape-dtype-as-declared", Scope::task, splits_disjoint,
       "no sample is in two splits (up to 4096 of each are compared)"},
      {"task", "describe-and-fingerprint", "table-size-covers-required", Scope::task, describe,
       "the description is UTF-8, the fingerprint the same for equal objects"},
      {"task", "fitted-parameters", "table-size-covers-required", Scope::task, fitted,
       "what it fitted to the data, set as parameters, gives the same samples"},
  };
}

}  // namespace nac::fw::verify
