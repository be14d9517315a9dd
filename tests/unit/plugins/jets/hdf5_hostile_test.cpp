// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "jet_files.hpp"
#include "task_kit.hpp"

namespace fs = std::filesystem;
using Catch::Contains;

namespace {

/// The message of creating a task on one file written with these options.
std::string error_of(const kit::JetFile &file, kit::Parameters parameters = {}) {
  const kit::TempFolder folder;
  kit::write_jet_file(folder / "jets.h5", file);
  parameters["data"] = folder / "jets.h5";
  parameters["cache"] = folder / "cache";
  return kit::creation_error(parameters);
}

}  // namespace

TEST_CASE("a good file is no error") {
  kit::JetFile file;
  file.jets = 100;
  CHECK(error_of(file) == "");
}

TEST_CASE("missing datasets are named, with those there are") {
  kit::JetFile file;
  file.without = "jetConstituentList";
  CHECK_THAT(error_of(file), Contains("jetConstituentList") && Contains("jets.h5") && Contains("particleFeatureNames"));
  file.without = "jets";
  CHECK_THAT(error_of(file), Contains("'jets'") && Contains("jets.h5"));
  file.without = "jetFeatureNames";  // 10 columns are not the published 59
  CHECK_THAT(error_of(file), Contains("no jetFeatureNames") && Contains("10 columns instead of the published 59"));
}

TEST_CASE("wrong column names are answered with those there are") {
  kit::JetFile file;
  file.particle_names[8] = "j1_rapidity";
  CHECK_THAT(error_of(file), Contains("particleFeatureNames") && Contains("0 columns for etarel") &&
                                 Contains("j1_rapidity") && Contains("jets.h5"));
  file = {};
  file.jet_names[6] = "j_x";
  CHECK_THAT(error_of(file), Contains("jetFeatureNames") && Contains("0 columns for w") && Contains("j_x"));
  file = {};
  file.jet_names[3] = "j_g";
  CHECK_THAT(error_of(file), Contains("2 columns for g"));
  file = {};
  file.particle_columns = 11;  // j1_phirel is named, but there is no such column
  CHECK_THAT(error_of(file), Contains("j1_phirel as column 11") && Contains("11 columns"));
}

TEST_CASE("values that make no sense are placed") {
  kit::JetFile file;
  file.spoil = [](std::vector<float> &p, std::vector<float> &) {
    p[(17 * 12 + 3) * 16 + 5] = std::numeric_limits<float>::quiet_NaN();
  };
  CHECK_THAT(error_of(file), Contains("jets.h5', jet 17, constituent 3") && Contains("nan"));
  file.spoil = [](std::vector<float> &p, std::vector<float> &) {
    p[(2 * 12 + 11) * 16 + 8] = std::numeric_limits<float>::infinity();
  };
  CHECK_THAT(error_of(file), Contains("jet 2, constituent 11") && Contains("inf"));
  file.spoil = [](std::vector<float> &p, std::vector<float> &) { p[5] = -3; };
  CHECK_THAT(error_of(file), Contains("jet 0, constituent 0") && Contains("pT >= 0"));
  file.spoil = [](std::vector<float> &, std::vector<float> &labels) { labels[5 * 10 + 6] = 1; };  // g and w
  CHECK_THAT(error_of(file), Contains("jet 5") && Contains("column w is 1") && Contains("at most one"));
  file.spoil = [](std::vector<float> &, std::vector<float> &labels) { labels[4] = 0.25F; };
  CHECK_THAT(error_of(file), Contains("jet 0") && Contains("column g is 0.25"));
  file.spoil = [](std::vector<float> &p, std::vector<float> &) {
    for (std::size_t i = 5; i < p.size(); i += 16) p[i] = 0.1F;
  };
  CHECK_THAT(error_of(file), !Contains("nan") && Contains("split"));  // everything below the cut: all jets are equal
}

TEST_CASE("shapes that do not fit are told") {
  kit::JetFile file;
  file.label_rows = 39;
  CHECK_THAT(error_of(file), Contains("as many rows as jetConstituentList, 40") && Contains("39 rows"));
  CHECK_THAT(error_of({}, {{"constituents", int64_t{13}}}), Contains("12 constituents") && Contains("13"));
  CHECK_THAT(error_of({}, {{"split", std::string("file")}}), Contains("at least 3 files; found 1"));
  CHECK_THAT(error_of({}, {{"split", std::string("folders")}}), Contains("0 in train/") && Contains("1 outside"));
  file = {};
  file.jets = 3;
  CHECK_THAT(error_of(file), Contains("split") && Contains("is empty") && Contains("3 jets"));
}

TEST_CASE("paths that hold no jets are told") {
  const kit::TempFolder folder;
  CHECK_THAT(kit::creation_error({{"data", folder.path().string()}}), Contains("no .h5 or .hdf5 file"));
  CHECK_THAT(kit::creation_error({{"data", folder / "nothing"}}), Contains("does not exist"));
  std::ofstream(folder / "jets.txt") << "text";
  CHECK_THAT(kit::creation_error({{"cache", folder / "jets.txt/cache"}}), Contains("jets.txt' is no folder"));
  CHECK(kit::creation_error({{"cache", folder / "not/yet/there"}}) == "");
  CHECK_THAT(kit::creation_error({{"data", folder / "jets.txt"}}), Contains("no .h5, .hdf5 or .npz file"));
  std::ofstream(folder / "bad.h5") << "text";
  CHECK_THAT(kit::creation_error({{"data", folder / "bad.h5"}}), Contains("bad.h5"));
  CHECK_THAT(kit::creation_error({{"data", folder / "bad.h5"}}), !Contains("jets.txt"));
}

TEST_CASE("a truncated file is an error, not a smaller data set") {
  const kit::TempFolder folder;
  kit::JetFile file;
  file.jets = 500;
  file.chunked = true;
  kit::write_jet_file(folder / "jets.h5", file);
  for (const double share : {0.9, 0.5, 0.1}) {
    kit::write_jet_file(folder / "jets.h5", file);
    fs::resize_file(folder / "jets.h5",
                    static_cast<uintmax_t>(share * static_cast<double>(fs::file_size(folder / "jets.h5"))));
    CHECK_THAT(kit::creation_error({{"data", folder / "jets.h5"}, {"cache", folder / "cache"}}), Contains("jets.h5"));
  }
  CHECK_FALSE(fs::exists(folder.path() / "cache"));
}
