// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "report/report_data.hpp"

/// A small report with one of everything: front, repetition, failure, broken constraint, infeasible, preset.
nac::fw::ReportData sample_report();
