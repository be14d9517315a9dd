// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "services/nearest.hpp"
#include "services/space.hpp"

namespace nac::fw {
namespace {

[[noreturn]] void refuse(const std::string &message) { throw Error(message, NAC_INVALID_ARGUMENT); }

std::string accepted(const Space::Dimension &d) {
  switch (d.kind) {
    case NAC_DIMENSION_INTEGER:
      return d.step == 1 ? fmt::format("integers {}..{}", d.low, d.high)
                         : fmt::format("integers {}..{} in steps of {}", d.low, d.high, d.step);
    case NAC_DIMENSION_NUMBER: return fmt::format("numbers {}..{}", d.low, d.high);
    case NAC_DIMENSION_CHOICE: return quoted_list(d.choices);
    default: return fmt::format("one of {}", fmt::join(d.choices, ", "));
  }
}

const Space::Dimension &dimension_of(const Space &space, uint32_t dimension) {
  if (dimension >= space.dimensions().size())
    refuse(fmt::format("there is no dimension {}; the space has {}", dimension, space.dimensions().size()));
  return space.dimensions()[dimension];
}

/// The stored value that a JSON value stands for; throws Error.
double value_from(const Space::Dimension &d, const nlohmann::json &value) {
  const auto wrong = [&]() {
    refuse(fmt::format("dimension '{}' does not accept {}; accepted: {}", d.name, value.dump(), accepted(d)));
  };
  if (d.kind == NAC_DIMENSION_CHOICE) {
    if (!value.is_string()) wrong();
    const auto at = std::find(d.choices.begin(), d.choices.end(), value.get<std::string>());
    if (at == d.choices.end()) wrong();
    return static_cast<double>(at - d.choices.begin());
  }
  if (!value.is_number()) wrong();
  const auto number = value.get<double>();
  if (d.kind != NAC_DIMENSION_ORDERED) return number;
  const auto at = std::find(d.ordered.begin(), d.ordered.end(), number);
  if (at == d.ordered.end()) wrong();
  return static_cast<double>(at - d.ordered.begin());
}

}  // namespace

Point::Point(const Space &space)
    : space_(&space), values_(space.dimensions().size(), std::numeric_limits<double>::quiet_NaN()) {}

void Point::set(uint32_t dimension, double value) {
  const Space::Dimension &d = dimension_of(*space_, dimension);
  const bool inside = std::isfinite(value) && value >= d.low && value <= d.high;
  const bool on_grid = inside && (d.kind == NAC_DIMENSION_NUMBER || std::fmod(value - d.low, d.step) == 0);
  if (!on_grid && (d.kind == NAC_DIMENSION_CHOICE || d.kind == NAC_DIMENSION_ORDERED))
    refuse(fmt::format("dimension '{}': {} is no index of its {} values; accepted: integers 0..{}", d.name, value,
                       d.choices.size(), d.high));
  if (!on_grid) refuse(fmt::format("dimension '{}': {} is not accepted; accepted: {}", d.name, value, accepted(d)));
  values_[dimension] = value + 0.0;  // -0 becomes 0, so that equal points print alike
}

bool Point::has(uint32_t dimension) const { return dimension < values_.size() && !std::isnan(values_[dimension]); }

double Point::get(uint32_t dimension) const {
  const Space::Dimension &d = dimension_of(*space_, dimension);
  if (std::isnan(values_[dimension]))
    throw Error(fmt::format("dimension '{}' has no value in this point", d.name), NAC_NOT_FOUND);
  return values_[dimension];
}

std::vector<bool> Point::activity(uint32_t count) const {
  std::vector<bool> active(count);
  for (uint32_t i = 0; i < count; ++i) {
    const std::vector<Space::Condition> &conditions = space_->dimensions()[i].conditions;
    active[i] = std::all_of(conditions.begin(), conditions.end(), [&](const Space::Condition &c) {
      return active[c.parent] && has(c.parent) &&
             std::binary_search(c.values.begin(), c.values.end(), static_cast<int64_t>(values_[c.parent]));
    });
  }
  return active;
}

bool Point::active(uint32_t dimension) const {
  dimension_of(*space_, dimension);
  return activity(dimension + 1)[dimension];
}

void Point::finish() {
  const std::vector<bool> active = activity(static_cast<uint32_t>(values_.size()));
  for (uint32_t i = 0; i < values_.size(); ++i)
    if (active[i] && !has(i))
      refuse(fmt::format("the point has no value for dimension '{}', which is active in it",
                         dimension_of(*space_, i).name));
  for (uint32_t i = 0; i < values_.size(); ++i)
    if (!active[i]) values_[i] = std::numeric_limits<double>::quiet_NaN();
}

std::string Point::canonical() const {
  std::string out;
  const std::vector<bool> active = activity(static_cast<uint32_t>(values_.size()));
  for (uint32_t i = 0; i < values_.size(); ++i) {
    if (!active[i]) continue;
    if (!out.empty()) out += ';';
    out += space_->dimensions()[i].name + "=" + space_->text(i, get(i));
  }
  return out;
}

std::string Point::to_json() const {
  nlohmann::ordered_json out = nlohmann::ordered_json::object();
  const std::vector<bool> active = activity(static_cast<uint32_t>(values_.size()));
  for (uint32_t i = 0; i < values_.size(); ++i) {
    if (!active[i]) continue;
    const Space::Dimension &d = space_->dimensions()[i];
    const double v = get(i);
    if (d.kind == NAC_DIMENSION_CHOICE) {
      out[d.name] = d.choices[static_cast<std::size_t>(v)];
    } else {
      const double number = d.kind == NAC_DIMENSION_ORDERED ? d.ordered[static_cast<std::size_t>(v)] : v;
      const bool whole = d.kind != NAC_DIMENSION_NUMBER && number == std::floor(number) && std::abs(number) < 0x1p53;
      if (whole) {
        out[d.name] = static_cast<int64_t>(number);
      } else {
        out[d.name] = number;
      }
    }
  }
  return out.dump();
}

Point Point::from_json(const Space &space, const std::string &json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object())
    refuse(fmt::format("'{}' is no point; accepted is a JSON object such as {{\"width\": 8}}", json.substr(0, 200)));
  std::vector<std::string> names;
  for (const Space::Dimension &d : space.dimensions()) names.push_back(d.name);
  Point point(space);
  for (const auto &[name, value] : parsed.items()) {
    const int32_t i = space.find(name);
    if (i < 0) refuse(fmt::format("the space has no dimension '{}'{}", name, did_you_mean(name, names)));
    const auto dimension = static_cast<uint32_t>(i);
    point.set(dimension, value_from(space.dimensions()[dimension], value));
  }
  for (uint32_t i = 0; i < names.size(); ++i)
    if (point.has(i) && !point.active(i))
      refuse(
          fmt::format("dimension '{}' has a value but is not active in the point {}", names[i], json.substr(0, 200)));
  point.finish();
  return point;
}

}  // namespace nac::fw
