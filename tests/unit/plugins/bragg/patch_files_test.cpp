// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "bragg/task.hpp"
#include "data_io/npz_writer.hpp"
#include "kit.hpp"
#include "support/file_bytes.hpp"
#include "support/temp_folder.hpp"

using namespace nac::bragg;
using nac::test::npy_of;
using nac::test::TempFolder;
using nac::test::write_npz;

namespace {

/// A file of 15 x 15 patches: a bright pixel at (7, 7) of height 1000 + i, one beside it, and a stranger at (4, 5).
struct patch_file {
  std::vector<uint16_t> patch;
  std::vector<uint8_t> mask, usable, split;
  std::vector<float> center;
  std::vector<int32_t> group;
  int64_t count = 0;

  void add(int32_t g, uint8_t s, uint8_t use = 1, float row = 7.25F, float column = 7.5F) {
    std::vector<uint16_t> p(225);
    std::vector<uint8_t> m(29);
    p[7 * 15 + 7] = static_cast<uint16_t>(1000 + count), p[7 * 15 + 8] = 500, p[4 * 15 + 5] = 3000;
    for (const int pixel : {7 * 15 + 7, 7 * 15 + 8})
      m[static_cast<std::size_t>(pixel / 8)] |= static_cast<uint8_t>(128 >> pixel % 8);
    patch.insert(patch.end(), p.begin(), p.end());
    mask.insert(mask.end(), m.begin(), m.end());
    center.insert(center.end(), {row, column});
    group.push_back(g), split.push_back(s), usable.push_back(use), ++count;
  }
  std::map<std::string, std::string> arrays() const {
    return {{"patch", npy_of("<u2", patch, {count, 15, 15})}, {"mask_bits", npy_of("|u1", mask, {count, 29})},
            {"center", npy_of("<f4", center, {count, 2})},    {"usable", npy_of("|b1", usable, {count})},
            {"group", npy_of("<i4", group, {count})},         {"split", npy_of("|u1", split, {count})}};
  }
};

task_options options_for(const std::filesystem::path &data) {
  nac::test::attach_host();
  task_options o;
  o.data = data;
  o.shift = 0;
  return o;
}

}  // namespace

TEST_CASE("bragg patches: masked, cropped, scaled, split as the file says") {
  const TempFolder folder;
  patch_file f;
  f.add(1, 0), f.add(2, 1, 1, 6.75F, 8.125F), f.add(3, 2), f.add(1, 0, 0);
  write_npz(folder / "a.npz", f.arrays());
  bragg_task task(options_for(folder / "a.npz"));
  CHECK(task.size("train") == 1);
  CHECK(task.size("validation") == 1);
  CHECK(task.size("test") == 1);
  CHECK_FALSE(task.facts.flags & NAC_TASK_AUGMENTS);
  const nac::test::batch b = nac::test::read(task, "validation", {0});
  // b = floor(center) - 5 = (1, 3): the bright pixel (7, 7) is at (6, 4) of the crop.
  CHECK(b.patches[6 * 11 + 4] == 1);
  CHECK(b.patches[6 * 11 + 5] == Approx(500.0 / 1001));
  CHECK(std::count(b.patches.begin(), b.patches.end(), 0.0F) == 119);  // the stranger is masked out
  CHECK(b.centers[0] == Approx((8.125 - 3) / 11));
  CHECK(b.centers[1] == Approx((6.75 - 1) / 11));
  CHECK_THAT(task.describe(), Catch::Contains("3 of 4 patches, 1 not usable"));
  task_options all = options_for(folder / "a.npz");
  all.split.usable_only = false;
  CHECK(bragg_task(all).size("train") == 2);
}

TEST_CASE("bragg patches: without masks the nearest component stays") {
  const TempFolder folder;
  patch_file f;
  f.add(1, 0);
  auto arrays = f.arrays();
  const auto with = bragg_task((write_npz(folder / "a.npz", arrays), options_for(folder / "a.npz"))).fingerprint();
  arrays.erase("mask_bits");
  write_npz(folder / "a.npz", arrays);
  CHECK(bragg_task(options_for(folder / "a.npz")).fingerprint() == with);
}

TEST_CASE("bragg patches: a missing test split is carved out of the training groups, whole groups only") {
  const TempFolder folder;
  patch_file f;
  for (int32_t g = 0; g < 400; ++g)
    for (int n = 0; n < 1 + g % 3; ++n) f.add(g, g % 10 == 0 ? 1 : 0);
  write_npz(folder / "a.npz", f.arrays());
  const auto groups_of = [&](const task_options &o) {
    bragg_task task(o);
    const dataset data = load_patch_files(o.data, o.split);
    std::array<std::set<int>, 3> groups;
    // The brightest pixel tells which patch it was.
    for (std::size_t s = 0; s < 3; ++s)
      for (uint64_t i = 0; i < data.splits[s].size(); ++i) {
        const auto patch = static_cast<std::size_t>(data.splits[s].windows()[i * 225 + 7 * 15 + 7] - 1000);
        groups[s].insert(f.group[patch]);
      }
    CHECK(data.splits[0].size() + data.splits[1].size() + data.splits[2].size() == static_cast<uint64_t>(f.count));
    return groups;
  };
  const auto groups = groups_of(options_for(folder / "a.npz"));
  CHECK(groups[kValidation].size() == 40);
  for (const int g : groups[kValidation]) CHECK(g % 10 == 0);
  CHECK(groups[kTest].size() > 20);
  CHECK(groups[kTest].size() < 55);
  for (const int g : groups[kTest]) {
    CHECK(groups[kTrain].count(g) == 0);
    CHECK(groups[kValidation].count(g) == 0);
  }
  CHECK(groups_of(options_for(folder / "a.npz")) == groups);
  task_options other = options_for(folder / "a.npz");
  other.split.seed = 2;
  CHECK(groups_of(other)[kTest] != groups[kTest]);
}

TEST_CASE("bragg patches: without splits all are drawn by group; without groups every patch is its own") {
  const TempFolder folder;
  patch_file f;
  for (int32_t i = 0; i < 300; ++i) f.add(i / 2, 0);
  auto arrays = f.arrays();
  arrays.erase("split");
  write_npz(folder / "a.npz", arrays);
  bragg_task task(options_for(folder / "a.npz"));
  CHECK(task.size("train") > 200);
  CHECK(task.size("validation") > 10);
  CHECK(task.size("test") > 10);
  CHECK(task.size("test") % 2 == 0);
  arrays.erase("group");
  write_npz(folder / "a.npz", arrays);
  CHECK_THAT(bragg_task(options_for(folder / "a.npz")).describe(), Catch::Contains("every patch counts as its own"));
}

TEST_CASE("bragg patches: a folder is read file by file; a file of test patches stays one") {
  const TempFolder folder;
  patch_file train, test;
  train.add(1, 0), train.add(2, 1);
  test.add(1, 2), test.add(5, 2);
  write_npz(folder / "a.npz", train.arrays());
  write_npz(folder / "b.npz", test.arrays());
  bragg_task both(options_for(folder.path()));
  CHECK(both.size("validation") == 1);
  CHECK(both.size("test") >= 2);
  bragg_task only(options_for(folder / "b.npz"));
  CHECK(only.size("train") == 0);
  CHECK(only.size("test") == 2);
}

TEST_CASE("bragg patches: files that are not what they should be are refused by name") {
  const TempFolder folder;
  patch_file f;
  f.add(1, 0), f.add(2, 1);
  const auto refused = [&](std::map<std::string, std::string> arrays, const std::string &part) {
    write_npz(folder / "a.npz", arrays);
    CHECK_THROWS_WITH(bragg_task(options_for(folder / "a.npz")), Catch::Contains(part) && Catch::Contains("a.npz"));
  };
  auto with = [&](const std::string &name, const std::string &bytes) {
    auto arrays = f.arrays();
    arrays[name] = bytes;
    return arrays;
  };
  auto none = f.arrays();
  none.erase("center");
  refused(none, "'center'");
  refused(with("patch", npy_of<uint16_t>("<u2", std::vector<uint16_t>(2 * 225), {2, 225})), "(2, 225)");
  refused(with("patch", npy_of<uint16_t>("<u2", std::vector<uint16_t>(2 * 49), {2, 7, 7})), "7 x 7");
  refused(with("center", npy_of<float>("<f4", {7, 7}, {1, 2})), "(2, 2)");
  refused(with("mask_bits", npy_of<uint8_t>("|u1", std::vector<uint8_t>(2 * 28), {2, 28})), "(2, 29)");
  refused(with("split", npy_of<uint8_t>("|u1", {0, 7}, {2})), "value 7");
  refused(with("group", npy_of<int32_t>("<i4", {1, 1}, {2})), "group 1");
  refused(with("usable", npy_of<uint8_t>("|b1", {0, 0}, {2})), "no usable patch");
  refused(with("center", npy_of<float>("<f4", {-50, 7, 7, 700}, {2, 2})), "2 with a label outside the window");
  nac::test::write_bytes(folder / "a.npz", "rubbish");
  CHECK_THROWS_WITH(bragg_task(options_for(folder / "a.npz")), Catch::Contains("no readable .npz"));
  const TempFolder empty;
  CHECK_THROWS_WITH(bragg_task(options_for(empty.path())), Catch::Contains("neither .npz"));
}
