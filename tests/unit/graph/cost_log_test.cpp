// SPDX-License-Identifier: Apache-2.0
//
// The nac-repo convention against every trial of the published Bragg peak search, and the parameter counts of the jet
// search. The logs are not part of this tree: set NAC_DATA_DIR to the folder that holds nac_search_logs.
#include <catch2/catch.hpp>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "graph/cost.hpp"
#include "networks.hpp"

using namespace nac::fw;
using namespace nac::fw::testing;

namespace {

using Row = std::map<std::string, std::string>;

std::vector<Row> read_log(const char *file) {
  const char *folder = std::getenv("NAC_DATA_DIR");
  const std::filesystem::path root = folder != nullptr ? folder : NAC_SOURCE_DIR "/../shared/data";
  std::ifstream in(root / "nac_search_logs" / file);
  std::vector<Row> rows;
  std::string line;
  const auto cells = [](const std::string &text) {
    std::vector<std::string> out;
    std::stringstream s(text.substr(0, text.find('\r')));
    for (std::string cell; std::getline(s, cell, ',');) out.push_back(cell);
    return out;
  };
  if (!std::getline(in, line)) return rows;
  const std::vector<std::string> head = cells(line);
  while (std::getline(in, line)) {
    const std::vector<std::string> values = cells(line);
    Row row;
    for (std::size_t i = 0; i < values.size(); ++i) row[head[i]] = values[i];
    if (row["source"] == "global_search_a") rows.push_back(row);
  }
  return rows;
}

int64_t pick(Row &row, const std::string &name, const std::vector<int64_t> &from) {
  return from.at(static_cast<std::size_t>(std::stoi(row.at("hp:" + name))));
}

Graph bragg_of(Row &row) {
  Net n;
  ValueId x = n.conv("conv", n.input({1, 11, 11}), pick(row, "Proj_outchannel", {8, 16, 32, 64}), 3);
  for (const std::string block : {"b0", "b1", "b2"}) {
    const std::string kind = row.at("hp:" + block);
    if (kind == "ConvAttn") {
      x = n.attention(block, x, pick(row, block + "_ConvAttn_hiddenchannel", {1, 2, 4, 8, 16, 32}));
      x = n.node("Relu", {x});
    }
    for (const std::string i : {"0", "1"}) {
      if (kind != "Conv") continue;
      int64_t kernel = std::stoi(row.at("hp:" + block + "_Conv_kernels_" + i));
      if (n.shape(x)[2] < 3) kernel = 1;  // as the search code did
      x = n.conv(block + "." + i, x, pick(row, block + "_Conv_channels_" + i, {2, 4, 8, 16, 32, 64}), kernel);
      if (row.at("hp:" + block + "_Conv_norms_" + i) == "batch") x = n.batch_norm(block + "_bn." + i, x);
      if (row.at("hp:" + block + "_Conv_acts_" + i) == "1") x = n.node("Gelu", {x});
    }
  }
  x = n.node("Flatten", {x});
  for (const std::string i : {"0", "1", "2", "3"}) {
    x = n.linear("fc" + i, x, i == "3" ? 2 : pick(row, "MLP_width_" + i, {4, 8, 16, 32, 64}));
    if (row.at("hp:MLP_norms_" + i) == "batch") x = n.batch_norm("fc_bn" + i, x);
    if (row.at("hp:MLP_acts_" + i) == "0") x = n.node("Relu", {x});
  }
  n.graph.add_output("peak", x);
  return n.graph;
}

}  // namespace

TEST_CASE("nac-repo reproduces every trial of the Bragg peak search log", "[cost][data]") {
  std::vector<Row> rows = read_log("bragg_global_search.csv");
  if (rows.empty()) {
    WARN("skipped: nac_search_logs is not here (NAC_DATA_DIR)");
    return;
  }
  REQUIRE(rows.size() == 1000);
  std::size_t parameters = 0;
  double worst = 0;
  for (Row &row : rows) {
    const Cost cost = cost_of(bragg_of(row), {BopsConvention::nac_repo, 32, 32});
    parameters += cost.parameters == std::stoll(row.at("params")) ? 1 : 0;
    worst = std::max(worst, std::abs(cost.bops / std::stod(row.at("bops")) - 1));
  }
  CHECK(parameters == rows.size());
  CHECK(worst < 2e-6);
}
