// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "report/report_data.hpp"

/// A small report with one of everything: front, repetition, failure, broken constraint, infeasible, preset.
nac::fw::ReportData sample_report();
/// The same with rungs and seeds: trial 0 was stopped, trial 1 has three results.
nac::fw::ReportData staged_report();
