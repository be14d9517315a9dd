// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "graph/samples.hpp"

namespace test {

/// A graph with its data in the form that tests/parity/oracle.py reads. All parameters must have data.
nlohmann::json case_of(const std::string &name, const nac::fw::Graph &graph, nac::fw::ValueId loss,
                       const nac::fw::Samples &batch);
nlohmann::json to_json(const nac::fw::Tensor &tensor);

/// Whether Debian's python3-torch is there; prints why tests are skipped when not.
bool have_oracle();
/// PyTorch's answers by case name. One start of Python for all cases. Throws when Python fails.
nlohmann::json ask_oracle(const std::vector<nlohmann::json> &cases);

/// Runs tests/parity/<script> with an input file and reads the JSON it writes.
nlohmann::json run_script(const std::string &script, const std::string &input);

/// Largest difference relative to the largest expected magnitude; infinity when the numbers of elements differ or a
/// value is not finite.
double relative_error(const nac::fw::Tensor &found, const nlohmann::json &expected);

}  // namespace test
