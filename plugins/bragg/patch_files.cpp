// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "bragg/dataset.hpp"
#include "data_io/hash.hpp"
#include "data_io/npz.hpp"

namespace nac::bragg {
namespace {

using data_io::npy_array;
using data_io::npz_file;

/// Columns of one file that may be absent.
struct optional_columns {
  std::optional<npy_array> mask_bits;
  std::vector<uint8_t> usable;
  std::vector<int64_t> group, split;
};

optional_columns read_columns(const npz_file &file, int64_t count, int64_t pixels, bool usable_only) {
  optional_columns c;
  if (file.has("mask_bits")) {
    c.mask_bits = file.read("mask_bits");
    c.mask_bits->expect_shape({count, (pixels + 7) / 8});
    if (c.mask_bits->type() != data_io::element::u1) invalid(c.mask_bits->what() + " must be uint8");
  }
  const auto column = [&](const char *name) {
    const npy_array a = file.read(name);
    a.expect_shape({count});
    return a.as<int64_t>();
  };
  if (usable_only && file.has("usable")) {
    const std::vector<int64_t> flags = column("usable");
    c.usable.resize(flags.size());
    std::transform(flags.begin(), flags.end(), c.usable.begin(), [](int64_t f) { return f != 0; });
  }
  if (file.has("group")) {
    c.group = column("group");
  } else {
    c.group.resize(static_cast<std::size_t>(count));
    std::iota(c.group.begin(), c.group.end(), int64_t{0});
  }
  if (file.has("split")) c.split = column("split");
  return c;
}

/// Split of every patch: the file's own where it has one, drawn by group where a split is missing.
std::vector<split_id> assign_splits(const npz_file &file, const optional_columns &c, const split_options &options,
                                    std::string &about) {
  const uint64_t key = data_io::hasher().text(file.path().filename().string()).value();
  std::vector<split_id> splits(c.group.size());
  if (c.split.empty()) {
    about += "split by group hash, ";
    for (std::size_t i = 0; i < splits.size(); ++i) splits[i] = draw_split(options, key, c.group[i]);
    return splits;
  }
  std::array<bool, 3> there{};
  std::map<int64_t, int64_t> split_of_group;
  for (std::size_t i = 0; i < splits.size(); ++i) {
    const int64_t s = c.split[i];
    if (s < 0 || s > 2)
      invalid("array 'split' of '" + file.path().string() + "' has the value " + std::to_string(s) +
              "; 0 is train, 1 validation, 2 test");
    const auto [entry, is_new] = split_of_group.emplace(c.group[i], s);
    if (!is_new && entry->second != s)
      throw failure(NAC_FAILED_PRECONDITION, "group " + std::to_string(c.group[i]) + " of '" + file.path().string() +
                                                 "' is in two splits, " +
                                                 kSplitNames[static_cast<std::size_t>(entry->second)] + " and " +
                                                 kSplitNames[static_cast<std::size_t>(s)]);
    splits[i] = static_cast<split_id>(s);
    there[splits[i]] = true;
  }
  about += "splits as in the file, ";
  // Only with training groups can a missing split be made; a file of test patches alone stays one.
  const bool carve_test = there[kTrain] && !there[kTest], carve_validation = there[kTrain] && !there[kValidation];
  if (carve_test) about += "test drawn from the training groups, ";
  if (carve_validation) about += "validation drawn from the training groups, ";
  for (std::size_t i = 0; i < splits.size(); ++i) {
    if (splits[i] != kTrain) continue;
    const split_id drawn = draw_split(options, key, c.group[i]);
    if ((drawn == kTest && carve_test) || (drawn == kValidation && carve_validation)) splits[i] = drawn;
  }
  return splits;
}

void load_file(const std::filesystem::path &path, const split_options &options, dataset &data) {
  const npz_file file(path);
  const npy_array patch = file.read("patch"), center = file.read("center");
  patch.expect_shape({-1, -1, -1});
  const int64_t count = patch.shape()[0], height = patch.shape()[1], width = patch.shape()[2];
  if (height < kCrop || width < kCrop || height > 256 || width > 256)
    invalid(patch.what() + " has windows of " + std::to_string(height) + " x " + std::to_string(width) +
            " pixels; 11 x 11 to 256 x 256 are accepted");
  center.expect_shape({count, 2});
  const int64_t pixels = height * width;
  const std::vector<float> counts = patch.as<float>(), centers = center.as<float>();
  const optional_columns c = read_columns(file, count, pixels, options.usable_only);

  std::string about = path.filename().string() + ": ";
  const std::vector<split_id> splits = assign_splits(file, c, options, about);
  std::vector<float> image(static_cast<std::size_t>(pixels));
  std::array<float, kWindowPixels> window;
  uint64_t kept = 0, unusable = 0, outside = 0, empty = 0;
  for (int64_t i = 0; i < count; ++i) {
    const auto n = static_cast<std::size_t>(i);
    if (!c.usable.empty() && c.usable[n] == 0) {
      ++unusable;
      continue;
    }
    const float row = centers[2 * n], column = centers[2 * n + 1];
    if (!(row >= 0 && column >= 0 && row < static_cast<float>(height) && column < static_cast<float>(width))) {
      ++outside;
      continue;
    }
    std::copy_n(counts.begin() + i * pixels, pixels, image.begin());
    if (c.mask_bits) {
      const unsigned char *bits = c.mask_bits->data() + n * static_cast<std::size_t>((pixels + 7) / 8);
      for (int64_t p = 0; p < pixels; ++p)
        if ((bits[p / 8] >> (7 - p % 8) & 1) == 0) image[static_cast<std::size_t>(p)] = 0;
    }
    const float whole_row = std::floor(row), whole_column = std::floor(column);
    cut_window(image.data(), height, width, static_cast<int64_t>(whole_row), static_cast<int64_t>(whole_column),
               window.data());
    if (!c.mask_bits) keep_nearest_component(window.data(), row - whole_row, column - whole_column);
    if (std::none_of(window.begin(), window.end(), [](float v) { return v != 0; }) ||
        !std::all_of(window.begin(), window.end(), [](float v) { return std::isfinite(v); })) {
      ++empty;
      continue;
    }
    data.splits[splits[n]].add(window.data(), row - whole_row, column - whole_column);
    ++kept;
  }
  about += std::to_string(kept) + " of " + std::to_string(count) + " patches";
  if (unusable != 0) about += ", " + std::to_string(unusable) + " not usable";
  if (outside != 0) about += ", " + std::to_string(outside) + " with a label outside the window";
  if (empty != 0) about += ", " + std::to_string(empty) + " empty or not finite";
  if (file.has("group")) {
    std::vector<int64_t> groups = c.group;
    std::sort(groups.begin(), groups.end());
    about += ", " + std::to_string(std::unique(groups.begin(), groups.end()) - groups.begin()) + " groups";
  } else {
    about += ", no groups: every patch counts as its own";
  }
  data.about += about + "\n";
}

}  // namespace

dataset load_patch_files(const std::filesystem::path &path, const split_options &options) {
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_directory(path)) {
    for (const auto &entry : std::filesystem::directory_iterator(path))
      if (entry.path().extension() == ".npz") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
  } else {
    files.push_back(path);
  }
  dataset data;
  for (const auto &file : files) load_file(file, options, data);
  return data;
}

}  // namespace nac::bragg
