// SPDX-License-Identifier: Apache-2.0
#include "bragg/search_space.hpp"

#include <array>

namespace nac::bragg {
namespace {

constexpr std::size_t kBlocks = 3, kConvs = 2, kLinears = 4;
constexpr int64_t kConv = 0, kAttention = 1;  // indices into kKinds

const std::vector<double> kProjection{8, 16, 32, 64};
const std::vector<double> kChannels{2, 4, 8, 16, 32, 64};
const std::vector<double> kHidden{1, 2, 4, 8, 16, 32};
const std::vector<double> kWidths{4, 8, 16, 32, 64};
const std::vector<double> kKernels{1, 3};
const std::vector<std::string> kKinds{"conv", "attention", "none"};
const std::vector<std::string> kNorms{"none", "batch"};
const std::vector<std::string> kActs{"relu", "leaky_relu", "none"};

/// Index of every dimension.
struct layout {
  struct layer {
    uint32_t width = 0, kernel = 0, normalization = 0, act = 0;
  };
  struct block_dimensions {
    uint32_t kind = 0, hidden = 0, skip_act = 0;
    std::array<layer, kConvs> convs;
  };
  uint32_t projection = 0;
  std::array<block_dimensions, kBlocks> blocks;
  std::array<layer, kLinears> linears;
};

/// Stands in for space_writer to number the dimensions, so that one walk serves writing and reading.
class counter {
 public:
  uint32_t ordered(const std::string &, const std::vector<double> &) { return next_++; }
  uint32_t choice(const std::string &, const std::vector<std::string> &) { return next_++; }
  void only_if(uint32_t, uint32_t, const std::vector<int64_t> &) {}

 private:
  uint32_t next_ = 0;
};

template <class Space>
layout walk(Space &space, bool output_activation) {
  layout l;
  l.projection = space.ordered("proj_channels", kProjection);
  for (std::size_t i = 0; i < kBlocks; ++i) {
    auto &b = l.blocks[i];
    const std::string name = "b" + std::to_string(i);
    b.kind = space.choice(name, kKinds);
    for (std::size_t j = 0; j < kConvs; ++j) {
      auto &c = b.convs[j];
      const std::string conv = name + "_conv" + std::to_string(j);
      c.width = space.ordered(conv + "_channels", kChannels);
      c.kernel = space.ordered(conv + "_kernel", kKernels);
      c.normalization = space.choice(conv + "_norm", kNorms);
      c.act = space.choice(conv + "_act", kActs);
      for (const uint32_t d : {c.width, c.kernel, c.normalization, c.act}) space.only_if(d, b.kind, {kConv});
    }
    b.hidden = space.ordered(name + "_attention_channels", kHidden);
    b.skip_act = space.choice(name + "_attention_act", kActs);
    for (const uint32_t d : {b.hidden, b.skip_act}) space.only_if(d, b.kind, {kAttention});
  }
  for (std::size_t i = 0; i < kLinears; ++i) {
    auto &f = l.linears[i];
    const std::string name = "fc" + std::to_string(i);
    const bool last = i + 1 == kLinears;
    if (!last) f.width = space.ordered(name + "_width", kWidths);
    f.normalization = space.choice(name + "_norm", kNorms);
    if (!last || output_activation) f.act = space.choice(name + "_act", kActs);
  }
  return l;
}

}  // namespace

void search_space::write(space_writer &space) const { walk(space, output_activation_); }

architecture search_space::decode(const point_reader &point) const {
  counter numbers;
  const layout l = walk(numbers, output_activation_);
  const auto number = [&](uint32_t d, const std::vector<double> &values) {
    return static_cast<int64_t>(values.at(static_cast<std::size_t>(point.index(d))));
  };
  const auto normalization = [&](uint32_t d) { return point.index(d) == 1 ? norm::batch : norm::none; };
  const auto act = [&](uint32_t d) {
    static constexpr std::array<activation, 3> kinds{activation::relu, activation::leaky_relu, activation::none};
    return kinds.at(static_cast<std::size_t>(point.index(d)));
  };

  architecture a;
  a.projection = number(l.projection, kProjection);
  for (const auto &b : l.blocks) {
    block made;
    switch (point.index(b.kind)) {
      case kConv:
        made.kind = block_kind::conv;
        for (const auto &c : b.convs)
          made.convs.push_back(
              {number(c.width, kChannels), number(c.kernel, kKernels), normalization(c.normalization), act(c.act)});
        break;
      case kAttention:
        made.kind = block_kind::attention;
        made.hidden = number(b.hidden, kHidden);
        made.skip_act = act(b.skip_act);
        break;
      default: break;
    }
    a.blocks.push_back(std::move(made));
  }
  for (std::size_t i = 0; i < kLinears; ++i) {
    const auto &f = l.linears[i];
    const bool last = i + 1 == kLinears;
    a.mlp.push_back({last ? 2 : number(f.width, kWidths), normalization(f.normalization),
                     !last || output_activation_ ? act(f.act) : activation::none});
  }
  return a;
}

}  // namespace nac::bragg
