// SPDX-License-Identifier: Apache-2.0
#include "architecture.hpp"

namespace jets {
namespace {

int64_t count_of(const std::vector<Layer> &layers, int64_t inputs, int64_t normalized) {
  int64_t total = 0;
  for (const Layer &layer : layers) {
    total += inputs * layer.width + layer.width;
    if (layer.norm == Norm::batch) total += 2 * (normalized > 0 ? normalized : layer.width);
    inputs = layer.width;
  }
  return total;
}

void append(std::string &text, const std::vector<Layer> &layers) {
  for (const Layer &layer : layers) {
    if (!text.empty() && text.back() != ' ') text += '-';
    text += std::to_string(layer.width);
    if (layer.norm == Norm::batch) text += 'b';
    if (layer.act == nac::activation::relu) text += 'r';
    if (layer.act == nac::activation::leaky_relu) text += 'l';
  }
}

}  // namespace

int64_t parameter_count(const DeepSet &net, int64_t constituents, PhiNorm phi_norm) {
  return count_of(net.phi, kFeatures, phi_norm == PhiNorm::position ? constituents : 0) +
         count_of(net.rho, net.phi.back().width, 0);
}

std::string summary(const DeepSet &net) {
  std::string text = std::to_string(kFeatures);
  append(text, net.phi);
  text += net.aggregator == Aggregator::mean  ? " | mean | "
          : net.aggregator == Aggregator::max ? " | max | "
                                              : " | sum | ";
  append(text, net.rho);
  return text;
}

}  // namespace jets
