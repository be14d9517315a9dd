// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "data_io/hdf5.hpp"

namespace jets {

/// Where a file of the hls4ml LHC jet data (Zenodo 3601436, 3602260) keeps what the task needs.
struct Hdf5Layout {
  uint64_t jets = 0, slots = 0, particle_columns = 0, jet_columns = 0;
  std::array<uint64_t, 3> feature{};  ///< columns of jetConstituentList: pT, eta_rel, phi_rel
  std::array<uint64_t, 5> label{};    ///< columns of jets: g, q, w, z, t
  std::string found;                  ///< the names that were found, for people
};

/// Looks columns up by name in particleFeatureNames (j1_pt or pt, j1_etarel or eta_rel, ...) and jetFeatureNames (j_g
/// or g, ...), upper or lower case. A file without name lists must have the published widths, 16 and 59 columns, whose
/// order is known. Throws naming the file, what was found and what is accepted.
Hdf5Layout inspect(const nac::data_io::h5_file &file);

}  // namespace jets
