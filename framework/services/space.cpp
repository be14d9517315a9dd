// SPDX-License-Identifier: Apache-2.0
#include "services/space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.hpp"
#include "services/nearest.hpp"
#include "services/sha256.hpp"
#include "services/utf8.hpp"

namespace nac::fw {
namespace {

// Values travel as doubles, which hold integers exactly up to here.
constexpr int64_t kLargestInteger = int64_t{1} << 53;
constexpr std::size_t kLongestName = 128;

[[noreturn]] void refuse(const std::string &message) { throw Error(message, NAC_INVALID_ARGUMENT); }

bool name_is_plain(const std::string &name) {
  return !name.empty() && name.size() <= kLongestName && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
  });
}

}  // namespace

uint32_t Space::add(Dimension dimension) {
  if (!name_is_plain(dimension.name))
    refuse(fmt::format("dimension name '{}': accepted are 1 to {} letters, digits, '_', '.' and '-'",
                       printable(dimension.name), kLongestName));
  if (find(dimension.name) >= 0) refuse(fmt::format("dimension '{}' is there already", dimension.name));
  dimensions_.push_back(std::move(dimension));
  return static_cast<uint32_t>(dimensions_.size() - 1);
}

uint32_t Space::add_integer(const std::string &name, int64_t low, int64_t high, int64_t step) {
  if (low > high) refuse(fmt::format("dimension '{}': low {} is above high {}", name, low, high));
  if (low < -kLargestInteger || high > kLargestInteger)
    refuse(fmt::format("dimension '{}': {}..{} leaves the accepted range of +-2^53", name, low, high));
  if (step < 1) refuse(fmt::format("dimension '{}': step {} must be at least 1", name, step));
  if ((high - low) % step != 0)
    refuse(fmt::format("dimension '{}': high {} is not low {} plus a multiple of step {}; the nearest below is {}",
                       name, high, low, step, high - (high - low) % step));
  Dimension d;
  d.name = name;
  d.kind = NAC_DIMENSION_INTEGER;
  d.low = static_cast<double>(low);
  d.high = static_cast<double>(high);
  d.step = static_cast<double>(step);
  return add(std::move(d));
}

uint32_t Space::add_number(const std::string &name, double low, double high, bool logarithmic) {
  if (!std::isfinite(low) || !std::isfinite(high) || !std::isfinite(high - low))
    refuse(
        fmt::format("dimension '{}': the bounds {} and {} must be finite, and so their difference", name, low, high));
  if (low >= high) refuse(fmt::format("dimension '{}': low {} is not below high {}", name, low, high));
  if (logarithmic && low <= 0)
    refuse(fmt::format("dimension '{}': low {} of a logarithmic dimension must be positive", name, low));
  Dimension d;
  d.name = name;
  d.kind = NAC_DIMENSION_NUMBER;
  d.low = low;
  d.high = high;
  d.logarithmic = logarithmic;
  return add(std::move(d));
}

uint32_t Space::add_choice(const std::string &name, const std::vector<std::string> &names) {
  if (names.empty()) refuse(fmt::format("dimension '{}' needs at least one choice", name));
  std::set<std::string> seen;
  for (const std::string &choice : names) {
    // ';' separates dimensions in Point::canonical().
    const bool plain = !choice.empty() && is_utf8(choice) && std::none_of(choice.begin(), choice.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == ';';
    });
    if (!plain)
      refuse(fmt::format("dimension '{}': choice '{}' must be UTF-8, not empty, and without ';' and control characters",
                         name, printable(choice)));
    if (!seen.insert(choice).second) refuse(fmt::format("dimension '{}': choice '{}' is there twice", name, choice));
  }
  Dimension d;
  d.name = name;
  d.kind = NAC_DIMENSION_CHOICE;
  d.high = static_cast<double>(names.size() - 1);
  d.step = 1;
  d.choices = names;
  return add(std::move(d));
}

uint32_t Space::add_ordered(const std::string &name, const std::vector<double> &values) {
  if (values.empty()) refuse(fmt::format("dimension '{}' needs at least one value", name));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) refuse(fmt::format("dimension '{}': value {} is not finite", name, values[i]));
    const bool falling = values.size() > 1 && values[1] < values[0];
    if (i > 0 && (values[i] == values[i - 1] || (values[i] < values[i - 1]) != falling))
      refuse(fmt::format("dimension '{}': ordered values must rise or fall strictly, but {} follows {}", name,
                         values[i], values[i - 1]));
  }
  Dimension d;
  d.name = name;
  d.kind = NAC_DIMENSION_ORDERED;
  d.high = static_cast<double>(values.size() - 1);
  d.step = 1;
  d.ordered = values;
  for (const double v : values) d.choices.push_back(fmt::format("{}", v));
  return add(std::move(d));
}

void Space::only_if(uint32_t dimension, uint32_t parent, const std::vector<int64_t> &values) {
  const auto count = static_cast<uint32_t>(dimensions_.size());
  if (dimension >= count) refuse(fmt::format("condition on dimension {}: there are only {}", dimension, count));
  Dimension &child = dimensions_[dimension];
  if (parent >= dimension)
    refuse(fmt::format("dimension '{}' (number {}) can depend on earlier dimensions only, not on number {}", child.name,
                       dimension, parent));
  const Dimension &on = dimensions_[parent];
  if (on.kind == NAC_DIMENSION_NUMBER)
    refuse(fmt::format("dimension '{}' cannot depend on '{}', which is continuous", child.name, on.name));
  if (values.empty())
    refuse(fmt::format("dimension '{}' would never be active: no value of '{}' is given", child.name, on.name));
  for (const Condition &c : child.conditions)
    if (c.parent == parent)
      refuse(
          fmt::format("dimension '{}' depends on '{}' already; list all values in one condition", child.name, on.name));
  std::vector<int64_t> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const auto v = static_cast<double>(sorted[i]);
    if (v < on.low || v > on.high || std::fmod(v - on.low, on.step) != 0)
      refuse(fmt::format("dimension '{}' depends on value {} of '{}', which has {}..{} in steps of {}", child.name,
                         sorted[i], on.name, on.low, on.high, on.step));
    if (i > 0 && sorted[i] == sorted[i - 1])
      refuse(fmt::format("dimension '{}': value {} of '{}' is listed twice", child.name, sorted[i], on.name));
  }
  child.conditions.push_back({parent, std::move(sorted)});
}

int32_t Space::find(const std::string &name) const {
  for (std::size_t i = 0; i < dimensions_.size(); ++i)
    if (dimensions_[i].name == name) return static_cast<int32_t>(i);
  return -1;
}

std::string Space::text(uint32_t dimension, double value) const {
  if (dimension >= dimensions_.size())
    refuse(fmt::format("there is no dimension {}; the space has {}", dimension, dimensions_.size()));
  const Dimension &d = dimensions_[dimension];
  if (d.choices.empty()) return fmt::format("{}", value);
  if (!(value >= 0 && value <= d.high) || value != std::floor(value))
    refuse(fmt::format("dimension '{}': {} is no index of its {} values", d.name, value, d.choices.size()));
  return d.choices[static_cast<std::size_t>(value)];
}

std::string Space::fingerprint() const {
  std::string all;
  for (const Dimension &d : dimensions_) {
    all += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", d.name, d.kind, d.low, d.high, d.step, d.logarithmic ? 1 : 0);
    for (const std::string &c : d.choices) all += fmt::format("\t{}\n", c);
    for (const Condition &c : d.conditions) all += fmt::format("\t\t{} {}\n", c.parent, fmt::join(c.values, " "));
  }
  return sha256_hex(all);
}

}  // namespace nac::fw
