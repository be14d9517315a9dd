// SPDX-License-Identifier: Apache-2.0
#include "plugin/task_info.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "plugin/param_check.hpp"
#include "services/utf8.hpp"

namespace nac::fw {
namespace {

constexpr uint32_t kMostEntries = 256;
constexpr int32_t kMostDimensions = 7;  // 8 with the batch
constexpr int64_t kMostElements = int64_t{1} << 40;

[[noreturn]] void refuse(const std::string &what) { throw Error(what); }

/// A list of pointers to structs: its length and that none is NULL.
template <class T>
void check_list(const T *const *list, uint32_t count, const char *what) {
  if (count > kMostEntries) refuse(fmt::format("it has {} {}; accepted are at most {}", count, what, kMostEntries));
  if (count > 0 && list == nullptr) refuse(fmt::format("it has {} {}, but the list is NULL", count, what));
  for (uint32_t i = 0; i < count; ++i)
    if (list[i] == nullptr) refuse(fmt::format("entry {} of its {} is NULL", i, what));
}

std::string text_of(const char *text, const std::string &what, bool may_be_empty) {
  const std::string problem = text_problem(text);
  if (!problem.empty()) refuse(fmt::format("{} {}", what, problem));
  if (!may_be_empty && text[0] == '\0') refuse(fmt::format("{} is empty", what));
  return text;
}

void check_size(uint32_t found, std::size_t wanted, const std::string &what) {
  if (found < wanted) refuse(fmt::format("{} has struct_size {}, ABI 1.0 has {}", what, found, wanted));
}

TensorInfo read_tensor(const nac_tensor_info &raw, const std::string &what) {
  check_size(raw.struct_size, NAC_SIZE_THROUGH(nac_tensor_info, dtype), what);
  TensorInfo info;
  info.name = text_of(raw.name, "the name of " + what, false);
  if (raw.ndim < 0 || raw.ndim > kMostDimensions)
    refuse(fmt::format("{} '{}' has {} dimensions besides the batch; accepted are 0 to {}", what, info.name, raw.ndim,
                       kMostDimensions));
  if (raw.ndim > 0 && raw.shape == nullptr) refuse(fmt::format("{} '{}' has no shape", what, info.name));
  int64_t elements = 1;
  for (int32_t i = 0; i < raw.ndim; ++i) {
    if (raw.shape[i] < 1 || raw.shape[i] > kMostElements / elements)
      refuse(fmt::format("{} '{}' has {} as dimension {}; accepted are sizes from 1, {} elements in all", what,
                         info.name, raw.shape[i], i, kMostElements));
    elements *= raw.shape[i];
    info.shape.push_back(raw.shape[i]);
  }
  const nac_dtype d = raw.dtype;
  if (d.lanes == 1 && d.code == NAC_DTYPE_FLOAT && d.bits == 32) {
    info.dtype = DType::f32;
  } else if (d.lanes == 1 && d.code == NAC_DTYPE_INT && d.bits == 64) {
    info.dtype = DType::i64;
  } else {
    refuse(fmt::format("{} '{}' has element type (code {}, {} bits, {} lanes); accepted are float 32 and int 64", what,
                       info.name, d.code, d.bits, d.lanes));
  }
  return info;
}

MetricInfo read_metric(const nac_metric_info &raw, const std::string &what) {
  check_size(raw.struct_size, NAC_SIZE_THROUGH(nac_metric_info, summary), what);
  MetricInfo info;
  info.name = text_of(raw.name, "the name of " + what, false);
  const bool plain = std::all_of(info.name.begin(), info.name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
  });
  if (!plain) refuse(fmt::format("{} is named '{}'; accepted are letters, digits, '_', '.' and '-'", what, info.name));
  static constexpr std::array<std::string_view, 4> kOurs = {"bops", "parameters", "macs", "seconds"};
  if (std::find(kOurs.begin(), kOurs.end(), info.name) != kOurs.end())
    refuse(fmt::format("{} is named '{}', which is a cost that the host computes", what, info.name));
  if (raw.direction != -1 && raw.direction != 1)
    refuse(fmt::format("{} '{}' has direction {}; accepted are -1 (smaller is better) and +1", what, info.name,
                       raw.direction));
  info.direction = raw.direction;
  info.unit = text_of(raw.unit, fmt::format("the unit of {} '{}'", what, info.name), true);
  info.summary = text_of(raw.summary, fmt::format("the summary of {} '{}'", what, info.name), true);
  return info;
}

PresetInfo read_preset(const nac_preset_info &raw, const std::string &what) {
  check_size(raw.struct_size, NAC_SIZE_THROUGH(nac_preset_info, summary), what);
  return {text_of(raw.name, "the name of " + what, false), text_of(raw.summary, "the summary of " + what, true)};
}

void check_unique(std::set<std::string> &names, const std::string &name, const char *what) {
  if (!names.insert(name).second) refuse(fmt::format("two {} are named '{}'", what, name));
}

}  // namespace

TaskInfo read_task_info(const nac_task_info *raw) {
  if (raw == nullptr) refuse("it returned NULL");
  check_size(raw->struct_size, NAC_SIZE_THROUGH(nac_task_info, presets), "the info");
  TaskInfo info;
  info.augments = (raw->flags & NAC_TASK_AUGMENTS) != 0;
  check_list(raw->inputs, raw->input_count, "inputs");
  check_list(raw->targets, raw->target_count, "targets");
  check_list(raw->metrics, raw->metric_count, "metrics");
  check_list(raw->presets, raw->preset_count, "presets");
  if (raw->input_count == 0) refuse("it has no inputs");
  if (raw->metric_count == 0) refuse("it has no metrics; at least one is needed to compare networks");
  std::set<std::string> tensors, metrics, presets;
  for (uint32_t i = 0; i < raw->input_count; ++i) {
    info.inputs.push_back(read_tensor(*raw->inputs[i], fmt::format("input {}", i)));
    check_unique(tensors, info.inputs.back().name, "inputs or targets");
  }
  for (uint32_t i = 0; i < raw->target_count; ++i) {
    info.targets.push_back(read_tensor(*raw->targets[i], fmt::format("target {}", i)));
    check_unique(tensors, info.targets.back().name, "inputs or targets");
  }
  for (uint32_t i = 0; i < raw->metric_count; ++i) {
    info.metrics.push_back(read_metric(*raw->metrics[i], fmt::format("metric {}", i)));
    check_unique(metrics, info.metrics.back().name, "metrics");
  }
  for (uint32_t i = 0; i < raw->preset_count; ++i) {
    info.presets.push_back(read_preset(*raw->presets[i], fmt::format("preset {}", i)));
    check_unique(presets, info.presets.back().name, "presets");
  }
  return info;
}

}  // namespace nac::fw
