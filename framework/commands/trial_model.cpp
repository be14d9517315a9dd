// SPDX-License-Identifier: Apache-2.0
#include "commands/trial_model.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/error.hpp"

namespace nac::fw {

std::string trial_model(const Study &study, const std::string &text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    throw UsageError(fmt::format("'{}' is no trial number", text));
  const std::optional<Trial> trial = study.trial(number);
  if (!trial)
    throw UsageError(
        fmt::format("{} has no trial {}; it has {}", study.folder().string(), number, study.trials().size()));
  std::string model = trial->model;
  if (model.empty() && trial->duplicate_of >= 0)
    model = study.trial(static_cast<uint64_t>(trial->duplicate_of)).value_or(*trial).model;
  if (model.empty())
    throw Error(fmt::format("trial {} is {} and has no network{}", number, name_of(trial->state),
                            trial->reason.empty() ? "" : ": " + trial->reason));
  return study.artifact(model);
}

}  // namespace nac::fw
