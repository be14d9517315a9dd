// SPDX-License-Identifier: Apache-2.0
#include "pipeline/hardware/compare.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"

namespace nac::fw {
namespace {

/// 2^-fraction of each element of a row.
std::vector<double> steps_of(const IntegerTensor &t) {
  const int64_t rows = t.shape.at(0);
  const std::size_t elements = rows == 0 ? 0 : t.data.size() / static_cast<std::size_t>(rows);
  std::vector<double> steps(elements, t.fraction.empty() ? 1.0 : std::ldexp(1.0, -t.fraction[0]));
  if (t.fraction.size() < 2) return steps;
  std::size_t inner = 1;
  for (std::size_t d = t.channel_axis + 1; d < t.shape.size(); ++d) inner *= static_cast<std::size_t>(t.shape[d]);
  for (std::size_t e = 0; e < elements; ++e) steps[e] = std::ldexp(1.0, -t.fraction[e / inner % t.fraction.size()]);
  return steps;
}

}  // namespace

Tensor doubles_of(const IntegerTensor &integers) {
  const std::vector<double> steps = steps_of(integers);
  Tensor out(DType::f64, integers.shape);
  double *data = out.mutable_data<double>();
  for (std::size_t i = 0; i < integers.data.size(); ++i)
    data[i] = static_cast<double>(integers.data[i]) * steps[i % steps.size()];
  return out;
}

void compare(const IntegerTensor &integers, const Tensor &found, const std::string &with, const std::string &output,
             Comparison &all) {
  if (found.shape() != integers.shape || (found.dtype() != DType::f64 && found.dtype() != DType::f32))
    throw Error(fmt::format("the {} gives {} {} for output '{}', the integers are {}", with, name_of(found.dtype()),
                            text_of(found.shape()), output, text_of(integers.shape)));
  const bool single = found.dtype() == DType::f32;
  const std::vector<double> steps = steps_of(integers);
  for (std::size_t i = 0; i < integers.data.size(); ++i) {
    const double step = steps[i % steps.size()];
    const double expected = single ? static_cast<double>(static_cast<float>(integers.data[i])) * step
                                   : static_cast<double>(integers.data[i]) * step;
    const double value = single ? static_cast<double>(found.data<float>()[i]) : found.data<double>()[i];
    if (value == expected) continue;
    ++all.different;
    if (!all.first)
      all.first = {with,     output, static_cast<int64_t>(i / steps.size()), static_cast<int64_t>(i % steps.size()),
                   expected, value};
  }
}

std::string text_of(const Difference &d) {
  return fmt::format("{}, output '{}', vector {}, element {}: {} instead of {}", d.with, d.output, d.vector, d.element,
                     d.found, d.expected);
}

}  // namespace nac::fw
