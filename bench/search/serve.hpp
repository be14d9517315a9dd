// SPDX-License-Identifier: Apache-2.0
//
// serve.hpp: a problem behind a pipe, so that a search in another language is measured on the same definition.
#pragma once
#include <iosfwd>
#include <vector>

#include "problems.hpp"

namespace nac::bench {

/// First writes the space as one JSON line: {"problem", "objectives", "exact", "dimensions": [{"name", "kind", "low",
/// "high", "step", "log", "choices", "conditions": [{"parent", "values"}]}]}. Then each line {"name": value, ...} with
/// the active dimensions (choices as their names, "0", "1", ...) is answered by {"objectives": [...]}. A line
/// {"end": true} is answered by Record::standings and clears the record, for the next run.
void serve(const problem &p, const std::vector<std::size_t> &budgets, std::istream &in, std::ostream &out);

}  // namespace nac::bench
