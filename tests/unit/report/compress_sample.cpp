// SPDX-License-Identifier: Apache-2.0
#include "compress_sample.hpp"

#include "sample.hpp"

using namespace nac::fw;
using Row = Study::CompressRow;

namespace {

Row row(uint64_t trial, int bits, int position, double error, double sparsity, double bops) {
  Row r;
  r.trial = trial;
  r.chain = "{\"bits\":" + std::to_string(bits) + "}";
  r.position = position;
  r.pass = position == 0 ? "qat" : "prune";
  r.iteration = position == 0 ? 0 : position - 1;
  r.state = "measured";
  r.metrics = {{"error", error},
               {"bops", bops},
               {"parameters", 1000},
               {"sparsity", sparsity},
               {"weight_bits", static_cast<double>(bits)}};
  return r;
}

}  // namespace

std::vector<Row> compress_sample() {
  Row undone = row(1, 4, 1, 0.9, 0.5, 1e3);
  undone.state = "undone";
  undone.reason = "the output is constant, <one> class";
  Row failed = row(0, 8, 1, 0, 0, 0);
  failed.state = "failed";
  failed.reason = "diverged";
  failed.metrics.clear();
  failed.last = true;
  // Not in order: reports sort.
  return {row(1, 8, 2, 0.25, 0.9, 1e4), undone, row(1, 8, 1, 0.203, 0.5, 5e4), row(1, 8, 0, 0.201, 0, 1e5),
          row(1, 4, 0, 0.3, 0, 5e4),    failed, row(0, 8, 0, 0.5, 0, 2e2)};
}

std::vector<Study::TuneRow> tune_sample() {
  return {{1, 2, R"({"learning_rate":0.3})", "failed", "diverged, again", {}, ""},
          {1, 0, R"({"learning_rate":0.1})", "complete", "", {{"error", 0.22}, {"epochs", 9}}, ""},
          {1, 1, R"({"learning_rate":0.01})", "complete", "", {{"error", 0.19}, {"epochs", 7}}, std::string(64, 'a')},
          {1, 3, R"({"learning_rate":0.02})", "asked", "", {}, ""}};
}

ReportData compressed_report() {
  ReportData d = sample_report();
  d.compressed = compress_networks(compress_sample());
  d.choice = choice_from_json(R"({"rule":"knee","trial":1,"chain":"{\"bits\": 8}","position":1,"seeds":3,
    "mean":{"error":0.204},"sd":{"error":0.0012},"test":{"error":0.21},
    "picks":[{"label":"Large","trial":1,"chain":"{\"bits\":8}","position":0},
             {"label":"Lost","trial":7,"chain":"{}","position":0}]})");
  return d;
}
