// SPDX-License-Identifier: Apache-2.0
#include "space.hpp"

#include <string>
#include <vector>

namespace jets {
namespace {

const std::vector<double> kWidths{4, 8, 16, 32, 64};
const std::vector<double> kBottlenecks{1, 2, 4, 8, 16, 32, 64};
const std::vector<std::string> kNorms{"none", "batch"};
const std::vector<std::string> kActs{"relu", "leaky_relu", "none"};
const std::vector<std::string> kAggregators{"mean", "max", "sum"};

/// {first, ..., kMaxLayers}: the depths under which something of layer first-1 exists.
std::vector<int64_t> depths_from(int first) {
  std::vector<int64_t> values;
  for (int d = first; d <= kMaxLayers; ++d) values.push_back(d);
  return values;
}

nac::activation activation_at(int64_t index) {
  switch (index) {
    case 0: return nac::activation::relu;
    case 1: return nac::activation::leaky_relu;
    default: return nac::activation::none;
  }
}

}  // namespace

SearchSpace::SearchSpace(bool output_activation) : output_activation_(output_activation) {
  aggregator_ = next_++;
  bottleneck_ = next_++;
  phi_ = make_part(true);
  rho_ = make_part(output_activation);
}

SearchSpace::Part SearchSpace::make_part(bool last_activation) {
  const auto take = [this] { return static_cast<int64_t>(next_++); };
  Part part;
  part.length = take();
  for (int i = 0; i < kMaxLayers; ++i) {
    const auto at = static_cast<std::size_t>(i);
    part.width[at] = i + 1 < kMaxLayers ? take() : -1;
    part.norm[at] = take();
    part.act[at] = i + 1 < kMaxLayers || last_activation ? take() : -1;
  }
  return part;
}

void SearchSpace::write(nac::space_writer &space) const {
  space.choice("aggregator", kAggregators);
  space.ordered("bottleneck", kBottlenecks);
  write_part(space, "phi", phi_, true);
  write_part(space, "rho", rho_, output_activation_);
}

void SearchSpace::write_part(nac::space_writer &space, const char *prefix, const Part &part, bool last_activation) {
  const std::string name = std::string(prefix) + "_";
  const uint32_t length = space.integer(name + "len", 1, kMaxLayers);
  if (length != part.length)
    nac::fail(NAC_INTERNAL, "the host numbers dimensions in another order than they are added");
  for (int i = 0; i < kMaxLayers; ++i) {
    const std::string number = std::to_string(i);
    const auto at = static_cast<std::size_t>(i);
    if (part.width[at] >= 0)  // the last layer's width is the bottleneck or the number of classes
      space.only_if(space.ordered(name + "width_" + number, kWidths), length, depths_from(i + 2));
    space.only_if(space.choice(name + "norm_" + number, kNorms), length, depths_from(i + 1));
    if (part.act[at] >= 0)
      space.only_if(space.choice(name + "act_" + number, kActs), length, depths_from(last_activation ? i + 1 : i + 2));
  }
}

std::vector<Layer> SearchSpace::layers(const nac::point_reader &point, const Part &part, int64_t last_width) {
  const auto index = [&](int64_t dimension) { return point.index(static_cast<uint32_t>(dimension)); };
  const auto count = static_cast<std::size_t>(index(part.length));
  std::vector<Layer> all(count);
  for (std::size_t i = 0; i < count; ++i) {
    const bool last = i + 1 == count;
    all[i].width = last ? last_width : static_cast<int64_t>(kWidths.at(static_cast<std::size_t>(index(part.width[i]))));
    all[i].norm = index(part.norm[i]) == 1 ? Norm::batch : Norm::none;
    all[i].act = nac::activation::none;
  }
  return all;
}

DeepSet SearchSpace::network(const nac::point_reader &point) const {
  const auto bottleneck = static_cast<std::size_t>(point.index(bottleneck_));
  DeepSet net;
  net.phi = layers(point, phi_, static_cast<int64_t>(kBottlenecks.at(bottleneck)));
  net.rho = layers(point, rho_, kClasses);
  net.aggregator = static_cast<Aggregator>(point.index(aggregator_));
  for (std::size_t i = 0; i < net.phi.size(); ++i)
    net.phi[i].act = activation_at(point.index(static_cast<uint32_t>(phi_.act[i])));
  for (std::size_t i = 0; i + (output_activation_ ? 0 : 1) < net.rho.size(); ++i)
    net.rho[i].act = activation_at(point.index(static_cast<uint32_t>(rho_.act[i])));
  return net;
}

}  // namespace jets
