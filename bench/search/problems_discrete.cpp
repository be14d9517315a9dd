// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>

#include "problem_space.hpp"
#include "problems.hpp"

namespace nac::bench {
namespace {

constexpr int kLayers = 12, kLevels = 5;

/// Label -> level of one layer: the labels carry no order.
std::array<int, kLevels> level_of_label(int layer) {
  std::array<int, kLevels> level{}, sorted{};
  for (int l = 0; l < kLevels; ++l) level[l] = (3 * l + 2 * layer + l * l * (layer % 3)) % kLevels;
  sorted = level;
  std::sort(sorted.begin(), sorted.end());
  for (int l = 0; l < kLevels; ++l)
    if (sorted[l] != l) {
      for (int k = 0; k < kLevels; ++k) level[k] = (2 * k + layer) % kLevels;
      break;
    }
  return level;
}

std::vector<double> nascat_value(const std::vector<double> &x) {
  static constexpr int kBenefit[kLayers] = {9, 7, 12, 5, 8, 11, 6, 10, 4, 9, 7, 13};
  static constexpr int kMismatch[kLayers - 1] = {3, 5, 2, 6, 4, 3, 5, 2, 4, 6, 3};
  std::array<int, kLayers> level{};
  for (int i = 0; i < kLayers; ++i) level[i] = level_of_label(i)[static_cast<std::size_t>(x[i])];
  double error = 0, cost = 0;
  int width = 16;
  for (int i = 0; i < kLayers; ++i) {
    error += kBenefit[i] * (4 - level[i]) * (4 - level[i]);
    if (i + 1 < kLayers) error += kMismatch[i] * std::abs(level[i] - level[i + 1]);
    if (i + 2 < kLayers && level[i] > level[i + 1] && level[i + 1] < level[i + 2]) error += 4;
    cost += width * (4 << level[i]);
    width = 4 << level[i];
  }
  return {error, std::log2(cost + width * 5)};
}

/// One candidate of braggtoy while it is being read off layer by layer.
struct bragg_network {
  double bops = 0, capacity = 0, penalty = 0;
  double channels = 0, height = 9, receptive = 3;

  static constexpr double kBits = 8;
  static double per_product(double fan_in) { return kBits * kBits + 2 * kBits + std::log2(fan_in); }

  void convolution(double out, double kernel, bool batch_norm, bool linear) {
    if (kernel == 3 && height <= 2) kernel = 1;
    if (kernel == 3) height -= 2, receptive += 2;
    const double fan_in = channels * kernel * kernel;
    bops += height * height * out * fan_in * per_product(fan_in);
    capacity += 0.5 * std::log2(out) * (linear ? 0.55 : 1.0) + (batch_norm ? 0.35 : 0);
    penalty += 0.25 * std::max(0.0, std::log2(channels) - std::log2(out) - 2);
    channels = out;
  }
  void attention(double hidden, bool linear) {
    const double pixels = height * height;
    bops += 4 * pixels * channels * hidden * per_product(channels) +
            2 * pixels * pixels * hidden * (kBits * kBits + kBits * (std::log2(std::max(hidden, 2.0)) + 1));
    capacity += 0.35 * std::log2(hidden + 1) * (linear ? 0.8 : 1.0);
  }
};

constexpr int kConv = 0, kAttention = 1;  // values of a block; 2: none
constexpr int kLinear = 2;                // last of the activations relu, leaky, none
/// Dimensions of a block: kind, then (channels, kernel, norm, activation) twice, then attention's (hidden, activation).
constexpr std::size_t kBlockSize = 11, kBlocks = 3;

std::vector<double> braggtoy_value(const std::vector<double> &x) {
  const auto power = [&x](std::size_t i, int first) { return std::exp2(first + x[i]); };
  bragg_network net;
  net.channels = power(0, 3);
  net.bops = 81 * net.channels * 9 * bragg_network::per_product(9);
  net.capacity = std::log2(net.channels);
  for (std::size_t b = 0; b < kBlocks; ++b) {
    const std::size_t at = 1 + b * kBlockSize;
    if (x[at] == kConv)
      for (const std::size_t c : {at + 1, at + 5})
        net.convolution(power(c, 1), x[c + 1] == 1 ? 3 : 1, x[c + 2] == 1, x[c + 3] == kLinear);
    else if (x[at] == kAttention)
      net.attention(power(at + 9, 0), x[at + 10] == kLinear);
  }
  net.capacity += 0.6 * std::min(net.receptive, 9.0) - 0.02 * std::max(0.0, net.receptive - 9);
  double inputs = net.channels * net.height * net.height;
  for (std::size_t layer = 0, at = 1 + kBlocks * kBlockSize; layer < 4; ++layer) {
    const bool last = layer == 3;
    const double outputs = last ? 2 : power(at++, 2);
    const bool batch_norm = x[at++] == 1;
    const double activation = x[at++];
    net.bops += outputs * inputs * bragg_network::per_product(inputs);
    if (last) {
      net.penalty += activation == 0 ? 0.8 : activation == 1 ? 0.1 : 0;
    } else {
      net.capacity += 0.7 * std::log2(outputs) * (activation == kLinear ? 0.6 : 1.0) + (batch_norm ? 0.4 : 0);
      net.penalty += 0.15 * std::max(0.0, std::log2(inputs) - std::log2(outputs) - 4);
    }
    inputs = outputs;
  }
  return {0.19 + 0.5 * std::exp(-0.22 * std::max(0.0, net.capacity - net.penalty)) + 0.004 * net.penalty,
          std::log2(net.bops)};
}

}  // namespace

problem nascat() {
  problem p{"nascat", {}, 2, nascat_value, {1000, 14}, {1800, 16}, 0b10, 2475.3};
  for (int i = 0; i < kLayers; ++i) p.space.push_back(choice_dimension("layer" + std::to_string(i), kLevels));
  return p;
}

problem braggtoy() {
  problem p{"braggtoy", {}, 2, braggtoy_value, {0.30, 26}, {0.7, 30}, 0b10, 0.7212};
  p.space.push_back(ordered_dimension("proj", 4));
  for (std::size_t b = 0; b < kBlocks; ++b) {
    const std::string block = "b" + std::to_string(b);
    const std::size_t kind = p.space.size();
    p.space.push_back(choice_dimension(block, 3));
    for (const char *layer : {"0", "1"}) {
      p.space.push_back(only_if(ordered_dimension(block + "_c" + layer, 6), kind, {kConv}));
      p.space.push_back(only_if(ordered_dimension(block + "_k" + layer, 2), kind, {kConv}));
      p.space.push_back(only_if(choice_dimension(block + "_n" + layer, 2), kind, {kConv}));
      p.space.push_back(only_if(choice_dimension(block + "_a" + layer, 3), kind, {kConv}));
    }
    p.space.push_back(only_if(ordered_dimension(block + "_h", 6), kind, {kAttention}));
    p.space.push_back(only_if(choice_dimension(block + "_a", 3), kind, {kAttention}));
  }
  for (int layer = 0; layer < 4; ++layer) {
    const std::string name = std::to_string(layer);
    if (layer < 3) p.space.push_back(ordered_dimension("w" + name, 5));
    p.space.push_back(choice_dimension("fn" + name, 2));
    p.space.push_back(choice_dimension("fa" + name, 3));
  }
  return p;
}

problem mixcond() {
  problem p{"mixcond", {}, 1, {}, {}, {}, 0, 0.10237149976234441};
  p.space = {number_dimension("lr", 1e-5, 1e-1, true),
             ordered_dimension("batch", 5),  // 64 ... 1024
             choice_dimension("opt", 3),     // adam, sgd, rmsprop
             number_dimension("wd", 1e-10, 1e-2, true),
             only_if(number_dimension("momentum", 0, 0.99), 2, {1}),
             only_if(number_dimension("beta1", 0.5, 0.999), 2, {0}),
             choice_dimension("sched", 4),  // none, step, cosine, exp
             only_if(integer_dimension("step_size", 5, 100), 6, {1}),
             only_if(number_dimension("step_gamma", 0.01, 1, true), 6, {1}),
             only_if(integer_dimension("tmax", 20, 300), 6, {2}),
             only_if(number_dimension("exp_gamma", 0.8, 1), 6, {3})};
  p.evaluate = [](const std::vector<double> &x) -> std::vector<double> {
    const auto square = [](double v) { return v * v; };
    const double lr = std::log10(x[0]), doublings = x[1] - 2, wd = std::log10(x[3]);
    const auto opt = static_cast<std::size_t>(x[2]);
    static constexpr double kBestRate[] = {-2.6, -1.4, -3.0}, kHandicap[] = {0, 0.015, 0.01};
    double v = 0.10 + kHandicap[opt] + 0.05 * square(lr - kBestRate[opt] - 0.15 * doublings) + 0.004 * square(wd + 6) +
               0.006 * std::abs(doublings);
    if (opt == 1) v += 0.08 * square(x[4] - 0.9);
    if (opt == 0) v += 0.04 * square(x[5] - 0.9);
    if (x[6] == 0) v += 0.02;
    if (x[6] == 1) v += 0.006 + 0.01 * square((x[7] - 40) / 40) + 0.008 * square(std::log10(x[8]) + 1);
    if (x[6] == 2) v += 0.012 * square((x[9] - 150) / 130);
    if (x[6] == 3) v += 0.004 + 3.0 * square(x[10] - 0.96);
    return {v + 0.005 * square(std::sin(3 * lr + wd))};
  };
  return p;
}

std::vector<problem> all_problems() {
  return {zdt(1),   zdt(2),     zdt(3),   zdt(4),      zdt(6),        dtlz2(),
          nascat(), braggtoy(), branin(), hartmann6(), rosenbrock(5), mixcond()};
}

problem by_name(const std::string &name) {
  std::string names;
  for (problem &p : all_problems()) {
    if (p.name == name) return std::move(p);
    names += " " + p.name;
  }
  throw failure(NAC_NOT_FOUND, "no problem '" + name + "'; there are:" + names);
}

}  // namespace nac::bench
