// SPDX-License-Identifier: Apache-2.0
//
// columns.hpp: which columns of a matrix have to be computed, and each as what is added to which other.
#pragma once
#include <cstdint>
#include <vector>

#include "cmvm/problem.hpp"

namespace nac::cmvm {

/// Column `column` of the distinct ones, shifted and negated, plus a constant. column < 0: the constant alone.
struct column_use {
  int column = -1;
  int shift = 0;
  bool negate = false;
  int64_t constant = 0;
};

/// Outputs that differ by shift and sign only share a column; inputs of one value are part of the constants.
struct distinct_columns {
  std::vector<std::vector<int64_t>> columns;  ///< none zero, each with an odd value
  std::vector<column_use> uses;               ///< of each output
  std::vector<int> users;                     ///< how many, of each column
};
distinct_columns find_columns(const problem &p);

/// Column = difference (-)parent's column; parent < 0: the column itself.
struct derived_column {
  int parent = -1;
  bool negate = false;
  std::vector<int64_t> difference;
};

struct derivation {
  std::vector<derived_column> columns;
  std::vector<int> order;  ///< parents first
};
/// Each by itself.
derivation independent(const distinct_columns &c);
/// A tree of small differences (in signed digits) with at most `longest` steps from a column that is computed by
/// itself.
derivation spanning_tree(const distinct_columns &c, int longest);

}  // namespace nac::cmvm
