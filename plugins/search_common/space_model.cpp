// SPDX-License-Identifier: Apache-2.0
#include "search_common/space_model.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace nac::searching {
namespace {

std::string number_text(double v) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", v);
  return text;
}

uint64_t bits_of(double v) { return std::bit_cast<uint64_t>(v == 0 ? 0.0 : v); }  // -0 and 0 are one value

void check_range(const dimension &d) {
  if (d.kind < NAC_DIMENSION_INTEGER || d.kind > NAC_DIMENSION_ORDERED)
    invalid("dimension '" + d.name + "' has the unknown kind " + std::to_string(d.kind));
  if (!std::isfinite(d.low) || !std::isfinite(d.high) || d.low > d.high)
    invalid("dimension '" + d.name + "' has the empty range [" + number_text(d.low) + ", " + number_text(d.high) + "]");
  if (d.discrete() && !(d.step > 0 && std::isfinite(d.step) && (d.high - d.low) / d.step < 0x1p53))
    invalid("dimension '" + d.name + "' has the step " + number_text(d.step) + "; a positive one is needed");
  if (!d.discrete() && d.logarithmic && d.low <= 0)
    invalid("dimension '" + d.name + "' is logarithmic and starts at " + number_text(d.low) +
            "; it must start above 0");
}

}  // namespace

space_model::space_model(std::vector<dimension> dimensions) : dimensions_(std::move(dimensions)) {
  for (std::size_t i = 0; i < size(); ++i) {
    const dimension &d = dimensions_[i];
    check_range(d);
    counts_.push_back(d.low == d.high ? 1 : d.discrete() ? d.count() : 0);
    for (const dimension::condition &c : d.conditions)
      if (c.parent >= i || !dimensions_[c.parent].discrete())
        invalid("dimension '" + d.name + "' depends on dimension " + std::to_string(c.parent) +
                "; a parent must be discrete and come earlier");
    roots_.push_back(d.conditions.empty() ? i : roots_[d.conditions.front().parent]);
  }
}

bool space_model::active(std::size_t i, const genome &g, const std::vector<char> &flags) const {
  for (const dimension::condition &c : dimensions_[i].conditions) {
    if (!flags[c.parent] || std::isnan(g[c.parent])) return false;
    const auto value = static_cast<int64_t>(std::llround(g[c.parent]));
    if (std::find(c.values.begin(), c.values.end(), value) == c.values.end()) return false;
  }
  return true;
}

void space_model::activity(const genome &g, std::vector<char> &flags) const {
  flags.assign(size(), 0);
  for (std::size_t i = 0; i < size(); ++i) flags[i] = active(i, g, flags) ? 1 : 0;
}

std::vector<char> space_model::activity(const genome &g) const {
  std::vector<char> flags;
  activity(g, flags);
  return flags;
}

double space_model::value_at(std::size_t i, uint64_t k) const {
  const dimension &d = dimensions_[i];
  return std::min(d.high, d.low + d.step * static_cast<double>(k));
}

uint64_t space_model::index_of(std::size_t i, double value) const {
  const dimension &d = dimensions_[i];
  return static_cast<uint64_t>(std::llround((value - d.low) / d.step));
}

bool space_model::legal(std::size_t i, double value) const {
  const dimension &d = dimensions_[i];
  if (!(value >= d.low && value <= d.high)) return false;  // also false for NaN
  return !d.discrete() || value_at(i, index_of(i, value)) == value;
}

double space_model::to_unit(std::size_t i, double value) const {
  const dimension &d = dimensions_[i];
  if (d.low == d.high) return 0;
  if (d.logarithmic) return std::log(value / d.low) / std::log(d.high / d.low);
  return (value - d.low) / (d.high - d.low);
}

double space_model::from_unit(std::size_t i, double unit) const {
  const dimension &d = dimensions_[i];
  if (unit <= 0) return d.low;
  if (unit >= 1) return d.high;
  const double value =
      d.logarithmic ? d.low * std::exp(unit * std::log(d.high / d.low)) : d.low + unit * (d.high - d.low);
  return std::clamp(value, d.low, d.high);
}

double space_model::random_value(std::size_t i, rng &r) const {
  return counts_[i] == 0 ? from_unit(i, r.uniform()) : value_at(i, r.below(counts_[i]));
}

genome space_model::random_genome(rng &r) const {
  genome g(size());
  for (std::size_t i = 0; i < size(); ++i) g[i] = random_value(i, r);
  return g;
}

genome space_model::canonical(const genome &g) const {
  const std::vector<char> flags = activity(g);
  genome result(g);
  for (std::size_t i = 0; i < size(); ++i)
    if (!flags[i]) result[i] = std::numeric_limits<double>::quiet_NaN();
  return result;
}

phenotype space_model::identity(const genome &g) const {
  const std::vector<char> flags = activity(g);
  phenotype p{0x6A09E667F3BCC908u, 0xBB67AE8584CAA73Bu};
  for (std::size_t i = 0; i < size(); ++i) {
    if (!flags[i]) continue;
    const uint64_t value = bits_of(g[i]);
    p.high = mix64(p.high ^ mix64(value + i));
    p.low = mix64(p.low + mix64(value ^ (0x3C6EF372FE94F82Bu * (i + 1))));
  }
  return p;
}

void space_model::check(const genome &g, const std::string &what) const {
  if (g.size() != size())
    invalid(what + " has " + std::to_string(g.size()) + " values; the space has " + std::to_string(size()) +
            " dimensions");
  const std::vector<char> flags = activity(g);
  for (std::size_t i = 0; i < size(); ++i) {
    if (!flags[i] || legal(i, g[i])) continue;
    const dimension &d = dimensions_[i];
    const std::string range = "[" + number_text(d.low) + ", " + number_text(d.high) + "]" +
                              (d.discrete() ? " in steps of " + number_text(d.step) : std::string());
    invalid(what + ": dimension '" + d.name + "' " +
            (std::isnan(g[i]) ? std::string("is active but has no value") : "has the value " + number_text(g[i])) +
            "; accepted: " + range);
  }
}

uint64_t space_model::fingerprint() const {
  uint64_t h = mix64(size());
  const auto add = [&h](uint64_t x) { h = mix64(h ^ mix64(x)); };
  for (const dimension &d : dimensions_) {
    for (const char c : d.name) add(static_cast<unsigned char>(c));
    add(static_cast<uint64_t>(d.kind));
    for (const double v : {d.low, d.high, d.step}) add(bits_of(v));
    add(d.logarithmic ? 1 : 0);
    add(d.conditions.size());
    for (const dimension::condition &c : d.conditions) {
      add(c.parent);
      add(c.values.size());
      for (const int64_t v : c.values) add(static_cast<uint64_t>(v));
    }
  }
  return h;
}

}  // namespace nac::searching
