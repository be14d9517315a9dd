// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "jet_files.hpp"
#include "task_kit.hpp"

namespace fs = std::filesystem;
using kit::Parameters;

namespace {

Parameters reading(const kit::TempFolder &folder, const std::string &path) {
  return {{"data", path}, {"cache", folder / "cache"}, {"scaling", std::string("none")}};
}

/// What jet `jet` of a test file must become: pT >= cut, sorted, the first n, zeros after.
std::vector<float> expected_row(uint64_t seed, uint64_t jet, uint64_t slots, float cut, std::size_t n) {
  std::vector<std::vector<float>> all;
  for (uint64_t s = 0; s < slots; ++s)
    if (kit::jet_pt(seed, jet, s) >= cut)
      all.push_back({kit::jet_pt(seed, jet, s), kit::jet_eta(seed, jet, s), kit::jet_phi(seed, jet, s)});
  std::sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a[0] > b[0]; });
  all.resize(n, {0, 0, 0});
  std::vector<float> row;
  for (const auto &c : all) row.insert(row.end(), c.begin(), c.end());
  return row;
}

std::multiset<std::vector<float>> rows_of(const kit::Batch &batch, std::size_t width) {
  std::multiset<std::vector<float>> rows;
  for (std::size_t i = 0; i < batch.labels.size(); ++i)
    rows.emplace(batch.rows.begin() + static_cast<std::ptrdiff_t>(i * width),
                 batch.rows.begin() + static_cast<std::ptrdiff_t>((i + 1) * width));
  return rows;
}

std::multiset<std::vector<float>> expected_rows(const std::vector<uint64_t> &seeds, uint64_t jets, std::size_t n) {
  std::multiset<std::vector<float>> rows;
  for (const uint64_t seed : seeds)
    for (uint64_t j = 0; j < jets; ++j) rows.insert(expected_row(seed, j, 12, 2, n));
  return rows;
}

}  // namespace

TEST_CASE("folders: val/ is the test split, validation comes out of train/") {
  const kit::TempFolder folder;
  fs::create_directories(folder.path() / "d" / "train");
  fs::create_directories(folder.path() / "d" / "val");
  for (uint64_t f = 0; f < 3; ++f) {
    kit::JetFile file;
    file.seed = 10 + f;
    file.chunked = f == 1;
    file.variable_strings = f == 2;
    kit::write_jet_file(folder / ("d/train/jets_" + std::to_string(f) + ".h5"), file);
  }
  kit::JetFile file;
  file.seed = 20;
  kit::write_jet_file(folder / "d/val/jets_0.h5", file);
  const kit::Task task(reading(folder, folder / "d"));
  CHECK(task.size("train") + task.size("validation") == 120);
  CHECK(task.size("validation") > 0);
  CHECK(task.size("test") == 40);
  CHECK(rows_of(task.read_all("test"), 24) == expected_rows({20}, 40, 8));
  auto training = rows_of(task.read_all("train"), 24);
  training.merge(rows_of(task.read_all("validation"), 24));
  CHECK(training == expected_rows({10, 11, 12}, 40, 8));
  const kit::Batch test = task.read("test", {0, 1, 2, 3, 4, 7});
  CHECK(test.labels == std::vector<int64_t>{0, 1, 2, 3, 4, 2});
  CHECK(std::vector<float>(test.rows.end() - 24, test.rows.end()) == expected_row(20, 7, 12, 2, 8));
  CHECK_THAT(task.describe(), Catch::Contains("j1_pt, j1_etarel, j1_phirel, j_g, j_q, j_w, j_z, j_t") &&
                                  Catch::Contains("4 files") && Catch::Contains("test: 40 jets (g 8, q 8"));
}

TEST_CASE("train/, val/ and test/ are taken as named") {
  const kit::TempFolder folder;
  uint64_t seed = 30;
  for (const char *name : {"train", "val", "test"}) {
    fs::create_directories(folder.path() / name);
    kit::JetFile file;
    file.seed = seed++;
    kit::write_jet_file(folder / (std::string(name) + "/a.hdf5"), file);
  }
  const kit::Task task(reading(folder, folder.path().string()));
  CHECK(rows_of(task.read_all("train"), 24) == expected_rows({30}, 40, 8));
  CHECK(rows_of(task.read_all("validation"), 24) == expected_rows({31}, 40, 8));
  CHECK(rows_of(task.read_all("test"), 24) == expected_rows({32}, 40, 8));
}

TEST_CASE("files are kept whole when split by file") {
  const kit::TempFolder folder;
  for (uint64_t f = 0; f < 10; ++f) {
    kit::JetFile file;
    file.seed = 40 + f, file.jets = 10;
    kit::write_jet_file(folder / ("f" + std::to_string(f) + ".h5"), file);
  }
  const kit::Task task(reading(folder, folder.path().string()));  // ten files: automatic means by file
  CHECK(task.size("train") == 80);
  std::set<uint64_t> test_files;
  for (uint64_t f = 0; f < 10; ++f)
    if (rows_of(task.read_all("test"), 24) == expected_rows({40 + f}, 10, 8)) test_files.insert(f);
  CHECK(test_files.size() == 1);
  Parameters by_event = reading(folder, folder.path().string());
  by_event["split"] = std::string("event");
  const kit::Task events(by_event);
  CHECK(events.size("train") + events.size("validation") + events.size("test") == 100);
  CHECK(events.fingerprint() != task.fingerprint());
}

TEST_CASE("the same jet in two files never is in two splits") {
  const kit::TempFolder folder;
  fs::create_directories(folder.path() / "train");
  fs::create_directories(folder.path() / "val");
  kit::JetFile file;
  file.jets = 200;
  kit::write_jet_file(folder / "train/a.h5", file);
  file.spoil = [](std::vector<float> &particles, std::vector<float> &) {
    for (std::size_t i = 12 * 16 * 20; i < particles.size(); ++i) particles[i] *= 1.5F;  // all but the first 20
  };
  kit::write_jet_file(folder / "val/b.h5", file);
  const kit::Task task(reading(folder, folder.path().string()));
  CHECK(task.size("test") == 200);
  CHECK(task.size("train") + task.size("validation") == 180);
  CHECK_THAT(task.describe(), Catch::Contains("dropped"));
}

TEST_CASE("a cut, a larger set and files without name lists") {
  const kit::TempFolder folder;
  kit::JetFile file;
  file.jets = 100;
  file.without = "particleFeatureNames";  // the published 16 columns are known
  file.spoil = [](std::vector<float> &, std::vector<float> &labels) {
    labels[4] = 0, labels[9] = 1;  // jet 0 is undefined
  };
  kit::write_jet_file(folder / "one.h5", file);
  Parameters parameters = reading(folder, folder / "one.h5");
  parameters["constituents"] = int64_t{12};
  parameters["min_pt"] = 50.0;
  const kit::Task task(parameters);
  std::multiset<std::vector<float>> all, expected;
  for (const char *split : {"train", "validation", "test"}) all.merge(rows_of(task.read_all(split), 36));
  for (uint64_t j = 1; j < 100; ++j) expected.insert(expected_row(1, j, 12, 50, 12));
  CHECK(all == expected);
  CHECK_THAT(task.describe(),
             Catch::Contains("columns 5, 8, 11 of the published 16") && Catch::Contains("left out 1 jets"));
}

TEST_CASE("the cache gives the same samples, and is made anew when a file changes or it is damaged") {
  const kit::TempFolder folder;
  kit::JetFile file;
  file.jets = 100;
  kit::write_jet_file(folder / "one.h5", file);
  const Parameters parameters = reading(folder, folder / "one.h5");
  const std::string first = kit::Task(parameters).fingerprint();
  std::vector<fs::path> caches;
  for (const auto &entry : fs::directory_iterator(folder.path() / "cache")) caches.push_back(entry.path());
  REQUIRE(caches.size() == 1);
  const auto stamp = fs::last_write_time(caches[0]);
  CHECK(kit::Task(parameters).fingerprint() == first);
  CHECK(fs::last_write_time(caches[0]) == stamp);

  fs::resize_file(caches[0], fs::file_size(caches[0]) / 2);
  CHECK(kit::Task(parameters).fingerprint() == first);
  CHECK(fs::file_size(caches[0]) > 100 * 24 * sizeof(float));

  file.seed = 2, file.jets = 101;
  kit::write_jet_file(folder / "one.h5", file);
  CHECK(kit::Task(parameters).fingerprint() != first);

  Parameters unwritable = parameters;
  unwritable["cache"] = std::string("/proc/no-such-folder");
  CHECK(kit::Task(unwritable).fingerprint() != first);
}
