// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>

#include "bragg/patch_set.hpp"

namespace nac::bragg {

enum split_id : std::size_t { kTrain = 0, kValidation = 1, kTest = 2 };
constexpr std::array<const char *, 3> kSplitNames{"train", "validation", "test"};
/// Throws NAC_NOT_FOUND for any other name.
split_id split_of(const std::string &name);

struct split_options {
  uint64_t seed = 1;
  double validation_fraction = 0.1;
  double test_fraction = 0.1;
  bool usable_only = true;   ///< patch files: only patches that their authors call usable
  bool whole_frames = true;  ///< frames files: no frame in two splits
};

/// Everything a source hands over.
struct dataset {
  std::array<patch_set, 3> splits;
  std::string about;  ///< lines for people: source, counts, cuts
};

/// Split of one group without a given split: a fixed number in [0, 1) from seed, file and group decides, so that
/// neither order nor other groups matter.
split_id draw_split(const split_options &options, uint64_t file_key, int64_t group);
/// The number in [0, 1) behind draw_split.
double group_position(uint64_t seed, uint64_t file_key, int64_t group);

/// Patches from a .npz file or a folder of them.
/// Arrays: patch [N, S, S] counts and center [N, 2] (row, column of the peak in window pixels) are needed; mask_bits
/// [N, ceil(S*S/8)] (which pixels are this peak's; without it the component nearest to the label is kept), usable [N],
/// group [N] and split [N] (0 train, 1 validation, 2 test) are used when there. A split that the file lacks is carved
/// out of the training groups. Throws when a group is in two splits.
dataset load_patch_files(const std::filesystem::path &path, const split_options &options);

/// Peaks cut out of detector frames: BraggNN's two HDF5 files. cache_folder empty: no cache.
dataset load_frames(const std::filesystem::path &frames, const std::filesystem::path &peaks,
                    const split_options &options, const std::filesystem::path &cache_folder);

}  // namespace nac::bragg
