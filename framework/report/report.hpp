// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "report/report_data.hpp"

namespace nac::fw {

struct ReportFiles {
  std::filesystem::path html, front_csv, trials_csv, json;
  std::vector<std::filesystem::path> models;  ///< models/<trial>.onnx of every front member
  std::filesystem::path chosen;               ///< models/chosen.onnx, deployed; empty where nothing was chosen
  std::filesystem::path tune_csv, compress_csv, hardware_csv,
      published_csv;  ///< empty where the study has no such rows
};

/// Writes report.html, front.csv, trials.csv, report.json and models/ into the study's folder, or into `folder`, and
/// tune.csv, compress.csv, hardware.csv and published.csv where networks were tuned, compressed and built, and somebody
/// published figures of them.
/// Models of trials that are not on the front any more are removed from models/.
ReportFiles write_report(const Study &study, const std::filesystem::path &folder = {});

/// The front as a table for the terminal: trial, objectives, parameters, share of the hypervolume that it alone
/// adds, architecture in one line each, cut to `width` columns (0: not cut).
std::string front_table(const ReportData &data, std::size_t width);
/// That share in percent, "12.3".
std::string contribution_text(const ReportData &data, uint64_t trial);
/// Hypervolume with its reference point, and the knee, as one line; "" for an empty front.
std::string front_sentences(const ReportData &data);
/// The size classes with their trials, validation and test metrics; "" without classes.
std::string class_table(const ReportData &data);

}  // namespace nac::fw
