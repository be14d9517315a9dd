// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jet_table.hpp"
#include "scaling.hpp"

namespace jets {

/// One split, ready to be handed out: scaled rows and labels.
struct Samples {
  std::vector<float> rows;
  std::vector<int64_t> label;
};

struct Dataset {
  int64_t constituents = 0;
  std::array<Samples, 3> splits;  ///< by Part
  std::string description;        ///< lines for people: source, cuts, scaling, counts per class and split
  Scaling scaling;                ///< that the rows went through
  std::string fingerprint;        ///< changes with every byte of every sample

  const Samples &split(const std::string &name) const;  ///< throws naming the splits there are
};

struct DatasetOptions {
  ScalingRule scaling = ScalingRule::robust;
  std::optional<Scaling> constants;  ///< taken instead of fitting any
  uint64_t max_train = 0;            ///< 0: all
  uint64_t max_evaluation = 0;       ///< of validation and of test each; 0: all
  double min_pt = 2.0;               ///< for the description
};

/// Checks the splits (see remove_shared), fits the scaling on the training split, takes the wanted number of jets of
/// each split (by hash, so that a larger number contains the smaller one's jets) and scales them.
Dataset make_dataset(JetTable table, const DatasetOptions &options);

/// 0, 1 or 2; throws naming the splits there are.
Part parse_part(const std::string &name);

}  // namespace jets
