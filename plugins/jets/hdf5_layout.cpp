// SPDX-License-Identifier: Apache-2.0
#include "hdf5_layout.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "jet_table.hpp"
#include "nac/cpp/error.hpp"

namespace jets {
namespace {

namespace io = nac::data_io;

/// "j1_etaRel" -> "etarel": lower case, without the object's prefix, without underscores.
std::string normalized(const std::string &name) {
  std::string text;
  for (const char c : name)
    if (c != '\0' && c != ' ') text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char *prefix : {"j1_", "j_", "is_", "label_"})
    if (text.rfind(prefix, 0) == 0) text = text.substr(std::string(prefix).size());
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  return text;
}

std::string joined(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &n : names) text += (text.empty() ? "" : ", ") + n;
  return text.empty() ? "none" : text;
}

/// Column of each wanted name. The lists of the published files name one column more than there is (j1_pdgid), so a
/// name beyond the last column is no error until it is wanted.
template <std::size_t N>
void look_up(const io::h5_file &file, const std::string &list, const std::string &dataset, uint64_t columns,
             const std::array<const char *, N> &wanted, std::array<uint64_t, N> &out, std::string &found) {
  const std::vector<std::string> names = file.strings(list);
  for (std::size_t w = 0; w < N; ++w) {
    std::vector<std::size_t> hits;
    for (std::size_t i = 0; i < names.size(); ++i)
      if (normalized(names[i]) == wanted[w]) hits.push_back(i);
    const std::string where = "'" + list + "' of '" + file.path().string() + "'";
    if (hits.size() != 1)
      nac::fail(NAC_NOT_FOUND, where + " names " + std::to_string(hits.size()) + " columns for " + wanted[w] +
                                   "; accepted is one (also with the prefix j_ or j1_). Found: " + joined(names));
    if (hits[0] >= columns)
      nac::fail(NAC_DATA_LOSS, where + " has " + names[hits[0]] + " as column " + std::to_string(hits[0]) + ", but '" +
                                   dataset + "' has " + std::to_string(columns) + " columns");
    out[w] = hits[0];
    found += (found.empty() ? "" : ", ") + names[hits[0]];
  }
}

}  // namespace

Hdf5Layout inspect(const io::h5_file &file) {
  const io::h5_dataset particles = file.dataset("jetConstituentList");
  const io::h5_dataset jets = file.dataset("jets");
  const std::vector<uint64_t> &p = particles.shape(), &j = jets.shape();
  if (p.size() != 3)
    nac::fail(NAC_DATA_LOSS, particles.what() + " has " + std::to_string(p.size()) +
                                 " dimensions; accepted are 3: jets, constituents, features");
  if (j.size() != 2 || j[0] != p[0])
    nac::fail(NAC_DATA_LOSS, jets.what() + " must have 2 dimensions and as many rows as jetConstituentList, " +
                                 std::to_string(p[0]) + "; it has " + std::to_string(j.size()) + " dimensions and " +
                                 std::to_string(j.empty() ? 0 : j[0]) + " rows");
  Hdf5Layout layout;
  layout.jets = p[0], layout.slots = p[1], layout.particle_columns = p[2], layout.jet_columns = j[1];
  if (file.has("particleFeatureNames")) {
    look_up<3>(file, "particleFeatureNames", "jetConstituentList", p[2], {"pt", "etarel", "phirel"}, layout.feature,
               layout.found);
  } else if (p[2] == 16) {
    layout.feature = {5, 8, 11};
    layout.found = "columns 5, 8, 11 of the published 16";
  } else {
    nac::fail(NAC_NOT_FOUND, "'" + file.path().string() + "' has no particleFeatureNames, and jetConstituentList has " +
                                 std::to_string(p[2]) + " features instead of the published 16");
  }
  if (file.has("jetFeatureNames")) {
    look_up<5>(file, "jetFeatureNames", "jets", j[1], kClassNames, layout.label, layout.found);
  } else if (j[1] == 59) {
    layout.label = {53, 54, 55, 56, 57};
    layout.found += ", columns 53 to 57 of the published 59";
  } else {
    nac::fail(NAC_NOT_FOUND, "'" + file.path().string() + "' has no jetFeatureNames, and jets has " +
                                 std::to_string(j[1]) + " columns instead of the published 59");
  }
  return layout;
}

}  // namespace jets
