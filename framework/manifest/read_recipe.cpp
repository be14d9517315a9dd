// SPDX-License-Identifier: Apache-2.0
#include "manifest/read_recipe.hpp"

#include <fmt/format.h>

#include <limits>
#include <vector>

namespace nac::fw {
namespace {

const std::vector<std::string> kKeys{"epochs",       "batch_size", "optimizer",        "learning_rate",
                                     "weight_decay", "momentum",   "schedule",         "final_learning_rate",
                                     "step_size",    "gamma",      "plateau_patience", "patience",
                                     "clip_norm",    "monitor"};

template <class Enum>
void read_name(ManifestDocument &d, const std::string &path, const char *accepted, Enum &out) {
  const auto text = d.text(path);
  if (text && !parse(*text, out)) d.problem(path, fmt::format("'{}' must be {}, found \"{}\"", path, accepted, *text));
}

}  // namespace

Recipe read_recipe(ManifestDocument &d, const std::string &path, const Recipe &base) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Recipe r = base;
  const auto whole = [&](const char *key, int low, int &out) {
    if (const auto v = d.integer(path + "." + key, low, 1'000'000'000)) out = static_cast<int>(*v);
  };
  const auto real = [&](const char *key, bool positive, double high, double &out) {
    if (const auto v = d.number(path + "." + key, 0, high, positive)) out = *v;
  };
  whole("epochs", 1, r.epochs);
  whole("batch_size", 1, r.batch_size);
  read_name(d, path + ".optimizer", "adam, adamw, sgd or rmsprop", r.optimizer);
  real("learning_rate", true, kInfinity, r.learning_rate);
  real("weight_decay", false, kInfinity, r.weight_decay);
  real("momentum", false, 1, r.momentum);
  read_name(d, path + ".schedule", "constant, cosine, step or plateau", r.schedule);
  real("final_learning_rate", false, kInfinity, r.final_learning_rate);
  whole("step_size", 1, r.step_size);
  real("gamma", true, 1, r.gamma);
  whole("plateau_patience", 0, r.plateau_patience);
  whole("patience", 0, r.patience);
  real("clip_norm", false, kInfinity, r.clip_norm);
  if (const auto monitor = d.text(path + ".monitor")) {
    if (*monitor == "metric" || *monitor == "loss")
      r.monitor_metric = *monitor == "metric";
    else
      d.problem(path + ".monitor", fmt::format("'{}.monitor' must be loss or metric, found \"{}\"", path, *monitor));
  }
  d.report_unread(path, kKeys);
  return r;
}

}  // namespace nac::fw
