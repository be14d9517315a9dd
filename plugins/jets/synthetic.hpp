// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "jet_table.hpp"

namespace jets {

struct SyntheticOptions {
  uint64_t seed = 1;
  int64_t samples = 50000;  ///< in all; 80 % train, 10 % validation, 10 % test
  int64_t constituents = 8;
  double min_pt = 2.0;  ///< GeV
};

/// One particle of a jet: pT in GeV, eta and phi relative to the parton that started the jet.
struct Particle {
  double pt, eta, phi;
};

/// All particles of jet number `index`, around its pT-weighted axis, in no particular order; depends on (seed, index)
/// only. label: index % 5. A toy of the hls4ml LHC jets, not a simulation: jets of about 1 TeV from
///   g, q  one parton, gluons radiating more (Casimir factors 3 and 4/3) and fragmenting softer,
///   w, z  two prongs from the decay of 80.4 and 91.2 GeV, t three prongs from 172.8 GeV,
/// each prong followed by emissions uniform in log angle and log momentum fraction with the one-loop coupling,
/// fragmentation, soft background and detector smearing.
void synthetic_jet(uint64_t seed, uint64_t index, std::vector<Particle> &particles);

JetTable make_synthetic(const SyntheticOptions &options);

}  // namespace jets
