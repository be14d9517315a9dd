// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "jet_files.hpp"
#include "jets/npz_source.hpp"
#include "task_kit.hpp"

using Catch::Contains;

namespace {

constexpr int64_t kJets = 400, kSlots = 9;

/// Jets in pairs: jets 2e and 2e+1 belong to event e.
std::map<std::string, kit::NpyArray> arrays(bool with_split, bool with_test) {
  std::vector<float> constituents;
  std::vector<uint8_t> label, split;
  std::vector<int32_t> event;
  for (uint64_t j = 0; j < kJets; ++j) {
    for (uint64_t s = 0; s < kSlots; ++s)
      for (const float v : {kit::jet_pt(5, j, s), kit::jet_eta(5, j, s), kit::jet_phi(5, j, s)})
        constituents.push_back(v);
    label.push_back(static_cast<uint8_t>(j % 5));
    event.push_back(static_cast<int32_t>(j / 2));
    split.push_back(j >= 340 ? 1 : with_test && j >= 280 ? 2 : 0);
  }
  std::map<std::string, kit::NpyArray> all{{"constituents", kit::npy("<f4", {kJets, kSlots, 3}, constituents)},
                                           {"label", kit::npy("|u1", {kJets}, label)},
                                           {"event", kit::npy("<i4", {kJets}, event)}};
  if (with_split) all["split"] = kit::npy("|u1", {kJets}, split);
  return all;
}

/// Groups of each split.
std::vector<std::set<uint64_t>> groups_of(const jets::JetTable &table) {
  std::vector<std::set<uint64_t>> groups(3);
  for (uint64_t i = 0; i < table.size(); ++i) groups.at(table.part[i]).insert(table.group[i]);
  return groups;
}

void require_disjoint(const std::vector<std::set<uint64_t>> &groups) {
  std::set<uint64_t> all;
  std::size_t sum = 0;
  for (const auto &g : groups) {
    CHECK_FALSE(g.empty());
    all.insert(g.begin(), g.end());
    sum += g.size();
  }
  CHECK(all.size() == sum);
}

}  // namespace

TEST_CASE("a missing test split is carved out of training by event") {
  const kit::TempFolder folder;
  kit::write_npz(folder / "j.npz", arrays(true, false));
  const jets::JetTable table = jets::read_npz_jets(folder / "j.npz", 8, 2.0);
  REQUIRE(table.size() == kJets);
  require_disjoint(groups_of(table));
  for (uint64_t i = 0; i < table.size(); i += 2) REQUIRE(table.part[i] == table.part[i + 1]);
  uint64_t carved = 0;
  for (uint64_t i = 0; i < table.size(); ++i) {
    if (i >= 340) CHECK(table.part[i] == jets::kValidation);
    if (i < 340 && table.part[i] == jets::kTest) ++carved;
  }
  CHECK(carved > 10);
  CHECK(carved < 80);
  const kit::Task task({{"data", folder / "j.npz"}});
  CHECK(task.size("test") == carved);
  CHECK_THAT(task.describe(), Contains("no test split") && Contains("j.npz"));
}

TEST_CASE("the splits of the file are kept, and a folder may stand for its only archive") {
  const kit::TempFolder folder;
  kit::write_npz(folder / "j.npz", arrays(true, true));
  const kit::Task task({{"data", folder.path().string()}});
  CHECK(task.size("train") == 280);
  CHECK(task.size("validation") == 60);
  CHECK(task.size("test") == 60);
  kit::write_npz(folder / "j.npz", arrays(false, false));
  require_disjoint(groups_of(jets::read_npz_jets(folder / "j.npz", 8, 2.0)));
}

TEST_CASE("an event in two splits is dropped from training") {
  const kit::TempFolder folder;
  auto all = arrays(true, true);
  all["event"].bytes[0] = static_cast<char>(150);  // jet 0 gets the event of jets 300 and 301, which are test
  kit::write_npz(folder / "j.npz", all);
  const kit::Task task({{"data", folder / "j.npz"}});
  CHECK(task.size("train") == 279);
  CHECK(task.size("test") == 60);
  CHECK_THAT(task.describe(), Contains("dropped 1 jets"));
}

TEST_CASE("wrong arrays are told") {
  const kit::TempFolder folder;
  const auto error_with = [&](const std::map<std::string, kit::NpyArray> &all, kit::Parameters parameters = {}) {
    kit::write_npz(folder / "j.npz", all);
    parameters["data"] = folder / "j.npz";
    return kit::creation_error(parameters);
  };
  CHECK(error_with(arrays(true, true)) == "");
  CHECK_THAT(error_with(arrays(true, true), {{"constituents", int64_t{10}}}), Contains("9 constituents a jet"));
  auto all = arrays(true, true);
  all.erase("label");
  CHECK_THAT(error_with(all), Contains("label") && Contains("constituents"));
  all = arrays(true, true);
  all["label"].bytes[7] = 6;
  CHECK_THAT(error_with(all), Contains("jet 7: 6; accepted are 0 to 4"));
  all = arrays(true, true);
  all["split"].bytes[3] = 3;
  CHECK_THAT(error_with(all), Contains("jet 3: 3; accepted are 0 to 2"));
  all = arrays(true, true);
  all["label"] = kit::npy("|u1", {2}, std::vector<uint8_t>{0, 1});
  CHECK_THAT(error_with(all), Contains("label"));
  all = arrays(true, true);
  all["constituents"].shape = {kJets * kSlots, 3};
  CHECK_THAT(error_with(all), Contains("constituents") && Contains("(3600, 3)"));
  all = arrays(true, true);
  all["constituents"].bytes.replace(0, 4, std::string("\x00\x00\xc0\x7f", 4));  // a NaN
  CHECK_THAT(error_with(all), Contains("jet 0, constituent 0") && Contains("nan"));
  all = arrays(true, true);
  all["event"].bytes.assign(all["event"].bytes.size(), '\0');  // one event for all
  CHECK_THAT(error_with(all), Contains("shares"));
}

TEST_CASE("the Pythia jets are read, split by event") {
  const auto path = kit::shared_data("jets_pythia/jets5_16c.npz");
  if (!path) {
    WARN("skipped: no jets_pythia in the data folder");
    return;
  }
  const jets::JetTable table = jets::read_npz_jets(*path, 8, 2.0);
  require_disjoint(groups_of(table));
  const kit::Task task({{"data", path->parent_path().string()}, {"max_train", int64_t{1000}}});
  CHECK(task.size("train") == 1000);
  CHECK(task.size("validation") == 14984);
  CHECK(task.size("test") > 10000);
  CHECK(task.size("test") < 16000);
}
