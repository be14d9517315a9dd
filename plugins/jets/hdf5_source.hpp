// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>

#include "hdf5_files.hpp"
#include "jet_table.hpp"

namespace jets {

struct Hdf5Options {
  std::filesystem::path path;   ///< a directory of .h5 files, or one file
  std::filesystem::path cache;  ///< folder for the compact copy; empty: none is kept
  int64_t constituents = 8;
  double min_pt = 2.0;  ///< GeV
  SplitRule split = SplitRule::automatic;
};

/// Jets of the hls4ml LHC jet data, streamed block by block, so that memory holds the selected constituents only. What
/// was read is kept in the cache folder under a key of all file names, sizes and times and of the cuts; the next run
/// reads that. A cache that cannot be written costs a warning, a damaged one is made anew.
JetTable read_hdf5_jets(const Hdf5Options &options);

}  // namespace jets
