// SPDX-License-Identifier: Apache-2.0
#include "presets.hpp"

namespace jets {
namespace {

constexpr auto kNone = nac::activation::none;
constexpr auto kRelu = nac::activation::relu;
constexpr auto kLeaky = nac::activation::leaky_relu;
constexpr auto kBatch = Norm::batch;
constexpr auto kPlain = Norm::none;

std::vector<Preset> make() {
  const auto mean = Aggregator::mean;
  return {
      {"Large",
       "NAC paper, Table 6: 7,535 parameters, 66.55 % on the hls4ml LHC jets (8 bits)",
       {{{64, kBatch, kRelu}, {16, kBatch, kNone}},
        mean,
        {{128, kBatch, kRelu}, {16, kBatch, kLeaky}, {64, kBatch, kRelu}, {5, kBatch, kNone}}},
       7535},
      {"Medium",
       "NAC paper, Table 6: 2,813 parameters, 65.06 %",
       {{{32, kPlain, kRelu}, {8, kPlain, kNone}},
        mean,
        {{32, kBatch, kLeaky}, {16, kPlain, kLeaky}, {64, kBatch, kLeaky}, {5, kPlain, kNone}}},
       2813},
      {"Small",
       "NAC paper, Table 6: 815 parameters, 63.06 %",
       {{{16, kPlain, kLeaky}, {8, kBatch, kNone}},
        mean,
        {{8, kBatch, kRelu}, {16, kPlain, kLeaky}, {16, kPlain, kLeaky}, {5, kBatch, kNone}}},
       815},
      {"Tiny",
       "NAC paper, Table 6: 573 parameters, 61.16 %",
       {{{8, kBatch, kRelu}, {8, kPlain, kNone}}, mean, {{32, kPlain, kRelu}, {5, kPlain, kNone}}},
       573},
      {"Baseline",
       "the deep set of Odagiu et al. 2024 that Table 3 counts as baseline: 3,461 parameters, 64.0 %",
       {{{32, kPlain, kRelu}, {32, kPlain, kRelu}, {32, kPlain, kRelu}},
        mean,
        {{32, kPlain, kRelu}, {5, kPlain, kNone}}},
       3461},
      {"Original",
       "NAC paper, Table 6, 'Original DeepSets': 1,797 parameters",
       {{{32, kPlain, kRelu}, {32, kPlain, kRelu}}, mean, {{16, kPlain, kRelu}, {5, kPlain, kNone}}},
       1797},
      {"Base",
       "the authors' search code, first trial of their logs: 2,853 parameters",
       {{{32, kPlain, kRelu}, {32, kPlain, kRelu}, {32, kPlain, kRelu}},
        mean,
        {{16, kPlain, kRelu}, {5, kPlain, kNone}}},
       2853},
      {"Reference",
       "64-64-32 | max | 64-5: 8,933 parameters, the reference of our Pythia jets",
       {{{64, kPlain, kRelu}, {64, kPlain, kRelu}, {32, kPlain, kRelu}},
        Aggregator::max,
        {{64, kPlain, kRelu}, {5, kPlain, kNone}}},
       8933},
  };
}

}  // namespace

const std::vector<Preset> &presets() {
  static const std::vector<Preset> all = make();
  return all;
}

const Preset *find_preset(const std::string &name) {
  for (const Preset &p : presets())
    if (p.name == name) return &p;
  return nullptr;
}

}  // namespace jets
