// SPDX-License-Identifier: Apache-2.0
#include "commands/trial_model.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "base/error.hpp"
#include "services/files.hpp"

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

std::string read_model(const std::string &name) {
  const std::size_t colon = name.rfind(':');
  const bool numbered = colon != std::string::npos && colon + 1 < name.size() &&
                        name.find_first_not_of("0123456789", colon + 1) == std::string::npos;
  if (!numbered || std::filesystem::exists(name)) return read_file(name);
  const std::unique_ptr<Study> study = Study::open(name.substr(0, colon), Study::Mode::read);
  return trial_model(*study, name.substr(colon + 1));
}

}  // namespace nac::fw
