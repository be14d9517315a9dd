// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/product_gather.hpp"

#include <algorithm>

namespace nac::fw::fused {
namespace {

// With two vectors of 8 floats each, 6 results fill 12 of 16 registers.
constexpr int kLargestBlock = 6;

/// Time of a block of `count` results with one tap, in units of what a result and channel take without lists. Few
/// results mean more loads for each; a list takes time to begin, and to end where nobody foresees it.
double time_of_list(int count, int channels) {
  constexpr double costs[] = {1.45, 1.25, 1.2, 1.15, 1.1, 1.1};
  return 5 + 0.6 * std::min(channels, 16) + costs[count - 1] * count * channels;
}
double time_without(int count, int channels) { return 3 + count * channels; }
constexpr double kTimeOfBlock = 4;
/// Less would be within what these times are wrong by.
constexpr double kWorthwhile = 0.95;

/// Blocks of at most `largest`, as equal as can be: 16 are 6 + 5 + 5, for 12 would leave registers unused in the last.
std::vector<int> split(int results, int largest) {
  int blocks = (results + largest - 1) / largest;
  std::vector<int> counts;
  for (int b = 0; b < blocks; ++b) counts.push_back(results / blocks + (b < results % blocks));
  return counts;
}

struct Side {
  int channels, positions;
  bool last;
  int channel_step() const { return last ? 1 : positions; }
  int position_step() const { return last ? channels : 1; }
};

Gather gather(const ProductShape &s, bool transposed, const Side &operand, const Side &result, int width,
              const std::vector<std::vector<Gather::Source>> &sources, int taps) {
  Gather g;
  g.transposed = transposed, g.width = width, g.groups = s.groups, g.taps = taps, g.positions = result.positions;
  g.results = result.channels / s.groups, g.channels = operand.channels / s.groups;
  g.operand_step = operand.channel_step() * width;
  g.result_step = result.channel_step() * width;
  g.position_step = result.position_step() * width;
  for (const auto &list : sources) {
    g.first.push_back(static_cast<int>(g.sources.size()));
    for (Gather::Source source : list)
      g.sources.push_back({source.offset * operand.position_step() * width, source.tap});
  }
  g.first.push_back(static_cast<int>(g.sources.size()));
  return g;
}

}  // namespace

Gather forward_gather(const ProductShape &s, const Window &window, int width) {
  std::vector<std::vector<Gather::Source>> sources(static_cast<std::size_t>(window.outputs));
  for (const Contact &c : window.contacts) sources[static_cast<std::size_t>(c.output)].push_back({c.input, c.tap});
  return gather(s, false, {s.in, window.inputs, s.channels_last}, {s.out, window.outputs, s.channels_last}, width,
                sources, window.taps);
}

Gather backward_gather(const ProductShape &s, const Window &window, int width) {
  std::vector<std::vector<Gather::Source>> sources(static_cast<std::size_t>(window.inputs));
  for (const Contact &c : window.contacts) sources[static_cast<std::size_t>(c.input)].push_back({c.output, c.tap});
  return gather(s, true, {s.out, window.outputs, s.channels_last}, {s.in, window.inputs, s.channels_last}, width,
                sources, window.taps);
}

std::size_t Gather::weight_of(int result, int channel, int tap) const {
  int outs = transposed ? channels : results, ins = transposed ? results : channels;
  int group = result / results;
  int out = transposed ? channel : result % results, in = transposed ? result % results : channel;
  return (static_cast<std::size_t>(group * outs + out) * static_cast<std::size_t>(ins) + static_cast<std::size_t>(in)) *
             static_cast<std::size_t>(taps) +
         static_cast<std::size_t>(tap);
}

/// The block size with which least is left to do, 0: skipping does not pay. Smaller blocks have more of their channels
/// masked for all results, larger ones do more per load.
Gather::Blocking Gather::best_blocking(const float *mask) const {
  Blocking best;
  if (mask == nullptr) return best;
  double least = 0;
  for (int count : split(results, kLargestBlock)) least += kTimeOfBlock + taps * time_without(count, channels);
  least *= groups * kWorthwhile;
  for (int largest : {6, 4, 3, 2, 1}) {
    double time = 0;
    int64_t all = 0, left = 0;
    for (int group = 0; group < groups; ++group) {
      int result = 0;
      for (int count : split(results, largest)) {
        time += kTimeOfBlock;
        for (int tap = 0; tap < taps; ++tap) {
          int some = 0;
          for (int c = 0; c < channels; ++c) {
            bool any = false;
            for (int r = 0; r < count; ++r) any |= mask[weight_of(group * results + result + r, c, tap)] != 0;
            some += any;
          }
          time += time_of_list(count, some);
          all += channels, left += some;
        }
        result += count;
      }
    }
    if (time < least) least = time, best = {largest, static_cast<double>(left) / static_cast<double>(all)};
  }
  return best;
}

int Gather::best_part(double share) const {
  // None so small that sums are stored, and lists begun, more often than it is worth; and equal ones.
  const double least = share == 1 ? 32 / taps + 1 : (64 / taps + 1) / std::max(share, 1e-3);
  int most = std::clamp(kPartFloats / width / taps, 1, channels);
  most = std::max(most, static_cast<int>(std::min<double>(channels, least)));
  int parts = (channels + most - 1) / most;
  return (channels + parts - 1) / parts;
}

void Gather::arrange(const float *mask) {
  blocks.clear(), weight.clear(), kept.clear(), offsets.clear();
  panels = 0;
  const Blocking blocking = best_blocking(mask);
  const bool listed = blocking.largest != 0;
  part = best_part(blocking.share);
  const auto panel = [&](int group, int result, int count, int tap, int begin, int end) {
    if (listed) kept.push_back(static_cast<int>(offsets.size()));
    for (int c = begin; c < end; ++c) {
      bool any = !listed;
      for (int r = 0; r < count; ++r) any = any || mask[weight_of(group * results + result + r, c, tap)] != 0;
      if (!any) continue;
      panels += static_cast<std::size_t>(count);
      if (!listed) continue;
      offsets.push_back(c * operand_step);
      for (int r = 0; r < count; ++r)
        weight.push_back(static_cast<int32_t>(weight_of(group * results + result + r, c, tap)));
    }
  };
  for (int group = 0; group < groups; ++group) {
    int result = 0;
    for (int count : split(results, listed ? blocking.largest : kLargestBlock)) {
      blocks.push_back(
          {group * results + result, count, group * channels * operand_step, panels, static_cast<int>(kept.size())});
      for (int begin = 0, step = listed ? part : channels; begin < channels; begin += step)
        for (int tap = 0; tap < taps; ++tap) panel(group, result, count, tap, begin, std::min(begin + step, channels));
      if (listed) kept.push_back(static_cast<int>(offsets.size()));
      result += count;
    }
  }
}

}  // namespace nac::fw::fused
