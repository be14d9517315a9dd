// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "cmvm/builder.hpp"

namespace nac::cmvm {

/// What an output is: a term, or a constant where term.node < 0.
struct result {
  term what;
  int64_t constant = 0;
};

/// Graph of the results: sums that compute the same become one (`merge`), what nothing reads goes, and differences are
/// turned round where that saves a negated output.
adder_graph tidy(const problem &p, const std::vector<node> &nodes, const std::vector<result> &results,
                 bool merge = true);

}  // namespace nac::cmvm
