// SPDX-License-Identifier: Apache-2.0
//
// problem_space.hpp: dimensions written by hand, as a host would hand them to a search.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "nac/cpp/search.hpp"

namespace nac::bench {

inline dimension number_dimension(const std::string &name, double low, double high, bool logarithmic = false) {
  return {name, NAC_DIMENSION_NUMBER, low, high, 0, logarithmic, {}};
}
inline dimension integer_dimension(const std::string &name, double low, double high, double step = 1) {
  return {name, NAC_DIMENSION_INTEGER, low, high, step, false, {}};
}
inline dimension choice_dimension(const std::string &name, std::size_t count) {
  return {name, NAC_DIMENSION_CHOICE, 0, static_cast<double>(count) - 1, 1, false, {}};
}
inline dimension ordered_dimension(const std::string &name, std::size_t count) {
  return {name, NAC_DIMENSION_ORDERED, 0, static_cast<double>(count) - 1, 1, false, {}};
}
inline dimension only_if(dimension d, std::size_t parent, std::vector<int64_t> values) {
  d.conditions.push_back({static_cast<uint32_t>(parent), std::move(values)});
  return d;
}

}  // namespace nac::bench
