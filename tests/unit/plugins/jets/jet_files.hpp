// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace kit {

/// How a file of the hls4ml layout is to be written, and what is to be wrong with it.
struct JetFile {
  uint64_t jets = 40, slots = 12;
  uint64_t seed = 1;  ///< other seeds give other jets
  bool variable_strings = false;
  bool chunked = false;  ///< and compressed
  std::vector<std::string> particle_names{"j1_px",          "j1_py",     "j1_pz",     "j1_e",      "j1_erel",
                                          "j1_pt",          "j1_ptrel",  "j1_eta",    "j1_etarel", "j1_etarot",
                                          "j1_phi",         "j1_phirel", "j1_phirot", "j1_deltaR", "j1_costheta",
                                          "j1_costhetarel", "j1_pdgid"};
  std::vector<std::string> jet_names{"j_ptfrac", "j_pt", "j_eta", "j_mass", "j_g",
                                     "j_q",      "j_w",  "j_z",   "j_t",    "j_undef"};
  uint64_t particle_columns = 16;
  uint64_t label_rows = 0;  ///< 0: as many as jets
  std::string without;      ///< a dataset to leave out
  /// Changes values before they are written: (jet, slot, column) and (jet, column).
  std::function<void(std::vector<float> &particles, std::vector<float> &labels)> spoil;
};

/// pT of constituent `slot` before sorting: not in order, some below 2 GeV. eta_rel and phi_rel follow from it.
float jet_pt(uint64_t seed, uint64_t jet, uint64_t slot);
float jet_eta(uint64_t seed, uint64_t jet, uint64_t slot);
float jet_phi(uint64_t seed, uint64_t jet, uint64_t slot);
/// Class of a jet: jet % 5.
void write_jet_file(const std::string &path, const JetFile &options = {});

/// One array of a .npz file: dtype as NumPy spells it, and the bytes.
struct NpyArray {
  std::string dtype;
  std::vector<int64_t> shape;
  std::string bytes;
};
template <class T>
NpyArray npy(const std::string &dtype, std::vector<int64_t> shape, const std::vector<T> &values) {
  return {dtype, std::move(shape), {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)}};
}
void write_npz(const std::string &path, const std::map<std::string, NpyArray> &arrays);

}  // namespace kit
