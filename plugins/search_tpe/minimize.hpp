// SPDX-License-Identifier: Apache-2.0
//
// minimize.hpp: local minimum of a smooth function in a box.
#pragma once
#include <Eigen/Dense>
#include <functional>

namespace nac::searching {

/// Value at x; writes the gradient.
using smooth_function = std::function<double(const Eigen::VectorXd &x, Eigen::VectorXd &gradient)>;

struct minimum {
  Eigen::VectorXd at;
  double value = 0;
};

/// Projected BFGS with backtracking (Bertsekas 1982; Nocedal, Wright, "Numerical Optimization", chapter 6) from a start
/// inside the box. Never worse than the start; ends after `iterations`, or when no coordinate can move by much.
minimum minimize_in_box(const smooth_function &f, const Eigen::VectorXd &start, const Eigen::VectorXd &low,
                        const Eigen::VectorXd &high, int iterations);

}  // namespace nac::searching
