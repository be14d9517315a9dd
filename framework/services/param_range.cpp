// SPDX-License-Identifier: Apache-2.0
#include "services/param_range.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "base/error.hpp"
#include "services/nearest.hpp"

namespace nac::fw {
namespace {

std::string trimmed(const std::string &text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<double> number_of(const std::string &text) {
  const char *first = text.data() + (!text.empty() && text[0] == '+' ? 1 : 0);
  double value = 0;
  const auto [end, error] = std::from_chars(first, text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || std::isnan(value)) return std::nullopt;
  return value;
}

std::vector<std::string> split(const std::string &text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  for (std::string &part : parts) part = trimmed(part);
  return parts;
}

}  // namespace

ParamRange::ParamRange(const std::string &text) {
  const std::string all = trimmed(text);
  const auto malformed = [&](const char *why) {
    throw Error(
        fmt::format("range \"{}\" {}; accepted are \"[low, high]\", \"(low, high)\" and \"{{a, b}}\"", text, why),
        NAC_INVALID_ARGUMENT);
  };
  if (all.size() < 2) malformed("is too short");
  const std::vector<std::string> parts = split(all.substr(1, all.size() - 2));
  if (all.front() == '{' && all.back() == '}') {
    set_ = true;
    names_ = parts;
    for (const std::string &name : names_)
      if (name.empty()) malformed("has an empty member");
    return;
  }
  if ((all.front() != '[' && all.front() != '(') || (all.back() != ']' && all.back() != ')'))
    malformed("has no matching brackets");
  if (parts.size() != 2) malformed("does not have two bounds");
  const std::optional<double> low = number_of(parts[0]), high = number_of(parts[1]);
  if (!low || !high) malformed("has a bound that is no number");
  low_ = *low, high_ = *high;
  open_low_ = all.front() == '(', open_high_ = all.back() == ')';
  if (low_ > high_ || (low_ == high_ && (open_low_ || open_high_))) malformed("is empty");
}

bool ParamRange::contains(double value) const {
  if (set_) {
    for (const std::string &name : names_)
      if (number_of(name) == value) return true;
    return false;
  }
  return (open_low_ ? value > low_ : value >= low_) && (open_high_ ? value < high_ : value <= high_);
}

bool ParamRange::contains(const std::string &value) const {
  for (const std::string &name : names_)
    if (name == value) return true;
  return false;
}

std::string ParamRange::describe() const {
  if (set_) return names_.size() == 1 ? quoted_list(names_) : "one of " + quoted_list(names_);
  const bool from = std::isfinite(low_), to = std::isfinite(high_);
  const std::string low = fmt::format("{} {}", open_low_ ? "above" : "at least", low_);
  const std::string high = fmt::format("{} {}", open_high_ ? "below" : "at most", high_);
  if (from && to) {
    return !open_low_ && !open_high_ ? fmt::format("between {} and {}", low_, high_) : low + " and " + high;
  }
  if (from) return low;
  if (to) return high;
  return "any number";
}

}  // namespace nac::fw
