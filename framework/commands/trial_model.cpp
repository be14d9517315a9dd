// SPDX-License-Identifier: Apache-2.0
#include "commands/trial_model.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "base/error.hpp"
#include "report/choice.hpp"
#include "services/files.hpp"

namespace nac::fw {

namespace {

/// The training form of what `nac choose` picked.
std::string chosen_model(const Study &study) {
  const Choice choice = choice_from_json(study.text("choose").value_or("{}"));
  if (choice.step)
    for (const Study::CompressRow &row : study.compress_rows())
      if (row.trial == choice.step->trial && row.chain == choice.step->chain && row.position == choice.step->position)
        return study.artifact(row.model);
  throw UsageError(fmt::format("study '{}' has no chosen network{}; nac choose picks one", study.folder().string(),
                               choice.reason.empty() ? "" : ": " + choice.reason));
}

}  // namespace

std::string trial_model(const Study &study, const std::string &text) {
  if (text == kChosen) return chosen_model(study);
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    throw UsageError(
        fmt::format("'{}' is no trial: give its number, or '{}' for what nac choose picked", text, kChosen));
  if (!study.trial(number))
    throw UsageError(
        fmt::format("{} has no trial {}; it has {}", study.folder().string(), number, study.trials().size()));
  return study.model(number);
}

std::string read_model(const std::string &name) {
  const std::size_t colon = name.rfind(':');
  const std::string trial = colon == std::string::npos ? "" : name.substr(colon + 1);
  const bool numbered =
      trial == kChosen || (!trial.empty() && trial.find_first_not_of("0123456789") == std::string::npos);
  if (!numbered || std::filesystem::exists(name)) return read_file(name);
  const std::unique_ptr<Study> study = Study::open(name.substr(0, colon), Study::Mode::read);
  return trial_model(*study, trial);
}

NamedModel read_named_model(const std::string &model, const std::string &trial) {
  const auto stem_of = [](const std::string &of) { return of == kChosen ? of : "trial-" + of; };
  if (!trial.empty()) {
    const std::unique_ptr<Study> study = Study::open(model, Study::Mode::read);
    return {model + ":" + trial, stem_of(trial), trial_model(*study, trial)};
  }
  if (std::filesystem::is_directory(model))
    throw UsageError(fmt::format(
        "'{}' is a folder: give the number of a trial, or 'chosen' as well (nac report lists them)", model));
  const bool file = std::filesystem::exists(model);
  const std::size_t colon = model.rfind(':');
  const bool plain = file || colon == std::string::npos;
  return {model, plain ? std::filesystem::path(model).stem().string() : stem_of(model.substr(colon + 1)),
          read_model(model), file};
}

}  // namespace nac::fw
