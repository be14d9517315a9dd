// SPDX-License-Identifier: Apache-2.0
#include "report/report.hpp"

#include <fmt/format.h>

#include "commands/command_line.hpp"
#include "report/compress_tables.hpp"
#include "report/hardware.hpp"
#include "report/published.hpp"

namespace nac::fw {

int command_report(const Arguments &arguments) {
  namespace po = boost::program_options;
  CommandLine line(
      "report STUDY [options]",
      "Writes report.html, front.csv, trials.csv, report.json and the front's models again, and tune.csv and\n"
      "compress.csv where there are such results, from the study alone: no plugin and no engine is needed.",
      {"nac report studies/quickstart", "nac report studies/quickstart --to /data/paper"});
  line.option()("to", po::value<std::vector<std::string>>()->value_name("FOLDER"),
                "where to write; default: the study's folder");
  line.positional("study");
  if (!line.parse(arguments)) return 0;
  const std::unique_ptr<Study> study = Study::open(line.required("study"), Study::Mode::read);
  const ReportFiles files = write_report(*study, line.text("to"));
  const ReportData data = read_report_data(*study);
  fmt::print("{}", front_table(data, 0));
  fmt::print("{}", front_sentences(data));
  const std::string classes = class_table(data);
  if (!classes.empty()) fmt::print("\n{}", classes);
  const std::string local_search = local_search_text(data);
  if (!local_search.empty()) fmt::print("\n{}", local_search);
  if (const std::string hardware = hardware_text(data); !hardware.empty()) fmt::print("\n{}", hardware);
  if (const std::string published = published_text(data); !published.empty()) fmt::print("\n{}", published);
  fmt::print("\nreport  {}\n", files.html.string());
  return 0;
}

}  // namespace nac::fw
