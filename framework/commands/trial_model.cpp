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
  if (!study.trial(number))
    throw UsageError(
        fmt::format("{} has no trial {}; it has {}", study.folder().string(), number, study.trials().size()));
  return study.model(number);
}

}  // namespace nac::fw
