// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fixed/integer_model.hpp"
#include "graph/tensor.hpp"

namespace nac::fw {

/// The first place where two results are not the same.
struct Difference {
  std::string with;    ///< "C-simulation", "training forward"
  std::string output;  ///< its name
  int64_t vector = 0, element = 0;
  double expected = 0, found = 0;
};

struct Comparison {
  int64_t different = 0;  ///< values
  std::optional<Difference> first;
};

/// n * 2^-fraction of every element, as float64, which holds integers of up to 53 bits exactly.
Tensor doubles_of(const IntegerTensor &integers);
/// Counts elements of `found` (f64, or f32: then each expected value is rounded to that once) that are not the
/// integers' value; NaN never is. Adds to `all`. Throws Error where the shapes are not the same.
void compare(const IntegerTensor &integers, const Tensor &found, const std::string &with, const std::string &output,
             Comparison &all);

/// "C-simulation, output 'y', vector 17, element 3: 0.25 instead of 0.5".
std::string text_of(const Difference &difference);

}  // namespace nac::fw
