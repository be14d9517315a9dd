// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "pipeline/ports.hpp"
#include "study/study.hpp"

namespace nac::fw {

/// The backend's figures for a network, before anything is built. Throws Error as the backend does.
std::vector<Study::HardwareValue> estimated(const BackendPort &backend, const Graph &deployed);
/// Puts what reports say beside them, by the backend's order; values that are not there yet are added.
void add_reports(const BackendPort &backend, const std::vector<double> &reports,
                 std::vector<Study::HardwareValue> &values);

}  // namespace nac::fw
