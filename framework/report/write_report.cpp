// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/error.hpp"
#include "report/compress_csv.hpp"
#include "report/csv.hpp"
#include "report/hardware.hpp"
#include "report/html.hpp"
#include "report/json.hpp"
#include "report/published.hpp"
#include "report/report.hpp"
#include "services/files.hpp"

namespace nac::fw {
namespace {

void make_folder(const std::filesystem::path &folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code)
    throw Error("cannot create '" + folder.string() + "': " + code.message(),
                code == std::errc::no_space_on_device ? NAC_RESOURCE_EXHAUSTED : NAC_FAILED_PRECONDITION);
}

/// Only files that have the names which this program gives.
void remove_old_models(const std::filesystem::path &folder, const std::vector<std::filesystem::path> &keep) {
  std::error_code code;
  for (const auto &entry : std::filesystem::directory_iterator(folder, code)) {
    const std::string stem = entry.path().stem().string();
    const bool ours = entry.path().extension() == ".onnx" && !stem.empty() &&
                      stem.find_first_not_of("0123456789") == std::string::npos;
    if (ours && std::find(keep.begin(), keep.end(), entry.path()) == keep.end())
      std::filesystem::remove(entry.path(), code);
  }
}

/// The deployed form of what `nac choose` picked; nothing when it picked nothing.
std::filesystem::path write_chosen(const Study &study, const ReportData &data, const std::filesystem::path &models) {
  const std::filesystem::path file = models / "chosen.onnx";
  if (data.choice.step)
    for (const Study::CompressRow &row : study.compress_rows())
      if (row.trial == data.choice.step->trial && row.chain == data.choice.step->chain &&
          row.position == data.choice.step->position && !row.deployed.empty()) {
        write_file_atomically(file, study.artifact(row.deployed));
        return file;
      }
  std::error_code code;
  std::filesystem::remove(file, code);
  return {};
}

}  // namespace

ReportFiles write_report(const Study &study, const std::filesystem::path &folder) {
  const ReportData data = read_report_data(study);
  const std::filesystem::path to = folder.empty() ? study.folder() : folder;
  make_folder(to / "models");
  ReportFiles files{
      to / "report.html", to / "front.csv", to / "trials.csv", to / "report.json", {}, {}, {}, {}, {}, {}};
  for (const uint64_t number : data.front) {
    const Trial &trial = data.trial(number);
    if (trial.model.empty()) continue;
    files.models.push_back(to / "models" / (std::to_string(number) + ".onnx"));
    write_file_atomically(files.models.back(), study.artifact(trial.model));
  }
  remove_old_models(to / "models", files.models);
  files.chosen = write_chosen(study, data, to / "models");
  std::vector<uint64_t> all;
  for (const Trial &t : data.trials) all.push_back(t.number);
  write_file_atomically(files.front_csv, trials_csv(data, data.front));
  write_file_atomically(files.trials_csv, trials_csv(data, all));
  if (!data.tuned.empty()) write_file_atomically(files.tune_csv = to / "tune.csv", tune_csv(data));
  if (!data.compressed.empty()) write_file_atomically(files.compress_csv = to / "compress.csv", compress_csv(data));
  if (!data.hardware.empty()) write_file_atomically(files.hardware_csv = to / "hardware.csv", hardware_csv(data));
  if (const std::string csv = published_csv(data); !csv.empty())
    write_file_atomically(files.published_csv = to / "published.csv", csv);
  write_file_atomically(files.json, report_json(data));
  write_file_atomically(files.html, report_html(data));
  return files;
}

}  // namespace nac::fw
