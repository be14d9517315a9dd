// SPDX-License-Identifier: Apache-2.0
#include "jets/split.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "jets/hdf5_files.hpp"

namespace {

jets::JetTable table_of(uint64_t jets, uint64_t per_group) {
  jets::JetTable table;
  table.constituents = 1;
  for (uint64_t i = 0; i < jets; ++i) {
    const float row[3] = {static_cast<float>(i + 1), 0.5F, -0.5F};
    table.rows.insert(table.rows.end(), row, row + 3);
    table.label.push_back(static_cast<uint8_t>(i % 5));
    table.group.push_back(i / per_group);
    table.part.push_back(jets::kOpen);
  }
  return table;
}

}  // namespace

TEST_CASE("groups are split about 80/10/10 and stay whole") {
  jets::JetTable table = table_of(30000, 3);
  jets::split_by_group(table);
  std::map<int, int> count;
  for (uint64_t i = 0; i < table.size(); ++i) {
    ++count[table.part[i]];
    REQUIRE(table.part[i] == table.part[i / 3 * 3]);
  }
  CHECK(count[jets::kTrain] == Approx(24000).margin(500));
  CHECK(count[jets::kValidation] == Approx(3000).margin(300));
  CHECK(count[jets::kTest] == Approx(3000).margin(300));
  jets::JetTable more = table_of(60000, 3);  // more data moves no jet
  jets::split_by_group(more);
  CHECK(std::equal(table.part.begin(), table.part.end(), more.part.begin()));
}

TEST_CASE("shared groups and identical jets leave the earlier split") {
  jets::JetTable table = table_of(30, 1);
  for (uint64_t i = 0; i < 30; ++i) table.part[i] = i < 10 ? jets::kTrain : i < 20 ? jets::kValidation : jets::kTest;
  table.group[3] = table.group[25];                                          // train and test
  std::copy_n(table.rows.begin() + 3 * 12, 3, table.rows.begin() + 3 * 5);   // train and validation
  std::copy_n(table.rows.begin() + 3 * 29, 3, table.rows.begin() + 3 * 19);  // validation and test
  jets::remove_shared(table);
  REQUIRE(table.size() == 27);
  for (uint64_t i = 0; i < table.size(); ++i) {
    CHECK(table.row(i)[0] != 4.0F);  // jet 3
    if (table.part[i] != jets::kTest) CHECK(table.row(i)[0] != 30.0F);
    if (table.part[i] == jets::kTrain) CHECK(table.row(i)[0] != 13.0F);
  }
  CHECK(table.notes.size() == 2);
}

TEST_CASE("tests and validation are carved whole") {
  jets::JetTable table = table_of(20000, 2);
  for (auto &p : table.part) p = jets::kTrain;
  jets::carve_from_training(table, jets::kTest);
  int moved = 0;
  for (uint64_t i = 0; i < table.size(); ++i) {
    REQUIRE(table.part[i] == table.part[i / 2 * 2]);
    moved += table.part[i] == jets::kTest ? 1 : 0;
  }
  CHECK(moved == Approx(2000).margin(250));
}

TEST_CASE("the split of files does not depend on the folder they lie in") {
  std::vector<jets::Hdf5File> files, moved;
  for (int i = 0; i < 25; ++i) {
    const std::string name = "f" + std::to_string(100 + i) + ".h5";
    files.push_back({"/a/" + name, name, jets::kOpen});
    moved.push_back({"/b/" + name, name, jets::kOpen});
  }
  std::vector<std::string> notes;
  const auto parts = jets::assign_files(files, jets::SplitRule::automatic, notes);
  CHECK(parts == jets::assign_files(moved, jets::SplitRule::file, notes));
  CHECK(std::count(parts.begin(), parts.end(), jets::kTest) == 3);
  CHECK(std::count(parts.begin(), parts.end(), jets::kValidation) == 2);
}
