// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "report/report_data.hpp"

/// Rows as `nac compress` leaves them: trial 1 with 8 and 4 bits, trial 0 with 8; an undone and a failed step.
std::vector<nac::fw::Study::CompressRow> compress_sample();
/// Recipes for trial 1: two complete, one failed, one asked.
std::vector<nac::fw::Study::TuneRow> tune_sample();
/// sample_report() with both and a choice of trial 1 at 8 bits, position 1.
nac::fw::ReportData compressed_report();
