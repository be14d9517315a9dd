// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/recipe_space.hpp"

#include "base/error.hpp"

namespace nac::fw {
namespace {

constexpr const char *kRate = "learning_rate", *kBatch = "batch_size", *kOptimizer = "optimizer",
                     *kDecay = "weight_decay", *kSchedule = "schedule";

void add_range(Space &space, const char *name, const TuneStage::Range &range) {
  if (!range.fixed()) space.add_number(name, range.low, range.high, range.low > 0);
}

template <class Enum>
void add_names(Space &space, const char *name, const std::vector<Enum> &values) {
  if (values.size() < 2) return;
  std::vector<std::string> names;
  for (const Enum v : values) names.emplace_back(name_of(v));
  space.add_choice(name, names);
}

double value_of(const Point &point, const char *name, double fixed) {
  const int32_t at = point.space().find(name);
  return at < 0 ? fixed : point.get(static_cast<uint32_t>(at));
}

/// Of a choice or an ordered dimension; the only value where there is no dimension.
template <class T>
T pick(const Point &point, const char *name, const std::vector<T> &values) {
  return values.at(static_cast<std::size_t>(value_of(point, name, 0)));
}

}  // namespace

Space recipe_space(const TuneStage &stage) {
  Space space;
  add_range(space, kRate, stage.learning_rate);
  if (stage.batch_size.size() > 1)
    space.add_ordered(kBatch, std::vector<double>(stage.batch_size.begin(), stage.batch_size.end()));
  add_names(space, kOptimizer, stage.optimizer);
  add_range(space, kDecay, stage.weight_decay);
  add_names(space, kSchedule, stage.schedule);
  if (space.dimensions().empty())
    throw UsageError(
        "[tune] fixes every value of the recipe: there is nothing to tune; give at least one of "
        "learning_rate, batch_size, optimizer, weight_decay and schedule several values");
  return space;
}

Recipe recipe_at(const TuneStage &stage, const Point &point) {
  Recipe r = stage.base;
  r.learning_rate = value_of(point, kRate, stage.learning_rate.low);
  r.batch_size = pick(point, kBatch, stage.batch_size);
  r.optimizer = pick(point, kOptimizer, stage.optimizer);
  r.weight_decay = value_of(point, kDecay, stage.weight_decay.low);
  r.schedule = pick(point, kSchedule, stage.schedule);
  return r;
}

}  // namespace nac::fw
