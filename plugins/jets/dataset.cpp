// SPDX-License-Identifier: Apache-2.0
#include "dataset.hpp"

#include <algorithm>
#include <cstdio>

#include "data_io/hash.hpp"
#include "nac/cpp/error.hpp"
#include "nac/cpp/host.hpp"
#include "nac/cpp/rng.hpp"
#include "split.hpp"

namespace jets {
namespace {

/// Indices of one split in file order, at most `limit` of them.
std::vector<uint64_t> members(const JetTable &table, Part part, uint64_t limit) {
  std::vector<uint64_t> all;
  for (uint64_t i = 0; i < table.size(); ++i)
    if (table.part[i] == part) all.push_back(i);
  if (limit == 0 || limit >= all.size()) return all;
  const auto before = [](uint64_t a, uint64_t b) {
    const uint64_t ka = nac::stream_key(a, 3), kb = nac::stream_key(b, 3);
    return ka != kb ? ka < kb : a < b;
  };
  std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(limit), all.end(), before);
  all.resize(limit);
  std::sort(all.begin(), all.end());
  return all;
}

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

/// A class without jets in a split has no area under its curve, and one without training jets is never learnt.
void warn_of_missing_classes(const std::array<Samples, 3> &splits) {
  for (std::size_t p = 0; p < splits.size(); ++p)
    for (std::size_t k = 0; k < kClassNames.size(); ++k)
      if (std::count(splits[p].label.begin(), splits[p].label.end(), static_cast<int64_t>(k)) == 0)
        nac::host().warn(std::string("jets: split '") + kPartNames[p] + "' has no jet of class " + kClassNames[k]);
}

std::string describe_counts(const std::array<Samples, 3> &splits) {
  std::string text;
  for (std::size_t p = 0; p < splits.size(); ++p) {
    std::array<uint64_t, 5> count{};
    for (const int64_t label : splits[p].label) ++count.at(static_cast<std::size_t>(label));
    text += std::string(kPartNames[p]) + ": " + std::to_string(splits[p].label.size()) + " jets (";
    for (std::size_t k = 0; k < count.size(); ++k)
      text += std::string(k > 0 ? ", " : "") + kClassNames[k] + " " + std::to_string(count[k]);
    text += ")\n";
  }
  return text;
}

std::string describe_scaling(const DatasetOptions &options, const Scaling &scaling) {
  const ScalingRule rule = options.scaling;
  if (rule == ScalingRule::none && !options.constants) return "scaling: none\n";
  std::string text = "scaling: ";
  if (options.constants)
    text += "constants that were given";
  else
    text += std::string(rule == ScalingRule::robust     ? "robust"
                        : rule == ScalingRule::standard ? "standard"
                                                        : "minmax") +
            ", fitted on the training split";
  text += ": (x - centre) / width with";
  constexpr std::array<const char *, 3> names{" pT ", ", eta_rel ", ", phi_rel "};
  for (std::size_t f = 0; f < 3; ++f)
    text += names[f] + number_text(scaling.centre[f]) + " / " + number_text(scaling.width[f]);
  return text + "\n";
}

}  // namespace

Part parse_part(const std::string &name) {
  for (std::size_t p = 0; p < kPartNames.size(); ++p)
    if (name == kPartNames[p]) return static_cast<Part>(p);
  nac::fail(NAC_NOT_FOUND, "there is no split '" + name + "'; accepted are train, validation, test");
}

const Samples &Dataset::split(const std::string &name) const { return splits.at(parse_part(name)); }

Dataset make_dataset(JetTable table, const DatasetOptions &options) {
  remove_shared(table);
  const Scaling scaling = options.constants ? *options.constants : fit_scaling(options.scaling, table);
  Dataset data;
  data.scaling = scaling;
  data.constituents = table.constituents;
  nac::data_io::hasher fingerprint;
  fingerprint.text("jets 1").integer(table.constituents);
  const uint64_t width = table.row_width();
  for (const Part part : {kTrain, kValidation, kTest}) {
    const std::vector<uint64_t> index =
        members(table, part, part == kTrain ? options.max_train : options.max_evaluation);
    Samples &samples = data.splits.at(part);
    samples.rows.reserve(index.size() * width);
    for (const uint64_t i : index) {
      samples.rows.insert(samples.rows.end(), table.row(i), table.row(i) + width);
      samples.label.push_back(table.label[i]);
    }
    scaling.apply(samples.rows.data(), samples.rows.size() / 3);
    fingerprint.integer(static_cast<int64_t>(index.size()));
    fingerprint.bytes(samples.rows.data(), samples.rows.size() * sizeof(float));
    fingerprint.bytes(samples.label.data(), samples.label.size() * sizeof(int64_t));
  }
  warn_of_missing_classes(data.splits);
  data.fingerprint = fingerprint.hex();
  for (const std::string &note : table.notes) data.description += note + "\n";
  data.description += "inputs: the " + std::to_string(table.constituents) +
                      " constituents of largest pT >= " + number_text(options.min_pt) +
                      " GeV, each pT [GeV], eta_rel, phi_rel; empty slots zero before scaling\n" +
                      describe_scaling(options, scaling) + describe_counts(data.splits);
  return data;
}

}  // namespace jets
