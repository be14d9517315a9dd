// SPDX-License-Identifier: Apache-2.0
#include "host_space.hpp"

#include <cmath>

namespace nac::bench {
namespace {

std::vector<std::string> index_names(double last) {
  std::vector<std::string> names;
  for (int i = 0; i <= static_cast<int>(last); ++i) names.push_back(std::to_string(i));
  return names;
}

std::vector<double> index_values(double last) {
  std::vector<double> values;
  for (int i = 0; i <= static_cast<int>(last); ++i) values.push_back(i);
  return values;
}

uint32_t add(fw::Space &space, const dimension &d) {
  switch (d.kind) {
    case NAC_DIMENSION_INTEGER:
      return space.add_integer(d.name, static_cast<int64_t>(d.low), static_cast<int64_t>(d.high),
                               static_cast<int64_t>(d.step));
    case NAC_DIMENSION_NUMBER: return space.add_number(d.name, d.low, d.high, d.logarithmic);
    case NAC_DIMENSION_CHOICE: return space.add_choice(d.name, index_names(d.high));
    default: return space.add_ordered(d.name, index_values(d.high));
  }
}

}  // namespace

fw::Space host_space(const std::vector<dimension> &dimensions) {
  fw::Space space;
  for (const dimension &d : dimensions) {
    const uint32_t index = add(space, d);
    for (const auto &c : d.conditions) space.only_if(index, c.parent, c.values);
  }
  return space;
}

std::vector<double> genome_of(const fw::Point &point) {
  const auto count = static_cast<uint32_t>(point.space().dimensions().size());
  std::vector<double> genome(count, std::nan(""));
  for (uint32_t i = 0; i < count; ++i)
    if (point.has(i)) genome[i] = point.get(i);
  return genome;
}

fw::Point point_of(const fw::Space &space, const std::vector<double> &genome) {
  fw::Point point(space);
  for (uint32_t i = 0; i < genome.size(); ++i)
    if (point.active(i)) point.set(i, genome[i]);
  point.finish();
  return point;
}

}  // namespace nac::bench
