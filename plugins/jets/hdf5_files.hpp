// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "jet_table.hpp"

namespace jets {

/// automatic: the folders when the directory has train/ and val/, else whole files when there are ten or more, else
/// events (identical jets count as one event, since the hls4ml files have no event numbers).
enum class SplitRule { automatic, folders, file, event };
SplitRule parse_split(const std::string &text);

struct Hdf5File {
  std::filesystem::path path;
  std::string name;     ///< relative to the directory, for messages and for the order
  Part folder = kOpen;  ///< by train/, val/ or validation/, test/
};

/// The .h5 and .hdf5 files of a directory and of its split folders, sorted by name; or the one file that `path` is.
/// Throws when there are none.
std::vector<Hdf5File> list_hdf5_files(const std::filesystem::path &path);

/// The split of every file under the rule, or kOpen where its jets are to be split by event. `notes` says what was
/// done: with train/ and val/ only, val/ is the test split (publications on these data report on it), and the
/// validation split comes out of train/. Throws when the rule does not fit the files.
std::vector<Part> assign_files(const std::vector<Hdf5File> &files, SplitRule rule, std::vector<std::string> &notes);

}  // namespace jets
