// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "manifest/plugin_choice.hpp"
#include "manifest/read_stages.hpp"

namespace nac::fw {
namespace {

/// A number, or [low, high].
void read_range(ManifestDocument &d, const std::string &path, bool zero, TuneStage::Range &out) {
  const auto given = d.value(path);
  if (!given) return;
  std::vector<double> bounds;
  if (const auto *list = std::get_if<std::vector<double>>(&*given)) bounds = *list;
  if (const auto *real = std::get_if<double>(&*given)) bounds = {*real, *real};
  if (const auto *whole = std::get_if<int64_t>(&*given)) bounds.assign(2, static_cast<double>(*whole));
  const auto good = [&](double v) { return std::isfinite(v) && (zero ? v >= 0 : v > 0); };
  if (bounds.size() != 2 || !good(bounds[0]) || !good(bounds[1]) || bounds[0] > bounds[1]) {
    d.problem(path, fmt::format("'{}' must be a number {} or a range of such, e.g. [1e-4, 1e-2], found {}", path,
                                zero ? "of at least 0" : "above 0", to_toml(*given)));
    return;
  }
  out = {bounds[0], bounds[1]};
}

template <class Enum>
void read_names(ManifestDocument &d, const std::string &path, const char *accepted, std::vector<Enum> &out) {
  const auto given = d.values(path);
  if (!given) return;
  std::vector<Enum> found;
  for (const ConfigValue &value : *given) {
    Enum parsed{};
    const auto *name = std::get_if<std::string>(&value);
    if (name == nullptr || !parse(*name, parsed))
      return d.problem(path,
                       fmt::format("'{}' must be {}, or a list of such, found {}", path, accepted, to_toml(value)));
    if (std::find(found.begin(), found.end(), parsed) != found.end())
      return d.problem(path, fmt::format("'{}' has \"{}\" twice", path, *name));
    found.push_back(parsed);
  }
  if (found.empty()) return d.problem(path, fmt::format("'{}' is empty; give {}", path, accepted));
  out = found;
}

void read_sizes(ManifestDocument &d, const std::string &path, std::vector<int> &out) {
  const auto given = d.values(path);
  if (!given) return;
  std::vector<int> found;
  for (const ConfigValue &value : *given) {
    const auto *size = std::get_if<int64_t>(&value);
    if (size == nullptr || *size < 1 || *size > 1'000'000'000)
      return d.problem(path, fmt::format("'{}' must be a positive integer or a list of such, e.g. [64, 256], found {}",
                                         path, to_toml(value)));
    found.push_back(static_cast<int>(*size));
  }
  std::sort(found.begin(), found.end());
  if (found.empty()) return d.problem(path, fmt::format("'{}' is empty; give a size or several", path));
  if (std::adjacent_find(found.begin(), found.end()) != found.end())
    return d.problem(path, fmt::format("'{}' has a size twice", path));
  out = found;
}

}  // namespace

const std::vector<std::string> &tune_keys() {
  static const std::vector<std::string> keys{"candidates", "presets",       "trials",      "epochs",
                                             "parallel",   "lookahead",     "batch_size",  "optimizer",
                                             "schedule",   "learning_rate", "weight_decay"};
  return keys;
}

TuneStage read_tune(ManifestDocument &d, const Recipe &search_train) {
  TuneStage s;
  s.strategy = read_plugin(d, "tune", tune_keys(), kDefaultTuner);
  s.candidates = read_candidates(d, "tune", "candidates");
  s.base = search_train;
  if (const auto v = d.integer("tune.trials", 1, 1'000'000)) s.trials = static_cast<uint64_t>(*v);
  if (const auto v = d.integer("tune.epochs", 1, 1'000'000'000)) s.base.epochs = static_cast<int>(*v);
  if (const auto v = d.integer("tune.parallel", 0, 4096)) s.parallel = static_cast<int>(*v);
  if (const auto v = d.integer("tune.lookahead", 1, 4096)) s.lookahead = static_cast<uint32_t>(*v);
  read_range(d, "tune.learning_rate", false, s.learning_rate);
  read_range(d, "tune.weight_decay", true, s.weight_decay);
  read_sizes(d, "tune.batch_size", s.batch_size);
  read_names(d, "tune.optimizer", "adam, adamw, sgd or rmsprop", s.optimizer);
  read_names(d, "tune.schedule", "constant, cosine, step or plateau", s.schedule);
  return s;
}

}  // namespace nac::fw
