// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "report/report_data.hpp"

namespace nac::fw {

/// The first row is the head; empty where there is nothing to say.
using TableRows = std::vector<std::vector<std::string>>;

/// Each tuned network: metric of the search and of the best recipe, and that recipe.
TableRows tune_rows(const ReportData &data);
/// The best point of each network and width, see best_points().
TableRows best_point_rows(const ReportData &data);
/// The chosen model beside its float network: bits, sparsity, quantities, those of the retrained with deviations, test
/// results, reduction.
TableRows choice_rows(const ReportData &data);
/// The labelled picks, "Large" and so on.
TableRows pick_rows(const ReportData &data);

std::string best_point_note(const ReportData &data);  ///< what the bound is, and what the star means
std::string choice_sentence(const ReportData &data);  ///< which step of what by which rule, or why none
/// All of these for the terminal, with titles; "" without tuning, compression and choice.
std::string local_search_text(const ReportData &data);

}  // namespace nac::fw
