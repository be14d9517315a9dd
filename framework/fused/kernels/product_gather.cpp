// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/product_gather.hpp"

#include <algorithm>

namespace nac::fw::fused {
namespace {

// With two vectors of 8 floats each, 6 results fill 12 of 16 registers.
constexpr int kLargestBlock = 6;

/// Time of a block of `count` results per result, where 6 at once take 1: few results mean more loads for each.
double cost(int count) {
  constexpr double costs[] = {1.6, 1.15, 1.05, 1, 1, 1};
  return costs[count - 1];
}

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
int Gather::best_block(const float *mask) const {
  if (mask == nullptr) return 0;
  // Reading a list costs a little for every channel.
  constexpr double kOfList = 1.1;
  double least = 0;
  for (int count : split(results, kLargestBlock)) least += cost(count) * count;
  least *= groups * taps * channels;
  int best = 0;
  for (int largest : {6, 4, 3, 2, 1}) {
    double time = 0;
    for (int group = 0; group < groups; ++group) {
      int result = 0;
      for (int count : split(results, largest)) {
        for (int tap = 0; tap < taps; ++tap)
          for (int c = 0; c < channels; ++c) {
            bool any = false;
            for (int r = 0; r < count; ++r) any |= mask[weight_of(group * results + result + r, c, tap)] != 0;
            if (any) time += kOfList * cost(count) * count;
          }
        result += count;
      }
    }
    if (time < least) least = time, best = largest;
  }
  return best;
}

void Gather::arrange(const float *mask) {
  blocks.clear(), weight.clear(), kept.clear(), offsets.clear();
  panels = 0;
  int largest = best_block(mask);
  bool listed = largest != 0;
  for (int group = 0; group < groups; ++group) {
    int result = 0;
    for (int count : split(results, listed ? largest : kLargestBlock)) {
      blocks.push_back(
          {group * results + result, count, group * channels * operand_step, panels, static_cast<int>(kept.size())});
      for (int tap = 0; tap < taps; ++tap) {
        if (listed) kept.push_back(static_cast<int>(offsets.size()));
        for (int c = 0; c < channels; ++c) {
          bool any = !listed;
          for (int r = 0; r < count; ++r) any = any || mask[weight_of(group * results + result + r, c, tap)] != 0;
          if (!any) continue;
          panels += static_cast<std::size_t>(count);
          if (!listed) continue;
          offsets.push_back(c * operand_step);
          for (int r = 0; r < count; ++r)
            weight.push_back(static_cast<int32_t>(weight_of(group * results + result + r, c, tap)));
        }
      }
      if (listed) kept.push_back(static_cast<int>(offsets.size()));
      result += count;
    }
  }
}

}  // namespace nac::fw::fused
