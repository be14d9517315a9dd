// SPDX-License-Identifier: Apache-2.0
//
// problems.hpp: closed-form benchmark problems for search strategies. Everything is minimized.
#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "nac/cpp/search.hpp"

namespace nac::bench {

struct problem {
  std::string name;
  std::vector<dimension> space;
  std::size_t objectives = 1;
  /// Objectives of a canonical genome; inactive dimensions are NaN and are not read.
  std::function<std::vector<double>(const std::vector<double> &)> evaluate;
  std::vector<double> near_reference, far_reference;  ///< for hypervolumes; empty for one objective
  /// Bit k: objective k costs no training, so a search that asks for exact objectives may know it beforehand.
  uint64_t exact = 0;
  /// The least value, or the near hypervolume of the true front (braggtoy: of the best front known).
  double best_known = std::numeric_limits<double>::quiet_NaN();
};

/// ZDT1-4 and 6 (Zitzler, Deb, Thiele 2000), DTLZ2 with three objectives (Deb, Thiele, Laumanns, Zitzler 2002).
problem zdt(int number);
problem dtlz2();
/// Chain of 12 layers with 5 relabelled widths each; flat categorical, two objectives.
problem nascat();
/// Hierarchical space shaped like the Bragg search of NAC: conditional blocks, closed-form error, log2 of BOPs.
problem braggtoy();
problem branin();
problem hartmann6();
problem rosenbrock(std::size_t variables);
/// Training hyperparameters with conditional ones.
problem mixcond();

/// All of them; by_name throws failure listing the names.
std::vector<problem> all_problems();
problem by_name(const std::string &name);

}  // namespace nac::bench
